//! What a verdict tells.

use super::decode;
use crate::claims::{BadClaims, Claims};
use crate::cose::CoseError;
use crate::reason::{Outcome, Reason};
use crate::token::NotAToken;
use crate::trust_list::Issuer;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

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

/// How a credential was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Not bound to a phone: on paper, or a picture of it. Whoever has it can show it, so the photo must be compared.
    Static,
    /// By the phone that holds its key, here and now.
    Live {
        /// When the phone signed, epoch seconds by its own clock.
        at: i64,
        /// For whom it was meant.
        audience: Option<String>,
    },
    /// Bound to a phone, which has not proved that it shows it here and now.
    Unproven,
}

/// A credential whose signature, scope and content were checked. Only [`crate::verify()`] makes one.
#[derive(Debug, Clone)]
pub struct Verified {
    pub(super) bytes: Vec<u8>,
    pub(super) token: Range<usize>,
    pub(super) payload: Range<usize>,
    pub(super) issuer: Arc<Issuer>,
    pub(super) shown: Shown,
}

impl Verified {
    /// The claims, all signed by [`Verified::issuer`].
    pub fn claims(&self) -> Claims<'_> {
        let payload = &self.bytes[self.payload.clone()];
        decode(self.issuer.profile, payload).expect("these bytes were decoded before")
    }

    /// Who signed it.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The issuer's COSE_Sign1 bytes, without a holder's proof around them.
    pub fn token(&self) -> &[u8] {
        &self.bytes[self.token.clone()]
    }

    /// On paper, or by the holder's phone.
    pub fn shown(&self) -> &Shown {
        &self.shown
    }
}

/// The verdict on one token.
#[derive(Debug, Clone)]
pub struct Verdict {
    pub(super) reason: Reason,
    pub(super) freshness: Freshness,
    pub(super) detail: Option<Detail>,
    pub(super) credential: Option<Verified>,
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
