//! Appointments: half-hour slots within opening hours, each for so many people; who comes, who does not.

use super::calendar::Calendar;
use super::ids::{ApplicationId, AppointmentId, OfficeId, OfficerId};
use super::policy::SlotRule;
use credential::date::Date;
use credential::lang::{Lang, Text};

/// Length of a slot in seconds.
pub const SLOT: i64 = 30 * 60;

/// Somebody expected at the office for an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// What for.
    pub application: ApplicationId,
    /// Where.
    pub office: OfficeId,
    /// When the slot begins, epoch seconds.
    pub starts: i64,
    /// Which of the slot's places, from 0. No two appointments of an office have the same slot and seat.
    pub seat: u16,
    /// What came of it.
    pub state: Meeting,
    /// When it was booked.
    pub created: i64,
}

/// What came of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    /// Expected.
    Booked,
    /// Came; seen by that officer.
    Kept(OfficerId),
    /// Did not come; noted by that officer.
    Missed(OfficerId),
    /// Given up or moved before; the place is free again.
    Cancelled,
}

impl Meeting {
    /// Its name in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Kept(_) => "kept",
            Self::Missed(_) => "missed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The officer who noted it.
    pub fn officer(self) -> Option<OfficerId> {
        match self {
            Self::Kept(officer) | Self::Missed(officer) => Some(officer),
            Self::Booked | Self::Cancelled => None,
        }
    }

    /// From its name and the officer.
    pub fn parse(name: &str, officer: Option<OfficerId>) -> Option<Self> {
        match (name, officer) {
            ("booked", None) => Some(Self::Booked),
            ("cancelled", None) => Some(Self::Cancelled),
            ("kept", Some(officer)) => Some(Self::Kept(officer)),
            ("missed", Some(officer)) => Some(Self::Missed(officer)),
            _ => None,
        }
    }
}

/// Why an appointment cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotFault {
    /// The kind is not one for which people come.
    NotInPerson,
    /// No slot of the office begins then.
    NoSlot,
    /// It begins within the hour, or has begun.
    TooSoon,
    /// Further ahead than the office allows.
    TooFar,
    /// Every place is taken.
    Full,
    /// There is none to move, give up or note.
    None,
    /// Not its day yet, or not its time.
    NotYet,
}

impl SlotFault {
    /// Its name in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotInPerson => "not_in_person",
            Self::NoSlot => "no_slot",
            Self::TooSoon => "too_soon",
            Self::TooFar => "too_far",
            Self::Full => "full",
            Self::None => "none",
            Self::NotYet => "not_yet",
        }
    }

    /// What is wrong and what to do.
    pub fn words(self, lang: Lang) -> &'static str {
        let (id, en) = match self {
            Self::NotInPerson => (
                "dokumen ini tidak memerlukan kedatangan",
                "this document needs no visit",
            ),
            Self::NoSlot => (
                "kantor tidak melayani pada jam itu. Pilih jam lain.",
                "the office has no appointments at that time. Choose another one.",
            ),
            Self::TooSoon => (
                "jam itu sudah terlalu dekat atau lewat. Pilih jam lain.",
                "that time is too near or over. Choose another one.",
            ),
            Self::TooFar => (
                "hari itu belum dibuka. Pilih hari yang lebih dekat.",
                "that day is not open yet. Choose a nearer one.",
            ),
            Self::Full => (
                "jam itu baru saja penuh. Pilih jam lain.",
                "that time has just become full. Choose another one.",
            ),
            Self::None => ("tidak ada janji temu", "there is no appointment"),
            Self::NotYet => (
                "belum waktunya: kedatangan dicatat pada harinya",
                "not yet: who comes is noted on the day itself",
            ),
        };
        Text { id, en }.get(lang)
    }
}

/// When the slots of a day begin; none on a day the office is closed.
pub fn slots(calendar: &Calendar, day: Date) -> Vec<i64> {
    let Some(hours) = calendar.hours(day) else {
        return Vec::new();
    };
    let midnight = calendar.bounds(day).0;
    let (opens, closes) = (
        i64::from(hours.opens()) * 60,
        i64::from(hours.closes()) * 60,
    );
    let first = opens.div_euclid(SLOT) * SLOT;
    let first = if first < opens { first + SLOT } else { first };
    (0..)
        .map(|n| first + n * SLOT)
        .take_while(|at| at + SLOT <= closes)
        .map(|at| midnight + at)
        .collect()
}

/// The days on which one may book, today first; days without slots are left out.
pub fn days(calendar: &Calendar, rule: SlotRule, now: i64) -> Vec<Date> {
    let today = i64::from(calendar.day(now).days());
    (0..=i64::from(rule.days_ahead))
        .filter_map(|ahead| Date::from_days(today + ahead))
        .filter(|day| {
            let slots = slots(calendar, *day);
            slots.iter().any(|at| in_time(*at, now))
        })
        .collect()
}

/// An hour is left to come.
fn in_time(starts: i64, now: i64) -> bool {
    starts >= now + 3600
}

