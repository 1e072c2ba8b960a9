//! The columns of a person. Values obey the rules of the wire, so that what is imported can be issued.

use super::lines::Cells;
use crate::domain::person::Person;
use credential::codes::CodeList;
use credential::document::{BadValue, Country, Value};
use credential::ids::KodeWilayah;
use credential::kinds::fields::{self as f, Field, FieldType, column};

/// Names of the columns, in the order of the template.
pub const NAMES: &[&str] = &[
    "nik",
    "nomor_kk",
    "nama",
    "tempat_lahir",
    "tanggal_lahir",
    "jenis_kelamin",
    "golongan_darah",
    "agama",
    "status_perkawinan",
    "tanggal_perkawinan",
    "pekerjaan",
    "pendidikan",
    "shdk",
    "kewarganegaraan",
    "no_paspor",
    "no_kitap",
    "berlaku_hingga",
    "ayah",
    "ibu",
    "alamat",
    "rt_rw",
    "kode_pos",
    "kode_wilayah",
    "kelurahan",
    "kecamatan",
    "kabupaten",
    "provinsi",
];

/// The column of the region.
pub const REGION: &str = "kode_wilayah";

/// A column and the rule it breaks.
pub type BadCell = (String, String);

/// Names of a kelurahan and what it lies in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Province.
    pub provinsi: Option<String>,
    /// Kabupaten or kota.
    pub kabupaten: Option<String>,
    /// Kecamatan.
    pub kecamatan: Option<String>,
    /// Kelurahan or desa.
    pub kelurahan: Option<String>,
}

/// A person whose region's names may still be missing.
#[derive(Debug)]
pub struct Draft {
    person: Person,
    names: Names,
}

struct Row(Cells);

impl Row {
    /// The value of a column, `None` where it is empty or missing.
    fn value(&self, name: &str, ty: &FieldType) -> Result<Option<Value<'static>>, BadCell> {
        let cell = self.0.iter().find(|(column, _)| column == name);
        let text = cell
            .map(|(_, text)| text.trim())
            .filter(|text| !text.is_empty());
        let Some(text) = text else { return Ok(None) };
        let parsed = match ty {
            FieldType::Code(list) => code(list, text),
            _ => Value::parse(ty, text),
        };
        parsed
            .map(Some)
            .map_err(|rule| (name.to_string(), rule.to_string()))
    }

    fn required(&self, name: &str, ty: &FieldType) -> Result<Value<'static>, BadCell> {
        let value = self.value(name, ty)?;
        value.ok_or_else(|| (name.to_string(), "is missing".to_string()))
    }

    fn text(&self, field: &Field) -> Result<String, BadCell> {
        match self.required(field.name, &field.ty)? {
            Value::Text(text) => Ok(text.into_owned()),
            _ => Err(wrong_type(field)),
        }
    }

    fn optional_text(&self, field: &Field) -> Result<Option<String>, BadCell> {
        match self.value(field.name, &field.ty)? {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.into_owned())),
            Some(_) => Err(wrong_type(field)),
        }
    }

    fn code(&self, field: &Field) -> Result<u8, BadCell> {
        match self.required(field.name, &field.ty)? {
            Value::Code(code) => Ok(code),
            _ => Err(wrong_type(field)),
        }
    }

    fn date(&self, name: &str) -> Result<Option<credential::date::Date>, BadCell> {
        match self.value(name, &FieldType::DateDays)? {
            Some(Value::Date(date)) => Ok(Some(date)),
            _ => Ok(None),
        }
    }
}

fn wrong_type(field: &Field) -> BadCell {
    (field.name.to_string(), BadValue::Type.to_string())
}

/// A code by its number or its text in either language.
fn code(list: &CodeList, text: &str) -> Result<Value<'static>, BadValue> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        let number = text.parse().ok().filter(|n| (1..=list.last()).contains(n));
        return number.map(Value::Code).ok_or(BadValue::Code(list.last()));
    }
    let same = |known: &str| known.eq_ignore_ascii_case(text);
    let mut codes = list.codes.iter();
    let found = codes.find(|code| same(code.text.id) || same(code.text.en));
    found
        .map(|code| Value::Code(code.number))
        .ok_or(BadValue::Code(list.last()))
}

