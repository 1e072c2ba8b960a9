//! Sessions of requests: the cookie, and whose session it names.

use super::Shared;
use super::citizen;
use super::pages::{Visitor, Who, WhoKind, petugas};
use super::problem::Problem;
use crate::domain::ids::OfficeId;
use crate::domain::officer::{Actor, OfficerRole};
use crate::failure::Outcome;
use crate::login;
use crate::sessions::{self, Session, SessionToken};
use crate::store::offices;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use std::convert::Infallible;

/// Over https the name itself makes the browser insist on Secure, Path=/ and no Domain.
fn cookie_name(app: &Shared) -> &'static str {
    match app.service.config.web.is_https() {
        true => "__Host-ikd",
        false => "ikd",
    }
}

/// The session cookie's value, as the browser sent it.
pub fn cookie(app: &Shared, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(app);
    let all = headers.get_all(COOKIE).iter();
    let pairs = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_string())
}

/// `Set-Cookie` of a new session. It ends with the browser; the server ends it earlier.
pub fn set_cookie(app: &Shared, token: &SessionToken) -> HeaderValue {
    header(app, &token.expose(), "")
}

/// `Set-Cookie` that takes the cookie away.
pub fn clear_cookie(app: &Shared) -> HeaderValue {
    header(app, "", "; Max-Age=0")
}

fn header(app: &Shared, value: &str, more: &str) -> HeaderValue {
    let secure = if app.service.config.web.is_https() {
        "; Secure"
    } else {
        ""
    };
    let name = cookie_name(app);
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}");
    let mut header = HeaderValue::from_str(&text).expect("Base64 and fixed words are a header");
    header.set_sensitive(true);
    header
}

/// The half-open session between the password and the second factor.
pub async fn half_open(app: &Shared, headers: &HeaderMap) -> Outcome<Option<Session>> {
    let Some(cookie) = cookie(app, headers) else {
        return Ok(None);
    };
    let mut tx = app.service.db.read().await?;
    sessions::find_login(&app.service, &mut tx, &cookie).await
}

/// The request's session, whosever it is; notes that it was used.
pub async fn current(app: &Shared, headers: &HeaderMap) -> Outcome<Option<Session>> {
    let Some(cookie) = cookie(app, headers) else {
        return Ok(None);
    };
    let mut tx = app.service.db.read().await?;
    let found = sessions::find(&app.service, &mut tx, &cookie).await?;
    drop(tx);
    if let Some(session) = &found
        && sessions::is_stale(&app.service, session)
    {
        let mut tx = app.service.db.begin().await?;
        sessions::touch(&app.service, &mut tx, session).await?;
        tx.commit().await?;
    }
    Ok(found)
}

/// What the cookie came to, found once for the whole request.
#[derive(Clone)]
struct Recognised {
    session: Session,
    officer: Option<SignedIn>,
}

/// Whose session the cookie names, for the header of pages and for the handlers. A failure is left to the handler that
/// needs the session. It asks the database, so it stands within the limits.
pub async fn recognise(
    State(app): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let mut seen_by = None;
    if let Ok(Some(found)) = recognised(&app, request.headers()).await {
        let csrf = found.session.masked_csrf(&mut app.chance());
        let public = public(&app, &found).await;
        if let Some(visitor) = visitor(&found, public.as_ref(), csrf) {
            seen_by = Some(visitor.clone());
            request.extensions_mut().insert(visitor);
        }
        // Where it could not be found out, the handler tries again and tells the failure.
        if let Some(public) = public {
            request.extensions_mut().insert(public);
        }
        request.extensions_mut().insert(found);
    }
    let mut response = next.run(request).await;
    // Error pages are made further outside, and they too show who is signed in.
    if let Some(visitor) = seen_by {
        response.extensions_mut().insert(visitor);
    }
    response
}

async fn recognised(app: &Shared, headers: &HeaderMap) -> Outcome<Option<Recognised>> {
    let Some(session) = current(app, headers).await? else {
        return Ok(None);
    };
    let mut tx = app.service.db.read().await?;
    let officer = login::officer_of(&app.service, &mut tx, &session).await?;
    let officer = match officer {
        Some(officer) => {
            let office = offices::by_id(&mut tx, officer.office).await?;
            Some(SignedIn {
                actor: login::actor(&officer),
                name: officer.name,
                office: officer.office,
                office_name: office.map(|office| office.name).unwrap_or_default(),
                role: officer.role,
                session: session.clone(),
            })
        }
        None => None,
    };
    Ok(Some(Recognised { session, officer }))
}

