//! Sessions: how long they last, what ends them, what the cookie looks like.

use crate::browser::*;
use crate::support::*;

#[test]
fn a_session_ends_when_idle_and_after_twelve_hours() {
    let data = Data::new();
    let server = data.serve();
    let (mut browser, secret) = signed_in(&data, &server, "budi", "verifier");
    data.sql("UPDATE sessions SET seen = seen - 1700");
    assert!(browser.is_in(), "28 minutes");
    data.sql("UPDATE sessions SET seen = seen - 1801");
    assert!(!browser.is_in(), "30 minutes");
    browser.sign_in(&data, "budi", &secret);
    data.sql("UPDATE sessions SET created = created - 43201, expires = expires - 43201");
    assert!(!browser.is_in(), "12 hours");
    // The next one that is opened sweeps it away.
    browser.sign_in(&data, "budi", &secret);
    assert_eq!(
        data.numbers("SELECT COUNT(*) FROM sessions WHERE stage = 'open'"),
        [1]
    );
}

#[test]
fn use_is_noted_once_a_minute() {
    let data = Data::new();
    let server = data.serve();
    let (mut browser, _) = signed_in(&data, &server, "budi", "verifier");
    let seen = || data.numbers("SELECT seen FROM sessions")[0];
    data.sql("UPDATE sessions SET seen = seen - 30");
    let before = seen();
    browser.is_in();
    assert_eq!(seen(), before, "30 seconds later nothing is written");
    data.sql("UPDATE sessions SET seen = seen - 300");
    let before = seen();
    browser.is_in();
    assert!(seen() >= before + 300, "5 minutes later it is");
}

#[test]
fn signing_in_closes_the_session_that_was_there() {
    let data = Data::new();
    let server = data.serve();
    let (mut browser, secret) = signed_in(&data, &server, "budi", "verifier");
    let old = browser.cookie();
    browser.sign_in(&data, "budi", &secret);
    assert_ne!(browser.cookie(), old);
    let mut thief = Browser::new(&server);
    thief.cookies.insert("ikd".into(), old);
    assert!(!thief.is_in(), "the cookie from before");
    assert_eq!(data.numbers("SELECT COUNT(*) FROM sessions"), [1]);
    // A cookie that somebody made up is never taken over.
    let mut fixed = Browser::new(&server);
    let made_up = "A".repeat(43);
    fixed.cookies.insert("ikd".into(), made_up.clone());
    fixed.sign_in(&data, "budi", &secret);
    assert_ne!(fixed.cookie(), made_up);
}

