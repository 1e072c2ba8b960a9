//! A small registry office for tests: keys, documents, lists.
#![allow(dead_code)]

pub mod roots;

use credential::bundle::Bundle;
use credential::claims::{Claims, Identity, StatusRef};
use credential::cose::issue::Unsigned;
use credential::date::Date;
use credential::document::{Builder, Country, Document, Face, Member, Value};
use credential::ed25519::PublicKey;
use credential::holder::HolderKey;
use credential::ids::{KeyId, KodeWilayah, Nik, NomorKk};
use credential::kinds::{KINDS, KK, KTP, Kind, fields as f, fields::column};
use credential::status_list::{SHARD, Status, issue::ListBuilder};
use credential::status_source::StatusLists;
use credential::trust_list::{Issuer, KeyState, Profile, TrustList, issue::Draft};
use credential::{Policy, Verdict, token};
use ed25519_dalek::{Signer, SigningKey};

/// 2026-11-22T00:00:00Z.
pub const NOW: i64 = 1_795_305_600;
pub const DAY: i64 = 86_400;
pub const ISS: &str = "ID.3273";
pub const URI: &str = "ikd:3273/0";

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

pub fn public(key: &SigningKey) -> [u8; 32] {
    key.verifying_key().to_bytes()
}

pub fn sign(unsigned: Unsigned, key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(&unsigned.to_be_signed()).to_bytes();
    unsigned.into_token(&signature)
}

pub fn issuer(key: &SigningKey) -> Issuer {
    Issuer {
        key: PublicKey::from_bytes(&public(key)).unwrap(),
        iss: ISS.into(),
        office: "Disdukcapil Kota Bandung".into(),
        region: "3273".into(),
        kinds: KINDS.iter().map(|kind| kind.number).collect(),
        not_before: NOW - 400 * DAY,
        not_after: NOW + 400 * DAY,
        state: KeyState::Active,
        profile: Profile::Canonical,
    }
}

/// Everything a verdict needs, with parts to change.
pub struct Office {
    pub root: SigningKey,
    pub publisher: SigningKey,
    pub signer: SigningKey,
    pub issuers: Vec<Issuer>,
    pub statuses: Vec<(u32, Status)>,
    pub version: u64,
    pub issued: i64,
}

impl Default for Office {
    fn default() -> Self {
        let signer = key(3);
        Self {
            root: key(1),
            publisher: key(2),
            issuers: vec![issuer(&signer)],
            signer,
            statuses: vec![],
            version: 1,
            issued: NOW - DAY,
        }
    }
}

impl Office {
    pub fn trust_token(&self) -> Vec<u8> {
        let draft = Draft {
            version: self.version,
            issued: self.issued,
            next_update: self.issued + 30 * DAY,
            root: public(&self.root),
            publishers: vec![public(&self.publisher)],
            issuers: self.issuers.clone(),
        };
        sign(draft.unsigned(), &self.root)
    }

    pub fn trust(&self) -> TrustList {
        TrustList::verify(&self.trust_token(), &public(&self.root)).unwrap()
    }

    pub fn status_token(&self) -> Vec<u8> {
        let mut list = ListBuilder::new(2, SHARD).unwrap();
        for (index, status) in &self.statuses {
            assert!(list.set(*index, *status));
        }
        let payload = list.payload(URI, self.issued, self.issued + 7 * DAY, 3600);
        let typ = Some(credential::status_list::TYP);
        let kid = KeyId::of(&public(&self.signer));
        sign(Unsigned::new(kid, typ, payload), &self.signer)
    }

    pub fn status_lists(&self) -> StatusLists {
        let mut lists = StatusLists::default();
        lists.add(&self.status_token(), &self.trust()).unwrap();
        lists
    }

    pub fn bundle_bytes(&self) -> Vec<u8> {
        let unsigned = credential::bundle::issue::unsigned(
            KeyId::of(&public(&self.publisher)),
            self.issued,
            self.issued + 7 * DAY,
            &self.trust_token(),
            &[self.status_token()],
        );
        sign(unsigned, &self.publisher)
    }

    pub fn bundle(&self) -> Bundle {
        Bundle::verify(&self.bundle_bytes(), &public(&self.root)).unwrap()
    }

    pub fn issue(&self, claims: &Claims<'_>) -> String {
        let kid = KeyId::of(&public(&self.signer));
        let payload = claims.encode().unwrap();
        token::pack(&sign(Unsigned::new(kid, None, payload), &self.signer))
    }

    pub fn verify(&self, text: &str) -> Verdict {
        self.verify_at(text, NOW)
    }

    pub fn verify_at(&self, text: &str, now: i64) -> Verdict {
        let lists = self.status_lists();
        credential::verify(text, &self.trust(), &lists, now, &Policy::default())
    }
}

pub fn text(t: &str) -> Value<'static> {
    Value::Text(t.to_string().into())
}

pub fn date(t: &str) -> Value<'static> {
    Value::Date(Date::parse(t).unwrap())
}

