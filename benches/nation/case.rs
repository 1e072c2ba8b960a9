//! One size, one share: builds, looks up, lives through 30 days.

use crate::bound;
use crate::common::{DAY, NOW, Office, key, public, sign};
use crate::synthetic::{Chance, List, Plan, change, lists};
use credential::ids::KeyId;
use credential::national::issue::{self, Draft};
use credential::national::{Builder, Delta, National, Overlay};
use credential::status_list::issue::ListBuilder;
use credential::status_list::{SHARD, Status};
use credential::trust_list::TrustList;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

pub const HEADING: &str = "| millions | % | lists | bundle kB | bound kB | ratio | skip index and directory kB | zlib lists kB \
| build s | of it the nation itself | peak MB | open ms | look-up ns, median | p99 | in a row | delta of 5,000 B (30 days: least, median, most) \
| delta of 100,000, or as many as are not valid, B | overlay ms | rebuild ms |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|";

const DAYS: u64 = 30;
const CHANGES: usize = 5_000;
const BUSY: usize = 100_000;
const LOOKUPS: usize = 200_000;

#[allow(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn clock() -> Instant {
    Instant::now()
}

type File = National<Vec<u8>>;
type Changes = BTreeMap<(usize, u32), Status>;

struct Publisher {
    trust: TrustList,
    version: u64,
}

impl Publisher {
    /// The file of a new version.
    fn publish(&mut self, builder: Builder) -> Vec<u8> {
        self.version += 1;
        let draft = Draft {
            version: self.version,
            issued: NOW + self.version as i64 * DAY,
            expires: NOW + (self.version as i64 + 7) * DAY,
            trust_version: 1,
        };
        let body = builder.finish();
        let head = sign(issue::unsigned(kid(), &draft, &body), &key(2));
        issue::file(&head, body.bytes())
    }

    fn open(&self, file: Vec<u8>) -> File {
        National::open(file, &self.trust).unwrap()
    }
}

