//! Three instances of the service on one PostgreSQL database, killed and started again under load.
//!
//! `IKD_POSTGRES` names the maintenance database of a server where a database of its own may be made, like
//! `postgres://ikd@127.0.0.1/postgres`. Without it there is nothing to test, unless `IKD_REQUIRE` names postgres.

#![allow(
    clippy::disallowed_methods,
    reason = "how long instances are killed for is the test's own time"
)]

mod fleet;
mod guesses;
mod kills;
mod leases;
mod rush;

use fleet::Fleet;

/// A fleet, where there is a server for its database.
fn fleet(people: u32) -> Option<Fleet> {
    let Some(server) = std::env::var("IKD_POSTGRES").ok().filter(|s| !s.is_empty()) else {
        let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
        assert!(
            !required.split(',').any(|name| name == "postgres"),
            "IKD_REQUIRE names postgres, but IKD_POSTGRES is not set"
        );
        eprintln!("skipped: IKD_POSTGRES is not set");
        return None;
    };
    Some(Fleet::new(&server, people))
}
