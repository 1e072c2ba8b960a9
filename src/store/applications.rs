//! Applications: what they say is sealed, where they stand is in columns the database itself guards.

use super::{Tx, on, one_row};
use crate::chance::Chance;
use crate::crypter::{Cell, Crypter};
use crate::domain::application::{Application, Filer, Stage, State};
use crate::domain::dossier::{Answers, Dossier, People};
use crate::domain::ids::{AccountId, ApplicationId, OfficeId, OfficerId};
use crate::domain::registration::Registration;
use crate::failure::{Failure, Outcome};
use crate::store::register::Register;
use subtle::ConstantTimeEq;

pub(super) mod rows;
pub mod seal;

use rows::{Columns, Row};

const INSERT: &str = "INSERT INTO applications (id, office, kind, filer, account, filed_by, previous, created, state, \
    since, late, subject_index, people, answers, version) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'draft', $8, 'no', $9, $10, $11, 1)";
const CHANGE: &str = "UPDATE applications SET state = $3, since = $4, registration = $5, submitted = $6, due = $7, \
    remaining = $8, late = $9, late_by = $10, officer = $11, verified_by = $12, signed_by = $13, cause = $14, \
    resume = $15, note = $16, document = $17, handed_by = $18, handed_how = $19, originals_checked = $20, \
    old_card_withdrawn = $21, in_time = $22 WHERE id = $1 AND state = $2";
// A draft is as old as its last change; of what was handed in `since` tells when it came to where it stands.
const SAVE: &str = "UPDATE applications SET people = $4, answers = $5, subject_index = $6, office = $7, \
    version = version + 1, since = CASE WHEN state = 'draft' THEN $8 ELSE since END WHERE id = $1 AND state = $2 AND version = $3";
const CODE: &str = "UPDATE applications SET code_hash = $2 WHERE id = $1";
const CODE_OF: &str = "SELECT code_hash FROM applications WHERE id = $1";
const DOSSIER: &str = "SELECT people, answers, version FROM applications WHERE id = $1";
const BY_ID: &str = "SELECT * FROM applications WHERE id = $1";
const BY_REGISTRATION: &str = "SELECT * FROM applications WHERE registration = $1";
// One row whatever the answer is, so that looking for a number that nobody has takes the same steps.
const ENTRY: &str = "SELECT a.id, a.code_hash, a.registration FROM (SELECT 1 AS one) AS always \
    LEFT JOIN applications AS a ON a.registration = COALESCE(\
    (SELECT registration FROM applications WHERE registration >= $1 ORDER BY registration LIMIT 1), \
    (SELECT registration FROM applications WHERE registration < $1 ORDER BY registration DESC LIMIT 1))";
const DRAFTS_OF: &str = "DELETE FROM applications WHERE account = $1 AND state = 'draft'";
const UNLINK: &str =
    "UPDATE applications SET account = NULL, filer = 'guest' WHERE account = $1 AND id = $2";
const DISCARD: &str = "DELETE FROM applications WHERE id = $1 AND state = 'draft'";
const TOUCH: &str = "UPDATE applications SET since = $2 WHERE id = $1 AND state = 'draft'";
const EXPIRE: &str = "DELETE FROM applications WHERE id = $1 AND state = 'draft' AND since < $2";
const OLD_DRAFTS: &str =
    "SELECT id FROM applications WHERE state = 'draft' AND since < $1 LIMIT 500";
const OF_ACCOUNT: &str =
    "SELECT * FROM applications WHERE account = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
const OF_OFFICER: &str =
    "SELECT * FROM applications WHERE filed_by = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
const SUBMITTED_BETWEEN: &str =
    "SELECT COUNT(*) FROM applications WHERE office = $1 AND submitted >= $2 AND submitted < $3";
const WAITING: &str = "SELECT * FROM applications WHERE state = 'constrained' AND cause = $1 ORDER BY since LIMIT 500";
const OPEN_ABOUT: &str = "SELECT id FROM applications WHERE subject_index = $1 AND kind = $2 AND id <> $3 \
    AND state IN ('submitted', 'under_verification', 'needs_correction', 'constrained', 'in_process') LIMIT 1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    CHANGE,
    SAVE,
    CODE,
    CODE_OF,
    DOSSIER,
    BY_ID,
    BY_REGISTRATION,
    ENTRY,
    DRAFTS_OF,
    UNLINK,
    DISCARD,
    TOUCH,
    EXPIRE,
    OLD_DRAFTS,
    OF_ACCOUNT,
    OF_OFFICER,
    SUBMITTED_BETWEEN,
    WAITING,
    OPEN_ABOUT,
];

