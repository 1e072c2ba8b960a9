//! A foreign issuer whose key we hold, and envelopes as foreign tools make them.

use super::*;

/// An office that trusts one key as a foreign issuer at any time.
pub fn foreign_office(key: &SigningKey, iss: &str) -> Office {
    Office {
        issuers: vec![foreign_issuer(public(key), iss)],
        ..Office::default()
    }
}

pub fn foreign_issuer(key: [u8; 32], iss: &str) -> Issuer {
    Issuer {
        key: PublicKey::from_bytes(&key).unwrap(),
        iss: iss.into(),
        kinds: vec![],
        not_before: 0,
        not_after: credential::claims::TIME_MAX as i64,
        profile: Profile::Foreign,
        ..issuer(&SigningKey::from_bytes(&[1; 32]))
    }
}

pub fn cbor(bytes: &[u8]) -> Cbor {
    ciborium::from_reader(bytes).expect("CBOR")
}

pub fn bytes_of(value: &Cbor) -> Vec<u8> {
    let mut bytes = vec![];
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

/// The payload of a COSE_Sign1, read by `coset`.
pub fn payload_of(token: &[u8]) -> Vec<u8> {
    use coset::TaggedCborSerializable;
    let envelope = coset::CoseSign1::from_tagged_slice(token).expect("a COSE_Sign1");
    envelope.payload.expect("a payload")
}

/// The payload in an envelope as foreign tools make it: tag 18, `{1: −8}`, no key identifier.
pub fn resign(payload: &[u8], key: &SigningKey) -> String {
    use coset::TaggedCborSerializable;
    let protected = coset::HeaderBuilder::new().algorithm(coset::iana::Algorithm::EdDSA);
    let envelope = coset::CoseSign1Builder::new()
        .protected(protected.build())
        .payload(payload.to_vec())
        .create_signature(b"", |message| key.sign(message).to_bytes().to_vec())
        .build();
    token::pack(&envelope.to_tagged_vec().unwrap())
}

pub fn judge(text: &str, trust: &TrustList, now: i64) -> Verdict {
    verify(text, trust, &NoStatus, now, &Policy::default())
}
