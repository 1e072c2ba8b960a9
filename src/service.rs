//! What every use case needs, put together once at the start of the program.

use crate::clock::Clock;
use crate::config::Config;
use crate::keys::Keyring;
use crate::store::Db;

/// The seams and the settings.
pub struct Service {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The private keys within reach.
    pub keyring: Keyring,
    /// The settings.
    pub config: Config,
}
