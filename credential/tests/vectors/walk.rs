//! Prints CBOR of this format one item a line, with a comment that says what the item is.

use super::item::{Content, Is};
use super::page::hex;
use credential::date::Date;
use credential::kinds::fields::{FIELDS, FieldType as T};
use credential::kinds::{MEMBER_COLUMNS, by_number, profiles};

pub struct Line {
    pub depth: usize,
    pub hex: String,
    pub comment: String,
}

/// One item, annotated.
pub fn walk(bytes: &[u8], is: Is) -> Vec<Line> {
    let mut walk = Walk {
        bytes,
        at: 0,
        lines: vec![],
    };
    walk.item(0, "", "", is);
    assert_eq!(walk.at, bytes.len(), "the walk ends with the item");
    walk.lines
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    lines: Vec<Line>,
}

impl<'a> Walk<'a> {
    fn head(&mut self) -> (u8, u64, &'a [u8]) {
        let start = self.at;
        let first = self.bytes[start];
        let width = match first & 31 {
            n @ 24..=27 => 1 << (n - 24),
            _ => 0,
        };
        self.at += 1 + width;
        let argument = &self.bytes[start + 1..self.at];
        let value = match width {
            0 => u64::from(first & 31),
            _ => argument.iter().fold(0, |v, b| v << 8 | u64::from(*b)),
        };
        (first >> 5, value, &self.bytes[start..self.at])
    }

