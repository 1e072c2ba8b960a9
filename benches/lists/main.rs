//! Rebuilding the nation's status lists: the sparse writer against zlib level 9, with other compressors beside them.
//!
//!     cargo bench -p ikd-credential --features issue --bench lists
//!
//! 280 million credentials are 267 full shards of 2^20; the last of 280 offices' lists is not full, so every list is
//! taken as full. The peers compress the list as it is laid out, and laying it out is part of their time as it was part
//! of publishing. Peers of seconds a run compress a sample of the lists, and their time is scaled.

use credential::status_list::issue::{ListBuilder, SparseList};
use credential::status_list::{SHARD, Status, StatusList};
use std::hint::black_box;

/// Lists of the nation.
const LISTS: usize = 280;
/// Lists that slow peers compress in each round.
const SAMPLE: usize = 10;
const ROUNDS: usize = 5;

#[allow(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

type Entries = Vec<(u32, Status)>;

/// xorshift64*: the same lists in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
}

/// A shard with so many in 100,000 not valid; of a hundred of those so many revoked and suspended, the rest superseded.
fn shard(per_100_000: u64, mix: [u64; 2], chance: &mut Chance) -> Entries {
    let indexes = (0..SHARD).filter(|_| chance.next() % 100_000 < per_100_000);
    let indexes: Vec<u32> = indexes.collect();
    let statuses = indexes.into_iter().map(|index| {
        let status = match chance.next() % 100 {
            n if n < mix[0] => Status::Revoked,
            n if n < mix[0] + mix[1] => Status::Suspended,
            _ => Status::Superseded,
        };
        (index, status)
    });
    statuses.collect()
}

fn laid_out(entries: &Entries) -> Vec<u8> {
    let mut packed = vec![0u8; SHARD as usize / 4];
    for (index, status) in entries {
        packed[*index as usize / 4] |= status.number() << (index % 4 * 2);
    }
    packed
}

fn sparse(entries: &Entries) -> usize {
    SparseList::new(2, SHARD, entries).map_or(0, |list| list.encode().len())
}

/// As lists were published before: zlib level 9 of the list laid out.
fn zlib_9(entries: &Entries) -> usize {
    let mut builder = ListBuilder::new(2, SHARD).expect("a shard");
    for (index, status) in entries {
        assert!(builder.set(*index, *status));
    }
    builder.encode().len()
}

fn miniz(entries: &Entries, level: u8) -> usize {
    miniz_oxide::deflate::compress_to_vec_zlib(&laid_out(entries), level).len()
}

fn zlib_rs(entries: &Entries, level: i32) -> usize {
    let packed = laid_out(entries);
    let mut out = vec![0; zlib_rs::compress_bound(packed.len())];
    let config = zlib_rs::DeflateConfig::new(level);
    zlib_rs::compress_slice(&mut out, &packed, config).0.len()
}

/// What the service does before it publishes: reads the list back as a verifier would.
fn read_back(encoded: &[u8], entries: &Entries) -> bool {
    let read = StatusList::decode(encoded).expect("a list");
    read.not_zero().eq(entries.iter().copied())
}

struct Contender<'r> {
    name: &'static str,
    lists: usize,
    run: Box<dyn Fn(usize) -> usize + 'r>,
    /// Milliseconds for all lists, one a round.
    times: Vec<f64>,
    size: f64,
}

fn measure(title: &str, per_100_000: u64, mix: [u64; 2]) {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let lists: Vec<Entries> = (0..LISTS)
        .map(|_| shard(per_100_000, mix, &mut chance))
        .collect();
    let encoded: Vec<Vec<u8>> = lists
        .iter()
        .map(|entries| {
            SparseList::new(2, SHARD, entries)
                .expect("a shard")
                .encode()
        })
        .collect();
    let contender = |name, lists, run| Contender {
        name,
        lists,
        run,
        times: vec![],
        size: 0.0,
    };
    let of = &lists;
    let mut all = [
        contender("zlib 1.3, level 9", SAMPLE, Box::new(|at| zlib_9(&of[at]))),
        contender("**sparse writer**", LISTS, Box::new(|at| sparse(&of[at]))),
        contender(
            "reading the list back and comparing it",
            LISTS,
            Box::new(|at| usize::from(read_back(&encoded[at], &of[at]))),
        ),
        contender(
            "miniz_oxide 0.9, level 1",
            SAMPLE,
            Box::new(|at| miniz(&of[at], 1)),
        ),
        contender(
            "miniz_oxide 0.9, level 6",
            SAMPLE,
            Box::new(|at| miniz(&of[at], 6)),
        ),
        contender(
            "zlib-rs 0.6, level 1",
            SAMPLE,
            Box::new(|at| zlib_rs(&of[at], 1)),
        ),
        contender(
            "zlib-rs 0.6, level 6",
            SAMPLE,
            Box::new(|at| zlib_rs(&of[at], 6)),
        ),
        contender(
            "zlib-rs 0.6, level 9",
            SAMPLE,
            Box::new(|at| zlib_rs(&of[at], 9)),
        ),
    ];
    for round in 0..ROUNDS {
        for contender in &mut all {
            // Another sample in each round.
            let first = round * SAMPLE * 5 % (LISTS - contender.lists + 1);
            let start = now();
            let mut size = 0;
            for at in first..first + contender.lists {
                size += black_box((contender.run)(at));
            }
            let scale = LISTS as f64 / contender.lists as f64;
            contender
                .times
                .push(start.elapsed().as_secs_f64() * 1000.0 * scale);
            contender.size = size as f64 * scale;
        }
    }
    let medians = all.each_mut().map(|contender| {
        contender.times.sort_by(f64::total_cmp);
        contender.times[ROUNDS / 2]
    });
    let (time, size) = (medians[0], all[0].size);
    println!(
        "\n{title}\n\n| {LISTS} lists | ms | times as fast | MB | ÷ zlib 9 |\n|---|---:|---:|---:|---:|"
    );
    for (contender, median) in all.iter().zip(medians) {
        if contender.size == LISTS as f64 {
            println!("| {} | {median:.0} | | | |", contender.name);
            continue;
        }
        println!(
            "| {} | {median:.0} | {:.1} | {:.2} | {:.3} |",
            contender.name,
            time / median,
            contender.size / 1e6,
            contender.size / size
        );
    }
}

fn main() {
    let even = [33, 33];
    measure(
        "1 % not valid, all superseded (what the target is stated for):",
        1000,
        [0, 0],
    );
    measure("1 %, the three statuses equally often:", 1000, even);
    measure("0.1 %:", 100, even);
    measure("3 %:", 3000, even);
}
