//! The whole way of a citizen, by pages without scripts and by the API.

use crate::people::*;

#[test]
fn opens_an_account_by_pages_signs_out_and_in_again() {
    let data = household();
    let server = data.serve();
    let mut browser = Browser::new(&server);
    let page = browser.get("/daftar");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Berapa NIK Anda?"));
    assert_eq!(page.header("cache-control"), "no-store");

    // What is wrong is told at its question, with what was typed.
    let page = browser.post("/daftar", &[("langkah", "nik"), ("nik", "1234")]);
    assert_eq!(page.status, 422);
    assert!(page.text().contains("NIK adalah 16 angka") && page.text().contains("value=\"1234\""));

    let spaced = format!("{} {}", &FATHER[..8], &FATHER[8..]);
    let page = browser
        .post("/daftar", &[("langkah", "nik"), ("nik", &spaced)])
        .text();
    assert!(page.contains("Berapa nomor KK Anda?"), "{page}");
    let so_far = [("nik", spaced.as_str()), ("nomor_kk", KK)];
    let page = browser
        .post("/daftar", &[&so_far[..], &[("langkah", "kk")]].concat())
        .text();
    assert!(page.contains("Kapan Anda lahir?"), "{page}");
    assert_eq!(
        (hidden(&page, "nik"), hidden(&page, "nomor_kk")),
        (spaced.clone(), KK.to_string())
    );

    // Who is below 17 is told so by what they typed.
    let young = [
        ("lahir-hari", "1"),
        ("lahir-bulan", "2"),
        ("lahir-tahun", "2020"),
    ];
    let page = browser.post(
        "/daftar",
        &[&so_far[..], &young, &[("langkah", "lahir")]].concat(),
    );
    assert_eq!(page.status, 422);
    assert!(page.text().contains("17 tahun"), "{}", page.text());

    let born = [
        ("lahir-hari", "12"),
        ("lahir-bulan", "4"),
        ("lahir-tahun", "1987"),
    ];
    let so_far = [&so_far[..], &born].concat();
    let page = browser
        .post("/daftar", &[&so_far[..], &[("langkah", "lahir")]].concat())
        .text();
    assert!(page.contains("Ke mana kode dikirim?"), "{page}");
    let page = browser.post(
        "/daftar",
        &[&so_far[..], &[("langkah", "kontak"), ("kembali", "ya")]].concat(),
    );
    assert!(
        page.text().contains("Kapan Anda lahir?"),
        "back goes one question back"
    );

    let so_far = [&so_far[..], &[("kontak", "budi@contoh.id")]].concat();
    let page = browser.post("/daftar", &[&so_far[..], &[("langkah", "kontak")]].concat());
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.text();
    assert!(
        page.contains("Kalau data Anda cocok, kode 6 angka sudah dikirim ke budi@contoh.id"),
        "{page}"
    );
    let challenge = hidden(&page, "tantangan");
    let letter = &mail(&data, 1)[0];
    assert!(letter.contains("To: budi@contoh.id"), "{letter}");
    assert!(
        !letter.contains(FATHER) && !letter.contains("BUDI"),
        "{letter}"
    );
    let code = code_in(letter);

    let wrong = if code == "000000" { "000001" } else { "000000" };
    let with = |code| {
        [
            &so_far[..],
            &[("tantangan", challenge.as_str()), ("kode", code)],
        ]
        .concat()
    };
    let page = browser.post("/daftar/kode", &with(wrong));
    assert_eq!(page.status, 422);
    assert!(page.text().contains("Kode tidak cocok"));
    let opened = browser.post("/daftar/kode", &with(&code));
    assert_eq!(
        (opened.status, opened.header("location")),
        (303, "/akun?pesan=baru")
    );
    assert!(
        opened
            .header("set-cookie")
            .contains("HttpOnly; SameSite=Lax")
    );

    let page = browser.get("/akun?pesan=baru").text();
    for part in [
        "BUDI SANTOSO",
        "DEWI LESTARI",
        "SITI AMINAH",
        "b•••@contoh.id",
        "Akun Anda sudah dibuka",
    ] {
        assert!(page.contains(part), "no {part} in {page}");
    }
    assert!(!page.contains("budi@contoh.id"));

    // Signing out needs the token of the session's own forms.
    assert_eq!(browser.post("/keluar", &[]).status, 403);
    assert_eq!(browser.get("/akun").status, 200);
    let token = hidden(&browser.get("/keluar").text(), "_csrf");
    let left = browser.post("/keluar", &[("_csrf", &token)]);
    assert_eq!((left.status, left.header("location")), (303, "/"));
    assert_eq!(browser.cookie, None);
    let turned = browser.get("/akun");
    assert_eq!(
        (turned.status, turned.header("location")),
        (303, "/masuk?lanjut=%2Fakun")
    );

    let page = browser.get("/masuk?lanjut=%2Fakun%2Fkontak").text();
    assert_eq!(hidden(&page, "lanjut"), "/akun/kontak");
    let page = browser
        .post("/masuk", &[("nik", FATHER), ("lanjut", "/akun/kontak")])
        .text();
    let challenge = hidden(&page, "tantangan");
    let code = code_in(&mail(&data, 2)[1]);
    let fields = [
        ("tantangan", challenge.as_str()),
        ("kode", &code),
        ("lanjut", "/akun/kontak"),
    ];
    let entered = browser.post("/masuk/kode", &fields);
    assert_eq!(
        (entered.status, entered.header("location")),
        (303, "/akun/kontak")
    );
    assert_eq!(browser.get("/akun/kontak").status, 200);
    let mut thief = Browser::new(&server);
    assert_eq!(
        thief.post("/masuk/kode", &fields).status,
        422,
        "a code works once"
    );
    assert_eq!(thief.cookie, None);

    // A sign-in leads nowhere else.
    for away in ["//jahat.id", "https://jahat.id", "/\\jahat.id"] {
        let page = Browser::new(&server)
            .get(&format!("/masuk?lanjut={away}"))
            .text();
        assert!(!page.contains("name=\"lanjut\""), "{away}");
    }
}

