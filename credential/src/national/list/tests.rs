//! What is coded comes back, and says of every index what was coded.

use super::*;

fn round(indexes: u32, listed: &[u32]) {
    let mut out = alloc::vec![0xaa; 3];
    let all = listed.iter().map(|index| u64::from(*index));
    let stated = encode(
        u64::from(indexes),
        all.clone(),
        &mut Writer::default(),
        &mut out,
    );
    let list = List::new(u64::from(indexes), stated, 3).unwrap();
    assert_eq!(list.bytes(), out.len() - 3);
    assert!(list.is_canonical(&out));
    assert!(list.iter(&out).eq(all));
    for index in 0..indexes.min(5000) {
        let is_in = listed.binary_search(&index).is_ok();
        assert_eq!(
            list.contains(&out, index),
            is_in,
            "{index} of {indexes} in {stated:?}"
        );
    }
}

#[test]
fn every_density_and_the_worst_clusters() {
    for indexes in [1, 2, 7, 100, 4096, 1 << 20] {
        for step in [1, 2, 3, 50, 1000, 9973, 1 << 19] {
            let spread: Vec<u32> = (0..indexes).step_by(step).collect();
            round(indexes, &spread);
            let last: Vec<u32> = (indexes.saturating_sub(step as u32)..indexes).collect();
            round(indexes, &last);
        }
        round(indexes, &[indexes - 1]);
    }
}

#[test]
fn a_country_as_one_list() {
    let indexes = MAX_INDEXES;
    for listed in [
        &[0, 1, MAX_INDEXES - 1][..],
        &[MAX_INDEXES / 3],
        &[MAX_INDEXES - 1],
    ] {
        let mut out = Vec::new();
        let all = listed.iter().copied();
        let stated = encode(indexes, all.clone(), &mut Writer::default(), &mut out);
        let list = List::new(indexes, stated, 0).unwrap();
        assert!(list.is_canonical(&out) && list.iter(&out).eq(all));
    }
}

/// Entries at one end leave blocks without any, whose start only the skip table says.
#[test]
fn no_other_bytes_say_the_same() {
    let indexes = 1 << 20;
    for first in [0, indexes - 1000] {
        let listed: Vec<u64> = (first..first + 1000).collect();
        let mut good = Vec::new();
        let stated = encode(
            indexes,
            listed.iter().copied(),
            &mut Writer::default(),
            &mut good,
        );
        let list = List::new(indexes, stated, 0).unwrap();
        assert!(list.shape.blocks > 1 && stated.width > 0);
        for bit in 0..8 * good.len() {
            let mut other = good.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            if list.is_canonical(&other) {
                let found: Vec<u64> = list.iter(&other).collect();
                assert!(found != listed, "bit {bit}");
                let mut again = Vec::new();
                let stated_again = encode(
                    indexes,
                    found.into_iter(),
                    &mut Writer::default(),
                    &mut again,
                );
                assert!(stated_again == stated && again == other, "bit {bit}");
            }
        }
    }
}

/// A gap of so many ones that its number would come round to a small one.
#[test]
fn a_gap_does_not_come_round() {
    let shape = Shape::new(MAX_INDEXES, 1);
    let ones = u64::MAX / shape.m + 1;
    let mut writer = Writer::default();
    for _ in 0..ones / 31 {
        writer.push(u64::MAX, 31);
    }
    writer.push((1 << (ones % 31)) - 1, (ones % 31) as u32 + 1);
    writer.push(0, shape.long - 1);
    let stated = Stated {
        count: 1,
        bits: writer.len() as u32,
        width: 0,
    };
    let mut body = Vec::new();
    writer.drain_into(&mut body);
    let list = List::new(MAX_INDEXES, stated, 0).unwrap();
    assert!(!list.is_canonical(&body));
}

#[test]
fn golombs_parameter_is_the_optimum_or_beside_it() {
    for (n, k) in [
        (1 << 20, 10_486),
        (1 << 20, 31_457),
        (1 << 20, 1049),
        (1000, 300),
        (10, 5),
    ] {
        let p = f64::from(k) / n as f64;
        let shape = Shape::new(n, k);
        let best = (-(2.0 - p).ln() / (1.0 - p).ln()).ceil();
        assert!((shape.m as f64 - best).abs() <= 1.0, "{n} {k}");
    }
}

#[test]
fn a_list_that_is_cut_off_is_not_canonical() {
    let mut out = Vec::new();
    let listed = [3u64, 500, 999];
    let stated = encode(1000, listed.into_iter(), &mut Writer::default(), &mut out);
    let list = List::new(1000, stated, 0).unwrap();
    assert!(list.is_canonical(&out));
    for end in 0..out.len() {
        assert!(!list.is_canonical(&out[..end]), "{end} of {}", out.len());
    }
    // Three bits of 0 are the first index of eight. Beyond the end there are zeros, but no list.
    let mut out = Vec::new();
    let stated = encode(8, [0].into_iter(), &mut Writer::default(), &mut out);
    let list = List::new(8, stated, 0).unwrap();
    assert_eq!((&out[..], list.is_canonical(&out)), (&[0][..], true));
    assert!(!list.is_canonical(&[]));
}
