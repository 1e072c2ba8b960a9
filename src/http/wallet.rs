//! What a citizen's phone asks for: it redeems an activation, renews its credentials, removes a person. It is known by
//! its key alone; no NIK stands in an address.

use super::Shared;
use super::address::ClientAddress;
use super::bodies::Fields;
use super::device;
use super::problem::Problem;
use crate::domain::device::DeviceKey;
use crate::domain::ids::DeviceId;
use crate::failure::FieldError;
use crate::wallet::{self, Answer, Claim, Credential, Handed};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

type Body = Result<Bytes, BytesRejection>;

/// Longest code as it may be typed, with blanks.
const CODE_MAX: usize = 80;

/// A public key as WebCrypto exports it (RFC 7517, RFC 7518 §6.2.1).
#[derive(ToSchema)]
#[schema(as = PhoneKey)]
#[allow(dead_code, reason = "describes the body")]
pub struct KeyBody {
    /// `EC`.
    #[schema(example = "EC")]
    kty: String,
    /// `P-256`.
    #[schema(example = "P-256")]
    crv: String,
    /// 32 bytes, Base64url without padding.
    #[schema(example = "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY")]
    x: String,
    /// 32 bytes, Base64url without padding.
    #[schema(example = "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU")]
    y: String,
}

/// A code from the counter and the key of the phone that redeems it.
#[derive(ToSchema)]
#[schema(as = Redemption)]
#[allow(dead_code, reason = "describes the body")]
pub struct RedeemBody {
    /// As it was scanned or typed.
    #[schema(example = "7K3M-Q2XH-D9WF-A5R3-TE0B-VN8C-G4ZJ")]
    code: String,
    /// The phone's public key.
    key: KeyBody,
    /// ES256 signature over the UTF-8 of `ikd-wallet-redeem`, a line feed and `code` exactly as it stands here:
    /// `r ‖ s`, 64 bytes, Base64url without padding.
    #[schema(
        pattern = "^[A-Za-z0-9_-]{86}$",
        example = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )]
    proof: String,
}

/// A phone's answer to a challenge.
#[derive(ToSchema)]
#[schema(as = PhoneAnswer)]
#[allow(dead_code, reason = "describes the body")]
pub struct AnswerBody {
    /// From `POST /v1/wallet/{id}/challenge`.
    #[schema(example = "AAAAAGq6cNAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    challenge: String,
    /// ES256 signature over the UTF-8 of `ikd-wallet-renew` or `ikd-wallet-remove`, a line feed and the challenge:
    /// `r ‖ s`, 64 bytes, Base64url without padding.
    #[schema(
        pattern = "^[A-Za-z0-9_-]{86}$",
        example = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )]
    proof: String,
}

/// Something to sign.
#[derive(Serialize, ToSchema)]
#[schema(as = Challenge)]
pub struct ChallengeView {
    /// Counts for 60 seconds, for this phone.
    challenge: String,
}

/// A credential that is bound to the phone's key.
#[derive(Serialize, ToSchema)]
#[schema(as = BoundCredential)]
pub struct CredentialView {
    /// Slug of the document's kind.
    #[schema(example = "ktp")]
    kind: &'static str,
    /// Slug of the purpose; null for the whole document.
    purpose: Option<&'static str>,
    /// The QR text without a proof of the phone; a verifier takes it only inside one (FORMAT.md).
    text: String,
    /// The key that signed it, as 16 hexadecimal digits; a phone asks for a newer one when `/.well-known/jwks.json` does not
    /// have it any more.
    #[schema(example = "6f1c0b2a9d3e4f58")]
    kid: String,
    /// Claim `iat`, epoch seconds.
    issued: i64,
    /// Claim `exp`, epoch seconds.
    expires: i64,
    /// From when on a newer one is given, epoch seconds.
    renew_after: i64,
}

impl From<Credential> for CredentialView {
    fn from(c: Credential) -> Self {
        Self {
            kind: c.kind,
            purpose: c.purpose,
            text: c.text,
            kid: c.kid.to_string(),
            issued: c.issued,
            expires: c.expires,
            renew_after: c.renew_after,
        }
    }
}

/// Whose documents they are.
#[derive(Serialize, ToSchema)]
#[schema(as = PhoneHolder)]
pub struct HolderView {
    /// Full name.
    name: String,
}

/// What a phone gets.
#[derive(Serialize, ToSchema)]
#[schema(as = PhoneCredentials)]
pub struct HandedView {
    /// Names the phone in later requests.
    #[schema(example = "019a4f00-0000-7000-8000-000000000001")]
    device: String,
    /// Everything that the person may show; what the phone had before is of no use beside them.
    credentials: Vec<CredentialView>,
    /// The person.
    holder: HolderView,
}

impl From<Handed> for HandedView {
    fn from(handed: Handed) -> Self {
        Self {
            device: handed.device.to_string(),
            credentials: handed.credentials.into_iter().map(Into::into).collect(),
            holder: HolderView { name: handed.name },
        }
    }
}

fn signature(text: &str) -> Result<[u8; 64], &'static str> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or("must be 64 bytes in Base64url without padding")
}

