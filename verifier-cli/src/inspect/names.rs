//! Names of map keys, by what the map is.

use super::cbor::Node;
use crate::words::rfc3339;
use credential::kinds::fields::{FIELDS, KIND_KEY};

/// Which map a key stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// COSE header (RFC 9052, RFC 9596).
    Header,
    /// CWT claims (RFC 8392) and those of status lists.
    Claims,
    /// Claim 169.
    Identity,
    /// Anything else.
    Other,
}

impl Context {
    /// The context of an array's items.
    pub(super) fn item(self) -> Self {
        Self::Other
    }

    /// The context of the value at a key.
    pub(super) fn value(self, key: &Node) -> Self {
        match (self, key) {
            (Self::Claims, Node::Int(169)) => Self::Identity,
            _ => Self::Other,
        }
    }
}

/// The name of a key.
pub(super) fn key(context: Context, key: &Node) -> Option<&'static str> {
    let Node::Int(number) = key else {
        return None;
    };
    let number = *number;
    match context {
        Context::Header => Some(match number {
            1 => "alg",
            2 => "crit",
            3 => "content type",
            4 => "kid",
            13 => "kcwt",
            15 => "CWT claims",
            16 => "typ",
            _ => return None,
        }),
        Context::Claims => Some(match number {
            1 => "iss",
            2 => "sub",
            3 => "aud",
            4 => "exp",
            5 => "nbf",
            6 => "iat",
            7 => "cti",
            8 => "cnf",
            39 => "cnonce",
            169 => "identity",
            65_533 => "status_list",
            65_534 => "ttl",
            65_535 => "status",
            _ => return None,
        }),
        Context::Identity if number == i128::from(KIND_KEY) => Some("jenis_dokumen"),
        Context::Identity => {
            let field = FIELDS.iter().find(|field| i128::from(field.key) == number);
            field.map(|field| field.name)
        }
        Context::Other => None,
    }
}

/// A remark on the value of a key: times in words, algorithms by name.
pub(super) fn value(context: Context, key: &Node, value: &Node) -> Option<String> {
    match (context, key, value) {
        (Context::Claims, Node::Int(4..=6), Node::Int(time)) => {
            Some(rfc3339(i64::try_from(*time).ok()?))
        }
        (Context::Header, Node::Int(1), Node::Int(alg)) => Some(match alg {
            -8 => "EdDSA".into(),
            -19 => "Ed25519".into(),
            -7 => "ES256".into(),
            _ => return None,
        }),
        _ => None,
    }
}
