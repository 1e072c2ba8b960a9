//! A key that makes itself faster: its answers, and how much memory its table takes.

use credential::ed25519::{BaseTable, IssuerKey, PreparedKey, PublicKey, TableSize};
use ed25519_dalek::{Signer, SigningKey};

#[test]
fn of_tables() {
    let key = SigningKey::from_bytes(&[7; 32]).verifying_key();
    let key = IssuerKey::from_bytes(key.as_bytes()).unwrap();
    let base = BaseTable::new(TableSize::Small);
    let bytes = |size| PreparedKey::new(&key, &base, size).table_bytes();
    assert_eq!(bytes(TableSize::Tiny), 8 * 8 * 128);
    assert_eq!(bytes(TableSize::Small), 51 * 16 * 128);
    assert_eq!(bytes(TableSize::Medium), 32 * 128 * 128);
}

/// Before and after it has its table.
#[test]
fn answers_of_a_public_key() {
    let signer = SigningKey::from_bytes(&[7; 32]);
    let key = PublicKey::from_bytes(signer.verifying_key().as_bytes()).unwrap();
    let other = PublicKey::from_bytes(SigningKey::from_bytes(&[8; 32]).verifying_key().as_bytes());
    for n in 0..12u8 {
        let signature = signer.sign(&[n]).to_bytes();
        assert!(key.verify(&[n], &signature) && key.clone().verify(&[n], &signature));
        assert!(!key.verify(&[n + 1], &signature), "{n}");
        assert!(key.verify_parts(&[&[], &[n]], &signature));
    }
    assert!(key == key.clone() && Some(&key) != other.as_ref());
    assert_eq!(PublicKey::from_bytes(&[0; 32]), None);
}
