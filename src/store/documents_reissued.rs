//! Documents of one key: which are in force, and ending many of them at once because they were issued anew.

use super::audit::{self, Entry};
use super::by_key::by_key;
use super::changes::{self, Told};
use super::{Tx, hex, on, parsed};
use crate::domain::document::Subject;
use crate::domain::ids::{ApplicationId, ChangeId, DocumentId, ListId, OfficeId};
use crate::failure::{Failure, Outcome};
use crate::outbox::DocumentChange;
use credential::ids::KeyId;

// By the office, which each key has one of: an index by key would cost every document that is issued.
const IN_FORCE: &str = "SELECT id, kind FROM documents WHERE office = $1 AND id > $2 AND kid = $3 AND state = 'active' \
    AND (expires IS NULL OR expires > $4) ORDER BY id LIMIT $5";
const OF_CHUNK: &str = "SELECT id, subject, status_list, issued, expires, claims, number, application FROM documents \
    WHERE office = $1 AND id >= $2 AND id <= $3 AND kid = $4 AND kind = $5 AND state = 'active' \
    AND (expires IS NULL OR expires > $6) ORDER BY id";
// By id alone, also right after many were issued, when PostgreSQL knows nothing of the table yet: it would also walk through
// an index of the state for each of them (`state || ''` has none).
const END_SQLITE: &str = "UPDATE documents SET state = 'superseded', state_since = $2, reason = $3 \
    WHERE id IN (SELECT unhex(value) FROM json_each($1)) AND state = 'active'";
const END_POSTGRES: &str = "UPDATE documents SET state = 'superseded', state_since = $2, reason = $3 \
    WHERE id = ANY($1::BYTEA[]) AND state || '' = 'active'";
const REPLACED_SQLITE: &str = "UPDATE documents SET superseded_by = unhex(given.value ->> 1) FROM json_each($1) AS given \
    WHERE documents.id = unhex(given.value ->> 0) AND +state = 'superseded'";
const REPLACED_POSTGRES: &str = "UPDATE documents SET superseded_by = given.new \
    FROM UNNEST($1::BYTEA[], $2::BYTEA[]) AS given (old, new) WHERE documents.id = given.old AND state || '' = 'superseded'";
const FOLLOWED_SQLITE: &str = "SELECT DISTINCT status_list FROM bound_credentials \
    WHERE document IN (SELECT unhex(value) FROM json_each($1)) AND state IN ('active', 'suspended')";
const FOLLOWED_POSTGRES: &str = "SELECT DISTINCT status_list FROM bound_credentials \
    WHERE document = ANY($1::BYTEA[]) AND state IN ('active', 'suspended')";
const FOLLOW_SQLITE: &str = "UPDATE bound_credentials SET state = 'superseded', since = $2 \
    WHERE document IN (SELECT unhex(value) FROM json_each($1)) AND state IN ('active', 'suspended')";
const FOLLOW_POSTGRES: &str = "UPDATE bound_credentials SET state = 'superseded', since = $2 \
    WHERE document = ANY($1::BYTEA[]) AND state IN ('active', 'suspended')";
const ASKED_SQLITE: &str = "UPDATE applications SET document = unhex(given.value ->> 1) FROM json_each($1) AS given \
    WHERE applications.id = unhex(given.value ->> 2) AND applications.document = unhex(given.value ->> 0)";
const ASKED_POSTGRES: &str = "UPDATE applications SET document = given.new \
    FROM UNNEST($1::BYTEA[], $2::BYTEA[], $3::BYTEA[]) AS given (old, new, application) \
    WHERE applications.id = given.application AND applications.document = given.old";
const ISSUED_POSTGRES: &str = "INSERT INTO changes (id, document, turn, kind, region, change, at) \
    SELECT id, document, 1, $3, region, 'issued', at FROM UNNEST($1::BYTEA[], $2::BYTEA[], $4::TEXT[], $5::BIGINT[]) \
    AS given (id, document, region, at) ON CONFLICT (document, turn) DO NOTHING";
const TOLD_SQLITE: &str = "INSERT INTO changes (id, document, turn, kind, region, change, at) \
    SELECT unhex(value ->> 0), unhex(value ->> 1), (SELECT COALESCE(MAX(turn), 0) + 1 FROM changes \
    WHERE document = unhex(value ->> 1)), $2, value ->> 2, $3, $4 FROM json_each($1)";
