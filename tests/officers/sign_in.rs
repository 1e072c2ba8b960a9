//! Signing in.

use crate::browser::*;
use crate::support::*;

#[test]
fn the_first_sign_in_replaces_the_password_and_enrols_a_code_generator() {
    let data = Data::new();
    let server = data.serve();
    let (_, one_time) = invite(&data, "ID.3273", "Siti.Uji", "operator");
    let mut browser = Browser::new(&server);
    let page = browser.get("/petugas/akun?x=1");
    assert_eq!(
        page.location(),
        "/petugas/masuk?lanjut=%2Fpetugas%2Fakun%3Fx%3D1"
    );
    let page = browser.get("/petugas/masuk?lanjut=%2Fpetugas%2Fakun%3Fx%3D1");
    assert_eq!(
        page.between("name=\"lanjut\" value=\"", "\""),
        "/petugas/akun?x=1"
    );

    let page = browser.password(" SITI.uji ", &one_time);
    assert!(page.location().starts_with("/petugas/masuk/kode"));
    let half = browser.cookie();
    // The password alone opens nothing, and no step can be left out.
    assert!(!browser.is_in());
    for step in ["/petugas/masuk/kode", "/petugas/masuk/perangkat"] {
        let page = browser.get(step);
        assert!(
            page.location().starts_with("/petugas/masuk/sandi"),
            "{step}"
        );
    }
    let form = "/petugas/masuk/sandi";
    for (new, again) in [
        ("pendek", "pendek"),
        ("Dukcapil-2026!!", "Dukcapil-2026!!"),
        ("siti uji siti", "siti uji siti2"),
        (one_time.as_str(), one_time.as_str()),
    ] {
        let page = browser.fill(form, form, &[("sandi", new), ("ulang", again)]);
        assert_eq!(page.status, 422, "{new}");
        assert!(page.html.contains("Ada yang belum benar"));
        assert!(!page.html.contains(new), "a password is not sent back");
    }
    let page = browser.fill(form, form, &[("sandi", PASSWORD), ("ulang", PASSWORD)]);
    assert!(page.location().starts_with("/petugas/masuk/perangkat"));

    let page = browser.get("/petugas/masuk/perangkat");
    let secret = Secret::of(&page);
    let url = format!(
        "otpauth://totp/IKD%20Dukcapil:siti.uji?secret={}&issuer=IKD%20Dukcapil",
        secret.base32
    );
    use ikd::render::qr;
    let drawn = qr::encode(&url, qr::Ecc::M).unwrap();
    let drawn = qr::svg(&drawn, Some("Kode QR untuk aplikasi kode"));
    assert!(
        page.html.contains(&drawn),
        "the picture carries the secret\n{}",
        page.html
    );
    assert_eq!(page.header("cache-control"), "no-store");
    let wrong = browser.fill(
        "/petugas/masuk/perangkat",
        "/petugas/masuk/perangkat",
        &[("kode", "000000")],
    );
    assert_eq!(wrong.status, 422);
    assert_eq!(
        Secret::of(&wrong).base32,
        secret.base32,
        "the same picture again"
    );
    let page = browser.fill(
        "/petugas/masuk/perangkat",
        "/petugas/masuk/perangkat",
        &[("kode", &secret.code(0)), ("lanjut", "/petugas/akun?x=1")],
    );
    assert_eq!(page.location(), "/petugas/akun?x=1");
    assert_ne!(browser.cookie(), half, "a new cookie for the open session");
    let page = browser.get("/petugas/akun");
    for shown in [
        "Siti Uji",
        "siti.uji",
        "Operator",
        "Disdukcapil Kota Bandung",
        "Firefox, Linux",
    ] {
        assert!(page.html.contains(shown), "{shown}");
    }
    // What was used once is worth nothing.
    let mut other = Browser::new(&server);
    assert_eq!(other.password("siti.uji", &one_time).status, 422);
    other.cookies.insert("ikd".into(), half);
    assert!(
        other
            .get("/petugas/masuk/kode")
            .location()
            .starts_with("/petugas/masuk?")
    );
    // Neither password nor secret stand in the database.
    let held = data.database_bytes();
    let raw = data_encoding::BASE32_NOPAD
        .decode(secret.base32.as_bytes())
        .unwrap();
    for clear in [
        PASSWORD.as_bytes(),
        one_time.as_bytes(),
        secret.base32.as_bytes(),
        &raw,
    ] {
        assert!(!held.windows(clear.len()).any(|w| w == clear));
    }
    let log = server.log();
    for secret in [PASSWORD, &one_time, &secret.base32, &browser.cookie()] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
    let mut actions = data.texts("SELECT action FROM audit WHERE action LIKE 'login%' ORDER BY id");
    // Two lines of one moment, whose ids may be of one millisecond.
    actions[2..4].sort();
    assert_eq!(
        actions,
        [
            "login.password",
            "login.refused",
            "login",
            "login.enrol",
            "login.refused"
        ]
    );
}

