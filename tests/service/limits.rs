//! Clients who take more than their share: what they are answered, that others are served, what it costs.

use crate::support::*;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// Connects from an address of this machine's own.
fn connect(server: &Server, from: [u8; 4]) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        let from = SocketAddr::from((Ipv4Addr::from(from), 0));
        socket.bind(from).unwrap();
        let stream = socket.connect(address(server)).await.unwrap();
        stream.into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    let timeout = Some(Duration::from_secs(60));
    stream.set_read_timeout(timeout).unwrap();
    stream.set_write_timeout(timeout).unwrap();
    stream
}

fn address(server: &Server) -> SocketAddr {
    server.base.trim_start_matches("http://").parse().unwrap()
}

/// What is answered until the connection ends.
fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // A connection that is reset has ended too.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends all of it and reads until the end.
fn say(server: &Server, from: [u8; 4], text: &str) -> String {
    let mut stream = connect(server, from);
    let _ = stream.write_all(text.as_bytes());
    rest(stream)
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
}

/// A request whose body does not come.
fn stuck(path: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\n\
         content-length: 900\r\n\r\n"
    )
}

/// The same, once the service waits for the body. A part of it follows, for which the rest is waited for half a minute
/// longer: a slow machine needs more than the five seconds that everybody has.
fn at_work(server: &Server, from: [u8; 4], path: &str) -> TcpStream {
    let mut stream = connect(server, from);
    let request = stuck(path)
        .replace("host: x", "host: x\r\nexpect: 100-continue")
        .replace("content-length: 900", "content-length: 60000");
    stream.write_all(request.as_bytes()).unwrap();
    let mut told = [0; 25];
    stream.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(&[b' '; 32 << 10]).unwrap();
    stream
}

fn with(settings: &str) -> (Data, Server) {
    let data = Data::new();
    data.write("data/config.toml", settings);
    let server = data.serve();
    (data, server)
}

fn is(answer: &str, status: u16, retry_after: Option<u32>) {
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status} ")),
        "{answer}"
    );
    let head = answer
        .split("\r\n\r\n")
        .next()
        .unwrap()
        .to_ascii_lowercase();
    let retry = head.lines().find_map(|l| l.strip_prefix("retry-after: "));
    let wanted = retry_after.map(|seconds| seconds.to_string());
    assert_eq!(retry, wanted.as_deref(), "{answer}");
}

const ME: [u8; 4] = [127, 0, 0, 1];
const OTHER: [u8; 4] = [127, 0, 0, 2];

#[test]
fn whoever_sends_no_request_is_not_waited_for() {
    let (_data, server) = with("[http]\nheader_timeout = 1\nidle_timeout = 1\n");
    // Nothing at all; a part of the head; a request and then nothing.
    assert_eq!(say(&server, ME, ""), "");
    assert_eq!(say(&server, ME, "GET /healthz HTTP/1.1\r\nhos"), "");
    is(
        &say(&server, ME, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"),
        200,
        None,
    );
}

#[test]
fn heads_and_bodies_have_a_size() {
    let (_data, server) = with("");
    let head =
        |more: &str| format!("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{more}\r\n");
    is(&say(&server, ME, &head("")), 200, None);
    let long = format!("x-long: {}\r\n", "a".repeat(33 << 10));
    is(&say(&server, ME, &head(&long)), 431, None);
    is(
        &say(&server, ME, &head(&"x-many: 1\r\n".repeat(99))),
        431,
        None,
    );
    let post = |kind: &str, body: &str| {
        format!("POST /v1/check HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{kind}\r\n\r\n{body}")
    };
    let large = "a".repeat(65_537);
    let told = post("content-length: 65537", &large);
    is(&say(&server, ME, &told), 413, None);
    let told = post(
        "transfer-encoding: chunked",
        &format!("10001\r\n{large}\r\n0\r\n\r\n"),
    );
    is(&say(&server, ME, &told), 413, None);
}

#[test]
fn a_body_is_waited_for_as_long_as_it_comes() {
    let (_data, server) = with("");
    for path in ["/v1/check", "/cek"] {
        is(&say(&server, ME, &stuck(path)), 408, None);
    }
}

#[test]
fn one_address_has_so_many_connections() {
    let (_data, server) = with("[http]\ntimeout = 120\nconnections_per_address = 4\n");
    // Those who only wait make room for the next one.
    let mut waiting: Vec<_> = (0..8).map(|_| connect(&server, ME)).collect();
    is(&say(&server, ME, &get("/healthz")), 200, None);
    assert_eq!(rest(waiting.remove(0)), "");
    drop(waiting);
    let busy: Vec<_> = (0..4).map(|_| at_work(&server, ME, "/v1/check")).collect();
    is(&say(&server, ME, &get("/healthz")), 429, Some(2));
    is(&say(&server, OTHER, &get("/healthz")), 200, None);
    drop(busy);
}

#[test]
fn all_together_have_so_many_connections() {
    // A trusted proxy may have more than one.
    let (_data, server) = with(
        "[http]\ntimeout = 120\nconnections = 4\nconnections_per_address = 1\n[web]\ntrusted_proxies = [\"127.0.0.1\"]\n",
    );
    let busy: Vec<_> = (0..4).map(|_| at_work(&server, ME, "/v1/check")).collect();
    is(&say(&server, OTHER, &get("/healthz")), 503, Some(2));
    drop(busy);
}

#[test]
fn one_address_has_so_many_requests_at_once() {
    let (_data, server) = with(
        "[http]\ntimeout = 120\nper_address = 2\nuploads_per_address = 2\n[web]\ntrusted_proxies = [\"127.0.0.1\"]\n",
    );
    for path in ["/v1/check", "/cek"] {
        let of = |client: &str| {
            let request =
                stuck(path).replace("host: x", &format!("host: x\r\nx-forwarded-for: {client}"));
            say(&server, ME, &request)
        };
        let busy: Vec<_> = (0..2).map(|_| at_work(&server, ME, path)).collect();
        is(&of("127.0.0.1"), 429, Some(2));
        drop(busy);
        // Another client of the same proxy is served, until its own body is waited for too long.
        is(&of("198.51.100.7"), 408, None);
    }
    // What watches over the service has places of its own.
    is(&say(&server, ME, &get("/readyz")), 200, None);
    let counted = say(&server, ME, &get("/metrics"));
    let line = "ikd_refused_total{limit=\"requests of an address\"} 2\n";
    assert!(counted.contains(line), "{counted}");
}

#[test]
fn whoever_finds_no_place_is_told_soon() {
    // One place for files.
    let (_data, server) = with("[http]\nconcurrency = 4\n");
    let busy = at_work(&server, OTHER, "/cek");
    is(&say(&server, ME, &get("/cek")), 503, Some(2));
    is(&say(&server, ME, &get("/")), 200, None);
    drop(busy);
}

#[test]
fn whoever_takes_no_answer_is_left() {
    let (_data, server) = with("[http]\nstall_timeout = 1\n");
    let path = "/openapi.json";
    let size = server.get(path).body.len();
    assert!(size > 100_000, "{size}");
    let before = server.memory_kb();
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
    let clients: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = connect(&server, ME);
            stream
                .set_write_timeout(Some(Duration::from_millis(500)))
                .unwrap();
            // Answers that nobody reads fill the buffers between us; then no more requests are taken.
            let _ = stream.write_all(request.repeat(500).as_bytes());
            stream
        })
        .collect();
    for mut stream in clients {
        // It has ended: whatever is left to read, writing fails.
        let closed = (0..600).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            matches!(stream.write(b"G"), Err(e) if e.kind() != std::io::ErrorKind::WouldBlock)
        });
        assert!(closed);
    }
    let grown = server.memory_kb() - before;
    assert!(grown < 64 << 10, "{grown} kB");
    is(&say(&server, ME, &get("/healthz")), 200, None);
}

