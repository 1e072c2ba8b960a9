//! KK: header and all columns of its members (Permendagri 118/2017; F-1.09 of Permendagri 109/2019).

use super::fields::{self as f, Field, column};
use super::{
    Applicant, Attachment, Class, Filing, InForce, Kind, Need, Subject, Use, Validity, optional,
    required,
};
use crate::lang::Text;

/// A KK on the wire has at most this many members.
pub const MEMBERS_MAX: usize = 40;

/// Kartu Keluarga. Key 4 holds the name of the head of the family.
pub static KK: Kind = Kind {
    number: 2,
    slug: "kk",
    name: Text {
        id: "Kartu Keluarga",
        en: "Family card (KK)",
    },
    class: Class::Card,
    subject: Subject::Family,
    in_force: InForce::One,
    validity: Validity::Unlimited,
    ends: &[],
    filing: Filing {
        form: "F-1.02",
        applicants: &[Applicant::HeadOfFamily, Applicant::Member, Applicant::Proxy],
        attachments: &[Attachment {
            slug: "kk_lama",
            label: Text {
                id: "Kartu Keluarga lama",
                en: "The old family card",
            },
            need: Need::Always,
        }],
        report: None,
        working_days: 5,
        in_person: false,
        purpose: Text {
            id: "Kartu yang memuat susunan keluarga serta data semua anggotanya.",
            en: "The card that lists a family and the data of all its members.",
        },
    },
    fields: &[
        required(&f::KK_NUMBER),
        required(&f::NAME),
        required(&f::ADDRESS),
        required(&f::RT_RW),
        optional(&f::POSTAL_CODE),
        required(&f::VILLAGE),
        required(&f::DISTRICT),
        required(&f::REGENCY),
        required(&f::PROVINCE),
        required(&f::MEMBERS),
        optional(&f::DETAIL),
        optional(&f::ISSUE_PLACE),
        // Absent where it is the day of `iat`, counted in WIB.
        optional(&f::ISSUE_DATE),
        required(&f::REGION),
        required(&f::COUNTRY),
    ],
};

/// A column of the members' table.
#[derive(Debug)]
pub struct Column {
    /// Name, type and label.
    pub field: &'static Field,
    /// Whether every member must have it.
    pub required: bool,
    /// Whether it stays when a family is too large for one symbol (claim key 82 = 1).
    pub core: bool,
}

const fn col(used: Use, core: bool) -> Column {
    Column {
        field: used.field,
        required: used.required,
        core,
    }
}

/// The columns of a member's row, in wire and printed order.
pub static MEMBER_COLUMNS: &[Column] = &[
    col(required(&column::NAME), true),
    col(required(&column::NIK), true),
    col(required(&column::SEX), true),
    col(required(&column::BIRTH_PLACE), false),
    col(required(&column::BIRTH_DATE), true),
    col(required(&column::FAITH), false),
    col(required(&column::EDUCATION_LEVEL), false),
    col(required(&column::JOB), false),
    col(required(&column::BLOOD), false),
    col(required(&column::MARITAL), true),
    col(optional(&column::MARITAL_DATE), false),
    col(required(&column::RELATION), true),
    // Absent for citizens of Indonesia.
    col(optional(&column::NATIONALITY), true),
    col(optional(&column::PASSPORT), false),
    col(optional(&column::KITAP), false),
    col(optional(&column::FATHER), false),
    col(optional(&column::MOTHER), false),
];
