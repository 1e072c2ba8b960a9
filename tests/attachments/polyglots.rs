//! Files that are two things at once, and files that are not what they are called.

use crate::client::*;
use crate::draft::*;
use crate::pdf_files;
use crate::pictures::*;

const KIND: &str = "berkas ini bukan foto JPG, PNG, atau PDF. Ambil foto dokumen aslinya";
const BAD_PDF: &str = "PDF ini rusak atau tidak lengkap.";

/// What may hang behind a picture: an archive, a page, a document, a program.
fn tails() -> [(&'static str, Vec<u8>); 4] {
    let page = b"<html><script>alert('KENARI')</script></html>".to_vec();
    [
        (
            "ZIP",
            b"PK\x03\x04KENARI\x00\x00PK\x05\x06\0\0\0\0".to_vec(),
        ),
        ("HTML", page),
        ("PDF", pdf_files::clean()),
        ("program", b"\x7fELF\x02\x01\x01KENARI".to_vec()),
    ]
}

#[test]
fn what_hangs_behind_a_picture_is_not_served() {
    let (_data, _server, draft) = scene();
    for (what, tail) in tails() {
        let pictures = [
            jpeg([photo(120, 80), tail.clone()].concat()),
            png([drawing(120, 80), tail.clone()].concat()),
            jpeg(with_segment(&photo(120, 80), 0xfffe, &tail)),
            png(with_chunk(
                &drawing(120, 80),
                b"tEXt",
                &[b"Comment\0", &tail[..]].concat(),
            )),
            png(with_chunk(&drawing(120, 80), b"prVt", &tail)),
        ];
        for file in pictures {
            let served = draft.client.get(&draft.takes(PAPER, &file));
            assert_eq!(served.status, 200);
            assert_eq!(served.header("content-type"), file.media_type);
            for mark in [&tail[..], b"KENARI", b"<script", b"PK\x03\x04", b"%PDF"] {
                assert!(!holds(&served.body, mark), "{what} behind {}", file.name);
            }
            let shown = image::load_from_memory(&served.body).unwrap();
            assert_eq!((shown.width(), shown.height()), (120, 80));
            assert_eq!(draft.remove(PAPER).status, 303);
        }
    }
}

#[test]
fn what_is_no_picture_is_refused_whatever_it_is_called() {
    let (_data, _server, draft) = scene();
    let page = b"<!doctype html><script>alert(1)</script>";
    let vector =
        b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    let mut gif = std::io::Cursor::new(Vec::new());
    gif.get_mut().extend(b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;");
    let files = [
        ("HTML", page.to_vec()),
        ("SVG", vector.to_vec()),
        ("GIF", gif.into_inner()),
        (
            "GIF and script",
            b"GIF89a/*\x01\0\x01\0*/=1;alert(1)//".to_vec(),
        ),
        ("ZIP", b"PK\x03\x04".repeat(20)),
        ("BMP", b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0".repeat(4)),
        ("WebP", b"RIFF\x24\0\0\0WEBPVP8 ".repeat(4)),
        (
            "a picture behind junk",
            [b"\n\n".to_vec(), photo(64, 64)].concat(),
        ),
    ];
    for (what, bytes) in files {
        draft.refuses(what, &jpeg(bytes.clone()), KIND);
        let pretended = Sent {
            name: "surat.pdf",
            media_type: "application/pdf",
            bytes,
        };
        draft.refuses(what, &pretended, KIND);
    }
}

#[test]
fn a_picture_is_what_it_is_and_not_what_it_is_called() {
    let (_data, _server, draft) = scene();
    let pretended = Sent {
        name: "../../halaman.html",
        media_type: "text/html",
        bytes: drawing(120, 80),
    };
    let served = draft.client.get(&draft.takes(PAPER, &pretended));
    assert_eq!(served.header("content-type"), "image/png");
    assert!(
        !served
            .headers
            .iter()
            .any(|(_, v)| holds(v.as_bytes(), b"halaman"))
    );
}

#[test]
fn a_pdf_begins_at_its_first_byte_and_ends_at_its_last() {
    let (_data, _server, draft) = scene();
    let whole = pdf_files::clean();
    for junk in [&b"\n"[..], b"#!/bin/sh\n", b"<html></html>\n", b"\0\0\0\0"] {
        let file = pdf([junk, &whole].concat());
        draft.refuses("junk before a PDF", &file, KIND);
    }
    draft.refuses(
        "a PDF of another time",
        &pdf(b"%PDF-9.9\n%%EOF".to_vec()),
        BAD_PDF,
    );
    for (what, tail) in tails().into_iter().filter(|(what, _)| *what != "PDF") {
        draft.refuses(what, &pdf([whole.clone(), tail].concat()), BAD_PDF);
    }
    let archive = [&whole[..], b"PK\x03\x04\n%%EOF junk behind it"].concat();
    draft.refuses("behind a second end", &pdf(archive), BAD_PDF);
}
