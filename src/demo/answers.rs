//! Plausible answers for the form of any kind, from the one table: for the demonstration, for tests and measurements.

use super::samples::{self, Measure};
use crate::domain::dossier::Answers;
use crate::domain::person::Person;
use credential::date::Date;
use credential::document::{Member, Value};
use credential::kinds::fields as f;
use credential::kinds::{From, Kind, Rule, Subject};

/// Answers to every question that must be answered, about that person, as of that day. Events were three days ago.
pub fn of(kind: &'static Kind, person: &Person, family: &[Person], today: Date) -> Answers {
    let mut answers = Answers::new();
    let Ok(sample) = samples::document(kind, Measure::Ordinary) else {
        return answers;
    };
    let days = |n: i64| Date::from_days(i64::from(today.days()) + n).unwrap_or(today);
    for used in kind
        .fields
        .iter()
        .filter(|u| u.from == From::Applicant && u.required)
    {
        let field = used.field;
        let is = |other: &f::Field| other.key == field.key;
        // What a deadline is counted from happened three days ago.
        let reported = kind.filing.report.as_ref().is_some_and(|r| is(r.since));
        let text = if is(&f::BIRTH_DATE) || is(&f::EVENT_DATE) || reported {
            days(-3).iso()
        } else if is(&f::DECISION_DATE) {
            days(-2).iso()
        } else if is(&f::DEED_DATE) {
            days(if kind.subject == Subject::Newborn {
                -1
            } else {
                -400
            })
            .iso()
        } else if is(&f::STAY_UNTIL) {
            days(300).iso()
        } else if is(&f::MOVERS) {
            movers(person, family)
        } else if is(&f::REGION) {
            person.kode_wilayah.dotted()
        } else if is(&f::VILLAGE) {
            person.kelurahan.clone()
        } else if is(&f::DISTRICT) {
            person.kecamatan.clone()
        } else if is(&f::REGENCY) {
            person.kabupaten.clone()
        } else if is(&f::PROVINCE) {
            person.provinsi.clone()
        } else if is(&f::FATHER) {
            person.ayah.clone().unwrap_or_else(|| "BUDI SANTOSO".into())
        } else if is(&f::MOTHER) {
            person.ibu.clone().unwrap_or_else(|| "SITI RAHAYU".into())
        } else {
            match sample.get(field) {
                Some(value) => plain(value),
                None => continue,
            }
        };
        answers.insert(field.name.to_string(), text);
    }
    // A decision about a child cannot be older than the child, nor a permit younger than its end.
    if kind
        .rules
        .iter()
        .any(|r| matches!(r, Rule::InOrder(a, _) if a.key == f::DEED_DATE.key))
        && let Some(date) = answers.get_mut(f::DECISION_DATE.name)
    {
        *date = days(-2).iso();
    }
    answers
}

/// Who moves: the person alone, or the head with everybody.
fn movers(person: &Person, family: &[Person]) -> String {
    let line = |p: &Person| format!("{} | {} | {}", p.nik, p.nama, p.shdk);
    match person.shdk {
        1 => family.iter().map(line).collect::<Vec<_>>().join("\n"),
        _ => line(person),
    }
}

/// A value as `Value::parse` reads it.
pub fn plain(value: &Value<'_>) -> String {
    match value {
        Value::Nik(nik) => nik.to_string(),
        Value::KkNumber(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Date(date) => date.iso(),
        Value::Code(code) => code.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Country(country) => country.as_str().to_string(),
        Value::Region(kode) => kode.dotted(),
        Value::RtRw(rt, rw) => format!("{rt:03}/{rw:03}"),
        Value::PostalCode(code) => code.to_string(),
        Value::Time(minutes) => format!("{:02}:{:02}", minutes / 60, minutes % 60),
        Value::Rows(rows) => rows.iter().map(row).collect::<Vec<_>>().join("\n"),
        Value::Face(_) | Value::Members(_) => String::new(),
    }
}

fn row(row: &Member<'_>) -> String {
    let cells = row.values().map(|cell| match cell {
        Some(value) => plain(value),
        None => "-".to_string(),
    });
    cells.collect::<Vec<_>>().join(" | ")
}
