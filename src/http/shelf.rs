//! Signed lists in memory: whoever asks for one that was looked at a moment ago costs neither the database nor the
//! layers around the handlers.
//!
//! What is kept is compared with the database at most every `CHECKED`, and at every request for `RECENT` after this
//! process signed a list: whoever was told that a document is revoked finds it in the list at once. With several
//! instances on one database, another instance serves the list of before for `CHECKED` at most.

use super::observe;
use super::problem::Problem;
use super::{App, Shared};
use crate::clock::Stopwatch;
use crate::domain::ids::AuditId;
use crate::failure::Outcome;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use ikd_verifier::words::hex;
use metrics::{Counter, Histogram};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tower::Service;

/// How long something is served without a look into the database.
const CHECKED: Duration = Duration::from_millis(500);
/// How long after a signature of this process everything is looked up again: its transaction may still be open.
const RECENT: Duration = Duration::from_secs(2);

/// What was published under an address.
pub struct Published {
    /// Tells it from what was published there before.
    pub version: i64,
    /// The signed bytes.
    pub bytes: Vec<u8>,
}

struct Kept {
    version: i64,
    /// When the look into the database began that found it current, by the shelf's watch.
    checked: Duration,
    bytes: Bytes,
    tag: HeaderValue,
    /// Headers of both answers, whole and 304.
    headers: HeaderMap,
    media_type: HeaderValue,
}

/// One address. Whoever looks into the database holds `looking`, and the others wait for what they find.
struct Place {
    kept: RwLock<Arc<Kept>>,
    looking: tokio::sync::Mutex<()>,
}

/// What is kept, by the path it is asked for by.
pub struct Shelf {
    watch: Stopwatch,
    places: RwLock<HashMap<String, Arc<Place>>>,
    count: OnceLock<Served>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self {
            watch: Stopwatch::start(),
            places: RwLock::default(),
            count: OnceLock::new(),
        }
    }
}

impl Shelf {
    fn place(&self, path: &str) -> Option<Arc<Place>> {
        let places = self.places.read().unwrap_or_else(PoisonError::into_inner);
        places.get(path).cloned()
    }

    /// How old a look into the database may be.
    fn may_be_old(app: &App) -> Duration {
        match app.service.signed.since() {
            Some(since) if since < RECENT => Duration::ZERO,
            _ => CHECKED,
        }
    }

    /// The answer for a path. `find` gets the version that is kept here and finds nothing where that is current.
    /// A path that leads to nothing is not remembered.
    pub async fn serve<F: Future<Output = Outcome<Option<Published>>>>(
        app: &App,
        path: &str,
        media_type: &'static str,
        max_age: u32,
        headers: &HeaderMap,
        find: impl FnOnce(Option<i64>) -> F,
    ) -> Result<Response<Body>, Problem> {
        let shelf = &app.shelf;
        let asked = shelf.watch.elapsed();
        let Some(place) = shelf.place(path) else {
            let checked = shelf.watch.elapsed();
            let found = find(None).await?;
            let found = found.ok_or_else(|| Problem::of_status(StatusCode::NOT_FOUND))?;
            let kept = Arc::new(Kept::new(found, checked, media_type, max_age));
            shelf.put(path, &kept);
            return Ok(kept.answer(headers));
        };
        let looking = place.looking.lock().await;
        let kept = place.now();
        // Somebody else may have looked since this request came.
        if kept.checked + Self::may_be_old(app) >= asked {
            return Ok(kept.answer(headers));
        }
        let checked = shelf.watch.elapsed();
        let kept = match find(Some(kept.version)).await? {
            Some(found) => Kept::new(found, checked, media_type, max_age),
            None => kept.at(checked),
        };
        let kept = Arc::new(kept);
        place.set(&kept);
        drop(looking);
        Ok(kept.answer(headers))
    }

    fn put(&self, path: &str, kept: &Arc<Kept>) {
        let mut places = self.places.write().unwrap_or_else(PoisonError::into_inner);
        match places.get(path) {
            Some(place) => {
                // Two came first at the same time: the later look counts.
                if place.now().checked < kept.checked {
                    place.set(kept);
                }
            }
            None => {
                let place = Place {
                    kept: RwLock::new(Arc::clone(kept)),
                    looking: tokio::sync::Mutex::default(),
                };
                places.insert(path.to_string(), Arc::new(place));
            }
        }
    }

