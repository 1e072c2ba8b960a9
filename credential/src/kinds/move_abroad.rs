//! Moves out of Indonesia and back: SKPLN and SKDLN (Permendagri 108/2019; form F-1.03).

use super::{
    Applicant, Class, Filing, InForce, Kind, Report, Subject, Validity, Whose, asked, assigned,
    attachments as a, fields as f, may_be_asked, optional, required, revokes, stated, supersedes,
};
use crate::lang::Text;

/// Surat Keterangan Pindah ke Luar Negeri: for a year or longer. The cards of those who leave are withdrawn.
pub static SKPLN: Kind = Kind {
    number: 6,
    slug: "skpln",
    name: Text {
        id: "Surat Keterangan Pindah ke Luar Negeri (SKPLN)",
        en: "Certificate of moving abroad",
    },
    class: Class::Letter,
    subject: Subject::Person,
    in_force: InForce::One,
    validity: Validity::Unlimited,
    ends: &[
        supersedes("kk", Whose::Family),
        revokes("ktp", Whose::Movers),
        revokes("kia", Whose::Movers),
    ],
    filing: Filing {
        form: "F-1.03",
        applicants: &[
            Applicant::Oneself,
            Applicant::HeadOfFamily,
            Applicant::Member,
            Applicant::Proxy,
        ],
        attachments: &[a::KK, a::KTP, a::PASSPORT, a::MANDATE],
        report: None,
        working_days: 3,
        in_person: false,
        purpose: Text {
            id: "Surat untuk pindah ke luar negeri selama satu tahun atau lebih.",
            en: "Letter for moving abroad for a year or longer.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        required(&f::KK_NUMBER),
        required(&f::HEAD_NAME),
        required(&f::NIK).called("NIK Pemohon", "Applicant's NIK"),
        required(&f::NAME).called("Nama Pemohon", "Applicant's name"),
        asked(&f::PASSPORT),
        required(&f::ADDRESS).called("Alamat Asal", "Address before"),
        required(&f::RT_RW),
        optional(&f::POSTAL_CODE),
        required(&f::VILLAGE),
        required(&f::DISTRICT),
        required(&f::REGENCY),
        required(&f::PROVINCE),
        asked(&f::OTHER_COUNTRY).called("Negara Tujuan", "Country of destination"),
        asked(&f::OTHER_ADDRESS).called("Alamat Tujuan", "Address abroad"),
        may_be_asked(&f::SPONSOR),
        asked(&f::MOVE),
        asked(&f::EVENT_DATE).called("Rencana Tanggal Pindah", "Planned date of the move"),
        asked(&f::MOVERS),
        stated(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[],
};

/// Surat Keterangan Datang dari Luar Negeri: of a citizen who comes back, or a foreigner with an ITAS.
pub static SKDLN: Kind = Kind {
    number: 7,
    slug: "skdln",
    name: Text {
        id: "Surat Keterangan Datang dari Luar Negeri (SKDLN)",
        en: "Certificate of arrival from abroad",
    },
    class: Class::Letter,
    subject: Subject::Person,
    in_force: InForce::Many,
    validity: Validity::Unlimited,
    ends: &[supersedes("skpln", Whose::Subject)],
    filing: Filing {
        form: "F-1.03",
        applicants: &[
            Applicant::Oneself,
            Applicant::HeadOfFamily,
            Applicant::Member,
            Applicant::Proxy,
        ],
        attachments: &[
            a::PASSPORT,
            a::other(
                "skpln",
                "SKPLN atau surat keterangan pindah dari Perwakilan RI",
                "SKPLN, or letter of the Indonesian mission abroad",
            )
            .when("WNI yang kembali", "a citizen who comes back"),
            a::ITAS.when("orang asing", "a foreigner"),
            a::MANDATE,
        ],
        report: Some(Report {
            within_days: 14,
            since: &f::EVENT_DATE,
        }),
        working_days: 3,
        in_person: false,
        purpose: Text {
            id: "Surat tanda datang dari luar negeri untuk tinggal di Indonesia.",
            en: "Letter of arrival from abroad to live in Indonesia.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        stated(&f::KK_NUMBER),
        required(&f::NIK).called("NIK Pemohon", "Applicant's NIK"),
        required(&f::NAME).called("Nama Pemohon", "Applicant's name"),
        asked(&f::PASSPORT),
        asked(&f::OTHER_COUNTRY).called("Negara Asal", "Country of departure"),
        may_be_asked(&f::OTHER_ADDRESS).called("Alamat di Luar Negeri", "Address abroad"),
        asked(&f::EVENT_DATE).called("Tanggal Kedatangan", "Date of arrival"),
        asked(&f::ADDRESS).called("Alamat di Indonesia", "Address in Indonesia"),
        asked(&f::RT_RW),
        may_be_asked(&f::POSTAL_CODE),
        asked(&f::VILLAGE),
        asked(&f::DISTRICT),
        asked(&f::REGENCY),
        asked(&f::PROVINCE),
        asked(&f::MOVERS).called("Anggota Keluarga yang Datang", "Who arrives"),
        stated(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        asked(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[],
};
