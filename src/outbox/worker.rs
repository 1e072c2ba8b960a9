//! Delivers what stands in the outbox: claim, deliver, note the result. Several processes may do it at once.
//!
//! A claim lapses by itself, so that nothing is lost with a process that dies. It is then delivered again: every
//! message has the same id with every try, by which the other side can tell.

use super::courier::{Courier, Parcel};
use super::fault::Fault;
use super::{open, recipients, schedule, words};
use crate::agencies::push;
use crate::chance::Chance;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::locks::{self, Row};
use crate::store::outbox::{self, Cause, Notice, State};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Rows claimed and delivered at the same time.
const TOGETHER: u32 = 16;
/// Days that ended rows are kept to be looked at.
pub const KEEP_DAYS: i64 = 90;

/// What a round did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Delivered.
    pub delivered: usize,
    /// Nobody to tell, or nobody to be told any more.
    pub dropped: usize,
    /// To be tried again.
    pub failed: usize,
    /// Given up.
    pub dead: usize,
}

impl Done {
    /// How many rows it took up.
    pub fn total(self) -> usize {
        self.delivered + self.dropped + self.failed + self.dead
    }

    fn add(&mut self, to: State) {
        match to {
            State::Delivered => self.delivered += 1,
            State::Dropped => self.dropped += 1,
            State::Dead => self.dead += 1,
            State::Waiting | State::Claimed => self.failed += 1,
        }
    }
}

/// Works until it is told to stop.
pub async fn keep(service: &Service, courier: Arc<Courier>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let done = round(service, &courier, &mut Chance::System).await;
        match done {
            Ok(done) if done.total() > 0 => {
                tracing::info!(
                    delivered = done.delivered,
                    dropped = done.dropped,
                    failed = done.failed,
                    dead = done.dead,
                    "outbox"
                );
                continue;
            }
            Ok(_) => {}
            Err(cause) => tracing::error!(%cause, "the outbox could not be worked on"),
        }
        let _ = tokio::time::timeout(Duration::from_secs(1), stop.changed()).await;
    }
}

/// One round: at most 16 rows.
pub async fn round(
    service: &Service,
    courier: &Arc<Courier>,
    chance: &mut Chance,
) -> Outcome<Done> {
    let mut done = Done::default();
    let claimed = claim(service, chance, &mut done).await?;
    let mut under_way = JoinSet::new();
    let mut notices = HashMap::new();
    for notice in claimed {
        match prepare(service, &notice).await {
            Ok(Some(parcel)) => {
                let (courier, id) = (Arc::clone(courier), notice.id);
                under_way.spawn(async move { (id, courier.deliver(parcel).await) });
                notices.insert(notice.id, notice);
            }
            Ok(None) => log_failure(finish(service, &notice, State::Dropped, &mut done).await),
            Err(cause) => {
                tracing::error!(%cause, notice = %notice.id, "a message could not be composed");
                log_failure(retry_later(service, chance, &notice, Fault::Local, &mut done).await);
            }
        }
    }
    // What panics stays claimed, and is tried again when the claim lapses.
    while let Some(joined) = under_way.join_next().await {
        let Ok((id, result)) = joined else { continue };
        let Some(notice) = notices.remove(&id) else {
            continue;
        };
        match result {
            Ok(()) => log_failure(finish(service, &notice, State::Delivered, &mut done).await),
            Err(fault) => {
                log_failure(retry_later(service, chance, &notice, fault, &mut done).await)
            }
        }
    }
    Ok(done)
}

/// What came of one row could not be written down. The others that are under way are not to suffer from it; this one is
/// tried again when its claim lapses.
fn log_failure(result: Outcome<()>) {
    if let Err(cause) = result {
        tracing::error!(%cause, "what came of a message could not be written down");
    }
}

