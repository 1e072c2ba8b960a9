//! Surat Keterangan Pelepasan Kewarganegaraan Indonesia (UU 23/2006 Ps 54–55; form F-2.01).

use super::{
    Applicant, Class, Filing, InForce, Kind, Rule, Subject, Validity, Whose, asked, assigned,
    attachments as a, fields as f, may_be_asked, required, revokes, stated,
};
use crate::lang::Text;

/// Surat Keterangan Pelepasan Kewarganegaraan Indonesia. Key 13 is the new citizenship; 80 and 81 the record of the
/// oath, 85 and 86 the presidential or ministerial decision.
pub static SK_LEPAS_WNI: Kind = Kind {
    number: 15,
    slug: "sk-lepas-wni",
    name: Text {
        id: "Surat Keterangan Pelepasan Kewarganegaraan Indonesia",
        en: "Certificate of renunciation of citizenship",
    },
    class: Class::Letter,
    subject: Subject::Person,
    in_force: InForce::One,
    validity: Validity::Unlimited,
    ends: &[
        revokes("ktp", Whose::Subject),
        revokes("kia", Whose::Subject),
    ],
    filing: Filing {
        form: "F-2.01",
        applicants: &[Applicant::Oneself, Applicant::Parent, Applicant::Proxy],
        attachments: &[
            a::other(
                "keputusan",
                "Keputusan Presiden atau Menteri tentang kewarganegaraan",
                "Decision of the President or the Minister on the citizenship",
            ),
            a::PASSPORT,
            a::BIRTH_DEED,
            a::KK,
            a::KTP.when("memiliki KTP-el", "there is an identity card"),
            a::MANDATE,
        ],
        report: None,
        working_days: 5,
        in_person: false,
        purpose: Text {
            id: "Surat keterangan bahwa seseorang bukan lagi warga negara Indonesia.",
            en: "Letter that a person is no longer a citizen of Indonesia.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        required(&f::NIK),
        required(&f::NAME),
        required(&f::BIRTH_PLACE),
        required(&f::BIRTH_DATE),
        asked(&f::NATIONALITY).called("Kewarganegaraan Baru", "New citizenship"),
        asked(&f::BIRTH_DEED),
        may_be_asked(&f::PASSPORT),
        asked(&f::DECISION_NUMBER).called("Nomor Keppres/Kepmen", "Number of the decision"),
        asked(&f::DECISION_DATE).called("Tanggal Keppres/Kepmen", "Date of the decision"),
        may_be_asked(&f::DEED_NUMBER).called(
            "Nomor Berita Acara Sumpah",
            "Number of the record of the oath",
        ),
        may_be_asked(&f::DEED_DATE).called("Tanggal Sumpah/Janji Setia", "Date of the oath"),
        assigned(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[
        Rule::Foreign(&f::NATIONALITY),
        Rule::InOrder(&f::BIRTH_DATE, &f::DECISION_DATE),
    ],
};
