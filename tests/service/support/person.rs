//! Officers who are people: they sign in with password and code. What takes two people is refused to tokens.

use super::{Answer, Data, Server};
use std::sync::atomic::{AtomicU32, Ordering};

/// The headers of whoever asks: a token, or the session that [`Data::person`] opened.
pub fn credentials(who: &str) -> Vec<(String, String)> {
    let header = |name: &str, value: &str| (name.to_string(), value.to_string());
    match who.strip_prefix("session ").and_then(|s| s.split_once(' ')) {
        Some((cookie, csrf)) => vec![header("cookie", cookie), header("x-csrf-token", csrf)],
        None => vec![header("authorization", &format!("Bearer {who}"))],
    }
}

/// What stands between two marks of a page.
fn between(page: &Answer, before: &str, after: &str) -> String {
    let html = page.text();
    let begin = html
        .find(before)
        .unwrap_or_else(|| panic!("no {before} in {html}"));
    let rest = &html[begin + before.len()..];
    rest[..rest.find(after).unwrap()].to_string()
}

/// The code of now by the secret that the enrolment page shows.
fn code(secret: &str) -> String {
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.replace(' ', "").as_bytes());
    let totp = totp_rs::Builder::new().with_secret(bytes.unwrap());
    let now = ikd::clock::Clock::System.now();
    totp.build().unwrap().generate(now as u64).to_string()
}

/// Somebody who is signing in.
struct SigningIn<'s> {
    server: &'s Server,
    cookie: String,
}

impl SigningIn<'_> {
    fn headers(&self) -> Vec<(String, String)> {
        let kind = "application/x-www-form-urlencoded";
        vec![
            ("cookie".into(), self.cookie.clone()),
            ("content-type".into(), kind.into()),
            ("accept".into(), "text/html".into()),
        ]
    }

    fn page(&self, path: &str) -> Answer {
        self.server.ask("GET", path, &self.headers(), b"")
    }

    fn send(&mut self, path: &str, fields: &[(&str, &str)]) {
        let mut form = form_urlencoded::Serializer::new(String::new());
        let body = form.extend_pairs(fields).finish();
        let answer = self
            .server
            .ask("POST", path, &self.headers(), body.as_bytes());
        assert_eq!(answer.status, 303, "{path}: {}", answer.text());
        if answer.headers.contains_key("set-cookie") {
            let set = answer.header("set-cookie");
            self.cookie = set.split(';').next().unwrap().to_string();
        }
    }

    /// From the one-time password to the open session, as requests name it.
    fn all_steps(mut self, login: &str, one_time: &str) -> String {
        self.send("/petugas/masuk", &[("nama", login), ("sandi", one_time)]);
        let (step, own) = ("/petugas/masuk/sandi", "kuda lari di sawah");
        let csrf = between(&self.page(step), "name=\"_csrf\" value=\"", "\"");
        self.send(step, &[("_csrf", &csrf), ("sandi", own), ("ulang", own)]);
        let step = "/petugas/masuk/perangkat";
        let page = self.page(step);
        let csrf = between(&page, "name=\"_csrf\" value=\"", "\"");
        let code = code(&between(&page, "<code id=\"kunci\">", "<"));
        self.send(step, &[("_csrf", &csrf), ("kode", &code)]);
        let session = self.page("/v1/session").json();
        format!(
            "session {} {}",
            self.cookie,
            session["csrf"].as_str().unwrap()
        )
    }
}

impl Server {
    /// Everything from the one-time password to the open session, as requests name it.
    #[allow(dead_code, reason = "not every test has people")]
    pub fn first_sign_in(&self, login: &str, one_time: &str) -> String {
        let (server, cookie) = (self, String::new());
        SigningIn { server, cookie }.all_steps(login, one_time)
    }
}

#[allow(dead_code, reason = "not every test has people")]
impl Data {
    /// An officer who signed in, to be named wherever a token is. Their id too.
    pub fn person_of(&self, server: &Server, iss: &str, role: &str) -> (String, String) {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let login = format!("orang{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let args = ["officer", "add", "--office", iss, "--name", "Orang Uji"];
        let said = self.ok(&[&args[..], &["--login", &login, "--role", role]].concat());
        let session = server.first_sign_in(&login, &said.after("password "));
        (session, said.after("officer "))
    }

    /// An officer who signed in, to be named wherever a token is.
    pub fn person(&self, server: &Server, iss: &str, role: &str) -> String {
        self.person_of(server, iss, role).0
    }
}
