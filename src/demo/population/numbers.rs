//! NIK and KK numbers: region, date, and the next serial of that day.

use super::dice::Dice;
use credential::date::Date;
use credential::ids::{Nik, NomorKk};
use std::collections::HashMap;

/// The serials given so far, by the twelve digits before them.
#[derive(Default)]
pub(super) struct Numbers {
    nik: HashMap<u64, u64>,
    kk: HashMap<u64, u64>,
}

/// `RRRRRR DDMMYY` with the day raised for women.
fn stem(prefix: &str, date: Date, woman: bool) -> u64 {
    let (year, month, day) = date.ymd();
    let region: u64 = prefix.parse().expect("prefixes are six digits");
    let day = u64::from(day) + if woman { 40 } else { 0 };
    region * 1_000_000
        + day * 10_000
        + u64::from(month) * 100
        + u64::from(year.unsigned_abs() % 100)
}

/// The next serial of that stem. Others who are not in this population were registered that day as well, except
/// between twins.
fn next(dice: &mut Dice, given: &mut HashMap<u64, u64>, stem: u64, adjacent: bool) -> u64 {
    let others = if adjacent || dice.chance(650) {
        0
    } else {
        u64::from(dice.below(6))
    };
    let serial = given.entry(stem).or_default();
    *serial += 1 + others;
    stem * 10_000 + *serial
}

impl Numbers {
    /// A NIK never given before; `adjacent` follows the one given last for the same day, place and sex.
    pub(super) fn nik(
        &mut self,
        dice: &mut Dice,
        prefix: &str,
        born: Date,
        sex: u8,
        adjacent: bool,
    ) -> Nik {
        let stem = stem(prefix, born, sex == 2);
        let number = next(dice, &mut self.nik, stem, adjacent);
        Nik::from_u64(number).expect("region, date and serial are well-formed")
    }

    /// A KK number never given before.
    pub(super) fn kk(&mut self, dice: &mut Dice, prefix: &str, registered: Date) -> NomorKk {
        let number = next(dice, &mut self.kk, stem(prefix, registered, false), false);
        NomorKk::from_u64(number).expect("region, date and serial are well-formed")
    }
}
