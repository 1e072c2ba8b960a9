//! A document's QR as a picture.

use super::Shared;
use super::auth::Officer;
use super::bodies::Fields;
use super::documents::find;
use super::problem::Problem;
use super::views::symbol;
use crate::domain::document::Document;
use crate::domain::officer::Actor;
use crate::render::qr::{self, Scale};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A format of pictures.
#[derive(Clone, Copy)]
pub(super) enum Format {
    /// PNG.
    Png,
    /// SVG.
    Svg,
}

/// The QR in the format that `Accept` prefers, PNG where it does not say.
#[utoipa::path(get, path = "/v1/documents/{id}/qr", tag = "documents",
    params(("id" = String, Path), ("scale" = Option<u8>, Query, minimum = 1, maximum = 32, description = "pixels a module; PNG only")),
    responses((status = 200, content_type = "image/png"), (status = 406, description = "No accepted format")),
    security(("bearer" = []), ("session" = [])))]
pub async fn negotiated(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
    let format = preferred(accept).ok_or_else(Problem::not_acceptable)?;
    let mut response = picture(&app, actor, &id, query.as_deref(), format).await?;
    response
        .headers_mut()
        .insert(header::VARY, header::HeaderValue::from_static("accept"));
    Ok(response)
}

/// The QR as PNG.
#[utoipa::path(get, path = "/v1/documents/{id}/qr.png", tag = "documents",
    params(("id" = String, Path), ("scale" = Option<u8>, Query, minimum = 1, maximum = 32, description = "pixels a module")),
    responses((status = 200, content_type = "image/png")), security(("bearer" = []), ("session" = [])))]
pub async fn png(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    picture(&app, actor, &id, query.as_deref(), Format::Png).await
}

/// The QR as SVG.
#[utoipa::path(get, path = "/v1/documents/{id}/qr.svg", tag = "documents", params(("id" = String, Path)),
    responses((status = 200, content_type = "image/svg+xml")), security(("bearer" = []), ("session" = [])))]
pub async fn svg(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    picture(&app, actor, &id, query.as_deref(), Format::Svg).await
}

async fn picture(
    app: &Shared,
    actor: Actor,
    id: &str,
    query: Option<&str>,
    format: Format,
) -> Result<Response, Problem> {
    let scale = scale(query)?;
    let document = find(app, actor, id).await?;
    let missing = || Problem::of_status(StatusCode::NOT_FOUND);
    picture_of(&document, scale, format).ok_or_else(missing)
}

/// `scale` of a query.
pub(super) fn scale(query: Option<&str>) -> Result<Scale, Problem> {
    let mut fields = Fields::of_query(query)?;
    let scale = fields.optional("scale", |text| {
        let pixels = text.parse().ok();
        pixels
            .and_then(|n: u8| Scale::try_from(n).ok())
            .ok_or("must be a number from 1 to 32")
    });
    fields.finish()?;
    Ok(scale.unwrap_or(Scale::DEFAULT))
}

/// A document's symbol as a picture, once it is signed.
pub(super) fn picture_of(document: &Document, scale: Scale, format: Format) -> Option<Response> {
    let symbol = symbol(document)?;
    Some(match format {
        Format::Png => {
            let bytes = qr::png(&symbol, scale);
            ([(header::CONTENT_TYPE, "image/png")], bytes).into_response()
        }
        Format::Svg => {
            let text = qr::svg(&symbol, None);
            ([(header::CONTENT_TYPE, "image/svg+xml")], text).into_response()
        }
    })
}

/// The format with the highest weight in an `Accept` header (RFC 9110 §12.5.1).
fn preferred(accept: Option<&str>) -> Option<Format> {
    let Some(accept) = accept else {
        return Some(Format::Png);
    };
    let weight = |media: &str| {
        let mut best: Option<(u8, f32)> = None;
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let specificity = match parts.next().unwrap_or_default() {
                exact if exact.eq_ignore_ascii_case(media) => 2,
                "image/*" => 1,
                "*/*" => 0,
                _ => continue,
            };
            let q = parts
                .find_map(|p| p.strip_prefix("q="))
                .map_or(Some(1.0), |q| q.parse().ok());
            if best.is_none_or(|(known, _)| specificity > known) {
                best = Some((specificity, q.unwrap_or(0.0)));
            }
        }
        best.map_or(0.0, |(_, q)| q)
    };
    let (png, svg) = (weight("image/png"), weight("image/svg+xml"));
    if svg > png {
        Some(Format::Svg)
    } else {
        (png > 0.0).then_some(Format::Png)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept() {
        let name = |accept| match preferred(accept) {
            Some(Format::Png) => "png",
            Some(Format::Svg) => "svg",
            None => "none",
        };
        assert_eq!(name(None), "png");
        assert_eq!(name(Some("*/*")), "png");
        assert_eq!(name(Some("image/svg+xml, image/*;q=0.5")), "svg");
        assert_eq!(name(Some("image/png;q=0.2, image/svg+xml;q=0.1")), "png");
        assert_eq!(name(Some("image/png;q=0, */*")), "svg");
        assert_eq!(name(Some("text/html")), "none");
    }
}
