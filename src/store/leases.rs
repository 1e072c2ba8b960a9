//! Work that one of several instances does for all.

use super::{Tx, on};
use crate::clock::Clock;
use crate::failure::Outcome;

const TAKE: &str = "INSERT INTO leases (name, holder, term, until) VALUES ($1, $2, 1, $4) \
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, \
    term = leases.term + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END \
    WHERE leases.holder = excluded.holder OR leases.until <= $3 RETURNING term";
const GIVE_UP: &str = "UPDATE leases SET until = 0 WHERE name = $1 AND holder = $2";
const END: &str = "UPDATE leases SET until = 0 WHERE name = $1";
/// One clock for all instances, so that a lease does not hang on how well theirs agree.
const DATABASE_TIME: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)";

/// Every statement that both engines know, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[TAKE, GIVE_UP, END];

/// Takes the lease for so many seconds from now, or keeps it. Its term, or `None` while another has it.
pub async fn take(
    tx: &mut Tx,
    clock: &Clock,
    name: &str,
    holder: &[u8; 16],
    seconds: i64,
) -> Outcome<Option<i64>> {
    let now = match tx {
        Tx::Sqlite(_) => clock.now(),
        Tx::Postgres(tx) => {
            let time = sqlx::query_scalar(DATABASE_TIME);
            time.fetch_one(&mut **tx).await?
        }
    };
    Ok(on!(tx, c => sqlx::query_scalar(TAKE)
        .bind(name).bind(holder.to_vec()).bind(now).bind(now + seconds).fetch_optional(c).await?))
}

/// Lets another take it at once.
pub async fn give_up(tx: &mut Tx, name: &str, holder: &[u8; 16]) -> Outcome<()> {
    on!(tx, c => sqlx::query(GIVE_UP).bind(name).bind(holder.to_vec()).execute(c).await?.rows_affected());
    Ok(())
}

/// Ends a lease, whoever has it.
pub async fn end(tx: &mut Tx, name: &str) -> Outcome<()> {
    on!(tx, c => sqlx::query(END).bind(name).execute(c).await?.rows_affected());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Db;

    #[tokio::test]
    async fn a_lease_has_one_holder_and_its_terms_ascend() {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("ikd.db");
        let db = Db::open_sqlite(&path, true).await.unwrap();
        let clock = Clock::fixed(1_000);
        let (one, two) = ([1; 16], [2; 16]);
        let mut tx = db.begin().await.unwrap();
        let mut asked = async |holder| take(&mut tx, &clock, "work", holder, 10).await.unwrap();
        assert_eq!(asked(&one).await, Some(1));
        assert_eq!(asked(&two).await, None, "another has it");
        clock.advance(9);
        assert_eq!(asked(&one).await, Some(1), "kept, the same term");
        clock.advance(9);
        assert_eq!(asked(&two).await, None, "it was kept");
        clock.advance(1);
        assert_eq!(asked(&two).await, Some(2), "it lapsed");
        assert_eq!(asked(&one).await, None, "whoever lost it is told");
        give_up(&mut tx, "work", &one).await.unwrap();
        assert_eq!(take(&mut tx, &clock, "work", &one, 10).await.unwrap(), None);
        give_up(&mut tx, "work", &two).await.unwrap();
        assert_eq!(
            take(&mut tx, &clock, "work", &one, 10).await.unwrap(),
            Some(3)
        );
        assert_eq!(
            take(&mut tx, &clock, "other", &two, 10).await.unwrap(),
            Some(1)
        );
    }
}
