//! The people of an application: as they were typed, and as the register has them.

use crate::applications::sight::Register;
use crate::domain::dossier::People;
use crate::domain::person::Person;
use serde::Serialize;
use utoipa::ToSchema;

/// Who applies for whom, and how they are reached. Every line is kept as it was typed.
#[derive(Serialize, ToSchema, Default)]
#[schema(as = People, example = json!({"applicant_nik": "3273015204870003", "applicant_name": "SITI AMINAH",
    "relation": "head_of_family", "subject_nik": "3273015204870003", "email": "siti@contoh.id", "lang": "id"}))]
pub struct PeopleView {
    /// NIK of who applies. With an account: its holder's, whatever is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub applicant_nik: Option<String>,
    /// Their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub applicant_name: Option<String>,
    /// What they are to the person the document is about; one of the kind's `applicants`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub relation: Option<String>,
    /// NIK of the person the document is about; for a family card, of a member; for a birth, of a parent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub subject_nik: Option<String>,
    /// KK number of the family.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub nomor_kk: Option<String>,
    /// E-mail for notices.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub email: Option<String>,
    /// Phone for notices.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub phone: Option<String>,
    /// Language of notices: `id` or `en`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub lang: Option<String>,
    /// Where it is to be sent, if not collected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub delivery_address: Option<String>,
}

impl PeopleView {
    pub(super) fn of(people: &People) -> Self {
        let people = people.clone();
        Self {
            applicant_nik: people.applicant_nik,
            applicant_name: people.applicant_name,
            relation: people.relation,
            subject_nik: people.subject_nik,
            nomor_kk: people.nomor_kk,
            email: people.email,
            phone: people.phone,
            lang: people.lang,
            delivery_address: people.delivery_address,
        }
    }
}

/// What the register says of the people in an application. Whoever lives outside the office's region is absent.
#[derive(Serialize, ToSchema)]
#[schema(as = Register)]
pub struct RegisterView {
    /// The person it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<PersonView>,
    /// Everybody in that person's family card, head first.
    pub family: Vec<PersonView>,
    /// Who applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applicant: Option<PersonView>,
}

impl From<Register> for RegisterView {
    fn from(register: Register) -> Self {
        Self {
            subject: register.subject.map(PersonView::from),
            family: register.family.into_iter().map(PersonView::from).collect(),
            applicant: register.applicant.map(PersonView::from),
        }
    }
}

/// Somebody in the register. Numbers are those of the official code lists (`GET /v1/kinds/{slug}`).
#[derive(Serialize, ToSchema)]
#[schema(as = Person, example = json!({"nik": "3273015204870003", "nomor_kk": "3273010101100001",
    "nama": "SITI AMINAH", "tempat_lahir": "BANDUNG", "tanggal_lahir": "1987-04-12", "jenis_kelamin": 2,
    "golongan_darah": 13, "agama": 1, "status_perkawinan": 2, "pekerjaan": 88, "pendidikan": 8, "shdk": 1,
    "kewarganegaraan": "ID", "ayah": "AHMAD", "ibu": "FATIMAH", "alamat": "JL BRAGA 1", "rt_rw": "001/002",
    "kode_wilayah": "3273011001", "kelurahan": "BRAGA", "kecamatan": "SUMUR BANDUNG", "kabupaten": "KOTA BANDUNG",
    "provinsi": "JAWA BARAT"}))]
pub struct PersonView {
    /// NIK.
    pub nik: String,
    /// Number of the family card.
    pub nomor_kk: String,
    /// Name.
    pub nama: String,
    /// Place of birth.
    pub tempat_lahir: String,
    /// Date of birth.
    pub tanggal_lahir: String,
    /// Sex.
    pub jenis_kelamin: u8,
    /// Blood type.
    pub golongan_darah: u8,
    /// Religion.
    pub agama: u8,
    /// Marital status.
    pub status_perkawinan: u8,
    /// Occupation.
    pub pekerjaan: u8,
    /// Education.
    pub pendidikan: u8,
    /// Relation to the head of the family.
    pub shdk: u8,
    /// Nationality, two letters.
    pub kewarganegaraan: String,
    /// Passport number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_paspor: Option<String>,
    /// KITAP number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_kitap: Option<String>,
    /// End of the ITAP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub berlaku_hingga: Option<String>,
    /// Father's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ayah: Option<String>,
    /// Mother's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ibu: Option<String>,
    /// Street address.
    pub alamat: String,
    /// RT/RW.
    pub rt_rw: String,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kode_pos: Option<u32>,
    /// Region code of the village, 10 digits.
    pub kode_wilayah: String,
    /// Village.
    pub kelurahan: String,
    /// District.
    pub kecamatan: String,
    /// Regency or city.
    pub kabupaten: String,
    /// Province.
    pub provinsi: String,
}

impl From<Person> for PersonView {
    fn from(p: Person) -> Self {
        Self {
            nik: p.nik.to_string(),
            nomor_kk: p.nomor_kk.to_string(),
            nama: p.nama,
            tempat_lahir: p.tempat_lahir,
            tanggal_lahir: p.tanggal_lahir.iso(),
            jenis_kelamin: p.jenis_kelamin,
            golongan_darah: p.golongan_darah,
            agama: p.agama,
            status_perkawinan: p.status_perkawinan,
            pekerjaan: p.pekerjaan,
            pendidikan: p.pendidikan,
            shdk: p.shdk,
            kewarganegaraan: p.kewarganegaraan.as_str().to_string(),
            no_paspor: p.no_paspor,
            no_kitap: p.no_kitap,
            berlaku_hingga: p.berlaku_hingga.map(|day| day.iso()),
            ayah: p.ayah,
            ibu: p.ibu,
            alamat: p.alamat,
            rt_rw: format!("{:03}/{:03}", p.rt, p.rw),
            kode_pos: p.kode_pos,
            kode_wilayah: p.kode_wilayah.digits().to_string(),
            kelurahan: p.kelurahan,
            kecamatan: p.kecamatan,
            kabupaten: p.kabupaten,
            provinsi: p.provinsi,
        }
    }
}