    fn take(&mut self, n: u64) -> &'a [u8] {
        let part = &self.bytes[self.at..self.at + n as usize];
        self.at += n as usize;
        part
    }

    fn line(&mut self, depth: usize, hex: String, comment: impl Into<String>) {
        let comment = comment.into();
        self.lines.push(Line {
            depth,
            hex,
            comment,
        });
    }

    /// `key` is the hex of a map key on the same line, `label` what it means.
    fn item(&mut self, depth: usize, key: &str, label: &str, is: Is) {
        let (major, value, head) = self.head();
        let code = format!("{key}{}", hex(head));
        let say = |what: String| match (label.is_empty(), what.is_empty()) {
            (true, _) => what,
            (false, true) => label.to_string(),
            _ => format!("{label}: {what}"),
        };
        match major {
            0 => self.line(depth, code, say(number(i128::from(value), is))),
            1 => self.line(depth, code, say(number(-1 - i128::from(value), is))),
            2 => {
                let content = self.take(value);
                if let Is::Holds(inner) = is {
                    self.line(depth, code, say(format!("{value} bytes that hold")));
                    if content.is_empty() {
                        return;
                    }
                    for line in walk(content, *inner) {
                        self.lines.push(Line {
                            depth: depth + 1 + line.depth,
                            ..line
                        });
                    }
                } else if value <= 16 {
                    let what = match is {
                        Is::Kid => "first 8 bytes of SHA-256 of the public key".into(),
                        _ => format!("{value} bytes"),
                    };
                    self.line(
                        depth,
                        format!("{code} {}", hex(content)).trim_end().into(),
                        say(what),
                    );
                } else {
                    self.line(depth, code, say(format!("{value} bytes")));
                    for chunk in content.chunks(16) {
                        self.line(depth + 1, hex(chunk), "");
                    }
                }
            }
            3 => {
                let content = self.take(value);
                let text = std::str::from_utf8(content).unwrap();
                let code = format!("{code} {}", hex(content));
                self.line(depth, code, say(format!("\"{text}\"")));
            }
            4 => self.array(depth, code, value, say, is),
            5 => {
                self.line(depth, code, say(format!("map of {value}")));
                for _ in 0..value {
                    self.entry(depth + 1, is);
                }
            }
            6 => {
                let what = match value {
                    18 => "tag 18: COSE_Sign1".into(),
                    98 => "tag 98: COSE_Sign".into(),
                    61 => "tag 61: CWT".into(),
                    n => format!("tag {n}"),
                };
                self.line(depth, code, say(what));
                self.item(depth, "", "", is);
            }
            _ => {
                let what = match value {
                    20 => "false",
                    21 => "true",
                    _ => "null",
                };
                self.line(depth, code, say(what.into()));
            }
        }
    }

    fn array(
        &mut self,
        depth: usize,
        code: String,
        items: u64,
        say: impl Fn(String) -> String,
        is: Is,
    ) {
        // A short row of small numbers fits on its own line.
        let rest = &self.bytes[self.at..];
        let small = rest.len() >= items as usize && rest[..items as usize].iter().all(|b| *b < 24);
        if items > 0 && items <= 8 && small && !matches!(is, Is::Sign1(_) | Is::Member | Is::Row(_))
        {
            let row = self.take(items);
            let list: Vec<_> = row.iter().map(u8::to_string).collect();
            self.line(
                depth,
                format!("{code} {}", hex(row)),
                say(format!("[{}]", list.join(", "))),
            );
            return;
        }
        self.line(depth, code, say(format!("array of {items}")));
        for n in 0..items {
            let (label, is) = match (is, n) {
                (Is::Sign1(_) | Is::Sign(_) | Is::Signature, 0) => {
                    ("protected headers".into(), Is::Holds(&Is::Headers))
                }
                (Is::Sign1(_) | Is::Sign(_) | Is::Signature, 1) => {
                    ("unprotected headers".into(), Is::Headers)
                }
                (Is::Signature, 2) => ("signature R, s".into(), Is::Plain),
                (Is::Sign(_), 3) => ("signatures".into(), Is::Each(&Is::Signature)),
                (Is::RootSet, 0) => ("threshold".into(), Is::Plain),
                (Is::RootSet, 1) => ("root keys".into(), Is::Each(&Is::Plain)),
                (Is::Sign1(content) | Is::Sign(content), 2) => ("payload".into(), payload(content)),
                (Is::Sign1(_), 3) => ("signature R, s".into(), Is::Plain),
                (Is::Payload(Content::Rotation), 0) => ("new root key".into(), Is::Plain),
                (Is::Payload(Content::Rotation), 1) => (
                    "the list that the new root signed".into(),
                    Is::Holds(&Is::Sign1(Content::TrustList)),
                ),
                (Is::Payload(Content::RotationToSeveral), 0) => ("new root".into(), Is::Plain),
                (Is::Payload(Content::RotationToSeveral), 1) => (
                    "the rotation that the new root signed".into(),
                    Is::Holds(&Is::Sign(Content::RotationBySeveral)),
                ),
                (Is::Payload(Content::RotationBySeveral), 0) => ("new root".into(), Is::Plain),
                (Is::Payload(Content::RotationBySeveral), 1) => (
                    "the list that the new root signed".into(),
                    Is::Holds(&Is::Sign(Content::TrustList)),
                ),
                (Is::Payload(Content::RotationBySeveral), 2) => {
                    ("the root set that leads on".into(), Is::RootSet)
                }
                (Is::Member, n) => {
                    let column = MEMBER_COLUMNS[n as usize].field;
                    (format!("column {n} {}", column.name), Is::Field(column))
                }
                (Is::Row(table), n) => {
                    let column = table.columns[n as usize].field;
                    (format!("column {n} {}", column.name), Is::Field(column))
                }
                (Is::File, n) => (["name", "SHA-256", "size"][n as usize].into(), Is::Plain),
                (Is::Each(inner), n) => (format!("item {n}"), *inner),
                (Is::Field(field), n) => match field.ty {
                    T::Members => (format!("member {n}"), Is::Member),
                    T::Table(table) => (format!("row {n}"), Is::Row(table)),
                    T::Face => ("picture".into(), Is::Face),
                    _ => (String::new(), Is::Plain),
                },
                _ => (format!("item {n}"), Is::Plain),
            };
            self.item(depth + 1, "", &label, is);
        }
    }

    fn entry(&mut self, depth: usize, is: Is) {
        let start = self.at;
        let (major, value, _) = self.head();
        let (name, (label, inner)) = match major {
            3 => {
                let text = String::from_utf8(self.take(value).to_vec()).unwrap();
                let inner = match (is, text.as_str()) {
                    (Is::Status, "status_list") => Is::StatusRef,
                    _ => Is::Plain,
                };
                let label = match (is, text.as_str()) {
                    (Is::StatusRef, "idx") => " index",
                    (Is::StatusRef, "uri") => " name of the list",
                    (Is::List, "bits") => " a status",
                    (Is::List, "lst") => " zlib stream",
                    _ => "",
                };
                (format!("\"{text}\""), (label.trim().to_string(), inner))
            }
            0 => (value.to_string(), named(is, value as i64)),
            _ => {
                let key = -1 - value as i64;
                (key.to_string(), named(is, key))
            }
        };
        let key = format!("{} ", hex(&self.bytes[start..self.at]));
        let label = format!("{name} {label}");
        self.item(depth, &key, label.trim_end(), inner);
    }
}

