//! Births and stillbirths: Surat Keterangan Kelahiran, Surat Keterangan Lahir Mati, Akta Kelahiran (UU 24/2013 Ps 27,
//! UU 23/2006 Ps 33; form F-2.01).
//!
//! Weight and length of the child and the cause of a stillbirth are health data (UU PDP Ps 4) and stay in the office.

use super::fields::tables::birth;
use super::{
    Applicant, Attachment, Class, Filing, InForce, Kind, Report, Rule, Subject, Validity, asked,
    assigned, attachments as a, fields as f, may_be_asked, required, stated,
};
use crate::lang::Text;

const BIRTH_PAPERS: &[Attachment] = &[
    a::BIRTH_LETTER,
    a::MARRIAGE.when(
        "orang tua kawin; tanpa akta: F-2.04",
        "the parents are married; without a certificate: form F-2.04",
    ),
    a::KK,
    a::PARENTS_KTP.when("anak bukan anak temuan", "the child is no foundling"),
    a::WITNESSES_KTP,
    a::other(
        "berita_acara_polisi",
        "Berita acara kepolisian",
        "Record of the police",
    )
    .when(
        "asal-usul anak tidak diketahui",
        "the child's origin is not known",
    ),
    a::PASSPORT.when("orang tua orang asing", "the parents are foreigners"),
    a::other(
        "izin_tinggal",
        "ITAS atau ITAP orang tua",
        "Stay permit (ITAS or ITAP) of the parents",
    )
    .when("orang tua orang asing", "the parents are foreigners"),
    a::MANDATE,
];

const BIRTH_REPORT: Option<Report> = Some(Report {
    within_days: 60,
    since: &f::BIRTH_DATE,
});

/// Surat Keterangan Kelahiran: of a birth that gets no deed here, e.g. one reported through a mission abroad.
pub static SK_KELAHIRAN: Kind = Kind {
    number: 9,
    slug: "sk-kelahiran",
    name: Text {
        id: "Surat Keterangan Kelahiran",
        en: "Certificate of birth",
    },
    class: Class::Letter,
    subject: Subject::Newborn,
    in_force: InForce::One,
    validity: Validity::Unlimited,
    ends: &[],
    filing: Filing {
        form: "F-2.01",
        applicants: &[Applicant::Parent, Applicant::Guardian, Applicant::Proxy],
        attachments: BIRTH_PAPERS,
        report: BIRTH_REPORT,
        working_days: 3,
        in_person: false,
        purpose: Text {
            id: "Surat keterangan bahwa kelahiran seorang anak sudah dilaporkan.",
            en: "Letter that the birth of a child has been reported.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        assigned(&f::NIK),
        asked(&f::NAME).called("Nama Anak", "Child's name"),
        asked(&f::SEX),
        asked(&f::BIRTH_PLACE),
        asked(&f::BIRTH_DATE),
        may_be_asked(&f::EVENT_TIME).called("Pukul Lahir", "Time of birth"),
        may_be_asked(&f::BIRTH_DETAILS),
        asked(&f::CHILD_ORDER),
        may_be_asked(&f::FATHER),
        may_be_asked(&f::MOTHER),
        assigned(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[],
};

/// Surat Keterangan Lahir Mati, kept under the parent who reports it (keys 1 and 4).
pub static SK_LAHIR_MATI: Kind = Kind {
    number: 10,
    slug: "sk-lahir-mati",
    name: Text {
        id: "Surat Keterangan Lahir Mati",
        en: "Certificate of stillbirth",
    },
    class: Class::Letter,
    subject: Subject::Event,
    in_force: InForce::Many,
    validity: Validity::Unlimited,
    ends: &[],
    filing: Filing {
        form: "F-2.01",
        applicants: &[Applicant::Parent, Applicant::Proxy],
        attachments: &[
            a::other(
                "surat_lahir_mati",
                "Surat keterangan lahir mati dari dokter, bidan, atau kepala desa/lurah",
                "Stillbirth letter of a physician, a midwife or the village head",
            ),
            a::KK,
            a::MANDATE,
        ],
        report: Some(Report {
            within_days: 30,
            since: &f::EVENT_DATE,
        }),
        working_days: 3,
        in_person: false,
        purpose: Text {
            id: "Surat keterangan bahwa seorang anak lahir dalam keadaan meninggal.",
            en: "Letter that a child was stillborn.",
        },
    },
    fields: &[
        assigned(&f::DOCUMENT_NUMBER),
        required(&f::NIK).called("NIK Pelapor", "NIK of the reporting parent"),
        required(&f::NAME).called("Nama Pelapor", "Name of the reporting parent"),
        asked(&f::BIRTH_DETAILS),
        asked(&f::SEX),
        asked(&f::EVENT_DATE).called("Tanggal Lahir Mati", "Date of the stillbirth"),
        may_be_asked(&f::EVENT_TIME),
        asked(&f::CHILD_ORDER),
        asked(&f::EVENT_PLACE).called("Tempat Lahir Mati", "Place of the stillbirth"),
        may_be_asked(&f::FATHER),
        asked(&f::MOTHER),
        assigned(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[Rule::Columns(
        &f::BIRTH_DETAILS,
        &[&birth::ATTENDANT, &birth::WEEKS, &birth::DETERMINED_BY],
    )],
};

/// Kutipan Akta Kelahiran. A child of unknown parents has neither father nor mother on it, a child of a mother alone
/// no father.
pub static AKTA_KELAHIRAN: Kind = Kind {
    number: 18,
    slug: "akta-kelahiran",
    name: Text {
        id: "Akta Kelahiran",
        en: "Deed of birth",
    },
    class: Class::Deed,
    subject: Subject::Newborn,
    in_force: InForce::One,
    validity: Validity::Unlimited,
    ends: &[],
    filing: Filing {
        form: "F-2.01",
        applicants: &[
            Applicant::Parent,
            Applicant::Guardian,
            Applicant::Oneself,
            Applicant::Proxy,
        ],
        attachments: BIRTH_PAPERS,
        report: BIRTH_REPORT,
        working_days: 5,
        in_person: false,
        purpose: Text {
            id: "Akta yang membuktikan kelahiran, nama, dan orang tua seorang anak.",
            en: "The deed that proves birth, name and parents of a child.",
        },
    },
    fields: &[
        assigned(&f::NIK),
        assigned(&f::DOCUMENT_NUMBER).called("Nomor Akta", "Number of the deed"),
        asked(&f::BIRTH_PLACE),
        asked(&f::BIRTH_DATE),
        asked(&f::NAME).called("Nama Anak", "Child's name"),
        asked(&f::CHILD_ORDER),
        asked(&f::SEX),
        may_be_asked(&f::FATHER),
        may_be_asked(&f::MOTHER),
        assigned(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[],
};
