//! docs/OPERATIONS.md names every log line as the code writes it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

pub fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Every Rust file of the service.
pub fn sources() -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = Vec::new();
    walk(&root("src"), &mut found);
    found
}

/// The rows of the table in a chapter of docs/OPERATIONS.md, cell by cell, without its head.
pub fn table(chapter: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(root("docs/OPERATIONS.md")).unwrap();
    let begin = text.find(&format!("\n## {chapter}\n")).unwrap();
    let chapter = &text[begin + 4..];
    let chapter = &chapter[..chapter.find("\n## ").unwrap_or(chapter.len())];
    let rows = chapter.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        row.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_string())
            .collect()
    })
    .collect()
}

/// What stands between backticks in a cell.
pub fn named(cell: &str) -> BTreeSet<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_string)
        .collect()
}

/// Level, message, fields.
type Line = (String, String, BTreeSet<String>);

/// The arguments of a macro call, split at the commas outside of brackets and texts. `text` begins behind its bracket.
fn arguments(text: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    let mut all = vec![String::new()];
    for c in text.chars() {
        let last = all.last_mut().unwrap();
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                all.push(String::new());
                continue;
            }
            _ => {}
        }
        last.push(c);
    }
    let all = all.iter().map(|one| one.trim().to_string());
    all.filter(|one| !one.is_empty()).collect()
}

fn written() -> BTreeSet<Line> {
    let mut lines = BTreeSet::new();
    for source in sources() {
        for (level, call) in [
            ("ERROR", "tracing::error!("),
            ("WARN", "tracing::warn!("),
            ("INFO", "tracing::info!("),
            ("DEBUG", "tracing::debug!("),
        ] {
            for (at, _) in source.match_indices(call) {
                let mut all = arguments(&source[at + call.len()..]);
                let message = all.pop().unwrap().trim_matches('"').to_string();
                let field = |one: &String| {
                    let name = one.split('=').next().unwrap().trim();
                    name.trim_start_matches(['%', '?']).to_string()
                };
                lines.insert((level.to_string(), message, all.iter().map(field).collect()));
            }
        }
    }
    lines
}

#[test]
fn every_log_line_is_in_the_catalogue() {
    let catalogue: BTreeSet<Line> = table("Log lines")
        .iter()
        .map(|row| {
            let message = named(&row[1]).pop_first().unwrap();
            (row[0].clone(), message, named(&row[2]))
        })
        .collect();
    let written = written();
    assert!(written.len() > 15, "found {}", written.len());
    let missing: Vec<_> = written.difference(&catalogue).collect();
    let gone: Vec<_> = catalogue.difference(&written).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "docs/OPERATIONS.md, \"Log lines\"\nthe code writes, the table lacks: {missing:#?}\nthe table has, the code does \
         not write: {gone:#?}"
    );
}
