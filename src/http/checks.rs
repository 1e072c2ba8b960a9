//! Checking a document over the API: the text of a QR, or the number printed on a paper. Pictures are for the page.

use super::Shared;
use super::address::ClientAddress;
use super::bodies::Fields;
use super::problem::Problem;
use crate::check::TEXT_MAX;
use crate::check::number::{PrintedNumber, Standing, look_up};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use serde::Serialize;
use utoipa::ToSchema;

/// The text of a QR.
#[derive(ToSchema)]
#[schema(as = QrText)]
#[allow(dead_code, reason = "describes the body")]
pub struct TextBody {
    /// As it was read, up to 4,296 characters.
    #[schema(min_length = 1, max_length = 4296, example = "HC1:6BFOXN…")]
    text: String,
}

/// A number as it is printed.
#[derive(ToSchema)]
#[schema(as = PrintedNumber)]
#[allow(dead_code, reason = "describes the body")]
pub struct NumberBody {
    /// Capital letters, digits and hyphens; spaces and small letters do not matter.
    #[schema(min_length = 1, max_length = 40, example = "3273-LU-24112026-0007")]
    number: String,
}

/// What a printed number is registered as. It is no verdict: a forger can print a number that exists.
#[derive(Serialize, ToSchema)]
#[schema(as = RegisteredNumber, example = json!({"registered": true, "kind": "akta-kelahiran", "standing": "in_force",
    "issued": 1_795_489_200}))]
pub struct NumberView {
    /// Whether a document has that number.
    pub registered: bool,
    /// Its kind's slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// `in_force`, `superseded`, `suspended`, `revoked` or `expired`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<&'static str>,
    /// When it was issued, epoch seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<i64>,
}

/// Check the text of a QR.
///
/// The verdict that `ikd-verify text --json` reaches offline, with the same members: `verdict`, `reason`, `message`,
/// `freshness`, `judged_at`, `detail`, `issuer`, `claims`. Nothing is kept or logged.
#[utoipa::path(post, path = "/v1/check", tag = "public", request_body = TextBody,
    responses((status = 200, body = Object), (status = 429, description = "Asked too often from that address")),
    security(()))]
pub async fn text(
    State(app): State<Shared>,
    client: ClientAddress,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<serde_json::Value>, Problem> {
    let mut fields = Fields::of_body(body)?;
    let rule = "must be the text of one QR, up to 4,296 characters";
    let text = fields.required("text", |text| {
        let fits = !text.trim().is_empty() && text.chars().count() <= TEXT_MAX;
        fits.then(|| text.to_string()).ok_or(rule)
    });
    fields.finish()?;
    let text = text.ok_or_else(Problem::not_json)?;
    let checked = app.checker.text(&app.service, &client.key(), text).await?;
    let judged = ikd_verifier::json::judgement(&checked.judgement);
    Ok(Json(serde_json::Value::Object(judged)))
}

/// Look a printed number up: its kind, where it stands, its day; nothing about a person.
#[utoipa::path(post, path = "/v1/check/number", tag = "public", request_body = NumberBody,
    responses((status = 200, body = NumberView), (status = 429, description = "Asked too often from that address")),
    security(()))]
pub async fn number(
    State(app): State<Shared>,
    client: ClientAddress,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<NumberView>, Problem> {
    let mut fields = Fields::of_body(body)?;
    let rule = "must be a number as it is printed, like 3273-LU-24112026-0007";
    let number = fields.required("number", |text| PrintedNumber::parse(text).ok_or(rule));
    fields.finish()?;
    let number = number.ok_or_else(Problem::not_json)?;
    let found = look_up(&app.service, &client.key(), &number).await?;
    Ok(Json(NumberView {
        registered: found.is_some(),
        kind: found.map(|f| f.kind.slug),
        standing: found.map(|f| standing(f.standing)),
        issued: found.map(|f| f.issued),
    }))
}

fn standing(of: Standing) -> &'static str {
    match of {
        Standing::InForce => "in_force",
        Standing::Superseded => "superseded",
        Standing::Suspended => "suspended",
        Standing::Revoked => "revoked",
        Standing::Expired => "expired",
    }
}
