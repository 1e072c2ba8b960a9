//! Work that one of several instances does for all of them.

use crate::chance::Chance;
use crate::clock::Stopwatch;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::{Db, leases};
use std::time::Duration;

/// Seconds for which a lease is taken.
const TIME: i64 = 15;
/// Time after which it is renewed, or asked for again.
pub const ASKED: Duration = Duration::from_secs(5);

/// Signs status lists that nobody waits for.
pub const PUBLISHER: &str = "publisher";
/// Deletes and releases what has had its time.
pub const HOUSEKEEPER: &str = "housekeeper";
/// Gives lines of the audit trail their places in the log.
pub const LOG: &str = "log";

/// This process's claim to a piece of work.
#[derive(Debug)]
pub struct Lease {
    name: &'static str,
    holder: [u8; 16],
    /// The term, if it has the lease, and since when that is known.
    known: Option<(Option<i64>, Stopwatch)>,
    asked: bool,
}

impl Lease {
    /// A claim that is not yet made.
    pub fn new(name: &'static str, chance: &mut Chance) -> Self {
        Self {
            name,
            holder: chance.bytes(),
            known: None,
            asked: false,
        }
    }

    /// Takes or renews the lease where it is time to. Its term, or `None` while another has it. What is written under a
    /// term is to be refused once a later one has written.
    pub async fn keep(&mut self, service: &Service) -> Outcome<Option<i64>> {
        if let Some((term, since)) = &self.known
            && since.elapsed() < ASKED
        {
            return Ok(*term);
        }
        let asked = Stopwatch::start();
        self.known = None;
        let mut tx = service.db.begin().await?;
        if !self.asked && matches!(service.db, Db::Sqlite(_)) {
            // One process at a time serves a file; one that died is not waited for.
            leases::end(&mut tx, self.name).await?;
        }
        let term = leases::take(&mut tx, &service.clock, self.name, &self.holder, TIME).await?;
        tx.commit().await?;
        self.asked = true;
        self.known = Some((term, asked));
        Ok(term)
    }

    /// Lets another take it at once.
    pub async fn give_up(&mut self, service: &Service) -> Outcome<()> {
        self.known = None;
        let mut tx = service.db.begin().await?;
        leases::give_up(&mut tx, self.name, &self.holder).await?;
        tx.commit().await
    }
}
