//! The registry of claim 169 keys: standard keys where Claim 169 has one, 24–49 for people and 75–99 for the
//! document in the ranges it leaves to closed ecosystems.
//!
//! Keys are scarce, so kinds share them where the meaning is the same: a kind may call a field otherwise
//! (`Use::label`), and what belongs together stands in one small table under one key (`tables`).

use crate::codes::{
    BLOOD_TYPE, CERTIFIER, CodeList, EDUCATION, EVENT, FAMILY_RELATION, GENDER, MARITAL_STATUS,
    OCCUPATION, RELIGION, SPONSOR_TYPE as SPONSOR_TYPES,
};
use crate::lang::Text;
use tables::Table;

/// A registered field: key on the wire, name in JSON, labels for people.
#[derive(Debug)]
pub struct Field {
    /// Claim 169 map key, or the column number of a member's row.
    pub key: u8,
    /// Name in JSON, CSV and error messages.
    pub name: &'static str,
    /// Type on the wire and its limits.
    pub ty: FieldType,
    /// Label for people.
    pub label: Text,
}

/// Type of a field. Limits of text count characters.
#[derive(Debug, Clone, Copy)]
pub enum FieldType {
    /// A NIK as text of 16 digits (Claim 169 key 1).
    NikText,
    /// A NIK as an unsigned integer.
    NikNumber,
    /// A KK number as an unsigned integer.
    KkNumber,
    /// Printable Latin text of 1 to `max` characters.
    Text {
        /// Most characters.
        max: usize,
    },
    /// A date as text `YYYYMMDD` (Claim 169 key 8).
    DateText,
    /// A date as days since 1970-01-01.
    DateDays,
    /// A code of an official list as an unsigned integer.
    Code(&'static CodeList),
    /// Claim 169 key 14, derived from [`MARITAL`].
    Claim169Marital,
    /// Citizenship: ISO 3166-1 alpha-2 country as text.
    Country,
    /// A country that somebody goes to or comes from: as [`Self::Country`], and not Indonesia.
    Abroad,
    /// A count as an unsigned integer.
    Number {
        /// Least.
        min: u8,
        /// Most.
        max: u8,
    },
    /// A time of day as minutes since midnight, 0–1439, local time of the place.
    Time,
    /// The country of issuance: always `ID`.
    IssuedInIndonesia,
    /// Kode wilayah as text without dots.
    Region,
    /// `[RT, RW]`, each 0–999.
    RtRw,
    /// Five-digit postal code as an unsigned integer.
    PostalCode,
    /// Claim 169 key 62: `[{0: bytes, 1: 0, 2: subformat}]` with one picture of at most 1,500 bytes.
    Face,
    /// Family members: an array of rows with the columns of the KK.
    Members,
    /// A small table: an array of rows with these columns. With one row at most it is a group of fields.
    Table(&'static Table),
    /// How much of the members' columns is present: absent for all, 1 for the core columns.
    Detail,
    /// The number of a profile: only its fields are there (`super::profiles`).
    Profile,
}

impl FieldType {
    /// Filled in by the encoder from other fields; not part of forms or JSON input.
    pub const fn is_derived(&self) -> bool {
        matches!(
            self,
            Self::Claim169Marital | Self::IssuedInIndonesia | Self::Profile
        )
    }
}

macro_rules! fields {
    ($($const:ident = $key:literal, $name:literal, $ty:expr, $id:literal, $en:literal;)*) => {
        $(
            #[doc = concat!("Number ", stringify!($key), ": ", $en, ".")]
            pub static $const: Field = Field {
                key: $key,
                name: $name,
                ty: $ty,
                label: Text { id: $id, en: $en },
            };
        )*
        /// Every registered field, ascending by key.
        pub static FIELDS: &[&Field] = &[$(&$const),*];
    };
}

pub mod tables;

use FieldType as T;

fields! {
    NIK = 1, "nik", T::NikText, "NIK", "Identity number (NIK)";
    NAME = 4, "nama", T::Text { max: 60 }, "Nama", "Name";
    BIRTH_DATE = 8, "tanggal_lahir", T::DateText, "Tanggal Lahir", "Date of birth";
    SEX = 9, "jenis_kelamin", T::Code(&GENDER), "Jenis Kelamin", "Sex";
    ADDRESS = 10, "alamat", T::Text { max: 120 }, "Alamat", "Address";
    NATIONALITY = 13, "kewarganegaraan", T::Country, "Kewarganegaraan", "Nationality";
    MARITAL_169 = 14, "marital_169", T::Claim169Marital, "Status Perkawinan (Claim 169)", "Marital status (Claim 169)";
    REGION = 21, "kode_wilayah", T::Region, "Kode Wilayah", "Region code";
    COUNTRY = 23, "negara_penerbit", T::IssuedInIndonesia, "Negara Penerbit", "Country of issuance";
    BIRTH_PLACE = 24, "tempat_lahir", T::Text { max: 60 }, "Tempat Lahir", "Place of birth";
    BLOOD = 25, "golongan_darah", T::Code(&BLOOD_TYPE), "Gol. Darah", "Blood type";
    FAITH = 26, "agama", T::Code(&RELIGION), "Agama", "Religion";
    MARITAL = 27, "status_perkawinan", T::Code(&MARITAL_STATUS), "Status Perkawinan", "Marital status";
    JOB = 28, "pekerjaan", T::Code(&OCCUPATION), "Pekerjaan", "Occupation";
    RT_RW = 29, "rt_rw", T::RtRw, "RT/RW", "RT/RW (neighbourhood)";
    POSTAL_CODE = 30, "kode_pos", T::PostalCode, "Kode Pos", "Postal code";
    VILLAGE = 31, "kelurahan", T::Text { max: 60 }, "Kel/Desa", "Village";
    DISTRICT = 32, "kecamatan", T::Text { max: 60 }, "Kecamatan", "District";
    REGENCY = 33, "kabupaten", T::Text { max: 60 }, "Kabupaten/Kota", "Regency/city";
    PROVINCE = 34, "provinsi", T::Text { max: 60 }, "Provinsi", "Province";
    KK_NUMBER = 35, "nomor_kk", T::KkNumber, "Nomor KK", "Family card number";
    HEAD_NAME = 36, "nama_kepala_keluarga", T::Text { max: 60 }, "Nama Kepala Keluarga", "Head of the family";
    FATHER = 37, "ayah", T::Text { max: 60 }, "Nama Ayah", "Father's name";
    MOTHER = 38, "ibu", T::Text { max: 60 }, "Nama Ibu", "Mother's name";
    CHILD_ORDER = 39, "anak_ke", T::Number { min: 1, max: 30 }, "Anak Ke-", "Child number";
    OTHERS = 40, "pihak_lain", T::Table(&tables::PERSONS), "Pihak Lain", "Other persons";
    PASSPORT = 41, "no_paspor", T::Text { max: 20 }, "No. Paspor", "Passport number";
    STAY_UNTIL = 42, "izin_tinggal_sampai", T::DateDays, "Izin Tinggal Berlaku Hingga", "Stay permit valid until";
    SPONSOR = 43, "penanggung_jawab", T::Text { max: 60 }, "Penanggung Jawab", "Responsible person or body";
    SPONSOR_TYPE = 44, "tipe_sponsor", T::Code(&SPONSOR_TYPES), "Tipe Sponsor", "Type of sponsor";
    BIRTH_DETAILS = 45, "rincian_kelahiran", T::Table(&tables::BIRTH), "Rincian Kelahiran", "Details of the birth";
    CERTIFIED_BY = 46, "yang_menerangkan", T::Code(&CERTIFIER), "Yang Menerangkan", "Certified by";
    FACE = 62, "foto", T::Face, "Foto", "Photo";
    DOCUMENT_NUMBER = 76, "nomor_dokumen", T::Text { max: 40 }, "Nomor", "Number";
    ISSUE_PLACE = 77, "tempat_terbit", T::Text { max: 60 }, "Tempat Terbit", "Place of issue";
    ISSUE_DATE = 78, "tanggal_terbit", T::DateDays, "Tanggal Terbit", "Date of issue";
    MEMBERS = 79, "anggota", T::Members, "Anggota Keluarga", "Family members";
    DEED_NUMBER = 80, "nomor_akta", T::Text { max: 40 }, "Nomor Akta", "Number of the deed";
    DEED_DATE = 81, "tanggal_akta", T::DateDays, "Tanggal Akta", "Date of the deed";
    DETAIL = 82, "kelengkapan", T::Detail, "Kelengkapan", "Completeness";
    BIRTH_DEED = 83, "nomor_akta_kelahiran", T::Text { max: 40 }, "Nomor Akta Kelahiran", "Number of the deed of birth";
    AUTHORITY = 84, "pihak_berwenang", T::Text { max: 60 }, "Pihak Berwenang", "Authority";
    DECISION_NUMBER = 85, "nomor_keputusan", T::Text { max: 40 }, "Nomor Keputusan", "Number of the decision";
    DECISION_DATE = 86, "tanggal_keputusan", T::DateDays, "Tanggal Keputusan", "Date of the decision";
    EVENT_KIND = 87, "jenis_peristiwa", T::Code(&EVENT), "Jenis Peristiwa", "Kind of event";
    EVENT_DATE = 88, "tanggal_peristiwa", T::DateDays, "Tanggal Peristiwa", "Date of the event";
    EVENT_TIME = 89, "jam_peristiwa", T::Time, "Pukul", "Time of day";
    EVENT_PLACE = 90, "tempat_peristiwa", T::Text { max: 60 }, "Tempat Peristiwa", "Place of the event";
    MOVE = 91, "rincian_pindah", T::Table(&tables::MOVE), "Kepindahan", "The move";
    MOVERS = 92, "anggota_pindah", T::Table(&tables::MOVERS), "Anggota Keluarga yang Pindah", "Who moves";
    OTHER_ADDRESS = 93, "alamat_lain", T::Table(&tables::PLACE), "Alamat Lain", "Other address";
    OTHER_COUNTRY = 94, "negara_lain", T::Abroad, "Negara Lain", "Other country";
    PROFILE = 95, "profil", T::Profile, "Profil", "Profile";
    MIN_AGE = 96, "umur_minimal", T::Number { min: 1, max: 120 }, "Umur Paling Sedikit (tahun)", "Age, at least (years)";
}

/// Key 75 holds the kind itself and is written by the encoder.
pub const KIND_KEY: u8 = 75;

/// Columns of a family member's row, in wire and printed order.
pub mod column {
    use super::{
        BLOOD_TYPE, EDUCATION, FAMILY_RELATION, Field, FieldType as T, GENDER, MARITAL_STATUS,
        OCCUPATION, RELIGION, Text,
    };

    fields! {
        NAME = 0, "nama", T::Text { max: 60 }, "Nama Lengkap", "Full name";
        NIK = 1, "nik", T::NikNumber, "NIK", "Identity number (NIK)";
        SEX = 2, "jenis_kelamin", T::Code(&GENDER), "Jenis Kelamin", "Sex";
        BIRTH_PLACE = 3, "tempat_lahir", T::Text { max: 60 }, "Tempat Lahir", "Place of birth";
        BIRTH_DATE = 4, "tanggal_lahir", T::DateDays, "Tanggal Lahir", "Date of birth";
        FAITH = 5, "agama", T::Code(&RELIGION), "Agama", "Religion";
        EDUCATION_LEVEL = 6, "pendidikan", T::Code(&EDUCATION), "Pendidikan", "Education";
        JOB = 7, "pekerjaan", T::Code(&OCCUPATION), "Jenis Pekerjaan", "Occupation";
        BLOOD = 8, "golongan_darah", T::Code(&BLOOD_TYPE), "Gol. Darah", "Blood type";
        MARITAL = 9, "status_perkawinan", T::Code(&MARITAL_STATUS), "Status Perkawinan", "Marital status";
        MARITAL_DATE = 10, "tanggal_perkawinan", T::DateDays, "Tgl Perkawinan/Perceraian", "Date of marriage/divorce";
        RELATION = 11, "shdk", T::Code(&FAMILY_RELATION), "Status Hubungan Dalam Keluarga", "Relation to head of family";
        NATIONALITY = 12, "kewarganegaraan", T::Country, "Kewarganegaraan", "Nationality";
        PASSPORT = 13, "no_paspor", T::Text { max: 20 }, "No. Paspor", "Passport number";
        KITAP = 14, "no_kitap", T::Text { max: 20 }, "No. KITAP", "KITAP number";
        FATHER = 15, "ayah", T::Text { max: 60 }, "Nama Ayah", "Father's name";
        MOTHER = 16, "ibu", T::Text { max: 60 }, "Nama Ibu", "Mother's name";
    }
}
