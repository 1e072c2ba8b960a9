//! Tiles (C2SP tlog-tiles): 256 hashes of one level of the tree, 8 levels apart. A full tile never changes; the last
//! one of a level is partial and grows at its end.

use super::Hash;
use super::tree::{Node, Range, hash_of};
use super::{leaf, node};
use std::collections::HashMap;

/// Hashes of a full tile.
pub const WIDTH: u64 = 256;
/// Levels of the tree between two levels of tiles.
const HEIGHT: u8 = 8;

/// Which tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id {
    /// Its level: its hashes are `8 × level` levels above the leaves.
    pub level: u8,
    /// Which of the level.
    pub n: u64,
}

impl Id {
    /// The tile that a node is read from.
    pub fn of(node: Node) -> Self {
        let first = node.index << (node.height % HEIGHT);
        Self {
            level: node.height / HEIGHT,
            n: first / WIDTH,
        }
    }
}

/// Hashes of a tile in a tree of a size; 0 where it has none.
pub fn width(id: Id, size: u64) -> u64 {
    let there = size.checked_shr(u32::from(HEIGHT) * u32::from(id.level));
    let before = id.n.saturating_mul(WIDTH);
    there.unwrap_or(0).saturating_sub(before).min(WIDTH)
}

/// Some tiles of a tree.
#[derive(Debug, Clone, Default)]
pub struct Tiles(HashMap<Id, Vec<Hash>>);

impl Tiles {
    /// Puts a tile in.
    pub fn insert(&mut self, id: Id, hashes: Vec<Hash>) {
        self.0.insert(id, hashes);
    }

    /// A tile, if it is in.
    pub fn get(&self, id: Id) -> Option<&[Hash]> {
        self.0.get(&id).map(Vec::as_slice)
    }

    /// The hash of a node, where its tile is in and reaches so far.
    pub fn node(&self, node: Node) -> Option<Hash> {
        let above = node.height % HEIGHT;
        let first = ((node.index << above) % WIDTH) as usize;
        let hashes = self
            .0
            .get(&Id::of(node))?
            .get(first..first + (1 << above))?;
        let mut hashes = hashes.to_vec();
        while hashes.len() > 1 {
            let pairs = hashes.chunks(2);
            hashes = pairs.map(|pair| super::node(&pair[0], &pair[1])).collect();
        }
        hashes.pop()
    }

    /// The hash of a range of leaves, where its tiles are in.
    pub fn range(&self, range: Range) -> Option<Hash> {
        let nodes = range.nodes().into_iter().map(|node| self.node(node));
        Some(hash_of(&nodes.collect::<Option<Vec<_>>>()?))
    }
}

