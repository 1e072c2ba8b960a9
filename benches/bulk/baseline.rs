//! Signing and batch verification, and nothing else, on all cores.

use crate::common::*;
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::{Policy, verify_tokens};
use ed25519_dalek::Signer;
use ikd::clock::Stopwatch;

const BATCH: usize = 128;
const SECONDS: f64 = 3.0;

/// Credentials a second.
pub fn rate() -> f64 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(one)).collect();
        threads
            .into_iter()
            .map(|t| t.join().expect("a thread"))
            .sum()
    })
}

fn one() -> f64 {
    let office = Office::default();
    let (trust, lists) = (office.trust(), office.status_lists());
    let kid = KeyId::of(&public(&office.signer));
    let payloads: Vec<Vec<u8>> = (0..BATCH as u32)
        .map(|n| {
            let mut c = claims(ktp());
            c.status.as_mut().expect("a status").index = n;
            c.encode().expect("claims")
        })
        .collect();
    let (watch, mut done) = (Stopwatch::start(), 0);
    while watch.elapsed().as_secs_f64() < SECONDS {
        let sign = |payload: &Vec<u8>| {
            let unsigned = Unsigned::new(kid, None, payload.clone());
            let signature = office.signer.sign(&unsigned.to_be_signed()).to_bytes();
            unsigned.into_token(&signature)
        };
        let tokens: Vec<Vec<u8>> = payloads.iter().map(sign).collect();
        let refs: Vec<&[u8]> = tokens.iter().map(Vec::as_slice).collect();
        let verdicts = verify_tokens(&refs, &trust, &lists, NOW, &Policy::default());
        assert!(verdicts.iter().all(|v| v.outcome().code() == "valid"));
        done += BATCH;
    }
    done as f64 / watch.elapsed().as_secs_f64()
}