/// Takes up what is due. The rows it returns count this try already.
async fn claim(service: &Service, chance: &mut Chance, done: &mut Done) -> Outcome<Vec<Notice>> {
    let mut tx = service.db.read().await?;
    let any = !outbox::due(&mut tx, service.clock.now(), 1)
        .await?
        .is_empty();
    if !any && !push::is_due(service, &mut tx).await? {
        return Ok(Vec::new());
    }
    drop(tx);
    let mut tx = service.db.begin().await?;
    push::fill(service, &mut tx, chance).await?;
    // Not the second from before: what was just written is due in the one that may have begun since.
    let now = service.clock.now();
    let lapses = now + 3 * i64::from(service.config.notify.timeout.max(1));
    let mut claimed = Vec::new();
    for mut notice in outbox::due_to_claim(&mut tx, now, TOGETHER).await? {
        if notice.tries >= schedule::TRIES {
            // The last claim lapsed: whoever had it died.
            let fault = Fault::Interrupted.to_string();
            outbox::fail(&mut tx, &notice, notice.state, State::Dead, now, &fault).await?;
            done.add(State::Dead);
            metrics::counter!("ikd_outbox_total", "cause" => notice.cause.name(), "result" => "dead")
                .increment(1);
            continue;
        }
        outbox::claim(&mut tx, &notice, lapses).await?;
        notice.state = State::Claimed;
        notice.tries += 1;
        claimed.push(notice);
    }
    tx.commit().await?;
    Ok(claimed)
}

/// What is to go out for a row; nothing where there is nobody to tell.
async fn prepare(service: &Service, notice: &Notice) -> Outcome<Option<Parcel>> {
    let (id, at) = (notice.id, service.clock.now());
    let mut tx = service.db.read().await?;
    Ok(match &notice.cause {
        Cause::Letter(sealed) => {
            let sealed = sealed.as_deref().ok_or(Failure::Row("outbox.sealed"))?;
            let letter = open(service, id, sealed)?;
            let somebody = letter.to.as_str() != super::NOBODY;
            somebody.then_some(Parcel::Letter { id, at, letter })
        }
        Cause::Application {
            application, stage, ..
        } => {
            let to = recipients::of(service, &mut tx, *application).await?;
            let url = public_url(service);
            let letter = to.and_then(|to| words::letter(to, *stage, notice.created, &url));
            letter.map(|letter| Parcel::Letter { id, at, letter })
        }
        Cause::Push {
            agency,
            after,
            through,
        } => {
            let post = push::post(service, &mut tx, id, *agency, *after, *through).await?;
            post.map(Parcel::Post)
        }
    })
}

fn public_url(service: &Service) -> String {
    let listen = service.config.http.listen;
    let configured = service.config.web.public_url.clone();
    configured.unwrap_or_else(|| format!("http://{listen}"))
}

/// Ends a row, unless the claim lapsed and somebody else has it now, or it was dropped in the meantime.
async fn finish(service: &Service, notice: &Notice, to: State, done: &mut Done) -> Outcome<()> {
    let mut tx = service.db.begin().await?;
    if let Cause::Push { agency, .. } = notice.cause {
        // An agency before its pushes, as whoever cuts it off does.
        locks::row(&mut tx, Row::Agency(agency)).await?;
    }
    let now = service.clock.now();
    match outbox::end(&mut tx, notice.id, notice.tries, to, now).await {
        Ok(()) => {}
        Err(Failure::Changed) => return Ok(()),
        Err(other) => return Err(other),
    }
    if let (
        State::Delivered,
        Cause::Push {
            agency,
            after,
            through,
        },
    ) = (to, &notice.cause)
    {
        push::taken(service, &mut tx, *agency, *after, *through).await?;
    }
    tx.commit().await?;
    done.add(to);
    metrics::counter!("ikd_outbox_total", "cause" => notice.cause.name(), "result" => to.name())
        .increment(1);
    Ok(())
}

async fn retry_later(
    service: &Service,
    chance: &mut Chance,
    notice: &Notice,
    fault: Fault,
    done: &mut Done,
) -> Outcome<()> {
    let now = service.clock.now();
    let (to, due) = if notice.tries >= schedule::TRIES {
        (State::Dead, now)
    } else {
        let wait = schedule::wait(notice.tries, service.config.notify.retry, chance);
        (State::Waiting, now + wait)
    };
    let mut tx = service.db.begin().await?;
    let fault = fault.to_string();
    match outbox::fail(&mut tx, notice, State::Claimed, to, due, &fault).await {
        Ok(()) => {}
        Err(Failure::Changed) => return Ok(()),
        Err(other) => return Err(other),
    }
    tx.commit().await?;
    done.add(to);
    let result = if to == State::Dead { "dead" } else { "failed" };
    metrics::counter!("ikd_outbox_total", "cause" => notice.cause.name(), "result" => result)
        .increment(1);
    Ok(())
}
