//! Who adds to the log: what is committed and has no place gets one, with tiles and a signed head, in one transaction.
//!
//! What is added is read and signed first, then written in a transaction that goes through only if the log still ends
//! where it was read: one adds at a time, whoever else tries, and no lock is held while a device signs. Lines whose
//! transaction ends later get later places, so that a line that was logged never moves.

use super::entry::leaf_of;
use super::key::{self, Own};
use crate::domain::tlog::note::{Algorithm, Checkpoint, signed_text};
use crate::domain::tlog::proof::Head;
use crate::domain::tlog::tile::{self, Tiles};
use crate::domain::tlog::tree::Range;
use crate::domain::tlog::{Hash, tile::Id};
use crate::failure::{Failure, Outcome};
use crate::keys;
use crate::lease::Lease;
use crate::service::Service;
use crate::store::log::{self, State};
use crate::store::{Tx, audit_log, log_checkpoints, log_tiles};

/// Most lines that are added at once.
const MOST: u32 = 5_000;

/// What adding came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// There is no log, because there is no key for it.
    NoLog,
    /// Lines wait, and no key that signs is within reach here.
    NoKey,
    /// So many lines; 0 where none waited.
    Lines(u64),
}

/// Adds what waits, all of it.
///
/// # Errors
/// [`Failure::Changed`] where somebody else added at the same moment; whatever signs or stores.
pub async fn add_all(service: &Service) -> Outcome<Added> {
    let mut all = 0;
    loop {
        match add(service).await? {
            Added::Lines(0) => return Ok(Added::Lines(all)),
            Added::Lines(lines) => all += lines,
            none => return Ok(none),
        }
    }
}

/// Where this instance has the lease: adds what waits.
pub async fn add_due(service: &Service, lease: &mut Lease) -> Outcome<Added> {
    let mut tx = service.db.read().await?;
    let Some(state) = log::state(&mut tx).await? else {
        return Ok(Added::NoLog);
    };
    if audit_log::oldest_waiting(&mut tx).await?.is_none() {
        return Ok(Added::Lines(0));
    }
    let keys = log::keys(&mut tx).await?;
    drop(tx);
    // Without the key another is left to take the lease.
    if key::within_reach(service, &state, &keys).await?.is_none() {
        return Ok(Added::NoKey);
    }
    match lease.keep(service).await? {
        Some(_) => add_all(service).await,
        None => Ok(Added::Lines(0)),
    }
}

/// Adds what waits, at most [`MOST`] lines.
async fn add(service: &Service) -> Outcome<Added> {
    let mut tx = service.db.read().await?;
    let Some(state) = log::state(&mut tx).await? else {
        return Ok(Added::NoLog);
    };
    let lines = audit_log::waiting(&mut tx, MOST).await?;
    if lines.is_empty() {
        return Ok(Added::Lines(0));
    }
    let keys = log::keys(&mut tx).await?;
    let size = u64::try_from(state.size).map_err(|_| Failure::Row("log_state.size"))?;
    let mut tiles = read(&mut tx, tile::edge(size)).await?;
    drop(tx);
    let Some(own) = key::within_reach(service, &state, &keys).await? else {
        return Ok(Added::NoKey);
    };
    let leaves: Vec<Hash> = lines.iter().map(leaf_of).collect();
    let grown = tile::grow(&tiles, size, &leaves);
    let (size, changed) = grown.ok_or(Failure::Row("log_tiles.hashes"))?;
    for (id, hashes) in &changed {
        tiles.insert(*id, hashes.clone());
    }
    let root = tiles.range(Range::first(size));
    let root = root.ok_or(Failure::Row("log_tiles.hashes"))?;
    let note = sign(&own, &state, Head { size, root }).await?;
    let after = size as i64;
    let head = log_checkpoints::Checkpoint { size: after, note };
    let mut tx = service.db.begin().await?;
    // First, because it locks out whoever else adds.
    log::advance(&mut tx, state.size, after).await?;
    let ids = lines.into_iter().map(|line| line.id).collect();
    audit_log::place(&mut tx, state.size, ids).await?;
    for (id, hashes) in &changed {
        log_tiles::put(&mut tx, *id, hashes).await?;
    }
    log_checkpoints::insert(&mut tx, &head).await?;
    tx.commit().await?;
    Ok(Added::Lines(leaves.len() as u64))
}

/// The signed note of a head.
async fn sign(own: &Own, state: &State, head: Head) -> Outcome<String> {
    let text = Checkpoint {
        origin: state.origin.clone(),
        head,
    }
    .text();
    let message = signed_text(Algorithm::Note, &text, 0).into_bytes();
    let signature = keys::sign(own.signer.clone(), message).await?;
    Ok(format!("{text}\n{}", own.verifier.line(0, &signature)))
}

/// Tiles as they are stored.
pub async fn read(tx: &mut Tx, ids: Vec<Id>) -> Outcome<Tiles> {
    let mut tiles = Tiles::default();
    for id in ids {
        if let Some(hashes) = log_tiles::get(tx, id).await? {
            tiles.insert(id, hashes);
        }
    }
    Ok(tiles)
}
