//! Attachments that come in parts, over a real socket: they go on where they stopped, whatever failed in between.

#[path = "../officers/browser.rs"]
#[allow(dead_code, reason = "shared with tests/officers")]
mod browser;
#[path = "../service/support.rs"]
#[allow(dead_code, reason = "shared with tests/service")]
mod support;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{Answer, Data, Server};

const PART: usize = 64 << 10;

/// A draft of an operator.
struct Draft {
    server: Server,
    token: String,
    address: String,
}

impl Draft {
    fn new(data: &Data) -> Self {
        let (token, server) = (data.officer("ID.3273", "operator"), data.serve());
        let begun = server.post(&token, "/v1/applications", r#"{"kind":"kk"}"#);
        let address = begun.header("location").to_string();
        Self {
            server,
            token,
            address,
        }
    }

    fn announce(&self, size: usize, file: &[u8]) -> Answer {
        let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(file));
        let body = json!({"slug": "kk_lama", "size": size, "sha256": sha256}).to_string();
        let path = format!("{}/uploads", self.address);
        self.server.post(&self.token, &path, &body)
    }

    fn part(&self, upload: &Value, start: usize, bytes: &[u8]) -> Answer {
        let id = upload["id"].as_str().unwrap();
        let path = format!("{}/uploads/{id}?start={start}", self.address);
        self.server.send(&self.token, "POST", &path, bytes)
    }

    /// Sends the parts from `start` on; the last answer.
    fn rest(&self, upload: &Value, start: usize, file: &[u8]) -> Answer {
        let mut at = start;
        loop {
            let end = file.len().min(at + PART);
            let answer = self.part(upload, at, &file[at..end]);
            if answer.status != 200 || answer.json()["attachment"].is_object() {
                return answer;
            }
            at = answer.json()["received"].as_u64().unwrap() as usize;
        }
    }

    fn files(&self) -> Value {
        let path = format!("{}/attachments", self.address);
        self.server.get_as(&self.token, &path).json()["items"].clone()
    }
}

