//! COSE_Sign beside `coset`.

use super::*;
use common::roots::roots;
use coset::iana::Algorithm;
use coset::{CborSerializable, CoseSign, CoseSignature, HeaderBuilder, Label};
use credential::cose::sign::Sign;
use credential::trust_list::{TYP, TrustList};

/// `coset` takes a list of several signers apart in the same way, and means the same bytes to be signed.
#[test]
fn coset_reads_and_verifies_a_list_of_several() {
    let set = roots(2, &[51, 52, 53]);
    let bytes = Office::default().trust_token_by(&set, &[51, 53]);
    let ours = Sign::parse_canonical(&bytes).unwrap();
    let theirs = CoseSign::from_tagged_slice(&bytes).unwrap();
    assert_eq!(theirs.payload.as_deref(), Some(ours.payload));
    assert!(theirs.unprotected.is_empty());
    let typ = Label::Int(16);
    assert_eq!(
        theirs.protected.header.rest,
        [(typ, Cbor::Text(TYP.into()))]
    );
    assert_eq!(theirs.signatures.len(), 2);
    for (n, (one, signature)) in ours.signatures.iter().zip(&theirs.signatures).enumerate() {
        assert_eq!(signature.protected.header.key_id, one.kid.0);
        let key = set.key(one.kid).unwrap();
        let verified = theirs.verify_signature(n, b"", |signature, signed| {
            assert_eq!(signature, one.signature);
            match key.verify(signed, one.signature) {
                true => Ok(()),
                false => Err("refused"),
            }
        });
        assert_eq!(verified, Ok(()));
        assert!(ours.is_signed_by(one, key));
    }
    assert_eq!(theirs.to_tagged_vec().unwrap(), bytes);
}

/// And what `coset` writes in our form is accepted.
#[test]
fn a_list_that_coset_wrote_is_accepted() {
    let set = roots(2, &[51, 52, 53]);
    let model = Office::default().trust_token_by(&set, &[52, 53]);
    let model = Sign::parse_canonical(&model).unwrap();
    let typ = HeaderBuilder::new()
        .value(16, Cbor::Text(TYP.into()))
        .build();
    let mut builder = coset::CoseSignBuilder::new()
        .protected(typ)
        .payload(model.payload.to_vec());
    let mut signers = [key(52), key(53)];
    signers.sort_by_key(|key| KeyId::of(&public(key)));
    for signer in signers {
        let header = HeaderBuilder::new()
            .algorithm(Algorithm::EdDSA)
            .key_id(KeyId::of(&public(&signer)).0.to_vec())
            .build();
        let signature = CoseSignature {
            protected: coset::ProtectedHeader {
                original_data: None,
                header,
            },
            ..Default::default()
        };
        builder = builder.add_created_signature(signature, b"", |signed| {
            signer.sign(signed).to_bytes().to_vec()
        });
    }
    let bytes = builder.build().to_tagged_vec().unwrap();
    assert_eq!(TrustList::verify(&bytes, &set.id()).unwrap().roots, set);
    assert!(CoseSign::from_slice(&bytes[2..]).is_ok());
}
