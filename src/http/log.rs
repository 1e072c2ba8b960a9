//! The log of the audit trail for whoever wants to hold us to it (C2SP tlog-tiles): heads and hashes for everybody,
//! entries for auditors of the centre. No personal data is in any of it.

use super::Shared;
use super::auth::Officer;
use super::bodies::Fields;
use super::problem::Problem;
use crate::domain::officer::{Actor, OfficerRole};
use crate::domain::tlog::Hash;
use crate::domain::tlog::tile::{self, Id};
use crate::failure::Failure;
use crate::store::offices;
use crate::tlog::cosign;
use crate::tlog::read::{self, Proof};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use utoipa::ToSchema;

type Headers = [(HeaderName, &'static str); 3];

fn headers(kind: &'static str, cache: &'static str) -> Headers {
    [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, cache),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ]
}

fn note(found: Option<String>) -> Result<Response, Problem> {
    let note = found.ok_or_else(|| Problem::of_status(StatusCode::NOT_FOUND))?;
    let headers = headers("text/plain; charset=utf-8", "no-cache");
    Ok((headers, note).into_response())
}

/// The newest signed head of the log (C2SP tlog-checkpoint) with cosignatures of witnesses. Its tiles are under
/// `/log/tile/` (C2SP tlog-tiles): hashes for everybody, `/log/tile/entries/` with the token of an auditor of an office
/// for the whole country.
#[utoipa::path(get, path = "/log/checkpoint", tag = "public",
    responses((status = 200, content_type = "text/plain"), (status = 404)))]
pub async fn checkpoint(State(app): State<Shared>) -> Result<Response, Problem> {
    let mut tx = app.service.db.read().await?;
    note(read::newest(&mut tx).await?)
}

/// The newest head of the log that a witness cosigned.
#[utoipa::path(get, path = "/log/checkpoint/cosigned", tag = "public",
    responses((status = 200, content_type = "text/plain"), (status = 404)))]
pub async fn cosigned(State(app): State<Shared>) -> Result<Response, Problem> {
    let mut tx = app.service.db.read().await?;
    note(read::newest_cosigned(&mut tx).await?)
}

/// A proof that a leaf is in the log (RFC 9162 §2.1.3).
#[derive(Serialize, ToSchema)]
pub struct InclusionProof {
    /// Which leaf, from 0.
    index: u64,
    /// Lines of the log that the root is of.
    size: u64,
    /// The root, Base64.
    root: String,
    /// The leaf's hash, Base64.
    leaf: String,
    /// The proof's hashes in order, Base64.
    proof: Vec<String>,
}

/// A proof that the log of one size is the begin of a later one (RFC 9162 §2.1.4).
#[derive(Serialize, ToSchema)]
pub struct ConsistencyProof {
    /// Lines of the smaller one.
    from: u64,
    /// Its root, Base64.
    from_root: String,
    /// Lines of the larger one.
    to: u64,
    /// Its root, Base64.
    to_root: String,
    /// The proof's hashes in order, Base64.
    proof: Vec<String>,
}

fn base64(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(|hash| STANDARD.encode(hash)).collect()
}

fn number(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "must be a whole number")
}

fn proved(proof: Option<Proof>, field: &str) -> Result<Proof, Problem> {
    let beyond = || Failure::field(field, "the log does not go so far");
    Ok(proof.ok_or_else(beyond)?)
}

/// Prove that a line of the audit trail is in the log.
#[utoipa::path(get, path = "/log/proof/inclusion", tag = "public",
    params(("index" = u64, Query, description = "which leaf, from 0"),
        ("size" = Option<u64>, Query, description = "of a head; the newest where it is left out")),
    responses((status = 200, body = InclusionProof), (status = 422)))]
pub async fn inclusion(
    State(app): State<Shared>,
    RawQuery(query): RawQuery,
) -> Result<Json<InclusionProof>, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let index = fields.required("index", number);
    let size = fields.optional("size", number);
    fields.finish()?;
    let mut tx = app.service.db.read().await?;
    let size = match size {
        Some(size) => size,
        None => read::size(&mut tx).await?,
    };
    let index = index.unwrap_or_default();
    let found = proved(read::inclusion(&mut tx, index, size).await?, "index")?;
    Ok(Json(InclusionProof {
        index,
        size,
        root: STANDARD.encode(found.head.root),
        leaf: STANDARD.encode(found.of),
        proof: base64(&found.hashes),
    }))
}

