//! What docs/SECURITY.md, docs/ASVS.md and docs/UU-PDP.md claim can be looked up: every file, test and command that they
//! name is there, and the numbers of the ASVS are those of its rows.

use crate::catalogue::root;
use crate::support::Data;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const PAGES: [&str; 3] = ["docs/SECURITY.md", "docs/ASVS.md", "docs/UU-PDP.md"];
/// What begins so, or is one of these files, is named from the root of the repository.
const FOLDERS: [&str; 13] = [
    ".ci/",
    "benches/",
    "credential/",
    "deploy/",
    "docs/",
    "examples/",
    "fuzz/",
    "keys/",
    "migrations/",
    "src/",
    "tests/",
    "verifier-cli/",
    "web/",
];
const FILES: [&str; 4] = ["Cargo.lock", "Cargo.toml", "deny.toml", ".dockerignore"];

fn page(name: &str) -> String {
    fs::read_to_string(root(name)).unwrap()
}

/// What stands between backticks, each with the text behind it up to the next one.
fn quoted(text: &str) -> Vec<(String, &str)> {
    let parts: Vec<&str> = text.split('`').collect();
    assert_eq!(parts.len() % 2, 1, "a backtick without its other one");
    let pairs = parts[1..].chunks(2);
    pairs
        .map(|pair| {
            let words: Vec<&str> = pair[0].split_whitespace().collect();
            (words.join(" "), pair[1])
        })
        .collect()
}

/// The names of tests behind a file: words of several parts, one after the other with commas.
fn tests_behind(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for piece in text.split(',') {
        let word = piece.trim_start();
        let end = word.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let word = &word[..end.unwrap_or(word.len())];
        let camel = word.chars().skip(1).any(|c| c.is_ascii_uppercase());
        if !word.contains('_') && !camel {
            break;
        }
        names.push(word);
    }
    names
}

/// The content of a file, or of all files in a folder.
fn content(path: &Path) -> String {
    if !path.is_dir() {
        return fs::read_to_string(path).unwrap();
    }
    let entries = fs::read_dir(path).unwrap();
    entries
        .map(|entry| content(&entry.unwrap().path()))
        .collect()
}

