//! Requests that another site makes a browser send.

use crate::browser::*;
use crate::support::*;

#[test]
fn another_site_cannot_act() {
    let data = Data::new();
    let server = data.serve();
    let (mut browser, _) = signed_in(&data, &server, "budi", "admin");
    let csrf = browser.get("/petugas/akun").csrf();
    let fields = [("_csrf", csrf.as_str()), ("sesi", "lainnya")];
    let path = "/petugas/akun/sesi";
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", &server.base)],
    ] {
        let page = browser.post_with(path, &fields, headers);
        assert_eq!(page.status, 403, "{headers:?}");
    }
    assert_eq!(browser.post(path, &fields).status, 303, "our own page can");
    // Nobody is signed in as somebody else either.
    let foreign = [("origin", "https://evil.example")];
    let login = [("nama", "budi"), ("sandi", PASSWORD)];
    let page = Browser::new(&server).post_with("/petugas/masuk", &login, &foreign);
    assert_eq!(page.status, 403);
    assert!(page.headers.get("set-cookie").is_none());
}

#[test]
fn every_form_needs_the_sessions_own_token() {
    let data = Data::new();
    let server = data.serve();
    let (mut browser, _) = signed_in(&data, &server, "budi", "admin");
    let (mut stranger, _) = signed_in(&data, &server, "tono", "admin");
    let (id, _) = invite(&data, "ID.3273", "siti", "operator");
    let strange = stranger.get("/petugas/akun").csrf();
    let user = |act: &str| format!("/petugas/pengguna/{id}/{act}");
    let paths = [
        "/petugas/keluar".to_string(),
        "/petugas/akun/sandi".into(),
        "/petugas/akun/sesi".into(),
        "/petugas/pengguna/baru".into(),
        user("peran"),
        user("nonaktifkan"),
        user("aktifkan"),
        user("atur-ulang"),
        format!("/petugas/persetujuan/{id}/setujui"),
        format!("/petugas/persetujuan/{id}/batalkan"),
    ];
    for path in &paths {
        for token in ["", "x", &strange, &"A".repeat(43), &"A".repeat(86)] {
            let page = browser.post(path, &[("_csrf", token), ("peran", "signer")]);
            assert_eq!(page.status, 403, "{path} {token}");
            assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        }
        assert_eq!(
            browser.post(path, &[("peran", "signer")]).status,
            403,
            "{path}"
        );
    }
    assert!(browser.is_in());
    let changes = "SELECT COUNT(*) FROM audit WHERE action IN ('officer.role', 'officer.disable', 'officer.reset', 'proposal.open')";
    assert_eq!(data.numbers(changes), [0]);
    // Half-open sessions too.
    let mut half = Browser::new(&server);
    half.password("budi", PASSWORD);
    let code = [("_csrf", strange.as_str()), ("kode", "123456")];
    assert_eq!(half.post("/petugas/masuk/kode", &code).status, 403);
    // Each page carries another mask of the same token.
    let (one, two) = (
        browser.get("/petugas/akun").csrf(),
        browser.get("/petugas/akun").csrf(),
    );
    assert_ne!(one, two);
    for token in [one, two] {
        let fields = [("_csrf", token.as_str()), ("sesi", "lainnya")];
        assert_eq!(browser.post("/petugas/akun/sesi", &fields).status, 303);
    }
}

#[test]
fn the_api_takes_a_session_with_the_token_in_a_header() {
    let data = Data::with_people(1);
    let server = data.serve();
    let (mut browser, _) = signed_in(&data, &server, "budi", "signer");
    let csrf = browser.get("/petugas/akun").csrf();
    assert_eq!(
        browser.get("/v1/documents").status,
        200,
        "reading needs no token"
    );
    assert_eq!(server.get("/v1/documents").status, 401);
    let cookie = format!("ikd={}", browser.cookie());
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build();
    let agent: ureq::Agent = agent.into();
    let post = |headers: &[(&str, &str)]| {
        let mut request = agent.post(format!("{}/v1/documents", server.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = format!(r#"{{"nik":"{}","kind":"ktp"}}"#, nik(1));
        request.send(body).unwrap().status().as_u16()
    };
    assert_eq!(post(&[("cookie", &cookie)]), 403);
    assert_eq!(post(&[("cookie", &cookie), ("x-csrf-token", "x")]), 403);
    let foreign = [
        ("cookie", cookie.as_str()),
        ("x-csrf-token", &csrf),
        ("origin", "https://evil.example"),
    ];
    assert_eq!(post(&foreign), 403);
    assert_eq!(post(&foreign[..2]), 201);
    // A token that does not count is not made good by a session.
    let both = [foreign[0], foreign[1], ("authorization", "Bearer ikd_x")];
    assert_eq!(post(&both), 401);
    // A bearer token is never sent by a browser on its own.
    let token = format!("Bearer {}", data.officer("ID.3273", "signer"));
    assert_eq!(
        post(&[
            ("authorization", &token),
            ("origin", "https://evil.example")
        ]),
        409
    );
}
