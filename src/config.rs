//! Settings of a data directory: `config.toml`, overridden by flags and environment.

use crate::failure::{Failure, Outcome};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// `config.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `[http]`
    pub http: Http,
    /// `[lists]`
    pub lists: Lists,
    /// `[keys]`
    pub keys: Keys,
}

/// The HTTP service.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Seconds a request may take.
    pub timeout: u64,
    /// Requests worked on at the same time.
    pub concurrency: usize,
}

/// Lives of what is published.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Lists {
    /// Days a status list may be relied on.
    pub status_days: u16,
    /// Seconds a status list may be cached.
    pub status_ttl: u32,
    /// Days until a trust list's successor is due.
    pub trust_days: u16,
    /// Days a bundle decides.
    pub bundle_days: u16,
}

/// Private keys.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// A file whose first line is the passphrase of the key files. Absent: they are not encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passphrase_file: Option<PathBuf>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            timeout: 10,
            concurrency: 256,
        }
    }
}

impl Default for Lists {
    fn default() -> Self {
        Self {
            status_days: 7,
            status_ttl: 3600,
            trust_days: 30,
            bundle_days: 7,
        }
    }
}

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// The places in a data directory.
#[derive(Debug, Clone)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// That directory.
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The settings.
    pub fn config(&self) -> PathBuf {
        self.0.join("config.toml")
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.0.join("ikd.db")
    }

    /// The private keys.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The key of sealed columns.
    pub fn data_key(&self) -> PathBuf {
        self.keys().join("data.key")
    }

    /// The root's public key, which verifiers pin.
    pub fn root_public(&self) -> PathBuf {
        self.0.join("root.pub.pem")
    }
}

impl Config {
    /// Reads `config.toml`.
    pub fn read(path: &Path) -> Outcome<Self> {
        let bytes = crate::files::read(path, 1 << 20)?;
        let text = String::from_utf8_lossy(&bytes);
        toml::from_str(&text).map_err(|e| Failure::File {
            path: path.to_path_buf(),
            cause: std::io::Error::other(e.to_string().trim_end().to_string()),
        })
    }

    /// As the text of a `config.toml`.
    pub fn to_text(&self) -> String {
        let settings = toml::to_string(self).unwrap_or_default();
        format!(
            "# Settings of this data directory. Flags and environment variables of `ikd` come first.\n\n{settings}"
        )
    }
}
