//! `ikd bulk`

use super::bulk_show as show;
use super::context::{self, LOCAL, parsed, say};
use super::documents::card;
use super::error::CliError;
use crate::bulk::{self, CHUNK, CHUNK_MAX, Plan, Run, Settings};
use crate::chance::Chance;
use crate::domain::ids::{JobId, RegionPrefix};
use crate::failure::Failure;
use crate::mandates;
use clap::{Args, Subcommand};
use credential::kinds::Kind;
use std::path::PathBuf;
use std::sync::Arc;

/// Documents for whole populations.
#[derive(Debug, Subcommand)]
pub enum BulkCommand {
    /// Plan a job: who is to get what. Issues nothing before an officer approves it and it is run.
    Plan(PlanArgs),
    /// Work on a job until it is done. Any number of machines may work on one job at the same time.
    Run(RunArgs),
    /// Show where a job stands.
    Status(StatusArgs),
    /// Go on after a crash or a fault: frees what other workers hold and what was laid aside, then runs. A worker that
    /// still lives loses the chunks under way and takes others; nothing is issued twice.
    Resume(RunArgs),
}

/// What is to be issued for whom.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Which document: ktp or kk.
    #[arg(long, value_parser = card)]
    pub kind: &'static Kind,
    /// Only for people who live in this region: 2, 4, 6 or 10 digits; the whole country if left out.
    #[arg(long, value_name = "KODE", default_value = "", hide_default_value = true,
        value_parser = |t: &str| parsed(RegionPrefix::parse(t)))]
    pub region: RegionPrefix,
    /// Replace the documents that are in force; otherwise who has one is skipped.
    #[arg(long)]
    pub supersede: bool,
    /// People in a chunk, which is issued whole or not at all.
    #[arg(long, default_value_t = CHUNK, value_parser = clap::value_parser!(u32).range(1..=i64::from(CHUNK_MAX)))]
    pub chunk: u32,
    /// Approve it alone, in an emergency: the audit trail says so. Otherwise an officer approves it on the pages.
    #[arg(long)]
    pub alone: bool,
}

/// Which job, and with how much of the machine.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The job, as `ikd bulk plan` shows it; the newest if left out.
    #[arg(value_parser = |t: &str| parsed(JobId::parse(t)))]
    pub job: Option<JobId>,
    /// Cores to use; all if left out.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub cores: Option<u16>,
    /// Chunks that are signed at the same time; as many as cores if left out.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub signers: Option<u16>,
}

/// Which job.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The job; the newest if left out.
    #[arg(value_parser = |t: &str| parsed(JobId::parse(t)))]
    pub job: Option<JobId>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// `ikd bulk`
pub async fn run(data: PathBuf, command: BulkCommand) -> Result<u8, CliError> {
    match command {
        BulkCommand::Plan(args) => plan(data, args).await,
        BulkCommand::Run(args) => work(data, args, false).await,
        BulkCommand::Resume(args) => work(data, args, true).await,
        BulkCommand::Status(args) => {
            let service = context::open(&data).await?;
            let (_, report) = bulk::report(&service, args.job).await?;
            if args.json {
                let json = serde_json::to_string_pretty(&report);
                say(json.map_err(|_| Failure::Row("a report"))?);
            } else {
                show::table(&report);
            }
            Ok(0)
        }
    }
}

async fn plan(data: PathBuf, args: PlanArgs) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    let plan = Plan {
        kind: args.kind,
        region: args.region,
        supersede: args.supersede,
        chunk: args.chunk,
        alone: args.alone,
    };
    let planned = bulk::plan(&service, &mut Chance::System, LOCAL, &plan).await?;
    let (job, chunks) = (planned.job, planned.chunks);
    say(format_args!("job     {}", job.id));
    say(format_args!(
        "people  {} in {chunks} chunks",
        show::number(job.persons)
    ));
    if job.outside > 0 {
        say(format_args!(
            "outside {} people whom no office answers for (`ikd office add`, then plan again)",
            show::number(job.outside)
        ));
    }
    match planned.proposal {
        Some(id) => {
            say(format_args!("waits   proposal {id}"));
            say(
                "next: an officer approves it at /petugas/persetujuan within 24 hours, then ikd bulk run",
            );
        }
        None => {
            if args.alone {
                eprintln!("note: approved by one person at the machine; the audit trail says so");
            }
            say("next: ikd bulk run");
        }
    }
    Ok(0)
}

async fn work(data: PathBuf, args: RunArgs, resume: bool) -> Result<u8, CliError> {
    let service = Arc::new(context::open(&data).await?);
    let (job, _) = bulk::report(&service, args.job).await?;
    if resume {
        let mut tx = service.db.read().await?;
        mandates::jobs::agreed(&service, &mut tx, &job).await?;
        drop(tx);
        let freed = bulk::free(&service, job.id).await?;
        say(format_args!("freed {freed} chunks"));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut settings = Settings::for_cores(args.cores.map_or(cores, usize::from));
    if let Some(signers) = args.signers {
        settings.signers = usize::from(signers);
        settings.lanes = settings.lanes.max(settings.signers + 2);
    }
    let id = job.id;
    let run = Run::new(Arc::clone(&service), job, worker(), settings);
    let run = Arc::new(run);
    let stopping = tokio::spawn(stop_on_signal(Arc::clone(&run)));
    let showing = show::progress(Arc::clone(&service), Arc::clone(&run), id).await?;
    let result = run.work().await;
    stopping.abort();
    showing.end().await;
    result?;
    let (_, report) = bulk::report(&service, Some(id)).await?;
    show::table(&report);
    Ok(u8::from(report.state != "done"))
}

/// Host, process and a random number: no two workers have the same name.
pub(super) fn worker() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host: String = host
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(60)
        .collect();
    let random = u32::from_le_bytes(Chance::System.bytes());
    format!("{host}:{}:{random:08x}", std::process::id())
}

/// The first Ctrl-C lets the chunks under way end.
async fn stop_on_signal(run: Arc<Run>) {
    if tokio::signal::ctrl_c().await.is_ok() {
        eprintln!("stopping after the chunks under way; `ikd bulk run` goes on later");
        run.stop();
    }
}
