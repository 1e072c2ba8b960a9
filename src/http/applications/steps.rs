//! The steps of an application.

use super::views::{ApplicationView, SubmittedView};
use super::{id, view};
use crate::applications::review::{self, Step};
use crate::applications::{approve, hand_over as handing, parse_note, submit as handing_in};
use crate::domain::application::HowHanded;
use crate::domain::officer::Actor;
use crate::http::Shared;
use crate::http::anybody::Somebody;
use crate::http::bodies::Fields;
use crate::http::documents::view_of;
use crate::http::problem::Problem;
use crate::http::views::IssuedView;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use utoipa::ToSchema;

type Body = Result<Bytes, BytesRejection>;

/// Words from the office to the citizen.
#[derive(ToSchema)]
#[schema(as = Note)]
#[allow(dead_code, reason = "describes the body")]
pub struct NoteBody {
    /// 1 to 1,000 characters.
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "Foto Kartu Keluarga tidak terbaca. Mohon unggah ulang."
    )]
    note: String,
}

/// How a document was handed over.
#[derive(ToSchema)]
#[schema(as = HandingOver)]
#[allow(dead_code, reason = "describes the body")]
pub struct HandOverBody {
    /// `collected` at the office or `delivered` by post.
    #[schema(pattern = "^(collected|delivered)$", example = "collected")]
    how: String,
    /// The originals of the attachments were seen.
    originals_checked: bool,
    /// The old card was taken back.
    old_card_withdrawn: bool,
}

fn note(body: Body) -> Result<String, Problem> {
    let mut fields = Fields::of_body(body)?;
    let note = fields.required("note", parse_note);
    fields.finish()?;
    note.ok_or_else(Problem::not_json)
}

async fn stepped(
    app: &Shared,
    actor: Actor,
    text: &str,
    step: Step,
) -> Result<Json<ApplicationView>, Problem> {
    let id = id(text)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    review::step(service, &mut tx, chance, actor, id, step).await?;
    tx.commit().await?;
    Ok(Json(view(app, actor, id).await?))
}

macro_rules! plain_steps {
    ($($(#[$doc:meta])* $name:ident, $path:literal, $step:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "applications", params(("id" = String, Path)),
            responses((status = 200, body = ApplicationView),
                (status = 409, description = "The application's state does not allow it")),
            security(("bearer" = []), ("session" = [])))]
        pub async fn $name(
            State(app): State<Shared>,
            Somebody(actor): Somebody,
            Path(text): Path<String>,
        ) -> Result<Json<ApplicationView>, Problem> {
            stepped(&app, actor, &text, $step).await
        }
    )*};
}

plain_steps! {
    /// Take an application on (operators and verifiers).
    take, "/v1/applications/{id}/take", Step::Take;
    /// Let a constrained application go on (operators and verifiers).
    release, "/v1/applications/{id}/release", Step::Release;
    /// Approve that the event was reported after its deadline (signers).
    approve_late, "/v1/applications/{id}/approve-late", Step::ApproveLate;
    /// Pass an application on to the head of the office (verifiers). What the head could not sign is told here.
    pass, "/v1/applications/{id}/pass", Step::Pass;
    /// Give an application back to be checked again (signers).
    send_back, "/v1/applications/{id}/send-back", Step::SendBack;
}

macro_rules! noted_steps {
    ($($(#[$doc:meta])* $name:ident, $path:literal, $step:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "applications", params(("id" = String, Path)),
            request_body = NoteBody,
            responses((status = 200, body = ApplicationView),
                (status = 409, description = "The application's state does not allow it")),
            security(("bearer" = []), ("session" = [])))]
        pub async fn $name(
            State(app): State<Shared>,
            Somebody(actor): Somebody,
            Path(text): Path<String>,
            body: Body,
        ) -> Result<Json<ApplicationView>, Problem> {
            stepped(&app, actor, &text, $step(note(body)?)).await
        }
    )*};
}

