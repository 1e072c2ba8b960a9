//! The histories of `verifier-cli/tests/histories.rs` against the engine: what the page keeps, loses and hands back. The
//! same issuers, the same oracle, and so the same answers.
//!
//! `HISTORIES=10000 cargo test -p ikd-engine --test histories -- --nocapture`.

#[path = "../../../verifier-cli/tests/histories/chance.rs"]
mod chance;
#[path = "../../../verifier-cli/tests/histories/issuer.rs"]
mod issuer;
#[path = "../../../credential/tests/common/mod.rs"]
mod office;
#[path = "../../../verifier-cli/tests/histories/oracle.rs"]
mod oracle;

use chance::Chance;
use ikd_engine::{Engine, Request};
use issuer::{Archive, INDEXES, LISTS, Site};
use office::{DAY, NOW, key, public};
use oracle::Oracle;
use serde_json::Value;
use std::collections::BTreeSet;

/// What a page has stored: the engine's memory, its bytes of lists, the bundle, and what the oracle knew then.
#[derive(Clone)]
struct Kept {
    memory: Value,
    seen: Vec<u8>,
    bundle: Vec<u8>,
    oracle: Oracle,
}

struct Page {
    chance: Chance,
    now: i64,
    sites: Vec<Site>,
    backups: Vec<Site>,
    archive: Archive,
    off: i64,
    engine: Engine,
    kept: Option<Kept>,
    /// Said to be revoked, by list and place.
    revoked: BTreeSet<(usize, usize)>,
}

#[test]
fn no_history_brings_back_what_was_revoked() {
    chance::run(60, history);
}

fn history(seed: u64) {
    let mut chance = Chance::new(seed);
    let mut archive = Archive::default();
    let site = Site::new(&mut chance, &mut archive);
    let mut page = Page {
        chance,
        now: NOW,
        sites: vec![site],
        backups: vec![],
        archive,
        off: 0,
        engine: Engine::default(),
        kept: None,
        revoked: BTreeSet::new(),
    };
    for _ in 0..100 {
        page.step();
    }
}

fn ask(engine: &mut Engine, fields: &[(String, Vec<u8>)]) -> (Value, Vec<u8>) {
    let mut message = vec![];
    for part in fields
        .iter()
        .flat_map(|(name, value)| [name.as_bytes(), value])
    {
        message.extend(u32::try_from(part.len()).unwrap().to_le_bytes());
        message.extend(part);
    }
    let reply = engine.call(&Request::parse(&message).unwrap()).unwrap();
    let (head, rest) = reply.bytes.split_at(reply.head);
    (serde_json::from_slice(head).unwrap(), rest.to_vec())
}

impl Page {
    fn step(&mut self) {
        let at = self.chance.below(self.sites.len());
        let site = &mut self.sites[at];
        let (chance, archive, now) = (&mut self.chance, &mut self.archive, self.now);
        match chance.below(26) {
            0..=3 => self.now += [1, 60, 3600, DAY / 4, DAY / 2][chance.below(5)],
            4..=6 => site.change(chance),
            7..=9 => site.sign_lists(chance, archive, now),
            10..=12 => site.publish_bundle(chance, archive, now),
            13 => site.publish_trust(chance, archive, now),
            14 => {
                let backup = site.clone();
                match (chance.below(3), self.backups.is_empty()) {
                    (0, false) => *site = self.backups[chance.below(self.backups.len())].clone(),
                    (1, false) if self.sites.len() < 3 => self.sites.push(self.backups[0].clone()),
                    _ => self.backups.push(backup),
                }
            }
            15 => archive.rogue_bundle(chance, now),
            16 => self.off = [0, -120, -3600, -2 * DAY, 3600, DAY, 0][chance.below(7)],
            17 => self.load_anew(),
            18 if chance.one_in(6) => self.grow_old(),
            18..=22 => self.offer(),
            _ => self.judge(),
        }
    }

