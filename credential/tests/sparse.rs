//! Status lists written without being laid out: whatever they say, every inflater reads exactly that.

#[path = "sparse/sizes.rs"]
mod sizes;

use credential::inflate::inflate;
use credential::status_list::issue::{ListBuilder, SparseList};
use credential::status_list::{MAX_LIST, SHARD, Status, StatusList};
use proptest::prelude::*;
use std::io::Read;

/// The list laid out, as zlib would be given it.
fn packed(bits: u8, len: u32, entries: &[(u32, Status)]) -> Vec<u8> {
    let per_byte = 8 / u32::from(bits);
    let mut packed = vec![0; (len / per_byte) as usize];
    for (index, status) in entries {
        packed[(index / per_byte) as usize] |=
            status.number() << ((index % per_byte) * u32::from(bits));
    }
    packed
}

fn zlib_9(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![];
    let mut encoder = flate2::read::ZlibEncoder::new(bytes, flate2::Compression::best());
    encoder.read_to_end(&mut out).unwrap();
    out
}

/// Writes the list, reads it with every inflater at hand, and returns how long it is.
fn checked(bits: u8, len: u32, entries: &[(u32, Status)]) -> usize {
    let list = SparseList::new(bits, len, entries).expect("a possible list");
    let expected = packed(bits, len, entries);
    let stream = list.zlib();
    let ours = inflate(stream, MAX_LIST).expect("our own inflater");
    assert!(ours.bytes == expected, "our own inflater");
    let mut by_zlib = Vec::with_capacity(expected.len());
    let mut decoder = flate2::read::ZlibDecoder::new(stream);
    decoder.read_to_end(&mut by_zlib).expect("zlib");
    assert!(by_zlib == expected, "zlib");
    assert_eq!(decoder.total_in(), stream.len() as u64, "nothing follows");
    let by_miniz = miniz_oxide::inflate::decompress_to_vec_zlib(stream).expect("miniz_oxide");
    assert!(by_miniz == expected, "miniz_oxide");
    let mut by_zlib_rs = vec![0; expected.len() + 1];
    let config = zlib_rs::InflateConfig::default();
    let (by_zlib_rs, code) = zlib_rs::decompress_slice(&mut by_zlib_rs, stream, config);
    assert_eq!(code, zlib_rs::ReturnCode::Ok, "zlib-rs");
    assert!(*by_zlib_rs == *expected, "zlib-rs");
    let read = StatusList::decode(&list.encode()).expect("a list");
    assert_eq!((read.bits(), read.len()), (bits, len));
    let not_zero = entries
        .iter()
        .filter(|(_, status)| *status != Status::Valid);
    assert!(read.not_zero().eq(not_zero.copied()), "statuses");
    stream.len()
}

/// Statuses at random, each not 0 with a chance of one in `one_in`.
fn scattered(len: u32, one_in: u64, top: u8, seed: u64) -> Vec<(u32, Status)> {
    // A generator of the tests' own (xorshift64), so that a failure can be made again.
    let mut state = seed.max(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 11
    };
    let mut entries = vec![];
    for index in 0..len {
        if next() % one_in == 0 {
            let number = 1 + (next() % u64::from(top)) as u8;
            entries.push((index, Status::from_number(number)));
        }
    }
    entries
}

#[test]
fn a_shard_of_every_density() {
    for (one_in, most) in [
        (100_000, 1.15),
        (10_000, 1.15),
        (1000, 1.15),
        (300, 1.15),
        (100, 1.15),
        (33, 1.15),
        (10, 1.15),
        (3, 1.02),
        (1, 1.02),
    ] {
        let entries = scattered(SHARD, one_in, 3, 7 + one_in);
        let size = checked(2, SHARD, &entries);
        let peer = zlib_9(&packed(2, SHARD, &entries)).len();
        let ratio = size as f64 / peer as f64;
        println!("1 in {one_in}: {size} bytes, zlib level 9 {peer}, {ratio:.3}");
        // A code of its own costs some bytes, which count where there is nearly nothing else.
        assert!(size as f64 <= peer as f64 * most + 100.0, "1 in {one_in}");
    }
}

