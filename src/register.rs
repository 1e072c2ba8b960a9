//! Rows under seals, of the register, of applications and what belongs to them, and of mandates: sealing those from before
//! there were seals, and finding and putting right those that this service did not write.

use crate::chance::Chance;
use crate::domain::application::Stage;
use crate::domain::ids::{ApplicationId, AuditId};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::record::{Act, entry, record};
use crate::service::Service;
use crate::store::register::{Register, Seal};
use crate::store::row_seals::ALL_ROWS;
use crate::store::{Tx, applications, audit, mandates, persons, regions};

/// Rows in one transaction.
const BATCH: u32 = 1_000;

/// What was sealed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Rows that got a seal: people, regions, applications, mandates, and what belongs to applications and people.
    pub sealed: u64,
    /// Rows that got none, because somebody changed them since they were sealed.
    pub left: u64,
}

/// The id of the line that tells of [`seal`]: one for each `data.key`, a UUIDv7 of the first millisecond of 1970, which is
/// never drawn.
fn line_id(service: &Service) -> Outcome<AuditId> {
    let mut id = [0; 16];
    id[6..].copy_from_slice(&service.crypter.index("register sealed", b"")[..10]);
    id[6] = 0x70;
    id[8] = 0x80;
    AuditId::from_bytes(&id).map_err(|_| Failure::Row("audit"))
}

/// Whether rows were sealed under this `data.key` already.
pub async fn is_sealed(service: &Service) -> Outcome<bool> {
    let mut tx = service.db.read().await?;
    audit::is_there(&mut tx, line_id(service)?).await
}

/// A database that begins with nothing in it has no rows from before.
pub async fn begun(service: &Service, tx: &mut Tx) -> Outcome<()> {
    let register = service.register();
    let any = !persons::judged(tx, &register, 0, 1).await?.is_empty()
        || !regions::judged(tx, &register, "", 1).await?.is_empty()
        || !mandates::after(tx, &[], 1).await?.is_empty()
        || !applications::seal::judged(tx, &register, &[], 1)
            .await?
            .is_empty();
    let any = any || any_row(tx, &register).await?;
    if any || audit::is_there(tx, line_id(service)?).await? {
        return Ok(());
    }
    tell(
        service,
        tx,
        &mut Chance::System,
        Actor::Local,
        "0 rows, 0 left".into(),
    )
    .await
}

