//! What officers sign in with.

use super::{Tx, on, one_row, parsed};
use crate::domain::ids::OfficerId;
use crate::domain::users::Login;
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO officer_logins (officer, login, password, one_time_until) \
    VALUES ($1, $2, $3, $4) ON CONFLICT (login) DO NOTHING";
const BY_LOGIN: &str = "SELECT officer, login, password, one_time_until, totp, totp_step, last_login, seal \
    FROM officer_logins WHERE login = $1";
const BY_OFFICER: &str = "SELECT officer, login, password, one_time_until, totp, totp_step, last_login, seal \
    FROM officer_logins WHERE officer = $1";
const RESET: &str = "UPDATE officer_logins SET password = $2, one_time_until = $3, totp = NULL, totp_step = NULL \
    WHERE officer = $1";
const SET_PASSWORD: &str = "UPDATE officer_logins SET password = $3, one_time_until = NULL \
    WHERE officer = $1 AND password = $2";
const SET_TOTP: &str =
    "UPDATE officer_logins SET totp = $2 WHERE officer = $1 AND totp_step IS NULL";
const SIGNED_IN: &str = "UPDATE officer_logins SET totp_step = $2, last_login = $3 \
    WHERE officer = $1 AND totp IS NOT NULL AND (totp_step IS NULL OR totp_step < $2)";

const SEAL: &str = "UPDATE officer_logins SET seal = $2 WHERE officer = $1";
const RESEAL: &str =
    "UPDATE officer_logins SET totp = $2, seal = $3 WHERE officer = $1 AND totp = $4 AND seal = $5";
const ALL_ROWS: &str = "SELECT officer, login, password, one_time_until, totp, totp_step, last_login, seal \
    FROM officer_logins ORDER BY officer";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    BY_LOGIN,
    BY_OFFICER,
    RESET,
    SET_PASSWORD,
    SET_TOTP,
    SIGNED_IN,
    SEAL,
    RESEAL,
    ALL_ROWS,
];

/// What an officer signs in with.
#[derive(Clone)]
pub struct LoginRow {
    /// Whose.
    pub officer: OfficerId,
    /// The name typed.
    pub login: Login,
    /// argon2id, PHC string.
    pub password: String,
    /// The password is a one-time one that counts until then.
    pub one_time_until: Option<i64>,
    /// The sealed secret of the code generator.
    pub totp: Option<Vec<u8>>,
    /// Last time step whose code was taken; none: the enrolment is not confirmed.
    pub totp_step: Option<i64>,
    /// When they last signed in.
    pub last_login: Option<i64>,
    /// What `seals.rs` wrote over the row; other rows sign nobody in.
    pub seal: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    officer: Vec<u8>,
    login: String,
    password: String,
    one_time_until: Option<i64>,
    totp: Option<Vec<u8>>,
    totp_step: Option<i64>,
    last_login: Option<i64>,
    seal: Option<Vec<u8>>,
}

impl TryFrom<Row> for LoginRow {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        Ok(Self {
            officer: parsed(
                "officer_logins.officer",
                OfficerId::from_bytes(&row.officer),
            )?,
            login: parsed("officer_logins.login", Login::parse(&row.login))?,
            password: row.password,
            one_time_until: row.one_time_until,
            totp: row.totp,
            totp_step: row.totp_step,
            last_login: row.last_login,
            seal: row.seal,
        })
    }
}

/// Stores a new login with a one-time password.
///
/// # Errors
/// The field `login` where somebody has that name already.
pub async fn insert(
    tx: &mut Tx,
    officer: OfficerId,
    login: &Login,
    password: &str,
    one_time_until: i64,
) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(INSERT)
        .bind(officer.to_vec()).bind(login.as_str()).bind(password).bind(one_time_until).execute(c).await?.rows_affected());
    match touched {
        1 => Ok(()),
        _ => Err(Failure::field("login", "somebody has this name already")),
    }
}

/// The login of that name.
pub async fn by_login(tx: &mut Tx, login: &Login) -> Outcome<Option<LoginRow>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_LOGIN).bind(login.as_str()).fetch_optional(c).await?);
    row.map(LoginRow::try_from).transpose()
}

/// The login of that officer.
pub async fn by_officer(tx: &mut Tx, officer: OfficerId) -> Outcome<Option<LoginRow>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_OFFICER).bind(officer.to_vec()).fetch_optional(c).await?);
    row.map(LoginRow::try_from).transpose()
}

/// A new one-time password; the code generator is to be enrolled anew.
pub async fn reset(tx: &mut Tx, officer: OfficerId, password: &str, until: i64) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(RESET)
        .bind(officer.to_vec()).bind(password).bind(until).execute(c).await?.rows_affected());
    one_row(touched)
}

/// The officer's own new password in place of the old one.
pub async fn set_password(tx: &mut Tx, officer: OfficerId, old: &str, new: &str) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(SET_PASSWORD)
        .bind(officer.to_vec()).bind(old).bind(new).execute(c).await?.rows_affected());
    one_row(touched)
}

/// The secret of a code generator that is not confirmed yet.
pub async fn set_totp(tx: &mut Tx, officer: OfficerId, sealed: &[u8]) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(SET_TOTP)
        .bind(officer.to_vec()).bind(sealed.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Takes the code of a time step, once; false where that step or a later one was taken already.
pub async fn signed_in(tx: &mut Tx, officer: OfficerId, step: i64, now: i64) -> Outcome<bool> {
    let touched = on!(tx, c => sqlx::query(SIGNED_IN)
        .bind(officer.to_vec()).bind(step).bind(now).execute(c).await?.rows_affected());
    Ok(touched == 1)
}

/// Seals a row as it now is.
pub async fn seal(tx: &mut Tx, officer: OfficerId, seal: &[u8; 32]) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(SEAL)
        .bind(officer.to_vec()).bind(seal.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Everybody's.
pub async fn all(tx: &mut Tx) -> Outcome<Vec<LoginRow>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL_ROWS).fetch_all(c).await?);
    rows.into_iter().map(LoginRow::try_from).collect()
}

/// The secret of a code generator under another data key, with the seal of the row as it is then; `was` is what both were,
/// false where they are not that any more.
pub async fn reseal(
    tx: &mut Tx,
    row: &LoginRow,
    seal: &[u8; 32],
    was: (&[u8], &[u8]),
) -> Outcome<bool> {
    let touched = on!(tx, c => sqlx::query(RESEAL)
        .bind(row.officer.to_vec()).bind(&row.totp).bind(seal.to_vec()).bind(was.0.to_vec()).bind(was.1.to_vec())
        .execute(c).await?.rows_affected());
    Ok(touched == 1)
}
