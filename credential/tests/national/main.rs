//! The national bundle and its deltas: that they say what the status lists say, and refuse everything else.

#[path = "../common/mod.rs"]
mod common;
mod deltas;
mod forms;
mod mutations;
mod support;
mod verdicts;
