//! KTP-el: every printed field (Permendagri 74/2015; UU 24/2013 Ps 64).

use super::fields as f;
use super::{
    Applicant, Attachment, Class, Filing, InForce, Kind, Need, Subject, Validity, optional,
    required,
};
use crate::lang::Text;

/// Kartu Tanda Penduduk elektronik. Valid for life, or until the end of a foreigner's ITAP (claim `exp`).
pub static KTP: Kind = Kind {
    number: 1,
    slug: "ktp",
    name: Text {
        id: "KTP-el",
        en: "Identity card (KTP-el)",
    },
    class: Class::Card,
    subject: Subject::Person,
    in_force: InForce::One,
    validity: Validity::ForLifeOrItap,
    ends: &[],
    filing: Filing {
        form: "F-1.02",
        applicants: &[Applicant::Oneself],
        attachments: &[
            Attachment {
                slug: "kk",
                label: Text {
                    id: "Kartu Keluarga",
                    en: "Family card (KK)",
                },
                need: Need::Always,
            },
            Attachment {
                slug: "surat_kehilangan",
                label: Text {
                    id: "Surat kehilangan dari kepolisian",
                    en: "Police report of the loss",
                },
                need: Need::When(Text {
                    id: "KTP lama hilang",
                    en: "the old card is lost",
                }),
            },
        ],
        report: None,
        working_days: 7,
        in_person: true,
        purpose: Text {
            id: "Kartu identitas untuk penduduk berumur 17 tahun atau lebih, atau sudah kawin.",
            en: "Identity card for residents who are 17 or older, or married.",
        },
    },
    fields: &[
        required(&f::PROVINCE),
        required(&f::REGENCY),
        required(&f::NIK),
        required(&f::NAME),
        required(&f::BIRTH_PLACE),
        required(&f::BIRTH_DATE),
        required(&f::SEX),
        required(&f::BLOOD),
        required(&f::ADDRESS),
        required(&f::RT_RW),
        required(&f::VILLAGE),
        required(&f::DISTRICT),
        required(&f::FAITH),
        required(&f::MARITAL),
        required(&f::JOB),
        required(&f::NATIONALITY),
        optional(&f::FACE),
        // Absent where it is the kabupaten/kota of the address, as almost always.
        optional(&f::ISSUE_PLACE),
        // Absent where it is the day of `iat`, counted in WIB.
        optional(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::MARITAL_169),
        required(&f::COUNTRY),
    ],
};
