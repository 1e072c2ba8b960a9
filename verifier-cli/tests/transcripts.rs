//! What people see, byte for byte. `UPDATE_TRANSCRIPTS=1 cargo test -p ikd-verifier --test transcripts` rewrites the
//! files in `tests/transcripts`; read the difference before committing it.

mod support;

use credential::document::{Face, Value};
use credential::kinds::{KINDS, fields as f};
use credential::status_list::Status;
use std::fmt::Write;
use std::path::Path;
use support::office::{DAY, NOW, Office, claims, kk_builder, ktp, ktp_builder, vector_text};
use support::{Machine, hex, office, png};

/// Commands with what they print. Long tokens are named in the transcript, not quoted.
struct Transcript<'m> {
    machine: &'m Machine,
    names: Vec<(String, &'static str)>,
    text: String,
}

impl Transcript<'_> {
    fn run(&mut self, now: i64, args: &[&str], stdin: &str) {
        let at = format!("@{now}");
        let all = [&["--at", &at], args].concat();
        let ran = self.machine.run_with(&all, stdin.as_bytes());
        let shown: Vec<String> = args.iter().map(|arg| self.name(arg)).collect();
        let _ = writeln!(self.text, "$ ikd-verify {}", shown.join(" "));
        let printed = format!("{}{}", self.name(&ran.stdout), self.name(&ran.stderr));
        let _ = writeln!(self.text, "{printed}[exit status {}]\n", ran.status);
    }

    fn name(&self, text: &str) -> String {
        let named = self
            .names
            .iter()
            .fold(text.to_string(), |t, (token, name)| {
                t.replace(token.as_str(), name)
            });
        named.replace(&hex(&office::public(&office::key(1))), "ROOT")
    }

    fn compare(self, file: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/transcripts")
            .join(file);
        if std::env::var_os("UPDATE_TRANSCRIPTS").is_some() {
            std::fs::write(&path, &self.text).unwrap();
        }
        let pinned = std::fs::read_to_string(&path).unwrap_or_default();
        if pinned != self.text {
            let differs = pinned
                .lines()
                .zip(self.text.lines())
                .find(|(old, new)| old != new);
            panic!(
                "{file} differs, first at {differs:?}; see the head of this file.\n{}",
                self.text
            );
        }
    }
}

