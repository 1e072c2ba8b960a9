//! What the engine itself says of the whole database: whether its file is sound, and whether tables, indexes and guards
//! are those of the migrations. Whoever took a guard away and put it back changed leaves no trace elsewhere.

use super::open::{self, POSTGRES_MIGRATIONS, SQLITE_MIGRATIONS};
use super::{Tx, on};
use crate::failure::{Failure, Outcome};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use tokio::sync::OnceCell;

/// Damages that SQLite names, at most.
const NAMED: &str = "PRAGMA integrity_check(20)";
const REFERENCES: &str = "PRAGMA foreign_key_check";
// Tables of SQLite's own statistics are there once somebody asked for them.
const OBJECTS: &str = "SELECT type || ' ' || name || ' of ' || tbl_name \
    || CASE WHEN typeof(type) || typeof(name) || typeof(tbl_name) = 'texttexttext' AND typeof(sql) IN ('text', 'null') \
    THEN '' ELSE ', not as text' END, COALESCE(CAST(sql AS TEXT), '') FROM sqlite_schema \
    WHERE NOT (type = 'table' AND tbl_name = name AND (name, sql) IN (VALUES \
        ('sqlite_stat1', 'CREATE TABLE sqlite_stat1(tbl,idx,stat)'), \
        ('sqlite_stat4', 'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)')))";
// A guard, whether it is on, and the body of what it does.
const GUARDS: &str = "SELECT CAST(t.tgname AS TEXT), t.tgenabled = 'O', pg_get_triggerdef(t.oid), \
    CAST(p.proname AS TEXT), p.prosrc FROM pg_catalog.pg_trigger AS t \
    JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid \
    WHERE NOT t.tgisinternal AND c.relnamespace = to_regnamespace(current_schema())";
const REFERENCES_POSTGRES: &str = "SELECT CAST(conrelid::regclass AS TEXT), CAST(confrelid::regclass AS TEXT), \
    ARRAY(SELECT CAST(a.attname AS TEXT) FROM UNNEST(conkey) WITH ORDINALITY AS k (n, place) \
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = conrelid AND a.attnum = k.n ORDER BY place), \
    ARRAY(SELECT CAST(a.attname AS TEXT) FROM UNNEST(confkey) WITH ORDINALITY AS k (n, place) \
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = confrelid AND a.attnum = k.n ORDER BY place) \
    FROM pg_catalog.pg_constraint WHERE contype = 'f' AND connamespace = to_regnamespace(current_schema())";
const APPLIED: &str = "SELECT MAX(version) FROM _sqlx_migrations";
const INFO: &str = "SELECT one, readable_by FROM schema_info";
/// What the migrations leave as `schema_info.readable_by`. A migration that raises it raises it here too; what else raises it
/// (`store::data_keys`, `store::bulk_jobs`, `store::closed_lists`) does so to lower numbers.
const READABLE_BY: i64 = 26;

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[APPLIED, INFO];
/// Statements for one engine alone.
#[cfg(test)]
pub const SQLITE_ONLY: &[&str] = &[OBJECTS];
/// Statements for one engine alone.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[GUARDS, REFERENCES_POSTGRES];

/// What is wrong with one thing: its name, and what.
pub type Fault = (String, String);

/// Whether a newer version of the program has changed the schema: this one does not know what it should be then.
pub async fn is_newer(tx: &mut Tx) -> Outcome<bool> {
    let applied: Option<i64> = on!(tx, c => sqlx::query_scalar(APPLIED).fetch_one(c).await?);
    let known = SQLITE_MIGRATIONS.iter().map(|m| m.version).max();
    Ok(applied > known)
}

/// Whether `schema_info` says what the migrations of this version leave there.
pub async fn info(tx: &mut Tx) -> Outcome<Vec<Fault>> {
    // In a column that holds a text there is no number.
    let rows: sqlx::Result<Vec<(i64, i64)>> = on!(tx, c => match sqlx::query_as(INFO).fetch_all(c).await {
        Err(sqlx::Error::ColumnDecode { .. }) => Ok(Vec::new()),
        rows => rows,
    });
    Ok(match rows?[..] {
        [(1, READABLE_BY)] => Vec::new(),
        _ => vec![(
            "schema_info".into(),
            "does not say what the migrations say: which versions may start".into(),
        )],
    })
}

/// Damages of the file. Where SQLite finds one it names table, index or page, never a value. PostgreSQL has checksums of pages
/// for its files, where the cluster was made with them.
pub async fn damages(tx: &mut Tx) -> Outcome<Vec<Fault>> {
    let Tx::Sqlite(c) = tx else {
        return Ok(Vec::new());
    };
    let named: Vec<String> = sqlx::query_scalar(NAMED).fetch_all(&mut **c).await?;
    let named = named.into_iter().filter(|said| said != "ok");
    Ok(named.map(|said| ("database file".into(), said)).collect())
}

/// References to rows that are gone.
pub async fn lost(tx: &mut Tx) -> Outcome<Vec<Fault>> {
    let c = match tx {
        Tx::Sqlite(c) => c,
        Tx::Postgres(c) => return lost_on_postgres(&mut *c).await,
    };
    let mut faults = Vec::new();
    type Broken = (String, Option<i64>, String, i64);
    let broken: Vec<Broken> = sqlx::query_as(REFERENCES).fetch_all(&mut **c).await?;
    for (table, row, to, _) in broken {
        let place = format!("{table} row {}", row.unwrap_or_default());
        faults.push((place, format!("refers to a row of {to} that is not there")));
    }
    Ok(faults)
}

