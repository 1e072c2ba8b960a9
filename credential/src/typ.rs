//! `typ` of what is signed with the envelope of a credential and is none (FORMAT.md §5.1), so that one signed thing never
//! passes for another. Those of parts that a build may leave out stand here, the others with what they name.

/// A national bundle.
pub const NATIONAL: &str = "application/ikd-national+cwt";
/// A change from one national bundle to a later one.
pub const NATIONAL_DELTA: &str = "application/ikd-national-delta+cwt";

/// All of them.
pub(crate) const NOT_CREDENTIALS: [&str; 8] = [
    crate::status_list::TYP,
    crate::trust_list::TYP,
    crate::trust_list::ROTATION_TYP,
    crate::bundle::TYP,
    crate::changes::TYP,
    crate::publication::TYP,
    NATIONAL,
    NATIONAL_DELTA,
];
