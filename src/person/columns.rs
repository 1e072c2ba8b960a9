//! A row of a table as JSON: sealed columns opened, times and dates as people write them, and nothing of other people.

use super::Mine;
use crate::crypter::Cell;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::person::{Row, Value};
use crate::store::sealed::COLUMNS;
use credential::date::Date;
use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

/// Columns that tell the person nothing: look-up hashes under the office's key, and what the database needs for itself;
/// and the letters, whose codes are for whoever reads the mailbox.
const LEFT_OUT: &[(&str, &str)] = &[
    ("account_codes", "code_hash"),
    ("account_codes", "payload"),
    ("account_codes", "subject"),
    ("accounts", "contact_index"),
    ("accounts", "nik_index"),
    ("accounts", "seal"),
    ("activations", "code_hash"),
    ("activations", "seal"),
    ("activations", "subject_index"),
    ("application_events", "seal"),
    ("applications", "code_hash"),
    ("applications", "seal"),
    ("applications", "subject_index"),
    ("appointments", "seal"),
    ("attachments", "seal"),
    ("devices", "seal"),
    ("devices", "subject_index"),
    ("documents", "signature"),
    ("outbox", "lane"),
    ("outbox", "seal"),
    ("outbox", "sealed"),
    ("persons", "seal"),
    ("sessions", "hash"),
    ("sessions", "principal"),
    ("sessions", "seal"),
    ("uploads", "file"),
];

/// Columns with seconds since 1970-01-01Z.
const TIMES: &[&str] = &[
    "at",
    "changed",
    "created",
    "due",
    "expires",
    "issued",
    "renewed",
    "seen",
    "since",
    "starts",
    "state_since",
    "submitted",
    "updated",
];

/// Columns with days since 1970-01-01.
const DAYS: &[&str] = &["berlaku_hingga", "tanggal_lahir", "tanggal_perkawinan"];

/// Columns with numbers of sixteen digits.
const NUMBERS: &[&str] = &["nik", "nomor_kk", "subject"];

/// Columns that name an officer by their id. That somebody of the office acted is told, who is not.
const OFFICERS: &[&str] = &[
    "actor",
    "filed_by",
    "handed_by",
    "late_by",
    "officer",
    "signed_by",
    "verified_by",
];

/// What of an application is said by and about somebody else, where the person only hands it in for them.
const ABOUT: &[&str] = &["answers", "note"];

/// Of who hands an application in.
pub const OF_APPLICANT: &[&str] = &[
    "applicant_nik",
    "applicant_name",
    "email",
    "phone",
    "lang",
    "delivery_address",
];

/// How an applicant is reached: of no use any more once an application ended.
pub const HOW_REACHED: &[&str] = &["email", "phone", "delivery_address"];

/// Of whom it is about.
const OF_SUBJECT: &[&str] = &["subject_nik", "nomor_kk"];

/// A NIK or a number of a family card, sixteen digits.
pub fn number(number: u64) -> String {
    format!("{number:016}")
}

/// Seconds since 1970-01-01Z as RFC 3339.
pub fn time(at: i64) -> String {
    jiff::Timestamp::from_second(at).map_or_else(|_| at.to_string(), |t| t.to_string())
}

/// A row as JSON. `part` is what the person has in the application that the row is of; none where it is of none.
///
/// # Errors
/// [`Failure::Row`] where a sealed value does not open.
pub fn json(service: &Service, table: &str, row: &Row, part: Option<Mine>) -> Outcome<Json> {
    let key = row.bytes("id").unwrap_or_default();
    let mut object = Map::new();
    for (name, value) in &row.0 {
        let hidden = part.is_some_and(|mine| {
            (!mine.about && ABOUT.contains(&name.as_str())) || (!mine.applies && name == "account")
        });
        if hidden || LEFT_OUT.contains(&(table, name.as_str())) {
            continue;
        }
        let value = match value {
            Value::Null => continue,
            Value::Number(number) => of_number(name, *number),
            Value::Text(text) => of_text(name, text),
            Value::Bytes(bytes) => {
                let sealed = COLUMNS
                    .iter()
                    .find(|c| (c.table, c.column) == (table, name));
                match sealed {
                    Some(column) => {
                        let cell = Cell {
                            table: column.table,
                            row: key,
                            column: column.column,
                        };
                        let plain = service.crypter.open(cell, bytes)?;
                        opened(name, &plain, part)?
                    }
                    None => of_bytes(name, bytes),
                }
            }
        };
        object.insert(name.clone(), value);
    }
    Ok(Json::Object(object))
}

fn of_number(name: &str, number: i64) -> Json {
    match name {
        _ if TIMES.contains(&name) => json!(time(number)),
        _ if DAYS.contains(&name) => {
            let day = Date::from_days(number);
            day.map_or_else(|| json!(number), |day| json!(day.iso()))
        }
        _ if NUMBERS.contains(&name) => json!(format!("{number:016}")),
        _ => json!(number),
    }
}

fn of_text(name: &str, text: &str) -> Json {
    if OFFICERS.contains(&name) {
        if Uuid::try_parse(text).is_ok() {
            return json!("an officer");
        }
        if text.starts_with("citizen ") {
            return json!("citizen");
        }
    }
    json!(text)
}

fn of_bytes(name: &str, bytes: &[u8]) -> Json {
    match Uuid::from_slice(bytes) {
        Ok(_) if OFFICERS.contains(&name) => json!("an officer"),
        // A salt is as long as an id.
        Ok(id) if name != "salt" => json!(id.as_hyphenated().to_string()),
        _ => json!(HEXLOWER.encode(bytes)),
    }
}

fn opened(name: &str, plain: &[u8], part: Option<Mine>) -> Outcome<Json> {
    let wrong = || Failure::Row("a sealed value");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| wrong());
    Ok(match name {
        // Whoever was erased; the row stays until its credentials end.
        _ if plain.is_empty() => Json::Null,
        "nik" => {
            let number: [u8; 8] = plain.try_into().map_err(|_| wrong())?;
            json!(format!("{:016}", u64::from_be_bytes(number)))
        }
        // Padded: its length, itself, zeros.
        "contact" => {
            let (length, rest) = plain.split_first().ok_or_else(wrong)?;
            json!(text(rest.get(..usize::from(*length)).ok_or_else(wrong)?)?)
        }
        "face" => {
            let (subformat, picture) = plain.split_first().ok_or_else(wrong)?;
            json!({"subformat": subformat, "base64": BASE64.encode(picture)})
        }
        "note" => json!(text(plain)?),
        "claims" => json!(HEXLOWER.encode(plain)),
        "people" => {
            let mut people: Map<String, Json> =
                serde_json::from_slice(plain).map_err(|_| wrong())?;
            let (applies, about) = part.map_or((false, false), |mine| (mine.applies, mine.about));
            people.retain(|line, value| {
                let line = line.as_str();
                let others = (OF_APPLICANT.contains(&line) && !applies)
                    || (OF_SUBJECT.contains(&line) && !about);
                !others && !value.is_null()
            });
            Json::Object(people)
        }
        _ => serde_json::from_slice(plain).map_err(|_| wrong())?,
    })
}
