//! Intents of credentials for phones that were never finished.

use super::*;

pub(super) async fn void(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    intents: Vec<Intent>,
) -> Outcome<()> {
    let now = service.clock.now();
    let touched = intents.iter().map(|intent| intent.list).collect();
    for intent in intents {
        let Intent { id, device, .. } = intent;
        bound::void(tx, id, now).await?;
        let act = Act {
            detail: Some(format!("device {device}, credential {id}")),
            ..Act::new("wallet.void")
        };
        record(tx, &service.clock, chance, Actor::Device(device), act).await?;
    }
    status::mark(tx, &touched).await
}

/// Voids intents that were begun at least `age` seconds ago and never finished: a crash came in between. Returns how
/// many. Their indexes stay burnt; the phone asks again and gets others.
pub async fn void_unfinished(service: &Service, chance: &mut Chance, age: i64) -> Outcome<usize> {
    let begun_by = service.clock.now() - age;
    let mut tx = service.db.read().await?;
    let found = bound::unfinished(&mut tx, begun_by).await?;
    drop(tx);
    let (mut count, mut touched) = (0, Touched::default());
    for intent in found {
        let list = intent.list;
        let mut tx = service.db.begin().await?;
        match void(service, &mut tx, chance, vec![intent]).await {
            Ok(()) => tx.commit().await?,
            // It was finished, or voided by another, in the meantime.
            Err(Failure::Changed) => continue,
            Err(failure) => return Err(failure),
        }
        count += 1;
        touched.join(Touched::one(list));
    }
    status::settle_if_possible(service, touched).await;
    Ok(count)
}
