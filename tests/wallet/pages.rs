//! The officer's pages: activating a phone at the desk, finding and ending one.

use crate::browser::{Browser, Page, invite};
use crate::family::*;
use crate::phone::*;

fn desk(office: &Office, role: &str) -> Browser {
    let (_, one_time) = invite(&office.data, "ID.3273", role, role);
    let mut browser = Browser::new(&office.server);
    browser.first_sign_in(role, &one_time);
    browser
}

/// The form as a browser sends it.
fn activate(office: &Office, browser: &mut Browser, nik: &str, seen: bool, picture: &[u8]) -> Page {
    let csrf = browser.get("/petugas/aktivasi").csrf();
    let mut body = Vec::new();
    let mut field = |name: &str, value: &[u8], more: &str| {
        body.extend(
            format!("--grens\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n")
                .bytes(),
        );
        body.extend(value);
        body.extend(b"\r\n");
    };
    field("_csrf", csrf.as_bytes(), "");
    field("nik", nik.as_bytes(), "");
    if seen {
        field("dilihat", b"ya", "");
    }
    field(
        "foto",
        picture,
        "; filename=\"foto.jpg\"\r\ncontent-type: image/jpeg",
    );
    body.extend(b"--grens--\r\n");
    let headers = [
        ("cookie", format!("ikd={}", browser.cookie())),
        ("origin", office.server.base.clone()),
        ("content-type", "multipart/form-data; boundary=grens".into()),
    ];
    let headers = headers.map(|(name, value)| (name.to_string(), value));
    let answer = office
        .server
        .ask("POST", "/petugas/aktivasi", &headers, &body);
    Page {
        status: answer.status,
        html: answer.text(),
        headers: answer.headers,
    }
}

#[test]
fn the_form_asks_for_the_check_and_the_code_works() {
    let office = Office::new();
    office.issue(FATHER, "ktp");
    let mut browser = desk(&office, "operator");
    let unseen = activate(&office, &mut browser, FATHER, false, b"");
    assert_eq!(unseen.status, 422);
    assert!(unseen.html.contains("cocokkan dahulu"), "{}", unseen.html);
    for (nik, words) in [
        ("123", "16 angka"),
        (NOBODY, "tidak ada penduduk"),
        (MOTHER, "terbitkan dahulu"),
    ] {
        let wrong = activate(&office, &mut browser, nik, true, b"");
        assert_eq!(wrong.status, 422);
        assert!(wrong.html.contains(words), "{words}: {}", wrong.html);
    }
    let broken = activate(&office, &mut browser, FATHER, true, b"no picture");
    assert!(
        broken.status == 422 && broken.html.contains("fotonya"),
        "{}",
        broken.html
    );
    let shown = activate(&office, &mut browser, FATHER, true, &picture());
    assert_eq!(shown.status, 200, "{}", shown.html);
    assert!(shown.html.contains(NAMES[0]), "for comparing");
    assert!(shown.html.contains("<svg") && !shown.html.contains(FATHER));
    assert_eq!(shown.header("cache-control"), "no-store");
    let code = shown.between("class=\"number large\">", "<");
    let handed = Phone::new(1).redeemed(&office.server, &code);
    text(&handed, "ktp", Some("umur-21"));
}

#[test]
fn a_code_is_taken_back_and_a_phone_is_ended() {
    let office = Office::new();
    office.issue(FATHER, "ktp");
    let mut browser = desk(&office, "operator");
    let shown = activate(&office, &mut browser, FATHER, true, b"");
    let code = shown.between("class=\"number large\">", "<");
    let cancel = shown.between("action=\"/petugas/aktivasi/", "\"");
    let csrf = shown.csrf();
    let back = browser.post(&format!("/petugas/aktivasi/{cancel}"), &[("_csrf", &csrf)]);
    assert!(back.html.contains("dibatalkan"), "{}", back.html);
    Phone::new(1).redeem(&office.server, &code).problem(422);
    Phone::new(1).redeemed(&office.server, &office.code(FATHER));
    let csrf = browser.get("/petugas/ponsel").csrf();
    let found = browser.post("/petugas/ponsel", &[("_csrf", &csrf), ("nik", FATHER)]);
    assert!(found.html.contains("Aktif"), "{}", found.html);
    let end = found.between("action=\"/petugas/ponsel/", "\"");
    let ended = browser.post(&format!("/petugas/ponsel/{end}"), &[("_csrf", &csrf)]);
    assert!(
        ended.status == 200 && ended.html.contains("sudah diakhiri"),
        "{}",
        ended.html
    );
    let again = browser.post(&format!("/petugas/ponsel/{end}"), &[("_csrf", &csrf)]);
    assert_eq!(again.status, 422);
    assert_eq!(office.phones(FATHER)[0]["state"], "lost");
}

#[test]
fn other_roles_find_phones_and_activate_none() {
    let office = Office::new();
    for (role, finds) in [
        ("signer", true),
        ("auditor", true),
        ("verifier", false),
        ("admin", false),
    ] {
        let mut browser = desk(&office, role);
        assert_eq!(browser.get("/petugas/aktivasi").status, 403, "{role}");
        let page = browser.get("/petugas/ponsel");
        assert_eq!(page.status, if finds { 200 } else { 403 }, "{role}");
        assert!(!page.html.contains("href=\"/petugas/aktivasi\""), "{role}");
    }
}
