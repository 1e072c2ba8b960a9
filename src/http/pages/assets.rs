//! Style, scripts and pictures of the pages, held in the program.
//!
//! Their addresses carry one hash over all of them, so a browser may keep each for ever and a new version is fetched
//! at once. One hash for the whole folder lets ES modules import each other by relative names.

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::LazyLock;

/// Path under which they are served.
pub const PATH: &str = "/static";
/// Route of one file.
pub const ROUTE: &str = "/static/{version}/{name}";

struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

macro_rules! assets {
    ($($name:literal: $media_type:expr;)*) => {
        /// Every static file.
        static ASSETS: &[Asset] = &[$(Asset {
            name: $name,
            media_type: $media_type,
            bytes: include_bytes!(concat!("../../../web/static/", $name)),
        }),*];
    };
}

const MODULE: &str = "text/javascript; charset=utf-8";
/// What a Worker may do is said by its own script's answer, not by the page's.
const WORKER_POLICY: &str =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
const STYLE: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const WASM: &str = "application/wasm";
const PNG: &str = "image/png";

// A new file in web/static gets a line here.
assets! {
    "engine-client.js": MODULE;
    "engine-worker.js": MODULE;
    "engine.js": MODULE;
    "engine.wasm": WASM;
    "style.css": STYLE;
    "app.css": STYLE;
    "app-dom.js": MODULE;
    "app-icons.js": MODULE;
    "app-store.js": MODULE;
    "app-words.js": MODULE;
    "countdown.js": MODULE;
    "upload.js": MODULE;
    "wallet.js": MODULE;
    "wallet-activate.js": MODULE;
    "wallet-app.js": MODULE;
    "wallet-camera.js": MODULE;
    "wallet-card.js": MODULE;
    "wallet-choose.js": MODULE;
    "wallet-code.js": MODULE;
    "wallet-db.js": MODULE;
    "wallet-desk.js": MODULE;
    "wallet-engine.js": MODULE;
    "wallet-history.js": MODULE;
    "wallet-home.js": MODULE;
    "wallet-install.js": MODULE;
    "wallet-key.js": MODULE;
    "wallet-label.js": MODULE;
    "wallet-live.js": MODULE;
    "wallet-open.js": MODULE;
    "wallet-pad.js": MODULE;
    "wallet-pin.js": MODULE;
    "wallet-profile.js": MODULE;
    "wallet-service.js": MODULE;
    "wallet-settings.js": MODULE;
    "wallet-symbol.js": MODULE;
    "wallet-tries.js": MODULE;
    "wallet-vault.js": MODULE;
    "wallet.css": STYLE;
    "scanner.js": MODULE;
    "scanner.css": STYLE;
    "scanner-bundle.js": MODULE;
    "scanner-camera.js": MODULE;
    "scanner-card.js": MODULE;
    "scanner-challenge.js": MODULE;
    "scanner-keys.js": MODULE;
    "scanner-log.js": MODULE;
    "scanner-picture.js": MODULE;
    "scanner-profiles.js": MODULE;
    "scanner-settings.js": MODULE;
    "scanner-signal.js": MODULE;
    "scanner-view.js": MODULE;
    "icon.svg": SVG;
    "icon-192.png": PNG;
    "icon-512.png": PNG;
    "icon-maskable-512.png": PNG;
    "icon-apple-180.png": PNG;
}

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in ASSETS {
        hash.update(asset.name);
        hash.update(asset.bytes.len().to_be_bytes());
        hash.update(asset.bytes);
    }
    let mut text = String::new();
    for byte in &hash.finalize()[..6] {
        let _ = write!(text, "{byte:02x}");
    }
    text
});

/// The hash in their addresses.
pub fn version() -> &'static str {
    &VERSION
}

/// Address of a static file.
pub fn url(name: &str) -> String {
    format!("{PATH}/{}/{name}", *VERSION)
}

/// A static file.
pub async fn serve(Path((version, name)): Path<(String, String)>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // While a new version is rolled out, a page of the other one still gets a file, but nobody keeps it.
    let keep = if version == *VERSION {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(asset.media_type),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(WORKER_POLICY),
        ),
    ];
    (headers, asset.bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/web/static");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(
                ASSETS.iter().any(|asset| asset.name == name),
                "{name} has no line in assets!"
            );
        }
    }
}
