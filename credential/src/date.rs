//! Calendar dates as days since 1970-01-01, without a clock or a time zone.

use alloc::{format, string::String};

/// Seconds ahead of UTC in WIB (Waktu Indonesia Barat), in which dates of expiry are counted and shown.
pub const WIB: i64 = 7 * 3600;

/// A proleptic Gregorian date between 1800-01-01 and 2199-12-31, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

const FIRST: i32 = -62_091;
const LAST: i32 = 84_005;

impl Date {
    /// From days since 1970-01-01.
    pub fn from_days(days: i64) -> Option<Self> {
        let days = i32::try_from(days).ok()?;
        (FIRST..=LAST).contains(&days).then_some(Self(days))
    }

    /// From a calendar date; `None` where the calendar has no such day.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1800..=2199).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        // Days from civil, after H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March.
        let y = year - i32::from(month <= 2);
        let era = y.div_euclid(400);
        let year_of_era = y.rem_euclid(400);
        let month_from_march = (month as i32 + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let date = Self(era * 146_097 + day_of_era - 719_468);
        (date.ymd() == (year, month, day)).then_some(date)
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i32 {
        self.0
    }

    /// Year, month 1–12, day 1–31.
    pub fn ymd(self) -> (i32, u32, u32) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month as u32, day as u32)
    }

    /// Parses `YYYYMMDD` (Claim 169 key 8) or `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let b = text.as_bytes();
        let (y, m, d) = match b.len() {
            8 => (&b[..4], &b[4..6], &b[6..]),
            10 if b[4] == b'-' && b[7] == b'-' => (&b[..4], &b[5..7], &b[8..]),
            _ => return None,
        };
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0u32, |n, d| {
                d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0'))
            })
        };
        Self::from_ymd(number(y)? as i32, number(m)?, number(d)?)
    }

    /// `YYYYMMDD`, as Claim 169 key 8 has it.
    pub fn compact(self) -> String {
        let (y, m, d) = self.ymd();
        format!("{y:04}{m:02}{d:02}")
    }

    /// `YYYY-MM-DD`, for JSON.
    pub fn iso(self) -> String {
        let (y, m, d) = self.ymd();
        format!("{y:04}-{m:02}-{d:02}")
    }

    /// `DD-MM-YYYY`, as the documents print it.
    pub fn printed(self) -> String {
        let (y, m, d) = self.ymd();
        format!("{d:02}-{m:02}-{y:04}")
    }

    /// The last second of this day in WIB, as seconds since 1970-01-01T00:00:00Z: when a document valid
    /// until this date expires.
    pub fn end_of_day_wib(self) -> i64 {
        (i64::from(self.0) + 1) * 86_400 - WIB - 1
    }

    /// The date in WIB at that second.
    pub fn at_wib(epoch_seconds: i64) -> Option<Self> {
        Self::from_days((epoch_seconds.checked_add(WIB)?).div_euclid(86_400))
    }
}

/// `YYYY-MM-DD HH:MM WIB` of an instant in seconds since 1970-01-01T00:00:00Z, for people to read.
pub fn wib_text(epoch_seconds: i64) -> String {
    let Some(date) = Date::at_wib(epoch_seconds) else {
        return format!("@{epoch_seconds}");
    };
    let second = (epoch_seconds + WIB).rem_euclid(86_400);
    format!(
        "{} {:02}:{:02} WIB",
        date.iso(),
        second / 3600,
        second / 60 % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_round_trips() {
        let mut previous = None;
        for days in FIRST..=LAST {
            let date = Date(days);
            let (y, m, d) = date.ymd();
            assert_eq!(Date::from_ymd(y, m, d), Some(date));
            assert_eq!(Date::parse(&date.compact()), Some(date));
            assert_eq!(Date::parse(&date.iso()), Some(date));
            assert!(previous < Some((y, m, d)), "dates must ascend");
            previous = Some((y, m, d));
        }
        assert_eq!(Date(FIRST).ymd(), (1800, 1, 1));
        assert_eq!(Date(LAST).ymd(), (2199, 12, 31));
        assert_eq!(Date(0).ymd(), (1970, 1, 1));
    }

    #[test]
    fn days_the_calendar_does_not_have() {
        for text in [
            "20230229",
            "19000229",
            "20241301",
            "20240132",
            "20240100",
            "2024-1-01",
            "2024010",
            "+2024011",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert!(Date::parse("20000229").is_some());
    }

    #[test]
    fn wib_day_ends_at_17_utc() {
        let date = Date::parse("1970-01-01").unwrap();
        assert_eq!(date.end_of_day_wib(), 17 * 3600 - 1);
        assert_eq!(Date::at_wib(17 * 3600 - 1), Some(date));
        assert_eq!(wib_text(0), "1970-01-01 07:00 WIB");
    }
}
