//! COSE and CBOR beside `coset` and `ciborium`.

use super::*;

/// `coset` takes our envelopes apart in the same way, and `ciborium` reads the same values from our claims and writes
/// them back as the same bytes.
#[test]
fn coset_and_ciborium_agree_with_our_reader_and_writer() {
    let office = Office::default();
    let mut documents = ktps();
    for members in 1..=15 {
        let kk = kk_builder(members).build().unwrap();
        documents.push((format!("{members} members"), kk.clone()));
        documents.push((format!("{members} members, core"), kk.into_core_only()));
    }
    let mut dice = Dice(26);
    for (name, document) in documents {
        let expected = claim_169_json(&document);
        let mut claims = claims(document);
        claims.exp = (dice.roll(2) == 0).then(|| NOW + dice.roll(1 << 32) as i64);
        claims.nbf = (dice.roll(2) == 0).then(|| dice.roll(NOW as u64) as i64);
        claims.cnf = (dice.roll(2) == 0).then(holder);
        let index = dice.roll(1 << 32) as u32;
        claims.status = Some(StatusRef { index, uri: URI });
        let bytes = token::unpack(&office.issue(&claims)).unwrap().bytes;

        let ours = Sign1::parse_canonical(&bytes).unwrap();
        let theirs = coset::CoseSign1::from_tagged_slice(&bytes).unwrap();
        assert_eq!(theirs.payload.as_deref(), Some(ours.payload), "{name}");
        assert_eq!(theirs.signature, ours.signature, "{name}");
        let raw = theirs.protected.original_data.clone().unwrap();
        assert_eq!(raw, ours.protected, "{name}");
        assert_eq!(Some(theirs.protected.header.key_id.as_slice()), ours.kid);
        let eddsa = coset::iana::Algorithm::EdDSA;
        let algorithm = Some(coset::RegisteredLabelWithPrivate::Assigned(eddsa));
        assert_eq!(theirs.protected.header.alg, algorithm, "{name}");
        assert!(theirs.unprotected.is_empty(), "{name}");
        let to_be_signed = ours.to_be_signed().parts().concat();
        assert_eq!(theirs.tbs_data(b""), to_be_signed, "{name}");
        assert_eq!(theirs.to_tagged_vec().unwrap(), bytes, "{name}");

        let value: Cbor = ciborium::from_reader(ours.payload).unwrap();
        assert_eq!(bytes_of(&value), ours.payload, "{name}: the same bytes");
        let Cbor::Map(entries) = value else {
            panic!("{name}: a map");
        };
        let number = |value: &Cbor| i64::try_from(value.as_integer().unwrap()).unwrap();
        let mut seen = 0;
        for (key, value) in &entries {
            seen += 1;
            match number(key) {
                1 => assert_eq!(value.as_text(), Some(ISS)),
                4 => assert_eq!(Some(number(value)), claims.exp),
                5 => assert_eq!(Some(number(value)), claims.nbf),
                6 => assert_eq!(Some(number(value)), claims.iat),
                8 => {
                    let okp = [
                        (1, 1.into()),
                        (-1, 6.into()),
                        (-2, Cbor::Bytes(public(&key_9()).into())),
                    ];
                    assert_eq!(*value, map(&[(1, map(&okp))]), "{name}");
                }
                169 => assert_eq!(cbor_json(value), expected, "{name}"),
                65_535 => {
                    let place = [("idx".into(), index.into()), ("uri".into(), URI.into())];
                    let list = vec![("status_list".into(), Cbor::Map(place.into()))];
                    assert_eq!(*value, Cbor::Map(list), "{name}");
                }
                other => panic!("{name}: claim {other}"),
            }
        }
        let optional = [
            claims.exp.is_some(),
            claims.nbf.is_some(),
            claims.cnf.is_some(),
        ];
        let optional = optional.iter().filter(|present| **present).count();
        assert_eq!(seen, 4 + optional, "{name}");
    }
}

pub fn key_9() -> SigningKey {
    key(9)
}

/// Claim 169 from `ciborium`, in the form of [`claim_169_json`].
pub fn cbor_json(value: &Cbor) -> Json {
    const NAMES: [(i64, &str); 10] = [
        (1, "id"),
        (4, "fullName"),
        (8, "dateOfBirth"),
        (9, "gender"),
        (10, "address"),
        (13, "nationality"),
        (14, "maritalStatus"),
        (21, "locationCode"),
        (23, "countryOfIssuance"),
        (62, "face"),
    ];
    const FACE: [(i64, &str); 3] = [(0, "data"), (1, "format"), (2, "subFormat")];
    fn json(value: &Cbor, names: &[(i64, &str)]) -> Json {
        match value {
            Cbor::Integer(number) => json!(i64::try_from(*number).unwrap()),
            Cbor::Text(text) => json!(text),
            Cbor::Bytes(bytes) => json!(BASE64_STANDARD.encode(bytes)),
            Cbor::Null => Json::Null,
            Cbor::Array(items) => items.iter().map(|item| json(item, &FACE)).collect(),
            Cbor::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| {
                    let key = i64::try_from(key.as_integer().unwrap()).unwrap();
                    let name = names.iter().find(|(number, _)| *number == key);
                    let name = name.map_or_else(|| key.to_string(), |(_, name)| name.to_string());
                    (name, json(value, &[]))
                });
                Json::Object(entries.collect())
            }
            other => panic!("{other:?} has no place in a document"),
        }
    }
    json(value, &NAMES)
}
