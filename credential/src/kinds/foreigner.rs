//! SKTT: residence of a foreigner with a limited stay permit (ITAS).

use super::{
    Applicant, Class, Filing, InForce, Kind, Report, Rule, Subject, Validity, asked, assigned,
    attachments as a, fields as f, may_be_asked, required, stated,
};
use crate::lang::Text;

/// Surat Keterangan Tempat Tinggal, valid as long as the ITAS. Keys 85 and 86 are number and day of issue of the ITAS.
pub static SKTT: Kind = Kind {
    number: 8,
    slug: "sktt",
    name: Text {
        id: "Surat Keterangan Tempat Tinggal (SKTT)",
        en: "Certificate of residence of a foreigner",
    },
    class: Class::Letter,
    subject: Subject::Person,
    in_force: InForce::One,
    validity: Validity::UntilField(&f::STAY_UNTIL),
    ends: &[],
    filing: Filing {
        form: "F-1.03",
        applicants: &[Applicant::Oneself, Applicant::Proxy],
        attachments: &[a::PASSPORT, a::ITAS, a::MANDATE],
        report: Some(Report {
            within_days: 14,
            since: &f::DECISION_DATE,
        }),
        working_days: 3,
        in_person: false,
        purpose: Text {
            id: "Surat tempat tinggal untuk orang asing yang memiliki izin tinggal terbatas.",
            en: "Proof of residence for a foreigner with a limited stay permit.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        required(&f::NIK),
        required(&f::NAME),
        required(&f::SEX),
        required(&f::BIRTH_PLACE),
        required(&f::BIRTH_DATE),
        required(&f::NATIONALITY),
        asked(&f::PASSPORT),
        asked(&f::DECISION_NUMBER).called("Nomor ITAS", "Number of the ITAS"),
        asked(&f::DECISION_DATE).called("Tanggal Terbit ITAS", "ITAS issued on"),
        asked(&f::STAY_UNTIL).called("ITAS Berlaku Hingga", "ITAS valid until"),
        asked(&f::SPONSOR_TYPE),
        may_be_asked(&f::SPONSOR).called("Sponsor", "Sponsor"),
        required(&f::ADDRESS),
        required(&f::RT_RW),
        required(&f::VILLAGE),
        required(&f::DISTRICT),
        required(&f::REGENCY),
        required(&f::PROVINCE),
        stated(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[
        Rule::Foreign(&f::NATIONALITY),
        Rule::InOrder(&f::DECISION_DATE, &f::STAY_UNTIL),
    ],
};
