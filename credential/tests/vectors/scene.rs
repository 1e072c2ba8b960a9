//! The fixed keys, lists and documents behind the vectors. The people are invented.

use super::page::unhex;
use credential::bundle;
use credential::claims::{Claims, Identity, StatusRef};
use credential::cose::issue::Unsigned;
use credential::document::{Builder, Document, Face, Member, Value};
use credential::ed25519::PublicKey;
use credential::ids::KeyId;
use credential::kinds::fields::{self as f, Field};
use credential::kinds::{KINDS, KK, KTP, Kind, MEMBER_COLUMNS};
use credential::publication;
use credential::status_list::{self, SHARD, Status, issue::ListBuilder};
use credential::trust_list::{self, Issuer, KeyState, Profile, issue::Draft};
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

/// 2026-11-22T00:00:00Z.
pub const NOW: i64 = 1_795_305_600;
pub const DAY: i64 = 86_400;
pub const URI: &str = "ikd:3273/0";
pub const SMALL: &str = "ikd:3273/8";
pub const WIDE: &str = "ikd:3273/9";
/// Index of the documents in force; 100, 101, 102 are revoked, suspended, superseded.
pub const INDEX: u32 = 712_345;

/// Names of the test keys, each with the byte its seed repeats.
pub const KEYS: [(&str, u8, &str); 15] = [
    ("root", 1, "signs the trust list"),
    ("publisher", 2, "signs the bundle"),
    ("office", 3, "issuer ID.3273, active"),
    ("retired", 4, "issuer ID.3171, retired"),
    ("compromised", 5, "issuer ID.3374, compromised"),
    ("foreign", 6, "foreign Claim 169 issuer"),
    ("new-root", 7, "root after the rotation"),
    ("family-only", 8, "issuer ID.3578, kind 2 alone"),
    ("holder", 9, "a phone"),
    ("foreign-2", 10, "another foreign Claim 169 issuer"),
    ("root-a", 11, "one of a root of several keys"),
    ("root-b", 12, "one of a root of several keys"),
    ("root-c", 13, "one of a root of several keys"),
    ("root-d", 14, "one of a root of several keys"),
    ("root-e", 15, "one of a root of several keys"),
];

pub fn key(name: &str) -> SigningKey {
    let seed = KEYS.iter().find(|k| k.0 == name).expect("key").1;
    SigningKey::from_bytes(&[seed; 32])
}

pub fn public(name: &str) -> [u8; 32] {
    key(name).verifying_key().to_bytes()
}

pub fn kid(name: &str) -> KeyId {
    KeyId::of(&public(name))
}

pub fn sign(unsigned: Unsigned, name: &str) -> Vec<u8> {
    let signature = key(name).sign(&unsigned.to_be_signed()).to_bytes();
    unsigned.into_token(&signature)
}

/// A credential's token.
pub fn issue(claims: &Claims<'_>, by: &str) -> Vec<u8> {
    let payload = claims.encode().expect("a document");
    sign(Unsigned::new(kid(by), None, payload), by)
}

fn issuer(
    name: &str,
    iss: &str,
    office: &str,
    region: &str,
    kinds: &[u8],
    state: KeyState,
) -> Issuer {
    Issuer {
        key: PublicKey::from_bytes(&public(name)).unwrap(),
        iss: iss.into(),
        office: office.into(),
        region: region.into(),
        kinds: kinds.into(),
        not_before: NOW - 400 * DAY,
        not_after: NOW + 400 * DAY,
        state,
        profile: if name.starts_with("foreign") {
            Profile::Foreign
        } else {
            Profile::Canonical
        },
    }
}

pub fn draft(version: u64, root: &str) -> Draft {
    use KeyState::*;
    let mut issuers = vec![
        issuer(
            "office",
            "ID.3273",
            "Disdukcapil Kota Bandung",
            "3273",
            &[1, 2],
            Active,
        ),
        issuer(
            "retired",
            "ID.3171",
            "Sudin Dukcapil Jakarta Pusat",
            "3171",
            &[1, 2],
            Retired(NOW - 100 * DAY),
        ),
        issuer(
            "compromised",
            "ID.3374",
            "Disdukcapil Kota Semarang",
            "3374",
            &[1, 2],
            Compromised(NOW - 50 * DAY),
        ),
        issuer(
            "family-only",
            "ID.3578",
            "Disdukcapil Kota Surabaya",
            "3578",
            &[2],
            Active,
        ),
        issuer(
            "foreign",
            "id.example",
            "Foreign registry (example)",
            "",
            &[],
            Active,
        ),
        issuer(
            "foreign-2",
            "id2.example",
            "Foreign bank (example)",
            "",
            &[],
            Active,
        ),
    ];
    issuers.sort_by_key(Issuer::key_id);
    Draft {
        version,
        issued: NOW - DAY,
        next_update: NOW + 29 * DAY,
        root: public(root),
        publishers: vec![public("publisher")],
        issuers,
    }
}

