//! What the service reads of strangers, as parts for a fuzzer: bytes in, and a panic where something does not hold.

#[path = "../../../credential/tests/common/mod.rs"]
mod common;
mod form;
mod import;

/// One part.
pub type Target = fn(&[u8]);

const TARGETS: &[(&str, Target)] = &[
    ("form", form::form),
    ("body", form::body),
    ("import", import::import),
    ("pdf", pdf),
];

/// The part with that name.
pub fn by_name(name: &str) -> Option<Target> {
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    found.map(|(_, target)| *target)
}

/// Makes what all executions share.
pub fn ready() {
    form::ready();
}

/// A PDF file as an attachment.
fn pdf(data: &[u8]) {
    let file = [b"%PDF-", data].concat();
    if let Ok(accepted) = ikd::attachments::accept(&file, file.len()) {
        assert_eq!(accepted.bytes, file, "a PDF is kept as it is");
    }
}
