//! Taking in what witnesses say: that they saw a head, and that it goes on from every head they saw before.

use crate::domain::tlog::note::{Algorithm, Checkpoint, Note, Verifier};
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::log_cosignatures::Cosignature;
use crate::store::{Tx, audit_log, log, log_checkpoints, log_cosignatures};

/// The witnesses of the settings.
pub fn witnesses(service: &Service) -> impl Iterator<Item = Verifier> {
    let keys = service.config.log.witnesses.iter();
    let keys = keys.filter_map(|key| Verifier::parse(key).ok());
    keys.filter(|key| key.algorithm() == Algorithm::Cosignature)
}

/// Stores what the witnesses of the settings say in a note of ours. Their names.
///
/// # Errors
/// An invalid field where the note is no head of this log, or no such witness signed it.
pub async fn take(service: &Service, note: &str) -> Outcome<Vec<String>> {
    let wrong = |reason: &str| Failure::field("checkpoint", reason);
    let note = Note::parse(note).map_err(|e| wrong(&e.to_string()))?;
    let checkpoint = Checkpoint::parse(note.text()).map_err(|e| wrong(&e.to_string()))?;
    let said: Vec<Cosignature> = witnesses(service)
        .filter_map(|witness| {
            let at = i64::try_from(witness.verify(&note).ok()?).ok()?;
            let line = note.lines_of(witness.name()).next()?.to_string();
            Some(Cosignature {
                witness: witness.name().to_string(),
                at,
                line,
            })
        })
        .collect();
    if said.is_empty() {
        return Err(wrong(
            "no witness of the settings, [log] witnesses, signed it",
        ));
    }
    let size = i64::try_from(checkpoint.head.size).unwrap_or(i64::MAX);
    let mut tx = service.db.begin().await?;
    let own = log_checkpoints::of_size(&mut tx, size).await?;
    let own = own.and_then(|own| Note::parse(&own.note).ok());
    if own.is_none_or(|own| own.text() != note.text()) {
        return Err(wrong("is no head of this log"));
    }
    for one in &said {
        log_cosignatures::put(&mut tx, size, one).await?;
    }
    tx.commit().await?;
    Ok(said.into_iter().map(|one| one.witness).collect())
}

/// For how many seconds the slowest witness of the settings has said nothing of a log that went on: since the first line that
/// it has not seen, however long nothing happened before. 0 where there is none, or all have seen its end.
pub async fn silence(service: &Service, tx: &mut Tx) -> Outcome<i64> {
    let now = service.clock.now();
    let Some(state) = log::state(tx).await? else {
        return Ok(0);
    };
    let begun = log::keys(tx).await?.first().map_or(now, |key| key.created);
    let mut longest = 0;
    for witness in witnesses(service) {
        let (size, at) = match log_cosignatures::newest(tx, witness.name()).await? {
            Some(newest) => newest,
            None => (0, begun),
        };
        if size < state.size {
            let unseen = audit_log::logged(tx, size, size + 1).await?;
            let written = unseen.first().map_or(at, |line| line.line.at);
            longest = longest.max(now - at.max(written));
        }
    }
    Ok(longest)
}
