//! Bodies are held in memory, so they share a budget: whoever finds it spent is told to come back, before the process is
//! ended for taking too much. And whoever sends a body is waited for only as long as it comes.

use super::problem::Problem;
use crate::clock::Stopwatch;
use crate::metric::Limit;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use hyper::body::Body as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// KiB of files at the same time: 19 of the largest pictures, some fifty of the usual ones.
const FILES: usize = 192 << 10;
/// KiB of other bodies at the same time.
const OTHERS: usize = 32 << 10;
/// How long a piece of a body waits for others to be done.
const PATIENCE: Duration = Duration::from_secs(2);
/// After so many seconds it is worth another try.
const RETRY: i64 = 5;

/// How long a body may be waited for, in all its pauses.
const PAUSES: Duration = Duration::from_secs(5);
/// Bytes that it has to bring to be waited for a second longer.
const SECOND: usize = 1 << 10;

/// What all bodies share.
#[derive(Clone)]
pub struct Budget(Arc<Semaphore>);

impl Budget {
    /// For requests that send files.
    pub fn of_files() -> Self {
        Self(Arc::new(Semaphore::new(FILES)))
    }

    /// For all others.
    pub fn of_quick() -> Self {
        Self(Arc::new(Semaphore::new(OTHERS)))
    }
}

/// KiB that one request takes at most: no more of a body is kept.
const MOST: usize = 11 << 10;

/// What one request has taken of it; given back with the answer.
#[derive(Default)]
struct Taken {
    received: AtomicUsize,
    permits: Mutex<Option<OwnedSemaphorePermit>>,
    refused: AtomicBool,
    slow: AtomicBool,
}

#[derive(Debug, thiserror::Error)]
#[error("too much is being received at the same time")]
struct Spent;

#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
struct TooSlow;

impl Taken {
    /// How long the next piece may be waited for after `waited`.
    fn patience(&self, waited: Duration) -> Duration {
        let earned = Duration::from_secs((self.received.load(Relaxed) / SECOND) as u64);
        (PAUSES + earned).saturating_sub(waited)
    }

    /// For a piece that has arrived.
    async fn take(&self, budget: &Budget, bytes: usize) -> Result<(), Spent> {
        // By what has come in all, not by pieces, of which somebody may send thousands.
        let before = self.received.fetch_add(bytes, Relaxed);
        let kib = |bytes: usize| bytes.div_ceil(1024).min(MOST);
        let wanted = kib(before + bytes) - kib(before);
        if wanted == 0 {
            return Ok(());
        }
        let wanted = u32::try_from(wanted).map_err(|_| Spent)?;
        let permits = Arc::clone(&budget.0).acquire_many_owned(wanted);
        let Ok(Ok(more)) = tokio::time::timeout(PATIENCE, permits).await else {
            self.refused.store(true, Relaxed);
            return Err(Spent);
        };
        let mut held = self.permits.lock().unwrap_or_else(PoisonError::into_inner);
        match held.as_mut() {
            Some(held) => held.merge(more),
            None => *held = Some(more),
        }
        Ok(())
    }
}

/// Counts a body's bytes and pauses as they come, so that a slow sender takes no more than it has sent.
pub async fn guard(State(budget): State<Budget>, request: Request, next: Next) -> Response {
    let taken = Arc::new(Taken::default());
    let (parts, body) = request.into_parts();
    if body.is_end_stream() {
        return next.run(Request::from_parts(parts, Body::empty())).await;
    }
    let counted = {
        let state = (body.into_data_stream(), Arc::clone(&taken), Duration::ZERO);
        futures_util::stream::try_unfold(state, move |(mut pieces, taken, waited)| {
            let budget = budget.clone();
            async move {
                let watch = Stopwatch::start();
                let came = tokio::time::timeout(taken.patience(waited), pieces.next()).await;
                let waited = waited + watch.elapsed();
                let Ok(piece) = came else {
                    taken.slow.store(true, Relaxed);
                    return Err(axum::BoxError::from(TooSlow));
                };
                let Some(piece) = piece.transpose()? else {
                    return Ok(None);
                };
                taken.take(&budget, piece.len()).await?;
                Ok(Some((piece, (pieces, taken, waited))))
            }
        })
    };
    let response = next
        .run(Request::from_parts(parts, Body::from_stream(counted)))
        .await;
    if taken.refused.load(Relaxed) {
        Limit::Memory.refused();
        return Problem::busy(RETRY).into_response();
    }
    if taken.slow.load(Relaxed) {
        Limit::Body.refused();
        return Problem::slow().into_response();
    }
    response
}
