//! Writes the vector files: from the scene to text.

use super::cases;
use super::page::{Page, hex};
use super::scene::*;
use super::stated;
use super::walk::{Content, Is, Line, instant, walk};
use ciborium::Value as Cbor;
use credential::Policy;
use credential::claims::{Claims, Identity};
use credential::cose::Sign1;
use credential::date::Date;
use credential::status_source::NoStatus;
use credential::token::{deflate, pack};
use credential::trust_list::TrustList;
use credential::{base45, bundle::Bundle};
use ed25519_dalek::Signer;

/// Every file's name and text.
pub fn files() -> Vec<(&'static str, String)> {
    let plain = claims(ktp().build().unwrap());
    let face = claims(with_face(ktp(), picture()).build().unwrap());
    let mut foreigner = claims(foreigner().build().unwrap());
    foreigner.exp = Date::from_ymd(2030, 6, 30).map(Date::end_of_day_wib);
    let family = claims(kk(&[HEAD, HUSBAND, CHILD]).build().unwrap());
    let core = claims(
        kk(&[HEAD, HUSBAND, CHILD])
            .build()
            .unwrap()
            .into_core_only(),
    );
    vec![
        ("keys.txt", keys()),
        ("trust-list.txt", trust_list()),
        ("root-rotation.txt", rotation()),
        (
            "status-shard.txt",
            list(
                "A status list as issuers publish it: 2^20 entries of 2 bits.",
                &SHARD_LIST,
            ),
        ),
        (
            "status-small.txt",
            list(
                "A status list of 16 entries of 2 bits, small enough to follow.",
                &SMALL_LIST,
            ),
        ),
        (
            "status-four-bits.txt",
            list(
                "A status list of 16 entries of 4 bits, with a number that is not defined.",
                &WIDE_LIST,
            ),
        ),
        ("bundle.txt", bundle()),
        (
            "ktp.txt",
            credential(
                "A citizen's KTP-el: static, without a photo.",
                &plain,
                &[
                    (NOW, "valid"),
                    (NOW + 6 * DAY, "valid"),
                    (NOW + 6 * DAY + 1, "status_list_stale"),
                    (NOW + 29 * DAY + 1, "trust_list_stale"),
                    (NOW - DAY - 300, "valid"),
                    (NOW - DAY - 301, "clock_behind"),
                ],
            ),
        ),
        (
            "ktp-face.txt",
            credential(
                "A KTP-el with a face: a WebP of 98 bytes.",
                &face,
                &[(NOW, "valid")],
            ),
        ),
        (
            "ktp-foreigner.txt",
            credential(
                "A foreigner's KTP-el: exp is the last second of 2030-06-30 in WIB; place and date of issue differ from\nwhat a verifier would derive, so they are on the wire.",
                &foreigner,
                &[(NOW, "valid"), (foreigner.exp.unwrap() + 1, "expired")],
            ),
        ),
        (
            "kk.txt",
            credential(
                "A KK of three: a citizen, her foreign husband, their child.",
                &family,
                &[(NOW, "valid")],
            ),
        ),
        (
            "kk-core.txt",
            credential(
                "The same KK with the core columns alone.",
                &core,
                &[(NOW, "valid")],
            ),
        ),
        ("foreign.txt", foreign()),
        ("negative.txt", negative()),
    ]
}

fn keys() -> String {
    let mut page =
        Page::new("Ed25519 test keys: the seed (RFC 8032 private key), the public key, the kid.");
    for (name, _, what) in KEYS {
        page.gap();
        page.comment(what);
        page.value("key", name);
        page.value("seed", hex(&key(name).to_bytes()));
        page.value("public", hex(&public(name)));
        page.value("kid", kid(name));
    }
    page.0
}

fn token(page: &mut Page, bytes: &[u8], content: Content) {
    page.gap();
    page.comment("The COSE_Sign1.");
    page.lines("token", &walk(bytes, Is::Sign1(content)));
}

fn trust_list() -> String {
    let bytes = trust_token();
    let mut page = Page::new("A trust list with an issuer in every state.");
    page.gap();
    page.value("signer", "root");
    let list = TrustList::verify(&bytes, &public("root")).unwrap();
    stated::trust(&mut page, &list);
    token(&mut page, &bytes, Content::TrustList);
    page.0
}

