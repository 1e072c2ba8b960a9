//! Status lists, and their next free index.

use super::{Tx, fixed, on, one_row, parsed};
use crate::domain::ids::{DeviceId, DocumentId, ListId, OfficeId};
use crate::failure::{Failure, Outcome};
use credential::status_list::SHARD;

const INSERT_BULK: &str = "INSERT INTO status_lists (id, office, shard, uri, used, dirty, seed) \
    VALUES ($1, $2, $3, $4, 0, 1, $5) ON CONFLICT DO NOTHING";
const BULK: &str = "SELECT id, uri, seed FROM status_lists \
    WHERE office = $1 AND seed IS NOT NULL AND closed IS NULL AND used <= $2 ORDER BY shard LIMIT 1";
const RESERVE: &str = "UPDATE status_lists SET used = used + $2 WHERE id = $1 AND closed IS NULL AND used <= $3 RETURNING used - $2";
const ORDERED: &str = "SELECT seed, used FROM status_lists WHERE id = $1 AND seed IS NOT NULL";
const CLOSE_ORDERED: &str =
    "UPDATE status_lists SET used = $1 WHERE seed IS NOT NULL AND used < $1";
const INSERT: &str = "INSERT INTO status_lists (id, office, shard, uri, used, dirty) \
    VALUES ($1, $2, $3, $4, 0, 1) ON CONFLICT DO NOTHING";
const COLUMNS_ALL: &str = "SELECT id, office, shard, uri, used, dirty, issued, expires, closed FROM status_lists \
    ORDER BY uri";
const NEWEST: &str = "SELECT id, office, shard, uri, used, dirty, issued, expires, closed FROM status_lists \
    WHERE office = $1 AND seed IS NULL AND closed IS NULL ORDER BY shard DESC LIMIT 1";
const LAST_SHARD: &str = "SELECT MAX(shard) FROM status_lists WHERE office = $1";
const BY_ID: &str = "SELECT id, office, shard, uri, used, dirty, issued, expires, closed FROM status_lists WHERE id = $1";
const DUE: &str = "SELECT id, office, shard, uri, used, dirty, issued, expires, closed FROM status_lists \
    WHERE dirty = 1 OR expires < $1";
const TOKEN: &str = "SELECT token FROM status_lists WHERE id = $1 AND token IS NOT NULL";
const TOKEN_BY_URI: &str = "SELECT issued, token FROM status_lists \
    WHERE uri = $1 AND token IS NOT NULL AND issued <> $2";
const TOKENS: &str =
    "SELECT id, issued, token FROM status_lists WHERE token IS NOT NULL ORDER BY uri";
const NAMED_TOKENS: &str =
    "SELECT uri, token FROM status_lists WHERE token IS NOT NULL ORDER BY uri";
const TAKE: &str = "INSERT INTO status_indexes (status_list, status_index, document) VALUES ($1, $2, $3) \
    ON CONFLICT (status_list, status_index) DO NOTHING";
const COUNT_UP: &str = "UPDATE status_lists SET used = used + 1 WHERE id = $1 AND closed IS NULL";
const MARK: &str = "UPDATE status_lists SET dirty = 1 WHERE id = $1";
const OF_DOCUMENT: &str = "SELECT DISTINCT status_list FROM bound_credentials WHERE document = $1";
const OF_DEVICE: &str = "SELECT DISTINCT status_list FROM bound_credentials WHERE device = $1";
// Each list is later than the one before, and a publisher whose lease went to another signs it no more.
const SIGNED: &str = "UPDATE status_lists SET token = $2, issued = $3, expires = $4, dirty = 0, \
    term = CASE WHEN $5 > term THEN $5 ELSE term END \
    WHERE id = $1 AND (issued IS NULL OR issued < $3) AND ($5 = 0 OR term <= $5)";

/// What publishing a change reads: none of it grows with the number of lists.
#[cfg(test)]
pub const OF_ONE_CHANGE: &[&str] = &[DUE, MARK, SIGNED];

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    INSERT_BULK,
    BULK,
    RESERVE,
    ORDERED,
    CLOSE_ORDERED,
    COLUMNS_ALL,
    DUE,
    NEWEST,
    LAST_SHARD,
    BY_ID,
    TOKEN,
    TOKEN_BY_URI,
    TOKENS,
    NAMED_TOKENS,
    TAKE,
    COUNT_UP,
    MARK,
    OF_DOCUMENT,
    OF_DEVICE,
    SIGNED,
];

/// A list without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Its id.
    pub id: ListId,
    /// Whose documents it covers.
    pub office: OfficeId,
    /// Number within the office.
    pub shard: i64,
    /// Its name in credentials.
    pub uri: String,
    /// How many of its indexes are drawn.
    pub used: i64,
    /// Whether a status changed since it was signed.
    pub dirty: bool,
    /// When it was signed.
    pub issued: Option<i64>,
    /// Until when it may be relied on.
    pub expires: Option<i64>,
    /// Since when it gives no more places, and those that were not given are revoked.
    pub closed: Option<i64>,
}

