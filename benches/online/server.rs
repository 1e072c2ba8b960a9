//! The service under test.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running service; it ends with this value.
pub struct Server {
    child: Child,
    /// Host and port.
    pub address: String,
}

impl Server {
    /// Starts it with its log thrown away.
    pub fn start(ikd: &dyn Fn() -> Command) -> Self {
        let mut command = ikd();
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("ikd");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening on http://");
        Self {
            address: address.expect("an address").to_string(),
            child,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sets how many cards are issued in one transaction, and how many transactions there are at the same time.
pub fn settle(data: &Path, (together, groups): (u32, u32)) {
    let file = data.join("config.toml");
    let text = std::fs::read_to_string(&file).expect("settings");
    let (mut section, mut lines) = (String::new(), Vec::new());
    for line in text.lines() {
        if line.starts_with('[') {
            section = line.to_string();
        }
        lines.push(match (section.as_str(), line.split(" = ").next()) {
            ("[issue]", Some("together")) => format!("together = {together}"),
            ("[issue]", Some("groups")) => format!("groups = {groups}"),
            _ => line.to_string(),
        });
    }
    let text = lines.join("\n");
    assert!(text.contains(&format!("together = {together}\n")), "{text}");
    std::fs::write(file, text).expect("settings");
}

/// The first office's `iss`.
pub fn office(list: &str) -> String {
    let found = list.split_whitespace().find(|word| word.starts_with("ID."));
    found.unwrap_or("ID.3273").to_string()
}

/// What `ikd officer add` hands out.
pub fn token(said: &str) -> String {
    let line = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("token"));
    line.expect("a token").trim().to_string()
}
