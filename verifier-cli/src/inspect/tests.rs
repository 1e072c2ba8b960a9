use super::*;

fn shown(cbor: &[u8]) -> String {
    diagnostic::notation(&cbor::read(cbor).0, Context::Other)
}

#[test]
fn examples_of_rfc_8949() {
    for (cbor, text) in [
        (
            &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..],
            "18446744073709551615",
        ),
        (
            &[0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            "-18446744073709551616",
        ),
        (&[0xf9, 0x3c, 0x00], "1.0"),
        (&[0xf9, 0x00, 0x01], "5.960464477539063e-8"),
        (&[0xfa, 0x47, 0xc3, 0x50, 0x00], "100000.0"),
        (&[0xf6], "null"),
        (&[0xc1, 0x01], "1(1)"),
        (&[0x44, 1, 2, 3, 4], "h'01020304'"),
        (&[0x62, 0x22, 0x5c], "\"\\\"\\\""),
        (&[0x82, 0x01, 0x80], "[\n  1,\n  []\n]"),
        (&[0xbf, 0x01, 0x02, 0xff], "{_\n  1: 2\n}"),
        (&[0x5f, 0x41, 0xaa, 0x41, 0xbb, 0xff], "(_ chunks) h'aabb'"),
    ] {
        assert_eq!(shown(cbor), text, "{cbor:02x?}");
    }
}

#[test]
fn damage_is_shown_where_it_is_and_never_panics() {
    assert!(
        shown(&[0x83, 0x01, 0x02]).contains("2,\n  / !! damaged at byte 3: the bytes end here /")
    );
    assert!(shown(&[0xa1, 0x01]).contains("1: / !! damaged"));
    assert!(shown(&[0xff]).contains("a break"));
    assert!(shown(&vec![0x81; 10_000]).contains("nested deeper"));
    let mut state = 1u32;
    for length in 0..3000usize {
        let bytes: Vec<u8> = (0..length % 97)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        let _ = shown(&bytes);
        let _ = layers(&base45::encode(&bytes));
    }
}

#[test]
fn a_text_that_breaks_off_shows_its_beginning() {
    let whole = base45::encode(b"\xd2\x84\x43\xa1\x01\x27\xa0\x41\xf6\x41\x00");
    let opened = layers(&whole);
    let names: Vec<_> = opened.iter().map(|layer| layer.name).collect();
    assert_eq!(
        names,
        ["base45", "zlib", "cose", "protected", "claims", "signature"]
    );
    assert!(
        opened[3]
            .notation
            .as_ref()
            .unwrap()
            .contains("1 / alg /: -8 / EdDSA /")
    );
    let cut = layers(&(whole[..9].to_string() + "!"));
    assert_eq!(
        cut[0].problem.as_deref(),
        Some("not Base45 from character 9 on")
    );
    assert_eq!(cut[0].bytes.len(), 6);
    assert!(layers("https://example.com")[0].problem.is_some());
}

#[test]
fn a_presentation_is_opened_down_to_the_claims_of_its_credential() {
    let vector = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/vectors/presentation.txt"
    );
    let vector = std::fs::read_to_string(vector).unwrap();
    let text = vector.lines().find_map(|line| line.strip_prefix("text: "));
    let opened = layers(text.unwrap().trim_matches('"'));
    let names: Vec<_> = opened.iter().map(|layer| layer.name).collect();
    let envelope = ["protected", "claims", "signature"];
    let all = [
        &["base45", "zlib", "cose"],
        &envelope[..],
        &["credential"],
        &envelope,
    ]
    .concat();
    assert_eq!(names, all);
    let claims = opened.iter().rfind(|layer| layer.name == "claims").unwrap();
    assert!(claims.notation.as_ref().unwrap().contains("SITI NURHALIZA"));
}