/// Purpose of the look-up value of an application's subject.
pub const SUBJECT: &str = "applications.subject";

/// A cell of an application's row.
pub(super) fn cell<'a>(id: &'a [u8], column: &'static str) -> Cell<'a> {
    Cell {
        table: "applications",
        row: id,
        column,
    }
}

/// Seals a dossier's parts for their columns.
struct Sealed {
    people: Vec<u8>,
    answers: Vec<u8>,
    subject_index: Option<Vec<u8>>,
}

fn sealed(
    crypter: &Crypter,
    chance: &mut Chance,
    id: ApplicationId,
    dossier: &Dossier,
) -> Outcome<Sealed> {
    let row = id.to_vec();
    let json = |e: Result<Vec<u8>, serde_json::Error>| {
        e.map(zeroize::Zeroizing::new)
            .map_err(|_| Failure::Row("an application's content"))
    };
    let people = json(serde_json::to_vec(&dossier.people))?;
    let answers = json(serde_json::to_vec(&dossier.answers))?;
    let subject = dossier.people.subject();
    Ok(Sealed {
        people: crypter.seal(chance, cell(&row, "people"), &people),
        answers: crypter.seal(chance, cell(&row, "answers"), &answers),
        subject_index: subject.map(|nik| {
            let index = crypter.index(SUBJECT, &nik.as_u64().to_be_bytes());
            index.to_vec()
        }),
    })
}

/// Stores a draft.
pub async fn insert(
    tx: &mut Tx,
    register: &Register<'_>,
    chance: &mut Chance,
    a: &Application,
    dossier: &Dossier,
) -> Outcome<()> {
    if a.state != State::Draft {
        return Err(Failure::Row("an application begins as a draft"));
    }
    let sealed = sealed(register.crypter(), chance, a.id, dossier)?;
    let (filer, account, officer) = match a.filer {
        Filer::Citizen(account) => ("citizen", Some(account.to_vec()), None),
        Filer::Guest => ("guest", None, None),
        Filer::Officer(officer) => ("officer", None, Some(officer.to_vec())),
    };
    on!(tx, c => sqlx::query(INSERT)
        .bind(a.id.to_vec()).bind(a.office.to_vec()).bind(i64::from(a.kind.number)).bind(filer)
        .bind(account).bind(officer).bind(a.previous.map(ApplicationId::to_vec)).bind(a.created)
        .bind(sealed.subject_index).bind(sealed.people).bind(sealed.answers)
        .execute(c).await?.rows_affected());
    seal::renew(tx, register, &a.id.to_vec()).await
}

/// Stores a new state, if the state is still `from`.
///
/// # Errors
/// [`Failure::Altered`] where this service did not write the row as it is.
pub async fn change(
    tx: &mut Tx,
    register: &Register<'_>,
    chance: &mut Chance,
    from: Stage,
    a: &Application,
) -> Outcome<()> {
    seal::must_fit(tx, register, a.id).await?;
    let id = a.id.to_vec();
    let note = a.state.note().map(|note| {
        register
            .crypter()
            .seal(chance, cell(&id, "note"), note.as_bytes())
    });
    let c = Columns::of(a);
    let touched = on!(tx, conn => sqlx::query(CHANGE)
        .bind(&id).bind(from.name()).bind(a.state.stage().name()).bind(a.since)
        .bind(c.registration).bind(c.submitted).bind(c.due).bind(c.remaining).bind(c.late).bind(c.late_by)
        .bind(c.officer).bind(c.verified_by).bind(c.signed_by).bind(c.cause).bind(c.resume).bind(note)
        .bind(c.document).bind(c.handed_by).bind(c.handed_how).bind(c.originals_checked)
        .bind(c.old_card_withdrawn).bind(c.in_time).execute(conn).await?.rows_affected());
    one_row(touched)?;
    seal::renew(tx, register, &id).await
}

