//! What witnesses of the settings say of heads of the log is what they signed. What others said is not looked at: nobody
//! here knows their keys.

use super::{PAGE, Report};
use crate::domain::tlog::note::{Note, Verifier};
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::log_cosignatures::Said;
use crate::store::{Tx, log_checkpoints, log_cosignatures};
use crate::tlog::cosign;

pub(super) async fn verify(service: &Service, report: &mut Report) -> Outcome<()> {
    let witnesses: Vec<Verifier> = cosign::witnesses(service).collect();
    let (mut size, mut witness) = (-1, String::new());
    loop {
        let mut tx = service.db.read().await?;
        let page = log_cosignatures::after(&mut tx, (size, &witness), PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        (size, witness) = (last.size, last.said.witness.clone());
        for one in &page {
            let key = witnesses.iter().find(|key| key.name() == one.said.witness);
            if let Some(key) = key
                && !signed(&mut tx, key, one).await?
            {
                let place = format!("log head {}", one.size);
                report.fault(
                    place,
                    format!("{} did not say that of it", one.said.witness),
                );
            }
        }
    }
}

async fn signed(tx: &mut Tx, key: &Verifier, one: &Said) -> Outcome<bool> {
    let head = log_checkpoints::of_size(tx, one.size).await?;
    let note = head.and_then(|head| Note::parse(&(head.note + &one.said.line)).ok());
    let at = note.and_then(|note| key.verify(&note).ok());
    Ok(at.is_some_and(|at| i64::try_from(at) == Ok(one.said.at)))
}
