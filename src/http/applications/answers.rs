//! Filling an application in.

use super::people::PeopleView;
use super::views::ApplicationView;
use super::{id, people, view, write};
use crate::applications::{draft, review};
use crate::http::Shared;
use crate::http::anybody::Somebody;
use crate::http::bodies::Fields;
use crate::http::problem::Problem;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What changes. Lines that are left out stay; an empty text or null takes a line out.
#[derive(ToSchema)]
#[schema(as = AnswersChange, example = json!({"version": 1, "answers": {"nama": "BUDI SANTOSO"},
    "people": {"relation": "parent"}}))]
#[allow(
    dead_code,
    reason = "describes the body; the fields are parsed one by one"
)]
pub struct AnswersBody {
    /// The `version` that was read.
    #[schema(example = 1)]
    version: i64,
    /// Lines about people.
    people: Option<PeopleView>,
    /// Answers by field name, as the citizen typed them: digits, `YYYY-MM-DD`, a code's number, `001/002`.
    #[schema(additional_properties = true, example = json!({"nama": "BUDI SANTOSO"}))]
    answers: Option<BTreeMap<String, Option<String>>>,
}

/// Change what an application says. What is wrong in the answers is told in `missing`; it is kept all the same.
#[utoipa::path(put, path = "/v1/applications/{id}/answers", tag = "applications",
    params(("id" = String, Path)), request_body = AnswersBody,
    responses((status = 200, body = ApplicationView),
        (status = 409, description = "Changed by somebody else since that version, or its state does not allow it"),
        (status = 422, description = "An answer to a question that the form does not ask, or one too long")),
    security(("bearer" = []), ("session" = [])))]
pub async fn save(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<ApplicationView>, Problem> {
    let id = id(&text)?;
    let mut fields = Fields::of_body(body)?;
    let version = fields.number("version");
    let lines = people(&mut fields);
    let answers = fields.texts("answers");
    fields.finish()?;
    let version = version.ok_or_else(Problem::not_json)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    let change = |dossier: &mut crate::domain::dossier::Dossier| {
        write(&mut dossier.people, &lines);
        dossier.answers.extend(answers);
    };
    draft::save(service, &mut tx, chance, actor, id, version, change).await?;
    tx.commit().await?;
    Ok(Json(view(&app, actor, id).await?))
}

/// What the office assigns.
#[derive(ToSchema)]
#[schema(as = OfficeValues, example = json!({"version": 2, "values": {"nik": "3273010411260001"}}))]
#[allow(
    dead_code,
    reason = "describes the body; the fields are parsed one by one"
)]
pub struct CompleteBody {
    /// The `version` that was read.
    #[schema(example = 2)]
    version: i64,
    /// Values by field name; an empty text or null takes one out.
    #[schema(additional_properties = true, example = json!({"nik": "3273010411260001"}))]
    values: BTreeMap<String, Option<String>>,
}

/// Fill in what the office assigns (fields that the kind takes from `office`), e.g. the NIK of a newborn.
#[utoipa::path(post, path = "/v1/applications/{id}/complete", tag = "applications",
    params(("id" = String, Path)), request_body = CompleteBody,
    responses((status = 200, body = ApplicationView),
        (status = 409, description = "Changed by somebody else since that version, or its state does not allow it")),
    security(("bearer" = []), ("session" = [])))]
pub async fn complete(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<ApplicationView>, Problem> {
    let id = id(&text)?;
    let mut fields = Fields::of_body(body)?;
    let version = fields.number("version");
    fields.present("values");
    let values = fields.texts("values");
    fields.finish()?;
    let version = version.ok_or_else(Problem::not_json)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    review::complete(service, &mut tx, chance, actor, id, version, &values).await?;
    tx.commit().await?;
    Ok(Json(view(&app, actor, id).await?))
}

/// Throw a draft away.
#[utoipa::path(delete, path = "/v1/applications/{id}", tag = "applications",
    params(("id" = String, Path)),
    responses((status = 204, description = "Gone"), (status = 409, description = "It is no draft any more")),
    security(("bearer" = []), ("session" = [])))]
pub async fn discard(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = id(&text)?;
    let mut tx = app.service.db.begin().await?;
    draft::discard(&app.service, &mut tx, actor, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
