//! Offices, their officers and keys.

use crate::chance::Chance;
use crate::domain::ids::{Iss, OfficeId, OfficerId, ProposalId, RegionPrefix};
use crate::domain::key::Life;
use crate::domain::officer::{Actor, OfficerRole};
use crate::domain::policy::Policy;
use crate::failure::{Failure, Outcome, Thing};
use crate::keys::Role;
use crate::policies;
use crate::record::{Act, record};
use crate::seals;
use crate::service::Service;
use crate::store::keys::{self, Key};
use crate::store::officers::{self, Officer};
use crate::store::offices::{self, Office};
use crate::store::{Tx, policies as stored};
use crate::token::BearerToken;
use crate::trust;
use credential::document::Value;
use credential::ids::KeyId;
use credential::kinds::fields::FieldType;

/// Seconds a key's window is long: a root outlives what it signs.
pub(crate) fn seconds(role: Role) -> i64 {
    let years = match role {
        Role::Root => 20,
        Role::Publisher | Role::Log => 5,
        Role::Issuer => 3,
    };
    years * 31_556_952
}

/// Makes a key: first its file, then its row.
pub async fn new_key(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    role: Role,
    office: Option<OfficeId>,
    state: Life,
) -> Outcome<Key> {
    let now = service.clock.now();
    trust::take_centre(tx).await?;
    let public_key = service.keyring.create(role, chance)?;
    let mut key = Key {
        kid: KeyId::of(&public_key),
        role,
        office,
        public_key,
        not_before: now,
        not_after: now + seconds(role),
        state,
        seal: None,
    };
    key.seal = Some(seals::key(&service.crypter, &key).to_vec());
    keys::insert(tx, &key, now).await?;
    Ok(key)
}

/// Makes a key as an act of its own. A root signs at once; the others when a trust list names them, and a standby when it
/// is needed.
pub async fn add_key(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    role: Role,
    office: Option<OfficeId>,
    standby: bool,
) -> Outcome<Key> {
    let state = match role {
        Role::Root => Life::Active,
        _ => Life::Requested { standby },
    };
    let key = new_key(service, tx, chance, role, office, state).await?;
    let act = Act {
        office,
        detail: Some(format!("{} {}", role.name(), key.kid)),
        ..Act::new("key.add")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    Ok(key)
}

/// A key that is not a root: those are replaced as `ikd trust rotate-root` does it.
pub(crate) async fn key(tx: &mut Tx, kid: KeyId) -> Outcome<Key> {
    let key = keys::all(tx).await?.into_iter().find(|k| k.kid == kid);
    let key = key.ok_or(Failure::NotFound(Thing::Key))?;
    match key.role {
        Role::Root => Err(Failure::field(
            "kid",
            "is the root key: use `ikd trust rotate-root`",
        )),
        _ => Ok(key),
    }
}

/// Stores where a key stands from now on, as an act of its own.
pub(crate) async fn step(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    key: &Key,
    to: Life,
) -> Outcome<()> {
    keys::change(tx, key.kid, key.state, to).await?;
    let (action, detail) = match to {
        Life::Compromised { since, .. } => {
            ("key.end", format!("{} compromised since {since}", key.kid))
        }
        Life::Retired(_) => ("key.end", format!("{} retired", key.kid)),
        other => ("key.activate", format!("{} {}", key.kid, other.name())),
    };
    let act = Act {
        office: key.office,
        detail: Some(detail),
        ..Act::new(action)
    };
    record(tx, &service.clock, chance, actor, act).await
}

/// Retires a key: what it signed before stands. The next trust list says so.
pub async fn retire_key(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    kid: KeyId,
) -> Outcome<()> {
    trust::take_centre(tx).await?;
    let key = key(tx, kid).await?;
    let retired = key.state.retire(service.clock.now());
    let retired = retired.map_err(|e| Failure::WrongState(e.0))?;
    step(service, tx, chance, actor, &key, retired).await
}

/// Lets a standby sign that the trust list names.
pub async fn activate_key(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    kid: KeyId,
) -> Outcome<()> {
    trust::take_centre(tx).await?;
    let key = key(tx, kid).await?;
    let active = key.state.activate();
    let active = active.map_err(|e| Failure::WrongState(e.0))?;
    step(service, tx, chance, actor, &key, active).await
}

/// Adds an office with its first key. The trust list must be published before it can issue.
pub async fn add(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    iss: Iss,
    name: String,
    region: RegionPrefix,
) -> Outcome<Office> {
    let name = checked_name(&name)?;
    let office = Office {
        id: OfficeId::draw(&service.clock, chance),
        iss,
        name,
        region,
    };
    offices::insert(tx, &office, service.clock.now()).await?;
    let life = Life::Requested { standby: false };
    new_key(service, tx, chance, Role::Issuer, Some(office.id), life).await?;
    let act = Act {
        office: Some(office.id),
        ..Act::new("office.add")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    Ok(office)
}

/// A name by the rules of text on the wire: one that the trust list could not carry would stop its publication.
pub(crate) fn checked_name(name: &str) -> Outcome<String> {
    let name = Value::parse(&FieldType::Text { max: 80 }, name);
    let name = name.map_err(|rule| Failure::field("name", rule.to_string()))?;
    Ok(name.as_text().unwrap_or_default().to_string())
}

/// Adds an officer. The token is shown once; only its hash is kept.
pub async fn add_officer(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    office: &Office,
    name: &str,
    role: OfficerRole,
) -> Outcome<(OfficerId, BearerToken)> {
    let id = OfficerId::draw(&service.clock, chance);
    let token = BearerToken::draw(id, chance);
    let mut officer = Officer {
        id,
        office: office.id,
        name: checked_name(name)?,
        role,
        token_hash: Some(token.hash()),
        disabled: None,
        seal: None,
    };
    officer.seal = Some(seals::officer(&service.crypter, &officer).to_vec());
    officers::insert(tx, &officer, service.clock.now()).await?;
    let act = Act {
        office: Some(office.id),
        detail: Some(format!("{id} {} by one person at the machine", role.name())),
        ..Act::new("officer.add")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    Ok((id, token))
}

/// The office of somebody who may change its settings.
fn administered(actor: Actor) -> Outcome<OfficeId> {
    match actor {
        Actor::Officer {
            role: OfficerRole::Admin,
            office,
            ..
        } => Ok(office),
        _ => Err(Failure::Role),
    }
}

/// The office of somebody who may read its audit trail.
pub fn audited(actor: Actor) -> Outcome<OfficeId> {
    match actor {
        Actor::Officer {
            role: OfficerRole::Auditor | OfficerRole::Admin | OfficerRole::Signer,
            office,
            ..
        } => Ok(office),
        _ => Err(Failure::Role),
    }
}

/// The policy of an administrator's office.
pub async fn policy(service: &Service, tx: &mut Tx, actor: Actor) -> Outcome<Policy> {
    let (policy, _) = policies::of_office(service, tx, administered(actor)?).await?;
    Ok(policy)
}

/// The policy that two people agreed on.
pub(crate) async fn carry_policy(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    office: OfficeId,
    policy: &Policy,
    proposal: ProposalId,
) -> Outcome<()> {
    stored::store(tx, office, policy, service.clock.now(), proposal).await?;
    let text = policy.to_text();
    let act = Act {
        office: Some(office),
        content: Some(text.as_bytes()),
        detail: Some(format!("proposal {proposal}")),
        ..Act::new("policy.change")
    };
    record(tx, &service.clock, chance, actor, act).await
}
