//! Without an account: the registration number and the code of a receipt open that one application.

use super::rules;
use crate::applications::submit::code_hash;
use crate::chance::Chance;
use crate::domain::code::Code;
use crate::domain::ids::ApplicationId;
use crate::domain::registration::Registration;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::{Tx, applications};
use crate::throttle;
use subtle::{Choice, ConstantTimeEq};

/// The application of a registration number and its code. Any number takes the same steps, also one that is none at
/// all: two counts, one look-up that reads one row, one hash, one comparison. The caller commits in either case: a
/// wrong code counts.
///
/// # Errors
/// [`Failure::TooMany`](crate::failure::Failure::TooMany).
pub async fn enter(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    origin: &[u8],
    registration: &str,
    code: &str,
) -> Outcome<Option<ApplicationId>> {
    let registration = Registration::parse(registration);
    let typed = Code::parse(code);
    let readable = registration.is_ok() && typed.is_ok();
    let stand_in = Registration::draw(chance);
    let registration = registration.unwrap_or(stand_in);
    let typed = typed.unwrap_or_else(|_| Code::draw(chance));
    let number = registration.compact().as_bytes();
    throttle::count(service, tx, &rules::GUESTS_FROM_ADDRESS, origin).await?;
    throttle::count(service, tx, &rules::GUESTS_OF_NUMBER, number).await?;
    let found = applications::entry(tx, &registration).await?;
    let nobody = ApplicationId::draw(&service.clock, chance);
    let (id, stored) = found.unwrap_or((nobody, [0; 32]));
    let hash = code_hash(service, id, typed.digits());
    let fits = hash.ct_eq(&stored) & Choice::from(u8::from(readable && found.is_some()));
    Ok(bool::from(fits).then_some(id))
}
