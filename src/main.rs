//! The command `ikd`.

fn main() {}
