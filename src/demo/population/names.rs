//! Names as cards print them, by people (suku), faith, sex and generation.
//!
//! What a child inherits follows custom: a Batak marga, a Papuan or Chinese-Indonesian family name and a Balinese
//! caste from the father, a Minang suku from the mother; Javanese and Sundanese have no family name, and older people
//! often have one word only.

use super::dice::Dice;
use super::name_lists::*;

/// A people, as far as its names differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Jawa,
    Sunda,
    Minang,
    Batak,
    Bali,
    Bugis,
    Dayak,
    Papua,
    Tionghoa,
    /// A foreigner; the number is the place in [`FOREIGN`].
    Foreign(u8),
}

/// What a person's name depends on and a child inherits.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) group: Group,
    /// Religion code.
    pub(super) faith: u8,
    /// Marga, suku, surname or caste: a number that each people reads in its own list.
    pub(super) clan: u32,
}

/// Religion codes with which Muslim names go.
const ISLAM: u8 = 1;

impl Line {
    /// A line of that people, with its faiths in realistic shares.
    pub(super) fn new(dice: &mut Dice, group: Group) -> Self {
        let faiths: &[(u32, u8)] = match group {
            Group::Jawa => &[(920, 1), (34, 2), (28, 3), (2, 4), (6, 5), (10, 7)],
            Group::Sunda => &[(982, 1), (6, 2), (4, 3), (8, 7)],
            Group::Minang | Group::Bugis => &[(1000, 1)],
            Group::Batak => &[(640, 2), (140, 3), (215, 1), (5, 7)],
            Group::Bali => &[(940, 4), (25, 1), (20, 2), (10, 3), (5, 5)],
            Group::Dayak => &[(420, 2), (300, 3), (220, 1), (60, 7)],
            Group::Papua => &[(740, 2), (220, 3), (40, 1)],
            Group::Tionghoa => &[(330, 2), (260, 3), (300, 5), (80, 6), (30, 1)],
            Group::Foreign(_) => &[(300, 1), (300, 2), (250, 3), (50, 4), (100, 5)],
        };
        Self {
            group,
            faith: dice.weighted(faiths),
            clan: dice.below(1 << 20),
        }
    }

    /// The line of the child of these two.
    pub(super) fn child_of(father: Self, mother: Self) -> Self {
        let matrilineal = father.group == Group::Minang && mother.group == Group::Minang;
        Self {
            clan: if matrilineal {
                mother.clan
            } else {
                father.clan
            },
            ..father
        }
    }

    fn clan_name(&self) -> &'static str {
        let list = match self.group {
            Group::Batak => MARGA,
            Group::Minang => SUKU,
            Group::Papua => PAPUA_FAMILY,
            Group::Tionghoa => TIONGHOA_FAMILY,
            Group::Dayak => DAYAK_FAMILY,
            Group::Foreign(country) => FOREIGN[usize::from(country)].2,
            _ => return "",
        };
        list[self.clan as usize % list.len()]
    }
}

/// A person's name without titles. `order` counts the children of one mother from 0.
pub(super) fn name(dice: &mut Dice, line: &Line, sex: u8, born: i32, order: usize) -> String {
    let (mut words, clan) = match line.group {
        Group::Bali if line.faith == 4 => return balinese(dice, line, sex, order),
        Group::Foreign(country) => {
            let (_, given, ..) = FOREIGN[usize::from(country)];
            let first = dice.pick(given[usize::from(sex - 1)]);
            (vec![first], line.clan_name())
        }
        // Most Minang, and many Dayak and Chinese-Indonesians with old names, go without it.
        Group::Minang => (common(dice, line, sex, born), with(dice, 250, line)),
        Group::Dayak => (common(dice, line, sex, born), with(dice, 600, line)),
        Group::Batak | Group::Papua | Group::Tionghoa => {
            (common(dice, line, sex, born), line.clan_name())
        }
        _ => (common(dice, line, sex, born), ""),
    };
    // A family name behind one or two given names is the rule.
    if !clan.is_empty() {
        words.truncate(2);
        words.push(clan);
    }
    words.join(" ")
}

fn with(dice: &mut Dice, per_mille: u32, line: &Line) -> &'static str {
    if dice.chance(per_mille) {
        line.clan_name()
    } else {
        ""
    }
}

/// One to four given names.
fn common(dice: &mut Dice, line: &Line, sex: u8, born: i32) -> Vec<&'static str> {
    let pools = pools(line.group, sex);
    let christian = match line.group {
        Group::Tionghoa => line.faith != ISLAM,
        _ => matches!(line.faith, 2 | 3),
    };
    let old = born < 1970;
    // One word was the rule for the old and is rare for the young.
    let count = match born {
        ..1960 => dice.weighted(&[(58, 1), (40, 2), (2, 3)]),
        1960..1980 => dice.weighted(&[(27, 1), (62, 2), (11, 3)]),
        1980..2000 => dice.weighted(&[(10, 1), (62, 2), (28, 3)]),
        _ => dice.weighted(&[(2, 1), (44, 2), (46, 3), (8, 4)]),
    };
    let mut words = Vec::with_capacity(5);
    if line.faith == ISLAM && count > 1 && dice.chance(320) {
        words.push(if sex == 1 {
            dice.pick(MUSLIM_FIRST_M)
        } else {
            dice.pick(MUSLIM_FIRST_F)
        });
    } else if christian && dice.chance(850) {
        words.push(dice.pick(if sex == 1 { CHRISTIAN_M } else { CHRISTIAN_F }));
    } else if line.faith == ISLAM && dice.chance(if old { 150 } else { 380 }) {
        words.push(dice.pick(if sex == 1 { MUSLIM_M } else { MUSLIM_F }));
    } else {
        words.push(dice.pick(if old { pools.old } else { pools.first }));
    }
    while words.len() < count {
        let from = if dice.chance(650) {
            pools.second
        } else {
            pools.first
        };
        let word = dice.pick(from);
        if words.contains(&word) {
            continue;
        }
        words.push(word);
    }
    words
}

