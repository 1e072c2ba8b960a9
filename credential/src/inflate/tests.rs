use super::*;
use alloc::vec;

fn hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|p| u8::from_str_radix(core::str::from_utf8(p).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn fixed_block_with_a_match() {
    // zlib.compress(b"abcabcabcabc", 9)
    let data = hex("78da4b4c4a4e8421001de00499");
    let inflated = inflate(&data, 100).unwrap();
    assert_eq!(inflated.bytes, b"abcabcabcabc");
    assert!(inflated.canonical);
    assert_eq!(inflate(&data, 11), Err(InflateError::TooLarge));
    for cut in 0..data.len() {
        assert_eq!(inflate(&data[..cut], 100), Err(InflateError::NotZlib));
    }
    let mut longer = data.clone();
    longer.insert(data.len() - 4, 0);
    assert_eq!(inflate(&longer, 100), Err(InflateError::NotZlib));
}

#[test]
fn other_forms_of_the_same_content_are_not_canonical() {
    let data = hex("78da4b4c4a4e8421001de00499");
    // Another compression level in the header.
    let mut header = data.clone();
    header[1] = 0x9c;
    assert!(!inflate(&header, 100).unwrap().canonical);
    // The padding bits after the last block.
    let mut padding = data.clone();
    let last = padding.len() - 5;
    padding[last] |= 0x80;
    let inflated = inflate(&padding, 100).unwrap();
    assert_eq!(inflated.bytes, b"abcabcabcabc");
    assert!(!inflated.canonical);
    // A stored block: zlib.compress(b"abc", 0).
    let stored = inflate(&hex("7801010300fcff616263024d0127"), 100).unwrap();
    assert_eq!(
        (stored.bytes.as_slice(), stored.canonical),
        (&b"abc"[..], false)
    );
}

#[test]
fn a_match_from_farther_than_needed_is_noticed() {
    let out = b"xabc-abc-abc";
    assert!(is_nearest(out, 9, 3, 4));
    assert!(!is_nearest(out, 9, 3, 8));
    let run = b"aaaaaaaa";
    assert!(is_nearest(run, 4, 4, 1));
    assert!(!is_nearest(run, 4, 4, 2));
}

#[test]
fn refused_streams() {
    for bad in [
        "",
        "78da",
        "78da00000000",
        "79da4b4c4a4e8421001de00499",
        "78db4b4c4a4e8421001de00499",
        "78da4b4c4a4e8421001de00498",
        "78da0f00000000000000000001",
    ] {
        assert_eq!(inflate(&hex(bad), 100), Err(InflateError::NotZlib), "{bad}");
    }
    assert_eq!(inflate(&vec![0xff; 300], 100), Err(InflateError::NotZlib));
}
