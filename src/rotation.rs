//! Another key for personal data, while everything goes on: a key is added to `data.key`, seals from then on, and what
//! the one before sealed is moved to it, batch by batch. Who is killed on the way begins again and finds the rest.
//!
//! Which key seals stands in the database, so that all instances agree within [`HEARD`]; `data.key` has the secrets and
//! must be on every instance first. Keyed hashes, by which people are found, keep keys of their own.

mod counted;

pub use counted::counts;

use crate::attachments;
use crate::chance::Chance;
use crate::crypter::{self, Alone, Cell, Ring};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome};
use crate::record::{Act, record};
use crate::seals;
use crate::service::Service;
use crate::sessions;
use crate::store::Tx;
use crate::store::data_keys::{self, DataKey, State};
use crate::store::logins::{self, LoginRow};
use crate::store::sealed::{self, Column};
use crate::totp;
use std::collections::BTreeMap;
use std::time::Duration;

/// How often an instance looks which key seals.
pub const LOOKED: Duration = Duration::from_secs(2);
/// After that every instance has heard which key seals.
pub const HEARD: Duration = Duration::from_secs(5);
/// Seconds after which nothing is left of what is under a key and not moved: halves of one-time passwords.
pub const REST: i64 = 86_400;
/// Values moved in one transaction; of parts of uploads and portraits a value has up to half a megabyte.
const BATCH: i64 = 100;
const LARGE_BATCH: i64 = 8;
/// Times that everything is gone through before what is sealed meanwhile is left for the next run.
const ROUNDS: usize = 5;

/// What a run did with a column, or with the files beside the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Table and column, or `blobs`.
    pub place: String,
    /// Values that were moved.
    pub moved: u64,
    /// Values that do not open: they were damaged, or sealed with a key that is gone.
    pub unopened: u64,
}

/// A database without keys with numbers is under key 0: what [`follow`] says where `data.key` has it no more.
pub const OLDER: &str =
    "the database is from before it had a second data key, and data.key has not the first any more";

/// Takes over which key seals. Called where a database is opened, and by each instance every [`LOOKED`].
///
/// # Errors
/// [`Failure::Row`] where `data.key` has not the keys of this database: whoever goes on sealing nevertheless may do so
/// with a key that is dropped, so nobody does for longer than [`HEARD`].
pub async fn follow(service: &Service) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    let rows = data_keys::all(&mut tx).await?;
    drop(tx);
    // One that was added comes to all instances before it seals; until then they start without it.
    let needed = |row: &&DataKey| matches!(row.state, State::Seals | State::Opens);
    let fit = |marks: &BTreeMap<u16, [u8; 32]>| {
        let mut needed = rows.iter().filter(needed);
        needed.all(|row| marks.get(&row.id) == Some(&row.mark))
    };
    let seals = rows.iter().find(|row| row.state == State::Seals);
    match service.crypter.follow(seals.map_or(0, |row| row.id), fit)? {
        true => Ok(()),
        false if rows.is_empty() => Err(Failure::Row(OLDER)),
        false => Err(Failure::Row(
            "data.key has not all the data keys of this database",
        )),
    }
}

/// Waits until no other process changes `data.key`, and reads it.
pub async fn alone(service: &Service) -> Outcome<Alone> {
    let alone = Ring::alone(&service.data.data_key())?;
    service.crypter.reload()?;
    follow(service).await?;
    Ok(alone)
}

/// The keys of the database; one that was never given company is not in it yet.
pub async fn keys(service: &Service) -> Outcome<Vec<DataKey>> {
    let mut tx = service.db.read().await?;
    let mut rows = data_keys::all(&mut tx).await?;
    if rows.is_empty() {
        let id = service.crypter.seals_with();
        let mark = service.crypter.marks()[&id];
        rows.push(DataKey {
            id,
            mark,
            state: State::Seals,
            since: 0,
            emptied: None,
        });
    }
    Ok(rows)
}