/// A signed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its id.
    pub id: ListId,
    /// When it was signed.
    pub issued: i64,
    /// Its bytes.
    pub token: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    office: Vec<u8>,
    shard: i64,
    uri: String,
    used: i64,
    dirty: i64,
    issued: Option<i64>,
    expires: Option<i64>,
    closed: Option<i64>,
}

impl TryFrom<Row> for List {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        Ok(Self {
            id: parsed("status_lists.id", ListId::from_bytes(&row.id))?,
            office: parsed("status_lists.office", OfficeId::from_bytes(&row.office))?,
            shard: row.shard,
            uri: row.uri,
            used: row.used,
            dirty: row.dirty != 0,
            issued: row.issued,
            expires: row.expires,
            closed: row.closed,
        })
    }
}

/// Opens a new list, to be signed before it is used. False where one of that number is there.
pub async fn insert(
    tx: &mut Tx,
    id: ListId,
    office: OfficeId,
    shard: i64,
    uri: &str,
) -> Outcome<bool> {
    let touched = on!(tx, c => sqlx::query(INSERT)
        .bind(id.to_vec()).bind(office.to_vec()).bind(shard).bind(uri).execute(c).await?.rows_affected());
    Ok(touched == 1)
}

/// A list whose indexes are given in a secret order.
pub struct BulkList {
    /// Its id.
    pub id: ListId,
    /// Its name in credentials.
    pub uri: String,
    /// Seed of the order.
    pub seed: [u8; 32],
}

/// Id, name and seed.
type BulkRow = (Vec<u8>, String, Vec<u8>);

/// Opens such a list, to be signed before it is used. False where one of that number is there.
pub async fn insert_bulk(
    tx: &mut Tx,
    list: &BulkList,
    office: OfficeId,
    shard: i64,
) -> Outcome<bool> {
    let touched = on!(tx, c => sqlx::query(INSERT_BULK)
        .bind(list.id.to_vec()).bind(office.to_vec()).bind(shard).bind(&list.uri).bind(list.seed.to_vec())
        .execute(c).await?.rows_affected());
    Ok(touched == 1)
}

/// An office's first such list that has room for that many places.
pub async fn bulk(tx: &mut Tx, office: OfficeId, places: u32) -> Outcome<Option<BulkList>> {
    let room = i64::from(SHARD) - i64::from(places);
    let row: Option<BulkRow> = on!(tx, c => sqlx::query_as(BULK)
        .bind(office.to_vec()).bind(room).fetch_optional(c).await?);
    let parse = |(id, uri, seed): BulkRow| {
        Ok(BulkList {
            id: parsed("status_lists.id", ListId::from_bytes(&id))?,
            uri,
            seed: fixed("status_lists.seed", &seed)?,
        })
    };
    row.map(parse).transpose()
}

/// Reserves places for good; the first of them. None where the list has no room for them any more.
pub async fn reserve(tx: &mut Tx, list: ListId, places: u32) -> Outcome<Option<u32>> {
    let (places, room) = (i64::from(places), i64::from(SHARD) - i64::from(places));
    let first: Option<i64> = on!(tx, c => sqlx::query_scalar(RESERVE)
        .bind(list.to_vec()).bind(places).bind(room).fetch_optional(c).await?);
    let parse = |first| parsed("status_lists.used", u32::try_from(first));
    first.map(parse).transpose()
}

/// Seed and reserved places of a list whose indexes are given in a secret order; none of another list.
pub async fn ordered(tx: &mut Tx, list: ListId) -> Outcome<Option<([u8; 32], u32)>> {
    let row: Option<(Vec<u8>, i64)> = on!(tx, c => sqlx::query_as(ORDERED)
        .bind(list.to_vec()).fetch_optional(c).await?);
    let parse = |(seed, used): (Vec<u8>, i64)| {
        let used = parsed("status_lists.used", u32::try_from(used))?;
        Ok((fixed("status_lists.seed", &seed)?, used))
    };
    row.map(parse).transpose()
}

/// Gives no more places of the lists that are given in a secret order. Returns how many lists had some left.
pub async fn close_ordered(tx: &mut Tx) -> Outcome<u64> {
    Ok(on!(tx, c => sqlx::query(CLOSE_ORDERED)
        .bind(i64::from(SHARD)).execute(c).await?.rows_affected()))
}

/// All lists, by name.
pub async fn all(tx: &mut Tx) -> Outcome<Vec<List>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(COLUMNS_ALL).fetch_all(c).await?);
    rows.into_iter().map(List::try_from).collect()
}

/// The lists that changed since they were signed, or that expire before that second, by name.
pub async fn due(tx: &mut Tx, expire_before: i64) -> Outcome<Vec<List>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(DUE).bind(expire_before).fetch_all(c).await?);
    let lists: Outcome<Vec<List>> = rows.into_iter().map(List::try_from).collect();
    let mut lists = lists?;
    // In SQL the order would make SQLite walk through all lists instead of the two indexes.
    lists.sort_by(|a, b| a.uri.cmp(&b.uri));
    Ok(lists)
}

