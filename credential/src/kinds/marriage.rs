//! Marriages of who is not a Muslim, and their annulment: Akta Perkawinan, Surat Keterangan Pembatalan Perkawinan (UU
//! 23/2006 Ps 34–39; form F-2.01).

use super::fields::tables::person;
use super::{
    Applicant, Class, Filing, InForce, Kind, Report, Rule, Subject, Validity, Whose, asked,
    assigned, attachments as a, fields as f, optional, required, revokes, stated,
};
use crate::lang::Text;

/// Kutipan Akta Perkawinan. The subject (keys 1 and 4) is the spouse under whom the office keeps it, husband or wife.
pub static AKTA_PERKAWINAN: Kind = Kind {
    number: 20,
    slug: "akta-perkawinan",
    name: Text {
        id: "Akta Perkawinan",
        en: "Deed of marriage",
    },
    class: Class::Deed,
    subject: Subject::Person,
    in_force: InForce::Many,
    validity: Validity::Unlimited,
    ends: &[],
    filing: Filing {
        form: "F-2.01",
        applicants: &[Applicant::Oneself, Applicant::Spouse],
        attachments: &[
            a::FAITH_LETTER,
            a::other(
                "foto_berdampingan",
                "Pas foto berwarna suami dan istri berdampingan",
                "Colour photograph of both spouses side by side",
            ),
            a::KTP,
            a::KK,
            a::other(
                "akta_kematian",
                "Kutipan akta kematian pasangan terdahulu",
                "Certificate of death of the former spouse",
            )
            .when("cerai mati", "a spouse is widowed"),
            a::DIVORCE.when("cerai hidup", "a spouse is divorced"),
            a::other(
                "dispensasi",
                "Dispensasi pengadilan",
                "Dispensation of the court",
            )
            .when(
                "salah satu belum berumur 19 tahun",
                "one of them is younger than 19",
            ),
            a::PASSPORT.when("salah satu orang asing", "one of them is a foreigner"),
        ],
        report: Some(Report {
            within_days: 60,
            since: &f::EVENT_DATE,
        }),
        working_days: 10,
        in_person: false,
        purpose: Text {
            id: "Akta yang membuktikan perkawinan penduduk bukan Islam.",
            en: "The deed that proves the marriage of residents who are not Muslims.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER).called("Nomor Akta", "Number of the deed"),
        required(&f::NIK).called("NIK Suami/Istri", "NIK of the spouse"),
        required(&f::NAME).called("Nama Suami/Istri", "Name of the spouse"),
        required(&f::BIRTH_PLACE),
        required(&f::BIRTH_DATE),
        optional(&f::FATHER),
        optional(&f::MOTHER),
        asked(&f::OTHERS).called("Pasangan", "The other spouse"),
        asked(&f::FAITH).called("Agama/Kepercayaan Perkawinan", "Religion of the marriage"),
        asked(&f::AUTHORITY).called("Pemuka Agama", "Religious official"),
        asked(&f::EVENT_PLACE).called("Tempat Perkawinan", "Place of the marriage"),
        asked(&f::EVENT_DATE).called("Tanggal Perkawinan", "Date of the marriage"),
        assigned(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[
        Rule::Rows(&f::OTHERS, 1),
        Rule::Others(&f::OTHERS),
        Rule::Columns(&f::OTHERS, &[&person::BIRTH_PLACE, &person::BIRTH_DATE]),
        Rule::InOrder(&f::BIRTH_DATE, &f::EVENT_DATE),
        Rule::InOrderInRows {
            table: &f::OTHERS,
            earlier: &person::BIRTH_DATE,
            later: &f::EVENT_DATE,
        },
    ],
};

/// Surat Keterangan Pembatalan Perkawinan: the deed of key 80 is withdrawn.
pub static SK_BATAL_KAWIN: Kind = Kind {
    number: 11,
    slug: "sk-batal-kawin",
    name: Text {
        id: "Surat Keterangan Pembatalan Perkawinan",
        en: "Certificate of annulment of marriage",
    },
    class: Class::Letter,
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
            a::KK,
            a::KTP,
            a::MANDATE,
        ],
        report: Some(Report {
            within_days: 90,
            since: &f::DECISION_DATE,
        }),
        working_days: 5,
        in_person: false,
        purpose: Text {
            id: "Surat keterangan bahwa pengadilan membatalkan suatu perkawinan.",
            en: "Letter that a court annulled a marriage.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        required(&f::NIK).called("NIK Suami/Istri", "NIK of the spouse"),
        required(&f::NAME).called("Nama Suami/Istri", "Name of the spouse"),
        asked(&f::OTHERS).called("Pasangan", "The other spouse"),
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
    rules: &[
        Rule::Rows(&f::OTHERS, 1),
        Rule::Others(&f::OTHERS),
        Rule::InOrder(&f::DEED_DATE, &f::DECISION_DATE),
    ],
};
