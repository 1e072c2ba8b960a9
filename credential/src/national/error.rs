//! Why a national bundle or a delta is refused.

use crate::cose::CoseError;
use core::fmt;

/// Why bytes are not an acceptable national bundle or delta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadNational {
    /// Not the file's first bytes, or shorter than they say.
    Prefix,
    /// The head is not a COSE_Sign1 of the canonical form.
    Cose(CoseError),
    /// Some other signed thing.
    WrongType,
    /// Signed by a key that the trust list does not name as publisher.
    UnknownPublisher,
    /// The publisher's signature does not fit.
    Signature,
    /// The head says this version of the format, which is not known here.
    Format(u64),
    /// A claim of the head is missing, malformed or superfluous.
    Claim(&'static str),
    /// The body is longer or shorter than the head says.
    Length,
    /// The body is not the one that the head names.
    Hash,
    /// The directory is not one of the canonical form.
    Directory,
    /// The list at that place of the directory, from 0, is not in the canonical form.
    Shard(usize),
    /// The head's totals are not those of the body.
    Totals,
    /// A delta for another version than the one held here.
    Parent {
        /// The version that it changes.
        wanted: u64,
        /// The version that is held here.
        held: u64,
    },
    /// A delta for that version, but for another content of it.
    ParentContent,
    /// A delta to a version that is not newer than the one it changes.
    NotNewer,
    /// A delta that changes what is not there, to what it is already, or in a way that is not allowed.
    Change,
    /// A delta whose result is not the bundle that it promises.
    Result,
}

impl fmt::Display for BadNational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix => f.write_str("not a national bundle, or cut off"),
            Self::Cose(_) => f.write_str("its head is not signed (damaged, or another file)"),
            Self::WrongType => f.write_str("signed, but something else than expected here"),
            Self::UnknownPublisher => f.write_str("signed by a key that may not publish bundles"),
            Self::Signature => f.write_str("the publisher's signature is wrong"),
            Self::Format(n) => write!(f, "format {n} is not known to this version"),
            Self::Claim(claim) => write!(f, "the claim {claim} is missing or malformed"),
            Self::Length => f.write_str("cut off, or with something after its end"),
            Self::Hash => f.write_str("damaged: its content is not what was signed"),
            Self::Directory => f.write_str("its directory is malformed"),
            Self::Shard(n) => write!(f, "list number {} in it is malformed", n + 1),
            Self::Totals => f.write_str("its totals are wrong"),
            Self::Parent { wanted, held } => {
                write!(f, "it changes version {wanted}, but version {held} is here")
            }
            Self::ParentContent => f.write_str("it changes another bundle of the same version"),
            Self::NotNewer => f.write_str("it leads to a version that is not newer"),
            Self::Change => f.write_str("it changes what cannot be changed so"),
            Self::Result => f.write_str("what comes out is not the bundle that was signed"),
        }
    }
}

impl core::error::Error for BadNational {}

/// Why a builder refuses a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadShard {
    /// `iss` or the list's name is empty, too long or not plain ASCII without spaces.
    Name,
    /// The shards do not ascend by `iss` and name.
    Order,
    /// No indexes, or more than [`crate::status_list::SHARD`].
    Indexes,
    /// An index beyond the shard, a status that is not 1, 2 or 3, or indexes that do not ascend.
    Status(u32),
}

impl fmt::Display for BadShard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("issuer or name of the list are not allowed"),
            Self::Order => f.write_str("the lists do not ascend by issuer and name"),
            Self::Indexes => f.write_str("a list must have 1 to 1048576 indexes"),
            Self::Status(index) => write!(
                f,
                "index {index} is out of order or out of bounds, or its status is not allowed"
            ),
        }
    }
}

impl core::error::Error for BadShard {}
