//! Checking documents through the real form.

use crate::browse::*;
use crate::support::*;

fn picture(data: &Data, n: u32, kind: &str) -> (String, Vec<u8>) {
    let id = data.issue(n, kind);
    (id, std::fs::read(data.file("qr.png")).unwrap())
}

fn colour(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let html = answer.text();
    let classes = attributes(&html, "class");
    let verdicts: Vec<_> = classes
        .iter()
        .filter_map(|c| c.strip_prefix("verdict "))
        .collect();
    assert_eq!(verdicts.len(), 1, "one verdict: {verdicts:?}");
    verdicts[0].to_string()
}

/// The verdict's page once it has that colour: what another process changed is looked for every two seconds.
fn once(server: &Server, png: &[u8], wanted: &str) -> Answer {
    for _ in 0..60 {
        let answer = send(server, "gambar", Some("foto.png"), png);
        if colour(&answer) == wanted {
            return answer;
        }
        std::thread::sleep(std::time::Duration::from_millis(250));
    }
    panic!("never {wanted}");
}

#[test]
fn an_issued_document_is_green_until_it_is_revoked() {
    let data = Data::with_people(2);
    let server = data.serve();
    let (id, png) = picture(&data, 1, "ktp");
    let green = send(&server, "gambar", Some("foto.png"), &png);
    assert_eq!(colour(&green), "valid");
    check_page(&green, "/cek", "id");
    let html = green.text();
    for words in [
        "BERLAKU",
        "Dokumen asli dan masih berlaku",
        "ORANG UJI B",
        &nik(1),
        "Keadaan per",
        "cocokkan",
    ] {
        assert!(html.contains(words), "{words}");
    }
    assert_eq!(green.header("cache-control"), "no-store");

    data.ok(&["revoke", &id, "--reason", "hilang"]);
    let red = once(&server, &png, "not_valid");
    for words in [
        "TIDAK BERLAKU",
        "Dokumen telah dicabut",
        "memang ditandatangani",
    ] {
        assert!(red.text().contains(words), "{words}");
    }
    assert!(!server.log().contains(&nik(1)), "a NIK reached the log");
    assert!(
        !server.log().contains("ORANG UJI"),
        "a name reached the log"
    );
}

#[test]
fn a_replaced_document_is_yellow_and_a_family_card_lists_its_members() {
    let data = Data::with_people(1);
    let server = data.serve();
    let (_, old) = picture(&data, 1, "kk");
    let green = send(&server, "gambar", Some("kk.png"), &old);
    assert_eq!(colour(&green), "valid");
    assert!(
        green.text().contains("Anggota keluarga") && green.text().contains("data-label=\"NIK\"")
    );
    let out = data.path("new.png");
    data.ok(&[
        "issue",
        "--nik",
        &nik(1),
        "--kind",
        "kk",
        "--supersede",
        "--out",
        &out,
    ]);
    let yellow = once(&server, &old, "superseded");
    assert!(yellow.text().contains("SUDAH DIGANTI"));
}

#[test]
fn the_text_of_a_qr_is_judged_too_and_an_address_is_never_opened() {
    let data = Data::with_people(1);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let document = server.issue(&token, 1);
    let text = document["qr"]["text"].as_str().unwrap();
    let (head, tail) = text.split_at(text.len() / 2);
    let pasted = format!("{head}\r\n{tail}\n");
    assert_eq!(
        colour(&send(&server, "teks", None, pasted.as_bytes())),
        "valid"
    );
    let forged = format!("{head}0{tail}");
    assert_eq!(
        colour(&send(&server, "teks", None, forged.as_bytes())),
        "not_valid"
    );
    let link = send(
        &server,
        "teks",
        None,
        "https://contoh.example/<b>\u{202e}cek".as_bytes(),
    );
    assert_eq!(colour(&link), "not_valid");
    let html = link.text();
    assert!(html.contains("tidak diperiksa, tidak dibuka"), "{html}");
    assert!(
        !html.contains("<b>\u{202e}") && !html.contains('\u{202e}'),
        "text of a QR is shown tamed"
    );
}

#[test]
fn a_document_of_another_register_is_grey_or_red_and_never_green() {
    let (data, other) = (Data::new(), Data::with_people(1));
    let server = data.serve();
    let (_, png) = picture(&other, 1, "ktp");
    let answer = send(&server, "gambar", Some("x.png"), &png);
    assert_eq!(colour(&answer), "undecided");
    assert!(
        !answer.text().contains(&nik(1)),
        "nothing unverified is shown"
    );
}

