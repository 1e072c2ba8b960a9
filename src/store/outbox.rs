//! What is to be told, until it was told.

use super::{Tx, on, one_row, parsed, register::Register, row_seals::OUTBOX};
use crate::domain::application::Stage;
use crate::domain::ids::{AgencyId, ApplicationId, NoticeId, OfficeId};
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO outbox (id, cause, lane, turn, application, office, stage, agency, after, through, \
    sealed, created, state, due, tries) \
    VALUES ($1, $2, $3, (SELECT COALESCE(MAX(turn), 0) + 1 FROM outbox WHERE lane = $3), $4, $5, $6, $7, $8, $9, \
    $10, $11, 'waiting', $11, 0)";
const BY_ID: &str = "SELECT * FROM outbox WHERE id = $1";
// A row waits for every earlier one of its lane that is still under way; one that is dead lets the next ones pass.
macro_rules! due {
    ($cause:literal, $lock:literal) => {
        concat!(
            "SELECT * FROM outbox WHERE state IN ('waiting', 'claimed') AND due <= $1 AND NOT EXISTS ",
            "(SELECT 1 FROM outbox AS earlier WHERE earlier.lane = outbox.lane AND earlier.turn < outbox.turn ",
            "AND earlier.state IN ('waiting', 'claimed')) AND cause ",
            $cause,
            " 'letter' ORDER BY due, id LIMIT $2",
            $lock
        )
    };
}
const DUE: &str = due!("<>", "");
const DUE_LETTERS: &str = due!("=", "");
// PostgreSQL alone has several writers: what another is just claiming is left to it.
const DUE_FREE: &str = due!("<>", " FOR NO KEY UPDATE OF outbox SKIP LOCKED");
const DUE_LETTERS_FREE: &str = due!("=", " FOR NO KEY UPDATE OF outbox SKIP LOCKED");
const CLAIM: &str = "UPDATE outbox SET state = 'claimed', due = $4, tries = tries + 1 \
    WHERE id = $1 AND state = $2 AND tries = $3";
const END: &str = "UPDATE outbox SET state = $3, due = $4, sealed = NULL, fault = NULL \
    WHERE id = $1 AND state = 'claimed' AND tries = $2";
const FAIL: &str = "UPDATE outbox SET state = $3, due = $4, fault = $5 \
    WHERE id = $1 AND state = $6 AND tries = $2";
const RETRY: &str =
    "UPDATE outbox SET state = 'waiting', due = $2, tries = 0 WHERE id = $1 AND state = 'dead'";
const DEAD_OF_OFFICE: &str = "SELECT * FROM outbox WHERE state = 'dead' AND office = $1 AND id < $2 \
    ORDER BY id DESC LIMIT $3";
const PAGE: &str =
    "SELECT * FROM outbox WHERE ($1 = '' OR state = $1) AND id < $2 ORDER BY id DESC LIMIT $3";
const OPEN_PUSH: &str =
    "SELECT id FROM outbox WHERE lane = $1 AND state IN ('waiting', 'claimed', 'dead') LIMIT 1";
const DROP_PUSHES: &str = "UPDATE outbox SET state = 'dropped', due = $2 \
    WHERE lane = $1 AND state IN ('waiting', 'claimed', 'dead')";
const LATE: &str =
    // Each half is found by an index of its own.
    "SELECT COUNT(*), MIN(due) FROM (\
    SELECT due FROM outbox WHERE state IN ('waiting', 'claimed') AND cause <> 'letter' AND due <= $1 UNION ALL \
    SELECT due FROM outbox WHERE state IN ('waiting', 'claimed') AND cause = 'letter' AND due <= $1) AS late";
const PURGE: &str =
    "DELETE FROM outbox WHERE state IN ('delivered', 'dropped', 'dead') AND due < $1";

/// Every statement that PostgreSQL alone knows.
#[cfg(test)]
pub const POSTGRES: &[&str] = &[DUE_FREE, DUE_LETTERS_FREE];

/// How what is due is found.
#[cfg(test)]
pub const WORKED_OFF: &[&str] = &[DUE, DUE_LETTERS];

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    BY_ID,
    DUE,
    DUE_LETTERS,
    CLAIM,
    END,
    FAIL,
    RETRY,
    DEAD_OF_OFFICE,
    PAGE,
    OPEN_PUSH,
    DROP_PUSHES,
    LATE,
    PURGE,
];

/// What is to be told.
#[derive(Clone, PartialEq, Eq)]
pub enum Cause {
    /// An application reached a stage; its applicant is to hear of it.
    Application {
        /// Which.
        application: ApplicationId,
        /// The office that decides it.
        office: OfficeId,
        /// The stage it reached.
        stage: Stage,
    },
    /// A letter, sealed; nothing once it was delivered.
    Letter(Option<Vec<u8>>),
    /// A batch of changes for an agency.
    Push {
        /// Which agency.
        agency: AgencyId,
        /// Changes with numbers above this one.
        after: i64,
        /// And up to this one.
        through: i64,
    },
}

