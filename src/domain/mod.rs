//! Pure rules: no axum, no sqlx, no async, no clock, no rng.

pub mod application;
pub mod content;
pub mod document;
pub mod dossier;
pub mod ids;
pub mod officer;
pub mod person;
pub mod registration;
pub mod rights;
pub mod steps;
