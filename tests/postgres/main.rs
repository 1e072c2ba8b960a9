//! What PostgreSQL has of its own: copying a SQLite file to it, its migrations, and who may start on which schema.
//! Every other end-to-end test runs on it with `IKD_TEST_ON=postgres`. Needs a cluster (`IKD_POSTGRES`).

#[path = "../service/support.rs"]
#[allow(dead_code, reason = "the support of tests/service is shared")]
mod support;

use support::database::{Base, Fresh, cluster};
use support::{Data, Said};

/// A data directory on SQLite and an empty database, or nothing where there is no cluster.
fn both() -> Option<(Data, Fresh)> {
    let fresh = Fresh::new(cluster()?);
    let mut data = Data::nothing();
    data.base = Base::Sqlite(data.file("data/ikd.db"));
    data.ok(&["init"]);
    Some((data, fresh))
}

fn on(data: &Data, url: &str, args: &[&str]) -> Said {
    let mut command = data.command();
    Said::of(
        command
            .env("DATABASE_URL", url)
            .args(args)
            .output()
            .unwrap(),
    )
}

#[test]
fn a_copy_serves_what_the_file_held() {
    let Some((data, fresh)) = both() else { return };
    let rows: Vec<String> = (1..=3).map(support::row).collect();
    data.write(
        "people.csv",
        &format!("{}\n{}\n", support::HEADER, rows.join("\n")),
    );
    data.ok(&["import", "persons", &data.path("people.csv")]);
    let valid = data.issue(1, "ktp");
    let revoked = data.issue(2, "ktp");
    data.ok(&["revoke", &revoked, "--reason", "uji"]);
    let before = data.bundle();
    // The file was served before, by a publisher that was restarted often.
    let served = data.base.change("UPDATE status_lists SET term = 40");
    assert!(served.unwrap() > 0);

    let url = fresh.url();
    let said = on(&data, &url, &["db", "copy"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("the same on both sides"), "{}", said.out);
    // Without DATABASE_URL nobody goes on in the old one.
    let said = data.run(&["keys", "list"]);
    assert!(said.code != 0, "{}", said.out);
    let kept = std::fs::read_dir(data.file("data")).unwrap();
    let mut kept = kept.map(|entry| entry.unwrap().path());
    let kept = kept.find(|path| path.to_str().unwrap().contains("ikd.db.copied-"));
    std::fs::rename(kept.unwrap(), data.file("data/ikd.db")).unwrap();
    let again = on(&data, &url, &["db", "copy"]);
    assert!(
        again.code == 1 && again.err.contains("is not empty"),
        "{}",
        again.err
    );

    std::fs::rename(data.file("data/ikd.db"), data.file("ikd.db")).unwrap();
    let mut moved = data;
    moved.base = Base::Postgres(fresh);
    let shown = moved.ok(&["keys", "list"]).out;
    assert!(shown.contains("active"), "{shown}");
    let terms = moved.base.numbers("SELECT MAX(term) FROM status_lists");
    assert_eq!(
        terms,
        [0],
        "whoever publishes there begins with the first term"
    );
    // The same lists as before, then a change on the new database.
    assert_eq!(moved.bundle().trust.version, before.trust.version);
    assert!(
        moved
            .base
            .numbers("SELECT COUNT(*) FROM documents WHERE state = 'revoked'")
            == [1]
    );
    moved.ok(&["revoke", &valid, "--reason", "uji"]);
    assert!(
        moved
            .base
            .numbers("SELECT COUNT(*) FROM documents WHERE state = 'revoked'")
            == [2]
    );
    moved.issue(3, "ktp");
    // What is never taken back is not taken back here either.
    for sql in [
        "DELETE FROM audit",
        "TRUNCATE audit",
        "UPDATE documents SET state = 'active'",
    ] {
        assert!(moved.base.change(sql).is_err(), "{sql}");
    }
}

#[test]
fn a_copy_that_comes_out_differently_is_undone() {
    let Some((data, fresh)) = both() else { return };
    // The other side changes a value on its way in, as a wrong collation or type would.
    let url = fresh.url();
    assert_eq!(on(&data, &url, &["migrate"]).code, 0);
    let base = Base::Postgres(fresh);
    let add = "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ \
        BEGIN NEW.name := NEW.name || '?'; RETURN NEW; END $$";
    base.change(add).unwrap();
    base.change(
        "CREATE TRIGGER spoil BEFORE INSERT ON offices FOR EACH ROW EXECUTE FUNCTION spoil()",
    )
    .unwrap();
    // Triggers of users are off while rows are copied; one that stays on is like a server that changes what it stores.
    base.change("ALTER TABLE offices ENABLE ALWAYS TRIGGER spoil")
        .unwrap();
    base.change("CREATE RULE never AS ON DELETE TO regions DO INSTEAD NOTHING")
        .unwrap();
    base.change("INSERT INTO regions (kode, nama, updated) VALUES ('32', 'X', 0)")
        .unwrap();
    let said = on(&data, &url, &["db", "copy"]);
    assert!(
        said.code == 2 && said.err.contains("table regions came out differently"),
        "{}{}",
        said.out,
        said.err
    );
    assert_eq!(base.numbers("SELECT COUNT(*) FROM keys"), [0]);
}

/// What is acknowledged while rows are copied would be on one side alone.
#[test]
fn nothing_is_copied_while_somebody_serves() {
    let Some((data, fresh)) = both() else { return };
    let url = fresh.url();
    let server = data.serve();
    let leased = || {
        data.base
            .numbers("SELECT COUNT(*) FROM leases WHERE until > 0")[0]
    };
    while leased() == 0 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let said = on(&data, &url, &["db", "copy"]);
    assert!(
        said.code == 1 && said.err.contains("`ikd serve` works on the SQLite file"),
        "{}{}",
        said.out,
        said.err
    );
    server.signal("TERM");
    while leased() > 0 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(on(&data, &url, &["db", "copy"]).code, 0);
}

/// Rows may be of a form that only newer versions read, which the schema's number alone does not say.
#[test]
fn the_copy_says_which_versions_can_read_it() {
    let Some((data, fresh)) = both() else { return };
    let newest = data
        .base
        .numbers("SELECT MAX(version) + 1 FROM _sqlx_migrations")[0];
    let raised = format!("UPDATE schema_info SET readable_by = {newest}");
    data.base.change(&raised).unwrap();
    assert_eq!(on(&data, &fresh.url(), &["db", "copy"]).code, 0);
    let copied = Base::Postgres(fresh).numbers("SELECT readable_by FROM schema_info");
    assert_eq!(copied, [newest]);
}

#[test]
fn every_table_is_copied() {
    let Some((data, fresh)) = both() else { return };
    data.base.change("CREATE TABLE later (id INTEGER)").unwrap();
    let said = on(&data, &fresh.url(), &["db", "copy"]);
    assert!(
        said.code == 2 && said.err.contains("a table later"),
        "{}",
        said.err
    );
}

#[test]
fn instances_start_on_a_schema_that_was_brought_up_to_date() {
    let Some((data, fresh)) = both() else { return };
    let url = fresh.url();
    let said = on(&data, &url, &["office", "list"]);
    assert!(
        said.code == 2 && said.err.contains("run `ikd migrate` once"),
        "{}",
        said.err
    );
    let first = on(&data, &url, &["migrate"]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert_eq!(on(&data, &url, &["migrate"]).out, first.out);
    assert_eq!(on(&data, &url, &["office", "list"]).code, 0);
}

#[test]
fn a_database_in_use_is_not_taken_for_another_directory() {
    let Some((data, fresh)) = both() else { return };
    let url = fresh.url();
    let (one, two) = (data.path("one"), data.path("two"));
    assert_eq!(on(&data, &url, &["init", &one]).code, 0);
    let said = on(&data, &url, &["init", &two]);
    assert!(
        said.code == 1 && said.err.contains("is in use"),
        "{}",
        said.err
    );
    assert!(!data.file("two/config.toml").exists());
}

#[test]
fn an_address_with_a_password_is_never_shown() {
    let Some((data, _)) = both() else { return };
    for url in [
        "postgres://ikd:rahasia-sekali@127.0.0.1:1/ikd",
        "postgres//rahasia-sekali",
        "rahasia-sekali",
    ] {
        let said = on(&data, url, &["office", "list"]);
        assert_eq!(said.code, 2, "{}", said.err);
        assert!(!said.err.contains("rahasia"), "{}", said.err);
    }
}

#[test]
fn nothing_goes_to_another_machine_in_clear_by_itself() {
    let mut data = Data::nothing();
    data.base = Base::Sqlite(data.file("data/ikd.db"));
    data.ok(&["init"]);
    let refused = |url: &str| {
        on(&data, url, &["migrate"])
            .err
            .contains("sslmode=verify-full")
    };
    for url in [
        "postgres://ikd:rahasia@db.invalid/ikd",
        "postgres://ikd@192.0.2.1/ikd",
        "postgres://ikd@db.invalid/ikd?sslmode=prefer",
        "postgres://ikd@localhost.db.invalid/ikd",
    ] {
        assert!(refused(url), "{url}");
    }
    let said = on(&data, "postgres://ikd:rahasia@db.invalid/ikd", &["migrate"]);
    assert!(
        said.code == 2 && !said.err.contains("rahasia"),
        "{}",
        said.err
    );
}

#[test]
fn an_index_of_a_list_that_is_not_there_is_found() {
    let Some(cluster) = cluster() else { return };
    let mut data = Data::nothing();
    data.base = Base::Postgres(Fresh::new(cluster));
    data.ok(&["init"]);
    data.ok(&["audit", "verify"]);
    // One that could be a list, and what is no id at all.
    for list in ["decode('01a22103834970e4a5cbf5aee29cfc47', 'hex')", "''"] {
        let insert = format!(
            "INSERT INTO status_indexes (status_list, status_index, document) VALUES ({list}, 1, '\\x00')"
        );
        data.base.change(&insert).unwrap();
        let said = data.run(&["audit", "verify"]);
        assert_eq!(said.code, 1, "{list}: {}", said.out);
        let words = format!("{}{}", said.out, said.err);
        assert!(words.contains("it does not exist"), "{list}: {words}");
        data.base.change("DELETE FROM status_indexes").unwrap();
    }
}
