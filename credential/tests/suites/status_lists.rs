//! Token Status List: the draft's vectors and examples.

use super::*;

/// A list of the draft: its bits, its length, the statuses that are not 0, and its bytes in CBOR and in zlib.
pub struct Vector {
    pub bits: u8,
    pub size: u32,
    pub not_zero: BTreeMap<u32, u8>,
    pub cbor: Vec<u8>,
    pub lst: Vec<u8>,
}

pub fn vectors(suites: &Path) -> Vec<Vector> {
    let lists = json(suites.join("status-list/status_list_vectors.json"));
    let lists = lists.as_array().expect("an array").iter();
    let vectors = lists.map(|vector| {
        assert_eq!(vector["others"], 0);
        let expected = vector["expected"].as_object().expect("indexes");
        let expected = expected.iter().map(|(index, number)| {
            let number = number.as_u64().expect("a status");
            (index.parse().expect("an index"), number as u8)
        });
        let lst = BASE64_URL_SAFE_NO_PAD.decode(text_of(vector, "lst_b64url"));
        Vector {
            bits: vector["bits"].as_u64().expect("bits") as u8,
            size: vector["size"].as_u64().expect("a size") as u32,
            not_zero: expected.filter(|(_, number)| *number != 0).collect(),
            cbor: hex(text_of(vector, "cbor_hex")),
            lst: lst.expect("base64url"),
        }
    });
    vectors.collect()
}

#[test]
fn status_lists_of_the_draft_are_read() {
    let Some(suites) = suites() else { return };
    let (mut lists, mut statuses, mut not_zero) = (0, 0, 0);
    for v in vectors(&suites) {
        let bits = v.bits;
        let list = StatusList::decode(&v.cbor).expect("the draft's list");
        let packed = inflate(&v.lst, MAX_LIST).expect("the draft's zlib").bytes;
        assert_eq!(StatusList::from_packed(bits, packed), Some(list.clone()));
        assert_eq!((list.bits(), list.len()), (bits, v.size));
        let found: BTreeMap<u32, u8> = (0..v.size)
            .map(|index| (index, list.get(index).expect("in the list").number()))
            .filter(|(_, number)| *number != 0)
            .collect();
        assert_eq!(found, v.not_zero, "{bits} bits");
        for index in [v.size, v.size + 1, u32::MAX] {
            assert_eq!(list.get(index), None, "{bits} bits, index {index}");
        }
        lists += 1;
        statuses += v.size;
        not_zero += found.len();
    }
    eprintln!("Status lists: {lists} lists, {statuses} statuses, {not_zero} of them not 0");
    assert_eq!(
        (lists, statuses, not_zero),
        (4, 4 << 20, 11 + 11 + 15 + 255)
    );
}

#[test]
fn status_lists_of_the_draft_are_rebuilt_byte_for_byte() {
    let Some(suites) = suites() else { return };
    for v in vectors(&suites) {
        let bits = v.bits;
        let mut builder = ListBuilder::new(bits, v.size).expect("a possible size");
        for (index, number) in &v.not_zero {
            assert!(builder.set(*index, Status::from_number(*number)));
        }
        assert!(!builder.set(v.size, Status::Revoked), "{bits} bits");
        let rebuilt = builder.encode();
        let list = StatusList::decode(&rebuilt).expect("our own list");
        assert_eq!(
            StatusList::decode(&v.cbor),
            Ok(list),
            "{bits} bits: statuses"
        );
        assert!(v.cbor.ends_with(&v.lst), "{bits} bits");
        assert!(
            rebuilt == v.cbor,
            "{bits} bits: {} bytes instead of {}, or others",
            rebuilt.len(),
            v.cbor.len()
        );
    }
}

/// The draft's example tokens, which ES256 signs: refused for that alone, and read once our own key signs the same
/// payload.
#[test]
fn status_list_examples_of_the_draft() {
    let Some(suites) = suites() else { return };
    let folder = suites.join("status-list");
    let example = |name: &str| {
        let bytes = hex(&read(folder.join(format!("{name}.md"))));
        assert_eq!(
            Sign1::parse_tolerant(&bytes).err(),
            Some(CoseError::Algorithm),
            "{name}"
        );
        let key_id = CoseError::Header("the unprotected header is not empty");
        assert_eq!(Sign1::parse_canonical(&bytes).err(), Some(key_id), "{name}");
        bytes
    };
    let (list_token, referenced) = (example("status_list_cwt"), example("referenced_token_cwt"));

    let payload = payload_of(&list_token);
    let claims = StatusListClaims::decode(&payload).expect("the draft's status list claims");
    assert_eq!(claims.sub, "https://example.com/statuslists/1");
    assert_eq!(
        (claims.iat, claims.exp),
        (1_686_920_170, Some(2_291_720_170))
    );
    assert_eq!(claims.ttl, Some(43_200));
    assert_eq!((claims.list.bits(), claims.list.len()), (1, 16));
    let numbers: Vec<u8> = (0..16)
        .map(|index| claims.list.get(index).unwrap().number())
        .collect();
    assert_eq!(numbers, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
    assert_eq!(claims.list.get(16), None);

    // The referenced token has no claim 169, so it gets one to become a credential with the draft's status claim.
    let mut office = foreign_office(&key(40), "https://example.com");
    office.issued = claims.iat + DAY;
    let trust = office.trust();
    let mut lists = StatusLists::default();
    assert!(matches!(
        lists.add(&list_token, &trust),
        Err(BadStatusToken::Cose(CoseError::Header(_)))
    ));
    let Cbor::Map(mut map) = cbor(&payload_of(&referenced)) else {
        panic!("the payload is a map");
    };
    let without_169 = resign(&bytes_of(&Cbor::Map(map.clone())), &key(40));
    let identity = Cbor::Map(vec![(1.into(), "12345".into())]);
    map.push((169.into(), identity));
    let text = resign(&bytes_of(&Cbor::Map(map)), &key(40));
    let judge = |text: &str, lists: &StatusLists| {
        verify(text, &trust, lists, office.issued, &Policy::default())
    };
    let missing = judge(&text, &lists);
    assert_eq!(missing.reason(), Reason::StatusListMissing);
    let credential = missing.credential().expect("signed");
    let status = credential.claims().status.expect("a status reference");
    assert_eq!((status.index, status.uri), (0, claims.sub.as_str()));

    let kid = KeyId::of(&public(&key(40)));
    let ours = sign(Unsigned::new(kid, Some(TYP), payload), &key(40));
    lists.add(&ours, &trust).expect("our key signs it");
    assert_eq!(judge(&text, &lists).reason(), Reason::Revoked);
    assert_eq!(judge(&without_169, &lists).reason(), Reason::Malformed);
}
