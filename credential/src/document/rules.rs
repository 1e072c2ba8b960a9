//! Rules that span fields: those of every kind, and those of the kind's row.

use super::value::{Country, Value, check_members};
use super::{BadDocument, Document, Member};
use crate::date::Date;
use crate::kinds::fields::{BIRTH_DATE, FACE, Field, MIN_AGE, MOVERS, NIK, tables::mover};
use crate::kinds::{Rule, Use};

/// Every rule that spans fields, checked for every document, read or built.
pub(super) fn check_rules(document: &Document<'_>) -> Result<(), BadDocument> {
    use crate::kinds::fields::{DETAIL, MEMBERS, NAME};
    let kind = document.kind;
    // One bit a key: keys are below 128.
    let bit = |field: &Field| 1u128 << (field.key & 127);
    let present = document
        .fields
        .iter()
        .fold(0, |bits, (field, _)| bits | bit(field));
    let (mut known, mut needed) = (0, 0);
    let uses = document.uses();
    for used in uses {
        known |= bit(used.field);
        if used.required {
            needed |= bit(used.field);
        }
    }
    if needed & !present != 0 {
        let missing = |used: &&Use| used.required && present & bit(used.field) == 0;
        let field = uses.iter().find(missing);
        let field = field.map_or("", |used| used.field.name);
        return Err(BadDocument::Missing {
            field,
            member: None,
        });
    }
    if present & !known != 0 {
        let key = (present & !known).trailing_zeros();
        return Err(BadDocument::UnknownKey(u64::from(key)));
    }
    if let Some(profile) = document.profile() {
        if profile.kind != kind {
            return Err(BadDocument::Rule("profil: belongs to another kind"));
        }
        let age = profile.age.map(Value::Number);
        if document.get(&MIN_AGE) != age.as_ref() {
            return Err(BadDocument::Rule("umur_minimal: is not the profile's"));
        }
        // The kind's own rules are about fields that a subset leaves out.
        return Ok(());
    }
    if let Some(Value::Members(members)) = document.get(&MEMBERS) {
        let core = document.get(&DETAIL).is_some();
        check_members(members, core)?;
        let mut heads = members.iter().filter(|m| m.is_head());
        let (Some(head), None) = (heads.next(), heads.next()) else {
            return Err(BadDocument::Rule(
                "anggota: exactly one member must be the head of the family (shdk 1)",
            ));
        };
        if head.name() != document.get(&NAME).and_then(Value::as_text) {
            return Err(BadDocument::Rule(
                "nama: is not the name of the head of the family",
            ));
        }
    }
    if let Some(Value::Rows(rows)) = document.get(&MOVERS)
        && !movers_differ(rows)
    {
        return Err(BadDocument::Rule("anggota_pindah: a NIK stands twice"));
    }
    match kind.rules.iter().find(|rule| !holds(document, rule)) {
        Some(broken) => Err(BadDocument::OfKind(broken)),
        None => Ok(()),
    }
}

/// Whether a rule of the kind holds. `FaceFromAge` needs the day of issue: [`Document::check_issued`].
fn holds(document: &Document<'_>, rule: &Rule) -> bool {
    let date = |field: &Field| document.get(field).and_then(Value::as_date);
    let rows = |table: &Field| document.get(table).map_or(&[][..], Value::rows);
    let row_date = |row: &Member<'_>, column: &Field| row.get(column).and_then(Value::as_date);
    match *rule {
        Rule::InOrder(earlier, later) => in_order(date(earlier), date(later)),
        Rule::InOrderInRows {
            table,
            earlier,
            later,
        } => rows(table)
            .iter()
            .all(|row| in_order(row_date(row, earlier), date(later))),
        Rule::Columns(table, columns) => rows(table)
            .iter()
            .all(|row| columns.iter().all(|column| row.get(column).is_some())),
        Rule::Rows(table, count) => rows(table).len() == count,
        Rule::Others(table) => {
            let subject = document.get(&NIK);
            subject.is_none()
                || rows(table)
                    .iter()
                    .all(|row| !row.0.iter().flatten().any(|v| Some(v) == subject))
        }
        Rule::Foreign(field) => document.get(field) != Some(&Value::Country(Country::INDONESIA)),
        Rule::FaceFromAge(_) => true,
    }
}

fn in_order(earlier: Option<Date>, later: Option<Date>) -> bool {
    let both = earlier.zip(later);
    both.is_none_or(|(earlier, later)| earlier <= later)
}

/// Nobody moves twice.
fn movers_differ(rows: &[Member<'_>]) -> bool {
    let nik = |n: usize| rows[n].get(&mover::NIK);
    (0..rows.len()).all(|n| (0..n).all(|earlier| nik(earlier) != nik(n)))
}

impl Document<'_> {
    /// The rules that need the day of issue: from which age on a card has a photo. A verifier checks them with the
    /// day it derives from the claims.
    pub fn check_issued(&self, issued: Date) -> Result<(), BadDocument> {
        for rule in self.kind.rules {
            let (Rule::FaceFromAge(age), Some(_), Some(Value::Date(born))) =
                (rule, self.get(&FACE), self.get(&BIRTH_DATE))
            else {
                continue;
            };
            if !has_age(*born, i32::from(*age), issued) {
                return Err(BadDocument::OfKind(rule));
            }
        }
        Ok(())
    }
}

/// Whether somebody born on a day is that old on another. Who is born on 29 February is a year older on 1 March of
/// common years.
fn has_age(born: Date, age: i32, on: Date) -> bool {
    let ((born_year, born_month, born_day), (year, month, day)) = (born.ymd(), on.ymd());
    year - born_year - i32::from((month, day) < (born_month, born_day)) >= age
}
