//! Metrics by their exact names: code, running service, docs/OPERATIONS.md, alerts and dashboard agree.

use crate::catalogue::{named, root, sources, table};
use crate::support::Data;
use ikd::metric::{ALL, Shape};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

fn catalogue() -> BTreeMap<String, BTreeSet<String>> {
    let labels = |of: &[&str]| of.iter().map(|l| l.to_string()).collect();
    ALL.iter()
        .map(|m| (m.name.to_string(), labels(m.labels)))
        .collect()
}

#[test]
fn the_code_counts_what_the_catalogue_names() {
    let mut used = BTreeSet::new();
    for source in sources() {
        for call in ["counter!(", "gauge!(", "histogram!("] {
            for (at, _) in source.match_indices(call) {
                let argument = source[at + call.len()..].trim_start();
                // The catalogue's own descriptions name no metric.
                if let Some(name) = argument.strip_prefix('"') {
                    used.insert(name.split('"').next().unwrap().to_string());
                }
            }
        }
    }
    assert_eq!(used, catalogue().into_keys().collect());
}

#[test]
fn the_document_names_every_metric_with_its_labels() {
    let rows: BTreeMap<String, BTreeSet<String>> = table("Metrics")
        .iter()
        .map(|row| (named(&row[0]).pop_first().unwrap(), named(&row[1])))
        .collect();
    assert_eq!(rows, catalogue());
}

/// Name and labels of a line of the Prometheus text, without those of a histogram's buckets.
fn series(line: &str) -> (String, BTreeSet<String>) {
    let (name, rest) = line.split_at(line.find(['{', ' ']).unwrap());
    let mut labels: BTreeSet<String> = BTreeSet::new();
    if let Some(inside) = rest.strip_prefix('{') {
        // A value may hold anything but a quote that is not escaped.
        let mut parts = inside.split('"');
        while let (Some(name), Some(_)) = (parts.next(), parts.next()) {
            labels.insert(name.trim_matches([',', '=', '}', ' ']).to_string());
        }
    }
    labels.remove("le");
    (family(name), labels)
}

/// The histogram to which a series belongs, or its own name.
fn family(name: &str) -> String {
    let histograms = ALL.iter().filter(|m| m.shape == Shape::Histogram);
    for histogram in histograms {
        for suffix in ["_bucket", "_sum", "_count"] {
            if name.strip_suffix(suffix) == Some(histogram.name) {
                return histogram.name.to_string();
            }
        }
    }
    name.to_string()
}

#[test]
fn the_service_shows_every_metric_with_these_labels() {
    let data = Data::with_people(1);
    data.issue(1, "ktp");
    let server = data.serve();
    assert_eq!(server.get("/healthz").status, 200);
    let looked = (0..600).find_map(|_| {
        let text = server.get("/metrics").text();
        let looked = text.contains("\nikd_looked_timestamp_seconds ");
        std::thread::sleep(Duration::from_millis(if looked { 0 } else { 50 }));
        looked.then_some(text)
    });
    let text = looked.expect("the service looks at its state soon after it starts");
    let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let (name, labels) = series(line);
        if let Some(known) = shown.insert(name, labels.clone()) {
            assert_eq!(known, labels, "{line}");
        }
    }
    assert_eq!(shown, catalogue());
    for metric in ALL {
        let help = format!("# HELP {} {}", metric.name, metric.means);
        assert!(text.contains(&help), "no {help}");
    }
    for zero in [
        "ikd_outbox_total{cause=\"letter\",result=\"dead\"} 0",
        "ikd_documents_changed_total{action=\"document.revoke\"} 0",
        "ikd_log_lines_total{level=\"error\"} 0",
        "ikd_ready{check=\"database\"} 1",
        "ikd_trust_list_version 1",
        "ikd_status_lists 1",
        "ikd_status_lists_unsigned 0",
    ] {
        assert!(text.contains(zero), "no {zero} in\n{text}");
    }
}

/// The expressions of a file in `deploy/`, as text.
fn used(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (at, _) in text.match_indices("ikd_") {
        let rest = &text[at..];
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_');
        let (name, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let labels = used.entry(family(name)).or_default();
        let Some(selector) = rest.strip_prefix('{') else {
            continue;
        };
        let selector = selector.split('}').next().unwrap();
        for one in selector.split(',') {
            labels.insert(one.split(['=', '!']).next().unwrap().trim().to_string());
        }
    }
    used
}

#[test]
fn alerts_and_dashboard_ask_for_nothing_else() {
    let catalogue = catalogue();
    for file in ["prometheus/alerts.yaml", "grafana/ikd.json"] {
        let text = fs::read_to_string(root("deploy").join(file)).unwrap();
        let used = used(&text);
        assert!(used.len() > 10, "{file}: {used:?}");
        for (name, labels) in used {
            let known = catalogue.get(&name);
            let known =
                known.unwrap_or_else(|| panic!("{file} asks for {name}, which is not there"));
            for label in labels {
                // Prometheus itself tells instances apart.
                let there = known.contains(&label) || label == "instance";
                assert!(there, "{file} asks for {label} of {name}");
            }
        }
    }
}

#[test]
fn the_document_names_every_alert() {
    let text = fs::read_to_string(root("deploy/prometheus/alerts.yaml")).unwrap();
    let mut alerts = BTreeSet::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.trim().strip_prefix("- alert: ") {
            let severity = lines
                .find_map(|l| l.trim().strip_prefix("labels: {severity: "))
                .unwrap();
            alerts.insert((name.to_string(), severity.trim_matches('}').to_string()));
        }
    }
    let rows: BTreeSet<(String, String)> = table("Alerts")
        .iter()
        .map(|row| (named(&row[0]).pop_first().unwrap(), row[1].clone()))
        .collect();
    assert_eq!(rows, alerts);
}
