//! Appointments, over a real socket: places are counted, none is given twice, who came is noted, other offices see
//! nothing.

#[path = "../officers/browser.rs"]
#[allow(dead_code, reason = "shared with tests/officers")]
mod browser;
#[path = "../service/support.rs"]
#[allow(dead_code, reason = "shared with tests/service")]
mod support;

use serde_json::{Value, json};
use support::{Answer, Data, Server, nik};

const OFFICE: &str = "ID.3273";

/// An office with two places per half hour and its operator.
struct Office {
    data: Data,
    server: Server,
    operator: String,
}

impl Office {
    fn new(people: u32) -> Self {
        let data = Data::with_people(people);
        let operator = data.officer(OFFICE, "operator");
        let server = data.serve();
        let admin = || data.person(&server, OFFICE, "admin");
        let two = (admin(), admin());
        let policy = json!({"policy": "[slots]\nper_half_hour = 2\ndays_ahead = 14\n"}).to_string();
        server.agree((&two.0, &two.1), "PUT /v1/policy", &policy);
        Self {
            data,
            server,
            operator,
        }
    }

    fn send(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        self.server.send(&self.operator, method, path, body)
    }

    fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, body.to_string().as_bytes())
    }

    /// Applies at the counter for person `n`; the application's address.
    fn apply(&self, kind: &str, n: u32) -> String {
        let people = json!({"applicant_nik": nik(n), "applicant_name": "UJI", "relation": "oneself",
            "subject_nik": nik(n), "email": "uji@contoh.id"});
        let begun = self.post("/v1/applications", json!({"kind": kind, "people": people}));
        assert_eq!(begun.status, 201, "{}", begun.text());
        let address = begun.header("location").to_string();
        let paper = ikd::demo::applications::paper(7);
        let sent = self.send("POST", &format!("{address}/attachments?slug=kk"), &paper);
        assert_eq!(sent.status, 201, "{}", sent.text());
        address
    }

    fn submitted(&self, n: u32) -> String {
        let address = self.apply("ktp", n);
        let done = self.post(&format!("{address}/submit"), json!({}));
        assert_eq!(done.status, 200, "{}", done.text());
        address
    }

    fn slots(&self, address: &str) -> Vec<(i64, i64)> {
        let found = self.send("GET", &format!("{address}/appointment/slots"), b"");
        assert_eq!(found.status, 200, "{}", found.text());
        let slot = |s: &Value| (s["starts"].as_i64().unwrap(), s["free"].as_i64().unwrap());
        found.json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(slot)
            .collect()
    }

    /// Slots that stay on the list for as long as a test takes: one leaves it an hour before it begins.
    fn ahead(&self, address: &str) -> Vec<i64> {
        let tomorrow = ikd::clock::Clock::System.now() + 86_400;
        let all = self.slots(address).into_iter();
        all.map(|(starts, _)| starts)
            .filter(|starts| *starts > tomorrow)
            .collect()
    }

    /// How many places of a slot are free.
    fn free(&self, address: &str, starts: i64) -> i64 {
        let all = self.slots(address).into_iter();
        let mut those = all.filter(|(other, _)| *other == starts);
        those.next().expect("it is on the list").1
    }

    fn book(&self, address: &str, starts: i64) -> Answer {
        self.post(
            &format!("{address}/appointment"),
            json!({ "starts": starts }),
        )
    }
}

#[test]
fn places_are_counted_and_a_full_slot_is_refused() {
    let office = Office::new(3);
    let all: Vec<String> = (1..=3).map(|n| office.submitted(n)).collect();
    let ahead = office.ahead(&all[0]);
    let (starts, later) = (ahead[0], ahead[1]);
    assert_eq!(office.free(&all[0], starts), 2);
    assert_eq!(starts % 1800, 0);
    assert_eq!(office.book(&all[0], starts).status, 200);
    assert_eq!(
        office.book(&all[0], starts).status,
        200,
        "the same again is the same"
    );
    assert_eq!(office.free(&all[1], starts), 1);
    assert_eq!(office.book(&all[1], starts).status, 200);
    let full = office.book(&all[2], starts);
    full.problem(409);
    assert_eq!(full.json()["type"], "urn:ikd:problem:appointment");
    assert_eq!(office.free(&all[2], starts), 0);

    // Moving gives the old place up; a move that fails keeps it.
    assert_eq!(office.book(&all[2], later).status, 200);
    office.book(&all[2], starts).problem(409);
    let kept = office
        .send("GET", &format!("{}/appointment", all[2]), b"")
        .json();
    assert_eq!(kept["appointment"]["starts"], later);
    assert_eq!(office.book(&all[0], later).status, 200);
    assert_eq!(office.free(&all[0], starts), 1);

    // Withdrawing the application frees its place.
    assert_eq!(office.free(&all[0], later), 0);
    let gone = office.post(&format!("{}/cancel", all[2]), json!({}));
    assert_eq!(gone.status, 200, "{}", gone.text());
    assert_eq!(office.free(&all[0], later), 1);
}

