//! Opening an account, signing in and out, changing the contact, closing: the API.

use super::Shared;
use super::account_views::{
    AccountView, ClaimBody, CodeBody, ContactBody, ContactCodesBody, EnteredView, NikBody, SentView,
};
use super::address::ClientAddress;
use super::auth::Officer;
use super::bodies::Fields;
use super::citizen::{Citizen, Visitor};
use super::csrf;
use super::problem::Problem;
use super::session::{OldCookie, clear_cookie, cookie, set_cookie};
use crate::accounts::{self, Claim, Sent};
use crate::domain::code::Code;
use crate::domain::contact::Contact;
use crate::domain::ids::{AccountId, ChallengeId};
use crate::failure::{Failure, Thing};
use crate::sessions::{self, SessionToken};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use credential::date::Date;
use credential::ids::{Nik, NomorKk};

type Body = Result<Bytes, BytesRejection>;

pub(super) fn nik(text: &str) -> Result<Nik, &'static str> {
    Nik::parse(text).map_err(|e| e.rule)
}

fn code(text: &str) -> Result<Code, &'static str> {
    Code::parse(text).map_err(|e| e.rule)
}

fn challenge(text: &str) -> Result<ChallengeId, &'static str> {
    ChallengeId::parse(text).map_err(|e| e.rule)
}

fn contact(text: &str) -> Result<Contact, &'static str> {
    Contact::parse(text).map_err(|e| e.rule)
}

/// The same answer whatever the register has.
fn sent(sent: Sent) -> Response {
    (StatusCode::ACCEPTED, Json(SentView::of(sent))).into_response()
}

fn entered(app: &Shared, status: StatusCode, account: AccountId, token: &SessionToken) -> Response {
    let cookie = [(header::SET_COOKIE, set_cookie(app, token))];
    (status, cookie, Json(EnteredView::of(account))).into_response()
}

/// Ask for an account. A letter goes to the contact: with a code where the data match, else with the reasons why not.
#[utoipa::path(post, path = "/v1/account/registrations", tag = "account", request_body = ClaimBody,
    responses((status = 202, body = SentView, description = "The same whether the data match or not"),
        (status = 422, description = "A field; or younger than 17"), (status = 429, description = "Tried too often")))]
pub async fn register(
    State(app): State<Shared>,
    client: ClientAddress,
    body: Body,
) -> Result<Response, Problem> {
    let mut fields = Fields::of_body(body)?;
    let nik = fields.required("nik", nik);
    let nomor_kk = fields.required("nomor_kk", |t| NomorKk::parse(t).map_err(|e| e.rule));
    let born = fields.required("tanggal_lahir", |t| {
        Date::parse(t).ok_or("must be a date YYYY-MM-DD")
    });
    let contact = fields.required("contact", contact);
    fields.finish()?;
    let (Some(nik), Some(nomor_kk), Some(born), Some(contact)) = (nik, nomor_kk, born, contact)
    else {
        return Err(Problem::not_json());
    };
    let claim = Claim {
        nik,
        nomor_kk,
        born,
        contact,
    };
    let asked =
        accounts::start_registration(&app.service, &mut app.chance(), &client.key(), &claim)
            .await?;
    Ok(sent(asked))
}

/// Open the account with the code. Sets the session cookie.
#[utoipa::path(post, path = "/v1/account/registrations/confirm", tag = "account", request_body = CodeBody,
    responses((status = 201, body = EnteredView), (status = 422, description = "The code is wrong, used or too old"),
        (status = 429, description = "Tried too often")))]
pub async fn confirm_registration(
    State(app): State<Shared>,
    client: ClientAddress,
    OldCookie(old): OldCookie,
    body: Body,
) -> Result<Response, Problem> {
    let (id, code) = typed(body)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let old = old.as_deref();
    let opened =
        accounts::confirm_registration(service, chance, &client.key(), old, id, code).await?;
    let (account, token) = opened.ok_or_else(Problem::wrong_code)?;
    Ok(entered(&app, StatusCode::CREATED, account, &token))
}

/// Ask for a code to sign in. It goes to the contact that the account has.
#[utoipa::path(post, path = "/v1/account/sign-ins", tag = "account", request_body = NikBody,
    responses((status = 202, body = SentView, description = "The same whether there is an account or not"),
        (status = 422, description = "A field"), (status = 429, description = "Tried too often")))]
