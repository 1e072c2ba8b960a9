//! What is held, and who answers for it.

use super::held::{Held, Kind, What};
use super::list;
use crate::chance::Chance;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::record::{Act, record};
use crate::service::Service;
use crate::store::Tx;
use crate::store::holds::{self, Hold, Kept};
use crate::store::register::Register;
use crate::store::status_lists::List;

/// Statuses that may change beyond what was released: others go on revoking meanwhile.
const BESIDE: i64 = 100;

/// Whether somebody answered for exactly this. The one place that says what an answer is: today a local act of whoever
/// runs the machine ([`release`]) or a bulk act that said beforehand what it would do ([`confirm`]). One that was only
/// written into the database is none.
async fn is_answered_for(tx: &mut Tx, register: &Register<'_>, held: &Held) -> Outcome<bool> {
    if !held.is_releasable() {
        return Ok(false);
    }
    let kept = holds::of(tx, register, &held.what.to_string()).await?;
    Ok(kept
        .and_then(|kept| kept.hold)
        .is_some_and(|hold| answers(&hold, held)))
}

fn answers(hold: &Hold, held: &Held) -> bool {
    let many = i64::try_from(held.changes).unwrap_or(i64::MAX);
    // What is released is exactly what would go back; how many change besides may only be a little more.
    hold.released.is_some() && hold.mark == held.mark && many <= hold.changes.saturating_add(BESIDE)
}

/// A hold in the audit trail; `altered`: somebody else had written what stood there before.
fn told(hold: &Hold, altered: bool) -> String {
    let before = match altered {
        true => " (what was noted of it before was altered)",
        false => "",
    };
    format!("{}: {}{before}", hold.what, hold.reason)
}

/// Passes a judgement on, unless somebody answered for what it found.
pub async fn unless_answered_for(
    tx: &mut Tx,
    register: &Register<'_>,
    judged: Result<(), Held>,
) -> Outcome<()> {
    match judged {
        Ok(()) => Ok(()),
        Err(held) if is_answered_for(tx, register, &held).await? => Ok(()),
        Err(held) => Err(Failure::Held(Box::new(held))),
    }
}

/// Notes what is held, in the transaction that found it out, and tells of it once.
pub async fn keep(service: &Service, tx: &mut Tx, held: &Held) -> Outcome<()> {
    let (what, register) = (held.what.to_string(), service.register());
    let kept = holds::of(tx, &register, &what).await?;
    // What somebody else wrote there is written over with what is so, and told of.
    let altered = kept.as_ref().is_some_and(|kept| kept.hold.is_none());
    let known = kept.and_then(|kept| kept.hold);
    // Somebody answered for it in the meantime, or it is this machine's clock alone that keeps it: that takes no answer back.
    let released = known.as_ref().filter(|known| known.released.is_some());
    if released.is_some_and(|known| !held.is_releasable() || answers(known, held)) {
        return Ok(());
    }
    let hold = Hold {
        what,
        kind: held.what.kind().name().to_string(),
        reason: held.reason(),
        mark: held.mark,
        changes: i64::try_from(held.changes).unwrap_or(i64::MAX),
        releasable: held.is_releasable(),
        since: known
            .as_ref()
            .map_or(service.clock.now(), |known| known.since),
        released: None,
    };
    if known.as_ref() == Some(&hold) {
        return Ok(());
    }
    holds::put(tx, &register, &hold).await?;
    if known.is_none_or(|known| known.mark != hold.mark || known.released.is_some()) {
        tracing::error!(what = hold.what, reason = hold.reason, "not published");
        let act = Act {
            detail: Some(told(&hold, altered)),
            ..Act::new("publish.hold")
        };
        record(tx, &service.clock, &mut Chance::System, Actor::Local, act).await?;
    }
    Ok(())
}