#[test]
fn five_wrong_passwords_lock_the_name_through_a_restart() {
    let data = Data::new();
    let server = data.serve();
    let (mut browser, secret) = signed_in(&data, &server, "budi", "verifier");
    browser.cookies.clear();
    for _ in 0..5 {
        assert_eq!(browser.password("budi", "not the password").status, 422);
    }
    let locked = browser.password("budi", PASSWORD);
    assert_eq!(locked.status, 429, "the right one does not count either");
    let wait: i64 = locked.header("retry-after").parse().unwrap();
    assert!((600..=900).contains(&wait), "{wait}");
    assert!(locked.html.contains("Tunggu 15 menit"), "{}", locked.html);

    server.signal("TERM");
    drop(server);
    let server = data.serve();
    browser.moved(&server);
    assert_eq!(browser.password("budi", PASSWORD).status, 429);
    let mut others = Browser::new(&server);
    assert_eq!(
        others.password("budi", PASSWORD).status,
        429,
        "from elsewhere too"
    );
    // Fifteen minutes later.
    assert_eq!(
        data.sql("UPDATE lockouts SET locked_until = locked_until - 900"),
        1
    );
    browser.sign_in(&data, "budi", &secret);
    assert_eq!(data.numbers("SELECT COUNT(*) FROM lockouts"), [0]);
}

#[test]
fn the_second_lock_is_longer_and_codes_count_too() {
    let data = Data::new();
    let server = data.serve();
    let (mut browser, _) = signed_in(&data, &server, "budi", "verifier");
    for _ in 0..5 {
        browser.password("budi", "not the password");
    }
    data.sql("UPDATE lockouts SET locked_until = 1");
    // The password is right each time, the codes are guessed.
    assert_eq!(browser.password("budi", PASSWORD).status, 303);
    for _ in 0..5 {
        assert_eq!(browser.code("000000").status, 422);
    }
    let locked = browser.code("000000");
    assert_eq!(locked.status, 429);
    let wait: i64 = locked.header("retry-after").parse().unwrap();
    assert!((1500..=1800).contains(&wait), "{wait}");
    assert_eq!(browser.password("budi", PASSWORD).status, 429);
}

#[test]
fn a_name_that_does_not_exist_is_answered_alike() {
    let data = Data::new();
    let server = data.serve();
    signed_in(&data, &server, "budi", "verifier");
    let mut browser = Browser::new(&server);
    let strip = |page: Page, name: &str| (page.status, page.html.replace(name, "NAME"));
    for _ in 0..6 {
        let known = strip(browser.password("budi", "not the password"), "budi");
        let unknown = strip(browser.password("zq9xk7", "not the password"), "zq9xk7");
        assert_eq!(known, unknown);
    }
    assert_eq!(browser.password("zq9xk7", "x").status, 429);
    // Both stand in the lockouts, the name nowhere. The trail has a line for each try at the name that exists, and one
    // for all that do not: those can be made up without end.
    let refused = "SELECT COUNT(*) FROM audit WHERE action = 'login.refused'";
    assert_eq!(data.numbers(refused), [5 + 1]);
    let metrics = server.get("/metrics").text();
    for counted in ["known", "unknown"] {
        let line = format!("ikd_sign_ins_refused_total{{name=\"{counted}\"}} 5");
        assert!(metrics.contains(&line), "{metrics}");
    }
    assert_eq!(data.numbers("SELECT COUNT(*) FROM lockouts"), [2]);
    assert!(!data.database_bytes().windows(6).any(|w| w == b"zq9xk7"));
}

