//! The root key away from the service: making it, drafts of trust lists to be signed, and putting in force what was signed.
//!
//! A draft is the payload of the next trust list (docs/FORMAT.md §7). Where the root key is, it is signed without a
//! database; where the database is, what comes back must say exactly what the database says now.

pub mod restored;
pub mod several;

use crate::chance::Chance;
use crate::config::DAY;
use crate::domain::key::Life;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::keys::file::FileSigner;
use crate::keys::{Role, Signer, public_pem};
use crate::offices;
use crate::record::{Act, record};
use crate::seals;
use crate::service::Service;
use crate::store::keys::{self, Key};
use crate::store::trust_lists::Published;
use crate::store::{Tx, trust_lists};
use crate::trust::{self, active_root, next, store, take_centre};
use credential::cose::issue::Unsigned;
use credential::ed25519::PublicKey;
use credential::ids::KeyId;
use credential::trust_list::issue::{Draft, rotation};
use credential::trust_list::{Issuer, KeyState, MAX_ROTATIONS, RootSet, TYP, TrustList};
use ikd_verifier::root_key;

/// Seconds that a signing machine's clock may be ahead.
const AHEAD: i64 = 300;

/// The next trust list as it would be now, to be signed by that root; by the one in force where none is named.
///
/// Its version is above `above` too: after a restore verifiers have seen later lists than the database knows.
pub async fn draft(
    service: &Service,
    tx: &mut Tx,
    roots: Option<RootSet>,
    above: u64,
) -> Outcome<(Draft, RootSet)> {
    let keys = keys::all(tx).await?;
    let roots = match roots {
        Some(roots) => roots,
        None => known(service, tx, active_root(&keys)?.public_key).await?,
    };
    let next = next(service, tx, &keys, roots.id(), service.clock.now()).await?;
    let draft = Draft {
        version: next.version.max(above.saturating_add(1)),
        ..next
    };
    Ok((draft, roots))
}

/// The bytes that the root's keys sign.
pub fn payload(draft: &Draft, roots: &RootSet) -> Vec<u8> {
    match roots.is_single() {
        true => draft.unsigned().into_payload(),
        false => draft.unsigned_by_several(roots).into_payload(),
    }
}

/// The keys of a root: as its last list names them, or before the first one as the data directory does.
pub async fn known(service: &Service, tx: &mut Tx, root: [u8; 32]) -> Outcome<RootSet> {
    let last = trust_lists::latest(tx).await?;
    let list = last.and_then(|last| TrustList::verify(&last.token, &root).ok());
    if let Some(list) = list.filter(|list| list.root == root) {
        return Ok(list.roots);
    }
    let file = crate::files::read(&service.data.root_public(), 4096).unwrap_or_default();
    match root_key::roots(&file).filter(|roots| roots.id() == root) {
        Some(roots) => Ok(roots),
        None => lone(&root).map_err(|_| {
            let reason =
                "is one of several keys, and root.pub.pem of the data directory does not name them";
            Failure::field("root", reason)
        }),
    }
}

/// A root of one key.
///
/// # Errors
/// [`Failure::Row`] where these bytes are no key, as of a root of several whose set is not known here.
pub fn lone(root: &[u8; 32]) -> Outcome<RootSet> {
    let key = PublicKey::from_bytes(root);
    key.map(RootSet::single)
        .ok_or(Failure::Row("keys.public_key"))
}

/// The file that verifiers pin.
pub fn pem(roots: &RootSet) -> String {
    match roots.is_single() {
        true => public_pem(&roots.id()),
        false => root_key::set_pem(roots),
    }
}

