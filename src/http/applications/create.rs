//! Beginning an application.

use super::people::PeopleView;
use super::views::StartedView;
use super::{iss, kind, people, view_in, write};
use crate::applications::{draft, home};
use crate::domain::dossier::People;
use crate::domain::ids::ApplicationId;
use crate::domain::officer::Actor;
use crate::failure::Failure;
use crate::http::Shared;
use crate::http::address::ClientAddress;
use crate::http::anybody::Anybody;
use crate::http::bodies::Fields;
use crate::http::problem::Problem;
use crate::http::session::{OldCookie, set_cookie};
use crate::sessions::{self, Principal};
use crate::store::offices;
use crate::throttle;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa::ToSchema;

/// What is applied for, and where.
#[derive(ToSchema)]
#[schema(as = NewApplication, example = json!({"kind": "kk", "office": "ID.3273", "people": {
    "applicant_nik": "3273015204870003", "applicant_name": "SITI AMINAH", "relation": "head_of_family",
    "subject_nik": "3273015204870003", "email": "siti@contoh.id"}}))]
#[allow(
    dead_code,
    reason = "describes the body; the fields are parsed one by one"
)]
pub struct StartBody {
    /// Slug of the kind (`GET /v1/kinds`).
    #[schema(example = "kk")]
    kind: String,
    /// `iss` of the office (`GET /v1/offices`). May be left out with an account (the office of the region one lives
    /// in) and by officers (their own).
    #[schema(example = "ID.3273", pattern = r"^ID\.[A-Za-z0-9.-]{1,20}$")]
    office: Option<String>,
    /// Who applies for whom, as far as it is known already.
    people: Option<PeopleView>,
    /// A rejected application for the same kind whose answers and people are taken over; `people` comes before them.
    #[schema(format = "uuid")]
    previous: Option<String>,
}

/// Begin an application.
///
/// A citizen with an account, an officer at the counter (operators, for their own office), or anybody without an
/// account: the answer then sets the cookie of a session for this one application.
#[utoipa::path(post, path = "/v1/applications", tag = "applications", request_body = StartBody,
    responses((status = 201, body = StartedView, headers(("location" = String, description = "The application"))),
        (status = 403, description = "The officer's role does not file applications, or no token of this session"),
        (status = 404, description = "There is no such earlier application"),
        (status = 429, description = "Begun too often without an account")),
    security((), ("bearer" = []), ("session" = [])))]
pub async fn create(
    State(app): State<Shared>,
    client: ClientAddress,
    anybody: Anybody,
    OldCookie(old): OldCookie,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let mut fields = Fields::of_body(body)?;
    let kind = fields.required("kind", kind);
    let office = fields.optional("office", iss);
    let previous = fields.optional("previous", |t| ApplicationId::parse(t).map_err(|e| e.rule));
    let lines = people(&mut fields);
    fields.finish()?;
    let kind = kind.ok_or_else(Problem::not_json)?;
    let mut people = People::default();
    write(&mut people, &lines);

    let (service, chance, actor) = (&app.service, &mut app.chance(), anybody.actor);
    let is_guest = matches!(actor, Actor::Stranger | Actor::Guest(_));
    if is_guest {
        throttle::count_now(service, &draft::GUEST_DRAFTS, &client.key()).await?;
    }
    let mut tx = service.db.begin().await?;
    let office = match office {
        Some(iss) => {
            let found = offices::by_iss(&mut tx, &iss).await?;
            let unknown = || Failure::field("office", "is not known; GET /v1/offices lists them");
            found.ok_or_else(unknown)?.id
        }
        None => home::office(service, &mut tx, actor).await?,
    };
    let begun = draft::start(
        service, &mut tx, chance, actor, office, kind, people, previous,
    );
    let id = begun.await?.id;
    let (actor, token) = match is_guest {
        true => {
            let principal = Principal::Guest(id);
            let rotated = sessions::rotate(service, &mut tx, chance, old.as_deref(), principal);
            (Actor::Guest(id), Some(rotated.await?))
        }
        false => (actor, None),
    };
    let application = view_in(&app, &mut tx, actor, id).await?;
    let session = match &token {
        Some(token) => sessions::find(service, &mut tx, &token.expose()).await?,
        None => None,
    };
    tx.commit().await?;
    let view = StartedView {
        application,
        csrf: session.map(|session| session.csrf),
    };
    let location = format!("/v1/applications/{id}");
    let mut response = (
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(view),
    )
        .into_response();
    if let Some(token) = token {
        let headers = response.headers_mut();
        headers.insert(header::SET_COOKIE, set_cookie(&app, &token));
    }
    Ok(response)
}
