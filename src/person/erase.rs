//! The end of what is held of a person, as far as no law keeps it.
//!
//! All of the database in one transaction. Files are deleted after it: who is killed in between leaves files that no row
//! names, which `ikd serve` and `ikd purge` delete. Begun again it finds what is left, and ends it.

use super::count::{Counted, count, counted};
use super::{EXPORTED, Held, Mine, columns, find};
use crate::accounts;
use crate::attachments::{self, Hash};
use crate::chance::Chance;
use crate::crypter::Cell;
use crate::domain::application::{Application, Stage};
use crate::domain::dossier::{Dossier, People};
use crate::domain::ids::{ApplicationId, AuditId, DeviceId};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::idempotency;
use crate::record::{self, Act};
use crate::retention::FILES_KEPT;
use crate::service::Service;
use crate::sessions::{self, Principal};
use crate::status::{self, Public, Touched};
use crate::store::locks::{self, Row as Lock};
use crate::store::person::{self as rows, By, Key, SELECTIONS};
use crate::store::sealed::{self, COLUMNS, Column};
use crate::store::{Tx, applications, attachments as files, audit};
use crate::tlog::entry::{forgotten, is_of};
use crate::wallet;
use credential::ids::Nik;
use std::collections::BTreeMap;

/// What the audit trail calls it.
pub const ERASED: &str = "person.erase";

/// How it ended.
pub enum Answer {
    /// Applications wait for a decision or to be handed over: they come first.
    Pending(Vec<ApplicationId>),
    /// Erased; or what would be, where it was only asked.
    Erased(Erased),
}

/// What was erased, and what stays.
pub struct Erased {
    /// Of each table with rows of the person.
    pub tables: Vec<Counted>,
    /// For the person and the file on paper; none where it was only asked what would be erased.
    pub receipt: Option<Receipt>,
    /// Whether verifiers are told that the person's phone shows nothing any more.
    pub public: Public,
    /// Sealed values, of whomever, that do not open and so were not searched.
    pub unopened: u64,
    /// Whether nothing of it stands in the journal beside a SQLite file any more.
    pub journal_empty: bool,
    /// Why files could not be deleted that no row names any more.
    pub files: Option<Failure>,
}

/// With it, and the NIK, it can be shown whose erasure a line of the log is. The service does not keep the salt.
pub struct Receipt {
    /// The line.
    pub line: AuditId,
    /// The salt of its content.
    pub salt: [u8; 16],
}

/// Erases what no law keeps, or with `dry` only tells what it would be.
///
/// # Errors
/// [`Failure::NotFound`] where nothing is held of them; as for [`erase_found`].
pub async fn erase(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    nik: Nik,
    dry: bool,
) -> Outcome<Answer> {
    let mut tx = service.db.read().await?;
    let held = find(service, &mut tx, nik).await?;
    drop(tx);
    if held.is_empty() {
        return Err(Failure::NotFound(Thing::Person));
    }
    erase_found(service, chance, actor, held, dry).await
}

/// Erases what was found, in a transaction of its own.
///
/// # Errors
/// [`Failure::Changed`] where an account or an application of the person came since it was looked for; nothing is erased.
pub async fn erase_found(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    mut held: Held,
    dry: bool,
) -> Outcome<Answer> {
    let nik = held.nik;
    let mut tx = service.db.begin().await?;
    // Before all rows, as whoever activates or redeems does: no phone comes, and none gets credentials, until it is done.
    let phones = wallet::nik_index(service, nik);
    locks::name(&mut tx, wallet::PHONES, &phones).await?;
    for mine in &held.applications {
        locks::row(&mut tx, Lock::Application(mine.id)).await?;
    }
    locks::row(&mut tx, Lock::Person(nik)).await?;
    // What came meanwhile.
    let before = held.account;
    find::by_index(service, &mut tx, &mut held).await?;
    if find::came(service, &mut tx, &held, before).await? {
        return Err(Failure::Changed);
    }
    let mut all = Vec::new();
    for mine in &held.applications {
        let found = applications::by_id(&mut tx, &service.crypter, mine.id).await?;
        all.extend(found.map(|application| (*mine, application)));
    }
    let pending: Vec<_> = all.iter().filter(|(_, a)| is_pending(a)).collect();
    if !pending.is_empty() {
        let ids = pending.iter().map(|(mine, _)| mine.id).collect();
        return Ok(Answer::Pending(ids));
    }
    let before = count(service, &mut tx, &held).await?;
    let mut work = Work {
        service,
        held: &held,
        touched: Touched::default(),
        files: Vec::new(),
        emptied: BTreeMap::new(),
    };
    work.account(&mut tx, chance, actor).await?;
    work.phones(&mut tx, chance, actor).await?;
    for (mine, application) in &all {
        work.application(&mut tx, chance, *mine, application)
            .await?;
    }
    work.letters(&mut tx, chance).await?;
    work.salts(&mut tx).await?;
    let after = count(service, &mut tx, &held).await?;
    let receipt = note(service, &mut tx, chance, actor, nik).await?;
    let Work {
        touched,
        files,
        emptied,
        ..
    } = work;
    let mut erased = Erased {
        tables: counted(&before, &after, &emptied),
        receipt: None,
        public: Public::Yes,
        unopened: held.unopened,
        journal_empty: true,
        files: None,
    };
    if dry {
        return Ok(Answer::Erased(erased));
    }
    status::mark(&mut tx, &touched).await?;
    tx.commit().await?;
    erased.receipt = Some(receipt);
    // It is done: whatever fails from here on is told beside the receipt.
    erased.files = attachments::delete_unnamed(service, &files).await.err();
    erased.journal_empty = service.db.empty_wal().await.unwrap_or(false);
    erased.public = status::settle(service, touched).await;
    Ok(Answer::Erased(erased))
}

