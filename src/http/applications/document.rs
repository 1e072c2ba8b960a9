//! The document that an application led to, for its applicant and its office.

use super::id;
use crate::applications::{sight, visible};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Thing};
use crate::http::Shared;
use crate::http::anybody::Somebody;
use crate::http::pages::pdf_file;
use crate::http::pictures::{Format, picture_of, scale};
use crate::http::problem::Problem;
use crate::http::views::{DocumentView, view_at};
use crate::print;
use crate::store::status_lists;
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

/// Read the document, with the text of its QR.
#[utoipa::path(get, path = "/v1/applications/{id}/document", tag = "applications",
    params(("id" = String, Path)),
    responses((status = 200, body = DocumentView), (status = 404, description = "Nothing is issued yet")),
    security(("bearer" = []), ("session" = [])))]
pub async fn read(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Json<DocumentView>, Problem> {
    let id = id(&text)?;
    let mut tx = app.service.db.read().await?;
    let document = sight::document(&app.service, &mut tx, actor, id).await?;
    let list = status_lists::by_id(&mut tx, document.place.list).await?;
    let base = format!("/v1/applications/{id}/document");
    Ok(Json(view_at(&document, list.uri, &base)))
}

/// The document's QR as PNG.
#[utoipa::path(get, path = "/v1/applications/{id}/document/qr.png", tag = "applications",
    params(("id" = String, Path),
        ("scale" = Option<u8>, Query, minimum = 1, maximum = 32, description = "pixels a module, 1 to 32")),
    responses((status = 200, content_type = "image/png"), (status = 404, description = "Nothing is issued yet")),
    security(("bearer" = []), ("session" = [])))]
pub async fn png(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    picture(&app, actor, &text, query.as_deref(), Format::Png).await
}

/// The document's QR as SVG.
#[utoipa::path(get, path = "/v1/applications/{id}/document/qr.svg", tag = "applications",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "image/svg+xml"), (status = 404, description = "Nothing is issued yet")),
    security(("bearer" = []), ("session" = [])))]
pub async fn svg(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    picture(&app, actor, &text, query.as_deref(), Format::Svg).await
}

/// The document as PDF: A4, or card size for KTP-el and KIA.
#[utoipa::path(get, path = "/v1/applications/{id}/document.pdf", tag = "applications",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "application/pdf"), (status = 404, description = "Nothing is issued yet"),
        (status = 409, description = "It is no longer in force")),
    security(("bearer" = []), ("session" = [])))]
pub async fn pdf(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let mut tx = app.service.db.read().await?;
    let document = sight::document(&app.service, &mut tx, actor, id(&text)?).await?;
    let bytes = print::pdf(&app.service, &mut tx, &document).await?;
    Ok(pdf_file(document.kind.slug, bytes))
}

/// The receipt of an application as PDF, without the code.
#[utoipa::path(get, path = "/v1/applications/{id}/receipt.pdf", tag = "applications",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "application/pdf"), (status = 404, description = "It is still a draft")),
    security(("bearer" = []), ("session" = [])))]
pub async fn receipt(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let mut tx = app.service.db.read().await?;
    let case = visible(&app.service, &mut tx, actor, id(&text)?).await?;
    let bytes = print::receipt(&mut tx, &case).await?;
    Ok(pdf_file("tanda-terima", bytes))
}

async fn picture(
    app: &Shared,
    actor: Actor,
    text: &str,
    query: Option<&str>,
    format: Format,
) -> Result<Response, Problem> {
    let scale = scale(query)?;
    let mut tx = app.service.db.read().await?;
    let document = sight::document(&app.service, &mut tx, actor, id(text)?).await?;
    let missing = Failure::NotFound(Thing::Document);
    Ok(picture_of(&document, scale, format).ok_or(missing)?)
}
