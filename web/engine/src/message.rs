//! Requests are named byte strings, answers JSON that bytes may follow.

use crate::json;
use serde_json::{Value, json};

/// A request: for each field a 32-bit little-endian length and its name, then the same and its value. Texts are UTF-8,
/// integers decimal; what is not known is left out.
pub struct Request<'a> {
    fields: Vec<(&'a [u8], &'a [u8])>,
}

/// An answer.
#[derive(Debug, Default)]
pub struct Reply {
    /// JSON, then what follows it.
    pub bytes: Vec<u8>,
    /// Bytes of JSON.
    pub head: usize,
}

/// A request that the caller's programmer must mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Stable code.
    pub code: &'static str,
    /// What is wrong. Never holds what was sent.
    pub message: String,
}

impl Wrong {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, message }
    }

    pub(crate) fn field(name: &str, wanted: &str) -> Self {
        Self::new("bad_request", format!("`{name}` must be {wanted}"))
    }

    /// As the answer `{"error": {"code", "message"}}`.
    pub fn reply(&self) -> Reply {
        json!({"error": {"code": self.code, "message": self.message}}).into()
    }
}

impl From<Value> for Reply {
    fn from(value: Value) -> Self {
        let bytes = json::text(&value).into_bytes();
        let head = bytes.len();
        Self { bytes, head }
    }
}

impl Reply {
    pub(crate) fn followed_by(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }
}

impl<'a> Request<'a> {
    /// Parses a message.
    pub fn parse(mut message: &'a [u8]) -> Result<Self, Wrong> {
        let mut fields = Vec::new();
        while !message.is_empty() {
            let field = part(&mut message).zip(part(&mut message));
            fields.push(field.ok_or_else(|| Wrong::new("bad_request", "the request is cut off"))?);
        }
        Ok(Self { fields })
    }

    pub(crate) fn bytes(&self, name: &str) -> Option<&'a [u8]> {
        let mut fields = self.fields.iter();
        Some(fields.find(|(n, _)| *n == name.as_bytes())?.1)
    }

    pub(crate) fn has_any(&self, prefix: &str) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|(name, _)| name.starts_with(prefix.as_bytes()))
    }

    pub(crate) fn required_bytes(&self, name: &str) -> Result<&'a [u8], Wrong> {
        self.bytes(name).ok_or_else(|| Wrong::field(name, "there"))
    }

    pub(crate) fn optional_text(&self, name: &str) -> Result<Option<&'a str>, Wrong> {
        let bytes = self.bytes(name).map(str::from_utf8).transpose();
        bytes.map_err(|_| Wrong::field(name, "a string"))
    }

    pub(crate) fn text(&self, name: &str) -> Result<&'a str, Wrong> {
        let text = self.optional_text(name)?;
        text.ok_or_else(|| Wrong::field(name, "a string"))
    }

    pub(crate) fn optional_integer(&self, name: &str) -> Result<Option<i64>, Wrong> {
        let number = self.optional_text(name)?.map(str::parse).transpose();
        number.map_err(|_| Wrong::field(name, "an integer"))
    }

    pub(crate) fn integer(&self, name: &str) -> Result<i64, Wrong> {
        let number = self.optional_integer(name)?;
        number.ok_or_else(|| Wrong::field(name, "an integer"))
    }

    /// A size or count from 0 to `most`.
    pub(crate) fn size(&self, name: &str, most: usize) -> Result<usize, Wrong> {
        let number = usize::try_from(self.integer(name)?).ok();
        let number = number.filter(|number| *number <= most);
        number.ok_or_else(|| Wrong::field(name, &format!("from 0 to {most}")))
    }
}

/// Takes a length and as many bytes.
fn part<'a>(message: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (len, rest) = message.split_first_chunk()?;
    let (part, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
    *message = rest;
    Some(part)
}
