//! The use cases over a data directory, without a server.

use crate::support::Data;
use ikd::clock::Clock;
use ikd::config::{Config, DataDir};
use ikd::crypter::Crypter;
use ikd::keys::Keyring;
use ikd::service::Service;
use ikd::store::Db;

/// The service of that directory, by that clock.
pub async fn service(data: &Data, clock: Clock) -> Service {
    let directory = DataDir::new(data.dir.path().join("data"));
    Service {
        figures: Default::default(),
        db: Db::open_sqlite(&directory.database(), false).await.unwrap(),
        clock,
        keyring: Keyring::new(directory.keys(), None),
        crypter: Crypter::open_file(&directory.data_key()).unwrap(),
        config: Config::read(&directory.config()).unwrap(),
        data: directory,
    }
}
