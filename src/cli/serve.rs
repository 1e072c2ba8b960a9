//! `ikd serve`

use super::context;
use super::error::CliError;
use crate::accounts;
use crate::applications::{draft, waiting};
use crate::attachments;
use crate::check::Checker;
use crate::gauges;
use crate::http::{App, router};
use crate::metric;
use crate::outbox::{courier::Courier, worker};
use crate::service::Service;
use crate::status;
use crate::wallet;
use clap::Args;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

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
    // This process serves the database, so nothing that is unfinished will be finished by another.
    context::report_unfinished(&service, 0).await?;
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
pub async fn serve(service: Service, listener: TcpListener) -> Result<u8, CliError> {
    let trouble = |e: std::io::Error| CliError::trouble(e.to_string(), "look at the log");
    let address = listener.local_addr().map_err(trouble)?;
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
    });
    let publisher = tokio::spawn(keep_published(Arc::clone(&app)));
    let housekeeper = tokio::spawn(keep_house(Arc::clone(&app)));
    tokio::spawn(gauges::keep(Arc::clone(&app)));
    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let outbox = tokio::spawn({
        let (app, stopped) = (Arc::clone(&app), stopped.clone());
        async move { worker::keep(&app.service, courier, stopped).await }
    });
    tokio::spawn(async move {
        signalled().await;
        let _ = stop.send(true);
    });
    context::say(format_args!("listening on http://{address}"));
    let mut asked = stopped.clone();
    // Throttles count by the client's address.
    let service =
        router::router(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        let _ = asked.wait_for(|stop| *stop).await;
    });
    let overdue = async {
        let _ = stopped.wait_for(|stop| *stop).await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        result = async { server.await } => result.map_err(trouble)?,
        () = overdue => tracing::warn!("requests were still under way after 20 s"),
    }
    publisher.abort();
    housekeeper.abort();
    // What is under way is finished, so that nothing is delivered twice; what is not, is when its claim lapses.
    let _ = tokio::time::timeout(DRAIN, outbox).await;
    app.service.db.close().await;
    tracing::info!("stopped");
    Ok(0)
}

/// Signs lists that another process changed, within a second, and all lists before they expire.
async fn keep_published(app: Arc<App>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    loop {
        ticks.tick().await;
        let due = status::is_due(&app.service).await;
        let done = match due {
            Ok(false) => continue,
            Ok(true) => status::refresh_now(&app.service).await,
            Err(e) => Err(e),
        };
        match done {
            Ok(0) => {}
            Ok(lists) => tracing::info!(lists, "status lists signed"),
            Err(cause) => tracing::error!(%cause, "status lists could not be signed"),
        }
    }
}

/// Lets waiting applications go on every 20 seconds; every hour deletes what nobody will come back for.
async fn keep_house(app: Arc<App>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(20));
    for round in 0_u64.. {
        ticks.tick().await;
        if let Err(cause) = waiting::release_due(&app.service, &mut app.chance()).await {
            tracing::error!(%cause, "waiting applications could not go on");
        }
        if round % 180 == 0 {
            if let Err(cause) = draft::purge(&app.service).await {
                tracing::error!(%cause, "old drafts could not be deleted");
            }
            if let Err(cause) = accounts::close_gone(&app.service, &mut app.chance()).await {
                tracing::error!(%cause, "accounts of people who left could not be closed");
            }
            if let Err(cause) = attachments::upload::expire(&app.service).await {
                tracing::error!(%cause, "unfinished uploads could not be deleted");
            }
            if let Err(cause) = wallet::purge(&app.service).await {
                tracing::error!(%cause, "what phones no longer need could not be deleted");
            }
            if let Err(cause) = attachments::collect(&app.service).await {
                tracing::error!(%cause, "files without an application could not be deleted");
            }
        }
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
