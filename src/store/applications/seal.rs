//! The seal of an application's row: how far it is, by whom, whose it is. Over every column but what is sealed by itself
//! (`people`, `answers`, `note`) and `document`, which the document itself answers for. Whoever reads an application
//! sees what stands there; whoever changes one changes a row that fits, or none.

use crate::domain::ids::ApplicationId;
use crate::failure::{Failure, Outcome};
use crate::store::register::{Found, LENGTH, Part, Register, Seal, Sealed};
use crate::store::{Tx, locks, on, one_row};

const PURPOSE: &str = "application";

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, office, kind, filer, account, filed_by, previous, created, state, since, registration, submitted, \
             code_hash, due, remaining, in_time, late, late_by, officer, verified_by, signed_by, cause, resume, handed_by, \
             handed_how, originals_checked, old_card_withdrawn, subject_index, version, seal FROM applications WHERE ",
            $rest
        )
    };
}

const ONE: &str = columns!("id = $1");
const PAGE: &str = columns!("id > $1 ORDER BY id LIMIT $2");
const SET: &str = "UPDATE applications SET seal = $2 WHERE id = $1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[ONE, PAGE, SET];

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    office: Vec<u8>,
    kind: i64,
    filer: String,
    account: Option<Vec<u8>>,
    filed_by: Option<Vec<u8>>,
    previous: Option<Vec<u8>>,
    created: i64,
    state: String,
    since: i64,
    registration: Option<String>,
    submitted: Option<i64>,
    code_hash: Option<Vec<u8>>,
    due: Option<i64>,
    remaining: Option<i64>,
    in_time: Option<i64>,
    late: String,
    late_by: Option<Vec<u8>>,
    officer: Option<Vec<u8>>,
    verified_by: Option<Vec<u8>>,
    signed_by: Option<Vec<u8>>,
    cause: Option<String>,
    resume: Option<String>,
    handed_by: Option<Vec<u8>>,
    handed_how: Option<String>,
    originals_checked: Option<i64>,
    old_card_withdrawn: Option<i64>,
    subject_index: Option<Vec<u8>>,
    version: i64,
    seal: Option<Vec<u8>>,
}

impl Row {
    fn parts(&self) -> [Part<'_>; 29] {
        [
            (&self.id).into(),
            (&self.office).into(),
            self.kind.into(),
            (&self.filer).into(),
            (&self.account).into(),
            (&self.filed_by).into(),
            (&self.previous).into(),
            self.created.into(),
            (&self.state).into(),
            self.since.into(),
            (&self.registration).into(),
            self.submitted.into(),
            (&self.code_hash).into(),
            self.due.into(),
            self.remaining.into(),
            self.in_time.into(),
            (&self.late).into(),
            (&self.late_by).into(),
            (&self.officer).into(),
            (&self.verified_by).into(),
            (&self.signed_by).into(),
            (&self.cause).into(),
            (&self.resume).into(),
            (&self.handed_by).into(),
            (&self.handed_how).into(),
            self.originals_checked.into(),
            self.old_card_withdrawn.into(),
            (&self.subject_index).into(),
            self.version.into(),
        ]
    }

    fn judge(&self, register: &Register<'_>) -> Seal {
        register.judge(PURPOSE, &self.parts(), self.seal.as_deref())
    }

    fn own_seal(&self, register: &Register<'_>) -> [u8; LENGTH] {
        register.seal(PURPOSE, &self.parts())
    }
}

type Kept = Found<Vec<u8>, Row>;

async fn one(tx: &mut Tx, id: &[u8]) -> Outcome<Option<Kept>> {
    Ok(on!(tx, c => sqlx::query_as(ONE).bind(id.to_vec()).fetch_optional(c).await?))
}

async fn set(tx: &mut Tx, id: &[u8], seal: &[u8]) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(SET).bind(id.to_vec()).bind(seal.to_vec()).execute(c).await?
        .rows_affected());
    one_row(touched)
}

/// Whether a row may be changed: it is as it was sealed.
pub(in crate::store) async fn fits(
    tx: &mut Tx,
    register: &Register<'_>,
    id: &[u8],
) -> Outcome<bool> {
    let row = one(tx, id).await?;
    let judge = |found: Kept| found.judge(|row| row.judge(register));
    Ok(row.is_none_or(|row| register.admits(judge(row))))
}

/// Refuses to change a row that is not as it was sealed: what somebody wrote there would be sealed with it.
pub async fn must_fit(tx: &mut Tx, register: &Register<'_>, id: ApplicationId) -> Outcome<()> {
    if fits(tx, register, &id.to_vec()).await? {
        return Ok(());
    }
    tracing::error!(application = %id, "application refused: the row was not written by this service");
    Err(Failure::Altered("applications"))
}

/// Seals a row that was just changed.
pub(in crate::store) async fn renew(
    tx: &mut Tx,
    register: &Register<'_>,
    id: &[u8],
) -> Outcome<()> {
    match one(tx, id).await? {
        Some(Found { row: Some(row), .. }) => set(tx, id, &row.own_seal(register)).await,
        Some(_) => Err(Failure::Altered("applications")),
        None => Ok(()),
    }
}

/// What the seal of each of the next rows after an id says, for the check of the database.
pub async fn judged(
    tx: &mut Tx,
    register: &Register<'_>,
    after: &[u8],
    limit: u32,
) -> Outcome<Vec<(Vec<u8>, Seal)>> {
    let rows = page(tx, after, limit).await?.into_iter();
    let judged = rows.map(|found| {
        let seal = found.judge(|row| row.judge(register));
        (found.key, seal)
    });
    Ok(judged.collect())
}

async fn page(tx: &mut Tx, after: &[u8], limit: u32) -> Outcome<Vec<Kept>> {
    let limit = i64::from(limit);
    Ok(on!(tx, c => sqlx::query_as(PAGE).bind(after.to_vec()).bind(limit).fetch_all(c).await?))
}

/// Seals those of the next rows after an id that have no seal; with `broken` those too whose seal does not fit. None:
/// there are no more rows.
pub async fn seal(
    tx: &mut Tx,
    register: &Register<'_>,
    after: &[u8],
    limit: u32,
    broken: bool,
) -> Outcome<Option<Sealed<Vec<u8>>>> {
    let rows = page(tx, after, limit).await?;
    let Some(last) = rows.last().map(|found| found.key.clone()) else {
        return Ok(None);
    };
    let mut done = Sealed::up_to(last);
    for Found { key: id, .. } in &rows {
        // Whoever acts on it just now has sealed it then.
        if let Ok(id) = ApplicationId::from_bytes(id) {
            locks::row(tx, locks::Row::Application(id)).await?;
        }
        let Some(found) = one(tx, id).await? else {
            continue;
        };
        match (found.judge(|row| row.judge(register)), found.row) {
            (Seal::Fits, _) => {}
            (Seal::Broken, Some(_)) if !broken => done.left += 1,
            (_, Some(row)) => {
                set(tx, id, &row.own_seal(register)).await?;
                done.sealed += 1;
            }
            (_, None) => done.left += 1,
        }
    }
    Ok(Some(done))
}

/// Whether there is an application of that id.
pub async fn is_there(tx: &mut Tx, id: &[u8]) -> Outcome<bool> {
    Ok(one(tx, id).await?.is_some())
}

/// Seals one row as it stands.
pub async fn accept(tx: &mut Tx, register: &Register<'_>, id: ApplicationId) -> Outcome<()> {
    locks::row(tx, locks::Row::Application(id)).await?;
    renew(tx, register, &id.to_vec()).await
}
