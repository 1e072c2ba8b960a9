//! The CWT claims (RFC 8392) of a credential.

use crate::cbor::Decoder;
use crate::date::Date;
use crate::document::{self, BadDocument, Document, Row, Value};
use crate::foreign::ForeignIdentity;
use crate::holder::HolderKey;
use crate::kinds::Validity;
use crate::kinds::fields::{Field, ISSUE_DATE, ISSUE_PLACE, REGENCY, REGION};
use crate::lang::{Lang, Text};
use alloc::string::String;
use alloc::vec::Vec;

/// Claim keys.
pub mod key {
    /// Issuer.
    pub const ISS: u64 = 1;
    /// Subject.
    pub const SUB: u64 = 2;
    /// Audience: in a presentation, for whom it is.
    pub const AUD: u64 = 3;
    /// Expiration, epoch seconds.
    pub const EXP: u64 = 4;
    /// Not before, epoch seconds.
    pub const NBF: u64 = 5;
    /// Issued at, epoch seconds.
    pub const IAT: u64 = 6;
    /// Confirmation: the holder's key (RFC 8747).
    pub const CNF: u64 = 8;
    /// In a request, the number of a profile.
    pub const PROFILE: u64 = 95;
    /// ID Claim 169.
    pub const IDENTITY: u64 = 169;
    /// Token Status List reference.
    pub const STATUS: u64 = 65_535;
}

/// Longest `iss` in bytes.
pub const ISS_MAX: usize = 64;
/// Longest status list URI in bytes.
pub const URI_MAX: usize = 256;
/// Last second on the wire: the end of 2199-12-31 in WIB. The first is 1970-01-01T00:00:00Z.
pub const TIME_MAX: u64 = 7_258_093_199;

const VALID_UNTIL: Text = Text {
    id: "Berlaku Hingga",
    en: "Valid until",
};
/// A credential bound to a phone is renewed now and then; until when the document itself is valid it does not say.
const ON_PHONE_UNTIL: Text = Text {
    id: "Berlaku di Ponsel Hingga",
    en: "Valid on the phone until",
};
const FOR_LIFE: Text = Text {
    id: "SEUMUR HIDUP",
    en: "For life",
};

/// The place of a credential's status: `{"status_list": {"idx", "uri"}}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusRef<'a> {
    /// Index in the list.
    pub index: u32,
    /// Name of the list. A verifier looks it up in what it has and never opens it.
    pub uri: &'a str,
}

/// Who or what a credential is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity<'a> {
    /// A document of our own issuers.
    Document(Document<'a>),
    /// Claim 169 of a foreign issuer.
    Foreign(ForeignIdentity<'a>),
}

/// All claims of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims<'a> {
    /// Issuer, e.g. `ID.3273`. Foreign tokens may lack it.
    pub iss: Option<&'a str>,
    /// Expiry in epoch seconds; a document without it is valid for life.
    pub exp: Option<i64>,
    /// Not valid before, epoch seconds.
    pub nbf: Option<i64>,
    /// Issued at, epoch seconds. Foreign tokens may lack it.
    pub iat: Option<i64>,
    /// The holder's key, in credentials shown by a phone.
    pub cnf: Option<HolderKey>,
    /// Where its status stands. Foreign tokens may lack it.
    pub status: Option<StatusRef<'a>>,
    /// The content.
    pub identity: Identity<'a>,
}

/// Why claims were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadClaims {
    /// Not a map of the expected claims, or one has the wrong type.
    Claim(&'static str),
    /// A claim this version does not know.
    UnknownClaim(u64),
    /// Claim 169 is missing.
    No169,
    /// The content of claim 169.
    Document(BadDocument),
}

type Cbor<T> = Result<T, minicbor::decode::Error>;

