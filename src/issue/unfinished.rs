//! Intents that were never finished.

use crate::chance::Chance;
use crate::domain::document::{Document, State};
use crate::domain::ids::DocumentId;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome};
use crate::record::{Act, record};
use crate::service::Service;
use crate::status::{self, Touched};
use crate::store::{Tx, documents};

/// Voids an intent, if it is still one.
pub async fn void(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: DocumentId,
) -> Outcome<()> {
    let mut tx = service.db.begin().await?;
    if let Some(document) = documents::by_id(&mut tx, id).await?
        && document.state == State::Issuing
    {
        void_in(service, &mut tx, chance, actor, document).await?;
    }
    tx.commit().await
}

async fn void_in(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    document: Document,
) -> Outcome<()> {
    let list = document.place.list;
    let document = document.void(service.clock.now());
    let document = document.map_err(|e| Failure::WrongState(e.0))?;
    documents::change(tx, State::Issuing.name(), &document).await?;
    let act = Act {
        office: Some(document.office),
        document: Some(document.id),
        ..Act::new("document.void")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    status::mark(tx, &Touched::one(list)).await
}

/// Voids intents that were begun at least `age` seconds ago and never finished: a crash came in between. Their
/// indexes stay burnt. Safe beside a running service: an intent that is voided cannot become active any more.
pub async fn void_unfinished(
    service: &Service,
    chance: &mut Chance,
    age: i64,
) -> Outcome<Vec<DocumentId>> {
    let begun_by = service.clock.now() - age;
    let mut tx = service.db.read().await?;
    let found = documents::unfinished(&mut tx, begun_by).await?;
    drop(tx);
    let (mut voided, mut touched) = (Vec::new(), Touched::default());
    for document in found {
        let (id, list) = (document.id, document.place.list);
        let mut tx = service.db.begin().await?;
        match void_in(service, &mut tx, chance, Actor::Local, document).await {
            Ok(()) => tx.commit().await?,
            // It was finished, or voided by another, in the meantime.
            Err(Failure::Changed) => continue,
            Err(failure) => return Err(failure),
        }
        voided.push(id);
        touched.join(Touched::one(list));
    }
    status::settle_if_possible(service, touched).await;
    Ok(voided)
}
