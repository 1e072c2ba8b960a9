//! One client that asks one thing after the other over one connection, as the proxy of a new visitor each time.

use ikd::clock::Stopwatch;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// The connection.
pub struct Client {
    stream: BufReader<TcpStream>,
    body: Vec<u8>,
}

impl Client {
    /// To a service that believes this machine's `X-Forwarded-For`.
    pub fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the service");
        stream.set_nodelay(true).expect("a socket");
        Self {
            stream: BufReader::new(stream),
            body: Vec::new(),
        }
    }

    /// Posts JSON; microseconds until the whole answer was there.
    pub fn post(&mut self, path: &str, visitor: [u8; 3], body: &str, status: u16) -> f64 {
        let [a, b, c] = visitor;
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 10.{a}.{b}.{c}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let watch = Stopwatch::start();
        self.stream
            .get_mut()
            .write_all(request.as_bytes())
            .expect("sent");
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("an answer");
        let fits = line.starts_with(&format!("HTTP/1.1 {status} "));
        let mut length = 0;
        loop {
            let mut line = String::new();
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
        let micros = watch.elapsed().as_secs_f64() * 1e6;
        assert!(fits, "{line}{}", String::from_utf8_lossy(&self.body));
        micros
    }
}