/// Whether any of those tables has a row.
async fn any_row(tx: &mut Tx, register: &Register<'_>) -> Outcome<bool> {
    for rows in ALL_ROWS {
        if !rows.judged(tx, register, &[], 1).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn tell(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    detail: String,
) -> Outcome<()> {
    let act = Act {
        detail: Some(detail),
        ..Act::new("register.sealed")
    };
    let mut line = entry(&service.clock, chance, actor, act);
    line.id = line_id(service)?;
    audit::insert(tx, &line).await
}

/// Seals what one table has, page by page.
macro_rules! sealed {
    ($service:expr, $done:expr, $progress:expr, $first:expr, |$tx:ident, $register:ident, $after:ident| $some:expr) => {
        let mut after = $first;
        loop {
            let mut begun = $service.db.begin().await?;
            let ($tx, $register, $after) = (&mut begun, &$service.register(), &after);
            let some = $some.await?;
            begun.commit().await?;
            let Some(some) = some else { break };
            after = some.last;
            $done.sealed += some.sealed;
            $done.left += some.left;
            $progress($done.sealed);
        }
    };
}

/// Seals the rows that have no seal, once in the life of a `data.key`: a row without one that is met later was written by
/// somebody else. With `key_lost` those too whose seal does not fit. Begun again after a kill it goes on.
///
/// # Errors
/// [`Failure::Changed`] where it was done already; [`Failure::Altered`] where no row got a seal and some do not fit, as
/// where `data.key` is another one now: that is not the end of it.
pub async fn seal(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    key_lost: bool,
    mut progress: impl FnMut(u64),
) -> Outcome<Done> {
    if is_sealed(service).await? {
        return Err(Failure::Changed);
    }
    let mut done = Done::default();
    sealed!(service, done, progress, 0, |tx, register, after| {
        persons::seal(tx, register, *after, BATCH, key_lost)
    });
    sealed!(
        service,
        done,
        progress,
        String::new(),
        |tx, register, after| { regions::seal(tx, register, after, BATCH, key_lost) }
    );
    sealed!(
        service,
        done,
        progress,
        Vec::new(),
        |tx, register, after| { applications::seal::seal(tx, register, after, BATCH, key_lost) }
    );
    sealed!(
        service,
        done,
        progress,
        Vec::new(),
        |tx, register, after| { mandates::seal(tx, register, after, BATCH, key_lost) }
    );
    for rows in ALL_ROWS {
        sealed!(
            service,
            done,
            progress,
            Vec::new(),
            |tx, register, after| { rows.seal(tx, register, after, BATCH, key_lost) }
        );
    }
    if done.sealed == 0 && done.left > 0 {
        return Err(Failure::Altered("the register"));
    }
    let lost = match key_lost {
        true => ", after the data key was lost",
        false => "",
    };
    let detail = format!("{} rows, {} left{lost}", done.sealed, done.left);
    let mut tx = service.db.begin().await?;
    tell(service, &mut tx, chance, actor, detail).await?;
    tx.commit().await?;
    Ok(done)
}

/// What was sealed as it stands.
pub enum Accepted {
    /// An application, which is so far.
    Application(Stage),
    /// A row of that table.
    Row(&'static str),
    /// Nothing: rows of these tables have that id.
    Several(Vec<&'static str>),
}

const APPLICATIONS: &str = "applications";

/// Of which tables [`accept`] seals a row.
pub fn tables() -> impl Iterator<Item = &'static str> {
    [APPLICATIONS]
        .into_iter()
        .chain(ALL_ROWS.map(|rows| rows.table))
}

/// Seals the row of an application, or one of those of [`ALL_ROWS`], as it stands. What stands there is in the line of the
/// audit trail.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn accept(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    table: Option<&str>,
    id: ApplicationId,
) -> Outcome<Accepted> {
    let (mut tx, register, key) = (service.db.begin().await?, service.register(), id.to_vec());
    let of = |name: &str| table.is_none_or(|table| table == name);
    let mut there = Vec::new();
    if of(APPLICATIONS) && applications::seal::is_there(&mut tx, &key).await? {
        there.push(APPLICATIONS);
    }
    for rows in ALL_ROWS {
        if of(rows.table) && rows.is_there(&mut tx, &key).await? {
            there.push(rows.table);
        }
    }
    let table = match there[..] {
        [] => return Err(Failure::NotFound(Thing::Row)),
        [table] => table,
        _ => return Ok(Accepted::Several(there)),
    };
    if let Some(rows) = ALL_ROWS.into_iter().find(|rows| rows.table == table) {
        rows.accept(&mut tx, &register, &key).await?;
        let act = Act {
            detail: Some(format!("{table} {id}")),
            ..Act::new("register.accept-row")
        };
        record(&mut tx, &service.clock, chance, actor, act).await?;
        tx.commit().await?;
        return Ok(Accepted::Row(table));
    }
    applications::seal::accept(&mut tx, &register, id).await?;
    let application = applications::by_id(&mut tx, &service.crypter, id).await?;
    let application = application.ok_or(Failure::NotFound(Thing::Application))?;
    let stage = application.state.stage();
    let act = Act {
        office: Some(application.office),
        detail: Some(format!("{id} {}", stage.name())),
        ..Act::new("application.accept-row")
    };
    record(&mut tx, &service.clock, chance, actor, act).await?;
    tx.commit().await?;
    Ok(Accepted::Application(stage))
}

/// NIKs of the rows that do not count, in their order.
pub async fn altered(service: &Service, mut each: impl FnMut(i64)) -> Outcome<u64> {
    let register = service.register();
    let (mut after, mut found) = (0, 0);
    loop {
        let mut tx = service.db.read().await?;
        let page = persons::judged(&mut tx, &register, after, BATCH).await?;
        drop(tx);
        let Some((last, _)) = page.last() else {
            return Ok(found);
        };
        after = *last;
        let not = |seal: &Seal| !register.admits(*seal);
        for (nik, _) in page.iter().filter(|(_, seal)| not(seal)) {
            each(*nik);
            found += 1;
        }
    }
}
