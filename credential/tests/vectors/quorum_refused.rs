//! Lists and rotations of several signers that are refused, each with why.

use super::super::scene::*;
use super::first;
use super::forge::*;
use credential::cbor::write::Writer;
use credential::cose::issue::Unsigned;
use credential::trust_list::{ROTATION_TYP, TYP, TrustList};
use ed25519_dalek::{Signer, SigningKey};

/// A list or rotation that is not accepted.
pub struct Refused {
    pub name: &'static str,
    pub why: &'static str,
    pub pin: [u8; 32],
    pub token: Vec<u8>,
}

pub fn refused() -> Vec<Refused> {
    let (set, id) = (first().encode(), first().id());
    let good = || Parts::new(TYP, payload(&id, Some(&set)));
    assert!(TrustList::verify(&good().by_all(&["root-a", "root-c"]).encode(), &id).is_ok());
    let mut cases = vec![];
    let mut case = |name, why, pin: &[u8; 32], token: Vec<u8>| {
        let pin = *pin;
        cases.push(Refused {
            name,
            why,
            pin,
            token,
        });
    };

    // Who signs.
    case("no-signature", "nobody signed", &id, good().encode());
    case(
        "one-of-two",
        "two of three must sign",
        &id,
        good().by("root-b").encode(),
    );
    let stranger = good().by_all(&["root-a", "root-b", "root-d"]);
    case(
        "stranger-beside",
        "enough sign, and somebody else does",
        &id,
        stranger.encode(),
    );
    let strangers = good().by_all(&["root-d", "root-e"]);
    case(
        "strangers",
        "two keys sign, neither of the set",
        &id,
        strangers.encode(),
    );
    let twice = good().by("root-a").by("root-a");
    case(
        "one-signer-twice",
        "the same signature counted twice",
        &id,
        twice.encode(),
    );
    let mut names = ["root-a", "root-c"];
    names.sort_by_key(|name| std::cmp::Reverse(kid(name)));
    let order = good().by(names[0]).by(names[1]);
    case(
        "signers-out-of-order",
        "kids must ascend",
        &id,
        order.encode(),
    );
    let mut wrong = good().by_all(&["root-a", "root-b", "root-c"]);
    wrong.signers[1][2][0] ^= 1;
    case(
        "one-signature-wrong",
        "two good ones do not make up for it",
        &id,
        wrong.encode(),
    );
    let mut lent = ["root-a", "root-b"];
    lent.sort_by_key(|name| kid(name));
    let lent = good()
        .by(lent[0])
        .by_header(lent[0], header(&kid(lent[1]).0));
    case(
        "one-key-under-two-names",
        "signed by one key, once as another",
        &id,
        lent.encode(),
    );
    let mut parts = good().by_all(&["root-a", "root-c"]);
    for (name, [header, _, signature]) in ["root-a", "root-c"].iter().zip(&mut parts.signers) {
        let lone = cbor(|w| {
            w.array(4)
                .str("Signature1")
                .bytes(header)
                .bytes(&[])
                .bytes(&payload(&id, Some(&set)));
        });
        *signature = key(name).sign(&lone).to_bytes().into();
    }
    case(
        "signed-as-sign1",
        "each signed the structure of a COSE_Sign1",
        &id,
        parts.encode(),
    );

    // The root and its set.
    let lower = set_of(
        1,
        &first()
            .keys()
            .iter()
            .map(|key| *key.as_bytes())
            .collect::<Vec<_>>(),
    );
    let (token, other) = with_set(&lower);
    case(
        "lower-threshold",
        "the set of the pinned root, but one may sign alone",
        &id,
        token,
    );
    let claims_it = Parts::new(TYP, payload(&id, Some(&lower)));
    let claims_it = claims_it.by_all(&["root-a", "root-c"]).encode();
    case(
        "set-of-another-id",
        "the set is not the one that the root names",
        &id,
        claims_it.clone(),
    );
    case(
        "root-of-another-set",
        "pinned is the set, the root claim is another",
        &other,
        claims_it,
    );
    let absent = Parts::new(TYP, payload(&id, None)).by_all(&["root-a", "root-c"]);
    case(
        "no-set",
        "several signed and no set is named",
        &id,
        absent.encode(),
    );
    let [a, b, c] = ["root-a", "root-b", "root-c"].map(public);
    let mut sorted = [a, b, c];
    sorted.sort();
    let reversed = [sorted[2], sorted[1], sorted[0]];
    for (name, why, set) in [
        ("threshold-0", "nobody must sign", set_of(0, &sorted)),
        (
            "threshold-4-of-3",
            "more than there are",
            set_of(4, &sorted),
        ),
        ("threshold-258", "2 in one byte", set_of(258, &sorted)),
        (
            "keys-out-of-order",
            "keys must ascend",
            set_of(2, &reversed),
        ),
        (
            "key-twice",
            "the same key twice in the set",
            set_of(2, &[sorted[0], sorted[0], sorted[1]]),
        ),
        (
            "set-of-one",
            "a lone key signs a COSE_Sign1",
            set_of(1, &[a]),
        ),
        ("set-of-none", "no key", set_of(0, &[])),
        (
            "weak-key",
            "a key of small order",
            set_of(2, &[[0; 32], sorted[0], sorted[1], sorted[2]]),
        ),
        ("three-in-a-set", "one thing too many", {
            let mut set = set_of(2, &sorted);
            set[0] = 0x83;
            set.push(0);
            set
        }),
    ] {
        let (token, id) = with_set(&set);
        case(name, why, &id, token);
    }
    let seventeen = (100..117u8).map(|seed| SigningKey::from_bytes(&[seed; 32]));
    let mut many: Vec<_> = seventeen
        .map(|key| key.verifying_key().to_bytes())
        .collect();
    many.sort();
    let (token, too_many) = with_set(&set_of(2, &many));
    case("seventeen-keys", "at most sixteen", &too_many, token);

    // One where several must, several where one must.
    let lone = Unsigned::new(kid("root-a"), Some(TYP), payload(&id, Some(&set)));
    case(
        "one-alone",
        "a key of the set signs a COSE_Sign1",
        &id,
        sign(lone, "root-a"),
    );
    let set_in_lone = Unsigned::new(kid("root"), Some(TYP), payload(&public("root"), Some(&set)));
    case(
        "set-of-a-lone-root",
        "a lone key's list names a set",
        &public("root"),
        sign(set_in_lone, "root"),
    );
    let several = good().by_all(&["root-a", "root-c"]).encode();
    case(
        "pinned-key",
        "several sign, a key of theirs is pinned",
        &public("root-a"),
        several.clone(),
    );

    // The form.
    let signed = |change: &dyn Fn(&mut Parts)| {
        let mut parts = good();
        change(&mut parts);
        parts.by_all(&["root-a", "root-c"]).encode()
    };
    case("no-tag", "tag 98 is absent", &id, several[2..].into());
    case(
        "tag-18",
        "tag 18 on a COSE_Sign",
        &id,
        signed(&|p| p.tag = vec![0xd2]),
    );
    case(
        "long-tag",
        "tag 98 in two bytes",
        &id,
        signed(&|p| p.tag = vec![0xd9, 0, 98]),
    );
    case(
        "trailing-byte",
        "a byte follows",
        &id,
        [&several[..], &[0]].concat(),
    );
    case(
        "alg-in-body",
        "alg stands in the body's header",
        &id,
        signed(&|p| {
            p.body = cbor(|w| {
                w.map(2).u64(1).i64(-8).u64(16).str(TYP);
            });
        }),
    );
    case("no-typ", "no typ", &id, signed(&|p| p.body = vec![0xa0]));
    case(
        "no-body-header",
        "an empty protected header",
        &id,
        signed(&|p| p.body = vec![]),
    );
    case(
        "unprotected-body",
        "something in the unprotected header",
        &id,
        signed(&|p| p.unprotected = vec![0xa1, 0x05, 0x40]),
    );
    let mut loose = good().by_all(&["root-a", "root-c"]);
    loose.signers[0][1] = vec![0xa1, 0x05, 0x40];
    case(
        "unprotected-signer",
        "something in a signer's unprotected header",
        &id,
        loose.encode(),
    );
    let mut short = good().by_all(&["root-a", "root-c"]);
    short.signers[0][2].pop();
    case("short-signature", "63 bytes", &id, short.encode());
    let with = |change: &dyn Fn(&mut Writer, &[u8])| {
        let mut names = ["root-a", "root-c"];
        names.sort_by_key(|name| kid(name));
        let [one, two] = names;
        let header = cbor(|w| change(w, &kid(two).0));
        good().by(one).by_header(two, header).encode()
    };
    case(
        "signer-without-alg",
        "no algorithm",
        &id,
        with(&|w, kid| {
            w.map(1).u64(4).bytes(kid);
        }),
    );
    case(
        "signer-es256",
        "another algorithm",
        &id,
        with(&|w, kid| {
            w.map(2).u64(1).i64(-7).u64(4).bytes(kid);
        }),
    );
    case(
        "signer-without-kid",
        "no kid",
        &id,
        with(&|w, _| {
            w.map(1).u64(1).i64(-8);
        }),
    );
    case(
        "signer-short-kid",
        "a kid of 4 bytes",
        &id,
        with(&|w, kid| {
            w.map(2).u64(1).i64(-8).u64(4).bytes(&kid[..4]);
        }),
    );
    case(
        "signer-with-typ",
        "a typ in a signer's header",
        &id,
        with(&|w, kid| {
            w.map(3).u64(1).i64(-8).u64(4).bytes(kid).u64(16).str(TYP);
        }),
    );
    case(
        "signer-with-more",
        "an unknown parameter",
        &id,
        with(&|w, kid| {
            w.map(3).u64(1).i64(-8).u64(4).bytes(kid).u64(33).bytes(&[]);
        }),
    );
    let as_rotation = Parts::new(ROTATION_TYP, payload(&id, Some(&set)));
    case(
        "list-as-rotation",
        "typ of a rotation, content of a list",
        &id,
        as_rotation.by_all(&["root-a", "root-c"]).encode(),
    );
    let other_typ = Parts::new("application/ikd-bundle+cwt", payload(&id, Some(&set)));
    case(
        "another-typ",
        "several sign no bundle",
        &id,
        other_typ.by_all(&["root-a", "root-c"]).encode(),
    );

    // Rotations.
    let list = sign(draft(13, "new-root").unsigned(), "new-root");
    let way = |signers: Option<&[u8]>| {
        let way = cbor(|w| {
            w.array(2 + usize::from(signers.is_some()))
                .bytes(&public("new-root"))
                .bytes(&list);
            if let Some(signers) = signers {
                w.raw(signers);
            }
        });
        Parts::new(ROTATION_TYP, way)
    };
    assert!(
        TrustList::verify(&way(Some(&set)).by_all(&["root-a", "root-c"]).encode(), &id).is_ok()
    );
    case(
        "rotation-by-one",
        "two of three must lead on",
        &id,
        way(Some(&set)).by("root-a").encode(),
    );
    case(
        "rotation-by-strangers",
        "others lead on",
        &id,
        way(Some(&set)).by_all(&["root-d", "root-e"]).encode(),
    );
    case(
        "rotation-lower",
        "their set, with a lower threshold",
        &id,
        way(Some(&lower)).by("root-a").encode(),
    );
    case(
        "rotation-without-set",
        "several lead on and name no set",
        &id,
        way(None).by_all(&["root-a", "root-c"]).encode(),
    );
    let with_set = cbor(|w| {
        w.array(3).bytes(&public("new-root")).bytes(&list).raw(&set);
    });
    let with_set = Unsigned::new(kid("root"), Some(ROTATION_TYP), with_set);
    case(
        "lone-rotation-with-set",
        "a lone key leads on and names a set",
        &public("root"),
        sign(with_set, "root"),
    );
    cases
}
