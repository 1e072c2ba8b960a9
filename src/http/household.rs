//! The family of an account, its documents, and the way in without an account: the API.

use super::Shared;
use super::account_views::{FamilyView, GuestView, HeldView, HeldsView, MemberView, ReceiptBody};
use super::address::ClientAddress;
use super::bodies::Fields;
use super::citizen::Citizen;
use super::problem::Problem;
use super::session::{OldCookie, set_cookie};
use crate::accounts;
use crate::sessions::{self, Principal};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use credential::date::Date;

/// The family of the account.
#[utoipa::path(get, path = "/v1/account/family", tag = "account",
    responses((status = 200, body = FamilyView), (status = 401, description = "Not signed in")),
    security(("session" = [])))]
pub async fn family(
    State(app): State<Shared>,
    citizen: Citizen,
) -> Result<Json<FamilyView>, Problem> {
    let mut tx = app.service.db.read().await?;
    let holder = accounts::holder(&app.service, &mut tx, citizen.account).await?;
    let me = holder.ok_or_else(Problem::sign_in_needed)?.person;
    let members = accounts::family(&app.service, &mut tx, citizen.account).await?;
    let today = Date::at_wib(app.service.clock.now()).unwrap_or(me.tanggal_lahir);
    let items = members.iter().map(|m| MemberView::of(&me, m, today));
    Ok(Json(FamilyView {
        items: items.collect(),
    }))
}

/// The documents in force that the account may see: the family's, its holder's, those of children below 17.
#[utoipa::path(get, path = "/v1/account/documents", tag = "account",
    responses((status = 200, body = HeldsView), (status = 401, description = "Not signed in")),
    security(("session" = [])))]
pub async fn documents(
    State(app): State<Shared>,
    citizen: Citizen,
) -> Result<Json<HeldsView>, Problem> {
    let mut tx = app.service.db.read().await?;
    let members = accounts::family(&app.service, &mut tx, citizen.account).await?;
    let held = accounts::documents(&app.service, &mut tx, citizen.account).await?;
    let now = app.service.clock.now();
    let items = held.iter().map(|h| HeldView::of(h, &members, now));
    Ok(Json(HeldsView {
        items: items.collect(),
    }))
}

/// Enter without an account, by the registration number and the code of the receipt. Sets the session cookie.
#[utoipa::path(post, path = "/v1/guest-sessions", tag = "account", request_body = ReceiptBody,
    responses((status = 201, body = GuestView),
        (status = 422, description = "Number and code do not belong together; the same for a number that nobody has"),
        (status = 429, description = "Tried too often")))]
pub async fn enter(
    State(app): State<Shared>,
    client: ClientAddress,
    OldCookie(old): OldCookie,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let mut fields = Fields::of_body(body)?;
    let text = |text: &str| Ok::<_, &str>(text.to_string());
    let number = fields.required("registration", text);
    let code = fields.required("code", text);
    fields.finish()?;
    let (number, code) = number.zip(code).ok_or_else(Problem::not_json)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    let found = accounts::enter(service, &mut tx, chance, &client.key(), &number, &code).await?;
    let token = match found {
        Some(id) => {
            let principal = Principal::Guest(id);
            Some(sessions::rotate(service, &mut tx, chance, old.as_deref(), principal).await?)
        }
        None => None,
    };
    tx.commit().await?;
    let (id, token) = found.zip(token).ok_or_else(Problem::wrong_receipt)?;
    let cookie = [(header::SET_COOKIE, set_cookie(&app, &token))];
    let view = GuestView {
        application: id.to_string(),
    };
    Ok((StatusCode::CREATED, cookie, Json(view)).into_response())
}
