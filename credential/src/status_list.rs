//! IETF Token Status List in its CWT form (draft-ietf-oauth-status-list), with 1, 2, 4 or 8 bits a status.
//!
//! Statuses are packed from the least significant bit of each byte. Our lists have 2 bits: 0 valid, 1 revoked
//! ("invalid"), 2 suspended, 3 superseded ("application specific").

use crate::cbor::Decoder;
use crate::cbor::gate::{self, Mode};
use crate::claims::{self, key};
use crate::inflate::inflate;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// `typ` of a status list token.
pub const TYP: &str = "application/statuslist+cwt";
/// Entries of each list our issuers publish.
pub const SHARD: u32 = 1 << 20;
/// Most bytes a list may inflate to: 2^23 statuses of 2 bits.
pub const MAX_LIST: usize = 2 << 20;

const TTL: u64 = 65_534;
const STATUS_LIST: u64 = 65_533;

/// What a list says of one credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 0.
    Valid,
    /// 1, for good.
    Revoked,
    /// 2, until reinstated.
    Suspended,
    /// 3, replaced by a newer document.
    Superseded,
    /// Any other number, which this format does not define.
    Unknown(u8),
}

impl Status {
    /// From its number in a list.
    pub fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Valid,
            1 => Self::Revoked,
            2 => Self::Suspended,
            3 => Self::Superseded,
            n => Self::Unknown(n),
        }
    }

    /// Its number in a list.
    pub fn number(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Revoked => 1,
            Self::Suspended => 2,
            Self::Superseded => 3,
            Self::Unknown(n) => n,
        }
    }
}

/// Why a list was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadList {
    /// Not the claims of a status list token; names the claim.
    Claim(&'static str),
    /// Statuses of other than 1, 2, 4 or 8 bits.
    Bits,
    /// The compressed list is damaged or larger than [`MAX_LIST`].
    Zlib,
}

/// The statuses themselves: dense, or only the few that are not 0.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Entries {
    Dense(Vec<u8>),
    Sparse(Vec<(u32, u8)>),
}

/// Statuses by index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    bits: u8,
    len: u32,
    entries: Entries,
}

impl StatusList {
    /// From packed bytes. `None` unless `bits` is 1, 2, 4 or 8.
    pub fn from_packed(bits: u8, packed: Vec<u8>) -> Option<Self> {
        if !matches!(bits, 1 | 2 | 4 | 8) || packed.len() > u32::MAX as usize / 8 {
            return None;
        }
        let per_byte = 8 / u32::from(bits);
        let len = packed.len() as u32 * per_byte;
        let used = packed.iter().filter(|byte| **byte != 0).count();
        let entries = if used * 32 < packed.len() {
            let mut sparse = Vec::with_capacity(used);
            for (at, byte) in packed.iter().enumerate().filter(|(_, byte)| **byte != 0) {
                for place in 0..per_byte {
                    let status = status_in(*byte, bits, place);
                    if status != 0 {
                        sparse.push((at as u32 * per_byte + place, status));
                    }
                }
            }
            Entries::Sparse(sparse)
        } else {
            Entries::Dense(packed)
        };
        Some(Self { bits, len, entries })
    }

    /// From the map `{"bits": uint, "lst": zlib bytes}`, already past the gate.
    pub fn decode(cbor: &[u8]) -> Result<Self, BadList> {
        let claim = |_| BadList::Claim("status_list");
        let mut d = Decoder::new(cbor);
        let (mut bits, mut list) = (None, None);
        for _ in 0..d.map().map_err(claim)?.unwrap_or_default() {
            match d.str().map_err(claim)? {
                "bits" => bits = Some(d.u8().map_err(|_| BadList::Bits)?),
                "lst" => list = Some(d.bytes().map_err(claim)?),
                // `aggregation_uri` names a place on the network, which a verifier never follows.
                _ => d.skip().map_err(claim)?,
            }
        }
        let list = list.ok_or(BadList::Claim("status_list"))?;
        let packed = inflate(list, MAX_LIST).map_err(|_| BadList::Zlib)?;
        Self::from_packed(bits.ok_or(BadList::Bits)?, packed.bytes).ok_or(BadList::Bits)
    }

    /// Bits per status.
    pub fn bits(&self) -> u8 {
        self.bits
    }

