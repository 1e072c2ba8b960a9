//! The other side: a mail server and a webhook receiver, and what tests need around them.

use crate::support::{Data, Said};
use ikd::chance::Chance;
use ikd::outbox::{self, Address, Letter};
use ikd::service::Service;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Waits for something to come true; what never comes true fails the test.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..1200 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("never came: {what}");
}

/// Replaces the settings of a data directory; a request may take a minute, as everywhere in tests.
pub fn settings(data: &Data, text: &str) {
    let text = format!("{text}[http]\ntimeout = 60\n");
    std::fs::write(data.file("data/config.toml"), text).unwrap();
}

/// A runtime for the few calls into the library.
pub fn block<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

/// The service's own library on the data directory, beside the running server.
pub async fn library(data: &Data) -> Service {
    let path = data.file("data");
    ikd::cli::context::open_on(&path, data.base.url())
        .await
        .unwrap_or_else(|e| panic!("{e}"))
}

/// Commits a letter.
pub fn write_letter(data: &Data, to: &str, subject: &str, text: &str) {
    block(async {
        let service = library(data).await;
        let mut tx = service.db.begin().await.unwrap();
        let letter = Letter {
            to: Address::parse(to).unwrap(),
            subject: subject.into(),
            text: text.into(),
        };
        outbox::mail(&service, &mut tx, &mut Chance::System, letter)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        service.db.close().await;
    });
}

/// Rows of `ikd outbox list --state`, as words.
pub fn rows(data: &Data, state: &str) -> Vec<Vec<String>> {
    let said = data.ok(&["outbox", "list", "--state", state, "--limit", "1000"]);
    let words = |line: &str| line.split_whitespace().map(str::to_string).collect();
    said.out.lines().map(words).collect()
}

/// Every byte of the database: the file, its log and its index.
pub fn database_bytes(data: &Data) -> Vec<u8> {
    data.base.bytes()
}

pub fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

/// The id and the token or secret that `ikd agency add` shows.
pub fn added(said: &Said) -> (String, String) {
    let handed = said.out.lines().find_map(|line| {
        line.strip_prefix("token  ")
            .or_else(|| line.strip_prefix("secret "))
    });
    (said.after("agency "), handed.unwrap().trim().to_string())
}

/// How the mail server behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Takes every letter.
    Takes,
    /// Refuses every recipient with that code.
    Refuses(u16),
    /// Says nothing any more once it has a letter.
    Hangs,
}

/// A mail server.
pub struct MailServer {
    pub port: u16,
    letters: Arc<Mutex<Vec<String>>>,
    manner: Arc<Mutex<Manner>>,
}

impl MailServer {
    pub fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            letters: Arc::default(),
            manner: Arc::new(Mutex::new(manner)),
        };
        let (letters, manner) = (Arc::clone(&server.letters), Arc::clone(&server.manner));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (letters, manner) = (Arc::clone(&letters), Arc::clone(&manner));
                std::thread::spawn(move || Self::talk(stream, &letters, &manner));
            }
        });
        server
    }

    fn talk(
        mut stream: TcpStream,
        letters: &Mutex<Vec<String>>,
        manner: &Mutex<Manner>,
    ) -> Option<()> {
        let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
        stream.write_all(b"220 sink\r\n").ok()?;
        loop {
            let line = lines.next()?.ok()?;
            let how = *manner.lock().unwrap();
            let word: String = line.chars().take(4).collect::<String>().to_uppercase();
            let reply = match (word.as_str(), how) {
                ("RCPT", Manner::Refuses(code)) => format!("{code} no <siti@contoh.id>\r\n"),
                ("DATA", _) => {
                    stream.write_all(b"354 go on\r\n").ok()?;
                    let mut letter = String::new();
                    loop {
                        match lines.next()?.ok()? {
                            end if end == "." => break,
                            line => letter.push_str(&format!("{line}\n")),
                        }
                    }
                    letters.lock().unwrap().push(letter);
                    if how == Manner::Hangs {
                        std::thread::sleep(Duration::from_secs(600));
                    }
                    "250 taken\r\n".into()
                }
                ("QUIT", _) => "221 bye\r\n".into(),
                _ => "250 ok\r\n".into(),
            };
            stream.write_all(reply.as_bytes()).ok()?;
        }
    }

    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// What it was given so far, raw.
    pub fn letters(&self) -> Vec<String> {
        self.letters.lock().unwrap().clone()
    }

    /// Settings that lead here; a try may take as long as a slow machine takes, and the next comes at once.
    pub fn settings(&self) -> String {
        format!(
            "[mail]\nsmtp = \"smtp://127.0.0.1:{}\"\nfrom = \"Dukcapil <uji@dukcapil.example>\"\n\
             [notify]\ntimeout = 20\nretry = 0\n",
            self.port
        )
    }
}

/// A request that the receiver got.
#[derive(Clone)]
pub struct Got {
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

type Answer = Box<dyn Fn(usize) -> String + Send + Sync>;

/// A webhook receiver; the n-th request, from 0, gets the status line and headers that it is told to give.
pub struct Receiver {
    pub port: u16,
    got: Arc<Mutex<Vec<Got>>>,
    answer: Arc<Mutex<Answer>>,
}

impl Receiver {
    pub fn start(answer: impl Fn(usize) -> &'static str + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let answer: Answer = Box::new(move |n| answer(n).to_string());
        let receiver = Self {
            port: listener.local_addr().unwrap().port(),
            got: Arc::default(),
            answer: Arc::new(Mutex::new(answer)),
        };
        let (got, answer) = (Arc::clone(&receiver.got), Arc::clone(&receiver.answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (got, answer) = (Arc::clone(&got), Arc::clone(&answer));
                std::thread::spawn(move || Self::talk(stream, &got, &answer));
            }
        });
        receiver
    }

    fn talk(mut stream: TcpStream, got: &Mutex<Vec<Got>>, answer: &Mutex<Answer>) -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let path = line.split_whitespace().nth(1)?.to_string();
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            headers.insert(name.to_lowercase(), value.to_string());
        }
        let length = headers
            .get("content-length")
            .and_then(|l| l.parse().ok())
            .unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let n = {
            let mut got = got.lock().unwrap();
            got.push(Got {
                path,
                headers,
                body,
            });
            got.len() - 1
        };
        let said = (answer.lock().unwrap())(n);
        if said == "silence" {
            std::thread::sleep(Duration::from_secs(600));
        }
        let reply = format!("HTTP/1.1 {said}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(reply.as_bytes()).ok()
    }

    pub fn answer(&self, answer: impl Fn(usize) -> &'static str + Send + Sync + 'static) {
        *self.answer.lock().unwrap() = Box::new(move |n| answer(n).to_string());
    }

    /// What it got so far.
    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }
}
