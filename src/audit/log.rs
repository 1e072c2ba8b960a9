//! The log: every line of the audit trail is the leaf that the log has for it, tiles and signed heads are those of the
//! leaves, and heads that were kept elsewhere are too.

use super::Report;
use super::authority::Authority;
use crate::domain::merkle::Tree;
use crate::domain::tlog::note::{Checkpoint, Note, Verifier};
use crate::domain::tlog::proof::Head;
use crate::domain::tlog::tile::{self, Id, WIDTH};
use crate::domain::tlog::{Hash, node};
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::log::{self, State};
use crate::store::log_checkpoints::{self, Checkpoint as Stored};
use crate::store::{Tx, audit_log, log_tiles};
use crate::tlog::entry::leaf_of;
use crate::tlog::key;
use std::collections::VecDeque;

/// Lines read at a time: four tiles.
const PAGE: u64 = 4 * WIDTH;
/// Heads read at a time.
const HEADS: u32 = 500;
/// Seconds after which a line that has no place is worth telling.
const LATE: i64 = 3_600;
/// Lines that may be missing before the rest is not looked at any more.
const MISSING: u64 = 10_000;

pub(super) async fn verify(
    service: &Service,
    kept: &[Head],
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    let state = log::state(&mut tx).await?;
    let Some(state) = state else {
        none(&mut tx, kept, report).await?;
        return Ok(());
    };
    let size = u64::try_from(state.size).map_err(|_| Failure::Row("log_state.size"))?;
    let mut keys = Vec::new();
    for key in log::keys(&mut tx).await? {
        keys.push(key::verifier(&state, &key)?);
    }
    outline(&mut tx, &state, size, report).await?;
    if let Some(since) = audit_log::oldest_waiting(&mut tx).await?
        && since < service.clock.now() - LATE
    {
        let note = "lines of the audit trail wait for their place in the log: `ikd audit seal`";
        report.notes.push(note.into());
    }
    // Whoever writes a size into the table does not keep the check busy for ever.
    let lines = audit_log::count(&mut tx).await?.unsigned_abs();
    let end = size.min(lines + MISSING);
    if end < size {
        report.fault(
            "log",
            format!("ends at {size}, but only {lines} lines have a place"),
        );
    }
    let authority = Authority::read(&mut tx).await?;
    drop(tx);
    let mut walk = Walk {
        authority,
        tree: Tree::default(),
        levels: Vec::new(),
        heads: VecDeque::new(),
        after: -1,
        kept: kept.to_vec(),
    };
    walk.kept.sort_by_key(|head| head.size);
    let mut at = 0;
    while at < end {
        let next = end.min(at + PAGE);
        let mut tx = service.db.read().await?;
        walk.page(&mut tx, at, next, (&state, &keys), report)
            .await?;
        at = next;
        progress(report);
    }
    let mut tx = service.db.read().await?;
    walk.end(&mut tx, size, report).await?;
    walk.authority.judge(report);
    Ok(())
}

/// What is there where there is no log.
async fn none(tx: &mut Tx, kept: &[Head], report: &mut Report) -> Outcome<()> {
    if audit_log::beyond(tx, 0).await?.is_some() || !kept.is_empty() {
        report.fault("log", "there was one, and it is gone");
    } else {
        let note = "there is no log of the audit trail: `ikd keys add --log` begins one";
        report.notes.push(note.into());
    }
    Ok(())
}

/// Nothing lies beyond the end of the log, and its newest head is of its end.
async fn outline(tx: &mut Tx, state: &State, size: u64, report: &mut Report) -> Outcome<()> {
    if let Some(seq) = audit_log::beyond(tx, state.size).await? {
        report.fault("log", format!("ends at {size}, but a line has place {seq}"));
    }
    let newest = log_checkpoints::latest(tx)
        .await?
        .map_or(0, |head| head.size);
    if newest != state.size {
        report.fault(
            "log",
            format!("ends at {size}, but its newest head is of {newest}"),
        );
    }
    let mut there: Vec<(i64, i64)> = (0..8)
        .map(|level| {
            (
                i64::from(level),
                (size >> (8 * level)).div_ceil(WIDTH) as i64,
            )
        })
        .collect();
    there.retain(|(_, tiles)| *tiles > 0);
    if log_tiles::counts(tx).await? != there {
        report.fault("log", "has more tiles or fewer than it should");
    }
    for id in tile::edge(size) {
        let stored = log_tiles::get(tx, id).await?.unwrap_or_default();
        if stored.len() as u64 != tile::width(id, size) {
            report.fault(place(id), "does not end where the log ends");
        }
    }
    Ok(())
}

fn place(id: Id) -> String {
    format!("log tile {}/{}", id.level, id.n)
}

/// What is known on the way along the leaves.
struct Walk {
    authority: Authority,
    tree: Tree,
    /// Of each level, the tile that is not full yet, and which it is.
    levels: Vec<(u64, Vec<Hash>)>,
    /// Signed heads that come next.
    heads: VecDeque<Stored>,
    /// The size of the last head that was read.
    after: i64,
    /// Heads kept elsewhere that come next.
    kept: Vec<Head>,
}

