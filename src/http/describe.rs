//! What the API's description says of every address alike: problem documents, headers, names, examples. Handlers
//! describe only what is their own.

use super::idempotency::{HEADER as IDEMPOTENCY_KEY, LENGTH};
use super::{csrf, observe::REQUEST_ID};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const METHODS: [&str; 4] = ["get", "put", "post", "delete"];

/// Completes the description that the handlers give.
pub fn complete(mut api: Value) -> Value {
    api["components"]["schemas"]["Problem"] = problem();
    let schemas = api["components"]["schemas"].clone();
    let mut bodies = BTreeSet::new();
    let paths = api["paths"].as_object_mut().into_iter().flatten();
    for (path, item) in paths {
        for method in METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            operation.insert("operationId".into(), json!(operation_id(path, method)));
            parameters(path, method, operation);
            responses(path, method, operation);
            if let Some(body) = operation.get_mut("requestBody") {
                referred(body, &schemas, &mut bodies);
                examples(body, &schemas);
            }
            for (_, response) in operation["responses"].as_object_mut().into_iter().flatten() {
                examples(response, &schemas);
            }
        }
    }
    // A field that the service does not know is refused.
    for name in bodies {
        let schema = &mut api["components"]["schemas"][&name];
        if schema["properties"].is_object() {
            schema["additionalProperties"] = json!(false);
        }
    }
    api
}

/// The addresses to which everybody may send, known or not.
pub fn open_posts(api: &Value) -> BTreeSet<String> {
    let paths = api["paths"].as_object().into_iter().flatten();
    let open = paths.filter(|(_, item)| {
        let post = &item["post"];
        let schemes = post["security"].as_array();
        let nobody = |one: &Value| one.as_object().is_some_and(Map::is_empty);
        post.is_object() && schemes.is_none_or(|all| all.iter().any(nobody))
    });
    open.map(|(path, _)| path.clone()).collect()
}

/// A name of its own for each operation: method and path, `post_v1_applications_id_submit`.
fn operation_id(path: &str, method: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    std::iter::once(method)
        .chain(words)
        .collect::<Vec<_>>()
        .join("_")
}

/// Whether a client must or may be known here.
fn is_secured(operation: &Map<String, Value>) -> bool {
    let schemes = operation.get("security").and_then(Value::as_array);
    schemes.is_some_and(|all| {
        all.iter()
            .any(|one| one.as_object().is_some_and(|o| !o.is_empty()))
    })
}

fn takes_session(operation: &Map<String, Value>) -> bool {
    let schemes = operation.get("security").and_then(Value::as_array);
    schemes.is_some_and(|all| all.iter().any(|one| one.get("session").is_some()))
}

/// Whether a POST may carry an idempotency key: a file or a part sent twice is one as it is.
fn is_keyed(path: &str) -> bool {
    path.starts_with("/v1/") && !path.ends_with("/attachments") && !path.contains("/uploads")
}

/// The headers that every request of a kind may carry.
fn parameters(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let session = takes_session(operation);
    let all = operation.entry("parameters").or_insert_with(|| json!([]));
    let Some(all) = all.as_array_mut() else {
        return;
    };
    for parameter in all.iter_mut() {
        // Every `id` in an address is a UUID of ours.
        let name = parameter["name"].as_str().unwrap_or_default();
        if parameter["in"] == "path" && matches!(name, "id" | "attachment" | "upload") {
            parameter["schema"]["format"] = json!("uuid");
            parameter["example"] = json!("019a4f00-0000-7000-8000-000000000001");
        }
    }
    let has = |all: &[Value], name: &str| all.iter().any(|p| p["name"] == name);
    if method != "get" && session && !has(all, csrf::HEADER) {
        all.push(json!({
            "name": csrf::HEADER, "in": "header", "required": false,
            "description": "With the cookie of a session: `csrf` of `GET /v1/session`. A bearer token needs none.",
            "schema": {"type": "string"},
        }));
    }
    if method == "post" && is_keyed(path) {
        let (least, most) = LENGTH;
        all.push(json!({
            "name": IDEMPOTENCY_KEY, "in": "header", "required": false,
            "description": "Drawn by the client for each request, such as a UUID. Who repeats a request with its key \
within 24 hours gets the first answer again, with the header `idempotency-replayed: true`.",
            "schema": {"type": "string", "minLength": least, "maxLength": most, "pattern": "^[!-~]*$"},
        }));
    }
    if all.is_empty() {
        operation.remove("parameters");
    }
}

