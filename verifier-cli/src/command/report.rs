//! Writes judgements as they come: cards, lines or JSON, and counts them.

use super::problem::Problem;
use super::session::Session;
use super::tally::Tally;
use ikd_verifier::card::{self, Surroundings};
use ikd_verifier::json;
use ikd_verifier::verifier::Judgement;
use indicatif::ProgressBar;
use serde_json::{Map, Value as Json, json};
use std::io::{self, Write};

/// Corner points in pixels: top left, top right, bottom right, bottom left of the symbol.
pub type Corners = [(f32, f32); 4];

/// Where a QR was found.
#[derive(Debug, Default)]
pub struct Place {
    /// File name, `-` for standard input; absent for a text on the command line.
    pub file: Option<String>,
    /// Line of standard input, from 1.
    pub line: Option<usize>,
    /// Which QR of the picture, from 1, and how many there are.
    pub symbol: Option<(usize, usize)>,
    /// Where in the picture.
    pub corners: Option<Corners>,
}

pub struct Report<'s> {
    session: &'s Session,
    brief: bool,
    bar: ProgressBar,
    pub tally: Tally,
}

impl<'s> Report<'s> {
    pub fn new(session: &'s Session, brief: bool) -> Self {
        Self {
            session,
            brief,
            bar: ProgressBar::hidden(),
            tally: Tally::default(),
        }
    }

    /// From now on output makes room for this progress bar.
    pub fn set_bar(&mut self, bar: ProgressBar) {
        self.bar = bar;
    }

    /// One QR.
    pub fn judged(&mut self, place: &Place, text: &str, judgement: &Judgement) -> io::Result<()> {
        self.tally.count(judgement.outcome());
        let session = self.session;
        if session.json {
            let mut object = Map::new();
            object.insert("file".into(), place.file.clone().into());
            object.insert("line".into(), place.line.into());
            object.insert("position".into(), place.corners.map(position).into());
            object.insert("text".into(), text.into());
            object.append(&mut json::judgement(judgement));
            return self.write_json(object);
        }
        let source = self.source(place);
        if self.brief {
            let source = source.unwrap_or_else(|| "QR".into());
            let line = card::line(judgement, &source, &session.style);
            return self.write(&format!("{line}\n"));
        }
        let around = Surroundings {
            source: source.as_deref(),
            time_is_given: session.time_is_given,
            pictures: session.pictures,
        };
        let card = card::card(judgement, text, &around, &session.style);
        let gap = if self.tally.judged() > 1 { "\n" } else { "" };
        self.write(&format!("{gap}{card}"))
    }

    /// A picture in which no QR was found.
    pub fn empty(&mut self, file: &str) -> io::Result<()> {
        self.tally.empty += 1;
        let problem = Problem::new(
            format!("{file}: tidak ada QR yang terbaca"),
            format!("{file}: no QR could be read"),
        );
        let advice = problem.hint(
            "potret lebih dekat, lurus dan terang; seluruh QR beserta tepi putihnya harus tampak",
            "take the picture closer, straight and in good light; all of the QR and its white margin must show",
        );
        self.problem(file, "no_qr_found", &advice)
    }

    /// A file that could not be looked at; `code` is stable.
    pub fn failed(&mut self, file: &str, code: &str, problem: &Problem) -> io::Result<()> {
        self.tally.failed += 1;
        self.problem(file, code, problem)
    }

    fn problem(&mut self, file: &str, code: &str, problem: &Problem) -> io::Result<()> {
        let session = self.session;
        if session.json {
            let object =
                json!({"file": file, "error": code, "message": problem.message(session.lang)});
            let Json::Object(object) = object else {
                return Ok(());
            };
            return self.write_json(object);
        }
        self.bar.suspend(|| problem.report(session.lang));
        Ok(())
    }

    /// The counts, for people.
    pub fn summary(&mut self) -> io::Result<()> {
        if self.session.json {
            return Ok(());
        }
        let t = self.tally;
        let say = |id, en| self.session.style.say(id, en);
        let parts = [
            (t.valid, say("berlaku", "valid")),
            (t.superseded, say("sudah diganti", "superseded")),
            (t.not_valid, say("tidak berlaku", "not valid")),
            (t.undecided, say("belum dapat dipastikan", "undecided")),
            (t.empty, say("gambar tanpa QR", "pictures without a QR")),
            (t.failed, say("berkas gagal dibaca", "files not readable")),
            (
                t.skipped,
                say("berkas lain dilewati", "other files skipped"),
            ),
        ];
        let parts = parts
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{n} {what}"));
        let parts: Vec<String> = parts.collect();
        let total = format!("{} QR", t.judged());
        self.write(&format!("\n{total}: {}\n", parts.join(", ")))
    }

    fn source(&self, place: &Place) -> Option<String> {
        let mut source = match (&place.file, place.line) {
            (_, Some(line)) => format!("{} {line}", self.session.style.say("baris", "line")),
            (Some(file), None) => file.clone(),
            (None, None) => return None,
        };
        if let Some((n, total)) = place.symbol
            && total > 1
        {
            source += &format!(" · QR {n}/{total}");
        }
        Some(source)
    }

    fn write_json(&self, object: Map<String, Json>) -> io::Result<()> {
        self.write(&format!("{}\n", Json::Object(object)))
    }

    fn write(&self, text: &str) -> io::Result<()> {
        self.bar.suspend(|| {
            let mut out = io::stdout().lock();
            out.write_all(text.as_bytes())?;
            out.flush()
        })
    }
}

/// Pixels to a tenth: more would pretend.
fn position(corners: Corners) -> Json {
    let tenth = |v: f32| (f64::from(v) * 10.0).round() / 10.0;
    corners
        .iter()
        .map(|(x, y)| json!([tenth(*x), tenth(*y)]))
        .collect()
}
