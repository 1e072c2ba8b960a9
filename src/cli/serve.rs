//! `ikd serve`

use super::context;
use super::error::CliError;
use crate::accounts;
use crate::applications::waiting;
use crate::attachments;
use crate::check::Checker;
use crate::clock::Stopwatch;
use crate::failure::{Failure, Outcome};
use crate::gauges;
use crate::http::{App, listen, router};
use crate::issue;
use crate::lease::{self, Lease};
use crate::line;
use crate::metric;

use crate::outbox::{courier::Courier, worker};
use crate::retention::{self, Depth, Every};
use crate::rotation;
use crate::service::Service;
use crate::status;
use crate::store::Db;
use crate::tlog::sequence::{self, Added};
use crate::wallet;
use clap::Args;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Requests under way get this long to finish after a signal to stop.
const DRAIN: Duration = Duration::from_secs(20);
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// Run the HTTP service.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen; config.toml says 127.0.0.1:8080. Port 0 takes a free one.
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
}

/// Serves until SIGTERM or SIGINT.
pub async fn run(data: PathBuf, args: Serve) -> Result<u8, CliError> {
    logs();
    let service = context::open(&data).await?;
    if let Db::Sqlite(_) = service.db {
        // This process alone serves the file, so nothing that is unfinished will be finished by another.
        context::report_unfinished(&service, 0).await?;
    }
    let address = args.listen.unwrap_or(service.config.http.listen);
    let listener = listen(address).await?;
    serve(service, listener).await
}

/// Binds an address.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).await.map_err(|e| {
        CliError::trouble(
            format!("cannot listen on {address}: {e}"),
            "choose another with --listen ADDR:PORT, or stop what listens there",
        )
    })
}

/// Serves on a bound listener. The first line of output is the address, for whoever started it.
pub async fn serve(mut service: Service, listener: TcpListener) -> Result<u8, CliError> {
    let trouble = |e: std::io::Error| CliError::trouble(e.to_string(), "look at the log");
    let address = listener.local_addr().map_err(trouble)?;
    // Letters name it, unless the settings have a public address.
    service.config.http.listen = address;
    let buckets = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), SECONDS)
        .and_then(PrometheusBuilder::install_recorder);
    let metrics = buckets.map_err(|e| CliError::trouble(e.to_string(), "report this as a bug"))?;
    metric::describe();
    let courier = Arc::new(Courier::new(&service.config, &service.data)?);
    let app = Arc::new(App {
        service,
        metrics,
        checker: Checker::default(),
        shelf: Default::default(),
        window: Default::default(),
        officers: Default::default(),
        leave: Default::default(),
    });
    let (stop, mut stopped) = watch::channel(false);
    let publisher = tokio::spawn(keep_published(Arc::clone(&app), stopped.clone()));
    let housekeeper = tokio::spawn(keep_house(Arc::clone(&app), stopped.clone()));
    let log = tokio::spawn(keep_log(Arc::clone(&app), stopped.clone()));
    tokio::spawn(gauges::keep(Arc::clone(&app)));
    let sealing = tokio::spawn(keep_sealing(Arc::clone(&app)));
    for _ in 0..app.service.config.issue.groups.max(1) {
        let issue = |app: Arc<App>| async move { app.window.work(&app.service).await };
        tokio::spawn(line::for_ever(Arc::clone(&app), issue));
    }
    for _ in 0..2 {
        let look_up = |app: Arc<App>| async move { app.officers.work(&app.service).await };
        tokio::spawn(line::for_ever(Arc::clone(&app), look_up));
    }
    let outbox = tokio::spawn({
        let (app, stopped) = (Arc::clone(&app), stopped.clone());
        async move { worker::keep(&app.service, courier, stopped).await }
    });
    tokio::spawn(async move {
        signalled().await;
        let _ = stop.send(true);
    });
    context::say(format_args!("listening on http://{address}"));
    let settings = &app.service.config;
    let server = listen::serve(
        listener,
        router::router(Arc::clone(&app)),
        &settings.http,
        &settings.web.trusted_proxies,
        stopped.clone(),
    );
    let overdue = async {
        let _ = stopped.wait_for(|stop| *stop).await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        () = server => {}
        () = overdue => tracing::warn!("requests were still under way after 20 s"),
        cause = sealing => {
            // Not even what is under way may seal any more.
            let cause = cause.map_or_else(|died| died.to_string(), |cause| cause.to_string());
            return Err(CliError::trouble(
                format!("{}: {cause}", app.service.data.data_key().display()),
                "copy data.key from where `ikd data-key add` was run, and start again",
            ));
        }
    }
    // What is under way is finished, so that nothing is delivered twice; what is not, is when its claim lapses.
    let _ = tokio::time::timeout(DRAIN, async {
        tokio::join!(outbox, publisher, housekeeper, log)
    })
    .await;
    app.service.db.close().await;
    tracing::info!("stopped");
    Ok(0)
}

/// Where this instance is the publisher: signs what nobody waits for within a second, and all lists before they expire.
async fn keep_published(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut lease = Lease::new(lease::PUBLISHER, &mut app.chance());
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.wait_for(|stop| *stop) => break,
        }
        match status::publish_due(&app.service, &mut lease).await {
            Ok(0) => {}
            Ok(lists) => tracing::info!(lists, "status lists signed"),
            Err(cause) => tracing::error!(%cause, "status lists could not be signed"),
        }
    }
    let _ = lease.give_up(&app.service).await;
}

