//! No single person issues, ends many documents, changes trust or grants roles over HTTP: every role × act × state, as a
//! person and as a program. By SQL: `matrix_sql`. Applications, role × act × stage: `tests/api/rights.rs`.

use crate::browser::invite;
use crate::eyes::{OFFICE, asked, rights};
use crate::support::*;
use ikd::domain::officer::OfficerRole;
use ikd::domain::proposal::Act;
use ikd::domain::rights::{Eye, may_see_proposals, may_with_proposals};
use serde_json::{Value, json};

fn approve(server: &Server, who: &str, proposal: &Value) -> Answer {
    let hash = json!({"hash": proposal["hash"]}).to_string();
    let id = proposal["id"].as_str().unwrap();
    server.post(who, &format!("/v1/proposals/{id}/approve"), &hash)
}

fn kind(answer: &Answer) -> String {
    let kind = answer.json()["type"].as_str().unwrap().to_string();
    kind.trim_start_matches("urn:ikd:problem:").to_string()
}

/// What came of it, where two people agreed or one at the machine: none of this may change.
fn done(data: &Data) -> Vec<i64> {
    let made = [
        "SELECT COUNT(*) FROM mandates",
        "SELECT COUNT(*) FROM office_policies",
        "SELECT COUNT(*) FROM officers",
        "SELECT COUNT(*) FROM documents",
        "SELECT COUNT(*) FROM proposals WHERE state NOT IN ('open', 'withdrawn')",
    ];
    made.iter().flat_map(|sql| data.numbers(sql)).collect()
}

/// One role: as a person who signed in, and as a program with a token.
struct Tried {
    role: OfficerRole,
    person: String,
    program: String,
}

#[test]
fn no_role_does_alone_what_takes_two() {
    let data = Data::with_people(1);
    let server = data.serve();
    let (on, _) = invite(&data, OFFICE, "siti", "operator");
    let (off, _) = invite(&data, OFFICE, "tono", "operator");
    data.ok(&["officer", "disable", &off]);
    let all = OfficerRole::ALL.map(|role| Tried {
        role,
        person: data.person(&server, OFFICE, role.name()),
        program: data
            .ok(&[
                "officer",
                "add",
                "--office",
                OFFICE,
                "--name",
                "Uji",
                "--role",
                role.name(),
            ])
            .after("token "),
    });
    let (first, third) = (
        data.person(&server, OFFICE, "admin"),
        data.person(&server, OFFICE, "admin"),
    );
    let before = (rights(&data), done(&data));
    let still = |what: &str| assert_eq!((rights(&data), done(&data)), before, "{what}");
    for (act, asked) in Act::ALL.map(|act| (act, asked(act, &on, &off))) {
        let Some(asked) = asked else { continue };
        for Tried {
            role,
            person,
            program,
        } in &all
        {
            let what = format!("{} {}", role.name(), act.name());
            let (first_eye, second_eye) = (
                may_with_proposals(*role, Eye::First, act),
                may_with_proposals(*role, Eye::Second, act),
            );
            // Nobody by token, whatever the role.
            let by_token = asked.ask(&server, program);
            assert_eq!(by_token.status, 403, "{what} {}", by_token.text());
            assert_eq!(kind(&by_token) == "person-needed", first_eye, "{what}");
            // Open, and one's own.
            let own = asked.ask(&server, person);
            match first_eye {
                true => {
                    assert_eq!(own.status, 202, "{what} {}", own.text());
                    let own = &own.json()["proposal"];
                    let answer = approve(&server, person, own);
                    assert_eq!(
                        (answer.status, kind(&answer)),
                        (409, SEPARATION.into()),
                        "{what}"
                    );
                    // The same person's program is no second person.
                    let answer = approve(&server, program, own);
                    assert_eq!(answer.status, 403, "{what} by token");
                }
                false => assert_eq!(own.status, 403, "{what} {}", own.text()),
            }
            still(&what);
            // Open, somebody else's; then turned down, which nobody opens again.
            let theirs = asked.ask(&server, &first).json();
            let theirs = &theirs["proposal"];
            let answer = approve(&server, program, theirs);
            assert_eq!(answer.status, 403, "{what} by token");
            assert_eq!(kind(&answer) == "person-needed", second_eye, "{what}");
            if !second_eye {
                assert_eq!(approve(&server, person, theirs).status, 403, "{what}");
            }
            let withdraw = format!("/v1/proposals/{}/withdraw", theirs["id"].as_str().unwrap());
            let turned = server.post(person, &withdraw, "").status;
            assert_eq!(turned == 200, second_eye, "{what} turns down");
            assert_eq!(server.post(&first, &withdraw, "").status == 409, second_eye);
            for who in [person, &third] {
                let late = approve(&server, who, theirs);
                let refused = [403, 409].contains(&late.status);
                assert!(refused, "{what} after it was withdrawn: {}", late.text());
            }
            let late = approve(&server, &third, theirs);
            assert_eq!(
                (late.status, kind(&late)),
                (409, "wrong-state".into()),
                "{what}"
            );
            still(&what);
        }
    }
    // Without a proposal: documents from the register, and whatever could be trust.
    let issue = json!({"nik": nik(1), "kind": "ktp"}).to_string();
    for Tried {
        role,
        person,
        program,
    } in &all
    {
        for who in [person, program] {
            let list = server.get_as(who, "/v1/proposals").status;
            assert_eq!(list == 200, may_see_proposals(*role), "{role:?}");
            let answer = server.post(who, "/v1/documents", &issue);
            let wanted = match role {
                OfficerRole::Signer => 409,
                _ => 403,
            };
            assert_eq!(answer.status, wanted, "{role:?} {}", answer.text());
        }
    }
    still("issuing");
    let api = server.get("/openapi.json").json();
    for (path, methods) in api["paths"].as_object().unwrap() {
        let changes = ["post", "put", "delete", "patch"];
        let changes = changes.iter().any(|m| methods.get(m).is_some());
        let of_trust = ["trust", "key", "root", "bundle", "status", "bulk"];
        let of_trust = of_trust.iter().any(|word| path.contains(word));
        assert!(!(changes && of_trust), "{path} changes trust over HTTP");
    }
}