/// A picture of noise, so that it stays large: about 250 kB.
fn picture() -> Vec<u8> {
    let mut state = 1_u32;
    let noise = image::RgbImage::from_fn(320, 260, |_, _| {
        let mut dot = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        image::Rgb([dot(), dot(), dot()])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    noise.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn an_upload_goes_on_after_the_network_and_the_server_died() {
    let data = Data::new();
    let mut draft = Draft::new(&data);
    let file = picture();
    assert!(file.len() > 3 * PART, "{}", file.len());
    let upload = draft.announce(file.len(), &file).json();
    assert_eq!(
        (&upload["received"], &upload["part_max"]),
        (&json!(0), &json!(PART))
    );
    assert_eq!(
        draft.part(&upload, 0, &file[..PART]).json()["received"],
        PART
    );
    // The answer was lost: the same part again changes nothing.
    assert_eq!(
        draft.part(&upload, 0, &file[..PART]).json()["received"],
        PART
    );
    // A gap is not filled.
    assert_eq!(
        draft
            .part(&upload, 2 * PART, &file[2 * PART..3 * PART])
            .json()["received"],
        PART
    );
    draft.server.signal("KILL");
    draft.server = data.serve();
    let again = draft.announce(file.len(), &file).json();
    assert_eq!(
        (&again["id"], &again["received"]),
        (&upload["id"], &json!(PART))
    );
    let done = draft.rest(&upload, PART, &file);
    let attachment = done.json()["attachment"].clone();
    assert_eq!(attachment["media_type"], "image/png", "{}", done.text());
    assert_eq!(draft.files(), json!([attachment]));
    let path = format!(
        "{}/attachments/{}",
        draft.address,
        attachment["id"].as_str().unwrap()
    );
    let kept = draft.server.get_as(&draft.token, &path).body;
    let (sent, kept) = (
        image::load_from_memory(&file),
        image::load_from_memory(&kept),
    );
    assert_eq!(
        sent.unwrap(),
        kept.unwrap(),
        "the picture is the one that was sent"
    );
    assert_eq!(data.numbers("SELECT COUNT(*) FROM uploads"), [0]);
    assert_eq!(data.numbers("SELECT COUNT(*) FROM upload_parts"), [0]);
}

#[test]
fn parts_are_sealed_in_the_database() {
    let data = Data::new();
    let draft = Draft::new(&data);
    let mark = b"PENANDA-RAHASIA-BERKAS".repeat(100);
    let upload = draft.announce(PART, &mark).json();
    assert_eq!(draft.part(&upload, 0, &mark).json()["received"], mark.len());
    draft.server.signal("KILL");
    let bytes = data.database_bytes();
    let found = bytes.windows(22).any(|w| w == &mark[..22]);
    assert!(!found, "a part lies open in the database");
}

#[test]
fn what_is_wrong_with_a_file_is_told_and_nothing_stays() {
    let data = Data::new();
    let draft = Draft::new(&data);
    // Told before a single byte is sent.
    let large = draft.announce((1 << 20) + 1, b"x");
    assert_eq!(large.problem(422), ["file"]);
    let said = large.json()["errors"][0]["reason"]
        .as_str()
        .unwrap()
        .to_string();
    assert!(
        said.contains("1025 kB") && said.contains("Foto ulang"),
        "{said}"
    );
    assert_eq!(draft.announce(0, b"").problem(422), ["file"]);
    assert_eq!(
        draft.announce(1 << 20, b"x").status,
        200,
        "exactly the most"
    );

    let html = b"<html><script>alert(1)</script>".to_vec();
    let upload = draft.announce(html.len(), &html).json();
    assert_eq!(draft.part(&upload, 0, &html).problem(422), ["file"]);
    assert_eq!(draft.part(&upload, 0, &html).status, 404, "it is gone");

    // A file that is not the announced one.
    let file = picture();
    let upload = draft.announce(file.len(), &file).json();
    let mut other = file.clone();
    other[70_000] ^= 1;
    assert_eq!(draft.rest(&upload, 0, &other).problem(422), ["file"]);

    let upload = draft.announce(file.len(), &file).json();
    assert_eq!(draft.part(&upload, 0, &file[..PART + 1]).status, 413);
    draft.part(&upload, 0, b"").problem(422);
    assert_eq!(draft.part(&upload, 0, &file[..PART]).status, 200);
    let beyond = vec![0; PART];
    let mut at = PART;
    while at + PART <= file.len() {
        assert_eq!(draft.part(&upload, at, &file[at..at + PART]).status, 200);
        at += PART;
    }
    draft.part(&upload, at, &beyond).problem(422);
    assert_eq!(draft.files(), json!([]));
}

#[test]
fn nobody_else_adds_a_part() {
    let data = Data::new();
    let draft = Draft::new(&data);
    let file = picture();
    let upload = draft.announce(file.len(), &file).json();
    data.ok(&[
        "office",
        "add",
        "--iss",
        "ID.3274",
        "--region",
        "3274",
        "--name",
        "Disdukcapil Kota Cirebon",
    ]);
    let path = format!(
        "{}/uploads/{}?start=0",
        draft.address,
        upload["id"].as_str().unwrap()
    );
    for (office, role) in [
        ("ID.3273", "operator"),
        ("ID.3273", "verifier"),
        ("ID.3274", "operator"),
    ] {
        let token = data.officer(office, role);
        let answer = draft.server.send(&token, "POST", &path, &file[..PART]);
        assert_eq!(answer.status, 404, "{office} {role}: {}", answer.text());
    }
    // No more than five are under way: the oldest gives way.
    for n in 0..5_u8 {
        assert_eq!(draft.announce(10, &[n]).status, 200);
    }
    assert_eq!(draft.part(&upload, 0, &file[..PART]).status, 404);
    assert_eq!(data.numbers("SELECT COUNT(*) FROM uploads"), [5]);
}

/// The answer to the last file that fits was lost: sent again it is the same attachment, not one too many.
#[test]
fn a_file_that_is_sent_again_counts_once_even_when_no_other_fits() {
    let data = Data::new();
    let draft = Draft::new(&data);
    let path = format!("{}/attachments?slug=kk_lama", draft.address);
    let send = |n: u64| {
        let file = ikd::demo::applications::paper(n);
        draft.server.send(&draft.token, "POST", &path, &file)
    };
    let sent: Vec<Value> = (0..5).map(|n| send(n).json()).collect();
    assert_eq!(draft.files(), json!(sent), "five different files");
    assert_eq!(send(5).problem(422), ["file"], "a sixth");
    let again = send(4);
    assert_eq!((again.status, again.json()), (201, sent[4].clone()));
    assert_eq!(draft.files(), json!(sent));
}
