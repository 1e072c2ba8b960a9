//! Rows under a seal of `data.key`: officers and what they sign in with, keys, proposals, mandates, sessions. Each is as
//! this service wrote it. That roles are those of the audit trail: `authority`.

use super::{PAGE, Report};
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::{
    Tx, data_key, data_keys, keys, logins, mandates as leave, officers, proposals as asked,
    sessions as open,
};
use crate::{mandates, proposals, seals, sessions};

const FOREIGN: &str = "the row was not written by this service";

pub(super) async fn verify(service: &Service, report: &mut Report) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    let marked = seals::marked(service, &mut tx).await?;
    marks(service, &mut tx, report).await?;
    if marked == Some(false) {
        report.fault("data_key", "the mark that rows are sealed is not ours");
    }
    for user in officers::users(&mut tx).await? {
        let row = user.officer;
        report.officers += 1;
        let seal = seals::officer(&service.crypter, &row);
        if !seals::fits(row.seal.as_deref(), &seal) {
            report.fault(format!("officer {}", row.id), FOREIGN);
        }
    }
    for row in logins::all(&mut tx).await? {
        let seal = seals::login(&service.crypter, &row);
        if !seals::fits(row.seal.as_deref(), &seal) {
            report.fault(format!("sign-in of officer {}", row.officer), FOREIGN);
        }
    }
    for row in keys::all(&mut tx).await? {
        // Before the rows were marked as sealed, a key may have none yet.
        let waits = row.seal.is_none() && marked.is_none();
        let seal = seals::key(&service.crypter, &row);
        if !waits && !seals::fits(row.seal.as_deref(), &seal) {
            report.fault(format!("key {}", row.kid), FOREIGN);
        }
    }
    proposed(service, &mut tx, report).await?;
    let mut after = Vec::new();
    loop {
        let page = leave::after(&mut tx, &after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.key);
        for found in page {
            let ours = found
                .row
                .is_some_and(|row| mandates::is_ours(service, &row));
            if !ours {
                report.fault(named("mandate", &found.key), FOREIGN);
            }
        }
    }
    let mut after = Vec::new();
    loop {
        let page = open::after(&mut tx, &after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.hash);
        for row in page {
            if !sessions::is_sealed(service, &row) {
                report.fault(named("session", &row.hash), FOREIGN);
            }
        }
    }
    Ok(())
}

/// The keys of personal data are those of `data.key`. One that was dropped is in it no more, and one that was added may
/// not have come to this machine yet.
async fn marks(service: &Service, tx: &mut Tx, report: &mut Report) -> Outcome<()> {
    let own = service.crypter.index("data key", b"mark");
    if data_key::mark(tx).await?.is_none_or(|mark| mark != own) {
        report.fault("data_key", "is not the mark of this data.key");
    }
    let known = service.crypter.marks();
    for key in data_keys::all(tx).await? {
        let needed = matches!(key.state, data_keys::State::Seals | data_keys::State::Opens);
        if known.get(&key.id).map_or(needed, |mark| *mark != key.mark) {
            let place = format!("data key {}", key.id);
            report.fault(place, "is not the one of that number in this data.key");
        }
    }
    Ok(())
}

async fn proposed(service: &Service, tx: &mut Tx, report: &mut Report) -> Outcome<()> {
    let mut after = Vec::new();
    loop {
        let page = asked::after(tx, &after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after.clone_from(&last.id);
        for row in page {
            let place = named("proposal", &row.id);
            if !proposals::is_ours(service, row) {
                report.fault(place, FOREIGN);
            }
        }
    }
}

/// The first bytes of a key are enough to find its row, and of a session's too few to be one.
fn named(what: &str, key: &[u8]) -> String {
    let key = key.get(..16).unwrap_or(key);
    format!("{what} {}", data_encoding::HEXLOWER.encode(key))
}