/// Signs a draft's payload, and leads verifiers from former roots, the latest first, to it.
///
/// # Errors
/// [`Failure::NotPublishable`] where the draft is not the payload of a trust list of this root.
pub fn sign(
    payload: Vec<u8>,
    root: &FileSigner,
    former: &[FileSigner],
) -> Outcome<(TrustList, Vec<u8>)> {
    let not_a_draft = |_| Failure::NotPublishable("the draft");
    let public = root.public_key();
    let unsigned = Unsigned::new(KeyId::of(&public), Some(TYP), payload);
    let signature = root.sign(&unsigned.to_be_signed())?;
    let mut token = unsigned.into_token(&signature);
    TrustList::verify(&token, &public).map_err(not_a_draft)?;
    let mut newer = public;
    for old in former.iter().take(MAX_ROTATIONS) {
        let unsigned = rotation(&old.public_key(), &newer, &token);
        let signature = old.sign(&unsigned.to_be_signed())?;
        token = unsigned.into_token(&signature);
        newer = old.public_key();
    }
    let list = TrustList::verify(&token, &newer).map_err(not_a_draft)?;
    Ok((list, token))
}

/// Puts a list in force that was signed elsewhere. Its root takes the place of the one in force where that one signed
/// the way to it.
///
/// # Errors
/// [`Failure::Invalid`] where the root in force did not sign it, its version is not a later one, or it says something else than
/// the database does now.
pub async fn publish(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    token: Vec<u8>,
) -> Outcome<Published> {
    let refuse = |reason: String| Failure::field("signed", reason);
    take_centre(tx).await?;
    let keys = keys::all(tx).await?;
    let root = active_root(&keys)?;
    let list = ours(root, &token).map_err(refuse)?;
    let now = service.clock.now();
    let last = trust_lists::latest(tx).await?;
    let expected = next(service, tx, &keys, list.root, now).await?;
    if list.version < expected.version {
        let (has, due) = (list.version, expected.version);
        return Err(refuse(format!(
            "has version {has}, and the next one is {due} at least: make a new draft"
        )));
    }
    let earliest = last.map_or(0, |last| last.issued);
    let life = i64::from(service.config.lists.trust_days) * DAY;
    if !(earliest..=now + AHEAD).contains(&list.issued) || list.next_update != list.issued + life {
        return Err(refuse(
            "has other times than a draft made here has: make a new draft".into(),
        ));
    }
    if list.next_update <= now {
        return Err(refuse(
            "has run out since it was drafted: make a new draft".into(),
        ));
    }
    if !says(&list, &expected) {
        return Err(refuse(
            "says something else about keys and offices than the database does now: make a new draft".into(),
        ));
    }
    if list.root != root.public_key {
        succeed(service, tx, chance, actor, root, list.root).await?;
    }
    let draft = Draft {
        version: list.version,
        issued: list.issued,
        next_update: list.next_update,
        ..expected
    };
    store(service, tx, chance, actor, draft, token).await
}

/// Whether the list in force says already of keys and offices what the next one would.
pub async fn is_said(service: &Service, tx: &mut Tx) -> Outcome<bool> {
    let list = match trust::current(tx).await {
        Ok((_, list)) => list,
        Err(Failure::NotFound(Thing::Publication)) => return Ok(false),
        Err(failure) => return Err(failure),
    };
    let (next, _) = draft(service, tx, None, 0).await?;
    Ok(list.root == next.root && says(&list, &next))
}

/// A list that this root signed, or the way to it; otherwise why it is none.
fn ours(root: &Key, token: &[u8]) -> Result<TrustList, String> {
    TrustList::verify(token, &root.public_key)
        .map_err(|e| format!("is not a trust list that root {} signed: {e}", root.kid))
}

/// Former roots whose verifiers are not led to a list: those that may still be pinned somewhere.
pub async fn not_led(tx: &mut Tx, list: &Published) -> Outcome<Vec<KeyId>> {
    let all = keys::all(tx).await?;
    let roots = all.iter().rev().filter(|key| key.role == Role::Root);
    let former = roots.filter(|key| matches!(key.state, Life::Retired(_)));
    let former = former.take(MAX_ROTATIONS);
    let left = former.filter(|key| TrustList::verify(&list.token, &key.public_key).is_err());
    Ok(left.map(|key| key.kid).collect())
}

