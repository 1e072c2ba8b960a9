//! The trust list: publishing it, changing the root, reading the one in force.

use crate::chance::Chance;
use crate::config::DAY;
use crate::domain::key::Life;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::gate::{self, What, hold};
use crate::keys::Role;
use crate::record::{Act, record};
use crate::seals;
use crate::service::Service;
use crate::status;
use crate::store::keys::Key;
use crate::store::register::Register;
use crate::store::trust_lists::Published;
use crate::store::{Tx, audit, keys, locks, offices, status_lists, trust_lists};
use credential::ed25519::PublicKey;
use credential::ids::KeyId;
use credential::kinds::KINDS;
use credential::trust_list::issue::{Draft, rotation};
use credential::trust_list::{Issuer, KeyState, MAX_ROTATIONS, TrustList};
use std::collections::HashMap;

/// The list in force and its bytes.
pub async fn current(tx: &mut Tx) -> Outcome<(Published, TrustList)> {
    let published = trust_lists::latest(tx).await?;
    let published = published.ok_or(Failure::NotFound(Thing::Publication))?;
    let list = TrustList::verify(&published.token, &published.root)
        .map_err(|_| Failure::Row("trust_lists.token"))?;
    Ok((published, list))
}

/// The root key that signs now.
pub fn active_root(keys: &[Key]) -> Outcome<&Key> {
    let mut roots = keys.iter().filter(|k| k.role == Role::Root);
    roots
        .find(|k| k.state == Life::Active)
        .ok_or(Failure::NotFound(Thing::Key))
}

/// What the centre does (keys, offices, the trust list) is done one after the other: a list is never made of keys that
/// another one has just found compromised.
pub async fn take_centre(tx: &mut Tx) -> Outcome<()> {
    locks::name(tx, "centre", b"").await
}

/// Signs and stores the next trust list from the offices and keys in the database, and marks every status list to be
/// signed anew after the commit.
pub async fn publish(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
) -> Outcome<Published> {
    let now = service.clock.now();
    take_centre(tx).await?;
    let keys = keys::all(tx).await?;
    let root = active_root(&keys)?;
    let draft = next(service, tx, &keys, root.public_key, now).await?;
    let unsigned = draft.unsigned();
    let signer = service.keyring.signer(Role::Root, root.kid)?;
    let signature = signer.sign(&unsigned.to_be_signed())?;
    let inner = unsigned.into_token(&signature);
    let token = under_former_roots(service, &keys, root, inner)?;
    let accepted = TrustList::verify(&token, &root.public_key);
    if !accepted.is_ok_and(|list| list.version == draft.version) {
        return Err(Failure::NotPublishable("the trust list"));
    }
    store(service, tx, chance, actor, draft, token).await
}

/// What the next trust list says, issued at that time or when the last one was.
pub(crate) async fn next(
    service: &Service,
    tx: &mut Tx,
    keys: &[Key],
    root: [u8; 32],
    now: i64,
) -> Outcome<Draft> {
    let last = trust_lists::latest(tx).await?;
    founded(service, tx, keys, last.as_ref(), &root).await?;
    // A verifier takes a list's time of issue as proof of the time, so it never goes back.
    let issued = last.as_ref().map_or(now, |list| now.max(list.issued));
    Ok(Draft {
        version: last.as_ref().map_or(1, |list| list.version + 1),
        issued,
        next_update: issued + i64::from(service.config.lists.trust_days) * DAY,
        root,
        publishers: publishers(keys),
        issuers: issuers(tx, keys).await?,
    })
}

/// No key is named for the first time that only the database tells of. What the list in force names is known; everything
/// else has a seal under `data.key`, and was never ended: the list names ended keys of offices, but not of publishers.
async fn founded(
    service: &Service,
    tx: &mut Tx,
    keys: &[Key],
    last: Option<&Published>,
    root: &[u8; 32],
) -> Outcome<()> {
    // A list counts here under the root that signs now, or one whose private half is here: not under one that stands in
    // the database alone.
    let ours =
        |of: &[u8; 32]| of == root || service.keyring.signer(Role::Root, KeyId::of(of)).is_ok();
    let list = last.filter(|last| ours(&last.root));
    let list = list.and_then(|last| TrustList::verify(&last.token, &last.root).ok());
    let live = publishers(keys);
    for key in keys {
        let of_list = |there: &dyn Fn(&TrustList) -> bool| list.as_ref().is_some_and(there);
        let known = match key.role {
            Role::Root | Role::Log => true,
            Role::Issuer => of_list(&|list| list.issuer(key.kid).is_some()),
            Role::Publisher => {
                !live.contains(&key.public_key)
                    || of_list(&|list| list.publisher(Some(key.kid)).is_some())
            }
        };
        if !known && !seals::fits(key.seal.as_deref(), &seals::key(&service.crypter, key)) {
            tracing::error!(kid = %key.kid, "key refused: the row was not written by this service");
            return Err(Failure::Row(
                "keys.seal: a key that this service did not add (`ikd keys list`, `ikd audit verify`)",
            ));
        }
        if key.role == Role::Publisher && !known && audit::is_ended(tx, key.kid).await? {
            tracing::error!(kid = %key.kid, "key refused: it was ended, and its row says that it is in use");
            return Err(Failure::Row(
                "keys.state: a publisher's key that was retired or compromised before (`ikd keys list`, `ikd audit verify`)",
            ));
        }
    }
    Ok(())
}

