//! Canaries: a person whose every value stands nowhere else in the world, led through the pages, the API, the counter, a
//! phone, letters and every sort of bad request. None of it is found afterwards where nobody would look for personal
//! data: log, metrics, errors, addresses, lists, the trail, names of files, temporary files, metadata of pictures.

use crate::canary::{Canary, Net};
use crate::client::Client;
use crate::estate::at_the_desk;
use crate::kenari::*;
use crate::people::mail;
use crate::routes::{Route, of_api, of_pages};
use crate::support::Answer;
use crate::town::{OFFICE, Town};
use serde_json::json;

/// Tables that hold what the register says, in clear (docs/SECURITY.md).
const CLEAR: [&str; 2] = ["persons", "documents"];

/// Bodies about the person: as the description has it, of wrong types, and no JSON at all.
fn bodies(
    client: &Client,
    route: &Route,
    path: &str,
    registration: &str,
) -> Vec<(&'static str, String)> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    let csrf = client.headers.iter().find(|h| h.0 == "x-csrf-token");
    form.append_pair("_csrf", csrf.map_or("", |h| &h.1));
    for (name, value) in [
        ("nik", NIK),
        ("nomor_kk", KK),
        ("nama", NAME),
        ("kontak", MAILBOX),
        ("alasan", NOTE),
        ("catatan", NOTE),
        ("cari", NAME),
        ("nomor", registration),
        ("registrasi", registration),
        ("kode", "000000"),
        ("tanggal_lahir", BORN),
        ("lanjut", ADDRESS),
        (NAME, NIK),
    ] {
        form.append_pair(name, value);
    }
    let form = ("application/x-www-form-urlencoded", form.finish());
    let Some(operation) = client.contract.operation(route.method, path) else {
        return vec![form];
    };
    let mut about = operation.example().cloned().unwrap_or_else(|| json!({}));
    for (name, value) in [
        ("nik", NIK),
        ("nomor_kk", KK),
        ("reason", NOTE),
        ("note", NOTE),
        ("contact", MAILBOX),
        ("registration", registration),
        ("tanggal_lahir", BORN),
    ] {
        if about.get(name).is_some() {
            about[name] = json!(value);
        }
    }
    let wrong = json!({"nik": [NIK], "note": {NAME: ADDRESS}, NAME: NIK, "contact": 1, "kind": NAME,
        "answers": {NAME: ADDRESS}, "text": NIK, "nomor": NAME});
    let json = "application/json";
    vec![
        (json, about.to_string()),
        (json, wrong.to_string()),
        (json, format!("{{\"nik\": {NIK}, {NAME} {ADDRESS}")),
        form,
    ]
}

/// Everything that an address takes, good and bad, by one client; how many requests that were.
fn try_all(net: &Net, client: &Client, routes: &[Route], life: &Life) -> usize {
    const ENDS: [&str; 4] = ["keluar", "sign-out", "akun/sesi", "clos"];
    let mut ids: Vec<&str> = life.ids.iter().map(String::as_str).collect();
    ids.truncate(1);
    ids.insert(0, NIK);
    let query = format!("?cursor={NIK}&cari=KENARI+RAHASIA+PUTRI&status={KK}&lanjut=/akun/{NIK}");
    let mut tried = 0;
    for route in routes
        .iter()
        .filter(|r| !ENDS.iter().any(|word| r.path.contains(word)))
    {
        for path in route
            .addresses(&ids, &["kk_lama", "kk"])
            .into_iter()
            .take(2)
        {
            let method = route.method.to_uppercase();
            let answers: Vec<(bool, Answer)> = match route.method {
                "get" => ["", &query]
                    .map(|end| {
                        let answer = client.raw("GET", &format!("{path}{end}"), "", b"");
                        (!end.is_empty() || path.contains(NIK), answer)
                    })
                    .into(),
                _ => bodies(client, route, &path, &life.registration)
                    .iter()
                    .map(|(kind, body)| {
                        let answer = client.raw(&method, &path, kind, body.as_bytes());
                        (path.contains(NIK), answer)
                    })
                    .collect(),
            };
            for (own, answer) in answers {
                net.answer(&format!("{method} {}", route.path), own, &answer);
                tried += 1;
            }
        }
    }
    tried
}

/// Headers about the person, which nothing asks for.
fn odd_headers(net: &Net, client: &Client) {
    for (name, value) in [
        ("x-request-id", NIK),
        ("idempotency-key", NIK),
        ("user-agent", NAME),
        ("referer", ADDRESS),
        ("cookie", "ikd=KENARI RAHASIA PUTRI"),
        ("authorization", "Bearer 3273014907880421"),
        ("accept-language", NIK),
        ("x-forwarded-for", NIK),
        ("content-type", NAME),
        ("traceparent", NIK),
    ] {
        let client = client.anonymous().with(name, value);
        for path in ["/", "/v1/session", "/v1/documents", "/akun", "/tidak/ada"] {
            net.answer(name, false, &client.raw("GET", path, "", b""));
        }
        net.answer(
            name,
            false,
            &client.raw("POST", "/v1/guest-sessions", "", NIK.as_bytes()),
        );
    }
}

