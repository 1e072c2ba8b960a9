//! What is read and what is not.

use super::*;

#[test]
fn what_is_not_understood_is_an_error() {
    for text in [
        "a = b",
        "a = 1 a = 2",
        "a = { * int => any }",
        "a = tstr .regexp \"(x|y)\"",
        "a = bstr",
        "a = #6.18(1)",
        "a = [* uint]",
        "a = { 2 => 1, 1 => 1 }",
        "= 1",
    ] {
        assert!(Rules::read(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_understood_is_what_it_says() {
    let rules = Rules::read(
        "; a comment\na = { 1 => b / nil, ? \"x\" => -3..4 } ; more\nb = [1*2 n: bstr .size (1..9)]",
    );
    let rules = rules.expect("rules");
    let Some(Type::Map(entries)) = rules.named("a") else {
        panic!("{rules:?}");
    };
    assert_eq!(
        entries[0].value,
        Type::Choice(vec![Type::Rule(0), Type::Nil])
    );
    assert!(entries[1].optional);
    assert_eq!(entries[1].value, Type::Integer(-3, 4));
    let Some(Type::Array(items)) = rules.named("b") else {
        panic!("{rules:?}");
    };
    assert_eq!((items[0].least, items[0].most), (1, 2));
    assert_eq!(items[0].of, Type::Bytes(1, 9));
}
