//! Every address with something of the owner's in it, asked by everybody else: no answer holds any of it, and nothing
//! changes. The addresses come from the API's description and from the source of the pages, so that a new one is asked
//! by itself.

use crate::scene::{Asker, MARKS, Scene};
use serde_json::{Value, json};
use std::path::Path;

/// Addresses of pages, read from the source.
fn page_routes(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            page_routes(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for part in text.split(".route(").skip(1) {
            if let Some(route) = part.trim_start().strip_prefix('"') {
                found.push(route.split('"').next().unwrap().to_string());
            }
        }
    }
}

/// An address with the owner's ids put in; several where it is about an application.
fn filled(scene: &Scene, route: &str) -> Vec<String> {
    let of_application = route.contains("permohonan/{id}") || route.contains("applications/{id}");
    let ids: Vec<&str> = match route {
        _ if of_application => vec![&scene.done, &scene.submitted, &scene.draft],
        _ if route.contains("officers/{id}") || route.contains("pengguna/{id}") => {
            vec![&scene.officer]
        }
        _ => vec![&scene.document],
    };
    let mut all: Vec<String> = ids.iter().map(|id| route.replace("{id}", id)).collect();
    let values: [(&str, &[&str]); 7] = [
        ("{attachment}", &[&scene.attachment]),
        ("{upload}", &[&scene.upload]),
        ("{slug}", &["kk", "kk_lama"]),
        ("{step}", &["1", "3"]),
        (
            "{act}",
            &["take", "pass", "approve", "reject", "attend", "hand-over"],
        ),
        ("{change}", &["cabut", "bekukan"]),
        ("{number}", &["0"]),
    ];
    for (name, choices) in values {
        all = all
            .iter()
            .flat_map(|path| {
                choices
                    .iter()
                    .map(|c| path.replace(name, c))
                    .collect::<Vec<_>>()
            })
            .collect();
    }
    all.dedup();
    all
}

/// Method, address and an example of the body.
fn requests(scene: &Scene) -> Vec<(String, String, Vec<u8>, &'static str)> {
    let api = scene.server.get("/openapi.json").json();
    let mut all = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let content = &operation["requestBody"]["content"];
            let raw = content["application/octet-stream"].is_object();
            let body = match raw {
                true => b"%PDF-1.4".to_vec(),
                false => content["application/json"]["example"]
                    .to_string()
                    .into_bytes(),
            };
            let media = if raw {
                "application/octet-stream"
            } else {
                "application/json"
            };
            let query = match operation["parameters"].as_array() {
                Some(all)
                    if all
                        .iter()
                        .any(|p| p["name"] == "slug" && p["in"] == "query") =>
                {
                    "?slug=kk"
                }
                Some(all) if all.iter().any(|p| p["name"] == "start") => "?start=0",
                _ => "",
            };
            for path in filled(scene, path) {
                let path = format!("{path}{query}");
                all.push((method.to_uppercase(), path, body.clone(), media));
            }
        }
    }
    assert!(all.len() > 100, "only {} requests of the API", all.len());
    let mut routes = Vec::new();
    page_routes(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/pages"),
        &mut routes,
    );
    assert!(routes.len() > 50, "only {} pages: {routes:?}", routes.len());
    for route in routes.iter().filter(|r| !r.contains("static")) {
        for path in filled(scene, route) {
            all.push(("GET".into(), path.clone(), Vec::new(), ""));
            all.push((
                "POST".into(),
                path,
                Vec::new(),
                "application/x-www-form-urlencoded",
            ));
        }
    }
    // Signing out at the end, so that everything before is asked by somebody who is signed in.
    all.retain(|(_, path, _, _)| !path.contains("keluar") && !path.contains("sign-out"));
    all
}

/// What the owner sees of everything.
fn state(scene: &Scene) -> Vec<Value> {
    let mut all = Vec::new();
    for id in [&scene.done, &scene.submitted, &scene.draft] {
        for tail in ["", "/attachments", "/appointment"] {
            let path = format!("/v1/applications/{id}{tail}");
            let answer = scene.ask(&scene.owner, "GET", &path, &Value::Null);
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            all.push(answer.json());
        }
    }
    let path = format!("/v1/applications/{}/document", scene.done);
    all.push(scene.ask(&scene.owner, "GET", &path, &Value::Null).json());
    all
}

fn send(scene: &Scene, who: &Asker, request: &(String, String, Vec<u8>, &str)) -> (u16, String) {
    let (method, path, body, media) = request;
    let mut headers = who.headers.clone();
    if !media.is_empty() {
        headers.push(("content-type".into(), media.to_string()));
    }
    let form = media.ends_with("urlencoded").then(|| {
        let fields = [
            ("_csrf", who.csrf.as_str()),
            ("alasan", "uji"),
            ("catatan", "uji"),
            ("cara", "collected"),
            ("peran", "auditor"),
        ];
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        form.finish().into_bytes()
    });
    let answer = scene.server.ask(
        method,
        path,
        &headers,
        &form.unwrap_or_else(|| body.clone()),
    );
    (answer.status, answer.text())
}

#[test]
fn nobody_reads_or_changes_what_is_anothers() {
    let scene = Scene::new();
    let before = state(&scene);
    let text = serde_json::to_string(&before).unwrap();
    assert!(
        text.contains(MARKS[0]) && text.contains("BUDI RAHASIA"),
        "the owner reads it"
    );
    let requests = requests(&scene);
    let mut leaks = Vec::new();
    let mut asked = 0;
    for who in scene.strangers() {
        for request in &requests {
            let (status, text) = send(&scene, &who, request);
            asked += 1;
            let (method, path) = (&request.0, &request.1);
            // The address itself may come back, in a link to another language or to sign in.
            let told = text.replace(path.as_str(), "");
            let said = scene
                .secrets
                .iter()
                .find(|secret| told.contains(secret.as_str()) && !path.contains(secret.as_str()));
            if let Some(secret) = said {
                leaks.push(format!(
                    "{}: {method} {path}: {status} holds {secret}",
                    who.name
                ));
            }
            let own = scene
                .secrets
                .iter()
                .skip(MARKS.len())
                .any(|id| path.contains(id.as_str()));
            if own && (200..300).contains(&status) && !is_public(path) {
                leaks.push(format!("{}: {method} {path}: {status}", who.name));
            }
            if status >= 500 {
                leaks.push(format!("{}: {method} {path}: {status}", who.name));
            }
        }
    }
    assert!(
        leaks.is_empty(),
        "{} leaks in {asked} requests:\n{}",
        leaks.len(),
        leaks.join("\n")
    );
    assert_eq!(state(&scene), before, "nothing changed");
    println!("{asked} requests, no leak");
}

/// Addresses that are the same for everybody, whatever stands in them.
fn is_public(path: &str) -> bool {
    path.starts_with("/layanan/") || path.starts_with("/ajukan/") || path.starts_with("/status/")
}

/// A draft is the citizen's own: the office sees it when it is handed in.
#[test]
fn the_own_office_sees_no_draft() {
    let scene = Scene::new();
    for tail in ["", "/attachments", "/preview", "/appointment"] {
        let path = format!("/v1/applications/{}{tail}", scene.draft);
        let answer = scene.ask(&scene.operator, "GET", &path, &json!({}));
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
        let path = format!(
            "/v1/applications/{}{}",
            scene.submitted,
            tail.replace("/preview", "")
        );
        let answer = scene.ask(&scene.operator, "GET", &path, &json!({}));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
}
