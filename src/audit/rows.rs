//! Rows that nothing else holds: each is as this service wrote it (`store::row_seals`).

use super::register;
use super::{PAGE, Report};
use crate::domain::ids::ApplicationId;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::row_seals::{ALL_ROWS, Rows};

pub(super) async fn verify(
    service: &Service,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    for rows in ALL_ROWS {
        table(service, rows, report, progress).await?;
    }
    Ok(())
}

async fn table(
    service: &Service,
    rows: &Rows,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    let sealed = service.register();
    let mut judged = register::Rows::of(&sealed);
    let mut after = Vec::new();
    loop {
        let mut tx = service.db.read().await?;
        let page = rows.judged(&mut tx, &sealed, &after, PAGE).await?;
        drop(tx);
        let Some((last, _)) = page.last() else { break };
        after.clone_from(last);
        for (id, seal) in page {
            // Ids are written alike, whatever they are of.
            let id = ApplicationId::from_bytes(&id).map_or_else(
                |_| data_encoding::HEXLOWER.encode(id.get(..16).unwrap_or(&id)),
                |id| id.to_string(),
            );
            judged.judge(report, || format!("{} {id}", rows.table), seal);
        }
        progress(report);
    }
    judged.end(report, rows.table);
    Ok(())
}
