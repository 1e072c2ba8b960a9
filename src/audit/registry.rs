//! Which tables `ikd audit verify` protects against somebody who writes into the database with its guards taken away: by
//! what, which columns it cannot tell, and why. One row for each table of the schema (`tests/operations/flips`), shown in
//! docs/SECURITY.md.

/// What is found of a table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What finds a change; empty: nothing does.
    pub by: &'static str,
    /// Whether a row that was deleted is found.
    pub deleted: bool,
    /// Whether a row that was added is found.
    pub added: bool,
    /// Rows of which nothing is found, as a condition of SQL; empty: none.
    pub except: &'static str,
    /// Columns in which a change is not found.
    pub open: &'static [&'static str],
    /// Columns in which a value is not found that stands in another row too, or none at all; any other is.
    pub exchanged: &'static [&'static str],
    /// What that lets somebody do.
    pub why: &'static str,
}

impl Table {
    const fn of(name: &'static str, by: &'static str, why: &'static str) -> Self {
        Self {
            name,
            by,
            deleted: true,
            added: true,
            except: "",
            open: &[],
            exchanged: &[],
            why,
        }
    }

    /// Nothing is found.
    const fn none(name: &'static str, why: &'static str) -> Self {
        Self {
            deleted: false,
            added: false,
            ..Self::of(name, "", why)
        }
    }

    const fn open(self, open: &'static [&'static str]) -> Self {
        Self { open, ..self }
    }

    const fn exchanged(self, exchanged: &'static [&'static str]) -> Self {
        Self { exchanged, ..self }
    }

    const fn except(self, except: &'static str) -> Self {
        Self { except, ..self }
    }

    const fn deleted_unseen(self) -> Self {
        Self {
            deleted: false,
            ..self
        }
    }

    const fn added_unseen(self) -> Self {
        Self {
            added: false,
            ..self
        }
    }
}

const SHOWN: &str = "only shown, or sorts";
const VOLATILE: &str = "of minutes to a day; gives nobody a right";
const COUNTER: &str =
    "counts tries: lower lets somebody try more often, higher keeps them out for a while";

