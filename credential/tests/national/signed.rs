//! Files of which only the content is wrong: what a publisher could sign by mistake, or in bad faith.

use crate::common::*;
use crate::support::*;
use credential::cbor::write::Writer;
use credential::cose::issue::Unsigned;
use credential::national::{DELTA_TYP, TYP, issue};
use sha2::{Digest, Sha256};

pub const EXP: i64 = 4;
pub const IAT: i64 = 6;
pub const FORMAT: i64 = -65_545;
pub const VERSION: i64 = -65_546;
pub const TRUST_VERSION: i64 = -65_547;
pub const BODY: i64 = -65_548;
pub const COVERAGE: i64 = -65_549;
pub const PARENT: i64 = -65_550;
pub const NEXT_HEAD: i64 = -65_551;

/// Claims by key, each as CBOR, in the order in which they are written.
#[derive(Clone)]
pub struct Claims(Vec<(i64, Vec<u8>)>);

/// One item of CBOR.
pub fn item(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut w = Writer::new();
    write(&mut w);
    w.into_bytes()
}

pub fn number(n: u64) -> Vec<u8> {
    item(|w| {
        w.u64(n);
    })
}

/// Length, length of the directory, hash.
pub fn named(body: &[u8], directory: usize) -> Vec<u8> {
    item(|w| {
        w.array(3).u64(body.len() as u64).u64(directory as u64);
        w.bytes(&Sha256::digest(body));
    })
}

/// Shards, and indexes by state.
pub fn coverage(numbers: [u64; 5]) -> Vec<u8> {
    item(|w| {
        w.array(5);
        for n in numbers {
            w.u64(n);
        }
    })
}

impl Claims {
    /// Of a bundle with that body.
    pub fn bundle(version: u64, body: &[u8], directory: usize, numbers: [u64; 5]) -> Self {
        Self(vec![
            (EXP, number(NOW as u64 + 6)),
            (IAT, number(NOW as u64)),
            (FORMAT, number(1)),
            (VERSION, number(version)),
            (TRUST_VERSION, number(1)),
            (BODY, named(body, directory)),
            (COVERAGE, coverage(numbers)),
        ])
    }

    /// Of a delta to the bundle with that head.
    pub fn delta(parent: (u64, &[u8]), body: &[u8], directory: usize, next: &[u8]) -> Self {
        let parent = item(|w| {
            w.array(2).u64(parent.0).bytes(parent.1);
        });
        let next = item(|w| {
            w.bytes(next);
        });
        Self(vec![
            (FORMAT, number(1)),
            (BODY, named(body, directory)),
            (PARENT, parent),
            (NEXT_HEAD, next),
        ])
    }

    /// With another value of a claim.
    pub fn with(&self, key: i64, value: Vec<u8>) -> Self {
        let mut claims = self.clone();
        let place = claims.0.iter().position(|(k, _)| *k == key).unwrap();
        claims.0[place].1 = value;
        claims
    }

    /// Without a claim.
    pub fn without(&self, key: i64) -> Self {
        Self(self.0.iter().filter(|(k, _)| *k != key).cloned().collect())
    }

    fn payload(&self) -> Vec<u8> {
        item(|w| {
            w.map(self.0.len());
            for (key, value) in &self.0 {
                w.i64(*key).raw(value);
            }
        })
    }

    /// The head of a bundle.
    pub fn head(&self) -> Vec<u8> {
        signed(TYP, self.payload())
    }

    /// The file of a bundle.
    pub fn bundle_file(&self, body: &[u8]) -> Vec<u8> {
        issue::file(&self.head(), body)
    }

    /// The file of a delta.
    pub fn delta_file(&self, body: &[u8]) -> Vec<u8> {
        issue::file(&signed(DELTA_TYP, self.payload()), body)
    }
}

/// Any payload, with the publisher's signature.
pub fn signed(typ: &str, payload: Vec<u8>) -> Vec<u8> {
    sign(Unsigned::new(publisher(), Some(typ), payload), &key(2))
}

/// A body: what its directory says, then the coded lists.
pub fn laid_out(directory: &[u8], lists: &[u8]) -> (Vec<u8>, usize) {
    ([directory, lists].concat(), directory.len())
}

/// What a directory says of one list: how many are in it, in how many bits, with how wide a table.
pub fn stated(w: &mut Writer, state: u64, [count, bits, width]: [u64; 3]) {
    w.u64(state).array(3).u64(count).u64(bits).u64(width);
}
