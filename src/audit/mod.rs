//! Does the database hold together? Every document against its audit trail, its signature and its status list; every
//! status list against the documents; every attachment against its file; every officer, application, phone, account and
//! person of the register against their seal; what agencies are told against the documents. Reads only.
//!
//! Run after a restore, and each night. The audit trail itself is held against the log ([`crate::tlog`]), and the log
//! against heads that are kept elsewhere: who has the key of the log can write all of it anew, but not those.

mod applications;
mod attachments;
mod authority;
mod bulk;
mod changes;
mod columns;
mod documents;
mod holds;
mod indexes;
mod lists;
mod log;
mod phones;
mod register;
pub mod registry;
pub mod reissue;
mod rows;
mod sealed_rows;
mod sealed_values;
mod storage;
mod told;
mod witnesses;

use crate::domain::tlog::proof::Head;
use crate::failure::{Failure, Outcome};
use crate::keys::Role;
use crate::service::Service;
use crate::store::{Tx, bundles, keys, log as log_rows, trust_lists};
use crate::{tlog, trust};
use credential::bundle::Bundle;
use credential::trust_list::TrustList;
use std::fmt;
use std::path::Path;

/// Rows read at a time.
const PAGE: u32 = 1_000;
/// Findings that are named; the rest is counted.
const NAMED: usize = 1_000;

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The table and the row, by ids that name no person.
    pub place: String,
    /// What is wrong.
    pub fault: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)
    }
}

/// What was looked at, and what was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Documents, in whatever state.
    pub documents: u64,
    /// Of these, signed ones whose verdict was asked for.
    pub judged: u64,
    /// Documents of bulk jobs.
    pub bulk: u64,
    /// Chunks of bulk jobs.
    pub chunks: u64,
    /// Lines of the audit trail that commit to a content, compared with it.
    pub lines: u64,
    /// Lines of the audit trail that are in the log.
    pub logged: u64,
    /// Signed heads of the log.
    pub heads: u64,
    /// Credentials of phones.
    pub bound: u64,
    /// Signed status lists.
    pub lists: u64,
    /// Attachments.
    pub attachments: u64,
    /// Officers.
    pub officers: u64,
    /// Applications.
    pub applications: u64,
    /// People of the register.
    pub people: u64,
    /// Faults, the first thousand.
    pub findings: Vec<Finding>,
    /// Faults, all.
    pub faults: u64,
    /// What is no fault but worth knowing: something past its time, or not signed yet.
    pub notes: Vec<String>,
}

impl Report {
    fn fault(&mut self, place: impl fmt::Display, fault: impl Into<String>) {
        self.faults += 1;
        if self.findings.len() < NAMED {
            self.findings.push(Finding {
                place: place.to_string(),
                fault: fault.into(),
            });
        }
    }
}

