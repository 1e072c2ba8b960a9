//! Why a delivery did not succeed, in fixed words: what the other side said could hold an address.

use std::fmt;

/// What went wrong with one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The settings name no way to deliver this.
    NoWay,
    /// The address of a webhook is not one that may be called.
    Target,
    /// No connection, or it broke.
    Unreachable,
    /// It took too long.
    Timeout,
    /// The mail server's reply code.
    Smtp(u16),
    /// The mail server's certificate or encryption.
    Tls,
    /// The webhook's status.
    Http(u16),
    /// It could not be written or composed here.
    Local,
    /// Whoever tried stopped in the middle.
    Interrupted,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWay => f.write_str("no way to deliver is configured"),
            Self::Target => f.write_str("the webhook's address may not be called"),
            Self::Unreachable => f.write_str("no connection"),
            Self::Timeout => f.write_str("took too long"),
            Self::Smtp(code) => write!(f, "mail server answered {code}"),
            Self::Tls => f.write_str("no secure connection"),
            Self::Http(status) => write!(f, "webhook answered {status}"),
            Self::Local => f.write_str("could not be composed or written here"),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}
