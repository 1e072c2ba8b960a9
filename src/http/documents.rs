//! Issuing, reading and changing documents.

use super::Shared;
use super::auth::Officer;
use super::bodies::Fields;
use super::problem::Problem;
use super::views::{
    DocumentView, IssueBody, IssuedView, PageView, ReasonBody, SearchBody, view, views,
};
use crate::domain::document::{Change, Document, State as DocumentState};
use crate::domain::ids::{DocumentId, OfficeId};
use crate::domain::officer::Actor;
use crate::failure::{Failure, FieldError, Thing, unless_altered};
use crate::issue::{self, Request, notes};
use crate::look_ups;
use crate::revoke::{self, parse_reason};
use crate::status::{self, Public};
use crate::store::{documents, offices, persons, status_lists};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use credential::ids::Nik;
use credential::kinds::{self, KK, Kind};

pub(super) async fn view_of(app: &Shared, d: &Document) -> Result<DocumentView, Problem> {
    let mut tx = app.service.db.read().await?;
    let list = status_lists::by_id(&mut tx, d.place.list).await?;
    let waits = d.state.is_ended() && status::is_waiting(&list, d.since);
    Ok(DocumentView {
        public: waits.then_some(false),
        ..view(d, list.uri)
    })
}

fn kind(slug: &str) -> Result<&'static Kind, &'static str> {
    kinds::by_slug(slug).ok_or("must be the slug of a kind of document, like ktp or kk")
}

/// A kind that the register alone can fill; all others are issued from an application.
fn card(slug: &str) -> Result<&'static Kind, &'static str> {
    let kind = kinds::by_slug(slug).filter(|kind| issue::is_from_register(kind));
    kind.ok_or("must be ktp or kk; other documents are issued from an application")
}

fn nik(text: &str) -> Result<Nik, &'static str> {
    Nik::parse(text).map_err(|e| e.rule)
}

fn id(text: &str) -> Result<DocumentId, Problem> {
    let rule = |_| Problem::fields(vec![FieldError::new("id", "must be a document id (UUID)")]);
    DocumentId::parse(text).map_err(rule)
}

fn own_office(actor: Actor) -> Result<OfficeId, Problem> {
    actor.office().ok_or_else(Problem::unauthenticated)
}

/// Issue a document.
#[utoipa::path(post, path = "/v1/documents", tag = "documents", request_body = IssueBody,
    responses((status = 201, body = IssuedView), (status = 401, description = "No token that counts"),
        (status = 403, description = "Another region, or the role"), (status = 409, description = "In force already"),
        (status = 422, description = "Fields or the register's data")), security(("bearer" = []), ("session" = [])))]
pub async fn create(
    State(app): State<Shared>,
    Officer(actor): Officer,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Problem> {
    let mut fields = Fields::of_body(body)?;
    let (nik, kind) = (fields.required("nik", nik), fields.required("kind", card));
    let supersede = fields.flag("supersede");
    let face = fields.optional("face", |text| {
        let bytes = STANDARD
            .decode(text)
            .map_err(|_| "must be Base64".to_string())?;
        issue::face(bytes).map_err(|e| match e {
            Failure::Invalid(errors) => errors.into_iter().map(|e| e.reason).collect(),
            _ => String::from("is not acceptable"),
        })
    });
    fields.finish()?;
    let (Some(nik), Some(kind)) = (nik, kind) else {
        return Err(Problem::not_json());
    };
    let request = Request {
        nik,
        kind,
        supersede,
        face,
    };
    let leave = app.leave.take(&app.service, actor).await?;
    let (document, superseded, notes) = match app.window.issue(actor, &request).await {
        Some(made) => (view(&made.document, made.uri), None, notes(&made.document)),
        None => {
            let issued = issue::issue(&app.service, &mut app.chance(), actor, request).await;
            if issued.is_err() {
                app.leave.give_back(leave);
            }
            let issued = issued?;
            let document = view_of(&app, &issued.document).await?;
            (document, issued.superseded, issued.notes())
        }
    };
    let location = format!("/v1/documents/{}", document.id);
    let body = IssuedView {
        document,
        superseded: superseded.map(|id| id.to_string()),
        notes,
    };
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(body),
    ))
}

/// Read a document of the officer's own office.
#[utoipa::path(get, path = "/v1/documents/{id}", tag = "documents", params(("id" = String, Path)),
    responses((status = 200, body = DocumentView), (status = 404, description = "Not there, or of another office")),
    security(("bearer" = []), ("session" = [])))]
pub async fn read(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(text): Path<String>,
) -> Result<Json<DocumentView>, Problem> {
    let document = find(&app, actor, &text).await?;
    Ok(Json(view_of(&app, &document).await?))
}

/// A document by the text of its id, for the officer's own office alone.
pub async fn find(app: &Shared, actor: Actor, text: &str) -> Result<Document, Problem> {
    let id = id(text)?;
    let mut tx = app.service.db.read().await?;
    Ok(revoke::visible(&mut tx, actor, id).await?)
}

/// List the office's documents, newest first.
#[utoipa::path(get, path = "/v1/documents", tag = "documents",
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "50 where it is left out"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("kind" = Option<String>, Query), ("state" = Option<String>, Query)),
    responses((status = 200, body = PageView), (status = 422, description = "A parameter")), security(("bearer" = []), ("session" = [])))]