    /// The answer to a request for what is at hand and current.
    fn at_hand(app: &App, request: &Request) -> Option<Response<Body>> {
        if request.method() != Method::GET || request.uri().query().is_some() {
            return None;
        }
        let watch = Stopwatch::start();
        let shelf = &app.shelf;
        let kept = shelf.place(request.uri().path())?.now();
        if kept.checked + Self::may_be_old(app) < shelf.watch.elapsed() {
            return None;
        }
        let mut response = kept.answer(request.headers());
        let id = AuditId::draw(&app.service.clock, &mut app.chance()).to_string();
        observe::secure(&mut response, &id);
        let served = shelf.count.get_or_init(Served::default);
        served.count(response.status(), watch.elapsed());
        Some(response)
    }
}

impl Place {
    fn now(&self) -> Arc<Kept> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&kept)
    }

    fn set(&self, kept: &Arc<Kept>) {
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(kept);
    }
}

impl Kept {
    fn new(found: Published, checked: Duration, media_type: &'static str, max_age: u32) -> Self {
        let tag = format!("\"{}\"", hex(&Sha256::digest(&found.bytes)[..16]));
        let value = |text: &str| HeaderValue::from_str(text).expect("digits and fixed words");
        let tag = value(&tag);
        let mut headers = HeaderMap::with_capacity(16);
        headers.insert(header::ETAG, tag.clone());
        let caching = value(&format!("public, max-age={max_age}"));
        headers.insert(header::CACHE_CONTROL, caching);
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value("*"));
        Self {
            version: found.version,
            checked,
            bytes: found.bytes.into(),
            tag,
            headers,
            media_type: HeaderValue::from_static(media_type),
        }
    }

    /// The same, found current again.
    fn at(&self, checked: Duration) -> Self {
        Self {
            version: self.version,
            checked,
            bytes: self.bytes.clone(),
            tag: self.tag.clone(),
            headers: self.headers.clone(),
            media_type: self.media_type.clone(),
        }
    }

    /// 304 where the client has it (RFC 9110 §13.1.2), else the bytes.
    fn answer(&self, asked: &HeaderMap) -> Response<Body> {
        let known = asked.get_all(header::IF_NONE_MATCH).iter();
        let tag = self.tag.as_bytes();
        let has = known.filter_map(|value| value.to_str().ok()).any(|value| {
            let mut tags = value.split(',').map(str::trim);
            tags.any(|known| known == "*" || known.trim_start_matches("W/").as_bytes() == tag)
        });
        let mut response = Response::new(match has {
            true => Body::empty(),
            false => Body::from(self.bytes.clone()),
        });
        *response.headers_mut() = self.headers.clone();
        if has {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, self.media_type.clone());
        }
        response
    }
}

/// What was answered from memory, in the metrics of all requests. There is no log line for each.
struct Served {
    whole: Counter,
    unchanged: Counter,
    seconds: Histogram,
}

/// The route in metrics: answers from memory are told from those of the handlers.
const ROUTE: &str = "published, from memory";

impl Default for Served {
    fn default() -> Self {
        let of = |class: &'static str| {
            let labels = [("method", "GET"), ("route", ROUTE), ("class", class)];
            metrics::counter!("ikd_http_requests_total", &labels)
        };
        Self {
            whole: of("2xx"),
            unchanged: of("3xx"),
            seconds: metrics::histogram!("ikd_http_request_seconds", "route" => ROUTE),
        }
    }
}

impl Served {
    fn count(&self, status: StatusCode, elapsed: Duration) {
        match status {
            StatusCode::NOT_MODIFIED => self.unchanged.increment(1),
            _ => self.whole.increment(1),
        }
        self.seconds.record(elapsed.as_secs_f64());
    }
}

/// The whole service behind what is at hand.
#[derive(Clone)]
pub struct Front {
    /// With the shelf.
    pub app: Shared,
    /// Everything else.
    pub all: Router,
}

impl Service<Request> for Front {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.all, context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match Shelf::at_hand(&self.app, &request) {
            Some(response) => Box::pin(ready(Ok(response))),
            None => Box::pin(self.all.call(request)),
        }
    }
}
