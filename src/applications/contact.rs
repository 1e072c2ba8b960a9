//! How an applicant is reached.

use crate::domain::ids::ApplicationId;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::{Tx, applications};
use credential::lang::Lang;

/// How an applicant is reached. Does not print.
pub struct Contact {
    /// E-mail, as it was typed.
    pub email: Option<String>,
    /// Phone, as it was typed.
    pub phone: Option<String>,
    /// Language of notices.
    pub lang: Lang,
    /// For the greeting.
    pub name: Option<String>,
}

/// The contact of an application; none where it is gone.
pub async fn of(service: &Service, tx: &mut Tx, id: ApplicationId) -> Outcome<Option<Contact>> {
    if applications::by_id(tx, &service.crypter, id)
        .await?
        .is_none()
    {
        return Ok(None);
    }
    let people = applications::dossier(tx, &service.crypter, id)
        .await?
        .people;
    Ok(Some(Contact {
        lang: people.lang(),
        email: people.email,
        phone: people.phone,
        name: people.applicant_name,
    }))
}
