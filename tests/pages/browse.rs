//! A visitor with a browser, and a look at the HTML that comes back.

use crate::support::{Answer, Server};
use std::collections::BTreeSet;
use std::io::Read;

/// The addresses of public pages that stand alone.
pub const PAGES: &[&str] = &[
    "/",
    "/layanan",
    "/layanan?cari=akta",
    "/layanan?cari=xyzzy",
    "/layanan/ktp",
    "/layanan/akta-kelahiran",
    "/cek",
    "/warna",
    "/kepercayaan",
    "/kepercayaan?cari=xyzzy",
    "/kepercayaan?hal=99999",
    "/privasi",
    "/aksesibilitas",
    "/bantuan",
];

/// What a browser says it accepts.
pub const HTML: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

/// Gets a page.
pub fn open(server: &Server, path: &str) -> Answer {
    server.get_with(path, &[HTML])
}

/// Gets a page in that language.
pub fn open_in(server: &Server, path: &str, lang: &str) -> Answer {
    server.get_with(path, &[HTML, ("cookie", &format!("bahasa={lang}"))])
}

/// Sends the form of `/cek` with one field; a file name makes it a file.
pub fn send(server: &Server, field: &str, file: Option<&str>, content: &[u8]) -> Answer {
    let name = file.map_or_else(String::new, |name| format!("; filename=\"{name}\""));
    let kind = file.map_or("", |_| "\r\ncontent-type: application/octet-stream");
    let mut body =
        format!("--XX\r\ncontent-disposition: form-data; name=\"{field}\"{name}{kind}\r\n\r\n")
            .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--XX--\r\n");
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build();
    let request = ureq::Agent::from(config)
        .post(format!("{}/cek", server.base))
        .header("content-type", "multipart/form-data; boundary=XX")
        .header(HTML.0, HTML.1);
    let mut response = request.send(&body[..]).unwrap();
    let mut body = Vec::new();
    response
        .body_mut()
        .as_reader()
        .read_to_end(&mut body)
        .unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body,
    }
}

/// The values of an attribute, in order.
pub fn attributes(html: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    let found = html.match_indices(&start).map(|(at, _)| {
        let rest = &html[at + start.len()..];
        let value = &rest[..rest.find('"').expect("an attribute ends")];
        value.replace("&amp;", "&").replace("&#38;", "&")
    });
    found.collect()
}

/// Ids of a page; a page has each once.
pub fn ids(html: &str, path: &str) -> BTreeSet<String> {
    let all = attributes(html, "id");
    let set: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(all.len(), set.len(), "{path} has an id twice: {all:?}");
    set
}

/// Checks what holds for every page: its policy, nothing inline, one h1, its language, a title.
pub fn check_page(answer: &Answer, path: &str, lang: &str) {
    let html = answer.text();
    let policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' blob: data:; \
                  connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    assert_eq!(answer.header("content-security-policy"), policy, "{path}");
    assert_eq!(
        answer.header("content-type"),
        "text/html; charset=utf-8",
        "{path}"
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(answer.header("content-language"), lang, "{path}");
    assert!(html.starts_with("<!doctype html>"), "{path}");
    assert!(
        html.contains(&format!("<html lang=\"{lang}\"")),
        "{path} is not in {lang}"
    );
    assert_eq!(html.matches("<h1").count(), 1, "{path} has one h1");
    assert!(
        html.contains("<main id=\"isi\"") && html.contains("href=\"#isi\""),
        "{path}"
    );
    let title = html
        .split("<title>")
        .nth(1)
        .unwrap()
        .split("</title>")
        .next()
        .unwrap();
    assert!(title.trim().len() > 5, "{path}: {title}");
    assert!(
        !html.contains("<style") && !html.contains(" style="),
        "{path} has an inline style"
    );
    for script in html.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap();
        assert!(
            tag.contains(" src=\"/static/"),
            "{path} has an inline script"
        );
    }
    let handlers = html.split(" on").skip(1);
    let inline = handlers.filter(|rest| {
        let name: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
        rest[name.len()..].starts_with("=\"")
    });
    assert_eq!(inline.count(), 0, "{path} has an inline handler");
    ids(&html, path);
}
