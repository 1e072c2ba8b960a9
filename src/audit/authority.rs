//! Who may do what, against the trail: no key, officer, office, policy or trust list that no line tells of, none in
//! another state than the newest line about it says. What these lines say cannot be changed, because they are in the log.

use super::{PAGE, Report};
use crate::domain::ids::OfficeId;
use crate::domain::key::Life;
use crate::failure::Outcome;
use crate::keys::Role;
use crate::store::audit_log::{self, Line};
use crate::store::keys::{self, Key};
use crate::store::log;
use crate::store::officers::{self, Officer};
use crate::store::trust_lists::{self, Published};
use crate::store::{Tx, offices, policies};
use crate::tlog;
use credential::ids::KeyId;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// Rows that give power, as they stand at one moment, and what the trail says of them.
pub(super) struct Authority {
    keys: Vec<Key>,
    log_keys: Vec<log::Key>,
    officers: Vec<Officer>,
    offices: Vec<OfficeId>,
    policies: Vec<(OfficeId, String)>,
    lists: Vec<Published>,
    /// Lines of that moment that have no place yet.
    waiting: Vec<Line>,
    said: Said,
}

/// What the trail says so far.
#[derive(Default)]
struct Said {
    keys_added: HashMap<String, Option<Committed>>,
    keys_ended: HashMap<String, String>,
    /// Lines of new root keys, and rotations of the root: before the log a rotation was the only line of its key.
    roots: usize,
    rotations: usize,
    /// Role, and whether the account was disabled.
    officers: HashMap<String, (String, bool)>,
    offices: HashSet<Vec<u8>>,
    policies: HashMap<Vec<u8>, Committed>,
    lists: HashMap<String, Committed>,
}

/// Salt, and SHA-256 of salt and content.
type Committed = (Vec<u8>, Vec<u8>);

impl Authority {
    /// Reads the rows. The lines up to the size of the log in the same transaction are to be told by [`Self::line`].
    pub(super) async fn read(tx: &mut Tx) -> Outcome<Self> {
        let users = officers::users(tx).await?;
        let mut lists: Vec<Published> = Vec::new();
        loop {
            let next = lists.last().map_or(1, |list| list.version + 1);
            let some = trust_lists::from(tx, next).await?;
            if some.is_empty() {
                break;
            }
            lists.extend(some);
        }
        let mut waiting: Vec<Line> = Vec::new();
        loop {
            let after = waiting.last().map(|line| line.id.clone());
            let some = audit_log::waiting_after(tx, after, PAGE).await?;
            if some.is_empty() {
                break;
            }
            waiting.extend(some);
        }
        waiting.retain(|line| Said::is_of_power(&line.action));
        let offices = offices::all(tx).await?;
        Ok(Self {
            keys: keys::all(tx).await?,
            log_keys: log::keys(tx).await?,
            officers: users.into_iter().map(|user| user.officer).collect(),
            offices: offices.into_iter().map(|office| office.id).collect(),
            policies: policies::all(tx).await?,
            lists,
            waiting,
            said: Said::default(),
        })
    }

    /// Takes the next line of the trail.
    pub(super) fn line(&mut self, line: &Line) {
        self.said.line(line);
    }

    /// Compares both.
    pub(super) fn judge(mut self, report: &mut Report) {
        for line in &self.waiting {
            self.said.line(line);
        }
        self.keys(report);
        self.log_keys(report);
        for officer in &self.officers {
            let place = format!("officer {}", officer.id);
            match self.said.officers.get(&officer.id.to_string()) {
                None => report.fault(place, "no line of the audit trail tells of them"),
                Some((role, _)) if role != officer.role.name() => {
                    let is = officer.role.name();
                    report.fault(place, format!("is {is}, but by the audit trail {role}"));
                }
                Some((_, true)) if officer.disabled.is_none() => {
                    report.fault(place, "is disabled by the audit trail, and is not");
                }
                Some(_) => {}
            }
        }
        for office in &self.offices {
            if !self.said.offices.contains(&office.to_vec()) {
                let fault = "no line of the audit trail tells of it";
                report.fault(format!("office {office}"), fault);
            }
        }
        for (office, text) in &self.policies {
            let line = self.said.policies.get(&office.to_vec());
            if !line.is_some_and(|line| commits(line, text.as_bytes())) {
                let fault = "is not the one that the newest line about it commits to";
                report.fault(format!("policy of office {office}"), fault);
            }
        }
        for list in &self.lists {
            let line = self.said.lists.get(&format!("version {}", list.version));
            if !line.is_some_and(|line| commits(line, &list.token)) {
                let fault = "is not the one that its line in the audit trail commits to";
                report.fault(format!("trust list {}", list.version), fault);
            }
        }
    }

