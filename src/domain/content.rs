//! From the register's data and an application's answers to a document's content, and who is entitled to it.
//!
//! One way for every kind: the table says which field comes from where. Date and place of issue are left out where
//! they are the day of `iat` and the kabupaten (FORMAT.md).

use super::dossier::Answers;
use super::person::Person;
use credential::date::Date;
use credential::document::{BadDocument, Builder, Country, Document, Face, Member, Value};
use credential::ids::{KodeWilayah, Nik};
use credential::kinds::fields::{self as f, Field};
use credential::kinds::{From, Kind, MEMBERS_MAX, Rule, Subject, Use, Validity};
use std::borrow::Cow;

/// Why a person or family gets no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// A rule of entitlement.
    NotEntitled(&'static str),
    /// The data break a rule of the document.
    Content(BadDocument),
}

impl std::convert::From<BadDocument> for Refused {
    fn from(e: BadDocument) -> Self {
        Self::Content(e)
    }
}

/// What a document will say, and until when it is valid.
#[derive(Debug)]
pub struct Content {
    /// The document.
    pub document: Document<'static>,
    /// Claim `exp`.
    pub expires: Option<i64>,
    /// Where the person or family lives.
    pub region: KodeWilayah,
}

/// What a document is made of.
pub struct Sources<'a> {
    /// The person it is about; for a newborn the parent, for an event who reports it; for a family any member.
    pub anchor: &'a Person,
    /// Everybody in that person's family card, head first.
    pub family: &'a [Person],
    /// The form's answers and what the office filled in, by field.
    pub answers: &'a Answers,
    /// A face picture.
    pub face: Option<Face<'static>>,
    /// The number that letters and deeds print.
    pub number: Option<String>,
    /// The NIK that a newborn gets.
    pub newborn: Option<Nik>,
    /// Today, in the office's zone.
    pub today: Date,
}

/// A card of the register alone, without answers: what a person or family gets as they stand.
pub fn card(
    kind: &'static Kind,
    person: &Person,
    family: &[Person],
    face: Option<Face<'static>>,
    today: Date,
) -> Result<Content, Refused> {
    let sources = Sources {
        anchor: person,
        family,
        answers: &Answers::new(),
        face,
        number: None,
        newborn: None,
        today,
    };
    build(kind, sources)
}

/// Builds a document of that kind.
pub fn build(kind: &'static Kind, sources: Sources<'_>) -> Result<Content, Refused> {
    let about = about(kind, &sources)?;
    entitled(kind, about, &sources)?;
    let mut builder = Builder::new(kind);
    for used in kind.fields {
        if let Some(value) = value(kind, used, about, &sources)? {
            builder = builder.set(used.field, value);
        }
    }
    let document = builder.build()?;
    document.check_issued(sources.today)?;
    let region = match document.get(&f::REGION) {
        Some(Value::Region(region)) => *region,
        _ => about.kode_wilayah,
    };
    Ok(Content {
        expires: expires(kind, about, &document, sources.today)?,
        region,
        document,
    })
}

/// Whose data fill the fields that come from the register: of a family card, its head's.
fn about<'a>(kind: &Kind, sources: &Sources<'a>) -> Result<&'a Person, Refused> {
    if kind.subject != Subject::Family {
        return Ok(sources.anchor);
    }
    if sources.family.len() > MEMBERS_MAX {
        return Err(Refused::NotEntitled("a family card has at most 40 members"));
    }
    let mut heads = sources.family.iter().filter(|p| p.shdk == 1);
    match (heads.next(), heads.next()) {
        (Some(head), None) => Ok(head),
        _ => Err(Refused::NotEntitled(
            "a family card needs exactly one head of the family (shdk 1)",
        )),
    }
}

fn entitled(kind: &Kind, person: &Person, sources: &Sources<'_>) -> Result<(), Refused> {
    let today = sources.today;
    if person.tanggal_lahir > today {
        return Err(Refused::NotEntitled("the date of birth lies ahead"));
    }
    let (years, unmarried) = (
        age(person.tanggal_lahir, today),
        person.status_perkawinan == 1,
    );
    match kind.validity {
        // UU 24/2013 Ps 63.
        Validity::ForLifeOrItap if years < 17 && unmarried => Err(Refused::NotEntitled(
            "a KTP-el needs an age of 17 years, or a marriage",
        )),
        // Permendagri 2/2016 Ps 2.
        Validity::ChildAge if years >= 17 || !unmarried => Err(Refused::NotEntitled(
            "a KIA is for children under 17 who were never married",
        )),
        _ => Ok(()),
    }
}

