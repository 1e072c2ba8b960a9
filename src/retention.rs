//! How long personal data is kept: one list of tables ([`TABLES`]), by which the housekeeper and `ikd purge` delete, and
//! from which the table in docs/OPERATIONS.md is made. `ikd person` goes by the same list.
//!
//! What is not in it stays: the register, documents and what the audit trail says of them (UU 24/2013), and of
//! applications everything but their files (UU 43/2009), until the office's own retention schedule ends them.

mod tables;

use crate::config::DAY;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::{
    Tx, activations, applications, attachments as files, bound, codes, devices,
    idempotency as answers, lockouts, outbox, sessions, throttles, uploads,
};
pub use tables::{Erase, Export, TABLES, Table, WITHOUT};

/// Seconds for which files stay with an application that ended: five years.
pub const FILES_KEPT: i64 = 1826 * DAY;

/// Rows of drafts, and of files, that are deleted in one transaction: the rest waits for the next.
pub const LIMIT: u64 = 500;

/// What is deleted when.
#[derive(Debug)]
pub struct Rule {
    /// The table.
    pub table: &'static str,
    /// Which of its rows.
    pub what: &'static str,
    /// Seconds for which they are kept; 0: until then.
    pub kept: i64,
    /// From when on.
    pub after: &'static str,
    /// Why so long, and by which law.
    pub why: &'static str,
    /// How often the housekeeper looks.
    pub every: Every,
    of: Of,
}

/// How often the housekeeper looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Each minute.
    Minute,
    /// Each hour.
    Hour,
}

#[derive(Debug, Clone, Copy)]
enum Of {
    Throttles,
    Lockouts,
    Sessions,
    Answers,
    Codes,
    Drafts,
    Uploads,
    Files,
    Activations,
    Bound,
    Devices,
    Letters,
}

/// The rules of all tables, in their order.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    TABLES.iter().filter_map(|table| table.over.as_ref())
}

/// How far a purge goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Nothing is deleted; it only tells how many rows it would be, of some rules [`LIMIT`] at most.
    Dry,
    /// Of some rules [`LIMIT`] rows at most; the next time goes on.
    Once,
    /// Until nothing is left.
    All,
}

/// What a purge did.
#[derive(Debug)]
pub struct Purged {
    /// Rows of each rule.
    pub rows: Vec<(&'static Rule, u64)>,
    /// The first rule by which nothing could be deleted, and why. Those after it were not held up by that.
    pub failed: Option<(&'static Rule, Failure)>,
}

impl Rule {
    /// Until when its rows are kept, in words.
    pub fn end(&self) -> String {
        match self.kept / DAY {
            0 => format!("until {}", self.after),
            1 => format!("a day from {}", self.after),
            days => format!("{days} days from {}", self.after),
        }
    }

    /// Whether these may be fewer rows than there are: a transaction deletes no more of this rule.
    pub fn is_cut(&self, rows: u64) -> bool {
        matches!(self.of, Of::Drafts | Of::Files) && rows >= LIMIT
    }
}

/// Deletes what has had its time by these rules, each in a transaction of its own, or in several.
pub async fn purge(service: &Service, counts: impl Fn(&Rule) -> bool, depth: Depth) -> Purged {
    let mut purged = Purged {
        rows: Vec::new(),
        failed: None,
    };
    let rules: Vec<&'static Rule> = rules().filter(|rule| counts(rule)).collect();
    for rule in rules {
        match by(service, rule, depth).await {
            Ok(rows) => purged.rows.push((rule, rows)),
            Err(cause) => {
                tracing::error!(table = rule.table, %cause, "what has had its time could not be deleted");
                purged.failed.get_or_insert((rule, cause));
            }
        }
    }
    purged
}

async fn by(service: &Service, rule: &Rule, depth: Depth) -> Outcome<u64> {
    let now = service.clock.now();
    let mut all = 0;
    loop {
        let mut tx = service.db.begin().await?;
        let rows = delete(&mut tx, rule, now).await?;
        if depth != Depth::Dry {
            tx.commit().await?;
        }
        all += rows;
        if depth != Depth::All || !rule.is_cut(rows) {
            return Ok(all);
        }
    }
}

async fn delete(tx: &mut Tx, rule: &Rule, now: i64) -> Outcome<u64> {
    let by = now - rule.kept;
    match rule.of {
        Of::Throttles => throttles::purge(tx, now).await,
        Of::Lockouts => lockouts::purge(tx, now).await,
        Of::Sessions => sessions::purge(tx, now).await,
        // These rows hold their end.
        Of::Answers => answers::purge(tx, now).await,
        Of::Codes => codes::expire(tx, now).await,
        Of::Drafts => {
            let mut deleted = 0;
            for id in applications::old_drafts(tx, by).await? {
                deleted += u64::from(applications::expire(tx, id, by).await?);
            }
            Ok(deleted)
        }
        Of::Uploads => uploads::expire(tx, by).await,
        Of::Files => files::expire(tx, by).await,
        Of::Activations => activations::expire(tx, by).await,
        Of::Bound => bound::expire(tx, by).await,
        Of::Devices => devices::expire(tx, by).await,
        Of::Letters => outbox::purge(tx, by).await,
    }
}

/// The table of docs/OPERATIONS.md.
pub fn table() -> String {
    let mut text = String::from("| table | what | kept | why |\n|---|---|---|---|\n");
    for rule in rules() {
        let kept = rule.end();
        text += &format!(
            "| `{}` | {} | {kept} | {} |\n",
            rule.table, rule.what, rule.why
        );
    }
    text
}

#[cfg(test)]
mod tests;
