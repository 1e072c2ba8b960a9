//! Lint before sign: whatever an issuer key is about to sign is held against the published format first, by a reader that
//! shares nothing with the encoder but the table of kinds.
//!
//! The form is docs/FORMAT.md §6 itself: its CDDL is compiled into rules, so nothing is signed that the specification
//! does not describe. What CDDL cannot say stands in `words` (§6.7) and `rules`. Only what passed can be signed as a
//! document ([`Passed`]), and what was signed is compared with it ([`Passed::is_in`]).

mod cddl;
mod facts;
mod rules;
mod walk;
mod words;

#[cfg(test)]
mod tests;

pub use rules::{For, What};

use crate::failure::{Failure, Outcome};
use cddl::{Entry, Key, Rules, Type};
use credential::cose::Sign1;
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::kinds::fields::{self as f, FieldType};
use credential::kinds::profiles::{PROFILES, Profile};
use credential::kinds::{KINDS, Kind};
use facts::Facts;
use std::sync::LazyLock;
use walk::{Broken, Cursor};

const FORMAT: &str = include_str!("../../docs/FORMAT.md");
/// Claim 169 in the claims of a credential.
const IDENTITY: Key = Key::Integer(169);

static LINT: LazyLock<Result<Lint, String>> = LazyLock::new(Lint::of_format);

/// The rules of a document's claims, ready for each kind and profile.
struct Lint {
    rules: Rules,
    kinds: Vec<(u8, Type)>,
    profiles: Vec<(u8, Type)>,
}

/// A payload that may be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed(Vec<u8>);

impl Passed {
    /// The payload.
    pub fn payload(&self) -> &[u8] {
        &self.0
    }

    /// The payload, to be kept.
    pub fn into_payload(self) -> Vec<u8> {
        self.0
    }

    /// What that key is to sign.
    pub fn unsigned(&self, kid: KeyId) -> Unsigned {
        Unsigned::new(kid, None, self.0.clone())
    }

    /// Whether a token holds exactly this, under that key's name.
    pub fn is_in(&self, token: &[u8], kid: KeyId) -> bool {
        let read = Sign1::parse_canonical(token);
        read.is_ok_and(|read| read.payload == self.0 && read.kid == Some(&kid.0))
    }
}

/// Holds a payload against the format and against what it is to be signed for.
///
/// # Errors
/// [`Failure::Lint`] where it breaks a rule: with the keys that lead there and the rule, without any value.
pub fn examine(payload: Vec<u8>, under: &For<'_>) -> Outcome<Passed> {
    match find(&payload, under) {
        Ok(()) => Ok(Passed(payload)),
        Err(broken) => Err(Failure::Lint(broken.to_string())),
    }
}

/// Whether a payload names what it is kept as: office, times, place, kind, and whom or what it is for. Nothing is asked of
/// its form, which may be one of before.
pub fn is_for(payload: &[u8], under: &For<'_>) -> bool {
    let facts = Facts::read(payload);
    facts.is_ok_and(|facts| rules::names(&facts, under).is_ok())
}

fn find(payload: &[u8], under: &For<'_>) -> Result<(), Broken> {
    let lint = match &*LINT {
        Ok(lint) => lint,
        Err(_) => return Err(Broken::new("the format could not be read")),
    };
    let form = lint.form(under).ok_or(Broken::new("has no form"))?;
    let mut cursor = Cursor::new(payload);
    lint.rules.hold(form, &mut cursor)?;
    if !cursor.is_at_end() {
        return Err(Broken::new("has bytes after its end"));
    }
    rules::hold(&Facts::read(payload)?, under)
}

impl Lint {
    fn of_format() -> Result<Self, String> {
        let rules = Rules::read(&claims_of(FORMAT));
        let rules = rules.map_err(|e| format!("expected {} at {:?}", e.expected, e.at))?;
        let Some(Type::Map(claims)) = rules.named("credential-claims") else {
            return Err("no credential-claims".into());
        };
        let whole = |document: Type| {
            let of = |entry: &Entry| {
                let value = if entry.key == IDENTITY {
                    document.clone()
                } else {
                    entry.value.clone()
                };
                Entry {
                    value,
                    ..entry.clone()
                }
            };
            Type::Map(claims.iter().map(of).collect())
        };
        let document = |kind: &Kind| {
            let found = rules.named(kind.slug).cloned();
            found.ok_or_else(|| format!("no rule for {}", kind.slug))
        };
        let mut kinds = Vec::new();
        for kind in KINDS {
            kinds.push((kind.number, whole(document(kind)?)));
        }
        // A key has one type in whatever kind it stands.
        let maps = KINDS.iter().map(|kind| rules.named(kind.slug));
        let all: Vec<Entry> = maps
            .filter_map(|map| match map {
                Some(Type::Map(entries)) => Some(entries.clone()),
                _ => None,
            })
            .flatten()
            .collect();
        let mut profiles = Vec::new();
        for profile in PROFILES {
            let part = part(&all, profile);
            profiles.push((profile.number, whole(Type::Map(part))));
        }
        Ok(Self {
            rules,
            kinds,
            profiles,
        })
    }

    fn form(&self, under: &For<'_>) -> Option<&Type> {
        let (all, number) = match under.what {
            What::ForPhone(Some(profile)) => (&self.profiles, profile.number),
            What::ForPhone(None) | What::Document(..) => (&self.kinds, under.kind.number),
        };
        let found = all.iter().find(|(n, _)| *n == number);
        found.map(|(_, form)| form)
    }
}

/// The fields of a profile, each as documents have it, and its kind.
fn part(all: &[Entry], profile: &Profile) -> Vec<Entry> {
    let kind = i64::from(profile.kind.number);
    let mut entries = vec![Entry {
        key: Key::Integer(i64::from(f::KIND_KEY)),
        optional: false,
        value: Type::Integer(kind, kind),
    }];
    for used in profile.fields {
        let key = Key::Integer(i64::from(used.field.key));
        let of_any = all.iter().find(|entry| entry.key == key);
        let value = of_any.map_or_else(|| own(&used.field.ty), |entry| entry.value.clone());
        entries.push(Entry {
            key,
            optional: !used.required,
            value,
        });
    }
    entries.sort_by_key(|entry| match entry.key {
        Key::Integer(key) => key,
        Key::Text(_) => i64::MAX,
    });
    entries
}

/// What only a profile has: its own number and an age (§6.15).
fn own(ty: &FieldType) -> Type {
    match ty {
        FieldType::Number { min, max } => Type::Integer(i64::from(*min), i64::from(*max)),
        _ => Type::Integer(1, i64::try_from(PROFILES.len()).unwrap_or(0)),
    }
}

/// The CDDL of §6 up to the profiles.
fn claims_of(format: &str) -> String {
    let (_, rest) = format.split_once("\n## 6. ").unwrap_or_default();
    let (section, _) = rest.split_once("\n### 6.15").unwrap_or_default();
    let blocks = section.split("```cddl\n").skip(1);
    blocks
        .filter_map(|block| block.split("```").next())
        .collect()
}
