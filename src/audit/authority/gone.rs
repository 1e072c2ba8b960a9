//! What the trail tells of and is not there any more. None of it is ever deleted.

use super::{Authority, Report};
use data_encoding::HEXLOWER;
use std::collections::HashSet;

const GONE: &str = "the audit trail tells of it, and it is not there";

impl Authority {
    pub(super) fn gone(&self, report: &mut Report) {
        let said = &self.said;
        let kids = each(&self.keys, |key| key.kid.to_string());
        let own = |kid: &&String| !said.log_keys.contains(*kid);
        let added = said.keys_added.keys().chain(said.keys.keys()).filter(own);
        missing("key", added, &kids, report);
        let officers = each(&self.officers, |officer| officer.id.to_string());
        missing("officer", said.officers.keys(), &officers, report);
        let told: Vec<String> = said.offices.iter().map(|id| HEXLOWER.encode(id)).collect();
        let offices = each(&self.offices, |office| HEXLOWER.encode(&office.id.to_vec()));
        missing("office", told.iter(), &offices, report);
        let told: Vec<String> = said.policies.keys().map(|id| HEXLOWER.encode(id)).collect();
        let policies = each(&self.policies, |of| HEXLOWER.encode(&of.office.to_vec()));
        missing("policy of office", told.iter(), &policies, report);
        let lists = each(&self.lists, |list| format!("version {}", list.version));
        missing("trust list", said.lists.keys(), &lists, report);
        let agencies = each(&self.agencies, |agency| agency.id.to_string());
        missing("agency", said.agencies.keys(), &agencies, report);
        missing("proposal", said.asked.iter(), &self.asked, report);
        missing("mandate", said.leave.iter(), &self.leave, report);
        let jobs = each(&self.jobs, |(job, _)| job.id.to_string());
        missing("bulk job", said.plans.keys(), &jobs, report);
        if said.sealed && !self.sealed {
            report.fault("mark that rows are sealed", GONE);
        }
        if said.closed != self.closed {
            let fault = "other lists are closed than the audit trail says";
            report.fault("closed_lists", fault);
        }
    }
}

fn each<T>(rows: &[T], id: impl Fn(&T) -> String) -> HashSet<String> {
    rows.iter().map(id).collect()
}

/// Each that is told of and not there, once.
fn missing<'a>(
    what: &str,
    told: impl Iterator<Item = &'a String>,
    there: &HashSet<String>,
    report: &mut Report,
) {
    let gone: HashSet<&String> = told.filter(|id| !there.contains(*id)).collect();
    for id in gone {
        report.fault(format!("{what} {id}"), GONE);
    }
}
