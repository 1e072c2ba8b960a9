//! Accounts: who may change whose, and what that does.

use crate::browser::*;
use crate::support::*;

/// Sends to the API as a token; status and body.
fn call(server: &Server, token: &str, path: &str, body: &str) -> (u16, serde_json::Value) {
    let answer = server.post(token, path, body);
    (answer.status, answer.json())
}

/// The one-time password of which each of two people got half.
pub fn whole(proposed: &serde_json::Value, approved: &serde_json::Value) -> String {
    let (first, second) = (&proposed["first_half"], &approved["second_half"]);
    format!("{}-{}", first.as_str().unwrap(), second.as_str().unwrap())
}

fn items(server: &Server, token: &str) -> Vec<serde_json::Value> {
    let answer = server.get_as(token, "/v1/officers?limit=200");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["items"].as_array().unwrap().clone()
}

#[test]
fn an_admin_manages_the_accounts_of_the_office() {
    let data = Data::new();
    let server = data.serve();
    let token = data.person(&server, "ID.3273", "admin");
    let second = data.person(&server, "ID.3273", "admin");
    let two = (token.as_str(), second.as_str());
    let body = r#"{"login":"Siti.Aminah","name":"Siti Aminah","role":"operator"}"#;
    let (proposed, approved) = server.agree(two, "/v1/officers", body);
    let all = items(&server, &token);
    let added = all.iter().find(|o| o["login"] == "siti.aminah").unwrap();
    let id = added["id"].as_str().unwrap().to_string();
    assert_eq!(added["state"], "invited");
    let one_time = whole(&proposed, &approved);
    let (status, twice) = call(&server, &token, "/v1/officers", body);
    assert_eq!(
        (status, &twice["errors"][0]["field"]),
        (422, &"login".into())
    );

    let mut siti = Browser::new(&server);
    let secret = siti.first_sign_in("siti.aminah", &one_time);
    let path = |act: &str| format!("/v1/officers/{id}{act}");
    server.agree(two, &path("/role"), r#"{"role":"verifier"}"#);
    assert!(!siti.is_in(), "a new role ends the sessions");
    let (status, _) = call(&server, &token, &path("/role"), r#"{"role":"verifier"}"#);
    assert_eq!(status, 422, "their role already");
    siti.sign_in(&data, "siti.aminah", &secret);
    assert!(siti.get("/petugas/akun").html.contains("Verifikator"));

    let (status, off) = call(&server, &token, &path("/disable"), "");
    assert_eq!((status, &off["state"]), (200, &"disabled".into()));
    assert!(!siti.is_in());
    assert_eq!(call(&server, &token, &path("/disable"), "").0, 409);
    server.agree(two, &path("/enable"), "");
    assert_eq!(call(&server, &token, &path("/enable"), "").0, 409);
    siti.sign_in(&data, "siti.aminah", &secret);

    // The phone is lost, and somebody has locked the name meanwhile.
    let mut thief = Browser::new(&server);
    for _ in 0..5 {
        thief.password("siti.aminah", "x");
    }
    let (proposed, approved) = server.agree(two, &path("/reset"), "");
    assert!(!siti.is_in());
    let one_time = whole(&proposed, &approved);
    assert_eq!(thief.password("siti.aminah", PASSWORD).status, 422);
    let new = siti.first_sign_in("siti.aminah", &one_time);
    assert_ne!(new.base32, secret.base32, "a new code generator");
    let read = server.get_as(&token, &path(""));
    assert_eq!(read.json()["state"], "active");
    // By its id, which is of its time: a line that gets its place in the log is written anew.
    let audit =
        "SELECT action FROM audit WHERE action LIKE 'officer.%' AND actor <> 'local' ORDER BY id";
    assert_eq!(
        data.texts(audit),
        [
            "officer.add",
            "officer.role",
            "officer.disable",
            "officer.enable",
            "officer.reset"
        ]
    );
    // A program's token ends with its account.
    let program = data.officer("ID.3273", "auditor");
    assert_eq!(server.get_as(&program, "/v1/documents").status, 200);
    let all = items(&server, &token);
    let found = all.iter().find(|o| o["role"] == "auditor").unwrap();
    let path = format!("/v1/officers/{}", found["id"].as_str().unwrap());
    assert_eq!(
        call(&server, &token, &format!("{path}/reset"), "").0,
        409,
        "no login"
    );
    assert_eq!(call(&server, &token, &format!("{path}/disable"), "").0, 200);
    assert_eq!(server.get_as(&program, "/v1/documents").status, 401);
}

#[test]
fn nobody_else_manages_accounts() {
    let data = Data::new();
    let server = data.serve();
    let (id, _) = invite(&data, "ID.3273", "siti", "operator");
    for role in ["operator", "verifier", "signer", "auditor"] {
        let token = data.officer("ID.3273", role);
        assert_eq!(server.get_as(&token, "/v1/officers").status, 403, "{role}");
        let new = r#"{"login":"lain","name":"Lain","role":"signer"}"#;
        assert_eq!(call(&server, &token, "/v1/officers", new).0, 403, "{role}");
        for there in [id.as_str(), "019a0000-0000-7000-8000-000000000000"] {
            let path = format!("/v1/officers/{there}");
            assert_eq!(server.get_as(&token, &path).status, 403, "{role}");
            for act in ["disable", "enable", "reset"] {
                let path = format!("{path}/{act}");
                assert_eq!(call(&server, &token, &path, "").0, 403, "{role} {act}");
            }
            let path = format!("{path}/role");
            assert_eq!(
                call(&server, &token, &path, r#"{"role":"signer"}"#).0,
                403,
                "{role}"
            );
        }
    }
    let (mut operator, _) = signed_in(&data, &server, "budi", "operator");
    for path in [
        "/petugas/pengguna",
        "/petugas/pengguna/baru",
        &format!("/petugas/pengguna/{id}"),
    ] {
        assert_eq!(operator.get(path).status, 403, "{path}");
    }
    assert!(
        !operator
            .get("/petugas/akun")
            .html
            .contains("/petugas/pengguna")
    );
    for act in ["peran", "nonaktifkan", "aktifkan", "atur-ulang"] {
        let path = format!("/petugas/pengguna/{id}/{act}");
        let page = operator.fill("/petugas/akun", &path, &[("peran", "signer")]);
        assert_eq!(page.status, 403, "{act}");
    }
    assert_eq!(
        data.numbers("SELECT COUNT(*) FROM officers WHERE role = 'signer'"),
        [1]
    );
    // Without anybody at all.
    assert_eq!(server.get("/v1/officers").status, 401);
}

#[test]
fn an_admin_does_not_lift_themselves_and_one_remains() {
    let data = Data::new();
    let server = data.serve();
    let (mut ani, _) = signed_in(&data, &server, "ani", "admin");
    let (mut budi, _) = signed_in(&data, &server, "budi", "admin");
    let list = budi.get("/petugas/pengguna").html;
    let id_of = |name: &str, browser: &mut Browser| {
        // The user page names the login beside the id.
        let ids: Vec<&str> = list
            .split("/petugas/pengguna/")
            .skip(1)
            .map(|t| &t[..36])
            .collect();
        let ids = ids.into_iter().filter(|id| !id.starts_with("baru"));
        let mut found = ids.filter(|id| {
            let page = browser.get(&format!("/petugas/pengguna/{id}"));
            page.html.contains(&format!("<dd>{name}</dd>"))
        });
        found.next().unwrap().to_string()
    };
    let (ani_id, budi_id) = (id_of("ani", &mut budi), id_of("budi", &mut budi));
    let roles = || data.texts("SELECT role FROM officers ORDER BY id");
    for act in ["peran", "nonaktifkan", "atur-ulang", "aktifkan"] {
        let path = format!("/petugas/pengguna/{budi_id}/{act}");
        let page = budi.fill("/petugas/akun", &path, &[("peran", "signer")]);
        assert_eq!(page.status, 409, "{act}");
    }
    assert_eq!(roles(), ["admin", "admin"]);
    // A token of an admin is no admin who could sign in and let others in.
    data.officer("ID.3273", "admin");
    let path = format!("/petugas/pengguna/{budi_id}/nonaktifkan");
    assert_eq!(
        ani.fill("/petugas/akun", &path, &[]).status,
        303,
        "another admin can"
    );
    assert!(!budi.is_in());
    let program = data.officer("ID.3273", "admin");
    for (act, body) in [("disable", ""), ("role", r#"{"role":"signer"}"#)] {
        let path = format!("/v1/officers/{ani_id}/{act}");
        let (status, answer) = call(&server, &program, &path, body);
        assert_eq!(status, 409, "{act}: the last admin");
        assert_eq!(answer["type"], "urn:ikd:problem:separation-of-duties");
    }
    // One person by their token, another page of theirs: the machine's keeper is the second one.
    let path = format!("/v1/officers/{budi_id}/enable");
    assert_eq!(call(&server, &program, &path, "").0, 403, "a token");
    let path = format!("/petugas/pengguna/{budi_id}/aktifkan");
    assert_eq!(ani.fill("/petugas/akun", &path, &[]).status, 303);
    let listed = data.ok(&["proposal", "list"]).out;
    let id = listed.split_whitespace().next().unwrap();
    let hash = data.ok(&["proposal", "show", id]).out;
    let hash = hash.lines().find_map(|l| l.strip_prefix("hash")).unwrap();
    data.ok(&["proposal", "approve", id, "--hash", hash]);
    let path = format!("/v1/officers/{ani_id}/disable");
    assert_eq!(
        call(&server, &program, &path, "").0,
        200,
        "now there is another"
    );
}

#[test]
fn another_offices_accounts_are_not_there() {
    let data = Data::new();
    data.ok(&[
        "office",
        "add",
        "--iss",
        "ID.5171",
        "--name",
        "Disdukcapil Denpasar",
        "--region",
        "5171",
    ]);
    let server = data.serve();
    let (theirs, _) = invite(&data, "ID.5171", "made.uji", "operator");
    let token = data.officer("ID.3273", "admin");
    let (mut admin, _) = signed_in(&data, &server, "ani", "admin");
    assert!(
        items(&server, &token)
            .iter()
            .all(|o| o["id"] != theirs.as_str())
    );
    assert!(!admin.get("/petugas/pengguna").html.contains("made.uji"));
    let absent = "019a0000-0000-7000-8000-000000000000";
    for id in [theirs.as_str(), absent] {
        let path = format!("/v1/officers/{id}");
        assert_eq!(server.get_as(&token, &path).status, 404);
        for act in ["disable", "enable", "reset"] {
            assert_eq!(
                call(&server, &token, &format!("{path}/{act}"), "").0,
                404,
                "{act}"
            );
        }
        let role = r#"{"role":"admin"}"#;
        assert_eq!(call(&server, &token, &format!("{path}/role"), role).0, 404);
        let page = format!("/petugas/pengguna/{id}");
        assert_eq!(admin.get(&page).status, 404);
        for act in ["peran", "nonaktifkan", "aktifkan", "atur-ulang"] {
            let path = format!("{page}/{act}");
            let answer = admin.fill("/petugas/akun", &path, &[("peran", "admin")]);
            assert_eq!(answer.status, 404, "{act}");
        }
    }
    let untouched = "SELECT COUNT(*) FROM audit WHERE action IN \
        ('officer.role', 'officer.disable', 'officer.enable', 'officer.reset')";
    assert_eq!(data.numbers(untouched), [0]);
}

#[test]
fn pages_of_the_list_are_stable() {
    let data = Data::new();
    let server = data.serve();
    let token = data.officer("ID.3273", "admin");
    for _ in 0..4 {
        data.officer("ID.3273", "auditor");
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = server
            .get_as(&token, &format!("/v1/officers?limit=2{cursor}"))
            .json();
        let ids = answer["items"].as_array().unwrap().iter();
        seen.extend(ids.map(|o| o["id"].as_str().unwrap().to_string()));
        match answer["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
        // Somebody new in between comes last and shifts nothing.
        if seen.len() == 2 {
            data.officer("ID.3273", "auditor");
        }
    }
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!((seen.len(), &seen), (6, &sorted));
    let problem = server
        .get_as(&token, "/v1/officers?limit=0&cursor=x&y=1")
        .problem(422);
    assert_eq!(problem, ["limit", "cursor", "y"]);
}

#[test]
fn an_admin_adds_somebody_on_the_page() {
    let data = Data::new();
    let server = data.serve();
    let (mut admin, _) = signed_in(&data, &server, "ani", "admin");
    let form = "/petugas/pengguna/baru";
    let bad = admin.fill(
        form,
        form,
        &[("nama", "Siti"), ("nama_masuk", "3273015204870003")],
    );
    assert_eq!(bad.status, 422);
    assert!(
        bad.html.contains("value=\"Siti\""),
        "what was right is kept"
    );
    let fields = [
        ("nama", "Siti <b>Aminah"),
        ("nama_masuk", "siti"),
        ("peran", "signer"),
    ];
    let page = admin.fill(form, form, &fields);
    assert_eq!(page.status, 200);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(!page.html.contains("<b>Aminah"), "escaped");
    let half = |page: &Page| page.between("<code id=\"paruh\" class=\"large\">", "<");
    let first = half(&page);
    let list = "/petugas/persetujuan";
    let id = admin
        .get(list)
        .between("<a href=\"/petugas/persetujuan/", "\"");
    let address = format!("{list}/{id}");
    let own = admin.get(&address);
    assert!(!own.html.contains("/setujui"), "not one's own");
    let words = own.between("<p class=\"fingerprint\"><code>", "<");
    let hash = words.replace(' ', "");
    let approve = format!("{address}/setujui");
    let alone = admin.fill(&address, &approve, &[("sidik", &hash)]);
    assert_eq!(alone.status, 409, "nor by hand");
    // Another admin sees the same, and that it waits.
    let (mut second, _) = signed_in(&data, &server, "budi", "admin");
    assert!(second.get("/petugas/pengguna").html.contains(list));
    let seen = second.get(&address);
    assert_eq!(seen.between("<p class=\"fingerprint\"><code>", "<"), words);
    assert!(seen.html.contains("Kepala dinas"));
    let other = second.fill(&address, &approve, &[("sidik", "00")]);
    assert_eq!(other.status, 409, "what they did not see");
    let page = second.fill(&address, &approve, &[("sidik", &hash)]);
    assert_eq!(page.status, 200);
    let one_time = format!("{first}-{}", half(&page));
    Browser::new(&server).first_sign_in("siti", &one_time);
    assert!(admin.get("/petugas/pengguna").html.contains("Kepala dinas"));
    let english = admin.get("/petugas/pengguna?bahasa=en");
    assert!(english.html.contains("Head of office"));
    assert!(!admin.get(&address).html.contains(&one_time), "shown once");
}
