//! A synthetic population for demonstrations and tests. Nobody in it is real.
//!
//! The same seed, number and date give the same people on every platform.

mod addresses;
mod dice;
mod faces;
mod families;
mod household;
mod life;
// One list of words after another: formatted they would fill a thousand lines.
#[rustfmt::skip]
mod name_lists;
mod names;
mod numbers;
mod recipes;
mod regions;

pub use faces::face;

use crate::domain::person::Person;
use credential::date::Date;
use credential::document::Country;
use dice::Dice;
use household::{Draft, Household, Nikwise, years_after};
use names::Group;
use numbers::Numbers;
use recipes::{Recipe, Special};
use regions::Area;

/// Exactly `people` persons in whole families, family by family. From about 300 people on, every kind of oddity that
/// real records have is among them.
pub fn generate(seed: u64, people: usize, today: Date) -> Vec<Person> {
    let mut dice = Dice::new(seed);
    let plan = recipes::plan(&mut dice, people);
    let mut numbers = Numbers::default();
    let mut persons = Vec::with_capacity(people);
    for recipe in &plan {
        let area = place(&mut dice, recipe);
        let village = dice.below(area.villages.len() as u32) as usize;
        let mut home = Household {
            today,
            area,
            village: &area.villages[village],
            members: Vec::with_capacity(recipe.size),
            dice: &mut dice,
        };
        families::fill(&mut home, recipe);
        persons.append(&mut register(home, &mut numbers));
    }
    every_blood_type(&mut dice, &mut persons);
    persons
}

/// Balinese families live in Bali more often than the shares of the offices would have it.
fn place(dice: &mut Dice, recipe: &Recipe) -> &'static Area {
    match (recipe.group, recipe.special) {
        (Some((Group::Bali, _)), _) => regions::second_office(),
        // What demonstrations need is at the office that demonstrates.
        (Some(_), _) | (None, Special::Foreigners | Special::Mixed) => regions::home_office(),
        _ => regions::area(dice),
    }
}

/// Gives a household its numbers and address.
fn register(home: Household<'_>, numbers: &mut Numbers) -> Vec<Person> {
    let Household {
        dice,
        today,
        area,
        village,
        members,
    } = home;
    let alamat = addresses::address(dice, area.provinsi == "BALI");
    let (rt, rw) = (dice.range(1, 12) as u16, dice.range(1, 18) as u16);
    let kode_pos = (!dice.chance(60)).then_some(village.postal);
    let adult = years_after(members[0].born, 18);
    let founded = members[0].marital_date.unwrap_or(adult);
    // Numbers of this form exist since SIAK; a newer one when the family changed its head.
    let first = Date::from_ymd(2005, 1, 1)
        .map_or(founded, |siak| siak.max(founded))
        .min(today);
    let registered = dice.day(first, today);
    let nomor_kk = numbers.kk(dice, village.prefix(), registered);
    let mut persons = Vec::with_capacity(members.len());
    for draft in members {
        let nik = nik(dice, numbers, &draft);
        let permit = permit(dice, today, &draft);
        let (no_paspor, no_kitap, berlaku_hingga) = permit;
        persons.push(Person {
            nik,
            nomor_kk,
            nama: draft.name,
            tempat_lahir: draft.origin.city.to_string(),
            tanggal_lahir: draft.born,
            jenis_kelamin: draft.sex,
            golongan_darah: draft.blood,
            agama: draft.line.faith,
            status_perkawinan: draft.marital,
            tanggal_perkawinan: draft.marital_date,
            pekerjaan: draft.job,
            pendidikan: draft.education,
            shdk: draft.relation,
            kewarganegaraan: draft.citizen,
            no_paspor,
            no_kitap,
            berlaku_hingga,
            ayah: draft.father,
            ibu: draft.mother,
            alamat: alamat.clone(),
            rt,
            rw,
            kode_pos,
            kode_wilayah: village.kode(),
            kelurahan: village.name.to_string(),
            kecamatan: village.district.to_string(),
            kabupaten: area.kabupaten.to_string(),
            provinsi: area.provinsi.to_string(),
        });
    }
    persons
}

fn nik(dice: &mut Dice, numbers: &mut Numbers, draft: &Draft) -> credential::ids::Nik {
    let (born, sex) = match draft.nikwise {
        Nikwise::Agrees => (draft.born, draft.sex),
        Nikwise::OtherDate => (years_after(draft.born, dice.pick(&[-2, -1, 1])), draft.sex),
        Nikwise::OtherSex => (draft.born, 3 - draft.sex),
    };
    numbers.nik(dice, draft.origin.prefix, born, sex, draft.twin)
}

/// Passport, KITAP and its last day, for foreigners.
fn permit(
    dice: &mut Dice,
    today: Date,
    draft: &Draft,
) -> (Option<String>, Option<String>, Option<Date>) {
    if draft.citizen == Country::INDONESIA {
        return (None, None, None);
    }
    let letter = |dice: &mut Dice| char::from(b'A' + dice.below(26) as u8);
    let passport = format!(
        "{}{}{:07}",
        letter(dice),
        letter(dice),
        dice.below(10_000_000)
    );
    let kitap = format!(
        "2D{}{:02}JE{:04}-{}",
        dice.range(1, 4),
        dice.range(11, 99),
        dice.below(10_000),
        letter(dice)
    );
    let first = years_after(today, 1);
    let until = dice.day(first, years_after(today, 5));
    (Some(passport), Some(kitap), Some(until))
}

/// The rarest blood types are rarer than one in a thousand: whichever is missing goes to an adult without one.
fn every_blood_type(dice: &mut Dice, persons: &mut [Person]) {
    const UNKNOWN: u8 = 13;
    if persons.len() < 300 {
        return;
    }
    for blood in 1..UNKNOWN {
        if persons.iter().all(|p| p.golongan_darah != blood) {
            let start = dice.below(persons.len() as u32) as usize;
            let (before, after) = persons.split_at_mut(start);
            let unknown = after
                .iter_mut()
                .chain(before)
                .find(|p| p.golongan_darah == UNKNOWN);
            if let Some(person) = unknown {
                person.golongan_darah = blood;
            }
        }
    }
}

#[cfg(test)]
mod tests;
