//! What is looked for, and where.

use crate::support::Answer;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::fmt::Write;
use std::path::Path;

/// A value that must not be found, in the forms in which it could be written down.
#[derive(Clone)]
pub struct Canary {
    what: &'static str,
    forms: Vec<Vec<u8>>,
}

impl Canary {
    pub fn new(what: &'static str, value: &str) -> Self {
        let mut canary = Self::bytes(what, value.as_bytes());
        canary.forms.push(value.to_lowercase().into_bytes());
        let escaped: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        canary.forms.push(escaped.replace('+', "%20").into_bytes());
        canary.forms.push(escaped.into_bytes());
        if let Ok(number) = value.parse::<u64>() {
            // As a database stores it, without the zeros before it.
            let bytes = number.to_be_bytes();
            canary
                .forms
                .push(bytes[bytes.iter().position(|b| *b > 0).unwrap()..].to_vec());
            canary.forms.push(number.to_le_bytes().to_vec());
        }
        canary
    }

    pub fn bytes(what: &'static str, value: &[u8]) -> Self {
        let hex = value.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        });
        let debug = format!("{value:?}");
        // Base64 looks different at each of three places; the digits at its ends hang on what stands beside it.
        let base64 = (0..3).map(|before| {
            let text = STANDARD_NO_PAD.encode([&[0; 3][..before], value].concat());
            text.as_bytes()[[0, 2, 3][before]..text.len() - 2].to_vec()
        });
        let mut forms: Vec<Vec<u8>> = base64.collect();
        forms.push(value.to_vec());
        forms.push(hex.to_uppercase().into_bytes());
        forms.push(hex.into_bytes());
        forms.push(debug.trim_matches(['[', ']']).as_bytes().to_vec());
        Self { what, forms }
    }
}

/// All of them, sorted by their first two bytes.
pub struct Net {
    canaries: Vec<Canary>,
    begins: Vec<Vec<(usize, usize)>>,
}

impl Net {
    pub fn new(canaries: Vec<Canary>) -> Self {
        let mut begins = vec![Vec::new(); 1 << 16];
        for (c, canary) in canaries.iter().enumerate() {
            for (f, form) in canary.forms.iter().enumerate() {
                begins[usize::from(form[0]) << 8 | usize::from(form[1])].push((c, f));
            }
        }
        Self { canaries, begins }
    }

    /// The first that is found, and where.
    fn found(&self, bytes: &[u8]) -> Option<(&Canary, usize)> {
        let mut at = 0;
        while at + 1 < bytes.len() {
            let here = usize::from(bytes[at]) << 8 | usize::from(bytes[at + 1]);
            for (c, f) in &self.begins[here] {
                if bytes[at..].starts_with(&self.canaries[*c].forms[*f]) {
                    return Some((&self.canaries[*c], at));
                }
            }
            at += 1;
        }
        None
    }

    /// Whether one of them is there.
    pub fn catches(&self, bytes: &[u8]) -> bool {
        self.found(bytes).is_some()
    }

    pub fn raw(&self, place: &str, bytes: &[u8]) {
        if let Some((canary, at)) = self.found(bytes) {
            let around = &bytes[at.saturating_sub(200)..bytes.len().min(at + 200)];
            let around = String::from_utf8_lossy(around);
            panic!("{place} tells {}: {around}", canary.what);
        }
    }

    pub fn text(&self, place: &str, text: &str) {
        self.raw(place, text.as_bytes());
    }

    /// Headers of an answer; errors in JSON and pictures whole; of pages the addresses on them. Who writes a canary into an
    /// address of their own (`own`) may be led on with that address.
    pub fn answer(&self, place: &str, own: bool, answer: &Answer) {
        assert_ne!(answer.status, 500, "{place}: {}", answer.text());
        if !own {
            for (name, value) in &answer.headers {
                self.raw(&format!("{place}: {name}"), value.as_bytes());
            }
        }
        let kind = answer.header("content-type");
        match kind.split(';').next().unwrap_or_default() {
            "application/problem+json"
            | "image/png"
            | "image/svg+xml"
            | "image/jpeg"
            | "application/pdf" => {
                self.raw(&format!("{place}: {kind}"), &answer.body);
            }
            "text/html" if !own => {
                let page = answer.text();
                for attribute in [" href=\"", " action=\"", " src=\"", " formaction=\""] {
                    for part in page.split(attribute).skip(1) {
                        let address = part.split('"').next().unwrap_or_default();
                        self.text(&format!("{place}: an address on the page"), address);
                    }
                }
            }
            _ => {}
        }
    }

    /// Names and contents of files below a folder, but for those that begin like one of `but`.
    pub fn folder(&self, folder: &Path, but: &[&str]) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            self.text("the name of a file", &name);
            if but.iter().any(|b| name.starts_with(b)) {
                continue;
            }
            match path.is_dir() {
                true => self.folder(&path, but),
                false => self.raw(&path.display().to_string(), &std::fs::read(&path).unwrap()),
            }
        }
    }

    /// What other users of the machine see of a process.
    pub fn process(&self, id: u32) {
        for what in ["cmdline", "environ"] {
            if let Ok(bytes) = std::fs::read(format!("/proc/{id}/{what}")) {
                self.raw(what, &bytes);
            }
        }
    }
}
