//! What a trust list may not say of an issuer.

use crate::common::*;
use credential::cose::Sign1;
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::trust_list::{BadTrustList, Issuer, Profile, TYP, TrustList};

fn read(change: impl FnOnce(&mut Issuer)) -> Result<TrustList, BadTrustList> {
    let mut office = Office::default();
    change(&mut office.issuers[0]);
    TrustList::verify(&office.trust_token(), &public(&office.root))
}

#[test]
fn regions_are_digits() {
    for region in ["", "3", "3273", "3273011001"] {
        let read = read(|issuer| issuer.region = region.into());
        assert_eq!(read.map(|list| list.issuers().count()), Ok(1), "{region}");
    }
    for region in ["32730110011", "32x3", "3273 ", "32.73"] {
        let read = read(|issuer| issuer.region = region.into());
        assert!(matches!(read, Err(BadTrustList::Claim(_))), "{region}");
    }
}

#[test]
fn kinds_rise() {
    for kinds in [&[][..], &[2], &[1, 2, 9]] {
        assert!(read(|issuer| issuer.kinds = kinds.into()).is_ok());
    }
    for kinds in [&[1, 1][..], &[2, 1], &[1, 2, 2]] {
        let read = read(|issuer| issuer.kinds = kinds.into());
        assert!(matches!(read, Err(BadTrustList::Claim(_))), "{kinds:?}");
    }
}

#[test]
fn names_of_offices_and_issuers() {
    for iss in ["", "ID 3273", "ID.\u{e9}", &"I".repeat(65)] {
        assert!(read(|issuer| issuer.iss = iss.into()).is_err(), "{iss}");
    }
    for office in ["", " Dinas", "Dinas ", "Di\u{7}nas", &"D".repeat(300)] {
        let read = read(|issuer| issuer.office = office.into());
        assert!(read.is_err(), "{office}");
    }
}

/// 0 is said by saying nothing, and may be said; 1 is foreign; others are not known.
#[test]
fn profiles_of_issuers() {
    let mut office = Office::default();
    office.issuers[0].profile = Profile::Foreign;
    let token = office.trust_token();
    let payload = Sign1::parse_canonical(&token).unwrap().payload;
    let place = payload.windows(2).rposition(|two| two == [10, 1]).unwrap();
    for (number, profile) in [
        (0, Some(Profile::Canonical)),
        (1, Some(Profile::Foreign)),
        (2, None),
    ] {
        let mut payload = payload.to_vec();
        payload[place + 1] = number;
        let kid = KeyId::of(&public(&office.root));
        let token = sign(Unsigned::new(kid, Some(TYP), payload), &office.root);
        let read = TrustList::verify(&token, &public(&office.root)).ok();
        let found = read.and_then(|list| list.issuers().next().map(|issuer| issuer.profile));
        assert_eq!(found, profile, "{number}");
    }
}
