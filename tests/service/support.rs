//! A data directory, the command, a running service, and a client.

#[path = "../service/support/database.rs"]
pub mod database;

use database::Base;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Columns of the people files that tests write.
pub const HEADER: &str = "nik,nomor_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,golongan_darah,agama,\
status_perkawinan,pekerjaan,pendidikan,shdk,alamat,rt_rw,kode_wilayah,kelurahan,kecamatan,kabupaten,provinsi";

/// NIK of the n-th adult of Bandung, 1 to 9998.
pub fn nik(n: u32) -> String {
    format!("327301120487{n:04}")
}

/// A row of the n-th adult of Bandung, head of a family of one.
pub fn row(n: u32) -> String {
    row_in(
        &nik(n),
        &format!("327301010110{n:04}"),
        &format!("ORANG UJI {}", letters(n)),
        "3273011001",
    )
}

/// A row of an adult elsewhere.
pub fn row_in(nik: &str, kk: &str, name: &str, kode: &str) -> String {
    format!(
        "{nik},{kk},{name},BANDUNG,1987-04-12,1,13,1,1,88,8,1,JL UJI COBA 1,001/002,{kode},BRAGA,SUMUR BANDUNG,\
         KOTA BANDUNG,JAWA BARAT"
    )
}

fn letters(n: u32) -> String {
    n.to_string()
        .bytes()
        .map(|b| char::from(b - b'0' + b'A'))
        .collect()
}

/// A data directory of its own.
pub struct Data {
    pub dir: TempDir,
    pub base: Base,
}

/// What a command said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The word after a label at the begin of a line.
    pub fn after(&self, label: &str) -> String {
        let line = self.out.lines().find_map(|l| l.strip_prefix(label));
        line.unwrap_or_else(|| panic!("no {label} in {}{}", self.out, self.err))
            .split_whitespace()
            .next()
            .unwrap()
            .to_string()
    }
}

impl Data {
    /// Not made yet.
    pub fn nothing() -> Self {
        let dir = TempDir::new().unwrap();
        let base = Base::for_directory(&dir.path().join("data"));
        Self { dir, base }
    }

    /// Made by `ikd init`.
    pub fn new() -> Self {
        let data = Self::nothing();
        data.ok(&["init"]);
        data
    }

    /// Made by `ikd init`, with the first `n` adults of Bandung.
    pub fn with_people(n: u32) -> Self {
        let data = Self::new();
        let rows: Vec<String> = (1..=n).map(row).collect();
        data.write("people.csv", &format!("{HEADER}\n{}\n", rows.join("\n")));
        data.ok(&["import", "persons", &data.path("people.csv")]);
        data
    }

    pub fn path(&self, name: &str) -> String {
        self.file(name).to_str().unwrap().to_string()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.file(name), text).unwrap();
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ikd"));
        command
            .env_clear()
            .arg("--data")
            .arg(self.dir.path().join("data"));
        self.base.name_to(&mut command);
        command
    }

    pub fn run(&self, args: &[&str]) -> Said {
        Said::of(self.command().args(args).output().unwrap())
    }

    /// Runs a command that must succeed.
    pub fn ok(&self, args: &[&str]) -> Said {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args:?}\n{}{}", said.out, said.err);
        said
    }

    /// Issues on the command line; the document's id.
    pub fn issue(&self, n: u32, kind: &str) -> String {
        let out = self.path("qr.png");
        self.ok(&["issue", "--nik", &nik(n), "--kind", kind, "--out", &out])
            .after("document ")
    }

    /// A new officer's token.
    pub fn officer(&self, iss: &str, role: &str) -> String {
        self.ok(&[
            "officer", "add", "--office", iss, "--name", "Uji", "--role", role,
        ])
        .after("token ")
    }

    /// Exports and checks the bundle, as a verifier does.
    pub fn bundle(&self) -> credential::bundle::Bundle {
        self.ok(&["bundle", "export", &self.path("ikd.bundle")]);
        self.read_bundle(&std::fs::read(self.file("ikd.bundle")).unwrap())
    }

    pub fn read_bundle(&self, bytes: &[u8]) -> credential::bundle::Bundle {
        credential::bundle::Bundle::verify(bytes, &self.root()).expect("the bundle verifies")
    }

    /// The root key that verifiers pin.
    pub fn root(&self) -> [u8; 32] {
        let pem = std::fs::read_to_string(self.dir.path().join("data/root.pub.pem")).unwrap();
        let body: String = pem.lines().filter(|l| !l.starts_with('-')).collect();
        let der = base64_decode(&body);
        der[12..].try_into().unwrap()
    }

    pub fn serve(&self) -> Server {
        Server::start(self)
    }
}