impl<'a> Claims<'a> {
    /// Reads the payload of our own issuers; it has passed the strict gate.
    pub(crate) fn decode(payload: &'a [u8]) -> Result<Self, BadClaims> {
        let bad = |what| move |_| BadClaims::Claim(what);
        let mut d = Decoder::new(payload);
        let entries = d.map().map_err(bad("payload"))?;
        let entries = entries.ok_or(BadClaims::Claim("payload"))?;
        let (mut iss, mut exp, mut nbf, mut iat, mut cnf, mut status, mut document) =
            (None, None, None, None, None, None, None);
        for _ in 0..entries {
            match d.u64().map_err(bad("payload"))? {
                key::ISS => iss = Some(text(&mut d, ISS_MAX).map_err(bad("iss"))?),
                key::EXP => exp = Some(time(&mut d).map_err(bad("exp"))?),
                key::NBF => nbf = Some(time(&mut d).map_err(bad("nbf"))?),
                key::IAT => iat = Some(time(&mut d).map_err(bad("iat"))?),
                key::CNF => cnf = Some(HolderKey::decode_cnf(&mut d).map_err(bad("cnf"))?),
                key::STATUS => status = Some(StatusRef::decode(&mut d).map_err(bad("status"))?),
                key::IDENTITY => {
                    document = Some(Document::decode(&mut d).map_err(BadClaims::Document)?);
                }
                other => return Err(BadClaims::UnknownClaim(other)),
            }
        }
        if iss.is_none() {
            return Err(BadClaims::Claim("iss"));
        }
        if iat.is_none() {
            return Err(BadClaims::Claim("iat"));
        }
        if status.is_none() {
            return Err(BadClaims::Claim("status"));
        }
        let document = document.ok_or(BadClaims::No169)?;
        let claims = Self {
            iss,
            exp,
            nbf,
            iat,
            cnf,
            status,
            identity: Identity::Document(document),
        };
        let issued = claims.document().zip(claims.issue_date());
        let checked = issued.map_or(Ok(()), |(document, day)| document.check_issued(day));
        checked.map_err(BadClaims::Document)?;
        Ok(claims)
    }

    /// The printed date of issue: the document's own, or the day of `iat` in WIB.
    pub fn issue_date(&self) -> Option<Date> {
        match self.document()?.get(&ISSUE_DATE) {
            Some(Value::Date(date)) => Some(*date),
            _ => Date::at_wib(self.iat?),
        }
    }

    /// Every printed line in printed order, in the reader's language: the document's own fields, place and date of
    /// issue and until when it is valid. Empty for foreign credentials.
    pub fn rows(&self, lang: Lang) -> Vec<Row> {
        let Some(document) = self.document() else {
            return Vec::new();
        };
        let mut rows = document::rows(document, lang);
        let whole = document.profile().is_none();
        // Place and date of issue stand before the region, also where a reader derives them.
        let of_region = |row: &Row| row.group.is_none() && row.name == REGION.name;
        let mut add = |field: &'static Field, text: String| {
            let row = Row {
                name: field.name,
                label: field.label.get(lang),
                text,
                group: None,
            };
            let wanted = match field.key {
                key if key == ISSUE_PLACE.key => ISSUE_DATE.name,
                _ => REGION.name,
            };
            let before = rows
                .iter()
                .position(|row| row.group.is_none() && row.name == wanted);
            let before = before.or_else(|| rows.iter().position(of_region));
            rows.insert(before.unwrap_or(rows.len()), row);
        };
        if whole
            && document.get(&ISSUE_PLACE).is_none()
            && let Some(Value::Text(place)) = document.get(&REGENCY)
        {
            add(&ISSUE_PLACE, place.clone().into_owned());
        }
        if whole
            && document.get(&ISSUE_DATE).is_none()
            && let Some(date) = self.issue_date()
        {
            add(&ISSUE_DATE, date.printed());
        }
        // Letters and deeds without an end say nothing of it; a KTP-el prints that it is for life.
        let until = match self.exp {
            Some(exp) => Some(Date::at_wib(exp).map_or_else(String::new, Date::printed)),
            None if whole && document.kind().validity == Validity::ForLifeOrItap => {
                Some(FOR_LIFE.get(lang).into())
            }
            None => None,
        };
        if let Some(text) = until {
            rows.push(Row {
                name: "berlaku_hingga",
                label: match self.cnf {
                    Some(_) => ON_PHONE_UNTIL.get(lang),
                    None => VALID_UNTIL.get(lang),
                },
                text,
                group: None,
            });
        }
        rows
    }

    /// The document, in credentials of our own issuers.
    pub fn document(&self) -> Option<&Document<'a>> {
        match &self.identity {
            Identity::Document(document) => Some(document),
            Identity::Foreign(_) => None,
        }
    }
}

