//! Decoding pictures that somebody hands in: each takes much memory and most of a core, so it goes off the threads that
//! answer requests, and a few go at a time.

use crate::failure::{Failure, Outcome};
use crate::render::portrait::{self, PortraitError};
use credential::document::Face;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How long somebody waits for their turn before they are asked to come back.
const PATIENCE: Duration = Duration::from_secs(15);
/// Attachments at the same time, and as many portraits; each may take 250 MB.
const AT_ONCE: usize = 2;

/// So many turns at the same time.
pub struct Decoders(Arc<Semaphore>);

impl Default for Decoders {
    fn default() -> Self {
        Self::new(AT_ONCE)
    }
}

impl Decoders {
    /// That many at the same time.
    pub fn new(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once)))
    }

    /// Does the work when it is its turn; nothing where it panicked, as decoders do that meet a damaged file.
    ///
    /// # Errors
    /// [`Failure::Busy`] after 15 s.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Outcome<Option<T>> {
        let turn = Arc::clone(&self.0).acquire_owned();
        let Ok(Ok(turn)) = tokio::time::timeout(PATIENCE, turn).await else {
            return Err(Failure::Busy { retry_after: 5 });
        };
        let work = move || {
            // Kept until the work is done: whoever asked may have gone, and somebody else may ask the same again.
            let _turn = turn;
            work()
        };
        Ok(tokio::task::spawn_blocking(work).await.ok())
    }

    /// A portrait that was handed in as `field`, small enough for a QR; that takes a tenth of a second.
    ///
    /// # Errors
    /// An invalid field; [`Failure::Busy`].
    pub async fn portrait(&self, field: &str, file: Vec<u8>) -> Outcome<Face<'static>> {
        let reduced = self.run(move || portrait::reduce(&file)).await?;
        let reduced = reduced.unwrap_or(Err(PortraitError::Undecodable));
        reduced.map_err(|e| Failure::field(field, e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    /// As when a client hangs up: the future goes, and what it began does not.
    #[tokio::test]
    async fn who_leaves_leaves_their_turn_taken() {
        static NOW: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        static LEFT: AtomicBool = AtomicBool::new(false);
        let decoders = Decoders::new(2);
        let work = || {
            MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            while !LEFT.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(5));
            }
            NOW.fetch_sub(1, Ordering::SeqCst);
        };
        for _ in 0..10 {
            let left = tokio::time::timeout(Duration::from_millis(20), decoders.run(work)).await;
            assert!(left.is_err());
        }
        LEFT.store(true, Ordering::SeqCst);
        assert!(decoders.run(work).await.is_ok_and(|done| done.is_some()));
        assert_eq!(MOST.load(Ordering::SeqCst), 2);
        // A decoder that panics gives its turn back.
        for _ in 0..3 {
            let panicked = decoders.run(|| panic!("damaged")).await;
            assert!(panicked.is_ok_and(|done: Option<()>| done.is_none()));
        }
    }
}