pub fn trust_token() -> Vec<u8> {
    sign(draft(7, "root").unsigned(), "root")
}

/// The list of version 9: the office may sign every kind.
pub fn kinds_trust_token() -> Vec<u8> {
    let mut draft = draft(9, "root");
    for issuer in &mut draft.issuers {
        if issuer.key_id() == kid("office") {
            issuer.kinds = KINDS.iter().map(|kind| kind.number).collect();
        }
    }
    sign(draft.unsigned(), "root")
}

/// The list of version 8, signed by the new root, in the envelope of the old one.
pub fn rotation_token() -> Vec<u8> {
    let inner = sign(draft(8, "new-root").unsigned(), "new-root");
    let unsigned = trust_list::issue::rotation(&public("root"), &public("new-root"), &inner);
    sign(unsigned, "root")
}

/// A status list: bits, entries, name, what is not 0.
pub struct List {
    pub bits: u8,
    pub len: u32,
    pub sub: &'static str,
    pub set: &'static [(u32, u8)],
}

pub const SHARD_LIST: List = List {
    bits: 2,
    len: SHARD,
    sub: URI,
    set: &[(100, 1), (101, 2), (102, 3)],
};
pub const SMALL_LIST: List = List {
    bits: 2,
    len: 16,
    sub: SMALL,
    set: &[(1, 1), (2, 2), (3, 3), (6, 1), (15, 2)],
};
pub const WIDE_LIST: List = List {
    bits: 4,
    len: 16,
    sub: WIDE,
    set: &[(0, 3), (5, 5), (15, 1)],
};

impl List {
    pub fn builder(&self) -> ListBuilder {
        let mut builder = ListBuilder::new(self.bits, self.len).unwrap();
        for (index, number) in self.set {
            assert!(builder.set(*index, Status::from_number(*number)));
        }
        builder
    }

    pub fn token(&self) -> Vec<u8> {
        let issued = NOW - DAY;
        let payload = self
            .builder()
            .payload(self.sub, issued, issued + 7 * DAY, 3600);
        sign(
            Unsigned::new(kid("office"), Some(status_list::TYP), payload),
            "office",
        )
    }
}

pub fn bundle_token() -> Vec<u8> {
    bundle_with(&trust_token())
}

pub fn bundle_with(trust: &[u8]) -> Vec<u8> {
    let lists = [SHARD_LIST.token(), SMALL_LIST.token()];
    let (issued, expires) = (NOW - DAY, NOW + 6 * DAY);
    let unsigned = bundle::issue::unsigned(kid("publisher"), issued, expires, trust, &lists);
    sign(unsigned, "publisher")
}

/// The files of the published tree: vector, name in the head. In the head's order.
pub const PUBLISHED: [&str; 4] = [
    "bundle.txt",
    "status-shard.txt",
    "status-small.txt",
    "trust-list.txt",
];

pub fn publication_token() -> Vec<u8> {
    let contents = [
        ("bundle".to_string(), bundle_token()),
        (format!("status/{URI}"), SHARD_LIST.token()),
        (format!("status/{SMALL}"), SMALL_LIST.token()),
        ("trust-list".to_string(), trust_token()),
    ];
    let files = contents.map(|(name, content)| publication::File {
        name,
        sha256: Sha256::digest(&content).into(),
        size: content.len() as u64,
    });
    let head = publication::Head {
        version: 1_795_219_200,
        issued: NOW - DAY,
        expires: NOW + 6 * DAY,
        before: Some(Sha256::digest(b"the head before").into()),
        files: files.into(),
    };
    let unsigned = publication::issue::unsigned(kid("publisher"), &head);
    sign(unsigned, "publisher")
}

fn set<'a>(builder: Builder<'a>, field: &'static Field, value: &str) -> Builder<'a> {
    let parsed = Value::parse(&field.ty, value).unwrap_or_else(|e| panic!("{}: {e}", field.name));
    builder.set(field, parsed)
}

pub fn build(kind: &'static Kind, fields: &[(&'static Field, &str)]) -> Builder<'static> {
    let start = Builder::new(kind);
    fields
        .iter()
        .fold(start, |b, (field, value)| set(b, field, value))
}

