//! Reading applications.

use super::views::{ApplicationView, ItemView, PageView};
use super::{id, view};
use crate::applications::{counter, sight};
use crate::domain::ids::ApplicationId;
use crate::domain::registration::Registration;
use crate::http::Shared;
use crate::http::anybody::Somebody;
use crate::http::auth::Officer;
use crate::http::bodies::Fields;
use crate::http::problem::Problem;
use crate::look_ups;
use crate::store::offices;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use credential::document::{Row, Value, member_rows, rows};
use credential::kinds::fields::MEMBERS;
use credential::lang::Lang;
use serde::Serialize;
use utoipa::ToSchema;

/// Most applications on a page, and how many where the client does not say.
const LIMIT: (u32, u32) = (200, 50);

/// `limit` of a query.
pub(in crate::http) fn limit(fields: &mut Fields) -> u32 {
    let limit = fields.optional("limit", |text| match text.parse() {
        Ok(limit) if (1..=LIMIT.0).contains(&limit) => Ok(limit),
        _ => Err("must be a number from 1 to 200"),
    });
    limit.unwrap_or(LIMIT.1)
}

/// List your own applications, newest first: those of your account, the one of your receipt, or those you filed at the
/// counter.
#[utoipa::path(get, path = "/v1/applications", tag = "applications",
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "50 where it is left out"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = PageView)), security(("bearer" = []), ("session" = [])))]
pub async fn list(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    RawQuery(query): RawQuery,
) -> Result<Json<PageView>, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let limit = limit(&mut fields);
    let cursor = fields.optional("cursor", |text| {
        ApplicationId::parse(text).map_err(|_| "must be `next` of the page before")
    });
    fields.finish()?;
    let mut tx = app.service.db.read().await?;
    let own = sight::own(&app.service, &mut tx, actor, cursor, limit).await?;
    let offices = offices::all(&mut tx).await?;
    let now = app.service.clock.now();
    let items = own.items.iter().map(|a| ItemView::of(a, &offices, now));
    Ok(Json(PageView {
        items: items.collect(),
        next: own.next.map(|(_, id)| id.to_string()),
    }))
}

/// Read an application with what it says, its timeline, and what you may do now.
#[utoipa::path(get, path = "/v1/applications/{id}", tag = "applications",
    params(("id" = String, Path)), responses((status = 200, body = ApplicationView)),
    security(("bearer" = []), ("session" = [])))]
pub async fn read(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Json<ApplicationView>, Problem> {
    Ok(Json(view(&app, actor, id(&text)?).await?))
}

/// The number on a receipt.
#[derive(ToSchema)]
#[schema(as = RegistrationNumber)]
#[allow(dead_code, reason = "describes the body")]
pub struct FindBody {
    /// In any case, with or without hyphens.
    #[schema(example = "7QK4-M2XD-9TRA-0C3T")]
    registration: String,
}

/// Find the application with the number on a receipt, for officers. A POST, so that the number stands in no URL.
#[utoipa::path(post, path = "/v1/applications/find", tag = "applications", request_body = FindBody,
    responses((status = 200, body = ItemView), (status = 404, description = "No such number at this office"),
        (status = 429, description = "This officer looked up more than one may in an hour")),
    security(("bearer" = []), ("session" = [])))]
pub async fn find(
    State(app): State<Shared>,
    Officer(actor): Officer,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<ItemView>, Problem> {
    let mut fields = Fields::of_body(body)?;
    let number = fields.required("registration", |t| {
        Registration::parse(t).map_err(|e| e.rule)
    });
    fields.finish()?;
    let number = number.ok_or_else(Problem::not_json)?;
    look_ups::count(&app.service, actor).await?;
    let mut tx = app.service.db.read().await?;
    let found = counter::by_number(&app.service, &mut tx, actor, &number).await?;
    let offices = offices::all(&mut tx).await?;
    Ok(Json(ItemView::of(
        &found,
        &offices,
        app.service.clock.now(),
    )))
}

/// What the document would say.
#[derive(Serialize, ToSchema)]
#[schema(as = Preview)]
pub struct PreviewView {
    /// Its lines in printed order.
    pub rows: Vec<RowView>,
    /// The members of a family card, each with their columns.
    pub members: Vec<Vec<RowView>>,
    /// Until when it would be valid, epoch seconds; absent: for life, or as long as nothing changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
}

/// A line of a document, in Indonesian as it is printed.
#[derive(Serialize, ToSchema)]
#[schema(as = PreviewRow, example = json!({"field": "nama", "label": "Nama", "text": "SITI AMINAH"}))]
pub struct RowView {
    /// Name of the field.
    pub field: &'static str,
    /// Its label.
    pub label: &'static str,
    /// Its value.
    pub text: String,
    /// Label of the table it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<&'static str>,
    /// Which row of that table, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
}

/// See what the document would say as things are, before anything is signed; for officers. A number that is still to
/// be drawn ends in 0000.
#[utoipa::path(get, path = "/v1/applications/{id}/preview", tag = "applications",
    params(("id" = String, Path)),
    responses((status = 200, body = PreviewView), (status = 403, description = "Only officers see it"),
        (status = 409, description = "It is still a draft"),
        (status = 422, description = "What the register or the answers lack")),
    security(("bearer" = []), ("session" = [])))]
pub async fn preview(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Json<PreviewView>, Problem> {
    let mut tx = app.service.db.read().await?;
    let order = sight::preview(&app.service, &mut tx, actor, id(&text)?).await?;
    let content = order.content;
    let views = |rows: Vec<Row>| rows.into_iter().map(RowView::from).collect();
    let members = match content.document.get(&MEMBERS) {
        Some(Value::Members(members)) => members.as_slice(),
        _ => &[],
    };
    Ok(Json(PreviewView {
        rows: views(rows(&content.document, Lang::Id)),
        members: members
            .iter()
            .map(|m| views(member_rows(m, Lang::Id)))
            .collect(),
        expires_at: content.expires,
    }))
}

impl From<Row> for RowView {
    fn from(row: Row) -> Self {
        Self {
            field: row.name,
            label: row.label,
            text: row.text,
            table: row.group.map(|group| group.label),
            row: row.group.map(|group| group.row),
        }
    }
}
