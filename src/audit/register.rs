//! The register: each row of a person and of a region's name is as this service wrote it.

use super::{PAGE, Report};
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::register::Seal;
use crate::store::{persons, regions};

const FOREIGN: &str = "the row was not written by this service as it is";

pub(super) async fn verify(
    service: &Service,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    let register = service.register();
    let mut unsealed = 0_u64;
    let mut judge = |report: &mut Report, place: &dyn Fn() -> String, seal: Seal| match seal {
        Seal::Fits => {}
        Seal::Missing if register.admits(seal) => unsealed += 1,
        Seal::Missing => report.fault(place(), "the row has no seal"),
        Seal::Broken => report.fault(place(), FOREIGN),
    };
    let mut after = 0;
    loop {
        let mut tx = service.db.read().await?;
        let page = persons::judged(&mut tx, &register, after, PAGE).await?;
        drop(tx);
        let Some((last, _)) = page.last() else { break };
        after = *last;
        for (nik, seal) in page {
            report.people += 1;
            judge(report, &|| format!("person {}", register.name(nik)), seal);
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
            judge(report, &|| format!("region {kode}"), seal);
        }
    }
    if unsealed > 0 {
        report.notes.push(format!(
            "{unsealed} rows of the register have no seal: `ikd register seal`"
        ));
    }
    Ok(())
}
