//! Officers and the hashes of their tokens.

use super::{Db, Tx, fixed, on, one_row, parsed};
use crate::domain::ids::{OfficeId, OfficerId};
use crate::domain::officer::OfficerRole;
use crate::domain::users::Login;
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO officers (id, office, name, role, token_hash, created, seal) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const BY_ID: &str =
    "SELECT id, office, name, role, token_hash, disabled, seal FROM officers WHERE id = $1";
const USERS: &str = "SELECT o.id, o.office, o.name, o.role, o.token_hash, o.disabled, o.seal, l.login, l.totp_step, \
    l.one_time_until, l.last_login FROM officers o LEFT JOIN officer_logins l ON l.officer = o.id ORDER BY o.id";
const DISABLE: &str = "UPDATE officers SET disabled = $2, seal = COALESCE($3, seal) WHERE id = $1 AND disabled IS NULL";
const ENABLE: &str =
    "UPDATE officers SET disabled = NULL, seal = $2 WHERE id = $1 AND disabled IS NOT NULL";
const SET_ROLE: &str = "UPDATE officers SET role = $3, seal = $4 WHERE id = $1 AND role = $2";
const SEAL: &str = "UPDATE officers SET seal = $2 WHERE id = $1";
const USER: &str = "SELECT o.id, o.office, o.name, o.role, o.token_hash, o.disabled, o.seal, l.login, l.totp_step, \
    l.one_time_until, l.last_login FROM officers o LEFT JOIN officer_logins l ON l.officer = o.id WHERE o.id = $1";
const PAGE: &str = "SELECT o.id, o.office, o.name, o.role, o.token_hash, o.disabled, o.seal, l.login, l.totp_step, \
    l.one_time_until, l.last_login FROM officers o LEFT JOIN officer_logins l ON l.officer = o.id \
    WHERE o.office = $1 AND o.id > $2 ORDER BY o.id LIMIT $3";
const OTHER_ADMINS: &str = "SELECT COUNT(*) FROM officers o JOIN officer_logins l ON l.officer = o.id \
    WHERE o.office = $1 AND o.id <> $2 AND o.role = 'admin' AND o.disabled IS NULL";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    BY_ID,
    USERS,
    DISABLE,
    ENABLE,
    SET_ROLE,
    SEAL,
    USER,
    PAGE,
    OTHER_ADMINS,
];

/// An officer's row.
#[derive(Clone)]
pub struct Officer {
    /// Their id.
    pub id: OfficerId,
    /// The only office they act for.
    pub office: OfficeId,
    /// A label for administrators.
    pub name: String,
    /// What they may do.
    pub role: OfficerRole,
    /// SHA-256 of their token's secret, where they have one.
    pub token_hash: Option<[u8; 32]>,
    /// Since when neither token nor login count.
    pub disabled: Option<i64>,
    /// What `seals.rs` wrote over the row; other rows are nobody's.
    pub seal: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    office: Vec<u8>,
    name: String,
    role: String,
    token_hash: Option<Vec<u8>>,
    disabled: Option<i64>,
    seal: Option<Vec<u8>>,
}

impl TryFrom<Row> for Officer {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        Ok(Self {
            id: parsed("officers.id", OfficerId::from_bytes(&row.id))?,
            office: parsed("officers.office", OfficeId::from_bytes(&row.office))?,
            name: row.name,
            role: OfficerRole::parse(&row.role).ok_or(Failure::Row("officers.role"))?,
            token_hash: row
                .token_hash
                .map(|hash| fixed("officers.token_hash", &hash))
                .transpose()?,
            disabled: row.disabled,
            seal: row.seal,
        })
    }
}

/// Stores a new officer, sealed.
pub async fn insert(tx: &mut Tx, officer: &Officer, now: i64) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(officer.id.to_vec()).bind(officer.office.to_vec()).bind(&officer.name).bind(officer.role.name())
        .bind(officer.token_hash.map(|hash| hash.to_vec())).bind(now).bind(&officer.seal).execute(c).await?.rows_affected());
    Ok(())
}

/// The officer with that id.
pub async fn by_id(tx: &mut Tx, id: OfficerId) -> Outcome<Option<Officer>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(Officer::try_from).transpose()
}

