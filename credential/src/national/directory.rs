//! The directory of a body: which shards there are and where their lists stand (FORMAT.md §18.2).

use super::bits;
use super::error::BadNational;
use super::list::{List, Stated, encode};
use crate::cbor::Decoder;
use crate::cbor::gate::{self, Mode};
use crate::cbor::write::Writer;
use crate::claims::{ISS_MAX, URI_MAX};
use crate::status_list::SHARD;
use alloc::string::String;
use alloc::vec::Vec;

/// States of a credential.
pub(super) const STATES: usize = 4;

/// `iss` and name of a status list, with one space between them.
///
/// Both are ASCII from U+0021 on, so the order of the bytes is that by `iss` and then by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    joined: String,
    iss: usize,
}

impl Name {
    /// `None` where one of them is not allowed (FORMAT.md §6.1).
    pub(super) fn new(iss: &str, uri: &str) -> Option<Self> {
        let allowed = |text: &str, max| {
            (1..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
        };
        if !allowed(iss, ISS_MAX) || !allowed(uri, URI_MAX) {
            return None;
        }
        Some(Self {
            joined: alloc::format!("{iss} {uri}"),
            iss: iss.len(),
        })
    }

    pub(super) fn iss(&self) -> &str {
        &self.joined[..self.iss]
    }

    pub(super) fn uri(&self) -> &str {
        &self.joined[self.iss + 1..]
    }

    /// How the pair compares with this name.
    pub(super) fn order_to(&self, iss: &str, uri: &str) -> core::cmp::Ordering {
        (self.iss(), self.uri()).cmp(&(iss, uri))
    }
}

/// A shard, as the directory has it.
#[derive(Debug, Clone)]
pub(super) struct Shard {
    pub(super) name: Name,
    /// Indexes from 0 that it speaks for.
    pub(super) indexes: u32,
    /// The state of whatever is in no list.
    pub(super) ground: u8,
    /// The lists by state.
    pub(super) lists: Lists,
}

/// Lists by state, of one shard or of a delta.
pub(super) type Lists = [Option<List>; STATES];

/// Bytes that two names share at their beginning.
fn shared(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

/// The item of CBOR with which a body begins.
fn item(body: &[u8], length: usize) -> Result<Decoder<'_>, BadNational> {
    let bytes = body.get(..length).ok_or(BadNational::Directory)?;
    gate::check(bytes, Mode::Deterministic).map_err(|_| BadNational::Directory)?;
    Ok(Decoder::new(bytes))
}

/// Reads a bundle's directory, `length` bytes at the beginning of its body, and places its lists behind it, one after
/// the other up to the body's end.
pub(super) fn read(body: &[u8], length: usize) -> Result<Vec<Shard>, BadNational> {
    let bad = BadNational::Directory;
    let mut d = item(body, length)?;
    let count = d.array().map_err(|_| bad)?.ok_or(bad)?;
    let mut shards: Vec<Shard> = Vec::new();
    let mut at = length;
    for _ in 0..count {
        let before = shards.last().map(|shard| &shard.name);
        let shard = shard(&mut d, before, &mut at).map_err(|_| bad)?;
        shards.push(shard);
    }
    match at == body.len() {
        true => Ok(shards),
        false => Err(BadNational::Length),
    }
}

/// Reads a delta's directory: the lists that come, grow or go (0 indexes), and what changes among all `indexes`.
pub(super) fn read_delta(
    body: &[u8],
    length: usize,
    indexes: u64,
) -> Result<(Vec<(Name, u32)>, Lists), BadNational> {
    let mut d = item(body, length)?;
    let mut at = length;
    let read = delta(&mut d, indexes, &mut at).map_err(|_| BadNational::Directory)?;
    match at == body.len() {
        true => Ok(read),
        false => Err(BadNational::Length),
    }
}

type Cbor<T> = Result<T, minicbor::decode::Error>;

fn wrong() -> minicbor::decode::Error {
    minicbor::decode::Error::message("not a directory")
}

fn delta(d: &mut Decoder<'_>, indexes: u64, at: &mut usize) -> Cbor<(Vec<(Name, u32)>, Lists)> {
    if d.array()? != Some(2) {
        return Err(wrong());
    }
    let mut extents: Vec<(Name, u32)> = Vec::new();
    for _ in 0..d.array()?.ok_or_else(wrong)? {
        if d.array()? != Some(3) {
            return Err(wrong());
        }
        let name = name(d, extents.last().map(|(name, _)| name))?;
        let indexes = d.u32()?;
        if indexes > SHARD {
            return Err(wrong());
        }
        extents.push((name, indexes));
    }
    Ok((extents, lists(d, indexes, at)?))
}

fn shard(d: &mut Decoder<'_>, before: Option<&Name>, at: &mut usize) -> Cbor<Shard> {
    if d.array()? != Some(5) {
        return Err(wrong());
    }
    let name = name(d, before)?;
    let (indexes, ground) = (d.u32()?, d.u8()?);
    if !(1..=SHARD).contains(&indexes) || usize::from(ground) >= STATES {
        return Err(wrong());
    }
    let shard = Shard {
        name,
        indexes,
        ground,
        lists: lists(d, u64::from(indexes), at)?,
    };
    match shard.ground_is_the_most_frequent() {
        true => Ok(shard),
        false => Err(wrong()),
    }
}

/// Reads what is said of lists over `indexes` and places them from `at` on.
fn lists(d: &mut Decoder<'_>, indexes: u64, at: &mut usize) -> Cbor<Lists> {
    let mut lists = [None; STATES];
    for _ in 0..d.map()?.ok_or_else(wrong)? {
        let state = usize::from(d.u8()?);
        if d.array()? != Some(3) {
            return Err(wrong());
        }
        let stated = Stated {
            count: d.u32()?,
            bits: d.u32()?,
            width: d.u8()?,
        };
        let list = List::new(indexes, stated, *at).ok_or_else(wrong)?;
        *at = at.checked_add(list.bytes()).ok_or_else(wrong)?;
        // The gate has seen that no state comes twice.
        *lists.get_mut(state).ok_or_else(wrong)? = Some(list);
    }
    Ok(lists)
}

/// A name without what it shares with the one before.
fn name(d: &mut Decoder<'_>, before: Option<&Name>) -> Cbor<Name> {
    let before = before.map_or("", |name| &name.joined);
    let kept = usize::try_from(d.u64()?).map_err(|_| wrong())?;
    let rest = d.str()?;
    if rest.len() > ISS_MAX + 1 + URI_MAX {
        return Err(wrong());
    }
    let joined = alloc::format!("{}{rest}", before.get(..kept).ok_or_else(wrong)?);
    let (iss, uri) = joined.split_once(' ').ok_or_else(wrong)?;
    let name = Name::new(iss, uri).ok_or_else(wrong)?;
    if shared(before, &name.joined) != kept || name.joined.as_str() <= before {
        return Err(wrong());
    }
    Ok(name)
}

impl Shard {
    /// How many indexes are in each state. Only where the lists are known not to overlap.
    pub(super) fn totals(&self) -> [u64; STATES] {
        let mut totals = counts(&self.lists);
        let listed = totals.iter().sum();
        totals[usize::from(self.ground)] = u64::from(self.indexes).saturating_sub(listed);
        totals
    }

