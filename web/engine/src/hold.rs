//! What the holder's phone and the desk that asks it need: proofs around a credential, and questions.

use crate::judge::content;
use crate::{Reply, Request, Wrong};
use credential::kinds::profiles;
use credential::presentation::{NotPresentable, Proof, Unsigned, unverified_claims};
use credential::request;
use credential::token;
use ikd_verifier::words::hex;
use miniz_oxide::deflate::compress_to_vec_zlib;
use serde_json::{Value, json};

/// The bytes that the phone signs: `credential` (a QR text), `iat`, `audience`, `nonce`.
pub fn proof(request: &Request<'_>) -> Result<Reply, Wrong> {
    let bytes = unsigned(request)?.to_be_signed();
    Ok(Reply::from(json!({})).followed_by(&bytes))
}

/// The QR text: as [`proof`], and `signature`, 64 bytes. ES256 with either `s`; the low one is written.
pub fn present(request: &Request<'_>) -> Result<Reply, Wrong> {
    let signature = request.required_bytes("signature")?.try_into();
    let signature = signature.map_err(|_| Wrong::field("signature", "64 bytes"))?;
    let token = unsigned(request)?.into_token(signature);
    let text = token::pack_compressed(&token, &compress_to_vec_zlib(&token, 9));
    Ok(json!({"text": text}).into())
}

/// What a credential says, for its holder's own screen: as `judge` tells it, with `iss` and, in epoch seconds, `issued`
/// and `expires`. Nothing is judged.
pub fn describe(request: &Request<'_>) -> Result<Reply, Wrong> {
    let wrong = || Wrong::new("not_a_credential", "not a credential of our issuers");
    let credential = token::unpack(request.text("credential")?).map_err(|_| wrong())?;
    let claims = unverified_claims(&credential.bytes).ok_or_else(wrong)?;
    let mut told = content(&claims);
    for name in ["title", "purpose", "name", "rows", "photo"] {
        told.entry(name).or_insert_with(Default::default);
    }
    told.insert("iss".into(), claims.iss.into());
    told.insert("issued".into(), claims.iat.into());
    told.insert("expires".into(), claims.exp.into());
    Ok(Value::from(told).into())
}

fn unsigned(request: &Request<'_>) -> Result<Unsigned, Wrong> {
    let proof = Proof {
        iat: request.integer("iat")?,
        audience: request.optional_text("audience")?,
        nonce: request.bytes("nonce"),
    };
    let not_credential = || Wrong::new("not_a_credential", "not a credential of our issuers");
    let credential = token::unpack(request.text("credential")?).map_err(|_| not_credential())?;
    proof.around(&credential.bytes).map_err(|e| match e {
        NotPresentable::Credential(_) => not_credential(),
        NotPresentable::NotBound => Wrong::new("not_bound", "the credential is bound to no key"),
        NotPresentable::Proof => Wrong::new(
            "bad_request",
            "`iat`, `audience` or `nonce` is out of bounds",
        ),
    })
}

/// The text of a question to a phone: `audience`, `nonce`, `purpose` (number).
pub fn request(request: &Request<'_>) -> Result<Reply, Wrong> {
    let unknown = || Wrong::new("bad_request", "there is no such `purpose`");
    let purpose = request.optional_integer("purpose")?;
    let profile = purpose.map(|number| {
        let profile = u64::try_from(number).ok().and_then(profiles::by_number);
        profile.ok_or_else(unknown)
    });
    let question = request::Request {
        audience: request.optional_text("audience")?.map(str::to_string),
        nonce: request.required_bytes("nonce")?.to_vec(),
        profile: profile.transpose()?,
    };
    let wrong = || Wrong::new("bad_request", "`audience` or `nonce` is out of bounds");
    Ok(json!({"text": question.text().ok_or_else(wrong)?}).into())
}

/// Reads such a text; `request` is null where it is none.
pub fn parse_request(request: &Request<'_>) -> Result<Reply, Wrong> {
    let question = request::Request::parse(request.text("text")?);
    let told = question.map(|question| {
        json!({
            "audience": question.audience,
            "nonce": hex(&question.nonce),
            "purpose": question.profile.map(|profile| profile.number),
        })
    });
    Ok(json!({"request": told}).into())
}
