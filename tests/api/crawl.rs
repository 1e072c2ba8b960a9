//! Who is not meant to sees nothing: every address of the API and of the pages, tried with everything that names what
//! belongs to one citizen, by another citizen, officers of another office, the holder of another receipt, and nobody.

use crate::browser::{Browser, invite};
use crate::client::Client;
use crate::database::{blob, text};
use crate::routes::{Route, of_api, of_pages};
use crate::support::Answer;
use crate::town::{ELSEWHERE, OFFICE, OWNER, Town, cookie};
use serde_json::{Value, json};

/// Values of other parameters, so that every route is reached.
const WORDS: [&str; 10] = [
    "kk", "kk_lama", "ID.3273", "0", "1", "2", "take", "approve", "revoke", "cabut",
];
/// What ends the session of whoever asks, which is their own to do; the crawl would go on as nobody.
const ENDS: [&str; 5] = ["keluar", "sign-out", "akun/sesi", "tutup", "closing"];

/// What belongs to the owner.
struct Estate {
    /// What stands in addresses.
    ids: Vec<String>,
    registration: String,
    /// What nobody else may read.
    needles: Vec<String>,
}

/// Sends a file as the form of the page does.
fn attach(owner: &Client, id: &str) {
    let csrf = &owner
        .headers
        .iter()
        .find(|h| h.0 == "x-csrf-token")
        .unwrap()
        .1;
    let mut body = format!(
        "--grens\r\ncontent-disposition: form-data; name=\"_csrf\"\r\n\r\n{csrf}\r\n--grens\r\n\
         content-disposition: form-data; name=\"berkas\"; filename=\"kk.jpg\"\r\n\r\n"
    )
    .into_bytes();
    body.extend(ikd::demo::applications::paper(7));
    body.extend(b"\r\n--grens--\r\n");
    let path = format!("/permohonan/{id}/lampiran/kk_lama");
    let sent = owner.raw("POST", &path, "multipart/form-data; boundary=grens", &body);
    assert_eq!(sent.status, 303, "{}", sent.text());
}

fn estate(town: &Town) -> Estate {
    let own =
        json!({"kind": "kk", "people": {"relation": "head_of_family", "subject_nik": OWNER[0]}});
    let mut ids = Vec::new();
    let mut registrations = Vec::new();
    for state in ["done", "submitted", "draft"] {
        let begun = town.owner.ok("POST", "/v1/applications", Some(&own));
        let id = begun["application"]["id"].as_str().unwrap().to_string();
        attach(&town.owner, &id);
        let view = town.lead(&id, state);
        registrations.extend(view["registration"].as_str().map(str::to_string));
        ids.extend(view["document"].as_str().map(str::to_string));
        let file = format!(
            "SELECT lower(hex(id)) FROM attachments WHERE application = {}",
            blob(&id)
        );
        ids.push(hyphens(&text(&town.data, &file)));
        ids.push(id);
    }
    ids.push(
        town.owner.read("/v1/session")["id"]
            .as_str()
            .unwrap()
            .to_string(),
    );
    let signer = town.officer("signer").read("/v1/session");
    ids.push(signer["id"].as_str().unwrap().to_string());
    let mut needles: Vec<String> = OWNER.map(str::to_string).into();
    needles.extend(registrations.iter().cloned());
    Estate {
        ids,
        registration: registrations[0].clone(),
        needles,
    }
}

fn hyphens(hex: &str) -> String {
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    parts.join("-")
}

/// An officer of that office who has signed in on the pages.
fn at_the_desk(town: &Town, iss: &str, role: &str) -> Client {
    let login = format!("{role}.{}", &iss[3..]);
    let (_, one_time) = invite(&town.data, iss, &login, role);
    let mut browser = Browser::new(&town.server);
    browser.first_sign_in(&login, &one_time);
    town.nobody.session(&format!("ikd={}", browser.cookie()))
}

/// Whoever holds the receipt of another application.
fn guest(town: &Town) -> Client {
    let body = json!({"kind": "kk", "office": OFFICE});
    let begun = town.nobody.post("/v1/applications", &body);
    assert_eq!(begun.status, 201, "{}", begun.text());
    town.nobody.session(&cookie(&begun))
}

/// The example of a body, about the owner where it names a person or a receipt.
fn about(example: &Value, estate: &Estate) -> Value {
    let mut body = example.clone();
    for (name, value) in [
        ("nik", OWNER[0]),
        ("nomor_kk", OWNER[1]),
        ("registration", &estate.registration),
    ] {
        if body.get(name).is_some() {
            body[name] = json!(value);
        }
    }
    body
}