fn transcript<'m>(machine: &'m Machine, names: &[(&str, &'static str)]) -> Transcript<'m> {
    Transcript {
        machine,
        names: names
            .iter()
            .map(|(token, name)| (token.to_string(), *name))
            .collect(),
        text: String::new(),
    }
}

#[test]
fn cards() {
    let machine = Machine::with(&Office {
        statuses: vec![(1, Status::Revoked), (2, Status::Superseded)],
        ..Office::default()
    });
    let office = Office::default();
    let of_index = |index| {
        let mut claims = claims(ktp());
        claims.status = claims
            .status
            .map(|status| credential::claims::StatusRef { index, ..status });
        office.issue(&claims)
    };
    let photo = include_bytes!("face.png");
    let photo = Value::Face(Face {
        subformat: 0,
        data: photo.as_slice().into(),
    });
    let with_photo = office.issue(&claims(ktp_builder().set(&f::FACE, photo).build().unwrap()));
    let (revoked, superseded) = (of_index(1), of_index(2));
    let family = office.issue(&claims(kk_builder(3).build().unwrap()));
    let stranger = Office {
        signer: office::key(77),
        ..Office::default()
    };
    let stranger = stranger.issue(&claims(ktp()));
    let mut t = transcript(
        &machine,
        &[
            (&with_photo, "KTP"),
            (&revoked, "REVOKED"),
            (&superseded, "SUPERSEDED"),
            (&family, "KK"),
            (&stranger, "STRANGER"),
        ],
    );
    for lang in ["id", "en"] {
        for text in [&with_photo, &superseded, &revoked, &stranger, &family] {
            t.run(NOW, &["--lang", lang, "text", text], "");
        }
        t.run(
            NOW,
            &["--lang", lang, "text", "https://dukcapil.example/?id=1"],
            "",
        );
        t.run(
            NOW + 9 * DAY,
            &["--lang", lang, "text", "--brief", &with_photo, &family],
            "",
        );
    }
    t.run(
        NOW,
        &[
            "--color",
            "always",
            "text",
            "--brief",
            &with_photo,
            &revoked,
        ],
        "",
    );
    t.compare("cards.txt");
}

/// One of each kind, from the vectors: the test office of both is the same.
fn kinds(lang: &str) {
    let machine = Machine::with(&Office::default());
    let texts = KINDS.iter().map(|kind| (vector_text(kind), kind.slug));
    let texts: Vec<_> = texts.collect();
    let mut t = transcript(&machine, &[]);
    t.names.clone_from(&texts);
    for (text, _) in &texts {
        t.run(NOW, &["--lang", lang, "text", text], "");
    }
    t.compare(&format!("kinds-{lang}.txt"));
}

#[test]
fn every_kind_in_indonesian() {
    kinds("id");
}

#[test]
fn every_kind_in_english() {
    kinds("en");
}

#[test]
fn scanning() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let text = office.issue(&claims(ktp()));
    let family = office.issue(&claims(kk_builder(2).build().unwrap()));
    machine.write("masuk/a ktp.png", &png(&[(30, 30, &text)], (400, 400)));
    machine.write(
        "masuk/b dua.png",
        &png(&[(30, 30, &text), (400, 30, &family)], (900, 500)),
    );
    machine.write("masuk/c kosong.png", &png(&[], (300, 300)));
    machine.write("masuk/d rusak.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    machine.write("masuk/e nol.jpg", b"");
    machine.write("masuk/f catatan.txt", b"bukan gambar");
    machine.write(
        "masuk/lagi/g.png",
        &png(&[(30, 30, "https://example.com/")], (200, 200)),
    );
    let mut t = transcript(&machine, &[(&text, "KTP")]);
    for lang in ["id", "en"] {
        t.run(NOW, &["--lang", lang, "scan", "masuk"], "");
        t.run(
            NOW,
            &[
                "--lang",
                lang,
                "scan",
                "masuk/a ktp.png",
                "masuk/f catatan.txt",
                "tiada.png",
            ],
            "",
        );
    }
    t.compare("scanning.txt");
}

#[test]
fn trust() {
    let machine = Machine::empty();
    let office = Office {
        version: 2,
        ..Office::default()
    };
    let older = Office {
        issued: NOW - 2 * DAY,
        ..Office::default()
    };
    let earlier = Office {
        issued: NOW - 2 * DAY,
        version: 2,
        ..Office::default()
    };
    machine.write("bundel.ikd", &office.bundle_bytes());
    machine.write("lama.ikd", &older.bundle_bytes());
    machine.write("dini.ikd", &earlier.bundle_bytes());
    machine.write("catatan.txt", b"bukan bundel");
    let root = hex(&office::public(&office.root));
    let other = hex(&office::public(&office::key(9)));
    let mut t = transcript(&machine, &[(&other, "OTHER")]);
    for lang in ["id", "en"] {
        let mut run = |args: &[&str]| t.run(NOW, &[&["--lang", lang], args].concat(), "");
        run(&["text", "X"]);
        run(&["trust", "show"]);
        run(&["trust", "update", "bundel.ikd"]);
        run(&["trust", "update", "catatan.txt", "--root", &root]);
        run(&["trust", "update", "bundel.ikd", "--root", "catatan.txt"]);
        run(&["trust", "init", &root]);
        run(&["text", "X"]);
        run(&["trust", "update", "bundel.ikd"]);
        run(&["trust", "update", "bundel.ikd"]);
        run(&["trust", "update", "lama.ikd"]);
        run(&["trust", "update", "dini.ikd"]);
        run(&["trust", "update", "bundel.ikd", "--root", &other]);
        run(&["trust", "show"]);
        t.run(NOW + 40 * DAY, &["--lang", lang, "trust", "show"], "");
        std::fs::remove_dir_all(machine.path().join("store")).unwrap();
    }
    t.compare("trust.txt");
}

#[test]
fn inspecting() {
    let office = Office::default();
    let machine = Machine::empty();
    let text = office.issue(&claims(ktp()));
    let cut = &text[..text.len() * 2 / 3 / 3 * 3];
    let mut t = transcript(&machine, &[]);
    t.run(NOW, &["inspect", "-"], &text);
    t.run(NOW, &["--lang", "en", "inspect", "-"], cut);
    t.run(NOW, &["--lang", "en", "inspect", "https://example.com"], "");
    t.compare("inspecting.txt");
}
