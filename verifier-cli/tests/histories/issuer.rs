//! The publishing side of a history: sites (one database each) that revoke, sign, publish, are rolled back to a backup or
//! forked from one, and a publisher that puts together what it likes. Everything ever published stays in the archive.
#![allow(dead_code)] // Two tests share it, and the engine has no national bundles.

use super::chance::Chance;
use super::office::{DAY, NOW, claims, issuer, key, ktp, public, sign};
use credential::bundle;
use credential::claims::StatusRef;
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::national::{Builder, National, issue as nation};
use credential::publication::{self, File, Head};
use credential::status_list::{Status, TYP, issue::ListBuilder};
use credential::token;
use credential::trust_list::{Issuer, TrustList, issue::Draft};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// Lists: the office (0 or 1) and the name.
pub const LISTS: [(usize, &str); 3] = [(0, "ikd:3273/0"), (0, "ikd:3273/1"), (1, "ikd:3171/0")];
/// The `iss` of each office.
pub const ISS: [&str; 2] = ["ID.3273", "ID.3171"];
/// Indexes of the documents of each list.
pub const INDEXES: [u32; 4] = [0, 7, 300, 1023];
const ENTRIES: u32 = 1024;
/// The last document of each list expires.
pub const EXPIRES: i64 = NOW + 4 * DAY;

/// Statuses of the documents of each list.
pub type Statuses = [[Status; INDEXES.len()]; LISTS.len()];

fn office_key(office: usize) -> u8 {
    [3, 4][office]
}

fn kid(seed: u8) -> KeyId {
    static IDS: OnceLock<Vec<KeyId>> = OnceLock::new();
    IDS.get_or_init(|| (0..8).map(|seed| KeyId::of(&public(&key(seed)))).collect())
        [usize::from(seed)]
}

/// The text of each document, by list.
pub fn texts() -> &'static Vec<Vec<String>> {
    static TEXTS: OnceLock<Vec<Vec<String>>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let of_list = |(office, uri): &(usize, &'static str)| {
            let document = |(place, index): (usize, &u32)| {
                let mut claims = claims(ktp());
                claims.iss = Some(ISS[*office]);
                claims.exp = (place + 1 == INDEXES.len()).then_some(EXPIRES);
                claims.status = Some(StatusRef { index: *index, uri });
                let seed = office_key(*office);
                let unsigned = Unsigned::new(kid(seed), None, claims.encode().unwrap());
                token::pack(&sign(unsigned, &key(seed)))
            };
            INDEXES.iter().enumerate().map(document).collect()
        };
        LISTS.iter().map(of_list).collect()
    })
}

/// A signed trust list.
#[derive(Clone)]
pub struct Trust {
    pub bytes: Vec<u8>,
    pub version: u64,
    pub issued: i64,
    pub next_update: i64,
    /// Whether the second office is in it.
    pub both: bool,
}

/// A signed status list.
#[derive(Clone)]
pub struct List {
    pub bytes: Vec<u8>,
    pub list: usize,
    pub issued: i64,
    pub expires: i64,
    pub statuses: [Status; INDEXES.len()],
}

/// A signed bundle.
#[derive(Clone)]
pub struct Bundle {
    pub bytes: Vec<u8>,
    pub trust: Trust,
    pub issued: i64,
    pub expires: i64,
    pub lists: Vec<List>,
    /// Of a published tree: its head and that head's version.
    pub head: Option<(Vec<u8>, u64)>,
}

/// A file of changes, and version and body of what it changes.
type Delta = (Vec<u8>, (u64, Vec<u8>));

/// A national bundle, and how to come to it from one before.
#[derive(Clone)]
pub struct Nation {
    pub bytes: Vec<u8>,
    pub version: u64,
    pub issued: i64,
    pub expires: i64,
    /// Of each list that it covers.
    pub statuses: [Option<[Status; INDEXES.len()]>; LISTS.len()],
    pub delta: Option<Delta>,
}

impl Nation {
    /// Version, and what stands behind the signed head.
    pub fn body(&self) -> (u64, Vec<u8>) {
        let length = u32::from_le_bytes(self.bytes[4..8].try_into().unwrap()) as usize;
        (self.version, self.bytes[8 + length..].to_vec())
    }
}

/// One database of the issuing service.
#[derive(Clone)]
pub struct Site {
    pub statuses: Statuses,
    published: Vec<Option<List>>,
    trust: Trust,
    bundle_issued: i64,
    publication: u64,
    nation: Option<Nation>,
}

/// Everything that was ever published.
#[derive(Default)]
pub struct Archive {
    pub trusts: Vec<Trust>,
    pub lists: Vec<List>,
    pub bundles: Vec<Bundle>,
    pub nations: Vec<Nation>,
}

