//! What is not published: lists that take back what verifiers were told, whoever wrote that into the database.

use crate::support::*;
use crate::use_cases;
use ikd::clock::Clock;
use ikd::status;

/// The list of documents that are issued one by one.
const LIST: &str = "ikd:3273/0";

/// Writes to the database as somebody who owns it, and has the lists signed anew.
fn forged(data: &Data, sql: &str) -> Said {
    assert_ne!(data.base.forge(sql), Ok(0), "{sql}");
    data.base
        .change("UPDATE status_lists SET dirty = 1")
        .unwrap();
    data.run(&["status", "publish"])
}

fn to_state(data: &Data, id: &str, state: &str, reason: &str) -> String {
    let id = data.base.blob(id);
    format!("UPDATE documents SET state = '{state}', reason = {reason} WHERE id = {id}")
}

fn lines(data: &Data, action: &str) -> Vec<String> {
    data.base.texts(&format!(
        "SELECT detail FROM audit WHERE action = '{action}' ORDER BY id"
    ))
}

#[test]
fn what_was_revoked_does_not_go_out_as_valid_again() {
    let data = Data::with_people(3);
    let ids: Vec<String> = (1..=3).map(|n| data.issue(n, "ktp")).collect();
    let server = data.serve();
    let signer = data.officer("ID.3273", "signer");
    let text = |id: &String| {
        let body = server
            .get_as(&signer, &format!("/v1/documents/{id}"))
            .json();
        body["qr"]["text"].as_str().unwrap().to_string()
    };
    let texts: Vec<String> = ids.iter().map(text).collect();
    let verdicts = || -> Vec<&str> {
        let bundle = data.bundle();
        texts.iter().map(|t| verdict(t, &bundle)).collect()
    };
    data.ok(&["revoke", &ids[0], "--reason", "lost"]);
    let said = data.run(&["status", "held"]);
    assert_eq!((said.code, said.out.trim()), (0, "nothing is held"));

    let said = forged(&data, &to_state(&data, &ids[0], "active", "NULL"));
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.err.contains("1 status lists are held"), "{}", said.err);
    let said = data.run(&["status", "held"]);
    assert_eq!(said.code, 1);
    for part in [
        LIST,
        "1 indexes",
        "were revoked or superseded",
        "status release 'ikd:3273/0'",
    ] {
        assert!(said.out.contains(part), "no {part} in {}", said.out);
    }
    assert_eq!(lines(&data, "publish.hold").len(), 1);
    assert_eq!(verdicts(), ["revoked", "valid", "valid"]);

    // Others' changes of that list are made and not public; whoever makes them is told so.
    let path = format!("/v1/documents/{}/revoke", ids[1]);
    let answer = server.post(&signer, &path, r#"{"reason":"lost"}"#);
    assert_eq!(answer.status, 202, "{}", answer.text());
    assert_eq!(answer.json()["public"], false);
    assert_eq!(verdicts(), ["revoked", "valid", "valid"]);
    let ready = server.get("/readyz");
    assert!(ready.text().contains("publishing"), "{}", ready.text());

    // Mended: it goes out by itself, with what others did meanwhile.
    let said = forged(&data, &to_state(&data, &ids[0], "revoked", "'lost'"));
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(data.ok(&["status", "held"]).out.trim(), "nothing is held");
    assert_eq!(verdicts(), ["revoked", "revoked", "valid"]);
    assert!(!server.get("/readyz").text().contains("publishing"));
}

#[test]
fn a_release_is_for_exactly_what_was_held() {
    let data = Data::with_people(3);
    let ids: Vec<String> = (1..=3).map(|n| data.issue(n, "ktp")).collect();
    for id in &ids[..2] {
        data.ok(&["revoke", id, "--reason", "by mistake"]);
    }
    assert_eq!(
        forged(&data, &to_state(&data, &ids[0], "active", "NULL")).code,
        1
    );
    let said = data.run(&["status", "release", "ikd:3273/7"]);
    assert!(
        said.code == 1 && said.err.contains("`ikd status held`"),
        "{}",
        said.err
    );
    data.ok(&["status", "release", LIST]);
    assert_eq!(lines(&data, "publish.release").len(), 1);
    let said = data.run(&["status", "release", LIST]);
    assert!(
        said.code == 1 && said.err.contains("released already"),
        "{}",
        said.err
    );
    // Another one besides, before it went out: nobody answered for that.
    assert_eq!(
        forged(&data, &to_state(&data, &ids[1], "active", "NULL")).code,
        1
    );
    let said = data.run(&["status", "held"]);
    assert!(said.out.contains("2 indexes"), "{}", said.out);
    assert_eq!(
        forged(&data, &to_state(&data, &ids[1], "revoked", "'x'")).code,
        1
    );
    data.ok(&["status", "release", LIST]);
    data.ok(&["status", "publish"]);
    assert_eq!(data.ok(&["status", "held"]).out.trim(), "nothing is held");
    // It is used up.
    data.ok(&["revoke", &ids[0], "--reason", "after all"]);
    assert_eq!(
        forged(&data, &to_state(&data, &ids[0], "active", "NULL")).code,
        1
    );
}

