//! The register: each row of a person and of a region's name is as this service wrote it.

use super::{PAGE, Report};
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::register::{Register, Seal};
use crate::store::{persons, regions};

/// What is said of rows by their seals.
pub(super) struct Rows<'r> {
    register: &'r Register<'r>,
    unsealed: u64,
}

impl<'r> Rows<'r> {
    pub fn of(register: &'r Register<'r>) -> Self {
        Self {
            register,
            unsealed: 0,
        }
    }

    pub fn judge(&mut self, report: &mut Report, place: impl Fn() -> String, seal: Seal) {
        match seal {
            Seal::Fits => {}
            Seal::Missing if self.register.admits(seal) => self.unsealed += 1,
            Seal::Missing => report.fault(place(), "the row has no seal"),
            Seal::Broken => {
                report.fault(place(), "the row was not written by this service as it is")
            }
        }
    }

    /// Notes how many have none, where that is no fault.
    pub fn end(self, report: &mut Report, of: &str) {
        if self.unsealed > 0 {
            let count = self.unsealed;
            report.notes.push(format!(
                "{count} rows of the {of} have no seal: `ikd register seal`"
            ));
        }
    }
}

pub(super) async fn verify(
    service: &Service,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    let register = service.register();
    let mut rows = Rows::of(&register);
    let mut after = 0;
    loop {
        let mut tx = service.db.read().await?;
        let page = persons::judged(&mut tx, &register, after, PAGE).await?;
        drop(tx);
        let Some((last, _)) = page.last() else { break };
        after = *last;
        for (nik, seal) in page {
            report.people += 1;
            rows.judge(report, || format!("person {}", register.name(nik)), seal);
        }
        progress(report);
    }
    let mut after = String::new();
    loop {
        let mut tx = service.db.read().await?;
        let page = regions::judged(&mut tx, &register, &after, PAGE).await?;
        drop(tx);
        let Some((last, _)) = page.last() else { break };
        after.clone_from(last);
        for (kode, seal) in page {
            rows.judge(report, || format!("region {kode}"), seal);
        }
    }
    rows.end(report, "register");
    Ok(())
}
