//! Which earlier document the number in an application may end, and who may move with somebody: numbers and NIK are
//! typed by the applicant, who may type anybody's.

use super::kinship::alike;
use super::person::Person;
use credential::document::{Document, Member, Value};
use credential::ids::Nik;
use credential::kinds::fields::tables::{mover, person};
use credential::kinds::fields::{self as f, Field};
use credential::lang::{Lang, Text};

/// Why an application ends nothing. Holds no number and nobody's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The number is that of a document of another kind.
    OtherKind,
    /// The document is somebody else's.
    NotTheirs,
    /// Another office issued it, and it is in force.
    OtherOffice,
    /// Somebody among those who move stands in another family card, or in none.
    NotOfFamily,
}

impl Refused {
    /// The field of the form that holds what is refused.
    pub fn field(self) -> &'static Field {
        match self {
            Self::OtherKind | Self::NotTheirs | Self::OtherOffice => &f::DEED_NUMBER,
            Self::NotOfFamily => &f::MOVERS,
        }
    }

    /// What is wrong and what to do, for officers.
    pub fn words(self, lang: Lang) -> &'static str {
        let text = match self {
            Self::OtherKind => Text {
                id: "nomor ini milik dokumen jenis lain. Periksa nomornya, lalu minta pemohon memperbaikinya.",
                en: "is the number of a document of another kind. Check it, then ask the applicant to correct it.",
            },
            Self::NotTheirs => Text {
                id: "dokumen dengan nomor ini bukan milik pemohon. Bandingkan dengan akta aslinya, lalu minta pemohon memperbaikinya.",
                en: "is the number of somebody else's document. Compare it with the original, then ask the applicant to correct it.",
            },
            Self::OtherOffice => Text {
                id: "dokumen ini diterbitkan kantor lain dan masih berlaku. Minta kantor itu mencabutnya lebih dahulu.",
                en: "is the number of a document that another office issued and that is in force. Ask that office to revoke it first.",
            },
            Self::NotOfFamily => Text {
                id: "ada yang tidak tercatat dalam Kartu Keluarga pemohon. Bandingkan setiap NIK dengan KK, lalu minta pemohon memperbaikinya.",
                en: "names somebody who does not stand in the applicant's family card. Compare each NIK with the card, then ask the applicant to correct it.",
            },
        };
        text.get(lang)
    }
}

/// Whether a kind of document may come from another office than the one that ends it: the letter of somebody who moves
/// is issued where they come from and ends where they arrive.
pub fn comes_from_elsewhere(slug: &str) -> bool {
    slug == "sk-pindah"
}

/// Whether an earlier document is about the person an application is about and, where both name another party, about
/// the same couple. `subject` is the NIK under which the earlier one is kept.
pub fn is_theirs(old: &Document<'_>, subject: u64, anchor: &Person, new: &Document<'_>) -> bool {
    let me = anchor.nik.as_u64();
    let (theirs, mine) = (
        niks(old, &f::OTHERS, &person::NIK),
        niks(new, &f::OTHERS, &person::NIK),
    );
    let named = subject == me
        || theirs.iter().any(|nik| nik.as_u64() == me)
        || movers(old).iter().any(|nik| nik.as_u64() == me)
        || (mine.iter().any(|nik| nik.as_u64() == subject) && is_without_nik(old, anchor));
    let couple = |one: u64, other: &[Nik]| {
        let mut couple: Vec<u64> = other.iter().map(|nik| nik.as_u64()).chain([one]).collect();
        couple.sort_unstable();
        couple
    };
    let comparable = !theirs.is_empty() && !mine.is_empty();
    named && (!comparable || couple(subject, &theirs) == couple(me, &mine))
}

/// NIK of everybody who moves.
pub fn movers(document: &Document<'_>) -> Vec<Nik> {
    niks(document, &f::MOVERS, &mover::NIK)
}

fn rows<'d, 'a>(document: &'d Document<'a>, table: &Field) -> &'d [Member<'a>] {
    match document.get(table) {
        Some(Value::Rows(rows)) => rows,
        _ => &[],
    }
}

fn niks(document: &Document<'_>, table: &Field, column: &Field) -> Vec<Nik> {
    let nik = |row: &Member<'_>| match row.get(column) {
        Some(Value::Nik(nik)) => Some(*nik),
        _ => None,
    };
    rows(document, table).iter().filter_map(nik).collect()
}

/// Whether an earlier document names that person without a NIK, as it does foreigners: by name and day of birth.
fn is_without_nik(old: &Document<'_>, who: &Person) -> bool {
    rows(old, &f::OTHERS).iter().any(|row| {
        let name = row.get(&person::NAME).and_then(Value::as_text);
        let born = match row.get(&person::BIRTH_DATE) {
            Some(Value::Date(born)) => *born == who.tanggal_lahir,
            _ => true,
        };
        row.get(&person::NIK).is_none() && born && name.is_some_and(|name| alike(name, &who.nama))
    })
}
