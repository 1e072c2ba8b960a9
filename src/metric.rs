//! Every metric that the service shows: name, unit, labels, meaning. `tests/operations` holds it against the code, the
//! running service, docs/OPERATIONS.md, the alerts and the dashboard.

use metrics::Unit;

/// How a metric moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Only grows while the process lives.
    Counter,
    /// Goes up and down; looked at every 15 seconds ([`crate::gauges`]).
    Gauge,
    /// Counts values in buckets.
    Histogram,
}

/// A metric.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name at `/metrics`.
    pub name: &'static str,
    /// How it moves.
    pub shape: Shape,
    /// Its unit, where it has one.
    pub unit: Option<Unit>,
    /// The labels that each of its series has.
    pub labels: &'static [&'static str],
    /// What it says, for people.
    pub means: &'static str,
}

const fn counter(
    name: &'static str,
    labels: &'static [&'static str],
    means: &'static str,
) -> Metric {
    Metric {
        name,
        shape: Shape::Counter,
        unit: None,
        labels,
        means,
    }
}

const fn gauge(name: &'static str, labels: &'static [&'static str], means: &'static str) -> Metric {
    Metric {
        shape: Shape::Gauge,
        ..counter(name, labels, means)
    }
}

/// All of them.
pub const ALL: &[Metric] = &[
    counter(
        "ikd_http_requests_total",
        &["method", "route", "class"],
        "answered requests",
    ),
    Metric {
        shape: Shape::Histogram,
        unit: Some(Unit::Seconds),
        ..counter(
            "ikd_http_request_seconds",
            &["route"],
            "time from request to answer",
        )
    },
    counter(
        "ikd_refused_total",
        &["limit"],
        "connections and requests refused or ended by a limit",
    ),
    counter(
        "ikd_sign_ins_refused_total",
        &["name"],
        "wrong passwords of officers, by whether the name exists",
    ),
    counter(
        "ikd_documents_issued_total",
        &["kind"],
        "documents issued by this process, not by bulk jobs",
    ),
    counter(
        "ikd_issue_groups_total",
        &[],
        "transactions in which cards that were asked for at the same moment were issued together",
    ),
    counter(
        "ikd_documents_changed_total",
        &["action"],
        "documents revoked, suspended, reinstated or superseded by an officer",
    ),
    counter(
        "ikd_wallet_activations_total",
        &[],
        "activations of phones opened",
    ),
    counter(
        "ikd_wallet_credentials_total",
        &[],
        "new credentials for phones",
    ),
    counter("ikd_wallet_ended_total", &["why"], "phones that ended"),
    counter(
        "ikd_outbox_total",
        &["cause", "result"],
        "tries to deliver letters and webhooks",
    ),
    counter(
        "ikd_log_lines_total",
        &["level"],
        "log lines of level error and warn",
    ),
    gauge(
        "ikd_build_info",
        &["version"],
        "1; the version that runs is its label",
    ),
    gauge(
        "ikd_started_timestamp_seconds",
        &[],
        "when the process started, epoch seconds",
    ),
    gauge(
        "ikd_ready",
        &["check"],
        "1 where /readyz finds the check in order, else 0",
    ),
    gauge(
        "ikd_looked_timestamp_seconds",
        &[],
        "when the gauges were last read from the database, epoch seconds",
    ),
    gauge(
        "ikd_trust_list_version",
        &[],
        "version of the newest trust list",
    ),
    gauge(
        "ikd_trust_list_due_timestamp_seconds",
        &[],
        "when the next trust list is due, epoch seconds",
    ),
    gauge("ikd_status_lists", &[], "status lists with drawn indexes"),
    gauge(
        "ikd_status_lists_unsigned",
        &[],
        "of these, lists with a change that is not signed yet",
    ),
    gauge(
        "ikd_publish_held",
        &["what"],
        "what was to be published and is held by the gate: list, trust, bundle, tree",
    ),
    gauge(
        "ikd_status_list_expiry_timestamp_seconds",
        &[],
        "when the first of them is past its time, epoch seconds",
    ),
    gauge(
        "ikd_signing_key_expiry_timestamp_seconds",
        &["role"],
        "when the first owner has no active key of that role any more, epoch seconds",
    ),
    gauge(
        "ikd_log_waiting_seconds",
        &[],
        "for how long the oldest line of the audit trail waits for its place in the log",
    ),
    gauge(
        "ikd_log_silence_seconds",
        &[],
        "for how long the slowest witness of the settings has cosigned no head of the log, though it went on",
    ),
    gauge(
        "ikd_outbox_due",
        &[],
        "deliveries that are due and not done",
    ),
    gauge(
        "ikd_outbox_late_seconds",
        &[],
        "for how long the oldest of them is due",
    ),
    gauge(
        "ikd_database_connections",
        &["state"],
        "connections of this process to the database",
    ),
    gauge("ikd_database_connections_max", &[], "how many it may open"),
];

/// A limit that refuses or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Connections in all.
    Connections,
    /// Connections of one address.
    ConnectionsOfAddress,
    /// Time for a request's line and headers.
    Head,
    /// Time in which a client takes nothing of its answer.
    Stall,
    /// Requests at the same time.
    Requests,
    /// Requests of one address at the same time.
    RequestsOfAddress,
    /// Time for a body.
    Body,
    /// Memory for bodies.
    Memory,
    /// Texts of QR codes judged for one address.
    Checks,
}

