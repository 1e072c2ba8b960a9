//! What a person's age, sex and schooling make likely: education, occupation, blood type.

use super::dice::Dice;

/// Education code by age and year of birth.
pub(super) fn education(dice: &mut Dice, age: i32, born: i32) -> u8 {
    let shares: &[(u32, u8)] = match (age, born) {
        (..7, _) => return 1,
        (7..13, _) => return 2,
        (13..16, _) => return 3,
        (16..19, _) => &[(90, 4), (10, 3)],
        (19..23, _) => &[(78, 5), (12, 4), (4, 3), (3, 6), (3, 7)],
        (_, ..1960) => &[
            (12, 1),
            (18, 2),
            (32, 3),
            (12, 4),
            (18, 5),
            (1, 6),
            (2, 7),
            (4, 8),
            (1, 9),
        ],
        (_, 1960..1985) => &[
            (2, 1),
            (6, 2),
            (22, 3),
            (18, 4),
            (34, 5),
            (2, 6),
            (4, 7),
            (10, 8),
            (2, 9),
        ],
        _ => &[
            (5, 2),
            (45, 3),
            (130, 4),
            (510, 5),
            (20, 6),
            (70, 7),
            (190, 8),
            (26, 9),
            (4, 10),
        ],
    };
    dice.weighted(shares)
}

/// Blood type code; most records say unknown.
pub(super) fn blood(dice: &mut Dice) -> u8 {
    dice.weighted(&[
        (560, 13),
        (100, 1),
        (112, 2),
        (32, 3),
        (148, 4),
        (11, 5),
        (1, 6),
        (12, 7),
        (1, 8),
        (4, 9),
        (1, 10),
        (16, 11),
        (2, 12),
    ])
}

/// Occupations of few people, of which any may occur: crafts, arts, media, health, village government.
const RARE: &[u8] = &[
    10, 13, 14, 17, 21, 22, 24, 25, 28, 29, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 44, 46, 47, 63,
    66, 67, 68, 69, 70, 71, 76, 77, 78, 79, 80, 82, 83, 85, 86,
];

/// Occupation code.
pub(super) fn occupation(
    dice: &mut Dice,
    age: i32,
    sex: u8,
    faith: u8,
    education: u8,
    ever_married: bool,
) -> u8 {
    match age {
        ..6 => return 1,
        6..16 => return 3,
        16..18 => return if dice.chance(930) { 3 } else { 1 },
        18..24 if !ever_married && dice.chance(600) => return 3,
        _ => {}
    }
    if sex == 2 && ever_married && dice.chance(560) {
        return 2;
    }
    if age >= 60 {
        let resting: &[(u32, u8)] = if education >= 5 {
            &[(60, 4), (15, 1), (25, 88)]
        } else {
            &[(45, 1), (25, 19), (20, 84), (10, 9)]
        };
        if dice.chance(650) {
            return dice.weighted(resting);
        }
    }
    if dice.chance(35) {
        return dice.pick(RARE);
    }
    if dice.chance(4) {
        return match faith {
            1 => dice.pick(&[45, 41]),
            2 => 42,
            3 if sex == 2 && !ever_married => 87,
            3 if !ever_married => 43,
            _ => 89,
        };
    }
    let shares: &[(u32, u8)] = match education {
        8.. => &[
            (300, 15),
            (170, 5),
            (120, 65),
            (170, 88),
            (50, 16),
            (25, 64),
            (30, 72),
            (20, 18),
            (15, 75),
            (15, 6),
            (10, 69),
            (10, 70),
            (20, 71),
            (45, 1),
        ],
        6..8 => &[
            (400, 15),
            (80, 5),
            (60, 74),
            (50, 73),
            (40, 16),
            (170, 88),
            (40, 18),
            (30, 7),
            (90, 1),
        ],
        5 => &[
            (420, 15),
            (210, 88),
            (70, 19),
            (45, 84),
            (25, 81),
            (20, 6),
            (20, 7),
            (40, 18),
            (25, 12),
            (15, 8),
            (15, 30),
            (95, 1),
        ],
        _ => &[
            (280, 19),
            (190, 88),
            (120, 84),
            (90, 15),
            (60, 81),
            (45, 9),
            (40, 20),
            (30, 26),
            (25, 27),
            (25, 23),
            (15, 30),
            (10, 11),
            (10, 89),
            (60, 1),
        ],
    };
    dice.weighted(shares)
}
