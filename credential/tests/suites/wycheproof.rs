//! Wycheproof: signatures that must and must not count.

use super::*;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub accepted: usize,
    pub refused: usize,
    /// Not 64 bytes, which the type of a signature already rules out.
    pub other_length: usize,
}

/// Asks `judge` about every case and compares its answer with the suite's.
pub fn wycheproof(suite: &Json, judge: impl Fn(&Json, &[u8], &[u8; 64]) -> bool) -> Tally {
    let mut tally = Tally::default();
    for group in list_of(suite, "testGroups") {
        for case in list_of(group, "tests") {
            let expected = match text_of(case, "result") {
                "valid" => true,
                "invalid" => false,
                // A signature some may accept is one that strict rules refuse.
                "acceptable" => false,
                other => panic!("result {other}"),
            };
            let id = &case["tcId"];
            let Ok(signature) = <[u8; 64]>::try_from(hex(text_of(case, "sig"))) else {
                assert!(!expected, "tcId {id}: valid, but not 64 bytes");
                tally.other_length += 1;
                continue;
            };
            let answer = judge(group, &hex(text_of(case, "msg")), &signature);
            assert_eq!(answer, expected, "tcId {id}: {}", text_of(case, "comment"));
            if answer {
                tally.accepted += 1;
            } else {
                tally.refused += 1;
            }
        }
    }
    tally
}

#[test]
fn wycheproof_p256_through_the_holder_key() {
    let Some(suites) = suites() else { return };
    let suite = json(suites.join("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json"));
    let tally = wycheproof(&suite, |group, message, signature| {
        let point = hex(text_of(&group["publicKey"], "uncompressed"));
        let key = HolderKey::from_sec1(&point).expect("the suite's keys are on the curve");
        let mut compressed = vec![2 + (point[64] & 1)];
        compressed.extend_from_slice(&point[1..33]);
        assert_eq!(HolderKey::from_sec1(&compressed), Some(key));
        let mut off_the_curve = point;
        off_the_curve[64] ^= 1;
        assert_eq!(HolderKey::from_sec1(&off_the_curve), None);
        key.verify(message, signature)
    });
    eprintln!("Wycheproof ECDSA P-256 P1363 through HolderKey: {tally:?}");
    let expected = Tally {
        accepted: 173,
        refused: 68,
        other_length: 21,
    };
    assert_eq!(tally, expected, "262 cases");
}

#[test]
fn wycheproof_ed25519_through_both_keys() {
    let Some(suites) = suites() else { return };
    let suite = json(suites.join("wycheproof/ed25519_test.json"));
    let expected = Tally {
        accepted: 88,
        refused: 51,
        other_length: 12,
    };
    let public = |group: &Json| -> [u8; 32] {
        let bytes = hex(text_of(&group["publicKey"], "pk"));
        bytes.try_into().expect("32 bytes")
    };
    let holder = wycheproof(&suite, |group, message, signature| {
        let key = HolderKey::from_ed25519(&public(group)).expect("no weak key in the suite");
        key.verify(message, signature)
    });
    let issuer = wycheproof(&suite, |group, message, signature| {
        let key = PublicKey::from_bytes(&public(group)).expect("no weak key in the suite");
        key.verify(message, signature)
    });
    eprintln!("Wycheproof Ed25519 through HolderKey: {holder:?}, through PublicKey: {issuer:?}");
    assert_eq!((&holder, &issuer), (&expected, &expected), "151 cases each");
}
