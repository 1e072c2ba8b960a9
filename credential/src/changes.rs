//! Signed batches of changes of documents, for agencies with an agreement (docs/FORMAT.md §16).

use crate::cbor::Decoder;
use crate::cbor::gate::{self, Mode};
use crate::claims::{self, key};
use crate::cose::{CoseError, Sign1};
use crate::trust_list::TrustList;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// `typ` of a batch.
pub const TYP: &str = "application/ikd-changes+cwt";
/// Most changes of a batch.
pub const BATCH_MAX: usize = 500;

/// Claim 3 of RFC 8392: for whom it is.
const AUD: u64 = 3;
const NEXT: i64 = -65_543;
const CHANGES: i64 = -65_544;

/// Keys of a change.
mod entry {
    pub const ID: u64 = 0;
    pub const KIND: u64 = 1;
    pub const NUMBER: u64 = 2;
    pub const DOCUMENT: u64 = 3;
    pub const CHANGE: u64 = 4;
    pub const AT: u64 = 5;
    pub const STATUS: u64 = 6;
    pub const ISSUED: u64 = 7;
}

/// What happened to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It is in force.
    Issued,
    /// Not in force until it is reinstated.
    Suspended,
    /// In force again.
    Reinstated,
    /// Not in force any more.
    Revoked,
    /// Replaced by a newer one.
    Superseded,
}

impl What {
    const ALL: [Self; 5] = [
        Self::Issued,
        Self::Suspended,
        Self::Reinstated,
        Self::Revoked,
        Self::Superseded,
    ];

    /// Its number on the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::Issued => 1,
            Self::Suspended => 2,
            Self::Reinstated => 3,
            Self::Revoked => 4,
            Self::Superseded => 5,
        }
    }

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Suspended => "suspended",
            Self::Reinstated => "reinstated",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
        }
    }

    fn from_number(number: u64) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|what| u64::from(what.number()) == number)
    }
}

/// One change, with the elements of the agency's agreement; the others are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Names the change: two deliveries with the same id are the same change.
    pub id: [u8; 16],
    /// Number of the document's kind.
    pub kind: Option<u8>,
    /// The number printed on the document: NIK, KK number, or the number of a letter or deed.
    pub number: Option<String>,
    /// The id of the document at its issuer.
    pub document: Option<[u8; 16]>,
    /// What happened, and when in epoch seconds.
    pub what: Option<(What, i64)>,
    /// Name of its status list and index in it, as in the document itself.
    pub status: Option<(String, u32)>,
    /// Claim `iat` of the document, epoch seconds.
    pub issued: Option<i64>,
}

/// A batch whose signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// For which agency.
    pub audience: String,
    /// When it was signed, epoch seconds.
    pub issued: i64,
    /// The cursor to go on with.
    pub next: String,
    /// The changes, in order.
    pub changes: Vec<Change>,
}

/// Why a batch was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadBatch {
    /// Not a COSE_Sign1 of the canonical form.
    Cose(CoseError),
    /// Some other signed thing.
    WrongType,
    /// Signed by a key that the trust list does not name as publisher.
    UnknownPublisher,
    /// The publisher's signature does not fit.
    Signature,
    /// A claim is missing or has the wrong type.
    Claim(&'static str),
    /// It is for another agency.
    Audience,
}

impl fmt::Display for BadBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cose(_) => {
                f.write_str("not a signed batch of changes (damaged, or another file)")
            }
            Self::WrongType => f.write_str("signed, but not a batch of changes"),
            Self::UnknownPublisher => f.write_str("signed by a key that may not publish"),
            Self::Signature => f.write_str("the publisher's signature is wrong"),
            Self::Claim(claim) => write!(f, "the claim {claim} is missing or malformed"),
            Self::Audience => f.write_str("it is for another agency"),
        }
    }
}

impl core::error::Error for BadBatch {}

impl Batch {
    /// Checks a batch by the publishers of a trust list. Who it is for must be `audience`.
    pub fn verify(bytes: &[u8], trust: &TrustList, audience: &str) -> Result<Self, BadBatch> {
        let envelope = Sign1::parse_canonical(bytes).map_err(BadBatch::Cose)?;
        if envelope.typ != Some(TYP) {
            return Err(BadBatch::WrongType);
        }
        let publisher = trust.publisher(envelope.key_id());
        let publisher = publisher.ok_or(BadBatch::UnknownPublisher)?;
        if !envelope.is_signed_by(publisher) {
            return Err(BadBatch::Signature);
        }
        let batch = Self::decode(envelope.payload)?;
        if batch.audience != audience {
            return Err(BadBatch::Audience);
        }
        Ok(batch)
    }

    fn decode(payload: &[u8]) -> Result<Self, BadBatch> {
        let bad = |what| move |_| BadBatch::Claim(what);
        gate::check(payload, Mode::Deterministic).map_err(|_| BadBatch::Claim("payload"))?;
        let mut d = Decoder::new(payload);
        let (mut audience, mut issued, mut next, mut changes) = (None, None, None, None);
        for _ in 0..d.map().map_err(bad("payload"))?.unwrap_or_default() {
            let number = d.i64().map_err(bad("payload"))?;
            if number == AUD as i64 {
                audience = Some(d.str().map_err(bad("aud"))?.to_string());
            } else if number == key::IAT as i64 {
                issued = Some(claims::time(&mut d).map_err(bad("iat"))?);
            } else if number == NEXT {
                next = Some(d.str().map_err(bad("next"))?.to_string());
            } else if number == CHANGES {
                changes = Some(entries(&mut d).map_err(bad("changes"))?);
            } else {
                d.skip().map_err(bad("payload"))?;
            }
        }
        Ok(Self {
            audience: audience.ok_or(BadBatch::Claim("aud"))?,
            issued: issued.ok_or(BadBatch::Claim("iat"))?,
            next: next.ok_or(BadBatch::Claim("next"))?,
            changes: changes.ok_or(BadBatch::Claim("changes"))?,
        })
    }
}

