//! The use cases over a data directory, without a server.

use crate::support::Data;
use crate::support::database::Base;
use ikd::clock::Clock;
use ikd::config::{Config, DataDir};
use ikd::crypter::Crypter;
use ikd::keys::Keyring;
use ikd::service::Service;
use ikd::store::Db;
use ikd::store::open::Older;
use secrecy::SecretString;

/// The service of that directory, by that clock.
pub async fn service(data: &Data, clock: Clock) -> Service {
    let directory = DataDir::new(data.dir.path().join("data"));
    let db = match &data.base {
        Base::Sqlite(path) => Db::open_sqlite(path, false).await.unwrap(),
        Base::Postgres(fresh) => {
            let url = SecretString::from(fresh.url());
            Db::open_postgres(&url, 4, Older::Refuse).await.unwrap()
        }
    };
    Service {
        figures: Default::default(),
        signed: Default::default(),
        held: Default::default(),
        decoders: Default::default(),
        portraits: Default::default(),
        db,
        clock,
        keyring: Keyring::new(directory.keys(), None),
        crypter: Crypter::open_file(&directory.data_key()).unwrap(),
        config: Config::read(&directory.config()).unwrap(),
        data: directory,
    }
}
