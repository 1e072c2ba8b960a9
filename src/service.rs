//! What every use case needs, put together once at the start of the program.

use crate::applications::figures::Kept;
use crate::attachments::Blobs;
use crate::bundle::LastHeld;
use crate::clock::Clock;
use crate::config::{Config, DataDir};
use crate::crypter::Crypter;
use crate::decoders::Decoders;
use crate::keys::Keyring;
use crate::status::LastSigned;
use crate::store::Db;
use crate::store::register::Register;

/// The seams and the settings.
pub struct Service {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The private keys within reach.
    pub keyring: Keyring,
    /// Seals and indexes personal data.
    pub crypter: Crypter,
    /// Where files are kept.
    pub data: DataDir,
    /// The settings.
    pub config: Config,
    /// Figures of the last minute.
    pub figures: Kept,
    /// When this process last signed a status list.
    pub signed: LastSigned,
    /// The bundle that the gate held last.
    pub held: LastHeld,
    /// Turns of attachments that are decoded, of guests too.
    pub decoders: Decoders,
    /// Turns of portraits, which officers wait for: apart, so that no crowd of guests keeps them waiting.
    pub portraits: Decoders,
}

impl Service {
    /// What seals the rows of the register and judges them.
    pub fn register(&self) -> Register<'_> {
        Register::new(&self.crypter, self.config.register.accept_unsealed)
    }

    /// The sealed files of attachments.
    pub fn blobs(&self) -> Blobs {
        Blobs::new(self.data.path().join("blobs"))
    }
}