type Cbor<T> = Result<T, minicbor::decode::Error>;

fn entries(d: &mut Decoder<'_>) -> Cbor<Vec<Change>> {
    let wrong = || minicbor::decode::Error::message("not an array of changes");
    let count = d.array()?.ok_or_else(wrong)?;
    if count > BATCH_MAX as u64 {
        return Err(wrong());
    }
    (0..count).map(|_| change(d)).collect()
}

fn change(d: &mut Decoder<'_>) -> Cbor<Change> {
    let wrong = || minicbor::decode::Error::message("not a change");
    let mut change = Change::default();
    let (mut id, mut what, mut at) = (None, None, None);
    for _ in 0..d.map()?.ok_or_else(wrong)? {
        match d.u64()? {
            entry::ID => id = Some(sixteen(d)?),
            entry::KIND => change.kind = Some(d.u8()?),
            entry::NUMBER => change.number = Some(d.str()?.to_string()),
            entry::DOCUMENT => change.document = Some(sixteen(d)?),
            entry::CHANGE => what = Some(What::from_number(d.u64()?).ok_or_else(wrong)?),
            entry::AT => at = Some(claims::time(d)?),
            entry::STATUS => {
                if d.array()? != Some(2) {
                    return Err(wrong());
                }
                change.status = Some((d.str()?.to_string(), d.u32()?));
            }
            entry::ISSUED => change.issued = Some(claims::time(d)?),
            // An element of a later version.
            _ => d.skip()?,
        }
    }
    change.id = id.ok_or_else(wrong)?;
    change.what = match (what, at) {
        (Some(what), Some(at)) => Some((what, at)),
        (None, None) => None,
        _ => return Err(wrong()),
    };
    Ok(change)
}

fn sixteen(d: &mut Decoder<'_>) -> Cbor<[u8; 16]> {
    let wrong = |_| minicbor::decode::Error::message("not 16 bytes");
    d.bytes()?.try_into().map_err(wrong)
}

/// Building batches.
#[cfg(feature = "issue")]
pub mod issue {
    use super::*;
    use crate::cbor::write::Writer;
    use crate::claims::Claims;
    use crate::cose::issue::Unsigned;
    use crate::document::{Document, Value, text_of};
    use crate::ids::KeyId;
    use crate::kinds::Subject;
    use crate::kinds::fields::{KK_NUMBER, NIK, REGION};
    use crate::lang::Lang;

    /// Number of the field that holds the number of a letter or deed.
    const DOCUMENT_NUMBER: u8 = 76;

    /// What a document's own claims say that a change of it needs.
    pub struct Facts {
        /// Kode wilayah without dots, where the document has one.
        pub region: Option<String>,
        /// The number printed on it: that of the letter or deed, else the KK number or NIK.
        pub number: Option<String>,
    }

    impl Facts {
        /// From the payload of a credential of our own issuers; nothing where it is none.
        pub fn of(payload: &[u8]) -> Option<Self> {
            let claims = Claims::decode(payload).ok()?;
            let document = claims.document()?;
            let region = document.get(&REGION).and_then(Value::as_region);
            Some(Self {
                region: region.map(|region| region.digits().to_string()),
                number: number(document),
            })
        }
    }

    fn number(document: &Document<'_>) -> Option<String> {
        let mut fields = document.fields();
        if let Some((_, value)) = fields.find(|(field, _)| field.key == DOCUMENT_NUMBER) {
            return value.as_text().map(ToString::to_string);
        }
        let field = match document.kind().subject {
            Subject::Family => &KK_NUMBER,
            Subject::Person | Subject::Newborn | Subject::Event => &NIK,
        };
        Some(text_of(field, document.get(field)?, Lang::Id))
    }

    impl Batch {
        /// The envelope for a publisher's key to sign.
        pub fn unsigned(&self, publisher: KeyId) -> Unsigned {
            let mut w = Writer::new();
            w.map(4).u64(AUD).str(&self.audience);
            w.u64(key::IAT).i64(self.issued);
            w.i64(NEXT).str(&self.next);
            w.i64(CHANGES).array(self.changes.len());
            for change in &self.changes {
                write(&mut w, change);
            }
            Unsigned::new(publisher, Some(TYP), w.into_bytes())
        }
    }

    fn write(w: &mut Writer, change: &Change) {
        let present = [
            change.kind.is_some(),
            change.number.is_some(),
            change.document.is_some(),
            change.what.is_some(),
            change.what.is_some(),
            change.status.is_some(),
            change.issued.is_some(),
        ];
        w.map(1 + present.into_iter().filter(|p| *p).count());
        w.u64(entry::ID).bytes(&change.id);
        if let Some(kind) = change.kind {
            w.u64(entry::KIND).u64(u64::from(kind));
        }
        if let Some(number) = &change.number {
            w.u64(entry::NUMBER).str(number);
        }
        if let Some(document) = &change.document {
            w.u64(entry::DOCUMENT).bytes(document);
        }
        if let Some((what, at)) = change.what {
            w.u64(entry::CHANGE).u64(u64::from(what.number()));
            w.u64(entry::AT).i64(at);
        }
        if let Some((uri, index)) = &change.status {
            w.u64(entry::STATUS)
                .array(2)
                .str(uri)
                .u64(u64::from(*index));
        }
        if let Some(issued) = change.issued {
            w.u64(entry::ISSUED).i64(issued);
        }
    }
}