const SEPARATION: &str = "separation-of-duties";

#[test]
fn a_bulk_job_waits_for_an_officer() {
    let data = Data::with_people(3);
    let server = data.serve();
    let planned = data.ok(&["bulk", "plan", "--kind", "ktp"]);
    let id = planned.after("waits   proposal ");
    let run = || data.run(&["bulk", "run", "--cores", "1"]);
    let waits = run();
    assert_eq!(waits.code, 1, "{}", waits.out);
    assert!(waits.err.contains("second person"), "{}", waits.err);
    let shown = data.ok(&["proposal", "show", &id]).out;
    let hash = shown.lines().find_map(|l| l.strip_prefix("hash")).unwrap();
    let alone = data.run(&["proposal", "approve", &id, "--hash", hash.trim()]);
    assert_eq!(alone.code, 1, "who planned it sits at the machine too");
    assert!(alone.err.contains("it takes two"), "{}", alone.err);
    let proposal = json!({"id": id, "hash": hash.replace(' ', "")});
    for role in ["operator", "verifier", "auditor"] {
        let person = data.person(&server, OFFICE, role);
        assert_eq!(approve(&server, &person, &proposal).status, 403, "{role}");
    }
    let program = data.officer(OFFICE, "admin");
    assert_eq!(approve(&server, &program, &proposal).status, 403, "a token");
    assert_eq!(run().code, 1);
    assert_eq!(data.numbers("SELECT COUNT(*) FROM documents"), [0]);
    let head = data.person(&server, OFFICE, "signer");
    let read = server.get_as(&head, &format!("/v1/proposals/{id}")).json();
    let said: Value = serde_json::from_str(read["statement"].as_str().unwrap()).unwrap();
    assert_eq!(said["content"]["persons"], 3);
    let approved = approve(&server, &head, &proposal);
    assert_eq!(approved.status, 200, "{}", approved.text());
    assert_eq!(run().code, 0);
    assert_eq!(data.numbers("SELECT COUNT(*) FROM documents"), [3]);
    assert_eq!(data.ok(&["audit", "verify"]).code, 0);
    // What one person does alone at the machine is marked.
    let alone = data.ok(&["bulk", "plan", "--kind", "kk", "--alone"]);
    assert!(alone.err.contains("one person"), "{}", alone.err);
    assert_eq!(run().code, 0);
    let told = data.texts("SELECT detail FROM audit WHERE action = 'mandate.bulk' ORDER BY id");
    assert!(told[0].contains(&id) && told[1].ends_with("by one person at the machine"));
}
