//! Phones' keys with either sign of y.

use crate::bound;
use crate::common::*;
use crate::phone::{Phone, proof};
use credential::holder::HolderKey;
use credential::reason::Reason;

#[test]
fn either_sign_of_y() {
    let mut odd = 0;
    for seed in 1..=12 {
        let phone = Phone::es256(seed);
        let key = phone.key();
        let HolderKey::P256 { y_odd, .. } = key else {
            panic!("an ES256 key");
        };
        odd += u32::from(y_odd);
        assert!(key.verify(b"here", &phone.sign(b"here")), "{seed}");
        assert!(!key.verify(b"there", &phone.sign(b"here")));
        let other = Phone::es256(seed + 1).sign(b"here");
        assert!(!key.verify(b"here", &other));
    }
    assert!((2..=10).contains(&odd), "{odd}");
}

/// What a credential says of either key is that key.
#[test]
fn either_key_in_a_credential() {
    let office = Office::default();
    for seed in 1..=12 {
        let phone = Phone::es256(seed);
        let card = bound(&office, &phone);
        let verdict = office.verify(&phone.shows(&card, proof(NOW)));
        assert_eq!(verdict.reason(), Reason::Valid, "{seed}");
        let shown = verdict.credential().unwrap();
        assert_eq!(shown.claims().cnf, Some(phone.key()));
    }
}
