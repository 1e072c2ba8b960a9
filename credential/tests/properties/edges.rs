//! Where numbers and lengths change their form.

use crate::common::*;
use credential::cbor::write::Writer;
use credential::cose::{Sign1, issue::Unsigned};
use credential::date::wib_text;
use credential::ed25519::PublicKey;
use credential::ids::{BadId, KeyId, Nik, NomorKk};
use ed25519_dalek::Signer;

/// What is signed is built here by a writer of CBOR, byte by byte as RFC 9052 §4.4 has it.
#[test]
fn payloads_of_every_length_are_signed_as_cose_says() {
    let signer = key(3);
    let public_key = PublicKey::from_bytes(&public(&signer)).unwrap();
    for length in [0, 1, 23, 24, 255, 256, 65_535, 65_536, 70_000] {
        let payload = vec![0xa5; length];
        let unsigned = Unsigned::new(KeyId::of(&public(&signer)), None, payload.clone());
        let mut protected = Writer::new();
        protected.map(2).u64(1).i64(-8).u64(4);
        protected.bytes(&KeyId::of(&public(&signer)).0);
        let mut structure = Writer::new();
        structure.array(4).str("Signature1");
        structure
            .bytes(&protected.into_bytes())
            .bytes(&[])
            .bytes(&payload);
        let structure = structure.into_bytes();
        assert_eq!(unsigned.to_be_signed(), structure, "{length}");
        let token = unsigned.into_token(&signer.sign(&structure).to_bytes());
        let read = Sign1::parse_canonical(&token).unwrap();
        assert_eq!(read.to_be_signed().parts().concat(), structure, "{length}");
        assert!(read.is_signed_by(&public_key), "{length}");
    }
}

#[test]
fn an_instant_beyond_the_calendar_is_its_number() {
    assert_eq!(wib_text(NOW), "2026-11-22 07:00 WIB");
    assert_eq!(wib_text(i64::MAX), "@9223372036854775807");
    assert_eq!(wib_text(i64::MIN), "@-9223372036854775808");
    // The last second of 2199 in WIB, and the one after it.
    assert_eq!(wib_text(7_258_093_199), "2199-12-31 23:59 WIB");
    assert_eq!(wib_text(7_258_093_200), "@7258093200");
}

#[test]
fn a_number_of_seventeen_digits_is_no_identity() {
    let rule = "must be 16 digits";
    let what = "NIK";
    for number in [10_000_000_000_000_000, u64::MAX] {
        assert_eq!(Nik::from_u64(number), Err(BadId { what, rule }));
        let what = "nomor KK";
        assert_eq!(NomorKk::from_u64(number), Err(BadId { what, rule }));
    }
    assert!(Nik::from_u64(9_999_993_112_999_999).is_ok());
}
