//! How large lists are, to the byte: what saves room is of no use where it does not.

use super::scattered;
use credential::status_list::issue::SparseList;
use credential::status_list::{SHARD, Status};

fn size(bits: u8, len: u32, entries: &[(u32, Status)]) -> usize {
    let list = SparseList::new(bits, len, entries).expect("a possible list");
    list.zlib().len()
}

#[test]
fn of_every_density() {
    let sizes = [1, 2, 3, 5, 10, 20, 50, 100, 300, 1000, 10_000, 100_000]
        .map(|one_in| size(2, SHARD, &scattered(SHARD, one_in, 3, 7 + one_in)));
    assert_eq!(
        sizes,
        [
            210584, 235767, 190637, 137221, 84992, 55858, 30601, 18161, 7317, 2567, 596, 308
        ]
    );
    let of_bits = [1, 2, 4, 8].map(|bits| size(bits, 1 << 16, &scattered(1 << 16, 60, 1, 5)));
    assert_eq!(of_bits, [1358, 1507, 1643, 1740]);
}

#[test]
fn of_runs() {
    let every = |step: usize, status| -> Vec<_> {
        (0..1 << 16).step_by(step).map(|n| (n, status)).collect()
    };
    let sizes = [1, 2, 3, 4, 7, 8, 9, 12, 16, 40, 400, 1040, 4000]
        .map(|step| size(2, 1 << 16, &every(step, Status::Revoked)));
    assert_eq!(
        sizes,
        [
            40, 40, 4119, 39, 4705, 3091, 4119, 2749, 2579, 1454, 246, 76, 67
        ]
    );
    assert_eq!(size(2, 1 << 16, &[]), 38);
}