fn is_pending(application: &Application) -> bool {
    !matches!(
        application.state.stage(),
        Stage::Draft | Stage::HandedOver | Stage::Rejected | Stage::Cancelled
    )
}

/// Writes the line, and forgets its salt in the same transaction: who has it is told by the receipt alone.
async fn note(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    nik: Nik,
) -> Outcome<Receipt> {
    let content = columns::number(nik.as_u64());
    let act = Act {
        content: Some(content.as_bytes()),
        ..Act::new(ERASED)
    };
    let line = record::entry(&service.clock, chance, actor, act);
    let (salt, _) = line
        .content
        .ok_or(Failure::Row("a line without its content"))?;
    audit::insert(tx, &line).await?;
    rows::forget(tx, &line.id.to_vec(), &salt, &forgotten(&salt)).await?;
    Ok(Receipt {
        line: line.id,
        salt,
    })
}

/// What is gone through.
struct Work<'a> {
    service: &'a Service,
    held: &'a Held,
    touched: Touched,
    /// Of attachments that are gone.
    files: Vec<Hash>,
    emptied: BTreeMap<&'static str, u64>,
}

fn column(table: &str, name: &str) -> Outcome<&'static Column> {
    let found = COLUMNS
        .iter()
        .find(|c| (c.table, c.column) == (table, name));
    found.ok_or(Failure::Row("a sealed column"))
}