pub async fn list(
    State(app): State<Shared>,
    Officer(actor): Officer,
    RawQuery(query): RawQuery,
) -> Result<Json<PageView>, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let limit = fields.optional("limit", |text| match text.parse() {
        Ok(limit @ 1..=200) => Ok(limit),
        _ => Err("must be a number from 1 to 200"),
    });
    let cursor = fields.optional("cursor", |t| {
        DocumentId::parse(t).map_err(|_| "must be `next` of the page before")
    });
    let kind = fields.optional("kind", kind);
    let state = fields.optional("state", |text| {
        let known = DocumentState::NAMES
            .iter()
            .copied()
            .find(|name| *name == text);
        known.ok_or("must be issuing, void, active, suspended, revoked or superseded")
    });
    fields.finish()?;
    let limit: u32 = limit.unwrap_or(50);
    let office = own_office(actor)?;
    let mut tx = app.service.db.read().await?;
    // One more than asked for tells whether there is another page.
    let mut found = documents::page(&mut tx, office, cursor, kind, state, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = more
        .then(|| found.last().map(|d| d.id.to_string()))
        .flatten();
    let items = views(&mut tx, &found).await?;
    Ok(Json(PageView { items, next }))
}

/// Find the office's documents of a person or family. A POST, so that no NIK stands in a URL.
#[utoipa::path(post, path = "/v1/documents/search", tag = "documents", request_body = SearchBody,
    responses((status = 200, body = PageView), (status = 422, description = "A field"),
        (status = 429, description = "This officer looked up more than one may in an hour")),
    security(("bearer" = []), ("session" = [])))]
pub async fn search(
    State(app): State<Shared>,
    Officer(actor): Officer,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<PageView>, Problem> {
    let mut fields = Fields::of_body(body)?;
    let (nik, kind) = (fields.required("nik", nik), fields.required("kind", kind));
    fields.finish()?;
    let (Some(nik), Some(kind)) = (nik, kind) else {
        return Err(Problem::not_json());
    };
    let office = own_office(actor)?;
    look_ups::count(&app.service, actor).await?;
    let mut tx = app.service.db.read().await?;
    let office_row = offices::by_id(&mut tx, office).await?;
    let office_row = office_row.ok_or(Failure::NotFound(Thing::Office))?;
    let person = persons::by_nik(&mut tx, &app.service.register(), nik).await;
    // What the office issued is to be revoked also where the row does not count any more.
    let altered = matches!(person, Err(Failure::Altered(_)));
    let person = unless_altered(person)?;
    let person = person.filter(|p| p.kode_wilayah.lies_in(office_row.region.as_str()));
    let subject = match person {
        Some(person) if kind == &KK => person.nomor_kk.as_u64(),
        Some(_) => nik.as_u64(),
        None if altered => nik.as_u64(),
        None => {
            return Ok(Json(PageView {
                items: Vec::new(),
                next: None,
            }));
        }
    };
    let subject = crate::domain::document::Subject(subject);
    let found = documents::of_subject(&mut tx, office, kind, subject).await?;
    let items = views(&mut tx, &found).await?;
    Ok(Json(PageView { items, next: None }))
}

async fn changed(
    app: &Shared,
    actor: Actor,
    text: &str,
    body: Result<Bytes, BytesRejection>,
    change: Change,
) -> Result<(StatusCode, Json<DocumentView>), Problem> {
    let id = id(text)?;
    let mut fields = Fields::of_body(body)?;
    let reason = fields.required("reason", parse_reason);
    let change = match change {
        Change::Supersede { .. } => Change::Supersede {
            by: fields.optional("by", |t| DocumentId::parse(t).map_err(|e| e.rule)),
        },
        other => other,
    };
    fields.finish()?;
    let reason = reason.unwrap_or_default();
    let changed =
        revoke::change(&app.service, &mut app.chance(), actor, id, change, &reason).await?;
    let (document, public) = changed;
    let waits = public == Public::NotYet;
    let body = DocumentView {
        public: waits.then_some(false),
        ..view_of(app, &document).await?
    };
    let status = match waits {
        true => StatusCode::ACCEPTED,
        false => StatusCode::OK,
    };
    Ok((status, Json(body)))
}

macro_rules! change_handlers {
    ($($(#[$doc:meta])* $name:ident, $path:literal, $change:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "documents", params(("id" = String, Path)), request_body = ReasonBody,
            responses((status = 200, body = DocumentView, description = "It is done, and the public list says so"),
                (status = 202, body = DocumentView, description = "It is done, but not public yet: the status list could \
                    not be signed. Verifiers go on with the state before; it is published as soon as the key is back. \
                    Do not repeat it"),
                (status = 404, description = "Not there, or of another office"),
                (status = 409, description = "The state does not allow it"), (status = 422, description = "A field"),
                (status = 429, description = "More than one officer ends in a day")),
            security(("bearer" = []), ("session" = [])))]
        pub async fn $name(
            State(app): State<Shared>,
            Officer(actor): Officer,
            Path(text): Path<String>,
            body: Result<Bytes, BytesRejection>,
        ) -> Result<(StatusCode, Json<DocumentView>), Problem> {
            changed(&app, actor, &text, body, $change).await
        }
    )*};
}

change_handlers! {
    /// Revoke a document for good.
    revoke_document, "/v1/documents/{id}/revoke", Change::Revoke;
    /// Suspend a document until it is reinstated.
    suspend_document, "/v1/documents/{id}/suspend", Change::Suspend;
    /// Put a suspended document back in force.
    reinstate_document, "/v1/documents/{id}/reinstate", Change::Reinstate;
    /// Mark a document as replaced by a newer one.
    supersede_document, "/v1/documents/{id}/supersede", Change::Supersede { by: None };
}
