//! Deaths: Surat Keterangan Kematian and Akta Kematian (UU 24/2013 Ps 44; form F-2.01).
//!
//! The cause of death is specific personal data (UU PDP Ps 4) that the kutipan does not print: it is not here.

use super::{
    Applicant, Attachment, Class, Ends, Filing, InForce, Kind, Report, Rule, Subject, Validity,
    Whose, asked, assigned, attachments as a, fields as f, may_be_asked, required, revokes, stated,
};
use crate::lang::Text;

const APPLICANTS: &[Applicant] = &[
    Applicant::Relative,
    Applicant::HeadOfFamily,
    Applicant::Member,
    Applicant::ChairOfRt,
    Applicant::Proxy,
];

const PAPERS: &[Attachment] = &[
    a::DEATH_LETTER,
    a::KK.when("almarhum memiliki KK", "the deceased has a family card"),
    a::KTP.when(
        "almarhum memiliki KTP-el",
        "the deceased has an identity card",
    ),
    a::DECISION.when(
        "jenazah tidak ditemukan atau identitas tidak diketahui",
        "the body was not found or is not identified",
    ),
    a::MANDATE,
];

const REPORT: Option<Report> = Some(Report {
    within_days: 30,
    since: &f::EVENT_DATE,
});

/// The papers of identity of the deceased. The family card is renewed by its family.
const ENDS: &[Ends] = &[
    revokes("ktp", Whose::Subject),
    revokes("kia", Whose::Subject),
    revokes("sktt", Whose::Subject),
    revokes("skpti", Whose::Subject),
];

const RULES: &[Rule] = &[Rule::InOrder(&f::BIRTH_DATE, &f::EVENT_DATE)];

/// Surat Keterangan Kematian.
pub static SK_KEMATIAN: Kind = Kind {
    number: 13,
    slug: "sk-kematian",
    name: Text {
        id: "Surat Keterangan Kematian",
        en: "Certificate of death",
    },
    class: Class::Letter,
    subject: Subject::Person,
    in_force: InForce::One,
    validity: Validity::Unlimited,
    ends: ENDS,
    filing: Filing {
        form: "F-2.01",
        applicants: APPLICANTS,
        attachments: PAPERS,
        report: REPORT,
        working_days: 3,
        in_person: false,
        purpose: Text {
            id: "Surat keterangan bahwa kematian seseorang sudah dilaporkan.",
            en: "Letter that a person's death has been reported.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        required(&f::NIK),
        required(&f::NAME).called("Nama Almarhum/Almarhumah", "Name of the deceased"),
        required(&f::SEX),
        required(&f::BIRTH_PLACE),
        required(&f::BIRTH_DATE),
        asked(&f::EVENT_PLACE).called("Tempat Meninggal", "Place of death"),
        asked(&f::EVENT_DATE).called("Tanggal Meninggal", "Date of death"),
        may_be_asked(&f::EVENT_TIME).called("Pukul Meninggal", "Time of death"),
        may_be_asked(&f::CERTIFIED_BY),
        assigned(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: RULES,
};

/// Kutipan Akta Kematian.
pub static AKTA_KEMATIAN: Kind = Kind {
    number: 19,
    slug: "akta-kematian",
    name: Text {
        id: "Akta Kematian",
        en: "Deed of death",
    },
    class: Class::Deed,
    subject: Subject::Person,
    in_force: InForce::One,
    validity: Validity::Unlimited,
    ends: ENDS,
    filing: Filing {
        form: "F-2.01",
        applicants: APPLICANTS,
        attachments: PAPERS,
        report: REPORT,
        working_days: 5,
        in_person: false,
        purpose: Text {
            id: "Akta yang membuktikan kematian seseorang, misalnya untuk waris, asuransi, dan pensiun.",
            en: "The deed that proves a person's death, for inheritance, insurance or a pension.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER).called("Nomor Akta", "Number of the deed"),
        required(&f::NIK),
        required(&f::NAME).called("Nama Almarhum/Almarhumah", "Name of the deceased"),
        required(&f::SEX),
        required(&f::BIRTH_PLACE),
        required(&f::BIRTH_DATE),
        asked(&f::EVENT_PLACE).called("Tempat Meninggal", "Place of death"),
        asked(&f::EVENT_DATE).called("Tanggal Meninggal", "Date of death"),
        assigned(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: RULES,
};
