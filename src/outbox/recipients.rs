//! Whom an application's change is told to.

use super::Address;
use crate::applications::contact;
use crate::domain::ids::ApplicationId;
use crate::domain::registration::Registration;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::{Tx, applications};
use credential::lang::Lang;

/// The applicant, as far as a letter needs to know them.
pub struct Recipient {
    /// Where to.
    pub address: Address,
    /// The language that stands first.
    pub lang: Lang,
    /// Name for the greeting.
    pub greeting: String,
    /// The number on the receipt.
    pub registration: Registration,
}

/// Whoever filed an application; nobody where they left no address, or before it was handed in.
pub async fn of(
    service: &Service,
    tx: &mut Tx,
    application: ApplicationId,
) -> Outcome<Option<Recipient>> {
    let found = applications::by_id(tx, &service.crypter, application).await?;
    let receipt = found.as_ref().and_then(|a| a.state.receipt());
    let (Some(receipt), Some(contact)) = (receipt, contact::of(service, tx, application).await?)
    else {
        return Ok(None);
    };
    let typed = [contact.email.as_deref(), contact.phone.as_deref()];
    let address = typed
        .into_iter()
        .flatten()
        .find_map(|text| Address::parse(text).ok());
    Ok(address.map(|address| Recipient {
        address,
        lang: contact.lang,
        greeting: contact.name.unwrap_or_default(),
        registration: receipt.registration.clone(),
    }))
}