/// Makes a key and adds it to `data.key`; its number. It seals nothing yet.
pub async fn add(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    _alone: &Alone,
) -> Outcome<u16> {
    let known = keys(service).await?;
    let path = service.data.data_key();
    let mut ring = Ring::read(&path)?;
    let last = known.iter().map(|key| key.id).chain(ring.ids()).max();
    let id = last.unwrap_or_default().checked_add(1);
    let id = id.ok_or(Failure::Row("65,536 data keys"))?;
    ring.add(id, chance);
    ring.write(&path)?;
    service.crypter.reload()?;
    let now = service.clock.now();
    let mut tx = service.db.begin().await?;
    if data_keys::all(&mut tx).await?.is_empty() {
        for key in &known {
            data_keys::insert(&mut tx, key.id, &key.mark, State::Seals, now).await?;
        }
    }
    let mark = service.crypter.marks()[&id];
    data_keys::insert(&mut tx, id, &mark, State::Added, now).await?;
    note(service, &mut tx, chance, actor, "data-key.add", id).await?;
    tx.commit().await?;
    Ok(id)
}

async fn note(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    action: &str,
    id: u16,
) -> Outcome<()> {
    let act = Act {
        detail: Some(format!("data key {id}")),
        ..Act::new(action)
    };
    record(tx, &service.clock, chance, actor, act).await
}

/// Lets the newest key that was added seal; which one that is. Without one the run before goes on.
async fn begin(service: &Service, chance: &mut Chance, actor: Actor) -> Outcome<u16> {
    let mut tx = service.db.begin().await?;
    let rows = data_keys::all(&mut tx).await?;
    let at = |state| rows.iter().rev().find(|row| row.state == state);
    let now = service.clock.now();
    if let Some(next) = at(State::Added) {
        if service.crypter.marks().get(&next.id) != Some(&next.mark) {
            let cause = format!(
                "has not data key {}: copy it from where `ikd data-key add` was run, or `ikd data-key drop {0}`",
                next.id
            );
            return Err(Failure::File {
                path: service.data.data_key(),
                cause: std::io::Error::other(cause),
            });
        }
        if let Some(old) = at(State::Seals) {
            data_keys::change(&mut tx, old.id, State::Seals, State::Opens, now).await?;
        }
        data_keys::change(&mut tx, next.id, State::Added, State::Seals, now).await?;
        data_keys::needs_numbers(&mut tx).await?;
        note(service, &mut tx, chance, actor, "data-key.rotate", next.id).await?;
        tx.commit().await?;
    }
    follow(service).await?;
    Ok(service.crypter.seals_with())
}

/// Lets the newest key seal and moves everything that others sealed to it; the number of that key, and how many values
/// are left under others because they do not open or somebody still seals with those. Tells `told` of each column.
pub async fn rotate(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    _alone: &Alone,
    mut told: impl FnMut(&Moved),
) -> Outcome<(u16, u64)> {
    attachments::all_there(service).await?;
    let to = begin(service, chance, actor).await?;
    let (mut left, mut any) = (0, false);
    for round in 0..ROUNDS {
        let mut moved = 0;
        left = 0;
        for column in sealed::COLUMNS.iter().chain([&sealed::UPLOAD_PARTS]) {
            let done = column_to(service, chance, column).await?;
            (moved, left) = (moved + done.moved, left + done.unopened);
            told(&done);
        }
        for done in [
            generators_to(service, chance).await?,
            files_to(service, chance).await?,
        ] {
            (moved, left) = (moved + done.moved, left + done.unopened);
            told(&done);
        }
        any |= moved > 0;
        if round == 0 {
            // What instances sealed before they heard of it.
            tokio::time::sleep(HEARD).await;
        } else if moved == 0 {
            break;
        } else if round + 1 == ROUNDS {
            left += 1;
        }
    }
    if left == 0 {
        let now = service.clock.now();
        let mut tx = service.db.begin().await?;
        for row in data_keys::all(&mut tx).await? {
            // Whatever was moved now was under one of them until now.
            if row.state == State::Opens && (any || row.emptied.is_none()) {
                data_keys::emptied(&mut tx, row.id, now).await?;
            }
        }
        tx.commit().await?;
    }
    Ok((to, left))
}

