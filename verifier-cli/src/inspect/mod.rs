//! The layers of any token, for engineers: UNVERIFIED, and shown up to where they are damaged.
//!
//! Nothing here says whether a document is genuine; that is [`crate::verifier`]'s answer alone.

mod cbor;
mod diagnostic;
mod names;

use cbor::Node;
use credential::base45;
use credential::inflate::{MAX_INFLATED, inflate};
use credential::token::MAX_TEXT;
pub use diagnostic::short_hex;
use flate2::{Decompress, FlushDecompress, Status};
use names::Context;

/// One layer of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// `base45`, `zlib`, `cose`, `protected`, `unprotected`, `claims`, `identity`, `signature`; of a presentation then
    /// `credential` and the same once more.
    pub name: &'static str,
    /// Its content: the bytes that this layer holds.
    pub bytes: Vec<u8>,
    /// CBOR diagnostic notation, where the content is CBOR.
    pub notation: Option<String>,
    /// A remark on its form.
    pub note: Option<&'static str>,
    /// What is wrong with it. The layers below show what could be read nevertheless.
    pub problem: Option<String>,
}

impl Layer {
    fn new(name: &'static str, bytes: Vec<u8>) -> Self {
        Self {
            name,
            bytes,
            notation: None,
            note: None,
            problem: None,
        }
    }

    fn cbor(name: &'static str, bytes: &[u8], context: Context) -> (Self, Node) {
        let (node, left) = cbor::read(bytes);
        let mut layer = Self::new(name, bytes.to_vec());
        layer.notation = Some(diagnostic::notation(&node, context));
        layer.problem = (left > 0).then(|| format!("{left} bytes follow the item"));
        if layer.problem.is_none()
            && layer
                .notation
                .as_ref()
                .is_some_and(|n| n.contains("/ !! damaged"))
        {
            layer.problem = Some("not whole CBOR".into());
        }
        (layer, node)
    }
}

/// Opens a text layer by layer.
pub fn layers(text: &str) -> Vec<Layer> {
    let mut layers = Vec::new();
    let (bytes, problem) = undo_base45(text);
    let mut layer = Layer::new("base45", bytes.clone());
    layer.problem = problem;
    layers.push(layer);
    if bytes.is_empty() {
        return layers;
    }
    let token = match undo_zlib(&bytes) {
        Some((token, problem)) => {
            let canonical = inflate(&bytes, MAX_INFLATED).map(|inflated| inflated.canonical);
            let mut layer = Layer::new("zlib", token.clone());
            layer.note = match canonical {
                Ok(true) => Some("canonical form"),
                Ok(false) => Some("not in the canonical form"),
                Err(_) => None,
            };
            layer.problem = problem;
            layers.push(layer);
            token
        }
        None => {
            let mut layer = Layer::new("zlib", Vec::new());
            layer.problem = Some("not a zlib stream; its bytes are read as they are".into());
            layers.push(layer);
            bytes
        }
    };
    if !token.is_empty() {
        envelope("cose", &token, &mut layers);
    }
    layers
}

fn undo_base45(text: &str) -> (Vec<u8>, Option<String>) {
    if text.len() > MAX_TEXT {
        let told = format!(
            "longer than any QR: {} characters, {MAX_TEXT} at most",
            text.len()
        );
        return (Vec::new(), Some(told));
    }
    match base45::decode(text) {
        Ok(bytes) => (bytes, None),
        Err(e) => {
            let whole = text
                .get(..e.position)
                .and_then(|whole| base45::decode(whole).ok());
            let told = format!("not Base45 from character {} on", e.position);
            (whole.unwrap_or_default(), Some(told))
        }
    }
}

/// Inflates as far as it goes, to at most 64 KiB; `None` without a zlib header.
fn undo_zlib(bytes: &[u8]) -> Option<(Vec<u8>, Option<String>)> {
    let [method, flags, ..] = bytes else {
        return None;
    };
    if method & 15 != 8 || u16::from_be_bytes([*method, *flags]) % 31 != 0 {
        return None;
    }
    let mut out = Vec::with_capacity(MAX_INFLATED);
    let mut stream = Decompress::new(true);
    let status = stream.decompress_vec(bytes, &mut out, FlushDecompress::Finish);
    let used = usize::try_from(stream.total_in()).unwrap_or(usize::MAX);
    let problem = match status {
        Ok(Status::StreamEnd) if used < bytes.len() => {
            Some(format!("{} bytes follow the stream", bytes.len() - used))
        }
        Ok(Status::StreamEnd) => None,
        Ok(_) if out.len() >= MAX_INFLATED => Some(format!(
            "inflates to more than {MAX_INFLATED} bytes; cut there"
        )),
        Ok(_) => Some("the stream ends early".into()),
        Err(e) => Some(format!("damaged: {e}")),
    };
    Some((out, problem))
}

/// COSE_Sign1 and what is in it, whatever tags surround it.
fn envelope(name: &'static str, token: &[u8], layers: &mut Vec<Layer>) {
    let (layer, node) = Layer::cbor(name, token, Context::Other);
    layers.push(layer);
    let mut content = &node;
    while let Node::Tag(_, inner) = content {
        content = inner;
    }
    let Node::Array(parts, _) = content else {
        return;
    };
    if let Some(Node::Bytes(protected, _)) = parts.first()
        && !protected.is_empty()
    {
        layers.push(Layer::cbor("protected", protected, Context::Header).0);
    }
    if let Some(unprotected @ Node::Map(entries, _)) = parts.get(1)
        && !entries.is_empty()
    {
        let mut layer = Layer::new("unprotected", Vec::new());
        layer.notation = Some(diagnostic::notation(unprotected, Context::Header));
        layers.push(layer);
    }
    if let Some(Node::Bytes(payload, _) | Node::Cut(payload)) = parts.get(2) {
        let (layer, claims) = Layer::cbor("claims", payload, Context::Claims);
        layers.push(layer);
        wrapped_identity(&claims, layers);
    }
    if let Some(Node::Bytes(signature, _)) = parts.get(3) {
        layers.push(Layer::new("signature", signature.clone()));
    }
    // A credential holds no other, so this goes one step down.
    if name == "cose"
        && let Some(Node::Bytes(protected, _)) = parts.first()
        && let Some(credential) = presented(protected)
    {
        envelope("credential", credential, layers);
    }
}

/// The credential in a presentation's headers `{1: alg, 13: credential, …}` (FORMAT.md §16.1).
fn presented(protected: &[u8]) -> Option<&[u8]> {
    let [0xa3, 0x01, _, 0x0d, rest @ ..] = protected else {
        return None;
    };
    let (_, left) = cbor::read(rest);
    rest.get(..rest.len() - left)
}

/// Foreign tools may put claim 169 in a byte string.
fn wrapped_identity(claims: &Node, layers: &mut Vec<Layer>) {
    let Node::Map(entries, _) = claims else {
        return;
    };
    let wrapped = entries.iter().find_map(|entry| match entry {
        (Node::Int(169), Node::Bytes(bytes, _)) => Some(bytes),
        _ => None,
    });
    if let Some(bytes) = wrapped {
        layers.push(Layer::cbor("identity", bytes, Context::Identity).0);
    }
}

#[cfg(test)]
mod tests;
