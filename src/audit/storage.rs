//! The database as the engine sees it: a sound file, and the tables, indexes and guards of the migrations.

use super::Report;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::whole;

/// Whether the file is sound; what is damaged is not to be read further: there may be no end to it.
pub(super) async fn is_sound(service: &Service, report: &mut Report) -> Outcome<bool> {
    let mut tx = service.db.read().await?;
    let damages = whole::damages(&mut tx).await?;
    let sound = damages.is_empty();
    for (place, fault) in damages {
        report.fault(place, fault);
    }
    if !sound {
        let note = "the rest was not looked at: put a backup in the place of the damaged file (docs/OPERATIONS.md)";
        report.notes.push(note.into());
    }
    Ok(sound)
}

pub(super) async fn verify(service: &Service, report: &mut Report) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    let mut faults = whole::lost(&mut tx).await?;
    if whole::is_newer(&mut tx).await? {
        let note = "a newer version of ikd changed the schema; that version looks whether its guards are there";
        report.notes.push(note.into());
    } else {
        faults.extend(whole::schema(&mut tx).await?);
        faults.extend(whole::info(&mut tx).await?);
    }
    for (place, fault) in faults {
        report.fault(place, fault);
    }
    Ok(())
}