fn value(
    kind: &Kind,
    used: &Use,
    about: &Person,
    sources: &Sources<'_>,
) -> Result<Option<Value<'static>>, Refused> {
    let field = used.field;
    let own = match used.from {
        From::Encoder => return Ok(None),
        From::Register => register(kind, field, about, sources),
        From::Applicant | From::Office => None,
    };
    if own.is_some() {
        return Ok(own);
    }
    if let Some(text) = sources.answers.get(field.name) {
        let value = Value::parse(&field.ty, text).map_err(|rule| {
            Refused::Content(BadDocument::Value {
                field: field.name,
                member: None,
                rule,
            })
        })?;
        return Ok(Some(value));
    }
    Ok(match used.from {
        From::Office => office(kind, used, about, sources),
        _ => None,
    })
}

/// What the service itself assigns: numbers, the NIK of a newborn, the place of issue where no address tells it.
fn office(
    kind: &Kind,
    used: &Use,
    about: &Person,
    sources: &Sources<'_>,
) -> Option<Value<'static>> {
    let field = used.field;
    if *field == f::DOCUMENT_NUMBER {
        return sources.number.clone().map(text);
    }
    if *field == f::NIK && kind.subject == Subject::Newborn {
        return sources.newborn.map(Value::Nik);
    }
    if *field == f::ISSUE_PLACE && used.required {
        return Some(text(about.kabupaten.clone()));
    }
    None
}

fn text(text: String) -> Value<'static> {
    Value::Text(Cow::Owned(text))
}

/// What the register says of one person, where a document does not state it.
pub fn of_register(field: &'static Field, person: &Person) -> Option<Value<'static>> {
    let sources = Sources {
        anchor: person,
        family: &[],
        answers: &Answers::new(),
        face: None,
        number: None,
        newborn: None,
        today: person.tanggal_lahir,
    };
    register(&credential::kinds::KTP, field, person, &sources)
}

/// What the register says of a person or family.
fn register(
    kind: &Kind,
    field: &'static Field,
    p: &Person,
    sources: &Sources<'_>,
) -> Option<Value<'static>> {
    let head = || sources.family.iter().find(|p| p.shdk == 1);
    let is = |other: &'static Field| field.key == other.key;
    let value = if is(&f::NIK) {
        Value::Nik(p.nik)
    } else if is(&f::NAME) {
        text(p.nama.clone())
    } else if is(&f::BIRTH_PLACE) {
        text(p.tempat_lahir.clone())
    } else if is(&f::BIRTH_DATE) {
        Value::Date(p.tanggal_lahir)
    } else if is(&f::SEX) {
        Value::Code(p.jenis_kelamin)
    } else if is(&f::BLOOD) {
        Value::Code(p.golongan_darah)
    } else if is(&f::FAITH) {
        Value::Code(p.agama)
    } else if is(&f::MARITAL) {
        Value::Code(p.status_perkawinan)
    } else if is(&f::JOB) {
        Value::Code(p.pekerjaan)
    } else if is(&f::NATIONALITY) {
        Value::Country(p.kewarganegaraan)
    } else if is(&f::ADDRESS) {
        text(p.alamat.clone())
    } else if is(&f::RT_RW) {
        Value::RtRw(p.rt, p.rw)
    } else if is(&f::POSTAL_CODE) {
        Value::PostalCode(p.kode_pos?)
    } else if is(&f::VILLAGE) {
        text(p.kelurahan.clone())
    } else if is(&f::DISTRICT) {
        text(p.kecamatan.clone())
    } else if is(&f::REGENCY) {
        text(p.kabupaten.clone())
    } else if is(&f::PROVINCE) {
        text(p.provinsi.clone())
    } else if is(&f::REGION) {
        Value::Region(p.kode_wilayah)
    } else if is(&f::KK_NUMBER) {
        Value::KkNumber(p.nomor_kk)
    } else if is(&f::HEAD_NAME) {
        text(head()?.nama.clone())
    } else if is(&f::FATHER) {
        text(p.ayah.clone()?)
    } else if is(&f::MOTHER) {
        text(p.ibu.clone()?)
    } else if is(&f::PASSPORT) {
        text(p.no_paspor.clone()?)
    } else if is(&f::STAY_UNTIL) {
        Value::Date(p.berlaku_hingga?)
    } else if is(&f::FACE) {
        if is_too_young_for_a_photo(kind, p, sources.today) {
            return None;
        }
        Value::Face(sources.face.clone()?)
    } else if is(&f::OTHER_ADDRESS) {
        // Somebody who arrives: the register still has where they came from.
        Value::Rows(vec![Member::new(vec![
            Some(text(p.alamat.clone())),
            Some(Value::RtRw(p.rt, p.rw)),
            Some(text(p.kelurahan.clone())),
            Some(text(p.kecamatan.clone())),
            Some(text(p.kabupaten.clone())),
            Some(text(p.provinsi.clone())),
            p.kode_pos.map(Value::PostalCode),
            Some(Value::Region(p.kode_wilayah)),
        ])])
    } else if is(&f::MEMBERS) && kind.subject == Subject::Family {
        Value::Members(sources.family.iter().map(member).collect())
    } else {
        return None;
    };
    Some(value)
}

