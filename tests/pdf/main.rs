//! Printed documents: made, printed to pictures by poppler, and read back by the verifier.

mod documents;
mod office;
mod refusals;
mod tools;
