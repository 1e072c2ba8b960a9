//! What somebody writes into the row of an application: nobody acts on it, the check names it, and it goes on once it is
//! put right.

use crate::database::{blob, text};
use crate::estate::attach;
use crate::support::{Data, nik};
use crate::town::Town;

#[test]
fn nobody_acts_on_an_application_that_was_altered() {
    let town = Town::new();
    let (id, other) = (town.at("in_process"), town.at("submitted"));
    let (row, data) = (blob(&town.data, &id), &town.data);
    let verified_by = |who: &str| {
        let sql = format!("UPDATE applications SET verified_by = {who} WHERE id = {row}");
        data.base.forge(&sql)
    };
    let verifier = town.officer("verifier").read("/v1/session");
    let (verifier, operator) = (
        blob(data, verifier["id"].as_str().unwrap()),
        town.officer("operator").read("/v1/session"),
    );
    // As if another had verified it, so that its verifier may sign it too.
    assert_eq!(
        verified_by(&blob(data, operator["id"].as_str().unwrap())),
        Ok(1)
    );
    let signer = town.officer("signer");
    let approve = format!("/v1/applications/{id}/approve");
    let token = data.officer("ID.3273", "signer");
    let refused = || {
        let answer = town.server.post(&token, &approve, "{}");
        assert_eq!(answer.status, 500, "{}", answer.text());
        assert_eq!(answer.json()["type"], "urn:ikd:problem:register-altered");
    };
    refused();
    let documents = "SELECT CAST(COUNT(*) AS TEXT) FROM documents";
    assert_eq!(text(data, documents), "0");
    // It is shown, with the reason, and the others go on.
    assert_eq!(
        signer.read(&format!("/v1/applications/{id}"))["state"],
        "in_process"
    );
    town.officer("operator").step(&other, "take", None);
    let checked = || data.run(&["audit", "verify"]);
    let said = checked();
    assert!(
        said.out.contains(&format!("FAULT application {id}: ")),
        "{}",
        said.out
    );
    assert!(said.out.contains(": 1 faults"), "{}", said.out);

    // Put back as it was it fits.
    assert_eq!(verified_by(&verifier), Ok(1));
    assert_eq!(checked().code, 0);
    // What nobody knows any more as it was is sealed as it stands now.
    let later = format!("UPDATE applications SET since = since + 1 WHERE id = {row}");
    assert_eq!(data.base.forge(&later), Ok(1));
    refused();
    let said = data.ok(&["register", "accept", &id]);
    assert_eq!(said.out, format!("application {id} sealed: in_process\n"));
    assert_eq!(checked().code, 0);
    let line = "SELECT detail FROM audit WHERE action = 'application.accept-row'";
    assert_eq!(text(data, line), format!("{id} in_process"));
    signer.step(&id, "approve", None);
    assert_eq!(checked().code, 0);
    let nobodys = "00000000-0000-7000-8000-000000000000";
    let said = data.run(&["register", "accept", nobodys]);
    assert_eq!(said.code, 1, "{}", said.out);
}

#[test]
fn who_writes_themself_into_an_application_does_not_see_it() {
    let town = Town::new();
    let id = town.at("submitted");
    let row = blob(&town.data, &id);
    let page = format!("/v1/applications/{id}");
    let asked = || town.stranger.raw("GET", &page, "", b"").status;
    assert_eq!(asked(), 404);
    let mine = format!(
        "(SELECT id FROM accounts WHERE id <> (SELECT account FROM applications WHERE id = {row}))"
    );
    let sql = format!("UPDATE applications SET account = {mine} WHERE id = {row}");
    assert_eq!(town.data.base.forge(&sql), Ok(1));
    assert_eq!(asked(), 500);
    let body = serde_json::json!({"kind": "kk", "previous": id}).to_string();
    let copied = town.stranger.raw(
        "POST",
        "/v1/applications",
        "application/json",
        body.as_bytes(),
    );
    assert_eq!(copied.status, 500, "{}", copied.text());
    // Its office sees what became of it.
    town.officer("verifier").read(&page);
}

