//! Nobody learns whether a NIK or a number exists: same bytes, same headers, same statements with the same number of
//! rows.

use crate::people::*;
use crate::support::{Answer, Data, Server};

/// An answer without what is drawn anew each time.
fn shape(answer: &Answer, drawn: &[(&str, &str)]) -> String {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date"))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let mut body = answer.text().replace(answer.header("x-request-id"), "ID");
    for (text, name) in drawn {
        body = body.replace(text, name);
    }
    format!("{} {headers:?} {body}", answer.status)
}

/// Statements between two places of the log on the tables of accounts, each with the rows it touched and gave.
fn statements(log: &str) -> Vec<String> {
    let ours = [
        "throttles",
        "lockouts",
        "persons",
        "accounts",
        "account_codes",
        "INSERT INTO outbox",
        "audit",
        "sessions",
        "applications",
    ];
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let lines = lines.filter(|line| line["target"] == "sqlx::query");
    lines
        .map(|line| line["fields"].clone())
        .filter(|f| {
            let sql = format!("{}{}", f["summary"], f["db.statement"]);
            // What gives lines of the audit trail their places in the log is no part of any request.
            ours.iter().any(|table| sql.contains(table)) && !sql.contains(" seq ")
        })
        .map(|f| {
            format!(
                "{} {} {}",
                f["summary"], f["rows_affected"], f["rows_returned"]
            )
        })
        .collect()
}

/// Whether the housekeeper's first round is over: it deletes phones last, and looks at accounts after that.
fn kept_house(log: &str) -> bool {
    let then = log.split_once("DELETE FROM devices");
    then.is_some_and(|(_, then)| {
        then.lines().any(|line| {
            line.contains("FROM accounts WHERE id > $1") && line.contains("\"rows_returned\":0")
        })
    })
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..3_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("never came: {what}");
}

/// What the server did for a request: its answer and its statements.
fn seen(
    data: &Data,
    server: &Server,
    act: impl FnOnce(&mut Browser<'_>) -> Answer,
) -> (Answer, Vec<String>) {
    // What the housekeeper does is no part of any request: from its second round on another one keeps house.
    until("the end of its first round", || kept_house(&server.log()));
    let other = format!(
        "UPDATE leases SET holder = {}, until = 9999999999 WHERE name = 'housekeeper'",
        data.base.blob("00000000-0000-0000-0000-000000000000")
    );
    assert_eq!(data.base.change(&other), Ok(1));
    let before = server.log().len();
    let answer = act(&mut Browser::new(server));
    // The line of the request itself is the last one it writes.
    let id = answer.header("x-request-id").to_string();
    until("the request's line", || {
        server.log()[before..].contains(&id)
    });
    let done = statements(&server.log()[before..]);
    (answer, done)
}

#[test]
fn asking_and_guessing_are_alike_for_known_and_unknown() {
    let mailbox = "siapa@contoh.id";
    // Matches; another card; another birthday; nobody's NIK; has an account already.
    let cases = [
        claim(MOTHER, KK, "1988-04-12", mailbox),
        claim(MOTHER, "3273011203150003", "1988-04-12", mailbox),
        claim(MOTHER, KK, "1988-04-13", mailbox),
        claim(NOBODY, KK, "1988-04-12", mailbox),
        claim(FATHER, KK, "1987-04-12", mailbox),
    ];
    let mut asked = Vec::new();
    let mut guessed = Vec::new();
    for body in &cases {
        // Each on data of its own: counters of one case are not to show in the next.
        let data = household();
        let server = data.serve();
        signed_in(&data, &server, FATHER, "1987-04-12", "budi@contoh.id", 0);
        let (answer, done) = seen(&data, &server, |b| {
            b.json("/v1/account/registrations", None, body)
        });
        assert_eq!(answer.status, 202, "{}", answer.text());
        let challenge = text(&answer, "challenge");
        asked.push((shape(&answer, &[(&challenge, "CHALLENGE")]), done));
        let body = typed(&challenge, "000000");
        let (answer, done) = seen(&data, &server, |b| {
            b.json("/v1/account/registrations/confirm", None, &body)
        });
        guessed.push((shape(&answer, &[]), done));
    }
    let mut signed = Vec::new();
    let mut pages = Vec::new();
    for nik in [FATHER, MOTHER, NOBODY] {
        let data = household();
        let server = data.serve();
        signed_in(&data, &server, FATHER, "1987-04-12", "budi@contoh.id", 0);
        let body = format!(r#"{{"nik":"{nik}"}}"#);
        let (answer, done) = seen(&data, &server, |b| {
            b.json("/v1/account/sign-ins", None, &body)
        });
        let challenge = text(&answer, "challenge");
        signed.push((shape(&answer, &[(&challenge, "CHALLENGE")]), done));
        let (page, done) = seen(&data, &server, |b| b.post("/masuk", &[("nik", nik)]));
        let challenge = hidden(&page.text(), "tantangan");
        pages.push((
            shape(&page, &[(&challenge, "CHALLENGE"), (nik, "NIK")]),
            done,
        ));
    }
    for (what, all, at_least) in [
        ("asking for an account", &asked, 8),
        ("guessing its code", &guessed, 4),
        ("asking to sign in", &signed, 7),
        ("the page", &pages, 7),
    ] {
        assert!(all[0].1.len() >= at_least, "{what}: {:?}", all[0].1);
        for other in &all[1..] {
            assert_eq!(&all[0], other, "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_receipts_are_alike_for_known_and_unknown() {
    use ikd::domain::application::Filer;
    use ikd::domain::registration::Registration;
    let mut desk = crate::expiry::Desk::new().await;
    let (_, known) = crate::guests::handed_in(&mut desk, Filer::Guest).await;
    let unknown = Registration::draw(&mut desk.chance);
    let server = desk.data.serve();
    let mut all = Vec::new();
    // The first one is not compared: it begins the count of the address.
    for number in [
        Registration::draw(&mut desk.chance).to_string(),
        known.to_string(),
        unknown.to_string(),
        "AAAA-BBBB".to_string(),
    ] {
        let body = serde_json::json!({"registration": number, "code": "111111"}).to_string();
        let (answer, done) = seen(&desk.data, &server, |b| {
            b.json("/v1/guest-sessions", None, &body)
        });
        answer.problem(422);
        all.push((shape(&answer, &[]), done));
    }
    assert!(all[1].1.len() >= 3, "{:?}", all[1].1);
    assert_eq!(all[1], all[2]);
    assert_eq!(all[1], all[3]);
    let body = serde_json::json!({"registration": known.to_string(), "code": "048213"}).to_string();
    let mut guest = Browser::new(&server);
    assert_eq!(guest.json("/v1/guest-sessions", None, &body).status, 201);
    // A guest has that application and no account.
    guest.get("/v1/account").problem(401);
}