async fn column_to(service: &Service, chance: &mut Chance, column: &Column) -> Outcome<Moved> {
    let mut done = Moved {
        place: format!("{}.{}", column.table, column.column),
        moved: 0,
        unopened: 0,
    };
    let limit = match column.column {
        "bytes" | "face" => LARGE_BATCH,
        _ => BATCH,
    };
    let mut after = Vec::new();
    loop {
        let mut tx = service.db.read().await?;
        let page = sealed::page(&mut tx, column, &after, limit).await?;
        drop(tx);
        let Some((last, _)) = page.last() else {
            return Ok(done);
        };
        after.clone_from(last);
        let mut changes = Vec::new();
        for (row, old) in &page {
            let cell = Cell {
                table: column.table,
                row,
                column: column.column,
            };
            match service.crypter.reseal(chance, cell, old) {
                Ok(Some(new)) => changes.push((row, old, new)),
                Ok(None) => {}
                Err(Failure::Row(_)) => done.unopened += 1,
                Err(failure) => return Err(failure),
            }
        }
        if changes.is_empty() {
            continue;
        }
        let mut tx = service.db.begin().await?;
        for (row, old, new) in changes {
            // One that changed meanwhile was sealed anew by whoever changed it.
            done.moved += u64::from(sealed::store(&mut tx, column, row, old, &new).await?);
        }
        tx.commit().await?;
    }
}

/// Secrets of officers' code generators, which stand under the seal of their row.
async fn generators_to(service: &Service, chance: &mut Chance) -> Outcome<Moved> {
    let mut done = Moved {
        place: "officer_logins.totp".to_string(),
        moved: 0,
        unopened: 0,
    };
    let mut tx = service.db.read().await?;
    let rows = logins::all(&mut tx).await?;
    drop(tx);
    let moves = |row: &LoginRow| {
        let under = row.totp.as_deref().map(crypter::key_of);
        under.is_some_and(|under| under != Some(service.crypter.seals_with()))
    };
    for row in rows.into_iter().filter(moves) {
        let mut tx = service.db.begin().await?;
        // Nobody signs in or changes their password meanwhile.
        sessions::take_officer(&mut tx, row.officer).await?;
        let Some(mut row) = logins::by_officer(&mut tx, row.officer).await? else {
            continue;
        };
        let (Some(old), Some(old_seal)) = (row.totp.clone(), row.seal.clone()) else {
            done.unopened += u64::from(row.totp.is_some());
            continue;
        };
        let id = row.officer.to_vec();
        // A row that others wrote does not become ours by this.
        let new = match seals::login_fits(&service.crypter, &row) {
            true => service.crypter.reseal(chance, totp::cell(&id), &old),
            false => Err(Failure::Row("officer_logins.seal")),
        };
        match new {
            Ok(Some(new)) => {
                row.totp = Some(new);
                let seal = seals::login(&service.crypter, &row);
                let was = (old.as_slice(), old_seal.as_slice());
                done.moved += u64::from(logins::reseal(&mut tx, &row, &seal, was).await?);
                tx.commit().await?;
            }
            Ok(None) => {}
            Err(Failure::Row(_)) => done.unopened += 1,
            Err(failure) => return Err(failure),
        }
    }
    Ok(done)
}

async fn files_to(service: &Service, chance: &mut Chance) -> Outcome<Moved> {
    let mut done = Moved {
        place: "blobs".to_string(),
        moved: 0,
        unopened: 0,
    };
    for hash in service.blobs().names()? {
        match attachments::reseal(service, chance, &hash).await {
            Ok(moved) => done.moved += u64::from(moved),
            Err(Failure::Row(_)) => done.unopened += 1,
            Err(failure) => return Err(failure),
        }
    }
    Ok(done)
}

/// Takes a key out of `data.key`. The caller has seen that nothing is under it any more. One that is dropped already, or
/// that the database does not know, is in the file because somebody was killed on the way.
pub async fn drop_key(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    _alone: &Alone,
    (id, state): (u16, Option<State>),
) -> Outcome<()> {
    let path = service.data.data_key();
    let mut ring = Ring::read(&path)?;
    let mut tx = service.db.begin().await?;
    let now = service.clock.now();
    if let Some(state) = state.filter(|state| *state != State::Dropped) {
        data_keys::change(&mut tx, id, state, State::Dropped, now).await?;
    }
    note(service, &mut tx, chance, actor, "data-key.drop", id).await?;
    tx.commit().await?;
    match ring.take_out(id) {
        true => ring.write(&path),
        false => Ok(()),
    }
}