noted_steps! {
    /// Ask the citizen to mend something (operators and verifiers). The office's clock stands still meanwhile.
    ask_correction, "/v1/applications/{id}/ask-correction", Step::AskCorrection;
    /// Let an application wait for an outage (operators and verifiers).
    constrain, "/v1/applications/{id}/constrain", Step::Constrain;
    /// Refuse an application for good, with the reason (verifiers and signers).
    reject, "/v1/applications/{id}/reject", Step::Reject;
}

/// Hand a draft in, or give a corrected application back.
#[utoipa::path(post, path = "/v1/applications/{id}/submit", tag = "applications",
    params(("id" = String, Path)),
    responses((status = 200, body = SubmittedView),
        (status = 409, description = "Its state does not allow it, or another open application asks for the same"),
        (status = 422, description = "Everything that is missing or wrong")),
    security(("bearer" = []), ("session" = [])))]
pub async fn submit(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Json<SubmittedView>, Problem> {
    let id = id(&text)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    let done = handing_in::submit(service, &mut tx, chance, actor, id).await?;
    tx.commit().await?;
    let receipt = done.application.state.receipt();
    Ok(Json(SubmittedView {
        registration: receipt.map_or_else(String::new, |r| r.registration.to_string()),
        code: done.code.map(|code| code.to_string()),
        application: view(&app, actor, id).await?,
    }))
}

/// Withdraw an application before it is processed; only who filed it may.
#[utoipa::path(post, path = "/v1/applications/{id}/cancel", tag = "applications",
    params(("id" = String, Path)),
    responses((status = 200, body = ApplicationView),
        (status = 409, description = "The application's state does not allow it")),
    security(("bearer" = []), ("session" = [])))]
pub async fn cancel(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Json<ApplicationView>, Problem> {
    let id = id(&text)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    handing::cancel(service, &mut tx, chance, actor, id).await?;
    tx.commit().await?;
    Ok(Json(view(&app, actor, id).await?))
}

/// Approve an application, which issues the document (signers; never who verified it).
#[utoipa::path(post, path = "/v1/applications/{id}/approve", tag = "applications",
    params(("id" = String, Path)),
    responses((status = 200, body = IssuedView),
        (status = 403, description = "Another role, or the officer who verified it"),
        (status = 409, description = "The application's state does not allow it"),
        (status = 422, description = "What the register or the answers lack by now"),
        (status = 503, description = "The office has no key that may sign now")),
    security(("bearer" = []), ("session" = [])))]
pub async fn approve_and_issue(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Json<IssuedView>, Problem> {
    let id = id(&text)?;
    let issued = approve::approve(&app.service, &mut app.chance(), actor, id).await?;
    Ok(Json(IssuedView {
        document: view_of(&app, &issued.document).await?,
        superseded: issued.superseded.map(|id| id.to_string()),
        notes: issued.notes(),
    }))
}

/// Record that the document was handed over (operators).
#[utoipa::path(post, path = "/v1/applications/{id}/hand-over", tag = "applications",
    params(("id" = String, Path)), request_body = HandOverBody,
    responses((status = 200, body = ApplicationView),
        (status = 409, description = "The application's state does not allow it")),
    security(("bearer" = []), ("session" = [])))]
pub async fn hand_over(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
    body: Body,
) -> Result<Json<ApplicationView>, Problem> {
    let id = id(&text)?;
    let mut fields = Fields::of_body(body)?;
    let how = fields.required("how", |t| {
        HowHanded::parse(t).ok_or("must be collected or delivered")
    });
    let originals = fields.choice("originals_checked");
    let old_card = fields.choice("old_card_withdrawn");
    fields.finish()?;
    let (Some(how), Some(originals), Some(old_card)) = (how, originals, old_card) else {
        return Err(Problem::not_json());
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    handing::hand_over(
        service, &mut tx, chance, actor, id, how, originals, old_card,
    )
    .await?;
    tx.commit().await?;
    Ok(Json(view(&app, actor, id).await?))
}
