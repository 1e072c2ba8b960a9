//! What an account says by itself: who applies, and which office answers for them.

use crate::accounts;
use crate::domain::dossier::People;
use crate::domain::ids::{AccountId, OfficeId};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::service::Service;
use crate::store::{Tx, offices};

/// The office that an actor applies at where they name none: an officer's own, that of the region a citizen lives in.
///
/// # Errors
/// [`Failure::Invalid`] for whoever has no account: nothing is known about them.
pub async fn office(service: &Service, tx: &mut Tx, actor: Actor) -> Outcome<OfficeId> {
    match actor {
        Actor::Officer { office, .. } => Ok(office),
        Actor::Citizen(account) => of_account(service, tx, account).await,
        Actor::Guest(_) | Actor::Device(_) | Actor::Stranger | Actor::Local => Err(Failure::field(
            "office",
            "is missing; GET /v1/offices lists them",
        )),
    }
}

async fn of_account(service: &Service, tx: &mut Tx, account: AccountId) -> Outcome<OfficeId> {
    let holder = accounts::holder(service, tx, account).await?;
    let holder = holder.ok_or(Failure::NotFound(Thing::Account))?;
    let lives = holder.person.kode_wilayah;
    let all = offices::all(tx).await?;
    let here = all
        .iter()
        .filter(|office| lives.lies_in(office.region.as_str()));
    let nearest = here.max_by_key(|office| office.region.as_str().len());
    nearest.map(|office| office.id).ok_or_else(|| {
        Failure::field(
            "office",
            "is missing: no office here answers for the region you live in",
        )
    })
}

/// Whoever applies with an account applies as its holder, whatever they typed.
pub(super) async fn as_holder(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    people: &mut People,
) -> Outcome<()> {
    let Actor::Citizen(account) = actor else {
        return Ok(());
    };
    let holder = accounts::holder(service, tx, account).await?;
    let person = holder.ok_or(Failure::NotFound(Thing::Account))?.person;
    people.applicant_nik = Some(person.nik.to_string());
    people.applicant_name = Some(person.nama);
    Ok(())
}