#[test]
fn a_change_of_contact_needs_both_codes() {
    let data = household();
    let server = data.serve();
    let mut father = signed_in(&data, &server, FATHER, "1987-04-12", "budi@contoh.id", 0);
    let me = father.get("/v1/account");
    assert_eq!(
        (text(&me, "name"), text(&me, "contact")),
        ("BUDI SANTOSO".into(), "b•••@contoh.id".into())
    );
    // Signed in elsewhere too.
    let mut elsewhere = Browser::new(&server);
    let nik = format!(r#"{{"nik":"{FATHER}"}}"#);
    let asked = elsewhere.json("/v1/account/sign-ins", None, &nik);
    let code = code_in(&mail(&data, 2)[1]);
    let typed_in = typed(&text(&asked, "challenge"), &code);
    let done = elsewhere.json("/v1/account/sign-ins/confirm", None, &typed_in);
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(elsewhere.get("/v1/account").status, 200);
    let csrf = text(&me, "csrf");
    let body = r#"{"contact":"baru@contoh.id"}"#;
    for token in [
        None,
        Some("x"),
        Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ] {
        assert_eq!(father.json("/v1/account/contact", token, body).status, 403);
    }
    assert_eq!(
        Browser::new(&server)
            .json("/v1/account/contact", Some(&csrf), body)
            .status,
        401
    );
    // A code that is still on its way to the old contact.
    let late = elsewhere.json("/v1/account/sign-ins", None, &nik);
    assert_eq!(late.status, 202, "{}", late.text());
    let late = typed(&text(&late, "challenge"), &code_in(&mail(&data, 3)[2]));
    let asked = father.json("/v1/account/contact", Some(&csrf), body);
    assert_eq!(asked.status, 202, "{}", asked.text());
    let letters = mail(&data, 5);
    let to = |name: &str| {
        letters[3..]
            .iter()
            .find(|l| l.contains(&format!("To: {name}")))
            .unwrap()
    };
    let (old, new) = (code_in(to("budi@contoh.id")), code_in(to("baru@contoh.id")));
    let challenge = text(&asked, "challenge");
    let body = |old: &str, new: &str| {
        serde_json::json!({"challenge": challenge, "code_old": old, "code_new": new}).to_string()
    };
    let confirm = "/v1/account/contact/confirm";
    if old != new {
        for (a, b) in [(&new, &old), (&old, &old), (&new, &new)] {
            assert_eq!(father.json(confirm, Some(&csrf), &body(a, b)).status, 422);
        }
    }
    // The code opens nothing but what it was sent for, and only for who asked.
    assert_eq!(
        father
            .json(
                "/v1/account/sign-ins/confirm",
                None,
                &typed(&challenge, &old)
            )
            .status,
        422
    );
    let done = father.json(confirm, Some(&csrf), &body(&old, &new));
    assert_eq!(done.status, 204, "{}", done.text());
    assert_eq!(
        text(&father.get("/v1/account"), "contact"),
        "b•••@contoh.id"
    );
    // Whoever had the old contact may be signed in somewhere; whoever typed both codes stays so.
    assert_eq!(elsewhere.get("/v1/account").status, 401);
    let late = elsewhere.json("/v1/account/sign-ins/confirm", None, &late);
    assert_eq!(late.status, 422, "{}", late.text());
    let asked = father.json("/v1/account/sign-ins", None, &nik);
    assert_eq!(asked.status, 202);
    assert!(mail(&data, 6)[5].contains("To: baru@contoh.id"));
}

#[test]
fn a_closed_account_opens_nothing_and_may_be_opened_again() {
    let data = household();
    let server = data.serve();
    let mut father = signed_in(&data, &server, FATHER, "1987-04-12", "budi@contoh.id", 0);
    let csrf = text(&father.get("/v1/account"), "csrf");
    let asked = father.json("/v1/account/closing", Some(&csrf), "");
    assert_eq!(asked.status, 202, "{}", asked.text());
    let code = code_in(&mail(&data, 2)[1]);
    let cookie = father.cookie.clone();
    let body = typed(&text(&asked, "challenge"), &code);
    let done = father.json("/v1/account/closing/confirm", Some(&csrf), &body);
    assert_eq!(done.status, 204, "{}", done.text());
    father.cookie = cookie;
    assert_eq!(
        father.get("/v1/account").status,
        401,
        "the session ended with the account"
    );
    // Nothing is sent to where the account was.
    let nik = format!(r#"{{"nik":"{FATHER}"}}"#);
    assert_eq!(father.json("/v1/account/sign-ins", None, &nik).status, 202);
    father.cookie = None;
    signed_in(&data, &server, FATHER, "1987-04-12", "lain@contoh.id", 2);
}

#[test]
fn a_code_works_once_and_a_nik_has_one_account() {
    let data = household();
    let server = data.serve();
    let mut browser = Browser::new(&server);
    let body = claim(FATHER, KK, "1987-04-12", "budi@contoh.id");
    let asked = browser.json("/v1/account/registrations", None, &body);
    let second = browser.json("/v1/account/registrations", None, &body);
    let letters = mail(&data, 2);
    let body = typed(&text(&asked, "challenge"), &code_in(&letters[0]));
    let confirm = "/v1/account/registrations/confirm";
    assert_eq!(browser.json(confirm, None, &body).status, 201);
    let again = Browser::new(&server).json(confirm, None, &body);
    assert_eq!(again.problem(422), ["code"]);
    // The other code was right too, but the NIK has its account.
    let body = typed(&text(&second, "challenge"), &code_in(&letters[1]));
    assert_eq!(
        Browser::new(&server)
            .json(confirm, None, &body)
            .problem(422),
        ["code"]
    );
    // A third request says so in the letter alone, without a code.
    let body = claim(FATHER, KK, "1987-04-12", "lain@contoh.id");
    assert_eq!(
        browser
            .json("/v1/account/registrations", None, &body)
            .status,
        202
    );
    let letter = &mail(&data, 3)[2];
    assert!(letter.contains("sudah punya akun"), "{letter}");
}
