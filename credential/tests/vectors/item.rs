//! What an item of CBOR can be in this format.

use credential::kinds::fields::{Field, tables::Table};

/// What the item at hand is.
#[derive(Clone, Copy)]
pub enum Is {
    Plain,
    Sign1(Content),
    /// A COSE_Sign of several keys.
    Sign(Content),
    /// One of its signatures.
    Signature,
    RootSet,
    Headers,
    /// What a verifier asks a phone.
    Request,
    Alg,
    Typ,
    Kid,
    Payload(Content),
    Time,
    Status,
    StatusRef,
    Cnf,
    CoseKey,
    Identity,
    Kind,
    Field(&'static Field),
    Member,
    /// A row of a small table.
    Row(&'static Table),
    Face,
    FacePart(u64),
    Issuer,
    State,
    Profile,
    Lists,
    List,
    /// A file of a published tree.
    File,
    /// A byte string that holds such an item.
    Holds(&'static Is),
    /// An array of them.
    Each(&'static Is),
}

/// What a COSE_Sign1 or COSE_Sign carries.
#[derive(Clone, Copy)]
pub enum Content {
    Credential,
    Foreign,
    TrustList,
    StatusList,
    Bundle,
    /// With a trust list that several signed.
    BundleBySeveral,
    Publication,
    Rotation,
    /// From one key to several, and from those to others.
    RotationToSeveral,
    RotationBySeveral,
    /// A credential in a phone's proof.
    Presentation,
    /// The head of a national bundle or of a delta.
    National,
}