    /// Gives a bundle to an engine, with what is kept.
    fn give(engine: &mut Engine, kept: Option<&Kept>, bundle: &[u8], now: i64) -> (Value, Vec<u8>) {
        let mut fields = vec![
            ("op".to_string(), b"setBundle".to_vec()),
            ("bundle".into(), bundle.to_vec()),
            ("root".into(), public(&key(1)).to_vec()),
            ("now".into(), now.to_string().into_bytes()),
        ];
        if let Some(kept) = kept {
            for (name, value) in kept.memory.as_object().unwrap() {
                let text = value.as_str().map_or(value.to_string(), String::from);
                if !value.is_null() {
                    fields.push((format!("memory.{name}"), text.into_bytes()));
                }
            }
            if !kept.seen.is_empty() {
                fields.push(("memory.seen".into(), kept.seen.clone()));
            }
        }
        ask(engine, &fields)
    }

    fn offer(&mut self) {
        let all = &self.archive.bundles;
        let back = if self.chance.one_in(3) {
            all.len()
        } else {
            all.len().min(2)
        };
        if back == 0 {
            return;
        }
        let offered = all[all.len() - 1 - self.chance.below(back)].clone();
        let now = self.now + self.off;
        // A program in Node begins with the new bundle; a page has the old one in its engine.
        if self.chance.one_in(3) {
            self.engine = Engine::default();
        }
        let before = self.kept.clone();
        let mut oracle = before
            .as_ref()
            .map(|kept| kept.oracle.clone())
            .unwrap_or_default();
        let expected = oracle.offer(&offered, false);
        let (told, seen) = Self::give(&mut self.engine, before.as_ref(), &offered.bytes, now);
        let got = match told["ok"].as_bool() {
            Some(true) => Ok(()),
            _ => Err(match told["code"].as_str().unwrap() {
                "older_trust_list" => "older trust list",
                "older_bundle" => "older bundle",
                "older_status_list" => "older list",
                "conflict" => "conflict",
                other => panic!("{other}"),
            }),
        };
        assert_eq!(got, expected, "a bundle");
        oracle.see_clock(now);
        if got.is_err() {
            // An engine that was made for it has nothing; one that had a bundle goes on with that.
            self.load_anew();
        } else if self.chance.one_in(6) {
            // Ended before it could store anything.
            self.load_anew();
        } else {
            self.kept = Some(Kept {
                memory: told["memory"].clone(),
                seen,
                bundle: offered.bytes,
                oracle,
            });
        }
    }

    /// A new instance gets what is kept.
    fn load_anew(&mut self) {
        self.engine = Engine::default();
        let now = self.now + self.off;
        if let Some(kept) = self.kept.clone() {
            let (told, seen) = Self::give(&mut self.engine, Some(&kept), &kept.bundle, now);
            assert_eq!(told["ok"], true, "{told}");
            let kept = self.kept.as_mut().unwrap();
            (kept.memory, kept.seen) = (told["memory"].clone(), seen);
            kept.oracle.see_clock(now);
        }
    }

    /// What is kept is of a version before lists were remembered.
    fn grow_old(&mut self) {
        if let Some(kept) = &mut self.kept {
            let memory = kept.memory.as_object_mut().unwrap();
            memory.remove("trust_digest");
            kept.seen.clear();
            kept.oracle.forget_lists();
            self.revoked.clear();
            self.load_anew();
        }
    }

    fn judge(&mut self) {
        let now = self.now + self.off;
        let Some(kept) = &mut self.kept else { return };
        kept.oracle.see_clock(now);
        for list in 0..LISTS.len() {
            for place in 0..INDEXES.len() {
                let fields = [
                    ("op".to_string(), b"judge".to_vec()),
                    (
                        "text".into(),
                        issuer::texts()[list][place].clone().into_bytes(),
                    ),
                    ("now".into(), now.to_string().into_bytes()),
                ];
                let (told, _) = ask(&mut self.engine, &fields);
                let reason = told["reason"].as_str().unwrap();
                let good = ["valid", "superseded"].contains(&reason);
                let of = (list, place);
                assert!(
                    !(good && kept.oracle.was_revoked(list, place)),
                    "{of:?} {reason}"
                );
                assert!(!(good && self.revoked.contains(&of)), "{of:?} {reason}");
                if reason == "revoked" {
                    self.revoked.insert(of);
                }
                assert_eq!(reason, kept.oracle.judge(list, place, now).0, "{of:?}");
                kept.memory = told["memory"].clone();
            }
        }
    }
}
