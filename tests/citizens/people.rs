//! A family of the register, letters, and a browser without scripts.

use crate::support::{Answer, Data, HEADER, Server};
use std::path::PathBuf;
use std::time::Duration;

/// The family card of the tests.
pub const KK: &str = "3273011203150002";
/// Head of the family, a man of 39.
pub const FATHER: &str = "3273011204870011";
/// His wife.
pub const MOTHER: &str = "3273015204880012";
/// Their child of about 9.
pub const CHILD: &str = "3273015204170013";
/// The head's mother, an adult of the same card.
pub const GRANDMOTHER: &str = "3273015204550014";
/// A NIK that nobody has.
pub const NOBODY: &str = "3273011204870099";

/// A data directory with that family.
pub fn household() -> Data {
    let data = Data::new();
    let place = "JL UJI COBA 1,001/002,3273011001,BRAGA,SUMUR BANDUNG,KOTA BANDUNG,JAWA BARAT";
    let rows = [
        format!("{FATHER},{KK},BUDI SANTOSO,BANDUNG,1987-04-12,1,13,1,2,88,8,1,{place}"),
        format!("{MOTHER},{KK},SITI AMINAH,BANDUNG,1988-04-12,2,13,1,2,88,8,3,{place}"),
        format!("{CHILD},{KK},DEWI LESTARI,BANDUNG,2017-04-12,2,13,1,1,1,1,4,{place}"),
        format!("{GRANDMOTHER},{KK},SRI RAHAYU,BANDUNG,1955-04-12,2,13,1,2,88,3,7,{place}"),
    ];
    data.write("family.csv", &format!("{HEADER}\n{}\n", rows.join("\n")));
    data.ok(&["import", "persons", &data.path("family.csv")]);
    data
}

fn letters(data: &Data) -> Vec<PathBuf> {
    let folder = data.dir.path().join("data/mail");
    let found = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = found
        .map(|f| f.path())
        .filter(|p| p.extension().is_some_and(|e| e == "eml"))
        .collect();
    found.sort();
    found
}

/// The letters so far, each decoded; waits until there are so many.
pub fn mail(data: &Data, count: usize) -> Vec<String> {
    for _ in 0..1_200 {
        if letters(data).len() >= count {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let found = letters(data);
    assert_eq!(found.len(), count, "{found:?}");
    found
        .iter()
        .map(|path| plain(&std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// Quoted-printable, Base64 or plain: what the reader of the letter sees.
fn plain(letter: &str) -> String {
    let (head, body) = letter.split_once("\r\n\r\n").unwrap_or(("", letter));
    let encoding = head.to_lowercase();
    if encoding.contains("transfer-encoding: base64") {
        let text: String = body.split_whitespace().collect();
        let bytes = crate::support::base64_decode(&text);
        return format!("{head}\n\n{}", String::from_utf8_lossy(&bytes));
    }
    format!("{head}\n\n{}", body.replace("=\r\n", ""))
}

/// The code in a letter.
pub fn code_in(letter: &str) -> String {
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
    let code = letter.lines().map(str::trim).find(is_code);
    code.unwrap_or_else(|| panic!("no code in {letter}"))
        .to_string()
}

/// A value in a JSON answer.
pub fn text(answer: &Answer, name: &str) -> String {
    let json = answer.json();
    json[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {json}"))
        .to_string()
}

/// A browser: keeps its cookie, sends forms as forms.
pub struct Browser<'a> {
    server: &'a Server,
    pub cookie: Option<String>,
}

impl<'a> Browser<'a> {
    pub fn new(server: &'a Server) -> Self {
        Self {
            server,
            cookie: None,
        }
    }

    fn headers(&self) -> Vec<(String, String)> {
        let mut headers = vec![("accept".to_string(), "text/html".to_string())];
        headers.extend(self.cookie.clone().map(|c| ("cookie".to_string(), c)));
        headers
    }

    fn keep(&mut self, answer: &Answer) {
        for set in answer.headers.get_all("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            if let Some(value) = pair.strip_prefix("ikd=") {
                self.cookie = (!value.is_empty()).then(|| pair.to_string());
            }
        }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        let headers = self.headers();
        let headers: Vec<_> = headers
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        let answer = self.server.get_once(path, &headers);
        self.keep(&answer);
        answer
    }

    /// Sends a form.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let mut headers = self.headers();
        headers.push((
            "content-type".into(),
            "application/x-www-form-urlencoded".into(),
        ));
        let answer = self.server.post_once(path, &headers, &form.finish());
        self.keep(&answer);
        answer
    }

    /// Sends JSON with the session's cookie, and with the token where one is given.
    pub fn json(&mut self, path: &str, csrf: Option<&str>, body: &str) -> Answer {
        let mut headers = vec![("content-type".to_string(), "application/json".to_string())];
        headers.extend(self.cookie.clone().map(|c| ("cookie".to_string(), c)));
        headers.extend(csrf.map(|token| ("x-csrf-token".to_string(), token.to_string())));
        let answer = self.server.post_once(path, &headers, body);
        self.keep(&answer);
        answer
    }
}

/// The value of a hidden field on a page.
pub fn hidden(page: &str, name: &str) -> String {
    let start = page.find(&format!("name=\"{name}\" value=\""));
    let start = start.unwrap_or_else(|| panic!("no {name} in {page}"));
    let rest = &page[start..];
    rest.split('"').nth(3).unwrap().to_string()
}

/// A browser that is signed in with a new account of somebody in the family, by the API. `letters` counts the letters
/// before.
pub fn signed_in<'a>(
    data: &Data,
    server: &'a Server,
    nik: &str,
    born: &str,
    mailbox: &str,
    letters: usize,
) -> Browser<'a> {
    let mut browser = Browser::new(server);
    let claim = claim(nik, KK, born, mailbox);
    let asked = browser.json("/v1/account/registrations", None, &claim);
    assert_eq!(asked.status, 202, "{}", asked.text());
    let code = code_in(&mail(data, letters + 1)[letters]);
    let typed = typed(&text(&asked, "challenge"), &code);
    let opened = browser.json("/v1/account/registrations/confirm", None, &typed);
    assert_eq!(opened.status, 201, "{}", opened.text());
    assert!(browser.cookie.is_some());
    browser
}

/// Body of a request for an account.
pub fn claim(nik: &str, kk: &str, born: &str, contact: &str) -> String {
    serde_json::json!({"nik": nik, "nomor_kk": kk, "tanggal_lahir": born, "contact": contact})
        .to_string()
}

/// Body with a code.
pub fn typed(challenge: &str, code: &str) -> String {
    serde_json::json!({"challenge": challenge, "code": code}).to_string()
}
