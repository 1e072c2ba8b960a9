//! The store's memory: a few lines of text with a checksum, so that damage is noticed and never read as "nothing
//! remembered".

use crate::words::{hex, hex32};
use sha2::{Digest, Sha256};

const HEADING: &str = "ikd-verify state 3";
/// The forms before: without the lines `trust-digest` and `lists`, and the first without `publication` too.
const FORMER: [&str; 2] = ["ikd-verify state 2", "ikd-verify state 1"];

/// What a store remembers between runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The root key that is trusted now.
    pub root: [u8; 32],
    /// The root key that was pinned first; differs from `root` after a rotation.
    pub first_root: [u8; 32],
    /// Highest trust list version ever accepted.
    pub trust_version: u64,
    /// Which trust list had that version; none in a store of before this was kept.
    pub trust_digest: Option<[u8; 32]>,
    /// Latest time of issue of a bundle ever accepted, epoch seconds.
    pub bundle_issued: i64,
    /// Latest time that the clock ever showed, epoch seconds.
    pub clock: i64,
    /// Highest version of a published tree's head ever accepted.
    pub publication: u64,
    /// SHA-256 of the current bundle's file.
    pub bundle: Option<[u8; 32]>,
    /// SHA-256 of the file that tells what status lists were seen; none in a store of before this was kept.
    pub lists: Option<[u8; 32]>,
}

impl State {
    /// A store that trusts `root` and has seen nothing yet.
    pub fn new(root: [u8; 32]) -> Self {
        Self {
            root,
            first_root: root,
            trust_version: 0,
            trust_digest: None,
            bundle_issued: 0,
            clock: 0,
            publication: 0,
            bundle: None,
            lists: None,
        }
    }

    /// Nothing may be older than this second.
    pub fn latest_seen(&self) -> i64 {
        self.clock.max(self.bundle_issued)
    }

    /// The file's content.
    pub fn encode(&self) -> String {
        self.encode_as(HEADING)
    }

    fn encode_as(&self, heading: &str) -> String {
        let hash = |hash: Option<[u8; 32]>| hash.map_or("none".into(), |hash| hex(&hash));
        let mut content = format!(
            "{heading}\nroot {}\nfirst-root {}\ntrust-version {}\n",
            hex(&self.root),
            hex(&self.first_root),
            self.trust_version,
        );
        if heading == HEADING {
            content += &format!("trust-digest {}\n", hash(self.trust_digest));
        }
        content += &format!(
            "bundle-issued {}\nclock {}\n",
            self.bundle_issued, self.clock
        );
        if heading != FORMER[1] {
            content += &format!("publication {}\n", self.publication);
        }
        content += &format!("bundle {}\n", hash(self.bundle));
        if heading == HEADING {
            content += &format!("lists {}\n", hash(self.lists));
        }
        let check = hex(&Sha256::digest(content.as_bytes()));
        format!("{content}check {check}\n")
    }

    /// Reads the file's content. `None` unless every byte is as [`State::encode`] wrote it, now or in a form of before.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let heading = lines.next()?;
        (heading == HEADING || FORMER.contains(&heading)).then_some(())?;
        let today = heading == HEADING;
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let hash = |text: &str| match text {
            "none" => Some(None),
            hash => hex32(hash).map(Some),
        };
        let state = Self {
            root: hex32(value("root")?)?,
            first_root: hex32(value("first-root")?)?,
            trust_version: value("trust-version")?.parse().ok()?,
            trust_digest: match today {
                true => hash(value("trust-digest")?)?,
                false => None,
            },
            bundle_issued: value("bundle-issued")?.parse().ok()?,
            clock: value("clock")?.parse().ok()?,
            publication: match heading == FORMER[1] {
                true => 0,
                false => value("publication")?.parse().ok()?,
            },
            bundle: hash(value("bundle")?)?,
            lists: match today {
                true => hash(value("lists")?)?,
                false => None,
            },
        };
        // One comparison covers the checksum, missing and surplus lines, and every other way to write a number.
        (state.encode_as(heading) == text).then_some(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> State {
        State {
            bundle: Some([7; 32]),
            trust_version: 12,
            clock: 1_795_316_645,
            publication: 3,
            trust_digest: Some([5; 32]),
            lists: Some([6; 32]),
            ..State::new([9; 32])
        }
    }

    #[test]
    fn every_damaged_byte_is_noticed() {
        let state = some();
        let text_of = |heading| some().encode_as(heading);
        let text = state.encode();
        assert_eq!(State::parse(&text), Some(state));
        for end in 0..text.len() {
            assert_eq!(State::parse(&text[..end]), None, "cut at {end}");
        }
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let damaged = String::from_utf8(bytes).unwrap();
            assert_eq!(State::parse(&damaged), None, "bit flipped at {at}");
        }
        for former in FORMER {
            let text = text_of(former);
            let read = State::parse(&text).expect(former);
            assert_eq!(read.encode_as(former), text);
            assert_eq!((read.trust_digest, read.lists), (None, None));
        }
        assert_eq!(State::parse(""), None);
        assert_eq!(State::parse(&format!("{text}\n")), None);
    }
}