/// Stores what an application says, if nobody changed it since it was read.
///
/// # Errors
/// [`Failure::Altered`] where this service did not write the row as it is.
pub async fn save(
    tx: &mut Tx,
    register: &Register<'_>,
    chance: &mut Chance,
    a: &Application,
    dossier: &Dossier,
    now: i64,
) -> Outcome<()> {
    seal::must_fit(tx, register, a.id).await?;
    let sealed = sealed(register.crypter(), chance, a.id, dossier)?;
    let touched = on!(tx, c => sqlx::query(SAVE)
        .bind(a.id.to_vec()).bind(a.state.stage().name()).bind(dossier.version).bind(sealed.people)
        .bind(sealed.answers).bind(sealed.subject_index).bind(a.office.to_vec()).bind(now)
        .execute(c).await?.rows_affected());
    one_row(touched)?;
    seal::renew(tx, register, &a.id.to_vec()).await
}

/// Keeps the keyed hash of the code on the receipt.
///
/// # Errors
/// [`Failure::Altered`] where this service did not write the row as it is.
pub async fn set_code(
    tx: &mut Tx,
    register: &Register<'_>,
    id: ApplicationId,
    hash: &[u8; 32],
) -> Outcome<()> {
    seal::must_fit(tx, register, id).await?;
    let touched = on!(tx, c => sqlx::query(CODE)
        .bind(id.to_vec()).bind(hash.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)?;
    seal::renew(tx, register, &id.to_vec()).await
}

/// The keyed hash of the code on the receipt.
pub async fn code_hash(tx: &mut Tx, id: ApplicationId) -> Outcome<Option<Vec<u8>>> {
    let hash: Option<Option<Vec<u8>>> =
        on!(tx, c => sqlx::query_scalar(CODE_OF).bind(id.to_vec()).fetch_optional(c).await?);
    Ok(hash.flatten())
}

/// What an application says.
pub async fn dossier(tx: &mut Tx, crypter: &Crypter, id: ApplicationId) -> Outcome<Dossier> {
    let row = id.to_vec();
    let (people, answers, version): (Vec<u8>, Vec<u8>, i64) =
        on!(tx, c => sqlx::query_as(DOSSIER).bind(&row).fetch_one(c).await?);
    let wrong = |_| Failure::Row("an application's content");
    let people = crypter.open(cell(&row, "people"), &people)?;
    let answers = crypter.open(cell(&row, "answers"), &answers)?;
    Ok(Dossier {
        people: serde_json::from_slice::<People>(&people).map_err(wrong)?,
        answers: serde_json::from_slice::<Answers>(&answers).map_err(wrong)?,
        version,
    })
}

/// The application with that id.
pub async fn by_id(
    tx: &mut Tx,
    crypter: &Crypter,
    id: ApplicationId,
) -> Outcome<Option<Application>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(|row| row.into_application(crypter)).transpose()
}

/// The application with that registration number.
pub async fn by_registration(
    tx: &mut Tx,
    crypter: &Crypter,
    number: &Registration,
) -> Outcome<Option<Application>> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(BY_REGISTRATION)
        .bind(number.compact()).fetch_optional(c).await?);
    row.map(|row| row.into_application(crypter)).transpose()
}

/// Id, hash of the code and number of the application at or after a number; nothing where none was handed in.
type Entry = (Option<Vec<u8>>, Option<Vec<u8>>, Option<String>);

/// Id and keyed hash of the code of the application with that registration number.
pub async fn entry(
    tx: &mut Tx,
    number: &Registration,
) -> Outcome<Option<(ApplicationId, [u8; 32])>> {
    let row: Entry = on!(tx, c => sqlx::query_as(ENTRY).bind(number.compact()).fetch_one(c).await?);
    let (Some(id), Some(hash), Some(of)) = row else {
        return Ok(None);
    };
    let id = super::parsed("applications.id", ApplicationId::from_bytes(&id))?;
    let hash = super::fixed("applications.code_hash", &hash)?;
    let is_it = bool::from(of.as_bytes().ct_eq(number.compact().as_bytes()));
    Ok(is_it.then_some((id, hash)))
}

/// Takes an account that is closed out of its applications: drafts go; what was handed in stays the office's file and
/// opens from then on by its number and code alone. One whose row does not fit gets no seal of this.
pub async fn unlink(tx: &mut Tx, register: &Register<'_>, account: AccountId) -> Outcome<()> {
    on!(tx, c => sqlx::query(DRAFTS_OF).bind(account.to_vec()).execute(c).await?.rows_affected());
    for id in super::person::of_account(tx, account.to_vec()).await? {
        let fits = seal::fits(tx, register, &id).await?;
        on!(tx, c => sqlx::query(UNLINK).bind(account.to_vec()).bind(&id).execute(c).await?.rows_affected());
        if fits {
            seal::renew(tx, register, &id).await?;
        }
    }
    Ok(())
}

