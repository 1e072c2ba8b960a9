//! The accept set is that of `verify_strict`, at every edge we know of.

use super::support::{Judges, Numbers, strict};
use credential::ed25519::{IssuerKey, KeyError, verify_batch};
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha512};

/// p = 2^255 − 19, little endian.
fn p() -> [u8; 32] {
    let mut p = [0xff; 32];
    p[0] = 0xed;
    p[31] = 0x7f;
    p
}

/// L, little endian.
fn l() -> [u8; 32] {
    let mut l = (-Scalar::ONE).to_bytes();
    l[0] += 1;
    l
}

/// a + b as 256-bit numbers; `None` on overflow.
fn sum(a: &[u8; 32], b: &[u8; 32]) -> Option<[u8; 32]> {
    let mut carry = 0;
    let sum = std::array::from_fn(|i| {
        carry += u16::from(a[i]) + u16::from(b[i]);
        let byte = carry as u8;
        carry >>= 8;
        byte
    });
    (carry == 0).then_some(sum)
}

/// Every way to write each of the eight points of small order: y and y + p where that fits in 255 bits,
/// both signs.
fn small_order_encodings() -> Vec<[u8; 32]> {
    let mut all = Vec::new();
    for point in EIGHT_TORSION {
        let mut y = point.compress().to_bytes();
        y[31] &= 0x7f;
        let shifted = sum(&y, &p()).filter(|y| y[31] < 0x80);
        for y in [Some(y), shifted].into_iter().flatten() {
            for sign in [0, 0x80] {
                let mut bytes = y;
                bytes[31] |= sign;
                all.push(bytes);
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

fn challenge(r: &[u8; 32], a: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new()
        .chain_update(r)
        .chain_update(a)
        .chain_update(message);
    Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
}

fn join(r: &[u8; 32], s: &[u8; 32]) -> [u8; 64] {
    std::array::from_fn(|i| if i < 32 { r[i] } else { s[i - 32] })
}

/// A signature under a·B + `twist_a` with nonce r and R + `twist_r`.
fn twisted(
    (a, twist_a): (Scalar, EdwardsPoint),
    (r, twist_r): (Scalar, EdwardsPoint),
    message: &[u8],
) -> ([u8; 32], [u8; 64]) {
    let key = (ED25519_BASEPOINT_POINT * a + twist_a)
        .compress()
        .to_bytes();
    let point = (ED25519_BASEPOINT_POINT * r + twist_r)
        .compress()
        .to_bytes();
    let s = r + challenge(&point, &key, message) * a;
    (key, join(&point, s.as_bytes()))
}

fn signer(numbers: &mut Numbers) -> SigningKey {
    SigningKey::from_bytes(&numbers.bytes())
}

#[test]
fn small_order_keys_are_refused_in_every_encoding() {
    let encodings = small_order_encodings();
    assert_eq!(encodings.len(), 14);
    let judges = Judges::new();
    for key in &encodings {
        let error = IssuerKey::from_bytes(key).err().expect("a weak key");
        assert!(matches!(
            error,
            KeyError::SmallOrder | KeyError::NotCanonical
        ));
        for r in &encodings {
            for s in [Scalar::ZERO, Scalar::ONE] {
                assert!(!judges.one(key, b"any", &join(r, s.as_bytes())));
            }
        }
    }
}

/// With s = k·a the equation holds for R of small order, but for R's torsion: the best a forger of
/// "R of small order" can do who has the secret key.
#[test]
fn small_order_r_is_refused_in_every_encoding() {
    let judges = Judges::new();
    let mut numbers = Numbers(1);
    for i in 0..20 {
        let a = Scalar::from_bytes_mod_order(numbers.bytes());
        for twist in EIGHT_TORSION {
            let key = (ED25519_BASEPOINT_POINT * a + twist).compress().to_bytes();
            for r in small_order_encodings() {
                let message = [i];
                let s = challenge(&r, &key, &message) * a;
                assert!(
                    !judges.one(&key, &message, &join(&r, s.as_bytes())),
                    "R {r:02x?}"
                );
            }
        }
    }
}

/// R′ of small order must really be reached above, else the test above tests nothing.
#[test]
fn small_order_r_would_satisfy_the_equation() {
    let key = SigningKey::from_bytes(&[3; 32]);
    let r = EIGHT_TORSION[0].compress().to_bytes();
    let s = challenge(&r, key.verifying_key().as_bytes(), b"m") * key.to_scalar();
    let signature = ed25519_dalek::Signature::from_bytes(&join(&r, s.as_bytes()));
    assert!(ed25519_dalek::Verifier::verify(&key.verifying_key(), b"m", &signature).is_ok());
}

/// R that begins and ends like one of small order, and is none in between: n·B with an n that was searched for.
#[test]
fn r_that_resembles_small_order_is_accepted() {
    let judges = Judges::new();
    for (n, first, last) in [(9115u32, 0..=1, 0), (55_399, 0xec..=0xec, 0x7f)] {
        let a = Scalar::from_bytes_mod_order([7; 32]);
        let zero = EdwardsPoint::default();
        let (key, signature) = twisted((a, zero), (Scalar::from(n), zero), b"m");
        assert!(first.contains(&signature[0]) && signature[31] & 0x7f == last);
        assert!(judges.one(&key, b"m", &signature));
    }
}

#[test]
fn mixed_order_keys_and_r_are_judged_as_strict_does() {
    let judges = Judges::new();
    let mut numbers = Numbers(2);
    let mut accepted = [0; 8];
    for round in 0..6u8 {
        let a = Scalar::from_bytes_mod_order(numbers.bytes());
        let r = Scalar::from_bytes_mod_order(numbers.bytes());
        for (i, twist_a) in EIGHT_TORSION.into_iter().enumerate() {
            for twist_r in EIGHT_TORSION {
                let (key, signature) = twisted((a, twist_a), (r, twist_r), &[round]);
                assert_eq!(
                    IssuerKey::from_bytes(&key)
                        .expect("a key")
                        .is_torsion_free(),
                    i == 0
                );
                accepted[i] += usize::from(judges.one(&key, &[round], &signature));
            }
        }
    }
    assert_eq!(accepted[0], 6, "an honest key: only the honest R");
    assert!(
        accepted[1..].iter().sum::<usize>() > 10,
        "{accepted:?}: the edge must be reached"
    );
}

/// y between p and 2^255: refused as a key; as R it is never what R′ encodes to.
#[test]
fn non_canonical_encodings() {
    let judges = Judges::new();
    for low in 0..19u8 {
        let mut y = [0; 32];
        y[0] = low;
        let y = sum(&y, &p()).expect("fits");
        for sign in [0, 0x80] {
            let mut bytes = y;
            bytes[31] |= sign;
            let error = IssuerKey::from_bytes(&bytes).err().expect("refused");
            assert!(matches!(
                error,
                KeyError::NotCanonical | KeyError::NotOnCurve
            ));
            let key = SigningKey::from_bytes(&[low; 32]);
            let s = challenge(&bytes, key.verifying_key().as_bytes(), b"m") * key.to_scalar();
            let signature = join(&bytes, s.as_bytes());
            assert!(!judges.one(key.verifying_key().as_bytes(), b"m", &signature));
        }
    }
}

#[test]
fn s_has_one_encoding() {
    let judges = Judges::new();
    let mut numbers = Numbers(3);
    for i in 0..40u8 {
        let key = signer(&mut numbers);
        let public = key.verifying_key().to_bytes();
        let signature = key.sign(&[i]).to_bytes();
        let (r, s) = (&signature[..32], &signature[32..]);
        let (r, mut s): ([u8; 32], [u8; 32]) = (r.try_into().unwrap(), s.try_into().unwrap());
        assert!(judges.one(&public, &[i], &signature));
        while let Some(next) = sum(&s, &l()) {
            s = next;
            assert!(!judges.one(&public, &[i], &join(&r, &s)), "s + n·L");
        }
        for top in [0x20, 0x40, 0x80, 0xe0] {
            let mut high = signature;
            high[63] |= top;
            assert!(!judges.one(&public, &[i], &high));
        }
        assert!(!judges.one(&public, &[i], &join(&r, &l())));
    }
}

#[test]
fn every_flipped_bit_is_seen() {
    let judges = Judges::new();
    let mut numbers = Numbers(4);
    let key = signer(&mut numbers);
    let public = key.verifying_key().to_bytes();
    let message = numbers.vec(100);
    let signature = key.sign(&message).to_bytes();
    let flipped: Vec<[u8; 64]> = (0..512).map(|bit| flip(signature, bit)).collect();
    let items: Vec<_> = flipped.iter().map(|s| (message.as_slice(), s)).collect();
    assert!(judges.all(&public, &items).iter().all(|accepted| !accepted));
    for bit in 0..256 {
        assert!(
            !judges.one(&flip(public, bit), &message, &signature),
            "key bit {bit}"
        );
    }
    for bit in 0..800 {
        let mut message = message.clone();
        message[bit / 8] ^= 1 << (bit % 8);
        assert!(!strict(&public, &message, &signature));
        assert!(
            !IssuerKey::from_bytes(&public)
                .unwrap()
                .verify(&message, &signature)
        );
    }
}

fn flip<const N: usize>(mut bytes: [u8; N], bit: usize) -> [u8; N] {
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

#[test]
fn noise_is_judged_as_strict_does() {
    let judges = Judges::new();
    let mut numbers = Numbers(5);
    for _ in 0..30 {
        let key = signer(&mut numbers);
        let public = key.verifying_key().to_bytes();
        let messages: Vec<Vec<u8>> = (0..40).map(|len| numbers.vec(len * 11)).collect();
        let signatures: Vec<[u8; 64]> = messages
            .iter()
            .map(|message| match numbers.below(4) {
                0 => numbers.bytes(),
                1 => flip(key.sign(message).to_bytes(), numbers.below(512)),
                _ => key.sign(message).to_bytes(),
            })
            .collect();
        let items: Vec<_> = messages
            .iter()
            .map(Vec::as_slice)
            .zip(&signatures)
            .collect();
        let accepted = judges
            .all(&public, &items)
            .into_iter()
            .filter(|a| *a)
            .count();
        assert!((10..30).contains(&accepted));
        judges.one(&numbers.bytes(), &messages[1], &signatures[1]);
    }
}

#[test]
fn batches_with_bad_ones_anywhere() {
    let judges = Judges::new();
    let mut numbers = Numbers(6);
    let key = signer(&mut numbers);
    let public = key.verifying_key().to_bytes();
    let prepared = judges.prepare(&IssuerKey::from_bytes(&public).unwrap());
    let messages: Vec<Vec<u8>> = (0..65).map(|_| numbers.vec(330)).collect();
    let good: Vec<[u8; 64]> = messages.iter().map(|m| key.sign(m).to_bytes()).collect();
    let small_order = EIGHT_TORSION[3].compress().to_bytes();
    for size in [0usize, 1, 2, 3, 63, 64, 65] {
        for bad in [0, 1, 2, size / 2, size.saturating_sub(1), size] {
            let mut signatures = good[..size].to_vec();
            let mut expected = vec![true; size];
            for _ in 0..bad.min(size) {
                let i = numbers.below(size);
                expected[i] = false;
                signatures[i] = match numbers.below(5) {
                    0 => flip(good[i], numbers.below(256)),
                    1 => flip(good[i], 256 + numbers.below(250)),
                    2 => join(good[i][..32].try_into().unwrap(), &[0xff; 32]),
                    3 => join(&small_order, good[i][32..].try_into().unwrap()),
                    _ => good[(i + 1) % 65],
                };
            }
            let items: Vec<_> = messages
                .iter()
                .map(Vec::as_slice)
                .zip(&signatures)
                .collect();
            assert_eq!(judges.all(&public, &items), expected);
        }
    }
    // Swapped neighbours: two bad ones that a sum over all would have to tell apart.
    let mut signatures = good.clone();
    signatures.swap(10, 11);
    let items: Vec<_> = messages
        .iter()
        .map(Vec::as_slice)
        .zip(&signatures)
        .collect();
    let answers = verify_batch(&prepared[0], &items);
    let bad: Vec<usize> = (0..65).filter(|&i| !answers[i]).collect();
    assert_eq!(bad, [10, 11]);
}

/// Two signatures whose errors cancel: a linear combination with equal weights accepts them.
#[test]
fn errors_that_cancel() {
    let judges = Judges::new();
    let key = SigningKey::from_bytes(&[8; 32]);
    let public = key.verifying_key().to_bytes();
    let signatures =
        [(b"one", 5u8, Scalar::ONE), (b"two", 6, -Scalar::ONE)].map(|(m, r, error)| {
            let r = Scalar::from(r);
            let point = (ED25519_BASEPOINT_POINT * r).compress().to_bytes();
            let s = r + challenge(&point, &public, m) * key.to_scalar() + error;
            join(&point, s.as_bytes())
        });
    let items: [(&[u8], &[u8; 64]); 2] = [(b"one", &signatures[0]), (b"two", &signatures[1])];
    assert_eq!(judges.all(&public, &items), [false, false]);
}