pub async fn sign_in(
    State(app): State<Shared>,
    client: ClientAddress,
    body: Body,
) -> Result<Response, Problem> {
    let mut fields = Fields::of_body(body)?;
    let nik = fields.required("nik", nik);
    fields.finish()?;
    let nik = nik.ok_or_else(Problem::not_json)?;
    let asked =
        accounts::start_sign_in(&app.service, &mut app.chance(), &client.key(), nik).await?;
    Ok(sent(asked))
}

/// Sign in with the code. Sets the session cookie.
#[utoipa::path(post, path = "/v1/account/sign-ins/confirm", tag = "account", request_body = CodeBody,
    responses((status = 200, body = EnteredView), (status = 422, description = "The code is wrong, used or too old"),
        (status = 429, description = "Tried too often")))]
pub async fn confirm_sign_in(
    State(app): State<Shared>,
    client: ClientAddress,
    OldCookie(old): OldCookie,
    body: Body,
) -> Result<Response, Problem> {
    let (id, code) = typed(body)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let found =
        accounts::confirm_sign_in(service, chance, &client.key(), old.as_deref(), id, code).await?;
    let (account, token) = found.ok_or_else(Problem::wrong_code)?;
    Ok(entered(&app, StatusCode::OK, account, &token))
}

/// End the session, of a citizen or a guest. Needs `x-csrf-token`.
#[utoipa::path(post, path = "/v1/account/sign-out", tag = "account",
    params(("x-csrf-token" = Option<String>, Header, description = "`csrf` of `GET /v1/account`")),
    responses((status = 204, description = "Signed out, or was not signed in"),
        (status = 403, description = "The token is not this session's")), security((), ("session" = [])))]
pub async fn sign_out(
    State(app): State<Shared>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(session) = visitor.session() {
        csrf::check_header(session, &headers)?;
        let mut tx = app.service.db.begin().await?;
        sessions::close_value(&mut tx, cookie(&app, &headers).as_deref()).await?;
        tx.commit().await?;
    }
    let gone = [(header::SET_COOKIE, clear_cookie(&app))];
    Ok((StatusCode::NO_CONTENT, gone).into_response())
}

/// Read the account.
#[utoipa::path(get, path = "/v1/account", tag = "account",
    responses((status = 200, body = AccountView), (status = 401, description = "Not signed in")),
    security(("session" = [])))]
pub async fn read(
    State(app): State<Shared>,
    citizen: Citizen,
) -> Result<Json<AccountView>, Problem> {
    let mut tx = app.service.db.read().await?;
    let holder = accounts::holder(&app.service, &mut tx, citizen.account).await?;
    let holder = holder.ok_or_else(Problem::sign_in_needed)?;
    let contact = accounts::contact_of(&app.service, &holder.account)?;
    Ok(Json(AccountView {
        id: citizen.account.to_string(),
        name: holder.person.nama,
        contact: contact.masked(),
        opened_at: holder.account.created,
        session_ends_at: citizen.session.expires,
        csrf: citizen.session.csrf,
    }))
}

/// Ask for another contact: a code goes to the old one and another to the new one. Needs `x-csrf-token`.
#[utoipa::path(post, path = "/v1/account/contact", tag = "account", request_body = ContactBody,
    params(("x-csrf-token" = String, Header, description = "`csrf` of `GET /v1/account`")),
    responses((status = 202, body = SentView), (status = 401, description = "Not signed in"),
        (status = 403, description = "No token of this session"), (status = 422, description = "A field"),
        (status = 429, description = "Tried too often")), security(("session" = [])))]
pub async fn change_contact(
    State(app): State<Shared>,
    client: ClientAddress,
    citizen: Citizen,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    csrf::check_header(&citizen.session, &headers)?;
    let mut fields = Fields::of_body(body)?;
    let new = fields.required("contact", contact);
    fields.finish()?;
    let new = new.ok_or_else(Problem::not_json)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let asked =
        accounts::start_contact(service, chance, &client.key(), citizen.account, new).await?;
    Ok(sent(asked))
}

/// Change the contact with both codes. Needs `x-csrf-token`.
#[utoipa::path(post, path = "/v1/account/contact/confirm", tag = "account", request_body = ContactCodesBody,
    params(("x-csrf-token" = String, Header, description = "`csrf` of `GET /v1/account`")),
    responses((status = 204, description = "Changed"), (status = 401, description = "Not signed in"),
        (status = 403, description = "No token of this session"),
        (status = 422, description = "A code is wrong, used or too old"),
        (status = 429, description = "Tried too often")), security(("session" = [])))]
