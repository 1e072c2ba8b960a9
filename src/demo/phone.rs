//! A citizen with a new KTP-el and an activation for their phone, as the counter opens it.

use super::population;
use crate::chance::Chance;
use crate::cli::context::LOCAL;
use crate::failure::Outcome;
use crate::issue::{self, Request};
use crate::service::Service;
use crate::wallet::{self, Opened};
use credential::ids::Nik;
use credential::kinds::KTP;

/// Issues the KTP-el in place of the one reported lost and opens an activation, which lives ten minutes.
pub async fn offer(service: &Service, chance: &mut Chance, nik: Nik) -> Outcome<Opened> {
    let request = Request {
        nik,
        kind: &KTP,
        supersede: false,
        face: Some(issue::face(population::face(1))?),
    };
    issue::issue(service, chance, LOCAL, request).await?;
    wallet::open(service, chance, LOCAL, nik, None).await
}
