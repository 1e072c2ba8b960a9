//! The engine as a library: what its callers may get wrong, and what its sources may not hold.

use ikd_engine::{Engine, Reply, Request, Wrong};
use serde_json::Value;

fn message(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut message = vec![];
    for part in fields
        .iter()
        .flat_map(|(name, value)| [name.as_bytes(), value])
    {
        message.extend(u32::try_from(part.len()).unwrap().to_le_bytes());
        message.extend(part);
    }
    message
}

fn ask(engine: &mut Engine, fields: &[(&str, &[u8])]) -> Result<Reply, Wrong> {
    engine.call(&Request::parse(&message(fields))?)
}

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.bytes[..reply.head]).unwrap()
}

#[test]
fn a_wrong_request_is_told_and_changes_nothing() {
    let mut engine = Engine::default();
    let code = |answer: Result<Reply, Wrong>| answer.unwrap_err().code;
    assert_eq!(code(ask(&mut engine, &[])), "bad_request");
    assert_eq!(code(ask(&mut engine, &[("op", b"x")])), "unknown_op");
    assert_eq!(code(ask(&mut engine, &[("op", b"\xff")])), "bad_request");
    let judge: &[(&str, &[u8])] = &[("op", b"judge"), ("text", b"x"), ("now", b"1")];
    assert_eq!(code(ask(&mut engine, judge)), "no_bundle");
    let bundle: &[(&str, &[u8])] = &[("op", b"setBundle"), ("bundle", b"x"), ("now", b"1")];
    let refused = json(&ask(&mut engine, bundle).unwrap());
    assert_eq!(
        (&refused["ok"], &refused["code"]),
        (&false.into(), &"bad_bundle".into())
    );
    let huge: &[(&str, &[u8])] = &[
        ("op", b"read"),
        ("width", b"99999999999"),
        ("height", b"1"),
        ("rgba", b""),
    ];
    assert_eq!(code(ask(&mut engine, huge)), "bad_request");
    let wrong = json(&ask(&mut engine, judge).unwrap_err().reply());
    assert_eq!(wrong["error"]["code"], "no_bundle");
}

#[test]
fn a_cut_off_request_is_refused() {
    let whole = message(&[("op", b"tables"), ("more", b"12345")]);
    for len in 1..whole.len() {
        let cut = Request::parse(&whole[..len]);
        // The first field alone is a request too.
        assert_eq!(cut.is_ok(), len == 16, "{len}");
    }
    let mut too_long = whole;
    too_long[3] = 0xff;
    assert!(Request::parse(&too_long).is_err());
}

#[test]
fn texts_of_any_kind_are_not_documents() {
    let mut engine = Engine::default();
    for op in ["proof", "parseRequest", "describe", "symbol"] {
        for text in ["", "A", "IKD:", "IKD:%%%", "é\u{0}", "0123456789"] {
            let fields: &[(&str, &[u8])] = &[
                ("op", op.as_bytes()),
                ("text", text.as_bytes()),
                ("credential", text.as_bytes()),
                ("iat", b"1795305600"),
                ("ecc", b"M"),
            ];
            match (op, ask(&mut engine, fields)) {
                ("symbol", Ok(reply)) => {
                    let size = json(&reply)["size"].as_u64().unwrap();
                    assert_eq!((reply.bytes.len() - reply.head) as u64, size * size);
                }
                ("parseRequest", Ok(reply)) => assert_eq!(json(&reply)["request"], Value::Null),
                (_, answer) => assert_eq!(answer.unwrap_err().code, "not_a_credential"),
            }
        }
    }
}

/// Cargo.toml promises it: exports are named, nothing else is unsafe.
#[test]
fn nothing_is_unsafe_but_the_names_of_exports() {
    let mut exports = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap() {
        let path = entry.unwrap().path();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let line = line.trim();
            match line {
                "#[unsafe(no_mangle)]" => exports += 1,
                line if line.starts_with("#[allow(unsafe_code, reason =") => {}
                _ => assert!(!line.contains("unsafe"), "{}: {line}", path.display()),
            }
        }
    }
    assert_eq!(exports, 4);
}
