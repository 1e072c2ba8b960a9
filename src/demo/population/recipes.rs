//! Which families a population is made of: their sizes, and the special ones that every demonstration needs.

use super::dice::Dice;
use super::names::Group::{self, *};

/// What is special about a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    /// Nothing.
    Plain,
    /// Two of the children are twins of one sex, with adjacent NIK serials.
    Twins,
    /// A child is named with exactly 60 characters.
    LongName,
    /// The head's NIK begins with a code of a kecamatan that is no more.
    DeadCode,
    /// The head's NIK has another date of birth than the record.
    OtherDate,
    /// The head's NIK is that of the other sex.
    OtherSex,
    /// A citizen married to a foreigner with a permanent stay permit.
    Mixed,
    /// Foreigners with permanent stay permits only.
    Foreigners,
    /// Head divorced without a registered divorce.
    Divorced,
    /// Married without a registered marriage.
    Unregistered,
    /// A wife heads the family; her spouse is listed as husband.
    WifeHeads,
    /// The couple's parents and a parent-in-law live with them.
    Elders,
    /// Learned couple with many titles.
    Titled,
    /// The head was born on a day nobody knows: 1 January.
    UnknownDay,
}

/// One family to be made.
#[derive(Clone, Copy)]
pub(super) struct Recipe {
    pub(super) size: usize,
    /// Its people and religion, where they matter.
    pub(super) group: Option<(Group, u8)>,
    pub(super) special: Special,
}

const fn recipe(size: usize, group: Option<(Group, u8)>, special: Special) -> Recipe {
    Recipe {
        size,
        group,
        special,
    }
}

/// Families that any population of about a thousand has: every people, every religion, every oddity, every size.
const CERTAIN: &[Recipe] = &[
    recipe(1, None, Special::Plain),
    recipe(15, None, Special::Plain),
    recipe(5, Some((Sunda, 1)), Special::Twins),
    recipe(3, Some((Jawa, 1)), Special::Mixed),
    recipe(4, Some((Bali, 4)), Special::Plain),
    recipe(4, Some((Batak, 2)), Special::LongName),
    recipe(3, Some((Papua, 2)), Special::DeadCode),
    recipe(3, Some((Sunda, 1)), Special::Titled),
    recipe(2, Some((Jawa, 7)), Special::OtherDate),
    recipe(3, Some((Tionghoa, 6)), Special::Plain),
    recipe(2, Some((Minang, 1)), Special::OtherSex),
    recipe(3, Some((Foreign(0), 2)), Special::Foreigners),
    recipe(2, Some((Sunda, 1)), Special::Divorced),
    recipe(3, Some((Bugis, 1)), Special::Unregistered),
    recipe(3, Some((Dayak, 3)), Special::WifeHeads),
    recipe(2, Some((Tionghoa, 5)), Special::Plain),
    recipe(2, Some((Jawa, 1)), Special::UnknownDay),
    recipe(9, None, Special::Plain),
    recipe(12, None, Special::Plain),
    recipe(8, None, Special::Elders),
    recipe(10, None, Special::Twins),
];

/// How often families have that many members, per mille; the mean is 3.7.
const SIZES: &[(u32, usize)] = &[
    (105, 1),
    (165, 2),
    (225, 3),
    (250, 4),
    (135, 5),
    (58, 6),
    (28, 7),
    (15, 8),
    (8, 9),
    (4, 10),
    (3, 11),
    (2, 12),
    (1, 13),
    (1, 14),
    (1, 15),
];

/// Oddities of ordinary families, per mille.
const ODD: &[(u32, Special)] = &[
    (920, Special::Plain),
    (15, Special::Twins),
    (1, Special::LongName),
    (8, Special::DeadCode),
    (8, Special::Mixed),
    (3, Special::Foreigners),
    (14, Special::Divorced),
    (15, Special::WifeHeads),
    (6, Special::Titled),
    (10, Special::UnknownDay),
];

/// Families with `people` members together, in random order. Small populations have as many of the certain ones as
/// fit a third of them.
pub(super) fn plan(dice: &mut Dice, people: usize) -> Vec<Recipe> {
    let mut plan = Vec::new();
    let mut left = people;
    for recipe in CERTAIN {
        if people - left + recipe.size <= people / 3 {
            left -= recipe.size;
            plan.push(*recipe);
        }
    }
    while left > 0 {
        let size = dice.weighted(SIZES).min(left);
        let special = dice.weighted(ODD);
        left -= size;
        plan.push(recipe(size, None, special));
    }
    dice.shuffle(&mut plan);
    plan
}
