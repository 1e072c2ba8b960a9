//! What the audit trail says of who may do what, line by line.

use crate::domain::users::Told;
use crate::keys::Role;
use crate::store::audit_log::Line;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Salt, and SHA-256 of salt and content.
pub(super) type Committed = (Vec<u8>, Vec<u8>);

/// What the trail says so far.
#[derive(Default)]
pub(super) struct Said {
    pub keys_added: HashMap<String, Option<Committed>>,
    /// Those of them that sign heads of the log: without them no head counts.
    pub log_keys: HashSet<String>,
    /// Where each key stands by the newest line about it: `active`, `retired`, `compromised since …`.
    pub keys: HashMap<String, String>,
    /// Compromised keys of which nothing is in force.
    pub keys_emptied: HashSet<String>,
    /// Keys that ended since the last trust list, which does not say so yet.
    pub ended_since: HashSet<String>,
    /// Lines of new root keys, and rotations of the root: before the log a rotation was the only line of its key.
    pub roots: usize,
    pub rotations: usize,
    /// And in which office; none where no line says.
    pub officers: HashMap<String, (Told, Option<Vec<u8>>)>,
    pub offices: HashSet<Vec<u8>>,
    /// The policy, and which proposal it came of.
    pub policies: HashMap<Vec<u8>, (Committed, Option<String>)>,
    pub lists: HashMap<String, Committed>,
    /// Agreements; none: a line from before they were committed to.
    pub agencies: HashMap<String, Option<Committed>>,
    pub cut_off: HashMap<String, Option<Committed>>,
    /// What was done with each key of personal data last, and which one seals.
    pub data_keys: HashMap<String, String>,
    pub data_key: Option<String>,
    /// How many lists were closed because of each key.
    pub closed: BTreeMap<String, i64>,
    /// What was planned, by the job.
    pub plans: HashMap<String, String>,
    /// That rows from before have their seals.
    pub sealed: bool,
    /// Proposals and mandates, as hexadecimal digits.
    pub asked: HashSet<String>,
    pub leave: HashSet<String>,
}

impl Said {
    pub fn is_of_power(action: &str) -> bool {
        let of = [
            "key.",
            "officer.",
            "office.",
            "policy.",
            "trust.",
            "agency.",
            "data-key.",
            "proposal.",
            "mandate.",
            "status.close",
            "bulk.plan",
            "rights.sealed",
        ];
        of.iter().any(|prefix| action.starts_with(prefix))
    }

    pub fn line(&mut self, line: &Line) {
        if !Self::is_of_power(&line.action) {
            return;
        }
        let detail = line.detail.as_deref().unwrap_or_default();
        let (first, rest) = detail.split_once(' ').unwrap_or((detail, ""));
        let committed = line.salt.clone().zip(line.content_hash.clone());
        match (line.action.as_str(), committed) {
            ("key.add", committed) => {
                self.roots += usize::from(first == Role::Root.name());
                if first == Role::Log.name() {
                    self.log_keys.insert(rest.to_string());
                }
                self.keys_added.insert(rest.to_string(), committed);
            }
            ("key.certify" | "key.activate", _) => {
                self.keys.insert(first.to_string(), rest.to_string());
            }
            ("key.end", _) => {
                self.keys.insert(first.to_string(), rest.to_string());
                self.ended_since.insert(first.to_string());
            }
            ("key.empty", _) => {
                self.keys_emptied.insert(first.to_string());
                self.ended_since.insert(first.to_string());
            }
            ("trust.rotate_root", _) => self.rotations += 1,
            ("office.add", _) => self.offices.extend(line.office.clone()),
            ("policy.change", Some(committed)) => {
                let office = line.office.clone().unwrap_or_default();
                self.policies
                    .insert(office, (committed, line.detail.clone()));
            }
            ("trust.publish", Some(committed)) => {
                self.lists.insert(detail.to_string(), committed);
                self.ended_since.clear();
            }
            ("agency.add", committed) => {
                self.agencies.insert(first.to_string(), committed);
            }
            ("agency.cut_off", committed) => {
                self.cut_off.insert(detail.to_string(), committed);
            }
            (action, _) if action.starts_with("data-key.") => {
                if action == "data-key.rotate" {
                    self.data_key = Some(detail.to_string());
                }
                self.data_keys
                    .insert(detail.to_string(), action.to_string());
            }
            ("status.close", _) => {
                let (count, kid) = detail.split_once(" lists closed, key ").unwrap_or_default();
                *self.closed.entry(kid.to_string()).or_default() += count.parse().unwrap_or(0);
                self.closed.retain(|_, count| *count > 0);
            }
            ("rights.sealed", _) => self.sealed = true,
            ("bulk.plan", _) => {
                let job = rest.split(' ').next().unwrap_or_default();
                self.plans.insert(job.to_string(), detail.to_string());
            }
            // The act, then the proposal.
            (action, _) if action.starts_with("proposal.") => {
                self.asked.insert(rest.replace('-', ""));
            }
            (action, _) if action.starts_with("mandate.") => {
                self.leave.insert(first.replace('-', ""));
            }
            (action, _) if action.starts_with("officer.") && !rest.is_empty() => {
                let (told, office) = self.officers.entry(first.to_string()).or_default();
                told.line(action, rest);
                if line.office.is_some() {
                    office.clone_from(&line.office);
                }
            }
            _ => {}
        }
    }
}

pub(super) fn commits((salt, hash): &Committed, content: &[u8]) -> bool {
    let found = Sha256::new().chain_update(salt).chain_update(content);
    found.finalize()[..] == hash[..]
}
