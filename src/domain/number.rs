//! Numbers that the service assigns: of letters and deeds, and the NIK of a newborn.

use super::ids::RegionPrefix;
use credential::date::Date;
use credential::ids::KodeWilayah;
use credential::kinds::Kind;

/// The series of a kind's numbers. Deeds have letters of their own (KW, CR, …; a birth reported late is LT); every other
/// kind takes its slug.
pub fn series(kind: &Kind, late: bool) -> String {
    match (kind.slug, late) {
        ("akta-kelahiran", false) => "LU".into(),
        ("akta-kelahiran", true) => "LT".into(),
        ("akta-kematian", _) => "KM".into(),
        ("akta-perkawinan", _) => "KW".into(),
        ("akta-perceraian", _) => "CR".into(),
        ("akta-pengakuan", _) => "PA".into(),
        ("akta-pengesahan", _) => "PS".into(),
        (slug, _) => {
            let slug = slug.strip_prefix("sk-").unwrap_or(slug);
            let letters = slug.bytes().filter(u8::is_ascii_alphanumeric).take(16);
            letters
                .map(|b| char::from(b.to_ascii_uppercase()))
                .collect()
        }
    }
}

/// What numbers of an office's series begin with: `PPKK-LU`. Offices with the same one count together.
pub fn prefix(office: &RegionPrefix, series: &str) -> String {
    let digits = office.as_str();
    let region = &digits[..digits.len().min(4)];
    format!("{region:0<4}-{series}")
}

/// A number as it is printed: `PPKK-LU-DDMMYYYY-NNNN`.
pub fn printed(office: &RegionPrefix, series: &str, day: Date, running: i64) -> String {
    let (year, month, date) = day.ymd();
    let prefix = prefix(office, series);
    format!("{prefix}-{date:02}{month:02}{year:04}-{running:04}")
}

/// The first NIK that a child of that sex, born that day, gets in a kecamatan; its last four digits are 0001
/// (PP 40/2019 Ps 30: women have 40 added to the day).
pub fn first_nik(residence: KodeWilayah, born: Date, female: bool) -> Option<u64> {
    let kecamatan: u64 = residence.digits().get(..6)?.parse().ok()?;
    let (year, month, day) = born.ymd();
    let day = u64::from(day) + if female { 40 } else { 0 };
    let date = day * 10_000 + u64::from(month) * 100 + (year.rem_euclid(100)) as u64;
    Some((kecamatan * 1_000_000 + date) * 10_000 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use credential::kinds::by_slug;

    #[test]
    fn numbers_as_printed() {
        let office = RegionPrefix::parse("32.73").unwrap();
        let day = Date::parse("2026-11-24").unwrap();
        let kind = by_slug("akta-kelahiran").unwrap();
        assert_eq!(
            printed(&office, &series(kind, false), day, 7),
            "3273-LU-24112026-0007"
        );
        assert_eq!(series(kind, true), "LT");
        assert_eq!(series(by_slug("sk-pindah").unwrap(), false), "PINDAH");
        let everywhere = RegionPrefix::parse("").unwrap();
        assert!(printed(&everywhere, "KM", day, 1).starts_with("0000-KM-"));
    }

    #[test]
    fn nik_of_a_newborn() {
        let here = KodeWilayah::parse("32.73.01.1001").unwrap();
        let born = Date::parse("2026-11-04").unwrap();
        assert_eq!(first_nik(here, born, false), Some(3_273_010_411_260_001));
        assert_eq!(first_nik(here, born, true), Some(3_273_014_411_260_001));
    }
}