#[test]
fn what_cannot_be_read_is_explained_at_the_form() {
    let data = Data::new();
    let server = data.serve();
    let mut blank = Vec::new();
    {
        let mut encoder = png::Encoder::new(&mut blank, 64, 64);
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&[255; 64 * 64]).unwrap();
    }
    let mut bomb = Vec::new();
    {
        let mut writer = png::Encoder::new(&mut bomb, 29_999, 29_999)
            .write_header()
            .unwrap();
        writer.write_chunk(png::chunk::IDAT, b"\x78\x9c").unwrap();
    }
    let large = [&b"\x89PNG\r\n\x1a\n"[..], &vec![0; 10_000_001]].concat();
    let cases: [(&str, Option<&str>, &[u8], &str); 10] = [
        ("gambar", Some(""), b"", "Pilih dulu gambar"),
        ("gambar", Some("x.pdf"), b"%PDF-1.7", "Ini berkas PDF"),
        (
            "gambar",
            Some("x.heic"),
            b"\0\0\0\x18ftypheic",
            "Jenis berkas ini",
        ),
        ("gambar", Some("x.jpg"), b"\xff\xd8\xff\xe0rusak", "rusak"),
        ("gambar", Some("x.png"), &blank, "QR tidak terbaca"),
        ("gambar", Some("x.png"), &bomb, "terlalu besar"),
        ("gambar", Some("x.png"), &large, "lebih dari 10 MB"),
        ("teks", None, b" \r\n", "Tempelkan dulu"),
        ("teks", None, &[b'A'; 5000], "lebih panjang"),
        ("nomor", None, b"LU'; --", "Tulis nomor"),
    ];
    for (field, file, content, words) in cases {
        let answer = send(&server, field, file, content);
        assert_eq!(answer.status, 422, "{words}");
        check_page(&answer, words, "id");
        let html = answer.text();
        assert!(html.contains(words), "{words} is not told");
        assert!(
            attributes(&html, "href").contains(&format!("#{field}")),
            "{words}"
        );
        let error = format!(" {field}-error\" aria-invalid=\"true\"");
        assert!(
            html.contains(&error),
            "{words}: the field does not point to its error"
        );
    }
    assert_eq!(send(&server, "lain", None, b"x").status, 400);
}

/// Gives a document a printed number and a state, as an application and time would.
fn number(data: &Data, number: &'static str, set: &'static str) {
    let sql = format!("UPDATE documents SET number = '{number}' {set}");
    assert_eq!(data.base.forge(&sql), Ok(1));
}

#[test]
fn a_number_tells_kind_state_and_day_and_nothing_of_the_person() {
    let data = Data::with_people(1);
    let server = data.serve();
    let id = data.issue(1, "ktp");
    number(&data, "3273-LU-24112026-0007", "");
    let found = send(&server, "nomor", None, b" 3273-lu-24112026-0007 ");
    assert_eq!(
        (found.status, found.header("cache-control")),
        (200, "no-store")
    );
    check_page(&found, "/cek", "id");
    let html = found.text();
    for words in [
        "Nomor ini terdaftar",
        "KTP-el",
        "berlaku",
        "Nomor saja tidak membuktikan keaslian",
    ] {
        assert!(html.contains(words), "{words}");
    }
    assert!(!html.contains("ORANG UJI") && !html.contains(&nik(1)) && !html.contains("BANDUNG"));
    assert!(!html.contains("class=\"verdict"), "a number is no verdict");
    data.ok(&["revoke", &id, "--reason", "hilang"]);
    assert!(
        send(&server, "nomor", None, b"3273-LU-24112026-0007")
            .text()
            .contains("dicabut")
    );

    // Unknown, and known only to a document that was never handed out: the same answer but for what changes always.
    let unknown = send(&server, "nomor", None, b"3273-LU-24112026-9999").text();
    assert!(unknown.contains("Nomor ini tidak terdaftar di sini"));
    number(
        &data,
        "3273-LU-24112026-9999",
        ", state = 'void', reason = NULL, qr_text = NULL, qr_ecc = NULL",
    );
    assert_eq!(
        send(&server, "nomor", None, b"3273-LU-24112026-9999").text(),
        unknown
    );
    assert!(
        !server.log().contains("24112026"),
        "a number reached the log"
    );
}

#[test]
fn numbers_cannot_be_tried_out_by_the_thousand() {
    let data = Data::new();
    let server = data.serve();
    let ask = |n: u32| {
        send(
            &server,
            "nomor",
            None,
            format!("3273-LU-24112026-{n:04}").as_bytes(),
        )
    };
    for n in 1..=20 {
        assert_eq!(ask(n).status, 200, "{n}");
    }
    let refused = ask(21);
    assert_eq!(refused.status, 429);
    check_page(&refused, "/cek", "id");
    assert!(refused.text().contains("Terlalu banyak percobaan"));
}
