//! The registry of claim 169 keys: standard keys where Claim 169 has one, 24–49 for people and 75–99 for the
//! document in the ranges it leaves to closed ecosystems.

use crate::codes::{
    BLOOD_TYPE, CodeList, EDUCATION, FAMILY_RELATION, GENDER, MARITAL_STATUS, OCCUPATION, RELIGION,
};
use crate::lang::Text;

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
    /// ISO 3166-1 alpha-2 country as text.
    Country,
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
    /// How much of the members' columns is present: absent for all, 1 for the core columns.
    Detail,
}

impl FieldType {
    /// Filled in by the encoder from other fields; not part of forms or JSON input.
    pub const fn is_derived(&self) -> bool {
        matches!(self, Self::Claim169Marital | Self::IssuedInIndonesia)
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
    FACE = 62, "foto", T::Face, "Foto", "Photo";
    ISSUE_PLACE = 77, "tempat_terbit", T::Text { max: 60 }, "Tempat Terbit", "Place of issue";
    ISSUE_DATE = 78, "tanggal_terbit", T::DateDays, "Tanggal Terbit", "Date of issue";
    MEMBERS = 79, "anggota", T::Members, "Anggota Keluarga", "Family members";
    DETAIL = 82, "kelengkapan", T::Detail, "Kelengkapan", "Completeness";
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
