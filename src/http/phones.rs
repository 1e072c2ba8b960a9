//! Activating citizens' phones, finding them and ending lost ones: what officers do.

use super::Shared;
use super::auth::Officer;
use super::bodies::Fields;
use super::problem::Problem;
use crate::domain::device::Device;
use crate::domain::ids::{ActivationId, DeviceId};
use crate::failure::FieldError;
use crate::status::Public;
use crate::wallet;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use credential::ids::Nik;
use serde::Serialize;
use utoipa::ToSchema;

type Body = Result<Bytes, BytesRejection>;

/// Who was seen at the counter.
#[derive(ToSchema)]
#[schema(as = NewActivation)]
#[allow(dead_code, reason = "describes the body")]
pub struct ActivationBody {
    /// 16 digits.
    #[schema(pattern = "^[0-9]{16}$", example = "3273015204870003")]
    nik: String,
    /// A portrait taken there: Base64 of a JPEG, PNG or WebP picture. Without it, the one in the KTP-el in force.
    portrait: Option<String>,
}

/// An activation, shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = Activation)]
pub struct ActivationView {
    /// Names it.
    #[schema(example = "019a4f00-0000-7000-8000-000000000001")]
    id: String,
    /// To type, in groups of four.
    #[schema(example = "7K3M-Q2XH-D9WF-A5R3-TE0B-VN8C-G4ZJ")]
    code: String,
    /// To scan: opens the wallet with the code, which stands behind `#` and never reaches a server.
    url: String,
    /// First second in which the code no longer counts, epoch seconds.
    expires: i64,
}

/// Whose phones to look for.
#[derive(ToSchema)]
#[schema(as = PhoneSearch)]
#[allow(dead_code, reason = "describes the body")]
pub struct SearchBody {
    /// 16 digits.
    #[schema(pattern = "^[0-9]{16}$", example = "3273015204870003")]
    nik: String,
}

/// A phone.
#[derive(Serialize, ToSchema)]
#[schema(as = Phone)]
pub struct PhoneView {
    /// Names it.
    #[schema(example = "019a4f00-0000-7000-8000-000000000001")]
    id: String,
    /// Browser and system in two words, or empty.
    #[schema(example = "Chrome, Android")]
    label: String,
    /// active, lost, replaced (by a newer one) or removed (by its holder).
    #[schema(example = "active")]
    state: &'static str,
    /// Since when, epoch seconds.
    since: i64,
    /// When it was activated, epoch seconds.
    created: i64,
    /// When it last got credentials, epoch seconds.
    renewed: i64,
    /// False where it was ended but a public list could not be signed yet; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    public: Option<bool>,
}

impl From<Device> for PhoneView {
    fn from(d: Device) -> Self {
        Self {
            id: d.id.to_string(),
            label: d.label,
            state: d.state.name(),
            since: d.since,
            created: d.created,
            renewed: d.renewed,
            public: None,
        }
    }
}

/// Phones.
#[derive(Serialize, ToSchema)]
#[schema(as = Phones)]
pub struct PhonesView {
    /// Newest first.
    items: Vec<PhoneView>,
}

fn nik(text: &str) -> Result<Nik, &'static str> {
    Nik::parse(text).map_err(|e| e.rule)
}

/// The address of this service as a phone reaches it: from the settings, else as the officer's own browser did.
pub(super) fn origin(app: &Shared, headers: &HeaderMap) -> String {
    if let Some(url) = &app.service.config.web.public_url {
        return url.trim_end_matches('/').to_string();
    }
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok());
    format!("http://{}", host.unwrap_or("localhost"))
}

/// Open an activation for a person who was seen with their document (operators of any office).
#[utoipa::path(post, path = "/v1/activations", tag = "wallet", request_body = ActivationBody,
    responses((status = 201, body = ActivationView), (status = 403, description = "Not an operator"),
        (status = 422, description = "A field; nobody here has that NIK; or none of their documents is in force"),
        (status = 429, description = "Too many by this officer")), security(("bearer" = []), ("session" = [])))]
pub async fn open(
    State(app): State<Shared>,
    Officer(actor): Officer,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let mut fields = Fields::of_body(body)?;
    let nik = fields.required("nik", nik);
    let portrait = fields.optional("portrait", |text| {
        STANDARD.decode(text).map_err(|_| "must be Base64")
    });
    fields.finish()?;
    let nik = nik.ok_or_else(Problem::not_json)?;
    let face = match portrait {
        Some(picture) => Some(app.service.portraits.portrait("portrait", picture).await?),
        None => None,
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let opened = wallet::open(service, chance, actor, nik, face.as_ref()).await?;
    let view = ActivationView {
        id: opened.id.to_string(),
        url: opened.code.link(&origin(&app, &headers)),
        code: opened.code.expose(),
        expires: opened.expires,
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Take an activation back that was not used yet (operators of the same office).
#[utoipa::path(post, path = "/v1/activations/{id}/cancel", tag = "wallet", params(("id" = String, Path)),
    responses((status = 204, description = "It counts no more"), (status = 403, description = "Not an operator"),
        (status = 409, description = "It was used, or taken back before")),
    security(("bearer" = []), ("session" = [])))]
pub async fn cancel(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = ActivationId::parse(&text);
    let id = id.map_err(|e| Problem::fields(vec![FieldError::new("id", e.rule)]))?;
    wallet::cancel(&app.service, &mut app.chance(), actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Find the phones of a person (operators, signers and auditors of any office). A POST, so that no NIK stands in a URL.
#[utoipa::path(post, path = "/v1/devices/search", tag = "wallet", request_body = SearchBody,
    responses((status = 200, body = PhonesView), (status = 403, description = "The role"),
        (status = 429, description = "This officer looked up more than one may in an hour")),
    security(("bearer" = []), ("session" = [])))]
pub async fn search(
    State(app): State<Shared>,
    Officer(actor): Officer,
    body: Body,
) -> Result<Json<PhonesView>, Problem> {
    let mut fields = Fields::of_body(body)?;
    let nik = fields.required("nik", nik);
    fields.finish()?;
    let nik = nik.ok_or_else(Problem::not_json)?;
    let found = wallet::find(&app.service, actor, nik).await?;
    let items = found.into_iter().map(PhoneView::from).collect();
    Ok(Json(PhonesView { items }))
}

/// End a lost phone: its credentials are revoked, the documents stay valid (operators and signers of any office).
#[utoipa::path(post, path = "/v1/devices/{id}/revoke", tag = "wallet", params(("id" = String, Path)),
    responses((status = 200, body = PhoneView), (status = 202, body = PhoneView, description = "It has ended, but that is \
        not public yet: a status list could not be signed. It is published as soon as the key is back. Do not repeat it"),
        (status = 403, description = "The role"),
        (status = 429, description = "This officer has ended as many as one may in a day"), (status = 409, description = "It ended before")), security(("bearer" = []), ("session" = [])))]
pub async fn revoke(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(text): Path<String>,
) -> Result<(StatusCode, Json<PhoneView>), Problem> {
    let id = DeviceId::parse(&text);
    let id = id.map_err(|e| Problem::fields(vec![FieldError::new("id", e.rule)]))?;
    let (ended, public) = wallet::end_lost(&app.service, &mut app.chance(), actor, id).await?;
    let view = PhoneView::from(ended);
    Ok(match public {
        Public::Yes => (StatusCode::OK, Json(view)),
        Public::NotYet => {
            let public = Some(false);
            (StatusCode::ACCEPTED, Json(PhoneView { public, ..view }))
        }
    })
}