#[test]
fn empty_full_and_uniform_lists() {
    assert!(checked(2, SHARD, &[]) < 300);
    for number in 1..=3 {
        let status = Status::from_number(number);
        let full: Vec<_> = (0..SHARD).map(|index| (index, status)).collect();
        assert!(checked(2, SHARD, &full) < 300);
        for index in [0, 1, 3, 4, 5, SHARD / 2, SHARD - 5, SHARD - 4, SHARD - 1] {
            assert!(checked(2, SHARD, &[(index, status)]) < 330, "{index}");
        }
    }
    let stated: Vec<_> = (0..SHARD).map(|index| (index, Status::Valid)).collect();
    assert_eq!(checked(2, SHARD, &stated), checked(2, SHARD, &[]));
    for bits in [1, 2, 4, 8] {
        checked(bits, 0, &[]);
        checked(bits, 8, &[(0, Status::Revoked)]);
        checked(bits, 8, &[(7, Status::Revoked)]);
    }
}

/// Runs of 0 and of other bytes of every length around those where the form changes.
#[test]
fn runs_of_every_length() {
    let lengths = (0..=12)
        .chain(255..=264)
        .chain([513, 514, 515, 516, 517, 518, 519, 775, 776]);
    let lengths: Vec<u32> = lengths.collect();
    for &zeros in &lengths {
        for &ones in lengths.iter().filter(|length| **length > 0) {
            let run = zeros..zeros + ones;
            let mut entries: Vec<_> = run.map(|at| (at, Status::Revoked)).collect();
            // Whether a short run is a match depends on what else there is.
            let many = (zeros + ones..)
                .step_by(zeros as usize + 1)
                .skip(1)
                .take(40);
            checked(8, 40_000, &entries);
            entries.extend(many.map(|at| (at, Status::Suspended)));
            checked(8, 40_000, &entries);
        }
    }
}

/// Counts like Fibonacci's numbers ask for codes longer than DEFLATE has.
#[test]
fn codes_that_would_be_too_long() {
    let mut entries = vec![];
    let (mut a, mut b) = (1, 1);
    for number in 1..=24u8 {
        for _ in 0..a {
            entries.push((entries.len() as u32, Status::from_number(number)));
        }
        (a, b) = (b, a + b);
    }
    // Neighbours that differ, so that none of it is a run.
    entries.sort_by_key(|(index, _)| index.wrapping_mul(0x9e37_79b1));
    let entries: Vec<_> = (0..)
        .zip(entries.into_iter().map(|(_, status)| status))
        .collect();
    checked(
        8,
        entries.len() as u32 + 8 - entries.len() as u32 % 8,
        &entries,
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let of = |bits, len, entries: &[(u32, Status)]| SparseList::new(bits, len, entries).is_some();
    assert!(of(2, 8, &[(3, Status::Revoked), (4, Status::Superseded)]));
    assert!(!of(3, 8, &[]) && !of(2, 7, &[]));
    assert!(!of(2, 8, &[(8, Status::Revoked)]), "beyond the end");
    assert!(!of(2, 8, &[(u32::MAX, Status::Revoked)]));
    assert!(!of(2, 8, &[(4, Status::Revoked), (3, Status::Revoked)]));
    assert!(!of(2, 8, &[(4, Status::Revoked), (4, Status::Superseded)]));
    assert!(!of(2, 8, &[(4, Status::Unknown(4))]), "three bits");
    assert!(!of(1, 8, &[(4, Status::Suspended)]), "two bits");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Any list of any width: the same statuses as the builder that lays it out, and never much longer than that.
    #[test]
    fn the_same_list_as_laid_out(
        bits in prop::sample::select(vec![1u8, 2, 4, 8]),
        blocks in 1u32..4000,
        one_in in prop::sample::select(vec![1u64, 2, 3, 7, 30, 200, 5000]),
        top in any::<u8>(),
        seed in any::<u64>(),
    ) {
        let len = blocks * 8;
        let top = (top % (((1u16 << bits) - 1) as u8)) + 1;
        let entries = scattered(len, one_in, top, seed);
        let size = checked(bits, len, &entries);
        let mut builder = ListBuilder::new(bits, len).unwrap();
        for (index, status) in &entries {
            prop_assert!(builder.set(*index, *status));
        }
        let laid_out = StatusList::decode(&builder.encode());
        let sparse = SparseList::new(bits, len, &entries).unwrap();
        prop_assert_eq!(StatusList::decode(&sparse.encode()), laid_out);
        let packed = (len * u32::from(bits) / 8) as usize;
        prop_assert!(size <= packed + packed / 1000 + 400, "{} of {}", size, packed);
    }
}
