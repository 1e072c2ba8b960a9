//! Words that several pages share: dates, and what the table of kinds says in codes.

use credential::date::{Date, WIB};
use credential::kinds::{Applicant, Class, Ending, Kind, Subject, Validity};
use credential::lang::{Lang, Text};

const MONTHS: [Text; 12] = [
    text("Januari", "January"),
    text("Februari", "February"),
    text("Maret", "March"),
    text("April", "April"),
    text("Mei", "May"),
    text("Juni", "June"),
    text("Juli", "July"),
    text("Agustus", "August"),
    text("September", "September"),
    text("Oktober", "October"),
    text("November", "November"),
    text("Desember", "December"),
];

const fn text(id: &'static str, en: &'static str) -> Text {
    Text { id, en }
}

/// `24 November 2026`.
pub fn date(date: Date, lang: Lang) -> String {
    let (year, month, day) = date.ymd();
    let month = MONTHS[(month as usize + 11) % 12].get(lang);
    format!("{day} {month} {year}")
}

/// `24 November 2026, 19.30 WIB` of a second since 1970.
pub fn moment(epoch_seconds: i64, lang: Lang) -> String {
    let Some(day) = Date::at_wib(epoch_seconds) else {
        return format!("@{epoch_seconds}");
    };
    let second = (epoch_seconds + WIB).rem_euclid(86_400);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    let point = match lang {
        Lang::Id => '.',
        Lang::En => ':',
    };
    format!("{}, {hour:02}{point}{minute:02} WIB", date(day, lang))
}

/// The heading of a group of documents.
pub fn class(class: Class) -> Text {
    match class {
        Class::Card => text("Kartu", "Cards"),
        Class::Letter => text("Surat keterangan", "Letters"),
        Class::Deed => text("Akta", "Deeds"),
    }
}

/// Name of the icon of a group of documents.
pub fn class_icon(class: Class) -> &'static str {
    match class {
        Class::Card => "card",
        Class::Letter => "paper",
        Class::Deed => "seal",
    }
}

/// Who applies, in words for the citizen.
pub fn applicant(who: Applicant, of: Subject) -> Text {
    match who {
        Applicant::Oneself if of == Subject::Event => {
            text("Yang mengalami sendiri", "The person concerned")
        }
        Applicant::Oneself => text(
            "Yang bersangkutan sendiri",
            "The person the document is about",
        ),
        Applicant::HeadOfFamily => text("Kepala keluarga", "The head of the family"),
        Applicant::Member => text(
            "Anggota keluarga yang sudah dewasa",
            "An adult member of the family",
        ),
        Applicant::Parent => text("Ayah atau ibu", "Father or mother"),
        Applicant::Guardian => text(
            "Wali, dengan bukti perwalian",
            "A guardian, with proof of guardianship",
        ),
        Applicant::Spouse => text("Suami atau istri", "Husband or wife"),
        Applicant::Relative => text("Keluarga almarhum", "A relative of the deceased"),
        Applicant::ChairOfRt => text("Ketua RT", "The chair of the RT (neighbourhood)"),
        Applicant::Institution => text(
            "Lembaga yang mengurus orang itu",
            "The institution that cares for the person",
        ),
        Applicant::Proxy => text(
            "Orang yang diberi surat kuasa (formulir F-1.07)",
            "Somebody with a power of attorney (form F-1.07)",
        ),
    }
}

/// Until when a document of that kind is valid.
pub fn validity(kind: &Kind, lang: Lang) -> String {
    let fixed = match kind.validity {
        Validity::Unlimited => text(
            "Berlaku selama datanya tidak berubah",
            "Valid as long as the data stay the same",
        ),
        Validity::ForLifeOrItap => text(
            "Seumur hidup; untuk orang asing sampai izin tinggal tetap (ITAP) berakhir",
            "For life; for foreigners until the permanent stay permit (ITAP) ends",
        ),
        Validity::ChildAge => text(
            "Sampai anak berumur 5 tahun, lalu kartu baru sampai 17 tahun; anak orang asing sampai ITAP orang tuanya berakhir",
            "Until the age of 5, then a new card until 17; a foreign child's until the parents' ITAP ends",
        ),
        Validity::UntilField(field) => {
            let label = kind.uses(field).map_or(field.label, |used| used.label());
            return match lang {
                Lang::Id => format!("Sampai tanggal pada “{}”", label.id),
                Lang::En => format!("Until the date in “{}”", label.en),
            };
        }
        Validity::Days(days) => {
            return match lang {
                Lang::Id => format!("{days} hari sejak diterbitkan"),
                Lang::En => format!("{days} days from the day of issue"),
            };
        }
    };
    fixed.get(lang).to_string()
}

/// What happens to a document that ends.
pub fn ending(how: Ending) -> Text {
    match how {
        Ending::Superseded => text("digantikan dokumen baru", "is replaced by the new document"),
        Ending::Revoked => text("tidak berlaku lagi", "is no longer in force"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_in_wib() {
        // 2026-12-31T18:30:00Z is the new year already in Jakarta.
        let second = 1_798_741_800;
        assert_eq!(moment(second, Lang::Id), "1 Januari 2027, 01.30 WIB");
        assert_eq!(moment(second, Lang::En), "1 January 2027, 01:30 WIB");
    }
}
