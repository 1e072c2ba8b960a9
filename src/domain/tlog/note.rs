//! Signed notes (C2SP signed-note), checkpoints in them (C2SP tlog-checkpoint) and cosignatures of witnesses
//! (C2SP tlog-cosignature, `cosignature/v1`).

use super::proof::Head;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;

/// Longest note that is read.
const LONGEST: usize = 64 * 1024;
/// What a signature line begins with: an em dash.
const DASH: &str = "\u{2014} ";

/// What a key signs, as the first byte of its encoded form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// A note, with Ed25519: what logs sign with.
    Note = 1,
    /// A checkpoint at a time, with Ed25519: what witnesses sign with.
    Cosignature = 4,
}

/// Why a note or a key does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadNote {
    /// Not of the form.
    #[error("it is not a signed note")]
    Form,
    /// Its text is not a checkpoint.
    #[error("it is not a checkpoint of a log")]
    Checkpoint,
    /// Not a key of this form.
    #[error("it is not a key like NAME+HASH+BASE64")]
    Key,
    /// The key did not sign it.
    #[error("the key did not sign it")]
    Signature,
}

/// A name and a public key that signs notes under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    algorithm: Algorithm,
    public: [u8; 32],
}

impl Verifier {
    /// A key under a name, which may hold neither space nor `+`.
    pub fn new(name: &str, algorithm: Algorithm, public: [u8; 32]) -> Result<Self, BadNote> {
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if name.is_empty() || name.contains(odd) {
            return Err(BadNote::Key);
        }
        Ok(Self {
            name: name.to_string(),
            algorithm,
            public,
        })
    }

    /// From its text, `NAME+HASH+BASE64`.
    pub fn parse(text: &str) -> Result<Self, BadNote> {
        let mut parts = text.trim_end().splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(BadNote::Key);
        };
        let bytes = STANDARD.decode(key).map_err(|_| BadNote::Key)?;
        let (algorithm, public) = match bytes.split_first() {
            Some((1, public)) => (Algorithm::Note, public),
            Some((4, public)) => (Algorithm::Cosignature, public),
            _ => return Err(BadNote::Key),
        };
        let public = public.try_into().map_err(|_| BadNote::Key)?;
        let key = Self::new(name, algorithm, public)?;
        let stated = data_encoding::HEXLOWER.encode(&key.id());
        if stated == hash {
            Ok(key)
        } else {
            Err(BadNote::Key)
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The first four bytes of the hash of name and key, which signature lines begin with.
    pub fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', self.algorithm as u8])
            .chain_update(self.public)
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// The signature line for what [`signed_text`] gave. `time` is that of a cosignature.
    pub fn line(&self, time: u64, signature: &[u8; 64]) -> String {
        let mut bytes = self.id().to_vec();
        if self.algorithm == Algorithm::Cosignature {
            bytes.extend(time.to_be_bytes());
        }
        bytes.extend(signature);
        format!("{DASH}{} {}\n", self.name, STANDARD.encode(bytes))
    }

    /// Whether one of the note's lines is this key's signature: the time that it states, 0 for one that states none.
    pub fn verify(&self, note: &Note) -> Result<u64, BadNote> {
        let own = note.lines.iter().filter(|line| {
            line.name == self.name && line.bytes.get(..4) == Some(self.id().as_slice())
        });
        let mut times = own.filter_map(|line| self.checked(&note.text, line.bytes.get(4..)?));
        times.next().ok_or(BadNote::Signature)
    }

    fn checked(&self, text: &str, bytes: &[u8]) -> Option<u64> {
        let (time, signature) = match self.algorithm {
            Algorithm::Note => (0, bytes),
            Algorithm::Cosignature => {
                let (time, signature) = bytes.split_first_chunk::<8>()?;
                (u64::from_be_bytes(*time), signature)
            }
        };
        let signature = Signature::from_slice(signature).ok()?;
        let message = signed_text(self.algorithm, text, time);
        let key = VerifyingKey::from_bytes(&self.public).ok()?;
        let accepted = key.verify_strict(message.as_bytes(), &signature);
        accepted.ok().map(|()| time)
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = data_encoding::HEXLOWER.encode(&self.id());
        let key = [&[self.algorithm as u8][..], &self.public].concat();
        write!(f, "{}+{hash}+{}", self.name, STANDARD.encode(key))
    }
}

/// What a key of that kind signs of a note's text. `time` is that of a cosignature, epoch seconds.
pub fn signed_text(algorithm: Algorithm, text: &str, time: u64) -> String {
    match algorithm {
        Algorithm::Note => text.to_string(),
        Algorithm::Cosignature => format!("cosignature/v1\ntime {time}\n{text}"),
    }
}

/// A signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    name: String,
    bytes: Vec<u8>,
    text: String,
}

/// A text with signatures, none of which is checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text, which ends with a line feed.
    text: String,
    lines: Vec<Line>,
}

