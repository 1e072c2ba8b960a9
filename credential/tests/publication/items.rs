//! Items of CBOR at the edges of what the gate lets through.

use credential::cbor::gate::{MAX_DEPTH, Mode, Problem, check};

fn problem(bytes: &[u8], mode: Mode) -> Option<Problem> {
    check(bytes, mode).err().map(|e| e.problem)
}

#[test]
fn floats_and_simple_values_of_others() {
    for whole in [
        &[0xf4][..],
        &[0xf5],
        &[0xf6],
        &[0xf7],
        &[0xf9, 0, 0],
        &[0xfa, 0, 0, 0, 0],
        &[0xfb, 0, 0, 0, 0, 0, 0, 0, 0],
    ] {
        assert_eq!(problem(whole, Mode::AnyKeyOrder), None);
        let ours = (whole[0] > 0xf6).then_some(Problem::ForbiddenType);
        assert_eq!(problem(whole, Mode::Deterministic), ours);
        let longer = [whole, &[0]].concat();
        let trailing = Some(Problem::TrailingBytes);
        assert_eq!(problem(&longer, Mode::AnyKeyOrder), trailing);
        for end in 1..whole.len() {
            let cut = problem(&whole[..end], Mode::AnyKeyOrder);
            assert_eq!(cut, Some(Problem::Truncated));
        }
    }
    for reserved in [&[0xf8, 0x20][..], &[0xf8, 0xff], &[0xe0], &[0xfc]] {
        let forbidden = Some(Problem::ForbiddenType);
        assert_eq!(problem(reserved, Mode::AnyKeyOrder), forbidden);
    }
    assert_eq!(
        problem(&[0xff], Mode::AnyKeyOrder),
        Some(Problem::IndefiniteLength)
    );
}

/// Keys and values of maps and what tags are about count as deep as elements of arrays.
#[test]
fn every_way_to_nest_counts() {
    let arrays = |n: usize| [vec![0x81; n], vec![0x00]].concat();
    let around = |before: &[u8], inner: Vec<u8>, after: &[u8]| [before, &inner, after].concat();
    let tags = |n: usize| [vec![0xc6; n], vec![0x00]].concat();
    for mode in [Mode::Deterministic, Mode::AnyKeyOrder] {
        for (fits, made) in [(true, MAX_DEPTH - 1), (false, MAX_DEPTH)] {
            let expected = (!fits).then_some(Problem::TooDeep);
            let key = around(&[0xa1], arrays(made), &[0x00]);
            assert_eq!(problem(&key, mode), expected, "a key");
            let value = around(&[0xa1, 0x00], arrays(made), &[]);
            assert_eq!(problem(&value, mode), expected, "a value");
        }
    }
    assert_eq!(problem(&tags(MAX_DEPTH), Mode::AnyKeyOrder), None);
    let deeper = problem(&tags(MAX_DEPTH + 1), Mode::AnyKeyOrder);
    assert_eq!(deeper, Some(Problem::TooDeep));
}

/// The smallest number of each width is in its shortest form, the one before it is not.
#[test]
fn numbers_in_their_shortest_form() {
    for (least, head, width) in [
        (24u64, 0x18, 1),
        (1 << 8, 0x19, 2),
        (1 << 16, 0x1a, 4),
        (1 << 32, 0x1b, 8),
    ] {
        let number = |n: u64| [&[head][..], &n.to_be_bytes()[8 - width..]].concat();
        for mode in [Mode::Deterministic, Mode::AnyKeyOrder] {
            assert_eq!(problem(&number(least), mode), None, "{least}");
            let shorter = Some(Problem::NotShortest);
            assert_eq!(problem(&number(least - 1), mode), shorter, "{least}");
        }
        let cut = &number(least)[..width];
        assert_eq!(problem(cut, Mode::Deterministic), Some(Problem::Truncated));
    }
}
