//! A row of the register's people: how it is read and written, its seal, and the person that it is.

use super::super::parsed;
use super::super::register::{LENGTH, Part, Register, Seal};
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome};
use credential::date::Date;
use credential::document::Country;
use credential::ids::{KodeWilayah, Nik, NomorKk};
use sqlx::{ColumnIndex, Decode, FromRow, Type};

const PURPOSE: &str = "register person";

/// A person as the table has it: its columns in this order.
pub(in crate::store) struct Row {
    pub(super) nik: i64,
    pub(super) nomor_kk: i64,
    pub(super) nama: String,
    pub(super) tempat_lahir: String,
    pub(super) tanggal_lahir: i64,
    pub(super) jenis_kelamin: i64,
    pub(super) golongan_darah: i64,
    pub(super) agama: i64,
    pub(super) status_perkawinan: i64,
    pub(super) tanggal_perkawinan: Option<i64>,
    pub(super) pekerjaan: i64,
    pub(super) pendidikan: i64,
    pub(super) shdk: i64,
    pub(super) kewarganegaraan: String,
    pub(super) no_paspor: Option<String>,
    pub(super) no_kitap: Option<String>,
    pub(super) berlaku_hingga: Option<i64>,
    pub(super) ayah: Option<String>,
    pub(super) ibu: Option<String>,
    pub(super) alamat: String,
    pub(super) rt: i64,
    pub(super) rw: i64,
    pub(super) kode_pos: Option<i64>,
    pub(super) kode_wilayah: String,
    pub(super) kelurahan: String,
    pub(super) kecamatan: String,
    pub(super) kabupaten: String,
    pub(super) provinsi: String,
    pub(super) updated: i64,
    pub(super) status_dasar: i64,
}

impl Row {
    /// What is to be written.
    pub fn of(person: &Person, updated: i64, status_dasar: i64) -> Self {
        let days = |date: Date| i64::from(date.days());
        Self {
            nik: person.nik.as_u64() as i64,
            nomor_kk: person.nomor_kk.as_u64() as i64,
            nama: person.nama.clone(),
            tempat_lahir: person.tempat_lahir.clone(),
            tanggal_lahir: days(person.tanggal_lahir),
            jenis_kelamin: person.jenis_kelamin.into(),
            golongan_darah: person.golongan_darah.into(),
            agama: person.agama.into(),
            status_perkawinan: person.status_perkawinan.into(),
            tanggal_perkawinan: person.tanggal_perkawinan.map(days),
            pekerjaan: person.pekerjaan.into(),
            pendidikan: person.pendidikan.into(),
            shdk: person.shdk.into(),
            kewarganegaraan: person.kewarganegaraan.as_str().to_string(),
            no_paspor: person.no_paspor.clone(),
            no_kitap: person.no_kitap.clone(),
            berlaku_hingga: person.berlaku_hingga.map(days),
            ayah: person.ayah.clone(),
            ibu: person.ibu.clone(),
            alamat: person.alamat.clone(),
            rt: person.rt.into(),
            rw: person.rw.into(),
            kode_pos: person.kode_pos.map(i64::from),
            kode_wilayah: person.kode_wilayah.digits().to_string(),
            kelurahan: person.kelurahan.clone(),
            kecamatan: person.kecamatan.clone(),
            kabupaten: person.kabupaten.clone(),
            provinsi: person.provinsi.clone(),
            updated,
            status_dasar,
        }
    }

    /// All that the row says, in the order of the table.
    fn parts(&self) -> [Part<'_>; 30] {
        [
            self.nik.into(),
            self.nomor_kk.into(),
            (&self.nama).into(),
            (&self.tempat_lahir).into(),
            self.tanggal_lahir.into(),
            self.jenis_kelamin.into(),
            self.golongan_darah.into(),
            self.agama.into(),
            self.status_perkawinan.into(),
            self.tanggal_perkawinan.into(),
            self.pekerjaan.into(),
            self.pendidikan.into(),
            self.shdk.into(),
            (&self.kewarganegaraan).into(),
            (&self.no_paspor).into(),
            (&self.no_kitap).into(),
            self.berlaku_hingga.into(),
            (&self.ayah).into(),
            (&self.ibu).into(),
            (&self.alamat).into(),
            self.rt.into(),
            self.rw.into(),
            self.kode_pos.into(),
            (&self.kode_wilayah).into(),
            (&self.kelurahan).into(),
            (&self.kecamatan).into(),
            (&self.kabupaten).into(),
            (&self.provinsi).into(),
            self.updated.into(),
            self.status_dasar.into(),
        ]
    }

    /// The seal that belongs to it.
    pub fn seal(&self, register: &Register<'_>) -> [u8; LENGTH] {
        register.seal(PURPOSE, &self.parts())
    }
}

/// A row as it was found.
pub(in crate::store) struct Kept {
    pub nik: i64,
    /// Family card; none: the column holds what is no number.
    pub nomor_kk: Option<i64>,
    /// None: a column holds what none of its kind can be.
    row: Option<Row>,
    seal: Option<Vec<u8>>,
}

impl Kept {
    /// What its seal says.
    pub fn judge(&self, register: &Register<'_>) -> Seal {
        match &self.row {
            Some(row) => register.judge(PURPOSE, &row.parts(), self.seal.as_deref()),
            None => Seal::Broken,
        }
    }

    /// The row, where its seal is such that it counts.
    pub fn quietly_admitted(self, register: &Register<'_>) -> Outcome<Row> {
        let seal = self.judge(register);
        let row = self.row.filter(|_| register.admits(seal));
        row.ok_or(Failure::Altered("persons"))
    }

