//! The part of CDDL (RFC 8610) that docs/FORMAT.md §6 is written in, read into rules that bytes are held against.
//!
//! Maps with integer or text keys, arrays with occurrences, choices, ranges, literals, `.size` and `.regexp` of character
//! classes. Whatever else stands there is an error: a rule that is not understood must not look like one that holds.

use super::words::{self, Words};
use std::collections::HashMap;

/// What an item must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// An integer in a range, both ends in it.
    Integer(i64, i64),
    /// A NIK as a number.
    Nik,
    /// A KK number.
    KkNumber,
    /// `nil`.
    Nil,
    /// `true` or `false`.
    Bool,
    /// Text.
    Text(Words),
    /// A byte string with so many bytes.
    Bytes(usize, usize),
    /// A map with these entries and no other, keys ascending as RFC 8949 §4.2.1 orders them.
    Map(Vec<Entry>),
    /// An array.
    Array(Vec<Item>),
    /// One of these.
    Choice(Vec<Type>),
    /// The rule of that name.
    Rule(usize),
}

/// A key of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A number.
    Integer(i64),
    /// A name.
    Text(String),
}

impl Key {
    /// As encodings ascend (RFC 8949 §4.2.1): major type, then size, then bytes.
    fn order(&self) -> (u8, u64, &str) {
        match self {
            Self::Integer(n) if *n >= 0 => (0, n.unsigned_abs(), ""),
            Self::Integer(n) => (1, n.unsigned_abs(), ""),
            Self::Text(name) => (3, name.len() as u64, name),
        }
    }
}

/// An entry of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub key: Key,
    /// Whether it may be absent.
    pub optional: bool,
    /// Its value.
    pub value: Type,
}

/// What stands in an array, so and so often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// At least.
    pub least: usize,
    /// At most.
    pub most: usize,
    /// What.
    pub of: Type,
}

/// Named rules.
#[derive(Debug)]
pub struct Rules {
    names: Vec<String>,
    types: Vec<Type>,
}

/// Where the text is not CDDL that is understood here, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct Unread {
    /// The rest of the text, its begin.
    pub at: String,
    /// What was expected.
    pub expected: &'static str,
}

impl Rules {
    /// Reads the text of all rules.
    ///
    /// # Errors
    /// [`Unread`] for anything outside the part of CDDL named above, a rule that is named and not there, or there twice.
    pub fn read(text: &str) -> Result<Self, Unread> {
        let mut reader = Reader {
            rest: text,
            ..Reader::default()
        };
        let mut types = HashMap::new();
        reader.skip();
        while !reader.rest.is_empty() {
            let name = reader.name()?;
            reader.take("=")?;
            let read = reader.choice()?;
            let at = reader.index(&name);
            if types.insert(at, own(&name).unwrap_or(read)).is_some() {
                return Err(reader.unread("each rule once"));
            }
        }
        let all = (0..reader.names.len()).map(|n| types.remove(&n));
        let Some(types) = all.collect::<Option<Vec<_>>>() else {
            return Err(reader.unread("a rule for every name"));
        };
        Ok(Self {
            names: reader.names,
            types,
        })
    }

    /// The rule with that name.
    pub fn named(&self, name: &str) -> Option<&Type> {
        let at = self.names.iter().position(|n| n == name)?;
        self.types.get(at)
    }

    /// The rule with that number.
    pub fn rule(&self, at: usize) -> Option<&Type> {
        self.types.get(at)
    }
}

/// What stands behind a name, where CDDL says less than FORMAT.md §6.7.
fn own(name: &str) -> Option<Type> {
    match name {
        "number-16" => Some(Type::Nik),
        "kk-number" => Some(Type::KkNumber),
        _ => words::of_rule(name).map(Type::Text),
    }
}

#[derive(Default)]
struct Reader<'a> {
    rest: &'a str,
    names: Vec<String>,
}

impl<'a> Reader<'a> {
    fn unread(&self, expected: &'static str) -> Unread {
        Unread {
            at: self.rest.chars().take(40).collect(),
            expected,
        }
    }