/// All tables.
pub const TABLES: &[Table] = &[
    // The trail and its log.
    Table::of("audit", "log", ""),
    Table::of("log_keys", "trail", ""),
    Table::of("log_state", "tiles and heads", ""),
    Table::of("log_tiles", "leaves", ""),
    Table::of(
        "log_checkpoints",
        "signature, tiles",
        "an earlier head that is gone; the newest is missed, and so is one that a witness signed",
    )
    .deleted_unseen(),
    Table::of(
        "log_cosignatures",
        "signature of witnesses in the settings",
        "one that is gone is fetched again; under another name nobody looks at it",
    )
    .deleted_unseen()
    .added_unseen()
    .open(&["witness"]),
    // Who may do what.
    Table::of("offices", "trail, trust list", SHOWN).open(&["created"]),
    Table::of("keys", "trail, seal, trust list", SHOWN).open(&["created", "emptied"]),
    Table::of("trust_lists", "signature, trail", ""),
    Table::of(
        "officers",
        "trail, seal",
        "a label, and when the account was made",
    )
    .open(&["name", "created"]),
    Table::of(
        "officer_logins",
        "seal",
        "an older step lets a code count again that was used within its minute; without a row nobody signs in",
    )
    .deleted_unseen()
    .open(&["totp_step", "one_time_until", "last_login"]),
    Table::of(
        "sessions",
        "seal",
        "a session ends when it is gone; its end can be put off; a citizen's may be from before there were seals",
    )
    .deleted_unseen()
    .open(&["device", "created", "seen", "expires"])
    .exchanged(&["seal", "kind"]),
    Table::of("proposals", "tag, trail", ""),
    Table::of(
        "mandates",
        "tag, seal, trail",
        "`used` put back together with its seal from before: leave counts again",
    ),
    Table::of("office_policies", "trail, proposal", SHOWN).open(&["updated"]),
    Table::of(
        "agencies",
        "trail, as of this version",
        "what an agency has been sent; when it was cut off",
    )
    .open(&["sent", "created", "cut_off"]),
    Table::of("data_key", "data.key", "an empty mark is written anew").deleted_unseen(),
    Table::of(
        "data_keys",
        "data.key, trail",
        "without its row values of a key open as long as data.key has it",
    )
    .deleted_unseen()
    .except("state = 'dropped'")
    .open(&["since", "emptied"]),
    // What is issued.
    Table::of(
        "documents",
        "signature, claims, trail, status list",
        "since when, and by which other document it was replaced; of one of a bulk job its id, between the first and the last of its chunk",
    )
    .open(&["id", "state_since"])
    .exchanged(&["superseded_by", "application"]),
    Table::of(
        "status_lists",
        "signature, documents",
        "a list that is marked or past its time is signed anew; its lease; of one that is given in a secret order more places may be used up",
    )
    .open(&["dirty", "term", "closed", "used"]),
    Table::of("closed_lists", "trail, status list", ""),
    Table::of("status_indexes", "documents, credentials, count", ""),
    Table::of("burnt_indexes", "status list", SHOWN).open(&["since"]),
    Table::of(
        "bound_credentials",
        "AEAD, claims, status list",
        "one that was thrown away leaves its index; one of more than 30 days ago that is gone looks as if it had run out; by which of \
            the office's keys it was signed",
    )
    .open(&["since"])
    .exchanged(&["kid", "document", "state"]),
    Table::of(
        "bundles",
        "signature",
        "of older ones nothing is left but their times; without the newest one the next is made",
    )
    .deleted_unseen()
    .added_unseen()
    .except("token IS NULL")
    .open(&["content"]),
    Table::of("bulk_jobs", "trail, as of this version, proposal", SHOWN).open(&["outside", "created"]),
    Table::of(
        "bulk_chunks",
        "trail, Merkle root",
        "which people a chunk was cut for, and counts of those who got nothing",
    )
    .except("state <> 'done'")
    .open(&[
        "office",
        "from_region",
        "from_nik",
        "to_region",
        "to_nik",
        "from_id",
        "to_id",
        "attempt",
        "skipped",
        "refused",
        "told",
        "ended",
    ]),
    Table::none("bulk_refusals", "counts that are shown"),
    // People. What is sealed opens in its place alone.
    Table::of("persons", "seal", "somebody who is gone from the register gets no document").deleted_unseen(),
    Table::of("regions", "seal", "names of a place have to be in the file then").deleted_unseen(),
    Table::of(
        "accounts",
        "seal, AEAD, keyed hashes",
        "who has no account opens one again",
    )
    .deleted_unseen(),
    Table::of(
        "devices",
        "seal, AEAD, keyed hash, key in its credentials",
        "a phone that is gone and had no credentials in force",
    )
    .deleted_unseen(),
    Table::of(
        "activations",
        "seal, AEAD, keyed hash",
        "of ten minutes; one that is gone opens nothing",
    )
    .deleted_unseen(),
    Table::of(
        "applications",
        "seal, AEAD, document",
        "one that is gone; that a document was issued for it; answers of before in the place of those of now",
    )
    .deleted_unseen()
    .open(&["document"])
    .exchanged(&["note"]),
    Table::of(
        "application_events",
        "seal, AEAD",
        "what applicants are shown; the trail has the same",
    )
    .deleted_unseen()
    .exchanged(&["note"]),
    Table::of(
        "attachments",
        "seal, AEAD and hash of the file",
        "the file is missed by who asks for it; the step in which it was handed in is in the trail",
    )
    .deleted_unseen(),
    Table::none("uploads", VOLATILE),
    Table::of("upload_parts", "AEAD", VOLATILE).deleted_unseen(),
    Table::of("appointments", "seal", "who comes when").deleted_unseen(),
    Table::of(
        "changes",
        "documents, count",
        "when, and names of them; of which of two documents alike; with exchanged numbers an agency hears of one twice and of another \
            never; one without a number that is gone",
    )
    .deleted_unseen()
    .open(&["id", "at"])
    .exchanged(&["document", "number"]),
    Table::none("agency_usage", "counts for the report of half a year"),
    Table::of(
        "outbox",
        "seal, AEAD",
        "that something went out, and when",
    )
    .deleted_unseen()
    .open(&["state", "due", "tries", "fault"])
    .exchanged(&["sealed"]),
    // What counts, and what is soon over.
    Table::of("change_numbers", "changes", "").deleted_unseen(),
    Table::none("numbers", "as `printed_numbers`, of before"),
    Table::none("printed_numbers", "the next number; a document's is unique"),
    Table::none("throttles", COUNTER),
    Table::none("lockouts", COUNTER),
    Table::of("account_codes", "AEAD", VOLATILE)
        .deleted_unseen()
        .open(&["purpose", "subject", "code_hash", "expires", "tries"]),
    Table::of("idempotency", "AEAD", VOLATILE)
        .deleted_unseen()
        .open(&["request", "started", "expires"])
        .exchanged(&["response"]),
    Table::none("leases", "which instance does what for all"),
    Table::none("reservations", "places that may be signed for: without it what a killed process signed is not revoked"),
    Table::of(
        "publish_holds",
        "seal",
        "what is held and is gone is found anew by the next look; what is put back with its seal from before is shown, and lets nothing out",
    )
    .deleted_unseen(),
    Table::of("schema_info", "migrations", ""),
];

/// Why nothing is claimed of a table.
const NOTHING: &str = "nothing";

/// The table of docs/SECURITY.md.
pub fn table() -> String {
    let mut text = String::from(
        "| table | held by | a change is not found in | what that means |\n|---|---|---|---|\n",
    );
    for table in TABLES {
        let mut not = Vec::new();
        if table.by.is_empty() {
            not.push("all of it".to_string());
        }
        if !table.except.is_empty() {
            not.push(format!("rows with `{}`", table.except));
        }
        not.extend(table.open.iter().map(|column| format!("`{column}`")));
        let exchanged = table.exchanged.iter();
        not.extend(exchanged.map(|column| format!("`{column}` of another row, or none")));
        if !table.by.is_empty() {
            let rows = [(table.deleted, "deleted rows"), (table.added, "added rows")];
            not.extend(
                rows.into_iter()
                    .filter(|(seen, _)| !seen)
                    .map(|(_, what)| what.into()),
            );
        }
        let by = if table.by.is_empty() {
            NOTHING
        } else {
            table.by
        };
        let not = if not.is_empty() {
            "–".into()
        } else {
            not.join(", ")
        };
        let why = if table.why.is_empty() {
            "–"
        } else {
            table.why
        };
        text += &format!("| `{}` | {by} | {not} | {why} |\n", table.name);
    }
    text
}
