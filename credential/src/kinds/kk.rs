//! KK: header and all columns of its members (Permendagri 118/2017; F-1.09 of Permendagri 109/2019).

use super::fields::{self as f, Field, column};
use super::{
    Applicant, Class, Filing, InForce, Kind, Subject, Use, Validity, attachments as a, optional,
    required, stated,
};
use crate::lang::Text;

/// A KK on the wire has at most this many members.
pub const MEMBERS_MAX: usize = 40;

/// Kartu Keluarga. Key 4 holds the name of the head of the family.
pub static KK: Kind = Kind {
    number: 2,
    slug: "kk",
    name: Text {
        id: "Kartu Keluarga",
        en: "Family card (KK)",
    },
    class: Class::Card,
    subject: Subject::Family,
    in_force: InForce::One,
    validity: Validity::Unlimited,
    ends: &[],
    filing: Filing {
        form: "F-1.02",
        applicants: &[Applicant::HeadOfFamily, Applicant::Member, Applicant::Proxy],
        attachments: &[
            a::other(
                "f_1_01",
                "Biodata keluarga (F-1.01)",
                "Family data (form F-1.01)",
            )
            .when("KK baru", "a new family card"),
            a::other(
                "f_1_06",
                "Pernyataan perubahan data (F-1.06)",
                "Statement of changed data (form F-1.06)",
            )
            .when("data berubah", "data changed"),
            a::other("kk_lama", "Kartu Keluarga lama", "The old family card")
                .when("sudah pernah memiliki KK", "there was a family card before"),
            a::MARRIAGE.when(
                "membentuk keluarga baru; tanpa akta: F-1.05",
                "a new family; without a certificate: form F-1.05",
            ),
            a::DIVORCE.when(
                "bercerai; tanpa akta: F-1.05",
                "divorced; without a certificate: form F-1.05",
            ),
            a::other(
                "akta_kematian",
                "Kutipan akta kematian",
                "Certificate of death",
            )
            .when(
                "kepala keluarga atau anggota meninggal",
                "the head or a member of the family died",
            ),
            a::BIRTH_DEED.when("menambah anak", "a child is added"),
            a::other(
                "skpwni",
                "Surat Keterangan Pindah",
                "Certificate of moving (SKPWNI)",
            )
            .when("baru pindah", "just moved"),
            a::POLICE_LOSS.when("KK hilang", "the old card is lost"),
            a::ITAP.when("ada anggota orang asing", "a member is a foreigner"),
            a::other(
                "skpti",
                "Surat Keterangan Pengganti Tanda Identitas",
                "Certificate in place of an identity card (SKPTI)",
            )
            .when("penduduk rentan", "a person without documents"),
            a::MANDATE,
        ],
        report: None,
        working_days: 5,
        in_person: false,
        purpose: Text {
            id: "Kartu yang memuat susunan keluarga serta data semua anggotanya.",
            en: "The card that lists a family and the data of all its members.",
        },
    },
    fields: &[
        required(&f::KK_NUMBER),
        required(&f::NAME).called("Nama Kepala Keluarga", "Head of the family"),
        required(&f::ADDRESS),
        required(&f::RT_RW),
        optional(&f::POSTAL_CODE),
        required(&f::VILLAGE),
        required(&f::DISTRICT),
        required(&f::REGENCY),
        required(&f::PROVINCE),
        required(&f::MEMBERS),
        optional(&f::DETAIL),
        stated(&f::ISSUE_PLACE),
        // Absent where it is the day of `iat`, counted in WIB.
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    // Exactly one head, whose name is key 4: a rule of every document with `anggota`.
    rules: &[],
};

/// A column of the members' table.
#[derive(Debug)]
pub struct Column {
    /// Name, type and label.
    pub field: &'static Field,
    /// Whether every member must have it.
    pub required: bool,
    /// Whether it stays when a family is too large for one symbol (claim key 82 = 1).
    pub core: bool,
}

pub(super) const fn col(used: Use, core: bool) -> Column {
    Column {
        field: used.field,
        required: used.required,
        core,
    }
}

/// The columns of a member's row, in wire and printed order.
pub static MEMBER_COLUMNS: &[Column] = &[
    col(required(&column::NAME), true),
    col(required(&column::NIK), true),
    col(required(&column::SEX), true),
    col(required(&column::BIRTH_PLACE), false),
    col(required(&column::BIRTH_DATE), true),
    col(required(&column::FAITH), false),
    col(required(&column::EDUCATION_LEVEL), false),
    col(required(&column::JOB), false),
    col(required(&column::BLOOD), false),
    col(required(&column::MARITAL), true),
    col(optional(&column::MARITAL_DATE), false),
    col(required(&column::RELATION), true),
    // Absent for citizens of Indonesia.
    col(optional(&column::NATIONALITY), true),
    col(optional(&column::PASSPORT), false),
    col(optional(&column::KITAP), false),
    col(optional(&column::FATHER), false),
    col(optional(&column::MOTHER), false),
];
