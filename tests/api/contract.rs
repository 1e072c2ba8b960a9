//! The description that the server gives of itself, and whether an answer keeps to it.

use crate::support::{Answer, Server};
use serde_json::{Map, Value};

/// Methods that the API uses, as the description writes them.
pub const METHODS: [&str; 4] = ["get", "put", "post", "delete"];

/// `/openapi.json`
pub struct Contract {
    pub api: Value,
}

/// One method at one address.
pub struct Operation<'a> {
    pub method: &'static str,
    pub path: &'a str,
    pub said: &'a Value,
}

impl Operation<'_> {
    /// Its parameters that stand in that place.
    pub fn parameters(&self, place: &str) -> Vec<&Value> {
        let all = self.said["parameters"].as_array().into_iter().flatten();
        all.filter(|p| p["in"] == place).collect()
    }

    /// The media types that it takes, each with what is told of it.
    pub fn bodies(&self) -> impl Iterator<Item = (&String, &Value)> {
        let content = self.said["requestBody"]["content"].as_object();
        content.into_iter().flatten()
    }

    /// The example of its JSON.
    pub fn example(&self) -> Option<&Value> {
        let body = self.said.get("requestBody")?;
        body["content"]["application/json"].get("example")
    }
}

impl Contract {
    pub fn of(server: &Server) -> Self {
        let api = server.get("/openapi.json").json();
        Self { api }
    }

    /// All of it.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.api["paths"].as_object().unwrap();
        let mut all = Vec::new();
        for (path, item) in paths {
            for method in METHODS {
                if let Some(said) = item.get(method) {
                    all.push(Operation { method, path, said });
                }
            }
        }
        all
    }

    /// The operation that answers a request; none where nothing is described.
    pub fn operation(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let path = path.split('?').next().unwrap();
        let fits = self.operations().into_iter().filter(|o| {
            let (told, asked) = (o.path.split('/'), path.split('/'));
            told.clone().count() == asked.clone().count()
                && told.zip(asked).all(|(t, a)| t == a || t.starts_with('{'))
                && o.method.eq_ignore_ascii_case(method)
        });
        // A written word comes before a parameter.
        fits.min_by_key(|o| o.path.matches('{').count())
    }

    /// Checks an answer of the API: its status, media type and every field are described.
    pub fn check(&self, method: &str, path: &str, answer: &Answer) {
        let Some(operation) = self.operation(method, path) else {
            return;
        };
        let name = format!("{method} {} {}", operation.path, answer.status);
        let response = &operation.said["responses"][answer.status.to_string()];
        assert!(
            response.is_object(),
            "{name} is not described: {}",
            answer.text()
        );
        let kind = answer.header("content-type").split(';').next().unwrap();
        let Some(content) = response["content"].as_object().filter(|c| !c.is_empty()) else {
            assert!(answer.body.is_empty(), "{name}: a body nobody told of");
            return;
        };
        assert!(
            content.contains_key(kind),
            "{name}: {kind} is not described"
        );
        if kind.ends_with("json") {
            let faults = self.faults(&content[kind]["schema"], &answer.json());
            assert!(faults.is_empty(), "{name}: {faults:?}");
        }
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(name) => {
                let name = name.strip_prefix("#/components/schemas/").unwrap();
                let found = &self.api["components"]["schemas"][name];
                assert!(found.is_object(), "no schema {name}");
                self.resolved(found)
            }
            None => schema,
        }
    }

    /// Properties and required names of an object, those of its parts included.
    fn shape<'a>(&'a self, schema: &'a Value) -> (Map<String, Value>, Vec<String>) {
        let schema = self.resolved(schema);
        let mut properties = schema["properties"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let names = schema["required"].as_array().into_iter().flatten();
        let mut required: Vec<_> = names.map(|n| n.as_str().unwrap().to_string()).collect();
        for part in schema["allOf"].as_array().into_iter().flatten() {
            let (more, must) = self.shape(part);
            properties.extend(more);
            required.extend(must);
        }
        (properties, required)
    }

    /// What in a value breaks its schema. A field that the schema does not name is a fault: nobody was told of it.
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let schema = self.resolved(schema);
        if let Some(choices) = schema["oneOf"].as_array() {
            let fits = |c: &Value| self.faults(c, value).is_empty();
            return match choices.iter().any(fits) {
                true => Vec::new(),
                false => vec!["fits none of the choices".into()],
            };
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            Value::String(one) => vec![one],
            _ => Vec::new(),
        };
        if !kinds.is_empty() && !kinds.iter().any(|kind| is(kind, value)) {
            return vec![format!("{value} is no {kinds:?}")];
        }
        if let Some(words) = schema["enum"].as_array()
            && !words.contains(value)
        {
            return vec![format!("{value} is none of {words:?}")];
        }
        match value {
            Value::Array(items) => {
                let of_item = |item| self.faults(&schema["items"], item);
                items.iter().flat_map(of_item).collect()
            }
            Value::Object(members) => self.object_faults(schema, members),
            _ => Vec::new(),
        }
    }

    fn object_faults(&self, schema: &Value, members: &Map<String, Value>) -> Vec<String> {
        let (properties, required) = self.shape(schema);
        let missing = required.iter().filter(|n| !members.contains_key(*n));
        let mut faults: Vec<_> = missing.map(|n| format!("{n} is missing")).collect();
        let more = &schema["additionalProperties"];
        for (name, value) in members {
            let inner = match properties.get(name) {
                Some(schema) => self.faults(schema, value),
                None if more.is_object() => self.faults(more, value),
                None if properties.is_empty() || more == true => Vec::new(),
                None => vec!["is not described".into()],
            };
            faults.extend(inner.into_iter().map(|f| format!("{name}: {f}")));
        }
        faults
    }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("a schema of type {other}"),
    }
}
