//! How the rows of the table are made. The compiler calls these functions for the table itself; here they are called
//! with values of which every part can be seen in what comes out.

use super::attachments::{self as a, other};
use super::fields::{self as f, tables};
use super::kk::col;
use super::*;

/// Whether it is required, and who says it.
fn said(used: &Use) -> (bool, From) {
    (used.required, used.from)
}

#[test]
fn each_word_for_a_use_says_who_states_the_field() {
    for (used, required, from) in [
        (required(&f::NAME), true, From::Register),
        (optional(&f::NAME), false, From::Register),
        (asked(&f::NAME), true, From::Applicant),
        (may_be_asked(&f::NAME), false, From::Applicant),
        (assigned(&f::NAME), true, From::Office),
        (stated(&f::NAME), false, From::Office),
    ] {
        assert_eq!(used.field, &f::NAME);
        assert_eq!(said(&used), (required, from));
        assert_eq!(used.label(), f::NAME.label, "by its own name");
    }
    // What the encoder fills in nobody else states, whatever the row says.
    for field in [&f::MARITAL_169, &f::COUNTRY, &f::PROFILE] {
        assert_eq!(said(&required(field)), (true, From::Encoder));
        assert_eq!(said(&may_be_asked(field)), (false, From::Encoder));
    }
}

#[test]
fn a_use_under_another_name_stays_the_same_use() {
    let used = asked(&f::EVENT_DATE).called("Tanggal Kematian", "Date of death");
    assert_eq!(used.field, &f::EVENT_DATE);
    assert_eq!(said(&used), (true, From::Applicant));
    let label = used.label();
    assert_eq!((label.id, label.en), ("Tanggal Kematian", "Date of death"));
}

#[test]
fn a_document_ends_another_in_one_of_two_ways() {
    let revoked = revokes("ktp", Whose::Subject);
    assert_eq!((revoked.slug, revoked.whose), ("ktp", Whose::Subject));
    assert_eq!(revoked.how, Ending::Revoked);
    let superseded = supersedes("kk", Whose::Family);
    assert_eq!((superseded.slug, superseded.whose), ("kk", Whose::Family));
    assert_eq!(superseded.how, Ending::Superseded);
}

#[test]
fn a_paper_is_asked_for_always_unless_the_row_says_when() {
    let paper = other("kk_lama", "KK lama", "Old card");
    assert_eq!(paper.slug, "kk_lama");
    assert_eq!((paper.label.id, paper.label.en), ("KK lama", "Old card"));
    assert!(matches!(paper.need, Need::Always));
    let paper = paper.when("ada", "there is one");
    assert_eq!(paper.slug, "kk_lama");
    assert_eq!((paper.label.id, paper.label.en), ("KK lama", "Old card"));
    assert!(matches!(
        paper.need,
        Need::When(Text {
            id: "ada",
            en: "there is one"
        })
    ));
    assert!(matches!(a::MANDATE.need, Need::Delegated));
}

#[test]
fn columns_keep_what_they_are_made_of() {
    for core in [true, false] {
        let column = col(required(&f::NIK), core);
        assert_eq!(column.field, &f::NIK);
        assert_eq!((column.required, column.core), (true, core));
        assert!(!col(optional(&f::NIK), core).required);
    }
    let (must, may) = (tables::must(&f::NIK), tables::may(&f::NAME));
    assert_eq!((must.field, must.required), (&f::NIK, true));
    assert_eq!((may.field, may.required), (&f::NAME, false));
}
