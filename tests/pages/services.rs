//! The services come from the one table, whole.

use crate::browse::*;
use crate::support::*;
use credential::kinds::{KINDS, Need};

#[test]
fn every_kind_has_its_tile_and_its_page() {
    let data = Data::new();
    let server = data.serve();
    let list = open(&server, "/layanan").text();
    assert_eq!(KINDS.len(), 23);
    for kind in KINDS {
        let path = format!("/layanan/{}", kind.slug);
        assert!(
            attributes(&list, "href").contains(&path),
            "{path} is not listed"
        );
        for lang in ["id", "en"] {
            let answer = open_in(&server, &path, lang);
            check_page(&answer, &path, lang);
            let html = answer.text();
            let text = |text: &credential::lang::Text| {
                let words = if lang == "id" { text.id } else { text.en };
                words.replace('\'', "&#39;")
            };
            let filing = &kind.filing;
            assert!(
                html.contains(&text(&kind.name)) && html.contains(&text(&filing.purpose)),
                "{path}"
            );
            assert!(html.contains(filing.form), "{path} names no form");
            for attachment in filing.attachments {
                assert!(
                    html.contains(&text(&attachment.label)),
                    "{path}: {}",
                    attachment.slug
                );
                if let Need::When(when) = attachment.need {
                    assert!(html.contains(&text(&when)), "{path}: {}", attachment.slug);
                }
            }
            let days = format!(
                "<b>{} ",
                filing.report.as_ref().map_or(0, |r| r.within_days)
            );
            assert_eq!(
                html.contains(&days),
                filing.report.is_some(),
                "{path}: {days}"
            );
            assert!(
                attributes(&html, "href").contains(&format!("/ajukan/{}", kind.slug)),
                "{path}"
            );
        }
    }
}

#[test]
fn a_search_finds_tells_how_many_and_echoes_safely() {
    let data = Data::new();
    let server = data.serve();
    let found = open(&server, "/layanan?cari=KTP+hilang").text();
    assert!(attributes(&found, "href").contains(&"/layanan/ktp".to_string()));
    assert!(attributes(&found, "value").contains(&"KTP hilang".to_string()));
    let hostile = open(
        &server,
        "/layanan?cari=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    )
    .text();
    assert!(!hostile.contains("<script>"), "{hostile}");
    assert!(hostile.contains("Tidak ada layanan dengan kata itu"));
}

#[test]
fn the_trust_page_shows_the_root_that_verifiers_pin() {
    use sha2::{Digest, Sha256};
    let data = Data::new();
    let server = data.serve();
    let html = open(&server, "/kepercayaan").text();
    let digest = Sha256::digest(data.root());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(html.contains(&hex[..16]), "the root's key id");
    for part in hex.as_bytes().chunks(8) {
        assert!(html.contains(std::str::from_utf8(part).unwrap()), "{hex}");
    }
    let bundle = data.bundle();
    let issuer = bundle.trust.issuers().next().unwrap();
    assert!(html.contains(&issuer.office) && html.contains(&issuer.key_id().to_string()));
    assert!(html.contains("aktif"));
}