fn rotation() -> String {
    let bytes = rotation_token();
    let mut page = Page::new(
        "A change of the root key: version 8 of the trust list, signed by the new root, in an envelope of the old one.",
    );
    page.comment("A verifier accepts it from either root and trusts the new one afterwards.");
    page.gap();
    page.value("signer", "root");
    page.value("accepted-from", hex(&public("root")));
    page.value("accepted-from", hex(&public("new-root")));
    page.value("refused-from", hex(&public("publisher")));
    let list = TrustList::verify(&bytes, &public("root")).unwrap();
    stated::trust(&mut page, &list);
    token(&mut page, &bytes, Content::Rotation);
    page.0
}

fn list(title: &str, list: &List) -> String {
    let mut page = Page::new(title);
    page.gap();
    page.value("signer", "office");
    page.value("sub", list.sub);
    page.comment(&instant(NOW - DAY));
    page.value("iat", NOW - DAY);
    page.comment(&instant(NOW + 6 * DAY));
    page.value("exp", NOW + 6 * DAY);
    page.value("ttl", 3600);
    page.value("bits", list.bits);
    page.value("entries", list.len);
    page.comment("Entries that are not 0: index, status.");
    for (index, status) in list.set {
        page.value("status", format_args!("{index} {status}"));
    }
    if list.len <= 64 {
        let packed = packed(list);
        let per_byte = 8 / usize::from(list.bits);
        page.gap();
        page.comment("The packed statuses: the first index is in the lowest bits.");
        let lines = packed.iter().enumerate().map(|(n, byte)| Line {
            depth: 0,
            hex: hex(&[*byte]),
            comment: format!(
                "{byte:08b}: indexes {} to {}",
                n * per_byte + per_byte - 1,
                n * per_byte
            ),
        });
        page.lines("packed", &lines.collect::<Vec<_>>());
    }
    token(&mut page, &list.token(), Content::StatusList);
    page.0
}

/// The statuses packed by hand, apart from the builder.
pub fn packed(list: &List) -> Vec<u8> {
    let per_byte = 8 / u32::from(list.bits);
    let mut packed = vec![0; (list.len / per_byte) as usize];
    for (index, status) in list.set {
        packed[(index / per_byte) as usize] |= status << (index % per_byte * u32::from(list.bits));
    }
    packed
}

fn bundle() -> String {
    let bytes = bundle_token();
    let bundle = Bundle::verify(&bytes, &public("root")).unwrap();
    let mut page =
        Page::new("An offline bundle: the trust list of trust-list.txt and two status lists.");
    page.gap();
    page.value("signer", "publisher");
    page.value("root", hex(&public("root")));
    page.comment(&instant(bundle.issued));
    page.value("issued", bundle.issued);
    page.comment(&instant(bundle.expires));
    page.value("expires", bundle.expires);
    page.value("trust-version", bundle.trust.version);
    for file in ["status-shard.txt", "status-small.txt"] {
        page.value("list", file);
    }
    token(&mut page, &bytes, Content::Bundle);
    page.0
}

/// What `verdict` lines are judged with.
fn judged_with(page: &mut Page) {
    page.value("trust", "trust-list.txt");
    for file in [
        "status-shard.txt",
        "status-small.txt",
        "status-four-bits.txt",
    ] {
        page.value("list", file);
    }
}

fn verdicts(page: &mut Page, verdicts: &[(i64, &str)]) {
    page.gap();
    page.comment("The verdict: time in epoch seconds, reason code.");
    judged_with(page);
    for (at, reason) in verdicts {
        page.comment(&instant(*at));
        page.value("verdict", format_args!("{at} {reason}"));
    }
}

fn credential(title: &str, claims: &Claims<'_>, expected: &[(i64, &str)]) -> String {
    let bytes = issue(claims, "office");
    let sign1 = Sign1::parse_canonical(&bytes).unwrap();
    let mut page = Page::new(title);
    page.gap();
    page.value("signer", "office");
    stated::state(&mut page, claims);
    page.gap();
    page.comment("The payload: CWT claims.");
    page.lines("payload", &payload_lines(&bytes));
    page.gap();
    page.comment("Sig_structure, the bytes that are signed: \"Signature1\", protected headers, no external data, payload.");
    page.hex("sig-structure", &sign1.to_be_signed().parts().concat());
    page.gap();
    page.hex("signature", sign1.signature);
    token(&mut page, &bytes, Content::Credential);
    page.gap();
    page.comment(
        "The zlib stream. Another compressor may write another one; any canonical one is right.",
    );
    let text = pack(&bytes);
    page.hex("zlib", &base45::decode(&text).unwrap());
    page.gap();
    page.comment("The QR text.");
    page.qr(&text);
    verdicts(&mut page, expected);
    page.0
}

