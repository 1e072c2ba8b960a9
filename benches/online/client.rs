//! Clients that issue one card after the other, each over a connection of its own.

use ikd::clock::Stopwatch;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Duration;

/// Whom the clients ask, and as whom.
pub struct Who<'a> {
    /// Host and port.
    pub address: &'a str,
    /// An officer's token.
    pub token: &'a str,
    /// What stands in the request beside NIK and kind, from the comma on.
    pub more: &'a str,
}

/// Issues cards for so many seconds; how long each took from request to answer, in milliseconds.
pub fn drive(
    who: &Who<'_>,
    clients: usize,
    seconds: usize,
    niks: &Mutex<VecDeque<i64>>,
) -> Vec<f64> {
    let watch = Stopwatch::start();
    let whole = Duration::from_secs(seconds as u64);
    std::thread::scope(|scope| {
        let one = || {
            let mut connection = Connection::open(who.address, who.token);
            let mut seen = Vec::new();
            while watch.elapsed() < whole {
                let nik = niks.lock().expect("a queue").pop_front();
                let nik = nik.expect("people are left: PEOPLE=… for more");
                let begun = Stopwatch::start();
                connection.issue(nik, who.more);
                seen.push(begun.elapsed().as_secs_f64() * 1000.0);
            }
            seen
        };
        let threads: Vec<_> = (0..clients).map(|_| scope.spawn(one)).collect();
        let all = threads.into_iter().map(|t| t.join().expect("a client"));
        all.flatten().collect()
    })
}

struct Connection {
    stream: BufReader<TcpStream>,
    head: String,
    body: Vec<u8>,
}

impl Connection {
    fn open(address: &str, token: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the service");
        stream.set_nodelay(true).expect("a socket");
        let head = format!(
            "POST /v1/documents HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: "
        );
        Self {
            stream: BufReader::new(stream),
            head,
            body: Vec::new(),
        }
    }

    /// Asks for a KTP-el and reads the whole answer.
    fn issue(&mut self, nik: i64, more: &str) {
        let body = format!(r#"{{"nik":"{nik}","kind":"ktp"{more}}}"#);
        let request = format!("{}{}\r\n\r\n{body}", self.head, body.len());
        self.stream
            .get_mut()
            .write_all(request.as_bytes())
            .expect("sent");
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("an answer");
        assert!(line.starts_with("HTTP/1.1 201"), "{line}");
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("a header");
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().expect("a length");
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).expect("a body");
    }
}