const TOLD_POSTGRES: &str = "INSERT INTO changes (id, document, turn, kind, region, change, at) \
    SELECT id, document, (SELECT COALESCE(MAX(turn), 0) + 1 FROM changes WHERE changes.document = given.document), \
    $3, region, $5, $6 FROM UNNEST($1::BYTEA[], $2::BYTEA[], $4::TEXT[]) AS given (id, document, region)";
const NOTED_POSTGRES: &str = "INSERT INTO audit (id, at, actor, action, office, document, salt, content_hash, detail) \
    SELECT id, $2, $3, $4, $5, document, salt, hash, detail \
    FROM UNNEST($1::BYTEA[], $6::BYTEA[], $7::BYTEA[], $8::BYTEA[], $9::TEXT[]) AS given (id, document, salt, hash, detail)";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[IN_FORCE, OF_CHUNK];

/// Statements for one engine alone.
#[cfg(test)]
pub const SQLITE_ONLY: &[&str] = &[
    END_SQLITE,
    REPLACED_SQLITE,
    FOLLOWED_SQLITE,
    FOLLOW_SQLITE,
    ASKED_SQLITE,
    TOLD_SQLITE,
];
/// Statements for one engine alone.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[
    END_POSTGRES,
    REPLACED_POSTGRES,
    FOLLOWED_POSTGRES,
    FOLLOW_POSTGRES,
    ASKED_POSTGRES,
    ISSUED_POSTGRES,
    TOLD_POSTGRES,
    NOTED_POSTGRES,
];

/// A key's documents that are in force, by id after one of them: which, and numbers of their kinds.
pub async fn in_force(
    tx: &mut Tx,
    office: OfficeId,
    kid: KeyId,
    after: Option<DocumentId>,
    now: i64,
    limit: u32,
) -> Outcome<Vec<(DocumentId, i64)>> {
    let after = after.map_or_else(Vec::new, DocumentId::to_vec);
    let rows: Vec<(Vec<u8>, i64)> = on!(tx, c => sqlx::query_as(IN_FORCE)
        .bind(office.to_vec()).bind(after).bind(kid.0.to_vec()).bind(now).bind(i64::from(limit))
        .fetch_all(c).await?);
    let row = |(id, kind): (Vec<u8>, i64)| {
        Ok((parsed("documents.id", DocumentId::from_bytes(&id))?, kind))
    };
    rows.into_iter().map(row).collect()
}

/// A document in force, with what its successor has of it.
pub struct Old {
    /// Its id.
    pub id: DocumentId,
    /// NIK or KK number.
    pub subject: Subject,
    /// Where its status stands.
    pub list: ListId,
    /// Claim `iat`.
    pub issued: i64,
    /// Claim `exp`.
    pub expires: Option<i64>,
    /// The exact payload.
    pub claims: Vec<u8>,
    /// Number printed on a letter or deed.
    pub number: Option<String>,
    /// The application that asked for it.
    pub application: Option<ApplicationId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    subject: i64,
    status_list: Vec<u8>,
    issued: i64,
    expires: Option<i64>,
    claims: Vec<u8>,
    number: Option<String>,
    application: Option<Vec<u8>>,
}

impl TryFrom<Row> for Old {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        let application = row.application.as_deref().map(ApplicationId::from_bytes);
        Ok(Self {
            id: parsed("documents.id", DocumentId::from_bytes(&row.id))?,
            subject: Subject(parsed("documents.subject", u64::try_from(row.subject))?),
            list: parsed(
                "documents.status_list",
                ListId::from_bytes(&row.status_list),
            )?,
            issued: row.issued,
            expires: row.expires,
            claims: row.claims,
            number: row.number,
            application: parsed("documents.application", application.transpose())?,
        })
    }
}

/// A key's documents of one kind that are in force, from one id to another.
pub async fn of_chunk(
    tx: &mut Tx,
    office: OfficeId,
    kid: KeyId,
    kind: u8,
    ids: (DocumentId, DocumentId),
    now: i64,
) -> Outcome<Vec<Old>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(OF_CHUNK)
        .bind(office.to_vec()).bind(ids.0.to_vec()).bind(ids.1.to_vec()).bind(kid.0.to_vec())
        .bind(i64::from(kind)).bind(now).fetch_all(c).await?);
    rows.into_iter().map(Old::try_from).collect()
}