/// Where this instance has the key and the lease: gives lines of the audit trail their places in the log within a second.
async fn keep_log(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut lease = Lease::new(lease::LOG, &mut app.chance());
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    let mut told = false;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.wait_for(|stop| *stop) => break,
        }
        match sequence::add_due(&app.service, &mut lease).await {
            Ok(Added::Lines(_)) => told = false,
            Ok(Added::NoLog | Added::NoKey) if told => {}
            Ok(Added::NoLog) => {
                told = true;
                tracing::warn!("there is no log of the audit trail, a key for it begins one");
            }
            Ok(Added::NoKey) => {
                told = true;
                tracing::warn!(
                    "the key of the log is not within reach, its lines wait for who has it"
                );
            }
            // Who was faster added the same lines.
            Err(Failure::Changed) => {}
            Err(cause) => tracing::error!(%cause, "lines could not be added to the log"),
        }
    }
    let _ = lease.give_up(&app.service).await;
}

/// Seals with the data key that the database names, which another process may have changed. Ends, with why, where this
/// instance could not follow for so long that it may be sealing with one that is dropped.
async fn keep_sealing(app: Arc<App>) -> Failure {
    let mut ticks = tokio::time::interval(rotation::LOOKED);
    let mut followed = Stopwatch::start();
    let mut told = false;
    loop {
        ticks.tick().await;
        let Err(cause) = rotation::follow(&app.service).await else {
            (followed, told) = (Stopwatch::start(), false);
            continue;
        };
        if !told {
            told = true;
            tracing::error!(%cause, "the data key that seals could not be followed");
        }
        // Without the database nothing is kept that is sealed meanwhile.
        let out_of_reach = matches!(cause, Failure::Store(_));
        if !out_of_reach && followed.elapsed() >= rotation::HEARD {
            return cause;
        }
    }
}

/// Where this instance keeps house: lets waiting applications go on every 20 seconds, voids every minute what was begun
/// and never finished, and deletes every hour what nobody will come back for.
async fn keep_house(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut lease = Lease::new(lease::HOUSEKEEPER, &mut app.chance());
    let mut ticks = tokio::time::interval(lease::ASKED);
    let mut last: [Option<Stopwatch>; 3] = [None; 3];
    let mut hourly: Option<JoinHandle<()>> = None;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.wait_for(|stop| *stop) => break,
        }
        match lease.keep(&app.service).await {
            Ok(Some(_)) => {}
            Ok(None) => continue,
            Err(cause) => {
                tracing::error!(%cause, "the housekeeper's lease could not be taken");
                continue;
            }
        }
        let mut is_time = |which: usize, every: u64| {
            let due = last[which].is_none_or(|l| l.elapsed() >= Duration::from_secs(every));
            if due {
                last[which] = Some(Stopwatch::start());
            }
            due
        };
        if is_time(0, 20) {
            every_20_seconds(&app).await;
        }
        if is_time(1, 60) {
            every_minute(&app).await;
        }
        // Beside the others, which wait for nothing: it looks at every account and every file.
        let over = hourly.as_ref().is_none_or(JoinHandle::is_finished);
        if over && is_time(2, 3600) {
            let app = Arc::clone(&app);
            hourly = Some(tokio::spawn(async move { every_hour(&app).await }));
        }
    }
    if let Some(hourly) = hourly {
        hourly.abort();
    }
    let _ = lease.give_up(&app.service).await;
}

async fn every_20_seconds(app: &App) {
    if let Err(cause) = waiting::release_due(&app.service, &mut app.chance()).await {
        tracing::error!(%cause, "waiting applications could not go on");
    }
}

async fn every_minute(app: &App) {
    match void_unfinished(app).await {
        Ok((0, 0)) => {}
        Ok((documents, phones)) => {
            tracing::warn!(documents, phones, "what was never finished is void");
        }
        Err(cause) => tracing::error!(%cause, "what was never finished could not be voided"),
    }
    match status::give_up(&app.service).await {
        Ok(0) => {}
        Ok(indexes) => {
            tracing::warn!(
                indexes,
                "what may have been signed and was not stored is revoked"
            );
        }
        Err(cause) => tracing::error!(%cause, "reservations could not be given up"),
    }
    forget(app, Every::Minute).await;
}

async fn forget(app: &App, every: Every) {
    // What went wrong stands in the log, and is tried again.
    retention::purge(&app.service, |rule| rule.every == every, Depth::Once).await;
}

/// How many documents and credentials of phones were begun a minute ago and never finished; they are void now.
async fn void_unfinished(app: &App) -> Outcome<(usize, usize)> {
    let age = context::UNFINISHED_AFTER;
    let documents = issue::void_unfinished(&app.service, &mut app.chance(), age).await?;
    let phones = wallet::void_unfinished(&app.service, &mut app.chance(), age).await?;
    Ok((documents.len(), phones))
}

async fn every_hour(app: &App) {
    forget(app, Every::Hour).await;
    if let Err(cause) = accounts::close_gone(&app.service, &mut app.chance()).await {
        tracing::error!(%cause, "accounts of people who left could not be closed");
    }
    if let Err(cause) = attachments::collect(&app.service).await {
        tracing::error!(%cause, "files without an application could not be deleted");
    }
}

#[cfg(unix)]
async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else {
        return;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn signalled() {
    let _ = tokio::signal::ctrl_c().await;
}

/// Structured logs on standard error.
pub fn logs() {
    use tracing_subscriber::prelude::*;
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_default_env();
    // Statements carry placeholders, not values, but they tell nobody anything.
    let filter = filter.unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let lines = fmt::layer().json().with_writer(std::io::stderr);
    let logs = tracing_subscriber::registry().with(filter).with(lines);
    let _ = logs.with(metric::CountLines).try_init();
}

/// For the demonstration: only what went wrong.
pub fn quiet_logs() {
    let logs = tracing_subscriber::fmt().with_env_filter("error");
    let _ = logs.with_writer(std::io::stderr).try_init();
}
