//! Questions to a phone that are none, and keys that are none.

use crate::phone::Phone;
use credential::base45;
use credential::cbor::write::Writer;
use credential::holder::HolderKey;
use credential::request::{PREFIX, Request};

fn request(write: impl FnOnce(&mut Writer)) -> Option<Request> {
    let mut w = Writer::new();
    write(&mut w);
    Request::parse(&format!("{PREFIX}{}", base45::encode(&w.into_bytes())))
}

#[test]
fn a_request_says_what_it_may_and_no_more() {
    let nonce = [7; 8];
    let asked = request(|w| {
        w.map(1).u64(39).bytes(&nonce);
    });
    assert_eq!(asked.map(|request| request.nonce), Some(nonce.to_vec()));
    // A key of a later version, a purpose of a later version, no nonce, a nonce that is too short.
    let later = request(|w| {
        w.map(2).u64(39).bytes(&nonce).u64(40).u64(1);
    });
    let purpose = request(|w| {
        w.map(2).u64(39).bytes(&nonce).u64(95).u64(200);
    });
    let nothing = request(|w| {
        w.map(0);
    });
    let short = request(|w| {
        w.map(1).u64(39).bytes(&nonce[..7]);
    });
    assert_eq!([later, purpose, nothing, short], [None, None, None, None]);
}

#[test]
fn a_request_fits_into_256_characters() {
    let of = |audience: &str| Request {
        audience: Some(audience.into()),
        nonce: vec![7; 32],
        profile: None,
    };
    let short = of(&"x".repeat(64));
    let text = short.text().unwrap();
    assert_eq!(Request::parse(&text), Some(short));
    assert_eq!(of(&"x".repeat(65)).text(), None);
    // Each of these is three bytes: 64 are a name, but the text would have 355 characters.
    let long = "\u{2019}".repeat(64);
    assert_eq!(of(&long).text(), None);
    let asked = request(|w| {
        w.map(2).u64(3).str(&long).u64(39).bytes(&[7; 32]);
    });
    assert_eq!(asked, None);
}

#[test]
fn a_key_that_is_no_point_verifies_nothing() {
    let phone = Phone::es256(9);
    let signature = phone.sign(b"message");
    assert!(phone.key().verify(b"message", &signature));
    assert!(!phone.key().verify(b"message", &[0; 64]));
    // Not below the field's prime. No bytes read as such a key; it is made by hand.
    let (x, y_odd) = ([0xff; 32], true);
    assert_eq!(HolderKey::from_sec1(&[&[3][..], &x].concat()), None);
    assert!(!HolderKey::P256 { x, y_odd }.verify(b"message", &signature));
}
