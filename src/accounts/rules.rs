//! How often what may be tried. Counters stand in the database, so a restart forgives nothing.

use crate::throttle::Rule;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Codes asked for in the name of a NIK, known or not.
pub(super) const CODES_OF_NIK: Rule = rule("account-nik", 5, HOUR);
/// Codes sent to one e-mail address or phone.
pub(super) const CODES_TO_CONTACT: Rule = rule("account-contact", 10, HOUR);
/// Codes asked for from one network address; a school or a village shares one.
pub(super) const CODES_FROM_ADDRESS: Rule = rule("account-address", 60, HOUR);
/// Codes asked for by everybody.
pub(super) const CODES_OF_ALL: Rule = rule("account-all", 1200, MINUTE);
/// Codes typed from one network address.
pub(super) const TRIES_FROM_ADDRESS: Rule = rule("account-tries-address", 120, HOUR);
/// Codes of a receipt typed for one registration number.
pub(super) const GUESTS_OF_NUMBER: Rule = rule("guest-number", 10, DAY);
/// Codes of receipts typed from one network address.
pub(super) const GUESTS_FROM_ADDRESS: Rule = rule("guest-address", 60, HOUR);

/// The key of a rule that counts everybody together.
pub(super) const EVERYBODY: &[u8] = b"all";

const fn rule(name: &'static str, max: u32, per_seconds: i64) -> Rule {
    Rule {
        name,
        max,
        per_seconds,
    }
}
