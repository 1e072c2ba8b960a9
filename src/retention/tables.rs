//! Every table of the schema: what it holds of a person, how `ikd person` exports and erases it, and how long it is kept.

use super::{Every, FILES_KEPT, Of, Rule};
use crate::applications::draft;
use crate::attachments;
use crate::config::DAY;
use crate::idempotency;
use crate::outbox::worker;
use crate::wallet::purge as phones;

/// A table with personal data.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What it holds of a person.
    pub holds: &'static str,
    /// Whether its rows are exported.
    pub export: Export,
    /// What of it is erased when the person asks for it.
    pub erase: Erase,
    /// When its rows end by themselves.
    pub over: Option<Rule>,
}

/// Whether the rows of a person are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// All of them.
    Rows,
    /// None, and why.
    Not(&'static str),
}

/// What is erased of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erase {
    /// The rows.
    Rows,
    /// What the rows say; and when, and what stays.
    Content(&'static str),
    /// Nothing, and by which law.
    Kept(&'static str),
}

use Erase::{Content, Kept};
use Export::Not;

/// All of them. A row of a table comes before the rows that it refers to.
pub const TABLES: &[Table] = &[
    Table {
        name: "throttles",
        holds: "counters of tries",
        export: Not("keyed hashes that tell no person; gone within a day"),
        erase: Kept("against guessing; a keyed hash, gone within a day (UU 27/2022 Ps 39)"),
        over: Some(Rule {
            table: "throttles",
            what: "counters of tries",
            kept: 0,
            after: "the end of their window, a day at most",
            why: "against guessing; keyed hashes (UU 27/2022 Ps 39)",
            every: Every::Minute,
            of: Of::Throttles,
        }),
    },
    Table {
        name: "lockouts",
        holds: "wrong tries to sign in",
        export: Not("keyed hashes that tell no person; gone within two days"),
        erase: Kept("against guessing; a keyed hash, gone within two days (UU 27/2022 Ps 39)"),
        over: Some(Rule {
            table: "lockouts",
            what: "wrong tries to sign in",
            kept: 0,
            after: "48 hours without another",
            why: "against guessing; keyed hashes (UU 27/2022 Ps 39)",
            every: Every::Minute,
            of: Of::Lockouts,
        }),
    },
    Table {
        name: "sessions",
        holds: "when they were signed in, with which browser",
        export: Export::Rows,
        erase: Erase::Rows,
        over: Some(Rule {
            table: "sessions",
            what: "who is signed in",
            kept: 0,
            after: "30 minutes without a request, 12 hours at most",
            why: "no longer than needed (UU 27/2022 Ps 43)",
            every: Every::Minute,
            of: Of::Sessions,
        }),
    },
    Table {
        name: "idempotency",
        holds: "answers kept for a repeated request",
        export: Not("copies of what stands in other tables; gone within a day"),
        erase: Content(
            "the answer; that it was asked for stays its day, so that nothing is done twice",
        ),
        over: Some(Rule {
            table: "idempotency",
            what: "answers kept for a repeated request, sealed",
            kept: idempotency::KEPT,
            after: "the request",
            why: "no longer than needed (UU 27/2022 Ps 43)",
            every: Every::Minute,
            of: Of::Answers,
        }),
    },
    Table {
        name: "account_codes",
        holds: "codes to sign in that are waited for",
        export: Export::Rows,
        erase: Erase::Rows,
        over: Some(Rule {
            table: "account_codes",
            what: "codes to sign in, with who asked, sealed",
            kept: 0,
            after: "ten minutes",
            why: "no longer than needed (UU 27/2022 Ps 43)",
            every: Every::Minute,
            of: Of::Codes,
        }),
    },
    Table {
        name: "applications",
        holds: "what they applied for",
        export: Export::Rows,
        erase: Content(
            "their own drafts go, others' drafts about them within 30 days; of what was handed in the content, five years after its end, and at once how they are reached. The row stays as the figures of the office (UU 43/2009)",
        ),
        over: Some(Rule {
            table: "applications",
            what: "drafts, with their files",
            kept: draft::DRAFT_LIFE,
            after: "their last change",
            why: "never handed in, so no file of the office (UU 27/2022 Ps 43)",
            every: Every::Hour,
            of: Of::Drafts,
        }),
    },
    Table {
        name: "uploads",
        holds: "files that never came whole",
        export: Export::Rows,
        erase: Erase::Rows,
        over: Some(Rule {
            table: "uploads",
            what: "files that never came whole, sealed",
            kept: attachments::upload::AGE_MAX,
            after: "their begin",
            why: "no longer than needed (UU 27/2022 Ps 43)",
            every: Every::Hour,
            of: Of::Uploads,
        }),
    },
    Table {
        name: "attachments",
        holds: "papers and photos of their applications",
        export: Export::Rows,
        erase: Content(
            "with the content of their application; until then they are the proof of a decision (UU 43/2009 Ps 48)",
        ),
        over: Some(Rule {
            table: "attachments",
            what: "files of applications that were handed over, rejected or cancelled",
            kept: FILES_KEPT,
            after: "that",
            why: "proof of the decision (UU 43/2009 Ps 48), then destroyed (UU 27/2022 Ps 44)",
            every: Every::Hour,
            of: Of::Files,
        }),
    },
    Table {
        name: "activations",
        holds: "codes for a phone",
        export: Export::Rows,
        erase: Erase::Rows,
        over: Some(Rule {
            table: "activations",
            what: "codes for a phone, with the NIK and portrait, sealed",
            kept: phones::ACTIVATION_KEPT,
            after: "their end",
            why: "the officer sees what came of it (UU 27/2022 Ps 43)",
            every: Every::Hour,
            of: Of::Activations,
        }),
    },
    Table {
        name: "bound_credentials",
        holds: "what a phone shows",
        export: Export::Rows,
        erase: Content(
            "the row stays until its status is no longer asked for, 30 days after its end",
        ),
        over: Some(Rule {
            table: "bound_credentials",
            what: "what a phone shows, sealed",
            kept: phones::BOUND_KEPT,
            after: "their end",
            why: "verifiers whose clock is wrong (UU 27/2022 Ps 43)",
            every: Every::Hour,
            of: Of::Bound,
        }),
    },
    Table {
        name: "devices",
        holds: "their phones",
        export: Export::Rows,
        erase: Content(
            "where its credentials have not ended yet, an empty row stays as long as those",
        ),
        over: Some(Rule {
            table: "devices",
            what: "phones that ended, with NIK and portrait, sealed",
            kept: phones::DEVICE_KEPT,
            after: "their end",
            why: "officers answer for them (UU 27/2022 Ps 43)",
            every: Every::Hour,
            of: Of::Devices,
        }),
    },
    Table {
        name: "outbox",
        holds: "letters and notices",
        export: Export::Rows,
        erase: Erase::Rows,
        over: Some(Rule {
            table: "outbox",
            what: "letters, whose text is erased when they are delivered",
            kept: worker::KEEP_DAYS * DAY,
            after: "their delivery or failure",
            why: "whether somebody was told (UU 27/2022 Ps 43)",
            every: Every::Hour,
            of: Of::Letters,
        }),
    },
    Table {
        name: "application_events",
        holds: "each step of their applications",
        export: Export::Rows,
        erase: Content("the notes, with the content of the application (UU 43/2009)"),
        over: None,
    },
    Table {
        name: "appointments",
        holds: "when they came to the office",
        export: Export::Rows,
        erase: Kept("hold no name; part of the application (UU 43/2009)"),
        over: None,
    },
    Table {
        name: "upload_parts",
        holds: "parts of files that never came whole",
        export: Not("the file is not whole; gone within a day"),
        erase: Erase::Rows,
        over: None,
    },
    Table {
        name: "accounts",
        holds: "their account: NIK and contact",
        export: Export::Rows,
        erase: Erase::Rows,
        over: None,
    },
    Table {
        name: "persons",
        holds: "the register",
        export: Export::Rows,
        erase: Kept(REGISTER),
        over: None,
    },
    Table {
        name: "documents",
        holds: "their documents, as they are signed",
        export: Export::Rows,
        erase: Kept(REGISTER),
        over: None,
    },
    Table {
        name: "changes",
        holds: "when agencies were told of a document",
        export: Export::Rows,
        erase: Kept("part of the document; hold ids alone"),
        over: None,
    },
    Table {
        name: "audit",
        holds: "what was done to their documents and phones",
        export: Export::Rows,
        erase: Content(
            "salts of the lines about phones and exports; a line itself is never deleted. Salts of documents stay as long as those",
        ),
        over: None,
    },
    Table {
        name: "bulk_chunks",
        holds: "NIKs as the bounds of a chunk of bulk issuing",
        export: Not("say only from whom to whom a chunk goes"),
        erase: Kept("who was issued a document by which job (UU 24/2013)"),
        over: None,
    },
];

const REGISTER: &str = "civil registration: to be kept by UU 23/2006 as changed by UU 24/2013 (Ps 79(1)), and not erased on \
    request (UU 27/2022 Ps 15(1)c). How long, a lawyer says";

/// Tables without data of people whom an office serves. Officers are in some of them by name: they are the office's own.
pub const WITHOUT: &[&str] = &[
    "agencies",
    "agency_usage",
    "bulk_jobs",
    "bulk_refusals",
    "bundles",
    "burnt_indexes",
    "change_numbers",
    "closed_lists",
    "data_key",
    "data_keys",
    "keys",
    "leases",
    "log_checkpoints",
    "log_cosignatures",
    "log_keys",
    "log_state",
    "log_tiles",
    "mandates",
    "numbers",
    "office_policies",
    "officer_logins",
    "officers",
    "offices",
    "printed_numbers",
    "proposals",
    "publish_holds",
    "regions",
    "reservations",
    "schema_info",
    "status_indexes",
    "status_lists",
    "trust_lists",
];