#[test]
fn a_person_is_found_nowhere_but_where_they_belong() {
    let mut town = Town::new();
    let temporary = town.data.path("temporary");
    std::fs::create_dir(&temporary).unwrap();
    town.data.environment.push(("TMPDIR", temporary));
    town.restart();
    let said = import(&town);
    town.owner = account(&town);
    let life = life(&mut town);
    let face = portrait();
    let sealed = face.len() / 2;
    let mut canaries = vec![
        Canary::new("the NIK", NIK),
        Canary::new("the number of the family card", KK),
        Canary::new("the name", NAME),
        Canary::new("the address", ADDRESS),
        Canary::new("the place of birth", BIRTHPLACE),
        Canary::new("the day of birth", BORN),
        Canary::new("the mother", MOTHER),
        Canary::new("the mailbox", MAILBOX),
        Canary::new("the phone number", PHONE),
        Canary::new("the address of the parcel", PARCEL),
        Canary::new("the child", CHILD),
        Canary::new("the officer's words", NOTE),
        Canary::new("what a picture hides", IN_PICTURE),
        Canary::new("the name of a file", FILE),
        Canary::bytes("the face", &face[sealed..sealed + 24]),
    ];
    let net = Net::new(canaries.clone());
    net.text("what the import said", &said);

    let mut routes = of_api(&town.nobody.contract);
    routes.extend(of_pages());
    let clients = [
        town.owner.clone(),
        at_the_desk(&town, OFFICE, "operator"),
        town.nobody.token(&life.signer),
        town.nobody.anonymous(),
    ];
    // The drawings and pages of what is in force.
    for id in &life.ids {
        for end in ["qr.png", "qr.svg", "qr"] {
            let path = format!("/v1/documents/{id}/{end}");
            net.answer(end, false, &town.server.get_as(&life.operator, &path));
        }
        for end in [
            "document.pdf",
            "receipt.pdf",
            "document/qr.png",
            "document/qr.svg",
        ] {
            let path = format!("/v1/applications/{id}/{end}");
            net.answer(end, false, &town.owner.raw("GET", &path, "", b""));
        }
    }
    let tried: usize = std::thread::scope(|scope| {
        let all = clients.iter().map(|client| {
            let (net, routes, life) = (&net, &routes, &life);
            scope.spawn(move || try_all(net, client, routes, life))
        });
        all.collect::<Vec<_>>()
            .into_iter()
            .map(|t| t.join().unwrap())
            .sum()
    });
    assert!(tried > 1500, "tried only {tried}");
    odd_headers(&net, &town.nobody);

    net.text("/metrics", &town.server.get("/metrics").text());
    for path in [
        "/bundle",
        "/trust-list",
        "/log/checkpoint",
        "/log/tile/0/000",
        "/openapi.json",
    ] {
        net.raw(path, &town.server.get(path).body);
    }
    let published = town.data.path("published");
    town.data.ok(&["publish", "--to", &published]);
    town.data.ok(&["audit", "verify"]);
    net.process(town.server.child.id());
    town.server.signal("TERM");
    town.server.child.wait().unwrap();

    // Sessions, codes and what a phone shows are nobody's to read in a log either.
    canaries.extend(life.secrets.iter().map(|s| Canary::new("a secret", s)));
    let log = town.server.log();
    assert!(
        ["TRACE", "DEBUG"].iter().any(|l| log.contains(l)),
        "the log says all it can"
    );
    assert!(log.contains("/v1/applications/{id}"));
    Net::new(canaries).text("the log", &log);
    net.folder(&town.data.file("published"), &[]);
    net.folder(&town.data.file("temporary"), &[]);
    // Letters go to a mailbox, which is in them; the register's tables are looked at below.
    net.folder(&town.data.file("data"), &["mail", "ikd.db"]);
    let letters = mail_so_far(&town);
    // Without a public address they lead to where the service listens.
    let link = format!("{}/status", town.server.base);
    assert!(letters.iter().any(|l| l.contains(&link)), "{link}");
    for letter in letters {
        let body = letter.split_once("\n\n").map_or("", |(_, body)| body);
        let not_in_letters = Net::new(
            [NIK, KK, ADDRESS, BORN, PHONE, PARCEL, MOTHER]
                .map(|t| Canary::new("a letter", t))
                .into(),
        );
        not_in_letters.text("a letter", body);
    }
    let tables = town.data.base.texts(town.data.base.words(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        "SELECT CAST(tablename AS TEXT) FROM pg_catalog.pg_tables WHERE schemaname = 'public'",
    ));
    let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
    let rest: Vec<&str> = tables
        .iter()
        .copied()
        .filter(|t| !CLEAR.contains(t))
        .collect();
    assert!(rest.len() + CLEAR.len() == tables.len() && rest.len() > 40);
    for (column, held) in town.data.base.cells(&rest) {
        // A reason that an officer gives stands with the document; nowhere else.
        net.raw(&column, &held);
    }
    // The canaries are there at all: else their absence would prove nothing.
    let register = town.data.base.cells(&CLEAR);
    for text in [NAME, ADDRESS, NOTE] {
        let net = Net::new(vec![Canary::new("the register", text)]);
        assert!(
            register.iter().any(|(_, held)| net.catches(held)),
            "{text} is in the register"
        );
    }
}

fn mail_so_far(town: &Town) -> Vec<String> {
    let folder = std::fs::read_dir(town.data.file("data/mail")).unwrap();
    let count = folder
        .filter(|f| {
            f.as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|e| e == "eml")
        })
        .count();
    mail(&town.data, count)
}
