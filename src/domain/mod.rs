//! Pure rules: no axum, no sqlx, no async, no clock, no rng.

pub mod person;
