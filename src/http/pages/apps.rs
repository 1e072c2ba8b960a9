//! The two installable pages that work with no network: the wallet at `/dompet` and the scanner at `/pemindai`.
//!
//! The server gives only an empty shell, its manifest and its service worker; everything a person sees is made in the
//! browser, in the language chosen there. The service worker keeps the shell and every file in [`Shell::files`].

use super::assets;
use askama::Template;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// As [`super::POLICY`], and: WebAssembly, a service worker and Workers of our own, the manifest, the camera's picture.
/// `wasm-unsafe-eval` allows compiling WebAssembly and nothing else (CSP level 3, Chrome 97, Safari 16).
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    manifest-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; form-action 'none'; \
    frame-ancestors 'none'; base-uri 'none'";
/// The camera for these pages and for nobody they might embed; nothing else that asks a person for leave.
const PERMISSIONS: &str =
    "camera=(self), screen-wake-lock=(self), geolocation=(), microphone=(), payment=(), usb=()";

/// One of the two pages.
struct App {
    /// Its path, which is also the scope of its service worker.
    path: &'static str,
    /// Name in Indonesian and English; the shell is in neither.
    name: &'static str,
    short_name: &'static str,
    about: &'static str,
    /// Its own files in web/static; the first is the module that starts it, stylesheets are loaded after the shared ones.
    files: &'static [&'static str],
}

/// Files that both pages load.
const SHARED: &[&str] = &[
    "style.css",
    "app.css",
    "app-dom.js",
    "app-icons.js",
    "app-store.js",
    "app-words.js",
    "engine.js",
    "engine.wasm",
    "engine-client.js",
    "engine-worker.js",
    "icon.svg",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable-512.png",
    "icon-apple-180.png",
];

const WALLET: App = App {
    path: "/dompet",
    name: "Dompet Identitas – Identity wallet",
    short_name: "Dompet",
    about: "Dokumen kependudukan di ponsel, dapat ditunjukkan tanpa jaringan.",
    files: &[
        "wallet.js",
        "wallet-activate.js",
        "wallet-app.js",
        "wallet-camera.js",
        "wallet-card.js",
        "wallet-choose.js",
        "wallet-code.js",
        "wallet-db.js",
        "wallet-desk.js",
        "wallet-engine.js",
        "wallet-history.js",
        "wallet-home.js",
        "wallet-install.js",
        "wallet-key.js",
        "wallet-label.js",
        "wallet-live.js",
        "wallet-open.js",
        "wallet-pad.js",
        "wallet-pin.js",
        "wallet-profile.js",
        "wallet-service.js",
        "wallet-settings.js",
        "wallet-symbol.js",
        "wallet-tries.js",
        "wallet-vault.js",
        "wallet.css",
    ],
};

const SCANNER: App = App {
    path: "/pemindai",
    name: "Pemindai Dokumen – Document scanner",
    short_name: "Pemindai",
    about: "Memeriksa QR dokumen kependudukan tanpa jaringan.",
    files: &[
        "scanner.js",
        "scanner.css",
        "scanner-bundle.js",
        "scanner-camera.js",
        "scanner-card.js",
        "scanner-challenge.js",
        "scanner-keys.js",
        "scanner-log.js",
        "scanner-picture.js",
        "scanner-profiles.js",
        "scanner-settings.js",
        "scanner-signal.js",
        "scanner-view.js",
    ],
};

#[derive(Template)]
#[template(path = "app/shell.html")]
struct Shell {
    app: &'static App,
}

#[derive(Template)]
#[template(path = "app/service-worker.js", escape = "none")]
struct ServiceWorker {
    app: &'static App,
    /// JSON array of the addresses it keeps.
    files: String,
    version: &'static str,
}

impl App {
    /// Address of a static file within the scope of its service worker: a Worker is looked after by the service worker
    /// of its own address, not of the page that started it, and would not start with no network.
    fn url(&self, name: &str) -> String {
        format!("{}{}", self.path, assets::url(name))
    }
}

impl Shell {
    fn asset(&self, name: &str) -> String {
        self.app.url(name)
    }

    fn styles(&self) -> Vec<String> {
        let all = SHARED.iter().chain(self.app.files);
        let styles = all.filter(|name| name.ends_with(".css"));
        styles.map(|name| self.app.url(name)).collect()
    }

    fn script(&self) -> String {
        self.app.url(self.app.files[0])
    }
}

fn shell(app: &'static App) -> Response {
    answer("text/html; charset=utf-8", Shell { app }.render())
}

fn service_worker(app: &'static App) -> Response {
    let files = SHARED.iter().chain(app.files).map(|name| app.url(name));
    let kept: Vec<String> = files
        .chain([app.path.to_string(), manifest_path(app)])
        .collect();
    let worker = ServiceWorker {
        app,
        files: json!(kept).to_string(),
        version: assets::version(),
    };
    let mut response = answer("text/javascript; charset=utf-8", worker.render());
    // It stands below the page whose scope it has.
    let allowed = HeaderName::from_static("service-worker-allowed");
    let scope = HeaderValue::from_static(app.path);
    response.headers_mut().insert(allowed, scope);
    response
}

fn manifest_path(app: &App) -> String {
    format!("{}/manifest.webmanifest", app.path)
}

fn manifest(app: &'static App) -> Response {
    let manifest = json!({
        "id": app.path,
        "name": app.name,
        "short_name": app.short_name,
        "description": app.about,
        "lang": "id",
        "start_url": app.path,
        "scope": app.path,
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f6f5f1",
        "theme_color": "#0d4f5c",
        "icons": [
            {"src": app.url("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {"src": app.url("icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
            {"src": app.url("icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
            {"src": app.url("icon-maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
    });
    answer("application/manifest+json", Ok(manifest.to_string()))
}

fn answer(media_type: &'static str, body: askama::Result<String>) -> Response {
    let Ok(body) = body else {
        return axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    ];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    (headers, body).into_response()
}

macro_rules! handlers {
    ($($name:ident: $make:ident, $app:ident, $what:literal;)*) => {$(
        #[doc = $what]
        pub async fn $name() -> Response {
            $make(&$app)
        }
    )*};
}

handlers! {
    wallet: shell, WALLET, "`/dompet`";
    wallet_worker: service_worker, WALLET, "`/dompet/sw.js`";
    wallet_manifest: manifest, WALLET, "`/dompet/manifest.webmanifest`";
    scanner: shell, SCANNER, "`/pemindai`";
    scanner_worker: service_worker, SCANNER, "`/pemindai/sw.js`";
    scanner_manifest: manifest, SCANNER, "`/pemindai/manifest.webmanifest`";
}
