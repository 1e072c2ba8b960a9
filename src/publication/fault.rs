//! Why a published tree in an object store could not be read or written. Nothing here holds a secret.

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Left out when this program was built.
    #[error("this `ikd` was built without S3")]
    NotBuilt,
    /// The environment; says which variable.
    #[error("{0}")]
    Setting(String),
    /// The store did not find the bucket.
    #[error("the store has no such bucket")]
    NoBucket,
    /// The store did not let us; says what it said.
    #[error("the store refused: {0}")]
    Refused(String),
    /// No answer.
    #[error("the store cannot be reached: {0}")]
    Unreachable(String),
    /// Another publisher was faster.
    #[error("another `ikd publish` replaced the head meanwhile")]
    Faster,
    /// The store would let two publishers undo each other.
    #[error("the store writes although If-Match or If-None-Match forbids it")]
    Unconditional,
    /// Any other answer.
    #[error("the store said: {0}")]
    Other(String),
}

impl Fault {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotBuilt => {
                "build it with `--features s3`, or publish to a folder, then copy its `sha256` to the storage first \
                 and its `head` last"
            }
            Self::Setting(_) => {
                "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and, for a store that is not Amazon's, \
                 AWS_ENDPOINT_URL name the store and the key"
            }
            Self::NoBucket => "make the bucket first, or check its name and AWS_ENDPOINT_URL",
            Self::Refused(_) => {
                "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, the clock, and that the key may \
                 list the bucket and get, put and delete its objects"
            }
            Self::Unreachable(_) => {
                "check AWS_ENDPOINT_URL and the network, and AWS_CA_BUNDLE where the store has a certificate of its own"
            }
            Self::Faster => "nothing was lost; run it again, it reads the tree anew",
            Self::Unconditional => {
                "see to it that nobody else publishes there, then say so with --only-publisher"
            }
            Self::Other(_) => "the old head stays in force; run it again, or look at the store",
        }
    }
}
