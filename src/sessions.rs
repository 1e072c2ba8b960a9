//! Sessions behind a cookie, of officers and of citizens. The cookie holds 256 random bits; the database only their
//! SHA-256, so that a stolen database opens no session.

use crate::chance::Chance;
use crate::domain::ids::{AccountId, ApplicationId, OfficerId};
use crate::failure::{Failure, Outcome};
use crate::seals;
use crate::service::Service;
use crate::store::sessions::{self as rows, Row};
use crate::store::{Tx, locks};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Seconds without use after which a session ends.
pub const IDLE: i64 = 30 * 60;
/// Seconds after which a session ends, used or not.
pub const LONGEST: i64 = 12 * 3600;
/// Seconds that somebody has between the password and the code.
pub const LOGIN: i64 = 10 * 60;
/// `seen` is written at most once in so many seconds: reading a page is not to wait for the write lock.
const GRAIN: i64 = 60;

/// Whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal {
    /// An officer.
    Officer(OfficerId),
    /// A citizen with an account.
    Citizen(AccountId),
    /// A citizen without an account, for one application.
    Guest(ApplicationId),
}

impl Principal {
    fn kind(self) -> &'static str {
        match self {
            Self::Officer(_) => "officer",
            Self::Citizen(_) => "citizen",
            Self::Guest(_) => "guest",
        }
    }

    fn id(self) -> Vec<u8> {
        match self {
            Self::Officer(id) => id.to_vec(),
            Self::Citizen(id) => id.to_vec(),
            Self::Guest(id) => id.to_vec(),
        }
    }

    fn read(kind: &str, id: &[u8]) -> Option<Self> {
        match kind {
            "officer" => OfficerId::from_bytes(id).ok().map(Self::Officer),
            "citizen" => AccountId::from_bytes(id).ok().map(Self::Citizen),
            "guest" => ApplicationId::from_bytes(id).ok().map(Self::Guest),
            _ => None,
        }
    }
}

/// How far somebody has signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The password was right; the second factor is still missing.
    Login,
    /// Signed in.
    Open,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Open => "open",
        }
    }
}

/// What the cookie holds. Cannot be printed by accident.
pub struct SessionToken(Zeroizing<[u8; 32]>);

impl SessionToken {
    /// Reads a cookie's value.
    fn parse(cookie_value: &str) -> Option<Self> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(cookie_value).ok()?);
        Some(Self(Zeroizing::new(bytes.as_slice().try_into().ok()?)))
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_slice()).into()
    }

    /// The cookie's value.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_slice()))
    }
}

/// A session that counts now.
#[derive(Clone)]
pub struct Session {
    /// Whose.
    pub principal: Principal,
    /// The token of this session against foreign requests. Pages carry it masked, see [`Session::masked_csrf`].
    pub csrf: String,
    /// Browser and system in two words, where it was told.
    pub device: Option<String>,
    /// When it was opened, epoch seconds.
    pub created: i64,
    /// When it was last used, to the minute.
    pub seen: i64,
    /// When it ends, used or not.
    pub expires: i64,
    hash: [u8; 32],
}

impl Session {
    /// Names the session towards its owner; opens nothing.
    pub fn handle(&self) -> String {
        let hash = Sha256::digest([b"handle".as_slice(), &self.hash].concat());
        URL_SAFE_NO_PAD.encode(&hash[..12])
    }

    /// What forms of this session carry in `_csrf`, and scripts in `x-csrf-token`: the token masked anew each time,
    /// because the length of a compressed page tells about a secret that stands in many of them (BREACH).
    pub fn masked_csrf(&self, chance: &mut Chance) -> String {
        let mask: [u8; 32] = chance.bytes();
        let token = URL_SAFE_NO_PAD.decode(&self.csrf).unwrap_or_default();
        let masked = token.iter().zip(mask).map(|(t, m)| t ^ m);
        URL_SAFE_NO_PAD.encode(mask.into_iter().chain(masked).collect::<Vec<u8>>())
    }

    /// Whether a form or a header of this session carried that token, masked or plain.
    pub fn fits_csrf(&self, given: &str) -> bool {
        let given = URL_SAFE_NO_PAD.decode(given).unwrap_or_default();
        let token = URL_SAFE_NO_PAD.decode(&self.csrf).unwrap_or_default();
        let plain = match given.split_at_checked(32) {
            Some((mask, masked)) if masked.len() == 32 => {
                mask.iter().zip(masked).map(|(m, t)| m ^ t).collect()
            }
            _ => given,
        };
        token.ct_eq(&plain).into()
    }
}

/// Opens a session.
pub async fn open(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    principal: Principal,
) -> Outcome<SessionToken> {
    insert(service, tx, chance, principal, Stage::Open).await
}

/// Opens a session at sign-in and closes the one the browser had before: whoever put that one there gains nothing.
pub async fn rotate(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    old: Option<&str>,
    principal: Principal,
) -> Outcome<SessionToken> {
    close_value(tx, old).await?;
    open(service, tx, chance, principal).await
}

/// Opens what stands between the password and the second factor; [`find`] does not find it.
pub async fn begin_login(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    old: Option<&str>,
    principal: Principal,
) -> Outcome<SessionToken> {
    close_value(tx, old).await?;
    insert(service, tx, chance, principal, Stage::Login).await
}

async fn insert(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    principal: Principal,
    stage: Stage,
) -> Outcome<SessionToken> {
    let now = service.clock.now();
    let token = SessionToken(Zeroizing::new(chance.bytes()));
    let life = match stage {
        Stage::Login => LOGIN,
        Stage::Open => LONGEST,
    };
    let mut row = Row {
        hash: token.hash().to_vec(),
        kind: principal.kind().to_string(),
        principal: principal.id(),
        stage: stage.name().to_string(),
        device: None,
        created: now,
        seen: now,
        expires: now + life,
        seal: None,
    };
    row.seal = Some(seal(service, &row).to_vec());
    rows::insert(tx, &row).await?;
    Ok(token)
}