impl Note {
    /// Reads a note, of at most 64 KiB.
    pub fn parse(note: &str) -> Result<Self, BadNote> {
        if note.len() > LONGEST {
            return Err(BadNote::Form);
        }
        let at = note.rfind("\n\n").ok_or(BadNote::Form)?;
        let (text, lines) = (&note[..=at], &note[at + 2..]);
        if lines.is_empty()
            || !lines.ends_with('\n')
            || text.contains(|c: char| c < ' ' && c != '\n')
        {
            return Err(BadNote::Form);
        }
        let lines = lines.lines().map(signature_line).collect::<Option<_>>();
        Ok(Self {
            text: text.to_string(),
            lines: lines.ok_or(BadNote::Form)?,
        })
    }

    /// What is signed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines of these names alone, each once, as they stand.
    pub fn lines_of(&self, name: &str) -> impl Iterator<Item = &str> {
        let own = self.lines.iter().filter(move |line| line.name == name);
        own.map(|line| line.text.as_str())
    }
}

fn signature_line(line: &str) -> Option<Line> {
    let (name, base64) = line.strip_prefix(DASH)?.split_once(' ')?;
    let bytes = STANDARD.decode(base64).ok()?;
    (!name.is_empty() && bytes.len() > 4).then(|| Line {
        name: name.to_string(),
        bytes,
        text: format!("{line}\n"),
    })
}

/// What a log says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Names the log.
    pub origin: String,
    /// How far it goes and what it holds.
    pub head: Head,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        let root = STANDARD.encode(self.head.root);
        format!("{}\n{}\n{root}\n", self.origin, self.head.size)
    }

    /// Reads a text that was signed. Lines after the third are extensions, which we do not know and leave alone.
    pub fn parse(text: &str) -> Result<Self, BadNote> {
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(BadNote::Checkpoint);
        };
        let parsed: u64 = size.parse().map_err(|_| BadNote::Checkpoint)?;
        let root: Option<[u8; 32]> = STANDARD.decode(root).ok().and_then(|r| r.try_into().ok());
        match root {
            Some(root) if !origin.is_empty() && parsed.to_string() == size => Ok(Self {
                origin: origin.to_string(),
                head: Head { size: parsed, root },
            }),
            _ => Err(BadNote::Checkpoint),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};

    fn signed(name: &str, algorithm: Algorithm, text: &str, time: u64) -> (Verifier, String) {
        let key = SigningKey::from_bytes(&[7; 32]);
        let own = Verifier::new(name, algorithm, key.verifying_key().to_bytes()).unwrap();
        let signature = key.sign(signed_text(algorithm, text, time).as_bytes());
        let line = own.line(time, &signature.to_bytes());
        (own, line)
    }

    /// The example of Go's `golang.org/x/mod/sumdb/note`, whose form C2SP signed-note writes down.
    #[test]
    fn a_note_of_another_maker_verifies() {
        let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let key = Verifier::parse(key).unwrap();
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let line = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let note = Note::parse(&format!("{text}\n{line}")).unwrap();
        assert_eq!(key.verify(&note), Ok(0));
        let other = Note::parse(&format!("{}\n{line}", text.replace("your", "my"))).unwrap();
        assert_eq!(key.verify(&other), Err(BadNote::Signature));
    }

    #[test]
    fn what_was_signed_is_read_back() {
        let checkpoint = Checkpoint {
            origin: "ikd.example/log".into(),
            head: Head {
                size: 20_852_163,
                root: [0xab; 32],
            },
        };
        let text = checkpoint.text();
        let (log, line) = signed("ikd.example/log", Algorithm::Note, &text, 0);
        let (witness, cosigned) = signed("w.example", Algorithm::Cosignature, &text, 1_700_000_000);
        let note = Note::parse(&format!("{text}\n{line}{cosigned}")).unwrap();
        assert_eq!(Checkpoint::parse(note.text()), Ok(checkpoint));
        assert_eq!(log.verify(&note), Ok(0));
        assert_eq!(witness.verify(&note), Ok(1_700_000_000));
        assert_eq!(note.lines_of("w.example").collect::<String>(), cosigned);
        for key in [&log, &witness] {
            assert_eq!(Verifier::parse(&key.to_string()), Ok(key.clone()));
        }
        // A cosignature is of its time: the bytes after the key's id are signed too.
        let (_, other) = signed("w.example", Algorithm::Cosignature, &text, 1_700_000_001);
        let (a, b) = (cosigned.split_at(30).0, other.split_at(30).1);
        if let Ok(note) = Note::parse(&format!("{text}\n{a}{b}")) {
            assert_eq!(witness.verify(&note), Err(BadNote::Signature));
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for note in [
            "",
            "text\n",
            "text\n\n",
            "text\n\n- a AAAAAAA=\n",
            "text\n\n\u{2014} a !\n",
        ] {
            assert_eq!(Note::parse(note), Err(BadNote::Form), "{note:?}");
        }
        let root = STANDARD.encode([1; 32]);
        for text in [
            "",
            "o\n1\n",
            "o\n01\nAA==\n",
            &format!("o\n01\n{root}\n"),
            &format!("\n1\n{root}\n"),
        ] {
            assert_eq!(
                Checkpoint::parse(text),
                Err(BadNote::Checkpoint),
                "{text:?}"
            );
        }
        for key in [
            "",
            "a+b",
            "a+00000000+AQ==",
            "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            assert_eq!(Verifier::parse(key), Err(BadNote::Key), "{key}");
        }
    }
}
