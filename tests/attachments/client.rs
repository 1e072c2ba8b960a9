//! Somebody who is signed in, and the files they send.

use crate::browser;
use crate::people::{self, FATHER, hidden};
use crate::support::{Answer, Data, Server};
use std::io::Read;
use std::time::Duration;

/// A browser that keeps what files hold.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    pub base: String,
    pub cookie: Option<String>,
}

impl Client {
    pub fn new(server: &Server, cookie: Option<String>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(120)));
        Self {
            agent: config.build().into(),
            base: server.base.clone(),
            cookie,
        }
    }

    /// The head of the family, with a new account.
    pub fn citizen(data: &Data, server: &Server) -> Self {
        let browser = people::signed_in(data, server, FATHER, "1987-04-12", "budi@contoh.id", 0);
        Self::new(server, browser.cookie)
    }

    /// A new officer of Bandung.
    pub fn officer(data: &Data, server: &Server, login: &str, role: &str) -> Self {
        let (browser, _) = browser::signed_in(data, server, login, role);
        Self::new(server, Some(format!("ikd={}", browser.cookie())))
    }

    fn cookies(&self) -> &str {
        self.cookie.as_deref().unwrap_or("none=none")
    }

    fn answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
        let mut response = response.unwrap();
        let mut body = Vec::new();
        let mut reader = response.body_mut().as_reader();
        reader.read_to_end(&mut body).unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body,
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        let request = self.agent.get(format!("{}{path}", self.base));
        let request = request.header("accept", "text/html");
        Self::answer(request.header("cookie", self.cookies()).call())
    }

    /// Sends bytes of that media type.
    pub fn send(&self, path: &str, media_type: &str, body: &[u8]) -> Answer {
        let request = self.agent.post(format!("{}{path}", self.base));
        let request = request
            .header("accept", "text/html")
            .header("content-type", media_type)
            .header("cookie", self.cookies());
        Self::answer(request.send(body))
    }

    /// Opens a page and sends a form with its token.
    pub fn fill(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let html = self.get(page).text();
        let csrf = hidden(&html, "_csrf");
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("_csrf", &csrf).extend_pairs(fields);
        if html.contains("name=\"versi\"") {
            form.append_pair("versi", &hidden(&html, "versi"));
        }
        let body = form.finish();
        self.send(action, "application/x-www-form-urlencoded", body.as_bytes())
    }

    /// A token of this session's forms.
    pub fn csrf(&self) -> String {
        hidden(&self.get("/ajukan/ktp").text(), "_csrf")
    }

    /// Sends a file as the form does.
    pub fn upload(&self, path: &str, csrf: &str, file: &Sent) -> Answer {
        let mut body = Vec::new();
        let part = |head: &str| format!("--batas\r\nContent-Disposition: form-data; {head}\r\n");
        body.extend(format!("{}\r\n{csrf}\r\n", part("name=\"_csrf\"")).bytes());
        let head = format!("name=\"berkas\"; filename=\"{}\"", file.name);
        body.extend(part(&head).bytes());
        body.extend(format!("Content-Type: {}\r\n\r\n", file.media_type).bytes());
        body.extend(&file.bytes);
        body.extend(b"\r\n--batas--\r\n");
        self.send(path, "multipart/form-data; boundary=batas", &body)
    }
}

/// A file and what it is said to be.
pub struct Sent {
    pub name: &'static str,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

pub fn jpeg(bytes: Vec<u8>) -> Sent {
    Sent {
        name: "foto.jpg",
        media_type: "image/jpeg",
        bytes,
    }
}

pub fn png(bytes: Vec<u8>) -> Sent {
    Sent {
        name: "foto.png",
        media_type: "image/png",
        bytes,
    }
}

pub fn pdf(bytes: Vec<u8>) -> Sent {
    Sent {
        name: "surat.pdf",
        media_type: "application/pdf",
        bytes,
    }
}

/// Addresses of files on a page, in order, each once.
pub fn addresses(html: &str) -> Vec<String> {
    let links = html.split("href=\"").skip(1);
    let links = links.filter_map(|rest| rest.split('"').next());
    let files = links.filter(|l| l.contains("/berkas/"));
    let mut found: Vec<String> = files.map(str::to_string).collect();
    found.dedup();
    found
}

/// What a page says is wrong, or the page.
pub fn told(answer: &Answer) -> String {
    let html = answer.text();
    let Some(begin) = html.find("role=\"alert\"") else {
        return html;
    };
    html[begin..].split("</p>").next().unwrap().to_string()
}
