//! The demonstration's people at both sides of the counter: an officer of every role, and citizens with accounts.

use crate::accounts;
use crate::chance::Chance;
use crate::cli::context::LOCAL;
use crate::domain::contact::Contact;
use crate::domain::ids::{AccountId, OfficeId};
use crate::domain::officer::{Actor, OfficerRole};
use crate::domain::person::Person;
use crate::domain::users::Login;
use crate::failure::{Failure, Outcome};
use crate::login;
use crate::passwords;
use crate::service::Service;
use crate::store::logins;
use crate::totp::Secret;
use crate::users;

/// Every demonstration officer's password.
pub const PASSWORD: &str = "sandi-demo-2026";

/// An officer of the demonstration.
pub struct Officer {
    /// Name at the sign-in.
    pub login: &'static str,
    /// Their role.
    pub role: OfficerRole,
    /// As the use cases know them.
    pub actor: Actor,
}

const OFFICERS: [(&str, &str, OfficerRole); 5] = [
    ("operator", "Rina Operator", OfficerRole::Operator),
    ("verifikator", "Dedi Verifikator", OfficerRole::Verifier),
    ("kepala", "Ibu Kepala Dinas", OfficerRole::Signer),
    ("auditor", "Agus Auditor", OfficerRole::Auditor),
    ("admin", "Wati Admin", OfficerRole::Admin),
];

/// One officer of each role, with the password of the demonstration and an enrolled code generator.
pub async fn officers(
    service: &Service,
    chance: &mut Chance,
    office: OfficeId,
) -> Outcome<Vec<Officer>> {
    let mut made = Vec::new();
    for (login, name, role) in OFFICERS {
        let parsed = Login::parse(login).map_err(|e| Failure::field("login", e.rule))?;
        let (id, _) = users::add(service, chance, LOCAL, office, &parsed, name, role).await?;
        let hash = passwords::hash(chance, PASSWORD).await?;
        let secret = Secret::draw(chance).seal(&service.crypter, chance, id);
        let mut tx = service.db.begin().await?;
        let row = logins::by_officer(&mut tx, id).await?;
        let old = row.ok_or(Failure::Row("logins"))?.password;
        logins::set_password(&mut tx, id, &old, &hash).await?;
        logins::set_totp(&mut tx, id, &secret).await?;
        // The step of long ago: the generator counts as confirmed, and no code of today is used up.
        logins::signed_in(&mut tx, id, 1, service.clock.now()).await?;
        let row = logins::by_officer(&mut tx, id).await?;
        login::seal(service, &mut tx, &row.ok_or(Failure::Row("logins"))?).await?;
        tx.commit().await?;
        made.push(Officer {
            login,
            role,
            actor: Actor::Officer { id, office, role },
        });
    }
    Ok(made)
}

/// A citizen of the demonstration.
pub struct Citizen {
    /// Their account.
    pub account: AccountId,
    /// Who they are.
    pub person: Person,
    /// Everybody in their family card.
    pub family: Vec<Person>,
}

/// An account for the head of a family.
pub async fn citizen(
    service: &Service,
    chance: &mut Chance,
    family: &[Person],
    number: usize,
) -> Outcome<Citizen> {
    let head = family.iter().find(|p| p.shdk == 1);
    let person = head.ok_or(Failure::Row("a family without a head"))?.clone();
    let contact = Contact::parse(&format!("warga{number}@contoh.id"));
    let contact = contact.map_err(|e| Failure::field("kontak", e.rule))?;
    let mut tx = service.db.begin().await?;
    let account = accounts::open(service, &mut tx, chance, person.nik, &contact).await?;
    tx.commit().await?;
    Ok(Citizen {
        account: account.ok_or(Failure::Row("accounts"))?,
        person,
        family: family.to_vec(),
    })
}