/// The tiles that hold the hashes of some ranges, each once.
pub fn needed(ranges: &[Range]) -> Vec<Id> {
    let nodes = ranges.iter().flat_map(|range| range.nodes());
    let mut ids: Vec<Id> = nodes.map(Id::of).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The partial tiles at the right edge of a tree, to which the next leaves are added; level after level. A level whose
/// last tile is full has none.
pub fn edge(size: u64) -> Vec<Id> {
    let levels = (0..8).map(|level| (level, size >> (HEIGHT * level)));
    let partial = levels.filter(|(_, there)| there % WIDTH != 0);
    partial
        .map(|(level, there)| Id {
            level,
            n: there / WIDTH,
        })
        .collect()
}

/// A tile and its hashes.
pub type Changed = (Id, Vec<Hash>);

/// Adds leaves to a tree of which the tiles of [`edge`] are given. Returns what changed, with the size after.
///
/// `None` where a tile of the edge is missing or of another width.
pub fn grow(edge_tiles: &Tiles, size: u64, leaves: &[Hash]) -> Option<(u64, Vec<Changed>)> {
    let mut changed: Vec<Changed> = Vec::new();
    let mut new = leaves.to_vec();
    let mut level = 0;
    while !new.is_empty() {
        let mut at = size >> (HEIGHT * level);
        let mut above = Vec::new();
        let mut rest = new.as_slice();
        while !rest.is_empty() {
            let id = Id {
                level,
                n: at / WIDTH,
            };
            let mut tile = match at % WIDTH {
                0 => Vec::new(),
                there => {
                    let known = edge_tiles.get(id)?;
                    (known.len() as u64 == there).then(|| known.to_vec())?
                }
            };
            let room = (WIDTH - at % WIDTH).min(rest.len() as u64) as usize;
            let (fit, later) = rest.split_at(room);
            tile.extend_from_slice(fit);
            (at, rest) = (at + room as u64, later);
            if tile.len() as u64 == WIDTH {
                above.push(full(&tile));
            }
            changed.push((id, tile));
        }
        (new, level) = (above, level + 1);
    }
    Some((size + leaves.len() as u64, changed))
}

/// The hash above a full tile.
fn full(tile: &[Hash]) -> Hash {
    let mut hashes = tile.to_vec();
    while hashes.len() > 1 {
        hashes = hashes.chunks(2).map(|p| node(&p[0], &p[1])).collect();
    }
    hashes[0]
}

/// A number of a tile in a path: `x001/x234/067` for 1234067.
pub fn path_of(n: u64) -> String {
    let (mut path, mut rest) = (format!("{:03}", n % 1000), n / 1000);
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    path
}

/// Reads the end of a tile's path, `N` or `N.p/W`: its number, and its width where it is partial. Only the one form
/// that C2SP tlog-tiles has for it.
pub fn parse_path(path: &str) -> Option<(u64, Option<u64>)> {
    let (number, partial) = match path.split_once(".p/") {
        Some((number, width)) => {
            let parsed: u64 = width.parse().ok()?;
            let stated = (1..WIDTH).contains(&parsed) && parsed.to_string() == width;
            (number, Some(stated.then_some(parsed)?))
        }
        None => (path, None),
    };
    let mut n: u64 = 0;
    for part in number.split('/') {
        let digits = part.strip_prefix('x').unwrap_or(part);
        n = n.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    (path_of(n) == number).then_some((n, partial))
}

/// Entries as a tile holds them: each with its length before it, two bytes, big-endian.
///
/// `None` where one is longer than 65,535 bytes.
pub fn bundle(entries: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut bundle = Vec::new();
    for entry in entries {
        bundle.extend(u16::try_from(entry.len()).ok()?.to_be_bytes());
        bundle.extend(entry);
    }
    Some(bundle)
}

/// Hashes of the leaves of a bundle of entries, for whoever compares it with the tile of level 0.
pub fn leaves_of(mut bundle: &[u8]) -> Option<Vec<Hash>> {
    let mut leaves = Vec::new();
    while let Some((length, rest)) = bundle.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        leaves.push(leaf(rest.get(..length)?));
        bundle = &rest[length..];
    }
    bundle.is_empty().then_some(leaves)
}

#[cfg(test)]
mod tests {
    use super::super::Tree;
    use super::*;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|n| leaf(&n.to_be_bytes())).collect()
    }

    /// Grows a tree by so many leaves at a time and holds every root against the definition.
    fn grown(steps: &[u64]) -> (Tiles, u64) {
        let all = leaves(steps.iter().sum());
        let (mut tiles, mut size, mut tree) = (Tiles::default(), 0, Tree::default());
        for step in steps {
            let new = &all[size as usize..(size + step) as usize];
            let mut known = Tiles::default();
            for id in edge(size) {
                known.insert(id, tiles.get(id).unwrap().to_vec());
            }
            let (after, changed) = grow(&known, size, new).unwrap();
            for (id, hashes) in changed {
                assert_eq!(hashes.len() as u64, width(id, after), "{id:?} of {after}");
                tiles.insert(id, hashes);
            }
            new.iter().for_each(|hash| tree.push_hash(*hash));
            size = after;
            assert_eq!(tiles.range(Range::first(size)), Some(tree.root()), "{size}");
        }
        (tiles, size)
    }

    #[test]
    fn roots_from_tiles_are_those_of_the_tree() {
        grown(&[1; 70]);
        grown(&[255, 1, 1, 254, 1, 3]);
        let (tiles, size) = grown(&[65_000, 535, 1, 1, 300]);
        let one = Id { level: 2, n: 0 };
        assert_eq!(tiles.get(one).unwrap().len(), 1);
        assert_eq!(width(one, size), 1);
        assert_eq!(width(Id { level: 0, n: 999 }, size), 0);
    }

    #[test]
    fn an_edge_of_another_width_is_refused() {
        let mut tiles = Tiles::default();
        assert!(grow(&tiles, 3, &leaves(1)).is_none());
        tiles.insert(Id { level: 0, n: 0 }, leaves(2));
        assert!(grow(&tiles, 3, &leaves(1)).is_none());
    }

    #[test]
    fn paths_have_one_form() {
        for (n, path) in [
            (0, "000"),
            (5, "005"),
            (1_234_067, "x001/x234/067"),
            (1_000, "x001/000"),
        ] {
            assert_eq!(path_of(n), path);
            assert_eq!(parse_path(path), Some((n, None)));
        }
        assert_eq!(parse_path("x001/234.p/9"), Some((1_234, Some(9))));
        let wrong = [
            "5",
            "0005",
            "x000/005",
            "001/005",
            "x001",
            "005.p/0",
            "005.p/256",
            "005.p/07",
            "005.p/",
            "",
            "x001//005",
            "+05",
            "x999/x999/x999/x999/x999/x999/x999/999",
        ];
        for path in wrong {
            assert_eq!(parse_path(path), None, "{path}");
        }
    }

    #[test]
    fn a_bundle_says_where_its_entries_end() {
        let entries = [b"one".to_vec(), Vec::new(), vec![7; 300]];
        let written = bundle(&entries).unwrap();
        let hashes: Vec<Hash> = entries.iter().map(|e| leaf(e)).collect();
        assert_eq!(leaves_of(&written), Some(hashes));
        assert_eq!(leaves_of(&written[..written.len() - 1]), None);
        assert_eq!(bundle(&[vec![0; 65_536]]), None);
    }
}
