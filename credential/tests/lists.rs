//! Trust lists, status lists and bundles, through building, signing and reading back.

mod common;
#[path = "lists/trust.rs"]
mod trust;

use common::*;
use credential::bundle::{BadBundle, Bundle};
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::reason::{Outcome, Reason};
use credential::status_list::{self, SHARD, Status, StatusList, issue::ListBuilder};
use credential::status_source::{BadStatusToken, Lookup, StatusLists, StatusSource};
use credential::trust_list::{BadTrustList, KeyState, TrustList, issue::rotation};
use credential::{Policy, verify};
use proptest::prelude::*;

#[test]
fn revoke_publish_update_red() {
    let mut office = Office::default();
    let text = office.issue(&claims(ktp()));
    let judge = |bundle: &Bundle, now| {
        verify(
            &text,
            &bundle.trust,
            &bundle.statuses,
            now,
            &Policy::default(),
        )
    };
    let before = office.bundle();
    assert_eq!(judge(&before, NOW).outcome(), Outcome::Valid);
    office.statuses.push((712_345, Status::Revoked));
    office.issued += 60;
    let after = office.bundle();
    assert_eq!(judge(&after, NOW).reason(), Reason::Revoked);
    // Whoever keeps the old bundle sees green until its own end, and grey after it.
    assert_eq!(judge(&before, before.expires).outcome(), Outcome::Valid);
    assert_eq!(
        judge(&before, before.expires + 1).reason(),
        Reason::StatusListStale
    );
}

#[test]
fn the_bundles_own_end_caps_its_lists() {
    let office = Office::default();
    let unsigned = credential::bundle::issue::unsigned(
        KeyId::of(&public(&office.publisher)),
        office.issued,
        office.issued + 3600,
        &office.trust_token(),
        &[office.status_token()],
    );
    let bytes = sign(unsigned, &office.publisher);
    let bundle = Bundle::verify(&bytes, &public(&office.root)).unwrap();
    let text = office.issue(&claims(ktp()));
    let at = |now| {
        verify(
            &text,
            &bundle.trust,
            &bundle.statuses,
            now,
            &Policy::default(),
        )
    };
    assert_eq!(at(office.issued + 3600).outcome(), Outcome::Valid);
    assert_eq!(at(office.issued + 3601).reason(), Reason::StatusListStale);
}

#[test]
fn bundles_that_are_refused() {
    let office = Office::default();
    let good = office.bundle_bytes();
    let root = public(&office.root);
    assert!(Bundle::verify(&good, &root).is_ok());
    for byte in (0..good.len()).step_by(7) {
        let mut bad = good.clone();
        bad[byte] ^= 1;
        assert!(Bundle::verify(&bad, &root).is_err(), "byte {byte}");
    }
    for cut in [0, 1, good.len() / 2, good.len() - 1] {
        assert!(Bundle::verify(&good[..cut], &root).is_err());
    }
    let stranger = Office {
        publisher: key(77),
        ..Office::default()
    };
    // Another publisher's signature over our own trust list.
    let unsigned = credential::bundle::issue::unsigned(
        KeyId::of(&public(&stranger.publisher)),
        NOW,
        NOW + DAY,
        &office.trust_token(),
        &[],
    );
    let bytes = sign(unsigned, &stranger.publisher);
    assert_eq!(
        Bundle::verify(&bytes, &root).unwrap_err(),
        BadBundle::UnknownPublisher
    );
    let other_root = public(&key(78));
    let error = Bundle::verify(&good, &other_root).unwrap_err();
    assert_eq!(error, BadBundle::TrustList(BadTrustList::UnknownRoot));
    assert_eq!(
        Bundle::verify(&office.trust_token(), &root).unwrap_err(),
        BadBundle::WrongType
    );
}

#[test]
fn root_rotation() {
    let old = Office::default();
    let new = Office {
        root: key(11),
        version: 2,
        ..Office::default()
    };
    let newest = Office {
        root: key(12),
        version: 3,
        ..Office::default()
    };
    let (r0, r1, r2) = (public(&old.root), public(&new.root), public(&newest.root));
    let list2 = new.trust_token();
    let step1 = sign(rotation(&r0, &r1, &list2), &old.root);
    let adopted = TrustList::verify(&step1, &r0).unwrap();
    assert_eq!((adopted.version, adopted.root), (2, r1));
    // Who already trusts the new root reads the same file.
    assert_eq!(TrustList::verify(&step1, &r1).unwrap().root, r1);
    // A verifier that slept through one rotation gets both envelopes.
    let inner = sign(rotation(&r1, &r2, &newest.trust_token()), &new.root);
    let both = sign(rotation(&r0, &r1, &inner), &old.root);
    for trusted in [r0, r1, r2] {
        assert_eq!(TrustList::verify(&both, &trusted).unwrap().root, r2);
    }
    // Nobody but the old root can hand over to another.
    let forged = sign(rotation(&r0, &r1, &list2), &key(99));
    assert_eq!(
        TrustList::verify(&forged, &r0),
        Err(BadTrustList::Signature)
    );
    let self_made = sign(rotation(&public(&key(99)), &r1, &list2), &key(99));
    assert_eq!(
        TrustList::verify(&self_made, &r0),
        Err(BadTrustList::UnknownRoot)
    );
    // The envelope names one root and the list inside is another's.
    let mixed = sign(rotation(&r0, &r2, &list2), &old.root);
    assert_eq!(
        TrustList::verify(&mixed, &r0),
        Err(BadTrustList::UnknownRoot)
    );
    let mut deep = newest.trust_token();
    for _ in 0..5 {
        deep = sign(rotation(&r2, &r2, &deep), &newest.root);
    }
    assert_eq!(TrustList::verify(&deep, &r2), Err(BadTrustList::WrongType));
}

