//! The verdict: everything a verifier decides, as one pure function of token, trust list, statuses and time.

mod open;

use open::Envelope;

use crate::claims::{BadClaims, Claims, Identity};
use crate::cose::{CoseError, Sign1};
use crate::document::BadDocument;
use crate::ed25519::Batch;
use crate::foreign;
use crate::ids::KeyId;
use crate::kinds::fields::REGION;
use crate::reason::{Outcome, Reason};
use crate::status_list::Status;
use crate::status_source::{Lookup, StatusSource};
use crate::token::{self, NotAToken};
use crate::trust_list::{Issuer, KeyState, Profile, TrustList};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

/// What a verifier may choose. The default is what an agency at a counter needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How far clocks may differ, seconds.
    pub clock_skew: i64,
    /// Oldest status list that still decides, seconds, on top of the list's own expiry.
    pub max_status_age: Option<i64>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            clock_skew: 300,
            max_status_age: None,
        }
    }
}

/// As of when a verdict holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// Version of the trust list.
    pub trust_list_version: u64,
    /// When the trust list was issued, epoch seconds.
    pub trust_list_issued: i64,
    /// When the status list was issued, epoch seconds, if one was looked at.
    pub status_list_issued: Option<i64>,
}

impl Freshness {
    /// The second as of which the verdict holds: that of the older list.
    pub fn as_of(&self) -> i64 {
        let status = self.status_list_issued.unwrap_or(self.trust_list_issued);
        status.min(self.trust_list_issued)
    }
}

/// Details for engineers. Never holds what the document says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Base45 or zlib.
    Token(NotAToken),
    /// COSE.
    Cose(CoseError),
    /// The zlib stream is not in the canonical form.
    ZlibForm,
    /// Claims.
    Claims(BadClaims),
}

/// A credential whose signature, scope and content were checked. Only [`verify`] makes one.
#[derive(Debug, Clone)]
pub struct Verified {
    token: Vec<u8>,
    payload: Range<usize>,
    issuer: Arc<Issuer>,
}

impl Verified {
    /// The claims, all signed by [`Verified::issuer`].
    pub fn claims(&self) -> Claims<'_> {
        let payload = &self.token[self.payload.clone()];
        decode(self.issuer.profile, payload).expect("these bytes were decoded before")
    }

    /// Who signed it.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The COSE_Sign1 bytes.
    pub fn token(&self) -> &[u8] {
        &self.token
    }
}

/// The verdict on one token.
#[derive(Debug, Clone)]
pub struct Verdict {
    reason: Reason,
    freshness: Freshness,
    detail: Option<Detail>,
    credential: Option<Verified>,
}

impl Verdict {
    /// Green, yellow, red or grey.
    pub fn outcome(&self) -> Outcome {
        self.reason.outcome()
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// As of when.
    pub fn freshness(&self) -> Freshness {
        self.freshness
    }

    /// More, for engineers.
    pub fn detail(&self) -> Option<Detail> {
        self.detail
    }

    /// What the issuer signed, also where it is no longer in force. Absent unless the signature fits and the key's
    /// scope covers it.
    pub fn credential(&self) -> Option<&Verified> {
        self.credential.as_ref()
    }
}

/// Judges a QR text.
pub fn verify(
    text: &str,
    trust: &TrustList,
    statuses: &dyn StatusSource,
    now: i64,
    policy: &Policy,
) -> Verdict {
    let judge = Judge {
        trust,
        statuses,
        now,
        policy,
    };
    judge.text(text)
}

/// Judges many QR texts; every verdict is the one [`verify`] would give.
///
/// What signatures can share is shared, what they cannot is not: each has its own comparison, so there is no random
/// linear combination, no cofactor question and no second pass where one is bad.
pub fn verify_batch(
    texts: &[&str],
    trust: &TrustList,
    statuses: &dyn StatusSource,
    now: i64,
    policy: &Policy,
) -> Vec<Verdict> {
    let judge = Judge {
        trust,
        statuses,
        now,
        policy,
    };
    let opened: Vec<_> = texts.iter().map(|text| judge.open(text)).collect();
    let mut batch = Batch::with_capacity(opened.len());
    for envelope in opened.iter().flatten() {
        envelope.check_in(&mut batch);
    }
    let mut fits = batch.finish().into_iter();
    let verdicts = opened.into_iter().map(|opened| match opened {
        // One answer for each opened envelope, in their order.
        Ok(envelope) => judge.judge(envelope, fits.next() == Some(true)),
        Err(refusal) => judge.refuse(refusal),
    });
    verdicts.collect()
}

/// What every step of a verdict needs.
struct Judge<'t> {
    trust: &'t TrustList,
    statuses: &'t dyn StatusSource,
    now: i64,
    policy: &'t Policy,
}

type Refusal = (Reason, Option<Detail>);

