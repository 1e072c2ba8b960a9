//! After a restore: the newest trust list that verifiers have comes into force here, and the keys follow what it says.
//!
//! A backup knows nothing of what came after it: a key that was stolen since would count again with the next list, and one
//! that was made since would be gone from it. The list is known to be ours by the root's signature alone.

use super::succeed;
use crate::chance::Chance;
use crate::compromise::compromise;
use crate::domain::ids::Iss;
use crate::domain::key::Life;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome};
use crate::keys::Role;
use crate::offices::{self, seconds, step};
use crate::record::{Act, record};
use crate::seals;
use crate::service::Service;
use crate::store::keys::{self, Key};
use crate::store::trust_lists::Published;
use crate::store::{Tx, offices as stored, trust_lists};
use crate::trust::{active_root, store, take_centre};
use credential::ids::KeyId;
use credential::trust_list::issue::Draft;
use credential::trust_list::{Issuer, KeyState, TrustList};

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// Its row was gone. `here`: its private half is not.
    Back {
        /// The key.
        kid: KeyId,
        /// Whether it can sign here.
        here: bool,
    },
    /// It was retired meanwhile.
    Retired(KeyId),
    /// It was found compromised meanwhile; what it has in force waits to be issued anew.
    Compromised(KeyId),
}

/// Puts a list in force that was published after the backup, and brings the keys to where it says they stand.
///
/// # Errors
/// [`Failure::Invalid`] where the root in force did not sign it, the database knows one that is as new, or it names an office
/// that is not here.
pub async fn follow(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    token: Vec<u8>,
) -> Outcome<(Published, Vec<Followed>)> {
    let refuse = |reason: String| Failure::field("list", reason);
    take_centre(tx).await?;
    let rows = keys::all(tx).await?;
    let root = active_root(&rows)?;
    let list = TrustList::verify(&token, &root.public_key).map_err(|e| {
        refuse(format!(
            "is not a trust list that root {} signed, or the way to it: {e}",
            root.kid
        ))
    })?;
    let last = trust_lists::version(tx).await?.unwrap_or_default();
    if list.version <= last {
        let version = list.version;
        return Err(refuse(format!(
            "has version {version}, and the database knows version {last}: there is nothing to follow"
        )));
    }
    let mut followed = Vec::new();
    // First what is back: the key that takes a stolen one's place may be among it.
    for issuer in list.issuers() {
        if rows.iter().all(|key| key.kid != issuer.key_id()) {
            let key = of_office(tx, issuer, &list, &rows).await?;
            add(service, tx, chance, actor, key, &mut followed).await?;
        }
    }
    let all = keys::all(tx).await?;
    for key in all.iter().filter(|key| key.role == Role::Issuer) {
        let listed = list.issuer(key.kid).map(|issuer| issuer.state);
        if let Some(state) = listed.filter(|state| *state != key.state.listed(key.not_before)) {
            // As it is by now: it may have taken the place of one before it.
            let key = offices::key(tx, key.kid).await?;
            end(service, tx, chance, actor, &key, state, &mut followed).await?;
        }
    }
    publishers(service, tx, chance, actor, &list, &rows, &mut followed).await?;
    if list.root != root.public_key {
        succeed(service, tx, chance, actor, root, list.root).await?;
    }
    let draft = Draft {
        version: list.version,
        issued: list.issued,
        next_update: list.next_update,
        root: list.root,
        publishers: list.publishers.iter().map(|key| *key.as_bytes()).collect(),
        issuers: list
            .issuers()
            .map(|issuer| issuer.as_ref().clone())
            .collect(),
    };
    let published = store(service, tx, chance, actor, draft, token).await?;
    Ok((published, followed))
}

