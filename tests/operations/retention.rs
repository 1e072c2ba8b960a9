//! What has had its time is deleted, by the table that docs/OPERATIONS.md shows.

use crate::catalogue::root;
use crate::support::Data;

#[test]
fn the_document_shows_the_table_of_the_program() {
    let text = std::fs::read_to_string(root("docs/OPERATIONS.md")).unwrap();
    let table = ikd::retention::table();
    assert!(
        text.contains(&table),
        "docs/OPERATIONS.md, Retention, is to show:\n{table}"
    );
}

#[test]
fn a_purge_deletes_what_is_over_and_says_beforehand_how_much() {
    let data = Data::with_people(2);
    let now = ikd::clock::Clock::System.now();
    let throttle = |key: &str, ends: i64| {
        let key = data.base.blob(key);
        let sql = format!("INSERT INTO throttles (key, used, ends) VALUES ({key}, 1, {ends})");
        data.base.change(&sql).unwrap();
    };
    throttle("01", now - 10);
    throttle("02", now + 3600);
    let office = "(SELECT id FROM offices WHERE iss = 'ID.3273')";
    let five_years = ikd::retention::FILES_KEPT;
    // Applications with a file each: that ended long ago, a day later, and one that did not end.
    let mut ended = Vec::new();
    for (n, state, since) in [
        (1, "cancelled", now - five_years - 10),
        (2, "cancelled", now - five_years + 86_400),
        (3, "submitted", now - five_years - 10),
        (4, "draft", now - 31 * 86_400),
        (5, "draft", now - 29 * 86_400),
    ] {
        let id = data
            .base
            .blob(&format!("0000000000007000800000000000000{n}"));
        let empty = data.base.blob("00");
        let sql = format!(
            "INSERT INTO applications (id, office, kind, filer, created, state, since, late, people, answers, version) \
             VALUES ({id}, {office}, 2, 'guest', {since}, 'draft', {since}, 'no', {empty}, {empty}, 1)"
        );
        data.base.change(&sql).unwrap();
        let file = data
            .base
            .blob(&format!("0000000000007000800000000000001{n}"));
        let sql = format!(
            "INSERT INTO attachments (id, application, slug, media_type, size, hash, created) \
             VALUES ({file}, {id}, 'kk_lama', 'image/jpeg', 1, {empty}, {since})"
        );
        data.base.change(&sql).unwrap();
        if state != "draft" {
            let steps: &[&str] = if state == "cancelled" {
                &["submitted", "cancelled"]
            } else {
                &["submitted"]
            };
            for step in steps {
                let sql = format!(
                    "UPDATE applications SET state = '{step}', registration = 'R{n}', submitted = {since} WHERE id = {id}"
                );
                data.base.change(&sql).unwrap();
            }
        }
        ended.push(id);
    }
    let there = || {
        ["throttles", "attachments", "applications"]
            .map(|table| data.base.numbers(&format!("SELECT COUNT(*) FROM {table}"))[0])
    };
    assert_eq!(there(), [2, 5, 5]);
    let would = data.ok(&["purge", "--dry-run"]);
    assert!(would.err.contains("nothing was deleted"));
    assert_eq!(there(), [2, 5, 5]);
    let did = data.ok(&["purge"]);
    // The file of the draft goes with the draft.
    assert_eq!(there(), [1, 3, 4]);
    for said in [&would.out, &did.out] {
        let rows = |table: &str| {
            let line = said
                .lines()
                .find(|l| l.contains(&format!("  {table}: ")))
                .unwrap();
            line.split_whitespace().next().unwrap().to_string()
        };
        assert_eq!(
            ["throttles", "attachments", "applications"].map(rows),
            ["1", "1", "1"],
            "{said}"
        );
    }
    let again = data.ok(&["purge"]).out;
    assert!(
        again.lines().all(|line| line.trim().starts_with("0 ")),
        "{again}"
    );
}

#[test]
fn a_purge_goes_on_until_nothing_is_left_past_a_rule_that_fails() {
    let data = Data::with_people(1);
    let office = "(SELECT id FROM offices WHERE iss = 'ID.3273')";
    let empty = data.base.blob("00");
    let drafts: Vec<String> = (1..=501)
        .map(|n| {
            let id = data
                .base
                .blob(&format!("0000000000007000800000000000{n:04}"));
            format!("({id}, {office}, 2, 'guest', 1, 'draft', 1, 'no', {empty}, {empty}, 1)")
        })
        .collect();
    let sql = format!(
        "INSERT INTO applications (id, office, kind, filer, created, state, since, late, people, answers, version) \
         VALUES {}",
        drafts.join(", ")
    );
    data.base.change(&sql).unwrap();
    let would = data.ok(&["purge", "--dry-run"]).out;
    assert!(would.contains("at least 500  applications: "), "{would}");
    // The first rule of all.
    let rename = |from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        data.base.change(&sql).unwrap();
    };
    rename("throttles", "elsewhere");
    let did = data.run(&["purge"]);
    rename("elsewhere", "throttles");
    assert_eq!(did.code, 2);
    assert!(did.err.contains("error: throttles: "), "{}", did.err);
    assert!(did.out.contains(" 501  applications: "), "{}", did.out);
    assert_eq!(data.base.numbers("SELECT COUNT(*) FROM applications"), [0]);
    data.ok(&["purge"]);
}
