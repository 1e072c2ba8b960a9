//! A registry office with keys for tests: signs samples, and has the bundle that a verifier needs to judge them.

use credential::bundle::{self, Bundle};
use credential::claims::Claims;
use credential::cose::issue::Unsigned;
use credential::document::Document;
use credential::ed25519::PublicKey;
use credential::ids::KeyId;
use credential::status_list::{self, SHARD, issue::ListBuilder};
use credential::trust_list::{Issuer, KeyState, Profile, issue::Draft};
use credential::{Policy, token};
use ed25519_dalek::{Signer, SigningKey};
use ikd::demo::samples::{self, ISS, ISSUED, LIST};
use ikd::render::pdf::OfficeHead;
use ikd::render::qr::{self, Ecc};
use ikd_verifier::verifier::Verifier;

const DAY: i64 = 86_400;

pub const HEAD: OfficeHead<'static> = OfficeHead {
    name: "Dinas Kependudukan dan Pencatatan Sipil Kota Bandung",
    address: Some("Jl. Ambon No. 1B, Bandung 40117"),
    head: None,
};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn public(key: &SigningKey) -> [u8; 32] {
    key.verifying_key().to_bytes()
}

fn sign(unsigned: Unsigned, key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(&unsigned.to_be_signed()).to_bytes();
    unsigned.into_token(&signature)
}

/// A signed document as it goes to the printer.
pub struct Signed {
    pub claims: Claims<'static>,
    pub text: String,
    pub ecc: Ecc,
}

/// Signs a document, at the strongest level and with the fullest content that fit one symbol, as the service does.
pub fn issue(document: Document<'static>) -> Signed {
    let claims = samples::claims(document.clone(), 7);
    let kid = KeyId::of(&public(&key(3)));
    let payload = claims.encode().unwrap();
    let text = token::pack(&sign(Unsigned::new(kid, None, payload), &key(3)));
    let fits = [Ecc::M, Ecc::L]
        .into_iter()
        .find(|ecc| qr::encode(&text, *ecc).is_ok());
    match fits {
        Some(ecc) => Signed { claims, text, ecc },
        None => {
            assert!(!document.is_core_only());
            issue(document.into_core_only())
        }
    }
}

/// A verifier that trusts this office for every kind.
pub fn verifier() -> Verifier {
    let issuer = Issuer {
        key: PublicKey::from_bytes(&public(&key(3))).unwrap(),
        iss: ISS.into(),
        office: "Disdukcapil Kota Bandung".into(),
        region: "3273".into(),
        kinds: (1..=23).collect(),
        not_before: ISSUED - 400 * DAY,
        not_after: ISSUED + 400 * DAY,
        state: KeyState::Active,
        profile: Profile::Canonical,
    };
    let trust = Draft {
        version: 1,
        issued: ISSUED - DAY,
        next_update: ISSUED + 30 * DAY,
        root: public(&key(1)),
        publishers: vec![public(&key(2))],
        issuers: vec![issuer],
    };
    let trust = sign(trust.unsigned(), &key(1));
    let list = ListBuilder::new(2, SHARD).unwrap();
    let list = list.payload(LIST, ISSUED, ISSUED + 7 * DAY, 3600);
    let kid = KeyId::of(&public(&key(3)));
    let list = sign(Unsigned::new(kid, Some(status_list::TYP), list), &key(3));
    let publisher = KeyId::of(&public(&key(2)));
    let unsigned = bundle::issue::unsigned(publisher, ISSUED, ISSUED + 7 * DAY, &trust, &[list]);
    let bundle = Bundle::verify(&sign(unsigned, &key(2)), &public(&key(1))).unwrap();
    Verifier::new(bundle, ISSUED, Policy::default())
}