    /// White space, line ends and comments.
    fn skip(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            if !self.rest.starts_with(';') {
                return;
            }
            self.rest = self.rest.find('\n').map_or("", |end| &self.rest[end..]);
        }
    }

    fn may_take(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else {
            return false;
        };
        self.rest = rest;
        self.skip();
        true
    }

    fn take(&mut self, token: &'static str) -> Result<(), Unread> {
        if self.may_take(token) {
            Ok(())
        } else {
            Err(self.unread(token))
        }
    }

    /// So much of the text as `of` says, and at least one character.
    fn run(&mut self, of: fn(char) -> bool, expected: &'static str) -> Result<&'a str, Unread> {
        let end = self.rest.find(|c| !of(c)).unwrap_or(self.rest.len());
        if end == 0 {
            return Err(self.unread(expected));
        }
        let (run, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.skip();
        Ok(run)
    }

    fn name(&mut self) -> Result<String, Unread> {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if !self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(self.unread("a name"));
        }
        self.run(part, "a name").map(str::to_string)
    }

    fn index(&mut self, name: &str) -> usize {
        let known = self.names.iter().position(|n| n == name);
        known.unwrap_or_else(|| {
            self.names.push(name.to_string());
            self.names.len() - 1
        })
    }

    fn number(&mut self) -> Result<i64, Unread> {
        let sign = if self.rest.starts_with('-') {
            self.rest = &self.rest[1..];
            "-"
        } else {
            ""
        };
        let digits = self.run(|c| c.is_ascii_digit(), "a number")?;
        let number = format!("{sign}{digits}").parse();
        number.map_err(|_| self.unread("a number of 64 bits"))
    }

    fn quoted(&mut self) -> Result<&'a str, Unread> {
        let inner = self.rest.strip_prefix('"').and_then(|r| r.split_once('"'));
        let Some((text, rest)) = inner else {
            return Err(self.unread("text in quotes"));
        };
        self.rest = rest;
        self.skip();
        Ok(text)
    }

    fn choice(&mut self) -> Result<Type, Unread> {
        let first = self.one()?;
        let mut all = vec![first];
        while self.may_take("/") {
            all.push(self.one()?);
        }
        Ok(match all.pop() {
            Some(one) if all.is_empty() => one,
            last => Type::Choice(all.into_iter().chain(last).collect()),
        })
    }

    fn one(&mut self) -> Result<Type, Unread> {
        if self
            .rest
            .starts_with(|c: char| c.is_ascii_digit() || c == '-')
        {
            let first = self.number()?;
            let last = if self.may_take("..") {
                self.number()?
            } else {
                first
            };
            return Ok(Type::Integer(first, last));
        }
        if self.rest.starts_with('"') {
            return Ok(Type::Text(Words::Literal(self.quoted()?.to_string())));
        }
        if self.may_take("{") {
            return self.map();
        }
        if self.may_take("[") {
            return self.array();
        }
        let name = self.name()?;
        match name.as_str() {
            "nil" => Ok(Type::Nil),
            "bool" => Ok(Type::Bool),
            "tstr" => self.text(),
            "bstr" => self.bytes(),
            _ => Ok(Type::Rule(self.index(&name))),
        }
    }

    fn text(&mut self) -> Result<Type, Unread> {
        if !self.may_take(".regexp") {
            return Ok(Type::Text(Words::Any));
        }
        let pattern = self.quoted()?;
        let words = words::pattern(pattern).ok_or_else(|| self.unread("a pattern of classes"))?;
        Ok(Type::Text(words))
    }

    fn bytes(&mut self) -> Result<Type, Unread> {
        self.take(".size")?;
        let round = self.may_take("(");
        let Type::Integer(least, most) = self.one()? else {
            return Err(self.unread("a size"));
        };
        if round {
            self.take(")")?;
        }
        match (usize::try_from(least), usize::try_from(most)) {
            (Ok(least), Ok(most)) => Ok(Type::Bytes(least, most)),
            _ => Err(self.unread("a size")),
        }
    }

    fn map(&mut self) -> Result<Type, Unread> {
        let mut entries = Vec::new();
        while !self.may_take("}") {
            let optional = self.may_take("?");
            let key = if self.rest.starts_with('"') {
                Key::Text(self.quoted()?.to_string())
            } else {
                Key::Integer(self.number()?)
            };
            self.take("=>")?;
            let value = self.choice()?;
            let is_next = |last: &Entry| last.key.order() < key.order();
            if !entries.last().is_none_or(is_next) {
                return Err(self.unread("keys in the order of their encodings"));
            }
            entries.push(Entry {
                key,
                optional,
                value,
            });
            self.may_take(",");
        }
        Ok(Type::Map(entries))
    }

    fn array(&mut self) -> Result<Type, Unread> {
        let mut items = Vec::new();
        while !self.may_take("]") {
            let (least, most) = self.occurrence()?;
            // A name before a colon is for readers of the text.
            let before = self.rest;
            let is_label = self.name().is_ok() && self.may_take(":");
            if !is_label {
                self.rest = before;
            }
            let of = self.choice()?;
            items.push(Item { least, most, of });
            self.may_take(",");
        }
        Ok(Type::Array(items))
    }

    /// `2*5`, or once.
    fn occurrence(&mut self) -> Result<(usize, usize), Unread> {
        let digits = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
        if digits == 0 || !self.rest[digits..].starts_with('*') {
            return Ok((1, 1));
        }
        let least = self.number()?;
        self.take("*")?;
        let most = self.number()?;
        match (usize::try_from(least), usize::try_from(most)) {
            (Ok(least), Ok(most)) => Ok((least, most)),
            _ => Err(self.unread("an occurrence")),
        }
    }
}

#[cfg(test)]
mod tests;
