//! An office's working time: its zone, opening hours and holidays. Pure: seconds since 1970 go in and come out.

use credential::date::Date;
use std::collections::BTreeSet;

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;
const DAY: i64 = 86_400;
/// Where no working day is found within so many days, the calendar is taken for one without any.
const HORIZON: i64 = 3_660;

/// Indonesia's three zones; none has summer time (Keppres 41/1987).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zone {
    /// Waktu Indonesia Barat, UTC+7.
    #[default]
    Wib,
    /// Waktu Indonesia Tengah, UTC+8.
    Wita,
    /// Waktu Indonesia Timur, UTC+9.
    Wit,
}

impl Zone {
    /// Every zone.
    pub const ALL: [Self; 3] = [Self::Wib, Self::Wita, Self::Wit];

    /// Seconds ahead of UTC.
    pub fn offset(self) -> i64 {
        match self {
            Self::Wib => 7 * 3600,
            Self::Wita => 8 * 3600,
            Self::Wit => 9 * 3600,
        }
    }

    /// Its abbreviation, as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wib => "WIB",
            Self::Wita => "WITA",
            Self::Wit => "WIT",
        }
    }

    /// From its abbreviation.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|zone| zone.name() == name)
    }
}

/// Opening hours of one weekday: minutes since midnight, `open < close`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    open: u16,
    close: u16,
}

impl Hours {
    /// From minutes since midnight. None unless `open < close <= 24:00`.
    pub fn new(open: u16, close: u16) -> Option<Self> {
        (open < close && close <= DAY_MINUTES).then_some(Self { open, close })
    }

    /// Parses `08:00-16:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let (open, close) = text.split_once('-')?;
        let minutes = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (minute < 60).then_some(hour * 60 + minute)
        };
        Self::new(minutes(open)?, minutes(close)?)
    }

    /// Minutes since midnight at which it opens.
    pub fn opens(self) -> u16 {
        self.open
    }

    /// Minutes since midnight at which it closes.
    pub fn closes(self) -> u16 {
        self.close
    }

    fn seconds(self) -> i64 {
        i64::from(self.close - self.open) * 60
    }
}

impl std::fmt::Display for Hours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (open, close) = (self.open, self.close);
        write!(
            f,
            "{:02}:{:02}-{:02}:{:02}",
            open / 60,
            open % 60,
            close / 60,
            close % 60
        )
    }
}

/// When an office works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Its zone.
    pub zone: Zone,
    /// Its hours, Monday first.
    pub week: [Option<Hours>; 7],
    /// National holidays and cuti bersama.
    pub holidays: BTreeSet<i32>,
}

impl Default for Calendar {
    /// Monday to Friday, 08:00 to 16:00 WIB.
    fn default() -> Self {
        let day = Hours::new(8 * 60, 16 * 60);
        Self {
            zone: Zone::Wib,
            week: [day, day, day, day, day, None, None],
            holidays: BTreeSet::new(),
        }
    }
}

impl Calendar {
    fn day_number(&self, at: i64) -> i64 {
        (at + self.zone.offset()).div_euclid(DAY)
    }

    /// The day in the office's zone. Times outside the calendar of documents count as its first or last day.
    pub fn day(&self, at: i64) -> Date {
        let days = self.day_number(at);
        let clamped = Date::from_days(days.clamp(0, 80_000));
        clamped.unwrap_or_else(|| unreachable!("0 to 80,000 days are dates"))
    }

    /// The first second of a day, and that of the next.
    pub fn bounds(&self, day: Date) -> (i64, i64) {
        let from = i64::from(day.days()) * DAY - self.zone.offset();
        (from, from + DAY)
    }

    /// Opening hours of a day; none on weekends and holidays.
    pub fn hours(&self, day: Date) -> Option<Hours> {
        self.hours_of(i64::from(day.days()))
    }

    fn hours_of(&self, day: i64) -> Option<Hours> {
        if i32::try_from(day).is_ok_and(|day| self.holidays.contains(&day)) {
            return None;
        }
        // 1970-01-01 was a Thursday.
        self.week[(day + 3).rem_euclid(7) as usize]
    }

    /// Whether the office works on that day.
    pub fn is_working_day(&self, day: Date) -> bool {
        self.hours(day).is_some()
    }

    /// Whether it is open in that second.
    pub fn is_open(&self, at: i64) -> bool {
        self.span(self.day_number(at))
            .is_some_and(|(open, close)| (open..close).contains(&at))
    }

    /// Opening and closing second of a day.
    fn span(&self, day: i64) -> Option<(i64, i64)> {
        let hours = self.hours_of(day)?;
        let midnight = day * DAY - self.zone.offset();
        let at = |minutes: u16| midnight + i64::from(minutes) * 60;
        Some((at(hours.open), at(hours.close)))
    }

    /// Seconds of a working day: the longest of the week; 8 hours where the office never opens.
    pub fn working_day_seconds(&self) -> i64 {
        let longest = self.week.iter().flatten().map(|h| h.seconds()).max();
        longest.unwrap_or(8 * 3600)
    }

    /// Working seconds in `from <= t < to`; 0 where `to` is not later.
    pub fn between(&self, from: i64, to: i64) -> i64 {
        if to <= from {
            return 0;
        }
        let days = self.day_number(from)..=self.day_number(to);
        days.filter_map(|day| self.span(day))
            .map(|(open, close)| (close.min(to) - open.max(from)).max(0))
            .sum()
    }

