//! Deterministic CBOR (RFC 8949 §4.2) held against a rule, byte by byte. A reader of its own, so that a mistake that
//! encoder and decoder of a document share is not made a third time.

use super::cddl::{Entry, Item, Key, Rules, Type};
use super::words;
use std::fmt;

/// Where bytes break a rule, without what stands there.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    /// Keys and positions from the outside in.
    path: Vec<Step>,
    /// What is wrong.
    pub rule: &'static str,
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Key(i64),
    Name(String),
    Position(usize),
}

impl Broken {
    /// At the outermost item.
    pub fn new(rule: &'static str) -> Self {
        Self {
            path: Vec::new(),
            rule,
        }
    }

    /// At that key of claim 169.
    pub fn of_document(key: u8, rule: &'static str) -> Self {
        Self {
            path: vec![Step::Key(i64::from(key)), Step::Key(169)],
            rule,
        }
    }

    fn within(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.path.iter().rev().enumerate() {
            let between = if n > 0 { "/" } else { "" };
            match step {
                Step::Key(key) => write!(f, "{between}{key}")?,
                Step::Name(name) => write!(f, "{between}{name}")?,
                Step::Position(at) => write!(f, "[{at}]")?,
            }
        }
        let between = if self.path.is_empty() { "" } else { ": " };
        write!(f, "{between}{}", self.rule)
    }
}

/// One head of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// A number from 0.
    Unsigned(u64),
    /// −1 − n.
    Negative(u64),
    /// So many bytes follow.
    Bytes(usize),
    /// So many bytes of text follow.
    Text(usize),
    /// So many items follow.
    Array(usize),
    /// So many pairs follow.
    Map(usize),
    /// `false` or `true`.
    Bool,
    /// `null`.
    Nil,
}

