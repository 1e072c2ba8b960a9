//! `ikd keys compromise`: from the click to lists, bundle and trust list that refuse what a thief signs.

use super::context::{LOCAL, say};
use super::error::CliError;
use crate::bulk::{self, Run, Settings};
use crate::chance::Chance;
use crate::clock::Stopwatch;
use crate::compromise::{Ended, Successor, compromise, empty, has_standby};
use crate::failure::{Failure, Outcome};
use crate::gate::hold;
use crate::keys::{KeyError, Role};
use crate::service::Service;
use crate::store::{bulk_jobs, offices};
use crate::{bundle, files, root, status, trust};
use credential::date::wib_text;
use credential::ids::KeyId;
use ikd_verifier::words::hex;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Tries where others change the same rows.
const TRIES: usize = 5;

/// Does all of it, each step safe to be begun again: after a crash the same command goes on. `later` leaves issuing anew to
/// `ikd bulk run`.
pub async fn run(
    service: Service,
    kid: KeyId,
    since: Option<i64>,
    later: bool,
) -> Result<u8, CliError> {
    let service = Arc::new(service);
    let watch = Stopwatch::start();
    let ended = end(&service, kid, since).await?;
    tell(kid, &ended);
    let mut signed = publish(&service, watch).await;
    let waits = signed.is_err() && matches!(ended.successor, Successor::Waiting(_));
    if !later && !waits {
        reissue(&service, kid).await?;
        let mut tx = service.db.begin().await?;
        let emptied = empty(&service, &mut tx, &mut Chance::System, LOCAL, kid).await?;
        tx.commit().await?;
        if emptied {
            say("nothing that it signed is in force any more");
        }
        signed = publish(&service, watch).await;
    }
    match &signed {
        Err(Failure::Key(cause)) => draft(&service, &ended, cause).await?,
        Err(other) => eprintln!("NOT DONE: the trust list: {other}\nhint: {}", other.hint()),
        Ok(_) => say("done: the trust list in force says all of it"),
    }
    if waits {
        say(format_args!(
            "then: ikd keys compromise {kid}, which issues anew what was queued"
        ));
    }
    say("next: ikd publish --to DIR, where files are served by another web server");
    standby(&service, &ended).await?;
    Ok(u8::from(signed.is_err()))
}

fn tell(kid: KeyId, ended: &Ended) {
    say(format_args!(
        "key {kid} is compromised since {}",
        wib_text(ended.since)
    ));
    if ended.lists > 0 {
        say(format_args!(
            "{} status lists closed: what nobody was given in them is revoked",
            ended.lists
        ));
    }
    if ended.bound > 0 {
        say(format_args!(
            "{} credentials of phones ended; wallets fetch new ones by themselves",
            ended.bound
        ));
    }
    if ended.queued > 0 {
        say(format_args!(
            "{} documents queued to be issued anew",
            ended.queued
        ));
    }
    say(match ended.successor {
        Successor::Other(kid) => format!("key {kid} goes on signing"),
        Successor::Standby(kid) => format!("standby {kid} signs from now on"),
        Successor::Waiting(kid) => format!("key {kid} signs as soon as the trust list names it"),
    });
}

async fn end(service: &Service, kid: KeyId, since: Option<i64>) -> Outcome<Ended> {
    let mut tries = 0;
    loop {
        let mut tx = service.db.begin().await?;
        let chance = &mut Chance::System;
        let ended = compromise(service, &mut tx, chance, LOCAL, kid, since).await;
        match ended {
            Ok(ended) => {
                tx.commit().await?;
                return Ok(ended);
            }
            Err(Failure::Changed) if tries < TRIES => tries += 1,
            Err(failure) => return Err(failure),
        }
    }
}

/// Trust list, status lists and bundle; why the trust list is not signed where the root key is not here, or it is held. What
/// can go out goes out, whatever is wrong with the trust list.
async fn publish(service: &Service, watch: Stopwatch) -> Outcome<u64> {
    let signed = trust_list(service).await;
    match status::refresh(service).await {
        Ok(lists) => say(format_args!("{lists} status lists signed")),
        // They are signed as soon as the trust list names a key for them.
        Err(failure) => eprintln!("note: status lists could not be signed: {failure}"),
    }
    match bundle::current(service).await {
        Ok(bundle) => say(format_args!("bundle of {}", wib_text(bundle.issued))),
        Err(failure) => eprintln!("note: no bundle could be made: {failure}"),
    }
    let seconds = watch.elapsed().as_secs_f64();
    match &signed {
        Ok(version) => say(format_args!(
            "trust list version {version} is in force, {seconds:.1} s after the command"
        )),
        Err(_) => say(format_args!(
            "lists and bundle are signed {seconds:.1} s after the command; the trust list is not"
        )),
    }
    signed
}