#[test]
fn others_are_served_beside_thousands_of_slow_clients() {
    let (_data, server) = with("");
    let before = server.memory_kb();
    // More than there is room for, from twelve addresses; each has sent a part of its request.
    let many = most_files().saturating_sub(200).min(2_600) as u32;
    let slow: Vec<_> = (0..many)
        .map(|n| {
            let mut stream = connect(&server, [127, 0, 1, 1 + (n % 12) as u8]);
            let _ = stream.write_all(b"POST /v1/check HTTP/1.1\r\nhost: x\r\nx-slow: ");
            stream
        })
        .collect();
    for path in ["/healthz", "/", "/bundle", "/cek"] {
        // Somebody has to go first, which a slow machine may not manage at once.
        let mut answers = (0..20).map(|_| say(&server, ME, &get(path)));
        let answer = answers.find(|answer| !answer.starts_with("HTTP/1.1 503 "));
        is(&answer.expect("no room in twenty tries"), 200, None);
    }
    let grown = server.memory_kb() - before;
    assert!(grown < 128 << 10, "{grown} kB");
    // They are not waited for.
    for stream in slow {
        let answer = rest(stream);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 503 "),
            "{answer}"
        );
    }
}

/// Files that the tests may have open, and the service too.
fn most_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find_map(|l| l.strip_prefix("Max open files"));
    let soft = line.and_then(|l| l.split_whitespace().next()?.parse().ok());
    soft.unwrap_or(1024)
}

/// By NIK or by a number, whatever it is that an officer looks for: all of it counts together, hits and misses.
#[test]
fn an_officer_looks_up_no_whole_town() {
    let data = Data::with_people(1);
    let token = data.officer("ID.3273", "operator");
    let other = data.officer("ID.3273", "operator");
    let server = data.serve();
    let of = |nik: &str| format!(r#"{{"nik":"{nik}","kind":"ktp"}}"#);
    let asks = [
        ("/v1/documents/search", of(&nik(1)), 200),
        ("/v1/documents/search", of(&nik(77)), 200),
        (
            "/v1/devices/search",
            format!(r#"{{"nik":"{}"}}"#, nik(1)),
            200,
        ),
        (
            "/v1/applications/find",
            r#"{"registration":"7QK4-M2XD-9TRA-0C3T"}"#.to_string(),
            404,
        ),
    ];
    for (path, body, status) in &asks {
        assert_eq!(server.post(&token, path, body).status, *status, "{path}");
    }
    assert_eq!(data.base.numbers("SELECT used FROM throttles"), [4]);
    assert_eq!(data.base.change("UPDATE throttles SET used = 600"), Ok(1));
    for (path, body, _) in &asks {
        let answer = server.post(&token, path, body);
        assert_eq!(answer.status, 429, "{path}: {}", answer.text());
        let again: u32 = answer.header("retry-after").parse().unwrap();
        assert!((1..=3_600).contains(&again));
    }
    let (path, body, _) = &asks[0];
    assert_eq!(server.post(&other, path, body).status, 200);
}
