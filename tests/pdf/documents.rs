//! Every kind of document, printed and read back.

use crate::office::{HEAD, Signed, issue, verifier};
use crate::tools::{ask, keep, pages, poppler};
use credential::document::{Builder, Value, member_rows};
use credential::kinds::fields::{FACE, MEMBERS};
use credential::kinds::{KINDS, KTP, by_slug};
use credential::lang::Lang;
use credential::{Outcome, document::Document};
use ikd::demo::samples::{self, ISSUED, Measure};
use ikd::render::pdf;
use ikd_verifier::reader::{self, Effort};
use std::path::Path;

/// Dots per inch of an office printer's draft mode; a phone sees more.
const DPI: u32 = 150;
const MOST_BYTES: usize = 100_000;

fn printed(signed: &Signed) -> Vec<u8> {
    let pdf = pdf::print(&signed.claims, &signed.text, signed.ecc, &HEAD);
    pdf.unwrap_or_else(|e| panic!("{}: {e}", signed.claims.document().unwrap().kind().slug))
}

/// Text without white space and hyphens: where a line breaks is the layout's affair, and poppler drops a hyphen that
/// happens to stand at the end of one.
fn dense(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect()
}

/// All that the claims print must be in the file as text.
fn says_everything(signed: &Signed, text: &str) {
    let text = dense(text);
    let document = signed.claims.document().unwrap();
    let kind = document.kind();
    let mut expected: Vec<String> = Vec::new();
    for row in signed.claims.rows(Lang::Id) {
        // "For life" is printed on a KTP-el alone.
        if row.name == "berlaku_hingga" && signed.claims.exp.is_none() && kind != &KTP {
            continue;
        }
        expected.push(row.text);
    }
    if let Some(Value::Members(members)) = document.get(&MEMBERS) {
        let rows = members.iter().flat_map(|m| member_rows(m, Lang::Id));
        expected.extend(rows.map(|row| row.text));
    }
    for value in expected {
        let upper = dense(&value.to_uppercase());
        let found = text.contains(&dense(&value)) || text.to_uppercase().contains(&upper);
        assert!(found, "{}: {value} is not in the text\n{text}", kind.slug);
    }
    assert!(
        text.contains(&dense(HEAD.name)),
        "{}: the office",
        kind.slug
    );
}

fn well_made(name: &str, path: &Path) {
    let info = ask("pdfinfo", &[], path);
    let line = |label: &str| {
        let line = info.lines().find_map(|line| line.strip_prefix(label));
        line.unwrap_or_else(|| panic!("{name}: no {label} in {info}"))
            .trim()
            .to_string()
    };
    assert_eq!(line("Tagged:"), "yes", "{name}");
    assert!(!line("Title:").is_empty(), "{name}");
    let fonts = ask("pdffonts", &[], path);
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!fonts.is_empty(), "{name}");
    for font in fonts {
        // name, type (two words), encoding, emb, sub, uni, object
        let columns: Vec<&str> = font.split_whitespace().rev().collect();
        assert_eq!(
            &columns[2..5],
            ["yes", "yes", "yes"],
            "{name}: embedded, subset, Unicode: {font}"
        );
    }
}

fn reads_back_green(name: &str, signed: &Signed, path: &Path) {
    let verifier = verifier();
    let mut green = 0;
    for page in pages(path, DPI) {
        let picture = ikd_verifier::pictures::open(&page).unwrap();
        for found in reader::read(&picture.gray(), &Effort::STILL) {
            assert_eq!(found.text, signed.text, "{name}");
            let judgement = verifier.judge(&found.text, ISSUED + 60);
            assert_eq!(
                judgement.outcome(),
                Outcome::Valid,
                "{name}: {}",
                judgement.reason().code()
            );
            green += 1;
        }
    }
    assert_eq!(green, 1, "{name}: how often the QR was read at {DPI} dpi");
}

