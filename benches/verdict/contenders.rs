//! Our steps and their peers, over one and the same person.

use crate::common::*;
use crate::phone::{Phone, proof};
use claim169_core::model::{CwtMeta, Gender, MaritalStatus};
use claim169_core::{Claim169, Decoder, Encoder};
use credential::claims::Claims;
use credential::cose::issue::Unsigned;
use credential::ed25519::IssuerKey;
use credential::ids::KeyId;
use credential::status_source::StatusLists;
use credential::trust_list::TrustList;
use credential::{Policy, token, verify, verify_batch};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use p256::ecdsa::signature::Verifier;

/// Texts in a batch.
pub const BATCH: usize = 64;

pub type Run<'a> = Box<dyn Fn() -> bool + 'a>;

pub struct Contenders {
    office: Office,
    trust: TrustList,
    lists: StatusLists,
    texts: Vec<String>,
    message: Vec<u8>,
    signature: Signature,
    key: VerifyingKey,
    known: IssuerKey,
    theirs: String,
    shown: String,
    phone_key: p256::ecdsa::VerifyingKey,
    phone_message: Vec<u8>,
    phone_signature: p256::ecdsa::Signature,
}

impl Contenders {
    pub fn new() -> Self {
        let office = Office::default();
        let texts: Vec<String> = (0..BATCH as u32)
            .map(|n| {
                let mut c = claims(ktp());
                c.status.as_mut().unwrap().index = n * 977;
                office.issue(&c)
            })
            .collect();
        let payload = claims(ktp()).encode().unwrap();
        let kid = KeyId::of(&public(&office.signer));
        let message = Unsigned::new(kid, None, payload).to_be_signed();
        let theirs = their_text(&office.signer);
        let phone = Phone::es256(9);
        let card = office.issue(&Claims {
            cnf: Some(phone.key()),
            ..claims(ktp())
        });
        let shown = phone.shows(&card, proof(NOW));
        let card = token::unpack(&card).expect("a text").bytes;
        let unsigned = proof(NOW).around(&card).expect("a bound card");
        let phone_message = unsigned.to_be_signed();
        let phone_signature = p256::ecdsa::Signature::from_slice(&phone.sign(&phone_message));
        let Phone::P256(phone_key) = phone else {
            unreachable!("made above");
        };
        Self {
            trust: office.trust(),
            lists: office.status_lists(),
            texts,
            signature: office.signer.sign(&message),
            key: office.signer.verifying_key(),
            known: IssuerKey::from_bytes(&public(&office.signer)).expect("a key"),
            message,
            theirs,
            shown,
            phone_key: *phone_key.verifying_key(),
            phone_message,
            phone_signature: phone_signature.expect("64 bytes"),
            office,
        }
    }

    /// (group, name, run); every run says whether it succeeded.
    pub fn all(&self) -> Vec<(&'static str, &'static str, Run<'_>)> {
        let policy = Policy::default();
        let texts: Vec<&str> = self.texts.iter().map(String::as_str).collect();
        vec![
            (
                "verify",
                "ed25519-dalek verify_strict",
                Box::new(|| {
                    self.key
                        .verify_strict(&self.message, &self.signature)
                        .is_ok()
                }),
            ),
            (
                "verify",
                "text to verdict",
                Box::new(move || {
                    let verdict = verify(&self.texts[0], &self.trust, &self.lists, NOW, &policy);
                    verdict.outcome().code() == "valid"
                }),
            ),
            (
                "verify",
                "batch of 64 texts to verdicts",
                Box::new(move || {
                    let verdicts = verify_batch(&texts, &self.trust, &self.lists, NOW, &policy);
                    verdicts.iter().all(|v| v.outcome().code() == "valid")
                }),
            ),
            (
                "verify",
                "signature alone, key without table",
                Box::new(|| self.known.verify(&self.message, &self.signature.to_bytes())),
            ),
            (
                "verify",
                "claim169-core decode and verify",
                Box::new(|| {
                    let key = self.key.to_bytes();
                    let decoder = Decoder::new(&self.theirs).verify_with_ed25519(&key);
                    decoder.is_ok_and(|d| d.decode().is_ok())
                }),
            ),
            (
                "verify",
                "p256 verify of the phone's message",
                Box::new(|| {
                    let (message, signature) = (&self.phone_message, &self.phone_signature);
                    self.phone_key.verify(message, signature).is_ok()
                }),
            ),
            (
                "verify",
                "presentation to verdict",
                Box::new(move || {
                    let verdict = verify(&self.shown, &self.trust, &self.lists, NOW, &policy);
                    verdict.outcome().code() == "valid"
                }),
            ),
            (
                "issue",
                "ed25519-dalek sign + verify_strict",
                Box::new(|| {
                    let signature = self.office.signer.sign(&self.message);
                    self.key.verify_strict(&self.message, &signature).is_ok()
                }),
            ),
            (
                "issue",
                "claims to signed, verified text",
                Box::new(move || {
                    let text = self.office.issue(&claims(ktp()));
                    let verdict = verify(&text, &self.trust, &self.lists, NOW, &policy);
                    verdict.outcome().code() == "valid"
                }),
            ),
            (
                "steps",
                "base45 + inflate",
                Box::new(|| token::unpack(&self.texts[0]).is_ok()),
            ),
        ]
    }
}

/// The same person as `claim169-core` writes it, with its standard keys alone.
fn their_text(signer: &SigningKey) -> String {
    let claim = Claim169 {
        id: Some("3273015204870003".into()),
        full_name: Some("SITI NURHALIZA".into()),
        date_of_birth: Some("19870412".into()),
        gender: Some(Gender::Female),
        address: Some("JL. MERDEKA NO. 12".into()),
        nationality: Some("ID".into()),
        marital_status: Some(MaritalStatus::Married),
        location_code: Some("3273011001".into()),
        country_of_issuance: Some("ID".into()),
        ..Claim169::default()
    };
    let meta = CwtMeta::new()
        .with_issuer("ID.3273")
        .with_issued_at(NOW - 2 * DAY)
        .with_expires_at(NOW + 4000 * DAY);
    let encoder = Encoder::new(claim, meta).sign_with_ed25519(&signer.to_bytes());
    encoder.expect("a key").encode().expect("a text").qr_data
}
