//! Whose files they are: whoever filed the application, and after it was handed in its own office, who only read.

use crate::client::*;
use crate::draft::*;
use crate::people::{self, FATHER, GRANDMOTHER, household};
use crate::pictures::*;
use crate::support::{Data, Server};
use crate::{browser, pdf_files};

/// A draft for an identity card that can be handed in at once.
fn card(client: &Client) -> Draft {
    let draft = Draft::begin(client, "ktp", ("untuk", FATHER), &[]);
    draft.takes("kk", &pdf(pdf_files::clean()));
    draft
}

fn hand_in(draft: &Draft) {
    let page = format!("{}/periksa", draft.path);
    let done = draft.client.fill(&page, &page, &[]);
    assert!([200, 303].contains(&done.status), "{}", told(&done));
    let again = draft.client.get(&page);
    assert_eq!(again.status, 303, "it is no draft any more");
}

/// Somebody without an account, with a draft of their own.
fn guest(server: &Server) -> Client {
    let stranger = Client::new(server, None);
    let form = "application/x-www-form-urlencoded";
    let begun = stranger.send("/ajukan/ktp", form, b"kantor=ID.3273");
    assert_eq!(begun.status, 303, "{}", begun.text());
    let set = begun.header("set-cookie").split(';').next().unwrap();
    Client::new(server, Some(set.to_string()))
}

/// An officer of an office elsewhere.
fn elsewhere(data: &Data, server: &Server, login: &str, role: &str) -> Client {
    let (_, one_time) = browser::invite(data, "ID.3174", login, role);
    let mut browser = browser::Browser::new(server);
    browser.first_sign_in(login, &one_time);
    Client::new(server, Some(format!("ikd={}", browser.cookie())))
}

/// Reading, sending and taking out, by the addresses of applicants: how each is answered.
fn tries(client: &Client, draft: &Draft, file: &str) -> [u16; 3] {
    // Their own token, so that what is refused is the act and not the form.
    let page = client.get("/ajukan/ktp").text();
    let csrf = match page.contains("name=\"_csrf\"") {
        true => people::hidden(&page, "_csrf"),
        false => String::new(),
    };
    let path = format!("{}/lampiran/kk", draft.path);
    let sent = client.upload(&path, &csrf, &jpeg(photo(64, 48)));
    let body = format!("_csrf={csrf}");
    let form = "application/x-www-form-urlencoded";
    let removed = client.send(&format!("{path}/hapus"), form, body.as_bytes());
    let read = client.get(file);
    for answer in [&read, &sent, &removed]
        .into_iter()
        .filter(|a| a.status != 200)
    {
        assert!(!holds(&answer.body, b"%PDF") && !holds(&answer.body, b"BUDI"));
    }
    [read.status, sent.status, removed.status]
}

