//! Requests at the same time: so many in all, so many of one address. Whoever finds no place waits for a second and is
//! then told to come back, long before a browser gives up.

use super::Shared;
use super::address::{self, ClientAddress};
use super::problem::Problem;
use super::router::BODY_MAX;
use crate::metric::Limit;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use hyper::body::Body as _;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a request waits for its place.
const PATIENCE: Duration = Duration::from_secs(1);
/// Seconds after which it is worth another try.
const RETRY: i64 = 2;

/// Requests of a kind.
#[derive(Clone)]
pub struct Places(Arc<Semaphore>);

impl Places {
    /// So many at the same time.
    pub fn new(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once.max(1))))
    }
}

/// Lets a request in when there is a place for it.
pub async fn guard(State(places): State<Places>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, places.0.acquire_owned()).await {
        Ok(Ok(place)) => {
            let response = next.run(request).await;
            drop(place);
            response
        }
        _ => {
            Limit::Requests.refused();
            Problem::crowded(RETRY).into_response()
        }
    }
}

/// Requests of a kind, by address.
#[derive(Clone)]
pub struct OfAddress {
    app: Shared,
    at_once: usize,
    taken: Arc<Mutex<HashMap<Vec<u8>, Arc<Semaphore>>>>,
}

/// One of them. When the last one of its address ends, the address is forgotten.
struct Taken<'a> {
    of: &'a OfAddress,
    key: Vec<u8>,
    places: Arc<Semaphore>,
    place: Option<OwnedSemaphorePermit>,
}

impl OfAddress {
    /// So many of one address at the same time.
    pub fn new(app: Shared, at_once: usize) -> Self {
        Self {
            app,
            at_once: at_once.max(1),
            taken: Arc::default(),
        }
    }

    async fn take(&self, client: ClientAddress) -> Option<Taken<'_>> {
        let key = client.key();
        let places = {
            let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = || Arc::new(Semaphore::new(self.at_once));
            Arc::clone(taken.entry(key.clone()).or_insert_with(fresh))
        };
        let mut taken = Taken {
            of: self,
            key,
            places,
            place: None,
        };
        let waits = Arc::clone(&taken.places).acquire_owned();
        taken.place = tokio::time::timeout(PATIENCE, waits).await.ok()?.ok();
        taken.place.is_some().then_some(taken)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        drop(self.place.take());
        let mut taken = self.of.taken.lock().unwrap_or_else(PoisonError::into_inner);
        // The map's and ours: nobody else of that address is here or waits.
        if Arc::strong_count(&self.places) == 2 {
            taken.remove(&self.key);
        }
    }
}

/// Lets a request in when its address has not too many of them under way.
pub async fn guard_address(State(of): State<OfAddress>, request: Request, next: Next) -> Response {
    let client = address::of(&of.app, request.headers(), request.extensions());
    let Some(taken) = of.take(client).await else {
        Limit::RequestsOfAddress.refused();
        return Problem::too_many_at_once(RETRY).into_response();
    };
    let response = next.run(request).await;
    drop(taken);
    response
}

/// Takes the whole body, at most 64 KiB, before the request takes a place: who sends slowly keeps nobody waiting.
pub async fn whole(State(within): State<Duration>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if body.size_hint().lower() > BODY_MAX as u64 {
        return Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE).into_response();
    }
    if body.is_end_stream() {
        return next.run(Request::from_parts(parts, Body::empty())).await;
    }
    let came = tokio::time::timeout(within, collect(body)).await;
    match came {
        Ok(Ok(bytes)) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Ok(Err(status)) => Problem::of_status(status).into_response(),
        Err(_) => {
            Limit::Body.refused();
            Problem::slow().into_response()
        }
    }
}

async fn collect(body: Body) -> Result<Vec<u8>, StatusCode> {
    let mut pieces = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| StatusCode::BAD_REQUEST)?;
        if bytes.len() + piece.len() > BODY_MAX {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}
