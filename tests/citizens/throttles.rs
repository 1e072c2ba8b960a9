//! Guessing is stopped, and a restart forgives nothing.

use crate::people::*;

#[test]
fn five_wrong_codes_lock_the_nik_also_after_a_restart() {
    let data = household();
    let mut server = data.serve();
    let mut challenge = String::new();
    let mut right = String::new();
    for round in 0..2 {
        let mut browser = Browser::new(&server);
        if round == 0 {
            let body = claim(FATHER, KK, "1987-04-12", "budi@contoh.id");
            challenge = text(
                &browser.json("/v1/account/registrations", None, &body),
                "challenge",
            );
            right = code_in(&mail(&data, 1)[0]);
            let wrong = if right == "123456" {
                "123457"
            } else {
                "123456"
            };
            for _ in 0..5 {
                let body = typed(&challenge, wrong);
                browser
                    .json("/v1/account/registrations/confirm", None, &body)
                    .problem(422);
            }
        }
        // That code is used up, whatever is typed; and a new one is not judged either.
        let spent = browser.json(
            "/v1/account/registrations/confirm",
            None,
            &typed(&challenge, &right),
        );
        assert_eq!(spent.status, 422, "{}", spent.text());
        let body = claim(FATHER, KK, "1987-04-12", "budi@contoh.id");
        let next = browser.json("/v1/account/registrations", None, &body);
        let code = code_in(&mail(&data, 2 + round)[1 + round]);
        let body = typed(&text(&next, "challenge"), &code);
        let locked = browser.json("/v1/account/registrations/confirm", None, &body);
        locked.problem(429);
        let wait: i64 = locked.header("retry-after").parse().unwrap();
        assert!((800..=900).contains(&wait), "{wait}");
        server = {
            drop(server);
            data.serve()
        };
    }
}

#[test]
fn codes_for_one_nik_run_out_known_or_not_also_after_a_restart() {
    let data = household();
    let server = data.serve();
    let ask = |server: &crate::support::Server, nik: &str| {
        let body = format!(r#"{{"nik":"{nik}"}}"#);
        Browser::new(server).json("/v1/account/sign-ins", None, &body)
    };
    for nik in [FATHER, NOBODY] {
        for _ in 0..5 {
            assert_eq!(ask(&server, nik).status, 202);
        }
        ask(&server, nik).problem(429);
    }
    drop(server);
    let server = data.serve();
    for nik in [FATHER, NOBODY] {
        let refused = ask(&server, nik);
        refused.problem(429);
        assert!(refused.header("retry-after").parse::<i64>().unwrap() > 3000);
    }
    assert_eq!(ask(&server, MOTHER).status, 202, "others are not held up");
}

#[test]
fn a_page_says_when_it_was_too_often() {
    let data = household();
    let server = data.serve();
    let mut browser = Browser::new(&server);
    for _ in 0..5 {
        assert_eq!(browser.post("/masuk", &[("nik", NOBODY)]).status, 200);
    }
    let page = browser.post("/masuk", &[("nik", NOBODY)]);
    assert_eq!(page.status, 429);
    assert!(
        page.text().contains("Terlalu banyak percobaan"),
        "{}",
        page.text()
    );
    let seconds: u32 = page.header("retry-after").parse().unwrap();
    let words = format!("Dapat dicoba lagi dalam {} menit", seconds.div_ceil(60));
    assert!(page.text().contains(&words), "{words}: {}", page.text());
}
