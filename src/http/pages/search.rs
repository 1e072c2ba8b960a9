//! Finding a service by the words people use for it.

use credential::kinds::{KINDS, Kind, Need};

/// What people say, and a word that the table of kinds uses for it.
const SAME: &[(&str, &str)] = &[
    ("adopsi", "adopsi angkat"),
    ("baby", "birth"),
    ("bayi", "kelahiran"),
    ("bule", "asing"),
    ("cerai", "perceraian"),
    ("ektp", "ktp-el"),
    ("e-ktp", "ktp-el"),
    ("expat", "foreigner"),
    ("imigrasi", "asing"),
    ("kawin", "perkawinan"),
    ("lahir", "kelahiran"),
    ("mati", "kematian"),
    ("meninggal", "kematian"),
    ("menikah", "perkawinan"),
    ("nikah", "perkawinan"),
    ("wafat", "kematian"),
    ("wedding", "marriage"),
    ("wna", "asing"),
];

/// The kinds that fit every word of a query, in the table's order; all of them for an empty query.
pub fn kinds(query: &str) -> Vec<&'static Kind> {
    let query = query.to_lowercase();
    let words: Vec<&str> = query.split_whitespace().collect();
    let fits = |kind: &&&Kind| {
        let text = words_of(kind);
        words.iter().all(|word| {
            let same = SAME.iter().filter(|(said, _)| said == word);
            text.contains(word)
                || same
                    .flat_map(|(_, meant)| meant.split(' '))
                    .any(|w| text.contains(w))
        })
    };
    KINDS.iter().filter(fits).copied().collect()
}

/// Everything the table says of a kind in words.
fn words_of(kind: &Kind) -> String {
    let filing = &kind.filing;
    let mut text = format!(
        "{} {} {} {} {} {}",
        kind.slug, kind.name.id, kind.name.en, filing.form, filing.purpose.id, filing.purpose.en
    );
    for attachment in filing.attachments {
        if let Need::When(when) = attachment.need {
            text += &format!(" {} {}", when.id, when.en);
        }
    }
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slugs(query: &str) -> Vec<&'static str> {
        kinds(query).iter().map(|kind| kind.slug).collect()
    }

    #[test]
    fn peoples_words_find_the_service() {
        assert_eq!(kinds("").len(), KINDS.len());
        assert_eq!(slugs("  KARTU keluarga ")[0], "kk");
        assert!(slugs("bayi").contains(&"akta-kelahiran"));
        assert!(slugs("nikah").contains(&"akta-perkawinan"));
        assert!(slugs("ktp hilang").contains(&"ktp"));
        assert!(slugs("birth").contains(&"akta-kelahiran"));
        assert!(slugs("xyzzy").is_empty());
    }
}
