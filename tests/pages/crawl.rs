//! Every link leads somewhere.

use crate::browse::*;
use crate::support::*;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_internal_link_resolves() {
    let data = Data::new();
    let server = data.serve();
    let mut waiting: Vec<String> = PAGES.iter().map(|path| path.to_string()).collect();
    waiting.push("/tidak-ada".into());
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut fragments: Vec<(String, String, String)> = Vec::new();
    while let Some(path) = waiting.pop() {
        if seen.contains_key(&path) {
            continue;
        }
        let answer = open(&server, &path);
        let expected = if path == "/tidak-ada" { 404 } else { 200 };
        assert_eq!(answer.status, expected, "{path}");
        if !answer.header("content-type").starts_with("text/html") {
            seen.insert(path, BTreeSet::new());
            continue;
        }
        let html = answer.text();
        seen.insert(path.clone(), ids(&html, &path));
        let links = ["href", "action", "src"]
            .map(|name| attributes(&html, name))
            .concat();
        for link in links.into_iter().filter(|link| !link.starts_with("data:")) {
            let (target, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let target = if target.is_empty() {
                path.as_str()
            } else {
                target
            };
            assert!(
                target.starts_with('/') && !target.starts_with("//"),
                "{path} links to {link}"
            );
            if !fragment.is_empty() {
                fragments.push((path.clone(), target.to_string(), fragment.to_string()));
            }
            if !target.contains("bahasa=") {
                waiting.push(target.to_string());
            }
        }
    }
    for (path, target, fragment) in fragments {
        if let Some(ids) = seen.get(&target) {
            assert!(
                ids.contains(&fragment),
                "{path} links to #{fragment}, which {target} has not"
            );
        }
    }
    assert!(
        seen.len() >= 40,
        "the crawl saw only {} addresses",
        seen.len()
    );
}
