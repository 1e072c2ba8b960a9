//! Keys from PINs.

use crate::{Reply, Request, Wrong};
use argon2::{Algorithm, Argon2, Params, Version};
use serde_json::json;

/// Most memory, KiB.
const MEMORY: usize = 256 << 10;
/// Most passes.
const PASSES: usize = 64;

/// Argon2id (RFC 9106), one lane, 32 bytes: `password`, `salt`, `memory_kib`, `passes`.
pub fn argon2id(request: &Request<'_>) -> Result<Reply, Wrong> {
    let memory = request.size("memory_kib", MEMORY)? as u32;
    let passes = request.size("passes", PASSES)? as u32;
    let password = request.required_bytes("password")?;
    let salt = request.required_bytes("salt")?;
    let wrong = |e: argon2::Error| Wrong::new("bad_request", format!("Argon2id: {e}"));
    let params = Params::new(memory, passes, 1, Some(32)).map_err(wrong)?;
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password, salt, &mut key)
        .map_err(wrong)?;
    Ok(Reply::from(json!({})).followed_by(&key))
}
