//! Ten thousand random histories of publishing, revoking, rolling back, forking, replaying, crashing and clocks that jump,
//! against the real store and verifier. An oracle that knows what was accepted says what must come out.
//!
//! `HISTORIES=10000 cargo test -p ikd-verifier --test histories -- --nocapture`; `HISTORIES_SEED` begins elsewhere.

#[path = "histories/chance.rs"]
mod chance;
#[path = "histories/disk.rs"]
mod disk;
#[path = "histories/issuer.rs"]
mod issuer;
#[path = "../../credential/tests/common/mod.rs"]
mod office;
#[path = "histories/oracle.rs"]
mod oracle;

use chance::Chance;
use credential::Policy;
use ikd_verifier::store::{Store, StoreError, WhichRoot, published::Published};
use ikd_verifier::verifier::Verifier;
use issuer::{Archive, Bundle, INDEXES, LISTS, Nation, Site};
use office::{DAY, NOW, key, public};
use oracle::Oracle;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

/// How often what happened: that everything is tried is tested too.
static TALLY: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

fn count(what: impl Into<String>) {
    let mut tally = TALLY.lock().unwrap_or_else(|e| e.into_inner());
    *tally.entry(what.into()).or_default() += 1;
}

/// What the verifier's machine has shown to people so far.
#[derive(Default)]
struct Shown {
    /// As of when the latest green or yellow verdict of each document was.
    as_of: BTreeMap<(usize, usize), i64>,
    revoked: BTreeMap<(usize, usize), bool>,
    trust_version: u64,
}

struct World {
    chance: Chance,
    now: i64,
    sites: Vec<Site>,
    backups: Vec<Site>,
    archive: Archive,
    store: Store,
    /// How far the verifier's clock is off, seconds.
    off: i64,
    oracle: Oracle,
    shown: Shown,
}

#[test]
fn no_history_brings_back_what_was_revoked() {
    chance::run(200, history);
    let tally = TALLY.lock().unwrap();
    for (what, times) in tally.iter() {
        println!("{times:>9} {what}");
    }
    for what in [
        "verdict valid",
        "verdict superseded",
        "verdict suspended",
        "verdict revoked",
        "verdict expired",
        "verdict clock_behind",
        "verdict status_list_stale",
        "verdict status_list_missing",
        "verdict trust_list_stale",
        "verdict unknown_issuer",
        "refused older trust list",
        "refused older bundle",
        "refused older list",
        "refused conflict",
        "refused older head",
        "refused older national",
        "refused national conflict",
        "refused bad national",
        "refused older national time",
        "crashed",
        "kept revoked",
        "an old store",
    ] {
        assert!(tally.contains_key(what), "no history had: {what}");
    }
}

fn history(seed: u64) {
    let mut chance = Chance::new(seed);
    let dir = disk::directory();
    let mut archive = Archive::default();
    let site = Site::new(&mut chance, &mut archive);
    let mut world = World {
        chance,
        now: NOW,
        sites: vec![site],
        backups: vec![],
        archive,
        store: Store::at(dir.path().join("store")),
        off: 0,
        oracle: Oracle::default(),
        shown: Shown::default(),
    };
    for _ in 0..100 {
        world.step();
    }
}

impl World {
    fn step(&mut self) {
        let at = self.chance.below(self.sites.len());
        let site = &mut self.sites[at];
        let (chance, archive, now) = (&mut self.chance, &mut self.archive, self.now);
        match chance.below(30) {
            0..=3 => self.now += [1, 60, 3600, DAY / 4, DAY / 2][chance.below(5)],
            4..=6 => site.change(chance),
            7..=9 => site.sign_lists(chance, archive, now),
            10..=12 => site.publish_bundle(chance, archive, now),
            13 => site.publish_trust(chance, archive, now),
            14..=15 => site.publish_nation(chance, archive, now),
            16 => {
                // Rolled back to a backup, or forked from one, or backed up.
                let backup = site.clone();
                match (chance.below(3), self.backups.is_empty()) {
                    (0, false) => *site = self.backups[chance.below(self.backups.len())].clone(),
                    (1, false) if self.sites.len() < 3 => {
                        let backup = &self.backups[chance.below(self.backups.len())];
                        self.sites.push(backup.clone());
                    }
                    _ => self.backups.push(backup),
                }
            }
            17 => archive.rogue_bundle(chance, now),
            18 => archive.rogue_nation(chance, now),
            19 => {
                let hour = 3600;
                self.off = [0, -120, -hour, -2 * DAY, hour, DAY, 0][chance.below(7)];
            }
            20 if chance.one_in(12) => self.grow_old(),
            20 if chance.one_in(3) => self.forget_clock(),
            20..=22 => self.offer_nation(),
            23..=26 => self.offer_bundle(),
            _ => self.judge(),
        }
    }

