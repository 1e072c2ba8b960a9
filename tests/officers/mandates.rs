//! Issuing without an application: so many cards as two people agreed on, within a day.

use crate::support::*;
use crate::use_cases::service;
use ikd::clock::Clock;
use ikd::domain::ids::OfficerId;
use ikd::login;
use ikd::mandates::{DAY, Stock};
use ikd::store::officers;
use serde_json::json;

const OFFICE: &str = "ID.3273";

/// A signer whose office has no mandate yet.
fn signer(data: &Data) -> String {
    let args = [
        "officer", "add", "--office", OFFICE, "--name", "Uji", "--role", "signer",
    ];
    data.ok(&args).after("token ")
}

fn issue(server: &Server, token: &str, n: u32) -> Answer {
    let body = json!({"nik": nik(n), "kind": "ktp"}).to_string();
    server.post(token, "/v1/documents", &body)
}

#[test]
fn a_signer_issues_as_many_as_two_agreed_on() {
    let data = Data::with_people(6);
    let server = data.serve();
    let signer = signer(&data);
    let head = data.person(&server, OFFICE, "signer");
    let admin = data.person(&server, OFFICE, "admin");
    let none = issue(&server, &signer, 1);
    assert_eq!(none.status, 409, "{}", none.text());
    assert_eq!(none.json()["type"], "urn:ikd:problem:separation-of-duties");
    assert_eq!(
        server
            .post(&signer, "/v1/mandates", r#"{"cards":0}"#)
            .problem(422),
        ["cards"]
    );
    for both in [
        "{}",
        r#"{"cards":1,"ends":1}"#,
        r#"{"cards":100001}"#,
        r#"{"ends":0}"#,
    ] {
        assert_eq!(
            server.post(&head, "/v1/mandates", both).status,
            422,
            "{both}"
        );
    }
    let two = (head.as_str(), admin.as_str());
    server.agree(two, "/v1/mandates", r#"{"cards":3}"#);
    let given = server.get_as(&signer, "/v1/mandates").json();
    assert_eq!(
        (
            &given["items"][0]["act"],
            &given["items"][0]["cards"],
            &given["items"][0]["used"]
        ),
        (&json!("issue"), &json!(3), &json!(0))
    );
    assert_eq!(issue(&server, &signer, 1).status, 201);
    // What is refused for another reason uses nothing up.
    assert_eq!(
        issue(&server, &signer, 1).json()["type"],
        "urn:ikd:problem:already-in-force"
    );
    assert_eq!(issue(&server, &signer, 2).status, 201);
    assert_eq!(issue(&server, &signer, 3).status, 201);
    assert_eq!(issue(&server, &signer, 4).status, 409);
    assert_eq!(
        data.numbers("SELECT COUNT(*) FROM documents WHERE state = 'active'"),
        [3]
    );
    // The other way round, and what is left of two mandates together.
    server.agree((&admin, &head), "/v1/mandates", r#"{"cards":1}"#);
    server.agree(two, "/v1/mandates", r#"{"cards":1}"#);
    for (n, status) in [(4, 201), (5, 201), (6, 409)] {
        assert_eq!(issue(&server, &signer, n).status, status, "{n}");
    }
    let told = "SELECT action FROM audit WHERE action = 'mandate.issue'";
    assert_eq!(data.texts(told).len(), 3);
    // Nobody else may, mandate or not.
    data.ok(&["mandate", "add", "--office", OFFICE, "--cards", "10"]);
    for role in ["operator", "verifier", "auditor", "admin"] {
        assert_eq!(
            issue(&server, &data.officer(OFFICE, role), 6).status,
            403,
            "{role}"
        );
    }
    assert_eq!(issue(&server, &signer, 6).status, 201);
    let listed = data.ok(&["mandate", "list", "--office", OFFICE]).out;
    assert!(listed.contains("by the machine"), "{listed}");
}

#[test]
fn cards_asked_for_at_once_are_not_more_than_the_mandate() {
    let data = Data::with_people(60);
    let server = data.serve();
    let signer = signer(&data);
    let head = data.person(&server, OFFICE, "signer");
    let admin = data.person(&server, OFFICE, "admin");
    server.agree((&head, &admin), "/v1/mandates", r#"{"cards":40}"#);
    let issued = std::thread::scope(|scope| {
        let ask = |n| issue(&server, &signer, n).status;
        let asking: Vec<_> = (1..=60).map(|n| scope.spawn(move || ask(n))).collect();
        let answers = asking.into_iter().map(|one| one.join().unwrap());
        answers.filter(|status| *status == 201).count()
    });
    assert_eq!(issued, 40);
}

#[test]
fn a_mandate_by_sql_is_none_and_one_of_yesterday_neither() {
    let data = Data::with_people(2);
    let server = data.serve();
    let signer = signer(&data);
    data.ok(&["mandate", "add", "--office", OFFICE, "--cards", "1"]);
    assert_eq!(issue(&server, &signer, 1).status, 201);
    for sql in [
        "UPDATE mandates SET used = 0",
        "UPDATE mandates SET cards = cards + 10",
        "UPDATE mandates SET ends = ends + 1",
        "UPDATE mandates SET used = used + 1",
        "DELETE FROM mandates",
    ] {
        assert!(data.try_sql(sql).is_err(), "{sql}");
    }
    let copied = |cards: &str, used: &str| {
        format!(
            "INSERT INTO mandates (id, office, cards, used, begins, ends, tag) \
             SELECT {}, office, {cards}, {used}, begins, ends, tag FROM mandates",
            data.base.blob("019a0000-0000-7000-8000-000000000001")
        )
    };
    assert!(data.try_sql(&copied("5", "1")).is_err());
    assert_eq!(data.try_sql(&copied("5", "0")), Ok(1));
    assert_eq!(issue(&server, &signer, 2).status, 409);
    assert!(
        server
            .log()
            .contains("mandate refused: the row was not written by this service")
    );
    // A day later.
    data.ok(&["mandate", "add", "--office", OFFICE, "--cards", "1"]);
    let id = server.get_as(&signer, "/v1/session").json();
    let id = OfficerId::parse(id["id"].as_str().unwrap()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let taken = |later: i64| {
        runtime.block_on(async {
            let service = service(&data, Clock::fixed(Clock::System.now() + later)).await;
            let mut tx = service.db.read().await.unwrap();
            let row = officers::by_id(&mut tx, id).await.unwrap().unwrap();
            drop(tx);
            let taken = Stock::default().take(&service, login::actor(&row)).await;
            service.db.close().await;
            taken.is_ok()
        })
    };
    assert!(!taken(DAY + 1));
    assert!(taken(0));
}

#[test]
fn one_officer_ends_only_so_many() {
    let data = Data::with_people(8);
    let config = data.dir.path().join("data/config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text + "\n[limits]\nrevokes_per_day = 2\n").unwrap();
    let server = data.serve();
    let (first, second) = (
        data.officer(OFFICE, "signer"),
        data.officer(OFFICE, "signer"),
    );
    let ids: Vec<String> = (1..=8)
        .map(|n| server.issue(&first, n)["id"].as_str().unwrap().to_string())
        .collect();
    let ask = |token: &str, n: usize, what: &str| {
        let path = format!("/v1/documents/{}/{what}", ids[n]);
        server.post(token, &path, r#"{"reason":"x"}"#)
    };
    let end = |token: &str, n: usize, what: &str| ask(token, n, what).status;
    assert_eq!(end(&first, 0, "suspend"), 200);
    assert_eq!(end(&first, 0, "reinstate"), 200, "which ends nothing");
    assert_eq!(end(&first, 1, "revoke"), 200);
    let beyond = ask(&first, 2, "revoke");
    assert_eq!(beyond.status, 409, "{}", beyond.text());
    let kind = &beyond.json()["type"];
    assert_eq!(kind, "urn:ikd:problem:separation-of-duties");
    for what in ["suspend", "supersede"] {
        assert_eq!(end(&first, 2, what), 409, "{what}");
    }
    assert_eq!(end(&second, 2, "revoke"), 200, "another officer");
    data.ok(&["revoke", &ids[3], "--reason", "at the machine"]);
    // Leave for cards is none to end anything; what two agreed on is, for anybody of the office, once.
    let head = data.person(&server, OFFICE, "signer");
    let admin = data.person(&server, OFFICE, "admin");
    server.agree((&head, &admin), "/v1/mandates", r#"{"cards":9}"#);
    assert_eq!(end(&first, 4, "revoke"), 409);
    server.agree((&head, &admin), "/v1/mandates", r#"{"ends":2}"#);
    assert_eq!(
        end(&first, 1, "revoke"),
        409,
        "revoked already: uses nothing up"
    );
    assert_eq!(end(&first, 4, "revoke"), 200);
    assert_eq!(end(&first, 5, "supersede"), 200);
    assert_eq!(end(&first, 6, "revoke"), 409, "used up");
    let given = server.get_as(&head, "/v1/mandates").json();
    let given = given["items"].as_array().unwrap();
    let given = given.iter().find(|m| m["act"] == "end").unwrap();
    assert_eq!((&given["cards"], &given["used"]), (&json!(2), &json!(2)));
    let told = data.texts("SELECT detail FROM audit WHERE detail LIKE 'mandate %' ORDER BY id");
    let of_it = format!("mandate {}", given["id"].as_str().unwrap());
    assert_eq!(told, [of_it.clone(), of_it]);
    // One by SQL is none, nor one that was for something else.
    let id = data.base.blob("019a0000-0000-7000-8000-000000000001");
    let copied = format!(
        "INSERT INTO mandates (id, act, office, cards, used, begins, ends, tag) \
         SELECT {id}, 'end', office, 5, 0, begins, ends, tag FROM mandates WHERE act = 'end'"
    );
    assert_eq!(data.try_sql(&copied), Ok(1));
    assert!(data.try_sql("UPDATE mandates SET act = 'end'").is_err());
    let agreed = copied
        .replace("used,", "used, proposal,")
        .replace(" 0,", " 0, proposal,");
    let agreed = agreed.replace("00000001", "00000002");
    assert!(data.try_sql(&agreed).is_err(), "{agreed}");
    assert_eq!(end(&first, 6, "revoke"), 409);
    data.sql("UPDATE throttles SET ends = 1");
    assert_eq!(end(&first, 0, "revoke"), 200, "the next day");
}
