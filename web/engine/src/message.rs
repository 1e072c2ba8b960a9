//! Requests and answers: a JSON object, perhaps followed by bytes.

use ikd_verifier::words::hex32;
use serde_json::{Map, Value, json};

/// A parsed request.
pub struct Request<'a> {
    fields: Map<String, Value>,
    /// What follows the JSON.
    pub bytes: &'a [u8],
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

    fn field(name: &str, wanted: &str) -> Self {
        Self::new("bad_request", format!("`{name}` must be {wanted}"))
    }

    pub(crate) fn reply(&self) -> Reply {
        json!({"error": {"code": self.code, "message": self.message}}).into()
    }
}

impl From<Value> for Reply {
    fn from(value: Value) -> Self {
        let bytes = value.to_string().into_bytes();
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
    /// Parses a message whose first `head` bytes are a JSON object.
    pub fn parse(message: &'a [u8], head: usize) -> Result<Self, Wrong> {
        let not_json = || Wrong::new("bad_request", "the request is not a JSON object");
        let (head, bytes) = message.split_at_checked(head).ok_or_else(not_json)?;
        let fields = serde_json::from_slice(head).map_err(|_| not_json())?;
        Ok(Self { fields, bytes })
    }

    /// A field that is there and not null.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&self, name: &str) -> Result<&str, Wrong> {
        let text = self.get(name).and_then(Value::as_str);
        text.ok_or_else(|| Wrong::field(name, "a string"))
    }

    pub(crate) fn integer(&self, name: &str) -> Result<i64, Wrong> {
        let number = self.optional_integer(name)?;
        number.ok_or_else(|| Wrong::field(name, "an integer"))
    }

    pub(crate) fn optional_integer(&self, name: &str) -> Result<Option<i64>, Wrong> {
        let wrong = || Wrong::field(name, "an integer");
        self.get(name)
            .map(|value| value.as_i64().ok_or_else(wrong))
            .transpose()
    }

    /// A size or count from 0 to `most`.
    pub(crate) fn size(&self, name: &str, most: usize) -> Result<usize, Wrong> {
        let number = usize::try_from(self.integer(name)?).ok();
        let number = number.filter(|number| *number <= most);
        number.ok_or_else(|| Wrong::field(name, &format!("from 0 to {most}")))
    }

    pub(crate) fn optional_text(&self, name: &str) -> Result<Option<&str>, Wrong> {
        let wrong = || Wrong::field(name, "a string");
        self.get(name)
            .map(|value| value.as_str().ok_or_else(wrong))
            .transpose()
    }

    /// Bytes as hexadecimal digits, or nothing.
    pub(crate) fn optional_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Wrong> {
        let wrong = || Wrong::field(name, "bytes as hexadecimal digits");
        let digits = self.optional_text(name)?;
        digits
            .map(|digits| unhex(digits).ok_or_else(wrong))
            .transpose()
    }

    /// An Ed25519 key as hexadecimal digits, or nothing.
    pub(crate) fn optional_key(&self, name: &str) -> Result<Option<[u8; 32]>, Wrong> {
        let wrong = || Wrong::field(name, "32 bytes as hexadecimal digits");
        let parse = |value: &Value| value.as_str().and_then(hex32).ok_or_else(wrong);
        self.get(name).map(parse).transpose()
    }
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            let &[high, low] = pair else {
                return None;
            };
            let digit = |byte: u8| char::from(byte).to_digit(16);
            Some((digit(high)? << 4 | digit(low)?) as u8)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::unhex;

    #[test]
    fn hexadecimal_digits_in_pairs() {
        assert_eq!(unhex("00fFa1"), Some(vec![0, 255, 161]));
        assert_eq!(unhex(""), Some(vec![]));
        assert_eq!(unhex("0"), None);
        assert_eq!(unhex("+1"), None);
        assert_eq!(unhex("0é"), None);
    }
}
