//! A client of the API: whose it is stands in its headers, and every answer is held against the description.

use crate::contract::Contract;
use crate::support::{Answer, Server, credentials};
use serde_json::Value;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

/// Somebody at the API.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    pub base: String,
    pub contract: Arc<Contract>,
    pub headers: Vec<(String, String)>,
}

impl Client {
    /// Nobody who is known.
    pub fn new(server: &Server, contract: &Arc<Contract>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(120)));
        Self {
            agent: config.build().into(),
            base: server.base.clone(),
            contract: contract.clone(),
            headers: Vec::new(),
        }
    }

    /// The same with one more header.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name.into(), value.into()));
        other
    }

    /// Nobody who is known, at the same server.
    pub fn anonymous(&self) -> Self {
        Self {
            headers: Vec::new(),
            ..self.clone()
        }
    }

    /// A program or officer with a token, or a person who signed in.
    pub fn token(&self, token: &str) -> Self {
        let mut other = self.clone();
        other.headers.extend(credentials(token));
        other
    }

    /// Whoever holds that session; the token against foreign requests is asked for as a script would.
    pub fn session(&self, cookie: &str) -> Self {
        let reader = self.with("cookie", cookie);
        let session = reader.get("/v1/session");
        assert_eq!(session.status, 200, "{}", session.text());
        let csrf = session.json()["csrf"].as_str().unwrap().to_string();
        reader.with("x-csrf-token", &csrf)
    }

    /// Sends a request and checks nothing. A connection that the server closed after the answer before is no answer.
    pub fn raw(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
        let first = self.try_raw(method, path, kind, body);
        let answer = match first {
            Err(ureq::Error::Io(_)) => self.try_raw(method, path, kind, body),
            other => other,
        };
        answer.unwrap_or_else(|e| panic!("{method} {path}: {e}"))
    }

    fn try_raw(
        &self,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !kind.is_empty() {
            request = request.header("content-type", kind);
        }
        let mut response = match body.is_empty() {
            true => self.agent.run(request.body(()).unwrap()),
            false => self.agent.run(request.body(body).unwrap()),
        }?;
        let mut body = Vec::new();
        response.body_mut().as_reader().read_to_end(&mut body)?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body,
        })
    }

    /// Sends JSON and holds the answer against the description.
    pub fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let text = body.map_or_else(String::new, Value::to_string);
        let kind = body.map_or("", |_| "application/json");
        let answer = self.raw(method, path, kind, text.as_bytes());
        self.contract.check(method, path, &answer);
        answer
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body))
    }

    /// What a request that must succeed answers.
    pub fn ok(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let answer = self.send(method, path, body);
        assert!(
            (200..300).contains(&answer.status),
            "{method} {path} {}: {}",
            answer.status,
            answer.text()
        );
        match answer.body.is_empty() {
            true => Value::Null,
            false => answer.json(),
        }
    }

    /// Reads what must be there.
    pub fn read(&self, path: &str) -> Value {
        self.ok("GET", path, None)
    }

    /// Takes a step of an application that must be allowed.
    pub fn step(&self, id: &str, act: &str, body: Option<&Value>) -> Value {
        self.ok("POST", &format!("/v1/applications/{id}/{act}"), body)
    }
}