impl Walk {
    async fn page(
        &mut self,
        tx: &mut Tx,
        at: u64,
        end: u64,
        of: (&State, &[Verifier]),
        report: &mut Report,
    ) -> Outcome<()> {
        let mut lines = VecDeque::from(audit_log::logged(tx, at as i64, end as i64).await?);
        let mut stored = Vec::new();
        for seq in at..end {
            if seq % WIDTH == 0 {
                let id = Id {
                    level: 0,
                    n: seq / WIDTH,
                };
                stored = whole(tx, id, report).await?;
            }
            report.logged += 1;
            let line = lines.pop_front_if(|line| line.seq == seq as i64);
            if let Some(line) = &line {
                self.authority.line(&line.line);
            }
            let leaf = line.map(|line| leaf_of(&line.line));
            let known = stored.get((seq % WIDTH) as usize).copied();
            match leaf {
                None => report.fault(format!("log line {seq}"), "is not in the audit trail"),
                Some(leaf) if known != Some(leaf) => {
                    report.fault(format!("log line {seq}"), "is not what was logged");
                }
                Some(_) => {}
            }
            // By what was logged, so that one damage is not found again in every head after it.
            self.push(tx, known.or(leaf).unwrap_or_default(), report)
                .await?;
            self.signed(tx, of, report).await?;
        }
        Ok(())
    }

    /// Takes the next leaf, and holds every tile against what is stored as soon as it is full.
    async fn push(&mut self, tx: &mut Tx, leaf: Hash, report: &mut Report) -> Outcome<()> {
        self.tree.push_hash(leaf);
        let (mut hash, mut level) = (leaf, 0);
        loop {
            if self.levels.len() == level {
                self.levels.push((0, Vec::new()));
            }
            let (n, hashes) = &mut self.levels[level];
            hashes.push(hash);
            if (hashes.len() as u64) < WIDTH {
                return Ok(());
            }
            let id = Id {
                level: level as u8,
                n: *n,
            };
            let mut full = std::mem::take(hashes);
            *n += 1;
            if level > 0 && whole(tx, id, report).await? != full {
                report.fault(place(id), "is not the one of its leaves");
            }
            while full.len() > 1 {
                full = full.chunks(2).map(|p| node(&p[0], &p[1])).collect();
            }
            (hash, level) = (full[0], level + 1);
        }
    }

    /// Holds heads of the size that was reached against the tree.
    async fn signed(
        &mut self,
        tx: &mut Tx,
        (state, keys): (&State, &[Verifier]),
        report: &mut Report,
    ) -> Outcome<()> {
        let size = self.tree.leaves();
        if self.heads.is_empty() && self.after < i64::MAX {
            let heads = log_checkpoints::after(tx, self.after, HEADS).await?;
            // None beyond the end: the next page asks again.
            self.after = heads.last().map_or(i64::MAX, |head| head.size);
            self.heads.extend(heads);
        }
        while let Some(head) = self.heads.pop_front_if(|head| head.size <= size as i64) {
            report.heads += 1;
            let expected = Checkpoint {
                origin: state.origin.clone(),
                head: Head {
                    size,
                    root: self.tree.root(),
                },
            };
            let note = Note::parse(&head.note).ok();
            let own = |note: &Note| note.lines_of(&state.origin).collect::<String>();
            let fits = note
                .as_ref()
                .is_some_and(|note| head.note == format!("{}\n{}", expected.text(), own(note)));
            if head.size != size as i64 || !fits {
                report.fault(format!("log head {}", head.size), "is not of these lines");
            } else if !note.is_some_and(|n| keys.iter().any(|key| key.verify(&n).is_ok())) {
                let fault = "is signed by no key of the log";
                report.fault(format!("log head {}", head.size), fault);
            }
        }
        while let Some(head) = self.kept.first().filter(|head| head.size <= size) {
            if head.size == size && head.root != self.tree.root() {
                let fault = "that was kept elsewhere is of other lines: the log was written anew";
                report.fault(format!("log head {size}"), fault);
            }
            self.kept.remove(0);
        }
        Ok(())
    }

    /// Holds the tiles that are not full against what is stored; and nothing was cut off.
    async fn end(&mut self, tx: &mut Tx, size: u64, report: &mut Report) -> Outcome<()> {
        for (level, (n, hashes)) in self.levels.iter().enumerate() {
            let id = Id {
                level: level as u8,
                n: *n,
            };
            // The log may have grown meanwhile.
            if !hashes.is_empty() && !whole(tx, id, report).await?.starts_with(hashes) {
                report.fault(place(id), "is not the one of its leaves");
            }
        }
        for head in &self.kept {
            let fault = format!("was kept elsewhere, but the log ends at {size}: it was cut off");
            report.fault(format!("log head {}", head.size), fault);
        }
        Ok(())
    }
}

/// A tile as it is stored; one that is not there, or holds no hashes, is a fault and empty.
async fn whole(tx: &mut Tx, id: Id, report: &mut Report) -> Outcome<Vec<Hash>> {
    match log_tiles::get(tx, id).await {
        Ok(Some(hashes)) => Ok(hashes),
        Ok(None) | Err(Failure::Row(_)) => {
            report.fault(place(id), "is missing or damaged");
            Ok(Vec::new())
        }
        Err(other) => Err(other),
    }
}
