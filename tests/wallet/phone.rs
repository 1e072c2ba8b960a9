//! A phone: a key, what it signs, and what it shows to a verifier.

use crate::support::{Answer, Server};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::bundle::Bundle;
use credential::presentation::Proof;
use credential::token;
use credential::{Policy, Verdict};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

pub struct Phone {
    key: SigningKey,
}

impl Phone {
    /// The n-th phone; each has a key of its own.
    pub fn new(n: u8) -> Self {
        let mut secret = [7; 32];
        secret[31] = n;
        Self {
            key: SigningKey::from_slice(&secret).unwrap(),
        }
    }

    /// Its public key as WebCrypto exports it.
    pub fn jwk(&self) -> Value {
        let point = self.key.verifying_key().to_sec1_point(false);
        let bytes = point.as_bytes();
        let text = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
        json!({"kty": "EC", "crv": "P-256", "x": text(&bytes[1..33]), "y": text(&bytes[33..])})
    }

    /// Its public key, compressed.
    pub fn sec1(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(true);
        point.as_bytes().to_vec()
    }

    /// `r ‖ s` as WebCrypto gives it.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.key.sign(message);
        signature.to_bytes().into()
    }

    pub fn proof(&self, words: &str, what: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.sign(format!("{words}\n{what}").as_bytes()))
    }

    /// Body of a redemption.
    pub fn claim(&self, code: &str) -> Value {
        json!({"code": code, "key": self.jwk(), "proof": self.proof("ikd-wallet-redeem", code)})
    }

    pub fn redeem(&self, server: &Server, code: &str) -> Answer {
        send(server, "/v1/wallet/redeem", &self.claim(code))
    }

    /// Redeems a code that must count.
    pub fn redeemed(&self, server: &Server, code: &str) -> Value {
        let answer = self.redeem(server, code);
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    /// Answers a fresh challenge: `renew` or `remove`.
    pub fn answer(&self, server: &Server, device: &str, what: &str) -> Answer {
        let asked = send(
            server,
            &format!("/v1/wallet/{device}/challenge"),
            &json!(null),
        );
        assert_eq!(asked.status, 200, "{}", asked.text());
        let challenge = asked.json()["challenge"].as_str().unwrap().to_string();
        let body = json!({"challenge": challenge,
            "proof": self.proof(&format!("ikd-wallet-{what}"), &challenge)});
        send(server, &format!("/v1/wallet/{device}/{what}"), &body)
    }

    /// What it shows of a credential at that second.
    pub fn shows(&self, credential: &str, at: i64) -> String {
        let bytes = token::unpack(credential).unwrap().bytes;
        let proof = Proof {
            iat: at,
            audience: None,
            nonce: None,
        };
        let unsigned = proof.around(&bytes).unwrap();
        let signature = self.sign(&unsigned.to_be_signed());
        token::pack(&unsigned.into_token(&signature))
    }

    /// The verdict of a verifier with that bundle, a second after it was made.
    pub fn judged(&self, credential: &str, bundle: &Bundle) -> Verdict {
        let now = bundle.issued + 1;
        let text = self.shows(credential, now);
        credential::verify(
            &text,
            &bundle.trust,
            &bundle.statuses,
            now,
            &Policy::default(),
        )
    }
}

/// Posts JSON as nobody who is known.
pub fn send(server: &Server, path: &str, body: &Value) -> Answer {
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let kind = ("content-type".to_string(), "application/json".to_string());
    server.ask("POST", path, &[kind], body.as_bytes())
}

/// An officer opens an activation; the code.
pub fn activated(server: &Server, operator: &str, nik: &str) -> String {
    let answer = server.post(
        operator,
        "/v1/activations",
        &json!({"nik": nik}).to_string(),
    );
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["code"].as_str().unwrap().to_string()
}

/// The text of the credential of that kind and purpose.
pub fn text<'a>(handed: &'a Value, kind: &str, purpose: Option<&str>) -> &'a str {
    let all = handed["credentials"].as_array().unwrap();
    let fits = |c: &&Value| c["kind"] == kind && c["purpose"].as_str() == purpose;
    let found = all.iter().find(fits);
    let found = found.unwrap_or_else(|| panic!("no {kind} {purpose:?}"));
    found["text"].as_str().unwrap()
}