/// A document that ends, and what replaces it.
pub struct Pair {
    /// The old one.
    pub old: DocumentId,
    /// Its list.
    pub list: ListId,
    /// The new one.
    pub new: DocumentId,
    /// The application that asked for it.
    pub application: Option<ApplicationId>,
}

fn olds(pairs: &[Pair]) -> Vec<Vec<u8>> {
    pairs.iter().map(|pair| pair.old.to_vec()).collect()
}

fn hexes(pairs: &[Pair]) -> Outcome<String> {
    let ids: Vec<String> = pairs.iter().map(|pair| hex(pair.old.as_bytes())).collect();
    super::json(&ids)
}

/// Ends documents, before their successors are stored, and the credentials of phones that show them. Returns the lists
/// that change.
///
/// # Errors
/// [`Failure::Changed`] where one of them is not in force any more.
pub async fn end(tx: &mut Tx, pairs: &[Pair], reason: &str, now: i64) -> Outcome<Vec<ListId>> {
    let mut lists: Vec<ListId> = pairs.iter().map(|pair| pair.list).collect();
    let (ended, followed): (u64, Vec<Vec<u8>>) = match tx {
        Tx::Sqlite(c) => {
            let ids = hexes(pairs)?;
            let query = sqlx::query(END_SQLITE).bind(&ids).bind(now).bind(reason);
            let ended = query.execute(&mut **c).await?.rows_affected();
            let query = sqlx::query_scalar(FOLLOWED_SQLITE).bind(&ids);
            let followed = query.fetch_all(&mut **c).await?;
            let query = sqlx::query(FOLLOW_SQLITE).bind(&ids).bind(now);
            query.execute(&mut **c).await?;
            (ended, followed)
        }
        Tx::Postgres(c) => {
            by_key(c).await?;
            let query = sqlx::query(END_POSTGRES).bind(olds(pairs));
            let done = query.bind(now).bind(reason).execute(&mut **c).await?;
            let query = sqlx::query_scalar(FOLLOWED_POSTGRES).bind(olds(pairs));
            let followed = query.fetch_all(&mut **c).await?;
            let query = sqlx::query(FOLLOW_POSTGRES).bind(olds(pairs)).bind(now);
            query.execute(&mut **c).await?;
            (done.rows_affected(), followed)
        }
    };
    if ended != pairs.len() as u64 {
        return Err(Failure::Changed);
    }
    for list in followed {
        lists.push(parsed(
            "bound_credentials.status_list",
            ListId::from_bytes(&list),
        )?);
    }
    lists.sort_by_key(|list| list.to_vec());
    lists.dedup();
    Ok(lists)
}

/// Says of ended documents by which they were replaced, and of applications which document they have now.
pub async fn replaced(tx: &mut Tx, pairs: &[Pair]) -> Outcome<()> {
    let asked = || {
        pairs
            .iter()
            .filter_map(|pair| Some((pair, pair.application?)))
    };
    let done = match tx {
        Tx::Sqlite(c) => {
            let row = |pair: &Pair| (hex(pair.old.as_bytes()), hex(pair.new.as_bytes()));
            let rows: Vec<_> = pairs.iter().map(row).collect();
            let query = sqlx::query(REPLACED_SQLITE).bind(super::json(&rows)?);
            let done = query.execute(&mut **c).await?;
            let row = |(pair, asked): (&Pair, ApplicationId)| {
                let (old, new) = (hex(pair.old.as_bytes()), hex(pair.new.as_bytes()));
                (old, new, hex(&asked.to_vec()))
            };
            let rows: Vec<_> = asked().map(row).collect();
            if !rows.is_empty() {
                let query = sqlx::query(ASKED_SQLITE).bind(super::json(&rows)?);
                query.execute(&mut **c).await?;
            }
            done.rows_affected()
        }
        Tx::Postgres(c) => {
            by_key(c).await?;
            let news: Vec<Vec<u8>> = pairs.iter().map(|pair| pair.new.to_vec()).collect();
            let query = sqlx::query(REPLACED_POSTGRES).bind(olds(pairs)).bind(news);
            let done = query.execute(&mut **c).await?;
            if asked().next().is_some() {
                let query = sqlx::query(ASKED_POSTGRES)
                    .bind(asked().map(|(p, _)| p.old.to_vec()).collect::<Vec<_>>())
                    .bind(asked().map(|(p, _)| p.new.to_vec()).collect::<Vec<_>>())
                    .bind(asked().map(|(_, a)| a.to_vec()).collect::<Vec<_>>());
                query.execute(&mut **c).await?;
            }
            done.rows_affected()
        }
    };
    match done == pairs.len() as u64 {
        true => Ok(()),
        false => Err(Failure::Changed),
    }
}

