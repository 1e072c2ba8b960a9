//! Which officers do what with phones: the table, walked whole.

use crate::family::*;
use crate::phone::*;
use ikd::domain::officer::OfficerRole;
use ikd::domain::rights::{PHONES, PhoneAct, may_with_phones};
use serde_json::json;

#[test]
fn every_role_and_act() {
    let office = Office::new();
    office.issue(FATHER, "ktp");
    let mut allowed = 0;
    for (n, role) in OfficerRole::ALL.into_iter().enumerate() {
        let token = office.data.officer("ID.3273", role.name());
        let handed = Phone::new(n as u8 + 1).redeemed(&office.server, &office.code(FATHER));
        let body = json!({"nik": FATHER}).to_string();
        for act in PhoneAct::ALL {
            let answer = match act {
                PhoneAct::Activate => office.server.post(&token, "/v1/activations", &body),
                PhoneAct::Find => office.server.post(&token, "/v1/devices/search", &body),
                PhoneAct::End => {
                    let device = handed["device"].as_str().unwrap();
                    office
                        .server
                        .post(&token, &format!("/v1/devices/{device}/revoke"), "")
                }
            };
            if may_with_phones(role, act) {
                allowed += 1;
                assert!(
                    (200..300).contains(&answer.status),
                    "{role:?} {act:?}: {}",
                    answer.text()
                );
            } else {
                answer.problem(403);
            }
        }
    }
    assert_eq!(allowed, PHONES.len());
}

#[test]
fn nobody_without_a_token_and_no_other_office_takes_an_activation_back() {
    let office = Office::new();
    office.issue(FATHER, "ktp");
    let body = json!({"nik": FATHER});
    for path in ["/v1/activations", "/v1/devices/search"] {
        send(&office.server, path, &body).problem(401);
    }
    office.data.ok(&[
        "office",
        "add",
        "--iss",
        "ID.3201",
        "--name",
        "Dinas Lain",
        "--region",
        "3201",
    ]);
    let elsewhere = office.data.officer("ID.3201", "operator");
    let opened = office.open(&body).json();
    let path = format!("/v1/activations/{}/cancel", opened["id"].as_str().unwrap());
    office.server.post(&elsewhere, &path, "").problem(404);
    office.server.post(&office.signer, &path, "").problem(403);
    assert_eq!(office.server.post(&office.operator, &path, "").status, 204);
}

#[test]
fn one_account_does_not_end_a_nations_phones() {
    let office = Office::new();
    office.issue(FATHER, "ktp");
    office.data.ok(&[
        "office",
        "add",
        "--iss",
        "ID.3201",
        "--name",
        "Dinas Lain",
        "--region",
        "3201",
    ]);
    // An operator of the region and one of elsewhere, whom a traveller asks: each may end so many in a day.
    let elsewhere = office.data.officer("ID.3201", "operator");
    let mut phones = 1..;
    for (token, most) in [(&office.operator, 30), (&elsewhere, 5)] {
        let mut left = most;
        for n in phones.by_ref().take(most + 1) {
            let handed = Phone::new(n).redeemed(&office.server, &office.code(FATHER));
            let path = format!("/v1/devices/{}/revoke", handed["device"].as_str().unwrap());
            let answer = office.server.post(token, &path, "");
            if left == 0 {
                answer.problem(429);
                // A colleague ends it.
                assert_eq!(office.server.post(&office.signer, &path, "").status, 200);
                break;
            }
            assert_eq!(answer.status, 200, "{}", answer.text());
            left -= 1;
        }
        assert_eq!(left, 0);
    }
}
