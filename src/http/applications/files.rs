//! Attachments of an application: listed, sent as they are in the body, read, taken out.

use super::id;
use crate::applications;
use crate::attachments::{self, Attachment};
use crate::domain::ids::AttachmentId;
use crate::failure::FieldError;
use crate::http::Shared;
use crate::http::anybody::Somebody;
use crate::http::pages::attached;
use crate::http::problem::Problem;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A file of an application.
#[derive(Serialize, ToSchema)]
#[schema(as = Attachment, example = json!({"id": "019a4f00-0000-7000-8000-0000000000a1", "slug": "kk_lama",
    "media_type": "image/jpeg", "size": 182_044, "added_at": 1790000000,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}))]
pub struct FileView {
    /// Names it in addresses.
    pub id: String,
    /// Which of the kind's attachments it is (`GET /v1/kinds/{slug}`).
    pub slug: String,
    /// `image/jpeg`, `image/png` or `application/pdf`.
    pub media_type: String,
    /// Bytes as kept, after cleaning.
    pub size: i64,
    /// When it was sent, epoch seconds.
    pub added_at: i64,
    /// SHA-256 of what is kept, hex.
    pub sha256: String,
}

impl From<Attachment> for FileView {
    fn from(file: Attachment) -> Self {
        Self {
            id: file.id.to_string(),
            slug: file.slug,
            media_type: file.media_type,
            size: file.size,
            added_at: file.created,
            sha256: data_encoding::HEXLOWER.encode(&file.hash),
        }
    }
}

/// The files of an application.
#[derive(Serialize, ToSchema)]
#[schema(as = Attachments)]
pub struct FilesView {
    /// Oldest first.
    pub items: Vec<FileView>,
}

/// What a sent file is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    slug: String,
}

fn attachment(text: &str) -> Result<AttachmentId, Problem> {
    let rule = "must be an attachment's id (UUID)";
    AttachmentId::parse(text)
        .map_err(|_| Problem::fields(vec![FieldError::new("attachment", rule)]))
}

/// List an application's attachments.
#[utoipa::path(get, path = "/v1/applications/{id}/attachments", tag = "applications",
    params(("id" = String, Path)),
    responses((status = 200, body = FilesView)),
    security(("bearer" = []), ("session" = [])))]
pub async fn list(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Json<FilesView>, Problem> {
    let id = id(&text)?;
    let mut tx = app.service.db.read().await?;
    applications::visible(&app.service, &mut tx, actor, id).await?;
    let found = attachments::list(&mut tx, id).await?;
    let items = found.into_iter().map(FileView::from).collect();
    Ok(Json(FilesView { items }))
}

/// Attach a file.
///
/// The body is the file itself, JPEG, PNG or PDF, up to the office's limit (1 MB by default). What it is called or said
/// to be does not count. A picture is written anew without its metadata; a PDF with scripts or encryption is refused.
/// The same file sent again is the same attachment.
#[utoipa::path(post, path = "/v1/applications/{id}/attachments", tag = "applications",
    params(("id" = String, Path),
        ("slug" = String, Query, description = "which of the kind's attachments it is", example = "kk_lama")),
    request_body(content_type = "application/octet-stream", content = inline(Raw)),
    responses((status = 201, body = FileView), (status = 413, description = "The file is larger than any office allows"),
        (status = 409, description = "The application is no longer the applicant's to change"),
        (status = 422, description = "The file is refused; `errors` says why")),
    security(("bearer" = []), ("session" = [])))]
pub async fn add(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
    sent: Result<Query<Sent>, axum::extract::rejection::QueryRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<FileView>), Problem> {
    let id = id(&text)?;
    let rule =
        "must stand once and name an attachment of this kind; GET /v1/kinds/{slug} lists them";
    let Query(Sent { slug }) =
        sent.map_err(|_| Problem::fields(vec![FieldError::new("slug", rule)]))?;
    let bytes = body.map_err(|e| Problem::of_status(e.status()))?.to_vec();
    let chance = &mut app.chance();
    let added = attachments::add(&app.service, chance, actor, id, &slug, bytes).await?;
    Ok((StatusCode::CREATED, Json(added.into())))
}

/// A file, or a part of one, as it is sent.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "only describes the body")]
pub struct Raw(Vec<u8>);

/// Read an attachment.
#[utoipa::path(get, path = "/v1/applications/{id}/attachments/{attachment}", tag = "applications",
    params(("id" = String, Path), ("attachment" = String, Path)),
    responses((status = 200, content((inline(Raw) = "image/jpeg"), (inline(Raw) = "image/png"),
        (inline(Raw) = "application/pdf")))),
    security(("bearer" = []), ("session" = [])))]
pub async fn read(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path((text, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (id, file) = (id(&text)?, attachment(&file)?);
    let mut tx = app.service.db.read().await?;
    let (found, bytes) = attachments::open(&app.service, &mut tx, actor, id, file).await?;
    Ok(attached(&found.media_type, bytes))
}

/// Take an attachment out.
#[utoipa::path(delete, path = "/v1/applications/{id}/attachments/{attachment}", tag = "applications",
    params(("id" = String, Path), ("attachment" = String, Path)),
    responses((status = 204), (status = 409, description = "The application is no longer the applicant's to change")),
    security(("bearer" = []), ("session" = [])))]
pub async fn remove(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path((text, file)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (id, file) = (id(&text)?, attachment(&file)?);
    attachments::remove(&app.service, actor, id, file).await?;
    Ok(StatusCode::NO_CONTENT)
}
