//! `ikd-verify`: judges QR codes of population documents with no network.
fn main() {}
