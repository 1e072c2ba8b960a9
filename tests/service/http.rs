//! The HTTP service, address by address.

use crate::support::*;
use serde_json::json;

#[test]
fn issue_read_picture_change() {
    let data = Data::with_people(2);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let document = server.issue(&token, 1);
    let path = format!("/v1/documents/{}", document["id"].as_str().unwrap());
    assert_eq!(server.get_as(&token, &path).json(), document);
    let text = document["qr"]["text"].as_str().unwrap();
    assert_eq!(verdict(text, &data.bundle()), "valid");

    let png = server.get_as(&token, &format!("{path}/qr.png"));
    assert_eq!((png.status, png.header("content-type")), (200, "image/png"));
    assert!(png.body.starts_with(b"\x89PNG"));
    let bigger = server.get_as(&token, &format!("{path}/qr.png?scale=16"));
    assert!(bigger.body.len() > png.body.len());
    let bearer = format!("Bearer {token}");
    let negotiated = |accept: &str| {
        server.get_with(
            &format!("{path}/qr"),
            &[("authorization", &bearer), ("accept", accept)],
        )
    };
    assert_eq!(
        negotiated("image/svg+xml").header("content-type"),
        "image/svg+xml"
    );
    assert_eq!(negotiated("image/*").body, png.body);
    negotiated("text/html").problem(406);

    let again = format!(r#"{{"nik":"{}","kind":"ktp"}}"#, nik(1));
    server.post(&token, "/v1/documents", &again).problem(409);
    let replaced = server.post(
        &token,
        "/v1/documents",
        &again.replace('}', r#","supersede":true}"#),
    );
    assert_eq!(replaced.status, 201);
    assert_eq!(replaced.json()["superseded"], document["id"]);
    assert_eq!(
        replaced.header("location"),
        format!(
            "/v1/documents/{}",
            replaced.json()["document"]["id"].as_str().unwrap()
        )
    );
    assert_eq!(server.get_as(&token, &path).json()["state"], "superseded");
    assert_eq!(
        verdict(text, &data.read_bundle(&server.get("/bundle").body)),
        "superseded"
    );
    server
        .post(&token, &format!("{path}/suspend"), r#"{"reason":"x"}"#)
        .problem(409);
}

#[test]
fn revoking_shows_in_the_public_list_at_once() {
    let data = Data::with_people(1);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let document = server.issue(&token, 1);
    let text = document["qr"]["text"].as_str().unwrap();
    let uri = document["status"]["uri"].as_str().unwrap();
    assert_eq!(uri, "ikd:3273/0");
    let list = server.get("/status/ID.3273/0");
    assert_eq!(list.header("content-type"), "application/statuslist+cwt");
    assert_eq!(list.header("cache-control"), "public, max-age=3600");
    let tag = list.header("etag").to_string();
    assert!(tag.starts_with('"'), "a strong validator: {tag}");
    let same = server.get_with(
        "/status/ID.3273/0",
        &[("if-none-match", &format!("\"other\", {tag}"))],
    );
    assert_eq!((same.status, same.body.len()), (304, 0));
    assert_eq!(same.header("etag"), tag);

    let path = format!("/v1/documents/{}/revoke", document["id"].as_str().unwrap());
    assert_eq!(
        server.post(&token, &path, r#"{"reason":"lost"}"#).json()["state"],
        "revoked"
    );
    let newer = server.get_with("/status/ID.3273/0", &[("if-none-match", &tag)]);
    assert_eq!(newer.status, 200);
    assert_ne!(newer.header("etag"), tag);
    let root = server.get("/trust/root").json();
    assert_eq!(root["root"], ikd_verifier::words::hex(&data.root()));
    let fingerprint = root["fingerprint"].as_str().unwrap();
    assert_eq!(fingerprint[..16], *root["kid"].as_str().unwrap());
    let trust =
        credential::trust_list::TrustList::verify(&server.get("/trust-list").body, &data.root())
            .unwrap();
    let mut lists = credential::status_source::StatusLists::default();
    lists.add(&newer.body, &trust).unwrap();
    let now = document["issued_at"].as_i64().unwrap() + 5;
    let judged = credential::verify(text, &trust, &lists, now, &credential::Policy::default());
    assert_eq!(judged.reason().code(), "revoked");
    assert_eq!(
        verdict(text, &data.read_bundle(&server.get("/bundle").body)),
        "revoked"
    );
}

#[test]
fn a_change_by_another_process_is_served() {
    let data = Data::with_people(1);
    let server = data.serve();
    let id = data.issue(1, "ktp");
    let before = server.get("/bundle");
    assert_eq!(
        server.get("/bundle").header("etag"),
        before.header("etag"),
        "unchanged is the same bundle"
    );
    data.ok(&["revoke", &id, "--reason", "lost"]);
    // What is in memory is compared with the database every half second, and the first to come may be before it is made.
    let served = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        let now = server.get("/bundle");
        now.status == 200 && now.header("etag") != before.header("etag")
    });
    assert!(served);
}

#[test]
fn bad_input_names_its_field() {
    let data = Data::with_people(1);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let id = server.issue(&token, 1)["id"].as_str().unwrap().to_string();
    let documents = "/v1/documents";
    let post = |path: &str, body: &str| server.post(&token, path, body);
    for (body, fields) in [
        ("{}", &["nik", "kind"][..]),
        (r#"{"nik":"3273","kind":"sim"}"#, &["nik", "kind"]),
        (r#"{"nik":3273015204870003,"kind":"ktp"}"#, &["nik"]),
        (
            &format!(r#"{{"nik":"{}","kind":"ktp","supersede":"yes"}}"#, nik(1)),
            &["supersede"],
        ),
        (
            &format!(r#"{{"nik":"{}","kind":"ktp","face":"%%"}}"#, nik(1)),
            &["face"],
        ),
        (
            &format!(r#"{{"nik":"{}","kind":"ktp","face":"AAAA"}}"#, nik(1)),
            &["face"],
        ),
        (
            &format!(r#"{{"nik":"{}","kind":"ktp","n1k":"x"}}"#, nik(1)),
            &["n?k"],
        ),
        (
            &format!(r#"{{"nik":"{}","kind":"ktp"}}"#, nik(77)),
            &["nik"],
        ),
    ] {
        assert_eq!(post(documents, body).problem(422), fields, "{body}");
    }
    for body in ["", "[]", "{", "nonsense"] {
        post(documents, body).problem(400);
    }
    post(documents, &format!(r#"{{"nik":"{}"}}"#, "1".repeat(70_000))).problem(413);
    for action in ["revoke", "suspend", "reinstate", "supersede"] {
        let path = format!("{documents}/{id}/{action}");
        assert_eq!(post(&path, "{}").problem(422), ["reason"]);
        assert_eq!(post(&path, r#"{"reason":" "}"#).problem(422), ["reason"]);
        assert_eq!(
            post(&path, &format!(r#"{{"reason":"{}"}}"#, "x".repeat(201))).problem(422),
            ["reason"]
        );
        assert_eq!(
            post(&format!("{documents}/123/{action}"), r#"{"reason":"x"}"#).problem(422),
            ["id"]
        );
        let unknown = "019a0000-0000-7000-8000-000000000000";
        post(
            &format!("{documents}/{unknown}/{action}"),
            r#"{"reason":"x"}"#,
        )
        .problem(404);
    }
    let supersede = format!("{documents}/{id}/supersede");
    assert_eq!(
        post(&supersede, r#"{"reason":"x","by":"y"}"#).problem(422),
        ["by"]
    );
    assert_eq!(
        post(&supersede, &format!(r#"{{"reason":"x","by":"{id}"}}"#)).problem(422),
        ["by"]
    );
    assert_eq!(
        post("/v1/documents/search", r#"{"nik":"1"}"#).problem(422),
        ["nik", "kind"]
    );
    let get = |path: &str| server.get_as(&token, path);
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("cursor=x", "cursor"),
        ("kind=sim", "kind"),
        ("state=gone", "state"),
        ("what=1", "what"),
        ("kind=kk&kind=ktp", "kind"),
    ] {
        assert_eq!(get(&format!("{documents}?{query}")).problem(422), [field]);
    }
    assert_eq!(
        get(&format!("{documents}/{id}/qr.png?scale=33")).problem(422),
        ["scale"]
    );
    assert_eq!(get(&format!("{documents}/{}", nik(1))).problem(422), ["id"]);
    get("/nothing").problem(404);
    get("/status/ID.3273/9").problem(404);
    get("/status/x/y").problem(404);
    post("/bundle", "{}").problem(405);
}

#[test]
fn only_officers_and_only_within_their_role() {
    let data = Data::with_people(1);
    let server = data.serve();
    let signer = data.officer("ID.3273", "signer");
    let auditor = data.officer("ID.3273", "auditor");
    let id = server.issue(&signer, 1)["id"].as_str().unwrap().to_string();
    let path = format!("/v1/documents/{id}");
    assert_eq!(server.get_as(&auditor, &path).status, 200);
    server
        .post(&auditor, &format!("{path}/revoke"), r#"{"reason":"x"}"#)
        .problem(403);
    server
        .post(
            &auditor,
            "/v1/documents",
            &format!(r#"{{"nik":"{}","kind":"kk"}}"#, nik(1)),
        )
        .problem(403);
    let mut other = signer.clone().into_bytes();
    let last = other.len() - 2;
    other[last] = if other[last] == b'A' { b'B' } else { b'A' };
    let other = String::from_utf8(other).unwrap();
    for token in ["", "x", "ikd_", &signer[..20], &other] {
        let answer = server.get_as(token, &path);
        answer.problem(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    server.get(&path).problem(401);
    let officer = data.ok(&["officer", "list"]);
    let officer = officer
        .out
        .lines()
        .find(|l| l.contains("signer"))
        .unwrap()
        .split(' ')
        .next()
        .unwrap();
    data.ok(&["officer", "revoke", officer]);
    server.get_as(&signer, &path).problem(401);
}

#[test]
fn pages_follow_one_another() {
    let data = Data::with_people(7);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let mut issued: Vec<String> = (1..=7)
        .map(|n| server.issue(&token, n)["id"].as_str().unwrap().to_string())
        .collect();
    issued.reverse();
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = server
            .get_as(&token, &format!("/v1/documents?limit=3{cursor}"))
            .json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        seen.extend(items.iter().map(|d| d["id"].as_str().unwrap().to_string()));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, issued);
    server.post(
        &token,
        &format!("/v1/documents/{}/revoke", issued[0]),
        r#"{"reason":"x"}"#,
    );
    let revoked = server
        .get_as(&token, "/v1/documents?state=revoked&kind=ktp")
        .json();
    assert_eq!(revoked["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        server.get_as(&token, "/v1/documents?kind=kk").json()["items"],
        json!([])
    );
}

#[test]
fn probes_metrics_and_description() {
    let data = Data::with_people(1);
    let server = data.serve();
    assert_eq!(server.get("/healthz").text(), "ok\n");
    assert_eq!(server.get("/readyz").json()["status"], "ready");
    assert_eq!(server.get("/readyz/instance").status, 200);
    let token = data.officer("ID.3273", "signer");
    let id = server.issue(&token, 1)["id"].as_str().unwrap().to_string();
    server.get_as(&token, &format!("/v1/documents/{id}"));
    let metrics = server.get("/metrics").text();
    assert!(
        metrics.contains(
            r#"ikd_http_requests_total{method="GET",route="/v1/documents/{id}",class="2xx"} 1"#
        ),
        "{metrics}"
    );
    assert!(
        metrics.contains("ikd_http_request_seconds_bucket") && !metrics.contains(&id),
        "{metrics}"
    );
    let api = server.get("/openapi.json").json();
    for path in [
        "/v1/documents",
        "/v1/documents/{id}/revoke",
        "/status/{iss}/{shard}",
        "/bundle",
        "/readyz",
    ] {
        assert!(api["paths"][path].is_object(), "{path}");
    }
    assert_eq!(
        api["paths"]["/v1/documents"]["post"]["security"],
        json!([{"bearer": []}, {"session": []}])
    );
    let docs = server.get("/docs");
    assert!(
        docs.text().contains("openapi.json") && !docs.text().contains("://"),
        "no outside address"
    );
    for header in [
        "x-content-type-options",
        "content-security-policy",
        "x-request-id",
        "referrer-policy",
    ] {
        assert_ne!(docs.header(header), "", "{header}");
    }
    let jwks = server.get("/.well-known/jwks.json").json();
    assert_eq!(jwks["keys"][0]["crv"], "Ed25519");
    let keys = data.dir.path().join("data/keys");
    std::fs::rename(&keys, data.dir.path().join("elsewhere")).unwrap();
    drop(server);
    let server = data.serve();
    let ready = server.get("/readyz");
    assert_eq!(
        (ready.status, &ready.json()["failing"]),
        (503, &json!(["keys"]))
    );
    assert_eq!(server.get("/readyz/instance").status, 503);
}
