//! What is served of a picture: its dots, upright, and nothing that tells where or with what it was taken.

use crate::client::*;
use crate::draft::*;
use crate::pictures::*;
use image::Pixel;

/// Which corner of a picture is red: right, down.
fn corner(picture: &image::DynamicImage) -> (bool, bool) {
    let picture = picture.to_rgb8();
    let (w, h) = picture.dimensions();
    let red = |x: u32, y: u32| {
        let dot = picture.get_pixel(x, y).channels().to_vec();
        dot[0] > 150 && dot[2] < 100
    };
    let corners = [(false, false), (true, false), (false, true), (true, true)];
    let place = |end: bool, size: u32| if end { size - 6 } else { 5 };
    let mut found = corners
        .into_iter()
        .filter(|(r, d)| red(place(*r, w), place(*d, h)));
    let corner = found.next().expect("a red corner");
    assert_eq!(found.next(), None, "one red corner");
    corner
}

#[test]
fn photos_are_turned_upright_and_tell_no_place() {
    let (_data, _server, draft) = scene();
    // What each orientation of EXIF does to a red corner at the upper left, and whether it lies on its side.
    let turned = [
        (1, (false, false), false),
        (2, (true, false), false),
        (3, (true, true), false),
        (4, (false, true), false),
        (5, (false, false), true),
        (6, (true, false), true),
        (7, (true, true), true),
        (8, (false, true), true),
    ];
    for (orientation, place, on_its_side) in turned {
        let file = jpeg(from_camera(&photo(160, 80), orientation));
        assert!(holds(&file.bytes, CANARY) && holds(&file.bytes, b"Exif"));
        let served = draft.client.get(&draft.takes(PAPER, &file)).body;
        for mark in [CANARY, b"Exif", b"II*\0", b"KENARI"] {
            assert!(!holds(&served, mark), "orientation {orientation}");
        }
        let shown = image::load_from_memory(&served).unwrap();
        let size = if on_its_side { (80, 160) } else { (160, 80) };
        assert_eq!((shown.width(), shown.height()), size, "{orientation}");
        assert_eq!(corner(&shown), place, "orientation {orientation}");
        assert_eq!(draft.remove(PAPER).status, 303);
    }
}

#[test]
fn other_segments_of_a_jpeg_are_gone() {
    let (_data, _server, draft) = scene();
    let mut bytes = photo(120, 80);
    for (marker, head) in [
        (0xffe1, &b"http://ns.adobe.com/xap/1.0/\0"[..]),
        (0xffe2, b"ICC_PROFILE\0\x01\x01"),
        (0xffed, b"Photoshop 3.0\0"),
        (0xfffe, b""),
    ] {
        bytes = with_segment(&bytes, marker, &[head, CANARY].concat());
    }
    let served = draft.client.get(&draft.takes(PAPER, &jpeg(bytes))).body;
    for mark in [CANARY, b"adobe", b"Photoshop", b"ICC_PROFILE"] {
        assert!(!holds(&served, mark), "{}", String::from_utf8_lossy(mark));
    }
}

#[test]
fn a_png_keeps_its_dots_and_nothing_else() {
    let (_data, _server, draft) = scene();
    let plain = drawing(160, 80);
    let text = [b"Comment\0", CANARY].concat();
    let packed = [b"Comment\0\0", &crate::pdf_files::packed(CANARY)[..]].concat();
    let long = [b"XML:com.adobe.xmp\0\0\0\0\0", CANARY].concat();
    let chunks = [
        (b"tEXt", text),
        (b"zTXt", packed),
        (b"iTXt", long),
        (b"eXIf", exif(1)),
        (b"tIME", vec![7, 230, 1, 1, 1, 1, 1]),
    ];
    let mut bytes = plain.clone();
    for (name, content) in &chunks {
        bytes = with_chunk(&bytes, name, content);
    }
    let served = draft.client.get(&draft.takes(PAPER, &png(bytes))).body;
    assert!(!holds(&served, CANARY));
    for (name, _) in &chunks {
        assert!(
            !holds(&served, &name[..]),
            "{}",
            String::from_utf8_lossy(&name[..])
        );
    }
    let shown = image::load_from_memory(&served).unwrap();
    assert_eq!(shown.to_rgb8(), marked(160, 80), "every dot");
}

#[test]
fn a_png_of_a_phone_is_turned_too() {
    let (_data, _server, draft) = scene();
    let file = png(with_chunk(&drawing(160, 80), b"eXIf", &exif(6)));
    let served = draft.client.get(&draft.takes(PAPER, &file)).body;
    let shown = image::load_from_memory(&served).unwrap();
    assert_eq!((shown.width(), shown.height()), (80, 160));
    assert_eq!(corner(&shown), (true, false));
}

#[test]
fn an_operator_at_the_counter_sends_the_same_way() {
    let data = crate::people::household();
    let server = data.serve();
    let operator = Client::officer(&data, &server, "rina", "operator");
    let draft = Draft::of_operator(&operator);
    let file = jpeg(from_camera(&photo(160, 80), 6));
    let served = draft.client.get(&draft.takes(PAPER, &file));
    assert!(!holds(&served.body, CANARY));
    assert_eq!(
        corner(&image::load_from_memory(&served.body).unwrap()),
        (true, false)
    );
    assert_eq!(draft.remove(PAPER).status, 303);
    let page = jpeg(b"<html>".to_vec());
    draft.refuses("a page", &page, "berkas ini bukan foto JPG, PNG, atau PDF");
    let bomb = png(promising(60_000, 60_000, 8, 2, 1000));
    draft.refuses("a bomb", &bomb, "gambar ini terlalu besar untuk dibuka");
}