impl Cause {
    /// Its name in the table and in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Application { .. } => "application",
            Self::Letter(_) => "letter",
            Self::Push { .. } => "push",
        }
    }
}

/// Where a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// To be tried.
    Waiting,
    /// Somebody is trying.
    Claimed,
    /// The other side took it.
    Delivered,
    /// Nobody is to be told any more.
    Dropped,
    /// Given up; an officer may let it be tried again.
    Dead,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Claimed,
        Self::Delivered,
        Self::Dropped,
        Self::Dead,
    ];

    /// Its name in the table and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Claimed => "claimed",
            Self::Delivered => "delivered",
            Self::Dropped => "dropped",
            Self::Dead => "dead",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A row of the outbox.
pub struct Notice {
    /// Its id, the same with every try.
    pub id: NoticeId,
    /// What is to be told.
    pub cause: Cause,
    /// When it was written.
    pub created: i64,
    /// Where it stands.
    pub state: State,
    /// Waiting: when to try; claimed: when the claim lapses; else since when.
    pub due: i64,
    /// How often it was claimed.
    pub tries: i64,
    /// What went wrong last.
    pub fault: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    cause: String,
    application: Option<Vec<u8>>,
    office: Option<Vec<u8>>,
    stage: Option<String>,
    agency: Option<Vec<u8>>,
    after: Option<i64>,
    through: Option<i64>,
    sealed: Option<Vec<u8>>,
    created: i64,
    state: String,
    due: i64,
    tries: i64,
    fault: Option<String>,
}

impl TryFrom<Row> for Notice {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        let cause = match (row.cause.as_str(), row.application, row.office, row.agency) {
            ("application", Some(application), Some(office), None) => Cause::Application {
                application: parsed(
                    "outbox.application",
                    ApplicationId::from_bytes(&application),
                )?,
                office: parsed("outbox.office", OfficeId::from_bytes(&office))?,
                stage: row
                    .stage
                    .as_deref()
                    .and_then(Stage::parse)
                    .ok_or(Failure::Row("outbox.stage"))?,
            },
            ("letter", None, None, None) => Cause::Letter(row.sealed),
            ("push", None, None, Some(agency)) => Cause::Push {
                agency: parsed("outbox.agency", AgencyId::from_bytes(&agency))?,
                after: row.after.ok_or(Failure::Row("outbox.after"))?,
                through: row.through.ok_or(Failure::Row("outbox.through"))?,
            },
            _ => return Err(Failure::Row("outbox.cause")),
        };
        Ok(Self {
            id: parsed("outbox.id", NoticeId::from_bytes(&row.id))?,
            cause,
            created: row.created,
            state: State::parse(&row.state).ok_or(Failure::Row("outbox.state"))?,
            due: row.due,
            tries: row.tries,
            fault: row.fault,
        })
    }
}

/// Stores something to be told, due at once. Two that are written to one lane at the same moment are a conflict.
pub async fn insert(
    tx: &mut Tx,
    register: &Register<'_>,
    id: NoticeId,
    cause: &Cause,
    now: i64,
) -> Outcome<()> {
    let (mut lane, mut application, mut office, mut stage) = (id.to_vec(), None, None, None);
    let (mut agency, mut range, mut sealed) = (None, (None, None), None);
    match cause {
        Cause::Application {
            application: id,
            office: of,
            stage: reached,
        } => {
            lane = id.to_vec();
            application = Some(id.to_vec());
            office = Some(of.to_vec());
            stage = Some(reached.name());
        }
        Cause::Letter(letter) => sealed = letter.as_deref(),
        Cause::Push {
            agency: id,
            after,
            through,
        } => {
            lane = id.to_vec();
            agency = Some(id.to_vec());
            range = (Some(*after), Some(*through));
        }
    }
    let result = on!(tx, c => sqlx::query(INSERT)
        .bind(id.to_vec()).bind(cause.name()).bind(lane).bind(application).bind(office).bind(stage)
        .bind(agency).bind(range.0).bind(range.1).bind(sealed).bind(now).execute(c).await.map(|done| done.rows_affected()));
    match result {
        Ok(_) => OUTBOX.renew(tx, register, &id.to_vec()).await,
        Err(sqlx::Error::Database(e)) if e.is_unique_violation() => Err(Failure::Changed),
        Err(e) => Err(e.into()),
    }
}

/// The row with that id.
pub async fn by_id(tx: &mut Tx, id: NoticeId) -> Outcome<Option<Notice>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(Notice::try_from).transpose()
}

/// What may be tried now, the longest due first; claims that lapsed are among it. Letters come before everything else:
/// somebody sits before a page and waits for the code in one, while a thousand notices can wait a minute more.
pub async fn due(tx: &mut Tx, now: i64, limit: u32) -> Outcome<Vec<Notice>> {
    due_by(tx, (DUE_LETTERS, DUE), now, limit).await
}

