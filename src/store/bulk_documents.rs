//! Documents of bulk jobs: many at once, each in force from the begin, kept without its text.

use super::{Tx, fixed, on, parsed};
use crate::domain::document::Subject;
use crate::domain::ids::{ApplicationId, DocumentId, ListId, OfficeId};
use crate::failure::{Failure, Outcome};
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::kinds::{InForce, Kind};
use std::collections::HashMap;

const INSERT: &str = "INSERT INTO documents (id, kind, subject, office, state, state_since, status_list, status_index, \
    issued, expires, kid, claims, core_only, exclusive, qr_text, qr_ecc, signature, number, application) \
    VALUES ($1, $2, $3, $4, 'active', $5, $6, $7, $5, $8, $9, $10, $11, $12, '', $13, $14, $15, $16)";
const IN_FORCE_SQLITE: &str = "SELECT subject, id FROM documents WHERE kind = $1 AND exclusive = 1 \
    AND state IN ('active', 'suspended') AND subject IN (SELECT value FROM json_each($2))";
// One look-up in the index for each, whatever the planner believes of a table that was empty a minute ago.
const IN_FORCE_POSTGRES: &str = "SELECT subject, id FROM (SELECT s AS subject, (SELECT id FROM documents \
    WHERE kind = $1 AND subject = s AND exclusive = 1 AND state IN ('active', 'suspended')) AS id \
    FROM unnest($2::BIGINT[]) s OFFSET 0) found WHERE id IS NOT NULL";
const COPY: &str = "COPY documents (id, kind, subject, office, state, state_since, status_list, status_index, \
    issued, expires, kid, claims, core_only, exclusive, qr_text, qr_ecc, signature, number, application) FROM STDIN (FORMAT BINARY)";
const BETWEEN: &str = "SELECT id, issued, claims FROM documents WHERE id >= $1 AND id <= $2 \
    AND status_list = $3 AND signature IS NOT NULL ORDER BY id";
const REPLACED: &str =
    "UPDATE documents SET superseded_by = $2 WHERE id = $1 AND state = 'superseded'";

const OF_CHUNK: &str = "SELECT id, status_index, claims, kid, signature FROM documents \
    WHERE id >= $1 AND id <= $2 AND status_list = $3 AND signature IS NOT NULL";
const IDS: &str =
    "SELECT id FROM documents WHERE id >= $1 AND id <= $2 AND signature IS NOT NULL ORDER BY id";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, BETWEEN, REPLACED, OF_CHUNK, IDS];

/// Statements for one engine alone.
#[cfg(test)]
pub const SQLITE_ONLY: &[&str] = &[IN_FORCE_SQLITE];
/// Statements for one engine alone; `COPY` does not prepare.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[IN_FORCE_POSTGRES];

/// What the documents of a chunk have in common.
pub struct Common {
    /// Their kind.
    pub kind: &'static Kind,
    /// Who issues them.
    pub office: OfficeId,
    /// Where their status stands.
    pub list: ListId,
    /// Claim `iat`.
    pub issued: i64,
    /// The key that signed them.
    pub kid: KeyId,
}

/// What each has of its own.
pub struct Own {
    /// Its id.
    pub id: DocumentId,
    /// NIK or KK number.
    pub subject: Subject,
    /// Index in the list.
    pub index: u32,
    /// Claim `exp`.
    pub expires: Option<i64>,
    /// The exact payload.
    pub claims: Vec<u8>,
    /// A KK with the core columns of its members alone.
    pub core_only: bool,
    /// Letter of the error correction it fits with.
    pub ecc: &'static str,
    /// The signature over it.
    pub signature: [u8; 64],
    /// Number printed on a letter or deed.
    pub number: Option<String>,
    /// The application that asked for it.
    pub application: Option<ApplicationId>,
}

/// Stores documents.
///
/// # Errors
/// [`Failure::Changed`] where somebody has got a document of the kind in the meantime; the transaction is void then.
pub async fn insert(tx: &mut Tx, common: &Common, documents: &[Own]) -> Outcome<()> {
    match tx {
        Tx::Sqlite(_) => {
            for own in documents {
                one(tx, common, own).await?;
            }
            Ok(())
        }
        Tx::Postgres(c) => {
            let mut copy = c.copy_in_raw(COPY).await?;
            copy.send(BEGIN.as_slice()).await?;
            for rows in documents.chunks(ROWS) {
                copy.send(copied(common, rows)).await?;
            }
            copy.send(END.as_slice()).await?;
            copy.finish().await.map(|_| ()).map_err(taken)
        }
    }
}

/// Rows that are sent at once: about 300 kB.
const ROWS: usize = 512;
/// What a COPY in binary begins with (PostgreSQL manual, COPY, Binary Format).
const BEGIN: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const END: [u8; 2] = (-1_i16).to_be_bytes();
const COLUMNS: i16 = 19;
/// How a NULL is sent in place of a length.
const NULL: [u8; 4] = (-1_i32).to_be_bytes();

