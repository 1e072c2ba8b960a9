//! Entries of a batch of changes in other forms than a publisher writes.

use crate::common::*;
use credential::cbor::write::Writer;
use credential::changes::{BadBatch, Batch, TYP};
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;

/// A batch with one change: its id, and the status that is written.
fn judged(status: impl FnOnce(&mut Writer)) -> Result<Batch, BadBatch> {
    let mut w = Writer::new();
    w.map(4).u64(3).str("BPJS").u64(6).i64(NOW);
    w.i64(-65_543).str("17").i64(-65_544).array(1);
    w.map(2).u64(0).bytes(&[7; 16]).u64(6);
    status(&mut w);
    let publisher = KeyId::of(&public(&key(2)));
    let unsigned = Unsigned::new(publisher, Some(TYP), w.into_bytes());
    Batch::verify(&sign(unsigned, &key(2)), &Office::default().trust(), "BPJS")
}

#[test]
fn a_status_is_a_list_and_an_index_in_it() {
    let batch = judged(|w| {
        w.array(2).str(URI).u64(9);
    });
    assert_eq!(batch.unwrap().changes[0].status, Some((URI.into(), 9)));
    let refused = Err(BadBatch::Claim("changes"));
    let one = judged(|w| {
        w.array(1).str(URI);
    });
    let three = judged(|w| {
        w.array(3).str(URI).u64(9).u64(9);
    });
    let swapped = judged(|w| {
        w.array(2).u64(9).str(URI);
    });
    let beyond = judged(|w| {
        w.array(2).str(URI).u64(1 << 32);
    });
    for batch in [one, three, swapped, beyond] {
        assert_eq!(batch, refused);
    }
}
