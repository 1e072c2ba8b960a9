//! Which of the keys in `data.key` seals, and which only open what they sealed.

use super::{Tx, fixed, on, one_row, parsed};
use crate::failure::{Failure, Outcome};

const ALL_ROWS: &str = "SELECT id, mark, state, since, emptied FROM data_keys ORDER BY id";
const INSERT: &str = "INSERT INTO data_keys (id, mark, state, since) VALUES ($1, $2, $3, $4)";
const CHANGE: &str = "UPDATE data_keys SET state = $3, since = $4 WHERE id = $1 AND state = $2";
const EMPTIED: &str = "UPDATE data_keys SET emptied = $2 WHERE id = $1";
const LOST: &str = "DELETE FROM data_keys";
// Versions from before there were numbers open nothing that has one.
const READABLE_BY: &str = "UPDATE schema_info SET readable_by = $1 WHERE readable_by < $1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[ALL_ROWS, INSERT, CHANGE, EMPTIED, LOST, READABLE_BY];

/// The migration that made keys with numbers.
const SINCE: i64 = 23;

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is in `data.key` and has sealed nothing.
    Added,
    /// It seals, the only one.
    Seals,
    /// It opens what it sealed.
    Opens,
    /// Nothing was under it any more, and it was taken out of `data.key`.
    Dropped,
}

impl State {
    const ALL: [Self; 4] = [Self::Added, Self::Seals, Self::Opens, Self::Dropped];

    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Seals => "seals",
            Self::Opens => "opens",
            Self::Dropped => "dropped",
        }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKey {
    /// Its number.
    pub id: u16,
    /// Tells it from another of that number.
    pub mark: [u8; 32],
    /// Where it stands.
    pub state: State,
    /// Since when, epoch seconds.
    pub since: i64,
    /// When nothing was found under it any more.
    pub emptied: Option<i64>,
}

/// All of them by number; none before there was a second one.
pub async fn all(tx: &mut Tx) -> Outcome<Vec<DataKey>> {
    type Row = (i64, Vec<u8>, String, i64, Option<i64>);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL_ROWS).fetch_all(c).await?);
    let read = |(id, mark, state, since, emptied): Row| {
        let state = State::ALL.into_iter().find(|s| s.name() == state);
        Ok(DataKey {
            id: parsed("data_keys.id", u16::try_from(id))?,
            mark: fixed("data_keys.mark", &mark)?,
            state: state.ok_or(Failure::Row("data_keys.state"))?,
            since,
            emptied,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Stores a key.
pub async fn insert(tx: &mut Tx, id: u16, mark: &[u8; 32], state: State, now: i64) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(i64::from(id)).bind(mark.to_vec()).bind(state.name()).bind(now).execute(c).await?.rows_affected());
    Ok(())
}

/// Stores a new state, if the state is still `from`.
pub async fn change(tx: &mut Tx, id: u16, from: State, to: State, now: i64) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(CHANGE)
        .bind(i64::from(id)).bind(from.name()).bind(to.name()).bind(now).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Notes that nothing was found under it any more.
pub async fn emptied(tx: &mut Tx, id: u16, now: i64) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(EMPTIED)
        .bind(i64::from(id)).bind(now).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Keeps versions away that would read nothing of what is sealed from now on.
pub async fn needs_numbers(tx: &mut Tx) -> Outcome<()> {
    on!(tx, c => sqlx::query(READABLE_BY).bind(SINCE).execute(c).await?.rows_affected());
    Ok(())
}

/// Forgets the keys of a `data.key` that was lost. The database refuses where it has the mark of one.
pub async fn lost(tx: &mut Tx) -> Outcome<()> {
    on!(tx, c => sqlx::query(LOST).execute(c).await?.rows_affected());
    Ok(())
}
