//! What others read of the log: heads, tiles, entries, proofs.

use super::entry::entry;
use super::sequence::read;
use crate::domain::tlog::Hash;
use crate::domain::tlog::proof::{self, Head};
use crate::domain::tlog::tile::{self, Id, WIDTH};
use crate::domain::tlog::tree::{Node, Range};
use crate::failure::{Failure, Outcome};
use crate::store::{Tx, audit_log, log, log_checkpoints, log_cosignatures, log_tiles};

/// The newest head with what witnesses say of it; `None` where there is none yet.
pub async fn newest(tx: &mut Tx) -> Outcome<Option<String>> {
    match log_checkpoints::latest(tx).await? {
        Some(head) => Ok(Some(with_cosignatures(tx, head).await?)),
        None => Ok(None),
    }
}

/// The newest head of which a witness says something.
pub async fn newest_cosigned(tx: &mut Tx) -> Outcome<Option<String>> {
    let Some(size) = log_cosignatures::newest_of_any(tx).await? else {
        return Ok(None);
    };
    match log_checkpoints::of_size(tx, size).await? {
        Some(head) => Ok(Some(with_cosignatures(tx, head).await?)),
        None => Ok(None),
    }
}

async fn with_cosignatures(tx: &mut Tx, head: log_checkpoints::Checkpoint) -> Outcome<String> {
    let mut note = head.note;
    for said in log_cosignatures::of_size(tx, head.size).await? {
        note.push_str(&said.line);
    }
    Ok(note)
}

/// Lines in the log.
pub async fn size(tx: &mut Tx) -> Outcome<u64> {
    let state = log::state(tx).await?;
    let size = state.map_or(0, |state| state.size);
    u64::try_from(size).map_err(|_| Failure::Row("log_state.size"))
}

/// So many hashes of a tile, all of them where no width is given. `None` where it is not so wide.
pub async fn hashes(tx: &mut Tx, id: Id, width: Option<u64>) -> Outcome<Option<Vec<u8>>> {
    let stored = log_tiles::get(tx, id).await?.unwrap_or_default();
    let width = width.unwrap_or(WIDTH) as usize;
    Ok(stored.get(..width).map(|hashes| hashes.concat()))
}

/// The entries whose leaves are in a tile of level 0, as [`tile::bundle`] writes them.
pub async fn entries(tx: &mut Tx, n: u64, width: Option<u64>) -> Outcome<Option<Vec<u8>>> {
    let width = width.unwrap_or(WIDTH);
    let first = n.checked_mul(WIDTH).filter(|first| *first < 1 << 62);
    let Some(first) = first else { return Ok(None) };
    let lines = audit_log::logged(tx, first as i64, (first + width) as i64).await?;
    if lines.len() as u64 != width {
        return Ok(None);
    }
    let entries: Vec<Vec<u8>> = lines.iter().map(|line| entry(&line.line)).collect();
    tile::bundle(&entries).map_or(Err(Failure::Row("audit.detail")), |bundle| Ok(Some(bundle)))
}

/// A proof about the tree of a size.
pub struct Proof {
    /// The tree.
    pub head: Head,
    /// What is proved to be in it: the leaf, or the root of the smaller tree.
    pub of: Hash,
    /// The hashes of the proof, in order.
    pub hashes: Vec<Hash>,
}

/// That the leaf `index` is in the tree of `size`; `None` where it is not, or the log does not go so far.
pub async fn inclusion(tx: &mut Tx, index: u64, tree: u64) -> Outcome<Option<Proof>> {
    if tree > size(tx).await? {
        return Ok(None);
    }
    let Some(path) = proof::inclusion(index, tree) else {
        return Ok(None);
    };
    let leaf = Range {
        begin: index,
        end: index + 1,
    };
    proved(tx, tree, leaf, path).await.map(Some)
}

/// That the tree of `from` is the begin of the one of `to`; `None` where the log does not go so far, or it is larger.
pub async fn consistency(tx: &mut Tx, from: u64, to: u64) -> Outcome<Option<Proof>> {
    if to > size(tx).await? {
        return Ok(None);
    }
    let Some(path) = proof::consistency(from, to) else {
        return Ok(None);
    };
    proved(tx, to, Range::first(from), path).await.map(Some)
}

async fn proved(tx: &mut Tx, size: u64, of: Range, path: Vec<Range>) -> Outcome<Proof> {
    let damaged = || Failure::Row("log_tiles.hashes");
    let whole = Range::first(size);
    let needed = tile::needed(&[&[of, whole][..], &path].concat());
    let tiles = read(tx, needed).await?;
    let hash = |range: Range| tiles.range(range).ok_or_else(damaged);
    let head = Head {
        size,
        root: hash(whole)?,
    };
    let of = match of.len() {
        1 => tiles
            .node(Node {
                height: 0,
                index: of.begin,
            })
            .ok_or_else(damaged)?,
        _ => hash(of)?,
    };
    let hashes: Outcome<Vec<Hash>> = path.into_iter().map(hash).collect();
    Ok(Proof {
        head,
        of,
        hashes: hashes?,
    })
}
