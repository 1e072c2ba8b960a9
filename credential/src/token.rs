//! QR text ↔ COSE token: Base45 and zlib.

use crate::base45;
use crate::inflate::{InflateError, Inflated, MAX_INFLATED, inflate};

/// Longest text: what the largest QR symbol holds in alphanumeric mode (version 40, ECC L).
pub const MAX_TEXT: usize = 4296;

/// Why a text is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAToken {
    /// Longer than any QR.
    TooLong,
    /// Not Base45; position in bytes from 0.
    Base45(usize),
    /// Not a zlib stream.
    Zlib,
    /// It would inflate to more than 64 KiB.
    TooLarge,
}

/// Undoes Base45 and zlib.
pub fn unpack(text: &str) -> Result<Inflated, NotAToken> {
    if text.len() > MAX_TEXT {
        return Err(NotAToken::TooLong);
    }
    let bytes = base45::decode(text).map_err(|e| NotAToken::Base45(e.position))?;
    inflate(&bytes, MAX_INFLATED).map_err(|e| match e {
        InflateError::NotZlib => NotAToken::Zlib,
        InflateError::TooLarge => NotAToken::TooLarge,
    })
}

#[cfg(feature = "hold")]
pub use hold::pack_compressed;
#[cfg(feature = "issue")]
pub use issue::{deflate, pack};

#[cfg(feature = "issue")]
mod issue {
    use super::*;
    use alloc::string::String;
    use alloc::vec::Vec;
    use flate2::{Compress, Compression, FlushCompress, Status};

    /// zlib level 9 in one stream.
    pub fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 1000 + 64);
        let mut z = Compress::new(Compression::best(), true);
        let status = z.compress_vec(bytes, &mut out, FlushCompress::Finish);
        assert!(
            matches!(status, Ok(Status::StreamEnd)),
            "the buffer holds even what does not compress"
        );
        out
    }

    /// The QR text of a token, in the canonical zlib form.
    pub fn pack(token: &[u8]) -> String {
        pack_compressed(token, &deflate(token))
    }
}

#[cfg(feature = "hold")]
mod literals;

#[cfg(feature = "hold")]
mod hold {
    use super::literals::literals;
    use super::*;
    use alloc::string::String;

    /// The QR text of a token that was compressed with any tool: where that stored bytes as they are, or left the
    /// canonical zlib form otherwise, it is written without matches.
    pub fn pack_compressed(token: &[u8], compressed: &[u8]) -> String {
        let inflated = inflate(compressed, MAX_INFLATED);
        if inflated.is_ok_and(|inflated| inflated.canonical && inflated.bytes == token) {
            return base45::encode(compressed);
        }
        base45::encode(&literals(token))
    }
}
