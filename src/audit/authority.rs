//! Who may do what, against the trail: no key, officer, office, policy or trust list that no line tells of, none in
//! another state than the newest line about it says. What these lines say cannot be changed, because they are in the log.

mod gone;

use super::told::{Said, commits};
use super::{PAGE, Report};
use crate::bulk::plan;
use crate::domain::ids::{OfficeId, ProposalId};
use crate::domain::key::Life;
use crate::failure::Outcome;
use crate::keys::Role;
use crate::store::agencies::{self, Agency};
use crate::store::audit_log::{self, Line};
use crate::store::bulk_jobs::{self, Job};
use crate::store::data_keys::{self, DataKey, State};
use crate::store::keys::{self, Key};
use crate::store::log;
use crate::store::officers::{self, Officer};
use crate::store::offices::Office;
use crate::store::trust_lists::{self, Published};
use crate::store::{Tx, closed_lists, data_key, mandates, offices, policies, proposals};
use crate::{agencies as agreements, tlog};
use credential::ids::KeyId;
use credential::trust_list::{KeyState, TrustList};
use std::collections::{BTreeMap, HashSet};

/// Rows that give power, as they stand at one moment, and what the trail says of them.
pub(super) struct Authority {
    keys: Vec<Key>,
    log_keys: Vec<log::Key>,
    officers: Vec<Officer>,
    offices: Vec<Office>,
    policies: Vec<policies::Of>,
    lists: Vec<Published>,
    agencies: Vec<Agency>,
    data_keys: Vec<DataKey>,
    sealed: bool,
    /// Jobs of bulk issuing, and how many chunks each has.
    jobs: Vec<(Job, i64)>,
    /// How many lists were closed because of each key.
    closed: BTreeMap<String, i64>,
    /// Ids of proposals, and of mandates, as hexadecimal digits.
    asked: HashSet<String>,
    leave: HashSet<String>,
    /// Lines of that moment that have no place yet.
    waiting: Vec<Line>,
    said: Said,
}

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
        let mut after = None;
        loop {
            let mut some = audit_log::waiting_after(tx, after, PAGE).await?;
            let Some(last) = some.last() else { break };
            after = Some(last.id.clone());
            some.retain(|line| Said::is_of_power(&line.action));
            waiting.extend(some);
        }
        let mut jobs = Vec::new();
        for job in bulk_jobs::newest(tx, u32::MAX).await? {
            let sums = bulk_jobs::sums(tx, job.id).await?;
            jobs.push((job, sums.iter().map(|sum| sum.chunks).sum()));
        }
        Ok(Self {
            keys: keys::all(tx).await?,
            log_keys: log::keys(tx).await?,
            officers: users.into_iter().map(|user| user.officer).collect(),
            offices: offices::all(tx).await?,
            policies: policies::all(tx).await?,
            lists,
            agencies: agencies::all(tx).await?,
            data_keys: data_keys::all(tx).await?,
            sealed: data_key::sealed(tx).await?.is_some(),
            jobs,
            closed: closed_lists::counts(tx).await?.into_iter().collect(),
            asked: ids(proposals::ids(tx).await?),
            leave: ids(mandates::ids(tx).await?),
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
        let list = self.lists.last();
        let list = list.and_then(|list| TrustList::verify(&list.token, &list.root).ok());
        self.keys(list.as_ref(), report);
        self.log_keys(report);
        self.officers(report);
        self.offices(list.as_ref(), report);
        self.policies(report);
        self.lists(report);
        self.agencies(report);
        self.data_keys(report);
        self.jobs(report);
        self.gone(report);
    }

    fn officers(&self, report: &mut Report) {
        for officer in &self.officers {
            let place = format!("officer {}", officer.id);
            match self.said.officers.get(&officer.id.to_string()) {
                None => report.fault(place, "no line of the audit trail tells of them"),
                Some((told, _)) if told.role != officer.role.name() => {
                    let (is, role) = (officer.role.name(), &told.role);
                    report.fault(place, format!("is {is}, but by the audit trail {role}"));
                }
                Some((_, Some(office))) if *office != officer.office.to_vec() => {
                    report.fault(place, "is of another office than the audit trail says");
                }
                Some((told, _)) if told.disabled && officer.disabled.is_none() => {
                    report.fault(place, "is disabled by the audit trail, and is not");
                }
                Some(_) => {}
            }
        }
    }

    /// Each is told of, and what it answers for is what the trust list says of its keys.
    fn offices(&self, list: Option<&TrustList>, report: &mut Report) {
        for office in &self.offices {
            let place = format!("office {}", office.id);
            if !self.said.offices.contains(&office.id.to_vec()) {
                report.fault(&place, "no line of the audit trail tells of it");
            }
            let own = self.keys.iter().filter(|key| key.office == Some(office.id));
            let mut listed = own.filter_map(|key| list?.issuer(key.kid));
            if listed.any(|issuer| {
                issuer.iss != office.iss.as_str()
                    || issuer.office != office.name
                    || issuer.region != office.region.as_str()
            }) {
                report.fault(&place, "is not as the trust list in force says");
            }
        }
    }

    fn policies(&self, report: &mut Report) {
        for of in &self.policies {
            let told = self.said.policies.get(&of.office.to_vec());
            let fits = told.is_some_and(|(line, proposal)| {
                let id = of
                    .proposal
                    .as_deref()
                    .and_then(|id| ProposalId::from_bytes(id).ok());
                let same = proposal.is_none() || *proposal == id.map(|id| format!("proposal {id}"));
                same && commits(line, of.policy.as_bytes())
            });
            if !fits {
                let fault = "is not the one that the newest line about it commits to";
                report.fault(format!("policy of office {}", of.office), fault);
            }
        }
    }

    fn lists(&self, report: &mut Report) {
        for list in &self.lists {
            let line = self.said.lists.get(&format!("version {}", list.version));
            if !line.is_some_and(|line| commits(line, &list.token)) {
                let fault = "is not the one that its line in the audit trail commits to";
                report.fault(format!("trust list {}", list.version), fault);
            }
        }
    }

    /// Agreements, where the line that tells of one commits to it; those of before do not.
    fn agencies(&self, report: &mut Report) {
        for agency in &self.agencies {
            let (id, place) = (agency.id.to_string(), format!("agency {}", agency.id));
            match self.said.agencies.get(&id) {
                None => report.fault(&place, "no line of the audit trail tells of it"),
                Some(Some(line)) if !commits(line, &agreements::content(agency)) => {
                    let fault = "is not the one that its line in the audit trail commits to";
                    report.fault(&place, fault);
                }
                Some(_) => {}
            }
            let reason = agency.cut_reason.as_deref();
            let told = self.said.cut_off.get(&id);
            if reason.is_some() != agency.terms.cut_off.is_some()
                || reason.is_some() != told.is_some()
                || told.zip(reason).is_some_and(|(line, reason)| {
                    line.as_ref()
                        .is_some_and(|line| !commits(line, reason.as_bytes()))
                })
            {
                report.fault(
                    &place,
                    "is cut off here or in the audit trail alone, or for another reason",
                );
            }
        }
    }

    /// Keys of personal data: the last that the trail says is rotated to seals, and none of them is dropped here alone.
    fn data_keys(&self, report: &mut Report) {
        for key in &self.data_keys {
            let word = format!("data key {}", key.id);
            let told = self.said.data_keys.get(&word).map(String::as_str);
            let seals = self.said.data_key.as_ref() == Some(&word);
            let fits = match key.state {
                State::Added => told == Some("data-key.add"),
                // The first one, which no line tells of, seals until another does.
                State::Seals => seals || (told.is_none() && self.said.data_key.is_none()),
                State::Opens => !seals && matches!(told, None | Some("data-key.rotate")),
                State::Dropped => told == Some("data-key.drop"),
            };
            if !fits {
                report.fault(word, "is not what the audit trail says of it");
            }
        }
    }

    /// Jobs of bulk issuing are as they were planned.
    fn jobs(&self, report: &mut Report) {
        for (job, chunks) in &self.jobs {
            let told = self.said.plans.get(&job.id.to_string());
            let said = [plan::words, plan::words_before].map(|words| words(job, *chunks));
            if told.is_none_or(|told| !said.contains(told)) {
                let fault = "is not the one that the audit trail says was planned";
                report.fault(format!("bulk job {}", job.id), fault);
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

    fn keys(&self, list: Option<&TrustList>, report: &mut Report) {
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
            if !self.stands(key, list) {
                let (is, told) = (key.state.name(), self.said.keys.get(&kid));
                let told = told.map_or("nothing", String::as_str);
                report.fault(
                    &place,
                    format!("is {is}, but by audit trail and trust list {told}"),
                );
            }
        }
    }

    /// Whether a key stands where the trail says, and the trust list.
    fn stands(&self, key: &Key, list: Option<&TrustList>) -> bool {
        let kid = key.kid.to_string();
        if key.role == Role::Root {
            // Which root signs, the trust list says.
            return list
                .is_none_or(|list| (list.root == key.public_key) == (key.state == Life::Active));
        }
        let told = self.said.keys.get(&kid).map(String::as_str);
        let since = told.and_then(|told| told.strip_prefix("compromised since "));
        let emptied = self.said.keys_emptied.contains(&kid);
        let fits = match key.state {
            Life::Compromised {
                since: at,
                emptied: here,
            } => {
                // Lines of before did not say since when.
                let same = since.is_some_and(|since| since.parse() == Ok(at));
                (same || told == Some("compromised")) && here == emptied
            }
            // Before keys had a life, no line said that the trust list names it.
            Life::Active if told.is_none() => list.is_some_and(|list| {
                list.issuer(key.kid).is_some() || list.publisher(Some(key.kid)).is_some()
            }),
            Life::Requested { .. } => told.is_none(),
            state => told == Some(state.name()),
        };
        let listed = list.and_then(|list| list.issuer(key.kid));
        let window = listed.is_none_or(|listed| {
            let ended = self.said.ended_since.contains(&kid);
            let same = listed.state == key.state.listed(key.not_before);
            (listed.not_before, listed.not_after) == (key.not_before, key.not_after)
                && (same || (ended && key.state.listed(key.not_before) != KeyState::Active))
        });
        fits && window
    }
}

fn ids(rows: Vec<Vec<u8>>) -> HashSet<String> {
    rows.iter()
        .map(|id| data_encoding::HEXLOWER.encode(id))
        .collect()
}
