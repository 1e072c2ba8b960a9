//! The issuing service.

pub mod domain;
