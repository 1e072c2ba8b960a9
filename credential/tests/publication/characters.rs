//! Base45: a character that is none is refused wherever it stands, and numbers at their edges.

use credential::base45::{NotBase45, decode, encode};

#[test]
fn a_character_that_is_none() {
    for good in ["BB8", "00", "%69 VD92EX0"] {
        assert!(decode(good).is_ok());
        for place in 0..good.len() {
            for wrong in ["a", "z", "#", "_", "\u{7f}", "\n"] {
                let mut text = good.to_string();
                text.replace_range(place..=place, wrong);
                let position = place / 3 * 3;
                assert_eq!(decode(&text), Err(NotBase45 { position }), "{text:?}");
            }
        }
    }
    assert!(decode("B\u{e9}8").is_err());
}

#[test]
fn the_largest_numbers() {
    assert_eq!(encode(&[0xff, 0xff]), "FGW");
    assert_eq!(encode(&[0xff]), "U5");
    assert_eq!(decode("FGW"), Ok(vec![0xff, 0xff]));
    assert_eq!(decode("U5"), Ok(vec![0xff]));
    for beyond in ["GGW", "FHW", "FGX", "V5", "U6", ":0:", "::0"] {
        let large = decode(beyond);
        let expected = match beyond {
            "::0" => Ok(vec![2024u16.to_be_bytes()[0], 2024u16.to_be_bytes()[1]]),
            _ => Err(NotBase45 { position: 0 }),
        };
        assert_eq!(large, expected, "{beyond}");
    }
    assert_eq!(decode(":0"), Ok(vec![44]));
}
