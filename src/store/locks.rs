//! What has to be taken before something is read and then written by what was read. On SQLite a transaction that may
//! write is alone from its begin, so there is nothing to take.
//!
//! On PostgreSQL each statement sees what was committed before it, so the lock is a statement of its own before the
//! reading: whoever waited reads what the one before left. Locks end with the transaction. Whoever takes several takes
//! them in the order of [`Row`], and of one kind in the order of their keys.

use super::Tx;
use crate::domain::ids::{
    ActivationId, AgencyId, ApplicationId, DocumentId, ListId, OfficeId, OfficerId,
};
use crate::failure::Outcome;
use credential::ids::Nik;
use sha2::{Digest, Sha256};

// NO KEY, because every row that refers to another by a foreign key holds that other's key.
const APPLICATION: &str = "SELECT 1 FROM applications WHERE id = $1 FOR NO KEY UPDATE";
const PERSON: &str = "SELECT 1 FROM persons WHERE nik = $1 FOR NO KEY UPDATE";
const DOCUMENT: &str = "SELECT 1 FROM documents WHERE id = $1 FOR NO KEY UPDATE";
const ACTIVATION: &str = "SELECT 1 FROM activations WHERE id = $1 FOR NO KEY UPDATE";
const OFFICER: &str = "SELECT 1 FROM officers WHERE id = $1 FOR NO KEY UPDATE";
const OFFICE: &str = "SELECT 1 FROM offices WHERE id = $1 FOR NO KEY UPDATE";
const AGENCY: &str = "SELECT 1 FROM agencies WHERE id = $1 FOR NO KEY UPDATE";
const LIST: &str = "SELECT 1 FROM status_lists WHERE id = $1 FOR NO KEY UPDATE";
// What a foreign key takes too, so those who store documents of a list never wait for each other.
const SHARE: &str = "SELECT 1 FROM status_lists WHERE id = $1 FOR KEY SHARE";
const NAME: &str = "SELECT 1 FROM (SELECT pg_advisory_xact_lock($1)) AS taken";

/// Every statement; PostgreSQL alone knows them.
#[cfg(test)]
pub const POSTGRES: &[&str] = &[
    APPLICATION,
    PERSON,
    DOCUMENT,
    ACTIVATION,
    OFFICER,
    OFFICE,
    AGENCY,
    LIST,
    SHARE,
    NAME,
];

/// A row that can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// An application, with its answers, files, uploads and appointments.
    Application(ApplicationId),
    /// Somebody in the register.
    Person(Nik),
    /// A document.
    Document(DocumentId),
    /// An activation of a phone.
    Activation(ActivationId),
    /// An officer, with their sessions.
    Officer(OfficerId),
    /// An office.
    Office(OfficeId),
    /// An agency, with its pushes.
    Agency(AgencyId),
    /// A status list.
    List(ListId),
}

/// Takes a row, waiting for whoever has it. A row that is not there is no error.
pub async fn row(tx: &mut Tx, row: Row) -> Outcome<()> {
    let (sql, id) = match row {
        Row::Application(id) => (APPLICATION, id.to_vec()),
        Row::Document(id) => (DOCUMENT, id.to_vec()),
        Row::Activation(id) => (ACTIVATION, id.to_vec()),
        Row::Officer(id) => (OFFICER, id.to_vec()),
        Row::Office(id) => (OFFICE, id.to_vec()),
        Row::Agency(id) => (AGENCY, id.to_vec()),
        Row::List(id) => (LIST, id.to_vec()),
        Row::Person(nik) => {
            if let Tx::Postgres(tx) = tx {
                let query = sqlx::query(PERSON).bind(nik.as_u64() as i64);
                query.execute(&mut **tx).await?;
            }
            return Ok(());
        }
    };
    if let Tx::Postgres(tx) = tx {
        sqlx::query(sql).bind(id).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Shares a status list with others who store documents of it: until the end of the transaction it is not closed, and no
/// key of its office is found compromised.
pub async fn share(tx: &mut Tx, list: ListId) -> Outcome<()> {
    if let Tx::Postgres(tx) = tx {
        let query = sqlx::query(SHARE).bind(list.to_vec());
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Takes a name, for what has no row yet. `realm` keeps names of different kinds apart; two names that meet in the 64
/// bits of their hash wait for each other and nothing else.
pub async fn name(tx: &mut Tx, realm: &'static str, name: &[u8]) -> Outcome<()> {
    if let Tx::Postgres(tx) = tx {
        let hash = Sha256::new_with_prefix(realm).chain_update(b"\0");
        let hash: [u8; 32] = hash.chain_update(name).finalize().into();
        let [a, b, c, d, e, f, g, h, ..] = hash;
        let number = i64::from_be_bytes([a, b, c, d, e, f, g, h]);
        sqlx::query(NAME).bind(number).execute(&mut **tx).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Db;
    use crate::store::scratch;
    use std::time::Duration;

    const SHORT: Duration = Duration::from_millis(300);

    #[tokio::test]
    async fn every_statement_prepares() {
        let Some(scratch) = scratch::postgres().await else {
            return;
        };
        let Db::Postgres(pool) = &scratch.db else {
            panic!("not PostgreSQL");
        };
        for sql in POSTGRES.iter().chain(crate::store::outbox::POSTGRES) {
            use sqlx::{Executor, SqlSafeStr};
            let prepared = pool.prepare(sql.into_sql_str()).await;
            assert!(prepared.is_ok(), "{sql}\n{:?}", prepared.err());
        }
        scratch.drop().await;
    }

    #[tokio::test]
    async fn a_name_is_one_transactions_until_it_ends() {
        let Some(scratch) = scratch::postgres().await else {
            return;
        };
        let mut first = scratch.db.begin().await.unwrap();
        name(&mut first, "test", b"one").await.unwrap();
        name(&mut first, "test", b"one").await.unwrap();
        let mut second = scratch.db.begin().await.unwrap();
        // Another name, and the same of another realm, are free.
        name(&mut second, "test", b"two").await.unwrap();
        name(&mut second, "other", b"one").await.unwrap();
        let waits = tokio::time::timeout(SHORT, name(&mut second, "test", b"one")).await;
        assert!(waits.is_err(), "both have the name");
        drop(second);
        first.commit().await.unwrap();
        let mut third = scratch.db.begin().await.unwrap();
        name(&mut third, "test", b"one").await.unwrap();
        drop(third);
        scratch.drop().await;
    }
}