#[test]
fn suspended_is_valid_again_by_an_officer_alone() {
    let data = Data::with_people(2);
    let ids: Vec<String> = (1..=2).map(|n| data.issue(n, "ktp")).collect();
    data.ok(&["suspend", &ids[0], "--reason", "inquiry"]);
    data.ok(&["reinstate", &ids[0], "--reason", "cleared"]);
    data.ok(&["status", "publish"]);
    // The line of then does not count for what came after it.
    data.ok(&["suspend", &ids[0], "--reason", "inquiry"]);
    assert_eq!(
        forged(&data, &to_state(&data, &ids[0], "active", "NULL")).code,
        1
    );
    let said = data.run(&["status", "held"]);
    assert!(said.out.contains("nobody reinstated them"), "{}", said.out);
    assert_eq!(
        forged(&data, &to_state(&data, &ids[0], "suspended", "'x'")).code,
        0
    );
    data.ok(&["reinstate", &ids[0], "--reason", "cleared"]);
    assert_eq!(data.ok(&["status", "held"]).out.trim(), "nothing is held");
}

#[test]
fn many_at_once_need_a_bulk_act() {
    let data = Data::with_people(130);
    let job = |supersede: bool| {
        let mut args = vec!["bulk", "plan", "--alone", "--kind", "ktp"];
        args.extend(supersede.then_some("--supersede"));
        data.ok(&args);
        data.ok(&["bulk", "run"]);
    };
    job(false);
    // A job replaces them all, which is what it is for.
    job(true);
    assert_eq!(data.ok(&["status", "held"]).out.trim(), "nothing is held");
    let superseded = "SELECT COUNT(*) FROM documents WHERE state = 'superseded'";
    assert_eq!(data.base.numbers(superseded), [130]);
    data.ok(&["status", "publish"]);

    let of = |from: u32, to: u32| {
        format!(
            "state = 'active' AND subject >= {} AND subject <= {}",
            nik(from),
            nik(to)
        )
    };
    let revoke = |from, to| {
        format!(
            "UPDATE documents SET state = 'revoked', reason = 'x' WHERE {}",
            of(from, to)
        )
    };
    // So many may, however few there are.
    assert_eq!(forged(&data, &revoke(1, 10)).code, 0);
    let said = forged(&data, &revoke(11, 120));
    assert_eq!(said.code, 1, "{}", said.out);
    let said = data.run(&["status", "held"]);
    assert!(
        said.out.contains("110 statuses change at once, 100 may"),
        "{}",
        said.out
    );
    let list = said.out.split_whitespace().next().unwrap().to_string();
    data.ok(&["status", "release", &list]);
    // One more by somebody who knows nothing of it.
    assert_eq!(forged(&data, &revoke(121, 121)).code, 0);
    assert_eq!(data.ok(&["status", "held"]).out.trim(), "nothing is held");
    assert_eq!(lines(&data, "publish.release").len(), 1);
}

#[tokio::test]
async fn a_clock_set_back_publishes_nothing() {
    let data = Data::with_people(2);
    let id = data.issue(1, "ktp");
    data.ok(&["revoke", &id, "--reason", "lost"]);
    let out = "SELECT issued FROM status_lists WHERE token IS NOT NULL";
    let issued = data.base.numbers(out);
    let now = Clock::System.now();
    let clock = Clock::fixed(now - 7_200);
    let service = use_cases::service(&data, clock.clone()).await;
    data.base
        .change("UPDATE status_lists SET dirty = 1")
        .unwrap();
    assert_eq!(status::refresh(&service).await.unwrap(), 0);
    assert_eq!(data.base.numbers(out), issued);
    let said = data.run(&["status", "held"]);
    assert!(
        said.code == 1 && said.out.contains("set the clock right"),
        "{}",
        said.out
    );
    let said = data.run(&["status", "release", LIST]);
    assert!(said.code == 1 && said.err.contains("clock"), "{}", said.err);
    // Right again: it goes out by itself.
    clock.advance(7_200 + 60);
    assert!(status::refresh(&service).await.unwrap() > 0);
    assert!(data.base.numbers(out) > issued);
    assert_eq!(data.ok(&["status", "held"]).out.trim(), "nothing is held");
}

/// A document that was revoked and made active by SQL, for whose list somebody has answered; its id, and that SQL.
fn released() -> (Data, String, String) {
    let data = Data::with_people(1);
    let id = data.issue(1, "ktp");
    data.ok(&["revoke", &id, "--reason", "by mistake"]);
    let valid = to_state(&data, &id, "active", "NULL");
    assert_eq!(forged(&data, &valid).code, 1);
    data.ok(&["status", "release", LIST]);
    (data, id, valid)
}

