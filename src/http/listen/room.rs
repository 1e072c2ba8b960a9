//! Who is connected, and what each connection waits for.

use crate::clock::Stopwatch;
use crate::config::Http;
use crate::metric::Limit;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// Seconds after which whoever found no room may try again.
pub const RETRY: u32 = 2;
/// Bytes that a client has to take to be waited for a second longer.
const SECOND: f64 = 1024.0;
/// How long the one that was closed may take to go.
const GOING: Duration = Duration::from_millis(200);

/// Why there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// For nobody.
    All,
    /// For that address.
    Address,
}

impl Full {
    /// The limit behind it.
    pub fn limit(self) -> Limit {
        match self {
            Self::All => Limit::Connections,
            Self::Address => Limit::ConnectionsOfAddress,
        }
    }
}

/// All connections.
pub struct Room {
    all: Arc<Semaphore>,
    size: u32,
    per_address: usize,
    head: Duration,
    idle: Duration,
    stall: Duration,
    inside: Arc<Mutex<Inside>>,
}

#[derive(Default)]
struct Inside {
    next: u64,
    connections: HashMap<u64, (Option<Vec<u8>>, Arc<At>)>,
    addresses: HashMap<Vec<u8>, usize>,
}

/// The place of one connection; given back when it is dropped.
pub struct Place {
    number: u64,
    /// What it waits for.
    pub at: Arc<At>,
    inside: Arc<Mutex<Inside>>,
    _permit: OwnedSemaphorePermit,
}

impl Room {
    /// Room for so many connections.
    pub fn new(settings: &Http, size: usize) -> Self {
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        let size = size.min(Semaphore::MAX_PERMITS as u32);
        Self {
            all: Arc::new(Semaphore::new(size as usize)),
            size,
            per_address: settings.connections_per_address.max(1),
            head: Duration::from_secs(settings.header_timeout.max(1)),
            idle: Duration::from_secs(settings.idle_timeout.max(1)),
            stall: Duration::from_secs(settings.stall_timeout.max(1)),
            inside: Arc::default(),
        }
    }

    /// A place for a client of that address, or for a proxy.
    ///
    /// # Errors
    /// [`Full`] where nobody of those who would have to go only waits.
    pub async fn take(&self, address: Option<Vec<u8>>) -> Result<Place, Full> {
        if let Some(address) = &address {
            let used = |inside: &Inside| inside.addresses.get(address).copied().unwrap_or(0);
            if used(&lock(&self.inside)) >= self.per_address {
                let closed = lock(&self.inside).close_one(|of| of.as_ref() == Some(address));
                if !closed {
                    return Err(Full::Address);
                }
            }
        }
        let permit = match Arc::clone(&self.all).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                if !lock(&self.inside).close_one(|_| true) {
                    return Err(Full::All);
                }
                let going = Arc::clone(&self.all).acquire_owned();
                match tokio::time::timeout(GOING, going).await {
                    Ok(Ok(permit)) => permit,
                    _ => return Err(Full::All),
                }
            }
        };
        let at = Arc::new(At::new(self.stall));
        let mut inside = lock(&self.inside);
        let number = inside.next;
        inside.next += 1;
        if let Some(address) = &address {
            *inside.addresses.entry(address.clone()).or_default() += 1;
        }
        let entry = (address, Arc::clone(&at));
        inside.connections.insert(number, entry);
        Ok(Place {
            number,
            at,
            inside: Arc::clone(&self.inside),
            _permit: permit,
        })
    }

    /// Closes who has been waited for too long.
    pub fn sweep(&self) {
        for (_, at) in lock(&self.inside).connections.values() {
            at.end_if_overdue(self);
        }
    }

    /// Waits until everybody has gone. Nobody comes in any more.
    pub async fn empty(&self) {
        let _ = self.all.acquire_many(self.size).await;
    }
}

