//! A password in place of a one-time one, or of one's own.

use super::*;

/// Replaces the one-time password.
///
/// # Errors
/// The field `password` with a [`Weak`]'s rule.
pub async fn replace_password(
    service: &Service,
    chance: &mut Chance,
    session: &Session,
    new: &str,
) -> Outcome<Result<(), Weak>> {
    let mut tx = service.db.read().await?;
    let pending = pending(service, &mut tx, session).await?;
    drop(tx);
    if pending.missing != Missing::Password {
        return Err(Failure::Changed);
    }
    if let Err(weak) = checked(&pending.officer, &pending.row, new).await? {
        return Ok(Err(weak));
    }
    let hash = passwords::hash(chance, new).await?;
    let id = pending.officer.id;
    let mut tx = service.db.begin().await?;
    let totp = Secret::draw(chance).seal(&service.crypter, chance, id);
    store_password(service, &mut tx, &pending.row, hash, Some(totp)).await?;
    note(service, &mut tx, chance, &pending.officer, "login.password").await?;
    tx.commit().await?;
    Ok(Ok(()))
}

async fn checked(officer: &Officer, row: &LoginRow, new: &str) -> Outcome<Result<(), Weak>> {
    if let Err(weak) = passwords::acceptable(new, &[row.login.as_str(), &officer.name]) {
        return Ok(Err(weak));
    }
    match passwords::fits(new, Some(&row.password)).await? {
        true => Ok(Err(Weak::Same)),
        false => Ok(Ok(())),
    }
}

/// Changes one's own password. All other sessions end; the returned one takes the place of this one.
///
/// # Errors
/// [`Failure::Credentials`] where the old one is wrong.
pub async fn change_password(
    service: &Service,
    chance: &mut Chance,
    session: &Session,
    old: &str,
    new: &str,
) -> Outcome<Result<SessionToken, Weak>> {
    let Principal::Officer(id) = session.principal else {
        return Err(Failure::Credentials);
    };
    let mut tx = service.db.read().await?;
    let row = logins::by_officer(&mut tx, id).await?;
    let row = row.ok_or(Failure::NotFound(Thing::Officer))?;
    let officer = officers::by_id(&mut tx, id).await?;
    let officer = officer.ok_or(Failure::NotFound(Thing::Officer))?;
    drop(tx);
    let lock = lock(service, row.login.as_str());
    lock.charge_now(service).await?;
    if !passwords::fits(old, Some(&row.password)).await?
        || !seals::login_fits(&service.crypter, &row)
    {
        let mut tx = service.db.begin().await?;
        refused(service, &mut tx, chance, Some(&officer), "password").await?;
        tx.commit().await?;
        return Err(Failure::Credentials);
    }
    if let Err(weak) = checked(&officer, &row, new).await? {
        let mut tx = service.db.begin().await?;
        lock.refund(&mut tx).await?;
        tx.commit().await?;
        return Ok(Err(weak));
    }
    let hash = passwords::hash(chance, new).await?;
    let mut tx = service.db.begin().await?;
    sessions::take_officer(&mut tx, id).await?;
    lock.refund(&mut tx).await?;
    store_password(service, &mut tx, &row, hash, None).await?;
    sessions::close_all_of(&mut tx, session.principal).await?;
    let opened = sessions::open(service, &mut tx, chance, session.principal).await?;
    if let Some(device) = &session.device {
        sessions::set_device(&mut tx, &opened, device).await?;
    }
    note(service, &mut tx, chance, &officer, "login.password").await?;
    tx.commit().await?;
    Ok(Ok(opened))
}
