//! Settings of a data directory: `config.toml`, overridden by flags and environment.

use crate::domain::tlog::note::{Algorithm, Verifier};
use crate::failure::{Failure, Outcome};
use crate::network::Network;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// `config.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `[http]`
    pub http: Http,
    /// `[lists]`
    pub lists: Lists,
    /// `[issue]`
    pub issue: Issue,
    /// `[keys]`
    pub keys: Keys,
    /// `[database]`
    pub database: Database,
    /// `[web]`
    pub web: Web,
    /// `[mail]`
    pub mail: Mail,
    /// `[notify]`
    pub notify: Notify,
    /// `[log]`
    #[serde(skip_serializing_if = "Log::is_default")]
    pub log: Log,
    /// `[register]`
    #[serde(skip_serializing_if = "Register::is_default")]
    pub register: Register,
    /// `[limits]`
    #[serde(skip_serializing_if = "Limits::is_default")]
    pub limits: Limits,
}

/// What one person alone may do.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Documents that one officer revokes, suspends or supersedes in 24 hours.
    pub revokes_per_day: u32,
}

impl Default for Limits {
    fn default() -> Self {
        let revokes_per_day = 200;
        Self { revokes_per_day }
    }
}

impl Limits {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The population register.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Register {
    /// Take rows without a seal, of before there were seals, until `ikd register seal` has sealed them.
    pub accept_unsealed: bool,
}

impl Register {
    fn is_default(&self) -> bool {
        !self.accept_unsealed
    }
}

/// The log of the audit trail.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Public keys of witnesses whose signatures are taken, as `ikd witness key` says them.
    pub witnesses: Vec<String>,
}

impl Log {
    fn is_default(&self) -> bool {
        self.witnesses.is_empty()
    }
}

/// The HTTP service.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Seconds a request may take.
    pub timeout: u64,
    /// Seconds a request that sends a file may take; a phone on a poor network is slow.
    pub upload_timeout: u64,
    /// Requests worked on at the same time.
    pub concurrency: usize,
    /// Of those, how many of one address.
    pub per_address: usize,
    /// Requests with files of one address at the same time.
    pub uploads_per_address: usize,
    /// Connections at the same time.
    pub connections: usize,
    /// Connections of one address at the same time; a trusted proxy has no such limit.
    pub connections_per_address: usize,
    /// Seconds in which a request's line and headers have to come.
    pub header_timeout: u64,
    /// Seconds that a connection is kept without a request.
    pub idle_timeout: u64,
    /// Seconds that a client may take nothing of its answer.
    pub stall_timeout: u64,
}

/// How cards that are asked for at the same moment are issued.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Issue {
    /// Most of them in one transaction.
    pub together: usize,
    /// Transactions at the same time.
    pub groups: usize,
}

/// Lives of what is published.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
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
    /// Share of a status list's drawn indexes, 0 to 1, that may change at once without a bulk act; 100 may in any case.
    pub gate_share: f64,
}

/// Private keys.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// A file whose first line is the passphrase of the key files. Absent: they are not encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passphrase_file: Option<PathBuf>,
    /// The token that new keys of publisher and offices are made in. Absent: they are files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pkcs11: Option<Pkcs11>,
}

/// A PKCS#11 token.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Pkcs11 {
    /// The driver, a shared library.
    pub module: PathBuf,
    /// The token's label.
    pub token: String,
    /// A file whose first line is the user's PIN.
    pub pin_file: PathBuf,
    /// Sessions at the same time: that many signatures may be under way.
    #[serde(default = "sessions")]
    pub sessions: u16,
}

fn sessions() -> u16 {
    4
}

/// The database. Its address is in the environment alone (`DATABASE_URL`), because it holds a password; without one it
/// is the file `ikd.db`.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// Connections of this process to PostgreSQL at the same time.
    pub connections: u32,
}

/// The pages.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Web {
    /// The address that people type, without a path, like `https://dukcapil.example.go.id`. With https, cookies are
    /// sent over https alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed: addresses or networks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trusted_proxies: Vec<Network>,
}

impl Web {
    /// Whether browsers reach it over https.
    pub fn is_https(&self) -> bool {
        let url = self.public_url.as_deref();
        url.is_some_and(|url| url.starts_with("https://"))
    }
}

/// E-mail.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// The mail server: `smtps://host` (TLS, 465), `smtp://host` (STARTTLS, 587; without TLS to this machine
    /// alone). Absent: letters become files in the folder `mail`, unless `[web] public_url` is https.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp: Option<String>,
    /// Sender.
    pub from: String,
    /// User name at the mail server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// A file whose first line is the user's password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
}

/// The outbox, and the gateway for SMS and WhatsApp.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Notify {
    /// Where letters to phone numbers are posted as JSON, signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
    /// A file whose first line is the key of those signatures: `whsec_` and Base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// Seconds that one delivery may take; a claim lapses after three times as long.
    pub timeout: u32,
    /// Seconds before the second try; each further wait is twice as long. 84 makes 12 tries in two days.
    pub retry: u32,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            smtp: None,
            from: "Dukcapil <tidak-dibalas@localhost>".into(),
            user: None,
            password_file: None,
        }
    }
}

impl Default for Notify {
    fn default() -> Self {
        Self {
            webhook: None,
            secret_file: None,
            timeout: 20,
            retry: 84,
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { connections: 16 }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            timeout: 10,
            upload_timeout: 120,
            concurrency: 256,
            per_address: 64,
            uploads_per_address: 8,
            connections: 2048,
            connections_per_address: 256,
            header_timeout: 5,
            idle_timeout: 75,
            stall_timeout: 20,
        }
    }
}

impl Default for Issue {
    fn default() -> Self {
        Self {
            together: 64,
            groups: 2,
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
            gate_share: 0.01,
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
        self.0.join("data.key")
    }

    /// Letters of a service without a mail server.
    pub fn mail(&self) -> PathBuf {
        self.0.join("mail")
    }

    /// The draft of a trust list that has to be signed elsewhere, as `ikd keys compromise` writes it.
    pub fn trust_draft(&self) -> PathBuf {
        self.0.join("trust-list.draft")
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
        let wrong = |cause: String| Failure::File {
            path: path.to_path_buf(),
            cause: std::io::Error::other(cause),
        };
        let read: Self =
            toml::from_str(&text).map_err(|e| wrong(e.to_string().trim_end().to_string()))?;
        // One that is mistyped would never be missed.
        for key in &read.log.witnesses {
            let witness = Verifier::parse(key).ok();
            if witness.is_none_or(|key| key.algorithm() != Algorithm::Cosignature) {
                return Err(wrong(format!(
                    "[log] witnesses: {key:?} is not a line of `ikd witness key`"
                )));
            }
        }
        Ok(read)
    }

    /// As the text of a `config.toml`.
    pub fn to_text(&self) -> String {
        let settings = toml::to_string(self).unwrap_or_default();
        format!(
            "# Settings of this data directory. Flags and environment variables of `ikd` come first.\n\n{settings}"
        )
    }
}
