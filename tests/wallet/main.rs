//! Citizens' phones from the outside: the built command, a real server on a real socket, a real database, and phones
//! that sign with keys of their own. Time passes by moving the times in the database.

mod first;
mod phone;
#[allow(dead_code, reason = "shared with the tests of the service")]
#[path = "../service/support.rs"]
mod support;
