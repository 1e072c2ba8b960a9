//! What a browser does: keeps cookies, sends forms with their hidden fields, says where they come from.

use crate::support::{Data, Server};
use std::collections::BTreeMap;
use std::io::Read;
use std::time::Duration;

/// A password that nobody guesses first.
pub const PASSWORD: &str = "kuda lari di sawah";

/// A browser with its cookies.
pub struct Browser {
    agent: ureq::Agent,
    base: String,
    pub cookies: BTreeMap<String, String>,
}

/// What it got.
pub struct Page {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub html: String,
}

impl Page {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// Where it redirects to.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.html);
        self.header("location")
    }

    /// The token of its forms.
    pub fn csrf(&self) -> String {
        self.between("name=\"_csrf\" value=\"", "\"")
    }

    /// The text after one mark and before another.
    pub fn between(&self, before: &str, after: &str) -> String {
        let begin = self.html.find(before);
        let begin = begin.unwrap_or_else(|| panic!("no {before} in {}", self.html)) + before.len();
        let end = self.html[begin..].find(after).unwrap() + begin;
        self.html[begin..end].to_string()
    }
}

impl Browser {
    pub fn new(server: &Server) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(120)));
        Self {
            agent: config.build().into(),
            base: server.base.clone(),
            cookies: BTreeMap::new(),
        }
    }

    /// The same browser after the server was started again at another port.
    pub fn moved(&mut self, server: &Server) {
        self.base = server.base.clone();
    }

    /// The session cookie's value.
    pub fn cookie(&self) -> String {
        self.cookies.get("ikd").cloned().unwrap_or_default()
    }

    fn headers(&self) -> Vec<(String, String)> {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let fixed = [
            ("accept", "text/html,application/xhtml+xml"),
            ("user-agent", agent),
        ];
        let mut headers: Vec<_> = fixed.map(|(n, v)| (n.to_string(), v.to_string())).into();
        if !pairs.is_empty() {
            headers.push(("cookie".into(), pairs.join("; ")));
        }
        headers
    }

    fn took(&mut self, response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Page {
        let mut response = response.unwrap();
        let mut html = String::new();
        let mut body = response.body_mut().as_reader();
        body.read_to_string(&mut html).unwrap();
        let headers = response.headers().clone();
        for set in headers.get_all("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_string(), value.to_string());
            }
        }
        Page {
            status: response.status().as_u16(),
            headers,
            html,
        }
    }

    pub fn get(&mut self, path: &str) -> Page {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let response = request.call();
        self.took(response)
    }

    /// Sends a form with headers of its own.
    pub fn post_with(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        more: &[(&str, &str)],
    ) -> Page {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let mut form = form_urlencoded::Serializer::new(String::new());
        let body = form.extend_pairs(fields).finish();
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let response = request.send(body);
        self.took(response)
    }

    /// Sends a form of our own page.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let base = self.base.clone();
        self.post_with(
            path,
            fields,
            &[("origin", &base), ("sec-fetch-site", "same-origin")],
        )
    }

    /// Opens a page and sends the form on it.
    pub fn fill(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.get(page).csrf();
        let mut all = vec![("_csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post(action, &all)
    }

    /// The first step.
    pub fn password(&mut self, login: &str, password: &str) -> Page {
        self.post("/petugas/masuk", &[("nama", login), ("sandi", password)])
    }

    /// Everything from the one-time password to the open session; the secret of the code generator.
    pub fn first_sign_in(&mut self, login: &str, one_time: &str) -> Secret {
        assert_eq!(self.password(login, one_time).status, 303);
        let new = [("sandi", PASSWORD), ("ulang", PASSWORD)];
        let page = self.fill("/petugas/masuk/sandi", "/petugas/masuk/sandi", &new);
        assert!(page.location().starts_with("/petugas/masuk/perangkat"));
        let page = self.get("/petugas/masuk/perangkat");
        let secret = Secret::of(&page);
        let fields = [("_csrf", page.csrf()), ("kode", secret.code(0))];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let page = self.post("/petugas/masuk/perangkat", &fields);
        assert_eq!(page.location(), "/petugas");
        secret
    }

    /// Password and code.
    pub fn sign_in(&mut self, data: &Data, login: &str, secret: &Secret) {
        // As if the last code had been taken long ago.
        data.sql("UPDATE officer_logins SET totp_step = 1 WHERE totp_step IS NOT NULL");
        assert_eq!(self.password(login, PASSWORD).status, 303);
        let page = self.code(&secret.code(0));
        assert_eq!(page.location(), "/petugas");
    }

    /// The last step.
    pub fn code(&mut self, code: &str) -> Page {
        self.fill(
            "/petugas/masuk/kode",
            "/petugas/masuk/kode",
            &[("kode", code)],
        )
    }

    /// Whether a session is open.
    pub fn is_in(&mut self) -> bool {
        self.get("/petugas/akun").status == 200
    }
}

/// The secret of a code generator.
pub struct Secret {
    pub base32: String,
}

impl Secret {
    /// As the enrolment page shows it.
    pub fn of(page: &Page) -> Self {
        let text = page.between("<code id=\"kunci\">", "<");
        Self {
            base32: text.replace(' ', ""),
        }
    }

    /// The code of now, or of so many steps later.
    pub fn code(&self, later: i64) -> String {
        let bytes = data_encoding::BASE32_NOPAD.decode(self.base32.as_bytes());
        let totp = totp_rs::Builder::new()
            .with_secret(bytes.unwrap())
            .build()
            .unwrap();
        let now = ikd::clock::Clock::System.now() + 30 * later;
        totp.generate(now as u64).to_string()
    }
}

/// A new officer with a login: id and one-time password.
pub fn invite(data: &Data, iss: &str, login: &str, role: &str) -> (String, String) {
    if role == "signer" {
        data.ok(&["mandate", "add", "--office", iss, "--cards", "100000"]);
    }
    let said = data.ok(&[
        "officer", "add", "--office", iss, "--name", "Siti Uji", "--login", login, "--role", role,
    ]);
    (said.after("officer "), said.after("password "))
}

/// A new officer who has signed in.
pub fn signed_in(data: &Data, server: &Server, login: &str, role: &str) -> (Browser, Secret) {
    let (_, one_time) = invite(data, "ID.3273", login, role);
    let mut browser = Browser::new(server);
    let secret = browser.first_sign_in(login, &one_time);
    (browser, secret)
}

impl Data {
    /// Changes rows behind the server's back: time passes.
    pub fn sql(&self, sql: &str) -> u64 {
        self.base.change(sql).unwrap()
    }

    /// As [`Self::sql`]; what the database says against it.
    #[allow(dead_code, reason = "tests/appointments shares this file and uses it")]
    pub fn try_sql(&self, sql: &str) -> Result<u64, String> {
        self.base.change(sql)
    }

    /// Numbers of a query.
    pub fn numbers(&self, sql: &str) -> Vec<i64> {
        self.base.numbers(sql)
    }

    /// Texts of a query.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        self.base.texts(sql)
    }

    /// Everything that the database's files hold.
    pub fn database_bytes(&self) -> Vec<u8> {
        self.base.bytes()
    }
}
