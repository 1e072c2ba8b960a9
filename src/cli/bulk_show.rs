//! What `ikd bulk` shows: a bar or plain lines while it works, a table of where a job stands.

use super::context::say;
use super::error::CliError;
use crate::bulk::{self, Report, Run};
use crate::clock::Stopwatch;
use crate::domain::ids::JobId;
use crate::service::Service;
use credential::date::wib_text;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// A signer slower than this binds, whatever else the machine does.
const SLOW_SIGNER: f64 = 5_000.0;
/// How often other workers' chunks are looked at, and how often a line is written where there is no terminal.
const LOOK: Duration = Duration::from_secs(5);
const FRAME: Duration = Duration::from_millis(200);

/// A number as people read it: 2.000.000.
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    if n < 0 { format!("-{text}") } else { text }
}

/// Where a job stands.
pub fn table(report: &Report) {
    let (chunks, persons) = (&report.chunks, &report.persons);
    let row = |name: &str, value: String| say(format_args!("{name:<10} {value}"));
    row("job", report.job.clone());
    let region = match report.region.as_str() {
        "" => "whole country",
        prefix => prefix,
    };
    let supersede = if report.supersede {
        ", replaces what is in force"
    } else {
        ""
    };
    let what = match &report.key {
        Some(key) => format!("{}, issued anew: key {key} was stolen", report.kind),
        None => format!("{}, {region}{supersede}", report.kind),
    };
    row("what", what);
    row("planned", wib_text(report.created));
    row("state", report.state.to_string());
    row(
        "chunks",
        format!(
            "{} done, {} with workers, {} waiting, {} held, {} in all",
            number(chunks.done),
            number(chunks.leased),
            number(chunks.waiting),
            number(chunks.held),
            number(chunks.total)
        ),
    );
    row(
        "people",
        format!("{} of {}", number(persons.done), number(persons.total)),
    );
    row("issued", number(persons.issued));
    row(
        "skipped",
        format!("{} had one in force", number(persons.skipped)),
    );
    row("refused", number(persons.refused));
    for refused in &report.refused {
        row(
            "",
            format!("{:>10}  {}", number(refused.persons), refused.reason),
        );
    }
    if persons.outside > 0 {
        row(
            "outside",
            format!("{} no office answers for", number(persons.outside)),
        );
    }
    for held in &report.held {
        let chunks = number(held.chunks);
        row(
            "held",
            format!(
                "{chunks} chunks of {}: {}; mend it, then `ikd bulk resume`",
                held.office, held.fault
            ),
        );
    }
    for worker in &report.workers {
        let (chunks, until) = (number(worker.chunks), wib_text(worker.until));
        row(
            "worker",
            format!("{} has {chunks} chunks, until {until}", worker.name),
        );
    }
}

/// A bar that moves until it is ended.
pub struct Showing {
    task: tokio::task::JoinHandle<()>,
    bar: ProgressBar,
}

impl Showing {
    /// Takes the bar away.
    pub async fn end(self) {
        self.task.abort();
        let _ = self.task.await;
        self.bar.finish_and_clear();
    }
}

/// Shows how far a job is, its rate and when it ends.
pub async fn progress(
    service: Arc<Service>,
    run: Arc<Run>,
    job: JobId,
) -> Result<Showing, CliError> {
    let (_, report) = bulk::report(&service, Some(job)).await?;
    let terminal = std::io::stderr().is_terminal();
    let bar = if terminal {
        let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}");
        let bar = ProgressBar::new(report.persons.total.unsigned_abs());
        bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    } else {
        ProgressBar::hidden()
    };
    let shown = bar.clone();
    let task = tokio::spawn(async move {
        let watch = Stopwatch::start();
        let (mut looked, mut before) = (Duration::ZERO, report.persons.done);
        // What this worker had done when the others' chunks were last looked at.
        let (start, mut mine_then) = (before, 0);
        let mut told = false;
        loop {
            tokio::time::sleep(FRAME).await;
            let mine = run.tally.persons.load(Relaxed) as i64;
            let now = watch.elapsed();
            let look = now - looked >= LOOK;
            if look {
                looked = now;
                if let Ok((_, report)) = bulk::report(&service, Some(job)).await {
                    (before, mine_then) = (report.persons.done, mine);
                }
            }
            let done = before + (mine - mine_then).max(0);
            let line = line(
                done - start,
                report.persons.total - done,
                now,
                service.clock.now(),
            );
            shown.set_position(done.unsigned_abs());
            shown.set_message(line.clone());
            if look && !terminal {
                let total = number(report.persons.total);
                eprintln!("{} of {total} people, {line}", number(done));
            }
            if !told && let Some(rate) = run.tally.signer_rate().filter(|r| *r < SLOW_SIGNER) {
                told = true;
                let note = format!(
                    "note: the signer makes {} signatures a second, which bounds the rate; composing, judging and \
                     storing go on beside it",
                    number(rate as i64)
                );
                shown.suspend(|| eprintln!("{note}"));
            }
        }
    });
    Ok(Showing { task, bar })
}

fn line(done: i64, left: i64, elapsed: Duration, now: i64) -> String {
    let rate = done as f64 / elapsed.as_secs_f64().max(0.001);
    if rate < 1.0 {
        return "begins".into();
    }
    let end = now + (left as f64 / rate) as i64;
    format!("{} people/s, ends {}", number(rate as i64), wib_text(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_read_them() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1.000"),
            (-2_000_000, "-2.000.000"),
        ] {
            assert_eq!(number(n), text);
        }
    }
}