    fn clock(&self) -> i64 {
        self.now + self.off
    }

    /// One of the archive, mostly one of the latest.
    fn pick<T: Clone>(chance: &mut Chance, all: &[T]) -> Option<T> {
        let back = if chance.one_in(3) {
            all.len()
        } else {
            all.len().min(2)
        };
        (back > 0).then(|| all[all.len() - 1 - chance.below(back)].clone())
    }

    fn offer_bundle(&mut self) {
        let Some(offered) = Self::pick(&mut self.chance, &self.archive.bundles) else {
            return;
        };
        let as_tree = offered.head.is_some() && !self.chance.one_in(4);
        let clock = (!self.chance.one_in(4)).then_some(self.clock());
        let mut expected = self.oracle.clone();
        let answer = expected.offer(&offered, as_tree);
        let update = |store: &Store| update(store, &offered, as_tree, clock);
        let crash = self.chance.one_in(6);
        if crash && disk::crash(&mut self.chance, &self.store, &["state"], update) {
            // What was written before the crash counts for nothing.
            return count("crashed");
        }
        let before = disk::read(self.store.dir());
        let got = update(&self.store);
        assert_eq!(got.as_ref().map(|_| ()).map_err(told), answer, "a bundle");
        self.finish(answer, expected, before);
        if let (Ok(dropped), Some(clock)) = (got, clock) {
            self.oracle.see_clock(clock);
            if dropped > 0 {
                count("kept revoked");
            }
        }
    }

    fn offer_nation(&mut self) {
        let Some(offered) = Self::pick(&mut self.chance, &self.archive.nations) else {
            return;
        };
        let as_delta = offered.delta.is_some() && self.chance.one_in(2);
        let mut expected = self.oracle.clone();
        let answer = expected.offer_nation(&offered, as_delta);
        let update = |store: &Store| update_national(store, &offered, as_delta);
        let crash = self.chance.one_in(6);
        if crash && disk::crash(&mut self.chance, &self.store, &["national"], update) {
            return count("crashed");
        }
        let before = disk::read(self.store.dir());
        let got = update(&self.store);
        let got = got.as_ref().map(|_| ()).map_err(told);
        // A store without a bundle may not even have a root yet.
        assert_eq!(got, answer, "a national bundle");
        self.finish(answer, expected, before);
    }

    fn finish(&mut self, answer: Result<(), &str>, expected: Oracle, before: disk::Files) {
        match answer {
            Err(why) => {
                count(format!("refused {why}"));
                assert!(
                    before == disk::read(self.store.dir()),
                    "refused, but written"
                );
            }
            Ok(()) => {
                count("accepted");
                self.oracle = expected;
                if self.chance.one_in(6) {
                    // Killed before it had cleaned up.
                    disk::leave_behind(self.store.dir(), &before);
                }
            }
        }
    }

    /// The store becomes one that an earlier version of the program wrote.
    fn grow_old(&mut self) {
        if self.oracle.bundle.is_some() {
            disk::grow_old(self.store.dir());
            self.oracle.forget_lists();
            self.shown.as_of.clear();
            self.shown.revoked.clear();
            count("an old store");
        }
    }

