//! The keys that sign heads of the log. They are in no trust list: a witness gets the public half by other means.

use crate::chance::Chance;
use crate::domain::officer::Actor;
use crate::domain::tlog::note::{Algorithm, BadNote, Verifier};
use crate::failure::{Failure, Outcome};
use crate::keys::{Role, Signer};
use crate::record::{Act, record};
use crate::service::Service;
use crate::store::Tx;
use crate::store::log::{self, Key, State};
use credential::ids::KeyId;
use std::sync::Arc;

/// Makes a key and begins the log with it where there is none; from now on it signs.
pub async fn add(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
) -> Outcome<Key> {
    crate::trust::take_centre(tx).await?;
    let public_key = service.keyring.create(Role::Log, chance)?;
    let key = Key {
        kid: KeyId::of(&public_key),
        public_key,
        created: service.clock.now(),
    };
    log::insert_key(tx, &key).await?;
    // The name is of the first key, because no other thing is the log's own for good.
    log::begin(tx, &format!("ikd.log/{}", key.kid)).await?;
    let row = content(&key);
    let act = Act {
        content: Some(&row),
        about: Some(format!("log_keys:{}", key.kid)),
        detail: Some(format!("{} {}", Role::Log.name(), key.kid)),
        ..Act::new("key.add")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    Ok(key)
}

/// The row of a key, as the line of its making commits to it.
pub fn content(key: &Key) -> Vec<u8> {
    [&key.kid.0[..], &key.public_key, &key.created.to_be_bytes()].concat()
}

/// A key's public half as witnesses need it.
pub fn verifier(state: &State, key: &Key) -> Outcome<Verifier> {
    let verifier = Verifier::new(&state.origin, Algorithm::Note, key.public_key);
    verifier.map_err(|_: BadNote| Failure::Row("log_state.origin"))
}

/// What signs heads.
pub struct Own {
    /// The public half.
    pub verifier: Verifier,
    /// The private one.
    pub signer: Arc<dyn Signer>,
}

/// The newest key, if its private half is within reach here. `None` where it is not: others may have it. An older key
/// does not take its place, because witnesses wait for the newest one.
pub async fn within_reach(service: &Service, state: &State, keys: &[Key]) -> Outcome<Option<Own>> {
    let Some(key) = keys.last() else {
        return Ok(None);
    };
    if !service.keyring.is_within_reach(Role::Log, key.kid).await {
        return Ok(None);
    }
    Ok(Some(Own {
        verifier: verifier(state, key)?,
        signer: service.keyring.signer(Role::Log, key.kid)?,
    }))
}
