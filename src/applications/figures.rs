//! An office's figures. They walk through a month of applications, so they are reckoned at most once a minute for an
//! office, however many officers look at them at the same time.

use crate::domain::ids::OfficeId;
use crate::failure::Outcome;
use crate::policies;
use crate::service::Service;
use crate::store::Tx;
use crate::store::queues::{self, Statistics};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Figures are kept for so many seconds.
const AGE_MAX: i64 = 60;
/// Most figures that are kept at the same time: one period of each of the country's offices.
const KEPT_MAX: usize = 600;

/// Figures as of a second.
#[derive(Debug, Clone)]
pub struct Figures {
    /// When they were reckoned, epoch seconds.
    pub at: i64,
    /// The figures.
    pub statistics: Arc<Statistics>,
}

/// Whose figures, over how many days.
type Key = (OfficeId, i64);

/// The figures of the last minute.
#[derive(Debug, Default)]
pub struct Kept(Mutex<HashMap<Key, Figures>>);

/// An office's figures of the last `days` days, at most a minute old.
pub async fn of_office(
    service: &Service,
    tx: &mut Tx,
    office: OfficeId,
    days: i64,
) -> Outcome<Figures> {
    // Held while they are reckoned: whoever asks in the meantime waits for them instead of reckoning them again.
    let mut kept = service.figures.0.lock().await;
    let now = service.clock.now();
    if let Some(known) = kept.get(&(office, days)).filter(|k| is_fresh(k, now)) {
        return Ok(known.clone());
    }
    let (_, calendar) = policies::of_office(service, tx, office).await?;
    let since = now - days * 86_400;
    let statistics = queues::statistics(tx, office, calendar.zone.offset(), since).await?;
    let figures = Figures {
        at: now,
        statistics: Arc::new(statistics),
    };
    if kept.len() >= KEPT_MAX {
        kept.retain(|_, known| is_fresh(known, now));
    }
    if kept.len() < KEPT_MAX {
        kept.insert((office, days), figures.clone());
    }
    Ok(figures)
}

fn is_fresh(figures: &Figures, now: i64) -> bool {
    (figures.at..figures.at + AGE_MAX).contains(&now)
}
