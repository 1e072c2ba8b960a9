//! The offline bundle.

use crate::clock::Stopwatch;
use crate::config::DAY;
use crate::domain::ids::ListId;
use crate::failure::{Failure, Outcome, Thing};
use crate::gate::bundle::Edition;
use crate::gate::{What, editions, hold};
use crate::keys::Role;
use crate::service::Service;
use crate::store::bundles::{self, Published};
use crate::store::keys::Key;
use crate::store::register::Register;
use crate::store::{Tx, keys, locks, status_lists, trust_lists};
use crate::trust;
use credential::bundle::{Bundle, issue::unsigned};
use credential::ids::KeyId;
use credential::trust_list::TrustList;
use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// For so long nobody makes and signs anew what the gate held.
const HELD: Duration = Duration::from_secs(2);

/// What the gate held last, and when: as often as somebody asks for a bundle it would be made in vain.
#[derive(Debug, Default)]
pub struct LastHeld(Mutex<Option<(Vec<u8>, Stopwatch)>>);

impl LastHeld {
    fn now(&self, content: Vec<u8>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((content, Stopwatch::start()));
    }

    fn is(&self, content: &[u8]) -> bool {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = last.as_ref().filter(|(held, _)| held == content);
        same.is_some_and(|(_, since)| since.elapsed() < HELD)
    }
}

/// Signs a bundle of the trust list and every status list as they stand, and keeps it. One at a time.
///
/// # Errors
/// [`Failure::Held`] where it takes back what verifiers were told: to be noted after the transaction is given up.
pub async fn build(service: &Service, tx: &mut Tx) -> Outcome<Published> {
    locks::name(tx, "bundle", b"").await?;
    let (trust, list) = trust::current(tx).await?;
    // Of one statement, so that what it says it holds is what it holds.
    let lists = status_lists::tokens(tx).await?;
    let content = content(trust.version, lists.iter().map(|l| (&l.id, l.issued)));
    // Nor one whose lists are dated much after it, which they are where the clock was set back since.
    let dated = lists.iter().map(|list| list.issued).max();
    let tokens: Vec<Vec<u8>> = lists.into_iter().map(|list| list.token).collect();
    let keys = keys::all(tx).await?;
    let now = service.clock.now();
    let publisher = publisher(&keys, &list, now)?;
    let last = bundles::latest(tx).await?;
    // A verifier refuses a bundle that is not later than the one it has.
    let issued = last.as_ref().map_or(now, |last| now.max(last.issued + 1));
    let issued = dated.map_or(issued, |dated| issued.max(dated));
    let expires = issued + i64::from(service.config.lists.bundle_days) * DAY;
    let unsigned = unsigned(publisher.kid, issued, expires, &trust.token, &tokens);
    let signer = service.keyring.signer(Role::Publisher, publisher.kid)?;
    let signature = crate::keys::sign(signer, unsigned.to_be_signed()).await?;
    let bundle = Published {
        issued,
        expires,
        content,
        token: unsigned.into_token(&signature),
    };
    let Ok(read) = Bundle::verify(&bundle.token, &trust.root) else {
        return Err(Failure::NotPublishable("the bundle"));
    };
    if let Some(last) = last {
        let register = service.register();
        pass(tx, &register, &trust.root, &keys, &last, &read, now).await?;
    }
    bundles::insert(tx, &bundle).await?;
    hold::went_out(service, tx, &What::Bundle).await?;
    Ok(bundle)
}

/// The gate: compares it with the one of before (src/gate/bundle.rs).
async fn pass(
    tx: &mut Tx,
    register: &Register<'_>,
    root: &[u8; 32],
    keys: &[Key],
    last: &Published,
    next: &Bundle,
    now: i64,
) -> Outcome<()> {
    let Some(before) = editions::out(&last.token, root, keys) else {
        return hold::unless_answered_for(
            tx,
            register,
            editions::unreadable(What::Bundle, &last.token),
        )
        .await;
    };
    let before = Edition {
        trust: &before.trust,
        lists: &before.statuses,
    };
    let after = Edition {
        trust: &next.trust,
        lists: &next.statuses,
    };
    editions::pass(tx, register, What::Bundle, before, after, |_| false, now).await
}

/// The newest key that may publish now and stands in the trust list.
pub fn publisher<'k>(keys: &'k [Key], list: &TrustList, now: i64) -> Outcome<&'k Key> {
    let mut publishers = keys.iter().rev().filter(|k| k.role == Role::Publisher);
    let listed = |kid| {
        let mut listed = list.publishers.iter();
        listed.any(|p| KeyId::of(p.as_bytes()) == kid)
    };
    let publisher = publishers.find(|k| k.signs_at(now) && listed(k.kid));
    publisher.ok_or(Failure::NotFound(Thing::Key))
}

/// The newest bundle, made anew where a list or the trust list changed since, or past half its life; the last one that
/// went out, where the gate holds the next.
pub async fn current(service: &Service) -> Outcome<Published> {
    let mut tx = service.db.read().await?;
    let (content, last) = content_now(&mut tx).await?;
    let last = match up_to_date(service, &content, last) {
        Ok(bundle) => return Ok(bundle),
        Err(last) => last.filter(|_| service.held.is(&content)),
    };
    // What is out stays out.
    if let Some(last) = last {
        return Ok(last);
    }
    drop(tx);
    let mut tx = service.db.begin().await?;
    locks::name(&mut tx, "bundle", b"").await?;
    // Another request may have made it in the meantime.
    let (content, last) = content_now(&mut tx).await?;
    let came = match up_to_date(service, &content, last) {
        Ok(bundle) => Ok(bundle),
        Err(_) => build(service, &mut tx).await,
    };
    let failure = match came {
        Ok(bundle) => {
            tx.commit().await?;
            return Ok(bundle);
        }
        Err(failure) => failure,
    };
    drop(tx);
    hold::note(service, &failure).await?;
    let mut tx = service.db.read().await?;
    match bundles::latest(&mut tx).await? {
        Some(last) if matches!(failure, Failure::Held(_)) => {
            service.held.now(content);
            Ok(last)
        }
        _ => Err(failure),
    }
}

/// What a bundle of now would hold, and the last one that went out.
async fn content_now(tx: &mut Tx) -> Outcome<(Vec<u8>, Option<Published>)> {
    let trust = trust_lists::latest(tx).await?;
    let lists = status_lists::all(tx).await?;
    let signed = lists.iter().filter_map(|l| Some((&l.id, l.issued?)));
    let content = content(trust.map_or(0, |list| list.version), signed);
    Ok((content, bundles::latest(tx).await?))
}

/// The last one, where it holds what one of now would, and has half its life before it; otherwise as an error.
fn up_to_date(
    service: &Service,
    content: &[u8],
    last: Option<Published>,
) -> Result<Published, Option<Published>> {
    let half_life = i64::from(service.config.lists.bundle_days) * DAY / 2;
    let now = service.clock.now();
    match last {
        Some(b) if b.expires - now >= half_life && b.content == content => Ok(b),
        last => Err(last),
    }
}

/// SHA-256 of what a bundle holds: the version of the trust list, and which status lists of when, by name.
fn content<'l>(trust: u64, lists: impl Iterator<Item = (&'l ListId, i64)>) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(trust.to_be_bytes());
    for (id, issued) in lists {
        hash.update(id.to_vec());
        hash.update(issued.to_be_bytes());
    }
    hash.finalize().to_vec()
}