impl Judge<'_> {
    fn text(&self, text: &str) -> Verdict {
        let envelope = match self.open(text) {
            Ok(envelope) => envelope,
            Err(refusal) => return self.refuse(refusal),
        };
        let fits = envelope.is_signed();
        self.judge(envelope, fits)
    }

    fn refuse(&self, (reason, detail): Refusal) -> Verdict {
        Verdict {
            reason,
            freshness: self.freshness(None),
            detail,
            credential: None,
        }
    }

    fn freshness(&self, status_list_issued: Option<i64>) -> Freshness {
        Freshness {
            trust_list_version: self.trust.version,
            trust_list_issued: self.trust.issued,
            status_list_issued,
        }
    }

    fn judge(&self, envelope: Envelope, signature_fits: bool) -> Verdict {
        if !signature_fits {
            return self.refuse((Reason::BadSignature, None));
        }
        let claims = match decode(
            envelope.issuer.profile,
            &envelope.token[envelope.payload.clone()],
        ) {
            Ok(claims) => claims,
            Err(e) => {
                let reason = match e {
                    BadClaims::UnknownClaim(_)
                    | BadClaims::Document(
                        BadDocument::UnknownKind(_)
                        | BadDocument::UnknownProfile(_)
                        | BadDocument::UnknownKey(_),
                    ) => Reason::NewerFormat,
                    _ => Reason::Malformed,
                };
                return self.refuse((reason, Some(Detail::Claims(e))));
            }
        };
        if let Err(reason) = scope(&envelope.issuer, &claims, self.now) {
            return self.refuse((reason, None));
        }
        let (reason, status_list_issued) = self.time_and_status(&envelope.issuer, &claims);
        drop(claims);
        Verdict {
            reason,
            freshness: self.freshness(status_list_issued),
            detail: None,
            credential: Some(Verified {
                token: envelope.token,
                payload: envelope.payload,
                issuer: envelope.issuer,
            }),
        }
    }

    /// What the token itself shows comes first, then red statuses; yellow and green need lists that are fresh.
    fn time_and_status(&self, issuer: &Issuer, claims: &Claims<'_>) -> (Reason, Option<i64>) {
        let (now, skew) = (self.now, self.policy.clock_skew);
        if claims.exp.is_some_and(|exp| now > exp) {
            return (Reason::Expired, None);
        }
        if now < self.trust.issued - skew {
            return (Reason::ClockBehind, None);
        }
        let starts = claims.nbf.into_iter().chain(claims.iat).max();
        if starts.is_some_and(|start| start > now + skew) {
            return (Reason::NotYetValid, None);
        }
        if claims.cnf.is_some() {
            return (Reason::HolderProofMissing, None);
        }
        let trust_is_stale = now > self.trust.next_update;
        let stale_or = |reason| {
            if trust_is_stale {
                Reason::TrustListStale
            } else {
                reason
            }
        };
        let Some(status) = claims.status else {
            // Only foreign issuers may sign without a status: there is nothing to look up, so the age of the bundle
            // counts for the trust list alone.
            if self.statuses.ends().is_some_and(|end| now > end) {
                return (Reason::TrustListStale, None);
            }
            return (stale_or(Reason::Valid), None);
        };
        match self.statuses.status(&issuer.iss, status.uri, status.index) {
            Lookup::NoList => (stale_or(Reason::StatusListMissing), None),
            Lookup::OutOfRange => (Reason::StatusOutOfRange, None),
            Lookup::Found {
                status,
                issued,
                expires,
            } => {
                let reason = match status {
                    Status::Revoked => Reason::Revoked,
                    Status::Suspended => Reason::Suspended,
                    Status::Unknown(_) => Reason::StatusUnknown,
                    Status::Valid | Status::Superseded => {
                        let too_old = self.policy.max_status_age;
                        if issued > now + skew {
                            Reason::ClockBehind
                        } else if expires.is_some_and(|exp| now > exp)
                            || too_old.is_some_and(|age| now - issued > age)
                        {
                            stale_or(Reason::StatusListStale)
                        } else if status == Status::Superseded {
                            stale_or(Reason::Superseded)
                        } else {
                            stale_or(Reason::Valid)
                        }
                    }
                };
                (reason, Some(issued))
            }
        }
    }
}

fn decode(profile: Profile, payload: &[u8]) -> Result<Claims<'_>, BadClaims> {
    match profile {
        Profile::Canonical => {
            use crate::cbor::gate::{self, Mode};
            let checked = gate::check(payload, Mode::Deterministic);
            checked.map_err(|_| BadClaims::Claim("payload"))?;
            Claims::decode(payload)
        }
        Profile::Foreign => foreign::decode(payload),
    }
}

/// An issuer's key only counts for what the trust list scopes it to.
fn scope(issuer: &Issuer, claims: &Claims<'_>, now: i64) -> Result<(), Reason> {
    if claims.iss.is_some_and(|iss| iss != issuer.iss) {
        return Err(Reason::IssuerMismatch);
    }
    if let Identity::Document(document) = &claims.identity {
        if !issuer.kinds.contains(&document.kind().number) {
            return Err(Reason::OutsideKind);
        }
        let region = match document.get(&REGION) {
            Some(crate::document::Value::Region(kode)) => kode.lies_in(&issuer.region),
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

/// The key that signed a token, read without any check, to tell people which bundle they lack.
pub fn unverified_key_id(text: &str) -> Option<KeyId> {
    let inflated = token::unpack(text).ok()?;
    Sign1::parse_tolerant(&inflated.bytes).ok()?.key_id()
}
