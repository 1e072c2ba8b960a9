//! What a verified credential says, on a card.

use super::layout::{Style, aligned, paragraph};
use super::{Surroundings, members, rows};
use crate::verifier::Judgement;
use crate::words::tame;
use credential::claims::{Claims, Identity};
use credential::date::wib_text;
use credential::document::{Document, Value};
use credential::foreign::{ForeignIdentity, ForeignValue};
use credential::kinds::fields::{DOCUMENT_NUMBER, FACE, KK_NUMBER, MEMBERS, NAME, NIK};
use credential::kinds::{Class, KTP, Kind};
use credential::reason::Outcome;
use credential::verify::{Shown, Verified};

/// Kind, purpose and name in one line.
pub fn title(credential: &Verified, style: &Style) -> String {
    let claims = credential.claims();
    match &claims.identity {
        Identity::Document(document) => {
            let name = document.get(&NAME).and_then(Value::as_text);
            let kind = heading(document, style);
            format!("{kind} {}", name.unwrap_or_default())
                .trim_end()
                .into()
        }
        Identity::Foreign(identity) => {
            format!(
                "ID Claim 169 {}",
                tame(identity.text(4).unwrap_or_default(), 80)
            )
        }
    }
}

/// The kind's name, and of a subset for what it is.
fn heading(document: &Document<'_>, style: &Style) -> String {
    let kind = document.kind().name.get(style.lang);
    match document.profile() {
        Some(profile) => format!("{kind} – {}", profile.name.get(style.lang)),
        None => kind.into(),
    }
}

/// Heading, issuer, advice and fields.
pub fn content(
    credential: &Verified,
    judgement: &Judgement,
    around: &Surroundings<'_>,
    style: &Style,
) -> String {
    let claims = credential.claims();
    let mut text = String::new();
    match judgement.outcome() {
        Outcome::Valid => {}
        Outcome::Superseded => {
            text += &paragraph(
                style.say("Isi dokumen lama:", "What the replaced document says:"),
                style,
            );
        }
        Outcome::NotValid => {
            let note = style.say(
                "Isi di bawah ini ditandatangani penerbit, tetapi TIDAK BERLAKU:",
                "The issuer did sign what follows, but it is NOT VALID:",
            );
            text += &paragraph(note, style);
        }
        Outcome::Undecided => {
            let note = style.say(
                "Isi di bawah ini ditandatangani penerbit; apakah masih berlaku BELUM DAPAT DIPASTIKAN:",
                "The issuer did sign what follows; whether it is still in force is UNDECIDED:",
            );
            text += &paragraph(note, style);
        }
    }
    match &claims.identity {
        Identity::Document(document) => {
            text += &own(document, &claims, credential, judgement, around, style)
        }
        Identity::Foreign(identity) => text += &foreign(identity, &claims, credential, style),
    }
    text
}

fn own(
    document: &Document<'_>,
    claims: &Claims<'_>,
    credential: &Verified,
    judgement: &Judgement,
    around: &Surroundings<'_>,
    style: &Style,
) -> String {
    let mut text = String::new();
    text += &format!(" {}\n", style.paint("1", &heading(document, style)));
    if let Some(name) = document.get(&NAME).and_then(Value::as_text) {
        text += &format!(" {}\n", style.paint("1", name));
    }
    match (document.get(&NIK), document.get(&KK_NUMBER)) {
        (Some(Value::Nik(nik)), _) => text += &format!(" NIK {nik}\n"),
        (_, Some(Value::KkNumber(number))) => text += &format!(" KK  {number}\n"),
        _ => {}
    }
    if let Some(number) = document.get(&DOCUMENT_NUMBER).and_then(Value::as_text) {
        text += &paragraph(&format!("No. {number}"), style);
    }
    text += &face(document, around, style);
    text += "\n";
    text += &facts(claims, credential, style);
    if *credential.shown() == Shown::Static {
        text += &static_advice(Bearer::of(document), style);
    }
    if let Some(live) = judgement.shown_live(style.lang) {
        text += &paragraph(&live, style);
    }
    text += "\n";
    text += &rows::printed(&claims.rows(style.lang), style);
    if let Some(Value::Members(list)) = document.get(&MEMBERS) {
        text += "\n";
        text += &members::tables(list, document.is_core_only(), style);
    }
    text
}

