//! Puts families together: couples, children, parents, in-laws, grandchildren, others.

use super::household::{CHILD, Draft, HEAD, Household, Nikwise, age, titles, years_after};
use super::name_lists::FOREIGN;
use super::names::{self, Group, Line};
use super::recipes::{Recipe, Special};
use super::regions::dead_code;
use credential::date::Date;

/// Blood relatives and others who may fill up a large household.
const OTHERS: &[(u32, u8)] = &[(860, 9), (90, 10), (50, 11)];

/// Fills the household with exactly the recipe's number of members.
pub(super) fn fill(home: &mut Household<'_>, recipe: &Recipe) {
    let foreign = Group::Foreign(home.dice.below(FOREIGN.len() as u32) as u8);
    let (group, faith) = match recipe.group {
        _ if recipe.special == Special::Foreigners => (foreign, None),
        Some((group, faith)) => (group, Some(faith)),
        None => (home.dice.weighted(home.area.groups), None),
    };
    let mut line = Line::new(home.dice, group);
    line.faith = faith.unwrap_or(line.faith);
    let single = match recipe.special {
        Special::Divorced => true,
        Special::Plain | Special::DeadCode | Special::UnknownDay => {
            home.dice.chance(match recipe.size {
                2 => 420,
                3 => 110,
                _ => 50,
            })
        }
        _ => false,
    };
    match recipe.size {
        1 => alone(home, line, recipe),
        _ if single => one_parent(home, line, recipe),
        _ => couple(home, line, recipe, foreign),
    }
    while home.members.len() < recipe.size {
        other(home);
    }
}

/// Applies a recipe's oddity to the head, before children take their parents' names from it.
fn mark_head(home: &mut Household<'_>, head: usize, special: Special) {
    let m = &mut home.members[head];
    match special {
        Special::DeadCode => m.origin = dead_code(home.dice),
        Special::OtherDate => m.nikwise = Nikwise::OtherDate,
        Special::OtherSex => m.nikwise = Nikwise::OtherSex,
        Special::UnknownDay => {
            let (year, ..) = m.born.ymd();
            m.born = Date::from_ymd(year, 1, 1).unwrap_or(m.born);
        }
        _ => {}
    }
}

/// Somebody who lives alone: young and never married, divorced, or an old widow or widower.
fn alone(home: &mut Household<'_>, line: Line, recipe: &Recipe) {
    let (marital, years) = match recipe.special {
        Special::Divorced => (5, home.dice.range(26, 60)),
        _ => home
            .dice
            .weighted(&[(50, (1, 24)), (12, (1, 41)), (13, (4, 44)), (25, (6, 68))]),
    };
    let years = years + home.dice.range(-6, 9);
    let sex = if home.dice.chance(if marital == 6 { 250 } else { 560 }) {
        1
    } else {
        2
    };
    let born = home.born(years);
    let order = home.dice.below(4) as usize;
    let head = home.person(line, sex, born, order);
    let parents = home.parents_elsewhere(line, born);
    home.join(head, HEAD, parents);
    ended_marriage(home, 0, marital);
    mark_head(home, 0, recipe.special);
}

/// Sets a divorce or widowhood; a registered divorce has its date.
fn ended_marriage(home: &mut Household<'_>, who: usize, marital: u8) {
    if marital == 1 {
        return;
    }
    let grown = years_after(home.members[who].born, 21).min(home.today);
    let date = home
        .dice
        .day(grown.max(years_after(home.today, -25)), home.today);
    home.set_marital(who, marital, (marital == 4).then_some(date));
}

/// A mother or father without spouse, and children.
fn one_parent(home: &mut Household<'_>, line: Line, recipe: &Recipe) {
    let marital = match recipe.special {
        Special::Divorced => 5,
        _ => home.dice.weighted(&[(35, 4), (8, 5), (57, 6)]),
    };
    let children = (recipe.size - 1).min(6);
    let sex = if home.dice.chance(220) { 1 } else { 2 };
    let years = home.dice.range(24 + 3 * children as i32, 62);
    let born = home.born(years);
    let order = home.dice.below(4) as usize;
    let head = home.person(line, sex, born, order);
    let parents = home.parents_elsewhere(line, born);
    let head = home.join(head, HEAD, parents);
    mark_head(home, head, recipe.special);
    ended_marriage(home, head, marital);
    // The absent parent is a name on the children's rows.
    let absent_born = home.born(years + 2);
    let absent_line = Line {
        clan: home.dice.below(1 << 20),
        ..line
    };
    let absent = home.person(absent_line, 3 - sex, absent_born, 1);
    let own = home.members[head].name.clone();
    let (father, mother, child_line) = if sex == 1 {
        (own, absent.name, line)
    } else {
        (absent.name, own, Line::child_of(absent_line, line))
    };
    let born = home.members[head].born;
    children_of(
        home,
        child_line,
        &father,
        &mother,
        (born, children),
        recipe.special,
    );
}