/// Puts a signed list in force: stores it, and marks every status list to be signed anew after the commit.
///
/// # Errors
/// [`Failure::Held`] where it takes back what verifiers were told: to be noted after the transaction is given up.
pub(crate) async fn store(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    draft: Draft,
    token: Vec<u8>,
) -> Outcome<Published> {
    let published = Published {
        version: draft.version,
        issued: draft.issued,
        next_update: draft.next_update,
        root: draft.root,
        token,
    };
    pass(tx, &service.register(), &draft.issuers, &published).await?;
    trust_lists::insert(tx, &published).await?;
    hold::went_out(service, tx, &What::Trust).await?;
    let act = Act {
        content: Some(&published.token),
        detail: Some(format!("version {}", published.version)),
        ..Act::new("trust.publish")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    certify(service, tx, chance, actor, &draft).await?;
    // Which keys count may have changed, so every list is signed anew by one that does.
    let all = status_lists::all(tx).await?;
    let touched = all.iter().map(|list| list.id).collect();
    status::mark(tx, &touched).await?;
    Ok(published)
}

/// Keys that a list names which comes into force are certified by it, and sign from now on if they are no standby.
async fn certify(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    list: &Draft,
) -> Outcome<()> {
    for key in keys::all(tx).await? {
        let to = key.state.certify();
        let issuers = list.issuers.iter().map(|issuer| *issuer.key.as_bytes());
        let mut named = issuers.chain(list.publishers.iter().copied());
        if !named.any(|listed| listed == key.public_key) {
            continue;
        }
        if key.seal.is_none() {
            // From before there were seals; the root has named it now.
            keys::seal(tx, key.kid, &seals::key(&service.crypter, &key)).await?;
        }
        if to == key.state {
            continue;
        }
        keys::change(tx, key.kid, key.state, to).await?;
        let act = Act {
            office: key.office,
            detail: Some(format!("{} {}", key.kid, to.name())),
            ..Act::new("key.certify")
        };
        record(tx, &service.clock, chance, actor, act).await?;
    }
    Ok(())
}

/// The gate: compares it with the list in force (src/gate/trust.rs).
async fn pass(
    tx: &mut Tx,
    register: &Register<'_>,
    issuers: &[Issuer],
    next: &Published,
) -> Outcome<()> {
    let before = match current(tx).await {
        Ok((_, before)) => before,
        Err(Failure::NotFound(Thing::Publication)) => return Ok(()),
        Err(failure) => return Err(failure),
    };
    let judged = gate::trust::judge(&before, next.version, next.issued, issuers.iter());
    hold::unless_answered_for(tx, register, judged).await
}

fn publishers(keys: &[Key]) -> Vec<[u8; 32]> {
    let publishers = keys.iter().filter(|k| k.role == Role::Publisher);
    let live = publishers.filter(|k| k.state.listed(k.not_before) == KeyState::Active);
    live.map(|k| k.public_key).collect()
}

async fn issuers(tx: &mut Tx, keys: &[Key]) -> Outcome<Vec<Issuer>> {
    let offices: HashMap<_, _> = offices::all(tx)
        .await?
        .into_iter()
        .map(|o| (o.id, o))
        .collect();
    let mut issuers = Vec::new();
    for key in keys.iter().filter(|k| k.role == Role::Issuer) {
        let office = key.office.and_then(|id| offices.get(&id));
        let office = office.ok_or(Failure::Row("keys.office"))?;
        issuers.push(Issuer {
            key: PublicKey::from_bytes(&key.public_key).ok_or(Failure::Row("keys.public_key"))?,
            iss: office.iss.as_str().to_string(),
            office: office.name.clone(),
            region: office.region.as_str().to_string(),
            kinds: KINDS.iter().map(|kind| kind.number).collect(),
            not_before: key.not_before,
            not_after: key.not_after,
            state: key.state.listed(key.not_before),
            profile: credential::trust_list::Profile::Canonical,
        });
    }
    Ok(issuers)
}

/// Verifiers that still trust a former root follow its signature to the new one. A former root whose key is no
/// longer here ends the chain: those verifiers have had the list that it signed last.
fn under_former_roots(
    service: &Service,
    keys: &[Key],
    root: &Key,
    inner: Vec<u8>,
) -> Outcome<Vec<u8>> {
    let roots: Vec<&Key> = keys.iter().filter(|k| k.role == Role::Root).collect();
    let place = roots.iter().position(|k| k.kid == root.kid).unwrap_or(0);
    let former = roots[..place].iter().rev().take(MAX_ROTATIONS);
    let (mut token, mut newer) = (inner, root);
    for old in former.filter(|k| matches!(k.state, Life::Retired(_))) {
        let Ok(signer) = service.keyring.signer(Role::Root, old.kid) else {
            break;
        };
        let unsigned = rotation(&old.public_key, &newer.public_key, &token);
        let signature = signer.sign(&unsigned.to_be_signed())?;
        token = unsigned.into_token(&signature);
        newer = old;
    }
    Ok(token)
}

/// Makes a new root key, retires the old one and publishes the list that leads from one to the other.
pub async fn rotate_root(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
) -> Outcome<Published> {
    let now = service.clock.now();
    take_centre(tx).await?;
    let known = keys::all(tx).await?;
    let old = active_root(&known)?;
    // Both roots sign the list; without the old one verifiers could not follow.
    service.keyring.signer(Role::Root, old.kid)?;
    keys::change(tx, old.kid, old.state, Life::Retired(now)).await?;
    crate::offices::add_key(service, tx, chance, actor, Role::Root, None, false).await?;
    record(
        tx,
        &service.clock,
        chance,
        actor,
        Act::new("trust.rotate_root"),
    )
    .await?;
    publish(service, tx, chance, actor).await
}
