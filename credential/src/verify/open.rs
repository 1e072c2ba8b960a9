//! From a QR text to an envelope whose key is known; the signature comes after.

use super::{Detail, Judge, Refusal};
use crate::claims::Claims;
use crate::cose::{CoseError, Sign1};
use crate::ed25519::Batch;
use crate::foreign;
use crate::inflate::Inflated;
use crate::presentation::{Presentation, Statement, is_presentation};
use crate::reason::Reason;
use crate::token::{self, NotAToken};
use crate::trust_list::{Issuer, Profile};
use crate::typ::NOT_CREDENTIALS;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

/// A token whose envelope is in order and whose key is known; its signature is not checked yet.
pub(super) struct Envelope {
    /// What the text holds: the issuer's token, or a presentation around it.
    pub(super) bytes: Vec<u8>,
    pub(super) token: Range<usize>,
    protected: Range<usize>,
    pub(super) payload: Range<usize>,
    signature: [u8; 64],
    pub(super) issuer: Arc<Issuer>,
    presentation: Option<Presentation>,
}

/// What the holder's key says of how a credential is shown.
pub(super) enum Proof<'a> {
    /// There is none.
    None,
    /// It is not by the key in `cnf`, or not of this credential.
    Wrong,
    /// The holder's phone signed this.
    Fits(Statement<'a>),
}

impl Envelope {
    fn sign1(&self) -> Sign1<'_> {
        Sign1 {
            protected: &self.bytes[self.protected.clone()],
            kid: None,
            typ: None,
            payload: &self.bytes[self.payload.clone()],
            signature: &self.signature,
        }
    }

    pub(super) fn is_signed(&self) -> bool {
        self.sign1().is_signed_by(&self.issuer.key)
    }

    /// Checks the holder's proof, once the claims are the issuer's.
    pub(super) fn proof(&self, claims: &Claims<'_>) -> Result<Proof<'_>, Reason> {
        let Some(presentation) = &self.presentation else {
            return Ok(Proof::None);
        };
        let key = claims.cnf.ok_or(Reason::NotHolderBound)?;
        let statement = presentation.statement(&self.bytes);
        let statement = statement.ok_or(Reason::Malformed)?;
        if presentation.is_signed_by(&self.bytes, &key) {
            return Ok(Proof::Fits(statement));
        }
        Ok(Proof::Wrong)
    }

    pub(super) fn check_in(&self, batch: &mut Batch) {
        let parts = self.sign1().to_be_signed();
        let key = &self.issuer.key;
        key.verify_in(batch, &parts.parts(), &self.signature);
    }
}

impl Judge<'_> {
    /// From text to an envelope with a known key.
    pub(super) fn open(&self, text: &str) -> Result<Envelope, Refusal> {
        let inflated = token::unpack(text).map_err(|e| {
            let reason = match e {
                NotAToken::TooLarge => Reason::TooLarge,
                _ => Reason::NotADocument,
            };
            (reason, Some(Detail::Token(e)))
        })?;
        self.open_inflated(inflated)
    }

    /// From what a text holds to an envelope with a known key.
    pub(super) fn open_inflated(
        &self,
        Inflated { bytes, canonical }: Inflated,
    ) -> Result<Envelope, Refusal> {
        let whole = Sign1::parse_canonical(&bytes);
        let presentation = match &whole {
            Err(_) if is_presentation(&bytes) => {
                Some(Presentation::parse(&bytes).map_err(cose_refusal)?)
            }
            _ => None,
        };
        let (token, strict) = match &presentation {
            Some(presentation) => {
                let token = presentation.credential.clone();
                (token.clone(), Sign1::parse_canonical(&bytes[token]))
            }
            None => (0..bytes.len(), whole),
        };
        let (envelope, issuer) = match strict {
            Ok(envelope) => (envelope, self.issuer(&envelope)?),
            // A phone shows what our own issuers write, and nothing else.
            Err(strict_error) if presentation.is_some() => return Err(cose_refusal(strict_error)),
            Err(strict_error) => {
                let envelope =
                    Sign1::parse_tolerant(&bytes[token.clone()]).map_err(cose_refusal)?;
                let issuer = self.issuer(&envelope)?;
                if issuer.profile == Profile::Canonical {
                    let detail = Detail::Cose(strict_error);
                    return Err((Reason::NotCanonical, Some(detail)));
                }
                (envelope, issuer)
            }
        };
        if issuer.profile == Profile::Canonical && !canonical {
            return Err((Reason::NotCanonical, Some(Detail::ZlibForm)));
        }
        let is_other_thing =
            |typ| issuer.profile == Profile::Canonical || NOT_CREDENTIALS.contains(&typ);
        if envelope.typ.is_some_and(is_other_thing) {
            // Another signed thing of the same issuer, such as a status list, is not a credential.
            let detail = Detail::Cose(CoseError::Header("typ of something else than a credential"));
            return Err((Reason::NotCose, Some(detail)));
        }
        let place = |part: &[u8]| {
            let start = part.as_ptr() as usize - bytes.as_ptr() as usize;
            start..start + part.len()
        };
        Ok(Envelope {
            protected: place(envelope.protected),
            payload: place(envelope.payload),
            signature: *envelope.signature,
            issuer: Arc::clone(issuer),
            token,
            presentation,
            bytes,
        })
    }

    fn issuer(&self, envelope: &Sign1<'_>) -> Result<&Arc<Issuer>, Refusal> {
        let by_kid = envelope.key_id().and_then(|kid| self.trust.issuer(kid));
        let known = by_kid.or_else(|| self.foreign_issuer(envelope));
        known.ok_or((Reason::UnknownIssuer, None))
    }

    /// Foreign tools leave the key out or name it in their own way. Then `iss`, which nobody has verified yet, says
    /// whose key to try; without it, the only foreign key there is.
    fn foreign_issuer(&self, envelope: &Sign1<'_>) -> Option<&Arc<Issuer>> {
        let foreign = || {
            self.trust
                .issuers()
                .filter(|i| i.profile == Profile::Foreign)
        };
        foreign().next()?;
        let claims = foreign::decode(envelope.payload).ok();
        let iss = claims.as_ref().and_then(|claims| claims.iss);
        match iss {
            Some(iss) => only(foreign().filter(|issuer| issuer.iss == iss)),
            None => only(foreign()),
        }
    }
}

/// The first of one.
fn only<T>(mut of: impl Iterator<Item = T>) -> Option<T> {
    let first = of.next()?;
    of.next().is_none().then_some(first)
}

fn cose_refusal(e: CoseError) -> Refusal {
    let reason = match e {
        CoseError::Cbor(_) | CoseError::NotSign1 | CoseError::Header(_) => Reason::NotCose,
        CoseError::Encrypted => Reason::Encrypted,
        CoseError::Unsigned => Reason::Unsigned,
        CoseError::Algorithm => Reason::UnsupportedAlgorithm,
    };
    (reason, Some(Detail::Cose(e)))
}
