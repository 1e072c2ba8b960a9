//! Every address of the server: those of the API from its description, those of the pages from their source, so that a
//! new one is tried without a word here.

use crate::contract::Contract;
use std::path::{Path, PathBuf};

/// A method at an address with `{parameters}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    pub path: String,
}

/// Those of the API.
pub fn of_api(contract: &Contract) -> Vec<Route> {
    let all = contract.operations().into_iter();
    all.map(|o| Route {
        method: o.method,
        path: o.path.to_string(),
    })
    .collect()
}

/// Those of the pages, each with both methods of a form.
pub fn of_pages() -> Vec<Route> {
    let paths = written("src/http/pages");
    assert!(
        paths.len() > 40,
        "the source says its routes elsewhere: {paths:?}"
    );
    let both = |path: String| {
        ["get", "post"].map(|method| Route {
            method,
            path: path.clone(),
        })
    };
    paths.into_iter().flat_map(both).collect()
}

/// The addresses that the source of a folder gives to `.route(…)`.
pub fn written(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
        let text = std::fs::read_to_string(file).unwrap();
        for call in text.split(".route(").skip(1) {
            if let Some(rest) = call.trim_start().strip_prefix('"') {
                found.push(rest.split('"').next().unwrap().to_string());
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path());
    let mut files = Vec::new();
    for path in entries {
        match path.is_dir() {
            true => files.extend(sources(&path)),
            false if path.extension().is_some_and(|e| e == "rs") => files.push(path),
            false => {}
        }
    }
    files
}

impl Route {
    /// Names of its parameters.
    pub fn parameters(&self) -> Vec<&str> {
        let parts = self.path.split('/');
        parts
            .filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'))
            .collect()
    }

    /// The address with every choice of values: `id` takes one of `ids`, the first other parameter too.
    pub fn addresses(&self, ids: &[&str], words: &[&str]) -> Vec<String> {
        let mut all = vec![self.path.clone()];
        for name in self.parameters() {
            let values = ids.iter().chain(if name == "id" { &[][..] } else { words });
            let hole = format!("{{{name}}}");
            let filled = |value: &&str| {
                let value = (*value).to_string();
                all.iter()
                    .map(|path| path.replacen(&hole, &value, 1))
                    .collect::<Vec<_>>()
            };
            all = values.flat_map(filled).collect();
        }
        all
    }
}
