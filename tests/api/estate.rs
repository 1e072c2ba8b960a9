//! What belongs to one citizen, and who is kept out of it.

use crate::browser::{Browser, invite};
use crate::client::Client;
use crate::database::blob;
use crate::town::{OFFICE, OWNER, Town, cookie};
use serde_json::json;

/// What belongs to the owner.
pub struct Estate {
    /// What stands in addresses.
    pub ids: Vec<String>,
    pub registration: String,
    /// Those of them that nobody else may learn.
    pub own_ids: Vec<String>,
    /// What nobody else may read.
    pub needles: Vec<String>,
}

/// Sends a file as the form of the page does.
pub fn attach(owner: &Client, id: &str, slug: &str) {
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
    let path = format!("/permohonan/{id}/lampiran/{slug}");
    let sent = owner.raw("POST", &path, "multipart/form-data; boundary=grens", &body);
    assert_eq!(sent.status, 303, "{}", sent.text());
}

/// Applications of the owner in three states, with files, a document, and what names it all.
pub fn estate(town: &Town) -> Estate {
    let own =
        json!({"kind": "kk", "people": {"relation": "head_of_family", "subject_nik": OWNER[0]}});
    let mut ids = Vec::new();
    let mut registrations = Vec::new();
    for state in ["done", "submitted", "draft"] {
        let begun = town.owner.ok("POST", "/v1/applications", Some(&own));
        let id = begun["application"]["id"].as_str().unwrap().to_string();
        attach(&town.owner, &id, "kk_lama");
        let view = town.lead(&id, state);
        registrations.extend(view["registration"].as_str().map(str::to_string));
        ids.extend(view["document"].as_str().map(str::to_string));
        let of = format!("attachments WHERE application = {}", blob(&town.data, &id));
        ids.push(hyphens(&town.data.base.ids(&of)[0]));
        ids.push(id);
    }
    ids.push(
        town.owner.read("/v1/session")["id"]
            .as_str()
            .unwrap()
            .to_string(),
    );
    let own_ids = ids.clone();
    let signer = town.officer("signer").read("/v1/session");
    ids.push(signer["id"].as_str().unwrap().to_string());
    let mut needles: Vec<String> = OWNER.map(str::to_string).into();
    needles.extend(registrations.iter().cloned());
    Estate {
        ids,
        own_ids,
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
pub fn at_the_desk(town: &Town, iss: &str, role: &str) -> Client {
    let login = format!("{role}.{}", &iss[3..]);
    let (_, one_time) = invite(&town.data, iss, &login, role);
    let mut browser = Browser::new(&town.server);
    browser.first_sign_in(&login, &one_time);
    town.nobody.session(&format!("ikd={}", browser.cookie()))
}

/// Whoever holds the receipt of another application.
pub fn guest(town: &Town) -> Client {
    let body = json!({"kind": "kk", "office": OFFICE});
    let begun = town.nobody.post("/v1/applications", &body);
    assert_eq!(begun.status, 201, "{}", begun.text());
    town.nobody.session(&cookie(&begun))
}
