//! Throttling: so many tries of something in so many seconds, for each key. The counters stand in the database, so a
//! restart forgives nothing, and their keys only as a keyed hash.

use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::{Tx, throttles};

/// How often something may be tried.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Names what is counted; counters of different rules are apart.
    pub name: &'static str,
    /// Tries in a window.
    pub max: u32,
    /// Length of the window; it begins with the first try.
    pub per_seconds: i64,
}

/// Counts a try of whoever `key` names (an address, an account, a registration number).
///
/// The count is part of the transaction: commit it before what was tried is judged, or a refusal that rolls back
/// forgets it. [`count_now`] does that.
///
/// # Errors
/// [`Failure::TooMany`] beyond the rule.
pub async fn count(service: &Service, tx: &mut Tx, rule: &Rule, key: &[u8]) -> Outcome<()> {
    let now = service.clock.now();
    let (used, ends) = add(service, tx, rule, key).await?;
    if used > i64::from(rule.max) {
        return Err(Failure::TooMany {
            retry_after: (ends - now).max(1),
        });
    }
    Ok(())
}

/// Counts what is not refused; whether it is the first of its window.
pub async fn is_first(service: &Service, tx: &mut Tx, rule: &Rule, key: &[u8]) -> Outcome<bool> {
    let (used, _) = add(service, tx, rule, key).await?;
    Ok(used == 1)
}

/// How often it was counted in its window, with this time, and when that ends.
async fn add(service: &Service, tx: &mut Tx, rule: &Rule, key: &[u8]) -> Outcome<(i64, i64)> {
    let now = service.clock.now();
    let named = [rule.name.as_bytes(), b"\0", key].concat();
    let index = service.crypter.index("throttle", &named);
    throttles::count(tx, &index, now + rule.per_seconds, now).await
}

/// Counts a try in a transaction of its own, so that it stays counted whatever follows.
pub async fn count_now(service: &Service, rule: &Rule, key: &[u8]) -> Outcome<()> {
    let mut tx = service.db.begin().await?;
    count(service, &mut tx, rule, key).await?;
    tx.commit().await
}
