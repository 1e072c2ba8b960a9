//! Officers from the outside: signing in, sessions, foreign requests, accounts, rights. The built command, a real
//! server on a real socket, a real database; time passes by moving the times in the database.

mod browser;
mod eyes;
mod eyes_sql;
mod foreign;
mod forged;
mod mandates;
mod matrix;
mod matrix_sql;
mod rights;
mod sessions;
mod sign_in;
#[path = "../service/support.rs"]
#[allow(dead_code, reason = "shared with the tests of the service")]
mod support;
mod tries;
#[path = "../service/use_cases.rs"]
mod use_cases;
mod users;
