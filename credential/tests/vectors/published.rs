//! The head of a published tree, and the files that it names.

use super::page::{hex, unhex};
use super::{load, sign, signer};
use credential::bundle::Bundle;
use credential::ids::KeyId;
use credential::publication::{self, Unproven};
use sha2::{Digest, Sha256};

#[test]
fn published_trees() {
    let vector = load("publication.txt");
    let bytes = vector.bytes("token");
    let bundle = load("bundle.txt");
    let root = unhex(bundle.get("root")).try_into().unwrap();
    let bundle = Bundle::verify(bundle.bytes("token"), &root).unwrap();
    let head = Unproven::read(bytes).unwrap();
    let head = head.proven_by(&bundle.trust).unwrap();
    assert_eq!(
        (head.version as i64, head.issued, head.expires),
        (
            vector.number("version"),
            vector.number("issued"),
            vector.number("expires")
        )
    );
    assert_eq!(head.files.len(), vector.all("file").count());
    for stated in vector.all("file") {
        let (file, name) = stated.split_once(' ').unwrap();
        let content = load(file);
        let content = content.bytes("token");
        let named = head.file(name).expect(name);
        assert_eq!(named.size, content.len() as u64, "{name}");
        assert_eq!(named.sha256[..], Sha256::digest(content)[..], "{name}");
    }
    let key = signer(vector.get("signer"));
    let kid = KeyId::of(key.verifying_key().as_bytes());
    let made = sign(publication::issue::unsigned(kid, &head), &key);
    assert_eq!(hex(&made), hex(bytes));
}
