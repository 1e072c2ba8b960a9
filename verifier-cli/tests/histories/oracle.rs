//! What a verifier must say, told from the whole history of what it accepted, in the plainest way: sets and maxima, none
//! of the program's own data.
#![allow(
    dead_code,
    reason = "two tests share it, and the engine has no national bundles"
)]

use super::issuer::{Bundle, EXPIRES, INDEXES, LISTS, Nation};
use credential::status_list::Status;
use std::collections::BTreeSet;

/// The skew of the default policy, seconds.
const SKEW: i64 = 300;

#[derive(Clone, Default)]
pub struct Oracle {
    trust: Option<(u64, Vec<u8>)>,
    bundle_issued: i64,
    publication: u64,
    /// For each list: the latest time of issue in an accepted bundle, and in an accepted national bundle.
    issued: [Option<i64>; LISTS.len()],
    nation_issued: [Option<i64>; LISTS.len()],
    /// Revoked in anything ever accepted.
    revoked: BTreeSet<(usize, usize)>,
    pub bundle: Option<Bundle>,
    pub nation: Option<Nation>,
    nation_time: i64,
    clock: i64,
}

impl Oracle {
    /// Whether a bundle is taken, or why not.
    pub fn offer(&mut self, offered: &Bundle, as_tree: bool) -> Result<(), &'static str> {
        if let Some((version, bytes)) = &self.trust {
            if offered.trust.version < *version {
                return Err("older trust list");
            }
            if offered.issued < self.bundle_issued {
                return Err("older bundle");
            }
            if offered.trust.version == *version && offered.trust.bytes != *bytes {
                return Err("conflict");
            }
        }
        if offered
            .lists
            .iter()
            .any(|list| self.issued[list.list] > Some(list.issued))
        {
            return Err("older list");
        }
        if let Some((_, version)) = offered.head.as_ref().filter(|_| as_tree) {
            if *version < self.publication {
                return Err("older head");
            }
            self.publication = *version;
        }
        self.trust = Some((offered.trust.version, offered.trust.bytes.clone()));
        self.bundle_issued = offered.issued;
        for list in &offered.lists {
            self.issued[list.list] = Some(list.issued);
            self.note(list.list, &list.statuses);
        }
        self.bundle = Some(offered.clone());
        Ok(())
    }

    /// The same for a national bundle, whole or by its changes.
    pub fn offer_nation(&mut self, offered: &Nation, as_delta: bool) -> Result<(), &'static str> {
        if self.bundle.is_none() {
            return Err("no bundle");
        }
        if as_delta {
            match &self.nation {
                None => return Err("no national"),
                Some(held) if held.bytes == offered.bytes => return Ok(()),
                Some(held) => {
                    let parent = offered.delta.as_ref().map(|(_, parent)| parent);
                    if parent != Some(&held.body()) || offered.issued < held.issued {
                        return Err("bad national");
                    }
                }
            }
        }
        if let Some(held) = &self.nation {
            if offered.version < held.version {
                return Err("older national");
            }
            if offered.version == held.version && offered.bytes != held.bytes {
                return Err("national conflict");
            }
            if offered.issued < self.nation_time {
                return Err("older national time");
            }
        }
        self.nation_time = offered.issued;
        for (list, statuses) in offered.statuses.iter().enumerate() {
            if let Some(statuses) = statuses {
                self.nation_issued[list] = Some(offered.issued);
                self.note(list, statuses);
            }
        }
        self.nation = Some(offered.clone());
        Ok(())
    }

    fn note(&mut self, list: usize, statuses: &[Status; INDEXES.len()]) {
        for (place, status) in statuses.iter().enumerate() {
            if *status == Status::Revoked {
                self.revoked.insert((list, place));
            }
        }
    }

    /// The store is one of before lists were remembered: it knows what it holds, no more.
    pub fn forget_lists(&mut self) {
        self.issued = Default::default();
        self.nation_issued = Default::default();
        self.revoked.clear();
        self.nation_time = 0;
        let (bundle, nation) = (self.bundle.take(), self.nation.take());
        for list in bundle.iter().flat_map(|bundle| &bundle.lists) {
            self.issued[list.list] = Some(list.issued);
            self.note(list.list, &list.statuses);
        }
        if let Some(nation) = &nation {
            self.nation_time = nation.issued;
            for (list, statuses) in nation.statuses.iter().enumerate() {
                if let Some(statuses) = statuses {
                    self.nation_issued[list] = Some(nation.issued);
                    self.note(list, statuses);
                }
            }
        }
        (self.bundle, self.nation) = (bundle, nation);
    }

    /// The clock showed `now`, and the store wrote it down, to the minute.
    pub fn remember_clock(&mut self, now: i64) {
        if now >= self.clock + 60 {
            self.clock = now;
        }
    }

    /// The clock showed `now`, and it was remembered to the second.
    pub fn see_clock(&mut self, now: i64) {
        self.clock = self.clock.max(now);
    }

    pub fn forget_clock(&mut self) {
        self.clock = 0;
    }

    pub fn latest_seen(&self) -> i64 {
        self.clock.max(self.bundle_issued).max(self.nation_time)
    }

    pub fn was_revoked(&self, list: usize, place: usize) -> bool {
        self.revoked.contains(&(list, place))
    }

    /// The reason of the verdict, when the clock shows `now` and before that is remembered; and as of when the statuses
    /// are that it rests on, if it is green or yellow.
    pub fn judge(&self, list: usize, place: usize, now: i64) -> (&'static str, Option<i64>) {
        let set_back = now + SKEW < self.latest_seen();
        let at = if set_back { self.latest_seen() } else { now };
        let bundle = self.bundle.as_ref().expect("a bundle");
        let trust_is_stale = at > bundle.trust.next_update;
        let or_stale = |reason| {
            if trust_is_stale {
                "trust_list_stale"
            } else {
                reason
            }
        };
        if LISTS[list].0 == 1 && !bundle.trust.both {
            return ("unknown_issuer", None);
        }
        if place + 1 == INDEXES.len() && at > EXPIRES {
            return ("expired", None);
        }
        if at < bundle.trust.issued - SKEW {
            return ("clock_behind", None);
        }
        if self.was_revoked(list, place) {
            return ("revoked", None);
        }
        let own = bundle.lists.iter().find(|own| own.list == list);
        let own = own.map(|own| {
            (
                own.issued,
                own.expires.min(bundle.expires),
                own.statuses[place],
            )
        });
        let nation = self.nation.as_ref().and_then(|nation| {
            let statuses = nation.statuses[list]?;
            Some((nation.issued, nation.expires, statuses[place]))
        });
        let newest = match (own, nation) {
            (Some(own), Some(nation)) if nation.0 > own.0 => Some(nation),
            (Some(own), _) => Some(own),
            (None, nation) => nation,
        };
        let Some((issued, expires, status)) = newest else {
            return (or_stale("status_list_missing"), None);
        };
        if status == Status::Suspended {
            return ("suspended", None);
        }
        if issued > at + SKEW {
            return ("clock_behind", None);
        }
        let later = self.issued[list].max(self.nation_issued[list]);
        if at > expires || later > Some(issued) {
            return (or_stale("status_list_stale"), None);
        }
        if trust_is_stale {
            return ("trust_list_stale", None);
        }
        if set_back {
            return ("clock_behind", None);
        }
        match status {
            Status::Superseded => ("superseded", Some(issued)),
            _ => ("valid", Some(issued)),
        }
    }
}
