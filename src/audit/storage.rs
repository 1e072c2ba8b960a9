//! The database as the engine sees it: a sound file, and the tables, indexes and guards of the migrations.

use super::Report;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::whole;

pub(super) async fn verify(service: &Service, report: &mut Report) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    let mut faults = whole::damages(&mut tx).await?;
    if whole::is_newer(&mut tx).await? {
        let note = "a newer version of ikd changed the schema; that version looks whether its guards are there";
        report.notes.push(note.into());
    } else {
        faults.extend(whole::schema(&mut tx).await?);
    }
    for (place, fault) in faults {
        report.fault(place, fault);
    }
    Ok(())
}