/// Everything that must hold of one printed document.
fn check(name: &str, document: Document<'static>) {
    let signed = issue(document);
    let file = printed(&signed);
    assert!(file.len() < MOST_BYTES, "{name}: {} bytes", file.len());
    assert_eq!(file, printed(&signed), "{name}: the same bytes again");
    let path = keep(name, &file);
    says_everything(&signed, &ask("pdftotext", &["-enc", "UTF-8"], &path));
    well_made(name, &path);
    reads_back_green(name, &signed, &path);
}

#[test]
fn every_kind_prints_and_reads_back_green() {
    if !poppler() {
        return;
    }
    for kind in KINDS {
        let document = samples::document(kind, Measure::Ordinary).unwrap();
        check(kind.slug, document);
    }
}

#[test]
fn little_and_much_fit_too() {
    if !poppler() {
        return;
    }
    for kind in KINDS {
        for (measure, word) in [(Measure::Barest, "barest"), (Measure::Fullest, "fullest")] {
            let document = samples::document(kind, measure).unwrap();
            check(&format!("{}-{word}", kind.slug), document);
        }
    }
}

#[test]
fn large_families_print_on_several_pages() {
    if !poppler() {
        return;
    }
    for members in [2, 15, 40] {
        check(
            &format!("kk-{members}"),
            samples::family(members, Measure::Ordinary).unwrap(),
        );
    }
    let pages = |name: &str| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pdf/{name}.pdf"));
        let info = ask("pdfinfo", &[], &path);
        let line = info
            .lines()
            .find_map(|line| line.strip_prefix("Pages:"))
            .unwrap();
        line.trim().parse::<u32>().unwrap()
    };
    assert_eq!(pages("kk-2"), 1);
    assert!(pages("kk-40") > 1);
}

#[test]
fn a_card_shows_the_photo_that_is_signed() {
    if !poppler() {
        return;
    }
    for slug in ["ktp", "kia"] {
        let document = samples::document(by_slug(slug).unwrap(), Measure::Ordinary).unwrap();
        assert!(document.get(&FACE).is_some());
        let path = keep(&format!("{slug}-photo"), &printed(&issue(document)));
        let images = ask("pdfimages", &["-list"], &path);
        assert_eq!(
            images.lines().count(),
            3,
            "heading, line, one picture: {images}"
        );
        let bare = samples::document(by_slug(slug).unwrap(), Measure::Barest).unwrap();
        let path = keep(&format!("{slug}-no-photo"), &printed(&issue(bare)));
        assert_eq!(ask("pdfimages", &["-list"], &path).lines().count(), 2);
    }
}

#[test]
fn a_reduced_photograph_goes_from_upload_to_verifier() {
    if !poppler() {
        return;
    }
    // 300 × 400 pixels of something round on something plain.
    let photo = image::RgbImage::from_fn(300, 400, |x, y| {
        let (dx, dy) = (x as i32 - 150, y as i32 - 170);
        let inside = dx * dx + dy * dy < 100 * 100;
        image::Rgb(if inside {
            [210, 160, 130]
        } else {
            [30, 60, 160]
        })
    });
    let mut upload = std::io::Cursor::new(Vec::new());
    photo
        .write_to(&mut upload, image::ImageFormat::Jpeg)
        .unwrap();
    let face = ikd::render::portrait::reduce(upload.get_ref()).unwrap();

    let sample = samples::document(&KTP, Measure::Ordinary).unwrap();
    let mut builder = Builder::new(&KTP);
    for used in KTP.fields {
        if let Some(value) = sample.get(used.field) {
            builder = builder.set(used.field, value.clone());
        }
    }
    let document = builder
        .set(&FACE, Value::Face(face.clone()))
        .build()
        .unwrap();
    check("ktp-portrait", document.clone());
    let signed = issue(document);
    let judgement = verifier().judge(&signed.text, ISSUED + 60);
    let credential = judgement.credential().unwrap();
    let shown = credential.claims().document().unwrap().get(&FACE).cloned();
    assert_eq!(shown, Some(Value::Face(face.clone())));
    let picture =
        image::load_from_memory_with_format(&face.data, image::ImageFormat::WebP).unwrap();
    assert_eq!(picture.width() * 4, picture.height() * 3);
}
