//! Who is not meant to sees nothing: every address of the API and of the pages, tried with everything that names what
//! belongs to one citizen, by another citizen, officers of another office, the holder of another receipt, and nobody.

use crate::client::Client;
use crate::estate::{Estate, at_the_desk, estate, guest};
use crate::routes::{Route, of_api, of_pages};
use crate::support::Answer;
use crate::town::{ELSEWHERE, OFFICE, OWNER, Town};
use serde_json::{Value, json};

/// Values of other parameters, so that every route is reached.
const WORDS: [&str; 10] = [
    "kk", "kk_lama", "ID.3273", "0", "1", "2", "take", "approve", "revoke", "cabut",
];
/// What ends the session of whoever asks, which is their own to do; the crawl would go on as nobody.
const ENDS: [&str; 5] = ["keluar", "sign-out", "akun/sesi", "tutup", "closing"];

/// Says the same of every id, whose phone's it is or nobody's.
const SAYS_NOTHING: &str = "/v1/wallet/{id}/challenge";

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
    if route.method == "get" {
        return (String::new(), client.raw("GET", path, "", b""));
    }
    if let Some(operation) = client.contract.operation(route.method, path) {
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

/// Whether it is an address of the API.
fn described(client: &Client, route: &Route, path: &str) -> bool {
    client.contract.operation(route.method, path).is_some()
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
            let receipt = described(client, route, &path) && sent.contains(&estate.registration);
            let named = ids.iter().any(|id| path.contains(id)) && route.path != SAYS_NOTHING;
            let about_owner = receipt || named;
            assert!(
                !(about_owner && (200..300).contains(&answer.status)),
                "{name} {} {path}: {}",
                route.method,
                answer.status
            );
            assert!(answer.status < 500, "{name} {path}: {}", answer.text());
            let said = said(&answer);
            for needle in estate
                .needles
                .iter()
                .chain(&estate.own_ids)
                .filter(|n| !sent.contains(*n) && !path.contains(*n))
            {
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

/// Addresses that show nothing in this town: a family card needs no visit (tests/appointments has those that do); files
/// of the installable pages are named by their own words, and the same for everybody; nobody proposes anything here
/// (tests/officers/eyes.rs has who sees a proposal).
const NOT_HERE: [&str; 6] = [
    "/v1/applications/{id}/appointment/slots",
    "/v1/proposals/{id}",
    "/dompet/static/{version}/{name}",
    "/pemindai/static/{version}/{name}",
    "/permohonan/{id}/janji",
    "/petugas/persetujuan/{id}",
];