fn is_too_young_for_a_photo(kind: &Kind, p: &Person, today: Date) -> bool {
    let years = age(p.tanggal_lahir, today);
    let too_young = |rule: &Rule| matches!(rule, Rule::FaceFromAge(n) if years < i32::from(*n));
    kind.rules.iter().any(too_young)
}

/// Claim `exp` by the kind's rule.
fn expires(
    kind: &Kind,
    person: &Person,
    document: &Document<'_>,
    today: Date,
) -> Result<Option<i64>, Refused> {
    let foreign = person.kewarganegaraan != Country::INDONESIA;
    let itap = || {
        let last_day = person.berlaku_hingga.ok_or(Refused::NotEntitled(
            "a foreigner's document needs the end of the ITAP (berlaku_hingga)",
        ))?;
        if last_day < today {
            return Err(Refused::NotEntitled("the ITAP has ended (berlaku_hingga)"));
        }
        Ok(last_day)
    };
    let last_day = match kind.validity {
        Validity::Unlimited => None,
        Validity::ForLifeOrItap if foreign => Some(itap()?),
        Validity::ForLifeOrItap => None,
        Validity::ChildAge => {
            let birthday = match age(person.tanggal_lahir, today) {
                ..5 => 5,
                _ => 17,
            };
            let end = day_before_birthday(person.tanggal_lahir, birthday);
            match (foreign, end) {
                (true, Some(end)) => Some(itap()?.min(end)),
                (_, end) => end,
            }
        }
        Validity::UntilField(field) => match document.get(field) {
            Some(Value::Date(date)) if *date >= today => Some(*date),
            Some(Value::Date(_)) => {
                return Err(Refused::NotEntitled("the permit it rests on has ended"));
            }
            _ => None,
        },
        Validity::Days(days) => Date::from_days(i64::from(today.days()) + i64::from(days)),
    };
    Ok(last_day.map(Date::end_of_day_wib))
}

/// The last day on which a child has not had that birthday. Born on 29 February: the birthday of other years is 1 March.
fn day_before_birthday(born: Date, years: i32) -> Option<Date> {
    let (year, month, day) = born.ymd();
    let in_year = |day| Date::from_ymd(year + years, month, day);
    match in_year(day) {
        Some(birthday) => Date::from_days(i64::from(birthday.days()) - 1),
        None => in_year(day - 1),
    }
}

/// Whole years from birth to a day.
pub fn age(born: Date, on: Date) -> i32 {
    let ((by, bm, bd), (y, m, d)) = (born.ymd(), on.ymd());
    y - by - i32::from((m, d) < (bm, bd))
}

/// A row in the order of the columns of a family card.
fn member(p: &Person) -> Member<'static> {
    let foreign = p.kewarganegaraan != Country::INDONESIA;
    let known = |value: &Option<String>| value.clone().map(text);
    Member::new(vec![
        Some(text(p.nama.clone())),
        Some(Value::Nik(p.nik)),
        Some(Value::Code(p.jenis_kelamin)),
        Some(text(p.tempat_lahir.clone())),
        Some(Value::Date(p.tanggal_lahir)),
        Some(Value::Code(p.agama)),
        Some(Value::Code(p.pendidikan)),
        Some(Value::Code(p.pekerjaan)),
        Some(Value::Code(p.golongan_darah)),
        Some(Value::Code(p.status_perkawinan)),
        p.tanggal_perkawinan.map(Value::Date),
        Some(Value::Code(p.shdk)),
        foreign.then_some(Value::Country(p.kewarganegaraan)),
        known(&p.no_paspor),
        known(&p.no_kitap),
        known(&p.ayah),
        known(&p.ibu),
    ])
}
