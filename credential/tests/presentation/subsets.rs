//! Subset credentials, shown live.

use crate::common::*;
use crate::phone::{Phone, proof};
use credential::claims::Claims;
use credential::document::{Builder, Value};
use credential::kinds::{fields as f, profiles};
use credential::reason::Reason;

#[test]
fn subsets_show_their_fields_and_no_others() {
    let office = Office::default();
    let phone = Phone::es256(9);
    let show = |document| {
        let card = office.issue(&Claims {
            cnf: Some(phone.key()),
            exp: Some(NOW + 90 * DAY),
            ..claims(document)
        });
        office.verify(&phone.shows(&card, proof(NOW)))
    };
    let age = Builder::of_profile(&profiles::AGE_21).set(&f::FACE, face(300));
    let verdict = show(age.build().unwrap());
    assert_eq!(verdict.reason(), Reason::Valid);
    let claims = verdict.credential().unwrap().claims();
    let document = claims.document().unwrap();
    assert_eq!(document.profile(), Some(&profiles::AGE_21));
    let keys: Vec<u8> = document.fields().map(|(field, _)| field.key).collect();
    assert_eq!(keys, [23, 62, 95, 96]);
    let rows = claims.rows(credential::lang::Lang::En);
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.name, row.text.as_str()))
        .collect();
    assert_eq!(
        rows,
        [("umur_minimal", "21"), ("berlaku_hingga", "20-02-2027")]
    );
    // A field more or less than the profile has.
    let with_name = Builder::of_profile(&profiles::AGE_21)
        .set(&f::FACE, face(300))
        .set(&f::NAME, text("SITI"));
    assert!(with_name.build().is_err());
    assert!(Builder::of_profile(&profiles::AGE_21).build().is_err());
    let younger = Builder::of_profile(&profiles::AGE_21)
        .set(&f::FACE, face(300))
        .set(&f::MIN_AGE, Value::Number(18));
    assert!(younger.build().is_err());
    let whole = ktp_builder().set(&f::MIN_AGE, Value::Number(21));
    assert!(whole.build().is_err());
}