fn payload(content: Content) -> Is {
    use Content::*;
    Is::Holds(match content {
        Credential => &Is::Payload(Credential),
        Foreign => &Is::Payload(Foreign),
        TrustList => &Is::Payload(TrustList),
        StatusList => &Is::Payload(StatusList),
        Bundle => &Is::Payload(Bundle),
        BundleBySeveral => &Is::Payload(BundleBySeveral),
        Publication => &Is::Payload(Publication),
        Rotation => &Is::Payload(Rotation),
        RotationToSeveral => &Is::Payload(RotationToSeveral),
        RotationBySeveral => &Is::Payload(RotationBySeveral),
        Presentation => &Is::Payload(Presentation),
        National => &Is::Payload(National),
    })
}

/// What an integer key means where it stands.
fn named(is: Is, key: i64) -> (String, Is) {
    use Content::*;
    let (label, is) = match (is, key) {
        (Is::Headers, 1) => ("alg", Is::Alg),
        (Is::Headers, 4) => ("kid", Is::Kid),
        (Is::Headers, 13) => (
            "kcwt, the issuer's credential",
            Is::Sign1(Content::Credential),
        ),
        (Is::Headers, 16) => ("typ", Is::Typ),
        (Is::Payload(Presentation), 3) => ("aud, for whom", Is::Plain),
        (Is::Payload(Presentation), 39) => ("cnonce", Is::Plain),
        (Is::Request, 3) => ("aud, who asks", Is::Plain),
        (Is::Request, 39) => ("cnonce", Is::Plain),
        (Is::Request, 95) => ("profile", Is::Field(&credential::kinds::fields::PROFILE)),
        (Is::Payload(_), 1) => ("iss", Is::Plain),
        (Is::Payload(_), 2) => ("sub, name of the list", Is::Plain),
        (Is::Payload(TrustList), 4) => ("exp, next update", Is::Time),
        (Is::Payload(National), -65_551..=-65_545) => super::national::named(key),
        (Is::Payload(_), 4) => ("exp", Is::Time),
        (Is::Payload(_), 5) => ("nbf", Is::Time),
        (Is::Payload(_), 6) => ("iat", Is::Time),
        (Is::Payload(_), 8) => ("cnf, the holder's key", Is::Cnf),
        (Is::Payload(Foreign), 169) => ("ID Claim 169", Is::Holds(&Is::Identity)),
        (Is::Payload(_), 169) => ("ID Claim 169", Is::Identity),
        (Is::Payload(_), 65_535) => ("status", Is::Status),
        (Is::Payload(StatusList), 65_533) => ("status list", Is::List),
        (Is::Payload(StatusList), 65_534) => ("ttl, seconds", Is::Plain),
        (Is::Payload(TrustList), -65_537) => ("version", Is::Plain),
        (Is::Payload(TrustList), -65_538) => ("root key", Is::Plain),
        (Is::Payload(TrustList), -65_539) => ("issuers", Is::Each(&Is::Issuer)),
        (Is::Payload(TrustList), -65_540) => ("publishers", Is::Each(&Is::Plain)),
        (Is::Payload(TrustList), -65_555) => ("root set", Is::RootSet),
        (Is::Payload(Bundle), -65_541) => ("trust list", Is::Holds(&Is::Sign1(Content::TrustList))),
        (Is::Payload(BundleBySeveral), -65_541) => {
            ("trust list", Is::Holds(&Is::Sign(Content::TrustList)))
        }
        (Is::Payload(Bundle | BundleBySeveral), -65_542) => ("status lists", Is::Lists),
        (Is::Payload(Publication), -65_552) => ("version", Is::Plain),
        (Is::Payload(Publication), -65_553) => ("files", Is::Each(&Is::File)),
        (Is::Payload(Publication), -65_554) => ("head before", Is::Plain),
        (Is::Cnf, 1) => ("COSE_Key", Is::CoseKey),
        (Is::CoseKey, 1) => ("kty", Is::Plain),
        (Is::CoseKey, -1) => ("crv", Is::Plain),
        (Is::CoseKey, -2) => ("x", Is::Plain),
        (Is::CoseKey, -3) => ("y is odd", Is::Plain),
        (Is::Face, 0) => ("data", Is::Plain),
        (Is::Face, 1) => ("format", Is::FacePart(1)),
        (Is::Face, 2) => ("subformat", Is::FacePart(2)),
        (Is::Issuer, 1) => ("public key", Is::Plain),
        (Is::Issuer, 2) => ("iss", Is::Plain),
        (Is::Issuer, 3) => ("office", Is::Plain),
        (Is::Issuer, 4) => ("region", Is::Plain),
        (Is::Issuer, 5) => ("kinds", Is::Plain),
        (Is::Issuer, 6) => ("not before", Is::Time),
        (Is::Issuer, 7) => ("not after", Is::Time),
        (Is::Issuer, 8) => ("state", Is::State),
        (Is::Issuer, 9) => ("since", Is::Time),
        (Is::Issuer, 10) => ("profile", Is::Profile),
        (Is::Identity, 75) => ("jenis_dokumen", Is::Kind),
        (Is::Identity, key) => match FIELDS.iter().find(|f| i64::from(f.key) == key) {
            Some(field) => (field.name, Is::Field(field)),
            None => ("", Is::Plain),
        },
        _ => ("", Is::Plain),
    };
    // The status tokens of a bundle are byte strings with envelopes in them.
    let is = match is {
        Is::Lists => Is::Each(&Is::Holds(&Is::Sign1(Content::StatusList))),
        other => other,
    };
    (label.into(), is)
}

