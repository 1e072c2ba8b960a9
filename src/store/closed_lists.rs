//! Status lists that give no more places, and which places they had given.

use super::{Tx, on, one_row, parsed};
use crate::domain::ids::{ListId, OfficeId};
use crate::failure::{Failure, Outcome};
use credential::ids::KeyId;
use credential::status_list::SHARD;

const OPEN_SQLITE: &str =
    "SELECT id, seed IS NULL FROM status_lists WHERE office = $1 AND closed IS NULL ORDER BY id";
// Whoever stores a document holds the key of its list's row until the end (locks.rs): none is stored meanwhile. Only what is
// locked here is closed: a list that is opened meanwhile stays open.
const OPEN_POSTGRES: &str = "SELECT id, seed IS NULL FROM status_lists WHERE office = $1 AND closed IS NULL \
    ORDER BY id FOR UPDATE";
const ANY: &str = "SELECT COUNT(*) FROM closed_lists WHERE kid = $1";
// Credentials of phones under the key end with it; nobody knows them afterwards.
const DRAWN: &str = "SELECT s.status_index FROM status_indexes AS s WHERE s.status_list = $1 \
    AND (EXISTS (SELECT 1 FROM documents WHERE documents.id = s.document) \
    OR EXISTS (SELECT 1 FROM bound_credentials WHERE bound_credentials.id = s.document AND bound_credentials.kid <> $2))";
const ORDERED: &str = "SELECT status_index FROM documents WHERE office = $1 AND status_list = $2";
const CLOSE: &str =
    "UPDATE status_lists SET closed = $2, dirty = 1 WHERE id = $1 AND closed IS NULL";
const INSERT: &str = "INSERT INTO closed_lists (status_list, kid, known) VALUES ($1, $2, $3)";
const KNOWN: &str = "SELECT known FROM closed_lists WHERE status_list = $1";
const IS_OPEN: &str = "SELECT COUNT(*) FROM status_lists WHERE id = $1 AND closed IS NULL";
// Versions before 20 would publish the places that were not given as valid again.
const NEEDED: &str = "UPDATE schema_info SET readable_by = 20 WHERE readable_by < 20";
const COUNTS: &str = "SELECT kid, COUNT(*) FROM closed_lists GROUP BY kid";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    COUNTS, ANY, DRAWN, ORDERED, CLOSE, INSERT, KNOWN, IS_OPEN, NEEDED,
];

/// Statements for one engine alone.
#[cfg(test)]
pub const SQLITE_ONLY: &[&str] = &[OPEN_SQLITE];

/// Statements for one engine alone.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[OPEN_POSTGRES];

/// Places of a list, a bit each.
#[derive(Clone, PartialEq, Eq)]
pub struct Known(Vec<u8>);

impl Known {
    /// Whether the place was given.
    pub fn has(&self, index: u32) -> bool {
        let byte = self.0.get((index >> 3) as usize);
        byte.is_some_and(|byte| byte >> (index & 7) & 1 == 1)
    }

    fn of(indexes: &[i64]) -> Outcome<Self> {
        let mut bits = vec![0; SHARD as usize / 8];
        for index in indexes {
            let index: usize = parsed("status_index", usize::try_from(*index))?;
            let byte = bits.get_mut(index >> 3);
            *byte.ok_or(Failure::Row("status_index"))? |= 1 << (index & 7);
        }
        Ok(Self(bits))
    }
}

/// Closes every open list of an office. Returns them. Whoever stores a document of one waits, or has stored it.
pub async fn close(tx: &mut Tx, office: OfficeId, kid: KeyId, now: i64) -> Outcome<Vec<ListId>> {
    let rows: Vec<(Vec<u8>, bool)> = match tx {
        Tx::Sqlite(c) => {
            let open = sqlx::query_as(OPEN_SQLITE).bind(office.to_vec());
            open.fetch_all(&mut **c).await?
        }
        Tx::Postgres(c) => {
            let open = sqlx::query_as(OPEN_POSTGRES).bind(office.to_vec());
            open.fetch_all(&mut **c).await?
        }
    };
    let mut lists = Vec::with_capacity(rows.len());
    for (id, drawn) in rows {
        let indexes: Vec<i64> = if drawn {
            on!(tx, c => sqlx::query_scalar(DRAWN).bind(&id).bind(kid.0.to_vec()).fetch_all(c).await?)
        } else {
            on!(tx, c => sqlx::query_scalar(ORDERED).bind(office.to_vec()).bind(&id).fetch_all(c).await?)
        };
        let known = Known::of(&indexes)?.0;
        let closed =
            on!(tx, c => sqlx::query(CLOSE).bind(&id).bind(now).execute(c).await?.rows_affected());
        one_row(closed)?;
        on!(tx, c => sqlx::query(INSERT).bind(&id).bind(kid.0.to_vec()).bind(known)
            .execute(c).await?.rows_affected());
        lists.push(parsed("status_lists.id", ListId::from_bytes(&id))?);
    }
    if !lists.is_empty() {
        on!(tx, c => sqlx::query(NEEDED).execute(c).await?.rows_affected());
    }
    Ok(lists)
}

/// Whether lists were closed because of that key.
pub async fn any_of(tx: &mut Tx, kid: KeyId) -> Outcome<bool> {
    let count: i64 = on!(tx, c => sqlx::query_scalar(ANY).bind(kid.0.to_vec()).fetch_one(c).await?);
    Ok(count > 0)
}

/// How many lists were closed because of each key.
pub async fn counts(tx: &mut Tx) -> Outcome<Vec<(String, i64)>> {
    let rows: Vec<(Vec<u8>, i64)> = on!(tx, c => sqlx::query_as(COUNTS).fetch_all(c).await?);
    let row = |(kid, count): (Vec<u8>, i64)| {
        let kid = KeyId(super::fixed("closed_lists.kid", &kid)?);
        Ok((kid.to_string(), count))
    };
    rows.into_iter().map(row).collect()
}

/// Which places a closed list had given.
pub async fn known(tx: &mut Tx, list: ListId) -> Outcome<Known> {
    let known: Vec<u8> =
        on!(tx, c => sqlx::query_scalar(KNOWN).bind(list.to_vec()).fetch_one(c).await?);
    Ok(Known(known))
}

/// Whether a list still gives places. To be asked after its row is shared ([`super::locks::share`]).
pub async fn is_open(tx: &mut Tx, list: ListId) -> Outcome<bool> {
    let open: i64 =
        on!(tx, c => sqlx::query_scalar(IS_OPEN).bind(list.to_vec()).fetch_one(c).await?);
    Ok(open == 1)
}
