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

#[cfg(test)]
mod tests {
    use super::super::content::{self, Sources};
    use super::super::dossier::Answers;
    use super::*;
    use credential::document::Country;
    use credential::ids::{KodeWilayah, Nik, NomorKk};
    use credential::kinds::profiles::{AGE_21, HEALTH, NAME_PHOTO, SCHOOL};
    use credential::kinds::{KIA, KK};

    /// 2026-11-27.
    const TODAY: i64 = 20_784;
    const ISSUED: i64 = 1_790_000_000;

    fn person(nik: &str, born: &str, shdk: u8) -> Person {
        let text = String::from;
        Person {
            nik: Nik::parse(nik).unwrap(),
            nomor_kk: NomorKk::parse("3273011203150002").unwrap(),
            nama: format!("ORANG {shdk}"),
            tempat_lahir: text("BANDUNG"),
            tanggal_lahir: Date::parse(born).unwrap(),
            jenis_kelamin: 2,
            golongan_darah: 13,
            agama: 1,
            status_perkawinan: 1,
            tanggal_perkawinan: None,
            pekerjaan: 1,
            pendidikan: 1,
            shdk,
            kewarganegaraan: Country::INDONESIA,
            no_paspor: None,
            no_kitap: None,
            berlaku_hingga: None,
            ayah: None,
            ibu: None,
            alamat: text("JL UJI 1"),
            rt: 1,
            rw: 2,
            kode_pos: None,
            kode_wilayah: KodeWilayah::parse("3273011001").unwrap(),
            kelurahan: text("BRAGA"),
            kecamatan: text("SUMUR BANDUNG"),
            kabupaten: text("KOTA BANDUNG"),
            provinsi: text("JAWA BARAT"),
        }
    }

    fn family() -> [Person; 2] {
        [
            person("3273015204870011", "1987-04-12", 1),
            person("3273015204170014", "2017-04-12", 4),
        ]
    }

    fn issued(kind: &'static credential::kinds::Kind, about: &Person) -> Document<'static> {
        let family = family();
        let face = Face {
            subformat: 4,
            data: vec![1; 40].into(),
        };
        let answers = Answers::from([(
            f::BIRTH_DEED.name.to_string(),
            "3273-LU-12042017-0007".to_string(),
        )]);
        let sources = Sources {
            anchor: about,
            family: &family,
            answers: &answers,
            face: Some(face),
            number: None,
            newborn: None,
            today: Date::from_days(TODAY).unwrap(),
        };
        content::build(kind, sources).unwrap().document
    }

    fn part_of(
        profile: &'static Profile,
        document: &Document<'_>,
        about: &Person,
        today: i64,
    ) -> Option<Document<'static>> {
        let source = Source {
            document,
            issued: ISSUED,
        };
        let today = Date::from_days(today).unwrap();
        part(profile, source, about, None, today).unwrap()
    }

    #[test]
    fn a_childs_card_goes_whole_with_its_photo_and_an_identity_card_without() {
        let [adult, child] = family();
        for (kind, about, has_face) in [(&KIA, &child, true), (&KTP, &adult, false)] {
            let document = issued(kind, about);
            assert!(document.get(&f::FACE).is_some());
            let source = Source {
                document: &document,
                issued: ISSUED,
            };
            let whole = whole(source).unwrap();
            assert_eq!(whole.get(&f::FACE).is_some(), has_face, "{}", kind.slug);
            assert_eq!(
                whole.get(&f::ISSUE_DATE),
                Some(&Value::Date(Date::at_wib(ISSUED).unwrap()))
            );
            for (field, value) in document.fields().filter(|(field, _)| **field != f::FACE) {
                assert_eq!(whole.get(field), Some(value), "{}", field.name);
            }
        }
    }

    #[test]
    fn of_a_family_card_only_the_persons_own_row_is_shown() {
        let [adult, child] = family();
        let card = issued(&KK, &adult);
        let school = part_of(&SCHOOL, &card, &child, TODAY).unwrap();
        assert_eq!(school.get(&f::NIK), Some(&Value::Nik(child.nik)));
        assert_eq!(
            school.get(&f::HEAD_NAME).and_then(Value::as_text),
            Some("ORANG 1")
        );
        assert!(school.get(&f::MEMBERS).is_none());
        let elsewhere = person("3273015204870099", "1987-04-12", 1);
        assert!(part_of(&HEALTH, &card, &elsewhere, TODAY).is_none());
    }

    #[test]
    fn an_age_is_stated_from_that_birthday_on_and_a_photo_must_be_there() {
        let [adult, _] = family();
        let document = issued(&KTP, &adult);
        assert!(part_of(&NAME_PHOTO, &document, &adult, TODAY).is_none());
        let source = Source {
            document: &document,
            issued: ISSUED,
        };
        let face = Face {
            subformat: 4,
            data: vec![2; 40].into(),
        };
        let birthday = Date::parse("2008-04-12").unwrap().days();
        for (days, old_enough) in [(birthday - 1, false), (birthday, true)] {
            let today = Date::from_days(i64::from(days)).unwrap();
            let shown = part(&AGE_21, source, &adult, Some(&face), today).unwrap();
            assert_eq!(shown.is_some(), old_enough);
        }
    }
}
