//! What an issuer's key may sign.

use crate::claims::{Claims, Identity};
use crate::document::Value;
use crate::kinds::fields::REGION;
use crate::reason::Reason;
use crate::trust_list::{Issuer, KeyState};

/// An issuer's key only counts for what the trust list scopes it to.
pub(super) fn scope(issuer: &Issuer, claims: &Claims<'_>, now: i64) -> Result<(), Reason> {
    if claims.iss.is_some_and(|iss| iss != issuer.iss) {
        return Err(Reason::IssuerMismatch);
    }
    if let Identity::Document(document) = &claims.identity {
        if !issuer.kinds.contains(&document.kind().number) {
            return Err(Reason::OutsideKind);
        }
        let region = match document.get(&REGION) {
            Some(Value::Region(kode)) => kode.lies_in(&issuer.region),
            // A subset that says nothing of a region claims none.
            _ => issuer.region.is_empty() || document.profile().is_some(),
        };
        if !region {
            return Err(Reason::OutsideRegion);
        }
    }
    // A foreign token without a time of issue is taken as issued now, which a retired key no longer may.
    let issued = claims.iat.or(claims.nbf).unwrap_or(now);
    match issuer.state {
        KeyState::Compromised(since) if issued >= since => return Err(Reason::KeyCompromised),
        KeyState::Retired(since) if issued >= since => return Err(Reason::OutsideKeyWindow),
        _ => {}
    }
    if !(issuer.not_before..=issuer.not_after).contains(&issued) {
        return Err(Reason::OutsideKeyWindow);
    }
    Ok(())
}