/// The problems that can come of every request of a kind, where the handler says nothing else of them.
fn responses(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let has_body = operation.contains_key("requestBody");
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let within = |place: &str| parameters.is_some_and(|all| all.iter().any(|p| p["in"] == place));
    let (in_path, in_query) = (within("path"), within("query"));
    let of_api = path.starts_with("/v1/");
    let unsafe_ = method != "get";
    let keyed = method == "post" && is_keyed(path);
    let secured = is_secured(operation);
    let reads = unsafe_ || in_query;
    let common = [
        (
            400,
            has_body || in_path,
            "The body is no JSON object, or the address is malformed",
        ),
        (401, secured, "Nobody who counts is signed in"),
        (
            403,
            secured || unsafe_,
            "The role does not allow it, or the request is not one of this session",
        ),
        (404, in_path, "Not there, or not yours to see"),
        (
            409,
            keyed,
            "A request with this idempotency key is still being done",
        ),
        (
            410,
            keyed,
            "A request with this idempotency key was done, and its answer erased with somebody whom it was about",
        ),
        (
            413,
            unsafe_ && (has_body || keyed),
            "The body is larger than 64 KiB",
        ),
        (
            422,
            of_api && (reads || in_path),
            "A field, a parameter, or the idempotency key",
        ),
    ];
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    for (status, applies, description) in common {
        if applies {
            let status = status.to_string();
            responses
                .entry(status)
                .or_insert_with(|| json!({"description": description}));
        }
    }
    for (status, response) in responses.iter_mut() {
        let Ok(code) = status.parse::<u16>() else {
            continue;
        };
        if (400..600).contains(&code)
            && response.get("content").is_none()
            && !path.starts_with("/readyz")
        {
            response["content"] = json!({"application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"}, "example": problem_like(code)}});
        }
        if matches!(code, 409 | 429) && of_api {
            response["headers"]["retry-after"] = json!({
                "description": "Seconds until it is worth trying again, where waiting helps",
                "schema": {"type": "integer"}});
        }
        if response["description"].as_str().is_none_or(str::is_empty) {
            response["description"] = json!(if code < 400 { "Done" } else { "Refused" });
        }
    }
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "A problem document (RFC 9457).",
        "required": ["type", "title", "status", "request_id"],
        "properties": {
            "type": {"type": "string", "description": "Stable name of the problem, `urn:ikd:problem:` and a word."},
            "title": {"type": "string", "description": "What it is, always the same words."},
            "status": {"type": "integer", "description": "The status code."},
            "detail": {"type": "string", "description": "What to do next, or which rule."},
            "request_id": {"type": "string", "description": format!("Also in the header `{REQUEST_ID}`; name it to the operator.")},
            "errors": {"type": "array", "description": "Fields that break their rules.", "items": {
                "type": "object", "required": ["field", "reason"],
                "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
            }},
        },
        "example": problem_like(422),
    })
}

fn problem_like(status: u16) -> Value {
    let (kind, title) = match status {
        400 => ("not-json", "The body is not a JSON object"),
        401 => ("unauthenticated", "A bearer token or a session is needed"),
        403 => ("role", "The officer's role does not allow this"),
        404 => ("not-found", "There is no such thing here"),
        406 => ("not-acceptable", "It is not there in an accepted format"),
        409 => ("wrong-stage", "The application's state does not allow this"),
        410 => (
            "answer-erased",
            "The request was done before, and its answer was erased",
        ),
        413 => ("body-too-large", "The body is larger than 64 KiB"),
        422 => ("invalid-fields", "Some fields are not acceptable"),
        429 => ("too-many", "This was tried too often"),
        503 => ("unavailable", "The service cannot answer now"),
        _ => ("bad-request", "The request is not acceptable"),
    };
    let mut example = json!({"type": format!("urn:ikd:problem:{kind}"), "title": title, "status": status,
        "request_id": "019a4f00-0000-7000-8000-00000000000f"});
    match status {
        409 => example["detail"] = json!("it is draft"),
        422 => example["errors"] = json!([{"field": "office", "reason": "is missing"}]),
        _ => {}
    }
    example
}

/// Gives each JSON body an example, put together from those of its schema.
fn examples(holder: &mut Value, schemas: &Value) {
    let content = holder
        .get_mut("content")
        .and_then(|c| c.get_mut("application/json"));
    let Some(content) = content else {
        return;
    };
    if content.get("example").is_none()
        && let Some(example) = example(&content["schema"], schemas)
    {
        content["example"] = example;
    }
}

/// An example of a schema; none where something that must be there has none.
fn example(schema: &Value, schemas: &Value) -> Option<Value> {
    if let Some(example) = schema.get("example") {
        return Some(example.clone());
    }
    if let Some(name) = name_of(schema) {
        return example(&schemas[name], schemas);
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let mut all = Map::new();
        for part in parts {
            all.extend(example(part, schemas)?.as_object()?.clone());
        }
        return Some(Value::Object(all));
    }
    if let Some(choices) = schema.get("oneOf").and_then(Value::as_array) {
        return choices.iter().find_map(|choice| example(choice, schemas));
    }
    let is = |name: &str| schema["type"] == name || schema["type"][0] == name;
    if is("array") {
        return Some(json!([example(&schema["items"], schemas)?]));
    }
    if is("boolean") {
        return Some(json!(true));
    }
    let properties = schema.get("properties")?.as_object()?;
    let required = schema["required"].as_array();
    let mut all = Map::new();
    for (name, property) in properties {
        let must = required.is_some_and(|all| all.iter().any(|n| n == name));
        match example(property, schemas) {
            Some(value) => drop(all.insert(name.clone(), value)),
            None if must => return None,
            None => {}
        }
    }
    Some(Value::Object(all))
}

fn name_of(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// Names of all schemas that a body is made of.
fn referred(value: &Value, schemas: &Value, names: &mut BTreeSet<String>) {
    if let Some(name) = name_of(value)
        && names.insert(name.to_string())
    {
        referred(&schemas[name], schemas, names);
    }
    match value {
        Value::Object(members) => members.values().for_each(|v| referred(v, schemas, names)),
        Value::Array(items) => items.iter().for_each(|v| referred(v, schemas, names)),
        _ => {}
    }
}