/// The same, by itself, with nothing else to be read in the same moment.
pub async fn look_up(db: &Db, id: OfficerId) -> Outcome<Option<Officer>> {
    let row: Option<Row> = match db {
        Db::Sqlite(file) => {
            let query = sqlx::query_as(BY_ID).bind(id.to_vec());
            query.fetch_optional(&**file).await?
        }
        Db::Postgres(pool) => {
            let query = sqlx::query_as(BY_ID).bind(id.to_vec());
            query.fetch_optional(pool).await?
        }
    };
    row.map(Officer::try_from).transpose()
}

/// Ends an officer's account: neither token nor login count.
pub async fn disable(tx: &mut Tx, id: OfficerId, now: i64, seal: Option<&[u8; 32]>) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(DISABLE)
        .bind(id.to_vec()).bind(now).bind(seal.map(|seal| seal.to_vec())).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Lets an officer's account count again.
pub async fn enable(tx: &mut Tx, id: OfficerId, seal: &[u8; 32]) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(ENABLE)
        .bind(id.to_vec()).bind(seal.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Gives an officer another role.
pub async fn set_role(
    tx: &mut Tx,
    id: OfficerId,
    from: OfficerRole,
    to: OfficerRole,
    seal: &[u8; 32],
) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(SET_ROLE)
        .bind(id.to_vec()).bind(from.name()).bind(to.name()).bind(seal.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Seals a row from before there were seals.
pub async fn seal(tx: &mut Tx, id: OfficerId, seal: &[u8; 32]) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(SEAL)
        .bind(id.to_vec()).bind(seal.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// An officer with how they sign in, for those who manage accounts.
pub struct User {
    /// The officer.
    pub officer: Officer,
    /// The name they sign in with; none: by token alone.
    pub login: Option<Login>,
    /// Whether their code generator is enrolled.
    pub enrolled: bool,
    /// Until when their one-time password counts, where they have not replaced it yet.
    pub one_time_until: Option<i64>,
    /// When they last signed in.
    pub last_login: Option<i64>,
}

impl User {
    /// active, invited (the code generator is not enrolled yet) or disabled.
    pub fn state(&self) -> &'static str {
        match (self.officer.disabled, &self.login, self.enrolled) {
            (Some(_), ..) => "disabled",
            (None, Some(_), false) => "invited",
            (None, ..) => "active",
        }
    }
}

#[derive(sqlx::FromRow)]
struct UserRow {
    #[sqlx(flatten)]
    officer: Row,
    login: Option<String>,
    totp_step: Option<i64>,
    one_time_until: Option<i64>,
    last_login: Option<i64>,
}

impl TryFrom<UserRow> for User {
    type Error = Failure;

    fn try_from(row: UserRow) -> Outcome<Self> {
        let login = row.login.map(|login| Login::parse(&login)).transpose();
        Ok(Self {
            officer: row.officer.try_into()?,
            login: parsed("officer_logins.login", login)?,
            enrolled: row.totp_step.is_some(),
            one_time_until: row.one_time_until,
            last_login: row.last_login,
        })
    }
}

/// The officer with that id and how they sign in.
pub async fn user(tx: &mut Tx, id: OfficerId) -> Outcome<Option<User>> {
    let row: Option<UserRow> =
        on!(tx, c => sqlx::query_as(USER).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(User::try_from).transpose()
}

/// All officers, oldest first.
pub async fn users(tx: &mut Tx) -> Outcome<Vec<User>> {
    let rows: Vec<UserRow> = on!(tx, c => sqlx::query_as(USERS).fetch_all(c).await?);
    rows.into_iter().map(User::try_from).collect()
}

/// Officers of an office, oldest first, after that id.
pub async fn page(
    tx: &mut Tx,
    office: OfficeId,
    after: Option<OfficerId>,
    limit: u32,
) -> Outcome<Vec<User>> {
    let after = after.map(OfficerId::to_vec).unwrap_or_default();
    let rows: Vec<UserRow> = on!(tx, c => sqlx::query_as(PAGE)
        .bind(office.to_vec()).bind(after).bind(i64::from(limit)).fetch_all(c).await?);
    rows.into_iter().map(User::try_from).collect()
}

/// How many other admins of the office can sign in.
pub async fn other_admins(tx: &mut Tx, office: OfficeId, but: OfficerId) -> Outcome<u64> {
    let count: i64 = on!(tx, c => sqlx::query_scalar(OTHER_ADMINS)
        .bind(office.to_vec()).bind(but.to_vec()).fetch_one(c).await?);
    Ok(u64::try_from(count).unwrap_or_default())
}
