//! What the gate holds, and what was released: each as the gate wrote it.

use super::Report;
use crate::failure::Outcome;
use crate::gate::hold;
use crate::service::Service;

pub(super) async fn verify(service: &Service, report: &mut Report) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    for kept in hold::all(service, &mut tx).await? {
        if kept.hold.is_none() {
            let fault = "the row was not written by this service as it is";
            report.fault(format!("hold of {}", kept.name()), fault);
        }
    }
    Ok(())
}
