//! One JSON document with everything that is held of a person, for them.

use super::columns::{self, json, time};
use super::{EXPORTED, Held, Mine, find};
use crate::attachments::Hash;
use crate::chance::Chance;
use crate::domain::ids::{AuditId, DocumentId};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::record::{self, Act};
use crate::retention::{Erase, Export, TABLES, Table};
use crate::service::Service;
use crate::store::person::{self, Row, SELECTIONS};
use crate::store::{Tx, audit, audit_log, documents};
use crate::tlog::entry::{entry, leaf_of};
use credential::ids::Nik;
use data_encoding::HEXLOWER;
use serde_json::{Value as Json, json as json_of};
use uuid::Uuid;

/// Names the form of the document.
pub const FORM: &str = "ikd-person-1";

/// Tables of papers that are handed in for whom an application is about.
const FILES: &[&str] = &["attachments", "uploads"];

/// What is handed out.
pub struct Exported {
    /// The document.
    pub json: Json,
    /// Names and hashes of the files of applications about the person.
    pub files: Vec<(String, Hash)>,
    /// Sealed values of the database that do not open, so that nobody knows whether they are of this person.
    pub unopened: u64,
}

/// Puts together what is held of a person, after it was noted in the audit trail that this is done.
///
/// # Errors
/// [`Failure::NotFound`] where nothing is held of them.
pub async fn export(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    nik: Nik,
) -> Outcome<Exported> {
    let mut tx = service.db.read().await?;
    let held = find(service, &mut tx, nik).await?;
    drop(tx);
    if held.is_empty() {
        return Err(Failure::NotFound(Thing::Person));
    }
    let line = note(service, chance, actor, nik).await?;
    let mut tx = service.db.read().await?;
    let mut exported = Exported {
        json: Json::Null,
        files: Vec::new(),
        unopened: held.unopened,
    };
    let mut tables = Vec::new();
    for table in TABLES.iter().filter(|table| table.export == Export::Rows) {
        let mut rows = Vec::new();
        for (name, by, sql) in SELECTIONS.iter().filter(|s| s.0 == table.name) {
            for key in held.keys(service, *by) {
                for row in person::rows(&mut tx, sql, &key).await? {
                    if !held.owns(name, *by, &row) {
                        continue;
                    }
                    let part = part(&held, &row, name);
                    if FILES.contains(name) && part.is_some_and(|part| !part.about) {
                        continue;
                    }
                    exported.files.extend(file(name, &row));
                    let row_json = json(service, name, &row, part)?;
                    rows.push(completed(&mut tx, name, &row, row_json).await?);
                }
            }
        }
        if !rows.is_empty() {
            tables.push(of_table(table, rows));
        }
    }
    exported.json = json_of!({
        "form": FORM,
        "nik": columns::number(nik.as_u64()),
        "made": time(service.clock.now()),
        "audit_line": line.to_string(),
        "not_searched": held.unopened,
        "held": tables,
    });
    Ok(exported)
}

/// Writes the line of an export, before anything leaves: its content is the NIK.
async fn note(service: &Service, chance: &mut Chance, actor: Actor, nik: Nik) -> Outcome<AuditId> {
    let content = columns::number(nik.as_u64());
    let act = Act {
        content: Some(content.as_bytes()),
        ..Act::new(EXPORTED)
    };
    let line = record::entry(&service.clock, chance, actor, act);
    let mut tx = service.db.begin().await?;
    audit::insert(&mut tx, &line).await?;
    tx.commit().await?;
    Ok(line.id)
}

fn of_table(table: &Table, rows: Vec<Json>) -> Json {
    let erased = match table.erase {
        Erase::Rows => "the rows".to_string(),
        Erase::Content(what) => what.to_string(),
        Erase::Kept(law) => format!("nothing: {law}"),
    };
    let mut object = json_of!({"table": table.name, "holds": table.holds, "erased_when_asked": erased, "rows": rows});
    if let Some(rule) = &table.over {
        object["ends_by_itself"] = json_of!(format!("{}: {}", rule.what, rule.end()));
    }
    object
}

/// What the person has in the application that a row is of.
fn part(held: &Held, row: &Row, table: &str) -> Option<Mine> {
    let column = match table {
        "applications" => "id",
        _ => "application",
    };
    let mine = |id: &[u8]| {
        held.applications
            .iter()
            .find(|mine| mine.id.as_bytes() == id)
    };
    row.bytes(column).and_then(mine).copied()
}

/// Name and hash of the file that a row of attachments names.
fn file(table: &str, row: &Row) -> Option<(String, Hash)> {
    if table != "attachments" {
        return None;
    }
    let id = Uuid::from_slice(row.bytes("id")?).ok()?;
    let ending = row.text("media_type")?.rsplit('/').next()?;
    Some((
        format!("{id}.{ending}"),
        row.bytes("hash")?.try_into().ok()?,
    ))
}

/// What a row lacks: the text of a document that is kept without it, and the leaf of a line in the log.
async fn completed(tx: &mut Tx, table: &str, row: &Row, mut json: Json) -> Outcome<Json> {
    match table {
        "documents" if json["qr_text"] == "" => {
            let id = json["id"].as_str().map(DocumentId::parse);
            let Some(Ok(id)) = id else {
                return Ok(json);
            };
            let document = documents::by_id(tx, id).await?;
            let signed = document.as_ref().and_then(|d| d.state.signed());
            json["qr_text"] = json_of!(signed.map(|signed| signed.text.as_str()));
        }
        "audit" => {
            let line = line(row);
            json["entry"] = json_of!(HEXLOWER.encode(&entry(&line)));
            json["leaf"] = json_of!(HEXLOWER.encode(&leaf_of(&line)));
        }
        _ => {}
    }
    Ok(json)
}

/// A row of the audit trail as the log takes it.
fn line(row: &Row) -> audit_log::Line {
    let bytes = |column| row.bytes(column).map(<[u8]>::to_vec);
    let text = |column| row.text(column).map(str::to_string);
    audit_log::Line {
        id: bytes("id").unwrap_or_default(),
        at: row.number("at").unwrap_or_default(),
        actor: text("actor").unwrap_or_default(),
        action: text("action").unwrap_or_default(),
        office: bytes("office"),
        document: bytes("document"),
        salt: bytes("salt"),
        content_hash: bytes("content_hash"),
        detail: text("detail"),
        about: text("about"),
    }
}