/// Stores what agencies hear of documents that end: that each was issued, unless that is stored, and that it was replaced.
/// `ends` names the second change of each. All are of one kind.
pub async fn tell(tx: &mut Tx, issued: &[Told<'_>], ends: &[ChangeId], now: i64) -> Outcome<()> {
    let Some(kind) = issued.first().map(|told| i64::from(told.kind)) else {
        return Ok(());
    };
    let change = DocumentChange::Superseded.name();
    match tx {
        Tx::Sqlite(c) => {
            changes::insert_all_issued(c, issued.iter()).await?;
            let row = |(told, id): (&Told<'_>, &ChangeId)| {
                let (id, document) = (hex(&id.to_vec()), hex(told.document.as_bytes()));
                (id, document, told.region.to_string())
            };
            let rows: Vec<_> = issued.iter().zip(ends).map(row).collect();
            let query = sqlx::query(TOLD_SQLITE).bind(super::json(&rows)?);
            let query = query.bind(kind).bind(change).bind(now);
            query.execute(&mut **c).await?;
        }
        Tx::Postgres(c) => {
            let documents: Vec<Vec<u8>> = issued.iter().map(|t| t.document.to_vec()).collect();
            let regions: Vec<&str> = issued.iter().map(|told| told.region).collect();
            let query = sqlx::query(ISSUED_POSTGRES)
                .bind(issued.iter().map(|t| t.id.to_vec()).collect::<Vec<_>>())
                .bind(&documents)
                .bind(kind)
                .bind(&regions)
                .bind(issued.iter().map(|told| told.at).collect::<Vec<_>>());
            query.execute(&mut **c).await?;
            let query = sqlx::query(TOLD_POSTGRES)
                .bind(ends.iter().map(|id| id.to_vec()).collect::<Vec<_>>())
                .bind(&documents)
                .bind(kind)
                .bind(&regions)
                .bind(change)
                .bind(now);
            query.execute(&mut **c).await?;
        }
    }
    Ok(())
}

/// Writes lines of the audit trail that differ in document and content alone.
pub async fn note(tx: &mut Tx, entries: &[Entry<'_>]) -> Outcome<()> {
    let Some(first) = entries.first() else {
        return Ok(());
    };
    match tx {
        Tx::Sqlite(c) => audit::insert_all(c, entries.iter()).await,
        Tx::Postgres(c) => {
            let query = sqlx::query(NOTED_POSTGRES)
                .bind(entries.iter().map(|e| e.id.to_vec()).collect::<Vec<_>>())
                .bind(first.at)
                .bind(&first.actor)
                .bind(first.action)
                .bind(first.office.map(OfficeId::to_vec))
                .bind(
                    entries
                        .iter()
                        .map(|e| e.document.map(DocumentId::to_vec))
                        .collect::<Vec<_>>(),
                )
                .bind(
                    entries
                        .iter()
                        .map(|e| e.content.map(|(salt, _)| salt.to_vec()))
                        .collect::<Vec<_>>(),
                )
                .bind(
                    entries
                        .iter()
                        .map(|e| e.content.map(|(_, hash)| hash.to_vec()))
                        .collect::<Vec<_>>(),
                )
                .bind(
                    entries
                        .iter()
                        .map(|e| e.detail.as_deref())
                        .collect::<Vec<_>>(),
                );
            query.execute(&mut **c).await?;
            Ok(())
        }
    }
}