impl Draft {
    /// Reads a row.
    pub fn parse(cells: Cells) -> Result<Self, BadCell> {
        let row = Row(cells);
        let Value::Nik(nik) = row.required("nik", &f::NIK.ty)? else {
            return Err(wrong_type(&f::NIK));
        };
        let Value::KkNumber(nomor_kk) = row.required("nomor_kk", &f::KK_NUMBER.ty)? else {
            return Err(wrong_type(&f::KK_NUMBER));
        };
        let Value::Date(tanggal_lahir) = row.required("tanggal_lahir", &FieldType::DateDays)?
        else {
            return Err(wrong_type(&f::BIRTH_DATE));
        };
        let Value::RtRw(rt, rw) = row.required("rt_rw", &f::RT_RW.ty)? else {
            return Err(wrong_type(&f::RT_RW));
        };
        let Value::Region(kode_wilayah) = row.required("kode_wilayah", &f::REGION.ty)? else {
            return Err(wrong_type(&f::REGION));
        };
        let kewarganegaraan = match row.value("kewarganegaraan", &f::NATIONALITY.ty)? {
            Some(Value::Country(country)) => country,
            _ => Country::INDONESIA,
        };
        let kode_pos = match row.value("kode_pos", &f::POSTAL_CODE.ty)? {
            Some(Value::PostalCode(code)) => Some(code),
            _ => None,
        };
        let person = Person {
            nik,
            nomor_kk,
            nama: row.text(&f::NAME)?,
            tempat_lahir: row.text(&f::BIRTH_PLACE)?,
            tanggal_lahir,
            jenis_kelamin: row.code(&f::SEX)?,
            golongan_darah: row.code(&f::BLOOD)?,
            agama: row.code(&f::FAITH)?,
            status_perkawinan: row.code(&f::MARITAL)?,
            tanggal_perkawinan: row.date("tanggal_perkawinan")?,
            pekerjaan: row.code(&f::JOB)?,
            pendidikan: row.code(&column::EDUCATION_LEVEL)?,
            shdk: row.code(&column::RELATION)?,
            kewarganegaraan,
            no_paspor: row.optional_text(&column::PASSPORT)?,
            no_kitap: row.optional_text(&column::KITAP)?,
            berlaku_hingga: row.date("berlaku_hingga")?,
            ayah: row.optional_text(&column::FATHER)?,
            ibu: row.optional_text(&column::MOTHER)?,
            alamat: row.text(&f::ADDRESS)?,
            rt,
            rw,
            kode_pos,
            kode_wilayah,
            kelurahan: String::new(),
            kecamatan: String::new(),
            kabupaten: String::new(),
            provinsi: String::new(),
        };
        let names = Names {
            provinsi: row.optional_text(&f::PROVINCE)?,
            kabupaten: row.optional_text(&f::REGENCY)?,
            kecamatan: row.optional_text(&f::DISTRICT)?,
            kelurahan: row.optional_text(&f::VILLAGE)?,
        };
        Ok(Self { person, names })
    }

    /// The region whose names the row leaves out.
    pub fn needs_names(&self) -> Option<KodeWilayah> {
        let n = &self.names;
        let all = [&n.provinsi, &n.kabupaten, &n.kecamatan, &n.kelurahan];
        let missing = all.into_iter().any(Option::is_none);
        missing.then_some(self.person.kode_wilayah)
    }

    /// The person, with the names of the row or else the known ones.
    pub fn complete(self, known: Names) -> Result<Person, BadCell> {
        let name = |own: Option<String>, known: Option<String>, field: &Field| {
            let rule = "is empty and kode_wilayah is not in the regions: `ikd import regions`";
            own.or(known)
                .ok_or((field.name.to_string(), rule.to_string()))
        };
        let Self { person, names } = self;
        Ok(Person {
            provinsi: name(names.provinsi, known.provinsi, &f::PROVINCE)?,
            kabupaten: name(names.kabupaten, known.kabupaten, &f::REGENCY)?,
            kecamatan: name(names.kecamatan, known.kecamatan, &f::DISTRICT)?,
            kelurahan: name(names.kelurahan, known.kelurahan, &f::VILLAGE)?,
            ..person
        })
    }
}

impl From<Person> for Draft {
    /// A person from elsewhere than a file, with all names.
    fn from(person: Person) -> Self {
        let names = Names {
            provinsi: Some(person.provinsi.clone()),
            kabupaten: Some(person.kabupaten.clone()),
            kecamatan: Some(person.kecamatan.clone()),
            kelurahan: Some(person.kelurahan.clone()),
        };
        Self { person, names }
    }
}
