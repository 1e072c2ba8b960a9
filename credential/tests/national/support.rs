//! A small nation: lists with statuses, published in either form.

use crate::common::*;
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::national::issue::{self, Draft};
use credential::national::{Body, Builder, Delta, National};
use credential::status_list::{self, Status, issue::ListBuilder};
use credential::status_source::StatusLists;
use credential::trust_list::{Issuer, TrustList};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Lists by issuer and name: how many indexes, and what is not valid.
pub type Nation = BTreeMap<(String, String), List>;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct List {
    pub indexes: u32,
    pub states: BTreeMap<u32, Status>,
}

impl List {
    pub fn get(&self, index: u32) -> Option<Status> {
        let status = self.states.get(&index).copied();
        (index < self.indexes).then_some(status.unwrap_or(Status::Valid))
    }
}

pub fn status(number: u8) -> Status {
    Status::from_number(number)
}

/// Indexes of a list: few, many, a whole shard; always a multiple of 4, as a status list needs it.
fn indexes() -> impl Strategy<Value = u32> {
    prop_oneof![
        5 => (1u32..40).prop_map(|n| 4 * n),
        4 => (1u32..5000).prop_map(|n| 4 * n),
        1 => Just(1 << 20),
    ]
}

/// A list in which each state has its own share, evenly spread or in clusters.
pub fn list() -> impl Strategy<Value = List> {
    let share = prop_oneof![Just(0u32), 1u32..30, 100u32..900];
    (
        indexes(),
        [share.clone(), share.clone(), share],
        any::<u64>(),
        1u32..200,
    )
        .prop_map(|(indexes, shares, mut seed, run)| {
            let mut states = BTreeMap::new();
            let mut index = 0;
            // A whole shard has at most some thousand entries here, or the test takes minutes.
            let step = (indexes / 20_000).max(1);
            while index < indexes {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let chance = (seed >> 33) as u32 % 1000;
                let mut bound = 0;
                let state = (1u8..).zip(shares).find(|(_, share)| {
                    bound += share / 2;
                    chance < bound
                });
                let clustered = (index / run).is_multiple_of(2);
                if let Some((state, _)) = state.filter(|_| clustered) {
                    states.insert(index, status(state));
                }
                index += 1 + (seed >> 50) as u32 % step;
            }
            List { indexes, states }
        })
}

pub fn name(n: usize) -> (String, String) {
    let office = [3273, 3171, 9471, 32][n / 3 % 4];
    (format!("ID.{office}"), format!("ikd:{office}/{}", n % 3))
}

pub fn nation() -> impl Strategy<Value = Nation> {
    prop::collection::btree_map((0usize..12).prop_map(name), list(), 0..5)
}

pub fn body(nation: &Nation) -> Body {
    let mut builder = Builder::new();
    for ((iss, uri), list) in nation {
        let states = list.states.iter().map(|(index, status)| (*index, *status));
        builder.shard(iss, uri, list.indexes, states).unwrap();
    }
    builder.finish()
}

pub fn draft(version: u64) -> Draft {
    Draft {
        version,
        issued: NOW - DAY + version as i64,
        expires: NOW + 6 * DAY,
        trust_version: 1,
    }
}

pub fn publisher() -> KeyId {
    KeyId::of(&public(&key(2)))
}

pub fn head(body: &Body, draft: &Draft) -> Vec<u8> {
    sign(issue::unsigned(publisher(), draft, body), &key(2))
}

/// The file of a version.
pub fn publish(nation: &Nation, version: u64) -> Vec<u8> {
    let body = body(nation);
    issue::file(&head(&body, &draft(version)), body.bytes())
}

pub fn open(file: &[u8]) -> National<Vec<u8>> {
    National::open(file.to_vec(), &trust()).unwrap()
}

pub fn trust() -> TrustList {
    Office::default().trust()
}

/// The signed head within a file.
pub fn head_of(file: &[u8]) -> &[u8] {
    let length = u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize;
    &file[8..8 + length]
}

/// The delta between two files.
pub fn difference(parent: &[u8], next: &[u8]) -> Vec<u8> {
    let delta = issue::delta(&open(parent), &open(next)).unwrap();
    let unsigned = issue::unsigned_delta(publisher(), &delta, head_of(next));
    issue::file(&sign(unsigned, &key(2)), delta.bytes())
}

pub fn open_delta(file: &[u8]) -> Delta<Vec<u8>> {
    Delta::open(file.to_vec(), &trust()).unwrap()
}

/// The same lists as Token Status Lists, each issuer with a key of its own.
pub fn status_lists(nation: &Nation) -> StatusLists {
    let mut offices = BTreeMap::new();
    for (iss, _) in nation.keys() {
        let seed = 50 + offices.len() as u8;
        offices.entry(iss).or_insert_with(|| key(seed));
    }
    let issuers = offices.iter().map(|(iss, key)| Issuer {
        iss: (*iss).clone(),
        ..issuer(key)
    });
    let office = Office {
        issuers: issuers.collect(),
        ..Office::default()
    };
    let mut lists = StatusLists::default();
    for ((iss, uri), list) in nation {
        let mut builder = ListBuilder::new(2, list.indexes).unwrap();
        for (index, status) in &list.states {
            assert!(builder.set(*index, *status));
        }
        let payload = builder.payload(uri, NOW - DAY, NOW + 6 * DAY, 3600);
        let key = &offices[iss];
        let kid = KeyId::of(&public(key));
        let unsigned = Unsigned::new(kid, Some(status_list::TYP), payload);
        lists.add(&sign(unsigned, key), &office.trust()).unwrap();
    }
    lists
}