impl Inside {
    /// Closes the connection that has waited longest for a request, of those whose address fits.
    fn close_one(&self, fits: impl Fn(&Option<Vec<u8>>) -> bool) -> bool {
        let those = self.connections.values().filter(|(of, _)| fits(of));
        let waiting = those.filter_map(|(_, at)| Some((at.waits()?, at)));
        let longest = waiting.max_by_key(|(waited, _)| *waited);
        if let Some((_, at)) = longest {
            at.end();
        }
        longest.is_some()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = lock(&self.inside);
        let Some((Some(address), _)) = inside.connections.remove(&self.number) else {
            return;
        };
        if let Some(count) = inside.addresses.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                inside.addresses.remove(&address);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a connection is at.
#[derive(Clone, Copy)]
enum Stage {
    /// Nothing of the next request has come.
    Idle(Stopwatch),
    /// A part of it has; or the connection is new.
    Head(Stopwatch),
    /// The request is being worked on, and its answer taken.
    Work,
    /// It was closed.
    Ended,
}

/// How a client takes its answer.
struct Taking {
    /// Since when it has taken nothing.
    stands: Option<Stopwatch>,
    /// For how long it may; less after each time that it did, more with what it takes.
    left: Duration,
}

/// What one connection waits for.
pub struct At {
    stage: Mutex<Stage>,
    taking: Mutex<Taking>,
    stall: Duration,
    unread: AtomicBool,
    end: Notify,
}

impl At {
    fn new(stall: Duration) -> Self {
        Self {
            stage: Mutex::new(Stage::Head(Stopwatch::start())),
            taking: Mutex::new(Taking {
                stands: None,
                left: stall,
            }),
            stall,
            unread: AtomicBool::new(false),
            end: Notify::new(),
        }
    }

    /// A request has come, and a body may follow.
    pub fn works(&self, has_body: bool) {
        self.go(Stage::Work);
        self.unread.store(has_body, Relaxed);
        lock(&self.taking).left = self.stall;
    }

    /// Its body was read to the end.
    pub fn is_read(&self) {
        self.unread.store(false, Relaxed);
    }

    /// Whether something of it is still to come.
    pub fn is_unread(&self) -> bool {
        self.unread.load(Relaxed)
    }

    /// Its answer is on the way.
    pub fn answered(&self) {
        self.go(Stage::Idle(Stopwatch::start()));
    }

    fn go(&self, stage: Stage) {
        let mut now = lock(&self.stage);
        if !matches!(*now, Stage::Ended) {
            *now = stage;
        }
    }

    /// Bytes have come.
    pub fn received(&self) {
        let mut stage = lock(&self.stage);
        if let Stage::Idle(_) = *stage {
            *stage = Stage::Head(Stopwatch::start());
        }
    }

    /// The client takes nothing now.
    pub fn stands(&self) {
        let mut taking = lock(&self.taking);
        taking.stands.get_or_insert_with(Stopwatch::start);
    }

    /// The client took so many bytes.
    pub fn took(&self, bytes: usize) {
        let mut taking = lock(&self.taking);
        if let Some(stood) = taking.stands.take() {
            let earned = Duration::from_secs_f64(bytes as f64 / SECOND);
            let left = taking.left.saturating_sub(stood.elapsed());
            taking.left = self.stall.min(left + earned);
        }
        drop(taking);
        // The pause before the next request begins with the last byte of the answer.
        let mut stage = lock(&self.stage);
        if let Stage::Idle(since) = &mut *stage {
            *since = Stopwatch::start();
        }
    }

    /// How long it has waited for a request.
    fn waits(&self) -> Option<Duration> {
        if lock(&self.taking).stands.is_some() {
            return None;
        }
        match *lock(&self.stage) {
            Stage::Idle(since) | Stage::Head(since) => Some(since.elapsed()),
            Stage::Work | Stage::Ended => None,
        }
    }

    fn end_if_overdue(&self, room: &Room) {
        let taking = lock(&self.taking);
        if let Some(stands) = taking.stands {
            if stands.elapsed() > taking.left {
                Limit::Stall.refused();
                self.end();
            }
            return;
        }
        drop(taking);
        let stage = *lock(&self.stage);
        match stage {
            // Every server closes those; nothing is refused.
            Stage::Idle(since) if since.elapsed() > room.idle => self.end(),
            Stage::Head(since) if since.elapsed() > room.head => {
                Limit::Head.refused();
                self.end();
            }
            _ => {}
        }
    }

    fn end(&self) {
        *lock(&self.stage) = Stage::Ended;
        self.end.notify_one();
    }

    /// Waits until the connection is to be closed.
    pub async fn ended(&self) {
        self.end.notified().await;
    }
}