/// The same after the transaction that found it out was given up. Any other failure is none of the gate's.
pub async fn note(service: &Service, failure: &Failure) -> Outcome<()> {
    if let Failure::Held(held) = failure {
        let mut tx = service.db.begin().await?;
        keep(service, &mut tx, held).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// It goes out: nothing of that name is held any more, and what was released is used up.
pub async fn went_out(service: &Service, tx: &mut Tx, what: &What) -> Outcome<()> {
    if let Some(kept) = holds::of(tx, &service.register(), &what.to_string()).await? {
        forget(service, tx, &mut Chance::System, Actor::Local, &kept).await?;
    }
    Ok(())
}

/// Throws a note away; one that the gate did not write leaves a line.
async fn forget(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    kept: &Kept,
) -> Outcome<()> {
    holds::end(tx, &kept.what).await?;
    if kept.hold.is_some() {
        return Ok(());
    }
    let name = kept.name();
    let act = Act {
        detail: Some(format!(
            "{name}: what was noted of it was altered and is thrown away"
        )),
        ..Act::new("publish.forget")
    };
    record(tx, &service.clock, chance, actor, act).await
}

/// Everything that is held.
pub async fn all(service: &Service, tx: &mut Tx) -> Outcome<Vec<Kept>> {
    holds::all(tx, &service.register()).await
}

/// What came of a release.
pub enum Released {
    /// This goes out with the next publication.
    This(Hold),
    /// Nothing: what was noted was not written by the gate. It is thrown away, and the gate notes anew what is so.
    Altered,
}

/// Lets exactly what is held under that name go out with the next publication.
///
/// # Errors
/// [`Failure::NotFound`] where nothing of that name is held; of the field `what` where only mending helps, or it is released
/// already; [`Failure::Changed`] where it is held for something else by now.
pub async fn release(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    what: &str,
) -> Outcome<Released> {
    let register = service.register();
    let kept = holds::of(tx, &register, what).await?;
    let kept = kept.ok_or(Failure::NotFound(Thing::Hold))?;
    let Some(hold) = kept.hold.clone() else {
        forget(service, tx, chance, actor, &kept).await?;
        return Ok(Released::Altered);
    };
    if !hold.releasable {
        return Err(Failure::field(
            "what",
            "cannot be released: set the clock of the machine right",
        ));
    }
    if hold.released.is_some() {
        return Err(Failure::field("what", "is released already: publish it"));
    }
    holds::release(tx, &register, &hold, service.clock.now()).await?;
    let act = Act {
        content: Some(&hold.mark),
        detail: Some(told(&hold, false)),
        ..Act::new("publish.release")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    Ok(Released::This(hold))
}

/// Answers beforehand for a bulk act that changes up to `changes` statuses of a list, in the transaction that makes them,
/// after the list is marked, because who signs it takes the list first, too. The next list with them goes out then,
/// whatever `[lists] gate_share` says. For acts that end many documents at once, like closing every list of a key that a
/// thief has. It answers for statuses becoming worse alone: a revocation that would be dropped is held all the same.
/// `why`: a few fixed words for the audit trail.
pub async fn confirm(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    list: &List,
    changes: u64,
    why: &str,
) -> Outcome<()> {
    let now = service.clock.now();
    // Two acts before one signature answer for what both do.
    let (register, mark) = (
        service.register(),
        list::mark_of_many(list.issued.unwrap_or_default()),
    );
    let kept = holds::of(tx, &register, &list.uri).await?;
    let altered = kept.as_ref().is_some_and(|kept| kept.hold.is_none());
    let known = kept.and_then(|kept| kept.hold);
    let known = known.filter(|h| h.released.is_some() && h.mark == mark);
    let changes = changes + known.map_or(0, |h| u64::try_from(h.changes).unwrap_or_default());
    let hold = Hold {
        what: list.uri.clone(),
        kind: Kind::List.name().to_string(),
        reason: format!("{changes} statuses may change at once: {why}"),
        mark,
        changes: i64::try_from(changes).unwrap_or(i64::MAX),
        releasable: true,
        since: now,
        released: Some(now),
    };
    holds::put(tx, &register, &hold).await?;
    let act = Act {
        content: Some(&hold.mark),
        detail: Some(told(&hold, altered)),
        ..Act::new("publish.confirm")
    };
    record(tx, &service.clock, chance, actor, act).await
}
