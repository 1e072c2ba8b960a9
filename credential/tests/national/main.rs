//! The national bundle and its deltas: that they say what the status lists say, and refuse everything else.

mod beside;
mod changes;
#[path = "../common/mod.rs"]
mod common;
mod deltas;
mod directories;
mod forms;
mod growth;
mod handmade_deltas;
mod heads;
mod mutations;
mod shards;
mod signed;
mod sources;
mod support;
mod verdicts;
