//! Lists of statuses and trust lists, as whoever is to sign one reads it.

use crate::common::roots::{roots, sign_by};
use crate::common::*;
use credential::cose::sign::Sign;
use credential::cose::{CoseError, Sign1};
use credential::status_list::issue::{ListBuilder, SparseList};
use credential::status_list::{BadList, Status, StatusList, StatusListClaims};
use credential::trust_list::issue::{Proposal, rotation, rotation_by_several};
use credential::trust_list::{BadTrustList, ROTATION_TYP, TYP};

#[test]
fn revoked_indexes_of_dense_and_of_sparse_lists() {
    for (bits, len) in [(1, 64), (2, 64), (4, 64), (8, 64), (2, 4096)] {
        let mut builder = ListBuilder::new(bits, len).unwrap();
        for index in [0, 5, 63] {
            assert!(builder.set(index, Status::Revoked));
        }
        assert!(bits == 1 || builder.set(9, Status::Suspended));
        assert!(!builder.set(len, Status::Revoked), "outside");
        assert!(bits == 8 || !builder.set(9, Status::from_number(1 << bits)));
        let list = StatusList::decode(&builder.encode()).unwrap();
        assert_eq!(list.revoked(), [0, 5, 63], "{bits} bits");
        assert_eq!(
            (list.bits(), list.len(), list.is_empty()),
            (bits, len, false)
        );
        assert_eq!(list.get(len), None);
    }
    assert!(StatusList::from_packed(3, vec![0]).is_none());
    assert!(StatusList::from_packed(2, vec![]).unwrap().is_empty());
    assert!(ListBuilder::new(2, 3).is_none());
    assert!(SparseList::new(2, 3, &[]).is_none());
}

#[test]
fn claims_of_a_list_that_are_not_known_are_passed_over() {
    let sparse = SparseList::new(2, 1024, &[(8, Status::Revoked)]).unwrap();
    let payload = sparse.payload(URI, NOW, NOW + DAY, 60);
    let read = StatusListClaims::decode(&payload).unwrap();
    assert_eq!(read.list.revoked(), [8]);
    let more = [&[0xa6][..], &payload[1..], &[0x19, 0x03, 0xe7, 0x00]].concat();
    assert_eq!(StatusListClaims::decode(&more), Ok(read));
    let with_uri = [&[0xa3][..], &sparse.encode()[1..], b"\x61x\x61y"].concat();
    assert!(StatusList::decode(&with_uri).is_ok());
    assert_eq!(
        StatusList::decode(&[0xa0]),
        Err(BadList::Claim("status_list"))
    );
}

#[test]
fn what_a_root_is_asked_to_sign() {
    let office = Office::default();
    let token = office.trust_token();
    let payload = Sign1::parse_canonical(&token).unwrap().payload.to_vec();
    let list = Proposal::read(&payload).unwrap();
    assert_eq!((list.list().version, list.typ()), (1, TYP));
    assert!(list.signers().is_some_and(|roots| roots.is_single()));

    let (old, new) = (public(&key(40)), public(&office.root));
    let rotated = Proposal::read(&rotation(&old, &new, &token).into_payload()).unwrap();
    assert_eq!((rotated.list().version, rotated.typ()), (1, ROTATION_TYP));
    assert!(rotated.signers().is_none(), "a lone key is not named");
    assert!(matches!(rotated, Proposal::Rotation { to, .. } if to == new));

    let several = roots(2, &[41, 42, 43]);
    let by_several = rotation_by_several(&several, &new, &token);
    let read = Proposal::read(&by_several.into_payload()).unwrap();
    assert_eq!(read.signers(), Some(&several));

    let token = office.trust_token_by(&several, &[41, 43]);
    let payload = Sign::parse_canonical(&token).unwrap().payload.to_vec();
    let list = Proposal::read(&payload).unwrap();
    assert_eq!(list.signers(), Some(&several));
    assert_eq!(list.list().root, several.id());

    for wrong in [&[][..], &[0x80], &[0xa0], &[0xf6]] {
        assert!(matches!(Proposal::read(wrong), Err(BadTrustList::Claim(_))));
    }
    // COSE_Sign with a body header that does not fit, or with an array of another size.
    let mut cut = token.clone();
    cut[2] = 0x83;
    assert!(Sign::parse_canonical(&cut).is_err());
    let three = [0xd8, 98, 0x83, 0x40, 0xa0, 0x40];
    assert_eq!(
        Sign::parse_canonical(&three).unwrap_err(),
        CoseError::NotSign1
    );
    assert!(!sign_by(rotation_by_several(&several, &new, &token), &[41]).is_empty());
}

/// What is not compressed counts against the limit to the byte.
#[test]
fn a_stored_block_up_to_the_limit() {
    use credential::inflate::{InflateError, inflate};
    let mut zlib = Vec::with_capacity(64);
    flate2::Compress::new(flate2::Compression::none(), true)
        .compress_vec(b"LIMA!", &mut zlib, flate2::FlushCompress::Finish)
        .unwrap();
    let whole = inflate(&zlib, 5).unwrap();
    assert_eq!(whole.bytes, b"LIMA!");
    assert!(!whole.canonical);
    assert_eq!(inflate(&zlib, 4).unwrap_err(), InflateError::TooLarge);
}

/// More indexes than there are numbers for are refused. Nothing is written to that memory, so it takes none.
#[test]
fn a_list_of_half_a_gigabyte() {
    let most = u32::MAX as usize / 8;
    assert_eq!(StatusList::from_packed(1, vec![0; most + 1]), None);
    let list = StatusList::from_packed(1, vec![0; most]).unwrap();
    assert_eq!((list.len(), list.get(list.len())), (8 * most as u32, None));
}
