//! A person in the population register, as SIAK's biodata has it.

use credential::date::Date;
use credential::document::Country;
use credential::ids::{KodeWilayah, Nik, NomorKk};

/// One person's biodata. Codes are those of `credential::codes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// NIK.
    pub nik: Nik,
    /// The family card the person stands in.
    pub nomor_kk: NomorKk,
    /// Full name.
    pub nama: String,
    /// Place of birth.
    pub tempat_lahir: String,
    /// Date of birth.
    pub tanggal_lahir: Date,
    /// Sex.
    pub jenis_kelamin: u8,
    /// Blood type, 13 where unknown.
    pub golongan_darah: u8,
    /// Religion or belief.
    pub agama: u8,
    /// Marital status (F-1.01).
    pub status_perkawinan: u8,
    /// Date of marriage or divorce.
    pub tanggal_perkawinan: Option<Date>,
    /// Occupation.
    pub pekerjaan: u8,
    /// Education.
    pub pendidikan: u8,
    /// Relation to the head of the family.
    pub shdk: u8,
    /// Nationality.
    pub kewarganegaraan: Country,
    /// Passport number.
    pub no_paspor: Option<String>,
    /// KITAP number, for foreigners with a permanent stay permit.
    pub no_kitap: Option<String>,
    /// End of the ITAP: last day of a foreigner's KTP-el. Absent for citizens.
    pub berlaku_hingga: Option<Date>,
    /// Father's name.
    pub ayah: Option<String>,
    /// Mother's name.
    pub ibu: Option<String>,
    /// Street address.
    pub alamat: String,
    /// RT, 0–999.
    pub rt: u16,
    /// RW, 0–999.
    pub rw: u16,
    /// Postal code.
    pub kode_pos: Option<u32>,
    /// Kelurahan/desa of residence (10 digits).
    pub kode_wilayah: KodeWilayah,
    /// Its name.
    pub kelurahan: String,
    /// Name of the kecamatan.
    pub kecamatan: String,
    /// Name of the kabupaten or kota, with that word.
    pub kabupaten: String,
    /// Name of the province.
    pub provinsi: String,
}
