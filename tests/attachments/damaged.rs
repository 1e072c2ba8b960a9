//! Pictures that promise too much, and files that are not whole.

use crate::client::*;
use crate::draft::*;
use crate::pdf_files;
use crate::pictures::*;
use crate::support::Server;
use std::time::{Duration, Instant};

const TOO_MANY: &str = "gambar ini terlalu besar untuk dibuka. Ambil foto dengan kamera HP biasa";
const DAMAGED: &str = "foto ini rusak atau tidak lengkap. Ambil foto baru, lalu coba lagi.";
const BAD_PDF: &str = "PDF ini rusak atau tidak lengkap. Simpan ulang, atau kirim foto dokumennya.";

/// Most memory that the server has used so far, in MiB.
fn peak(server: &Server) -> u64 {
    server.memory_kb() >> 10
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "a bomb that goes on for minutes is what is looked for"
)]
fn pictures_that_unpack_to_far_more_than_they_are_cost_neither_time_nor_memory() {
    let (_data, server, draft) = scene();
    let photo = photo(64, 64);
    let bombs = [
        (
            "a header of 60000 x 60000",
            png(promising(60_000, 60_000, 8, 2, 1000)),
        ),
        (
            "the longest sides there are",
            png(promising(0x7fff_ffff, 0x7fff_ffff, 16, 6, 1000)),
        ),
        // 100 million dots in some kilobytes, whole and without a mistake.
        (
            "a real PNG of one colour",
            png(promising(10_000, 10_000, 1, 0, 10_000 * 1251)),
        ),
        // Few enough dots, but 8 bytes each.
        (
            "a PNG of deep colours",
            png(promising(7_000, 7_000, 16, 6, 7_000 * 56_001)),
        ),
        (
            "a JPEG of the largest size",
            jpeg(resized(&photo, 65_500, 65_500)),
        ),
        ("a long JPEG", jpeg(resized(&photo, 40_000, 64))),
    ];
    for (what, bomb) in bombs {
        assert!(bomb.bytes.len() < 1 << 20, "{what} is a small file");
        let (before, begun) = (peak(&server), Instant::now());
        draft.refuses(what, &bomb, TOO_MANY);
        // No figure: a slow machine takes seconds for what is refused at once.
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        let grown = peak(&server) - before;
        assert!(grown < 48, "{what}: {grown} MiB");
    }
}

#[test]
fn text_and_profiles_of_a_png_are_not_unpacked_without_end() {
    let (_data, server, draft) = scene();
    let bomb = zeros(300 << 20);
    let text = [b"Comment\0\0", &bomb[..]].concat();
    let profile = [b"icc\0\0", &bomb[..]].concat();
    let long = [b"Comment\0\x01\0\0\0", &bomb[..]].concat();
    let before = peak(&server);
    for (name, content) in [(b"zTXt", &text), (b"iCCP", &profile), (b"iTXt", &long)] {
        let file = png(with_chunk(&drawing(64, 64), name, content));
        assert!(file.bytes.len() < 1 << 20);
        let answer = draft.upload(PAPER, &file);
        // Either is fine: refused in words, or taken without what was packed.
        match answer.status {
            303 => assert!(draft.client.get(&draft.shown(PAPER).unwrap()).body.len() < 10_000),
            _ => assert_eq!(answer.status, 422, "{}", told(&answer)),
        }
    }
    let grown = peak(&server) - before;
    assert!(grown < 96, "{grown} MiB");
}

#[test]
fn pictures_cut_short_or_damaged_are_refused() {
    let (_data, _server, draft) = scene();
    let (photo, drawing) = (photo(300, 200), drawing(300, 200));
    for part in [3, 20, photo.len() / 2, photo.len() - 200] {
        let cut = jpeg(photo[..part].to_vec());
        draft.refuses(&format!("a JPEG of {part} bytes"), &cut, DAMAGED);
    }
    for part in [8, 30, 50, drawing.len() / 2, drawing.len() - 20] {
        let cut = png(drawing[..part].to_vec());
        draft.refuses(&format!("a PNG of {part} bytes"), &cut, DAMAGED);
    }
    // The check sum of the header, and of the dots.
    let data = drawing.windows(4).position(|w| w == b"IDAT").unwrap();
    for place in [30, data + 20] {
        let mut bytes = drawing.clone();
        bytes[place] ^= 0x10;
        draft.refuses(&format!("byte {place} changed"), &png(bytes), DAMAGED);
    }
    draft.refuses("one dot", &png(self::drawing(1, 1)), DAMAGED);
}

#[test]
fn pdfs_cut_short_are_refused() {
    let (_data, _server, draft) = scene();
    let whole = pdf_files::clean();
    for part in [5, 9, 100, whole.len() / 2, whole.len() - 4] {
        let cut = pdf(whole[..part].to_vec());
        draft.refuses(&format!("{part} bytes"), &cut, BAD_PDF);
    }
    let no_table = String::from_utf8_lossy(&whole).replace("startxref", "startxxxx");
    draft.refuses("no table", &pdf(no_table.into_bytes()), BAD_PDF);
}

#[test]
fn no_file_at_all_is_asked_for_again() {
    let (_data, _server, draft) = scene();
    let words = "pilih berkasnya dulu.";
    draft.refuses("an empty file", &jpeg(Vec::new()), words);
    // A browser that has no file sends an empty one without a name.
    let none = Sent {
        name: "",
        media_type: "application/octet-stream",
        bytes: Vec::new(),
    };
    draft.refuses("none", &none, words);
}
