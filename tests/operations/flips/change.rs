//! A change that somebody makes with SQL: one cell, one row more or one less.

use super::hand::{Hand, Rows, Snapshot, Value};
use ikd::audit::registry::{TABLES, Table};
use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt};
use std::collections::HashSet;

/// A change, and the table that is to be put back.
pub struct Change {
    pub table: &'static str,
    /// Table and column, or what is done with a row.
    pub what: String,
    pub sql: String,
}

/// What may be changed: of each table the rows of which something is claimed.
pub struct Claimed<'s> {
    snapshot: &'s Snapshot,
    /// Tables with rows, and the places of those rows.
    tables: Vec<(&'static Table, Vec<usize>)>,
}

impl<'s> Claimed<'s> {
    pub async fn of(hand: &mut Hand, snapshot: &'s Snapshot) -> Self {
        let mut tables = Vec::new();
        for table in TABLES.iter().filter(|table| !table.by.is_empty()) {
            let all = &snapshot[table.name];
            let keys = |rows: &Rows| -> HashSet<Vec<Value>> {
                let key = |row: &Vec<Value>| rows.key.iter().map(|k| row[*k].clone()).collect();
                rows.rows.iter().map(key).collect()
            };
            let without = match table.except {
                "" => HashSet::new(),
                except => keys(&hand.table(table.name, except).await.unwrap()),
            };
            let claimed = |row: &&Vec<Value>| {
                let key: Vec<Value> = all.key.iter().map(|k| row[*k].clone()).collect();
                !without.contains(&key)
            };
            let places = all.rows.iter().enumerate().filter(|(_, row)| claimed(row));
            let places: Vec<usize> = places.map(|(place, _)| place).collect();
            if !places.is_empty() {
                tables.push((table, places));
            }
        }
        Self { snapshot, tables }
    }

    /// Tables of which nothing could be changed, because they have no row.
    pub fn empty(&self) -> Vec<&'static str> {
        let there = |name| self.tables.iter().any(|(table, _)| table.name == name);
        let claimed = TABLES.iter().filter(|table| !table.by.is_empty());
        claimed
            .map(|table| table.name)
            .filter(|name| !there(*name))
            .collect()
    }

    /// Draws a change; none where it would change nothing.
    pub fn draw(&self, hand: &Hand, random: &mut ChaCha8Rng) -> Option<Change> {
        let (table, places) = &self.tables[random.random_range(0..self.tables.len())];
        let rows = &self.snapshot[table.name];
        let row = &rows.rows[places[random.random_range(0..places.len())]];
        let at = hand.at(rows, row);
        let (what, sql) = match random.random_range(0..10) {
            0 if table.deleted => {
                let sql = format!("DELETE FROM {} WHERE {at}", table.name);
                ("a row less".to_string(), sql)
            }
            1 if table.added => {
                let mut row = row.clone();
                for key in &rows.key {
                    row[*key] = other(&row[*key], random)?;
                }
                (
                    "a row more".to_string(),
                    hand.insert(table.name, rows, &row),
                )
            }
            _ => {
                let column = random.random_range(0..rows.columns.len());
                let name = rows.columns[column].as_str();
                if table.open.contains(&name) {
                    return None;
                }
                let exchanged = table.exchanged.contains(&name);
                let value = match random.random_range(0..10) {
                    0 if !exchanged => ("null".to_string(), Vec::new()),
                    1 | 2 if !exchanged => {
                        rows.rows[random.random_range(0..rows.rows.len())][column].clone()
                    }
                    _ => other(&row[column], random)?,
                };
                if value == row[column]
                    || (exchanged && rows.rows.iter().any(|row| row[column] == value))
                {
                    return None;
                }
                let sql = format!(
                    "UPDATE {} SET {name} = {} WHERE {at}",
                    table.name,
                    hand.literal(&value)
                );
                (name.to_string(), sql)
            }
        };
        Some(Change {
            table: table.name,
            what: format!("{}.{what}", table.name),
            sql,
        })
    }
}

/// Another value of the same kind.
fn other((kind, bytes): &Value, random: &mut ChaCha8Rng) -> Option<Value> {
    let mut bytes = bytes.clone();
    match kind.as_str() {
        "integer" => {
            let number: i64 = String::from_utf8(bytes).unwrap().parse().unwrap();
            let number = number ^ (1 << random.random_range(0..40));
            return Some((kind.clone(), number.to_string().into_bytes()));
        }
        "text" => {
            let at = random.random_range(0..bytes.len().max(1));
            let byte = bytes.get_mut(at).filter(|byte| byte.is_ascii())?;
            // A text stays one, and neither engine gives one back whole that has a zero in it.
            *byte = random.random_range(1..127);
        }
        "blob" => match random.random_range(0..10) {
            0 => bytes.push(random.next_u32() as u8),
            1 => drop(bytes.pop()),
            _ => {
                let at = random.random_range(0..bytes.len().max(1));
                *bytes.get_mut(at)? ^= random.random_range(1..=255);
            }
        },
        _ => return None,
    }
    Some((kind.clone(), bytes))
}
