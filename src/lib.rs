//! The issuing service.

pub mod bundle;
pub mod chance;
pub mod cli;
pub mod clock;
pub mod config;
pub mod crypter;
pub mod demo;
pub mod domain;
pub mod failure;
pub mod files;
pub mod http;
pub mod import;
pub mod issue;
pub mod keys;
pub mod offices;
pub mod record;
pub mod regions;
pub mod render;
pub mod revoke;
pub mod service;
pub mod status;
pub mod store;
pub mod token;
pub mod trust;