    /// How many statuses the list has.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The status at an index; `None` outside the list, never a valid one.
    pub fn get(&self, index: u32) -> Option<Status> {
        if index >= self.len {
            return None;
        }
        let number = match &self.entries {
            Entries::Dense(packed) => {
                let per_byte = 8 / u32::from(self.bits);
                status_in(
                    packed[(index / per_byte) as usize],
                    self.bits,
                    index % per_byte,
                )
            }
            Entries::Sparse(entries) => entries
                .binary_search_by_key(&index, |(at, _)| *at)
                .map_or(0, |place| entries[place].1),
        };
        Some(Status::from_number(number))
    }

    /// Every index whose status is not 0, rising.
    pub fn not_zero(&self) -> impl Iterator<Item = (u32, Status)> + '_ {
        let (dense, sparse): (&[u8], &[(u32, u8)]) = match &self.entries {
            Entries::Dense(packed) => (packed, &[]),
            Entries::Sparse(entries) => (&[], entries),
        };
        let per_byte = 8 / u32::from(self.bits);
        let used = (0u32..).zip(dense).filter(|(_, byte)| **byte != 0);
        let places = used.flat_map(move |(at, byte)| {
            (0..per_byte)
                .map(move |place| (at * per_byte + place, status_in(*byte, self.bits, place)))
        });
        let dense = places.filter(|(_, number)| *number != 0);
        let all = dense.chain(sparse.iter().copied());
        all.map(|(index, number)| (index, Status::from_number(number)))
    }

    /// Every index that is revoked, rising.
    pub fn revoked(&self) -> Vec<u32> {
        let is_revoked = |status| status == Status::Revoked.number();
        let mut revoked = Vec::new();
        match &self.entries {
            Entries::Sparse(entries) => {
                let listed = entries.iter().filter(|(_, status)| is_revoked(*status));
                revoked.extend(listed.map(|(index, _)| *index));
            }
            Entries::Dense(packed) => {
                let per_byte = 8 / u32::from(self.bits);
                for (at, byte) in (0..).zip(packed) {
                    for place in (0..per_byte).filter(|_| *byte != 0) {
                        if is_revoked(status_in(*byte, self.bits, place)) {
                            revoked.push(at * per_byte + place);
                        }
                    }
                }
            }
        }
        revoked
    }
}

fn status_in(byte: u8, bits: u8, place: u32) -> u8 {
    (byte >> (place * u32::from(bits))) & (((1u16 << bits) - 1) as u8)
}

/// The payload of a status list token. Its signature is checked by whoever holds the trust list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusListClaims {
    /// Name of the list, as credentials refer to it.
    pub sub: String,
    /// Issued at, epoch seconds.
    pub iat: i64,
    /// Not to be relied on after, epoch seconds.
    pub exp: Option<i64>,
    /// How long it may be cached, seconds.
    pub ttl: Option<u64>,
    /// The statuses.
    pub list: StatusList,
}

impl StatusListClaims {
    /// Reads a status list token's payload.
    pub fn decode(payload: &[u8]) -> Result<Self, BadList> {
        gate::check(payload, Mode::AnyKeyOrder).map_err(|_| BadList::Claim("payload"))?;
        let claim = |what| move |_| BadList::Claim(what);
        let mut d = Decoder::new(payload);
        let (mut sub, mut iat, mut exp, mut ttl, mut list) = (None, None, None, None, None);
        for _ in 0..d.map().map_err(claim("payload"))?.unwrap_or_default() {
            match d.u64().map_err(claim("payload"))? {
                key::SUB => {
                    sub = Some(claims::text(&mut d, claims::URI_MAX).map_err(claim("sub"))?);
                }
                key::IAT => iat = Some(claims::time(&mut d).map_err(claim("iat"))?),
                key::EXP => exp = Some(claims::time(&mut d).map_err(claim("exp"))?),
                TTL => ttl = Some(d.u64().map_err(claim("ttl"))?),
                STATUS_LIST => {
                    let start = d.position();
                    d.skip().map_err(claim("status_list"))?;
                    list = Some(StatusList::decode(&payload[start..d.position()])?);
                }
                _ => d.skip().map_err(claim("payload"))?,
            }
        }
        Ok(Self {
            sub: sub.ok_or(BadList::Claim("sub"))?.to_string(),
            iat: iat.ok_or(BadList::Claim("iat"))?,
            exp,
            ttl,
            list: list.ok_or(BadList::Claim("status_list"))?,
        })
    }
}

#[cfg(feature = "issue")]
pub mod issue;
#[cfg(feature = "issue")]
mod sparse;
