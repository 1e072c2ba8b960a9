//! Content that breaks the rules, and content of newer formats.

use super::cases::{Base, Cases, envelope};
use super::scene::*;
use ciborium::Value as Cbor;
use credential::kinds::by_slug;
use credential::token::pack as cose;

/// The payload of the first vector after a change to its CBOR tree.
fn edited(change: impl FnOnce(&mut Vec<(Cbor, Cbor)>)) -> Vec<u8> {
    let payload = claims(ktp().build().unwrap()).encode().unwrap();
    edit(&payload, change)
}

fn edit(payload: &[u8], change: impl FnOnce(&mut Vec<(Cbor, Cbor)>)) -> Vec<u8> {
    let mut tree: Cbor = ciborium::from_reader(payload).unwrap();
    change(tree.as_map_mut().unwrap());
    let mut bytes = vec![];
    ciborium::into_writer(&tree, &mut bytes).unwrap();
    bytes
}

fn at(map: &mut [(Cbor, Cbor)], key: u64) -> &mut Cbor {
    let entry = map.iter_mut().find(|(k, _)| *k == Cbor::from(key));
    &mut entry.expect("key").1
}

/// Adds an entry where the deterministic order wants it.
fn put(map: &mut Vec<(Cbor, Cbor)>, key: u64, value: Cbor) {
    map.push((Cbor::from(key), value));
    map.sort_by_key(|(key, _)| key.as_integer().and_then(|k| u64::try_from(k).ok()));
}

/// A change to claim 169.
fn identity(change: impl FnOnce(&mut Vec<(Cbor, Cbor)>)) -> Vec<u8> {
    edited(|map| change(at(map, 169).as_map_mut().unwrap()))
}

/// The KK of two after a change to its members.
fn family(change: impl FnOnce(&mut Vec<Cbor>)) -> Vec<u8> {
    let payload = claims(kk(&[HEAD, HUSBAND]).build().unwrap())
        .encode()
        .unwrap();
    edit(&payload, |map| {
        let document = at(map, 169).as_map_mut().unwrap();
        change(at(document, 79).as_array_mut().unwrap());
    })
}

pub fn add(cases: &mut Cases, base: &Base) {
    let (protected, payload) = (&base.protected, &base.payload);
    // Claims.
    let signed = |payload: &[u8]| cose(&envelope(protected, &[0xa0], payload));
    cases.add(
        "payload-key-order",
        "malformed",
        signed(&edited(|m| m.swap(0, 1))),
        "iat before iss",
    );
    cases.add(
        "payload-float",
        "malformed",
        signed(&edited(|m| *at(m, 6) = Cbor::Float(1.5))),
        "iat as a float",
    );
    cases.add(
        "payload-trailing",
        "malformed",
        signed(&[payload.as_slice(), &[0]].concat()),
        "a byte after the map",
    );
    cases.add(
        "no-iat",
        "malformed",
        signed(&edited(|m| m.retain(|(k, _)| *k != Cbor::from(6)))),
        "claim 6 is missing",
    );
    cases.add(
        "no-status",
        "malformed",
        signed(&edited(|m| m.retain(|(k, _)| *k != Cbor::from(65_535)))),
        "claim 65535 is missing",
    );
    cases.add(
        "no-169",
        "malformed",
        signed(&edited(|m| m.retain(|(k, _)| *k != Cbor::from(169)))),
        "claim 169 is missing",
    );
    cases.add(
        "time-beyond-2200",
        "malformed",
        signed(&edited(|m| *at(m, 6) = Cbor::from(7_258_093_200u64))),
        "iat after the end of 2199-12-31 in WIB",
    );
    cases.add(
        "unknown-claim",
        "newer_format",
        signed(&edited(|m| put(m, 7, Cbor::Bytes(vec![1])))),
        "claim 7",
    );
    cases.add(
        "unknown-kind",
        "newer_format",
        signed(&identity(|m| *at(m, 75) = Cbor::from(200))),
        "kind 200 has no row",
    );
    cases.add(
        "unknown-key-169",
        "newer_format",
        signed(&identity(|m| put(m, 99, Cbor::from(0)))),
        "key 99",
    );
    cases.add(
        "key-of-another-kind",
        "newer_format",
        signed(&identity(|m| {
            put(m, 35, Cbor::from(3_273_010_101_200_001u64))
        })),
        "a KTP-el with a KK number",
    );
    cases.add(
        "no-kind",
        "malformed",
        signed(&identity(|m| m.retain(|(k, _)| *k != Cbor::from(75)))),
        "key 75 is missing",
    );
    cases.add(
        "no-name",
        "malformed",
        signed(&identity(|m| m.retain(|(k, _)| *k != Cbor::from(4)))),
        "key 4 is missing",
    );
    cases.add(
        "name-with-space",
        "malformed",
        signed(&identity(|m| *at(m, 4) = " SITI".into())),
        "a space at the begin",
    );
    cases.add(
        "name-right-to-left",
        "malformed",
        signed(&identity(|m| *at(m, 4) = "SITI\u{202e}A".into())),
        "U+202E",
    );
    cases.add(
        "name-too-long",
        "malformed",
        signed(&identity(|m| *at(m, 4) = "A".repeat(61).into())),
        "61 characters",
    );
    cases.add(
        "nik-of-15",
        "malformed",
        signed(&identity(|m| *at(m, 1) = "327301520487000".into())),
        "15 digits",
    );
    cases.add(
        "no-such-day",
        "malformed",
        signed(&identity(|m| *at(m, 8) = "19870229".into())),
        "29 February 1987",
    );
    cases.add(
        "date-with-dashes",
        "malformed",
        signed(&identity(|m| *at(m, 8) = "1987-04-12".into())),
        "the wire has YYYYMMDD",
    );
    cases.add(
        "occupation-90",
        "malformed",
        signed(&identity(|m| *at(m, 28) = Cbor::from(90))),
        "no such code",
    );
    cases.add(
        "marital-contradiction",
        "malformed",
        signed(&identity(|m| *at(m, 14) = Cbor::from(1))),
        "14 says unmarried, 27 married",
    );
    cases.add(
        "region-of-6",
        "malformed",
        signed(&identity(|m| *at(m, 21) = "327301".into())),
        "not a kelurahan/desa",
    );
    cases.add(
        "issued-elsewhere",
        "malformed",
        signed(&identity(|m| *at(m, 23) = "MY".into())),
        "key 23 is always ID",
    );
    let face = with_face(ktp(), vec![0; 1500]).build().unwrap();
    let face = edit(&claims(face).encode().unwrap(), |m| {
        let pictures = at(at(m, 169).as_map_mut().unwrap(), 62)
            .as_array_mut()
            .unwrap();
        *at(pictures[0].as_map_mut().unwrap(), 0) = Cbor::Bytes(vec![0; 1501]);
    });
    cases.add("face-of-1501", "malformed", signed(&face), "1,501 bytes");
    cases.add(
        "family-of-two-heads",
        "malformed",
        signed(&family(|rows| {
            rows[1].as_array_mut().unwrap()[11] = 1.into()
        })),
        "two members with relation 1",
    );
    cases.add(
        "member-citizen-stated",
        "malformed",
        signed(&family(|rows| {
            rows[0].as_array_mut().unwrap()[12] = "ID".into()
        })),
        "column 12 is null for citizens",
    );
    cases.add(
        "member-16-columns",
        "malformed",
        signed(&family(|rows| drop(rows[0].as_array_mut().unwrap().pop()))),
        "a row of 16",
    );
    cases.add(
        "family-of-nobody",
        "malformed",
        signed(&family(Vec::clear)),
        "no members",
    );
    of_other_kinds(cases, &signed);
}

