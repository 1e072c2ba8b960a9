//! `docs/FORMAT.md` and `docs/vectors/` are true: every vector decodes, encodes and is judged as stated, and every
//! table of the document is the one in the code.
//!
//! `UPDATE_VECTORS=1 cargo test -p ikd-credential --features issue --test vectors` writes the vector files anew, and
//! the parts of FORMAT.md that are made from the table of kinds.

#[path = "vectors/cases.rs"]
mod cases;
#[path = "vectors/deflate.rs"]
mod deflate;
#[path = "vectors/document.rs"]
mod document;
#[path = "vectors/foreign.rs"]
mod foreign;
#[path = "vectors/generate.rs"]
mod generate;
#[path = "vectors/item.rs"]
mod item;
#[path = "vectors/kind_sections.rs"]
mod kind_sections;
#[path = "vectors/long.rs"]
mod long;
#[path = "vectors/national.rs"]
mod national;
#[path = "vectors/negative.rs"]
mod negative;
#[path = "vectors/page.rs"]
mod page;
#[path = "common/phone.rs"]
mod phone;
#[path = "vectors/presentation.rs"]
mod presentation;
#[path = "vectors/published.rs"]
mod published;
#[path = "vectors/quorum.rs"]
mod quorum;
#[path = "vectors/refused_claims.rs"]
mod refused_claims;
#[path = "vectors/refused_envelopes.rs"]
mod refused_envelopes;
#[path = "vectors/refused_presentations.rs"]
mod refused_presentations;
#[path = "vectors/refused_texts.rs"]
mod refused_texts;
#[path = "vectors/refused_uses.rs"]
mod refused_uses;
#[path = "vectors/scene.rs"]
mod scene;
#[path = "vectors/second_reader.rs"]
mod second_reader;
#[path = "vectors/stated.rs"]
mod stated;
#[path = "vectors/statements.rs"]
mod statements;
#[path = "vectors/walk.rs"]
mod walk;

use credential::bundle::{self, Bundle};
use credential::cose::{Sign1, issue::Unsigned};
use credential::ids::KeyId;
use credential::reason::Reason;
use credential::status_list::{self, Status, StatusList, StatusListClaims, issue::ListBuilder};
use credential::status_source::StatusLists;
use credential::trust_list::{self, TrustList, issue::Draft};
use credential::{Challenge, Policy, Verdict, base45, token, verify, verify_for};
use ed25519_dalek::{Signer, SigningKey};
use page::{Page, Vector, hex, unhex, unquote};
use std::path::PathBuf;
use std::sync::Once;

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

fn path(file: &str) -> PathBuf {
    docs().join("vectors").join(file)
}

/// Writes the files anew where the environment asks for it, once and before anything reads them.
fn update() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        if std::env::var_os("UPDATE_VECTORS").is_some() {
            for (file, text) in generate::files() {
                std::fs::write(path(&file), &text).unwrap();
            }
            let format = docs().join("FORMAT.md");
            let text = std::fs::read_to_string(&format).unwrap();
            std::fs::write(format, kind_sections::put_into(&text)).unwrap();
        }
    });
}