/// A clock that is set back holds everything, and takes no answer back that somebody gave.
#[tokio::test]
async fn a_release_outlives_a_clock_that_was_set_back() {
    let (data, _, _) = released();
    let issued = data.base.numbers("SELECT issued FROM status_lists")[0];
    let released = "SELECT released FROM publish_holds WHERE released IS NOT NULL";
    let clock = Clock::fixed(issued - 7_200);
    let service = use_cases::service(&data, clock.clone()).await;
    assert_eq!(status::refresh(&service).await.unwrap(), 0);
    assert_eq!(data.base.numbers(released).len(), 1);
    clock.advance(7_200 + 60);
    assert_eq!(status::refresh(&service).await.unwrap(), 1);
    assert_eq!(data.ok(&["status", "held"]).out.trim(), "nothing is held");
}

/// Signs the lists once more.
fn published(data: &Data) -> i32 {
    data.base
        .change("UPDATE status_lists SET dirty = 1")
        .unwrap();
    data.run(&["status", "publish"]).code
}

#[test]
fn a_release_that_was_only_written_into_the_database_lets_nothing_out() {
    let data = Data::with_people(1);
    let id = data.issue(1, "ktp");
    data.ok(&["revoke", &id, "--reason", "lost"]);
    let place = format!("hold of {LIST}");
    let verified = || data.run(&["audit", "verify"]).out;
    assert_eq!(
        forged(&data, &to_state(&data, &id, "active", "NULL")).code,
        1
    );
    assert!(!verified().contains(&place));
    let (blob, none) = (data.base.words("X'00'", "'\\x00'"), "NULL");
    for sql in [
        "released = since".to_string(),
        format!("released = since, seal = {none}"),
        "changes = changes + 1".to_string(),
        format!("mark = {blob}"),
    ] {
        let sql = format!("UPDATE publish_holds SET {sql}");
        assert_eq!(data.base.change(&sql).unwrap(), 1, "{sql}");
        let found = verified();
        assert!(found.contains(&place), "{sql}: {found}");
        let said = data.run(&["status", "held"]);
        let altered = said.out.contains("altered by other means");
        assert!(said.code == 1 && altered, "{sql}: {}", said.out);
        let before = lines(&data, "publish.hold").len();
        assert_eq!(published(&data), 1, "{sql}");
        let noted = lines(&data, "publish.hold");
        assert!(noted.len() == before + 1, "{sql}: {noted:?}");
        assert!(noted[before].contains("was altered"), "{sql}: {noted:?}");
        assert_eq!(published(&data), 1, "{sql}");
        assert_eq!(lines(&data, "publish.hold").len(), before + 1, "told once");
        assert!(!verified().contains(&place), "{sql}");
    }
    // Nor does somebody release what they cannot know; the note goes, and what is held is held.
    data.base
        .change("UPDATE publish_holds SET changes = 5")
        .unwrap();
    let said = data.run(&["status", "release", LIST]);
    assert!(
        said.code == 1 && said.err.contains("thrown away"),
        "{}",
        said.err
    );
    assert_eq!(lines(&data, "publish.forget").len(), 1);
    assert_eq!(published(&data), 1);
    // Where the list is mended meanwhile, the note goes too, and that it was altered stays in the trail.
    data.base
        .change("UPDATE publish_holds SET changes = 5")
        .unwrap();
    let revoked = to_state(&data, &id, "revoked", "'lost'");
    assert_eq!(forged(&data, &revoked).code, 0);
    assert_eq!(lines(&data, "publish.forget").len(), 2);
    // What stands there as a name is not passed on.
    data.base
        .change(
            "INSERT INTO publish_holds (what, kind, reason, mark, changes, releasable, since) \
             SELECT 'x''; 3273010101900001', 'list', '', token, 0, 1, 0 FROM status_lists",
        )
        .unwrap();
    let said = data.run(&["status", "held"]).out + &verified();
    assert!(said.contains("a row of another name") && !said.contains("3273010101900001"));
}

#[test]
fn a_release_of_before_that_is_put_back_lets_nothing_out() {
    let (data, id, valid) = released();
    data.base
        .change("CREATE TABLE kept AS SELECT * FROM publish_holds")
        .unwrap();
    assert_eq!(published(&data), 0);
    // Revoked again, and this time somebody else wants it back.
    data.ok(&["revoke", &id, "--reason", "lost"]);
    data.base
        .change("INSERT INTO publish_holds SELECT * FROM kept")
        .unwrap();
    assert_eq!(forged(&data, &valid).code, 1);
    let said = data.run(&["status", "held"]);
    assert!(said.out.contains("1 indexes"), "{}", said.out);
}

/// An index that is past its end may leave its list; that of a document never is.
#[test]
fn an_end_that_was_written_beside_a_revoked_document_founds_nothing() {
    let data = Data::with_people(1);
    let id = data.issue(1, "ktp");
    data.ok(&["revoke", &id, "--reason", "lost"]);
    let blob = data.base.blob(&id);
    let ended = format!("UPDATE status_indexes SET ends = 1 WHERE document = {blob}");
    assert_eq!(data.base.forge(&ended), Ok(1));
    let said = forged(&data, &to_state(&data, &id, "active", "NULL"));
    assert_eq!(said.code, 1, "{}", said.out);
}
