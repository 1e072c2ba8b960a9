//! People of one household while it is being put together.

use super::dice::Dice;
use super::life;
use super::name_lists::FOREIGN;
use super::names::{self, Group, Line};
use super::regions::{Area, Origin, Village, dead_code, moved_from};
use credential::date::Date;
use credential::document::Country;

/// A NIK that does not say what the record says: the record was corrected later, the NIK stays (Permendagri 108/2019
/// Ps 15(3)).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Nikwise {
    Agrees,
    OtherDate,
    OtherSex,
}

/// A person without numbers and address yet.
pub(super) struct Draft {
    pub(super) line: Line,
    pub(super) name: String,
    pub(super) sex: u8,
    pub(super) born: Date,
    pub(super) education: u8,
    pub(super) job: u8,
    pub(super) blood: u8,
    pub(super) marital: u8,
    pub(super) marital_date: Option<Date>,
    pub(super) relation: u8,
    pub(super) father: Option<String>,
    pub(super) mother: Option<String>,
    pub(super) origin: Origin,
    pub(super) citizen: Country,
    pub(super) nikwise: Nikwise,
    /// The younger twin of the draft before.
    pub(super) twin: bool,
}

/// Names of father and mother.
pub(super) type Parents = (Option<String>, Option<String>);

/// A household in the making.
pub(super) struct Household<'a> {
    pub(super) dice: &'a mut Dice,
    pub(super) today: Date,
    pub(super) area: &'static Area,
    pub(super) village: &'static Village,
    pub(super) members: Vec<Draft>,
}

/// Relation codes.
pub(super) const HEAD: u8 = 1;
pub(super) const CHILD: u8 = 4;

/// The same day `years` later (earlier where negative); 29 February becomes the 28th.
pub(super) fn years_after(date: Date, years: i32) -> Date {
    let (y, m, d) = date.ymd();
    let same = Date::from_ymd(y + years, m, d);
    same.or_else(|| Date::from_ymd(y + years, m, 28))
        .unwrap_or(date)
}

/// Completed years of age.
pub(super) fn age(born: Date, today: Date) -> i32 {
    let (y, m, d) = born.ymd();
    let (ty, tm, td) = today.ymd();
    ty - y - i32::from((tm, td) < (m, d))
}