impl Site {
    /// A new service with nothing revoked.
    pub fn new(chance: &mut Chance, archive: &mut Archive) -> Self {
        let trust = trust(chance, 1, NOW - DAY);
        archive.trusts.push(trust.clone());
        Self {
            statuses: [[Status::Valid; INDEXES.len()]; LISTS.len()],
            published: vec![None; LISTS.len()],
            trust,
            bundle_issued: 0,
            publication: 0,
            nation: None,
        }
    }

    /// An officer acts, as the service's rules let them: revoked and superseded are for good.
    pub fn change(&mut self, chance: &mut Chance) {
        for _ in 0..1 + chance.below(3) {
            let list = chance.below(LISTS.len());
            let status = &mut self.statuses[list][chance.below(INDEXES.len())];
            let wanted = [
                Status::Revoked,
                Status::Suspended,
                Status::Valid,
                Status::Superseded,
            ];
            *status = match (*status, wanted[chance.below(4)]) {
                (done @ (Status::Revoked | Status::Superseded), _) => done,
                (_, next) => next,
            };
        }
    }

    /// Signs lists as the database has them.
    pub fn sign_lists(&mut self, chance: &mut Chance, archive: &mut Archive, now: i64) {
        for list in 0..LISTS.len() {
            if !chance.one_in(3) {
                self.sign_list(list, chance, archive, now);
            }
        }
    }

    fn sign_list(&mut self, list: usize, chance: &mut Chance, archive: &mut Archive, now: i64) {
        let last = self.published[list].as_ref().map_or(0, |last| last.issued);
        // Now and then twice in a second.
        let issued = now.max(last + chance.below(2) as i64);
        let expires = issued + 3600 + chance.below(7 * DAY as usize) as i64;
        let signed = signed_list(list, issued, expires, self.statuses[list]);
        archive.lists.push(signed.clone());
        self.published[list] = Some(signed);
    }

    /// A new trust list; one site cannot know that another has taken its version.
    pub fn publish_trust(&mut self, chance: &mut Chance, archive: &mut Archive, now: i64) {
        let issued = now.max(self.trust.issued + 1);
        self.trust = trust(chance, self.trust.version + 1, issued);
        archive.trusts.push(self.trust.clone());
    }

    /// A bundle of what the site has.
    pub fn publish_bundle(&mut self, chance: &mut Chance, archive: &mut Archive, now: i64) {
        let issued = now.max(self.bundle_issued + 1).max(self.trust.issued);
        self.bundle_issued = issued;
        let lists = self.published.iter().flatten().cloned();
        let counts = |list: &List| self.trust.both || LISTS[list.list].0 == 0;
        let lists: Vec<List> = lists.filter(counts).collect();
        self.publication += 1 + chance.below(2) as u64;
        let version = self.publication;
        let tree = chance.one_in(3).then_some(version);
        let life = DAY + chance.below(6 * DAY as usize) as i64;
        archive.bundles.push(signed_bundle(
            &self.trust,
            issued,
            issued + life,
            lists,
            tree,
        ));
    }

    /// A national bundle of what the site has, and the changes since its last one.
    pub fn publish_nation(&mut self, chance: &mut Chance, archive: &mut Archive, now: i64) {
        let before = self.nation.clone();
        let version =
            before.as_ref().map_or(0, |before| before.version) + 1 + chance.below(2) as u64;
        let issued = now.max(before.as_ref().map_or(0, |before| before.issued + 1));
        let statuses = self.statuses.map(|of| (!chance.one_in(8)).then_some(of));
        let mut next = signed_nation(chance, version, issued, statuses);
        next.delta = before.and_then(|before| delta(&before, &next));
        archive.nations.push(next.clone());
        self.nation = Some(next);
    }
}

impl Archive {
    /// A publisher whose key is stolen, or whose program is wrong: a bundle of now with lists of any age, any of them
    /// missing, by any trust list.
    pub fn rogue_bundle(&mut self, chance: &mut Chance, now: i64) {
        // Mostly the newest, so that it is not refused for that already.
        let trust = match chance.one_in(4) {
            true => &self.trusts[chance.below(self.trusts.len())],
            false => self
                .trusts
                .iter()
                .max_by_key(|trust| trust.version)
                .unwrap(),
        };
        let trust = trust.clone();
        let mut lists: Vec<List> = vec![];
        for (list, (office, _)) in LISTS.iter().enumerate() {
            let known: Vec<&List> = self.lists.iter().filter(|of| of.list == list).collect();
            if known.is_empty() || chance.one_in(4) || !trust.both && *office == 1 {
                continue;
            }
            lists.push(known[chance.below(known.len())].clone());
        }
        let issued = now.max(trust.issued);
        self.bundles
            .push(signed_bundle(&trust, issued, issued + 7 * DAY, lists, None));
    }

