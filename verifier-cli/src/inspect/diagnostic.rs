//! CBOR diagnostic notation (RFC 8949 §8) on indented lines, with the names of known keys as comments.

use super::cbor::Node;
use super::names::{self, Context};
use crate::words::{hex, tame};

/// Longer byte strings are cut; their length is told.
const SHOWN_BYTES: usize = 48;
const SHOWN_TEXT: usize = 300;

/// The item's notation. `context` says which keys its map has.
pub fn notation(node: &Node, context: Context) -> String {
    let mut text = String::new();
    write(&mut text, node, context, 0);
    text
}

fn write(out: &mut String, node: &Node, context: Context, depth: usize) {
    match node {
        Node::Int(value) => out.push_str(&value.to_string()),
        Node::Bytes(bytes, chunked) => {
            out.push_str(if *chunked { "(_ chunks) " } else { "" });
            out.push_str(&short_hex(bytes));
        }
        Node::Text(text, chunked) => {
            out.push_str(if *chunked { "(_ chunks) " } else { "" });
            out.push_str(&format!(
                "\"{}\"",
                tame(text, SHOWN_TEXT).replace('"', "\\\"")
            ));
        }
        Node::Array(items, indefinite) => {
            out.push_str(if *indefinite { "[_" } else { "[" });
            for (n, item) in items.iter().enumerate() {
                line(out, n, depth);
                write(out, item, context.item(), depth + 1);
            }
            close(out, "]", items.is_empty(), depth);
        }
        Node::Map(entries, indefinite) => {
            out.push_str(if *indefinite { "{_" } else { "{" });
            for (n, (key, value)) in entries.iter().enumerate() {
                line(out, n, depth);
                write(out, key, Context::Other, depth + 1);
                if let Some(name) = names::key(context, key) {
                    out.push_str(&format!(" / {name} /"));
                }
                if matches!(key, Node::Damaged(..)) {
                    continue;
                }
                out.push_str(": ");
                write(out, value, context.value(key), depth + 1);
                if let Some(comment) = names::value(context, key, value) {
                    out.push_str(&format!(" / {comment} /"));
                }
            }
            close(out, "}", entries.is_empty(), depth);
        }
        Node::Tag(tag, content) => {
            out.push_str(&format!("{tag}("));
            write(out, content, context, depth);
            out.push(')');
        }
        Node::Simple(20) => out.push_str("false"),
        Node::Simple(21) => out.push_str("true"),
        Node::Simple(22) => out.push_str("null"),
        Node::Simple(23) => out.push_str("undefined"),
        Node::Simple(value) => out.push_str(&format!("simple({value})")),
        Node::Float(value) => out.push_str(&format!("{value:?}")),
        Node::Cut(bytes) => out.push_str(&format!("{} / !! damaged: cut here /", short_hex(bytes))),
        Node::Damaged(at, why) => out.push_str(&format!("/ !! damaged at byte {at}: {why} /")),
    }
}

fn line(out: &mut String, n: usize, depth: usize) {
    out.push_str(if n == 0 { "\n" } else { ",\n" });
    out.push_str(&"  ".repeat(depth + 1));
}

fn close(out: &mut String, bracket: &str, empty: bool, depth: usize) {
    if !empty {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push_str(bracket);
}

/// `h'…'`, cut where it is long.
pub fn short_hex(bytes: &[u8]) -> String {
    match bytes.len() {
        0..=SHOWN_BYTES => format!("h'{}'", hex(bytes)),
        length => format!("h'{}…' / {length} B /", hex(&bytes[..SHOWN_BYTES])),
    }
}
