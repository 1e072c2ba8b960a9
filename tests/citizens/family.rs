//! Who sees and does what in a family.

use crate::people::*;

fn owners(answer: &crate::support::Answer) -> Vec<(String, String)> {
    let json = answer.json();
    let items = json["items"].as_array().unwrap().clone();
    let line = |i: &serde_json::Value| {
        let owner = i["owner"].as_str().unwrap_or("family").to_string();
        (i["kind"].as_str().unwrap().to_string(), owner)
    };
    items.iter().map(line).collect()
}

#[test]
fn one_login_shows_the_familys_documents_and_no_other_adults() {
    let data = household();
    let out = data.path("qr.png");
    let issue = |nik, kind| {
        let said = data.ok(&["issue", "--nik", nik, "--kind", kind, "--out", &out]);
        said.after("document ")
    };
    issue(FATHER, "ktp");
    let mothers = issue(MOTHER, "ktp");
    issue(FATHER, "kk");
    let server = data.serve();
    let mut father = signed_in(&data, &server, FATHER, "1987-04-12", "budi@contoh.id", 0);
    let family = father.get("/v1/account/family").json();
    let names: Vec<_> = family["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| {
            (
                m["name"].as_str().unwrap(),
                m["you"].as_bool().unwrap(),
                m["you_may_act"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            ("BUDI SANTOSO", true, true),
            ("SITI AMINAH", false, false),
            ("DEWI LESTARI", false, true),
            ("SRI RAHAYU", false, false),
        ]
    );
    let all =
        [("kk", "family"), ("ktp", "BUDI SANTOSO")].map(|(k, o)| (k.to_string(), o.to_string()));
    assert_eq!(owners(&father.get("/v1/account/documents")), all);
    let page = father.get("/akun").text();
    assert_eq!(page.matches("Berlaku</span>").count(), 2, "{page}");
    // Each can be kept as a PDF; those of others, and what is no document at all, are not there.
    let items = father.get("/v1/account/documents").json();
    let items = items["items"].as_array().unwrap().clone();
    for id in items.iter().map(|i| i["id"].as_str().unwrap()) {
        let address = format!("/akun/dokumen/{id}");
        let file = father.get(&address);
        assert_eq!(
            (file.status, file.header("content-type")),
            (200, "application/pdf")
        );
        assert!(file.body.starts_with(b"%PDF-") && page.contains(&address));
        assert_eq!(Browser::new(&server).get(&address).status, 303);
    }
    assert_eq!(father.get(&format!("/akun/dokumen/{mothers}")).status, 404);
    assert_eq!(father.get("/akun/dokumen/1").status, 404);
    let mut grandmother = signed_in(
        &data,
        &server,
        GRANDMOTHER,
        "1955-04-12",
        "sri@contoh.id",
        1,
    );
    let hers = [("kk".to_string(), "family".to_string())];
    assert_eq!(owners(&grandmother.get("/v1/account/documents")), hers);
    assert_eq!(
        grandmother.get(&format!("/akun/dokumen/{mothers}")).status,
        404
    );
}

#[test]
fn a_child_gets_no_account_and_nobody_without_one_gets_in() {
    let data = household();
    let server = data.serve();
    let mut browser = Browser::new(&server);
    let body = claim(CHILD, KK, "2017-04-12", "anak@contoh.id");
    let refused = browser.json("/v1/account/registrations", None, &body);
    assert_eq!(refused.problem(422), ["tanggal_lahir"]);
    for path in ["/v1/account", "/v1/account/family", "/v1/account/documents"] {
        browser.get(path).problem(401);
        browser.cookie = Some("ikd=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into());
        browser.get(path).problem(401);
        browser.cookie = None;
    }
}
