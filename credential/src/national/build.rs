//! Building bodies, one shard after the other: memory for one shard and the coded bytes.

use super::bits::Writer;
use super::directory::{Entries, Name, STATES, most_frequent, write_lists};
use super::error::BadShard;
use super::head::{Coverage, Named};
use crate::status_list::{SHARD, Status};
use alloc::vec::Vec;

/// A body and what its head says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub(super) bytes: Vec<u8>,
    pub(super) named: Named,
    pub(super) coverage: Coverage,
}

impl Body {
    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it speaks for.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }
}

/// Builds the body of a national bundle.
#[derive(Default)]
pub struct Builder {
    entries: Entries,
    data: Vec<u8>,
    bits: Writer,
    by_state: [Vec<u32>; STATES],
    states: [u64; STATES],
}

impl Builder {
    /// A body without shards.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the status list `uri` of the issuer `iss` with `indexes` entries. `non_valid` gives those that are revoked,
    /// suspended or superseded, ascending by index. Shards come ascending by `iss`, then by `uri`, as bytes.
    ///
    /// After an error the builder is of no further use.
    pub fn shard(
        &mut self,
        iss: &str,
        uri: &str,
        indexes: u32,
        non_valid: impl IntoIterator<Item = (u32, Status)>,
    ) -> Result<(), BadShard> {
        let name = Name::new(iss, uri).ok_or(BadShard::Name)?;
        if !self.entries.takes(&name) {
            return Err(BadShard::Order);
        }
        if !(1..=SHARD).contains(&indexes) {
            return Err(BadShard::Indexes);
        }
        self.by_state.iter_mut().for_each(Vec::clear);
        let mut next = 0;
        for (index, status) in non_valid {
            let state = usize::from(status.number());
            if !(next..indexes).contains(&index) || !(1..STATES).contains(&state) {
                return Err(BadShard::Status(index));
            }
            self.by_state[state].push(index);
            next = index + 1;
        }
        let mut totals = [0; STATES];
        for (total, listed) in totals.iter_mut().zip(&self.by_state).skip(1) {
            *total = listed.len() as u64;
        }
        totals[0] = u64::from(indexes) - totals.iter().sum::<u64>();
        let ground = most_frequent(&totals);
        if ground != 0 {
            self.list_the_valid(indexes);
        }
        for (sum, total) in self.states.iter_mut().zip(totals) {
            *sum += total;
        }
        let w = self.entries.begin(5, name);
        w.u64(u64::from(indexes)).u64(u64::from(ground));
        let lists = (0..)
            .zip(&self.by_state)
            .filter(|(state, _)| *state != ground);
        let lists = lists.map(|(state, listed)| (state, listed.iter().map(|i| u64::from(*i))));
        let (bits, data) = (&mut self.bits, &mut self.data);
        write_lists(w, u64::from(indexes), lists, bits, data);
        Ok(())
    }

    /// Where most of a shard is not valid, the valid are the ones that are listed.
    fn list_the_valid(&mut self, indexes: u32) {
        let [valid, rest @ ..] = &mut self.by_state;
        let mut heads = [0; STATES - 1];
        for index in 0..indexes {
            let mut others = heads.iter_mut().zip(rest.iter());
            let other = others.find(|(head, listed)| listed.get(**head) == Some(&index));
            match other {
                Some((head, _)) => *head += 1,
                None => valid.push(index),
            }
        }
    }

    /// The body.
    pub fn finish(self) -> Body {
        let coverage = Coverage {
            shards: self.entries.count() as u64,
            states: self.states,
        };
        let mut bytes = self.entries.into_bytes();
        let directory = bytes.len();
        bytes.extend_from_slice(&self.data);
        Body {
            named: Named::of(&bytes, directory),
            bytes,
            coverage,
        }
    }
}
