//! Opening an activation at the counter, after the officer saw the person with their document.

use super::sealed::{self, Table};
use super::{ACTIVATIONS_OF_OFFICER, contents};
use crate::chance::Chance;
use crate::domain::activation::{Activation, ActivationCode, LIFE, State};
use crate::domain::ids::{ActivationId, OfficerId};
use crate::domain::officer::Actor;
use crate::domain::rights::{PhoneAct, may_with_phones};
use crate::failure::{Failure, Outcome, Thing};
use crate::record::{Act, record};
use crate::service::Service;
use crate::store::activations::{self, Stored};
use crate::store::{Tx, locks, persons};
use crate::throttle;
use credential::document::Face;
use credential::ids::Nik;

/// An activation that was opened.
pub struct Opened {
    /// Names it.
    pub id: ActivationId,
    /// For the person's phone, shown this once.
    pub code: ActivationCode,
    /// First second in which the code no longer counts.
    pub expires: i64,
    /// Whose, for the officer to compare with the document in their hand.
    pub name: String,
}

/// Refuses whoever may not do that with a phone; Local may.
pub(super) fn allowed(actor: Actor, act: PhoneAct) -> Outcome<()> {
    match actor {
        Actor::Local => Ok(()),
        Actor::Officer { role, .. } if may_with_phones(role, act) => Ok(()),
        _ => Err(Failure::Role),
    }
}

/// Opens an activation for a person whom the officer has just seen with their document. Any office may: people go to
/// whichever is near. An older one of the same person ends.
///
/// # Errors
/// [`Failure::Role`]; [`Failure::NotFound`] for somebody who does not live here; [`Failure::NotEntitled`] where no
/// document is in force that a phone could show; [`Failure::TooMany`].
pub async fn open(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    nik: Nik,
    face: Option<&Face<'_>>,
) -> Outcome<Opened> {
    allowed(actor, PhoneAct::Activate)?;
    let officer = actor.officer().map(|(id, _)| id);
    if let Some(officer) = officer {
        let key = OfficerId::to_vec(officer);
        throttle::count_now(service, &ACTIVATIONS_OF_OFFICER, &key).await?;
    }
    let now = service.clock.now();
    let mut tx = service.db.begin().await?;
    let subject_index = sealed::index(service, nik);
    locks::name(&mut tx, super::PHONES, &subject_index).await?;
    let person = persons::by_nik(&mut tx, &service.register(), nik).await?;
    let person = person.ok_or(Failure::NotFound(Thing::Person))?;
    if contents::in_force(service, &mut tx, &person)
        .await?
        .is_empty()
    {
        return Err(Failure::NotEntitled(
            "no KTP-el, KIA or family card of this person is in force; issue one first",
        ));
    }
    for older in activations::open_of(&mut tx, &subject_index).await? {
        end(service, &mut tx, chance, actor, &older).await?;
    }
    let id = ActivationId::draw(&service.clock, chance);
    let row = id.to_vec();
    let code = ActivationCode::draw(chance);
    let stored = Stored {
        activation: Activation {
            id,
            expires: now + LIFE,
            state: State::Open,
        },
        subject_index,
        nik: sealed::seal_nik(service, chance, Table::Activations, &row, nik),
        face: face.map(|face| sealed::seal_face(service, chance, Table::Activations, &row, face)),
        office: actor.office(),
    };
    let new = activations::Opened {
        code_hash: sealed::code_hash(service, &code),
        officer,
        created: now,
    };
    activations::insert(&mut tx, &service.register(), &stored, &new).await?;
    let act = Act {
        office: actor.office(),
        detail: Some(format!("activation {id}")),
        ..Act::new("wallet.activate")
    };
    record(&mut tx, &service.clock, chance, actor, act).await?;
    tx.commit().await?;
    metrics::counter!("ikd_wallet_activations_total").increment(1);
    Ok(Opened {
        id,
        code,
        expires: stored.activation.expires,
        name: person.nama,
    })
}

async fn end(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    stored: &Stored,
) -> Outcome<()> {
    let id = stored.activation.id;
    let ended = stored.activation.cancel().map_err(|_| Failure::Changed)?;
    activations::change(tx, &service.register(), &ended).await?;
    let act = Act {
        office: stored.office,
        detail: Some(format!("activation {id}")),
        ..Act::new("wallet.cancel")
    };
    record(tx, &service.clock, chance, actor, act).await
}

/// Takes an activation back that was not used yet, such as one for a mistyped NIK.
///
/// # Errors
/// [`Failure::NotFound`] also for one of another office; [`Failure::WrongState`] where it was used or taken back.
pub async fn cancel(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: ActivationId,
) -> Outcome<()> {
    allowed(actor, PhoneAct::Activate)?;
    let mut tx = service.db.begin().await?;
    let stored = activations::by_id(&mut tx, id).await?;
    let visible = |stored: &Stored| match stored.office {
        Some(office) => actor.acts_for(office),
        None => actor == Actor::Local,
    };
    let stored = stored.filter(visible);
    let stored = stored.ok_or(Failure::NotFound(Thing::Activation))?;
    if stored.activation.state != State::Open {
        return Err(Failure::WrongState(stored.activation.state.name()));
    }
    end(service, &mut tx, chance, actor, &stored).await?;
    tx.commit().await
}
