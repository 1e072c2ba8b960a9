//! A judgement as a card for people: the word first, then as of when, who issued it, and what it says.
//!
//! The card only shows what [`Judgement::credential`] gives, so nothing unverified can look verified.

mod content;
mod face;
mod layout;
mod members;
mod rows;

pub use face::half_blocks;
pub use layout::{Style, aligned, paragraph, rendition, symbol, wrap};

use crate::verifier::Judgement;
use crate::words::{duration, tame};
use credential::date::wib_text;
use credential::reason::Reason;
use credential::verify::unverified_key_id;
use layout::banner;

/// What surrounds a judgement on its card.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// Where the QR was found, for people.
    pub source: Option<&'a str>,
    /// Whether the time was given by the user rather than taken from the clock.
    pub time_is_given: bool,
    /// Whether the terminal can show a picture made of coloured half blocks.
    pub pictures: bool,
}

/// The card of a judgement on `text`, ending in a line break.
pub fn card(judgement: &Judgement, text: &str, around: &Surroundings<'_>, style: &Style) -> String {
    let mut card = String::new();
    if let Some(source) = around.source {
        card += &(style.paint("2", &tame(source, 200)) + "\n");
    }
    card += &banner(judgement.outcome(), style);
    card += &paragraph(&reason(judgement, style), style);
    card += &unverified(judgement.reason(), text, style);
    card += &as_of(judgement, around, style);
    if let Some(credential) = judgement.credential() {
        card += "\n";
        card += &content::content(credential, judgement, around, style);
    }
    card
}

/// The judgement in one line: symbol, word, document and name, reason.
pub fn line(judgement: &Judgement, source: &str, style: &Style) -> String {
    let outcome = judgement.outcome();
    let word = format!(" {} {} ", symbol(outcome), outcome.text().get(style.lang));
    let mut line = style.paint(rendition(outcome), &word);
    line += &format!(" {}", tame(source, 200));
    if let Some(credential) = judgement.credential() {
        line += &format!(" · {}", content::title(credential, style));
    }
    if judgement.reason().code() != outcome.code() {
        line += &format!(" · {}", judgement.reason().text().get(style.lang));
    }
    line
}

fn reason(judgement: &Judgement, style: &Style) -> String {
    let reason = judgement.reason();
    if reason == Reason::ClockBehind && judgement.clock_set_back() {
        let seen = wib_text(judgement.now());
        return match style.lang {
            credential::lang::Lang::Id => format!(
                "Jam perangkat ini mundur: perangkat ini pernah mencatat {seen}. Betulkan tanggal dan jam, lalu pindai lagi."
            ),
            credential::lang::Lang::En => format!(
                "This device's clock was set back: it has shown {seen} before. Set date and time and scan again."
            ),
        };
    }
    reason.text().get(style.lang).into()
}

/// The little that may be told of a QR that was not verified, named as such.
fn unverified(reason: Reason, text: &str, style: &Style) -> String {
    let label = match reason {
        Reason::NotADocument => style.say(
            "Isi QR (tidak diperiksa, tidak dibuka)",
            "QR content (not verified, not opened)",
        ),
        Reason::UnknownIssuer => style.say(
            "Kunci yang disebut (tidak diperiksa)",
            "Key it names (not verified)",
        ),
        _ => return String::new(),
    };
    let shown = match reason {
        Reason::UnknownIssuer => unverified_key_id(text).map(|kid| kid.to_string()),
        _ => Some(tame(text, 100)),
    };
    shown.map_or_else(String::new, |shown| {
        paragraph(&format!("{label}: {shown}"), style)
    })
}

/// As of when, with the ages of the lists in words.
fn as_of(judgement: &Judgement, around: &Surroundings<'_>, style: &Style) -> String {
    let freshness = judgement.freshness();
    let now = judgement.now();
    let age = |issued: i64| duration(now - issued, style.lang);
    let label = match judgement.outcome() {
        credential::Outcome::Valid => style.say("Berlaku per", "Valid as of"),
        _ => style.say("Keadaan per", "As of"),
    };
    let mut lists = match freshness.status_list_issued {
        Some(issued) => format!(
            "{} {}, ",
            style.say("daftar status berumur", "status list aged"),
            age(issued)
        ),
        None => String::new(),
    };
    let version = freshness.trust_list_version;
    lists += &match style.lang {
        credential::lang::Lang::Id => {
            format!(
                "daftar kepercayaan v{version} berumur {}",
                age(freshness.trust_list_issued)
            )
        }
        credential::lang::Lang::En => {
            format!(
                "trust list v{version} aged {}",
                age(freshness.trust_list_issued)
            )
        }
    };
    let mut lines = paragraph(&format!("{label} {}", wib_text(freshness.as_of())), style);
    lines += &paragraph(&format!("({lists})"), style);
    if around.time_is_given {
        let told = style.say(
            "Waktu pemeriksaan dari --at, bukan jam perangkat",
            "Time of the check is from --at, not the clock",
        );
        lines += &paragraph(&format!("! {told}: {}", wib_text(now)), style);
    }
    lines
}
