//! What the gate holds, and what was released: each as the gate wrote it.

use super::Report;
use super::register::Rows;
use crate::failure::Outcome;
use crate::gate::hold;
use crate::service::Service;

pub(super) async fn verify(service: &Service, report: &mut Report) -> Outcome<()> {
    let register = service.register();
    let mut judged = Rows::of(&register);
    let mut tx = service.db.read().await?;
    for kept in hold::all(service, &mut tx).await? {
        judged.judge(report, || format!("hold of {}", kept.hold.what), kept.seal);
    }
    judged.end(report, "publish_holds");
    Ok(())
}
