//! What a payload says, picked out of bytes whose form has been looked at.

use super::walk::{Broken, Cursor};

/// Keys of claim 169 are below 100.
const KEYS: usize = 100;

/// A payload's claims.
pub struct Facts<'a> {
    /// Claim `iss`.
    pub iss: &'a str,
    /// Claim `exp`.
    pub exp: Option<i64>,
    /// Whether there is a claim `nbf`.
    pub has_nbf: bool,
    /// Claim `iat`.
    pub iat: i64,
    /// Whether there is a claim `cnf`.
    pub is_bound: bool,
    /// Name of the status list.
    pub uri: &'a str,
    /// Index in it.
    pub index: i64,
    fields: [Option<Cursor<'a>>; KEYS],
}

impl<'a> Facts<'a> {
    /// Picks them out. An error where the payload has not the form of a document's claims at all.
    pub fn read(payload: &'a [u8]) -> Result<Self, Broken> {
        let mut facts = Self {
            iss: "",
            exp: None,
            has_nbf: false,
            iat: 0,
            is_bound: false,
            uri: "",
            index: -1,
            fields: [None; KEYS],
        };
        let mut cursor = Cursor::new(payload);
        for _ in 0..cursor.map()? {
            match cursor.integer()? {
                1 => facts.iss = cursor.text()?,
                4 => facts.exp = Some(cursor.integer()?),
                6 => facts.iat = cursor.integer()?,
                169 => facts.document(&mut cursor)?,
                65_535 => facts.status(&mut cursor)?,
                other => {
                    facts.has_nbf |= other == 5;
                    facts.is_bound |= other == 8;
                    cursor.skip()?;
                }
            }
        }
        if !cursor.is_at_end() {
            return Err(Broken::new("has bytes after its end"));
        }
        Ok(facts)
    }

    fn document(&mut self, cursor: &mut Cursor<'a>) -> Result<(), Broken> {
        for _ in 0..cursor.map()? {
            let key = usize::try_from(cursor.integer()?).ok();
            let slot = key.and_then(|key| self.fields.get_mut(key));
            let slot = slot.ok_or(Broken::new("has a key of claim 169 that there is not"))?;
            *slot = Some(*cursor);
            cursor.skip()?;
        }
        Ok(())
    }

    fn status(&mut self, cursor: &mut Cursor<'a>) -> Result<(), Broken> {
        for _ in 0..cursor.map()? {
            cursor.text()?;
            for _ in 0..cursor.map()? {
                match cursor.text()? {
                    "idx" => self.index = cursor.integer()?,
                    "uri" => self.uri = cursor.text()?,
                    _ => cursor.skip()?,
                }
            }
        }
        Ok(())
    }

    fn field(&self, key: u8) -> Option<Cursor<'a>> {
        self.fields.get(usize::from(key)).copied().flatten()
    }

    /// A number of the document.
    pub fn number(&self, key: u8) -> Option<i64> {
        self.field(key)?.integer().ok()
    }

    /// A text of the document.
    pub fn text(&self, key: u8) -> Option<&'a str> {
        self.field(key)?.text().ok()
    }

    /// Of each member of a family card the name, and whether it is the head.
    pub fn members(&self, key: u8) -> Option<Vec<(&'a str, bool)>> {
        const RELATION: usize = 11;
        let mut cursor = self.field(key)?;
        let mut members = Vec::new();
        for _ in 0..cursor.array().ok()? {
            let columns = cursor.array().ok()?;
            let name = cursor.text().ok()?;
            let mut is_head = false;
            for column in 1..columns {
                if column == RELATION {
                    is_head = cursor.integer().ok()? == 1;
                } else {
                    cursor.skip().ok()?;
                }
            }
            members.push((name, is_head));
        }
        Some(members)
    }
}