/// A married couple; with them children, or a larger household.
fn couple(home: &mut Household<'_>, line: Line, recipe: &Recipe, foreign: Group) {
    let with_elders = recipe.special == Special::Elders;
    let extended = !with_elders && (recipe.size >= 8 || recipe.size >= 5 && home.dice.chance(220));
    let children = match recipe.size {
        2 => 0,
        3 => 1,
        _ if with_elders => 2,
        n if extended => home.dice.range(2, (n as i32 - 2).min(7)) as usize,
        n => (n - 2)
            .saturating_sub(usize::from(home.dice.chance(170)))
            .max(1),
    };
    let fewest = 21 + 3 * children as i32;
    let years = match (extended, recipe.size) {
        (true, _) => home.dice.range(51, 63),
        (_, 2) => home.dice.range(20, 76),
        _ if with_elders => home.dice.range(fewest, 45),
        _ => home.dice.range(fewest, 56.max(fewest + 4)),
    };
    let wife_born = home.born(years);
    let older = home.dice.range(-2, 8);
    let husband_born = home.born((years + older).max(20));
    let mut wife_line = if home.dice.chance(820) || recipe.group.is_some() {
        Line::new(home.dice, line.group)
    } else {
        let group = home.dice.weighted(home.area.groups);
        Line::new(home.dice, group)
    };
    let mut husband_line = line;
    if recipe.special == Special::Mixed {
        let one = if home.dice.chance(700) {
            &mut husband_line
        } else {
            &mut wife_line
        };
        *one = Line {
            group: foreign,
            ..line
        };
    }
    // Marriages are registered within one religion.
    wife_line.faith = line.faith;
    let (his_order, her_order) = (home.dice.below(4) as usize, home.dice.below(4) as usize);
    let mut husband = home.person(husband_line, 1, husband_born, his_order);
    let mut wife = home.person(wife_line, 2, wife_born, her_order);
    if recipe.special == Special::Titled {
        titles(home, &mut husband, &mut wife, &husband_line);
    }
    let (his_father, his_mother) = home.parents_of(husband_line, husband_born);
    let (her_father, her_mother) = home.parents_of(wife_line, wife_born);
    let his = (Some(his_father.name.clone()), Some(his_mother.name.clone()));
    let hers = (Some(her_father.name.clone()), Some(her_mother.name.clone()));
    // A foreigner cannot head the family of a citizen.
    let wife_heads = recipe.special == Special::WifeHeads
        || recipe.special == Special::Mixed && matches!(husband_line.group, Group::Foreign(_));
    let (h, w) = if wife_heads {
        let w = home.join(wife, HEAD, hers);
        (home.join(husband, 2, his), w)
    } else {
        (home.join(husband, HEAD, his), home.join(wife, 3, hers))
    };
    mark_head(home, 0, recipe.special);
    // Neither was a child when the eldest was born.
    let born = home.members[w].born.max(home.members[h].born);
    let (father, mother) = (home.members[h].name.clone(), home.members[w].name.clone());
    let child_line = Line::child_of(husband_line, wife_line);
    let first = home.members.len();
    children_of(
        home,
        child_line,
        &father,
        &mother,
        (born, children),
        recipe.special,
    );
    let latest = home
        .members
        .get(first)
        .map_or(home.today, |eldest| eldest.born);
    home.marry(h, w, years_after(latest, if children > 0 { -1 } else { 0 }));
    if recipe.special == Special::Unregistered {
        home.set_marital(h, 3, None);
        home.set_marital(w, 3, None);
    }
    if extended {
        let eldest = first..home.members.len();
        for child in eldest.take(2) {
            young_family(home, child, recipe.size);
        }
    }
    let elders = if wife_heads {
        [(her_father, 7), (her_mother, 7), (his_mother, 8)]
    } else {
        [(his_father, 7), (his_mother, 7), (her_mother, 8)]
    };
    old_people(home, elders, recipe.size, recipe.special);
}

