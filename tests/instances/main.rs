//! Three instances of the service on one PostgreSQL database, killed and started again under load.
//!
//! `IKD_POSTGRES` names the maintenance database of a server where a database of its own may be made, like
//! `postgres://ikd@127.0.0.1/postgres`. Without it there is nothing to test, unless `IKD_REQUIRE` names postgres.

#![allow(
    clippy::disallowed_methods,
    reason = "how long instances are killed for is the test's own time"
)]

#[path = "../service/support/database.rs"]
mod database;
mod fleet;
mod gate;
mod guesses;
mod kills;
mod leases;
mod rush;

use fleet::Fleet;

/// A fleet, where there is a cluster for its database.
fn fleet(people: u32) -> Option<Fleet> {
    Some(Fleet::new(database::cluster()?, people))
}
