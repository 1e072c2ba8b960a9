//! Bodies and queries: every field is parsed into its type, and all that is wrong is told at once.

use super::problem::Problem;
use crate::failure::FieldError;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The fields of a JSON object or of a query, taken one by one.
pub struct Fields {
    values: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// The object in a body.
    pub fn of_body(body: Result<Bytes, BytesRejection>) -> Result<Self, Problem> {
        let body = body.map_err(|e| Problem::of_status(e.status()))?;
        match serde_json::from_slice(&body) {
            Ok(Value::Object(values)) => Ok(Self {
                values,
                errors: Vec::new(),
            }),
            _ => Err(Problem::not_json()),
        }
    }

    /// The parameters of a query.
    pub fn of_query(query: Option<&str>) -> Result<Self, Problem> {
        let mut fields = Self {
            values: Map::new(),
            errors: Vec::new(),
        };
        for pair in query
            .unwrap_or_default()
            .split('&')
            .filter(|p| !p.is_empty())
        {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if fields
                .values
                .insert(name.to_string(), Value::from(value))
                .is_some()
            {
                fields.error(name, "is given twice");
            }
        }
        Ok(fields)
    }

    /// Tells of a field that breaks a rule.
    pub fn error(&mut self, field: &str, reason: impl Into<String>) {
        self.errors.push(FieldError::new(field, reason));
    }

    /// A text field in its parsed form, if it is there.
    pub fn optional<T, E: ToString>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match self.values.remove(name)? {
            Value::Null => None,
            Value::String(text) => match parse(&text) {
                Ok(value) => Some(value),
                Err(rule) => {
                    self.error(name, rule.to_string());
                    None
                }
            },
            _ => {
                self.error(name, "must be text");
                None
            }
        }
    }

    /// A text field that must be there.
    pub fn required<T, E: ToString>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if self.values.get(name).is_none_or(Value::is_null) {
            self.values.remove(name);
            self.error(name, "is missing");
            return None;
        }
        self.optional(name, parse)
    }

    /// A field that is true or false; false where it is left out.
    pub fn flag(&mut self, name: &str) -> bool {
        match self.values.remove(name) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(value)) => value,
            Some(_) => {
                self.error(name, "must be true or false");
                false
            }
        }
    }

    /// A whole number that must be there.
    pub fn number(&mut self, name: &str) -> Option<i64> {
        match self.values.remove(name) {
            None | Some(Value::Null) => self.error(name, "is missing"),
            Some(value) => match value.as_i64() {
                Some(number) => return Some(number),
                None => self.error(name, "must be a whole number"),
            },
        }
        None
    }

    /// A field that may be a whole number.
    pub fn number_if_any(&mut self, name: &str) -> Option<i64> {
        match self.values.get(name) {
            None | Some(Value::Null) => {
                self.values.remove(name);
                None
            }
            Some(_) => self.number(name),
        }
    }

    /// A field that must be there and be true or false.
    pub fn choice(&mut self, name: &str) -> Option<bool> {
        match self.values.remove(name) {
            None | Some(Value::Null) => self.error(name, "is missing"),
            Some(Value::Bool(value)) => return Some(value),
            Some(_) => self.error(name, "must be true or false"),
        }
        None
    }

    /// Tells of a field that is left out.
    pub fn present(&mut self, name: &str) {
        if self.values.get(name).is_none_or(Value::is_null) {
            self.error(name, "is missing");
        }
    }

    /// An object of texts, empty where it is left out; null stands for an empty text.
    pub fn texts(&mut self, name: &str) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        let members = match self.values.remove(name) {
            None | Some(Value::Null) => return texts,
            Some(Value::Object(members)) => members,
            Some(_) => {
                self.error(name, "must be an object of texts");
                return texts;
            }
        };
        for (member, value) in members {
            match value {
                Value::Null => drop(texts.insert(member, String::new())),
                Value::String(text) => drop(texts.insert(member, text)),
                _ => self.error(&format!("{name}.{}", shown(&member)), "must be text"),
            }
        }
        texts
    }

    /// Refuses what was not asked for, and tells all errors.
    pub fn finish(mut self) -> Result<(), Problem> {
        let unknown: Vec<String> = self.values.keys().map(|name| shown(name)).collect();
        for name in unknown {
            self.error(&name, "is not a field of this request");
        }
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(Problem::fields(self.errors))
    }
}

/// A client's own field name, shortened and without digits: it could be a NIK put in the wrong place.
pub(super) fn shown(name: &str) -> String {
    let kept = name.chars().take(40);
    kept.map(|c| {
        if c.is_ascii_alphabetic() || matches!(c, '_' | '-') {
            c
        } else {
            '?'
        }
    })
    .collect()
}
