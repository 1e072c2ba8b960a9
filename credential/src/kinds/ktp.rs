//! KTP-el: every printed field (Permendagri 74/2015; UU 24/2013 Ps 64).

use super::{
    Applicant, Class, Filing, InForce, Kind, Subject, Validity, Whose, attachments as a,
    fields as f, optional, required, stated, supersedes,
};
use crate::lang::Text;

/// What the card prints, in printed order: with more before the photo, after it, and at the end. The whole card and the
/// profiles that show all of it have this one list.
macro_rules! card_fields {
    ([$($before:expr),*], [$($after:expr),*], [$($end:expr),*]) => {
        &[
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
            $($before,)*
            optional(&f::FACE),
            $($after,)*
            required(&f::REGION),
            required(&f::MARITAL_169),
            required(&f::COUNTRY),
            $($end,)*
        ]
    };
}
pub(super) use card_fields;

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
    // The papers that stand for a KTP-el until there is one.
    ends: &[
        supersedes("kia", Whose::Subject),
        supersedes("sktt", Whose::Subject),
        supersedes("skpti", Whose::Subject),
    ],
    filing: Filing {
        form: "F-1.02",
        applicants: &[Applicant::Oneself],
        attachments: &[
            a::KK,
            a::MARRIAGE.when(
                "belum berumur 17 tahun tetapi sudah kawin",
                "younger than 17 but married",
            ),
            a::PASSPORT.when("orang asing", "a foreigner"),
            a::ITAP.when("orang asing", "a foreigner"),
            a::POLICE_LOSS.when("KTP lama hilang", "the old card is lost"),
            a::other("ktp_lama", "KTP-el lama", "The old identity card").when(
                "KTP lama rusak atau datanya berubah",
                "the old card is damaged or its data changed",
            ),
            a::other(
                "bukti_perubahan",
                "Bukti perubahan data",
                "Proof of the change of data",
            )
            .when("data berubah", "data changed"),
            a::other(
                "skpwni",
                "Surat Keterangan Pindah",
                "Certificate of moving (SKPWNI)",
            )
            .when("baru pindah", "just moved"),
        ],
        report: None,
        working_days: 7,
        in_person: true,
        purpose: Text {
            id: "Kartu identitas untuk penduduk berumur 17 tahun atau lebih, atau sudah kawin.",
            en: "Identity card for residents who are 17 or older, or married.",
        },
    },
    fields: card_fields!(
        [],
        // Place of issue: absent where it is the kabupaten/kota of the address, as almost always. Date: absent where it is
        // the day of `iat`, counted in WIB.
        [stated(&f::ISSUE_PLACE), stated(&f::ISSUE_DATE)],
        []
    ),
    rules: &[],
};
