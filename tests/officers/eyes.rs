//! What takes two people: every role, act and state, over HTTP and by SQL.

use crate::browser::invite;
use crate::support::*;
use crate::use_cases::service;
use ikd::chance::Chance;
use ikd::clock::Clock;
use ikd::domain::ids::OfficerId;
use ikd::domain::officer::{Actor, OfficerRole};
use ikd::domain::proposal::{Act, LIFE};
use ikd::domain::rights::{Eye, may_see_proposals, may_with_proposals};
use ikd::domain::users::Change;
use ikd::login;
use ikd::proposals;
use ikd::store::officers;
use serde_json::{Value, json};

const OFFICE: &str = "ID.3273";

/// Where an act is proposed, about whom, and with what.
struct Asked {
    act: Act,
    path: String,
    body: &'static str,
}

impl Asked {
    fn ask(&self, server: &Server, token: &str) -> Answer {
        let (method, path) = self.path.split_once(' ').unwrap_or(("POST", &self.path));
        server.send(token, method, path, self.body.as_bytes())
    }
}

fn asked(act: Act, on: &str, off: &str) -> Asked {
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
    };
    Asked { act, path, body }
}

fn id_of(server: &Server, token: &str) -> String {
    let session = server.get_as(token, "/v1/session").json();
    session["id"].as_str().unwrap().to_string()
}

/// The rows that say who may do what.
fn rights(data: &Data) -> Vec<String> {
    let roles = "SELECT role FROM officers WHERE disabled IS NULL ORDER BY id";
    data.texts(roles)
}

fn states(data: &Data) -> Vec<String> {
    data.texts("SELECT DISTINCT state FROM proposals ORDER BY state")
}

#[test]
fn no_role_does_alone_what_takes_two() {
    let data = Data::new();
    let server = data.serve();
    let (on, _) = invite(&data, OFFICE, "siti", "operator");
    let (off, _) = invite(&data, OFFICE, "tono", "operator");
    data.ok(&["officer", "disable", &off]);
    let tokens = OfficerRole::ALL.map(|role| (role, data.officer(OFFICE, role.name())));
    let admin = data.officer(OFFICE, "admin");
    let third = data.officer(OFFICE, "admin");
    let before = rights(&data);
    let approve = |token: &str, proposal: &Value| {
        let hash = json!({"hash": proposal["hash"]}).to_string();
        let id = proposal["id"].as_str().unwrap();
        server.post(token, &format!("/v1/proposals/{id}/approve"), &hash)
    };
    for act in Act::ALL {
        let asked = asked(act, &on, &off);
        for (role, token) in &tokens {
            let list = server.get_as(token, "/v1/proposals").status;
            assert_eq!(list == 200, may_see_proposals(*role), "{role:?}");
            let own = asked.ask(&server, token);
            match may_with_proposals(*role, Eye::First, act) {
                true => {
                    assert_eq!(own.status, 202, "{role:?} {act:?} {}", own.text());
                    let own = own.json();
                    // Open, and one's own.
                    let answer = approve(token, &own["proposal"]);
                    assert_eq!(answer.status, 409, "{role:?} {act:?} approves their own");
                    let kind = answer.json()["type"].clone();
                    assert_eq!(kind, "urn:ikd:problem:separation-of-duties");
                }
                false => assert_eq!(own.status, 403, "{role:?} {act:?} {}", own.text()),
            }
            assert_eq!(rights(&data), before, "{role:?} {act:?} was done alone");
            // Open, somebody else's; then turned down, which nobody opens again.
            let theirs = asked.ask(&server, &admin).json();
            let theirs = &theirs["proposal"];
            if !may_with_proposals(*role, Eye::Second, act) {
                assert_eq!(approve(token, theirs).status, 403, "{role:?} {act:?}");
            }
            let withdraw = format!("/v1/proposals/{}/withdraw", theirs["id"].as_str().unwrap());
            let turned = server.post(token, &withdraw, "").status;
            let may = may_with_proposals(*role, Eye::Second, act);
            assert_eq!(turned == 200, may, "{role:?} {act:?} turns down");
            assert_eq!(server.post(&admin, &withdraw, "").status == 409, may);
            let late = approve(&third, theirs);
            assert_eq!(
                (late.status, &late.json()["type"]),
                (409, &json!("urn:ikd:problem:wrong-state"))
            );
            assert_eq!(rights(&data), before, "{role:?} {act:?}");
        }
    }
    assert_eq!(states(&data), ["open", "withdrawn"]);
    let made = "SELECT COUNT(*) FROM mandates WHERE proposal IS NOT NULL";
    assert_eq!(data.numbers(made), [0]);
    assert_eq!(data.numbers("SELECT COUNT(*) FROM office_policies"), [0]);
    // Nor does the database take a policy that nobody approved.
    let sql = "INSERT INTO office_policies (office, policy, updated, proposal) SELECT office, '', 0, id FROM proposals LIMIT 1";
    assert!(data.try_sql(sql).is_err());
}

