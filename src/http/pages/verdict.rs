//! A verdict as a page shows it. It takes what a document says only from the verified credential, so nothing
//! unverified can look verified.

use super::{Frame, words};
use crate::check::Checked;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use credential::Outcome;
use credential::Reason;
use credential::claims::{Claims, Identity};
use credential::document::{Document, Member, Row, Value, member_rows};
use credential::foreign::{ForeignIdentity, ForeignValue};
use credential::kinds::MEMBER_COLUMNS;
use credential::kinds::fields::{FACE, MEMBERS, NAME};
use credential::verify::{Shown as HowShown, Verified, unverified_key_id};
use ikd_verifier::verifier::Judgement;
use ikd_verifier::words::{duration, tame};

/// Everything about one QR.
pub struct Shown {
    /// `valid`, `superseded`, `not_valid` or `undecided`: the class of its colour.
    pub code: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Name of the colour, for those who cannot see it.
    pub colour: &'static str,
    /// The word.
    pub word: &'static str,
    /// Why.
    pub reason: &'static str,
    /// As of when it holds.
    pub as_of: String,
    /// How old the lists are.
    pub ages: String,
    /// The little that may be told of a QR that was not verified: label and text.
    pub unverified: Option<(&'static str, String)>,
    /// What the issuer signed.
    pub content: Option<Content>,
}

/// What a verified document says.
pub struct Content {
    /// What to think of it, where it is not green.
    pub caution: Option<&'static str>,
    /// Name of the kind.
    pub kind: String,
    /// Name of the person.
    pub name: Option<String>,
    /// Its picture as a data URI.
    pub portrait: Option<String>,
    /// What to compare, for a document that can be copied.
    pub advice: Option<String>,
    /// Its lines in printed order, in parts: heading (or empty) and lines.
    pub parts: Vec<(String, Vec<(String, String)>)>,
    /// The members of a family.
    pub members: Option<Members>,
    /// Who issued it.
    pub issuer: Vec<(&'static str, String)>,
}

/// The members of a family as a table.
pub struct Members {
    /// Headings of the columns that some member has.
    pub columns: Vec<&'static str>,
    /// Rows of as many cells, empty where a member has none.
    pub rows: Vec<Vec<String>>,
    /// Whether the QR holds the core columns alone.
    pub core_only: bool,
}

impl Shown {
    /// What to show of a verdict.
    pub fn of(checked: &Checked, frame: &Frame) -> Self {
        let judgement = &checked.judgement;
        let outcome = judgement.outcome();
        let (icon, colour) = match outcome {
            Outcome::Valid => ("check", frame.t("hijau", "green")),
            Outcome::Superseded => ("swap", frame.t("kuning", "yellow")),
            Outcome::NotValid => ("cross", frame.t("merah", "red")),
            Outcome::Undecided => ("question", frame.t("abu-abu", "grey")),
        };
        Self {
            code: outcome.code(),
            icon,
            colour,
            word: outcome.text().get(frame.lang),
            reason: judgement.reason().text().get(frame.lang),
            as_of: words::moment(judgement.freshness().as_of(), frame.lang),
            ages: ages(judgement, frame),
            unverified: unverified(checked, frame),
            content: judgement
                .credential()
                .map(|credential| content(credential, judgement, frame)),
        }
    }
}

fn ages(judgement: &Judgement, frame: &Frame) -> String {
    let freshness = judgement.freshness();
    let age = |issued: i64| duration(judgement.now() - issued, frame.lang);
    let mut text = match freshness.status_list_issued {
        Some(issued) => format!(
            "{} {}; ",
            frame.t("daftar status berumur", "status list aged"),
            age(issued)
        ),
        None => String::new(),
    };
    let version = freshness.trust_list_version;
    let trust = age(freshness.trust_list_issued);
    text += &format!(
        "{} {version} {} {trust}",
        frame.t("daftar kepercayaan versi", "trust list version"),
        frame.t("berumur", "aged")
    );
    text
}

fn unverified(checked: &Checked, frame: &Frame) -> Option<(&'static str, String)> {
    match checked.judgement.reason() {
        Reason::NotADocument => Some((
            frame.t(
                "Isi QR (tidak diperiksa, tidak dibuka)",
                "What the QR says (not verified, not opened)",
            ),
            tame(&checked.text, 100),
        )),
        Reason::UnknownIssuer => {
            let kid = unverified_key_id(&checked.text)?.to_string();
            Some((
                frame.t(
                    "Kunci yang disebut (tidak diperiksa)",
                    "The key it names (not verified)",
                ),
                kid,
            ))
        }
        _ => None,
    }
}

fn content(credential: &Verified, judgement: &Judgement, frame: &Frame) -> Content {
    let claims = credential.claims();
    let lang = frame.lang;
    let caution = match judgement.outcome() {
        Outcome::Valid => None,
        Outcome::Superseded => Some(frame.t("Isi dokumen lama:", "What the replaced document says:")),
        Outcome::NotValid => Some(frame.t("Isi di bawah ini memang ditandatangani penerbit, tetapi TIDAK BERLAKU:",
            "The issuer did sign what follows, but it is NOT VALID:",
        )),
        Outcome::Undecided => Some(frame.t("Isi di bawah ini ditandatangani penerbit; apakah masih berlaku BELUM DAPAT DIPASTIKAN:",
            "The issuer did sign what follows; whether it is in force is UNDECIDED:",
        )),
    };
    let with_face = frame.t("Dokumen cetak: cocokkan foto dengan wajah pembawanya. Salinan QR lolos pemeriksaan sama seperti aslinya.",
        "A printed document: compare the photo with the bearer's face. A copy of the QR passes just like the original.",
    );
    let without_face = frame.t("Dokumen cetak tanpa foto: cocokkan datanya dengan pembawanya. Salinan QR lolos pemeriksaan sama seperti aslinya.",
        "A printed document without photo: compare the data with the bearer. A copy of the QR passes just like the original.",
    );
    let advice = |face: bool| match credential.shown() {
        HowShown::Static => Some(if face { with_face } else { without_face }.to_string()),
        HowShown::Live { .. } | HowShown::Unproven => judgement.shown_live(lang),
    };
    match &claims.identity {
        Identity::Document(document) => {
            let face = document.get(&FACE);
            Content {
                caution,
                kind: document.kind().name.get(lang).to_string(),
                name: document
                    .get(&NAME)
                    .and_then(Value::as_text)
                    .map(str::to_string),
                portrait: face.and_then(portrait),
                advice: advice(face.is_some()),
                parts: parts(claims.rows(lang)),
                members: members(document, frame),
                issuer: issuer(&claims, credential, frame),
            }
        }
        Identity::Foreign(identity) => Content {
            caution,
            kind: "ID Claim 169".into(),
            name: identity.text(4).map(|name| tame(name, 80)),
            portrait: None,
            advice: advice(identity.face().is_some()),
            parts: vec![(String::new(), foreign(identity))],
            members: None,
            issuer: issuer(&claims, credential, frame),
        },
    }
}

/// A picture that browsers show; JPEG 2000 is not one.
fn portrait(value: &Value<'_>) -> Option<String> {
    let Value::Face(face) = value else {
        return None;
    };
    let shown = face.media_type() != "image/jp2";
    shown.then(|| {
        format!(
            "data:{};base64,{}",
            face.media_type(),
            STANDARD.encode(&face.data)
        )
    })
}

/// Lines in parts: those of a row of a table together under the table's name, the others under none.
fn parts(rows: Vec<Row>) -> Vec<(String, Vec<(String, String)>)> {
    let mut parts: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let mut current = None;
    for row in rows {
        let place = row.group.map(|group| (group.name, group.row));
        if parts.is_empty() || place != current {
            let heading = row
                .group
                .map_or_else(String::new, |group| match group.rows {
                    1 => group.label.to_string(),
                    _ => format!("{} {}", group.label, group.row + 1),
                });
            parts.push((heading, Vec::new()));
            current = place;
        }
        if let Some((_, lines)) = parts.last_mut() {
            lines.push((row.label.to_string(), row.text));
        }
    }
    parts
}

fn members(document: &Document<'_>, frame: &Frame) -> Option<Members> {
    let Some(Value::Members(list)) = document.get(&MEMBERS) else {
        return None;
    };
    let has = |member: &Member<'_>, field| member.get(field).is_some();
    let columns = MEMBER_COLUMNS.iter().map(|column| column.field);
    let columns: Vec<_> = columns
        .filter(|field| list.iter().any(|m| has(m, field)))
        .collect();
    let row = |member: &Member<'_>| {
        let present = member_rows(member, frame.lang);
        let cell = |name: &str| {
            present
                .iter()
                .find(|row| row.name == name)
                .map(|row| row.text.clone())
        };
        columns
            .iter()
            .map(|field| cell(field.name).unwrap_or_default())
            .collect()
    };
    Some(Members {
        rows: list.iter().map(row).collect(),
        columns: columns
            .iter()
            .map(|field| field.label.get(frame.lang))
            .collect(),
        core_only: document.is_core_only(),
    })
}

fn issuer(
    claims: &Claims<'_>,
    credential: &Verified,
    frame: &Frame,
) -> Vec<(&'static str, String)> {
    let issuer = credential.issuer();
    let mut facts = vec![
        (frame.t("Penerbit", "Issuer"), tame(&issuer.office, 100)),
        (
            frame.t("Kode penerbit", "Issuer code"),
            tame(&issuer.iss, 64),
        ),
        (frame.t("Kunci", "Key"), issuer.key_id().to_string()),
    ];
    if let Some(iat) = claims.iat {
        facts.push((
            frame.t("Ditandatangani", "Signed"),
            words::moment(iat, frame.lang),
        ));
    }
    if claims.status.is_none() {
        facts.push((
            frame.t("Pencabutan", "Revocation"),
            frame
                .t(
                    "Penerbit ini tidak memberi status; pencabutan tidak dapat diperiksa.",
                    "This issuer gives no status; revocation cannot be checked.",
                )
                .into(),
        ));
    }
    facts
}

/// A foreign issuer's text may hold anything: it is tamed before it is shown.
fn foreign(identity: &ForeignIdentity<'_>) -> Vec<(String, String)> {
    let shown = identity.fields().map(|(name, value)| {
        let value = match value {
            ForeignValue::Text(text) => tame(text, 200),
            ForeignValue::Number(number) => number.to_string(),
            ForeignValue::Bytes(bytes) => format!("{} B", bytes.len()),
        };
        (name.to_string(), value)
    });
    shown.collect()
}