/// Looks at everything. `kept` are heads of the log that were kept elsewhere. `progress` is called with the report so
/// far, at least once for each thousand rows.
pub async fn verify(
    service: &Service,
    kept: &[Head],
    mut progress: impl FnMut(&Report),
) -> Outcome<Report> {
    let mut report = Report::default();
    if !storage::is_sound(service, &mut report).await? {
        return Ok(report);
    }
    storage::verify(service, &mut report).await?;
    let mut tx = service.db.read().await?;
    let now = service.clock.now();
    let (published, trust) = trust::current(&mut tx).await?;
    let done = trust_list_versions(&mut tx, &mut report).await;
    part("trust lists", done, &mut report)?;
    let done = newest_bundle(&mut tx, &mut report).await;
    part("bundles", done, &mut report)?;
    drop(tx);
    if published.next_update < now {
        report
            .notes
            .push("the trust list is past its time: `ikd trust publish`".into());
    }
    let done = log::verify(service, kept, &mut report, &mut progress).await;
    part("the log", done, &mut report)?;
    let done = witnesses::verify(service, &mut report).await;
    part("witnesses", done, &mut report)?;
    let done = lists::verify(service, &trust, &mut report, &mut progress).await;
    part("status lists", done, &mut report)?;
    let done = documents::verify(service, &trust, &mut report, &mut progress).await;
    part("documents", done, &mut report)?;
    let done = bulk::verify(service, &mut report, &mut progress).await;
    part("chunks of bulk jobs", done, &mut report)?;
    let done = bulk::jobs(service, &mut report).await;
    part("bulk jobs", done, &mut report)?;
    let done = phones::verify(service, &mut report, &mut progress).await;
    part("phones", done, &mut report)?;
    let done = attachments::verify(service, &mut report, &mut progress).await;
    part("attachments", done, &mut report)?;
    let done = sealed_rows::verify(service, &mut report).await;
    part("officers, keys, proposals and mandates", done, &mut report)?;
    let done = holds::verify(service, &mut report).await;
    part("what is held", done, &mut report)?;
    let done = register::verify(service, &mut report, &mut progress).await;
    part("the register", done, &mut report)?;
    let done = applications::verify(service, &mut report, &mut progress).await;
    part("applications", done, &mut report)?;
    let done = rows::verify(service, &mut report, &mut progress).await;
    part("other rows under seals", done, &mut report)?;
    let done = sealed_values::verify(service, &mut report, &mut progress).await;
    part("sealed values", done, &mut report)?;
    Ok(report)
}

/// A row that no version of this program writes ends one part of the check, and not what comes after it.
fn part(of: &str, done: Outcome<()>, report: &mut Report) -> Outcome<()> {
    match done {
        Err(Failure::Row(what)) => {
            let fault = format!(
                "a row cannot be as it is: {what}; the rest of this part was not looked at"
            );
            report.fault(of, fault);
            Ok(())
        }
        done => done,
    }
}

/// Holds the log as files against the database.
pub async fn files(service: &Service, folder: &Path, report: &mut Report) -> Outcome<()> {
    for (path, fault) in tlog::files::differences(service, folder).await? {
        report.fault(folder.join(path).display(), fault);
    }
    Ok(())
}

/// The newest bundle is what its row says; of older ones only the row is left, which decides nothing.
async fn newest_bundle(tx: &mut Tx, report: &mut Report) -> Outcome<()> {
    let Some(newest) = bundles::latest(tx).await? else {
        return Ok(());
    };
    let place = format!("bundle {}", newest.issued);
    // It may be of before a change of the root.
    let keys = keys::all(tx).await?;
    let mut roots = keys.iter().rev().filter(|key| key.role == Role::Root);
    let read = roots.find_map(|key| Bundle::verify(&newest.token, &key.public_key).ok());
    if read.is_none_or(|read| (read.issued, read.expires) != (newest.issued, newest.expires)) {
        report.fault(&place, "its signature or its times do not fit");
    }
    Ok(())
}

/// Every list is signed by the root that its row names. Whether all are there the trail tells, where it is a log: versions
/// are left out after a restore.
async fn trust_list_versions(tx: &mut Tx, report: &mut Report) -> Outcome<()> {
    let no_log = log_rows::state(tx).await?.is_none();
    let (mut from, mut expected) = (0, 1);
    loop {
        let some = trust_lists::from(tx, from).await?;
        let Some(last) = some.last().map(|list| list.version) else {
            return Ok(());
        };
        for list in some {
            let place = format!("trust list {}", list.version);
            if no_log && list.version != expected {
                report.fault(&place, format!("version {expected} is not there"));
            }
            expected = list.version + 1;
            let read = TrustList::verify(&list.token, &list.root);
            let times = (list.issued, list.next_update);
            if !read.is_ok_and(|read| {
                (read.version, (read.issued, read.next_update)) == (list.version, times)
            }) {
                report.fault(&place, "its signature, its version or its times do not fit");
            }
        }
        from = last + 1;
    }
}