/// Whether a list names the publishers and issuers of a draft, and nobody else.
fn says(list: &TrustList, draft: &Draft) -> bool {
    let mut issuers: Vec<&Issuer> = draft.issuers.iter().collect();
    issuers.sort_by_key(|issuer| issuer.key_id());
    let publishers = list.publishers.iter().map(|key| key.as_bytes());
    list.issuers().map(AsRef::as_ref).eq(issuers) && publishers.eq(draft.publishers.iter())
}

/// The root in force is followed by another one.
async fn succeed(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    old: &Key,
    new: [u8; 32],
) -> Outcome<()> {
    let now = service.clock.now();
    keys::change(tx, old.kid, old.state, Life::Retired(now)).await?;
    adopt(service, tx, chance, actor, new).await?;
    let act = Act::new("trust.rotate_root");
    record(tx, &service.clock, chance, actor, act).await
}

/// Stores a root whose private half is elsewhere.
pub async fn adopt(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    public_key: [u8; 32],
) -> Outcome<Key> {
    let now = service.clock.now();
    let mut key = Key {
        kid: KeyId::of(&public_key),
        role: Role::Root,
        office: None,
        public_key,
        not_before: now,
        not_after: now + offices::seconds(Role::Root),
        state: Life::Active,
        seal: None,
    };
    key.seal = Some(seals::key(&service.crypter, &key).to_vec());
    keys::insert(tx, &key, now).await?;
    let act = Act {
        detail: Some(format!("{} {}", Role::Root.name(), key.kid)),
        ..Act::new("key.add")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    Ok(key)
}

/// What a list says that the one before did not, in lines for people.
pub fn changes(before: Option<&TrustList>, after: &TrustList) -> Vec<String> {
    let mut lines = Vec::new();
    let known = |kid| before.and_then(|list| list.issuer(kid));
    for issuer in after.issuers() {
        let kid = issuer.key_id();
        let who = format!(
            "{} {} (region {})",
            issuer.iss, issuer.office, issuer.region
        );
        match known(kid) {
            None => lines.push(format!(
                "new issuer key {kid}: {who}, {}",
                state(issuer.state)
            )),
            Some(old) if old != issuer => {
                let (was, is) = (state(old.state), state(issuer.state));
                lines.push(format!(
                    "changed issuer key {kid}: {who}, was {was}, is {is}"
                ));
            }
            Some(_) => {}
        }
    }
    for old in before.iter().flat_map(|list| list.issuers()) {
        if after.issuer(old.key_id()).is_none() {
            lines.push(format!("GONE issuer key {}: {}", old.key_id(), old.iss));
        }
    }
    let publishers = |list: &TrustList| -> Vec<KeyId> {
        let keys = list.publishers.iter();
        keys.map(|key| KeyId::of(key.as_bytes())).collect()
    };
    let (old, new) = (
        before.map(publishers).unwrap_or_default(),
        publishers(after),
    );
    let gone = old.iter().filter(|kid| !new.contains(kid));
    let come = new.iter().filter(|kid| !old.contains(kid));
    lines.extend(come.map(|kid| format!("new publisher key {kid}")));
    lines.extend(gone.map(|kid| format!("GONE publisher key {kid}")));
    if before.is_some_and(|list| list.root != after.root) {
        let (kid, keys) = (KeyId::of(&after.root), after.roots.keys().len());
        let of = match after.roots.threshold() {
            1 if keys == 1 => String::new(),
            of => format!(", {of} of {keys} keys must sign"),
        };
        lines.push(format!("NEW ROOT {kid}{of}"));
    }
    lines
}

fn state(state: KeyState) -> String {
    match state {
        KeyState::Active => "active".to_string(),
        KeyState::Retired(since) => format!("retired since {}", credential::date::wib_text(since)),
        KeyState::Compromised(since) => {
            format!("compromised since {}", credential::date::wib_text(since))
        }
    }
}
