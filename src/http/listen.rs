//! Connections: how many there may be, in all and from one address, and how long one may wait for its client.
//!
//! There is room for the next client as long as somebody only waits: the connection that has waited longest for a
//! request is closed for it. Where everybody is at work, the next one is told to come back. A trusted proxy is no
//! client of its own, so the limit of one address is not for it; [`super::places`] counts the clients behind it.

mod room;
mod stream;

use super::address;
use crate::config::Http;
use crate::network::Network;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use room::{Full, Place, Room};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use stream::{Taken, Tracked, Watched};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::Service;

/// Request line and headers of one request, in bytes; more is answered 431 (RFC 6585 §5). So are more than 100 lines,
/// which is what hyper takes where nothing else is said.
pub const HEAD_MAX: usize = 32 << 10;
/// What is read from a client ahead of what was asked for, in bytes.
const BUFFER: usize = 64 << 10;
/// Clients who are told at the same time that there is no room; more are closed without a word.
const TELLING: usize = 64;
/// How long that may take.
const TELL: Duration = Duration::from_secs(1);
/// How often connections that wait are looked at.
const SWEEP: Duration = Duration::from_secs(1);
/// Descriptors that files, the database and other services need beside the connections.
const KEPT: usize = 256;

/// Serves connections until `stopped`, and then what is under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    settings: &Http,
    trusted: &[Network],
    mut stopped: watch::Receiver<bool>,
) {
    let room = Arc::new(Room::new(settings, connections(settings)));
    let telling = Arc::new(Semaphore::new(TELLING));
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = sweep.tick() => {
                room.sweep();
                continue;
            }
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            // The client went away before it was served.
            Err(cause) if is_of_the_client(cause.kind()) => continue,
            Err(cause) => {
                tracing::error!(%cause, "connections cannot be accepted");
                tokio::time::sleep(SWEEP).await;
                continue;
            }
        };
        let is_proxy = trusted.iter().any(|network| network.contains(peer.ip()));
        let key = (!is_proxy).then(|| address::key(peer.ip()));
        match room.take(key).await {
            Ok(place) => {
                let served = one(stream, peer, place, router.clone(), stopped.clone());
                tokio::spawn(served);
            }
            Err(full) => {
                full.limit().refused();
                if let Ok(turn) = Arc::clone(&telling).try_acquire_owned() {
                    tokio::spawn(async move {
                        let _ = tokio::time::timeout(TELL, tell(stream, full)).await;
                        drop(turn);
                    });
                }
            }
        }
    }
    // Nobody can connect any more.
    drop(listener);
    let mut gone = pin!(room.empty());
    loop {
        tokio::select! {
            () = gone.as_mut() => return,
            _ = sweep.tick() => room.sweep(),
        }
    }
}

fn is_of_the_client(kind: ErrorKind) -> bool {
    use ErrorKind as E;
    matches!(
        kind,
        E::ConnectionAborted | E::ConnectionRefused | E::ConnectionReset
    )
}

/// One connection, request by request.
async fn one(
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let at = Arc::clone(&place.at);
    let service = service_fn(|request: hyper::Request<Incoming>| {
        at.works(!request.body().is_end_stream());
        let taken = |body| {
            let at = Arc::clone(&at);
            Body::new(Taken { body, at })
        };
        let mut request = request.map(taken);
        // Throttles count by it.
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.clone().call(request);
        let at = Arc::clone(&at);
        async move {
            let mut response = answer.await?;
            if at.is_unread() {
                // The rest of the body would stand before the next request: the client is told not to send one here.
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(CONNECTION, close);
            }
            Ok::<_, std::convert::Infallible>(response.map(|body| Tracked { body, at }))
        }
    });
    let io = TokioIo::new(Watched::new(stream, Arc::clone(&place.at)));
    let mut connection = http1::Builder::new();
    connection
        .max_header_size(HEAD_MAX)
        .max_buf_size(BUFFER)
        // Waiting is measured by `room`, which tells a request that comes slowly from none at all.
        .header_read_timeout(None);
    let mut connection = pin!(connection.serve_connection(io, service));
    let mut is_stopping = false;
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = place.at.ended() => return,
            _ = stopped.wait_for(|stop| *stop), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Says why there is no room. What the client has sent is read, for else its system throws the answer away.
async fn tell(mut stream: TcpStream, full: Full) -> std::io::Result<()> {
    let (status, title, kind) = match full {
        Full::All => (
            "503 Service Unavailable",
            "There is no room now",
            "unavailable",
        ),
        Full::Address => ("429 Too Many Requests", "Too many connections", "too-many"),
    };
    let body = format!(
        r#"{{"type":"urn:ikd:problem:{kind}","title":"{title}","status":{}}}"#,
        &status[..3]
    );
    let answer = format!(
        "HTTP/1.1 {status}\r\nretry-after: {}\r\nconnection: close\r\ncache-control: no-store\r\n\
         content-type: application/problem+json\r\ncontent-length: {}\r\n\r\n{body}",
        room::RETRY,
        body.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    let mut rest = [0; 4096];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

/// Connections at the same time: as many as are wanted, where the process may open so many files.
fn connections(settings: &Http) -> usize {
    let wanted = settings.connections.max(1);
    let Some(files) = files() else {
        return wanted;
    };
    let most = files.saturating_sub(KEPT).max(files / 2).max(1);
    if most < wanted {
        tracing::warn!(
            wanted,
            most,
            "fewer connections than wanted: the limit of open files (RLIMIT_NOFILE) is too low"
        );
    }
    wanted.min(most)
}

/// Files that this process may have open, where the system tells (proc(5), `/proc/self/limits`).
fn files() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}