/// The citizen or guest of a session.
async fn public(app: &Shared, found: &Recognised) -> Option<citizen::Visitor> {
    citizen::Visitor::of(app, found.session.clone()).await.ok()
}

/// What the header of a page says about who is signed in.
fn visitor(found: &Recognised, public: Option<&citizen::Visitor>, csrf: String) -> Option<Visitor> {
    let Some(officer) = &found.officer else {
        return Some(Visitor {
            who: public?.who()?,
            csrf,
            nav: Vec::new(),
        });
    };
    Some(Visitor {
        who: Who {
            name: officer.name.clone(),
            label: officer.office_name.clone(),
            kind: WhoKind::Officer,
        },
        csrf,
        nav: petugas::nav(officer.role),
    })
}

/// The request's session, of anybody or nobody.
pub struct Current(pub Option<Session>);

impl FromRequestParts<Shared> for Current {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        // The layer tells what it found; where it found nothing, its failure is found again here.
        match parts.extensions.get::<Recognised>() {
            Some(found) => Ok(Self(Some(found.session.clone()))),
            None => Ok(Self(current(app, &parts.headers).await?)),
        }
    }
}

/// The officer whose session it is, on pages. Whoever is not signed in is sent to the sign-in and back.
#[derive(Clone)]
pub struct SignedIn {
    /// As the audit trail names them.
    pub actor: Actor,
    /// Their session.
    pub session: Session,
    /// Their name.
    pub name: String,
    /// The only office they act for.
    pub office: OfficeId,
    /// Its name.
    pub office_name: String,
    /// What they may do.
    pub role: OfficerRole,
}

/// The officer of the request's session, if it counts and their account does.
pub async fn officer(app: &Shared, parts: &Parts) -> Outcome<Option<SignedIn>> {
    if let Some(found) = parts.extensions.get::<Recognised>() {
        return Ok(found.officer.clone());
    }
    let found = recognised(app, &parts.headers).await?;
    Ok(found.and_then(|found| found.officer))
}

/// Where officers sign in.
pub const SIGN_IN: &str = "/petugas/masuk";

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response> {
        let found = officer(app, parts).await;
        match found.map_err(|e| Problem::from(e).into_response())? {
            Some(officer) => Ok(officer),
            None => Err(to_sign_in(parts)),
        }
    }
}

/// An officer, or nobody.
pub struct Maybe(pub Option<SignedIn>);

impl FromRequestParts<Shared> for Maybe {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        Ok(Self(officer(app, parts).await?))
    }
}

/// What was sent is lost with the session, so only a page that was read leads back to itself.
fn to_sign_in(parts: &Parts) -> Response {
    let wanted = parts.uri.path_and_query().map(|p| p.as_str());
    let address = match wanted {
        Some(wanted) if parts.method.is_safe() => {
            let mut query = form_urlencoded::Serializer::new(String::new());
            format!("{SIGN_IN}?{}", query.append_pair("lanjut", wanted).finish())
        }
        _ => SIGN_IN.to_string(),
    };
    Redirect::to(&address).into_response()
}

/// An address to go on with after signing in, if it lies within this service and below `under`: whoever sends a link
/// must not lead people elsewhere with it.
pub fn inside<'a>(address: &'a str, under: &str) -> Option<&'a str> {
    let rest = address.strip_prefix(under)?;
    let begins = rest.is_empty() || rest.starts_with(['/', '?']);
    let plain = address.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let climbs = address.contains("/..") || address.contains("//");
    (begins && plain && !climbs).then_some(address)
}

/// The cookie as it was sent, for whoever signs in (the old session is closed) or out.
pub struct OldCookie(pub Option<String>);

impl FromRequestParts<Shared> for OldCookie {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Infallible> {
        Ok(Self(cookie(app, &parts.headers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_only_goes_on_inside() {
        for good in [
            "/petugas",
            "/petugas/antrean?tahap=baru&hal=2",
            "/petugas?x=1",
        ] {
            assert_eq!(inside(good, "/petugas"), Some(good));
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "https://evil.example/petugas",
            "/petugas.evil.example",
            "/petugas/../..//evil.example",
            "/petugas//evil.example",
            "/petugas\\evil",
            "/petugas/\r\nset-cookie:x",
            "/petugas/ ",
            "/petugas@evil.example",
        ] {
            assert_eq!(inside(bad, "/petugas"), None, "{bad}");
        }
    }
}
