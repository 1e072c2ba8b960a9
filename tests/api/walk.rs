//! The whole life of an application by the API alone.

use crate::client::Client;
use crate::support::verdict;
use crate::town::{OWNER, STRANGER, Town};
use serde_json::{Value, json};

fn words(list: &Value) -> Vec<&str> {
    let items = list.as_array().unwrap().iter();
    items.map(|word| word.as_str().unwrap()).collect()
}

/// The fields that an application still lacks.
fn missing(view: &Value) -> Vec<&str> {
    let items = view["missing"].as_array().unwrap().iter();
    items
        .map(|fault| fault["field"].as_str().unwrap())
        .collect()
}

/// Begins, answers and hands in; the id and the number on the receipt.
fn hand_in(owner: &Client) -> (String, String) {
    let kind = owner.read("/v1/kinds/kk");
    assert!(
        words(&kind["applicants"]).contains(&"head_of_family"),
        "{kind}"
    );
    let begun = owner.post("/v1/applications", &json!({"kind": "kk"}));
    assert_eq!(begun.status, 201, "{}", begun.text());
    let view = begun.json()["application"].clone();
    let id = view["id"].as_str().unwrap().to_string();
    let address = format!("/v1/applications/{id}");
    assert_eq!(begun.header("location"), address);
    assert_eq!(
        (&view["state"], &view["office"]),
        (&json!("draft"), &json!("ID.3273"))
    );
    assert_eq!(
        view["people"]["applicant_nik"], OWNER[0],
        "the account's holder applies"
    );
    assert_eq!(missing(&view), ["subject_nik", "relation"]);
    let refused = owner.send("POST", &format!("{address}/submit"), None);
    assert_eq!(refused.problem(422), ["subject_nik", "relation"]);

    let answers = format!("{address}/answers");
    let change = json!({"version": 1, "people": {"relation": "head_of_family", "subject_nik": OWNER[0],
        "applicant_nik": STRANGER[0], "applicant_name": STRANGER[2]}});
    let saved = owner.ok("PUT", &answers, Some(&change));
    assert_eq!(
        saved["people"]["applicant_nik"], OWNER[0],
        "whatever is sent"
    );
    assert_eq!((&saved["version"], missing(&saved)), (&json!(2), vec![]));
    owner.send("PUT", &answers, Some(&change)).problem(409);
    let unasked = json!({"version": 2, "answers": {"rahasia": "x"}});
    assert_eq!(
        owner.send("PUT", &answers, Some(&unasked)).problem(422),
        ["answers"]
    );

    let handed = owner.step(&id, "submit", None);
    assert_eq!(handed["application"]["state"], "submitted");
    assert_eq!(handed["application"]["due"]["state"], "running");
    assert_eq!(handed["code"].as_str().unwrap().len(), 6);
    let number = handed["registration"].as_str().unwrap().to_string();
    // The receipt lets whoever holds it in, without the account.
    let receipt = json!({"registration": number, "code": handed["code"]});
    let guest = owner.anonymous().post("/v1/guest-sessions", &receipt);
    assert_eq!(
        (guest.status, &guest.json()["application"]),
        (201, &json!(id))
    );
    (id, number)
}

