//! What a foreign token may say beside the standard fields, and what is made of it.

use super::*;
use credential::lang::Lang;

fn forged(claims: &[(i64, Cbor)]) -> String {
    let payload = bytes_of(&map(claims));
    let forge = Forge {
        payload,
        ..Forge::default()
    };
    forge.text()
}

/// Issuer and identity, and some more.
fn with(more: &[(i64, Cbor)]) -> String {
    let mut claims = vec![(1, FOREIGN.into())];
    claims.extend_from_slice(more);
    claims.push((169, identity()));
    forged(&claims)
}

#[test]
fn a_foreign_identity_is_no_document_of_ours() {
    let verdict = foreign_verdict(&with(&[(6, (NOW - DAY).into())]), public(&key(SEED)));
    let credential = verdict.credential().unwrap();
    let claims = credential.claims();
    assert_eq!(claims.document(), None);
    assert_eq!(claims.issue_date(), None);
    assert!(claims.rows(Lang::Id).is_empty());
    assert_eq!(claims.encode(), None, "only ever read");
    let Identity::Foreign(identity) = &claims.identity else {
        panic!("a foreign identity");
    };
    assert_eq!(
        (identity.text(1), identity.text(4)),
        (Some("ID-1"), Some("Jane Doe"))
    );
    assert_eq!(identity.text(5), None);
}

#[test]
fn a_text_is_asked_for_by_its_key_and_a_number_is_none() {
    let identity = map(&[(1, "ID-1".into()), (9, 2.into()), (62, Cbor::Null)]);
    let text = forged(&[(1, FOREIGN.into()), (169, identity)]);
    let verdict = foreign_verdict(&text, public(&key(SEED)));
    let credential = verdict.credential().unwrap();
    let Identity::Foreign(identity) = credential.claims().identity else {
        panic!("a foreign identity");
    };
    assert_eq!((identity.text(1), identity.text(9)), (Some("ID-1"), None));
    let fields: Vec<_> = identity.fields().collect();
    assert_eq!(fields[1], ("gender", ForeignValue::Number(2)));
    assert_eq!(identity.face(), None, "of a shape that is none");
}

#[test]
fn a_foreign_token_has_a_beginning_and_no_holder() {
    let reason_of = |more: &[(i64, Cbor)]| reason(&with(more));
    assert_eq!(reason_of(&[(5, (NOW - DAY).into())]), Reason::Valid);
    assert_eq!(reason_of(&[(5, (NOW + DAY).into())]), Reason::NotYetValid);
    let detail = |more: &[(i64, Cbor)]| {
        let verdict = foreign_verdict(&with(more), public(&key(SEED)));
        assert_eq!(verdict.reason(), Reason::Malformed);
        verdict.detail()
    };
    use credential::claims::BadClaims;
    let claim = |name| Some(Detail::Claims(BadClaims::Claim(name)));
    assert_eq!(detail(&[(5, "soon".into())]), claim("nbf"));
    // A key promises that somebody proves to hold it, which no foreign token can ask for here.
    let key = map(&[(1, map(&[(1, 1.into()), (-1, 6.into())]))]);
    assert_eq!(detail(&[(8, key)]), claim("cnf"));
}

#[test]
fn a_face_stands_in_an_array_or_by_itself() {
    let face = |value: Cbor| {
        let identity = map(&[(1, "ID-1".into()), (62, value)]);
        let text = forged(&[(1, FOREIGN.into()), (169, identity)]);
        let verdict = foreign_verdict(&text, public(&key(SEED)));
        let credential = verdict.credential().unwrap();
        let Identity::Foreign(identity) = credential.claims().identity else {
            panic!("a foreign identity");
        };
        let face = identity.face();
        face.map(|(data, subformat)| (data.to_vec(), subformat))
    };
    let picture = map(&[(0, Cbor::Bytes(vec![1, 2])), (1, 0.into()), (2, 4.into())]);
    let read = Some((vec![1, 2], Some(4)));
    assert_eq!(face(Cbor::Array(vec![picture.clone()])), read);
    assert_eq!(face(picture), read);
    let bare = map(&[(0, Cbor::Bytes(vec![3]))]);
    assert_eq!(face(bare), Some((vec![3], None)));
    assert_eq!(face(map(&[(1, 0.into())])), None, "no data");
    assert_eq!(face("picture".into()), None);
}