pub fn ktp_builder() -> Builder<'static> {
    Builder::new(&KTP)
        .set(&f::NIK, Value::Nik(Nik::parse("3273015204870003").unwrap()))
        .set(&f::NAME, text("SITI NURHALIZA"))
        .set(&f::BIRTH_PLACE, text("BANDUNG"))
        .set(&f::BIRTH_DATE, date("1987-04-12"))
        .set(&f::SEX, Value::Code(2))
        .set(&f::BLOOD, Value::Code(4))
        .set(&f::ADDRESS, text("JL. MERDEKA NO. 12"))
        .set(&f::RT_RW, Value::RtRw(3, 7))
        .set(&f::VILLAGE, text("SUKARASA"))
        .set(&f::DISTRICT, text("SUKASARI"))
        .set(&f::REGENCY, text("KOTA BANDUNG"))
        .set(&f::PROVINCE, text("JAWA BARAT"))
        .set(&f::FAITH, Value::Code(1))
        .set(&f::MARITAL, Value::Code(2))
        .set(&f::JOB, Value::Code(65))
        .set(&f::NATIONALITY, Value::Country(Country::INDONESIA))
        .set(&f::ISSUE_DATE, date("2026-11-20"))
        .set(
            &f::REGION,
            Value::Region(KodeWilayah::parse("3273011001").unwrap()),
        )
}

pub fn ktp() -> Document<'static> {
    ktp_builder().build().unwrap()
}

pub fn face(bytes: usize) -> Value<'static> {
    let data: Vec<u8> = (0..bytes).map(|i| (i * 37 % 251) as u8).collect();
    Value::Face(Face {
        subformat: 4,
        data: data.into(),
    })
}

pub fn member(n: u32, name: &str, relation: u8) -> Member<'static> {
    let nik = 3_273_011_204_870_000 + u64::from(n) + 1;
    let mut row = vec![None; 17];
    let mut set = |field: &f::Field, value| row[usize::from(field.key)] = Some(value);
    set(&column::NAME, text(name));
    set(&column::NIK, Value::Nik(Nik::from_u64(nik).unwrap()));
    set(&column::SEX, Value::Code(1 + (n % 2) as u8));
    set(&column::BIRTH_PLACE, text("BANDUNG"));
    set(&column::BIRTH_DATE, date("1987-04-12"));
    set(&column::FAITH, Value::Code(1));
    set(&column::EDUCATION_LEVEL, Value::Code(5));
    set(&column::JOB, Value::Code(88));
    set(&column::BLOOD, Value::Code(13));
    set(&column::MARITAL, Value::Code(1));
    set(&column::RELATION, Value::Code(relation));
    set(&column::FATHER, text("AHMAD FAUZI"));
    set(&column::MOTHER, text("NURHAYATI"));
    Member::new(row)
}

pub fn kk_builder(members: u32) -> Builder<'static> {
    let rows = (0..members)
        .map(|n| match n {
            0 => member(0, "AHMAD FAUZI", 1),
            n => member(n, &format!("ANGGOTA KELUARGA {}", letters(n)), 4),
        })
        .collect();
    Builder::new(&KK)
        .set(
            &f::KK_NUMBER,
            Value::KkNumber(NomorKk::parse("3273010101200001").unwrap()),
        )
        .set(&f::NAME, text("AHMAD FAUZI"))
        .set(&f::ADDRESS, text("JL. MERDEKA NO. 12"))
        .set(&f::RT_RW, Value::RtRw(3, 7))
        .set(&f::POSTAL_CODE, Value::PostalCode(40_152))
        .set(&f::VILLAGE, text("SUKARASA"))
        .set(&f::DISTRICT, text("SUKASARI"))
        .set(&f::REGENCY, text("KOTA BANDUNG"))
        .set(&f::PROVINCE, text("JAWA BARAT"))
        .set(&f::MEMBERS, Value::Members(rows))
        .set(&f::ISSUE_DATE, date("2026-11-20"))
        .set(
            &f::REGION,
            Value::Region(KodeWilayah::parse("3273011001").unwrap()),
        )
}

/// The QR text of the kind's vector; the office of the vectors has the same name and key as [`Office`].
pub fn vector_text(kind: &Kind) -> String {
    let vectors = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/vectors");
    let vector = std::fs::read_to_string(vectors.join(format!("{}.txt", kind.slug))).unwrap();
    let text = vector.lines().find_map(|line| line.strip_prefix("text: "));
    text.unwrap().trim_matches('"').to_string()
}

/// The document of the kind's vector.
pub fn of_kind(kind: &Kind) -> Document<'static> {
    let verdict = Office::default().verify(&vector_text(kind));
    let shown = verdict.credential().expect("a valid vector");
    let document = shown.claims().document().cloned();
    document.expect("a document").into_owned()
}

fn letters(n: u32) -> String {
    format!("{n:b}").replace('0', "A").replace('1', "B")
}

pub fn claims(document: Document<'_>) -> Claims<'_> {
    Claims {
        iss: Some(ISS),
        exp: None,
        nbf: None,
        iat: Some(NOW - 2 * DAY),
        cnf: None,
        status: Some(StatusRef {
            index: 712_345,
            uri: URI,
        }),
        identity: Identity::Document(document),
    }
}

pub fn holder() -> HolderKey {
    HolderKey::from_ed25519(&public(&key(9))).unwrap()
}
