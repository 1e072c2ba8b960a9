//! Pure rules: no axum, no sqlx, no async, no clock, no rng.

pub mod content;
pub mod document;
pub mod ids;
pub mod officer;
pub mod person;
