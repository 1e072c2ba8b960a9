//! The HTTP service.

pub mod account;
pub mod account_views;
pub mod address;
pub mod agencies;
pub mod anybody;
pub mod applications;
pub mod auth;
pub mod bodies;
pub mod catalogue;
pub mod checks;
mod citizen;
pub mod csrf;
pub mod describe;
pub mod device;
pub mod docs;
pub mod documents;
pub mod household;
pub mod idempotency;
pub mod listen;
pub mod log;
mod mandates;
pub mod observe;
mod office;
pub mod officers;
pub mod outbox;
pub mod pages;
pub mod phones;
pub mod pictures;
pub mod places;
pub mod posted;
pub mod pressure;
pub mod probes;
pub mod problem;
pub mod proposals;
pub mod public;
pub mod queue;
pub mod router;
pub mod routes;
pub mod session;
pub mod shelf;
pub mod views;
pub mod wallet;
pub mod whoami;

use crate::chance::Chance;
use crate::check::Checker;
use crate::issue::together::Window;
use crate::mandates::Stock;
use crate::service::Service;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;

/// What every handler shares.
pub struct App {
    /// Seams and settings.
    pub service: Service,
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
    /// Checks documents for the public.
    pub checker: Checker,
    /// Signed lists in memory.
    pub shelf: shelf::Shelf,
    /// Where cards are asked for.
    pub window: Window,
    /// Cards that offices may issue without an application.
    pub leave: Stock,
    /// Officers whose tokens are to be checked.
    pub officers: auth::Officers,
}

impl App {
    /// A request's random numbers.
    pub fn chance(&self) -> Chance {
        Chance::System
    }
}

/// Shared by all requests.
pub type Shared = Arc<App>;