/// As [`due`], to be claimed in this transaction; what another is just claiming is left out.
pub async fn due_to_claim(tx: &mut Tx, now: i64, limit: u32) -> Outcome<Vec<Notice>> {
    let texts = match tx {
        Tx::Sqlite(_) => (DUE_LETTERS, DUE),
        Tx::Postgres(_) => (DUE_LETTERS_FREE, DUE_FREE),
    };
    due_by(tx, texts, now, limit).await
}

async fn due_by(
    tx: &mut Tx,
    (letters, others): (&'static str, &'static str),
    now: i64,
    limit: u32,
) -> Outcome<Vec<Notice>> {
    let mut rows: Vec<Row> = on!(tx, c => sqlx::query_as(letters)
        .bind(now).bind(i64::from(limit)).fetch_all(c).await?);
    let left = limit.saturating_sub(rows.len() as u32);
    if left > 0 {
        let others: Vec<Row> = on!(tx, c => sqlx::query_as(others)
            .bind(now).bind(i64::from(left)).fetch_all(c).await?);
        rows.extend(others);
    }
    rows.into_iter().map(Notice::try_from).collect()
}

/// Claims a row until `lapses`, if nobody else did since it was read.
pub async fn claim(tx: &mut Tx, notice: &Notice, lapses: i64) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(CLAIM).bind(notice.id.to_vec()).bind(notice.state.name())
        .bind(notice.tries).bind(lapses).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Ends a claimed row as delivered or dropped and erases what it held; `tries` names the claim.
pub async fn end(tx: &mut Tx, id: NoticeId, tries: i64, to: State, now: i64) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(END)
        .bind(id.to_vec()).bind(tries).bind(to.name()).bind(now).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Puts a row back to wait until `due`, or among the dead; `from` and `tries` name the claim.
pub async fn fail(
    tx: &mut Tx,
    notice: &Notice,
    from: State,
    to: State,
    due: i64,
    fault: &str,
) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(FAIL)
        .bind(notice.id.to_vec()).bind(notice.tries).bind(to.name()).bind(due).bind(fault).bind(from.name())
        .execute(c).await?.rows_affected());
    one_row(touched)
}

/// Lets a dead row be tried again at once, as if it were new.
pub async fn retry(tx: &mut Tx, id: NoticeId, now: i64) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(RETRY).bind(id.to_vec()).bind(now).execute(c).await?.rows_affected());
    one_row(touched)
}

/// An office's dead rows, newest first, before the row `before`.
pub async fn dead(
    tx: &mut Tx,
    office: OfficeId,
    before: Option<NoticeId>,
    limit: u32,
) -> Outcome<Vec<Notice>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(DEAD_OF_OFFICE)
        .bind(office.to_vec()).bind(before_bytes(before)).bind(i64::from(limit)).fetch_all(c).await?);
    rows.into_iter().map(Notice::try_from).collect()
}

/// All rows, or those of a state, newest first, before the row `before`.
pub async fn page(
    tx: &mut Tx,
    state: Option<State>,
    before: Option<NoticeId>,
    limit: u32,
) -> Outcome<Vec<Notice>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(PAGE)
        .bind(state.map_or("", State::name)).bind(before_bytes(before)).bind(i64::from(limit))
        .fetch_all(c).await?);
    rows.into_iter().map(Notice::try_from).collect()
}

fn before_bytes(before: Option<NoticeId>) -> Vec<u8> {
    before.map_or_else(|| vec![0xff; 16], NoticeId::to_vec)
}

/// Whether a batch for that agency is under way, or dead.
pub async fn has_open_push(tx: &mut Tx, agency: AgencyId) -> Outcome<bool> {
    let open = on!(tx, c => sqlx::query_scalar::<_, Vec<u8>>(OPEN_PUSH).bind(agency.to_vec()).fetch_optional(c).await?);
    Ok(open.is_some())
}

/// Drops every batch for that agency.
pub async fn drop_pushes(tx: &mut Tx, agency: AgencyId, now: i64) -> Outcome<u64> {
    Ok(
        on!(tx, c => sqlx::query(DROP_PUSHES).bind(agency.to_vec()).bind(now).execute(c).await?.rows_affected()),
    )
}

/// How many rows are due, and since when the oldest of them is.
pub async fn late(tx: &mut Tx, now: i64) -> Outcome<(i64, Option<i64>)> {
    Ok(on!(tx, c => sqlx::query_as(LATE).bind(now).fetch_one(c).await?))
}

/// Forgets what ended before that second.
pub async fn purge(tx: &mut Tx, before: i64) -> Outcome<u64> {
    Ok(on!(tx, c => sqlx::query(PURGE).bind(before).execute(c).await?.rows_affected()))
}
