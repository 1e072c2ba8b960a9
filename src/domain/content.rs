//! From the register's data to a document's content, and who is entitled to it.
//!
//! Date and place of issue are left out: they are the day of `iat` and the kabupaten (FORMAT.md).

use super::person::Person;
use credential::date::Date;
use credential::document::{BadDocument, Builder, Country, Document, Face, Member, Value};
use credential::ids::KodeWilayah;
use credential::kinds::fields as f;
use credential::kinds::{KK, KTP, MEMBERS_MAX};
use std::borrow::Cow;

/// Why a person or family gets no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// A rule of entitlement.
    NotEntitled(&'static str),
    /// The data break a rule of the document.
    Content(BadDocument),
}

impl From<BadDocument> for Refused {
    fn from(e: BadDocument) -> Self {
        Self::Content(e)
    }
}

/// What a document will say, and until when it is valid.
#[derive(Debug)]
pub struct Content<'a> {
    /// The document.
    pub document: Document<'a>,
    /// Claim `exp`.
    pub expires: Option<i64>,
    /// Where the person or family lives.
    pub region: KodeWilayah,
}

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

/// Whole years from birth to a day.
fn age(born: Date, on: Date) -> i32 {
    let ((by, bm, bd), (y, m, d)) = (born.ymd(), on.ymd());
    y - by - i32::from((m, d) < (bm, bd))
}

/// A KTP-el: from 17 years on, or earlier for who is or was married (UU 24/2013 Ps 63).
pub fn ktp<'a>(
    person: &'a Person,
    face: Option<Face<'a>>,
    today: Date,
) -> Result<Content<'a>, Refused> {
    if person.tanggal_lahir > today {
        return Err(Refused::NotEntitled("the date of birth lies ahead"));
    }
    if age(person.tanggal_lahir, today) < 17 && person.status_perkawinan == 1 {
        return Err(Refused::NotEntitled(
            "a KTP-el needs an age of 17 years, or a marriage",
        ));
    }
    let expires = if person.kewarganegaraan == Country::INDONESIA {
        None
    } else {
        let last_day = person.berlaku_hingga.ok_or(Refused::NotEntitled(
            "a foreigner's KTP-el needs the end of the ITAP (berlaku_hingga)",
        ))?;
        if last_day < today {
            return Err(Refused::NotEntitled("the ITAP has ended (berlaku_hingga)"));
        }
        Some(last_day.end_of_day_wib())
    };
    let mut builder = Builder::new(&KTP)
        .set(&f::NIK, Value::Nik(person.nik))
        .set(&f::NAME, text(&person.nama))
        .set(&f::BIRTH_PLACE, text(&person.tempat_lahir))
        .set(&f::BIRTH_DATE, Value::Date(person.tanggal_lahir))
        .set(&f::SEX, Value::Code(person.jenis_kelamin))
        .set(&f::BLOOD, Value::Code(person.golongan_darah))
        .set(&f::FAITH, Value::Code(person.agama))
        .set(&f::MARITAL, Value::Code(person.status_perkawinan))
        .set(&f::JOB, Value::Code(person.pekerjaan))
        .set(&f::NATIONALITY, Value::Country(person.kewarganegaraan));
    if let Some(face) = face {
        builder = builder.set(&f::FACE, Value::Face(face));
    }
    let document = address(builder, person).build()?;
    Ok(Content {
        document,
        expires,
        region: person.kode_wilayah,
    })
}

/// A family card of all who stand in it.
pub fn kk(family: &[Person]) -> Result<Content<'_>, Refused> {
    let mut heads = family.iter().filter(|p| p.shdk == 1);
    let (Some(head), None) = (heads.next(), heads.next()) else {
        return Err(Refused::NotEntitled(
            "a family card needs exactly one head of the family (shdk 1)",
        ));
    };
    if family.len() > MEMBERS_MAX {
        return Err(Refused::NotEntitled("a family card has at most 40 members"));
    }
    let mut builder = Builder::new(&KK)
        .set(&f::KK_NUMBER, Value::KkNumber(head.nomor_kk))
        .set(&f::NAME, text(&head.nama))
        .set(
            &f::MEMBERS,
            Value::Members(family.iter().map(member).collect()),
        );
    if let Some(code) = head.kode_pos {
        builder = builder.set(&f::POSTAL_CODE, Value::PostalCode(code));
    }
    let document = address(builder, head).build()?;
    Ok(Content {
        document,
        expires: None,
        region: head.kode_wilayah,
    })
}

fn address<'a>(builder: Builder<'a>, person: &'a Person) -> Builder<'a> {
    builder
        .set(&f::ADDRESS, text(&person.alamat))
        .set(&f::RT_RW, Value::RtRw(person.rt, person.rw))
        .set(&f::VILLAGE, text(&person.kelurahan))
        .set(&f::DISTRICT, text(&person.kecamatan))
        .set(&f::REGENCY, text(&person.kabupaten))
        .set(&f::PROVINCE, text(&person.provinsi))
        .set(&f::REGION, Value::Region(person.kode_wilayah))
}

/// A row in the order of the columns of a family card.
fn member(p: &Person) -> Member<'_> {
    let foreign = p.kewarganegaraan != Country::INDONESIA;
    Member::new(vec![
        Some(text(&p.nama)),
        Some(Value::Nik(p.nik)),
        Some(Value::Code(p.jenis_kelamin)),
        Some(text(&p.tempat_lahir)),
        Some(Value::Date(p.tanggal_lahir)),
        Some(Value::Code(p.agama)),
        Some(Value::Code(p.pendidikan)),
        Some(Value::Code(p.pekerjaan)),
        Some(Value::Code(p.golongan_darah)),
        Some(Value::Code(p.status_perkawinan)),
        p.tanggal_perkawinan.map(Value::Date),
        Some(Value::Code(p.shdk)),
        foreign.then_some(Value::Country(p.kewarganegaraan)),
        p.no_paspor.as_deref().map(text),
        p.no_kitap.as_deref().map(text),
        p.ayah.as_deref().map(text),
        p.ibu.as_deref().map(text),
    ])
}