    /// The same with a national bundle: a version above all, statuses of any, as of any time.
    pub fn rogue_nation(&mut self, chance: &mut Chance, now: i64) {
        let highest = self.nations.iter().map(|nation| nation.version).max();
        let issued = now - [0, 0, 3 * DAY][chance.below(3)];
        let mut statuses = [None; LISTS.len()];
        for (list, statuses) in statuses.iter_mut().enumerate() {
            let known: Vec<&List> = self.lists.iter().filter(|of| of.list == list).collect();
            if !known.is_empty() && !chance.one_in(4) {
                *statuses = Some(known[chance.below(known.len())].statuses);
            }
        }
        let nation = signed_nation(chance, highest.unwrap_or(0) + 1, issued, statuses);
        self.nations.push(nation);
    }
}

fn trust(chance: &mut Chance, version: u64, issued: i64) -> Trust {
    let both = !chance.one_in(5);
    let offices: &[usize] = if both { &[0, 1] } else { &[0] };
    let issuers = offices.iter().map(|office| Issuer {
        iss: ISS[*office].into(),
        ..issuer(&key(office_key(*office)))
    });
    let next_update = issued + DAY + chance.below(30 * DAY as usize) as i64;
    let draft = Draft {
        version,
        issued,
        next_update,
        root: public(&key(1)),
        publishers: vec![public(&key(2))],
        issuers: issuers.collect(),
    };
    Trust {
        bytes: sign(draft.unsigned(), &key(1)),
        version,
        issued,
        next_update,
        both,
    }
}

fn signed_list(list: usize, issued: i64, expires: i64, statuses: [Status; INDEXES.len()]) -> List {
    let (office, uri) = LISTS[list];
    let mut builder = ListBuilder::new(2, ENTRIES).unwrap();
    for (index, status) in INDEXES.iter().zip(statuses) {
        assert!(builder.set(*index, status));
    }
    let payload = builder.payload(uri, issued, expires, 3600);
    let seed = office_key(office);
    List {
        bytes: sign(Unsigned::new(kid(seed), Some(TYP), payload), &key(seed)),
        list,
        issued,
        expires,
        statuses,
    }
}

fn signed_bundle(
    trust: &Trust,
    issued: i64,
    expires: i64,
    lists: Vec<List>,
    tree: Option<u64>,
) -> Bundle {
    let tokens: Vec<Vec<u8>> = lists.iter().map(|list| list.bytes.clone()).collect();
    let unsigned = bundle::issue::unsigned(kid(2), issued, expires, &trust.bytes, &tokens);
    let bytes = sign(unsigned, &key(2));
    let head = tree.map(|version| {
        let head = Head {
            version,
            issued,
            expires,
            before: None,
            files: vec![File {
                name: publication::BUNDLE.into(),
                sha256: Sha256::digest(&bytes).into(),
                size: bytes.len() as u64,
            }],
        };
        (
            sign(publication::issue::unsigned(kid(2), &head), &key(2)),
            version,
        )
    });
    Bundle {
        bytes,
        trust: trust.clone(),
        issued,
        expires,
        lists,
        head,
    }
}

fn signed_nation(
    chance: &mut Chance,
    version: u64,
    issued: i64,
    statuses: [Option<[Status; INDEXES.len()]>; LISTS.len()],
) -> Nation {
    let mut builder = Builder::new();
    let mut order: Vec<usize> = (0..LISTS.len()).collect();
    order.sort_by_key(|list| (ISS[LISTS[*list].0], LISTS[*list].1));
    for list in order {
        let Some(of) = statuses[list] else { continue };
        let states = INDEXES.into_iter().zip(of);
        let states = states.filter(|(_, status)| *status != Status::Valid);
        let (office, uri) = LISTS[list];
        builder.shard(ISS[office], uri, ENTRIES, states).unwrap();
    }
    let body = builder.finish();
    let draft = nation::Draft {
        version,
        issued,
        expires: issued + DAY + chance.below(3 * DAY as usize) as i64,
        trust_version: 1,
    };
    let head = sign(nation::unsigned(kid(2), &draft, &body), &key(2));
    Nation {
        bytes: nation::file(&head, body.bytes()),
        version,
        issued,
        expires: draft.expires,
        statuses,
        delta: None,
    }
}

fn delta(before: &Nation, next: &Nation) -> Option<Delta> {
    static TRUST: OnceLock<TrustList> = OnceLock::new();
    let trust = TRUST.get_or_init(|| {
        let trust = trust(&mut Chance::new(0), 1, NOW);
        TrustList::verify(&trust.bytes, &public(&key(1))).unwrap()
    });
    let open = |nation: &Nation| National::open(nation.bytes.clone(), trust).unwrap();
    let body = nation::delta(&open(before), &open(next))?;
    let length = u32::from_le_bytes(next.bytes[4..8].try_into().unwrap()) as usize;
    let unsigned = nation::unsigned_delta(kid(2), &body, &next.bytes[8..8 + length]);
    let file = nation::file(&sign(unsigned, &key(2)), body.bytes());
    Some((file, before.body()))
}