impl Work<'_> {
    fn emptied(&mut self, table: &'static str) {
        *self.emptied.entry(table).or_default() += 1;
    }

    /// The account, its codes and sessions; its drafts go with it.
    async fn account(&mut self, tx: &mut Tx, chance: &mut Chance, actor: Actor) -> Outcome<()> {
        for mine in &self.held.applications {
            let all = files::list(tx, mine.id).await?;
            self.files.extend(all.iter().map(|file| file.hash));
        }
        if let Some(account) = self.held.account {
            accounts::erase_for_good(self.service, tx, chance, actor, account).await?;
        }
        accounts::forget_codes(self.service, tx, self.held.nik).await
    }

    /// An active phone ends as if its holder had removed the person from it. Its credentials stay in their status lists
    /// until nobody asks for them any more, and say nothing of the person.
    async fn phones(&mut self, tx: &mut Tx, chance: &mut Chance, actor: Actor) -> Outcome<()> {
        let index = wallet::nik_index(self.service, self.held.nik);
        let touched = wallet::end_erased(self.service, tx, chance, actor, &index).await?;
        self.touched.join(touched);
        rows::delete_activations(tx, &index).await?;
        for id in &self.held.phones {
            let credentials = self.credentials(tx, chance, *id).await?;
            if credentials == 0 {
                rows::delete_device(tx, &id.to_vec()).await?;
                continue;
            }
            // The key stays: by it the phone is known when it asks for newer credentials, and told to empty itself.
            let row = id.to_vec();
            let cell = Cell {
                table: "devices",
                row: &row,
                column: "nik",
            };
            let nobody: [u8; 32] = chance.bytes();
            let nik = self.service.crypter.seal(chance, cell, &[]);
            rows::empty_device(tx, &self.service.register(), &row, &nobody, &nik).await?;
        }
        Ok(())
    }

    /// Empties the credentials of a phone; how many it has.
    async fn credentials(
        &mut self,
        tx: &mut Tx,
        chance: &mut Chance,
        id: DeviceId,
    ) -> Outcome<u64> {
        let claims = column("bound_credentials", "claims")?;
        let selection = SELECTIONS.iter().find(|s| s.0 == "bound_credentials");
        let (_, _, sql) = selection.ok_or(Failure::Row("bound_credentials"))?;
        let found = rows::rows(tx, sql, &Key::Bytes(id.to_vec())).await?;
        for row in &found {
            let (Some(key), Some(old)) = (row.bytes("id"), row.bytes("claims")) else {
                return Err(Failure::Row("bound_credentials.claims"));
            };
            let cell = Cell {
                table: claims.table,
                row: key,
                column: claims.column,
            };
            if self.service.crypter.open(cell, old)?.is_empty() {
                continue;
            }
            let new = self.service.crypter.seal(chance, cell, &[]);
            sealed::store(tx, claims, key, old, &new).await?;
            self.emptied("bound_credentials");
        }
        Ok(found.len() as u64)
    }

    /// A draft goes, where the person applies; others' drafts are theirs, and end by themselves. What ended loses how the person is reached, and once its time is over all that it says.
    async fn application(
        &mut self,
        tx: &mut Tx,
        chance: &mut Chance,
        mine: Mine,
        application: &Application,
    ) -> Outcome<()> {
        let id = application.id;
        // Closing the account has deleted its drafts and changed whose the others are.
        let Some(application) = applications::by_id(tx, &self.service.crypter, id).await? else {
            return Ok(());
        };
        let draft = application.state.stage() == Stage::Draft;
        if draft && !mine.applies {
            return Ok(());
        }
        let over = application.since < self.service.clock.now() - FILES_KEPT;
        if mine.applies || over {
            sessions::close_all_of(tx, Principal::Guest(id)).await?;
            rows::delete_notices(tx, &id.to_vec()).await?;
        }
        if draft {
            return applications::discard(tx, id).await;
        }
        let crypter = &self.service.crypter;
        let before = applications::dossier(tx, crypter, id).await?;
        let mut after = before.clone();
        match (over, mine.about) {
            (true, true) => {
                after = Dossier {
                    version: before.version,
                    ..Dossier::default()
                };
            }
            (true, false) => leave_out(&mut after.people, columns::OF_APPLICANT),
            (false, _) if mine.applies => leave_out(&mut after.people, columns::HOW_REACHED),
            (false, _) => {}
        }
        if over && mine.about {
            self.empty(tx, chance, id).await?;
        }
        if after != before {
            let (now, seals) = (self.service.clock.now(), self.service.register());
            applications::save(tx, &seals, chance, &application, &after, now).await?;
            self.emptied("applications");
        }
        Ok(())
    }

    /// Takes notes, files and the code of the receipt out of an application whose time is over.
    async fn empty(&mut self, tx: &mut Tx, chance: &mut Chance, id: ApplicationId) -> Outcome<()> {
        let row = id.to_vec();
        let cell = Cell {
            table: "applications",
            row: &row,
            column: "note",
        };
        let note = self.service.crypter.seal(chance, cell, &[]);
        rows::empty_application(tx, &self.service.register(), &row, &note).await?;
        let notes = rows::empty_events(tx, &row).await?;
        *self.emptied.entry("application_events").or_default() += notes;
        Ok(())
    }

    async fn letters(&mut self, tx: &mut Tx, chance: &mut Chance) -> Outcome<()> {
        for id in &self.held.letters {
            rows::delete_letter(tx, &id.to_vec()).await?;
        }
        for key in &self.held.answers {
            let erased = idempotency::erased(self.service, chance, key);
            rows::empty_answer(tx, key, &erased).await?;
        }
        Ok(())
    }

    /// Forgets the salts of lines about phones, whose content is gone, and of exports, whose content is the NIK.
    async fn salts(&mut self, tx: &mut Tx) -> Outcome<()> {
        let nik = columns::number(self.held.nik.as_u64());
        for (table, by, sql) in SELECTIONS {
            if (*table, *by) != ("audit", By::Actor) {
                continue;
            }
            for key in self.held.keys(self.service, *by) {
                for row in rows::rows(tx, sql, &key).await? {
                    let (Some(id), Some(salt)) = (row.bytes("id"), row.bytes("salt")) else {
                        continue;
                    };
                    let hash = row.bytes("content_hash").unwrap_or_default();
                    let theirs =
                        row.text("action") != Some(EXPORTED) || is_of(salt, hash, nik.as_bytes());
                    if theirs && salt.len() == 16 {
                        rows::forget(tx, id, salt, &forgotten(salt)).await?;
                        self.emptied("audit");
                    }
                }
            }
        }
        Ok(())
    }
}

/// Takes lines out.
fn leave_out(people: &mut People, lines: &[&str]) {
    for line in lines {
        people.set(line, "");
    }
}