/// A citizen's KTP-el.
pub fn ktp() -> Builder<'static> {
    build(
        &KTP,
        &[
            (&f::NIK, "3273015204870003"),
            (&f::NAME, "SITI NURHALIZA"),
            (&f::BIRTH_PLACE, "BANDUNG"),
            (&f::BIRTH_DATE, "1987-04-12"),
            (&f::SEX, "2"),
            (&f::BLOOD, "4"),
            (&f::ADDRESS, "JL. MERDEKA NO. 12"),
            (&f::RT_RW, "003/007"),
            (&f::VILLAGE, "SUKARASA"),
            (&f::DISTRICT, "SUKASARI"),
            (&f::REGENCY, "KOTA BANDUNG"),
            (&f::PROVINCE, "JAWA BARAT"),
            (&f::FAITH, "1"),
            (&f::MARITAL, "2"),
            (&f::JOB, "88"),
            (&f::NATIONALITY, "ID"),
            (&f::REGION, "3273011001"),
        ],
    )
}

/// A foreigner's KTP-el, issued elsewhere and dated before it was signed.
pub fn foreigner() -> Builder<'static> {
    let fields: &[(&'static Field, &str)] = &[
        (&f::NIK, "3273010101800042"),
        (&f::NAME, "JOÃO D'ALMEIDA"),
        (&f::BIRTH_PLACE, "LISBOA"),
        (&f::BIRTH_DATE, "1980-01-01"),
        (&f::SEX, "1"),
        (&f::BLOOD, "13"),
        (&f::MARITAL, "1"),
        (&f::JOB, "71"),
        (&f::FAITH, "3"),
        (&f::NATIONALITY, "PT"),
        (&f::ISSUE_PLACE, "KABUPATEN BANDUNG"),
        (&f::ISSUE_DATE, "2026-11-18"),
    ];
    fields
        .iter()
        .fold(ktp(), |b, (field, value)| set(b, field, value))
}

/// A picture of 98 bytes: 24 × 32 pixels, WebP.
pub fn with_face(builder: Builder<'static>, data: Vec<u8>) -> Builder<'static> {
    let face = Face {
        subformat: 4,
        data: data.into(),
    };
    builder.set(&f::FACE, Value::Face(face))
}

pub fn picture() -> Vec<u8> {
    unhex(concat!(
        "524946465a00000057454250565038204e000000b004009d012a180020003fcddee769bfb73028b0180803f0398969",
        "00008f75c24bb528a0f774159d222e7cce240000fe8ad3537a72a5384d29a9840860618664dc945764e34cea00ead8",
        "8a000000"
    ))
}

/// The columns of a member in order, `-` where there is nothing.
pub fn member(columns: &str) -> Member<'static> {
    let values = columns.split(" | ").zip(MEMBER_COLUMNS);
    let row = values.map(|(value, column)| {
        let parsed = (value != "-").then(|| Value::parse(&column.field.ty, value));
        let parsed = parsed.transpose();
        parsed.unwrap_or_else(|e| panic!("{}: {e}", column.field.name))
    });
    let row: Vec<_> = row.collect();
    assert_eq!(row.len(), MEMBER_COLUMNS.len());
    Member::new(row)
}

pub const HEAD: &str = "SITI NURHALIZA | 3273015204870003 | 2 | BANDUNG | 1987-04-12 | 1 | 8 | 88 | 4 | 2 | 2015-06-20 | 1 | - | - | - | AHMAD FAUZI | NURHAYATI";
pub const HUSBAND: &str = "JAN DE VRIES | 3273010309850041 | 1 | UTRECHT | 1985-09-03 | 2 | 9 | 71 | 13 | 2 | 2015-06-20 | 2 | NL | NP1234567 | 2C21JE0001AU | PIETER DE VRIES | ANNA BAKKER";
pub const CHILD: &str = "RARA DE VRIES | 3273014508170002 | 2 | BANDUNG | 2017-08-05 | 1 | 2 | 1 | 13 | 1 | - | 4 | - | - | - | JAN DE VRIES | SITI NURHALIZA";

/// A KK of a citizen, her foreign husband and their child.
pub fn kk(members: &[&str]) -> Builder<'static> {
    build(
        &KK,
        &[
            (&f::KK_NUMBER, "3273010101200001"),
            (&f::NAME, "SITI NURHALIZA"),
            (&f::ADDRESS, "JL. MERDEKA NO. 12"),
            (&f::RT_RW, "003/007"),
            (&f::POSTAL_CODE, "40152"),
            (&f::VILLAGE, "SUKARASA"),
            (&f::DISTRICT, "SUKASARI"),
            (&f::REGENCY, "KOTA BANDUNG"),
            (&f::PROVINCE, "JAWA BARAT"),
            (&f::REGION, "3273011001"),
        ],
    )
    .set(
        &f::MEMBERS,
        Value::Members(members.iter().map(|m| member(m)).collect()),
    )
}

pub fn claims(document: Document<'_>) -> Claims<'_> {
    Claims {
        iss: Some("ID.3273"),
        exp: None,
        nbf: None,
        iat: Some(NOW - 2 * DAY),
        cnf: None,
        status: Some(StatusRef {
            index: INDEX,
            uri: URI,
        }),
        identity: Identity::Document(document),
    }
}