pub fn base64_decode(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap()
}

/// The verdict's reason code for a text by a bundle, now.
pub fn verdict(text: &str, bundle: &credential::bundle::Bundle) -> &'static str {
    let now = bundle.issued + 1;
    let policy = credential::Policy::default();
    credential::verify(text, &bundle.trust, &bundle.statuses, now, &policy)
        .reason()
        .code()
}

/// A running service.
pub struct Server {
    pub child: Child,
    pub base: String,
    log: PathBuf,
    agent: ureq::Agent,
}

/// What the service answered.
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// Checks that it is a problem document; the names of its fields.
    pub fn problem(&self, status: u16) -> Vec<String> {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["status"], status);
        assert!(
            body["type"]
                .as_str()
                .unwrap()
                .starts_with("urn:ikd:problem:"),
            "{body}"
        );
        assert_eq!(body["request_id"], self.header("x-request-id"));
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|e| e["field"].as_str().unwrap().to_string())
            .collect()
    }
}

impl Server {
    fn start(data: &Data) -> Self {
        let log = data.file("serve.log");
        let stderr = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&log)
            .unwrap();
        let mut command = data.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        command
            .env("RUST_LOG", "trace")
            .stdout(Stdio::piped())
            .stderr(stderr);
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let base = line
            .trim()
            .strip_prefix("listening on ")
            .map(str::to_string);
        let base =
            base.unwrap_or_else(|| panic!("{line}{}", std::fs::read_to_string(&log).unwrap()));
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)));
        Self {
            child,
            base,
            log,
            agent: config.build().into(),
        }
    }

    fn answer(
        response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Answer, ureq::Error> {
        let mut response = response?;
        let mut body = Vec::new();
        response.body_mut().as_reader().read_to_end(&mut body)?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body,
        })
    }

    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Self::answer(request.call()).unwrap()
    }

    /// A GET whose redirect is not followed.
    #[allow(dead_code, reason = "tests/citizens shares this file and uses it")]
    pub fn get_once(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.config().max_redirects(0).build();
        Self::answer(request.call()).unwrap()
    }

    /// A POST with headers of its own, whose redirect is not followed.
    #[allow(dead_code, reason = "tests/citizens shares this file and uses it")]
    pub fn post_once(&self, path: &str, headers: &[(String, String)], body: &str) -> Answer {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.config().max_redirects(0).build();
        Self::answer(request.send(body)).unwrap()
    }

    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub fn get_as(&self, token: &str, path: &str) -> Answer {
        self.get_with(path, &[("authorization", &format!("Bearer {token}"))])
    }

    pub fn try_post(&self, token: &str, path: &str, body: &str) -> Result<Answer, ureq::Error> {
        let request = self.agent.post(format!("{}{path}", self.base));
        let request = request.header("authorization", format!("Bearer {token}"));
        Self::answer(request.send(body))
    }

    /// A request with any method, headers and body, whose redirect is not followed. A connection that the server closed
    /// because it did not read the last request to its end is opened anew.
    #[allow(dead_code, reason = "tests/api shares this file and uses it")]
    pub fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Answer {
        let once = || {
            let mut request = ureq::http::Request::builder()
                .method(method)
                .uri(format!("{}{path}", self.base));
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let config = self.agent.configure_request(request.body(body).unwrap());
            let config = config.allow_non_standard_methods(true).max_redirects(0);
            Self::answer(self.agent.run(config.build()))
        };
        once().or_else(|_| once()).unwrap()
    }

    /// The same with an officer's token.
    #[allow(dead_code, reason = "tests/appointments shares this file and uses it")]
    pub fn send(&self, token: &str, method: &str, path: &str, body: &[u8]) -> Answer {
        let token = ("authorization".to_string(), format!("Bearer {token}"));
        self.ask(method, path, &[token], body)
    }

    pub fn post(&self, token: &str, path: &str, body: &str) -> Answer {
        self.try_post(token, path, body).unwrap()
    }

    /// Issues; the answer's document.
    pub fn issue(&self, token: &str, n: u32) -> serde_json::Value {
        let answer = self.post(
            token,
            "/v1/documents",
            &format!(r#"{{"nik":"{}","kind":"ktp"}}"#, nik(n)),
        );
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["document"].clone()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &id])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Path of a file in the tests' folder.
pub fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/service")
        .join(name)
}
