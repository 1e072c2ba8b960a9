//! An object store in this process that speaks as much S3 as `ikd publish` needs. It checks every request's signature.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use ikd_verifier::words::hex;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

pub const BUCKET: &str = "ikd-public";
pub const KEY: &str = "PUBLISHER";
pub const SECRET: &str = "a-secret/that+nobody=reads";
pub const TOKEN: &str = "a-token-of-a-session";
const REGION: &str = "id-jakarta-1";
/// Names of an answer to a listing: few, so that there is more than one.
const PAGE: usize = 3;

/// One object.
#[derive(Clone)]
pub struct Object {
    pub bytes: Vec<u8>,
    pub media_type: String,
    pub cache: String,
    /// Epoch seconds.
    pub written: i64,
}

impl Object {
    fn tag(&self) -> String {
        format!("\"{}\"", &hex(&Sha256::digest(&self.bytes))[..32])
    }
}

/// What becomes of a request.
pub enum Act {
    Go,
    /// It is done, but nobody hears of it: the answer is an error.
    GoUnheard,
}

type Watch = Box<dyn FnMut(&str) -> Act + Send>;

#[derive(Default)]
struct Inner {
    objects: Mutex<BTreeMap<String, Object>>,
    asked: Mutex<Vec<String>>,
    /// Sees each request before it is done; gone while it looks, so that it may send requests itself.
    watch: Mutex<Option<Watch>>,
    heedless: AtomicBool,
}

/// The store, until it is dropped.
pub struct Store {
    pub address: String,
    inner: Arc<Inner>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Store {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let inner = Arc::new(Inner::default());
        let app = Router::new()
            .fallback(answer)
            .layer(DefaultBodyLimit::disable())
            .with_state(inner.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0");
        let listener = runtime.block_on(listener).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            address,
            inner,
            runtime: Some(runtime),
        }
    }

    /// The environment of somebody who may publish.
    pub fn environment(&self) -> [(&'static str, &str); 5] {
        [
            ("AWS_ENDPOINT_URL", &self.address),
            ("AWS_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_SESSION_TOKEN", TOKEN),
        ]
    }

    /// Every request since the last call: method, and the name in the bucket.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.inner.asked.lock().unwrap())
    }

    /// What sees every request from now on, like `PUT tree/head`, before it is done.
    pub fn watch(&self, watch: impl FnMut(&str) -> Act + Send + 'static) {
        *self.inner.watch.lock().unwrap() = Some(Box::new(watch));
    }

    pub fn watch_no_more(&self) {
        *self.inner.watch.lock().unwrap() = None;
    }

    /// From now on it writes whatever the condition.
    pub fn heed_no_conditions(&self) {
        self.inner.heedless.store(true, Ordering::Relaxed);
    }

    pub fn objects(&self) -> BTreeMap<String, Object> {
        self.inner.objects.lock().unwrap().clone()
    }

    pub fn remove(&self, name: &str) {
        self.inner.objects.lock().unwrap().remove(name).unwrap();
    }

    /// As if so many seconds had gone by since everything was written.
    pub fn age(&self, seconds: i64) {
        for object in self.inner.objects.lock().unwrap().values_mut() {
            object.written -= seconds;
        }
    }

