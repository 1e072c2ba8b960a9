//! Applications: how far each is, by whom and whose it is, as this service wrote it.

use super::register::Rows;
use super::{PAGE, Report};
use crate::domain::ids::ApplicationId;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::applications::seal;

pub(super) async fn verify(
    service: &Service,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    let register = service.register();
    let mut rows = Rows::of(&register);
    let mut after = Vec::new();
    loop {
        let mut tx = service.db.read().await?;
        let page = seal::judged(&mut tx, &register, &after, PAGE).await?;
        drop(tx);
        let Some((last, _)) = page.last() else { break };
        after.clone_from(last);
        for (id, seal) in page {
            report.applications += 1;
            let id = ApplicationId::from_bytes(&id).map(|id| id.to_string());
            let id = id.unwrap_or_default();
            rows.judge(report, || format!("application {id}"), seal);
        }
        progress(report);
    }
    rows.end(report, "applications");
    Ok(())
}