    fn log_keys(&self, report: &mut Report) {
        for key in &self.log_keys {
            let line = self.said.keys_added.get(&key.kid.to_string());
            let line = line.and_then(Option::as_ref);
            if !line.is_some_and(|line| commits(line, &tlog::key::content(key))) {
                let fault = "is not the one that its line in the audit trail commits to";
                report.fault(format!("log key {}", key.kid), fault);
            }
        }
    }

    fn keys(&self, report: &mut Report) {
        // An office has its first key from the begin, without a line for it.
        let mut first: HashSet<Option<OfficeId>> = HashSet::new();
        let mut silent = (self.said.rotations + 1).saturating_sub(self.said.roots);
        for key in &self.keys {
            let (kid, place) = (key.kid.to_string(), format!("key {}", key.kid));
            if KeyId::of(&key.public_key) != key.kid {
                report.fault(&place, "has another id than its public key");
            }
            let told = self.said.keys_added.contains_key(&kid);
            let is_first = key.role == Role::Issuer && !told && first.insert(key.office);
            let is_silent = key.role == Role::Root && !told && silent > 0;
            silent -= usize::from(is_silent);
            if !is_first && !is_silent && !told {
                report.fault(&place, "no line of the audit trail tells of it");
            }
            let Some(said) = self.said.keys_ended.get(&kid) else {
                continue;
            };
            let since = said.strip_prefix("compromised since ");
            let since: Option<i64> = since.and_then(|since| since.parse().ok());
            let fits = match (since, key.state) {
                (Some(at), Life::Compromised { since, .. }) => since == at,
                (Some(_), _) => false,
                (None, state) => {
                    said != "retired"
                        || matches!(state, Life::Retired(_) | Life::Compromised { .. })
                }
            };
            if !fits {
                report.fault(&place, format!("is {said} by the audit trail, and is not"));
            }
        }
    }
}

impl Said {
    fn is_of_power(action: &str) -> bool {
        let of = ["key.", "officer.", "office.", "policy.", "trust."];
        of.iter().any(|prefix| action.starts_with(prefix))
    }

    fn line(&mut self, line: &Line) {
        if !Self::is_of_power(&line.action) {
            return;
        }
        let detail = line.detail.as_deref().unwrap_or_default();
        let (first, rest) = detail.split_once(' ').unwrap_or((detail, ""));
        let committed = line.salt.clone().zip(line.content_hash.clone());
        match (line.action.as_str(), committed) {
            ("key.add", committed) => {
                self.roots += usize::from(first == Role::Root.name());
                self.keys_added.insert(rest.to_string(), committed);
            }
            ("key.end", _) => {
                self.keys_ended.insert(first.to_string(), rest.to_string());
            }
            ("trust.rotate_root", _) => self.rotations += 1,
            ("office.add", _) => self.offices.extend(line.office.clone()),
            ("policy.change", Some(committed)) => {
                let office = line.office.clone().unwrap_or_default();
                self.policies.insert(office, committed);
            }
            ("trust.publish", Some(committed)) => {
                self.lists.insert(detail.to_string(), committed);
            }
            (action, _) if action.starts_with("officer.") && !rest.is_empty() => {
                let before = self
                    .officers
                    .get(first)
                    .is_some_and(|(_, disabled)| *disabled);
                let disabled = match action {
                    "officer.disable" => true,
                    "officer.enable" | "officer.add" => false,
                    _ => before,
                };
                // Behind the role stands how many people did it.
                let role = rest.split(' ').next().unwrap_or_default();
                self.officers
                    .insert(first.to_string(), (role.to_string(), disabled));
            }
            _ => {}
        }
    }
}

fn commits((salt, hash): &Committed, content: &[u8]) -> bool {
    let found = Sha256::new().chain_update(salt).chain_update(content);
    found.finalize()[..] == hash[..]
}
