//! KIA: the child's identity card (Permendagri 2/2016).

use super::{
    Applicant, Class, Filing, InForce, Kind, Rule, Subject, Validity, asked, attachments as a,
    fields as f, optional, required, stated,
};
use crate::lang::Text;

/// Kartu Identitas Anak. It has no number of its own: it is known by the NIK. Two formats, with a photo from the fifth
/// birthday on.
pub static KIA: Kind = Kind {
    number: 3,
    slug: "kia",
    name: Text {
        id: "Kartu Identitas Anak (KIA)",
        en: "Child identity card",
    },
    class: Class::Card,
    subject: Subject::Person,
    in_force: InForce::One,
    validity: Validity::ChildAge,
    ends: &[],
    filing: Filing {
        form: "F-1.02",
        applicants: &[Applicant::Parent, Applicant::Guardian, Applicant::Proxy],
        attachments: &[
            a::BIRTH_DEED,
            a::KK,
            a::PARENTS_KTP,
            a::other(
                "pas_foto",
                "Pas foto anak ukuran 2x3",
                "Photograph of the child, 2x3 cm",
            )
            .when("anak berumur 5 tahun atau lebih", "the child is 5 or older"),
            a::PASSPORT.when("anak orang asing", "a foreign child"),
            a::ITAP.when("anak orang asing", "a foreign child"),
            a::POLICE_LOSS.when("KIA lama hilang", "the old card is lost"),
            a::MANDATE,
        ],
        report: None,
        working_days: 5,
        in_person: false,
        purpose: Text {
            id: "Kartu identitas untuk anak yang belum berumur 17 tahun dan belum kawin.",
            en: "Identity card for children who are younger than 17 and not married.",
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
        required(&f::KK_NUMBER),
        required(&f::HEAD_NAME),
        asked(&f::BIRTH_DEED),
        required(&f::FAITH),
        required(&f::NATIONALITY),
        required(&f::ADDRESS),
        required(&f::RT_RW),
        required(&f::VILLAGE),
        required(&f::DISTRICT),
        optional(&f::FACE),
        stated(&f::ISSUE_PLACE),
        stated(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
    rules: &[Rule::FaceFromAge(5)],
};
