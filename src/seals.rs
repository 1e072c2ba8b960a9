//! Seals over what makes somebody an officer (their row, what they sign in with, their sessions), and over the keys that
//! a trust list is to name. HMAC under `data.key`,
//! which the database does not hold, so that a right that was only written into the database is none.
//!
//! What a seal does not show is a row that was put back together with its seal from before. `ikd audit verify` compares
//! roles with the audit trail.

use crate::chance::Chance;
use crate::crypter::Crypter;
use crate::domain::ids::{AuditId, OfficerId};
use crate::domain::officer::{Actor, OfficerRole};
use crate::failure::{Failure, Outcome};
use crate::record::{Act, entry};
use crate::register;
use crate::service::Service;
use crate::store::keys::{self, Key};
use crate::store::logins::{self, LoginRow};
use crate::store::officers::{self, Officer};
use crate::store::{Tx, audit, data_key, offices};
use std::collections::HashMap;
use subtle::ConstantTimeEq;

/// Parts one after the other, each with its length before it; an absent one differs from an empty one.
pub(crate) fn joined(parts: &[Option<&[u8]>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        match part {
            Some(part) => {
                bytes.extend_from_slice(&(part.len() as u32).to_be_bytes());
                bytes.extend_from_slice(part);
            }
            None => bytes.extend_from_slice(&u32::MAX.to_be_bytes()),
        }
    }
    bytes
}

/// The seal of an officer's row: id, office, role, token, and since when it is disabled.
pub fn officer(crypter: &Crypter, officer: &Officer) -> [u8; 32] {
    let disabled = officer.disabled.map(i64::to_be_bytes);
    let parts = [
        Some(officer.id.as_bytes().as_slice()),
        Some(officer.office.as_bytes()),
        Some(officer.role.name().as_bytes()),
        officer.token_hash.as_ref().map(<[u8; 32]>::as_slice),
        disabled.as_ref().map(<[u8; 8]>::as_slice),
    ];
    crypter.index("officer seal", &joined(&parts))
}

/// The seal of what an officer signs in with: name, password, whether that counts once, code generator, and whether
/// it is enrolled.
pub fn login(crypter: &Crypter, row: &LoginRow) -> [u8; 32] {
    let parts = [
        Some(row.officer.as_bytes().as_slice()),
        Some(row.login.as_str().as_bytes()),
        Some(row.password.as_bytes()),
        row.one_time_until.map(|_| b"once".as_slice()),
        row.totp.as_deref(),
        row.totp_step.map(|_| b"enrolled".as_slice()),
    ];
    crypter.index("login seal", &joined(&parts))
}

/// The seal of a key's row: what it is, whose, and when it may sign. Not where it stands, which the gate compares with the
/// trust list before.
pub fn key(crypter: &Crypter, row: &Key) -> [u8; 32] {
    let window = [row.not_before, row.not_after].map(i64::to_be_bytes);
    let parts = [
        Some(row.kid.0.as_slice()),
        Some(row.role.name().as_bytes()),
        row.office
            .as_ref()
            .map(|office| office.as_bytes().as_slice()),
        Some(row.public_key.as_slice()),
        Some(window[0].as_slice()),
        Some(window[1].as_slice()),
    ];
    crypter.index("key seal", &joined(&parts))
}

/// Whether a row's seal is that one.
pub fn fits(kept: Option<&[u8]>, seal: &[u8; 32]) -> bool {
    kept.is_some_and(|kept| kept.ct_eq(seal).into())
}

/// Whether an officer's row is as this service wrote it. One that is not is told in the log, by its id alone.
pub fn officer_fits(crypter: &Crypter, row: &Officer) -> bool {
    let fits = fits(row.seal.as_deref(), &officer(crypter, row));
    if !fits {
        tracing::error!(officer = %row.id, "officer refused: the row was not written by this service");
    }
    fits
}

/// Whether what an officer signs in with is as this service wrote it.
pub fn login_fits(crypter: &Crypter, row: &LoginRow) -> bool {
    let fits = fits(row.seal.as_deref(), &login(crypter, row));
    if !fits {
        tracing::error!(officer = %row.officer, "sign-in refused: password or code generator was not written by this service");
    }
    fits
}

/// Seals the rows from before there were seals, once in the life of a database. The line of the audit trail that tells of
/// it has an id of its own: it is never deleted, so it is never written twice, and nothing is sealed a second time,
/// whatever somebody does to the mark in `data_key`. A row that does not fit the audit trail gets no seal.
pub async fn once(service: &Service) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    if data_key::sealed(&mut tx).await?.is_some() {
        return Ok(());
    }
    drop(tx);
    let mut tx = service.db.begin().await?;
    let mark = service.crypter.index("data key", b"sealed");
    if !data_key::seal(&mut tx, &mark).await? {
        return Ok(());
    }
    let told = roles_told(&mut tx).await?;
    let (mut sealed, mut left) = (0, 0);
    for user in officers::users(&mut tx).await? {
        let row = user.officer;
        if told.get(&row.id).is_some_and(|role| *role != row.role) {
            tracing::warn!(officer = %row.id, "officer not sealed: the audit trail tells of another role");
            left += 1;
            continue;
        }
        officers::seal(&mut tx, row.id, &officer(&service.crypter, &row)).await?;
        sealed += 1;
    }
    for row in logins::all(&mut tx).await? {
        logins::seal(&mut tx, row.officer, &login(&service.crypter, &row)).await?;
    }
    // Keys that no trust list names yet; what it names is known (src/trust.rs).
    let mut keyed = 0;
    for row in keys::all(&mut tx).await? {
        if row.seal.is_none() {
            keys::seal(&mut tx, row.kid, &key(&service.crypter, &row)).await?;
            keyed += 1;
        }
    }
    let act = Act {
        detail: Some(format!(
            "{sealed} officers, {left} left without, {keyed} keys"
        )),
        ..Act::new("rights.sealed")
    };
    let mut line = entry(&service.clock, &mut Chance::System, Actor::Local, act);
    line.id = AuditId::from_bytes(&SEALED).map_err(|_| Failure::Row("audit"))?;
    match audit::insert(&mut tx, &line).await {
        Err(Failure::Changed) => {
            return Err(Failure::Row(
                "data_key.sealed: the mark that rows are sealed was taken away",
            ));
        }
        told => told?,
    }
    register::begun(service, &mut tx).await?;
    tx.commit().await
}

/// Whether the mark that rows are sealed is ours; none: there is no mark.
pub(crate) async fn marked(service: &Service, tx: &mut Tx) -> Outcome<Option<bool>> {
    let mark = service.crypter.index("data key", b"sealed");
    let kept = data_key::sealed(tx).await?;
    Ok(kept.map(|kept| fits(Some(&kept), &mark)))
}

/// The id of the line that tells of [`once`]: a UUIDv7 of the first millisecond of 1970, which is never drawn.
const SEALED: [u8; 16] = [0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1];

/// The role that the audit trail tells of each officer last.
pub async fn roles_told(tx: &mut Tx) -> Outcome<HashMap<OfficerId, OfficerRole>> {
    let mut roles = HashMap::new();
    for office in offices::all(tx).await? {
        for detail in audit::of_officers(tx, office.id).await? {
            let mut words = detail.split(' ');
            let id = words.next().and_then(|id| OfficerId::parse(id).ok());
            let role = words.next().and_then(OfficerRole::parse);
            if let Some((id, role)) = id.zip(role) {
                roles.insert(id, role);
            }
        }
    }
    Ok(roles)
}
