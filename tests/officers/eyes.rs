//! What takes two people: they do it once, within a day, and neither alone. Every role × act: `matrix`; by SQL:
//! `eyes_sql`.

use crate::browser::invite;
use crate::support::*;
use crate::use_cases::service;
use crate::users::whole;
use ikd::chance::Chance;
use ikd::clock::Clock;
use ikd::domain::ids::OfficerId;
use ikd::domain::officer::Actor;
use ikd::domain::proposal::{Act, LIFE};
use ikd::domain::users::Change;
use ikd::login;
use ikd::proposals;
use ikd::store::officers;
use serde_json::json;

pub const OFFICE: &str = "ID.3273";

/// Where an act is proposed, about whom, and with what.
pub struct Asked {
    pub act: Act,
    pub path: String,
    pub body: &'static str,
}

impl Asked {
    pub fn ask(&self, server: &Server, token: &str) -> Answer {
        let (method, path) = self.path.split_once(' ').unwrap_or(("POST", &self.path));
        server.send(token, method, path, self.body.as_bytes())
    }
}

/// None for what is proposed at the machine alone.
pub fn asked(act: Act, on: &str, off: &str) -> Option<Asked> {
    let officer = |id: &str, what: &str| format!("/v1/officers/{id}/{what}");
    let (path, body) = match act {
        Act::OfficerAdd => (
            "/v1/officers".into(),
            r#"{"login":"baru","name":"Baru","role":"signer"}"#,
        ),
        Act::OfficerRole => (officer(on, "role"), r#"{"role":"signer"}"#),
        Act::OfficerEnable => (officer(off, "enable"), ""),
        Act::OfficerReset => (officer(on, "reset"), ""),
        Act::PolicyChange => ("PUT /v1/policy".into(), r#"{"policy":"sla_days = 5"}"#),
        Act::MandateIssue => ("/v1/mandates".into(), r#"{"cards":3}"#),
        Act::MandateEnd => ("/v1/mandates".into(), r#"{"ends":3}"#),
        Act::MandateBulk => return None,
    };
    Some(Asked { act, path, body })
}

/// The rows that say who may do what.
pub fn rights(data: &Data) -> Vec<String> {
    let roles = "SELECT role FROM officers WHERE disabled IS NULL ORDER BY id";
    data.texts(roles)
}

/// What officers did beside signing in, sorted: lines of one millisecond have no order.
fn acts_of_officers(data: &Data) -> Vec<String> {
    let all = "SELECT action FROM audit WHERE actor <> 'local' AND action NOT LIKE 'login%'";
    let mut all = data.texts(all);
    all.sort_unstable();
    all
}

#[test]
fn two_admins_do_it_once_within_a_day() {
    let data = Data::new();
    let server = data.serve();
    let (on, _) = invite(&data, OFFICE, "siti", "operator");
    let (off, _) = invite(&data, OFFICE, "tono", "operator");
    data.ok(&["officer", "disable", &off]);
    let (first, first_id) = data.person_of(&server, OFFICE, "admin");
    let two = (first, data.person(&server, OFFICE, "admin"));
    let mut one_time = String::new();
    let mut lines = Vec::new();
    for act in [
        Act::OfficerRole,
        Act::OfficerReset,
        Act::OfficerEnable,
        Act::OfficerAdd,
        Act::MandateIssue,
        Act::MandateEnd,
        Act::PolicyChange,
    ] {
        let asked = asked(act, &on, &off).unwrap();
        let (proposed, approved) = server.agree((&two.0, &two.1), &asked.path, asked.body);
        assert_eq!(proposed["proposal"]["state"], "open");
        assert_eq!(proposed["proposal"]["act"], asked.act.name());
        assert_eq!(approved["proposal"]["state"], "done");
        for same in ["id", "statement", "hash", "proposer", "proposed"] {
            assert_eq!(proposed["proposal"][same], approved["proposal"][same]);
        }
        let id = approved["proposal"]["id"].as_str().unwrap();
        let again = json!({"hash": approved["proposal"]["hash"]}).to_string();
        let again = server.post(&two.1, &format!("/v1/proposals/{id}/approve"), &again);
        assert_eq!(again.status, 409, "{act:?} twice");
        lines.extend(["proposal.open", "proposal.approve", asked.act.name()]);
        lines.sort_unstable();
        assert_eq!(acts_of_officers(&data), lines);
        if act == Act::OfficerAdd {
            one_time = whole(&proposed, &approved);
        }
    }
    // The account that both just gave is no second pair of eyes of either.
    let new = "SELECT detail FROM audit WHERE action = 'officer.add' AND actor <> 'local'";
    let new = data.texts(new).remove(0);
    let (new, rest) = new.split_once(' ').unwrap();
    assert!(rest.starts_with("signer proposal "), "{rest}");
    server.agree(
        (&two.0, &two.1),
        &format!("/v1/officers/{new}/role"),
        r#"{"role":"admin"}"#,
    );
    let of_new = proposed_long_ago(&data, &first_id, &on, 0);
    let new = server.first_sign_in("baru", &one_time);
    let refused = approve(&server, &new, &of_new);
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(refused.text().contains("last 7 days"), "{}", refused.text());
}

/// Reads it and says yes.
fn approve(server: &Server, who: &str, id: &str) -> Answer {
    let address = format!("/v1/proposals/{id}");
    let seen = server.get_as(who, &address).json();
    let hash = json!({"hash": seen["hash"]}).to_string();
    server.post(who, &format!("{address}/approve"), &hash)
}

/// A reset of an account, proposed by that admin so many seconds ago.
fn proposed_long_ago(data: &Data, admin: &str, about: &str, seconds: i64) -> String {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let now = Clock::System.now();
        let service = service(data, Clock::fixed(now - seconds)).await;
        let mut tx = service.db.read().await.unwrap();
        let id = OfficerId::parse(admin).unwrap();
        let row = officers::by_id(&mut tx, id).await.unwrap().unwrap();
        drop(tx);
        let actor: Actor = login::actor(&row);
        let about = OfficerId::parse(about).unwrap();
        let chance = &mut Chance::System;
        let made = proposals::change_officer(&service, chance, actor, about, Change::Reset).await;
        let id = made.unwrap().proposal.statement.id.to_string();
        service.db.close().await;
        id
    })
}

#[test]
fn after_a_day_it_is_too_late() {
    let data = Data::new();
    let server = data.serve();
    let (on, _) = invite(&data, OFFICE, "siti", "operator");
    let (_, admin) = data.person_of(&server, OFFICE, "admin");
    let (second, second_id) = data.person_of(&server, OFFICE, "admin");
    for (ago, state, status) in [(LIFE, "expired", 409), (LIFE - 600, "open", 200)] {
        let id = proposed_long_ago(&data, &admin, &on, ago);
        let seen = server
            .get_as(&second, &format!("/v1/proposals/{id}"))
            .json();
        assert_eq!(seen["state"], state);
        let said = approve(&server, &second, &id);
        assert_eq!(said.status, status, "{}", said.text());
    }
    // Nor does the database take it.
    let id = proposed_long_ago(&data, &admin, &on, LIFE + 5);
    let late = format!(
        "UPDATE proposals SET state = 'approved', approver = '{second_id}', approved = {} WHERE id = {}",
        Clock::System.now(),
        data.base.blob(&id)
    );
    assert!(data.try_sql(&late).is_err());
    let id = proposed_long_ago(&data, &admin, &on, LIFE - 600);
    let just = format!(
        "UPDATE proposals SET state = 'approved', approver = '{second_id}', approved = {} WHERE id = {}",
        Clock::System.now(),
        data.base.blob(&id)
    );
    assert_eq!(data.try_sql(&just), Ok(1), "it was only the time");
}

#[test]
fn who_is_of_another_office_sees_none_and_the_centre_may_be_the_second() {
    let data = Data::new();
    for (iss, region) in [("ID.5171", "5171"), ("ID.00", "")] {
        data.ok(&[
            "office", "add", "--iss", iss, "--name", "Lain", "--region", region,
        ]);
    }
    let server = data.serve();
    let (on, _) = invite(&data, OFFICE, "siti", "operator");
    let first = data.person(&server, OFFICE, "admin");
    let path = format!("/v1/officers/{on}/reset");
    let proposed = server.post(&first, &path, "").json();
    let id = proposed["proposal"]["id"].as_str().unwrap();
    let hash = json!({"hash": proposed["proposal"]["hash"]}).to_string();
    let address = format!("/v1/proposals/{id}");
    let stranger = data.person(&server, "ID.5171", "admin");
    assert_eq!(server.get_as(&stranger, &address).status, 404);
    let items = server.get_as(&stranger, "/v1/proposals").json();
    assert_eq!(items["items"], json!([]));
    for act in ["approve", "withdraw"] {
        let said = server.post(&stranger, &format!("{address}/{act}"), &hash);
        assert_eq!(said.status, 404, "{act}");
    }
    let centre = data.person(&server, "ID.00", "admin");
    assert_eq!(server.post(&centre, &path, "").status, 404, "not the first");
    let said = server.post(&centre, &format!("{address}/approve"), &hash);
    assert_eq!(said.status, 200, "{}", said.text());
}

#[test]
fn the_machine_may_be_the_second_and_says_so_when_it_is_alone() {
    let data = Data::new();
    let server = data.serve();
    let (on, _) = invite(&data, OFFICE, "siti", "operator");
    let first = data.person(&server, OFFICE, "admin");
    let path = format!("/v1/officers/{on}/role");
    let proposed = server.post(&first, &path, r#"{"role":"signer"}"#).json();
    let id = proposed["proposal"]["id"].as_str().unwrap();
    let listed = data.ok(&["proposal", "list"]).out;
    assert!(
        listed.contains(id) && listed.contains("officer.role"),
        "{listed}"
    );
    let shown = data.ok(&["proposal", "show", id]).out;
    assert!(shown.contains(proposed["proposal"]["statement"].as_str().unwrap()));
    let hash = shown.lines().find_map(|l| l.strip_prefix("hash")).unwrap();
    let wrong = data.run(&["proposal", "approve", id, "--hash", "00"]);
    assert_eq!(wrong.code, 1, "{}", wrong.err);
    data.ok(&["proposal", "approve", id, "--hash", hash.trim()]);
    assert_eq!(
        data.run(&["proposal", "approve", id, "--hash", hash]).code,
        1
    );
    data.ok(&["officer", "disable", &on]);
    let alone = data.ok(&["officer", "enable", &on]);
    assert!(
        alone.err.contains("one person at the machine"),
        "{}",
        alone.err
    );
    let told = "SELECT detail FROM audit WHERE action = 'officer.enable'";
    assert!(data.texts(told)[0].ends_with("signer by one person at the machine"));
}