    /// The second at which that much working time has passed since `from`.
    ///
    /// With nothing to work, `from` itself. Where the office opens on no day of the next ten years, time counts as if
    /// it were always open, so that nothing is put off for ever by a mistake in the settings.
    pub fn due(&self, from: i64, working_seconds: i64) -> i64 {
        if working_seconds <= 0 {
            return from;
        }
        let mut left = working_seconds;
        let first = self.day_number(from);
        let mut idle = 0;
        for day in first.. {
            let Some((open, close)) = self.span(day) else {
                idle += 1;
                if idle > HORIZON {
                    return from + working_seconds;
                }
                continue;
            };
            idle = 0;
            let start = open.max(from);
            let here = (close - start).max(0);
            if left <= here {
                return start + left;
            }
            left -= here;
        }
        unreachable!("the days do not end")
    }

    /// The next second in which it is open, `at` itself where it is open now; none within ten years.
    pub fn next_opening(&self, at: i64) -> Option<i64> {
        let first = self.day_number(at);
        let mut spans = (first..first + HORIZON).filter_map(|day| self.span(day));
        spans
            .find(|(_, close)| *close > at)
            .map(|(open, _)| open.max(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Monday 2026-11-23, 08:00 WIB.
    const MONDAY: i64 = 1_795_395_600;
    const HOUR: i64 = 3600;

    #[test]
    fn a_week_of_working_time() {
        let calendar = Calendar::default();
        assert_eq!(calendar.day(MONDAY).iso(), "2026-11-23");
        assert!(calendar.is_open(MONDAY) && !calendar.is_open(MONDAY - 1));
        assert!(!calendar.is_open(MONDAY + 8 * HOUR));
        let five_days = 5 * calendar.working_day_seconds();
        assert_eq!(
            calendar.due(MONDAY, five_days),
            MONDAY + (4 * 24 + 8) * HOUR
        );
        assert_eq!(
            calendar.due(MONDAY, five_days + 1),
            MONDAY + 7 * 24 * HOUR + 1
        );
        let saturday = MONDAY + 5 * 24 * HOUR;
        assert_eq!(
            calendar.next_opening(saturday),
            Some(MONDAY + 7 * 24 * HOUR)
        );
        assert_eq!(calendar.between(saturday, saturday + 24 * HOUR), 0);
    }

    #[test]
    fn lebaran_is_no_working_time() {
        let mut calendar = Calendar::default();
        let monday = calendar.day(MONDAY).days();
        calendar.holidays.extend(monday..monday + 5);
        assert_eq!(calendar.next_opening(MONDAY), Some(MONDAY + 7 * 24 * HOUR));
        assert_eq!(calendar.between(MONDAY, MONDAY + 7 * 24 * HOUR), 0);
    }

    #[test]
    fn zones_differ_by_an_hour() {
        let wit = Calendar {
            zone: Zone::Wit,
            ..Calendar::default()
        };
        assert!(wit.is_open(MONDAY - 2 * HOUR) && !wit.is_open(MONDAY + 6 * HOUR));
    }

    #[test]
    fn an_office_that_never_opens_puts_nothing_off_for_ever() {
        let closed = Calendar {
            week: [None; 7],
            ..Calendar::default()
        };
        assert_eq!(closed.due(MONDAY, 100), MONDAY + 100);
        assert_eq!(closed.next_opening(MONDAY), None);
    }

    fn calendars() -> impl Strategy<Value = Calendar> {
        let hours = prop::option::weighted(
            0.7,
            (0u16..1439, 1u16..600)
                .prop_map(|(open, long)| Hours::new(open, (open + long).min(1440)).unwrap()),
        );
        let first = 20_000i32..22_000;
        let holidays = prop::collection::btree_set(first, 0..40);
        (prop::array::uniform7(hours), holidays, 0usize..3).prop_map(
            |(mut week, holidays, zone)| {
                week[0] = week[0].or(Hours::new(480, 960));
                Calendar {
                    zone: Zone::ALL[zone],
                    week,
                    holidays,
                }
            },
        )
    }

    proptest! {
        #[test]
        fn due_and_between_are_inverse(calendar in calendars(), from in 1_750_000_000i64..1_850_000_000, work in 1i64..2_000_000) {
            let due = calendar.due(from, work);
            prop_assert!(due > from);
            prop_assert_eq!(calendar.between(from, due), work);
            prop_assert!(calendar.between(from, due - 1) < work);
        }

        #[test]
        fn a_pause_takes_no_working_time(calendar in calendars(), from in 1_750_000_000i64..1_850_000_000, work in 2i64..500_000, stop in 0.0f64..1.0, pause in 0i64..3_000_000) {
            let due = calendar.due(from, work);
            let stopped = from + ((due - from) as f64 * stop) as i64;
            let left = calendar.between(stopped, due);
            let resumed = stopped + pause;
            let worked = calendar.between(from, stopped) + calendar.between(resumed, calendar.due(resumed, left));
            prop_assert_eq!(worked, work);
        }

        #[test]
        fn later_never_means_earlier(calendar in calendars(), from in 1_750_000_000i64..1_850_000_000, work in 1i64..500_000, more in 0i64..500_000) {
            prop_assert!(calendar.due(from, work + more) >= calendar.due(from, work));
            prop_assert!(calendar.due(from + more, work) >= calendar.due(from, work));
        }
    }
}