    fn forget_clock(&mut self) {
        if self.store.forget_clock().is_ok() {
            self.oracle.forget_clock();
        }
    }

    /// Judges every document, as a run of the command does.
    fn judge(&mut self) {
        let loaded = match self.store.load() {
            Ok(loaded) => loaded,
            Err(StoreError::NotInitialised(_)) => return,
            Err(e) => panic!("the store does not load: {e}"),
        };
        assert_eq!(loaded.bundle.is_some(), self.oracle.bundle.is_some());
        let latest_seen = loaded.latest_seen();
        let Some(bundle) = loaded.bundle else { return };
        assert_eq!(latest_seen, self.oracle.latest_seen());
        let now = self.clock();
        let version = bundle.trust.version;
        assert!(
            version >= self.shown.trust_version,
            "the trust list went back"
        );
        self.shown.trust_version = version;
        let verifier = Verifier::new(bundle, latest_seen, Policy::default());
        let verifier = verifier.with_national(loaded.national);
        for list in 0..LISTS.len() {
            for place in 0..INDEXES.len() {
                self.judge_one(&verifier, list, place, now);
            }
        }
        self.store.remember_clock(now).unwrap();
        self.oracle.remember_clock(now);
    }

    fn judge_one(&mut self, verifier: &Verifier, list: usize, place: usize, now: i64) {
        let judgement = verifier.judge(&issuer::texts()[list][place], now);
        let reason = judgement.reason().code();
        count(format!("verdict {reason}"));
        let good = ["valid", "superseded"].contains(&reason);
        let of = (list, place);
        // First what must hold whatever the oracle thinks.
        let revoked = self.oracle.was_revoked(list, place);
        assert!(!(good && revoked), "{of:?} was revoked, now {reason}");
        let said = self.shown.revoked.entry(of).or_default();
        assert!(
            !(good && *said),
            "{of:?} was said to be revoked, now {reason}"
        );
        *said |= reason == "revoked";
        let (expected, as_of) = self.oracle.judge(list, place, now);
        assert_eq!(reason, expected, "{of:?}");
        if good {
            let got = judgement.freshness().status_list_issued;
            assert_eq!(got, as_of, "{of:?}");
            let before = self.shown.as_of.insert(of, got.unwrap_or(i64::MIN));
            assert!(before <= got, "{of:?} went back from {before:?} to {got:?}");
        }
    }
}

fn update(
    store: &Store,
    offered: &Bundle,
    as_tree: bool,
    clock: Option<i64>,
) -> Result<u64, StoreError> {
    let root = WhichRoot::Given(public(&key(1)));
    let updated = match offered.head.as_ref().filter(|_| as_tree) {
        None => store.update(&offered.bytes, root, clock),
        Some((head, _)) => {
            let tree = Published {
                directory: PathBuf::new(),
                head: head.clone(),
                bundle: offered.bytes.clone(),
            };
            store.update_published(&tree, root, clock)
        }
    };
    updated.map(|updated| updated.dropped)
}

fn update_national(store: &Store, offered: &Nation, as_delta: bool) -> Result<u64, StoreError> {
    let delta = offered.delta.as_ref().filter(|_| as_delta);
    let bytes = delta.map_or(&offered.bytes, |(delta, _)| delta);
    store
        .update_national(bytes.clone())
        .map(|updated| updated.dropped)
}

fn told(e: &StoreError) -> &'static str {
    match e {
        StoreError::OlderTrustList { .. } => "older trust list",
        StoreError::OlderBundle { .. } => "older bundle",
        StoreError::Conflict(_) => "conflict",
        StoreError::OlderStatusList { .. } => "older list",
        StoreError::OlderHead { .. } => "older head",
        StoreError::NotInitialised(_) | StoreError::NoBundle => "no bundle",
        StoreError::NoNational => "no national",
        StoreError::BadNational(_) => "bad national",
        StoreError::OlderNational { .. } => "older national",
        StoreError::NationalConflict(_) => "national conflict",
        StoreError::OlderNationalTime { .. } => "older national time",
        other => panic!("{other}"),
    }
}
