//! The parts, each with what must hold whatever comes in.

use crate::common::{ISS, NOW, Office, URI, key, public, sign};
use credential::bundle::{self, Bundle};
use credential::cbor::gate::{self, Mode};
use credential::cose::Sign1;
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::inflate::inflate;
use credential::national::{self, Builder, Delta, National};
use credential::publication::Unproven;
use credential::request::Request;
use credential::status_list::{self, StatusList, StatusListClaims};
use credential::status_source::StatusLists;
use credential::trust_list::{self, TrustList};
use credential::{Challenge, Policy, Reason, base45, token, verify, verify_for};
use ikd_verifier::reader::Effort;
use sha2::{Digest, Sha256};

/// What the targets need and no input changes.
pub struct World {
    office: Office,
    trust: TrustList,
    lists: StatusLists,
}

impl World {
    pub fn new() -> Self {
        let office = Office::default();
        let (trust, lists) = (office.trust(), office.status_lists());
        Self {
            office,
            trust,
            lists,
        }
    }

    fn reason(&self, text: &str) -> Reason {
        verify(text, &self.trust, &self.lists, NOW, &Policy::default()).reason()
    }
}

/// One part.
pub type Target = fn(&World, &[u8]);

const TARGETS: &[(&str, Target)] = &[
    ("text", text),
    ("token", of_token),
    ("claims", claims),
    ("gate", of_gate),
    ("inflate", of_inflate),
    ("status", status),
    ("bundle", of_bundle),
    ("trust", trust),
    ("national", of_national),
    ("delta", delta),
    ("presentation", presentation),
    ("head", head),
    ("root", root),
    ("picture", picture),
];

pub fn by_name(name: &str) -> Option<Target> {
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    found.map(|(_, target)| *target)
}

pub fn names() -> String {
    let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    names.join(" ")
}

/// A QR text as it was read. Nobody here has a key, so nothing but what the corpus holds is valid.
fn text(world: &World, data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let first = world.reason(text);
    assert_eq!(first, world.reason(text), "the same text, another verdict");
    if let Ok(bytes) = base45::decode(text) {
        assert_eq!(base45::encode(&bytes), text, "two texts of the same bytes");
    }
    let _ = Request::parse(text);
}

/// The bytes inside a text.
fn of_token(world: &World, data: &[u8]) {
    let reason = world.reason(&token::pack(data));
    if let Ok(envelope) = Sign1::parse_canonical(data) {
        assert!(
            reason != Reason::NotCose || envelope.typ.is_some(),
            "{reason:?}"
        );
        let again = gate::check(&data[1..], Mode::Deterministic);
        assert!(again.is_ok(), "taken, and not canonical");
        let _ = envelope.key_id();
    }
}

/// Claims that a real office signed, however odd.
fn claims(world: &World, data: &[u8]) {
    let signer = &world.office.signer;
    let kid = KeyId::of(&public(signer));
    let token = sign(Unsigned::new(kid, None, data.to_vec()), signer);
    let reason = world.reason(&token::pack(&token));
    if reason == Reason::Valid {
        assert!(gate::check(data, Mode::Deterministic).is_ok());
    }
}

fn of_gate(_: &World, data: &[u8]) {
    let strict = gate::check(data, Mode::Deterministic).is_ok();
    let loose = gate::check(data, Mode::AnyKeyOrder).is_ok();
    assert!(
        loose || !strict,
        "the strict gate takes more than the other"
    );
}

fn of_inflate(_: &World, data: &[u8]) {
    if let Ok(inflated) = inflate(data, 64 << 10) {
        assert!(inflated.bytes.len() <= 64 << 10);
    }
}

/// A status list as the office would sign it.
fn status(world: &World, data: &[u8]) {
    if let Ok(list) = StatusList::decode(data) {
        let mut last = None;
        for (index, status) in list.not_zero().take(64) {
            assert!(Some(index) > last && index < list.len());
            assert_eq!(list.get(index), Some(status));
            last = Some(index);
        }
        assert_eq!(list.get(list.len()), None, "an index outside is answered");
    }
    let _ = StatusListClaims::decode(data);
    let signer = &world.office.signer;
    let typ = Some(status_list::TYP);
    let kid = KeyId::of(&public(signer));
    let token = sign(Unsigned::new(kid, typ, data.to_vec()), signer);
    let _ = StatusLists::default().add(&token, &world.trust);
}

