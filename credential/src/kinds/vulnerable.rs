//! People without documents (penduduk rentan adminduk, victims of disasters): SKPTI and Surat Keterangan Pencatatan
//! Sipil (Permendagri 96/2019; Perpres 96/2018).

use super::{
    Applicant, Class, Filing, InForce, Kind, Rule, Subject, Validity, asked, assigned,
    attachments as a, fields as f, may_be_asked, optional, required, stated,
};
use crate::lang::Text;

/// Surat Keterangan Pengganti Tanda Identitas: stands for the KTP-el of who has no documents, until there is one.
pub static SKPTI: Kind = Kind {
    number: 16,
    slug: "skpti",
    name: Text {
        id: "Surat Keterangan Pengganti Tanda Identitas (SKPTI)",
        en: "Certificate in place of an identity card",
    },
    class: Class::Letter,
    subject: Subject::Person,
    in_force: InForce::One,
    validity: Validity::Unlimited,
    ends: &[],
    filing: Filing {
        form: "F-1.04",
        applicants: &[Applicant::Oneself, Applicant::Institution],
        attachments: &[
            a::other(
                "surat_lembaga",
                "Surat pernyataan lembaga pengampu",
                "Statement of the institution that cares for the person",
            )
            .when(
                "diajukan oleh lembaga",
                "an institution applies for the person",
            ),
            a::other(
                "pemeriksaan_biometrik",
                "Hasil pemeriksaan biometrik (BR-1.01)",
                "Result of the biometric check (BR-1.01)",
            )
            .when("sudah pernah direkam", "the person was recorded before"),
        ],
        report: None,
        working_days: 3,
        in_person: false,
        purpose: Text {
            id: "Surat pengganti tanda identitas untuk orang yang tidak memiliki dokumen.",
            en: "Letter that stands for an identity card of a person without documents.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        required(&f::NIK),
        required(&f::NAME),
        required(&f::SEX),
        required(&f::BIRTH_PLACE),
        required(&f::BIRTH_DATE),
        required(&f::ADDRESS),
        required(&f::RT_RW),
        required(&f::VILLAGE),
        required(&f::DISTRICT),
        required(&f::REGENCY),
        required(&f::PROVINCE),
        may_be_asked(&f::SPONSOR).called("Lembaga Pengampu", "Institution that cares"),
        stated(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[],
};

/// Surat Keterangan Pencatatan Sipil: stands for a deed that a disaster destroyed.
pub static SK_CAPIL: Kind = Kind {
    number: 17,
    slug: "sk-capil",
    name: Text {
        id: "Surat Keterangan Pencatatan Sipil",
        en: "Certificate of civil registration",
    },
    class: Class::Letter,
    subject: Subject::Person,
    in_force: InForce::Many,
    validity: Validity::Unlimited,
    ends: &[],
    filing: Filing {
        form: "F-2.01",
        applicants: &[
            Applicant::Oneself,
            Applicant::HeadOfFamily,
            Applicant::Member,
            Applicant::Institution,
            Applicant::Proxy,
        ],
        attachments: &[
            a::other(
                "formulir_petugas",
                "Formulir pendataan petugas",
                "The officer's form",
            ),
            a::WITNESSES_KTP.when("saksi memiliki KTP-el", "the witnesses have identity cards"),
            a::MANDATE,
        ],
        report: None,
        working_days: 3,
        in_person: false,
        purpose: Text {
            id: "Surat pengganti akta untuk korban bencana yang kehilangan dokumen.",
            en: "Letter that stands for a deed lost in a disaster.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        required(&f::NIK),
        required(&f::NAME),
        required(&f::BIRTH_PLACE),
        required(&f::BIRTH_DATE),
        optional(&f::FATHER),
        optional(&f::MOTHER),
        asked(&f::EVENT_KIND),
        asked(&f::EVENT_PLACE),
        asked(&f::EVENT_DATE),
        may_be_asked(&f::DEED_NUMBER).called("Nomor Akta yang Hilang", "Number of the lost deed"),
        assigned(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[Rule::InOrder(&f::BIRTH_DATE, &f::EVENT_DATE)],
};
