//! Pure rules: no axum, no sqlx, no async, no clock, no rng.

pub mod activation;
pub mod agency;
pub mod application;
pub mod appointment;
pub mod bound;
pub mod calendar;
pub mod code;
pub mod completeness;
pub mod contact;
pub mod content;
pub mod device;
pub mod document;
pub mod dossier;
pub mod ids;
pub mod kinship;
pub mod merkle;
pub mod number;
pub mod officer;
pub mod permutation;
pub mod person;
pub mod policy;
pub mod registration;
pub mod rights;
pub mod steps;
pub mod subset;
pub mod users;