impl Household<'_> {
    /// A day of birth of somebody who is `years` old today.
    pub(super) fn born(&mut self, years: i32) -> Date {
        let last = years_after(self.today, -years);
        let first = Date::from_days(i64::from(years_after(last, -1).days()) + 1).unwrap_or(last);
        let born = self.dice.day(first, last);
        let (year, ..) = born.ymd();
        // An unknown day is registered as 1 January; among the old that is common.
        let unknown = match year {
            ..1955 => 90,
            1955..1975 => 35,
            1975..1990 => 8,
            _ => 0,
        };
        match Date::from_ymd(year, 1, 1) {
            Some(new_year) if self.dice.chance(unknown) => new_year,
            _ => born,
        }
    }

    /// A person with everything but family ties; returned, not yet a member.
    pub(super) fn person(&mut self, line: Line, sex: u8, born: Date, order: usize) -> Draft {
        let (year, ..) = born.ymd();
        let age = age(born, self.today);
        let education = life::education(self.dice, age, year);
        let name = names::name(self.dice, &line, sex, year, order);
        let name = names::with_titles(self.dice, name, &line, sex, year, age, education);
        let (origin, citizen) = match line.group {
            Group::Foreign(country) => {
                let (code, _, _, cities) = FOREIGN[usize::from(country)];
                let origin = Origin {
                    prefix: self.village.prefix(),
                    city: self.dice.pick(cities),
                };
                (origin, Country::parse(code).unwrap_or(Country::INDONESIA))
            }
            _ => (self.origin(age, year), Country::INDONESIA),
        };
        Draft {
            line,
            name,
            sex,
            born,
            education,
            job: life::occupation(self.dice, age, sex, line.faith, education, false),
            blood: life::blood(self.dice),
            marital: 1,
            marital_date: None,
            relation: 9,
            father: None,
            mother: None,
            origin,
            citizen,
            nikwise: match self.dice.below(1000) {
                0..4 => Nikwise::OtherDate,
                4..6 => Nikwise::OtherSex,
                _ => Nikwise::Agrees,
            },
            twin: false,
        }
    }

    /// Where somebody was first registered: children mostly here, adults often elsewhere.
    fn origin(&mut self, age: i32, year: i32) -> Origin {
        let moved = match age {
            ..10 => 40,
            10..18 => 90,
            _ => 340,
        };
        if age >= 18 && year < 2005 && self.dice.chance(6) {
            return dead_code(self.dice);
        }
        if self.dice.chance(moved) {
            return moved_from(self.dice);
        }
        let here = self.village.prefix();
        // Moves within the city change the address, not the NIK.
        let place = self.dice.below(self.area.villages.len() as u32) as usize;
        let other = self.area.villages[place].prefix();
        let prefix = if self.dice.chance(if age < 18 { 800 } else { 450 }) {
            here
        } else {
            other
        };
        Origin {
            prefix,
            city: self.area.city,
        }
    }

    /// Makes a draft a member.
    pub(super) fn join(&mut self, mut draft: Draft, relation: u8, parents: Parents) -> usize {
        draft.relation = relation;
        (draft.father, draft.mother) = parents;
        self.members.push(draft);
        self.members.len() - 1
    }

    /// Father and mother of somebody, as drafts: members where they live here, else names only.
    pub(super) fn parents_of(&mut self, line: Line, born: Date) -> (Draft, Draft) {
        let (year, ..) = born.ymd();
        let mothers_age = self.dice.range(18, 38);
        let mother_born = self.ancestor_birth(born, mothers_age);
        let gap = mothers_age + self.dice.range(-2, 9);
        let father_born = self.ancestor_birth(born, gap.max(18));
        let father = self.person(line, 1, father_born, year.unsigned_abs() as usize);
        let mut mother_line = Line::new(self.dice, line.group);
        mother_line.faith = line.faith;
        if line.group == Group::Minang {
            mother_line.clan = line.clan;
        }
        let mother = self.person(
            mother_line,
            2,
            mother_born,
            mothers_age.unsigned_abs() as usize,
        );
        (father, mother)
    }

    fn ancestor_birth(&mut self, child: Date, years: i32) -> Date {
        let last = years_after(child, -years);
        self.dice.day(years_after(last, -1), last)
    }

    /// Parents' names of somebody whose parents live elsewhere.
    pub(super) fn parents_elsewhere(&mut self, line: Line, born: Date) -> Parents {
        let (father, mother) = self.parents_of(line, born);
        (Some(father.name), Some(mother.name))
    }

    /// Sets a marital status, and anew the occupation, which depends on it.
    pub(super) fn set_marital(&mut self, who: usize, marital: u8, date: Option<Date>) {
        let today = self.today;
        let m = &mut self.members[who];
        m.marital = marital;
        m.marital_date = date;
        m.job = life::occupation(
            self.dice,
            age(m.born, today),
            m.sex,
            m.line.faith,
            m.education,
            true,
        );
    }

    /// Marries two members before `latest`, mostly registered.
    pub(super) fn marry(&mut self, a: usize, b: usize, latest: Date) {
        let grown = years_after(self.members[a].born.max(self.members[b].born), 18);
        // Late children, or none, do not make the marriage a late one.
        let latest = latest.min(years_after(grown, 14));
        let earliest = grown.max(years_after(latest, -6));
        let day = self.dice.day(earliest.min(latest), latest);
        // An unregistered marriage has no date on the record, and some old ones lack it.
        let (marital, date) = match self.dice.below(1000) {
            0..65 => (3, None),
            65..130 => (2, None),
            _ => (2, Some(day)),
        };
        self.set_marital(a, marital, date);
        self.set_marital(b, marital, date);
    }

    /// `count` days of birth between `first` and `last`, ten months or more apart and ascending; fewer where that
    /// time is too short.
    pub(super) fn births(&mut self, first: Date, last: Date, count: usize) -> Vec<Date> {
        const APART: i32 = 310;
        let span = last.days() - first.days();
        let count = count.min((span / APART + 1).max(0) as usize);
        let slack = span - (count as i32 - 1).max(0) * APART;
        let mut offsets: Vec<i32> = (0..count).map(|_| self.dice.range(0, slack)).collect();
        offsets.sort_unstable();
        let days = offsets
            .iter()
            .zip(0..)
            .map(|(offset, n)| first.days() + offset + n * APART);
        days.filter_map(|day| Date::from_days(i64::from(day)))
            .collect()
    }
}

/// Names with the titles that cards show.
pub(super) fn titles(home: &mut Household<'_>, husband: &mut Draft, wife: &mut Draft, line: &Line) {
    let bare = |home: &mut Household<'_>, sex| names::name(home.dice, line, sex, 1968, 0);
    let hajj = if line.faith == 1 {
        ["H. ", "HJ. "]
    } else {
        ["", ""]
    };
    husband.name = match home.dice.below(2) {
        0 => format!("DR. IR. {}{}, M.KOM", hajj[0], bare(home, 1)),
        _ => format!("DR. DRS. {}{}, M.KOM", hajj[0], bare(home, 1)),
    };
    wife.name = format!("{}{}, S.PD", hajj[1], bare(home, 2));
    (husband.education, wife.education) = (10, 8);
}
