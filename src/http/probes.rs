//! Health, readiness, metrics.

use super::{App, Shared};
use crate::failure::Outcome;
use crate::keys::{PATIENCE, Role};
use crate::store::holds::{self, Kept};
use crate::store::{keys, standby, status_lists, trust_lists};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The database can be reached.
pub const DATABASE: &str = "database";
/// The trust list is not past its time.
const TRUST_LIST: &str = "trust list";
/// No status list is past its time.
const STATUS_LISTS: &str = "status lists";
/// The private keys that are to sign are within reach.
const KEYS: &str = "keys";
/// The gate holds nothing that was about to be published.
const HELD: &str = "publishing";
/// What is looked at.
pub const CHECKS: [&str; 5] = [DATABASE, TRUST_LIST, STATUS_LISTS, KEYS, HELD];

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200)))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The database can be reached, the keys loaded, no list is past its time, and nothing is held that was to be published.
#[utoipa::path(get, path = "/readyz", tag = "operation", responses((status = 200), (status = 503)))]
pub async fn readyz(State(app): State<Shared>) -> impl IntoResponse {
    let failing = look(&app).await.map(|seen| seen.failing);
    answer(failing.unwrap_or_else(|_| vec![DATABASE]))
}

/// Whether a balancer should send requests to this instance: the database can be reached and there are keys. A list past its
/// time, or one office's key that is kept elsewhere, is wrong with all instances at once, and no reason to take pages and lists
/// away from everybody.
#[utoipa::path(get, path = "/readyz/instance", tag = "operation", responses((status = 200), (status = 503)))]
pub async fn instance(State(app): State<Shared>) -> impl IntoResponse {
    let Ok(seen) = look(&app).await else {
        return answer(vec![DATABASE]);
    };
    let mut failing = seen.failing;
    failing.retain(|check| *check == DATABASE || (*check == KEYS && !seen.any_key));
    answer(failing)
}

fn answer(failing: Vec<&'static str>) -> Response {
    let (status, word) = match failing.as_slice() {
        [] => (StatusCode::OK, "ready"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    };
    let body = json!({ "status": word, "failing": failing }).to_string();
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    response.extensions_mut().insert(super::observe::AsIs);
    response
}

/// Which of [`CHECKS`] are not in order.
pub async fn failing(app: &App) -> Outcome<Vec<&'static str>> {
    look(app).await.map(|seen| seen.failing)
}

struct Seen {
    failing: Vec<&'static str>,
    /// Whether any private key is within reach of those that are to sign.
    any_key: bool,
}

async fn look(app: &App) -> Outcome<Seen> {
    let now = app.service.clock.now();
    let mut tx = app.service.db.read().await?;
    let mut failing = Vec::new();
    if standby::follows(&mut tx).await? {
        failing.push(DATABASE);
    }
    match trust_lists::latest(&mut tx).await? {
        Some(list) if list.next_update >= now => {}
        _ => failing.push(TRUST_LIST),
    }
    // A list without a single index drawn is not signed before its first document.
    let lists = status_lists::all(&mut tx).await?;
    if lists
        .iter()
        .any(|l| l.used > 0 && l.expires.is_none_or(|e| e < now))
    {
        failing.push(STATUS_LISTS);
    }
    let held = holds::all(&mut tx, &app.service.register()).await?;
    if held.iter().any(Kept::is_held) {
        failing.push(HELD);
    }
    let all = keys::all(&mut tx).await?;
    let signs = |k: &&keys::Key| k.role != Role::Root && k.signs_at(now);
    drop(tx);
    let (mut any_key, mut all_keys) = (false, true);
    // The publisher's first, of whose kind there are few.
    let asked = async {
        for key in all.iter().rev().filter(signs) {
            let keyring = &app.service.keyring;
            match keyring.is_within_reach(key.role, key.kid).await {
                true => any_key = true,
                false => all_keys = false,
            }
            // Nothing more is to be learnt.
            if any_key && !all_keys {
                break;
            }
        }
    };
    // A device that hangs is waited for once, not for each key.
    let answered = tokio::time::timeout(PATIENCE, asked).await.is_ok();
    if !all_keys || !answered {
        failing.push(KEYS);
    }
    Ok(Seen { failing, any_key })
}

/// Counters and histograms for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses((status = 200, content_type = "text/plain")))]
pub async fn metrics(State(app): State<Shared>) -> impl IntoResponse {
    app.metrics.run_upkeep();
    let headers = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (headers, app.metrics.render())
}