fn payload_lines(token: &[u8]) -> Vec<Line> {
    let sign1 = Sign1::parse_canonical(token).unwrap();
    walk(sign1.payload, Is::Payload(Content::Credential))
}

/// A foreign Claim 169 token in the loosest accepted form.
fn foreign() -> String {
    let identity = map(vec![
        (4, "Janardhan BS".into()),
        (1, "3918592438".into()),
        (9, 1.into()),
    ]);
    let bytes = foreign_token(Cbor::Bytes(write(&identity)));
    let mut page = Page::new(
        "A foreign Claim 169 token in a loose form: no tag, alg -19, kid unprotected, claim 169 in a byte string, keys out of order, no status.",
    );
    page.comment("The names of keys in claim 169 are those of this format; FORMAT.md §12 has the standard ones.");
    page.gap();
    page.value("signer", "foreign");
    page.lines("token", &walk(&bytes, Is::Sign1(Content::Foreign)));
    page.gap();
    page.comment("The zlib stream has the header of level 6, which the canonical form has not.");
    let zlib = loose(&bytes);
    page.hex("zlib", &zlib);
    page.gap();
    page.qr(&base45::encode(&zlib));
    verdicts(
        &mut page,
        &[(NOW, "valid"), (NOW + 29 * DAY + 1, "trust_list_stale")],
    );
    page.0
}

fn loose(token: &[u8]) -> Vec<u8> {
    let mut zlib = deflate(token);
    zlib[1] = 0x9c;
    zlib
}

fn write(value: &Cbor) -> Vec<u8> {
    let mut bytes = vec![];
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn map(entries: Vec<(i64, Cbor)>) -> Cbor {
    Cbor::Map(entries.into_iter().map(|(k, v)| (k.into(), v)).collect())
}

fn foreign_token(identity: Cbor) -> Vec<u8> {
    let payload = write(&map(vec![
        (169, identity),
        (6, (NOW - DAY).into()),
        (1, "id.example".into()),
    ]));
    let protected = write(&map(vec![(1, (-19).into())]));
    let signed = write(&Cbor::Array(vec![
        "Signature1".into(),
        Cbor::Bytes(protected.clone()),
        Cbor::Bytes(vec![]),
        Cbor::Bytes(payload.clone()),
    ]));
    let signature = key("foreign").sign(&signed).to_bytes();
    write(&Cbor::Array(vec![
        Cbor::Bytes(protected),
        map(vec![(4, Cbor::Bytes(kid("foreign").0.to_vec()))]),
        Cbor::Bytes(payload),
        Cbor::Bytes(signature.to_vec()),
    ]))
}

/// The names that the decoder gives to keys 1 to 23, read from a token that has them all.
pub fn foreign_names() -> Vec<(u8, String)> {
    let identity = map((1..=23).map(|key| (key, key.into())).collect());
    let text = base45::encode(&loose(&foreign_token(identity)));
    let trust = TrustList::verify(&trust_token(), &public("root")).unwrap();
    let policy = Policy::default();
    let verdict = credential::verify(&text, &trust, &NoStatus, NOW, &policy);
    let shown = verdict.credential().expect("a valid token");
    let Identity::Foreign(identity) = shown.claims().identity else {
        unreachable!("signed by the foreign issuer");
    };
    super::document::names(identity.fields())
}

fn negative() -> String {
    let mut page =
        Page::new("QR texts that are not green, and the one reason code that is right for each.");
    page.comment(&format!(
        "Each is judged at the second `at` ({NOW} is {}) with these lists:",
        instant(NOW)
    ));
    judged_with(&mut page);
    for case in cases::all() {
        page.gap();
        page.comment(case.why);
        page.value("case", case.name);
        page.value("at", case.at);
        page.value("reason", case.reason);
        page.qr(&case.text);
    }
    page.0
}