/// Those are counted by the tables.
async fn lost_on_postgres(c: &mut sqlx_postgres::PgConnection) -> Outcome<Vec<Fault>> {
    type Reference = (String, String, Vec<String>, Vec<String>);
    let all: Vec<Reference> = sqlx::query_as(REFERENCES_POSTGRES)
        .fetch_all(&mut *c)
        .await?;
    let mut faults = Vec::new();
    for (table, to, own, others) in all {
        let present: Vec<String> = own
            .iter()
            .map(|own| format!("c.{own} IS NOT NULL"))
            .collect();
        let same = own.iter().zip(&others);
        let same: Vec<String> = same
            .map(|(own, other)| format!("p.{other} = c.{own}"))
            .collect();
        // Names of the catalogue, which quotes those that need it.
        let sql = format!(
            "SELECT COUNT(*) FROM {table} AS c WHERE {} AND NOT EXISTS (SELECT 1 FROM {to} AS p WHERE {})",
            present.join(" AND "),
            same.join(" AND ")
        );
        let lost: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&mut *c)
            .await?;
        if lost > 0 {
            faults.push((
                table,
                format!("{lost} rows refer to rows of {to} that are not there"),
            ));
        }
    }
    Ok(faults)
}

/// Where tables, indexes and guards are not those of the migrations.
pub async fn schema(tx: &mut Tx) -> Outcome<Vec<Fault>> {
    match tx {
        Tx::Sqlite(c) => {
            let there: Vec<Object> = sqlx::query_as(OBJECTS).fetch_all(&mut **c).await?;
            Ok(differences(of_migrations().await?, there))
        }
        Tx::Postgres(c) => {
            let there = sqlx::query_as(GUARDS).fetch_all(&mut **c).await?;
            Ok(guards(
                &POSTGRES_MIGRATIONS
                    .iter()
                    .map(|m| m.sql.as_str())
                    .collect::<String>(),
                there,
            ))
        }
    }
}

/// Kind and name of a table, an index or a guard, and the statement that makes it.
type Object = (String, String);

/// What a database that was just made has.
async fn of_migrations() -> Outcome<&'static [Object]> {
    static MADE: OnceCell<Vec<Object>> = OnceCell::const_new();
    let made = MADE.get_or_try_init(|| async {
        let mut c = open::in_memory()
            .await
            .map_err(|_| Failure::Row("the schema"))?;
        Ok::<_, Failure>(sqlx::query_as(OBJECTS).fetch_all(&mut c).await?)
    });
    made.await.map(Vec::as_slice)
}

/// Quotes and blanks depend on the version of SQLite that changed a table, and mean nothing.
fn bare(sql: &str) -> String {
    let meaning = |c: &char| !c.is_ascii_whitespace() && *c != '"';
    sql.chars().filter(meaning).collect()
}

fn differences(made: &[Object], there: Vec<Object>) -> Vec<Fault> {
    let mut there: BTreeMap<String, String> = there.into_iter().collect();
    let mut faults = Vec::new();
    for (name, sql) in made {
        let fault = match there.remove(name) {
            None => "is not there",
            Some(found) if bare(&found) != bare(sql) => "is not as the migrations make it",
            Some(_) => continue,
        };
        faults.push((name.clone(), fault.to_string()));
    }
    let others = there.into_keys();
    faults.extend(others.map(|name| (name, "is of no migration".to_string())));
    faults
}

/// Name, whether it is on, definition, its function and the body of that.
type Guard = (String, bool, String, String, String);

/// Guards of PostgreSQL, which tells of a condition only in words of its own: what is compared is that each is there and
/// on, has a condition where the migration gives it one, and does what the migration says.
fn guards(migrations: &str, there: Vec<Guard>) -> Vec<Fault> {
    let mut made: BTreeMap<&str, bool> = BTreeMap::new();
    let mut bodies: BTreeMap<&str, &str> = BTreeMap::new();
    for statement in migrations.split(";\n") {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let begin = words
            .iter()
            .position(|word| matches!(*word, "CREATE" | "DROP"));
        match &words[begin.unwrap_or(words.len())..] {
            ["CREATE", "TRIGGER", name, rest @ ..] => {
                made.insert(name, rest.contains(&"WHEN"));
            }
            ["DROP", "TRIGGER", name, ..] => {
                made.remove(name);
            }
            _ => {}
        }
    }
    for part in migrations.split("FUNCTION ").skip(1) {
        let name = part.split('(').next().unwrap_or_default();
        if let Some(body) = part
            .split("AS $$")
            .nth(1)
            .and_then(|rest| rest.split("$$").next())
            && part.find("AS $$") < part.find(';')
        {
            bodies.insert(name, body);
        }
    }
    let mut faults = Vec::new();
    for (name, on, definition, function, body) in there {
        let place = format!("trigger {name}");
        match made.remove(name.as_str()) {
            None => faults.push((place, "is of no migration".to_string())),
            Some(_) if !on => faults.push((place, "is switched off".to_string())),
            Some(asks)
                if asks != definition.contains(" WHEN (")
                    || bodies.get(function.as_str()) != Some(&body.as_str()) =>
            {
                faults.push((place, "is not as the migrations make it".to_string()));
            }
            Some(_) => {}
        }
    }
    let gone = made.into_keys();
    faults.extend(gone.map(|name| (format!("trigger {name}"), "is not there".to_string())));
    faults
}