    fn ground_is_the_most_frequent(&self) -> bool {
        self.lists[usize::from(self.ground)].is_none()
            && counts(&self.lists).iter().sum::<u64>() <= u64::from(self.indexes)
            && self.ground == most_frequent(&self.totals())
    }

    /// The state at an index within the shard.
    #[inline]
    pub(super) fn state(&self, body: &[u8], index: u32) -> u8 {
        let mut lists = (0..).zip(&self.lists);
        let found = lists.find(|(_, list)| list.is_some_and(|list| list.contains(body, index)));
        found.map_or(self.ground, |(state, _)| state)
    }
}

/// How long the lists are.
pub(super) fn counts(lists: &Lists) -> [u64; STATES] {
    lists.map(|list| list.map_or(0, |list| u64::from(list.count())))
}

/// All listed indexes with their states, ascending by index.
pub(super) fn merged<'a>(
    lists: &Lists,
    body: &'a [u8],
) -> impl Iterator<Item = (u64, u8)> + use<'a> {
    let mut lists = lists.map(|list| list.map(|list| list.iter(body).peekable()));
    core::iter::from_fn(move || {
        let heads = (0..).zip(lists.iter_mut());
        let least = heads.filter_map(|(state, list)| Some((*list.as_mut()?.peek()?, state)));
        let (index, state) = least.min()?;
        lists[usize::from(state)].as_mut()?.next();
        Some((index, state))
    })
}

/// Whether every list is canonical and no index is in two.
pub(super) fn are_canonical(lists: &Lists, body: &[u8]) -> bool {
    if !lists.iter().flatten().all(|list| list.is_canonical(body)) {
        return false;
    }
    if lists.iter().flatten().count() < 2 {
        return true;
    }
    let mut before = None;
    merged(lists, body).all(|(index, _)| before.replace(index).is_none_or(|before| before < index))
}

/// The state with the largest number, the lower one of two.
pub(super) fn most_frequent(totals: &[u64; STATES]) -> u8 {
    let mut best = 0;
    for state in 1..STATES {
        if totals[state] > totals[best] {
            best = state;
        }
    }
    best as u8
}

/// Writes the entries of a directory, which begin with names.
#[derive(Default)]
pub(super) struct Entries {
    written: Writer,
    count: usize,
    before: String,
}

impl Entries {
    /// Whether the name comes after the one before.
    pub(super) fn takes(&self, name: &Name) -> bool {
        self.count == 0 || name.joined > self.before
    }

    /// Begins an entry of so many items with its name, which is the first two.
    pub(super) fn begin(&mut self, items: usize, name: Name) -> &mut Writer {
        let kept = shared(&self.before, &name.joined);
        let w = self.written.array(items);
        w.u64(kept as u64).str(&name.joined[kept..]);
        self.before = name.joined;
        self.count += 1;
        w
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The array of the entries.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(self.count).raw(&self.written.into_bytes());
        w.into_bytes()
    }
}

/// Codes lists by state behind what is in `data`, and writes what the directory says of them.
pub(super) fn write_lists<I: ExactSizeIterator<Item = u64>>(
    w: &mut Writer,
    indexes: u64,
    by_state: impl Iterator<Item = (u8, I)>,
    bits: &mut bits::Writer,
    data: &mut Vec<u8>,
) {
    let by_state = by_state.filter(|(_, listed)| listed.len() > 0);
    let coded = by_state.map(|(state, listed)| (state, encode(indexes, listed, bits, data)));
    let coded: Vec<_> = coded.collect();
    w.map(coded.len());
    for (state, stated) in coded {
        w.u64(u64::from(state)).array(3);
        w.u64(u64::from(stated.count)).u64(u64::from(stated.bits));
        w.u64(u64::from(stated.width));
    }
}