#[test]
fn leave_that_is_used_up_is_not_given_back_by_sql() {
    let data = Data::with_people(3);
    data.ok(&["mandate", "add", "--office", "ID.3273", "--cards", "1"]);
    let officer = [
        "officer", "add", "--office", "ID.3273", "--name", "Uji", "--role", "signer",
    ];
    let token = data.ok(&officer).after("token ");
    let issue = |n: u32| {
        let body = format!(r#"{{"nik": "{}", "kind": "ktp"}}"#, nik(n));
        data.serve().post(&token, "/v1/documents", &body).status
    };
    assert_eq!((issue(1), issue(2)), (201, 409));
    assert_eq!(data.base.forge("UPDATE mandates SET used = 0"), Ok(1));
    assert_eq!(issue(2), 409);
    let said = data.run(&["audit", "verify"]);
    assert!(said.out.contains("FAULT mandate "), "{}", said.out);
}

/// What belongs to applications and people: the check names the row.
#[test]
fn rows_that_belong_to_applications_and_people_are_named() {
    let town = Town::new();
    attach(&town.owner, &town.draft(), "kk_lama");
    town.at("submitted");
    let data = &town.data;
    for (table, set) in [
        ("attachments", "slug = 'lain'"),
        ("attachments", "size = size + 1"),
        ("application_events", "act = 'approve'"),
        ("application_events", "actor = 'local'"),
        ("accounts", "changed = changed + 1"),
        ("outbox", "created = created + 1"),
    ] {
        let newest = format!("{table} ORDER BY id DESC LIMIT 1");
        let id = data.base.ids(&newest).remove(0);
        let id = uuid::Uuid::parse_str(&id).unwrap().to_string();
        let sql = format!("UPDATE {table} SET {set} WHERE id = {}", blob(data, &id));
        assert_eq!(data.base.forge(&sql), Ok(1), "{sql}");
        let said = data.run(&["audit", "verify"]).out;
        let named = format!("FAULT {table} {id}: ");
        assert!(said.contains(&named), "{sql}: {said}");
        let said = data.ok(&["register", "accept", &id]).out;
        assert_eq!(said, format!("row {id} of {table} sealed\n"));
        if set != "size = size + 1" {
            data.ok(&["audit", "verify"]);
        }
        let line = "SELECT detail FROM audit WHERE action = 'register.accept-row' ORDER BY id DESC LIMIT 1";
        assert_eq!(text(data, line), format!("{table} {id}"));
        if set == "size = size + 1" {
            // Its file says so too.
            let back = sql.replace("size + 1", "size - 1");
            assert_eq!(data.base.forge(&back), Ok(1));
            data.ok(&["register", "accept", &id]);
        }
    }
    // One that somebody wrote has no seal at all.
    let sql = "INSERT INTO application_events (id, application, at, act, actor, state) \
        SELECT application, application, at, act, actor, state FROM application_events ORDER BY id LIMIT 1";
    assert_eq!(data.base.forge(sql), Ok(1));
    let said = data.run(&["audit", "verify"]).out;
    assert!(said.contains("the row has no seal"), "{said}");
    assert!(said.contains(": 1 faults"), "{said}");
    // It took the id of an application, which is not sealed in its place.
    let id = data
        .base
        .ids("application_events WHERE id = application")
        .remove(0);
    let id = uuid::Uuid::parse_str(&id).unwrap().to_string();
    let said = data.run(&["register", "accept", &id]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(
        said.err.contains("applications, application_events"),
        "{}",
        said.err
    );
    data.ok(&["register", "accept", "--table", "application_events", &id]);
    data.ok(&["audit", "verify"]);
}

/// Whoever changes a row that somebody altered before does not seal what was altered.
#[test]
fn a_change_does_not_seal_what_was_altered() {
    let data = Data::with_people(1);
    data.issue(1, "ktp");
    let (server, operator) = (data.serve(), data.officer("ID.3273", "operator"));
    let activate = || {
        let body = format!(r#"{{"nik": "{}"}}"#, nik(1));
        let answer = server.post(&operator, "/v1/activations", &body);
        assert_eq!(answer.status, 201, "{}", answer.text());
    };
    activate();
    activate();
    data.ok(&["audit", "verify"]);
    let later = "UPDATE activations SET expires = expires + 60 WHERE state = 'open'";
    assert_eq!(data.base.forge(later), Ok(1));
    activate();
    let said = data.run(&["audit", "verify"]).out;
    assert!(said.contains("FAULT activations "), "{said}");
    assert!(said.contains(": 1 faults"), "{said}");
}