    /// Copies what lies under a prefix into a folder, as a mirror does.
    pub fn mirror(&self, prefix: &str, to: &Path) {
        let _ = std::fs::remove_dir_all(to);
        for (name, object) in self.objects() {
            if let Some(name) = name.strip_prefix(prefix) {
                let path = to.join(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, object.bytes).unwrap();
            }
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

async fn answer(
    State(store): State<Arc<Inner>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(refused) = signed(&method, &uri, &headers, &body) {
        return refused;
    }
    let path = uri.path().trim_start_matches('/');
    let (bucket, name) = path.split_once('/').unwrap_or((path, ""));
    if bucket != BUCKET {
        return error(StatusCode::NOT_FOUND, "NoSuchBucket", "");
    }
    let what = format!("{method} {name}");
    store.asked.lock().unwrap().push(what.clone());
    let watch = store.watch.lock().unwrap().take();
    let mut act = Act::Go;
    if let Some(mut watch) = watch {
        let watched = tokio::task::spawn_blocking(move || (watch(&what), watch));
        let (said, watch) = watched.await.unwrap();
        act = said;
        store.watch.lock().unwrap().get_or_insert(watch);
    }
    let done = match (&method, name) {
        (&Method::GET, "") => list(&store, &uri),
        (&Method::GET, _) => get(&store, name),
        (&Method::PUT, _) => put(&store, name, &headers, &body),
        (&Method::DELETE, _) => {
            store.objects.lock().unwrap().remove(name);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => error(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", ""),
    };
    match act {
        Act::Go => done,
        Act::GoUnheard => error(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", ""),
    }
}

fn error(status: StatusCode, code: &str, more: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>It is {code}.</Message>{more}\
         </Error>"
    );
    (status, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
}

fn get(store: &Inner, name: &str) -> Response {
    let objects = store.objects.lock().unwrap();
    let Some(object) = objects.get(name) else {
        return error(StatusCode::NOT_FOUND, "NoSuchKey", "");
    };
    let written = jiff::Timestamp::from_second(object.written).unwrap();
    let written = written.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let headers = [
        (header::ETAG, object.tag()),
        (header::LAST_MODIFIED, written),
        (header::CONTENT_TYPE, object.media_type.clone()),
        (header::CACHE_CONTROL, object.cache.clone()),
    ];
    (headers, object.bytes.clone()).into_response()
}

fn put(store: &Inner, name: &str, headers: &HeaderMap, body: &[u8]) -> Response {
    let text = |name| {
        headers
            .get(name)
            .map(|value: &HeaderValue| value.to_str().unwrap())
    };
    let mut objects = store.objects.lock().unwrap();
    let there = objects.get(name).map(Object::tag);
    let mut met = true;
    if let Some(tag) = text(header::IF_MATCH) {
        met &= there.as_deref() == Some(tag);
    }
    if text(header::IF_NONE_MATCH).is_some() {
        met &= there.is_none();
    }
    if !met && !store.heedless.load(Ordering::Relaxed) {
        return error(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", "");
    }
    let object = Object {
        bytes: body.to_vec(),
        media_type: text(header::CONTENT_TYPE).unwrap_or_default().to_string(),
        cache: text(header::CACHE_CONTROL).unwrap_or_default().to_string(),
        written: now(),
    };
    let tag = object.tag();
    objects.insert(name.to_string(), object);
    [(header::ETAG, tag)].into_response()
}

#[allow(
    clippy::disallowed_methods,
    reason = "the store has a clock of its own"
)]
fn now() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.unwrap().as_secs() as i64
}

fn list(store: &Inner, uri: &Uri) -> Response {
    let asked = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let asked: BTreeMap<_, _> = asked.into_owned().collect();
    assert_eq!(asked["list-type"], "2");
    let of = |name| asked.get(name).map(String::as_str).unwrap_or_default();
    let (prefix, after) = (of("prefix"), of("continuation-token"));
    let objects = store.objects.lock().unwrap();
    let mut names = objects
        .iter()
        .filter(|(name, _)| name.starts_with(prefix) && name.as_str() > after);
    let page: Vec<_> = names.by_ref().take(PAGE).collect();
    let more = match (names.next(), page.last()) {
        (Some(_), Some((last, _))) => {
            format!(
                "<IsTruncated>true</IsTruncated><NextContinuationToken>{last}</NextContinuationToken>"
            )
        }
        _ => "<IsTruncated>false</IsTruncated>".to_string(),
    };
    let contents = page.iter().map(|(name, object)| {
        let written = jiff::Timestamp::from_second(object.written).unwrap();
        let (tag, size) = (object.tag().replace('"', "&quot;"), object.bytes.len());
        format!(
            "<Contents><Key>{name}</Key><LastModified>{written}</LastModified><ETag>{tag}</ETag><Size>{size}</Size>\
             <StorageClass>STANDARD</StorageClass></Contents>"
        )
    });
    let contents: String = contents.collect();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult><Name>{BUCKET}</Name><Prefix>{prefix}</Prefix>\
         <KeyCount>{}</KeyCount><MaxKeys>{PAGE}</MaxKeys>{more}{contents}</ListBucketResult>",
        page.len()
    );
    ([(header::CONTENT_TYPE, "application/xml")], body).into_response()
}

/// AWS Signature Version 4, in headers.
fn signed(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Result<(), Response> {
    let refused = |code, more: &str| Err(error(StatusCode::FORBIDDEN, code, more));
    let text = |name: &str| {
        headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    };
    let authorization = text("authorization").replace(',', " ");
    let part = |name: &str| {
        let mut parts = authorization.split_whitespace();
        let found = parts.find_map(|part| part.strip_prefix(name));
        found.unwrap_or_default().to_string()
    };
    let (credential, names, signature) = (
        part("Credential="),
        part("SignedHeaders="),
        part("Signature="),
    );
    let Some((key, scope)) = credential.split_once('/') else {
        return refused("AccessDenied", "");
    };
    if key != KEY {
        return refused(
            "InvalidAccessKeyId",
            &format!("<AWSAccessKeyId>{key}</AWSAccessKeyId>"),
        );
    }
    let of_body = hex(&Sha256::digest(body));
    if text("x-amz-content-sha256") != of_body {
        return refused("XAmzContentSHA256Mismatch", "");
    }
    let mut query: Vec<&str> = uri.query().unwrap_or_default().split('&').collect();
    query.sort_unstable();
    let lines: String = names
        .split(';')
        .map(|name| format!("{name}:{}\n", text(name)))
        .collect();
    let request = format!(
        "{method}\n{}\n{}\n{lines}\n{names}\n{of_body}",
        uri.path(),
        query.join("&")
    );
    let hashed = hex(&Sha256::digest(&request));
    let what = format!(
        "AWS4-HMAC-SHA256\n{}\n{scope}\n{hashed}",
        text("x-amz-date")
    );
    let mut key = format!("AWS4{SECRET}").into_bytes();
    for part in scope.split('/') {
        key = mac(&key, part);
    }
    let right = hex(&mac(&key, &what));
    let covered = [
        "host",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-security-token",
    ];
    if covered
        .iter()
        .any(|name| !names.split(';').any(|n| n == *name))
    {
        return refused("AccessDenied", "");
    }
    if signature != right {
        // Stores tell what they signed, token included.
        return refused(
            "SignatureDoesNotMatch",
            &format!("<CanonicalRequest>{request}</CanonicalRequest>"),
        );
    }
    let token = text("x-amz-security-token");
    if token != TOKEN {
        let more = format!("<Token-0>{token}</Token-0>");
        return Err(error(StatusCode::BAD_REQUEST, "InvalidToken", &more));
    }
    Ok(())
}

fn mac(key: &[u8], what: &str) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
    mac.update(what.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