    /// The same. One that does not count is told in the log, without its number.
    pub fn admitted(self, register: &Register<'_>) -> Outcome<Row> {
        let seal = self.judge(register);
        match self.row {
            Some(row) if register.admits(seal) => Ok(row),
            _ => {
                let person = register.name(self.nik);
                match seal {
                    Seal::Missing => {
                        tracing::error!(%person, "person refused: the register's row has no seal");
                    }
                    _ => {
                        tracing::error!(%person, "person refused: the register's row was not written by this service");
                    }
                }
                Err(Failure::Altered("persons"))
            }
        }
    }

    /// The person, the same way.
    pub fn person(self, register: &Register<'_>) -> Outcome<Person> {
        self.admitted(register)?.try_into()
    }

    /// The seal that belongs to what stands there.
    pub fn own_seal(&self, register: &Register<'_>) -> Option<[u8; LENGTH]> {
        self.row.as_ref().map(|row| row.seal(register))
    }
}

impl<'r, R: sqlx::Row> FromRow<'r, R> for Kept
where
    usize: ColumnIndex<R>,
    i64: Type<R::Database> + Decode<'r, R::Database>,
    String: Type<R::Database> + Decode<'r, R::Database>,
    Vec<u8>: Type<R::Database> + Decode<'r, R::Database>,
    Option<i64>: Type<R::Database> + Decode<'r, R::Database>,
    Option<String>: Type<R::Database> + Decode<'r, R::Database>,
    Option<Vec<u8>>: Type<R::Database> + Decode<'r, R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let seal = row.try_get(30);
        Ok(Self {
            nik: row.try_get(0)?,
            nomor_kk: row.try_get(1).ok(),
            row: seal.is_ok().then(|| Row::from_row(row).ok()).flatten(),
            seal: seal.unwrap_or_default(),
        })
    }
}

/// By position: a name is searched for in each row, and bulk jobs read thirty thousand rows a second.
impl<'r, R: sqlx::Row> FromRow<'r, R> for Row
where
    usize: ColumnIndex<R>,
    i64: Type<R::Database> + Decode<'r, R::Database>,
    String: Type<R::Database> + Decode<'r, R::Database>,
    Option<i64>: Type<R::Database> + Decode<'r, R::Database>,
    Option<String>: Type<R::Database> + Decode<'r, R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        Ok(Self {
            nik: row.try_get(0)?,
            nomor_kk: row.try_get(1)?,
            nama: row.try_get(2)?,
            tempat_lahir: row.try_get(3)?,
            tanggal_lahir: row.try_get(4)?,
            jenis_kelamin: row.try_get(5)?,
            golongan_darah: row.try_get(6)?,
            agama: row.try_get(7)?,
            status_perkawinan: row.try_get(8)?,
            tanggal_perkawinan: row.try_get(9)?,
            pekerjaan: row.try_get(10)?,
            pendidikan: row.try_get(11)?,
            shdk: row.try_get(12)?,
            kewarganegaraan: row.try_get(13)?,
            no_paspor: row.try_get(14)?,
            no_kitap: row.try_get(15)?,
            berlaku_hingga: row.try_get(16)?,
            ayah: row.try_get(17)?,
            ibu: row.try_get(18)?,
            alamat: row.try_get(19)?,
            rt: row.try_get(20)?,
            rw: row.try_get(21)?,
            kode_pos: row.try_get(22)?,
            kode_wilayah: row.try_get(23)?,
            kelurahan: row.try_get(24)?,
            kecamatan: row.try_get(25)?,
            kabupaten: row.try_get(26)?,
            provinsi: row.try_get(27)?,
            updated: row.try_get(28)?,
            status_dasar: row.try_get(29)?,
        })
    }
}

impl TryFrom<Row> for Person {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        let date = |days| Date::from_days(days).ok_or(Failure::Row("persons: a date"));
        let code = |number| parsed("persons: a code", u8::try_from(number));
        let number = |n: i64| parsed("persons: a number", u64::try_from(n));
        Ok(Self {
            nik: parsed("persons.nik", Nik::from_u64(number(row.nik)?))?,
            nomor_kk: parsed("persons.nomor_kk", NomorKk::from_u64(number(row.nomor_kk)?))?,
            nama: row.nama,
            tempat_lahir: row.tempat_lahir,
            tanggal_lahir: date(row.tanggal_lahir)?,
            jenis_kelamin: code(row.jenis_kelamin)?,
            golongan_darah: code(row.golongan_darah)?,
            agama: code(row.agama)?,
            status_perkawinan: code(row.status_perkawinan)?,
            tanggal_perkawinan: row.tanggal_perkawinan.map(date).transpose()?,
            pekerjaan: code(row.pekerjaan)?,
            pendidikan: code(row.pendidikan)?,
            shdk: code(row.shdk)?,
            kewarganegaraan: Country::parse(&row.kewarganegaraan)
                .ok_or(Failure::Row("persons.kewarganegaraan"))?,
            no_paspor: row.no_paspor,
            no_kitap: row.no_kitap,
            berlaku_hingga: row.berlaku_hingga.map(date).transpose()?,
            ayah: row.ayah,
            ibu: row.ibu,
            alamat: row.alamat,
            rt: parsed("persons.rt", u16::try_from(row.rt))?,
            rw: parsed("persons.rw", u16::try_from(row.rw))?,
            kode_pos: match row.kode_pos {
                Some(code) => Some(parsed("persons.kode_pos", u32::try_from(code))?),
                None => None,
            },
            kode_wilayah: parsed(
                "persons.kode_wilayah",
                KodeWilayah::parse(&row.kode_wilayah),
            )?,
            kelurahan: row.kelurahan,
            kecamatan: row.kecamatan,
            kabupaten: row.kabupaten,
            provinsi: row.provinsi,
        })
    }
}
