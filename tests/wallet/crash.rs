//! Between intent and signature: nothing that was begun is lost track of, and the citizen at the counter is not stranded.

use crate::database::{change, number};
use crate::family::*;
use crate::phone::*;
use crate::support::database::Base;

fn count(office: &Office, state: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM bound_credentials WHERE state = '{state}'");
    number(&office.data, &sql)
}

#[test]
fn a_key_out_of_reach_voids_the_intents_and_the_same_code_works_later() {
    let mut office = Office::new();
    office.issue(FATHER, "ktp");
    let code = office.code(FATHER);
    let phone = Phone::new(1);
    let keys = office.data.file("data/keys");
    let away = office.data.file("away");
    std::fs::rename(&keys, &away).unwrap();
    office.restart();
    let failed = phone.redeem(&office.server, &code);
    failed.problem(500);
    let burnt = count(&office, "void");
    assert!(burnt > 0 && count(&office, "issuing") == 0 && count(&office, "active") == 0);
    std::fs::rename(&away, &keys).unwrap();
    office.restart();
    let handed = phone.redeemed(&office.server, &code);
    assert_eq!(count(&office, "active"), burnt);
    assert_eq!(number(&office.data, "SELECT COUNT(*) FROM devices"), 1);
    let verdict = phone.judged(text(&handed, "ktp", None), &office.bundle());
    assert_eq!(verdict.reason().code(), "valid");
    // No index was used twice.
    let all = number(&office.data, "SELECT COUNT(*) FROM bound_credentials");
    let sql = "SELECT COUNT(DISTINCT status_index) FROM bound_credentials";
    assert_eq!(number(&office.data, sql), all);
}

/// The trigger away, a credential goes back to the state before it was signed; begun so long ago that no other instance
/// is still at it.
fn unfinished(office: &Office) {
    let sql = match office.data.base {
        Base::Sqlite(_) => "DROP TRIGGER bound_steps",
        Base::Postgres(_) => "DROP TRIGGER bound_steps ON bound_credentials",
    };
    assert_eq!(change(&office.data, sql), Ok(0));
    let sql =
        "UPDATE bound_credentials SET state = 'issuing', since = since - 100 WHERE purpose = 0";
    assert_eq!(change(&office.data, sql), Ok(1));
}

#[test]
fn the_next_start_voids_what_a_crash_left() {
    let mut office = Office::new();
    office.issue(FATHER, "ktp");
    let phone = Phone::new(1);
    phone.redeemed(&office.server, &office.code(FATHER));
    office.server.signal("KILL");
    office.server.child.wait().unwrap();
    unfinished(&office);
    office.server = office.data.serve();
    assert!(
        office.server.log().contains("never finished"),
        "{}",
        office.server.log()
    );
    let sql = "SELECT COUNT(*) FROM bound_credentials WHERE state = 'void'";
    assert_eq!(number(&office.data, sql), 1);
}

#[test]
fn what_a_voided_credential_may_have_become_is_red() {
    let mut office = Office::new();
    office.issue(FATHER, "ktp");
    let phone = Phone::new(1);
    let code = office.code(FATHER);
    let handed = phone.redeemed(&office.server, &code);
    office.server.signal("KILL");
    office.server.child.wait().unwrap();
    unfinished(&office);
    office.server = office.data.serve();
    // Asked again with the same code, the phone gets another in its place.
    let again = phone.redeemed(&office.server, &code);
    let bundle = office.bundle();
    let judged = |handed| {
        phone
            .judged(text(handed, "ktp", None), &bundle)
            .reason()
            .code()
    };
    assert_eq!(judged(&handed), "revoked");
    assert_eq!(judged(&again), "valid");
    assert_eq!(
        text(&again, "ktp", Some("telco")),
        text(&handed, "ktp", Some("telco"))
    );
}
