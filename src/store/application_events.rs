//! What happened to an application, step by step: its timeline.

use super::register::Register;
use super::row_seals::EVENTS;
use super::{Tx, on, parsed};
use crate::chance::Chance;
use crate::crypter::{Cell, Crypter};
use crate::domain::application::Stage;
use crate::domain::ids::{ApplicationId, AuditId};
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO application_events (id, application, at, act, actor, state, note) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const OF_APPLICATION: &str = "SELECT id, at, act, actor, state, note FROM application_events \
    WHERE application = $1 ORDER BY id LIMIT 500";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, OF_APPLICATION];

/// One step.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// When, epoch seconds.
    pub at: i64,
    /// What was done (`rights::Act::name`).
    pub act: String,
    /// Who: an officer's id, `citizen …` or `applicant`.
    pub actor: String,
    /// The stage after it.
    pub stage: Stage,
    /// What was said.
    pub note: Option<String>,
}

fn cell(row: &[u8]) -> Cell<'_> {
    Cell {
        table: "application_events",
        row,
        column: "note",
    }
}

/// Writes a step, in the transaction of the step itself.
pub async fn insert(
    tx: &mut Tx,
    register: &Register<'_>,
    chance: &mut Chance,
    id: AuditId,
    application: ApplicationId,
    event: &Event,
) -> Outcome<()> {
    let row = id.to_vec();
    let note = event.note.as_deref();
    let note = note.map(|note| register.crypter().seal(chance, cell(&row), note.as_bytes()));
    on!(tx, c => sqlx::query(INSERT)
        .bind(&row).bind(application.to_vec()).bind(event.at).bind(&event.act).bind(&event.actor)
        .bind(event.stage.name()).bind(note).execute(c).await?.rows_affected());
    EVENTS.renew(tx, register, &row).await
}

/// A row of the table, as it comes out of it.
type Row = (Vec<u8>, i64, String, String, String, Option<Vec<u8>>);

/// The steps of an application, oldest first.
pub async fn of_application(
    tx: &mut Tx,
    crypter: &Crypter,
    application: ApplicationId,
) -> Outcome<Vec<Event>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(OF_APPLICATION)
        .bind(application.to_vec()).fetch_all(c).await?);
    let event = |(id, at, act, actor, state, note): Row| {
        let note = match note {
            None => None,
            Some(sealed) => {
                let opened = crypter.open(cell(&id), &sealed)?;
                let text = String::from_utf8(opened.to_vec());
                Some(parsed("application_events.note", text)?)
            }
        };
        Ok(Event {
            at,
            act,
            actor,
            stage: Stage::parse(&state).ok_or(Failure::Row("application_events.state"))?,
            note,
        })
    };
    rows.into_iter().map(event).collect()
}