/// Sends one request; what was sent beside its address, and the answer.
fn request(client: &Client, route: &Route, path: &str, estate: &Estate) -> (String, Answer) {
    let method = route.method.to_uppercase();
    let described = client.contract.operation(route.method, path);
    if route.method == "get" {
        return (String::new(), client.raw("GET", path, "", b""));
    }
    if let Some(operation) = described {
        let body = operation.example().map(|e| about(e, estate).to_string());
        let body = body.unwrap_or_default();
        let kind = if body.is_empty() {
            ""
        } else {
            "application/json"
        };
        return (
            body.clone(),
            client.raw(&method, path, kind, body.as_bytes()),
        );
    }
    let csrf = client.headers.iter().find(|h| h.0 == "x-csrf-token");
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("_csrf", csrf.map_or("", |h| &h.1));
    for name in ["nomor", "registrasi", "cari"] {
        form.append_pair(name, &estate.registration);
    }
    form.append_pair("nik", OWNER[0])
        .append_pair("kode", "000000");
    form.append_pair("jenis", "kk")
        .append_pair("alasan", "uji coba");
    let body = form.finish();
    let answer = client.raw(
        &method,
        path,
        "application/x-www-form-urlencoded",
        body.as_bytes(),
    );
    (body, answer)
}

/// Everything that an answer says.
fn said(answer: &Answer) -> String {
    let headers = answer.headers.iter();
    let lines = headers
        .map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    lines.collect::<String>() + &answer.text()
}

/// Tries every address as that client; how many requests that were.
fn crawl(name: &str, client: &Client, routes: &[Route], estate: &Estate) -> usize {
    let ids: Vec<&str> = estate.ids.iter().map(String::as_str).collect();
    let mut tried = 0;
    for route in routes {
        // Who begins another application as a guest goes on with a session for that one.
        let renews = route.method == "post"
            && (route.path == "/v1/applications" || route.path.starts_with("/ajukan"));
        if ENDS.iter().any(|word| route.path.contains(word)) || (name.contains("guest") && renews) {
            continue;
        }
        for path in route.addresses(&ids, &WORDS) {
            let (sent, answer) = request(client, route, &path, estate);
            let about_owner = ids.iter().any(|id| path.contains(id));
            assert!(
                !(about_owner && (200..300).contains(&answer.status)),
                "{name} {} {path}: {}",
                route.method,
                answer.status
            );
            assert!(answer.status < 500, "{name} {path}: {}", answer.text());
            let said = said(&answer);
            for needle in estate.needles.iter().filter(|n| !sent.contains(*n)) {
                assert!(
                    !said.contains(needle),
                    "{name} {} {path} tells {needle}",
                    route.method
                );
            }
            tried += 1;
        }
    }
    tried
}

#[test]
fn nobody_else_sees_what_belongs_to_a_citizen() {
    let town = Town::new();
    let estate = estate(&town);
    let mut routes = of_api(&town.nobody.contract);
    routes.extend(of_pages());
    let applications = town.owner.read("/v1/applications");
    let others = [
        ("another citizen", town.stranger.clone()),
        ("another guest", guest(&town)),
        (
            "a foreign signer at the desk",
            at_the_desk(&town, ELSEWHERE, "signer"),
        ),
        (
            "a foreign admin at the desk",
            at_the_desk(&town, ELSEWHERE, "admin"),
        ),
        (
            "a foreign operator's program",
            town.foreigner("operator").clone(),
        ),
        (
            "a foreign auditor's program",
            town.foreigner("auditor").clone(),
        ),
    ];
    std::thread::scope(|scope| {
        for (name, client) in &others {
            let (routes, estate) = (&routes, &estate);
            scope.spawn(move || {
                let tried = crawl(name, client, routes, estate);
                assert!(tried > 1000, "{name} tried only {tried}");
                let still = client.get("/v1/session").status;
                assert_eq!(still, 200, "{name} was thrown out on the way");
            });
        }
    });
    crawl("nobody", &town.nobody, &routes, &estate);
    assert_eq!(
        town.owner.read("/v1/applications"),
        applications,
        "and nothing was changed"
    );
    reached(&town, &routes, &estate);
}

/// The same addresses show the owner and the office what they are for; else the refusals above would prove nothing.
fn reached(town: &Town, routes: &[Route], estate: &Estate) {
    let insiders = [
        town.owner.clone(),
        at_the_desk(town, OFFICE, "operator"),
        at_the_desk(town, OFFICE, "admin"),
    ];
    let ids: Vec<&str> = estate.ids.iter().map(String::as_str).collect();
    let mut told = vec![[false; 2]; estate.needles.len()];
    let mut unreached = Vec::new();
    for route in routes.iter().filter(|r| r.method == "get") {
        // An address that only takes a form says so.
        let (mut shown, mut takes) = (false, false);
        for path in route.addresses(&ids, &WORDS) {
            for (n, client) in insiders.iter().enumerate() {
                let answer = client.raw("GET", &path, "", b"");
                shown |= answer.status == 200;
                takes |= answer.status != 405;
                let said = said(&answer);
                for (told, needle) in told.iter_mut().zip(&estate.needles) {
                    told[n.min(1)] |= said.contains(needle);
                }
            }
        }
        if takes && !shown && !route.parameters().is_empty() {
            unreached.push(&route.path);
        }
    }
    assert_eq!(
        unreached, NOT_HERE,
        "nobody reaches these, so they were not tried"
    );
    // The number of their family card the owner has in the QR alone.
    let wanted: Vec<_> = (0..told.len()).map(|n| [n != 1, true]).collect();
    assert_eq!(told, wanted, "who may read it, does");
}

/// Addresses that show nothing in this town.
const NOT_HERE: [&str; 0] = [];
