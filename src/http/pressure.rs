//! Bodies that are files are held in memory, so they share a budget: whoever finds it spent is told to come back,
//! before the process is ended for taking too much.

use super::problem::Problem;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// KiB of bodies at the same time: 19 of the largest pictures, some fifty of the usual ones.
const BUDGET: usize = 192 << 10;
/// How long a piece of a body waits for others to be done.
const PATIENCE: Duration = Duration::from_secs(2);
/// After so many seconds it is worth another try.
const RETRY: i64 = 5;

/// What all bodies share.
#[derive(Clone)]
pub struct Budget(Arc<Semaphore>);

impl Default for Budget {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(BUDGET)))
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
}

#[derive(Debug, thiserror::Error)]
#[error("too much is being received at the same time")]
struct Spent;

impl Taken {
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

/// Counts a body's bytes as they arrive, so that a slow sender takes no more than it has sent.
pub async fn guard(State(budget): State<Budget>, request: Request, next: Next) -> Response {
    let taken = Arc::new(Taken::default());
    let (parts, body) = request.into_parts();
    let counted = {
        let taken = Arc::clone(&taken);
        body.into_data_stream().then(move |piece| {
            let (taken, budget) = (Arc::clone(&taken), budget.clone());
            async move {
                let piece = piece.map_err(axum::BoxError::from)?;
                taken.take(&budget, piece.len()).await?;
                Ok::<_, axum::BoxError>(piece)
            }
        })
    };
    let response = next
        .run(Request::from_parts(parts, Body::from_stream(counted)))
        .await;
    match taken.refused.load(Relaxed) {
        true => Problem::busy(RETRY).into_response(),
        false => response,
    }
}