/// Deletes a draft. Its events go with it.
pub async fn discard(tx: &mut Tx, id: ApplicationId) -> Outcome<()> {
    let touched =
        on!(tx, c => sqlx::query(DISCARD).bind(id.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Notes that a draft was changed; of what was handed in it notes nothing.
///
/// # Errors
/// [`Failure::Altered`] where this service did not write the row as it is.
pub async fn touch(
    tx: &mut Tx,
    register: &Register<'_>,
    id: ApplicationId,
    now: i64,
) -> Outcome<()> {
    seal::must_fit(tx, register, id).await?;
    on!(tx, c => sqlx::query(TOUCH).bind(id.to_vec()).bind(now).execute(c).await?.rows_affected());
    seal::renew(tx, register, &id.to_vec()).await
}

/// Deletes a draft that nobody touched since that second. False where somebody did, or it is gone.
pub async fn expire(tx: &mut Tx, id: ApplicationId, before: i64) -> Outcome<bool> {
    let touched = on!(tx, c => sqlx::query(EXPIRE)
        .bind(id.to_vec()).bind(before).execute(c).await?.rows_affected());
    Ok(touched == 1)
}

/// Drafts that nobody touched since that second, at most 500.
pub async fn old_drafts(tx: &mut Tx, before: i64) -> Outcome<Vec<ApplicationId>> {
    let ids: Vec<Vec<u8>> =
        on!(tx, c => sqlx::query_scalar(OLD_DRAFTS).bind(before).fetch_all(c).await?);
    ids.iter()
        .map(|id| super::parsed("applications.id", ApplicationId::from_bytes(id)))
        .collect()
}

fn applications(rows: Vec<Row>, crypter: &Crypter) -> Outcome<Vec<Application>> {
    rows.into_iter()
        .map(|row| row.into_application(crypter))
        .collect()
}

/// The cursor of a first page.
fn before(id: Option<ApplicationId>) -> Vec<u8> {
    id.map_or_else(|| vec![0xff; 16], ApplicationId::to_vec)
}

/// A citizen's applications, newest first, before the application `cursor`.
pub async fn of_account(
    tx: &mut Tx,
    crypter: &Crypter,
    account: AccountId,
    cursor: Option<ApplicationId>,
    limit: u32,
) -> Outcome<Vec<Application>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(OF_ACCOUNT)
        .bind(account.to_vec()).bind(before(cursor)).bind(i64::from(limit)).fetch_all(c).await?);
    applications(rows, crypter)
}

/// What an officer filed at the counter, newest first, before the application `cursor`.
pub async fn filed_by(
    tx: &mut Tx,
    crypter: &Crypter,
    officer: OfficerId,
    cursor: Option<ApplicationId>,
    limit: u32,
) -> Outcome<Vec<Application>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(OF_OFFICER)
        .bind(officer.to_vec()).bind(before(cursor)).bind(i64::from(limit)).fetch_all(c).await?);
    applications(rows, crypter)
}

/// How many were handed in to an office in `from <= t < to`.
pub async fn submitted_between(tx: &mut Tx, office: OfficeId, from: i64, to: i64) -> Outcome<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(SUBMITTED_BETWEEN)
        .bind(office.to_vec()).bind(from).bind(to).fetch_one(c).await?))
}

/// Applications that wait for that cause, longest first, at most 500. One whose row is impossible keeps no other waiting.
pub async fn waiting(tx: &mut Tx, crypter: &Crypter, cause: &str) -> Outcome<Vec<Application>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(WAITING).bind(cause).fetch_all(c).await?);
    let read = rows.into_iter().map(|row| row.into_application(crypter));
    Ok(read.flatten().collect())
}

/// Another open application of that kind about the same person.
pub async fn open_about(
    tx: &mut Tx,
    crypter: &Crypter,
    nik: credential::ids::Nik,
    a: &Application,
) -> Outcome<bool> {
    let index = crypter.index(SUBJECT, &nik.as_u64().to_be_bytes());
    let found: Option<Vec<u8>> = on!(tx, c => sqlx::query_scalar(OPEN_ABOUT)
        .bind(index.to_vec()).bind(i64::from(a.kind.number)).bind(a.id.to_vec())
        .fetch_optional(c).await?);
    Ok(found.is_some())
}
