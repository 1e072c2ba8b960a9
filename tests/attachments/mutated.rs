//! Files with accidents. Whatever happens to a file, it is refused in words or taken as something that can be opened.

use crate::client::*;
use crate::draft::*;
use crate::pdf_files;
use crate::pictures::*;
use ikd::attachments::{Refused, accept};

const MAX: usize = 1 << 20;

/// Chances that a seed repeats.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }

    /// Changes bytes, cuts, doubles or puts in a piece.
    fn change(&mut self, file: &[u8]) -> Vec<u8> {
        let mut bytes = file.to_vec();
        for _ in 0..=self.below(4) {
            let (at, length) = (self.below(bytes.len()), self.below(60));
            let end = (at + length).min(bytes.len());
            match self.below(6) {
                0 => bytes.truncate(at.max(12)),
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
                3 => bytes[at] = [0, 0xff, 0x7f, 0x80][self.below(4)],
                _ => bytes[at] ^= 1 << self.below(8),
            }
            if bytes.len() < 12 {
                return bytes;
            }
        }
        bytes
    }
}

fn files() -> [(&'static str, Sent); 6] {
    let objects = pdf_files::packed(b"9 0 << /Type /Font >>");
    let packed = pdf_files::stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", &objects);
    [
        ("JPEG", jpeg(photo(64, 48))),
        ("JPEG of a camera", jpeg(from_camera(&photo(64, 48), 6))),
        ("PNG", png(drawing(64, 48))),
        (
            "PNG with text",
            png(with_chunk(&drawing(64, 48), b"tEXt", b"Comment\0x")),
        ),
        ("PDF", pdf(pdf_files::clean())),
        ("packed PDF", pdf(pdf_files::with(packed))),
    ]
}

/// Checks that what was taken can be opened and would be taken again.
fn opens(media_type: &str, bytes: &[u8], what: &str) {
    let again = accept(bytes, MAX).unwrap_or_else(|e| panic!("{what}: {e:?}"));
    assert_eq!(again.media_type, media_type, "{what}");
    match media_type {
        "application/pdf" => assert_eq!(again.bytes, bytes, "{what}"),
        _ => drop(image::load_from_memory(bytes).unwrap_or_else(|e| panic!("{what}: {e}"))),
    }
}

#[test]
fn what_is_taken_of_damaged_files_can_be_opened() {
    for (name, file) in files() {
        let (mut taken, mut refused) = (0, 0);
        for seed in 0..1_500 {
            let what = format!("{name}, seed {seed}");
            let bytes = Dice(seed).change(&file.bytes);
            // A panic here would be no 500 in the service, but it is a mistake all the same.
            match accept(&bytes, MAX) {
                Ok(accepted) => {
                    opens(accepted.media_type, &accepted.bytes, &what);
                    taken += 1;
                }
                Err(Refused::TooLarge { .. } | Refused::TooMany) => panic!("{what}"),
                Err(_) => refused += 1,
            }
        }
        assert!(
            taken > 10 && refused > 100,
            "{name}: {taken} taken, {refused} refused"
        );
    }
}

#[test]
fn the_service_answers_every_damaged_file_in_words_and_keeps_the_draft() {
    let (_data, _server, draft) = scene();
    let before = draft.all();
    for (name, file) in files() {
        for seed in 5_000..5_040 {
            let what = format!("{name}, seed {seed}");
            let sent = Sent {
                bytes: Dice(seed).change(&file.bytes),
                ..file
            };
            let answer = draft.upload(PAPER, &sent);
            if answer.status == 303 {
                let served = draft.client.get(&draft.shown(PAPER).unwrap());
                opens(served.header("content-type"), &served.body, &what);
                assert_eq!(draft.remove(PAPER).status, 303);
            } else {
                assert_eq!(answer.status, 422, "{what}: {}", told(&answer));
                assert!(told(&answer).contains("Belum benar"), "{what}");
            }
        }
    }
    assert_eq!(draft.all(), before);
}
