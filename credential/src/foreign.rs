//! Claim 169 of foreign issuers, read tolerantly: any key order, map or byte-string-wrapped, unknown keys skipped.

use crate::cbor::Decoder;
use crate::cbor::gate::{self, Mode};
use crate::claims::{BadClaims, Claims, Identity, StatusRef, key};
use crate::document::BadDocument;
use alloc::vec::Vec;
use minicbor::data::Type;

/// A value of a standard Claim 169 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignValue<'a> {
    /// Text.
    Text(&'a str),
    /// An integer.
    Number(i64),
    /// Binary data: its length in bytes.
    Bytes(&'a [u8]),
}

/// The identity a foreign issuer signed: standard keys 1–23 in ascending order, and the face if there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForeignIdentity<'a> {
    fields: Vec<(u8, ForeignValue<'a>)>,
    face: Option<(&'a [u8], Option<i64>)>,
}

/// Names of the standard keys 1–23 (IANA CWT claim 169).
const NAMES: [&str; 24] = [
    "",
    "id",
    "version",
    "language",
    "fullName",
    "firstName",
    "middleName",
    "lastName",
    "dateOfBirth",
    "gender",
    "address",
    "email",
    "phone",
    "nationality",
    "maritalStatus",
    "guardian",
    "photo",
    "photoFormat",
    "bestQualityFingers",
    "secondaryFullName",
    "secondaryLanguage",
    "locationCode",
    "legalStatus",
    "countryOfIssuance",
];
const FACE: i64 = 62;

impl<'a> ForeignIdentity<'a> {
    /// Standard fields with their Claim 169 names, ascending by key.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, ForeignValue<'a>)> {
        self.fields
            .iter()
            .map(|(key, value)| (NAMES[usize::from(*key)], *value))
    }

    /// The text of a standard key.
    pub fn text(&self, key: u8) -> Option<&'a str> {
        self.fields.iter().find_map(|(k, value)| match value {
            ForeignValue::Text(text) if *k == key => Some(*text),
            _ => None,
        })
    }

    /// The first face picture and its Claim 169 subformat.
    pub fn face(&self) -> Option<(&'a [u8], Option<i64>)> {
        self.face
    }
}

type Cbor<T> = Result<T, minicbor::decode::Error>;

/// Reads a foreign payload, which passes the tolerant gate here.
pub(crate) fn decode(payload: &[u8]) -> Result<Claims<'_>, BadClaims> {
    let bad = |_| BadClaims::Claim("payload");
    gate::check(payload, Mode::AnyKeyOrder).map_err(|_| BadClaims::Claim("payload"))?;
    let mut claims = Claims {
        iss: None,
        exp: None,
        nbf: None,
        iat: None,
        cnf: None,
        status: None,
        identity: Identity::Foreign(ForeignIdentity::default()),
    };
    let mut has_169 = false;
    let mut d = Decoder::new(payload);
    for _ in 0..d.map().map_err(bad)?.unwrap_or_default() {
        if !is_integer(&d).map_err(bad)? {
            d.skip().map_err(bad)?;
            d.skip().map_err(bad)?;
            continue;
        }
        let number = i64::try_from(d.int().map_err(bad)?).unwrap_or(-1);
        let claim = |what| move |_| BadClaims::Claim(what);
        match u64::try_from(number).unwrap_or(u64::MAX) {
            key::ISS => claims.iss = Some(d.str().map_err(claim("iss"))?),
            key::EXP => claims.exp = Some(crate::claims::time(&mut d).map_err(claim("exp"))?),
            key::NBF => claims.nbf = Some(crate::claims::time(&mut d).map_err(claim("nbf"))?),
            key::IAT => claims.iat = Some(crate::claims::time(&mut d).map_err(claim("iat"))?),
            key::STATUS => {
                claims.status = Some(StatusRef::decode(&mut d).map_err(claim("status"))?);
            }
            // A holder's key in a foreign token promises a proof this format cannot ask for.
            key::CNF => return Err(BadClaims::Claim("cnf")),
            key::IDENTITY => {
                claims.identity = Identity::Foreign(
                    identity(&mut d).map_err(|_| BadClaims::Document(BadDocument::Structure))?,
                );
                has_169 = true;
            }
            _ => d.skip().map_err(bad)?,
        }
    }
    if !has_169 {
        return Err(BadClaims::No169);
    }
    Ok(claims)
}

fn is_integer(d: &Decoder<'_>) -> Cbor<bool> {
    use Type::*;
    Ok(matches!(
        d.datatype()?,
        U8 | U16 | U32 | U64 | I8 | I16 | I32 | I64 | Int
    ))
}

fn identity<'a>(d: &mut Decoder<'a>) -> Cbor<ForeignIdentity<'a>> {
    if matches!(d.datatype()?, Type::Bytes) {
        let wrapped = d.bytes()?;
        gate::check(wrapped, Mode::AnyKeyOrder)
            .map_err(|_| minicbor::decode::Error::message("wrapped claim 169"))?;
        return identity_map(&mut Decoder::new(wrapped));
    }
    identity_map(d)
}

fn identity_map<'a>(d: &mut Decoder<'a>) -> Cbor<ForeignIdentity<'a>> {
    let mut identity = ForeignIdentity::default();
    let entries = d.map()?;
    for _ in 0..entries.unwrap_or_default() {
        let key = i64::try_from(d.int()?).unwrap_or(-1);
        match key {
            1..=23 => {
                let value = match d.datatype()? {
                    Type::String => Some(ForeignValue::Text(d.str()?)),
                    Type::Bytes => Some(ForeignValue::Bytes(d.bytes()?)),
                    _ if is_integer(d)? => i64::try_from(d.int()?).ok().map(ForeignValue::Number),
                    _ => {
                        d.skip()?;
                        None
                    }
                };
                identity
                    .fields
                    .extend(value.map(|value| (key as u8, value)));
            }
            FACE => identity.face = face(d)?,
            _ => d.skip()?,
        }
    }
    identity.fields.sort_by_key(|(key, _)| *key);
    Ok(identity)
}

/// The first entry of `[{0: bytes, 1: format, 2: subformat}]`; other shapes are skipped.
fn face<'a>(d: &mut Decoder<'a>) -> Cbor<Option<(&'a [u8], Option<i64>)>> {
    let start = d.position();
    d.skip()?;
    let end = d.position();
    let mut d = Decoder::new(&d.input()[start..end]);
    let read = |d: &mut Decoder<'a>| -> Cbor<_> {
        if matches!(d.datatype()?, Type::Array) {
            d.array()?;
        }
        let (mut data, mut subformat) = (None, None);
        for _ in 0..d.map()?.unwrap_or_default() {
            match d.i64()? {
                0 => data = Some(d.bytes()?),
                2 => subformat = Some(d.i64()?),
                _ => d.skip()?,
            }
        }
        Ok(data.map(|data| (data, subformat)))
    };
    Ok(read(&mut d).unwrap_or_default())
}
