//! How large and how many.

use crate::client::*;
use crate::draft::*;
use crate::pdf_files;
use crate::pictures::*;

const MAX: usize = 1 << 20;

/// A JPEG of exactly so many bytes: comments fill it up.
fn filled(size: usize) -> Vec<u8> {
    let mut bytes = photo(300, 200);
    while bytes.len() < size {
        let left = size - bytes.len();
        // Each comment takes 4 bytes more than it says, so the last but one leaves room for the last.
        let now = if left > 65_000 { 60_000 } else { left };
        bytes = with_segment(&bytes, 0xfffe, &vec![b'x'; now - 4]);
    }
    assert_eq!(bytes.len(), size);
    bytes
}

#[test]
fn exactly_the_maximum_is_taken_and_one_byte_more_is_not() {
    let (_data, _server, draft) = scene();
    type Filled = fn(usize) -> Sent;
    let files: [(&str, Filled); 3] = [
        ("JPEG", |size| jpeg(filled(size))),
        ("PDF", |size| pdf(pdf_files::sized(size))),
        ("PNG", |size| {
            let small = drawing(64, 64);
            let room = size - small.len() - 12;
            png(with_chunk(&small, b"prVt", &vec![b'x'; room]))
        }),
    ];
    for (what, file) in files {
        let words = "berkas ini 1025 kB, paling besar 1024 kB. Foto ulang dengan ukuran lebih kecil, atau potong";
        draft.refuses(what, &file(MAX + 1), words);
        draft.takes(PAPER, &file(MAX));
        assert_eq!(draft.remove(PAPER).status, 303);
    }
}

#[test]
fn a_file_far_too_large_is_told_about_on_the_same_page() {
    let (_data, _server, draft) = scene();
    let photo = photo(300, 200);
    for (megabytes, words) in [(5, "5120 kB"), (13, "13312 kB"), (40, "40960 kB")] {
        let mut bytes = photo.clone();
        bytes.resize(megabytes << 20, 0);
        let words = format!("berkas ini {words}, paling besar 1024 kB. Foto ulang");
        draft.refuses("a large photo", &jpeg(bytes), &words);
    }
}

#[test]
fn what_is_kept_of_a_picture_is_never_larger_than_the_maximum() {
    let (_data, _server, draft) = scene();
    // Dots without order do not compress: written anew it would be a little larger than it came.
    let file = png(noise(590, 590));
    assert!(
        file.bytes.len() > MAX - 10_000 && file.bytes.len() <= MAX,
        "{}",
        file.bytes.len()
    );
    let served = draft.client.get(&draft.takes(PAPER, &file)).body;
    assert!(served.len() <= MAX, "{}", served.len());
    assert_eq!(
        image::guess_format(&served).unwrap(),
        image::ImageFormat::Png
    );
}

#[test]
fn a_sixth_file_of_one_kind_is_refused_in_words() {
    let (_data, _server, draft) = scene();
    for n in 0..5 {
        let answer = draft.upload(PAPER, &jpeg(photo(100 + n, 80)));
        assert_eq!(answer.status, 303, "{}", told(&answer));
    }
    let before = draft.all();
    let answer = draft.upload(PAPER, &jpeg(photo(200, 80)));
    assert_eq!(answer.status, 422, "{}", told(&answer));
    let said = told(&answer);
    assert!(
        said.contains("berkas yang dilampirkan sudah terlalu banyak. Tekan “Ganti berkas”"),
        "{said}"
    );
    assert!(
        answer.text().contains("Ganti berkas</button>"),
        "what the words name is there"
    );
    assert_eq!(draft.all(), before);
    // Other kinds have room, and after taking out what is there this one has too.
    draft.takes("kk", &jpeg(photo(200, 80)));
    assert_eq!(draft.remove(PAPER).status, 303);
    draft.takes(PAPER, &jpeg(photo(200, 80)));
}