/// A number and what it stands for.
fn number(n: i128, is: Is) -> String {
    let code = u64::try_from(n).unwrap_or_default();
    let meaning = match is {
        Is::Time => instant(n as i64),
        Is::Alg if n == -7 => "ES256".into(),
        Is::Typ if n == 294 => "application/kb+cwt".into(),
        Is::Alg if n == -8 => "EdDSA".into(),
        Is::Alg if n == -19 => "Ed25519".into(),
        Is::Kind => by_number(code).map_or("unknown".into(), |kind| kind.name.en.into()),
        Is::State => ["active", "retired", "compromised"][n as usize].into(),
        Is::Profile => ["canonical", "foreign"][n as usize].into(),
        Is::FacePart(1) => "image".into(),
        Is::FacePart(_) => ["PNG", "JPEG", "JPEG 2000", "AVIF", "WebP"][n as usize].into(),
        Is::Field(field) => match field.ty {
            T::Code(list) => list.text(code).map_or(String::new(), |text| text.id.into()),
            T::DateDays => Date::from_days(n as i64).map_or(String::new(), Date::iso),
            T::Claim169Marital => {
                ["", "unmarried", "married", "divorced or widowed"][n as usize].into()
            }
            T::Time => format!("{:02}:{:02}", n / 60, n % 60),
            T::Detail => "core columns only".into(),
            T::Profile => profiles::by_number(code).map_or(String::new(), |p| p.slug.into()),
            _ => String::new(),
        },
        _ => String::new(),
    };
    if meaning.is_empty() {
        return n.to_string();
    }
    format!("{n} ({meaning})")
}

/// `2026-11-22T00:00:00Z` of epoch seconds.
pub fn instant(seconds: i64) -> String {
    let day = Date::from_days(seconds.div_euclid(86_400)).expect("a date");
    let second = seconds.rem_euclid(86_400);
    let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
    format!("{}T{h:02}:{m:02}:{s:02}Z", day.iso())
}