#[test]
fn a_code_counts_once() {
    let data = Data::new();
    let server = data.serve();
    let (mut browser, secret) = signed_in(&data, &server, "budi", "verifier");
    data.sql("UPDATE officer_logins SET totp_step = 1");
    browser.password("budi", PASSWORD);
    let code = secret.code(0);
    assert_eq!(browser.code(&code).status, 303);
    let step = data.numbers("SELECT totp_step FROM officer_logins");
    let mut other = Browser::new(&server);
    other.password("budi", PASSWORD);
    assert_eq!(other.code(&code).status, 422, "replayed");
    assert!(!other.is_in());
    assert_eq!(data.numbers("SELECT totp_step FROM officer_logins"), step);
    assert_eq!(other.code(&secret.code(5)).status, 422, "of a time to come");
    assert_eq!(other.code(&secret.code(1)).status, 303, "the next one");
}

#[test]
fn who_is_disabled_or_came_too_late_does_not_get_in() {
    let data = Data::new();
    let server = data.serve();
    let (id, one_time) = invite(&data, "ID.3273", "budi", "verifier");
    let mut browser = Browser::new(&server);
    data.sql("UPDATE officer_logins SET one_time_until = one_time_until - 72 * 3600");
    assert_eq!(
        browser.password("budi", &one_time).status,
        422,
        "after 72 hours"
    );
    let one_time = data.ok(&["officer", "reset", &id]).after("password ");
    browser.password("budi", &one_time);
    data.ok(&["officer", "disable", &id]);
    assert!(
        browser
            .get("/petugas/masuk/sandi")
            .location()
            .starts_with("/petugas/masuk?")
    );
    assert_eq!(browser.password("budi", &one_time).status, 422, "disabled");
    data.ok(&["officer", "enable", &id]);
    browser.first_sign_in("budi", &one_time);
    data.ok(&["officer", "disable", &id]);
    assert!(!browser.is_in(), "sessions end with the account");
    assert!(data.ok(&["officer", "list"]).out.contains("disabled budi"));
}

#[test]
fn nobody_is_led_elsewhere() {
    let data = Data::new();
    let server = data.serve();
    let mut browser = Browser::new(&server);
    for bad in [
        "https://evil.example",
        "//evil.example",
        "/petugas//evil.example",
        "/petugas/masuk",
        "/layanan",
    ] {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let query = query.append_pair("lanjut", bad).finish();
        let page = browser.get(&format!("/petugas/masuk?{query}"));
        assert_eq!(
            page.between("name=\"lanjut\" value=\"", "\""),
            "/petugas",
            "{bad}"
        );
    }
}

#[test]
fn one_address_tries_only_so_often() {
    let data = Data::new();
    let server = data.serve();
    let mut browser = Browser::new(&server);
    assert_eq!(browser.password("one", "x").status, 422);
    // The address, and the count of all names that do not exist.
    assert_eq!(data.sql("UPDATE throttles SET used = 119"), 2);
    assert_eq!(browser.password("two", "x").status, 422);
    let page = browser.password("three", "x");
    assert_eq!(page.status, 429);
    assert!(page.header("retry-after").parse::<i64>().unwrap() <= 600);
    // The key is a keyed hash: the address stands nowhere.
    let held = data.database_bytes();
    assert!(!held.windows(9).any(|w| w == b"127.0.0.1"));
    // Ten minutes later; the old window is forgotten.
    data.sql("UPDATE throttles SET ends = 1");
    assert_eq!(browser.password("three", "x").status, 422);
    assert_eq!(data.numbers("SELECT used FROM throttles"), [1, 1]);
}
