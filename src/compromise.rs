//! A key was stolen: it counts no more, another one takes its place, and what it may have signed that nobody here knows of
//! is refused.
//!
//! A thief writes whatever time into what he signs, so the time since when the trust list distrusts a key stops an honest
//! thief alone. Therefore every status list of the office is closed: a place that was not given until then is published
//! as revoked, and new documents go into new lists. What was given is issued anew under the key that signs now, and once
//! nothing under the stolen one is in force, the trust list refuses all of it (docs/decisions/0021-stolen-keys.md).

use crate::bulk::reissue;
use crate::chance::Chance;
use crate::domain::ids::OfficeId;
use crate::domain::key::Life;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome};
use crate::gate::hold;
use crate::keys::Role;
use crate::mandates;
use crate::offices::{add_key, key, step};
use crate::record::{Act, record};
use crate::service::Service;
use crate::store::keys::{self, Key};
use crate::store::{Tx, bound, bulk_jobs, closed_lists, status_lists};
use crate::trust;
use credential::ids::KeyId;
use credential::status_list::SHARD;

/// Who signs now in place of the stolen key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Successor {
    /// Another key of the office that was signing already.
    Other(KeyId),
    /// The standby, which the trust list names.
    Standby(KeyId),
    /// One that waits for a trust list to name it.
    Waiting(KeyId),
}

/// What became of a stolen key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The key as it was before.
    pub key: Key,
    /// Since when it is known to be compromised.
    pub since: i64,
    /// Who signs now.
    pub successor: Successor,
    /// Status lists that were closed.
    pub lists: usize,
    /// Credentials of phones that ended.
    pub bound: u64,
    /// Documents to be issued anew that were queued.
    pub queued: i64,
}

/// Marks a key as compromised and puts another one in its place, all in the caller's transaction. Once more of the same
/// key and time changes nothing, so that what comes after it can be begun again.
///
/// # Errors
/// [`Failure::Invalid`] for a root, or a time after the one since when it is known to be compromised.
pub async fn compromise(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    kid: KeyId,
    since: Option<i64>,
) -> Outcome<Ended> {
    trust::take_centre(tx).await?;
    let now = service.clock.now();
    // A slip of a year or of milliseconds would let everything that a thief signs until then stand.
    if since.is_some_and(|since| !(0..=now).contains(&since)) {
        return Err(Failure::field("since", "must lie between 1970 and now"));
    }
    let stolen = key(tx, kid).await?;
    // A version before 20 marked the key and closed nothing.
    let first =
        !matches!(stolen.state, Life::Compromised { .. }) || !closed_lists::any_of(tx, kid).await?;
    let since = match (stolen.state, since) {
        (Life::Compromised { since: known, .. }, None) => known,
        (Life::Compromised { since: known, .. }, Some(since)) if since == known => known,
        (state, since) => {
            let since = since.unwrap_or(now);
            let to = state.compromise(since).map_err(|known| {
                Failure::field(
                    "since",
                    format!(
                        "must lie before {}, since when the key is known to be compromised",
                        known.0
                    ),
                )
            })?;
            step(service, tx, chance, actor, &stolen, to).await?;
            match to {
                Life::Compromised { since, .. } => since,
                _ => since,
            }
        }
    };
    let mut ended = Ended {
        successor: successor(service, tx, chance, actor, &stolen, now).await?,
        key: stolen,
        since,
        lists: 0,
        bound: 0,
        queued: 0,
    };
    if let (true, Some(office)) = (first, ended.key.office) {
        ended.bound = bound::end_of_key(tx, kid, now).await?;
        ended.lists = close(service, tx, chance, actor, office, kid, now).await?;
    }
    if let Some(office) = ended.key.office {
        let open = bulk_jobs::open_of_key(tx, kid).await?;
        // A version before 22 planned them without.
        for job in &open {
            mandates::jobs::give_older(service, tx, chance, actor, office, job.id).await?;
        }
        if open.is_empty() {
            let jobs = reissue::plan(service, tx, chance, actor, office, kid).await?;
            ended.queued = jobs.iter().map(|job| job.persons).sum();
        }
    }
    Ok(ended)
}

/// Notes that nothing which a stolen key signed is in force any more, if that is so: the next trust list refuses all of
/// it. False where something is left.
pub async fn empty(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    kid: KeyId,
) -> Outcome<bool> {
    trust::take_centre(tx).await?;
    let key = key(tx, kid).await?;
    let (Some(office), Life::Compromised { emptied, .. }) = (key.office, key.state) else {
        return Ok(false);
    };
    if reissue::any_left(service, tx, office, kid).await? {
        return Ok(false);
    }
    if !emptied {
        keys::emptied(tx, kid, service.clock.now()).await?;
        let act = Act {
            office: key.office,
            detail: Some(format!("{kid} has nothing in force")),
            ..Act::new("key.empty")
        };
        record(tx, &service.clock, chance, actor, act).await?;
    }
    Ok(true)
}

/// The key that signs in place of a stolen one: another that does already, the standby, or a new one.
async fn successor(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    stolen: &Key,
    now: i64,
) -> Outcome<Successor> {
    let all = keys::all(tx).await?;
    let others = || {
        let same =
            |k: &&Key| k.kid != stolen.kid && k.role == stolen.role && k.office == stolen.office;
        all.iter()
            .rev()
            .filter(same)
            .filter(|k| (k.not_before..=k.not_after).contains(&now))
    };
    if let Some(other) = others().find(|k| k.state == Life::Active) {
        return Ok(Successor::Other(other.kid));
    }
    // One whose private half is not within reach takes over only where there is no other.
    let mut standby = others().find(|k| k.state == Life::Certified);
    for key in others().filter(|k| k.state == Life::Certified) {
        if service.keyring.is_within_reach(key.role, key.kid).await {
            standby = Some(key);
            break;
        }
    }
    if let Some(standby) = standby {
        let active = standby.state.activate();
        let active = active.map_err(|e| Failure::WrongState(e.0))?;
        step(service, tx, chance, actor, standby, active).await?;
        return Ok(Successor::Standby(standby.kid));
    }
    let waits = |k: &&Key| k.state == Life::Requested { standby: false };
    if let Some(waiting) = others().find(waits) {
        return Ok(Successor::Waiting(waiting.kid));
    }
    let new = add_key(
        service,
        tx,
        chance,
        actor,
        stolen.role,
        stolen.office,
        false,
    )
    .await?;
    Ok(Successor::Waiting(new.kid))
}

async fn close(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    office: OfficeId,
    kid: KeyId,
    now: i64,
) -> Outcome<usize> {
    let lists = closed_lists::close(tx, office, kid, now).await?;
    for list in &lists {
        // The gate lets a list go out in which nearly every place is revoked at once.
        let list = status_lists::by_id(tx, *list).await?;
        let (all, why) = (u64::from(SHARD), "its key was stolen");
        hold::confirm(service, tx, chance, actor, &list, all, why).await?;
    }
    let act = Act {
        office: Some(office),
        detail: Some(format!("{} lists closed, key {kid}", lists.len())),
        ..Act::new("status.close")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    Ok(lists.len())
}

/// Whether that key has a standby that could take over without a root key.
pub async fn has_standby(tx: &mut Tx, role: Role, office: Option<OfficeId>) -> Outcome<bool> {
    let all = keys::all(tx).await?;
    let own = all.iter().filter(|k| k.role == role && k.office == office);
    let kept = [Life::Certified, Life::Requested { standby: true }];
    Ok(own.into_iter().any(|k| kept.contains(&k.state)))
}
