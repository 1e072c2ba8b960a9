//! A phone that shows a person's documents: active until it is lost, replaced by a newer one, or its holder removes the
//! person from it.

use super::ids::{DeviceId, OfficeId};
use credential::holder::HolderKey;

/// Bytes of a public key as it is kept: SEC1, compressed.
pub const KEY_BYTES: usize = 33;

/// A public key of a phone: P-256, a point on the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceKey(HolderKey);

impl DeviceKey {
    /// From its coordinates, 32 bytes each. None for a point off the curve.
    pub fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Option<Self> {
        let mut sec1 = [4; 65];
        sec1[1..33].copy_from_slice(x);
        sec1[33..].copy_from_slice(y);
        HolderKey::from_sec1(&sec1).map(Self)
    }

    /// From the bytes in the database.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let compressed = bytes.len() == KEY_BYTES;
        compressed
            .then(|| HolderKey::from_sec1(bytes).map(Self))
            .flatten()
    }

    /// For the database.
    pub fn to_bytes(self) -> Vec<u8> {
        match self.0 {
            HolderKey::P256 { x, y_odd } => {
                let mut bytes = vec![2 + u8::from(y_odd)];
                bytes.extend_from_slice(&x);
                bytes
            }
            // Never made: both constructors read points of P-256.
            HolderKey::Ed25519(_) => Vec::new(),
        }
    }

    /// For claim `cnf`, and to check its signatures.
    pub fn holder(&self) -> HolderKey {
        self.0
    }
}

/// Why a phone shows a person's documents no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Lost, stolen or misused: an officer said so.
    Lost,
    /// Its person activated a newer one.
    Replaced,
    /// Its holder removed the person from it.
    Removed,
}

/// Where a phone stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Shows documents.
    Active,
    /// For good.
    Ended(Ended),
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [
        Self::Active,
        Self::Ended(Ended::Lost),
        Self::Ended(Ended::Replaced),
        Self::Ended(Ended::Removed),
    ];

    /// Its name in the table and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Ended(Ended::Lost) => "lost",
            Self::Ended(Ended::Replaced) => "replaced",
            Self::Ended(Ended::Removed) => "removed",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A phone and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Names it.
    pub id: DeviceId,
    /// Its key.
    pub key: DeviceKey,
    /// Browser and system in two words, or empty.
    pub label: String,
    /// Where its person was seen; none at the command line.
    pub office: Option<OfficeId>,
    /// When it was activated.
    pub created: i64,
    /// When it last got credentials.
    pub renewed: i64,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub since: i64,
}

/// It ended before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedBefore(pub Ended);

impl Device {
    /// It is to show nothing more.
    pub fn end(self, why: Ended, at: i64) -> Result<Self, EndedBefore> {
        match self.state {
            State::Active => Ok(Self {
                state: State::Ended(why),
                since: at,
                ..self
            }),
            State::Ended(before) => Err(EndedBefore(before)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The generator of P-256 (SEC 2, 2.4.2).
    const GX: [u8; 32] = [
        0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
        0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98,
        0xc2, 0x96,
    ];
    const GY: [u8; 32] = [
        0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e,
        0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf,
        0x51, 0xf5,
    ];

    #[test]
    fn keys_are_points_on_the_curve() {
        let key = DeviceKey::from_coordinates(&GX, &GY).unwrap();
        assert_eq!(DeviceKey::from_bytes(&key.to_bytes()), Some(key));
        let mut off = GY;
        off[31] ^= 1;
        assert!(DeviceKey::from_coordinates(&GX, &off).is_none());
        assert!(DeviceKey::from_coordinates(&[0; 32], &[0; 32]).is_none());
        assert!(DeviceKey::from_bytes(&[2; 32]).is_none());
        assert!(DeviceKey::from_bytes(&[]).is_none());
    }

    #[test]
    fn states_have_names_of_their_own() {
        for state in State::ALL {
            assert_eq!(State::parse(state.name()), Some(state));
        }
        assert_eq!(State::parse("open"), None);
    }
}
