//! The API's description, and a page that shows it without any outside address.

use super::router::description;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

const PAGE: &str = include_str!("docs.html");
/// The page runs its own script and style, and fetches from its own origin.
const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; connect-src 'self'; style-src 'unsafe-inline'; \
    script-src 'unsafe-inline'; frame-ancestors 'none'";

/// Head of the description; the router adds the paths.
#[derive(OpenApi)]
#[openapi(
    info(title = "ikd", description = "Issues and revokes Indonesian population documents as signed QR codes. \
Errors are RFC 9457 problem documents with `errors: [{field, reason}]`."),
    tags((name = "documents", description = "For officers, with a bearer token or a session"),
        (name = "officers", description = "For admins: the accounts of their own office"),
        (name = "proposals", description = "What takes two people: one proposes, another approves"),
        (name = "catalogue", description = "For anybody: what can be applied for, and where"),
        (name = "applications", description = "For applicants with a session, and officers"),
        (name = "office", description = "An office's settings and its audit trail"),
        (name = "queue", description = "For officers: the desk of their office"),
        (name = "appointments", description = "Coming to the office for photo and fingerprints"),
        (name = "account", description = "For citizens, with a session"),
        (name = "wallet", description = "For citizens' phones, known by their key; and for the officers who activate and end them"),
        (name = "public", description = "For verifiers"), (name = "operation", description = "For operators")),
    modifiers(&Bearer)
)]
pub struct Head;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
        let cookie = ApiKeyValue::with_description(
            "ikd",
            "The session of the pages, `__Host-ikd` over https. Requests that change something also need the header \
             `x-csrf-token`.",
        );
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(cookie));
        components.add_security_scheme("session", cookie);
    }
}

/// `/openapi.json`
pub async fn openapi() -> impl IntoResponse {
    let json = format!("{:#}", description());
    ([(header::CONTENT_TYPE, "application/json")], json)
}

/// `/docs`
pub async fn page() -> impl IntoResponse {
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(PAGE))
}