#[test]
fn two_admins_do_it_once_within_a_day() {
    let data = Data::new();
    let server = data.serve();
    let (on, _) = invite(&data, OFFICE, "siti", "operator");
    let (off, _) = invite(&data, OFFICE, "tono", "operator");
    data.ok(&["officer", "disable", &off]);
    let two = (data.officer(OFFICE, "admin"), data.officer(OFFICE, "admin"));
    for act in [
        Act::OfficerRole,
        Act::OfficerReset,
        Act::OfficerEnable,
        Act::OfficerAdd,
        Act::MandateIssue,
        Act::PolicyChange,
    ] {
        let asked = asked(act, &on, &off);
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
    }
    let audit = format!(
        "SELECT action FROM audit WHERE actor <> 'local' ORDER BY {}",
        data.base.written()
    );
    assert_eq!(
        data.texts(&audit),
        [
            ["proposal.open", "proposal.approve", "officer.role"],
            ["proposal.open", "proposal.approve", "officer.reset"],
            ["proposal.open", "proposal.approve", "officer.enable"],
            ["proposal.open", "proposal.approve", "officer.add"],
            ["proposal.open", "proposal.approve", "mandate.issue"],
            ["proposal.open", "proposal.approve", "policy.change"],
        ]
        .concat()
    );
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
    let of_new = proposed_long_ago(&data, &id_of(&server, &two.0), &on, 0);
    let refused = data.run_approval(&of_new, new);
    assert!(refused.contains("last 7 days"), "{refused}");
}

impl Data {
    /// Approves in this process, as an officer without a token.
    fn run_approval(&self, proposal: &str, officer: &str) -> String {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let service = service(self, Clock::System).await;
            let mut tx = service.db.read().await.unwrap();
            let id = OfficerId::parse(officer).unwrap();
            let row = officers::by_id(&mut tx, id).await.unwrap().unwrap();
            let actor = login::actor(&row);
            let id = ikd::domain::ids::ProposalId::parse(proposal).unwrap();
            let seen = proposals::one(&service, &mut tx, actor, id).await.unwrap();
            drop(tx);
            let hash = data_encoding::HEXLOWER.encode(&seen.hash);
            let chance = &mut Chance::System;
            let said = proposals::approve(&service, chance, actor, id, &hash).await;
            service.db.close().await;
            said.err().map(|e| e.to_string()).unwrap_or_default()
        })
    }
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
    let (first, second) = (data.officer(OFFICE, "admin"), data.officer(OFFICE, "admin"));
    let admin = id_of(&server, &first);
    for (ago, state, status) in [(LIFE, "expired", 409), (LIFE - 30, "open", 200)] {
        let id = proposed_long_ago(&data, &admin, &on, ago);
        let seen = server
            .get_as(&second, &format!("/v1/proposals/{id}"))
            .json();
        assert_eq!(seen["state"], state);
        let hash = json!({"hash": seen["hash"]}).to_string();
        let said = server.post(&second, &format!("/v1/proposals/{id}/approve"), &hash);
        assert_eq!(said.status, status, "{}", said.text());
    }
    // Nor does the database take it.
    let id = proposed_long_ago(&data, &admin, &on, LIFE + 5);
    let late = format!(
        "UPDATE proposals SET state = 'approved', approver = 'x', approved = {} WHERE id = {}",
        Clock::System.now(),
        data.base.blob(&id)
    );
    assert!(data.try_sql(&late).is_err());
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
    let first = data.officer(OFFICE, "admin");
    let path = format!("/v1/officers/{on}/reset");
    let proposed = server.post(&first, &path, "").json();
    let id = proposed["proposal"]["id"].as_str().unwrap();
    let hash = json!({"hash": proposed["proposal"]["hash"]}).to_string();
    let address = format!("/v1/proposals/{id}");
    let stranger = data.officer("ID.5171", "admin");
    assert_eq!(server.get_as(&stranger, &address).status, 404);
    let items = server.get_as(&stranger, "/v1/proposals").json();
    assert_eq!(items["items"], json!([]));
    for act in ["approve", "withdraw"] {
        let said = server.post(&stranger, &format!("{address}/{act}"), &hash);
        assert_eq!(said.status, 404, "{act}");
    }
    let centre = data.officer("ID.00", "admin");
    assert_eq!(server.post(&centre, &path, "").status, 404, "not the first");
    let said = server.post(&centre, &format!("{address}/approve"), &hash);
    assert_eq!(said.status, 200, "{}", said.text());
}

#[test]
fn the_machine_may_be_the_second_and_says_so_when_it_is_alone() {
    let data = Data::new();
    let server = data.serve();
    let (on, _) = invite(&data, OFFICE, "siti", "operator");
    let first = data.officer(OFFICE, "admin");
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

#[test]
fn the_database_holds_both_to_it() {
    let data = Data::new();
    let server = data.serve();
    let (on, _) = invite(&data, OFFICE, "siti", "operator");
    let (first, second) = (data.officer(OFFICE, "admin"), data.officer(OFFICE, "admin"));
    let path = format!("/v1/officers/{on}/role");
    let body = r#"{"role":"signer"}"#;
    let open = server.post(&first, &path, body).json();
    let open = open["proposal"].clone();
    let (_, done) = {
        let (on, _) = invite(&data, OFFICE, "budi", "operator");
        let path = format!("/v1/officers/{on}/role");
        server.agree((&first, &second), &path, body)
    };
    let (me, other) = (id_of(&server, &first), id_of(&server, &second));
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
        "approver = 'x'",
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
    // What the database lets through, the service does not take for what it wrote.
    let sql = copied(&format!(
        "{new}, act, office, subject, payload, tag, '{other}', proposed, 'open', NULL, NULL, tag"
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
    let address = format!("/v1/proposals/{}", open["id"].as_str().unwrap());
    assert_eq!(server.get_as(&second, &address).status, 404);
    assert_eq!(rights(&data), roles);
}