#[test]
fn a_status_list_counts_only_from_its_issuers_key_and_time() {
    let mut office = Office::default();
    let token = office.status_token();
    let mut lists = StatusLists::default();
    office.issuers[0].state = KeyState::Retired(office.issued);
    assert_eq!(
        lists.add(&token, &office.trust()),
        Err(BadStatusToken::UnknownIssuer)
    );
    office.issuers[0].state = KeyState::Compromised(office.issued + 1);
    assert_eq!(lists.add(&token, &office.trust()), Ok(()));
    office.issuers.clear();
    assert_eq!(
        lists.add(&token, &office.trust()),
        Err(BadStatusToken::UnknownIssuer)
    );
    let office = Office::default();
    assert_eq!(
        lists.add(&office.trust_token(), &office.trust()),
        Err(BadStatusToken::WrongType)
    );
    let mut bad = token.clone();
    *bad.last_mut().unwrap() ^= 1;
    assert_eq!(
        lists.add(&bad, &office.trust()),
        Err(BadStatusToken::Signature)
    );
}

#[test]
fn an_older_list_does_not_replace_a_newer_one() {
    let mut office = Office::default();
    let old = office.status_token();
    office.issued += 60;
    office.statuses.push((5, Status::Revoked));
    let new = office.status_token();
    for order in [[&old, &new], [&new, &old]] {
        let mut lists = StatusLists::default();
        for token in order {
            lists.add(token, &office.trust()).unwrap();
        }
        assert_eq!(lists.len(), 1);
        let Lookup::Found { status, .. } = lists.status(ISS, URI, 5) else {
            panic!("the list is there");
        };
        assert_eq!(status, Status::Revoked);
        assert_eq!(
            lists.status("ID.3274", URI, 5),
            Lookup::NoList,
            "lists of another issuer"
        );
    }
}

#[test]
fn list_bombs_are_bounded() {
    use flate2::{Compress, Compression, FlushCompress};
    let zeros = vec![0u8; status_list::MAX_LIST + 1];
    let mut z = Vec::with_capacity(1 << 16);
    Compress::new(Compression::best(), true)
        .compress_vec(&zeros, &mut z, FlushCompress::Finish)
        .unwrap();
    let mut cbor = b"\xa2\x64bits\x02\x63lst".to_vec();
    cbor.push(0x59);
    cbor.extend_from_slice(&(z.len() as u16).to_be_bytes());
    cbor.extend_from_slice(&z);
    assert_eq!(StatusList::decode(&cbor), Err(status_list::BadList::Zlib));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every index of every width, dense or sparse, reads back; outside there is nothing.
    #[test]
    fn status_lists_round_trip(
        bits in prop::sample::select(vec![1u8, 2, 4, 8]),
        blocks in 1u32..600,
        entries in prop::collection::vec((any::<u32>(), any::<u8>()), 0..200),
    ) {
        let len = blocks * 8;
        let mut builder = ListBuilder::new(bits, len).unwrap();
        let mut expected = vec![0u8; len as usize];
        for (index, number) in entries {
            let (index, number) = (index % len, number & ((1u16 << bits) - 1) as u8);
            prop_assert!(builder.set(index, Status::from_number(number)));
            expected[index as usize] = number;
        }
        let list = StatusList::decode(&builder.encode()).unwrap();
        prop_assert_eq!(list.len(), len);
        for (index, number) in expected.iter().enumerate() {
            prop_assert_eq!(list.get(index as u32), Some(Status::from_number(*number)));
        }
        prop_assert_eq!(list.get(len), None);
        prop_assert_eq!(list.get(u32::MAX), None);
        prop_assert!(!builder.set(len, Status::Valid));
    }
}

#[test]
fn a_shard_is_what_format_md_says() {
    let office = Office::default();
    let token = office.status_token();
    let envelope = credential::cose::Sign1::parse_canonical(&token).unwrap();
    assert_eq!(envelope.typ, Some("application/statuslist+cwt"));
    let claims = status_list::StatusListClaims::decode(envelope.payload).unwrap();
    assert_eq!((claims.list.bits(), claims.list.len()), (2, SHARD));
    assert!(
        token.len() < 700,
        "an empty shard is small: {} bytes",
        token.len()
    );
    let other = Unsigned::new(KeyId([0; 8]), None, vec![0xa0]).into_token(&[0; 64]);
    assert!(credential::cose::Sign1::parse_canonical(&other).is_ok());
}

#[test]
fn a_bundles_end_also_bounds_foreign_credentials_without_a_status() {
    let mut office = Office::default();
    let bytes = office.bundle_bytes();
    // The same trust list in another bundle is the same trust list.
    assert_eq!(office.bundle().trust, office.trust());
    office.issuers[0].profile = credential::trust_list::Profile::Foreign;
    let bundle = office.bundle();
    let payload = b"\xa3\x01\x67ID.3273\x06\x1a\x6b\x00\x00\x00\x18\xa9\xa1\x04\x61A".to_vec();
    let kid = KeyId::of(&public(&office.signer));
    let text = credential::token::pack(&sign(Unsigned::new(kid, None, payload), &office.signer));
    let at = |now| {
        verify(
            &text,
            &bundle.trust,
            &bundle.statuses,
            now,
            &Policy::default(),
        )
    };
    assert_eq!(at(bundle.expires).outcome(), Outcome::Valid);
    assert_eq!(at(bundle.expires + 1).reason(), Reason::TrustListStale);
    assert!(!bytes.is_empty());
}
