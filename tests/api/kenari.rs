//! The person whose every value stands nowhere else in the world, and what they have here.

use crate::client::Client;
use crate::people::{claim, code_in, mail, text, typed};
use crate::support::HEADER;
use crate::town::{OFFICE, Town, cookie};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

pub const NIK: &str = "3273014907880421";
pub const KK: &str = "3273011907880421";
pub const NAME: &str = "KENARI RAHASIA PUTRI";
pub const ADDRESS: &str = "JL BURUNG KENARI 77";
pub const BIRTHPLACE: &str = "TANJUNGKENARI";
pub const MOTHER: &str = "MURAI BATU RAHAYU";
pub const BORN: &str = "1988-07-09";
pub const MAILBOX: &str = "kenari.rahasia@contoh.id";
pub const PHONE: &str = "6281277445521";
pub const PARCEL: &str = "GANG CUCAKROWO 5 BANDUNG";
pub const CHILD: &str = "GELATIK WULANDARI";
pub const NOTE: &str = "perkutut belum bertelur";
pub const IN_PICTURE: &str = "BURUNG KENARI 6.9175 S";
pub const FILE: &str = "jalaksuren.jpg";

/// A picture of noise, so that no part of it comes a second time, with a place hidden in it.
pub fn portrait() -> Vec<u8> {
    let mut state = 421_u32;
    let face = image::RgbImage::from_fn(120, 160, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgb([(state >> 24) as u8, (state >> 16) as u8, (state >> 8) as u8])
    });
    let mut jpeg = std::io::Cursor::new(Vec::new());
    face.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    let comment = [
        &[0xff, 0xfe, 0, IN_PICTURE.len() as u8 + 2],
        IN_PICTURE.as_bytes(),
    ]
    .concat();
    [&jpeg[..2], &comment, &jpeg[2..]].concat()
}

pub fn import(town: &Town) -> String {
    let place = format!("{ADDRESS},001/002,3273011001,BRAGA,SUMUR BANDUNG,KOTA BANDUNG,JAWA BARAT");
    let row = format!("{NIK},{KK},{NAME},{BIRTHPLACE},{BORN},2,13,1,1,88,8,1,{place},{MOTHER}");
    // Good, too long by a column, and with a date that is none.
    let bad = row.replace(BORN, "1988-07-99");
    let rows = format!("{HEADER},ibu\n{row}\n{row},zuviel\n{bad}\n");
    town.data.write("kenari.csv", &rows);
    let said = town
        .data
        .run(&["import", "persons", &town.data.path("kenari.csv")]);
    assert_eq!(said.code, 1, "{}", said.err);
    said.out + &said.err
}

/// The person's account by letter and code; the session.
pub fn account(town: &Town) -> Client {
    let body = |text: String| serde_json::from_str(&text).unwrap();
    let asked = town.nobody.post(
        "/v1/account/registrations",
        &body(claim(NIK, KK, BORN, MAILBOX)),
    );
    assert_eq!(asked.status, 202, "{}", asked.text());
    let code = code_in(&mail(&town.data, 3)[2]);
    let typed = typed(&text(&asked, "challenge"), &code);
    let opened = town
        .nobody
        .post("/v1/account/registrations/confirm", &body(typed));
    assert_eq!(opened.status, 201, "{}", opened.text());
    town.nobody.session(&cookie(&opened))
}

/// Sends a file as the form of the page does.
fn attach(owner: &Client, id: &str, slug: &str, file: &[u8]) {
    let csrf = owner.headers.iter().find(|h| h.0 == "x-csrf-token");
    let csrf = &csrf.unwrap().1;
    let mut body = format!(
        "--grens\r\ncontent-disposition: form-data; name=\"_csrf\"\r\n\r\n{csrf}\r\n--grens\r\n\
         content-disposition: form-data; name=\"berkas\"; filename=\"{FILE}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend(file);
    body.extend(b"\r\n--grens--\r\n");
    let path = format!("/permohonan/{id}/lampiran/{slug}");
    let sent = owner.raw("POST", &path, "multipart/form-data; boundary=grens", &body);
    assert_eq!(sent.status, 303, "{}", sent.text());
}

/// What the person has here, made by the ways that people take.
pub struct Life {
    pub ids: Vec<String>,
    pub registration: String,
    pub secrets: Vec<String>,
    pub operator: String,
    pub signer: String,
}

pub fn life(town: &mut Town) -> Life {
    let people = json!({"relation": "head_of_family", "subject_nik": NIK, "email": MAILBOX,
        "phone": PHONE, "delivery_address": PARCEL});
    let mut ids = Vec::new();
    let mut registration = String::new();
    for state in ["done", "rejected", "draft"] {
        let wish = json!({"kind": "kk", "people": people});
        let begun = town.owner.ok("POST", "/v1/applications", Some(&wish));
        let id = begun["application"]["id"].as_str().unwrap().to_string();
        attach(&town.owner, &id, "kk_lama", &portrait());
        let view = town.lead(&id, state);
        if let Some(number) = view["registration"].as_str() {
            registration = number.to_string();
        }
        ids.extend(view["document"].as_str().map(str::to_string));
        ids.push(id);
    }
    let birth = json!({"kind": "akta-kelahiran", "people": {"relation": "parent"},
        "answers": {"nama": CHILD, "nama_ibu": MOTHER}});
    let begun = town.owner.send("POST", "/v1/applications", Some(&birth));
    if begun.status == 201 {
        let id = begun.json()["application"]["id"]
            .as_str()
            .unwrap()
            .to_string();
        ids.push(id);
    }
    // A card of the counter's own, and the phone that shows it.
    let signer = town.data.officer(OFFICE, "signer");
    let operator = town.data.officer(OFFICE, "operator");
    let body = json!({"nik": NIK, "kind": "ktp"}).to_string();
    let issued = town.server.post(&signer, "/v1/documents", &body);
    assert_eq!(issued.status, 201, "{}", issued.text());
    let card = issued.json()["document"]["id"]
        .as_str()
        .unwrap()
        .to_string();
    let qr = town
        .server
        .get_as(&signer, &format!("/v1/documents/{card}/qr"));
    let body = json!({"nik": NIK, "portrait": STANDARD.encode(portrait())}).to_string();
    let opened = town.server.post(&operator, "/v1/activations", &body);
    assert_eq!(opened.status, 201, "{}", opened.text());
    let code = opened.json()["code"].as_str().unwrap().to_string();
    let phone = crate::phone::Phone::new(1);
    let handed = phone.redeemed(&town.server, &code);
    let device = handed["device"].as_str().unwrap().to_string();
    assert_eq!(phone.answer(&town.server, &device, "renew").status, 200);
    let shown = handed["credentials"][0]["text"].as_str().unwrap();
    let body = json!({"text": shown}).to_string();
    town.server.post("", "/v1/check", &body);
    let suspended = format!("/v1/documents/{card}/suspend");
    let reason = json!({"reason": NOTE}).to_string();
    assert_eq!(town.server.post(&signer, &suspended, &reason).status, 200);
    let secrets = vec![
        code,
        shown.to_string(),
        qr.text(),
        signer.clone(),
        operator.clone(),
    ];
    ids.push(card);
    ids.push(device);
    Life {
        ids,
        registration,
        secrets: secrets.into_iter().filter(|s| s.len() > 15).collect(),
        operator,
        signer,
    }
}