fn load(file: &str) -> Vector {
    update();
    let text = std::fs::read_to_string(path(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    Vector::parse(&text)
}

#[test]
fn files_are_what_the_generator_writes() {
    update();
    for (file, text) in generate::files() {
        let on_disk = std::fs::read_to_string(path(&file)).unwrap_or_default();
        let mut lines = on_disk.lines().zip(text.lines()).enumerate();
        if let Some((n, (found, made))) = lines.find(|(_, (a, b))| a != b) {
            panic!(
                "{file}, line {}: found {found:?}, the code makes {made:?}",
                n + 1
            );
        }
        assert_eq!(on_disk.len(), text.len(), "{file}");
    }
}

/// The key that a vector names, from keys.txt.
fn signer(name: &str) -> SigningKey {
    let keys = load("keys.txt");
    let place = keys.all("key").position(|n| n == name).expect(name);
    let seed = unhex(keys.all("seed").nth(place).unwrap());
    SigningKey::from_bytes(&seed.try_into().unwrap())
}

fn public(name: &str) -> [u8; 32] {
    signer(name).verifying_key().to_bytes()
}

fn sign(unsigned: Unsigned, key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(&unsigned.to_be_signed()).to_bytes();
    unsigned.into_token(&signature)
}

fn trust_of(vector: &Vector) -> TrustList {
    let list = load(vector.get("trust"));
    TrustList::verify(list.bytes("token"), &public("root")).unwrap()
}

fn lists_of(vector: &Vector, trust: &TrustList) -> StatusLists {
    let mut lists = StatusLists::default();
    for file in vector.all("list") {
        lists.add(load(file).bytes("token"), trust).unwrap();
    }
    lists
}

#[test]
fn keys() {
    let keys = load("keys.txt");
    let rows = keys
        .all("seed")
        .zip(keys.all("public"))
        .zip(keys.all("kid"));
    for ((seed, public), kid) in rows {
        let key = SigningKey::from_bytes(&unhex(seed).try_into().unwrap());
        let bytes = key.verifying_key().to_bytes();
        assert_eq!(
            (hex(&bytes), KeyId::of(&bytes).to_string()),
            (public.into(), kid.into())
        );
    }
    assert_eq!(keys.all("key").count(), scene::KEYS.len());
}

/// Claims in words → payload → envelope → text → verdict, each step against the file.
fn credential(file: &str) {
    let vector = load(file);
    let key = signer(vector.get("signer"));
    let claims = stated::claims(&vector);
    let payload = claims.encode().unwrap();
    assert_eq!(
        hex(&payload),
        hex(vector.bytes("payload")),
        "{file}: payload"
    );
    let kid = KeyId::of(key.verifying_key().as_bytes());
    let unsigned = Unsigned::new(kid, None, payload);
    assert_eq!(
        unsigned.to_be_signed(),
        vector.bytes("sig-structure"),
        "{file}"
    );
    let made = sign(unsigned, &key);
    assert_eq!(hex(&made), hex(vector.bytes("token")), "{file}: token");
    assert!(made.ends_with(vector.bytes("signature")), "{file}");
    let text = unquote(vector.get("text"));
    assert_eq!(base45::encode(vector.bytes("zlib")), text, "{file}");
    assert_eq!(token::pack(&made), text, "{file}: text");
    let unpacked = token::unpack(text).unwrap();
    assert!(unpacked.canonical && unpacked.bytes == made, "{file}");
    let shown = judged(&vector, text, file);
    assert_eq!(shown.credential().unwrap().claims(), claims, "{file}");
}

/// Checks every verdict of a vector and returns the first.
fn judged(vector: &Vector, text: &str, file: &str) -> Verdict {
    judged_by(vector, text, &Challenge::default(), file)
}

/// The same by a verifier that asked.
fn judged_by(vector: &Vector, text: &str, challenge: &Challenge<'_>, file: &str) -> Verdict {
    let trust = trust_of(vector);
    let lists = lists_of(vector, &trust);
    let verdicts = vector.all("verdict").map(|line| {
        let (at, reason) = line.split_once(' ').unwrap();
        let now = at.parse().unwrap();
        let verdict = verify_for(text, &trust, &lists, now, &Policy::default(), challenge);
        assert_eq!(verdict.reason().code(), reason, "{file} at {at}");
        verdict
    });
    verdicts.collect::<Vec<_>>().swap_remove(0)
}

#[test]
fn credentials() {
    for file in [
        "ktp.txt",
        "ktp-face.txt",
        "ktp-foreigner.txt",
        "kk.txt",
        "kk-core.txt",
    ] {
        credential(file);
    }
    for kind in statements::kinds() {
        credential(&statements::file(kind));
    }
}

#[test]
fn a_foreign_token() {
    let vector = load("foreign.txt");
    let text = unquote(vector.get("text"));
    assert_eq!(base45::encode(vector.bytes("zlib")), text);
    let unpacked = token::unpack(text).unwrap();
    assert!(!unpacked.canonical && unpacked.bytes == vector.bytes("token"));
    judged(&vector, text, "foreign.txt");
}

#[test]
fn trust_lists() {
    for file in [
        "trust-list.txt",
        "trust-list-kinds.txt",
        "root-rotation.txt",
    ] {
        let vector = load(file);
        let bytes = vector.bytes("token");
        let list = TrustList::verify(bytes, &public(vector.get("signer"))).unwrap();
        let mut page = Page(String::new());
        stated::trust(&mut page, &list);
        let stated = Vector::parse(&page.0);
        for (name, value) in &stated.items {
            assert!(
                vector.all(name).any(|v| v == value),
                "{file}: {name}: {value}"
            );
        }
        assert_eq!(stated.all("issuer").count(), vector.all("issuer").count());

        // The list that was read, written again.
        let draft = Draft {
            version: list.version,
            issued: list.issued,
            next_update: list.next_update,
            root: list.root,
            publishers: list.publishers.iter().map(|key| *key.as_bytes()).collect(),
            issuers: list.issuers().map(|issuer| (**issuer).clone()).collect(),
        };
        let made = if list.root == public("root") {
            sign(draft.unsigned(), &signer("root"))
        } else {
            let inner = sign(draft.unsigned(), &signer("new-root"));
            let outer = trust_list::issue::rotation(&public("root"), &list.root, &inner);
            sign(outer, &signer("root"))
        };
        assert_eq!(hex(&made), hex(bytes), "{file}");
    }
    let rotation = load("root-rotation.txt");
    let key = |hex: &str| -> [u8; 32] { unhex(hex).try_into().unwrap() };
    for root in rotation.all("accepted-from") {
        let list = TrustList::verify(rotation.bytes("token"), &key(root)).unwrap();
        assert_eq!(list.root, public("new-root"));
    }
    for root in rotation.all("refused-from") {
        assert!(TrustList::verify(rotation.bytes("token"), &key(root)).is_err());
    }
}

#[test]
fn status_lists() {
    for file in [
        "status-shard.txt",
        "status-small.txt",
        "status-four-bits.txt",
    ] {
        let vector = load(file);
        let (bits, entries) = (vector.number("bits") as u8, vector.number("entries") as u32);
        let mut builder = ListBuilder::new(bits, entries).unwrap();
        let sign1 = Sign1::parse_canonical(vector.bytes("token")).unwrap();
        let read = StatusListClaims::decode(sign1.payload).unwrap();
        assert_eq!(
            (read.list.bits(), read.list.len()),
            (bits, entries),
            "{file}"
        );
        let mut zero = entries;
        for line in vector.all("status") {
            let (index, number) = line.split_once(' ').unwrap();
            let status = Status::from_number(number.parse().unwrap());
            let index = index.parse().unwrap();
            assert!(builder.set(index, status));
            assert_eq!(read.list.get(index), Some(status), "{file}: {index}");
            zero -= 1;
        }
        let found = (0..entries).filter(|i| read.list.get(*i) == Some(Status::Valid));
        assert_eq!(found.count(), zero as usize, "{file}");
        if let Some(packed) = vector.block("packed") {
            assert_eq!(
                StatusList::from_packed(bits, packed.into()),
                Some(read.list.clone())
            );
        }
        let (iat, exp) = (vector.number("iat"), vector.number("exp"));
        let ttl = vector.number("ttl") as u64;
        let payload = builder.payload(vector.get("sub"), iat, exp, ttl);
        let key = signer(vector.get("signer"));
        let kid = KeyId::of(key.verifying_key().as_bytes());
        let made = sign(Unsigned::new(kid, Some(status_list::TYP), payload), &key);
        assert_eq!(hex(&made), hex(vector.bytes("token")), "{file}");
    }
}

#[test]
fn bundles() {
    let vector = load("bundle.txt");
    let bytes = vector.bytes("token");
    let root = unhex(vector.get("root")).try_into().unwrap();
    let read = Bundle::verify(bytes, &root).unwrap();
    assert_eq!(
        (read.issued, read.expires, read.trust.version as i64),
        (
            vector.number("issued"),
            vector.number("expires"),
            vector.number("trust-version")
        )
    );
    let lists: Vec<_> = vector
        .all("list")
        .map(|f| load(f).bytes("token").to_vec())
        .collect();
    assert_eq!(read.statuses.len(), lists.len());
    let key = signer(vector.get("signer"));
    let kid = KeyId::of(key.verifying_key().as_bytes());
    let trust = load("trust-list.txt");
    let unsigned =
        bundle::issue::unsigned(kid, read.issued, read.expires, trust.bytes("token"), &lists);
    assert_eq!(hex(&sign(unsigned, &key)), hex(bytes));
    // What the bundle holds decides like the files it was made of.
    let ktp = load("ktp.txt");
    let text = unquote(ktp.get("text"));
    let at = |now| verify(text, &read.trust, &read.statuses, now, &Policy::default()).reason();
    assert_eq!(at(read.expires), Reason::Valid);
    assert_eq!(at(read.expires + 1), Reason::StatusListStale);
}