#[test]
fn many_at_once_never_get_more_places_than_there_are() {
    let office = Office::new(8);
    let all: Vec<String> = (1..=8).map(|n| office.submitted(n)).collect();
    let starts = office.ahead(&all[0])[0];
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = all
            .iter()
            .map(|address| scope.spawn(|| office.book(address, starts).status))
            .collect();
        tries.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let won = answers.iter().filter(|status| **status == 200).count();
    let refused = answers.iter().filter(|status| **status == 409).count();
    assert_eq!((won, refused), (2, 6), "{answers:?}");
    let seats = office
        .data
        .numbers("SELECT seat FROM appointments WHERE state = 'booked' ORDER BY seat");
    assert_eq!(seats, [0, 1]);
    // The database itself refuses a place that is taken.
    let forced = office
        .data
        .try_sql("UPDATE appointments SET seat = 0 WHERE seat = 1");
    let taken = office.data.base.words(
        "UNIQUE constraint failed: appointments.office",
        "unique constraint \"appointments_place\"",
    );
    assert!(forced.as_ref().unwrap_err().contains(taken), "{forced:?}");
}

#[test]
fn who_came_is_noted_on_the_day_and_a_no_show_may_book_again() {
    let office = Office::new(1);
    let address = office.submitted(1);
    let ahead = office.ahead(&address);
    let (first, second) = (ahead[0], ahead[3]);
    let note = |what: &str| office.post(&format!("{address}/appointment/{what}"), json!({}));
    note("attend").problem(409);
    assert_eq!(office.book(&address, first).status, 200);
    note("miss").problem(409);
    // A week passes.
    office
        .data
        .sql("UPDATE appointments SET starts = starts - 30 * 86400");
    assert_eq!(note("miss").json()["state"], "missed");
    let seen = office
        .send("GET", &format!("{address}/appointment"), b"")
        .json();
    assert_eq!(
        (&seen["missed"], &seen["appointment"]["state"]),
        (&json!(1), &json!("missed"))
    );
    assert_eq!(office.book(&address, second).status, 200);
    office
        .data
        .sql("UPDATE appointments SET starts = starts - 30 * 86400 WHERE state = 'booked'");
    assert_eq!(note("attend").json()["state"], "kept");
    note("attend").problem(409);
    let timeline = office.send("GET", &address, b"").json()["timeline"].clone();
    let acts: Vec<&str> = timeline
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|e| e["act"].as_str())
        .collect();
    let ours = ["book", "miss", "book", "attend"];
    assert!(acts.ends_with(&ours), "{acts:?}");
}

#[test]
fn only_real_slots_of_kinds_with_a_visit_are_booked() {
    let office = Office::new(2);
    let address = office.submitted(1);
    let starts = office.ahead(&address)[0];
    for wrong in [
        0,
        -1,
        starts + 60,
        starts - 400 * 86_400,
        starts + 400 * 86_400,
        i64::MAX,
    ] {
        let answer = office.book(&address, wrong);
        assert_eq!(answer.problem(422), ["starts"], "{wrong}");
    }
    let draft = office.apply("ktp", 2);
    office.book(&draft, starts).problem(409);
    let begun = office.post("/v1/applications", json!({"kind": "kk"}));
    let other = begun.header("location").to_string();
    office.book(&other, starts).problem(409);
    office
        .send("GET", &format!("{other}/appointment/slots"), b"")
        .problem(409);
}

#[test]
fn another_office_sees_and_books_nothing() {
    let office = Office::new(1);
    let address = office.submitted(1);
    let starts = office.ahead(&address)[0];
    assert_eq!(office.book(&address, starts).status, 200);
    office.data.ok(&[
        "office",
        "add",
        "--iss",
        "ID.3274",
        "--region",
        "32.74",
        "--name",
        "Disdukcapil Kota Cirebon",
    ]);
    let stranger = office.data.officer("ID.3274", "operator");
    let ask = |method: &str, path: &str| office.server.send(&stranger, method, path, b"{}");
    for (method, tail) in [
        ("GET", "/appointment"),
        ("GET", "/appointment/slots"),
        ("DELETE", "/appointment"),
        ("POST", "/appointment/attend"),
        ("POST", "/appointment/miss"),
    ] {
        ask(method, &format!("{address}{tail}")).problem(404);
    }
    let body = json!({ "starts": starts }).to_string();
    let path = format!("{address}/appointment");
    office
        .server
        .send(&stranger, "POST", &path, body.as_bytes())
        .problem(404);
    let day = day_of(starts);
    let theirs = ask("GET", &format!("/v1/appointments?day={day}"));
    assert_eq!(theirs.json()["items"], json!([]));
    let ours = office
        .send("GET", &format!("/v1/appointments?day={day}"), b"")
        .json();
    assert_eq!(ours["items"][0]["starts"], starts, "{ours}");
}

/// The day of a second, WIB.
fn day_of(at: i64) -> String {
    let days = (at + 7 * 3600).div_euclid(86_400);
    credential::date::Date::from_days(days).unwrap().iso()
}
