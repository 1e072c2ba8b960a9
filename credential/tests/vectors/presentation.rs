//! Credentials in a phone's proof: written, read back, made again from what they state, and judged.

use super::generate::{self, LIST};
use super::item::{Content, Is};
use super::page::{Page, hex, unhex, unquote};
use super::phone::Phone;
use super::scene::*;
use super::walk::{instant, walk};
use super::{judged_by, load, signer, stated};
use credential::claims::Claims;
use credential::cose::issue::Unsigned;
use credential::document::Builder;
use credential::ids::KeyId;
use credential::kinds::profiles::AGE_21;
use credential::presentation::Proof;
use credential::request::Request;
use credential::token::{pack, unpack};
use credential::{Challenge, base45};

/// The byte that the scalar of the P-256 test key repeats.
const SCALAR: u8 = 9;
const DESK: &str = "Toko Contoh Braga";
const NONCE: [u8; 16] = *b"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff";

pub fn live() -> String {
    let phone = Phone::es256(SCALAR);
    let claims = Claims {
        cnf: Some(phone.key()),
        exp: Some(NOW + 88 * DAY),
        ..claims(ktp().build().unwrap())
    };
    let proof = Proof {
        iat: NOW - 12,
        audience: None,
        nonce: None,
    };
    let mut page = Page::new("A KTP-el shown live by its holder's phone, which signs with ES256.");
    page.gap();
    page.comment("The phone's private scalar.");
    page.value("holder-p256", hex(&[SCALAR; 32]));
    let verdicts = [
        (NOW, "valid"),
        (NOW - 12 + 90, "valid"),
        (NOW - 12 + 91, "holder_proof_stale"),
        (NOW - 12 - 30, "valid"),
        (NOW - 12 - 31, "holder_proof_ahead"),
        (NOW + 88 * DAY + 1, "expired"),
    ];
    body(page, &phone, &claims, proof, &verdicts)
}

pub fn asked() -> String {
    let phone = Phone::ed25519(SCALAR);
    let age = with_face(Builder::of_profile(&AGE_21), picture());
    let claims = Claims {
        cnf: Some(phone.key()),
        exp: Some(NOW + 88 * DAY),
        ..claims(age.build().unwrap())
    };
    let proof = Proof {
        iat: NOW,
        audience: Some(DESK),
        nonce: Some(&NONCE),
    };
    let request = Request {
        audience: Some(DESK.into()),
        nonce: NONCE.into(),
        profile: Some(&AGE_21),
    };
    let request = request.text().unwrap();
    let mut page = Page::new(
        "What a desk asks and a phone answers: only that its holder is 21 or older. The phone signs with Ed25519.",
    );
    page.gap();
    page.value("holder-ed25519", hex(&[SCALAR; 32]));
    page.gap();
    page.comment("The request on the desk's screen, and what it holds.");
    page.value("request", format_args!("\"{request}\""));
    let content = base45::decode(request.strip_prefix("IKD:").unwrap()).unwrap();
    page.lines("request-content", &walk(&content, Is::Request));
    let verdicts = [(NOW + 5, "valid")];
    body(page, &phone, &claims, proof, &verdicts)
}

fn body(
    mut page: Page,
    phone: &Phone,
    claims: &Claims<'_>,
    proof: Proof<'_>,
    verdicts: &[(i64, &str)],
) -> String {
    let credential = issue(claims, "office");
    page.gap();
    page.comment("The credential.");
    page.value("signer", "office");
    stated::state(&mut page, claims);
    page.gap();
    page.comment("The proof.");
    page.comment(&instant(proof.iat));
    page.value("proof-iat", proof.iat);
    if let Some(audience) = proof.audience {
        page.value("proof-aud", audience);
    }
    if let Some(nonce) = proof.nonce {
        page.value("proof-cnonce", hex(nonce));
    }
    let unsigned = proof.around(&credential).unwrap();
    let to_be_signed = unsigned.to_be_signed();
    page.gap();
    page.comment("Sig_structure, the bytes that the phone signs.");
    page.hex("sig-structure", &to_be_signed);
    let token = unsigned.into_token(&phone.sign(&to_be_signed));
    page.gap();
    page.comment("The COSE_Sign1: the protected headers hold the credential.");
    page.lines("token", &walk(&token, Is::Sign1(Content::Presentation)));
    page.gap();
    page.comment("The QR text.");
    page.qr(&pack(&token));
    page.gap();
    page.comment("The verdict: time in epoch seconds, reason code.");
    if let Some(audience) = proof.audience {
        page.comment("For this desk, which asked.");
        page.value("asked-aud", audience);
    }
    if let Some(nonce) = proof.nonce {
        page.value("asked-cnonce", hex(nonce));
    }
    generate::judged_with(&mut page, LIST);
    for (at, reason) in verdicts {
        page.comment(&instant(*at));
        page.value("verdict", format_args!("{at} {reason}"));
    }
    page.0
}

/// Statement → credential → proof → text → verdict, each step against the file.
#[test]
fn presentations() {
    for file in ["presentation.txt", "presentation-asked.txt"] {
        let vector = load(file);
        let claims = stated::claims(&vector);
        let key = signer(vector.get("signer"));
        let kid = KeyId::of(key.verifying_key().as_bytes());
        let unsigned = Unsigned::new(kid, None, claims.encode().unwrap());
        let credential = super::sign(unsigned, &key);
        let phone = match vector.find("holder-p256") {
            Some(scalar) => Phone::es256(unhex(scalar)[0]),
            None => Phone::ed25519(unhex(vector.get("holder-ed25519"))[0]),
        };
        assert_eq!(claims.cnf, Some(phone.key()), "{file}");
        let nonce = vector.find("proof-cnonce").map(unhex);
        let proof = Proof {
            iat: vector.number("proof-iat"),
            audience: vector.find("proof-aud"),
            nonce: nonce.as_deref(),
        };
        let unsigned = proof.around(&credential).unwrap();
        let to_be_signed = unsigned.to_be_signed();
        assert_eq!(hex(&to_be_signed), hex(vector.bytes("sig-structure")));
        let token = unsigned.into_token(&phone.sign(&to_be_signed));
        assert_eq!(hex(&token), hex(vector.bytes("token")), "{file}: token");
        let text = unquote(vector.get("text"));
        assert_eq!(unpack(text).unwrap().bytes, token);
        let asked = vector.find("asked-cnonce").map(unhex);
        let challenge = Challenge {
            audience: vector.find("asked-aud"),
            nonce: asked.as_deref(),
        };
        let verdict = judged_by(&vector, text, &challenge, file);
        let shown = verdict.credential().unwrap();
        assert_eq!(shown.claims(), claims, "{file}");
        assert_eq!(shown.token(), credential, "{file}");
        if let Some(request) = vector.find("request") {
            let request = Request::parse(unquote(request)).unwrap();
            assert_eq!(request.audience.as_deref(), challenge.audience);
            assert_eq!(Some(request.nonce), asked);
            assert_eq!(request.profile, claims.document().unwrap().profile());
        }
    }
}
