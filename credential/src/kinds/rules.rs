//! Rules that span the fields of a document: what would be nonsense otherwise. Judgement and law stay with the office;
//! a rule here says that no such document can be true.

use super::fields::{Field, FieldType, tables::Table};
use core::fmt;

/// One rule of a kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Where both dates are there, the second is not before the first.
    InOrder(&'static Field, &'static Field),
    /// The same for a column of every row of a table: the date of the document is not before the one in the row.
    InOrderInRows {
        /// The table.
        table: &'static Field,
        /// Its column with the earlier date.
        earlier: &'static Field,
        /// The field with the later date.
        later: &'static Field,
    },
    /// Where the table is there, each of its rows has these columns too.
    Columns(&'static Field, &'static [&'static Field]),
    /// The table has exactly that many rows.
    Rows(&'static Field, usize),
    /// No row of the table has the NIK of key 1.
    Others(&'static Field),
    /// The citizenship is not Indonesia's.
    Foreign(&'static Field),
    /// A face only from that birthday on, counted on the day of issue (KIA).
    FaceFromAge(u8),
}

/// What is wrong where the rule is broken, by the names of the fields.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InOrder(earlier, later) => {
                write!(f, "{}: lies before {}", later.name, earlier.name)
            }
            Self::InOrderInRows {
                table,
                earlier,
                later,
            } => write!(
                f,
                "{}: lies before {} in {}",
                later.name, earlier.name, table.name
            ),
            Self::Columns(table, columns) => {
                write!(f, "{}: every row needs", table.name)?;
                for (n, column) in columns.iter().enumerate() {
                    f.write_str(if n == 0 { " " } else { ", " })?;
                    f.write_str(column.name)?;
                }
                Ok(())
            }
            Self::Rows(table, count) => {
                write!(f, "{}: the number of rows must be {count}", table.name)
            }
            Self::Others(table) => {
                write!(
                    f,
                    "{}: has the NIK of the document's own person",
                    table.name
                )
            }
            Self::Foreign(field) => {
                write!(f, "{}: must be another country than Indonesia", field.name)
            }
            Self::FaceFromAge(age) => {
                write!(
                    f,
                    "foto: this card has a photo only from the age of {age} on"
                )
            }
        }
    }
}

// The same words: a rule names fields, whose whole rows nobody wants to read.
impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl FieldType {
    /// The columns, if it is a table.
    pub fn table(&self) -> Option<&'static Table> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }
}

impl Field {
    /// The columns of the field, if it is a table.
    pub fn table(&self) -> Option<&'static Table> {
        self.ty.table()
    }
}
