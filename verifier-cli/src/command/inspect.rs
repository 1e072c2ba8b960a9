//! `ikd-verify inspect`: the layers of any token, marked unverified above and below.

use super::problem::Problem;
use super::session::Session;
use super::{Failure, scan};
use credential::token::MAX_TEXT;
use ikd_verifier::inspect::{Layer, layers, short_hex};
use ikd_verifier::words::{hex, tame};
use serde_json::{Value as Json, json};
use std::io::{self, Read, Write};
use std::path::Path;

/// 0 if every layer could be opened, else 2. Says nothing about the token being genuine.
pub fn run(session: &Session, text: Option<&str>, picture: Option<&Path>) -> Result<u8, Failure> {
    let texts = match (text, picture) {
        (_, Some(path)) => from_picture(path)?,
        (Some("-"), None) => vec![from_stdin()?],
        (text, None) => vec![text.unwrap_or_default().into()],
    };
    let mut damaged = false;
    let mut out = String::new();
    for text in &texts {
        let opened = layers(text);
        damaged |= opened.iter().any(|layer| layer.problem.is_some());
        out += &match session.json {
            true => format!("{}\n", as_json(text, &opened)),
            false => for_people(session, text, &opened),
        };
    }
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(out.as_bytes())
        .and_then(|()| stdout.flush());
    written.map_err(Failure::Output)?;
    Ok(if damaged { 2 } else { 0 })
}

fn from_picture(path: &Path) -> Result<Vec<String>, Problem> {
    let found = scan::read_picture(path)?;
    if found.is_empty() {
        return Err(
            Problem::new("tidak ada QR yang terbaca", "no QR could be read").hint(
                "potret lebih dekat, lurus dan terang",
                "take the picture closer, straight and in good light",
            ),
        );
    }
    Ok(found.into_iter().map(|symbol| symbol.text).collect())
}

fn from_stdin() -> Result<String, Problem> {
    let mut bytes = Vec::new();
    let limit = MAX_TEXT as u64 + 3;
    let read = io::stdin().lock().take(limit).read_to_end(&mut bytes);
    read.map_err(|e| Problem::io(Path::new("stdin"), &e))?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).into())
}

fn as_json(text: &str, opened: &[Layer]) -> Json {
    let layers = opened.iter().map(|layer| {
        json!({
            "layer": layer.name,
            "bytes": layer.bytes.len(),
            "hex": hex(&layer.bytes),
            "notation": layer.notation,
            "note": layer.note,
            "problem": layer.problem,
        })
    });
    json!({"unverified": true, "text": text, "layers": layers.collect::<Vec<_>>()})
}

fn for_people(session: &Session, text: &str, opened: &[Layer]) -> String {
    let style = &session.style;
    let mark = style.paint(
        "1;97;100",
        style.say(
            " ?  TIDAK DIPERIKSA: tanda tangan, penerbit dan status tidak dilihat di sini ",
            " ?  UNVERIFIED: signature, issuer and status are not looked at here ",
        ),
    );
    let characters = style.say("karakter", "characters");
    let mut out = format!("{mark}\n\n");
    out += &format!(
        "{} — {} {characters}\n",
        style.paint("1", "QR"),
        text.chars().count()
    );
    out += &format!("  {}\n", tame(text, 72));
    for layer in opened {
        let note = layer
            .note
            .map(|note| format!(", {note}"))
            .unwrap_or_default();
        out += &format!(
            "\n{} — {} B{note}\n",
            style.paint("1", title(layer.name)),
            layer.bytes.len()
        );
        if let Some(problem) = &layer.problem {
            out += &format!("  {} {problem}\n", style.paint("1;31", "!!"));
        }
        let content = match &layer.notation {
            // The envelope's parts follow as layers of their own: here its bytes are enough.
            Some(_) if layer.name == "cose" && layer.problem.is_none() => short_hex(&layer.bytes),
            Some(notation) => notation.clone(),
            None => short_hex(&layer.bytes),
        };
        for line in content.lines() {
            out += &format!("  {line}\n");
        }
    }
    format!("{out}\n{mark}\n")
}

fn title(name: &str) -> &str {
    match name {
        "base45" => "Base45",
        "cose" => "COSE",
        "protected" => "COSE protected header",
        "unprotected" => "COSE unprotected header",
        "claims" => "CWT claims",
        "credential" => "The credential it presents: COSE",
        "identity" => "Claim 169",
        "signature" => "COSE signature",
        name => name,
    }
}