/// The session of a cookie, if it counts now. Only reads; whoever answers the request calls [`touch`] where
/// [`is_stale`] says so.
pub async fn find(service: &Service, tx: &mut Tx, cookie_value: &str) -> Outcome<Option<Session>> {
    found(service, tx, cookie_value, Stage::Open).await
}

/// The half-open session between the password and the second factor.
pub async fn find_login(
    service: &Service,
    tx: &mut Tx,
    cookie_value: &str,
) -> Outcome<Option<Session>> {
    found(service, tx, cookie_value, Stage::Login).await
}

async fn found(
    service: &Service,
    tx: &mut Tx,
    cookie_value: &str,
    stage: Stage,
) -> Outcome<Option<Session>> {
    let Some(token) = SessionToken::parse(cookie_value) else {
        return Ok(None);
    };
    let row = rows::by_hash(tx, &token.hash()).await?;
    match row {
        Some(row)
            if row.stage == stage.name()
                && counts(&row, service.clock.now())
                && is_ours(service, &row) =>
        {
            session(service, row).map(Some)
        }
        _ => Ok(None),
    }
}

fn counts(row: &Row, now: i64) -> bool {
    now < row.expires && now < row.seen + IDLE
}

/// The seal of whose session it is and how far they have signed in.
fn seal(service: &Service, row: &Row) -> [u8; 32] {
    let parts = [
        Some(row.hash.as_slice()),
        Some(row.kind.as_bytes()),
        Some(&row.principal),
        Some(row.stage.as_bytes()),
    ];
    service
        .crypter
        .index("session seal", &seals::joined(&parts))
}

/// Whether this service opened it. Asked of officers' sessions alone: those of citizens go on over an upgrade.
fn is_ours(service: &Service, row: &Row) -> bool {
    let fits = row.kind != "officer" || seals::fits(row.seal.as_deref(), &seal(service, row));
    if !fits && row.seal.is_some() {
        tracing::error!("session refused: the row was not written by this service");
    }
    fits
}

/// Whether this service opened it, for the check of the whole table. Of citizens' sessions from before there were seals
/// nobody can tell.
pub(crate) fn is_sealed(service: &Service, row: &Row) -> bool {
    match &row.seal {
        None => row.kind != "officer",
        Some(kept) => seals::fits(Some(kept), &seal(service, row)),
    }
}

fn session(service: &Service, row: Row) -> Outcome<Session> {
    let impossible = || Failure::Row("sessions");
    let hash: [u8; 32] = row.hash.as_slice().try_into().map_err(|_| impossible())?;
    Ok(Session {
        principal: Principal::read(&row.kind, &row.principal).ok_or_else(impossible)?,
        csrf: URL_SAFE_NO_PAD.encode(service.crypter.index("session csrf", &hash)),
        device: row.device,
        created: row.created,
        seen: row.seen,
        expires: row.expires,
        hash,
    })
}

/// Whether its last use should be written down again.
pub fn is_stale(service: &Service, session: &Session) -> bool {
    service.clock.now() >= session.seen + GRAIN
}

/// Writes down that it was used now.
pub async fn touch(service: &Service, tx: &mut Tx, session: &Session) -> Outcome<()> {
    rows::touch(tx, &session.hash, service.clock.now()).await
}

/// Writes down what a new session is used with.
pub async fn set_device(tx: &mut Tx, token: &SessionToken, device: &str) -> Outcome<()> {
    rows::set_device(tx, &token.hash(), device).await
}

/// Somebody's open sessions that count now, newest first.
pub async fn all_of(service: &Service, tx: &mut Tx, principal: Principal) -> Outcome<Vec<Session>> {
    let now = service.clock.now();
    let found = rows::of_principal(tx, principal.kind(), &principal.id()).await?;
    let open = found
        .into_iter()
        .filter(|row| row.stage == Stage::Open.name() && counts(row, now));
    open.map(|row| session(service, row)).collect()
}

/// Ends a session. False where it is ended already.
pub async fn close(tx: &mut Tx, session: &Session) -> Outcome<bool> {
    rows::delete(tx, &session.hash).await
}

/// Ends the session of a cookie, whatever its stage, if there is one.
pub async fn close_value(tx: &mut Tx, cookie_value: Option<&str>) -> Outcome<()> {
    match cookie_value.and_then(SessionToken::parse) {
        Some(token) => rows::delete(tx, &token.hash()).await.map(drop),
        None => Ok(()),
    }
}

/// Takes an officer before a session of theirs is opened or all are ended: one that is just being opened is not to outlive
/// what ended the others.
pub async fn take_officer(tx: &mut Tx, id: OfficerId) -> Outcome<()> {
    locks::row(tx, locks::Row::Officer(id)).await
}

/// Ends all of somebody's sessions but this one.
pub async fn close_others(tx: &mut Tx, session: &Session) -> Outcome<()> {
    let (kind, id) = (session.principal.kind(), session.principal.id());
    for row in rows::of_principal(tx, kind, &id).await? {
        let hash = <[u8; 32]>::try_from(row.hash.as_slice());
        let hash = hash.map_err(|_| Failure::Row("sessions.hash"))?;
        if hash != session.hash {
            rows::delete(tx, &hash).await?;
        }
    }
    Ok(())
}

/// Ends all sessions of somebody: their role, their credentials or their standing changed.
pub async fn close_all_of(tx: &mut Tx, principal: Principal) -> Outcome<()> {
    rows::delete_of(tx, principal.kind(), &principal.id()).await
}