/// Prove that the log only grew from one size to another.
#[utoipa::path(get, path = "/log/proof/consistency", tag = "public",
    params(("from" = u64, Query, description = "of a head"),
        ("to" = Option<u64>, Query, description = "of a later head; the newest where it is left out")),
    responses((status = 200, body = ConsistencyProof), (status = 422)))]
pub async fn consistency(
    State(app): State<Shared>,
    RawQuery(query): RawQuery,
) -> Result<Json<ConsistencyProof>, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let from = fields.required("from", number);
    let to = fields.optional("to", number);
    fields.finish()?;
    let mut tx = app.service.db.read().await?;
    let to = match to {
        Some(to) => to,
        None => read::size(&mut tx).await?,
    };
    let from = from.unwrap_or_default();
    let found = proved(read::consistency(&mut tx, from, to).await?, "from")?;
    Ok(Json(ConsistencyProof {
        from,
        from_root: STANDARD.encode(found.of),
        to,
        to_root: STANDARD.encode(found.head.root),
        proof: base64(&found.hashes),
    }))
}

/// A head of the log with a witness's signature.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"checkpoint": "ikd.log/34750f98bd59fcfc\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n\n\u{2014} w AAAAAAA=\n"}))]
pub struct Cosigned {
    /// The head as `ikd witness cosign` writes it.
    #[schema(max_length = 60_000)]
    pub checkpoint: String,
}

/// The witnesses whose signatures were taken.
#[derive(Serialize, ToSchema)]
pub struct Taken {
    /// Their names.
    witnesses: Vec<String>,
}

/// Take a witness's signature of a head, if the settings name the witness.
#[utoipa::path(post, path = "/log/cosignature", tag = "public", request_body = Cosigned,
    responses((status = 200, body = Taken), (status = 422)), security(()))]
pub async fn cosignature(
    State(app): State<Shared>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Taken>, Problem> {
    let mut fields = Fields::of_body(body)?;
    let note = fields.required("checkpoint", |text| Ok::<_, &str>(text.to_string()));
    fields.finish()?;
    let note = note.ok_or_else(Problem::not_json)?;
    let witnesses = cosign::take(&app.service, &note).await?;
    Ok(Json(Taken { witnesses }))
}

/// A tile (C2SP tlog-tiles): `LEVEL/N[.p/W]` for everybody, `entries/N[.p/W]` for auditors of the centre. Routed by hand,
/// because N has as many parts as it needs.
pub async fn tile(
    State(app): State<Shared>,
    officer: Result<Officer, Problem>,
    request: Request,
) -> Result<Response, Problem> {
    let missing = || Problem::of_status(StatusCode::NOT_FOUND);
    let path = request.uri().path().trim_start_matches('/');
    let (level, rest) = path.split_once('/').ok_or_else(missing)?;
    let (n, width) = tile::parse_path(rest).ok_or_else(missing)?;
    let mut tx = app.service.db.read().await?;
    let (bytes, cache) = if level == "entries" {
        let Officer(actor) = officer?;
        let office = match actor {
            Actor::Officer {
                role: OfficerRole::Auditor,
                office,
                ..
            } => offices::by_id(&mut tx, office).await?,
            _ => return Err(Failure::Role.into()),
        };
        let office = office.ok_or(Failure::Role)?;
        if !office.region.as_str().is_empty() {
            return Err(Failure::Role.into());
        }
        (read::entries(&mut tx, n, width).await?, "private, no-store")
    } else {
        let parsed: u8 = level.parse().map_err(|_| missing())?;
        if parsed > 63 || parsed.to_string() != level || n >> 54 > 0 {
            return Err(missing());
        }
        let id = Id { level: parsed, n };
        let cache = "public, max-age=31536000, immutable";
        (read::hashes(&mut tx, id, width).await?, cache)
    };
    let bytes = bytes.ok_or_else(missing)?;
    Ok((headers("application/octet-stream", cache), bytes).into_response())
}