/// A NumericDate as an integer between 1970 and 2199.
pub(crate) fn time(d: &mut Decoder<'_>) -> Cbor<i64> {
    let time = d.u64()?;
    if time > TIME_MAX {
        return Err(minicbor::decode::Error::message("time out of range"));
    }
    Ok(time as i64)
}

pub(crate) fn text<'a>(d: &mut Decoder<'a>, max: usize) -> Cbor<&'a str> {
    let text = d.str()?;
    if text.is_empty() || text.len() > max || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(minicbor::decode::Error::message("text out of bounds"));
    }
    Ok(text)
}

impl<'a> StatusRef<'a> {
    /// `{"status_list": {"idx": uint, "uri": tstr}}` in any key order; the gate checks the order where it counts.
    pub(crate) fn decode(d: &mut Decoder<'a>) -> Cbor<Self> {
        let wrong = || minicbor::decode::Error::message("not a status_list reference");
        if d.map()? != Some(1) || d.str()? != "status_list" || d.map()? != Some(2) {
            return Err(wrong());
        }
        let (mut index, mut uri) = (None, None);
        for _ in 0..2 {
            match d.str()? {
                "idx" => index = Some(d.u32()?),
                "uri" => uri = Some(text(d, URI_MAX)?),
                _ => return Err(wrong()),
            }
        }
        Ok(Self {
            index: index.ok_or_else(wrong)?,
            uri: uri.ok_or_else(wrong)?,
        })
    }
}

/// Writing claims.
#[cfg(feature = "issue")]
mod issue {
    use super::*;
    use crate::cbor::write::Writer;

    impl<'a> Claims<'a> {
        /// Reads the payload of a credential of our own as its issuer stored it. Nothing is verified: a verifier begins
        /// with [`crate::verify()`].
        ///
        /// # Errors
        /// Says which claim does not read.
        pub fn of_own(payload: &'a [u8]) -> Result<Self, BadClaims> {
            Self::decode(payload)
        }

        /// The payload as deterministic CBOR. `None` for the claims of a foreign issuer, which are only ever read.
        pub fn encode(&self) -> Option<Vec<u8>> {
            let (Some(iss), Some(iat), Some(status), Some(document)) =
                (self.iss, self.iat, self.status, self.document())
            else {
                return None;
            };
            let optional = [self.exp.is_some(), self.nbf.is_some(), self.cnf.is_some()];
            let mut w = Writer::new();
            w.map(4 + optional.iter().filter(|present| **present).count());
            w.u64(key::ISS).str(iss);
            if let Some(exp) = self.exp {
                w.u64(key::EXP).i64(exp);
            }
            if let Some(nbf) = self.nbf {
                w.u64(key::NBF).i64(nbf);
            }
            w.u64(key::IAT).i64(iat);
            if let Some(cnf) = &self.cnf {
                w.u64(key::CNF);
                cnf.encode_cnf(&mut w);
            }
            w.u64(key::IDENTITY).raw(&document.encode());
            w.u64(key::STATUS).map(1).str("status_list").map(2);
            w.str("idx").u64(u64::from(status.index));
            w.str("uri").str(status.uri);
            Some(w.into_bytes())
        }
    }
}