/// Whether a slot may be booked now, as far as its time goes.
pub fn bookable(
    calendar: &Calendar,
    rule: SlotRule,
    starts: i64,
    now: i64,
) -> Result<(), SlotFault> {
    if !in_time(starts, now) {
        return Err(SlotFault::TooSoon);
    }
    let last = i64::from(calendar.day(now).days()) + i64::from(rule.days_ahead);
    // Asked before any reckoning with it: the number is the client's.
    if starts > now + 400 * 86_400 || i64::from(calendar.day(starts).days()) > last {
        return Err(SlotFault::TooFar);
    }
    if !slots(calendar, calendar.day(starts)).contains(&starts) {
        return Err(SlotFault::NoSlot);
    }
    Ok(())
}

/// The lowest free seat of a slot, given the seats that are taken.
pub fn free_seat(rule: SlotRule, taken: &[u16]) -> Result<u16, SlotFault> {
    let seats = 0..rule.per_half_hour;
    let free = seats.into_iter().find(|seat| !taken.contains(seat));
    free.ok_or(SlotFault::Full)
}

impl Appointment {
    /// Notes that the person came: on the day of the appointment or later. A no-show that was noted too early is
    /// mended by this.
    pub fn keep(self, calendar: &Calendar, by: OfficerId, now: i64) -> Result<Self, SlotFault> {
        match self.state {
            Meeting::Booked | Meeting::Missed(_)
                if calendar.day(now) >= calendar.day(self.starts) =>
            {
                Ok(Self {
                    state: Meeting::Kept(by),
                    ..self
                })
            }
            Meeting::Booked | Meeting::Missed(_) => Err(SlotFault::NotYet),
            Meeting::Kept(_) | Meeting::Cancelled => Err(SlotFault::None),
        }
    }

    /// Notes that the person did not come: once the slot has begun.
    pub fn miss(self, by: OfficerId, now: i64) -> Result<Self, SlotFault> {
        match self.state {
            Meeting::Booked | Meeting::Kept(_) if now >= self.starts => Ok(Self {
                state: Meeting::Missed(by),
                ..self
            }),
            Meeting::Booked | Meeting::Kept(_) => Err(SlotFault::NotYet),
            Meeting::Missed(_) | Meeting::Cancelled => Err(SlotFault::None),
        }
    }

    /// Gives the place up.
    pub fn cancel(self) -> Result<Self, SlotFault> {
        match self.state {
            Meeting::Booked => Ok(Self {
                state: Meeting::Cancelled,
                ..self
            }),
            Meeting::Kept(_) | Meeting::Missed(_) | Meeting::Cancelled => Err(SlotFault::None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Friday 2026-11-27, 10:10 WIB.
    const NOW: i64 = 1_795_749_000;

    fn friday() -> Date {
        Date::parse("2026-11-27").unwrap()
    }

    #[test]
    fn slots_fill_the_opening_hours_and_no_more() {
        let calendar = Calendar::default();
        let all = slots(&calendar, friday());
        assert_eq!(all.len(), 16);
        assert_eq!(all[0], calendar.bounds(friday()).0 + 8 * 3600);
        assert_eq!(all[15] + SLOT, calendar.bounds(friday()).0 + 16 * 3600);
        assert!(slots(&calendar, Date::parse("2026-11-28").unwrap()).is_empty());
        let mut odd = calendar.clone();
        odd.week[4] = super::super::calendar::Hours::parse("08:10-09:50");
        let odd = slots(&odd, friday());
        assert_eq!(
            odd.len(),
            2,
            "08:30 and 09:00; 09:30 would end after closing"
        );
    }

    #[test]
    fn only_a_slot_ahead_of_now_and_within_reach_is_bookable() {
        let calendar = Calendar::default();
        let rule = SlotRule {
            per_half_hour: 2,
            days_ahead: 3,
        };
        assert_eq!(calendar.day(NOW), friday());
        let at =
            |day: &str, minutes: i64| calendar.bounds(Date::parse(day).unwrap()).0 + minutes * 60;
        let ask = |starts| bookable(&calendar, rule, starts, NOW);
        assert_eq!(ask(at("2026-11-27", 11 * 60 + 30)), Ok(()));
        assert_eq!(ask(at("2026-11-27", 11 * 60)), Err(SlotFault::TooSoon));
        assert_eq!(ask(at("2026-11-27", 11 * 60 + 31)), Err(SlotFault::NoSlot));
        assert_eq!(
            ask(at("2026-11-28", 9 * 60)),
            Err(SlotFault::NoSlot),
            "Saturday"
        );
        assert_eq!(ask(at("2026-11-30", 9 * 60)), Ok(()));
        assert_eq!(ask(at("2026-12-01", 9 * 60)), Err(SlotFault::TooFar));
        assert_eq!(ask(i64::MAX), Err(SlotFault::TooFar));
        assert_eq!(ask(i64::MIN), Err(SlotFault::TooSoon));
        let days = days(&calendar, rule, NOW);
        assert_eq!(days, [friday(), Date::parse("2026-11-30").unwrap()]);
    }

    #[test]
    fn a_seat_is_given_once() {
        let rule = SlotRule {
            per_half_hour: 3,
            days_ahead: 1,
        };
        assert_eq!(free_seat(rule, &[0, 2]), Ok(1));
        assert_eq!(free_seat(rule, &[0, 1, 2]), Err(SlotFault::Full));
    }
}