#[test]
fn what_somebody_else_attached_is_not_there_for_anybody() {
    let data = household();
    data.ok(&[
        "office", "add", "--iss", "ID.3174", "--name", "Lain", "--region", "3174",
    ]);
    let server = data.serve();
    let father = Client::citizen(&data, &server);
    let other = people::signed_in(
        &data,
        &server,
        GRANDMOTHER,
        "1955-04-12",
        "sri@contoh.id",
        1,
    );
    let grandmother = Client::new(&server, other.cookie);
    let strangers = [
        ("a relative", grandmother),
        ("a guest", guest(&server)),
        ("nobody", Client::new(&server, None)),
        (
            "an operator",
            Client::officer(&data, &server, "rina", "operator"),
        ),
        (
            "an auditor",
            Client::officer(&data, &server, "agus", "auditor"),
        ),
        (
            "an operator elsewhere",
            elsewhere(&data, &server, "tono", "operator"),
        ),
        (
            "an auditor elsewhere",
            elsewhere(&data, &server, "wati", "auditor"),
        ),
    ];
    let draft = card(&father);
    let file = draft.shown("kk").unwrap();
    let before = draft.all();
    for (who, client) in &strangers {
        assert_eq!(tries(client, &draft, &file), [404; 3], "{who}");
        let at_the_desk = client.get(&format!("/petugas{file}"));
        let to_sign_in = at_the_desk.header("location").starts_with("/petugas/masuk");
        assert!(
            at_the_desk.status == 404 || to_sign_in,
            "{who}: {}",
            at_the_desk.status
        );
    }
    assert_eq!(draft.all(), before, "nothing changed");
    // A file of one's own does not open another's, nor another application the file.
    let second = Draft::begin(&father, "kk", ("untuk", FATHER), &[]);
    let id = file.rsplit('/').next().unwrap();
    let crossed = father.get(&format!("{}/berkas/{id}", second.path));
    assert_eq!(crossed.status, 404);
    for wrong in [
        "x",
        "00000000-0000-0000-0000-000000000000",
        "..%2f..%2fikd.db",
    ] {
        assert_eq!(
            father.get(&format!("{}/berkas/{wrong}", draft.path)).status,
            404
        );
    }
    let unknown = draft.upload("no-such-paper", &jpeg(photo(64, 48)));
    assert_eq!(unknown.status, 404);
}

#[test]
fn the_office_reads_what_was_handed_in_and_changes_nothing() {
    let data = household();
    data.ok(&[
        "office", "add", "--iss", "ID.3174", "--name", "Lain", "--region", "3174",
    ]);
    let server = data.serve();
    let father = Client::citizen(&data, &server);
    let draft = card(&father);
    let file = draft.shown("kk").unwrap();
    hand_in(&draft);
    for role in ["auditor", "verifier", "signer"] {
        let officer = Client::officer(&data, &server, role, role);
        let read = officer.get(&format!("/petugas{file}"));
        assert_eq!(read.status, 200, "{role}");
        assert!(read.body == pdf_files::clean(), "{role}");
        assert!(read.header("content-security-policy").contains("sandbox"));
        assert!(read.header("cache-control").contains("no-store"));
        assert_eq!(tries(&officer, &draft, &file), [404; 3], "{role}");
    }
    // An operator sees it, but what they may never do is forbidden and not hidden.
    let operator = Client::officer(&data, &server, "rina", "operator");
    assert_eq!(operator.get(&format!("/petugas{file}")).status, 200);
    let acts = &tries(&operator, &draft, &file)[1..];
    assert_eq!(acts, [403, 403]);
    for (login, role) in [
        ("tono", "operator"),
        ("wati", "auditor"),
        ("dedi", "signer"),
    ] {
        let officer = elsewhere(&data, &server, login, role);
        assert_eq!(
            officer.get(&format!("/petugas{file}")).status,
            404,
            "{role}"
        );
        assert_eq!(tries(&officer, &draft, &file), [404; 3], "{role}");
    }
    let admin = Client::officer(&data, &server, "sari", "admin");
    assert_eq!(admin.get(&format!("/petugas{file}")).status, 404);
    // The citizen may still look, but no longer change.
    assert!(father.get(&file).body == pdf_files::clean());
    let sent = draft.upload("kk", &jpeg(photo(64, 48)));
    assert_eq!(sent.status, 409, "{}", sent.text());
    assert!(father.get(&file).body == pdf_files::clean());
}

#[test]
fn a_form_without_the_sessions_token_attaches_nothing() {
    let data = household();
    let server = data.serve();
    let father = Client::citizen(&data, &server);
    let draft = card(&father);
    let before = draft.all();
    let path = format!("{}/lampiran/kk", draft.path);
    let strange = Client::officer(&data, &server, "rina", "operator").csrf();
    for token in ["", "x", &strange] {
        let answer = father.upload(&path, token, &jpeg(photo(64, 48)));
        assert_eq!(answer.status, 403, "{token}");
        assert!(answer.header("content-type").starts_with("text/html"));
    }
    assert_eq!(draft.all(), before);
}