#[test]
fn every_file_and_test_that_is_named_is_there() {
    let (mut wrong, mut files, mut tests) = (Vec::new(), 0, 0);
    for name in PAGES {
        let text = page(name);
        let mut folder = String::new();
        for (quoted, behind) in quoted(&text) {
            let whole = FOLDERS.iter().any(|f| quoted.starts_with(f));
            let whole = whole || FILES.contains(&quoted.as_str());
            let bare = !quoted.contains(['/', ' ']) && quoted.ends_with(".rs");
            let path = match (whole, bare) {
                (true, _) => quoted.trim_end_matches('/').to_string(),
                // A second file of the same folder.
                (false, true) => format!("{folder}/{quoted}"),
                _ => continue,
            };
            if path.contains('*') {
                continue;
            }
            files += 1;
            if !root(&path).exists() {
                wrong.push(format!("{name}: {path} is not there"));
                continue;
            }
            if let Some((before, _)) = path.rsplit_once('/') {
                folder = before.to_string();
            }
            let named = tests_behind(behind.split('|').next().unwrap_or_default());
            if named.is_empty() {
                continue;
            }
            let content = content(&root(&path));
            for test in named {
                tests += 1;
                let there = [format!("fn {test}("), format!("function {test}(")];
                if !there.iter().any(|t| content.contains(t)) {
                    wrong.push(format!("{name}: {path} has no {test}"));
                }
            }
        }
        for link in text.split("](").skip(1) {
            let link = link.split([')', '#']).next().unwrap_or_default();
            let target = root("docs").join(link);
            if !link.is_empty() && !link.contains("://") && !target.exists() {
                wrong.push(format!("{name}: the link {link} leads nowhere"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(files > 200 && tests > 150, "{files} files, {tests} tests");
}

/// The commands in a text: between backticks, and in the lines that are set in.
fn commands(text: &str) -> Vec<String> {
    let set_in = text.lines().filter(|line| line.starts_with("    "));
    let set_in = set_in.map(|line| line.split(" #").next().unwrap_or_default().to_string());
    let all = quoted(text)
        .into_iter()
        .map(|(quoted, _)| quoted)
        .chain(set_in);
    let mut found = Vec::new();
    for line in all {
        for one in line.split(['|', ';', '&']) {
            let one = one.trim();
            if one.starts_with("ikd ") {
                found.push(one.to_string());
            }
        }
    }
    found
}

/// Whether a manual page has that option, and not only one that begins so.
fn has(manual: &str, option: &str) -> bool {
    manual.match_indices(option).any(|(at, _)| {
        let behind = manual[at + option.len()..].chars().next();
        behind.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '-')
    })
}

/// What is wrong with a command, by the manual pages.
fn fault(command: &str, manuals: &BTreeMap<String, String>) -> Option<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let (mut manual, mut at) = ("ikd".to_string(), 1);
    while let Some(word) = words.get(at) {
        if *word == "--data" {
            at += 2;
            continue;
        }
        if !word.chars().all(|c| c.is_ascii_lowercase() || c == '-') || word.starts_with('-') {
            break;
        }
        let below = format!("{manual}-{word}");
        if !manuals.contains_key(&below) {
            let more = format!("{manual}-");
            let group = manuals.keys().any(|name| name.starts_with(&more));
            if group {
                return Some(format!("`{command}`: there is no {below}"));
            }
            break;
        }
        (manual, at) = (below, at + 1);
    }
    let mut options = words[at.min(words.len())..].iter();
    let unknown = options.find(|word| {
        let option = word.split('=').next().unwrap_or_default();
        option.starts_with("--") && !has(&manuals[&manual], option)
    });
    unknown.map(|option| format!("`{command}`: {manual} has no {option}"))
}

#[test]
fn every_command_that_is_named_is_known() {
    let data = Data::nothing();
    data.ok(&["man", &data.path("man")]);
    let entries = fs::read_dir(data.file("man")).unwrap();
    let manuals: BTreeMap<String, String> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_string();
            // In roff, fonts and hyphens stand behind a backslash.
            let mut text = fs::read_to_string(&path).unwrap();
            for mark in ["\\fB", "\\fI", "\\fR", "\\"] {
                text = text.replace(mark, "");
            }
            (name, text)
        })
        .collect();
    assert!(fault("ikd keys compromise KID --since T", &manuals).is_none());
    assert!(fault("ikd keys explode", &manuals).is_some());
    assert!(fault("ikd keys compromise KID --sin T", &manuals).is_some());
    let mut wrong = Vec::new();
    let mut seen = 0;
    for name in PAGES {
        for command in commands(&page(name)) {
            seen += 1;
            let fault = fault(&command, &manuals);
            wrong.extend(fault.map(|fault| format!("{name}: {fault}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 50, "{seen} commands");
}

/// The cells of the rows whose first one begins with a digit.
fn numbered(text: &str) -> Vec<Vec<&str>> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| "));
    rows.filter(|row| row.starts_with(|c: char| c.is_ascii_digit()))
        .map(|row| {
            row.trim_end_matches('|')
                .split('|')
                .map(str::trim)
                .collect()
        })
        .collect()
}

/// The numbers in a first cell: `4.3.1, 4.3.2` and `4.4.1–4.4.4`.
fn numbers(cell: &str) -> Vec<String> {
    let mut all = Vec::new();
    for part in cell.split(", ") {
        let Some((first, last)) = part.split_once('–') else {
            all.push(part.to_string());
            continue;
        };
        let (section, from) = first.rsplit_once('.').unwrap();
        let (_, to) = last.rsplit_once('.').unwrap();
        let range = from.parse::<u32>().unwrap()..=to.parse::<u32>().unwrap();
        all.extend(range.map(|n| format!("{section}.{n}")));
    }
    all
}

#[test]
fn the_asvs_counts_what_it_says() {
    let text = page("docs/ASVS.md");
    let (table, end) = text.split_once("## What is not met").unwrap();
    let mut states: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut total = 0;
    for row in numbered(table) {
        let state = row[2];
        assert!(
            ["met", "partly", "not met", "n/a"].contains(&state),
            "{row:?}"
        );
        for number in numbers(row[0]) {
            total += 1;
            assert!(states.entry(state).or_default().insert(number), "{row:?}");
        }
    }
    // Level 1 has 70 requirements, level 2 another 183.
    assert_eq!(total, 253);
    assert_eq!(
        states.values().flatten().collect::<BTreeSet<_>>().len(),
        253
    );
    for (state, found) in &states {
        let line = text
            .lines()
            .find(|l| l.starts_with(&format!("| {state} |")));
        let said = line.unwrap().trim_end_matches('|').rsplit('|').next();
        assert_eq!(said.unwrap().trim(), found.len().to_string(), "{state}");
    }
    let listed: BTreeSet<String> = numbered(end).iter().map(|row| row[0].to_string()).collect();
    assert_eq!(listed, states["not met"]);
}
