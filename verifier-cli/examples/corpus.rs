//! usage: corpus CORPUS... — read rate per class, median ms of a success, worst failing ms, wrong texts.
//! With FAILS=1 the failing files are listed, with FILE=name only matching files are read.
#![allow(clippy::disallowed_methods)] // It measures time, which is what the ban keeps out of the rules.

use ikd_verifier::reader::{Effort, Gray, read};
use std::collections::BTreeMap;
use std::time::Instant;

/// Time this thread has spent on a processor (Linux), for figures on a busy machine (CPU=1).
fn cpu_ms() -> Option<f64> {
    // The kernel brings the figure up to date when the thread yields, else only every 4 ms.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e6)
}

fn main() {
    let cpu = std::env::var("CPU").is_ok();
    let fails = std::env::var("FAILS").is_ok();
    let only = std::env::var("FILE").unwrap_or_default();
    let effort = if std::env::var("EFFORT").is_ok_and(|e| e == "frame") {
        Effort::FRAME
    } else {
        Effort::STILL
    };
    for dir in std::env::args().skip(1) {
        let manifest =
            std::fs::read_to_string(format!("{dir}/manifest.jsonl")).expect("manifest.jsonl");
        let mut order: Vec<String> = Vec::new();
        let mut classes: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let mut passes: BTreeMap<&'static str, (usize, f64)> = BTreeMap::new();
        let (mut good_ms, mut worst_fail, mut worst_good, mut wrong) =
            (Vec::new(), 0.0f64, 0.0f64, 0);
        // A picture may hold several codes, each with a line of its own: any of the texts is right.
        let texts: std::collections::HashSet<String> = manifest
            .lines()
            .filter_map(|l| serde_json::from_str::<serde_json::Value>(l).ok())
            .filter_map(|e| e["text"].as_str().map(String::from))
            .collect();
        for line in manifest.lines() {
            let e: serde_json::Value = serde_json::from_str(line).expect("json");
            let (file, class, text) = (
                e["file"].as_str().unwrap(),
                e["cls"].as_str().unwrap(),
                e["text"].as_str().unwrap(),
            );
            if !file.contains(&only) {
                continue;
            }
            let luma = image::open(format!("{dir}/{file}"))
                .expect("picture")
                .to_luma8();
            let picture = Gray {
                width: luma.width() as usize,
                height: luma.height() as usize,
                data: luma.as_raw(),
            };
            let (start, before) = (Instant::now(), cpu_ms());
            let found = read(&picture, &effort);
            let wall = start.elapsed().as_secs_f64() * 1e3;
            let ms = before
                .zip(cpu_ms())
                .filter(|_| cpu)
                .map_or(wall, |(a, b)| b - a);
            let good = found.iter().any(|f| f.text == text);
            wrong += found.iter().filter(|f| !texts.contains(&f.text)).count();
            if !order.iter().any(|c| c == class) {
                order.push(class.into());
            }
            let slot = classes.entry(class.into()).or_default();
            slot.0 += usize::from(good);
            slot.1 += 1;
            if good {
                good_ms.push(ms);
                worst_good = worst_good.max(ms);
                let p = passes.entry(found[0].pass).or_default();
                p.0 += 1;
                p.1 += ms;
            } else {
                worst_fail = worst_fail.max(ms);
                if fails {
                    println!("  failed {file} {ms:.0} ms {}", e["params"]);
                }
            }
        }
        good_ms.sort_by(f64::total_cmp);
        let (ok, all) = classes.values().fold((0, 0), |s, c| (s.0 + c.0, s.1 + c.1));
        let rates: Vec<String> = order
            .iter()
            .map(|c| {
                format!(
                    "{c} {:.0}",
                    100.0 * classes[c].0 as f64 / classes[c].1 as f64
                )
            })
            .collect();
        println!(
            "{dir}: all {:.1} % | {} | median {:.2} ms, 90 % {:.1}, worst success {worst_good:.0}, worst failure {worst_fail:.0} ms, wrong {wrong}",
            100.0 * ok as f64 / all.max(1) as f64,
            rates.join(" "),
            good_ms.get(good_ms.len() / 2).unwrap_or(&0.0),
            good_ms.get(good_ms.len() * 9 / 10).unwrap_or(&0.0),
        );
        let by_pass: Vec<String> = passes
            .iter()
            .map(|(k, v)| format!("{k} {} ({:.1} ms)", v.0, v.1 / v.0 as f64))
            .collect();
        println!("  {}", by_pass.join(", "));
    }
}
