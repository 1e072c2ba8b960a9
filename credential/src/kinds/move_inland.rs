//! Moves within Indonesia: Surat Keterangan Pindah (SKPWNI) and Surat Keterangan Pindah Datang (Permendagri 108/2019
//! Ps 25–27; form F-1.03).

use super::fields::tables::{moving, place};
use super::{
    Applicant, Class, Filing, InForce, Kind, Rule, Subject, Validity, Whose, asked, assigned,
    attachments as a, fields as f, may_be_asked, optional, required, stated, supersedes,
};
use crate::lang::Text;

/// An address inland is told down to the village.
const INLAND: Rule = Rule::Columns(
    &f::OTHER_ADDRESS,
    &[
        &place::VILLAGE,
        &place::DISTRICT,
        &place::REGENCY,
        &place::PROVINCE,
        &place::REGION,
    ],
);
const NEW_CARD: Rule = Rule::Columns(&f::MOVE, &[&moving::MOVING_KK]);

/// Surat Keterangan Pindah, about the one who applies (keys 1 and 4) and all who move (key 92). Key 10 and the others
/// of the address are where they leave.
pub static SK_PINDAH: Kind = Kind {
    number: 4,
    slug: "sk-pindah",
    name: Text {
        id: "Surat Keterangan Pindah (SKPWNI)",
        en: "Certificate of moving",
    },
    class: Class::Letter,
    subject: Subject::Person,
    in_force: InForce::One,
    validity: Validity::Days(30),
    ends: &[
        supersedes("kk", Whose::Family),
        supersedes("ktp", Whose::Movers),
        supersedes("kia", Whose::Movers),
    ],
    filing: Filing {
        form: "F-1.03",
        applicants: &[
            Applicant::Oneself,
            Applicant::HeadOfFamily,
            Applicant::Member,
            Applicant::Proxy,
        ],
        attachments: &[
            a::KK,
            a::other(
                "surat_pengasuhan",
                "Surat kuasa pengasuhan anak",
                "Mandate for the care of the children",
            )
            .when(
                "hanya anak di bawah 17 tahun yang tinggal",
                "only children younger than 17 stay behind",
            ),
            a::MANDATE,
        ],
        report: None,
        working_days: 3,
        in_person: false,
        purpose: Text {
            id: "Surat untuk pindah ke alamat lain di Indonesia; dibawa ke Dukcapil di tempat tujuan.",
            en: "Letter for moving to another address in Indonesia; taken to the office at the destination.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        required(&f::KK_NUMBER),
        required(&f::HEAD_NAME),
        required(&f::NIK).called("NIK Pemohon", "Applicant's NIK"),
        required(&f::NAME).called("Nama Pemohon", "Applicant's name"),
        required(&f::ADDRESS).called("Alamat Asal", "Address before"),
        required(&f::RT_RW),
        optional(&f::POSTAL_CODE),
        required(&f::VILLAGE),
        required(&f::DISTRICT),
        required(&f::REGENCY),
        required(&f::PROVINCE),
        asked(&f::OTHER_ADDRESS).called("Alamat Tujuan", "New address"),
        asked(&f::MOVE),
        may_be_asked(&f::EVENT_DATE).called("Rencana Tanggal Pindah", "Planned date of the move"),
        asked(&f::MOVERS),
        stated(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[INLAND, NEW_CARD],
};

/// Surat Keterangan Pindah Datang, issued at the destination. Key 10 and the others of the address are the new one.
pub static SK_PINDAH_DATANG: Kind = Kind {
    number: 5,
    slug: "sk-pindah-datang",
    name: Text {
        id: "Surat Keterangan Pindah Datang",
        en: "Certificate of moving in",
    },
    class: Class::Letter,
    subject: Subject::Person,
    in_force: InForce::Many,
    validity: Validity::Unlimited,
    ends: &[
        supersedes("sk-pindah", Whose::Numbered(&f::DEED_NUMBER)),
        supersedes("ktp", Whose::Movers),
        supersedes("kia", Whose::Movers),
    ],
    filing: Filing {
        form: "F-1.03",
        applicants: &[
            Applicant::Oneself,
            Applicant::HeadOfFamily,
            Applicant::Member,
            Applicant::Proxy,
        ],
        attachments: &[
            a::other(
                "skpwni",
                "Surat Keterangan Pindah",
                "Certificate of moving (SKPWNI)",
            ),
            a::KTP.when("sudah memiliki KTP-el", "there is an identity card"),
            a::other("kia", "Kartu Identitas Anak", "Child identity card (KIA)")
                .when("anak sudah memiliki KIA", "a child has a KIA"),
            a::other(
                "kk_tujuan",
                "Kartu Keluarga yang ditumpangi",
                "Family card that is joined",
            )
            .when("menumpang KK", "another family is joined"),
            a::MANDATE,
        ],
        report: None,
        working_days: 3,
        in_person: false,
        purpose: Text {
            id: "Surat tanda tiba di alamat baru; dasar untuk KK, KTP-el, dan KIA baru.",
            en: "Letter of arrival at the new address, for which new cards are made.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        asked(&f::DEED_NUMBER).called("Nomor SKPWNI", "Number of the SKPWNI"),
        stated(&f::KK_NUMBER),
        required(&f::NIK).called("NIK Pemohon", "Applicant's NIK"),
        required(&f::NAME).called("Nama Pemohon", "Applicant's name"),
        required(&f::OTHER_ADDRESS).called("Alamat Asal", "Address before"),
        asked(&f::ADDRESS).called("Alamat Baru", "New address"),
        asked(&f::RT_RW),
        may_be_asked(&f::POSTAL_CODE),
        asked(&f::VILLAGE),
        asked(&f::DISTRICT),
        asked(&f::REGENCY),
        asked(&f::PROVINCE),
        asked(&f::MOVE),
        asked(&f::EVENT_DATE).called("Tanggal Kedatangan", "Date of arrival"),
        asked(&f::MOVERS),
        stated(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        asked(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[INLAND, NEW_CARD],
};
