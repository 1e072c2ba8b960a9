//! A child's parents: Surat Keterangan Pengangkatan Anak, Akta Pengakuan Anak, Akta Pengesahan Anak (UU 24/2013 Ps
//! 47–50; form F-2.01). The deed of birth stays in force: it gets a marginal note.

use super::{
    Applicant, Class, Filing, InForce, Kind, Report, Rule, Subject, Validity, asked, assigned,
    attachments as a, fields as f, may_be_asked, optional, required, stated,
};
use crate::lang::Text;

/// Surat Keterangan Pengangkatan Anak. Adoption leaves the child's parents by birth as they are.
pub static SK_ANGKAT_ANAK: Kind = Kind {
    number: 14,
    slug: "sk-angkat-anak",
    name: Text {
        id: "Surat Keterangan Pengangkatan Anak",
        en: "Certificate of adoption",
    },
    class: Class::Letter,
    subject: Subject::Person,
    in_force: InForce::Many,
    validity: Validity::Unlimited,
    ends: &[],
    filing: Filing {
        form: "F-2.01",
        applicants: &[Applicant::Parent, Applicant::Guardian, Applicant::Proxy],
        attachments: &[
            a::DECISION,
            a::BIRTH_DEED,
            a::other(
                "kk_orang_tua_angkat",
                "Kartu Keluarga orang tua angkat",
                "Family card of the adoptive parents",
            ),
            a::MANDATE,
        ],
        report: Some(Report {
            within_days: 30,
            since: &f::DECISION_DATE,
        }),
        working_days: 5,
        in_person: false,
        purpose: Text {
            id: "Surat keterangan bahwa seorang anak diangkat dengan penetapan pengadilan.",
            en: "Letter that a child was adopted by decision of a court.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        required(&f::NIK),
        required(&f::NAME).called("Nama Anak", "Child's name"),
        required(&f::SEX),
        required(&f::BIRTH_PLACE),
        required(&f::BIRTH_DATE),
        asked(&f::BIRTH_DEED),
        optional(&f::FATHER).called("Nama Ayah Kandung", "Father by birth"),
        optional(&f::MOTHER).called("Nama Ibu Kandung", "Mother by birth"),
        asked(&f::OTHERS).called("Orang Tua Angkat", "Adoptive parents"),
        asked(&f::AUTHORITY).called("Pengadilan", "Court"),
        asked(&f::DECISION_NUMBER).called("Nomor Penetapan", "Number of the decision"),
        asked(&f::DECISION_DATE).called("Tanggal Penetapan", "Date of the decision"),
        assigned(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[
        Rule::Others(&f::OTHERS),
        Rule::InOrder(&f::BIRTH_DATE, &f::DECISION_DATE),
    ],
};

/// Kutipan Akta Pengakuan Anak: the father acknowledges, with the mother's consent, a child of a religious marriage.
pub static AKTA_PENGAKUAN: Kind = Kind {
    number: 22,
    slug: "akta-pengakuan",
    name: Text {
        id: "Akta Pengakuan Anak",
        en: "Deed of acknowledgement of a child",
    },
    class: Class::Deed,
    subject: Subject::Person,
    in_force: InForce::One,
    validity: Validity::Unlimited,
    ends: &[],
    filing: Filing {
        form: "F-2.01",
        applicants: &[Applicant::Parent, Applicant::Proxy],
        attachments: &[
            a::other(
                "surat_pengakuan",
                "Surat pengakuan anak dari ayah yang disetujui ibu",
                "Father's letter of acknowledgement with the mother's consent",
            ),
            a::FAITH_LETTER,
            a::BIRTH_DEED,
            a::KK,
            a::DECISION.when("ibu orang asing", "the mother is a foreigner"),
            a::MANDATE,
        ],
        report: Some(Report {
            within_days: 30,
            since: &f::DECISION_DATE,
        }),
        working_days: 5,
        in_person: false,
        purpose: Text {
            id: "Akta yang membuktikan bahwa seorang ayah mengakui anaknya.",
            en: "The deed that proves that a father acknowledged his child.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER).called("Nomor Akta", "Number of the deed"),
        required(&f::NIK),
        required(&f::NAME).called("Nama Anak", "Child's name"),
        required(&f::SEX),
        required(&f::BIRTH_PLACE),
        required(&f::BIRTH_DATE),
        asked(&f::BIRTH_DEED),
        asked(&f::FATHER),
        asked(&f::MOTHER),
        asked(&f::EVENT_DATE).called("Tanggal Perkawinan Agama", "Date of the religious marriage"),
        asked(&f::DECISION_DATE).called(
            "Tanggal Surat Pengakuan",
            "Date of the letter of acknowledgement",
        ),
        may_be_asked(&f::AUTHORITY).called("Pengadilan", "Court"),
        may_be_asked(&f::DECISION_NUMBER).called("Nomor Penetapan", "Number of the decision"),
        assigned(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[],
};

/// Kutipan Akta Pengesahan Anak: a child born before its parents' civil marriage becomes theirs by it.
pub static AKTA_PENGESAHAN: Kind = Kind {
    number: 23,
    slug: "akta-pengesahan",
    name: Text {
        id: "Akta Pengesahan Anak",
        en: "Deed of legitimation of a child",
    },
    class: Class::Deed,
    subject: Subject::Person,
    in_force: InForce::One,
    validity: Validity::Unlimited,
    ends: &[],
    filing: Filing {
        form: "F-2.01",
        applicants: &[Applicant::Parent, Applicant::Proxy],
        attachments: &[a::BIRTH_DEED, a::MARRIAGE, a::KK, a::MANDATE],
        report: Some(Report {
            within_days: 30,
            since: &f::DEED_DATE,
        }),
        working_days: 5,
        in_person: false,
        purpose: Text {
            id: "Akta yang membuktikan bahwa seorang anak disahkan oleh perkawinan orang tuanya.",
            en: "The deed that proves that a child was legitimated by its parents' marriage.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER).called("Nomor Akta", "Number of the deed"),
        required(&f::NIK),
        required(&f::NAME).called("Nama Anak", "Child's name"),
        required(&f::SEX),
        required(&f::BIRTH_PLACE),
        required(&f::BIRTH_DATE),
        asked(&f::BIRTH_DEED),
        asked(&f::FATHER),
        asked(&f::MOTHER),
        may_be_asked(&f::EVENT_DATE)
            .called("Tanggal Perkawinan Agama", "Date of the religious marriage"),
        asked(&f::DEED_NUMBER).called("Nomor Akta Perkawinan", "Number of the deed of marriage"),
        asked(&f::DEED_DATE).called("Tanggal Akta Perkawinan", "Date of the deed of marriage"),
        assigned(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[Rule::InOrder(&f::BIRTH_DATE, &f::DEED_DATE)],
};
