//! Attachments that come in parts, for phones with a poor network.

use super::files::{FileView, Raw};
use super::id;
use crate::attachments::upload::{self, Appended, PART_MAX};
use crate::domain::ids::UploadId;
use crate::failure::{Failure, FieldError};
use crate::http::Shared;
use crate::http::anybody::Somebody;
use crate::http::bodies::Fields;
use crate::http::pages::language_of;
use crate::http::problem::Problem;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

/// A file that is announced.
#[derive(ToSchema)]
#[schema(as = NewUpload)]
#[allow(dead_code, reason = "describes the body")]
pub struct UploadBody {
    /// Which of the kind's attachments it will be.
    #[schema(example = "kk_lama")]
    slug: String,
    /// Its bytes.
    #[schema(example = 182_044, minimum = 1)]
    size: i64,
    /// Its SHA-256, hex.
    #[schema(
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    sha256: String,
}

/// How far an upload is.
#[derive(Serialize, ToSchema)]
#[schema(as = Upload, example = json!({"id": "019a4f00-0000-7000-8000-0000000000b1", "received": 65536,
    "part_max": 65536}))]
pub struct UploadView {
    /// Names it in addresses.
    pub id: String,
    /// Bytes that are here: where the next part begins.
    pub received: i64,
    /// Most bytes of a part.
    pub part_max: usize,
    /// The attachment, once the file is whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment: Option<FileView>,
}

/// What is wrong with a file is told in the sender's language: it is a citizen who reads it.
fn told(headers: &HeaderMap, failure: Failure) -> Problem {
    match failure {
        Failure::Attachment(refused) => {
            let words = refused.words(language_of(headers));
            Problem::fields(vec![FieldError::new("file", words)])
        }
        other => other.into(),
    }
}

/// Announce a file that will come in parts.
///
/// Announcing the same file again, after the network or the phone failed, answers how much of it is here. What is
/// wrong with a file is told in the language of `Accept-Language`.
#[utoipa::path(post, path = "/v1/applications/{id}/uploads", tag = "applications",
    params(("id" = String, Path)), request_body = UploadBody,
    responses((status = 200, body = UploadView),
        (status = 409, description = "The application is no longer the applicant's to change")),
    security(("bearer" = []), ("session" = [])))]
pub async fn begin(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<UploadView>, Problem> {
    let id = id(&text)?;
    let mut fields = Fields::of_body(body)?;
    let slug = fields.required("slug", |text| Ok::<_, &str>(text.to_string()));
    let size = fields.number("size");
    let sha256 = fields.required("sha256", |text| {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok();
        let fixed = bytes.and_then(|b| <[u8; 32]>::try_from(b).ok());
        fixed.ok_or("must be 64 hexadecimal digits, small letters")
    });
    fields.finish()?;
    let (Some(slug), Some(size), Some(sha256)) = (slug, size, sha256) else {
        return Err(Problem::not_json());
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let begun = upload::begin(service, chance, actor, id, &slug, size, &sha256).await;
    let begun = begun.map_err(|failure| told(&headers, failure))?;
    Ok(Json(UploadView {
        id: begun.id.to_string(),
        received: begun.received,
        part_max: PART_MAX,
        attachment: None,
    }))
}

/// Send the next part.
///
/// A part that does not begin at `received` is left alone; the answer says where to go on. With the last part the file
/// is checked and attached.
#[utoipa::path(post, path = "/v1/applications/{id}/uploads/{upload}", tag = "applications",
    params(("id" = String, Path), ("upload" = String, Path),
        ("start" = i64, Query, minimum = 0, description = "offset of the part's first byte", example = 0)),
    request_body(content_type = "application/octet-stream", content = inline(Raw)),
    responses((status = 200, body = UploadView),
        (status = 409, description = "The application is no longer the applicant's to change"),
        (status = 422, description = "The file is refused; `errors` says why")),
    security(("bearer" = []), ("session" = [])))]
pub async fn part(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path((text, upload)): Path<(String, String)>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<UploadView>, Problem> {
    let id = id(&text)?;
    let rule = "must be an upload's id (UUID)";
    let wrong = |_| Problem::fields(vec![FieldError::new("upload", rule)]);
    let upload = UploadId::parse(&upload).map_err(wrong)?;
    let mut fields = Fields::of_query(query.as_deref())?;
    let start = fields.required("start", |text| {
        let start = text.parse::<i64>().ok().filter(|start| *start >= 0);
        start.ok_or("must be a number of bytes")
    });
    fields.finish()?;
    let start = start.ok_or_else(Problem::not_json)?;
    let bytes = body.map_err(|e| Problem::of_status(e.status()))?;
    let (service, chance) = (&app.service, &mut app.chance());
    let came = upload::append(service, chance, actor, id, upload, start, &bytes).await;
    let came = came.map_err(|failure| told(&headers, failure))?;
    let (received, attachment) = match came {
        Appended::More(received) => (received, None),
        Appended::Done(attachment) => (start + bytes.len() as i64, Some(attachment.into())),
    };
    Ok(Json(UploadView {
        id: upload.to_string(),
        received,
        part_max: PART_MAX,
        attachment,
    }))
}
