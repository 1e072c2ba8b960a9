//! Officers: every row is as this service wrote it. That roles are those of the audit trail: `authority`.

use super::Report;
use crate::failure::Outcome;
use crate::seals;
use crate::service::Service;
use crate::store::{logins, officers};

pub(super) async fn verify(service: &Service, report: &mut Report) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    for user in officers::users(&mut tx).await? {
        let row = user.officer;
        let place = format!("officer {}", row.id);
        report.officers += 1;
        let seal = seals::officer(&service.crypter, &row);
        if !seals::fits(row.seal.as_deref(), &seal) {
            report.fault(&place, "the row was not written by this service");
        }
    }
    for row in logins::all(&mut tx).await? {
        let seal = seals::login(&service.crypter, &row);
        if !seals::fits(row.seal.as_deref(), &seal) {
            let place = format!("sign-in of officer {}", row.officer);
            report.fault(place, "the row was not written by this service");
        }
    }
    Ok(())
}
