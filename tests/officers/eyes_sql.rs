//! What takes two people, by SQL: the database holds both to it, and the service takes nothing for approved that it did
//! not write itself.

use crate::browser::invite;
use crate::eyes::{OFFICE, rights};
use crate::support::*;
use serde_json::{Value, json};

#[test]
fn the_database_holds_both_to_it() {
    let data = Data::new();
    let server = data.serve();
    let (on, _) = invite(&data, OFFICE, "siti", "operator");
    let (first, me) = data.person_of(&server, OFFICE, "admin");
    let (second, other) = data.person_of(&server, OFFICE, "admin");
    let (_, operator) = data.person_of(&server, OFFICE, "operator");
    let program = data.officer(OFFICE, "admin");
    let program = server.get_as(&program, "/v1/session").json();
    let program = program["id"].as_str().unwrap();
    let path = format!("/v1/officers/{on}/role");
    let body = r#"{"role":"signer"}"#;
    let open = server.post(&first, &path, body).json();
    let open = open["proposal"].clone();
    let (_, done) = {
        let (on, _) = invite(&data, OFFICE, "budi", "operator");
        let path = format!("/v1/officers/{on}/role");
        server.agree((&first, &second), &path, body)
    };
    let before = data.texts("SELECT payload FROM proposals ORDER BY id");
    let roles = rights(&data);
    let at = open["proposed"].as_i64().unwrap() + 1;
    let of = |proposal: &Value| data.base.blob(proposal["id"].as_str().unwrap());
    let refused = [
        format!("state = 'approved', approver = '{me}', approved = {at}"),
        format!(
            "state = 'approved', approver = '{other}', approved = {}",
            at + 90_000
        ),
        format!("state = 'done', approver = '{other}', approved = {at}"),
        "state = 'done'".into(),
        "state = 'approved'".into(),
        format!("approver = '{other}', approved = {at}"),
        "payload = '{}'".into(),
        format!("proposer = '{other}'"),
        "proposed = proposed - 1".into(),
        "hash = tag".into(),
        "act = 'officer.add'".into(),
        "id = tag".into(),
        "subject = NULL".into(),
        // Whoever is no person who signs in, and whose role takes no part.
        format!("state = 'approved', approver = '{program}', approved = {at}"),
        format!("state = 'approved', approver = '{operator}', approved = {at}"),
        format!("state = 'approved', approver = 'x', approved = {at}"),
    ];
    for set in &refused {
        let sql = format!("UPDATE proposals SET {set} WHERE id = {}", of(&open));
        assert!(data.try_sql(&sql).is_err(), "open: {set}");
    }
    let done = &done["proposal"];
    for set in [
        "state = 'open', approver = NULL, approved = NULL",
        "state = 'approved'",
        "state = 'withdrawn', approver = NULL, approved = NULL",
        "tag = hash",
        "approver = 'local'",
        "approved = approved + 1",
        "payload = 'x'",
    ] {
        let sql = format!("UPDATE proposals SET {set} WHERE id = {}", of(done));
        assert!(data.try_sql(&sql).is_err(), "done: {set}");
    }
    assert!(data.try_sql("DELETE FROM proposals").is_err());
    let copied = |columns: &str| {
        format!(
            "INSERT INTO proposals (id, act, office, subject, payload, hash, proposer, proposed, state, approver, approved, tag) \
             SELECT {columns} FROM proposals WHERE id = {}",
            of(&open)
        )
    };
    let new = data.base.blob("019a0000-0000-7000-8000-000000000001");
    for state in ["'approved'", "'done'"] {
        let sql = copied(&format!(
            "{new}, act, office, subject, payload, tag, proposer, proposed, {state}, '{other}', proposed, tag"
        ));
        assert!(data.try_sql(&sql).is_err(), "inserted {state}");
    }
    let sql = copied(&format!(
        "{new}, act, office, subject, payload, hash, proposer, proposed, 'open', NULL, NULL, tag"
    ));
    assert!(data.try_sql(&sql).is_err(), "one hash, one proposal");
    assert_eq!(
        data.texts("SELECT payload FROM proposals ORDER BY id"),
        before
    );
    for nobody in [program, &operator, "x", "local"] {
        let sql = copied(&format!(
            "{new}, act, office, subject, payload, tag, '{nobody}', proposed, 'open', NULL, NULL, tag"
        ));
        assert!(data.try_sql(&sql).is_err(), "proposed by {nobody}");
    }
    // What stands beside the statement says the same, whoever gets past the triggers: whose account it is about decides who
    // may approve.
    let address = format!("/v1/proposals/{}", open["id"].as_str().unwrap());
    let subject = data.base.blob(&on);
    for (set, undo) in [
        ("subject = NULL".into(), format!("subject = {subject}")),
        (
            "act = 'policy.change'".into(),
            "act = 'officer.role'".into(),
        ),
        (
            format!("proposer = '{other}'"),
            format!("proposer = '{me}'"),
        ),
        (
            "proposed = proposed - 9".into(),
            "proposed = proposed + 9".to_string(),
        ),
    ] {
        for (set, status) in [(&set, 404), (&undo, 200)] {
            let sql = format!("UPDATE proposals SET {set} WHERE id = {}", of(&open));
            assert_eq!(data.base.forge(&sql), Ok(1), "{set}");
            assert_eq!(server.get_as(&second, &address).status, status, "{set}");
        }
    }
    // What the database lets through, the service does not take for what it wrote.
    let sql = copied(&format!(
        "{new}, act, office, subject, payload, {new}, '{other}', proposed, 'open', NULL, NULL, tag"
    ));
    assert_eq!(data.try_sql(&sql), Ok(1));
    let forged = "/v1/proposals/019a0000-0000-7000-8000-000000000001";
    assert_eq!(server.get_as(&second, forged).status, 404);
    let hash = json!({"hash": open["hash"]}).to_string();
    assert_eq!(
        server
            .post(&second, &format!("{forged}/approve"), &hash)
            .status,
        404
    );
    let sql = format!(
        "UPDATE proposals SET state = 'approved', approver = '{other}', approved = {at} WHERE id = {}",
        of(&open)
    );
    assert_eq!(
        data.try_sql(&sql),
        Ok(1),
        "the words are right, the tag is not"
    );
    assert_eq!(server.get_as(&second, &address).status, 404);
    assert_eq!(rights(&data), roles);
}
