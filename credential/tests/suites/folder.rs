//! Where the suites are, and reading them.

use super::*;

/// The suites' folder; `None`, said aloud, where there is none and none is required.
pub fn suites() -> Option<PathBuf> {
    let folder = std::env::var_os("IKD_SUITES").filter(|folder| !folder.is_empty());
    if folder.is_none() {
        let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
        assert!(
            !required.split([',', ' ']).any(|name| name == "suites"),
            "IKD_REQUIRE names suites, but IKD_SUITES is not set"
        );
        eprintln!("SKIPPED: IKD_SUITES is not set, no third-party suite was checked");
    }
    folder.map(PathBuf::from)
}

pub fn read(path: PathBuf) -> String {
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub fn json(path: PathBuf) -> Json {
    serde_json::from_str(&read(path)).expect("the suite is JSON")
}

pub fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits.chunks_exact(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

pub fn text_of<'a>(value: &'a Json, name: &str) -> &'a str {
    let text = value[name].as_str();
    text.unwrap_or_else(|| panic!("{name} is a text"))
}

pub fn list_of<'a>(value: &'a Json, name: &str) -> &'a [Json] {
    let list = value[name].as_array();
    list.unwrap_or_else(|| panic!("{name} is a list"))
}
