//! What anybody may read: status lists, trust list, bundle, issuer keys.

use super::Shared;
use super::problem::Problem;
use super::shelf::{Published, Shelf};
use crate::bundle;
use crate::domain::ids::Iss;
use crate::domain::key::Life;
use crate::failure::{Failure, Thing};
use crate::store::{keys, offices, status_lists, trust_lists};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::ids::KeyId;
use ikd_verifier::words::hex;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use utoipa::ToSchema;

/// A status list (IETF Token Status List, CWT form) of an office.
#[utoipa::path(get, path = "/status/{iss}/{shard}", tag = "public",
    params(("iss" = String, Path, description = "like ID.3273"), ("shard" = u32, Path)),
    responses((status = 200, content_type = "application/statuslist+cwt"), (status = 304), (status = 404)))]
pub async fn status_list(
    State(app): State<Shared>,
    Path((iss, shard)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let missing = || Problem::of_status(StatusCode::NOT_FOUND);
    let iss = Iss::parse(&iss).map_err(|_| missing())?;
    let shard: u32 = shard.parse().map_err(|_| missing())?;
    let uri = iss.status_uri(i64::from(shard));
    let ttl = app.service.config.lists.status_ttl;
    let find = async |known| {
        let mut tx = app.service.db.read().await?;
        let found = status_lists::token_by_uri(&mut tx, &uri, known).await?;
        Ok(found.map(|(version, bytes)| Published { version, bytes }))
    };
    let typ = credential::status_list::TYP;
    let path = format!("/status/{}/{shard}", iss.as_str());
    // By its name and not by what was typed: one list is kept once, however its address is written.
    Shelf::serve(&app, &path, typ, ttl, &headers, find).await
}

/// The trust list, signed by the root.
#[utoipa::path(get, path = "/trust-list", tag = "public",
    responses((status = 200, content_type = "application/ikd-trust-list+cwt"), (status = 304)))]
pub async fn trust_list(
    State(app): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let ttl = app.service.config.lists.status_ttl;
    let find = async |known| {
        let mut tx = app.service.db.read().await?;
        let list = trust_lists::latest(&mut tx).await?;
        let list = list.ok_or(Failure::NotFound(Thing::Publication))?;
        Ok(newer(list.version as i64, list.token, known))
    };
    let typ = credential::trust_list::TYP;
    Shelf::serve(&app, "/trust-list", typ, ttl, &headers, find).await
}

/// Nothing where that version is known already.
fn newer(version: i64, bytes: Vec<u8>, known: Option<i64>) -> Option<Published> {
    (known != Some(version)).then_some(Published { version, bytes })
}

/// The root key behind the trust list.
#[derive(Serialize, ToSchema)]
pub struct RootKey {
    /// Raw Ed25519 public key, 32 bytes as lower-case hexadecimal, as `ikd-verify trust show` prints it.
    #[schema(example = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c")]
    root: String,
    /// First 8 bytes of its SHA-256, hexadecimal.
    #[schema(example = "34750f98bd59fcfc")]
    kid: String,
    /// SHA-256 of the raw key, hexadecimal: what people compare with the one that is published elsewhere.
    #[schema(example = "34750f98bd59fcfc946da45aaabe933be154a4b5094e1c4abf42866505f3c97e")]
    fingerprint: String,
}

/// The root key that a verifier pins on first use, where it has it from nowhere better. Whoever can fake this answer
/// can fake every document: a key that came with the verifier or was compared by its fingerprint is better.
#[utoipa::path(get, path = "/trust/root", tag = "public",
    responses((status = 200, body = RootKey), (status = 404)))]
pub async fn root_key(State(app): State<Shared>) -> Result<impl IntoResponse, Problem> {
    let mut tx = app.service.db.read().await?;
    let list = trust_lists::latest(&mut tx).await?;
    let root = list.ok_or(Failure::NotFound(Thing::Publication))?.root;
    let headers = [
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    let key = RootKey {
        root: hex(&root),
        kid: KeyId::of(&root).to_string(),
        fingerprint: hex(&Sha256::digest(root)),
    };
    Ok((headers, Json(key)))
}

/// The offline bundle: trust list and all status lists, signed.
#[utoipa::path(get, path = "/bundle", tag = "public",
    responses((status = 200, content_type = "application/ikd-bundle+cwt"), (status = 304)))]
pub async fn whole_bundle(
    State(app): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let find = async |known| {
        let bundle = bundle::current(&app.service).await?;
        Ok(newer(bundle.issued, bundle.token, known))
    };
    let typ = credential::bundle::TYP;
    Shelf::serve(&app, "/bundle", typ, 60, &headers, find).await
}

/// The issuers' public keys as a JWK set (RFC 7517, RFC 8037).
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "public", responses((status = 200, body = Object, content_type = "application/jwk-set+json")))]
pub async fn jwks(State(app): State<Shared>) -> Result<impl IntoResponse, Problem> {
    let mut tx = app.service.db.read().await?;
    let offices = offices::all(&mut tx).await?;
    let iss: HashMap<_, _> = offices.iter().map(|o| (o.id, o.iss.as_str())).collect();
    let all = keys::all(&mut tx).await?;
    // Retired keys stay: what they signed before stands. A compromised key is nobody's to trust.
    let usable = all
        .iter()
        .filter(|k| !matches!(k.state, Life::Compromised { .. }));
    let keys: Vec<Value> = usable
        .filter_map(|key| {
            Some(json!({
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": "EdDSA",
                "use": "sig",
                "kid": key.kid.to_string(),
                "x": URL_SAFE_NO_PAD.encode(key.public_key),
                "iss": iss.get(&key.office?)?,
            }))
        })
        .collect();
    let headers = [
        (header::CONTENT_TYPE, "application/jwk-set+json".to_string()),
        (header::CACHE_CONTROL, "public, max-age=3600".to_string()),
    ];
    Ok((headers, Json(json!({ "keys": keys })).0.to_string()))
}
