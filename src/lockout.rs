//! Lockout: after five wrong tries in a row a name waits, each time longer. Names that do not exist wait likewise, so
//! that waiting tells nothing. Everything stands in the database: a restart forgives nothing.
//!
//! A try is charged before it is judged: however many run at the same time, no more than five are judged.

use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::Tx;
use crate::store::lockouts::{self as rows, Row};

/// Wrong tries that are free, and between one wait and the next.
pub const FREE: i64 = 5;
/// The first wait, in seconds; each further one is twice as long.
pub const FIRST_WAIT: i64 = 15 * 60;
/// The longest wait.
pub const LONGEST_WAIT: i64 = 24 * 3600;
/// Wrong tries are remembered for so many seconds after the last one.
const MEMORY: i64 = 48 * 3600;

/// What is locked: one account of one kind.
pub struct Lock([u8; 32]);

impl Lock {
    /// The lock of a name. `realm` keeps names of different kinds apart.
    pub fn of(service: &Service, realm: &'static str, name: &[u8]) -> Self {
        let named = [realm.as_bytes(), b"\0", name].concat();
        Self(service.crypter.index("lockout", &named))
    }

    /// Charges a try. Commit before it is judged; [`Lock::charge_now`] does that.
    ///
    /// # Errors
    /// [`Failure::TooMany`] while the name waits.
    pub async fn charge(&self, service: &Service, tx: &mut Tx) -> Outcome<()> {
        let now = service.clock.now();
        let before = rows::take(tx, &self.0, now + MEMORY).await?;
        let before = match before.forgotten <= now {
            true => Row::default(),
            false => before,
        };
        if now < before.locked_until {
            return Err(Failure::TooMany {
                retry_after: before.locked_until - now,
            });
        }
        rows::put(tx, &self.0, charged(before, now)).await
    }

    /// Charges a try in a transaction of its own.
    pub async fn charge_now(&self, service: &Service) -> Outcome<()> {
        let mut tx = service.db.begin().await?;
        self.charge(service, &mut tx).await?;
        tx.commit().await
    }

    /// Takes back one charge: this step was right, but the sign-in is not done yet.
    pub async fn refund(&self, tx: &mut Tx) -> Outcome<()> {
        rows::refund(tx, &self.0).await
    }

    /// Forgets all wrong tries: the sign-in is done, or an admin lifts the lock.
    pub async fn lift(&self, tx: &mut Tx) -> Outcome<()> {
        rows::delete(tx, &self.0).await
    }
}

fn charged(before: Row, now: i64) -> Row {
    let failures = before.failures + 1;
    let locked_until = match failures % FREE {
        0 => now + wait(failures / FREE),
        _ => 0,
    };
    Row {
        failures,
        locked_until,
        forgotten: now.max(locked_until) + MEMORY,
    }
}

/// Seconds of the n-th wait, from 1.
fn wait(nth: i64) -> i64 {
    let doublings = u32::try_from(nth - 1).unwrap_or_default().min(20);
    (FIRST_WAIT << doublings).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fifth_wrong_try_waits_twice_as_long() {
        let mut row = Row::default();
        let mut waits = Vec::new();
        for _ in 0..50 {
            row = charged(row, 1000);
            if row.locked_until > 0 {
                assert_eq!(row.failures % FREE, 0);
                waits.push((row.locked_until - 1000) / 60);
            }
            assert!(row.forgotten >= row.locked_until + MEMORY - 1);
        }
        assert_eq!(waits, [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440]);
    }
}
