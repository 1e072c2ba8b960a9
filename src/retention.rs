//! How long personal data is kept: one table, by which the housekeeper and `ikd purge` delete, and from which the table
//! in docs/OPERATIONS.md is made.
//!
//! What is not in it stays: the register, documents and what the audit trail says of them (UU 24/2013), and of
//! applications everything but their files (UU 43/2009), until the office's own retention schedule ends them.

use crate::applications::draft;
use crate::attachments;
use crate::config::DAY;
use crate::failure::{Failure, Outcome};
use crate::idempotency;
use crate::outbox::worker;
use crate::service::Service;
use crate::store::{
    Tx, activations, applications, attachments as files, bound, codes, devices,
    idempotency as answers, lockouts, outbox, sessions, throttles, uploads,
};
use crate::wallet::purge as phones;

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

/// All of it. A row of a table comes before the rows that it refers to.
pub const RULES: &[Rule] = &[
    Rule {
        table: "throttles",
        what: "counters of tries",
        kept: 0,
        after: "the end of their window, a day at most",
        why: "against guessing; keyed hashes (UU 27/2022 Ps 39)",
        every: Every::Minute,
        of: Of::Throttles,
    },
    Rule {
        table: "lockouts",
        what: "wrong tries to sign in",
        kept: 0,
        after: "48 hours without another",
        why: "against guessing; keyed hashes (UU 27/2022 Ps 39)",
        every: Every::Minute,
        of: Of::Lockouts,
    },
    Rule {
        table: "sessions",
        what: "who is signed in",
        kept: 0,
        after: "30 minutes without a request, 12 hours at most",
        why: "no longer than needed (UU 27/2022 Ps 43)",
        every: Every::Minute,
        of: Of::Sessions,
    },
    Rule {
        table: "idempotency",
        what: "answers kept for a repeated request, sealed",
        kept: idempotency::KEPT,
        after: "the request",
        why: "no longer than needed (UU 27/2022 Ps 43)",
        every: Every::Minute,
        of: Of::Answers,
    },
    Rule {
        table: "account_codes",
        what: "codes to sign in, with who asked, sealed",
        kept: 0,
        after: "ten minutes",
        why: "no longer than needed (UU 27/2022 Ps 43)",
        every: Every::Minute,
        of: Of::Codes,
    },
    Rule {
        table: "applications",
        what: "drafts, with their files",
        kept: draft::DRAFT_LIFE,
        after: "their last change",
        why: "never handed in, so no file of the office (UU 27/2022 Ps 43)",
        every: Every::Hour,
        of: Of::Drafts,
    },
    Rule {
        table: "uploads",
        what: "files that never came whole, sealed",
        kept: attachments::upload::AGE_MAX,
        after: "their begin",
        why: "no longer than needed (UU 27/2022 Ps 43)",
        every: Every::Hour,
        of: Of::Uploads,
    },
    Rule {
        table: "attachments",
        what: "files of applications that were handed over, rejected or cancelled",
        kept: FILES_KEPT,
        after: "that",
        why: "proof of the decision (UU 43/2009 Ps 48), then destroyed (UU 27/2022 Ps 44)",
        every: Every::Hour,
        of: Of::Files,
    },
    Rule {
        table: "activations",
        what: "codes for a phone, with the NIK and portrait, sealed",
        kept: phones::ACTIVATION_KEPT,
        after: "their end",
        why: "the officer sees what came of it (UU 27/2022 Ps 43)",
        every: Every::Hour,
        of: Of::Activations,
    },
    Rule {
        table: "bound_credentials",
        what: "what a phone shows, sealed",
        kept: phones::BOUND_KEPT,
        after: "their end",
        why: "verifiers whose clock is wrong (UU 27/2022 Ps 43)",
        every: Every::Hour,
        of: Of::Bound,
    },
    Rule {
        table: "devices",
        what: "phones that ended, with NIK and portrait, sealed",
        kept: phones::DEVICE_KEPT,
        after: "their end",
        why: "officers answer for them (UU 27/2022 Ps 43)",
        every: Every::Hour,
        of: Of::Devices,
    },
    Rule {
        table: "outbox",
        what: "letters, whose text is erased when they are delivered",
        kept: worker::KEEP_DAYS * DAY,
        after: "their delivery or failure",
        why: "whether somebody was told (UU 27/2022 Ps 43)",
        every: Every::Hour,
        of: Of::Letters,
    },
];

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
    let rules: Vec<&'static Rule> = RULES.iter().filter(|rule| counts(rule)).collect();
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
    for rule in RULES {
        let kept = match rule.kept / DAY {
            0 => format!("until {}", rule.after),
            1 => format!("a day from {}", rule.after),
            days => format!("{days} days from {}", rule.after),
        };
        text += &format!(
            "| `{}` | {} | {kept} | {} |\n",
            rule.table, rule.what, rule.why
        );
    }
    text
}