fn copied(common: &Common, documents: &[Own]) -> Vec<u8> {
    fn field(out: &mut Vec<u8>, bytes: &[u8]) {
        out.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
        out.extend_from_slice(bytes);
    }
    let (office, list) = (common.office.to_vec(), common.list.to_vec());
    let exclusive = i64::from(common.kind.in_force == InForce::One);
    let mut rows = Vec::with_capacity(documents.len() * 700);
    for own in documents {
        let out = &mut rows;
        let number = |out: &mut Vec<u8>, n: i64| field(out, &n.to_be_bytes());
        out.extend_from_slice(&COLUMNS.to_be_bytes());
        field(out, own.id.as_bytes());
        number(out, i64::from(common.kind.number));
        number(out, own.subject.0 as i64);
        field(out, &office);
        field(out, b"active");
        number(out, common.issued);
        field(out, &list);
        number(out, i64::from(own.index));
        number(out, common.issued);
        match own.expires {
            Some(expires) => number(out, expires),
            None => out.extend_from_slice(&NULL),
        }
        field(out, &common.kid.0);
        field(out, &own.claims);
        number(out, i64::from(own.core_only));
        number(out, exclusive);
        field(out, b"");
        field(out, own.ecc.as_bytes());
        field(out, &own.signature);
        match &own.number {
            Some(number) => field(out, number.as_bytes()),
            None => out.extend_from_slice(&NULL),
        }
        match own.application {
            Some(application) => field(out, &application.to_vec()),
            None => out.extend_from_slice(&NULL),
        }
    }
    rows
}

async fn one(tx: &mut Tx, common: &Common, own: &Own) -> Outcome<()> {
    let exclusive = i64::from(common.kind.in_force == InForce::One);
    let result = on!(tx, c => sqlx::query(INSERT)
        .bind(own.id.to_vec()).bind(i64::from(common.kind.number)).bind(own.subject.0 as i64)
        .bind(common.office.to_vec()).bind(common.issued).bind(common.list.to_vec()).bind(i64::from(own.index))
        .bind(own.expires).bind(common.kid.0.to_vec()).bind(own.claims.as_slice()).bind(i64::from(own.core_only))
        .bind(exclusive).bind(own.ecc).bind(own.signature.as_slice()).bind(&own.number).bind(own.application.map(ApplicationId::to_vec))
        .execute(c).await.map(|_| ()));
    result.map_err(taken)
}

fn taken(e: sqlx::Error) -> Failure {
    match e {
        sqlx::Error::Database(e) if e.is_unique_violation() => Failure::Changed,
        e => e.into(),
    }
}

/// Who of these has a document of the kind in force, suspended included. In a transaction that looks things up by an index.
pub async fn in_force(
    tx: &mut Tx,
    kind: &Kind,
    subjects: &[i64],
) -> Outcome<HashMap<i64, DocumentId>> {
    let kind = i64::from(kind.number);
    let rows: Vec<(i64, Vec<u8>)> = match tx {
        Tx::Sqlite(c) => {
            let subjects = super::json(subjects)?;
            let query = sqlx::query_as(IN_FORCE_SQLITE).bind(kind).bind(subjects);
            query.fetch_all(&mut **c).await?
        }
        Tx::Postgres(c) => {
            let query = sqlx::query_as(IN_FORCE_POSTGRES).bind(kind).bind(subjects);
            query.fetch_all(&mut **c).await?
        }
    };
    let parse = |(subject, id): (i64, Vec<u8>)| {
        Ok((
            subject,
            parsed("documents.id", DocumentId::from_bytes(&id))?,
        ))
    };
    rows.into_iter().map(parse).collect()
}

/// A document to tell of: its id, when it was issued, its payload.
pub type Told = (DocumentId, i64, Vec<u8>);

/// The documents of a list with ids from one to another, by id: those of a chunk, and perhaps some of chunks that were
/// composed in the same millisecond.
pub async fn between(
    tx: &mut Tx,
    first: DocumentId,
    last: DocumentId,
    list: ListId,
) -> Outcome<Vec<Told>> {
    let rows: Vec<(Vec<u8>, i64, Vec<u8>)> = on!(tx, c => sqlx::query_as(BETWEEN)
        .bind(first.to_vec()).bind(last.to_vec()).bind(list.to_vec()).fetch_all(c).await?);
    let told = |(id, issued, claims): (Vec<u8>, i64, Vec<u8>)| {
        let id = parsed("documents.id", DocumentId::from_bytes(&id))?;
        Ok((id, issued, claims))
    };
    rows.into_iter().map(told).collect()
}

/// Says by which document one was replaced that had to end before the new one could begin.
pub async fn replaced(tx: &mut Tx, old: DocumentId, by: DocumentId) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(REPLACED)
        .bind(old.to_vec()).bind(by.to_vec()).execute(c).await?.rows_affected());
    super::one_row(touched)
}

/// Status index, id and token of the bulk documents of a list, from one id to another.
pub async fn tokens(
    tx: &mut Tx,
    list: ListId,
    from: DocumentId,
    to: DocumentId,
) -> Outcome<Vec<(u32, DocumentId, Vec<u8>)>> {
    type Row = (Vec<u8>, i64, Vec<u8>, Vec<u8>, Vec<u8>);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(OF_CHUNK)
        .bind(from.to_vec()).bind(to.to_vec()).bind(list.to_vec()).fetch_all(c).await?);
    let token = |(id, index, claims, kid, signature): Row| {
        let id = parsed("documents.id", DocumentId::from_bytes(&id))?;
        let index = parsed("documents.status_index", u32::try_from(index))?;
        let kid = KeyId(fixed("documents.kid", &kid)?);
        let signature = fixed("documents.signature", &signature)?;
        Ok((
            index,
            id,
            Unsigned::new(kid, None, claims).into_token(&signature),
        ))
    };
    rows.into_iter().map(token).collect()
}

/// Which of the documents from one id to another were issued by a bulk job.
pub async fn ids(tx: &mut Tx, from: DocumentId, to: DocumentId) -> Outcome<Vec<DocumentId>> {
    let ids: Vec<Vec<u8>> = on!(tx, c => sqlx::query_scalar(IDS)
        .bind(from.to_vec()).bind(to.to_vec()).fetch_all(c).await?);
    let ids = ids.iter().map(|id| DocumentId::from_bytes(id));
    ids.map(|id| parsed("documents.id", id)).collect()
}
