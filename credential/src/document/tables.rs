//! The rows of small tables (`kinds::fields::tables`): their rules and how people write them.

use super::value::{BadValue, Member, Value};
use crate::kinds::fields::tables::Table;
use alloc::vec::Vec;

/// One to the most rows, every row with all its columns, required ones there.
pub(super) fn check_rows(table: &Table, rows: &[Member<'_>]) -> Result<(), BadValue> {
    if rows.is_empty() {
        return Err(BadValue::Rule("has no rows"));
    }
    if rows.len() > table.max {
        return Err(BadValue::TooLong(table.max));
    }
    for (n, row) in rows.iter().enumerate() {
        if row.0.len() != table.columns.len() {
            return Err(BadValue::Rule("has a row with the wrong number of columns"));
        }
        for (column, value) in table.columns.iter().zip(&row.0) {
            let wrong = match value {
                Some(value) => value.check(&column.field.ty).err().map(BadValue::in_words),
                None if column.required => Some("is missing"),
                None => None,
            };
            if let Some(rule) = wrong {
                return Err(BadValue::Cell {
                    row: n,
                    column: column.field.name,
                    rule,
                });
            }
        }
    }
    Ok(())
}

/// Rows as `Value::parse` describes them. Columns left out at the end are absent.
pub(super) fn parse_rows(table: &Table, text: &str) -> Result<Vec<Member<'static>>, BadValue> {
    let lines = text.split(['\n', ';']).map(str::trim);
    let lines = lines.filter(|line| !line.is_empty()).enumerate();
    lines.map(|(n, line)| parse_row(table, n, line)).collect()
}

fn parse_row(table: &Table, n: usize, line: &str) -> Result<Member<'static>, BadValue> {
    let mut cells = line.split('|').map(str::trim);
    let mut row = Vec::with_capacity(table.columns.len());
    for column in table.columns {
        let cell = cells.next().unwrap_or_default();
        row.push(if matches!(cell, "" | "-") {
            None
        } else {
            let value = Value::parse(&column.field.ty, cell);
            Some(value.map_err(|rule| BadValue::Cell {
                row: n,
                column: column.field.name,
                rule: rule.in_words(),
            })?)
        });
    }
    if cells.next().is_some() {
        return Err(BadValue::Rule("has a row with too many columns"));
    }
    Ok(Member(row))
}
