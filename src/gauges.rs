//! How the service stands, as metrics that are read from the database every 15 seconds, whoever scrapes.

use crate::domain::ids::OfficeId;
use crate::domain::key::Life;
use crate::failure::Outcome;
use crate::gate::{Kind, What};
use crate::http::App;
use crate::http::probes;
use crate::keys::Role;
use crate::store::holds::{self, Kept};
use crate::store::{Db, audit_log, keys, outbox, status_lists, trust_lists};
use crate::tlog::cosign;
use metrics::gauge;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(15);

/// Looks until the process ends. A database that cannot be reached leaves the gauges as they were and stops
/// `ikd_looked_timestamp_seconds`.
pub async fn keep(app: Arc<App>) {
    gauge!("ikd_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    gauge!("ikd_started_timestamp_seconds").set(app.service.clock.now() as f64);
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        connections(&app.service.db);
        let failing = probes::failing(&app).await;
        let failing = failing.unwrap_or_else(|_| vec![probes::DATABASE]);
        for check in probes::CHECKS {
            let in_order = !failing.contains(&check);
            gauge!("ikd_ready", "check" => check).set(f64::from(u8::from(in_order)));
        }
        if let Err(cause) = look(&app).await {
            tracing::warn!(%cause, "the gauges could not be read");
        }
    }
}

async fn look(app: &App) -> Outcome<()> {
    let now = app.service.clock.now();
    let mut tx = app.service.db.read().await?;
    if let Some(list) = trust_lists::latest(&mut tx).await? {
        gauge!("ikd_trust_list_version").set(list.version as f64);
        gauge!("ikd_trust_list_due_timestamp_seconds").set(list.next_update as f64);
    }
    let mut lists = status_lists::all(&mut tx).await?;
    lists.retain(|list| list.used > 0);
    let unsigned = lists.iter().filter(|list| list.dirty).count();
    gauge!("ikd_status_lists").set(lists.len() as f64);
    gauge!("ikd_status_lists_unsigned").set(unsigned as f64);
    if let Some(first) = lists.iter().map(|list| list.expires.unwrap_or(0)).min() {
        gauge!("ikd_status_list_expiry_timestamp_seconds").set(first as f64);
    }
    let held = holds::all(&mut tx, &app.service.register()).await?;
    for kind in Kind::ALL {
        let of_kind = |kept: &&Kept| kept.is_held() && What::kind_of(&kept.what) == kind;
        let count = held.iter().filter(of_kind).count();
        gauge!("ikd_publish_held", "what" => kind.name()).set(count as f64);
    }
    let keys = keys::all(&mut tx).await?;
    for role in [Role::Root, Role::Publisher, Role::Issuer] {
        // Of each owner the key that signs longest. One that is past its time is not looked over: it is what the alert is for.
        let mut ends: BTreeMap<Option<OfficeId>, i64> = BTreeMap::new();
        for key in keys
            .iter()
            .filter(|k| k.role == role && k.state == Life::Active)
        {
            let end = ends.entry(key.office).or_insert(key.not_after);
            *end = (*end).max(key.not_after);
        }
        if let Some(first) = ends.values().min() {
            gauge!("ikd_signing_key_expiry_timestamp_seconds", "role" => role.name())
                .set(*first as f64);
        }
    }
    let waiting = audit_log::oldest_waiting(&mut tx).await?;
    gauge!("ikd_log_waiting_seconds").set(waiting.map_or(0, |since| now - since) as f64);
    let silence = cosign::silence(&app.service, &mut tx).await?;
    gauge!("ikd_log_silence_seconds").set(silence as f64);
    let (due, oldest) = outbox::late(&mut tx, now).await?;
    gauge!("ikd_outbox_due").set(due as f64);
    gauge!("ikd_outbox_late_seconds").set(oldest.map_or(0, |since| now - since) as f64);
    gauge!("ikd_looked_timestamp_seconds").set(now as f64);
    Ok(())
}

fn connections(db: &Db) {
    let (open, idle, max) = match db {
        Db::Sqlite(pool) => (
            pool.size(),
            pool.num_idle(),
            pool.options().get_max_connections(),
        ),
        Db::Postgres(pool) => (
            pool.size(),
            pool.num_idle(),
            pool.options().get_max_connections(),
        ),
    };
    gauge!("ikd_database_connections_max").set(f64::from(max));
    let used = (open as usize).saturating_sub(idle);
    gauge!("ikd_database_connections", "state" => "used").set(used as f64);
    gauge!("ikd_database_connections", "state" => "idle").set(idle as f64);
}