fn kid() -> KeyId {
    KeyId::of(&public(&key(2)))
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

pub fn run(plan: Plan, millions: u64, per_cent: f64) {
    let lists = lists(plan, millions * 1_000_000, per_cent / 100.0);
    let mut publisher = Publisher {
        trust: Office::default().trust(),
        version: 0,
    };

    let start = clock();
    let made: u64 = lists
        .iter()
        .map(|list| list.non_valid(plan).count() as u64)
        .sum();
    let generating = start.elapsed().as_secs_f64();
    let start = clock();
    let mut builder = Builder::new();
    for list in &lists {
        builder
            .shard(&list.iss, &list.uri, SHARD, list.non_valid(plan))
            .unwrap();
    }
    let file = publisher.publish(builder);
    let building = start.elapsed().as_secs_f64();
    let start = clock();
    let mut held = publisher.open(file);
    let opening = ms(start);
    let peak = peak();

    assert_eq!(held.head().coverage.states[1..].iter().sum::<u64>(), made);
    let bound = of_each(&held);
    let size = held.file().len() as f64;
    let coded = held.shards().map(|shard| shard.coded_bits()).sum::<u64>() as f64 / 8.0;
    let zlib = zlib(plan, &lists, millions == 280 && per_cent == 1.0);
    let (median, p99, row) = look_up(&held, &lists);

    let mut overlay = Overlay::new(held.clone());
    let (mut deltas, mut overlays, mut rebuilds) = (vec![], vec![], vec![]);
    let mut chance = Chance::new(millions);
    for day in 0..DAYS {
        let changes = day_of(&held, CHANGES, &mut chance);
        let (next, delta) = step(&mut publisher, &held, &changes);
        deltas.push(delta.len());
        let delta = Delta::open(delta, &publisher.trust).unwrap();
        let start = clock();
        overlay.apply(&delta).unwrap();
        overlays.push(ms(start));
        if day % 10 == 9 {
            let start = clock();
            let rebuilt = delta.rebuild(&held).unwrap();
            rebuilds.push(ms(start));
            assert!(
                rebuilt == next,
                "what a verifier makes is what was published"
            );
        }
        held = publisher.open(next);
    }
    agree(&overlay, &held, &lists);
    let busy = day_of(&held, BUSY.min(made as usize), &mut chance);
    let busy = step(&mut publisher, &held, &busy).1.len();

    deltas.sort();
    println!(
        "| {millions} | {per_cent} | {} | {:.1} | {:.1} | {:.4} | {:.1} | {:.1} | {building:.2} | {generating:.2} | {peak:.0} | {opening:.0} \
         | {median} | {p99} | {row:.0} | {} / {} / {} | {busy} | {:.1} | {:.0} |",
        lists.len(),
        size / 1e3,
        bound / 1e3,
        size / bound,
        (size - coded) / 1e3,
        zlib / 1e3,
        deltas[0],
        deltas[deltas.len() / 2],
        deltas[deltas.len() - 1],
        middle(overlays),
        middle(rebuilds),
    );
}

fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The bound of every list, bytes.
fn of_each(held: &File) -> f64 {
    let bits = held.shards().map(|shard| bound::bits(&shard.states()));
    bits.sum::<f64>() / 8.0
}

/// Bytes of the same lists as Token Status Lists, by zlib at level 9: of all, or of every eighth times eight.
fn zlib(plan: Plan, lists: &[List], all: bool) -> f64 {
    let step = if all || lists.len() < 16 { 1 } else { 8 };
    let some: Vec<_> = lists.iter().step_by(step).collect();
    let bytes = some.iter().map(|list| {
        let mut builder = ListBuilder::new(2, SHARD).unwrap();
        for (index, status) in list.non_valid(plan) {
            assert!(builder.set(index, status));
        }
        builder.encode().len() as f64
    });
    bytes.sum::<f64>() * lists.len() as f64 / some.len() as f64
}

/// Nanoseconds of one look-up by name and index, one after the other by the clock and its own time with them, and of
/// 1,000 in a row for each.
fn look_up(held: &File, lists: &[List]) -> (u64, u64, f64) {
    let mut chance = Chance::new(7);
    let asked: Vec<_> = (0..LOOKUPS)
        .map(|_| {
            let list = &lists[chance.below(lists.len() as u64) as usize];
            let index = chance.below(u64::from(SHARD)) as u32;
            (list.iss.as_str(), list.uri.as_str(), index)
        })
        .collect();
    let mut times = Vec::with_capacity(LOOKUPS);
    for (iss, uri, index) in &asked {
        let start = clock();
        let found = black_box(held.get(iss, uri, *index));
        times.push(start.elapsed().as_nanos() as u64);
        assert!(found.is_some());
    }
    times.sort();
    let rows = asked.chunks(1000).map(|row| {
        let start = clock();
        for (iss, uri, index) in row {
            black_box(held.get(iss, uri, *index));
        }
        start.elapsed().as_nanos() as f64 / row.len() as f64
    });
    let row = middle(rows.collect());
    (times[LOOKUPS / 2], times[LOOKUPS * 99 / 100], row)
}

/// What changes on a day: mostly something valid, now and then a suspension that ends.
fn day_of(held: &File, changes: usize, chance: &mut Chance) -> Changes {
    let shards: Vec<_> = held.shards().collect();
    let mut day = Changes::new();
    while day.len() < changes {
        let place = chance.below(shards.len() as u64) as usize;
        let index = chance.below(u64::from(SHARD)) as u32;
        let new = match shards[place].get(index) {
            Some(Status::Valid) => change(chance),
            Some(Status::Suspended) => Status::Valid,
            _ => continue,
        };
        day.insert((place, index), new);
    }
    day
}

/// The next version and the delta to it.
fn step(publisher: &mut Publisher, held: &File, changes: &Changes) -> (Vec<u8>, Vec<u8>) {
    let mut builder = Builder::new();
    for (place, shard) in held.shards().enumerate() {
        let mut old = shard.non_valid().peekable();
        let day = changes.range((place, 0)..=(place, u32::MAX));
        let mut day = day.map(|((_, index), status)| (*index, *status)).peekable();
        let states = std::iter::from_fn(|| {
            let next_change = day.peek().map_or(u32::MAX, |(index, _)| *index);
            if let Some(kept) = old.next_if(|(index, _)| *index < next_change) {
                return Some(kept);
            }
            old.next_if(|(index, _)| *index == next_change);
            day.next()
        });
        let states = states.filter(|(_, status)| *status != Status::Valid);
        builder
            .shard(shard.iss(), shard.uri(), SHARD, states)
            .unwrap();
    }
    let next = publisher.publish(builder);
    let opened = publisher.open(next.clone());
    let delta = issue::delta(held, &opened).unwrap();
    let head = 8 + u32::from_le_bytes(next[4..8].try_into().unwrap()) as usize;
    let signed = sign(
        issue::unsigned_delta(kid(), &delta, &next[8..head]),
        &key(2),
    );
    (next, issue::file(&signed, delta.bytes()))
}

/// The bundle of the last day says what the first one says with all deltas over it.
fn agree(overlay: &Overlay<Vec<u8>>, held: &File, lists: &[List]) {
    let mut chance = Chance::new(9);
    for shard in held.shards() {
        for (index, status) in shard.non_valid().step_by(100) {
            assert_eq!(overlay.get(shard.iss(), shard.uri(), index), Some(status));
        }
    }
    for _ in 0..LOOKUPS {
        let list = &lists[chance.below(lists.len() as u64) as usize];
        let index = chance.below(u64::from(SHARD)) as u32;
        let found = overlay.get(&list.iss, &list.uri, index);
        assert_eq!(found, held.get(&list.iss, &list.uri, index));
    }
}

/// The most memory that this process ever had, MB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) * 1024.0 / 1e6
}
