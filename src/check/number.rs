//! What the number printed on a letter or deed tells the public: the kind, whether it is in force, and the day of issue.
//! Nothing about a person, for numbers can be guessed; and no verdict, for a forger can print a number that exists.

use crate::domain::document::State;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::documents;
use crate::throttle::{self, Rule};
use credential::kinds::Kind;

/// Numbers that one address may ask for.
const ASKING: Rule = Rule {
    name: "check-number",
    max: 20,
    per_seconds: 600,
};
/// Longest number.
const LENGTH_MAX: usize = 40;

/// A number as it is printed: capital letters, digits and hyphens, with at least one digit.
#[derive(Clone, PartialEq, Eq)]
pub struct PrintedNumber(String);

impl PrintedNumber {
    /// Parses what people type: spaces and small letters do not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let kept = text.chars().filter(|c| !c.is_whitespace());
        let number: String = kept.take(LENGTH_MAX + 1).collect();
        let number = number.to_ascii_uppercase();
        let known = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
        let fits = number.len() <= LENGTH_MAX && number.bytes().all(known);
        (fits && number.bytes().any(|b| b.is_ascii_digit())).then_some(Self(number))
    }
}

/// Where a document stands, as far as the public may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In force.
    InForce,
    /// Replaced by a newer one.
    Superseded,
    /// Not in force until reinstated.
    Suspended,
    /// Never in force again.
    Revoked,
    /// Past its time.
    Expired,
}

/// A document that has that number.
#[derive(Debug, Clone, Copy)]
pub struct Registered {
    /// Its kind.
    pub kind: &'static Kind,
    /// Where it stands.
    pub standing: Standing,
    /// When it was issued, epoch seconds.
    pub issued: i64,
}

/// Looks a number up for whoever asks from `address`. A number of a document that was never handed out is as unknown
/// as one that was never given.
///
/// # Errors
/// [`crate::failure::Failure::TooMany`] where that address asks too often.
pub async fn look_up(
    service: &Service,
    address: &[u8],
    number: &PrintedNumber,
) -> Outcome<Option<Registered>> {
    throttle::count_now(service, &ASKING, address).await?;
    let mut tx = service.db.read().await?;
    let document = documents::by_number(&mut tx, &number.0).await?;
    let now = service.clock.now();
    Ok(document.and_then(|document| {
        let standing = match document.state {
            State::Issuing | State::Void => return None,
            State::Revoked { .. } => Standing::Revoked,
            State::Superseded { .. } => Standing::Superseded,
            // `exp` is the last valid second.
            _ if document.expires.is_some_and(|last| last < now) => Standing::Expired,
            State::Suspended { .. } => Standing::Suspended,
            State::Active(_) => Standing::InForce,
        };
        Some(Registered {
            kind: document.kind,
            standing,
            issued: document.issued,
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_type_them() {
        let parsed = |text: &str| PrintedNumber::parse(text).map(|n| n.0);
        let typed = parsed(" 3273-lu-24112026-0007 \n");
        assert_eq!(typed.as_deref(), Some("3273-LU-24112026-0007"));
        let spaced = parsed("3273 - LU - 1");
        assert_eq!(spaced.as_deref(), Some("3273-LU-1"));
        let long = "1".repeat(41);
        for bad in ["", "LU", "3273/LU/1", "1'--;", "\u{661}", &long] {
            assert!(parsed(bad).is_none(), "{bad}");
        }
    }
}
