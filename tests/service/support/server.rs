//! A running service, and a client.

use super::{Data, credentials, nik};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

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
    pub fn start(data: &Data) -> Self {
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
            .timeout_global(Some(Duration::from_secs(120)));
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

    /// What takes two people ([`Data::person`]): the first one proposes it at a path (with a method before it, where that is
    /// not POST), the second one approves what they read. Both answers.
    #[allow(dead_code, reason = "the tests of officers and of the API use it")]
    pub fn agree(
        &self,
        (first, second): (&str, &str),
        path: &str,
        body: &str,
    ) -> (serde_json::Value, serde_json::Value) {
        let (method, path) = path.split_once(' ').unwrap_or(("POST", path));
        let proposed = self.send(first, method, path, body.as_bytes());
        assert_eq!(proposed.status, 202, "{path}: {}", proposed.text());
        let proposed = proposed.json();
        let id = proposed["proposal"]["id"].as_str().unwrap();
        let address = format!("/v1/proposals/{id}");
        let seen = self.get_as(second, &address).json();
        let seen = serde_json::json!({"hash": seen["hash"]}).to_string();
        let approved = self.post(second, &format!("{address}/approve"), &seen);
        assert_eq!(approved.status, 200, "{path}: {}", approved.text());
        (proposed, approved.json())
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
        let headers = credentials(token);
        let headers: Vec<_> = headers
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        self.get_with(path, &headers)
    }

    pub fn try_post(&self, token: &str, path: &str, body: &str) -> Result<Answer, ureq::Error> {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        for (name, value) in credentials(token) {
            request = request.header(name, value);
        }
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

    /// The same with an officer's token or session.
    #[allow(dead_code, reason = "tests/appointments shares this file and uses it")]
    pub fn send(&self, token: &str, method: &str, path: &str, body: &[u8]) -> Answer {
        self.ask(method, path, &credentials(token), body)
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

    /// Most memory that it has taken so far, in kB.
    #[allow(dead_code, reason = "other tests share this file")]
    pub fn memory_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find_map(|l| l.strip_prefix("VmHWM:"))
            .unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
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