/// Balinese names tell birth order and caste: I WAYAN …, NI MADE …, IDA BAGUS ….
fn balinese(dice: &mut Dice, line: &Line, sex: u8, order: usize) -> String {
    let orders = BALI_ORDER[order % 4];
    let rank = orders[dice.below(orders.len() as u32) as usize];
    let pools = pools(Group::Bali, sex);
    let given = if dice.chance(600) {
        format!("{} {}", dice.pick(pools.first), dice.pick(pools.second))
    } else {
        dice.pick(pools.second).to_string()
    };
    let man = sex == 1;
    match line.clan % 100 {
        0..80 if man => format!("I {rank} {given}"),
        // LUH marks the first daughters of commoners.
        0..80 if order == 0 && dice.chance(500) => format!("NI LUH {rank} {given}"),
        0..80 => format!("NI {rank} {given}"),
        80..86 if man => format!("I GUSTI NGURAH {rank} {given}"),
        80..86 => format!("I GUSTI AYU {rank} {given}"),
        86..91 => format!("{} {given}", if man { "IDA BAGUS" } else { "IDA AYU" }),
        91..95 => format!("ANAK AGUNG {} {given}", if man { "GDE" } else { "ISTRI" }),
        95..98 => format!("{} {given}", if man { "DEWA GEDE" } else { "DESAK PUTU" }),
        _ => format!("COKORDA {} {given}", if man { "GDE" } else { "ISTRI" }),
    }
}

/// Adds the titles that KK and KTP-el may carry: of the hajj before, academic ones before or behind.
pub(super) fn with_titles(
    dice: &mut Dice,
    name: String,
    line: &Line,
    sex: u8,
    born: i32,
    age: i32,
    education: u8,
) -> String {
    let mut titled = name;
    if !matches!(line.group, Group::Foreign(_)) && age >= 23 {
        let shown = dice.chance(170);
        match education {
            8 if shown && born < 1968 && titled.len() < 50 => {
                let before: &[&str] = if sex == 1 {
                    &["DRS.", "IR.", "DRS."]
                } else {
                    &["DRA.", "IR."]
                };
                titled = format!("{} {titled}", dice.pick(before));
            }
            8 if shown => titled = format!("{titled}, {}", dice.pick(BACHELOR)),
            9 if shown => titled = format!("{titled}, {}", dice.pick(MASTER)),
            10 if dice.chance(500) => titled = format!("DR. {titled}, {}", dice.pick(MASTER)),
            _ => {}
        }
    }
    if line.faith == ISLAM && age >= 38 && dice.chance(70) {
        titled = format!("{} {titled}", if sex == 1 { "H." } else { "HJ." });
    }
    titled
}

/// Longest name on a document (Permendagri 73/2022 Ps 4(2)b).
pub(super) const LONGEST: usize = 60;

/// Lengthens a name to exactly [`LONGEST`] characters with further given names.
pub(super) fn longest(dice: &mut Dice, name: &str, line: &Line, sex: u8) -> String {
    let pools = pools(line.group, sex);
    let mut name = name.to_string();
    loop {
        let left = LONGEST.saturating_sub(name.len());
        // One more word of 3 to 11 letters closes the gap; longer gaps take any word first.
        if left <= 12 {
            name = match left {
                0 => name,
                4..=12 => format!("{name} {}", CLOSING[left - 4]),
                _ => format!("{name}{}", &"AHN"[..left]),
            };
            name.truncate(LONGEST);
            return name;
        }
        let word = dice.pick(pools.second);
        if left > word.len() + 4 {
            name = format!("{name} {word}");
        }
    }
}

struct Pools {
    old: &'static [&'static str],
    first: &'static [&'static str],
    second: &'static [&'static str],
}

fn pools(group: Group, sex: u8) -> Pools {
    let [old, first, second] = match (group, sex) {
        (Group::Sunda, 1) => SUNDA_M,
        (Group::Sunda, _) => SUNDA_F,
        (Group::Minang, 1) => MINANG_M,
        (Group::Minang, _) => MINANG_F,
        (Group::Batak, 1) => BATAK_M,
        (Group::Batak, _) => BATAK_F,
        (Group::Bali, 1) => BALI_M,
        (Group::Bali, _) => BALI_F,
        (Group::Bugis, 1) => BUGIS_M,
        (Group::Bugis, _) => BUGIS_F,
        (Group::Dayak, 1) => DAYAK_M,
        (Group::Dayak, _) => DAYAK_F,
        (Group::Papua, 1) => PAPUA_M,
        (Group::Papua, _) => PAPUA_F,
        (Group::Tionghoa, 1) => TIONGHOA_M,
        (Group::Tionghoa, _) => TIONGHOA_F,
        (_, 1) => JAWA_M,
        _ => JAWA_F,
    };
    Pools { old, first, second }
}
