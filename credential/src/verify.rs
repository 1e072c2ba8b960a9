//! The verdict: everything a verifier decides, as one pure function of token, trust list, statuses and time.

mod open;
mod scope;
mod verdict;

pub use verdict::{Detail, Freshness, Shown, Verdict, Verified};

use open::{Envelope, Proof};
use scope::scope;

use crate::claims::{BadClaims, Claims};
use crate::cose::Sign1;
use crate::document::BadDocument;
use crate::ed25519::Batch;
use crate::foreign;
use crate::ids::KeyId;
use crate::inflate::{Inflated, MAX_INFLATED};
use crate::presentation::{Challenge, LIFE, Presentation};
use crate::reason::Reason;
use crate::status_list::Status;
use crate::status_source::{Lookup, StatusSource};
use crate::token::{self, NotAToken};
use crate::trust_list::{Issuer, Profile, TrustList};
use alloc::string::String;
use alloc::vec::Vec;

/// What a verifier may choose. The default is what an agency at a counter needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How far clocks may differ, seconds.
    pub clock_skew: i64,
    /// Oldest status list that still decides, seconds, on top of the list's own expiry.
    pub max_status_age: Option<i64>,
    /// How far a phone's clock may differ when it proves to hold its key, seconds. A phone has no business to be as far
    /// off as an office may be from its issuer: what this allows, a recording may be replayed longer.
    pub proof_skew: i64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            clock_skew: 300,
            max_status_age: None,
            proof_skew: 30,
        }
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
    verify_for(text, trust, statuses, now, policy, &Challenge::default())
}

/// Judges a QR text that is to answer a question, or to be meant for this verifier.
pub fn verify_for(
    text: &str,
    trust: &TrustList,
    statuses: &dyn StatusSource,
    now: i64,
    policy: &Policy,
    challenge: &Challenge<'_>,
) -> Verdict {
    let judge = Judge {
        trust,
        statuses,
        now,
        policy,
        challenge,
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
    many(trust, statuses, now, policy, |judge| {
        texts.iter().map(|text| judge.open(text)).collect()
    })
}

/// Judges many COSE tokens before they become texts: every verdict is the one [`verify`] would give the token's
/// canonical text (FORMAT.md §3.2), whose compression and Base45 lose nothing and are not part of what is signed. Whether
/// that text fits into a QR symbol is not asked.
pub fn verify_tokens(
    tokens: &[&[u8]],
    trust: &TrustList,
    statuses: &dyn StatusSource,
    now: i64,
    policy: &Policy,
) -> Vec<Verdict> {
    many(trust, statuses, now, policy, |judge| {
        let open = |token: &&[u8]| {
            if token.len() > MAX_INFLATED {
                return Err((Reason::TooLarge, Some(Detail::Token(NotAToken::TooLarge))));
            }
            judge.open_inflated(Inflated {
                bytes: token.to_vec(),
                canonical: true,
            })
        };
        tokens.iter().map(open).collect()
    })
}

/// What nobody was asked for, many at once.
fn many(
    trust: &TrustList,
    statuses: &dyn StatusSource,
    now: i64,
    policy: &Policy,
    open: impl FnOnce(&Judge<'_>) -> Vec<Result<Envelope, Refusal>>,
) -> Vec<Verdict> {
    let judge = Judge {
        trust,
        statuses,
        now,
        policy,
        challenge: &Challenge::default(),
    };
    judge.all(open(&judge))
}

/// What every step of a verdict needs.
struct Judge<'t> {
    trust: &'t TrustList,
    statuses: &'t dyn StatusSource,
    now: i64,
    policy: &'t Policy,
    challenge: &'t Challenge<'t>,
}

type Refusal = (Reason, Option<Detail>);

impl Judge<'_> {
    fn all(&self, opened: Vec<Result<Envelope, Refusal>>) -> Vec<Verdict> {
        let mut batch = Batch::with_capacity(opened.len());
        for envelope in opened.iter().flatten() {
            envelope.check_in(&mut batch);
        }
        let mut fits = batch.finish().into_iter();
        let verdicts = opened.into_iter().map(|opened| match opened {
            // One answer for each opened envelope, in their order.
            Ok(envelope) => self.judge(envelope, fits.next() == Some(true)),
            Err(refusal) => self.refuse(refusal),
        });
        verdicts.collect()
    }

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
        let payload = &envelope.bytes[envelope.payload.clone()];
        let claims = match decode(envelope.issuer.profile, payload) {
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
        let proof = match envelope.proof(&claims) {
            Ok(proof) => proof,
            Err(reason) => return self.refuse((reason, None)),
        };
        let here = self.shown(&claims, &proof);
        let (reason, status_list_issued) = self.time_and_status(&envelope.issuer, &claims, here);
        let shown = match proof {
            Proof::None if claims.cnf.is_none() => Shown::Static,
            Proof::Fits(statement) if here.is_ok() => Shown::Live {
                at: statement.iat,
                audience: statement.audience.map(String::from),
            },
            // Also a genuine proof that was made at another time or for somebody else: perhaps a recording.
            _ => Shown::Unproven,
        };
        drop(claims);
        Verdict {
            reason,
            freshness: self.freshness(status_list_issued),
            detail: None,
            credential: Some(Verified {
                bytes: envelope.bytes,
                token: envelope.token,
                payload: envelope.payload,
                issuer: envelope.issuer,
                shown,
            }),
        }
    }

    /// Whether the holder's phone shows it here and now.
    fn shown(&self, claims: &Claims<'_>, proof: &Proof<'_>) -> Result<(), Reason> {
        let statement = match (proof, claims.cnf) {
            (Proof::None, None) => return Ok(()),
            (Proof::None, Some(_)) => return Err(Reason::HolderProofMissing),
            (Proof::Wrong, _) => return Err(Reason::HolderProofInvalid),
            (Proof::Fits(statement), _) => statement,
        };
        let age = self.now - statement.iat;
        if age > LIFE + self.policy.proof_skew {
            return Err(Reason::HolderProofStale);
        }
        if age < -self.policy.proof_skew {
            return Err(Reason::HolderProofAhead);
        }
        let asked = self.challenge;
        if statement.audience.is_some() && statement.audience != asked.audience {
            return Err(Reason::WrongAudience);
        }
        if statement.nonce != asked.nonce {
            return Err(Reason::WrongNonce);
        }
        Ok(())
    }

    /// What the token itself shows comes first, then red statuses; yellow and green need lists that are fresh.
    fn time_and_status(
        &self,
        issuer: &Issuer,
        claims: &Claims<'_>,
        here: Result<(), Reason>,
    ) -> (Reason, Option<i64>) {
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
        if let Err(reason) = here {
            return (reason, None);
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

/// The key that signed a token, read without any check, to tell people which bundle they lack.
pub fn unverified_key_id(text: &str) -> Option<KeyId> {
    let bytes = token::unpack(text).ok()?.bytes;
    let credential = match Presentation::parse(&bytes) {
        Ok(presentation) => &bytes[presentation.credential],
        Err(_) => &bytes,
    };
    Sign1::parse_tolerant(credential).ok()?.key_id()
}