impl Limit {
    const ALL: [Self; 9] = [
        Self::Connections,
        Self::ConnectionsOfAddress,
        Self::Head,
        Self::Stall,
        Self::Requests,
        Self::RequestsOfAddress,
        Self::Body,
        Self::Memory,
        Self::Checks,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::ConnectionsOfAddress => "connections of an address",
            Self::Head => "head",
            Self::Stall => "stall",
            Self::Requests => "requests",
            Self::RequestsOfAddress => "requests of an address",
            Self::Body => "body",
            Self::Memory => "memory",
            Self::Checks => "checks",
        }
    }

    /// Counts one.
    pub fn refused(self) {
        self.count(1);
    }

    fn count(self, by: u64) {
        metrics::counter!("ikd_refused_total", "limit" => self.name()).increment(by);
    }
}

/// Describes all of them, and begins with 0 what is rare: a counter that appears with its first event shows no growth.
pub fn describe() {
    for metric in ALL {
        let unit = metric.unit.unwrap_or(Unit::Count);
        match metric.shape {
            Shape::Counter => metrics::describe_counter!(metric.name, unit, metric.means),
            Shape::Gauge => metrics::describe_gauge!(metric.name, unit, metric.means),
            Shape::Histogram => metrics::describe_histogram!(metric.name, unit, metric.means),
        }
    }
    for limit in Limit::ALL {
        limit.count(0);
    }
    for name in ["known", "unknown"] {
        metrics::counter!("ikd_sign_ins_refused_total", "name" => name).increment(0);
    }
    for kind in credential::kinds::KINDS {
        metrics::counter!("ikd_documents_issued_total", "kind" => kind.slug).increment(0);
    }
    for action in ["revoke", "suspend", "reinstate", "supersede"] {
        let action = format!("document.{action}");
        metrics::counter!("ikd_documents_changed_total", "action" => action).increment(0);
    }
    metrics::counter!("ikd_issue_groups_total").increment(0);
    metrics::counter!("ikd_wallet_activations_total").increment(0);
    metrics::counter!("ikd_wallet_credentials_total").increment(0);
    for why in ["lost", "replaced", "removed"] {
        metrics::counter!("ikd_wallet_ended_total", "why" => why).increment(0);
    }
    for cause in ["application", "letter", "push"] {
        for result in ["delivered", "dropped", "failed", "dead"] {
            metrics::counter!("ikd_outbox_total", "cause" => cause, "result" => result)
                .increment(0);
        }
    }
    for level in ["error", "warn"] {
        metrics::counter!("ikd_log_lines_total", "level" => level).increment(0);
    }
}

/// Counts log lines that somebody should look at, for those who watch metrics alone.
pub struct CountLines;

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for CountLines {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        let level = match *event.metadata().level() {
            tracing::Level::ERROR => "error",
            tracing::Level::WARN => "warn",
            _ => return,
        };
        metrics::counter!("ikd_log_lines_total", "level" => level).increment(1);
    }
}
