//! A line of the audit trail as an entry of the log: deterministic CBOR of its columns, in place of the salt its hash.
//!
//! ```cddl
//! entry = [1, id: bstr .size 16, at: int, actor: tstr, action: tstr, office: bstr / null, document: bstr / null,
//!          salt_hash: bstr .size 32 / null, content_hash: bstr .size 32 / null, detail: tstr / null,
//!          about: tstr / null]
//! ```
//!
//! No personal data stands in it: a content is a hash with a salt that is not in it, and without the salt the hash tells
//! nothing. So a person is erased by forgetting the salt, of which the hash is kept, and the leaf stays. What a leaf is
//! of cannot be guessed from its hash either, because the id has 74 random bits.

use crate::domain::tlog::{Hash, leaf};
use crate::store::audit_log::Line;
use credential::cbor::write::Writer;
use sha2::{Digest, Sha256};

/// The entry of a line.
pub fn entry(line: &Line) -> Vec<u8> {
    let mut cbor = Writer::new();
    cbor.array(11).u64(1).bytes(&line.id).i64(line.at);
    cbor.str(&line.actor).str(&line.action);
    let salt = line.salt.as_ref().map(|salt| salt_hash(salt));
    for bytes in [&line.office, &line.document, &salt, &line.content_hash] {
        match bytes {
            Some(bytes) => cbor.bytes(bytes),
            None => cbor.null(),
        };
    }
    for text in [&line.detail, &line.about] {
        match text {
            Some(text) => cbor.str(text),
            None => cbor.null(),
        };
    }
    cbor.into_bytes()
}

/// Bytes of a salt that was forgotten: its hash is kept in its place.
pub const FORGOTTEN: usize = 32;

/// Whether a salt and a hash are those of that content. Never so where the salt was forgotten.
pub fn is_of(salt: &[u8], hash: &[u8], content: &[u8]) -> bool {
    let found = Sha256::new().chain_update(salt).chain_update(content);
    salt.len() != FORGOTTEN && found.finalize()[..] == *hash
}

/// What is left of a salt that is forgotten.
pub fn forgotten(salt: &[u8]) -> Vec<u8> {
    salt_hash(salt)
}

/// What the entry says of a salt: SHA-256 of it, which is all that is left of one that was forgotten.
fn salt_hash(salt: &[u8]) -> Vec<u8> {
    match salt.len() {
        FORGOTTEN => salt.to_vec(),
        _ => Sha256::digest(salt).to_vec(),
    }
}

/// The leaf of a line.
pub fn leaf_of(line: &Line) -> Hash {
    leaf(&entry(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Line {
        Line {
            id: vec![7; 16],
            at: 1_795_749_000,
            actor: "local".into(),
            action: "key.add".into(),
            office: None,
            document: None,
            salt: Some(vec![5; 16]),
            content_hash: Some(vec![9; 32]),
            detail: None,
            about: Some("keys:ab".into()),
        }
    }

    #[test]
    fn an_entry_is_its_lines_columns() {
        let hex = data_encoding::HEXLOWER.encode(&entry(&line()));
        let salt = data_encoding::HEXLOWER.encode(&Sha256::digest([5; 16]));
        let expected = format!(
            "8b0150{}1a6b08f488656c6f63616c676b65792e616464f6f65820{salt}5820{}f6676b6579733a6162",
            "07".repeat(16),
            "09".repeat(32)
        );
        assert_eq!(hex, expected);
    }

    #[test]
    fn a_salt_is_forgotten_without_a_change_of_the_leaf() {
        let (whole, mut erased) = (line(), line());
        erased.salt = Some(Sha256::digest([5; 16]).to_vec());
        assert_eq!(leaf_of(&whole), leaf_of(&erased));
        erased.salt = None;
        assert_ne!(leaf_of(&whole), leaf_of(&erased));
    }
}
