//! The directory of a body: which shards there are and where their lists stand (FORMAT.md §18.2).

use super::error::BadNational;
use super::list::{List, Stated};
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
    /// The state of whatever is in no list; none in a delta.
    pub(super) ground: Option<u8>,
    /// The lists by state.
    pub(super) lists: [Option<List>; STATES],
}

/// Whether the shards say states, or changes of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Bundle,
    Delta,
}

impl Of {
    /// The fewest indexes of a shard: a delta takes a shard away by saying 0.
    fn least(self) -> u32 {
        match self {
            Self::Bundle => 1,
            Self::Delta => 0,
        }
    }

    fn items(self) -> u64 {
        match self {
            Self::Bundle => 5,
            Self::Delta => 4,
        }
    }
}

/// Bytes that two names share at their beginning.
fn shared(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

/// Reads a directory of `length` bytes at the beginning of a body and places its lists behind it, one after the other
/// up to the body's end.
pub(super) fn read(body: &[u8], length: usize, of: Of) -> Result<Vec<Shard>, BadNational> {
    let bad = BadNational::Directory;
    let bytes = body.get(..length).ok_or(bad)?;
    gate::check(bytes, Mode::Deterministic).map_err(|_| bad)?;
    let mut d = Decoder::new(bytes);
    let count = d.array().map_err(|_| bad)?.ok_or(bad)?;
    let mut shards: Vec<Shard> = Vec::new();
    let mut at = length;
    for _ in 0..count {
        let before = shards.last().map(|shard| &shard.name);
        let shard = shard(&mut d, before, &mut at, of).map_err(|_| bad)?;
        shards.push(shard);
    }
    if at != body.len() {
        return Err(BadNational::Length);
    }
    Ok(shards)
}

type Cbor<T> = Result<T, minicbor::decode::Error>;

fn wrong() -> minicbor::decode::Error {
    minicbor::decode::Error::message("not a shard")
}

fn shard(d: &mut Decoder<'_>, before: Option<&Name>, at: &mut usize, of: Of) -> Cbor<Shard> {
    if d.array()? != Some(of.items()) {
        return Err(wrong());
    }
    let name = name(d, before)?;
    let indexes = d.u32()?;
    if !(of.least()..=SHARD).contains(&indexes) {
        return Err(wrong());
    }
    let ground = match of {
        Of::Bundle => Some(d.u8()?).filter(|ground| usize::from(*ground) < STATES),
        Of::Delta => None,
    };
    if ground.is_none() && of == Of::Bundle {
        return Err(wrong());
    }
    let mut lists = [None; STATES];
    for _ in 0..d.map()?.ok_or_else(wrong)? {
        let state = d.u8()?;
        if ground == Some(state) || d.array()? != Some(3) {
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
        *lists.get_mut(usize::from(state)).ok_or_else(wrong)? = Some(list);
    }
    let shard = Shard {
        name,
        indexes,
        ground,
        lists,
    };
    match of == Of::Delta || shard.ground_is_the_most_frequent() {
        true => Ok(shard),
        false => Err(wrong()),
    }
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
        let mut totals = self
            .lists
            .map(|list| list.map_or(0, |list| u64::from(list.count())));
        if let Some(ground) = self.ground {
            let listed = totals.iter().sum::<u64>();
            totals[usize::from(ground)] = u64::from(self.indexes).saturating_sub(listed);
        }
        totals
    }

    fn ground_is_the_most_frequent(&self) -> bool {
        let listed: u64 = self
            .lists
            .iter()
            .flatten()
            .map(|l| u64::from(l.count()))
            .sum();
        listed <= u64::from(self.indexes) && self.ground == Some(most_frequent(&self.totals()))
    }

    /// What is listed at an index.
    #[inline]
    pub(super) fn listed(&self, body: &[u8], index: u32) -> Option<u8> {
        let mut lists = (0..).zip(&self.lists);
        let found = lists.find(|(_, list)| list.is_some_and(|list| list.contains(body, index)));
        found.map(|(state, _)| state)
    }

    /// All listed indexes with their states, ascending by index.
    pub(super) fn iter<'a>(&'a self, body: &'a [u8]) -> impl Iterator<Item = (u32, u8)> + 'a {
        let mut lists = self
            .lists
            .map(|list| list.map(|list| list.iter(body).peekable()));
        core::iter::from_fn(move || {
            let heads = (0..).zip(lists.iter_mut());
            let least = heads.filter_map(|(state, list)| Some((*list.as_mut()?.peek()?, state)));
            let (index, state) = least.min()?;
            lists[usize::from(state)].as_mut()?.next();
            Some((index, state))
        })
    }

    /// Whether every list is canonical and no index is in two.
    pub(super) fn is_canonical(&self, body: &[u8]) -> bool {
        let mut lists = self.lists.iter().flatten();
        if !lists.all(|list| list.is_canonical(body)) {
            return false;
        }
        if self.lists.iter().flatten().count() < 2 {
            return true;
        }
        let mut before = None;
        self.iter(body)
            .all(|(index, _)| before.replace(index).is_none_or(|before| before < index))
    }
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

/// Writes a directory, shard by shard.
#[derive(Default)]
pub(super) struct Entries {
    written: Writer,
    count: usize,
    before: String,
}

impl Entries {
    /// False where the name does not come after the one before.
    #[must_use]
    pub(super) fn follows(&self, name: &Name) -> bool {
        self.count == 0 || name.joined > self.before
    }

    pub(super) fn push(
        &mut self,
        name: Name,
        indexes: u32,
        ground: Option<u8>,
        lists: &[(u8, Stated)],
    ) {
        let kept = shared(&self.before, &name.joined);
        let w = &mut self.written;
        w.array(4 + usize::from(ground.is_some()));
        w.u64(kept as u64).str(&name.joined[kept..]);
        w.u64(u64::from(indexes));
        if let Some(ground) = ground {
            w.u64(u64::from(ground));
        }
        w.map(lists.len());
        for (state, stated) in lists {
            w.u64(u64::from(*state)).array(3);
            w.u64(u64::from(stated.count)).u64(u64::from(stated.bits));
            w.u64(u64::from(stated.width));
        }
        self.before = name.joined;
        self.count += 1;
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(self.count).raw(&self.written.into_bytes());
        w.into_bytes()
    }
}