fn of_bundle(world: &World, data: &[u8]) {
    let root = public(&world.office.root);
    let _ = Bundle::verify(data, &root);
    let publisher = &world.office.publisher;
    let kid = KeyId::of(&public(publisher));
    let signed = sign(
        Unsigned::new(kid, Some(bundle::TYP), data.to_vec()),
        publisher,
    );
    let _ = Bundle::verify(&signed, &root);
}

fn trust(world: &World, data: &[u8]) {
    let root = &world.office.root;
    let _ = TrustList::verify(data, &public(root));
    let kid = KeyId::of(&public(root));
    let signed = sign(
        Unsigned::new(kid, Some(trust_list::TYP), data.to_vec()),
        root,
    );
    if let Ok(list) = TrustList::verify(&signed, &public(root)) {
        assert_eq!(list.root, public(root));
        for issuer in list.issuers() {
            assert!(list.issuer(issuer.key_id()).is_some());
        }
    }
}

/// A file as a publisher would sign it: what comes in is the length of the head's payload, that payload, whose first hash
/// becomes the body's, and the body.
fn by_the_publisher(world: &World, typ: &str, data: &[u8]) -> Option<Vec<u8>> {
    let ([high, low], rest) = data.split_first_chunk::<2>()?;
    let (payload, body) = rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))?;
    let mut payload = payload.to_vec();
    if let Some(at) = payload.windows(2).position(|two| two == [0x58, 0x20])
        && let Some(hash) = payload.get_mut(at + 2..at + 34)
    {
        hash.copy_from_slice(&Sha256::digest(body));
    }
    let kid = KeyId::of(&public(&world.office.publisher));
    let head = sign(
        Unsigned::new(kid, Some(typ), payload),
        &world.office.publisher,
    );
    Some(national::issue::file(&head, body))
}

fn of_national(world: &World, data: &[u8]) {
    let _ = National::open(data, &world.trust);
    let Some(file) = by_the_publisher(world, national::TYP, data) else {
        return;
    };
    let Ok(file) = National::open(file, &world.trust) else {
        return;
    };
    assert_eq!(file.get(ISS, URI, u32::MAX), None);
    let mut again = Builder::new();
    for shard in file.shards() {
        let outside = shard.get(shard.indexes());
        assert_eq!(outside, None, "an index outside is answered");
        let made = again.shard(shard.iss(), shard.uri(), shard.indexes(), shard.non_valid());
        assert!(made.is_ok(), "taken, and nobody could have made it");
    }
    let again = again.finish();
    assert!(
        file.file().ends_with(again.bytes()),
        "taken, and not canonical"
    );
}

fn delta(world: &World, data: &[u8]) {
    let _ = Delta::open(data, &world.trust);
    if let Some(file) = by_the_publisher(world, national::DELTA_TYP, data)
        && let Ok(delta) = Delta::open(file, &world.trust)
    {
        assert!(delta.changes() <= delta.next().coverage.indexes());
    }
}

/// What a phone shows, to a desk that asked for it.
fn presentation(world: &World, data: &[u8]) {
    let text = token::pack(data);
    let challenge = Challenge {
        nonce: Some(&[7; 16]),
        audience: Some("BANK UJI"),
    };
    let policy = Policy::default();
    let asked = verify_for(&text, &world.trust, &world.lists, NOW, &policy, &challenge);
    let reason = asked.reason();
    assert!(reason != Reason::Valid, "an answer that nobody signed");
}

fn head(world: &World, data: &[u8]) {
    if let Ok(claimed) = Unproven::read(data) {
        let _ = claimed.proven_by(&world.trust);
    }
}

fn root(_: &World, data: &[u8]) {
    if let Some(key) = ikd_verifier::root_key::parse(data) {
        assert_eq!(key.len(), 32);
        let _ = ikd_verifier::root_key::fingerprint(&key);
    }
    let _ = key(1);
}

fn picture(_: &World, data: &[u8]) {
    if let Ok(picture) = ikd_verifier::pictures::decode(data) {
        let _ = ikd_verifier::reader::read(&picture.gray(), &Effort::STILL);
    }
}
