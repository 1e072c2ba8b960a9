//! What a phone shows of a document: the whole of it, or the part that a purpose needs. What it says is that of the
//! signed document in force; the register adds what a part needs beyond it, such as the mother's name.

use super::content::{age, of_register};
use super::person::Person;
use credential::date::Date;
use credential::document::{BadDocument, Builder, Document, Face, Member, Value};
use credential::kinds::fields::{self as f, Field, column};
use credential::kinds::{KTP, Profile};

/// A document in force and the moment it was signed.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// What it says.
    pub document: &'a Document<'a>,
    /// Its claim `iat`, epoch seconds.
    pub issued: i64,
}

impl Source<'_> {
    /// The printed date of issue is that of the document, whose `iat` is not the credential's.
    fn issue_date(&self) -> Option<Value<'static>> {
        match self.document.get(&f::ISSUE_DATE) {
            Some(value) => Some(value.clone().into_owned()),
            None => Date::at_wib(self.issued).map(Value::Date),
        }
    }
}

/// The whole document; of a KTP-el without the photo, which has a purpose of its own.
pub fn whole(source: Source<'_>) -> Result<Document<'static>, BadDocument> {
    let kind = source.document.kind();
    let mut builder = Builder::new(kind);
    for (field, value) in source.document.fields() {
        if kind == &KTP && *field == f::FACE {
            continue;
        }
        builder = builder.set(field, value.clone().into_owned());
    }
    if let Some(date) = source.issue_date() {
        builder = builder.set(&f::ISSUE_DATE, date);
    }
    builder.build()
}

/// The part of a document that a purpose needs, about that person. None where the person has no right to it: too young,
/// without a photo where one is needed, not on the family card.
pub fn part(
    profile: &'static Profile,
    source: Source<'_>,
    person: &Person,
    face: Option<&Face<'_>>,
    today: Date,
) -> Result<Option<Document<'static>>, BadDocument> {
    let members: &[Member<'_>] = match source.document.get(&f::MEMBERS) {
        Some(Value::Members(members)) => members,
        _ => &[],
    };
    let own = |m: &&Member<'_>| m.get(&column::NIK) == Some(&Value::Nik(person.nik));
    let row = members.iter().find(own);
    if row.is_none() && !members.is_empty() {
        return Ok(None);
    }
    let head = members.iter().find(|m| m.is_head());
    let born = row.and_then(|row| row.get(&column::BIRTH_DATE));
    let born = match born.or_else(|| source.document.get(&f::BIRTH_DATE)) {
        Some(Value::Date(born)) => *born,
        _ => person.tanggal_lahir,
    };
    if profile
        .age
        .is_some_and(|years| age(born, today) < i32::from(years))
    {
        return Ok(None);
    }
    let mut builder = Builder::of_profile(profile);
    for used in profile.fields {
        let field = used.field;
        if is_set_by_builder(field) {
            continue;
        }
        let value = if *field == f::FACE {
            face.map(|face| Value::Face(face.clone()).into_owned())
        } else if *field == f::ISSUE_DATE {
            source.issue_date()
        } else {
            let signed = match *field == f::HEAD_NAME {
                true => head.and_then(|head| head.get(&column::NAME)),
                false => row.and_then(|row| in_row(row, field)),
            };
            let signed = signed.or_else(|| source.document.get(field));
            let signed = signed.map(|value| value.clone().into_owned());
            signed.or_else(|| of_register(field, person))
        };
        match value {
            Some(value) => builder = builder.set(field, value),
            None if used.required => return Ok(None),
            None => {}
        }
    }
    builder.build().map(Some)
}

fn is_set_by_builder(field: &Field) -> bool {
    let all = [&f::PROFILE, &f::MIN_AGE, &f::COUNTRY, &f::MARITAL_169];
    all.into_iter().any(|set| set == field)
}

/// The columns of a family card that hold what other documents state by themselves.
fn in_row<'r, 'v>(row: &'r Member<'v>, field: &Field) -> Option<&'r Value<'v>> {
    let columns: [(&Field, &Field); 7] = [
        (&f::NIK, &column::NIK),
        (&f::NAME, &column::NAME),
        (&f::BIRTH_PLACE, &column::BIRTH_PLACE),
        (&f::BIRTH_DATE, &column::BIRTH_DATE),
        (&f::SEX, &column::SEX),
        (&f::FATHER, &column::FATHER),
        (&f::MOTHER, &column::MOTHER),
    ];
    let (_, column) = columns.into_iter().find(|(own, _)| *own == field)?;
    row.get(column)
}