/// Who issued it, and from when until when it counts.
fn facts(claims: &Claims<'_>, credential: &Verified, style: &Style) -> String {
    let issuer = credential.issuer();
    let office = format!("{} ({})", tame(&issuer.office, 100), tame(&issuer.iss, 64));
    let mut facts = vec![(style.say("Penerbit", "Issuer").to_string(), office)];
    facts.push((
        style.say("Kunci", "Key").into(),
        issuer.key_id().to_string(),
    ));
    if let Some(iat) = claims.iat {
        facts.push((style.say("Ditandatangani", "Signed").into(), wib_text(iat)));
    }
    // A document prints until when it is valid among its own fields.
    if claims.document().is_none()
        && let Some(exp) = claims.exp
    {
        facts.push((
            style.say("Berlaku sampai", "Valid until").into(),
            wib_text(exp),
        ));
    }
    aligned(&facts, style)
}

fn face(document: &Document<'_>, around: &Surroundings<'_>, style: &Style) -> String {
    let Some(Value::Face(face)) = document.get(&FACE) else {
        return String::new();
    };
    let told = style.say("foto terlampir", "photo attached");
    let mut text = format!(" {told} ({}, {} B)\n", face.media_type(), face.data.len());
    if around.pictures && style.color {
        match super::half_blocks(&face.data, face.media_type(), style.width) {
            Some(art) => text += &art,
            None => {
                text += &paragraph(
                    style.say(
                        "(foto tidak dapat ditampilkan di terminal ini; lihat --json)",
                        "(the photo cannot be shown in this terminal; see --json)",
                    ),
                    style,
                );
            }
        }
    }
    text
}

/// By what the bearer of a document can be told.
#[derive(Clone, Copy)]
enum Bearer {
    /// The photo on it.
    Face,
    /// The data on it.
    Data,
    /// By nothing on it: a letter or deed tells of an event, and whoever needs it may bring it.
    Identity,
}

impl Bearer {
    fn of(document: &Document<'_>) -> Self {
        match document.get(&FACE) {
            Some(_) => Self::Face,
            None if stands_for_identity(document.kind()) => Self::Data,
            None => Self::Identity,
        }
    }
}

/// Cards, and the papers that stand for one until there is a KTP-el.
fn stands_for_identity(kind: &Kind) -> bool {
    kind.class == Class::Card || KTP.ends.iter().any(|ends| ends.slug == kind.slug)
}

/// A printed QR proves the document, not its bearer.
fn static_advice(bearer: Bearer, style: &Style) -> String {
    let first = match bearer {
        Bearer::Face => style.say(
            "Dokumen cetak/statis: cocokkan foto dengan wajah pembawanya.",
            "Printed/static document: compare the photo with the bearer's face.",
        ),
        Bearer::Identity => style.say(
            "Dokumen ini bukan kartu identitas: periksa identitas pembawanya.",
            "This document is no identity card: check who its bearer is.",
        ),
        Bearer::Data => style.say(
            "Dokumen cetak/statis tanpa foto: cocokkan data dengan pembawanya.",
            "Printed/static document without photo: compare the data with the bearer.",
        ),
    };
    let second = style.say(
        "Salinan QR statis lolos pemeriksaan sama seperti aslinya.",
        "A copy of a static QR passes this check just like the original.",
    );
    paragraph(&format!("! {first}"), style) + &paragraph(&format!("! {second}"), style)
}

/// A foreign issuer's text may hold anything: it is tamed before it is shown.
fn foreign(
    identity: &ForeignIdentity<'_>,
    claims: &Claims<'_>,
    credential: &Verified,
    style: &Style,
) -> String {
    let mut text = format!(" {}\n", style.paint("1", "ID Claim 169"));
    if let Some(name) = identity.text(4) {
        text += &format!(" {}\n", style.paint("1", &tame(name, 80)));
    }
    if identity.face().is_some() {
        text += &format!(
            " {}\n",
            style.say(
                "foto terlampir (lihat --json)",
                "photo attached (see --json)"
            )
        );
    }
    text += "\n";
    text += &facts(claims, credential, style);
    if claims.status.is_none() {
        let note = style.say(
            "! Penerbit ini tidak memberi status: pencabutan tidak dapat diperiksa.",
            "! This issuer gives no status: revocation cannot be checked.",
        );
        text += &paragraph(note, style);
    }
    let bearer = match identity.face() {
        Some(_) => Bearer::Face,
        None => Bearer::Data,
    };
    text += &static_advice(bearer, style);
    text += "\n";
    let shown = identity.fields().map(|(name, value)| {
        let value = match value {
            ForeignValue::Text(text) => tame(text, 200),
            ForeignValue::Number(number) => number.to_string(),
            ForeignValue::Bytes(bytes) => format!("{} B", bytes.len()),
        };
        (name.to_string(), value)
    });
    text += &aligned(&shown.collect::<Vec<_>>(), style);
    text
}