#[test]
fn a_family_card_from_the_first_answer_to_the_paper_in_the_hand() {
    let town = Town::new();
    let (owner, office) = (&town.owner, |role: &str| town.officer(role));
    let (id, number) = hand_in(owner);
    let address = format!("/v1/applications/{id}");

    // The operator finds it in the queue and by its number, takes it and asks.
    let queue = office("operator").read("/v1/queue");
    assert_eq!(queue["items"][0]["id"], json!(id));
    let typed = json!({"registration": number.replace('-', "").to_lowercase()});
    let found = office("operator").ok("POST", "/v1/applications/find", Some(&typed));
    assert_eq!(found["id"], json!(id));
    let taken = office("operator").step(&id, "take", None);
    assert_eq!(taken["state"], "under_verification");
    assert_eq!(taken["register"]["subject"]["nama"], OWNER[2]);
    let note = json!({"note": "Nomor telepon belum diisi."});
    office("operator").step(&id, "ask-correction", Some(&note));

    // The citizen reads why, mends it, and gives it back under the old number.
    let view = owner.read(&address);
    assert_eq!(
        (&view["state"], &view["note"]),
        (&json!("needs_correction"), &note["note"])
    );
    assert_eq!(view["due"]["state"], "paused");
    assert!(view.get("officers").is_none() && view.get("register").is_none());
    let change = json!({"version": view["version"], "people": {"phone": "081234567890"}});
    owner.ok("PUT", &format!("{address}/answers"), Some(&change));
    let again = owner.step(&id, "submit", None);
    assert_eq!(
        (&again["registration"], again.get("code")),
        (&json!(number), None)
    );
    assert_eq!(again["application"]["due"]["state"], "running");

    // The verifier sees what would be signed, and passes it on.
    office("verifier").step(&id, "take", None);
    let preview = office("verifier").read(&format!("{address}/preview"));
    let rows = preview["rows"].as_array().unwrap();
    assert!(rows.iter().any(|r| r["text"] == OWNER[2]), "{preview}");
    owner.get(&format!("{address}/preview")).problem(403);
    let passed = office("verifier").step(&id, "pass", None);
    assert_eq!(passed["state"], "in_process");

    // The head of the office approves: the document is there, and green at a verifier without a network.
    owner.get(&format!("{address}/document")).problem(404);
    let issued = office("signer").step(&id, "approve", None);
    let document = owner.read(&format!("{address}/document"));
    assert_eq!(document["id"], issued["document"]["id"]);
    let text = document["qr"]["text"]
        .as_str()
        .unwrap_or_else(|| panic!("{document}"));
    let bundle = town.data.bundle();
    assert_eq!(verdict(text, &bundle), "valid");
    assert_eq!(
        scanned(&owner.get(&format!("{address}/document/qr.png")).body),
        text
    );
    let svg = owner.get(&format!("{address}/document/qr.svg"));
    assert_eq!(svg.header("content-type"), "image/svg+xml");
    let held = owner.read("/v1/account/documents");
    assert_eq!(held["items"][0]["id"], document["id"]);

    // It is handed over, and nothing more can be done.
    let handing =
        json!({"how": "collected", "originals_checked": true, "old_card_withdrawn": false});
    let view = office("operator").step(&id, "hand-over", Some(&handing));
    assert_eq!(
        (&view["state"], &view["handover"]),
        (&json!("handed_over"), &handing)
    );
    office("operator")
        .send("POST", &format!("{address}/hand-over"), Some(&handing))
        .problem(409);
    let view = owner.read(&address);
    assert_eq!(view["acts"], json!(["view"]));
    let line = |e: &Value| {
        let part = |name: &str| e[name].as_str().unwrap().to_string();
        (part("act"), part("by"), part("state"))
    };
    let timeline: Vec<_> = view["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(line)
        .collect();
    let wanted = [
        ("edit", "applicant", "draft"),
        ("submit", "applicant", "submitted"),
        ("take", "office", "under_verification"),
        ("ask-correction", "office", "needs_correction"),
        ("edit", "applicant", "needs_correction"),
        ("submit", "applicant", "submitted"),
        ("take", "office", "under_verification"),
        ("pass", "office", "in_process"),
        ("approve", "office", "done"),
        ("hand-over", "office", "handed_over"),
    ];
    assert_eq!(
        timeline,
        wanted.map(|(a, b, s)| (a.into(), b.into(), s.into()))
    );
}

/// The text of a QR on a picture.
fn scanned(png: &[u8]) -> String {
    let picture = image::load_from_memory(png).unwrap().to_luma8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut sheet = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        picture.get_pixel(x as u32, y as u32).0[0]
    });
    let grids = sheet.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}
