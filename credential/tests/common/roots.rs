//! Roots of several keys.

use super::{DAY, Office, key, public, sign};
use credential::cose::sign::issue::UnsignedBySeveral;
use credential::ed25519::PublicKey;
use credential::ids::KeyId;
use credential::trust_list::{RootSet, issue::Draft};
use ed25519_dalek::Signer;

/// `threshold` of the keys of these seeds.
pub fn roots(threshold: usize, seeds: &[u8]) -> RootSet {
    let key = |seed: &u8| PublicKey::from_bytes(&public(&key(*seed))).unwrap();
    RootSet::new(threshold, seeds.iter().map(key).collect()).unwrap()
}

pub fn sign_by(unsigned: UnsignedBySeveral, seeds: &[u8]) -> Vec<u8> {
    let one = |seed: &u8| {
        let key = key(*seed);
        let kid = KeyId::of(&public(&key));
        (kid, key.sign(&unsigned.to_be_signed(kid)).to_bytes())
    };
    let signatures: Vec<_> = seeds.iter().map(one).collect();
    unsigned.into_token(&signatures)
}

impl Office {
    /// Its trust list, of that root, signed by these.
    pub fn trust_token_by(&self, roots: &RootSet, seeds: &[u8]) -> Vec<u8> {
        let draft = Draft {
            version: self.version,
            issued: self.issued,
            next_update: self.issued + 30 * DAY,
            root: roots.id(),
            publishers: vec![public(&self.publisher)],
            issuers: self.issuers.clone(),
        };
        sign_by(draft.unsigned_by_several(roots), seeds)
    }

    /// A bundle with that trust list.
    pub fn bundle_with(&self, trust: &[u8]) -> Vec<u8> {
        let publisher = KeyId::of(&public(&self.publisher));
        let lists = [self.status_token()];
        let (from, until) = (self.issued, self.issued + 7 * DAY);
        let unsigned = credential::bundle::issue::unsigned(publisher, from, until, trust, &lists);
        sign(unsigned, &self.publisher)
    }
}