/// A P-256 key from its members; what is wrong with it, otherwise.
fn key(members: &BTreeMap<String, String>) -> Result<DeviceKey, &'static str> {
    let member = |name: &str| members.get(name).map(String::as_str).unwrap_or_default();
    if member("kty") != "EC" || member("crv") != "P-256" {
        return Err("must be a key of kty EC and crv P-256");
    }
    let coordinate = |name| {
        let bytes = URL_SAFE_NO_PAD.decode(member(name)).ok();
        bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
    };
    let (Some(x), Some(y)) = (coordinate("x"), coordinate("y")) else {
        return Err("must have x and y, 32 bytes each in Base64url without padding");
    };
    DeviceKey::from_coordinates(&x, &y).ok_or("is no point of the curve P-256")
}

fn id(text: &str) -> Result<DeviceId, Problem> {
    let rule = |_| Problem::fields(vec![FieldError::new("id", "must be a phone's id (UUID)")]);
    DeviceId::parse(text).map_err(rule)
}

/// Redeem an activation: the phone gets credentials bound to its key. A phone that the person had before ends.
///
/// Repeated with the same code and key within the code's ten minutes it gives them again, in case an answer was lost.
#[utoipa::path(post, path = "/v1/wallet/redeem", tag = "wallet", request_body = RedeemBody,
    responses((status = 201, body = HandedView),
        (status = 422, description = "A field; one answer for a code that is wrong, used or too old"),
        (status = 429, description = "Tried too often"), (status = 503, description = "The office cannot sign now")))]
pub async fn redeem(
    State(app): State<Shared>,
    client: ClientAddress,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let mut fields = Fields::of_body(body)?;
    let code = fields.required("code", |text| match text.len() {
        1..=CODE_MAX => Ok(text.to_string()),
        _ => Err("must be the code on the officer's screen"),
    });
    fields.present("key");
    let members = fields.texts("key");
    let key = key(&members).map_err(|rule| fields.error("key", rule)).ok();
    let proof = fields.required("proof", signature);
    fields.finish()?;
    let (Some(code), Some(key), Some(proof)) = (code, key, proof) else {
        return Err(Problem::not_json());
    };
    let claim = Claim {
        code,
        key,
        proof,
        label: device::of(&headers),
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let handed = wallet::redeem(service, chance, &client.key(), claim).await?;
    Ok((StatusCode::CREATED, Json(HandedView::from(handed))))
}

/// Ask for something to sign. Nothing is kept of it.
#[utoipa::path(post, path = "/v1/wallet/{id}/challenge", tag = "wallet", params(("id" = String, Path)),
    responses((status = 200, body = ChallengeView, description = "The same whether there is such a phone or not")))]
pub async fn challenge(
    State(app): State<Shared>,
    Path(text): Path<String>,
) -> Result<Json<ChallengeView>, Problem> {
    let id = id(&text)?;
    Ok(Json(ChallengeView {
        challenge: wallet::challenge(&app.service, &mut app.chance(), id),
    }))
}

fn answer(text: &str, body: Body) -> Result<Answer, Problem> {
    let device = id(text)?;
    let mut fields = Fields::of_body(body)?;
    let challenge = fields.required("challenge", |text| Ok::<_, String>(text.to_string()));
    let proof = fields.required("proof", signature);
    fields.finish()?;
    let (Some(challenge), Some(proof)) = (challenge, proof) else {
        return Err(Problem::not_json());
    };
    Ok(Answer {
        device,
        challenge,
        proof,
    })
}

/// Renew the phone's credentials: those past half their life or of a document that was replaced; the others again.
#[utoipa::path(post, path = "/v1/wallet/{id}/renew", tag = "wallet", params(("id" = String, Path)),
    request_body = AnswerBody,
    responses((status = 200, body = HandedView),
        (status = 403, description = "The phone was lost, replaced or removed: activate again at an office"),
        (status = 422, description = "A field; or no document of the person is in force"),
        (status = 429, description = "Tried too often"), (status = 503, description = "The office cannot sign now")))]
pub async fn renew(
    State(app): State<Shared>,
    client: ClientAddress,
    Path(text): Path<String>,
    body: Body,
) -> Result<Json<HandedView>, Problem> {
    let answer = answer(&text, body)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let handed = wallet::renew(service, chance, &client.key(), answer).await?;
    Ok(Json(handed.into()))
}

/// Remove the person from the phone: its credentials are revoked.
#[utoipa::path(post, path = "/v1/wallet/{id}/remove", tag = "wallet", params(("id" = String, Path)),
    request_body = AnswerBody,
    responses((status = 204, description = "Removed, also where the phone had ended before"),
        (status = 403, description = "There is no such phone any more"), (status = 422, description = "A field"),
        (status = 429, description = "Tried too often")))]
pub async fn remove(
    State(app): State<Shared>,
    client: ClientAddress,
    Path(text): Path<String>,
    body: Body,
) -> Result<StatusCode, Problem> {
    let answer = answer(&text, body)?;
    let (service, chance) = (&app.service, &mut app.chance());
    wallet::remove(service, chance, &client.key(), answer).await?;
    Ok(StatusCode::NO_CONTENT)
}
