//! Divorces and their annulment: Akta Perceraian, Surat Keterangan Pembatalan Perceraian (UU 23/2006 Ps 40–43; form
//! F-2.01).

use super::{
    Applicant, Class, Filing, InForce, Kind, Report, Rule, Subject, Validity, Whose, asked,
    assigned, attachments as a, fields as f, required, revokes, stated,
};
use crate::lang::Text;

const RULES: &[Rule] = &[
    Rule::Rows(&f::OTHERS, 1),
    Rule::Others(&f::OTHERS),
    Rule::InOrder(&f::DEED_DATE, &f::DECISION_DATE),
];

/// Kutipan Akta Perceraian. Keys 80 and 81 are the deed of marriage, which is withdrawn.
pub static AKTA_PERCERAIAN: Kind = Kind {
    number: 21,
    slug: "akta-perceraian",
    name: Text {
        id: "Akta Perceraian",
        en: "Deed of divorce",
    },
    class: Class::Deed,
    subject: Subject::Person,
    in_force: InForce::Many,
    validity: Validity::Unlimited,
    ends: &[revokes("akta-perkawinan", Whose::Numbered(&f::DEED_NUMBER))],
    filing: Filing {
        form: "F-2.01",
        applicants: &[Applicant::Oneself, Applicant::Spouse, Applicant::Proxy],
        attachments: &[
            a::DECISION,
            a::other(
                "akta_perkawinan",
                "Kutipan akta perkawinan",
                "Certificate of marriage",
            ),
            a::KTP,
            a::KK,
            a::MANDATE,
        ],
        report: Some(Report {
            within_days: 60,
            since: &f::DECISION_DATE,
        }),
        working_days: 5,
        in_person: false,
        purpose: Text {
            id: "Akta yang membuktikan perceraian penduduk bukan Islam.",
            en: "The deed that proves the divorce of residents who are not Muslims.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER).called("Nomor Akta", "Number of the deed"),
        required(&f::NIK).called("NIK Suami/Istri", "NIK of the spouse"),
        required(&f::NAME).called("Nama Suami/Istri", "Name of the spouse"),
        asked(&f::OTHERS).called("Mantan Pasangan", "The former spouse"),
        asked(&f::DEED_NUMBER).called("Nomor Akta Perkawinan", "Number of the deed of marriage"),
        asked(&f::DEED_DATE).called("Tanggal Akta Perkawinan", "Date of the deed of marriage"),
        asked(&f::AUTHORITY).called("Pengadilan", "Court"),
        asked(&f::DECISION_NUMBER).called("Nomor Putusan", "Number of the decision"),
        asked(&f::DECISION_DATE).called("Tanggal Putusan", "Date of the decision"),
        assigned(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: RULES,
};

/// Surat Keterangan Pembatalan Perceraian: the deed of divorce of key 80 is withdrawn.
pub static SK_BATAL_CERAI: Kind = Kind {
    number: 12,
    slug: "sk-batal-cerai",
    name: Text {
        id: "Surat Keterangan Pembatalan Perceraian",
        en: "Certificate of annulment of divorce",
    },
    class: Class::Letter,
    subject: Subject::Person,
    in_force: InForce::Many,
    validity: Validity::Unlimited,
    ends: &[revokes("akta-perceraian", Whose::Numbered(&f::DEED_NUMBER))],
    filing: Filing {
        form: "F-2.01",
        applicants: &[Applicant::Oneself, Applicant::Spouse, Applicant::Proxy],
        attachments: &[a::DECISION, a::DIVORCE, a::KTP, a::KK, a::MANDATE],
        report: Some(Report {
            within_days: 60,
            since: &f::DECISION_DATE,
        }),
        working_days: 5,
        in_person: false,
        purpose: Text {
            id: "Surat keterangan bahwa pengadilan membatalkan suatu perceraian.",
            en: "Letter that a court annulled a divorce.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        required(&f::NIK).called("NIK Suami/Istri", "NIK of the spouse"),
        required(&f::NAME).called("Nama Suami/Istri", "Name of the spouse"),
        asked(&f::OTHERS).called("Pasangan", "The other spouse"),
        asked(&f::DEED_NUMBER).called("Nomor Akta Perceraian", "Number of the deed of divorce"),
        asked(&f::DEED_DATE).called("Tanggal Akta Perceraian", "Date of the deed of divorce"),
        asked(&f::AUTHORITY).called("Pengadilan", "Court"),
        asked(&f::DECISION_NUMBER).called("Nomor Putusan", "Number of the decision"),
        asked(&f::DECISION_DATE).called("Tanggal Putusan", "Date of the decision"),
        assigned(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: RULES,
};