/// Bytes that are read from front to back.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// At the first of these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether everything was read.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn bytes(&mut self, count: usize) -> Result<&'a [u8], Broken> {
        let split = self.rest.split_at_checked(count);
        let (bytes, rest) = split.ok_or(Broken::new("ends early"))?;
        self.rest = rest;
        Ok(bytes)
    }

    /// The next head, in its shortest form.
    pub fn head(&mut self) -> Result<Head, Broken> {
        let first = self.bytes(1)?[0];
        let (major, low) = (first >> 5, first & 31);
        if major == 7 {
            return match low {
                20 | 21 => Ok(Head::Bool),
                22 => Ok(Head::Nil),
                _ => Err(Broken::new("a simple value or float has no place here")),
            };
        }
        let value = match low {
            0..=23 => u64::from(low),
            24..=27 => {
                let long = self.bytes(1 << (low - 24))?;
                let value = long.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
                let least = match low {
                    24 => 24,
                    25 => 1 << 8,
                    26 => 1 << 16,
                    _ => 1 << 32,
                };
                if value < least {
                    return Err(Broken::new("a number not in its shortest form"));
                }
                value
            }
            _ => return Err(Broken::new("an indefinite or reserved length")),
        };
        let size = usize::try_from(value).map_err(|_| Broken::new("ends early"));
        match major {
            0 => Ok(Head::Unsigned(value)),
            1 => Ok(Head::Negative(value)),
            2 => Ok(Head::Bytes(size?)),
            3 => Ok(Head::Text(size?)),
            4 => Ok(Head::Array(size?)),
            5 => Ok(Head::Map(size?)),
            _ => Err(Broken::new("a tag has no place here")),
        }
    }

    /// An integer of 64 bits with its sign.
    pub fn integer(&mut self) -> Result<i64, Broken> {
        let number = match self.head()? {
            Head::Unsigned(n) => i64::try_from(n).ok(),
            Head::Negative(n) => i64::try_from(n).ok().map(|n| -1 - n),
            _ => return Err(Broken::new("must be an integer")),
        };
        number.ok_or(Broken::new("an integer out of range"))
    }

    /// Text in UTF-8.
    pub fn text(&mut self) -> Result<&'a str, Broken> {
        let Head::Text(size) = self.head()? else {
            return Err(Broken::new("must be text"));
        };
        std::str::from_utf8(self.bytes(size)?).map_err(|_| Broken::new("is not UTF-8"))
    }

    /// How many pairs the map has.
    pub fn map(&mut self) -> Result<usize, Broken> {
        match self.head()? {
            Head::Map(pairs) => Ok(pairs),
            _ => Err(Broken::new("must be a map")),
        }
    }

    /// How many items the array has.
    pub fn array(&mut self) -> Result<usize, Broken> {
        match self.head()? {
            Head::Array(items) => Ok(items),
            _ => Err(Broken::new("must be an array")),
        }
    }

    /// Passes over one item.
    pub fn skip(&mut self) -> Result<(), Broken> {
        let mut left = 1_usize;
        while left > 0 {
            left -= 1;
            match self.head()? {
                Head::Bytes(size) | Head::Text(size) => {
                    self.bytes(size)?;
                }
                Head::Array(items) => left = left.saturating_add(items),
                Head::Map(pairs) => left = left.saturating_add(pairs.saturating_mul(2)),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Rules {
    /// Whether the next item is of that type; passes over it.
    pub fn hold(&self, of: &Type, cursor: &mut Cursor<'_>) -> Result<(), Broken> {
        match of {
            Type::Integer(least, most) => {
                let number = cursor.integer()?;
                let is = (*least..=*most).contains(&number);
                is.then_some(()).ok_or(Broken::new("is out of range"))
            }
            Type::Nik => number_16(cursor, words::is_nik, "is no NIK"),
            Type::KkNumber => number_16(cursor, words::is_kk_number, "is no KK number"),
            Type::Nil => expect(cursor, Head::Nil, "must be null"),
            Type::Bool => expect(cursor, Head::Bool, "must be true or false"),
            Type::Text(words) => {
                let is = words.hold(cursor.text()?);
                is.then_some(())
                    .ok_or(Broken::new("breaks the rules of its text"))
            }
            Type::Bytes(least, most) => {
                let Head::Bytes(size) = cursor.head()? else {
                    return Err(Broken::new("must be a byte string"));
                };
                cursor.bytes(size)?;
                let is = (*least..=*most).contains(&size);
                is.then_some(())
                    .ok_or(Broken::new("has the wrong number of bytes"))
            }
            Type::Map(entries) => self.map(entries, cursor),
            Type::Array(items) => self.array(items, cursor),
            Type::Choice(types) => self.choice(types, cursor),
            Type::Rule(at) => match self.rule(*at) {
                Some(of) => self.hold(of, cursor),
                None => Err(Broken::new("has no rule")),
            },
        }
    }

    /// The first that holds; where none does, what is wrong with the last.
    fn choice(&self, types: &[Type], cursor: &mut Cursor<'_>) -> Result<(), Broken> {
        let begin = *cursor;
        let mut last = Broken::new("is none of its choices");
        for of in types {
            *cursor = begin;
            match self.hold(of, cursor) {
                Ok(()) => return Ok(()),
                Err(broken) => last = broken,
            }
        }
        Err(last)
    }

    fn map(&self, entries: &[Entry], cursor: &mut Cursor<'_>) -> Result<(), Broken> {
        let pairs = cursor.map()?;
        let mut left = entries.iter();
        for _ in 0..pairs {
            // Entries stand in the order of their encodings, so what was passed over is absent.
            let key = key(cursor)?;
            let found = left.find_map(|entry| {
                if entry.key == key {
                    return Some(Ok(entry));
                }
                (!entry.optional).then(|| Err(missing(&entry.key)))
            });
            let entry = found.ok_or_else(|| step(&key, Broken::new("has no place here")))??;
            self.hold(&entry.value, cursor)
                .map_err(|broken| step(&key, broken))?;
        }
        match left.find(|entry| !entry.optional) {
            Some(entry) => Err(missing(&entry.key)),
            None => Ok(()),
        }
    }

    fn array(&self, items: &[Item], cursor: &mut Cursor<'_>) -> Result<(), Broken> {
        let mut left = cursor.array()?;
        let mut at = 0;
        for item in items {
            let count = left.min(item.most);
            if count < item.least {
                return Err(Broken::new("has too few items"));
            }
            for _ in 0..count {
                self.hold(&item.of, cursor)
                    .map_err(|broken| broken.within(Step::Position(at)))?;
                at += 1;
            }
            left -= count;
        }
        if left > 0 {
            return Err(Broken::new("has too many items"));
        }
        Ok(())
    }
}

fn number_16(
    cursor: &mut Cursor<'_>,
    is: fn(u64) -> bool,
    rule: &'static str,
) -> Result<(), Broken> {
    let number = u64::try_from(cursor.integer()?);
    let is = number.is_ok_and(is);
    is.then_some(()).ok_or(Broken::new(rule))
}

fn expect(cursor: &mut Cursor<'_>, head: Head, rule: &'static str) -> Result<(), Broken> {
    let found = cursor.head()?;
    (found == head).then_some(()).ok_or(Broken::new(rule))
}

fn key(cursor: &mut Cursor<'_>) -> Result<Key, Broken> {
    let mut ahead = *cursor;
    if matches!(ahead.head()?, Head::Text(_)) {
        return cursor.text().map(|name| Key::Text(name.to_string()));
    }
    cursor.integer().map(Key::Integer)
}

fn step(key: &Key, broken: Broken) -> Broken {
    broken.within(match key {
        Key::Integer(key) => Step::Key(*key),
        Key::Text(name) => Step::Name(name.clone()),
    })
}

fn missing(key: &Key) -> Broken {
    step(key, Broken::new("is missing"))
}
