//! What is not printed, and the receipt.

use crate::office::{HEAD, issue};
use crate::tools::{ask, keep, pages, poppler};
use credential::date::Date;
use credential::kinds::{KK, KTP, by_slug};
use ikd::chance::Chance;
use ikd::demo::samples::{self, Measure};
use ikd::domain::registration::Registration;
use ikd::render::pdf::{self, OfficeHead, PdfError, Receipt, Step};
use ikd::render::qr::Ecc;
use ikd_verifier::reader::{self, Effort};

#[test]
fn nothing_is_printed_that_the_qr_does_not_hold() {
    let [ktp, deed, kk] = ["ktp", "akta-kelahiran", "kk"]
        .map(|slug| issue(samples::document(by_slug(slug).unwrap(), Measure::Ordinary).unwrap()));
    let other = issue(samples::family(3, Measure::Ordinary).unwrap());
    for text in [
        deed.text.as_str(),
        other.text.as_str(),
        "",
        "HTTPS://EXAMPLE.COM/",
    ] {
        let refused = pdf::document(&kk.claims, text, Ecc::M, &HEAD);
        assert_eq!(refused, Err(PdfError::NotTheSame), "{text}");
    }
    assert_eq!(
        pdf::card(&ktp.claims, &kk.text, Ecc::M, &HEAD),
        Err(PdfError::NotTheSame)
    );
    assert_eq!(
        pdf::card(&kk.claims, &kk.text, Ecc::M, &HEAD),
        Err(PdfError::Size)
    );
    assert_eq!(
        pdf::document(&ktp.claims, &ktp.text, Ecc::M, &HEAD),
        Err(PdfError::Size)
    );
    let strange = OfficeHead {
        name: "Dinas 登記",
        ..HEAD
    };
    assert_eq!(
        pdf::document(&kk.claims, &kk.text, Ecc::M, &strange),
        Err(PdfError::Character('登'))
    );
    assert_eq!(ktp.claims.document().unwrap().kind(), &KTP);
}

#[test]
fn a_receipt_names_the_number_and_its_qr_holds_it_alone() {
    let registration = Registration::draw(&mut Chance::seeded(5));
    let steps = [
        Step {
            text: "Petugas memeriksa berkas",
            when: Some("paling lambat 27-11-2026"),
        },
        Step {
            text: "Kepala Dinas menandatangani",
            when: None,
        },
        Step {
            text: "Kartu Keluarga dapat diunduh atau diambil di loket",
            when: None,
        },
    ];
    let receipt = |code| Receipt {
        registration: &registration,
        code,
        kind: &KK,
        office: &HEAD,
        filed: Date::parse("2026-11-24").unwrap(),
        steps: &steps,
    };
    let file = pdf::receipt(&receipt(Some("482 913"))).unwrap();
    let without = pdf::receipt(&receipt(None)).unwrap();
    assert!(file.len() < 100_000);
    if !poppler() {
        return;
    }
    let path = keep("receipt", &file);
    let text = ask("pdftotext", &[], &path);
    for expected in [
        registration.to_string().as_str(),
        "482 913",
        "24-11-2026",
        "Kartu Keluarga",
        "tidak dipungut biaya",
        "Petugas memeriksa berkas – paling lambat 27-11-2026",
        "Kota Bandung",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let path = keep("receipt-no-code", &without);
    assert!(!ask("pdftotext", &[], &path).contains("rahasia"));
    let pages = pages(&path, 150);
    assert_eq!(pages.len(), 1);
    let picture = ikd_verifier::pictures::open(&pages[0]).unwrap();
    let found = reader::read(&picture.gray(), &Effort::STILL);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].text, registration.to_string());
}