#[test]
fn signing_out_ends_it_on_the_server() {
    let data = Data::new();
    let server = data.serve();
    let (mut browser, _) = signed_in(&data, &server, "budi", "verifier");
    let cookie = browser.cookie();
    let page = browser.fill("/petugas/akun", "/petugas/keluar", &[]);
    assert_eq!(page.location(), "/petugas/masuk");
    assert!(page.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(browser.cookie(), "");
    browser.cookies.insert("ikd".into(), cookie);
    assert!(!browser.is_in());
}

#[test]
fn one_sees_and_ends_ones_own_sessions_alone() {
    let data = Data::new();
    let server = data.serve();
    let (mut here, secret) = signed_in(&data, &server, "budi", "verifier");
    let (mut stranger, _) = signed_in(&data, &server, "tono", "verifier");
    let mut there = Browser::new(&server);
    there.sign_in(&data, "budi", &secret);
    let page = here.get("/petugas/akun");
    assert_eq!(
        page.html.matches("name=\"sesi\"").count(),
        2,
        "one other, and all others"
    );
    let handle = page.between("name=\"sesi\" value=\"", "\"");
    stranger.fill("/petugas/akun", "/petugas/akun/sesi", &[("sesi", &handle)]);
    assert!(there.is_in(), "not a stranger's to end");
    here.fill("/petugas/akun", "/petugas/akun/sesi", &[("sesi", &handle)]);
    assert!(!there.is_in() && here.is_in());
    there.sign_in(&data, "budi", &secret);
    here.fill(
        "/petugas/akun",
        "/petugas/akun/sesi",
        &[("sesi", "lainnya")],
    );
    assert!(!there.is_in() && here.is_in() && stranger.is_in());
}

#[test]
fn a_new_password_ends_all_other_sessions() {
    let data = Data::new();
    let server = data.serve();
    let (mut here, secret) = signed_in(&data, &server, "budi", "verifier");
    let mut there = Browser::new(&server);
    there.sign_in(&data, "budi", &secret);
    let new = "bukan kuda tapi sapi";
    let change = |browser: &mut Browser, old: &str, new: &str| {
        let fields = [("lama", old), ("baru", new), ("ulang", new)];
        browser
            .fill("/petugas/akun", "/petugas/akun/sandi", &fields)
            .status
    };
    assert_eq!(change(&mut here, "not the password", new), 422);
    assert_eq!(change(&mut here, PASSWORD, "pendek"), 422);
    assert_eq!(change(&mut here, PASSWORD, PASSWORD), 422);
    assert!(there.is_in());
    let cookie = here.cookie();
    assert_eq!(change(&mut here, PASSWORD, new), 200);
    assert_ne!(here.cookie(), cookie);
    assert!(here.is_in() && !there.is_in());
    assert_eq!(there.password("budi", PASSWORD).status, 422);
    assert_eq!(there.password("budi", new).status, 303);
    // Guessing the old password from an unattended screen is bounded too.
    for _ in 0..6 {
        change(&mut here, "not the password", new);
    }
    assert_eq!(change(&mut here, new, "sapi atau kuda saja"), 429);
}

#[test]
fn the_cookie_is_kept_from_scripts_and_other_sites() {
    let data = Data::new();
    let server = data.serve();
    let (_, one_time) = invite(&data, "ID.3273", "budi", "verifier");
    let page = Browser::new(&server).password("budi", &one_time);
    let cookie = page.header("set-cookie");
    let value = cookie
        .strip_prefix("ikd=")
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    assert_eq!(value.len(), 43, "256 bits");
    assert_eq!(&cookie[4 + 43..], "; Path=/; HttpOnly; SameSite=Lax");
    let raw = ikd_cookie_bytes(value);
    let held = data.database_bytes();
    assert!(
        !held.windows(32).any(|w| w == raw),
        "only its hash is stored"
    );
    assert!(!held.windows(43).any(|w| w == value.as_bytes()));
    drop(server);
    // Behind https.
    let config = data.dir.path().join("data/config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let text = text.replace("[web]", "[web]\npublic_url = \"https://dukcapil.example\"");
    std::fs::write(&config, text).unwrap();
    let server = data.serve();
    let mut browser = Browser::new(&server);
    let page = browser.password("budi", &one_time);
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("__Host-ikd="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    assert_eq!(browser.get("/petugas/masuk/sandi").status, 200);
    // The plain name no longer counts: another site of the domain could have put it there.
    let value = browser.cookies.remove("__Host-ikd").unwrap();
    browser.cookies.insert("ikd".into(), value);
    assert_eq!(browser.get("/petugas/masuk/sandi").status, 303);
}

fn ikd_cookie_bytes(value: &str) -> Vec<u8> {
    use base64::Engine;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    engine.decode(value).unwrap()
}

#[test]
fn error_pages_show_who_is_signed_in() {
    let data = Data::new();
    let server = data.serve();
    let (mut browser, _) = signed_in(&data, &server, "budi", "verifier");
    // No such page, and a page of which there is no such thing.
    for path in [
        "/petugas/tidak-ada",
        "/petugas/permohonan/00000000-0000-0000-0000-000000000000",
    ] {
        let page = browser.get(path);
        assert_eq!(page.status, 404, "{path}");
        assert!(page.html.contains("Siti Uji"), "{path}");
    }
    let mut nobody = Browser::new(&server);
    assert!(!nobody.get("/petugas/tidak-ada").html.contains("Siti Uji"));
}