/// Issues anew what was queued, also what a command before this one began.
async fn reissue(service: &Arc<Service>, kid: KeyId) -> Result<(), CliError> {
    let mut tx = service.db.read().await?;
    let jobs = bulk_jobs::open_of_key(&mut tx, kid).await?;
    drop(tx);
    let watch = Stopwatch::start();
    let (mut issued, mut refused) = (0, 0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for job in jobs {
        bulk::free(service, job.id).await?;
        let id = job.id;
        let settings = Settings::for_cores(cores);
        let run = Run::new(Arc::clone(service), job, super::bulk::worker(), settings);
        Arc::new(run).work().await?;
        let (_, report) = bulk::report(service, Some(id)).await?;
        issued += report.persons.issued;
        refused += report.persons.refused;
        if report.state != "done" {
            eprintln!("note: job {id} is {}: ikd bulk status {id}", report.state);
        }
    }
    let seconds = watch.elapsed().as_secs_f64();
    say(format_args!(
        "{issued} documents issued anew in {seconds:.1} s"
    ));
    if refused > 0 {
        eprintln!(
            "note: {refused} documents could not be issued anew: `ikd bulk status` says why; they stay in force until somebody revokes them"
        );
    }
    Ok(())
}

/// The next trust list, where the root key is here; otherwise why it is not.
async fn trust_list(service: &Service) -> Outcome<u64> {
    let mut tx = service.db.begin().await?;
    match trust::publish(service, &mut tx, &mut Chance::System, LOCAL).await {
        Ok(published) => {
            tx.commit().await?;
            Ok(published.version)
        }
        // Without the root key nothing is to be signed where the list that came from it says all of it.
        Err(Failure::Key(_)) if root::is_said(service, &mut tx).await? => {
            Ok(trust::current(&mut tx).await?.0.version)
        }
        Err(Failure::Key(cause)) => Err(Failure::Key(cause)),
        Err(other) => {
            drop(tx);
            hold::note(service, &other).await?;
            Err(other)
        }
    }
}

async fn draft(service: &Service, ended: &Ended, cause: &KeyError) -> Result<(), CliError> {
    let mut tx = service.db.read().await?;
    let (draft, roots) = root::draft(service, &mut tx, None, 0).await?;
    drop(tx);
    let payload = root::payload(&draft, &roots);
    let path = service.data.trust_draft();
    files::write_atomically(&path, &payload)?;
    let path = path.display();
    eprintln!("NOT DONE: the trust list has to be signed by the root key: {cause}");
    say(format_args!("{path}: trust list version {}", draft.version));
    say(format_args!("sha256  {}", hex(&Sha256::digest(&payload))));
    let combined = match roots.is_single() {
        true => "",
        false => " by each custodian, then ikd root combine FILES --out LIST",
    };
    say(format_args!(
        "next: take it to the root key: ikd root sign {path} --key FILE --expect SHA256 --out LIST{combined}, then ikd trust publish --signed LIST"
    ));
    if matches!(ended.successor, Successor::Waiting(_)) {
        say("until then this office issues nothing, and its lists stay as they are");
    } else {
        say("until then what a thief signs into a list that was opened since is still accepted");
    }
    Ok(())
}

/// Who has no standby any more is told how to get one.
async fn standby(service: &Service, ended: &Ended) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    let (role, office) = (ended.key.role, ended.key.office);
    if has_standby(&mut tx, role, office).await? {
        return Ok(());
    }
    let whose = match (role, office) {
        (Role::Issuer, Some(office)) => {
            let office = offices::by_id(&mut tx, office).await?;
            let office = office.ok_or(Failure::Row("keys.office"))?;
            format!("--office {}", office.iss.as_str())
        }
        _ => "--publisher".to_string(),
    };
    say(format_args!(
        "next: ikd keys add {whose} --standby, then ikd trust publish: no key is left in reserve"
    ));
    Ok(())
}
