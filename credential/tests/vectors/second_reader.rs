//! A second reader of national bundles, written from FORMAT.md §18 alone: it shares nothing with the library.

use super::national::States;
use ciborium::Value;

pub struct ReadShard {
    pub name: String,
    pub indexes: u64,
    pub ground: u64,
    pub lists: Vec<ReadList>,
}

pub struct ReadList {
    pub state: u64,
    pub m: u64,
    pub s: u32,
    pub blocks: u64,
    pub bytes: Vec<u8>,
    pub found: Vec<u64>,
    /// The gaps in words, where they are few.
    pub steps: String,
}

fn number(v: &Value) -> u64 {
    u64::try_from(v.as_integer().unwrap()).unwrap()
}

/// Reads the lists of a map, whose data come next.
fn read_lists(rest: &mut &[u8], n: u64, lists: &Value) -> Vec<ReadList> {
    let lists = lists.as_map().unwrap().iter().map(|(state, list)| {
        let stated: Vec<u64> = list.as_array().unwrap().iter().map(number).collect();
        read_list(rest, n, number(state), &stated)
    });
    lists.collect()
}

/// Reads a body as FORMAT.md 18.2 says.
pub fn read_directory(body: &[u8]) -> (usize, Vec<ReadShard>) {
    let mut rest = body;
    let directory: Value = ciborium::from_reader(&mut rest).unwrap();
    let length = body.len() - rest.len();
    let mut name = String::new();
    let mut shards = vec![];
    for shard in directory.as_array().unwrap() {
        let items = shard.as_array().unwrap();
        name.truncate(number(&items[0]) as usize);
        name.push_str(items[1].as_text().unwrap());
        let indexes = number(&items[2]);
        shards.push(ReadShard {
            name: name.clone(),
            indexes,
            ground: number(&items[3]),
            lists: read_lists(&mut rest, indexes, &items[4]),
        });
    }
    assert!(rest.is_empty());
    (length, shards)
}

/// Reads a delta's body as FORMAT.md 18.4 says, over `n` indexes; the extents are left to the eye.
pub fn read_delta(body: &[u8], n: u64) -> (usize, Vec<ReadShard>) {
    let mut rest = body;
    let directory: Value = ciborium::from_reader(&mut rest).unwrap();
    let length = body.len() - rest.len();
    let lists = read_lists(&mut rest, n, &directory.as_array().unwrap()[1]);
    assert!(rest.is_empty());
    let name = "all lists together".into();
    (
        length,
        vec![ReadShard {
            name,
            indexes: n,
            ground: 0,
            lists,
        }],
    )
}

/// Reads a list as FORMAT.md 18.3 says, bit by bit.
fn read_list(rest: &mut &[u8], n: u64, state: u64, stated: &[u64]) -> ReadList {
    let (k, bits, width) = (stated[0], stated[1] as usize, stated[2] as usize);
    let m = ((45_426 * n + 10_042 * k) / (65_536 * k)).max(1);
    let s = (0..50).rev().find(|s| k << s <= 128 * n).unwrap();
    let blocks = n.div_ceil(1 << s);
    let (bytes, after) = rest.split_at((bits + (blocks as usize - 1) * width).div_ceil(8));
    *rest = after;
    let bit = |at: usize| u64::from(bytes[at / 8] >> (at % 8) & 1);
    let c = (0..).find(|c| 1 << c >= m).unwrap();
    let u = (1 << c) - m;
    let start = |block: u64| -> usize {
        if block == 0 || block == blocks {
            return if block == 0 { 0 } else { bits };
        }
        let at = bits + (block as usize - 1) * width;
        let field = (0..width).map(|n| (bit(at + n) as i64) << n).sum::<i64>();
        let negative = width > 0 && bit(at + width - 1) == 1;
        let off = field - if negative { 1 << width } else { 0 };
        (off + (block * bits as u64 / blocks) as i64) as usize
    };
    let (mut found, mut steps) = (vec![], String::new());
    for block in 0..blocks {
        let (mut at, end) = (start(block), start(block + 1));
        let mut next = block << s;
        while at < end {
            let mut q = 0;
            while bit(at) == 1 {
                (q, at) = (q + 1, at + 1);
            }
            at += 1;
            let mut r = 0;
            if c > 0 {
                r = (0..c - 1).map(|n| bit(at + n) << n).sum();
                at += c - 1;
                if r >= u {
                    r = 2 * r + bit(at) - u;
                    at += 1;
                }
            }
            let index = next + q * m + r;
            if k <= 4 {
                steps += &format!("; {q} ones, remainder {r}: {index}");
            }
            found.push(index);
            next = index + 1;
        }
        assert_eq!(at, end);
    }
    let bytes = bytes.to_vec();
    ReadList {
        state,
        m,
        s,
        blocks,
        bytes,
        found,
        steps,
    }
}

/// What is not valid, by the second reader.
pub fn states(shards: &[ReadShard]) -> Vec<(String, u64, States)> {
    let mut all = vec![];
    for shard in shards {
        let state = |index| {
            let mut lists = shard.lists.iter();
            lists
                .find(|list| list.found.contains(&index))
                .map_or(shard.ground, |list| list.state)
        };
        let states = (0..shard.indexes).map(|index| (index as u32, state(index) as u8));
        let states = states.filter(|(_, state)| *state != 0).collect();
        all.push((shard.name.clone(), shard.indexes, states));
    }
    all
}