/// The claim 169 of a kind's vector after a change.
fn of_kind(slug: &str, change: impl FnOnce(&mut Entries)) -> Vec<u8> {
    let statement = super::statements::read(by_slug(slug).expect("kind"));
    let payload = statement.claims().encode().unwrap();
    edit(&payload, |map| change(at(map, 169).as_map_mut().unwrap()))
}

type Entries = Vec<(Cbor, Cbor)>;

/// A row of a small table.
fn row(map: &mut [(Cbor, Cbor)], key: u64, n: usize) -> &mut Vec<Cbor> {
    let rows = at(map, key).as_array_mut().unwrap();
    rows[n].as_array_mut().unwrap()
}

fn of_other_kinds(cases: &mut Cases, signed: &dyn Fn(&[u8]) -> String) {
    let mut add = |name, slug, why, change: &dyn Fn(&mut Entries)| {
        cases.add(name, "malformed", signed(&of_kind(slug, change)), why);
    };
    add(
        "death-before-birth",
        "akta-kematian",
        "dead a day before the birth",
        &|m| *at(m, 88) = Cbor::from(-9270),
    );
    add(
        "married-to-oneself",
        "akta-perkawinan",
        "both spouses have one NIK",
        &|m| row(m, 40, 0)[1] = Cbor::from(3_273_014_107_900_005u64),
    );
    add(
        "married-before-birth",
        "akta-perkawinan",
        "the other spouse is born after the wedding",
        &|m| row(m, 40, 0)[3] = Cbor::from(20_765),
    );
    add(
        "married-to-two",
        "akta-perkawinan",
        "two other spouses",
        &|m| {
            let rows = at(m, 40).as_array_mut().unwrap();
            let mut another = rows[0].clone();
            another.as_array_mut().unwrap()[1] = Cbor::from(3_273_011_203_880_008u64);
            rows.push(another);
        },
    );
    add(
        "spouse-without-birth",
        "akta-perkawinan",
        "column 3 is null, which this kind needs",
        &|m| row(m, 40, 0)[3] = Cbor::Null,
    );
    add("moves-twice", "sk-pindah", "two rows with one NIK", &|m| {
        row(m, 92, 1)[0] = Cbor::from(3_273_015_204_870_003u64)
    });
    add("nobody-moves", "sk-pindah", "a table without rows", &|m| {
        *at(m, 92) = Cbor::Array(vec![])
    });
    add("mover-of-two-columns", "sk-pindah", "a row of 2", &|m| {
        drop(row(m, 92, 0).pop())
    });
    add(
        "mover-without-name",
        "sk-pindah",
        "column 1 is null",
        &|m| row(m, 92, 0)[1] = Cbor::Null,
    );
    add(
        "moves-nowhere",
        "sk-pindah",
        "the new address has no region",
        &|m| row(m, 93, 0)[7] = Cbor::Null,
    );
    add(
        "abroad-in-indonesia",
        "skpln",
        "the country of destination is ID",
        &|m| *at(m, 94) = "ID".into(),
    );
    add(
        "citizen-with-stay-permit",
        "sktt",
        "a foreigner's paper for a citizen",
        &|m| *at(m, 13) = "ID".into(),
    );
    add(
        "stillborn-at-27-weeks",
        "sk-lahir-mati",
        "column 3 is at least 28",
        &|m| row(m, 45, 0)[3] = Cbor::from(27),
    );
    add(
        "at-24-oclock",
        "sk-kelahiran",
        "a day has 1440 minutes, from 0",
        &|m| *at(m, 89) = Cbor::from(1440),
    );
    add(
        "face-of-a-small-child",
        "kia",
        "a KIA with a face a day before the fifth birthday",
        &|m| *at(m, 8) = "20211121".into(),
    );
}
