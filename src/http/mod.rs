//! The HTTP service.

pub mod auth;
pub mod bodies;
pub mod docs;
pub mod documents;
pub mod observe;
pub mod pictures;
pub mod probes;
pub mod problem;
pub mod public;
pub mod router;
pub mod views;

use crate::chance::Chance;
use crate::service::Service;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;

/// What every handler shares.
pub struct App {
    /// Seams and settings.
    pub service: Service,
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
}

impl App {
    /// A request's random numbers.
    pub fn chance(&self) -> Chance {
        Chance::System
    }
}

/// Shared by all requests.
pub type Shared = Arc<App>;