/// An office's newest list whose indexes are drawn one by one.
pub async fn newest(tx: &mut Tx, office: OfficeId) -> Outcome<Option<List>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(NEWEST).bind(office.to_vec()).fetch_optional(c).await?);
    row.map(List::try_from).transpose()
}

/// The number that an office's next list gets.
pub async fn next_shard(tx: &mut Tx, office: OfficeId) -> Outcome<i64> {
    let last: Option<i64> =
        on!(tx, c => sqlx::query_scalar(LAST_SHARD).bind(office.to_vec()).fetch_one(c).await?);
    Ok(last.map_or(0, |last| last + 1))
}

/// The list with that id.
pub async fn by_id(tx: &mut Tx, id: ListId) -> Outcome<List> {
    let row: Row = on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_one(c).await?);
    List::try_from(row)
}

/// The signed bytes of a list.
pub async fn token(tx: &mut Tx, id: ListId) -> Outcome<Option<Vec<u8>>> {
    Ok(on!(tx, c => sqlx::query_scalar(TOKEN).bind(id.to_vec()).fetch_optional(c).await?))
}

/// When a list was signed, and its bytes; nothing where that was at `known`.
pub async fn token_by_uri(
    tx: &mut Tx,
    uri: &str,
    known: Option<i64>,
) -> Outcome<Option<(i64, Vec<u8>)>> {
    let known = known.unwrap_or(-1);
    Ok(on!(tx, c => sqlx::query_as(TOKEN_BY_URI).bind(uri).bind(known).fetch_optional(c).await?))
}

/// The signed bytes of all lists, by name.
pub async fn tokens(tx: &mut Tx) -> Outcome<Vec<Published>> {
    let rows: Vec<(Vec<u8>, i64, Vec<u8>)> =
        on!(tx, c => sqlx::query_as(TOKENS).fetch_all(c).await?);
    let parse = |(id, issued, token): (Vec<u8>, i64, Vec<u8>)| {
        Ok(Published {
            id: parsed("status_lists.id", ListId::from_bytes(&id))?,
            issued,
            token,
        })
    };
    rows.into_iter().map(parse).collect()
}

/// Name and signed bytes of all lists.
pub async fn named_tokens(tx: &mut Tx) -> Outcome<Vec<(String, Vec<u8>)>> {
    Ok(on!(tx, c => sqlx::query_as(NAMED_TOKENS).fetch_all(c).await?))
}

/// Takes an index for good, for the document or bound credential with that id. False where it is taken already.
pub async fn take(tx: &mut Tx, list: ListId, index: u32, whose: &[u8]) -> Outcome<bool> {
    let taken = on!(tx, c => sqlx::query(TAKE)
        .bind(list.to_vec()).bind(i64::from(index)).bind(whose.to_vec()).execute(c).await?.rows_affected());
    if taken == 0 {
        return Ok(false);
    }
    let counted = on!(tx, c => sqlx::query(COUNT_UP)
        .bind(list.to_vec()).execute(c).await?.rows_affected());
    one_row(counted).map(|()| true)
}

/// A status in it changed: it must be signed anew.
pub async fn mark(tx: &mut Tx, list: ListId) -> Outcome<()> {
    let touched =
        on!(tx, c => sqlx::query(MARK).bind(list.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Lists of the credentials bound to that document's phones.
pub async fn of_document(tx: &mut Tx, document: DocumentId) -> Outcome<Vec<ListId>> {
    let ids: Vec<Vec<u8>> =
        on!(tx, c => sqlx::query_scalar(OF_DOCUMENT).bind(document.to_vec()).fetch_all(c).await?);
    ids.iter().map(|id| list_id(id)).collect()
}

/// Lists of the credentials bound to that phone.
pub async fn of_device(tx: &mut Tx, device: DeviceId) -> Outcome<Vec<ListId>> {
    let ids: Vec<Vec<u8>> =
        on!(tx, c => sqlx::query_scalar(OF_DEVICE).bind(device.to_vec()).fetch_all(c).await?);
    ids.iter().map(|id| list_id(id)).collect()
}

fn list_id(bytes: &[u8]) -> Outcome<ListId> {
    parsed("bound_credentials.status_list", ListId::from_bytes(bytes))
}

/// Keeps a newly signed list, if it is later than the one before and no later publisher has signed it. `term` is the
/// publisher's; none: somebody who waits for this list.
pub async fn signed(
    tx: &mut Tx,
    list: ListId,
    token: &[u8],
    issued: i64,
    expires: i64,
    term: Option<i64>,
) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(SIGNED)
        .bind(list.to_vec()).bind(token).bind(issued).bind(expires).bind(term.unwrap_or_default())
        .execute(c).await?.rows_affected());
    one_row(touched)
}
