//! Version, level, mask and modules.

use ikd::render::qr::{Ecc, TooLong, capacity, encode};
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

use super::{base45, every_version_and_level, iso::ISO_ALPHANUMERIC, modules};

/// What `qrcodegen` makes of it on its own: smallest version, all masks scored, no boosting.
fn reference(segment: QrSegment, ecc: Ecc) -> QrCode {
    let level = match ecc {
        Ecc::L => QrCodeEcc::Low,
        Ecc::M => QrCodeEcc::Medium,
        Ecc::Q => QrCodeEcc::Quartile,
        Ecc::H => QrCodeEcc::High,
    };
    let (min, max) = (Version::new(1), Version::new(40));
    QrCode::encode_segments_advanced(&[segment], level, min, max, None, false).unwrap()
}

#[test]
fn equals_the_reference_library_module_for_module() {
    for (version, ecc) in every_version_and_level() {
        let most = capacity(version, ecc);
        let one_more = if version == 40 { most } else { most + 1 };
        for (length, seed) in [(most, 1), (one_more, 2), (most / 2, 3), (most * 3 / 4, 4)] {
            let mut text = base45(length, seed);
            if seed == 4 {
                // Repetition brings out long runs and look-alikes.
                text = "A".repeat(length);
            }
            let symbol = encode(&text, ecc).unwrap();
            let code = reference(QrSegment::make_alphanumeric(&text), ecc);
            let what = format!("version {version} {ecc:?}, {length} characters");
            assert_eq!(symbol.version(), code.version().value(), "{what}");
            assert_eq!(symbol.mask(), code.mask().value(), "{what}");
            assert_eq!(symbol.size(), code.size() as usize, "{what}");
            let row = |y| (0..code.size()).map(move |x| (x, y));
            let expected: Vec<Vec<bool>> = (0..code.size())
                .map(|y| row(y).map(|(x, y)| code.get_module(x, y)).collect())
                .collect();
            assert_eq!(modules(&symbol), expected, "{what}");
        }
    }
}

/// Small symbols often score the same under two masks; the lower number has to win.
#[test]
fn ties_go_to_the_lower_mask() {
    for seed in 0..500 {
        let text = base45(16, seed);
        let code = reference(QrSegment::make_alphanumeric(&text), Ecc::M);
        assert_eq!(encode(&text, Ecc::M).unwrap().mask(), code.mask().value());
    }
}

#[test]
fn capacity_is_that_of_the_standard() {
    for (version, ecc) in every_version_and_level() {
        let expected = ISO_ALPHANUMERIC[usize::from(version) - 1][ecc as usize];
        assert_eq!(
            capacity(version, ecc),
            expected,
            "version {version} {ecc:?}"
        );
    }
    assert_eq!(capacity(0, Ecc::L), 0);
    assert_eq!(capacity(41, Ecc::L), 0);
}

#[test]
fn version_is_the_smallest_and_level_the_one_asked_for() {
    for (version, ecc) in every_version_and_level() {
        let most = capacity(version, ecc);
        let full = encode(&base45(most, 5), ecc).unwrap();
        assert_eq!((full.version(), full.ecc()), (version, ecc));
        if version < 40 {
            let next = encode(&base45(most + 1, 5), ecc).unwrap();
            assert_eq!((next.version(), next.ecc()), (version + 1, ecc));
        }
    }
}

/// Why `encode` never raises the level: there is no room for it in any version that documents use.
#[test]
fn a_higher_level_is_never_free_from_version_6_on() {
    for version in 6..=40 {
        for pair in Ecc::ALL.windows(2) {
            assert!(capacity(version, pair[1]) <= capacity(version - 1, pair[0]));
        }
    }
}

/// Limits of version 40 in ISO/IEC 18004 table 7: digits, alphanumeric characters, bytes.
#[test]
fn too_long_names_length_and_limit() {
    let limits = [
        (Ecc::L, 7089, 4296, 2953),
        (Ecc::M, 5596, 3391, 2331),
        (Ecc::Q, 3993, 2420, 1663),
        (Ecc::H, 3057, 1852, 1273),
    ];
    for (ecc, digits, alphanumeric, bytes) in limits {
        for (one, limit, in_bytes) in [
            ("7", digits, false),
            ("A", alphanumeric, false),
            ("a", bytes, true),
        ] {
            assert_eq!(encode(&one.repeat(limit), ecc).unwrap().version(), 40);
            let length = limit + 1;
            let expected = TooLong {
                length,
                limit,
                ecc,
                bytes: in_bytes,
            };
            assert_eq!(encode(&one.repeat(length), ecc), Err(expected));
        }
    }
    let error = encode(&base45(3392, 6), Ecc::M).unwrap_err();
    let message = "the text has 3392 characters, but a QR symbol with ECC M holds at most 3391";
    assert_eq!(error.to_string(), message);
    // The ECI header that names UTF-8 costs 12 bits, so one or two bytes of 2953.
    assert_eq!(encode(&"é".repeat(2952 / 2), Ecc::L).unwrap().version(), 40);
    let error = encode(&"é".repeat(5000), Ecc::L).unwrap_err();
    let message = "the text has 10000 bytes, but a QR symbol with ECC L holds at most 2952";
    assert_eq!(error.to_string(), message);
}

#[test]
fn outside_is_light() {
    let symbol = encode("IKD", Ecc::M).unwrap();
    assert_eq!((symbol.version(), symbol.size()), (1, 21));
    assert!(symbol.is_dark(0, 0) && symbol.is_dark(20, 0) && symbol.is_dark(0, 20));
    assert!(
        !symbol.is_dark(21, 0) && !symbol.is_dark(0, 21) && !symbol.is_dark(usize::MAX, usize::MAX)
    );
}