pub async fn confirm_contact(
    State(app): State<Shared>,
    client: ClientAddress,
    citizen: Citizen,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    csrf::check_header(&citizen.session, &headers)?;
    let mut fields = Fields::of_body(body)?;
    let id = fields.required("challenge", challenge);
    let (old, new) = (
        fields.required("code_old", code),
        fields.required("code_new", code),
    );
    fields.finish()?;
    let (Some(id), Some(old), Some(new)) = (id, old, new) else {
        return Err(Problem::not_json());
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let (origin, session) = (client.key(), &citizen.session);
    let done = accounts::confirm_contact(service, chance, &origin, session, id, [old, new]).await?;
    done.then_some(StatusCode::NO_CONTENT)
        .ok_or_else(Problem::wrong_code)
}

/// Ask to close the account: a code goes to its contact. Needs `x-csrf-token`.
#[utoipa::path(post, path = "/v1/account/closing", tag = "account",
    params(("x-csrf-token" = String, Header, description = "`csrf` of `GET /v1/account`")),
    responses((status = 202, body = SentView), (status = 401, description = "Not signed in"),
        (status = 403, description = "No token of this session"), (status = 429, description = "Tried too often")),
    security(("session" = [])))]
pub async fn close(
    State(app): State<Shared>,
    client: ClientAddress,
    citizen: Citizen,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    csrf::check_header(&citizen.session, &headers)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let asked = accounts::start_close(service, chance, &client.key(), citizen.account).await?;
    Ok(sent(asked))
}

/// Close the account with the code: its data and drafts are erased, applications handed in stay with the office
/// without a link to it. Needs `x-csrf-token`.
#[utoipa::path(post, path = "/v1/account/closing/confirm", tag = "account", request_body = CodeBody,
    params(("x-csrf-token" = String, Header, description = "`csrf` of `GET /v1/account`")),
    responses((status = 204, description = "Closed"), (status = 401, description = "Not signed in"),
        (status = 403, description = "No token of this session"),
        (status = 422, description = "The code is wrong, used or too old"),
        (status = 429, description = "Tried too often")), security(("session" = [])))]
pub async fn confirm_close(
    State(app): State<Shared>,
    client: ClientAddress,
    citizen: Citizen,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    csrf::check_header(&citizen.session, &headers)?;
    let (id, code) = typed(body)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let done =
        accounts::confirm_close(service, chance, &client.key(), citizen.account, id, code).await?;
    if !done {
        return Err(Problem::wrong_code());
    }
    let gone = [(header::SET_COOKIE, clear_cookie(&app))];
    Ok((StatusCode::NO_CONTENT, gone).into_response())
}

fn typed(body: Body) -> Result<(ChallengeId, Code), Problem> {
    let mut fields = Fields::of_body(body)?;
    let id = fields.required("challenge", challenge);
    let code = fields.required("code", code);
    fields.finish()?;
    id.zip(code).ok_or_else(Problem::not_json)
}

/// Whose account to close.
#[derive(utoipa::ToSchema)]
#[schema(as = AccountOf)]
#[allow(dead_code, reason = "describes the body")]
pub struct AccountOfBody {
    /// 16 digits.
    #[schema(pattern = "^[0-9]{16}$", example = "3273015204880012")]
    nik: String,
}

/// Close the account of a citizen at the counter who lost the mailbox or phone (operators, after a look at the
/// original papers).
#[utoipa::path(post, path = "/v1/account/close-at-counter", tag = "account", request_body = AccountOfBody,
    responses((status = 204, description = "Closed"),
        (status = 404, description = "No account in the office's region has that NIK")),
    security(("bearer" = []), ("session" = [])))]
pub async fn close_at_counter(
    State(app): State<Shared>,
    Officer(actor): Officer,
    body: Body,
) -> Result<StatusCode, Problem> {
    let mut fields = Fields::of_body(body)?;
    let nik = fields.required("nik", |text| Nik::parse(text).map_err(|e| e.to_string()));
    fields.finish()?;
    let nik = nik.ok_or_else(Problem::not_json)?;
    let (service, chance) = (&app.service, &mut app.chance());
    match accounts::close_by_office(service, chance, actor, nik).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        // Who lives elsewhere and who has no account are answered alike.
        Err(Failure::NotFound(_) | Failure::OutsideRegion) => {
            Err(Failure::NotFound(Thing::Account).into())
        }
        Err(other) => Err(other.into()),
    }
}