/// Children at home of parents of whom the younger was born on that day, youngest last.
fn children_of(
    home: &mut Household<'_>,
    line: Line,
    father: &str,
    mother: &str,
    (born, count): (Date, usize),
    special: Special,
) {
    if count == 0 {
        return;
    }
    let last = years_after(born, 43).min(home.today);
    let earliest = years_after(born, 20);
    // Grown children have mostly left: the eldest at home is rarely over 28.
    let at_home = years_after(home.today, -28);
    let room = last.days() - at_home.days() > 500 * count as i32;
    let first = if room && count < 5 {
        earliest.max(at_home)
    } else {
        earliest
    };
    let days = home.births(first, last, count);
    let mut twin_next = false;
    for (order, born) in days.iter().enumerate() {
        let twin = twin_next;
        let sex = if twin {
            home.members[home.members.len() - 1].sex
        } else {
            1 + home.dice.below(2) as u8
        };
        let born = if twin {
            home.members[home.members.len() - 1].born
        } else {
            *born
        };
        let mut child = home.person(line, sex, born, order);
        // A child is a citizen where one parent is.
        if special != Special::Foreigners && matches!(line.group, Group::Foreign(_)) {
            child.citizen = credential::document::Country::INDONESIA;
            child.origin.city = home.area.city;
        }
        if twin {
            let elder = &home.members[home.members.len() - 1];
            (child.origin, child.twin, child.nikwise) = (elder.origin, true, Nikwise::Agrees);
        }
        twin_next = special == Special::Twins && order == 0 && days.len() > 1;
        if twin_next {
            child.nikwise = Nikwise::Agrees;
        }
        if special == Special::LongName && order == 0 {
            child.name = names::longest(home.dice, &child.name, &line, sex);
        }
        let grown = age(born, home.today) >= 25;
        let child = home.join(child, CHILD, (Some(father.into()), Some(mother.into())));
        if grown && home.dice.chance(60) {
            ended_marriage(home, child, 4);
        }
    }
}

/// A spouse and children for a grown child who stayed: menantu and cucu.
fn young_family(home: &mut Household<'_>, child: usize, size: usize) {
    let left = size - home.members.len();
    let Draft {
        line, sex, born, ..
    } = home.members[child];
    let years = age(born, home.today);
    if left == 0 || years < 22 || home.members[child].twin {
        return;
    }
    let mut in_law_line = Line::new(home.dice, line.group);
    in_law_line.faith = line.faith;
    let in_law_years = (years + home.dice.range(-2, 3)).max(21);
    let in_law_born = home.born(in_law_years);
    let in_law = home.person(in_law_line, 3 - sex, in_law_born, 1);
    let parents = home.parents_elsewhere(in_law_line, in_law_born);
    let in_law = home.join(in_law, 5, parents);
    let count = home.dice.range(0, (left as i32 - 1).min(4)) as usize;
    let (husband, wife) = if sex == 1 {
        (child, in_law)
    } else {
        (in_law, child)
    };
    let younger = home.members[wife].born.max(home.members[husband].born);
    let first = years_after(younger, 20);
    let days = home.births(first.min(home.today), home.today, count);
    let latest = days.first().map_or(home.today, |day| years_after(*day, -1));
    home.marry(child, in_law, latest);
    let line = Line::child_of(home.members[husband].line, home.members[wife].line);
    let (father, mother) = (
        home.members[husband].name.clone(),
        home.members[wife].name.clone(),
    );
    for (order, born) in days.into_iter().enumerate() {
        let sex = 1 + home.dice.below(2) as u8;
        let grandchild = home.person(line, sex, born, order);
        home.join(grandchild, 6, (Some(father.clone()), Some(mother.clone())));
    }
}

/// Parents of the couple who live with it, while there is room.
fn old_people(home: &mut Household<'_>, elders: [(Draft, u8); 3], size: usize, special: Special) {
    let mut widowed = true;
    for (elder, relation) in elders {
        // People become very old on paper too, but not in every house.
        let likely = if special == Special::Elders {
            1000
        } else {
            600
        };
        let alive = age(elder.born, home.today) < 96 && home.dice.chance(likely);
        if home.members.len() >= size || !alive {
            continue;
        }
        let parents = home.parents_elsewhere(elder.line, elder.born);
        let (line, sex) = (elder.line, elder.sex);
        let elder = home.join(elder, relation, parents);
        let before = elder - 1;
        let couple = relation == 7
            && sex == 2
            && line.faith == home.members[before].line.faith
            && home.members[before].relation == 7;
        if couple {
            home.set_marital(before, 2, None);
            home.set_marital(elder, 2, None);
            widowed = false;
        }
        if widowed || !couple {
            home.set_marital(elder, 6, None);
        }
    }
}

/// Another relative, a domestic worker or somebody else, to fill the household up.
fn other(home: &mut Household<'_>) {
    let relation = home.dice.weighted(OTHERS);
    let head = &home.members[0];
    let mut line = head.line;
    if relation != 9 || matches!(line.group, Group::Foreign(_)) {
        let group = home.dice.weighted(home.area.groups);
        line = Line::new(home.dice, group);
    }
    let years = if relation == 9 {
        home.dice.range(1, 58)
    } else {
        home.dice.range(19, 50)
    };
    let born = home.born(years);
    let sex = 1 + u8::from(relation == 10 || home.dice.chance(500));
    let order = home.dice.below(4) as usize;
    let mut person = home.person(line, sex, born, order);
    if relation == 10 {
        person.job = 23;
    }
    let parents = home.parents_elsewhere(line, born);
    home.join(person, relation, parents);
}
