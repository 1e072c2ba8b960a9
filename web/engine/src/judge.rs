//! From a QR's text to what a card shows.

use crate::{Engine, Reply, Request, Wrong};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credential::claims::{Claims, Identity};
use credential::document::{Group, Row, Value as Content, member_rows};
use credential::foreign::{ForeignIdentity, ForeignValue};
use credential::kinds::fields::{FACE, MEMBERS, NAME};
use credential::lang::{Lang, Text};
use credential::presentation::Challenge;
use credential::verify::{Policy, Verified};
use ikd_verifier::json;
use ikd_verifier::words::{hex, tame};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

impl Engine {
    /// Judges `text` at `now` (epoch seconds) by the bundle set before. Optional: `max_status_age` and `proof_skew` in
    /// seconds; `audience` and `nonce`, which a phone was asked to answer.
    pub(crate) fn judge(&mut self, request: &Request<'_>) -> Result<Reply, Wrong> {
        let text = request.text("text")?;
        let now = request.integer("now")?;
        let usual = Policy::default();
        let proof_skew = request.optional_integer("proof_skew")?;
        let policy = Policy {
            max_status_age: request.optional_integer("max_status_age")?,
            proof_skew: proof_skew.unwrap_or(usual.proof_skew),
            ..usual
        };
        let challenge = Challenge {
            audience: request.optional_text("audience")?,
            nonce: request.bytes("nonce"),
        };
        let trusted = self.trusted.as_mut();
        let no_bundle = || Wrong::new("no_bundle", "setBundle comes before judge");
        let trusted = trusted.ok_or_else(no_bundle)?;
        trusted.verifier.remember(now);
        let judgement = trusted.verifier.judge_by(text, now, &policy, &challenge);
        let mut told = json::judgement(&judgement);
        let mut shown = judgement.credential().map(shown).unwrap_or_default();
        for name in ["title", "purpose", "name", "rows", "photo", "key"] {
            told.insert(name.into(), shown.remove(name).unwrap_or_default());
        }
        let memory = trusted.memory.json(trusted.verifier.latest_seen());
        told.insert("memory".into(), memory);
        Ok(Value::from(told).into())
    }
}

fn shown(credential: &Verified) -> Map<String, Value> {
    let claims = credential.claims();
    let mut shown = content(&claims);
    shown.insert("key".into(), key(credential, &claims).into());
    shown
}

/// `title`, `purpose`, `name`, `rows` and `photo`, as far as there are any.
pub(crate) fn content(claims: &Claims<'_>) -> Map<String, Value> {
    let mut shown = Map::new();
    let mut put = |name: &str, value: Value| shown.insert(name.into(), value);
    match &claims.identity {
        Identity::Document(document) => {
            put("title", text(document.kind().name));
            let purpose = document.profile().map(|profile| {
                json!({
                    "number": profile.number,
                    "slug": profile.slug,
                    "name": text(profile.name),
                })
            });
            put("purpose", purpose.into());
            let name = document.get(&NAME).and_then(Content::as_text);
            put("name", name.into());
            put("rows", own(claims).into());
            if let Some(Content::Face(face)) = document.get(&FACE) {
                put("photo", photo(face.media_type(), &face.data));
            }
        }
        Identity::Foreign(identity) => {
            let title = "ID Claim 169";
            put("title", json!({"id": title, "en": title}));
            put("name", identity.text(4).map(|name| tame(name, 80)).into());
            put("rows", foreign(identity).into());
        }
    }
    shown
}

fn text(text: Text) -> Value {
    json!({"id": text.id, "en": text.en})
}

fn photo(media_type: &str, bytes: &[u8]) -> Value {
    json!({"media_type": media_type, "base64": STANDARD.encode(bytes)})
}

/// The printed lines, then the members of a family card, each in both languages.
fn own(claims: &Claims<'_>) -> Vec<Value> {
    let mut rows = both(claims.rows(Lang::Id), claims.rows(Lang::En));
    let Some(document) = claims.document() else {
        return rows;
    };
    if let Some(Content::Members(members)) = document.get(&MEMBERS) {
        let label = document.kind().uses(&MEMBERS).map(|used| used.label());
        let label = label.unwrap_or(MEMBERS.label);
        for (row, member) in members.iter().enumerate() {
            let of = |lang| -> Vec<Row> {
                let group = Group {
                    name: MEMBERS.name,
                    label: label.get(lang),
                    row,
                    rows: members.len(),
                };
                let group = Some(group);
                let rows = member_rows(member, lang).into_iter();
                rows.map(|row| Row { group, ..row }).collect()
            };
            rows.extend(both(of(Lang::Id), of(Lang::En)));
        }
    }
    rows
}

/// Lines in Indonesian and the same lines in English as one.
fn both(id: Vec<Row>, en: Vec<Row>) -> Vec<Value> {
    let both = id.into_iter().zip(en).map(|(id, en)| {
        let group = id.group.zip(en.group).map(|(id, en)| {
            json!({
                "name": id.name,
                "label": {"id": id.label, "en": en.label},
                "row": id.row,
                "rows": id.rows,
            })
        });
        json!({
            "name": id.name,
            "label": {"id": id.label, "en": en.label},
            "text": {"id": id.text, "en": en.text},
            "group": group,
        })
    });
    both.collect()
}

/// A foreign issuer's text may hold anything: it is tamed before it is shown.
fn foreign(identity: &ForeignIdentity<'_>) -> Vec<Value> {
    let rows = identity.fields().map(|(name, value)| {
        let value = match value {
            ForeignValue::Text(text) => tame(text, 200),
            ForeignValue::Number(number) => number.to_string(),
            ForeignValue::Bytes(bytes) => format!("{} B", bytes.len()),
        };
        json!({
            "name": name,
            "label": {"id": name, "en": name},
            "text": {"id": value, "en": value},
            "group": null,
        })
    });
    rows.collect()
}

/// Tells one credential from another, and the same one shown twice, without telling whose it is: SHA-256, cut to 16
/// bytes, of issuer and status reference, or of the token where there is no status.
fn key(credential: &Verified, claims: &Claims<'_>) -> String {
    let mut hash = Sha256::new();
    match claims.status {
        Some(status) => {
            hash.update(&credential.issuer().iss);
            hash.update([0]);
            hash.update(status.uri);
            hash.update([0]);
            hash.update(status.index.to_be_bytes());
        }
        None => hash.update(credential.token()),
    }
    hex(&hash.finalize()[..16])
}