/// Brings a key to its end, where the list tells of one that the database does not.
async fn end(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    key: &Key,
    listed: KeyState,
    followed: &mut Vec<Followed>,
) -> Outcome<()> {
    let here = key.state.listed(key.not_before);
    match (here, listed) {
        (KeyState::Active, KeyState::Retired(since)) => {
            step(service, tx, chance, actor, key, Life::Retired(since)).await?;
            followed.push(Followed::Retired(key.kid));
        }
        (KeyState::Active | KeyState::Retired(_), KeyState::Compromised(since)) => {
            let since = since.clamp(0, service.clock.now());
            compromise(service, tx, chance, actor, key.kid, Some(since)).await?;
            followed.push(Followed::Compromised(key.kid));
        }
        // It may have been found later that a thief had it earlier.
        (KeyState::Compromised(known), KeyState::Compromised(since)) if since < known => {
            compromise(service, tx, chance, actor, key.kid, Some(since.max(0))).await?;
            followed.push(Followed::Compromised(key.kid));
        }
        _ => {}
    }
    Ok(())
}

/// The row that an office's key had.
async fn of_office(tx: &mut Tx, issuer: &Issuer, list: &TrustList, rows: &[Key]) -> Outcome<Key> {
    let unknown = || {
        let (iss, name, region) = (&issuer.iss, &issuer.office, &issuer.region);
        Failure::field(
            "list",
            format!(
                "names the office {iss}, which this database does not know: ikd office add --iss {iss} --name '{name}' --region {region}, \
                 then again"
            ),
        )
    };
    let iss = Iss::parse(&issuer.iss).map_err(|_| unknown())?;
    let office = stored::by_iss(tx, &iss).await?.ok_or_else(unknown)?;
    // Beside a key that signs it was kept in reserve.
    let signs = |key: &&Key| {
        key.office == Some(office.id)
            && key.state == Life::Active
            && (list.issuer(key.kid)).is_some_and(|listed| listed.state == KeyState::Active)
    };
    Ok(Key {
        kid: issuer.key_id(),
        role: Role::Issuer,
        office: Some(office.id),
        public_key: *issuer.key.as_bytes(),
        not_before: issuer.not_before,
        not_after: issuer.not_after,
        state: Life::Requested {
            standby: rows.iter().any(|key| signs(&key)),
        },
        seal: None,
    })
}

/// Publishers that the list does not name any more were ended; those that only it names are back.
async fn publishers(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    list: &TrustList,
    rows: &[Key],
    followed: &mut Vec<Followed>,
) -> Outcome<()> {
    let now = service.clock.now();
    let mut signs = false;
    for key in rows.iter().filter(|key| key.role == Role::Publisher) {
        let named = list.publisher(Some(key.kid)).is_some();
        signs |= named && key.state == Life::Active;
        if !named && matches!(key.state, Life::Active | Life::Certified) {
            step(service, tx, chance, actor, key, Life::Retired(now)).await?;
            followed.push(Followed::Retired(key.kid));
        }
    }
    for publisher in &list.publishers {
        let public_key = *publisher.as_bytes();
        if rows.iter().any(|key| key.public_key == public_key) {
            continue;
        }
        let key = Key {
            kid: KeyId::of(&public_key),
            role: Role::Publisher,
            office: None,
            public_key,
            not_before: list.issued,
            not_after: list.issued + seconds(Role::Publisher),
            state: Life::Requested { standby: signs },
            seal: None,
        };
        add(service, tx, chance, actor, key, followed).await?;
        signs = true;
    }
    Ok(())
}

/// Gives a key its row back. One whose private half is elsewhere signs nothing.
async fn add(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    key: Key,
    followed: &mut Vec<Followed>,
) -> Outcome<()> {
    let here = service.keyring.is_within_reach(key.role, key.kid).await;
    let state = match key.state {
        Life::Requested { standby } => Life::Requested {
            standby: standby || !here,
        },
        other => other,
    };
    let mut key = Key { state, ..key };
    key.seal = Some(seals::key(&service.crypter, &key).to_vec());
    keys::insert(tx, &key, service.clock.now()).await?;
    let act = Act {
        office: key.office,
        detail: Some(format!("{} {}", key.role.name(), key.kid)),
        ..Act::new("key.add")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    followed.push(Followed::Back { kid: key.kid, here });
    Ok(())
}
