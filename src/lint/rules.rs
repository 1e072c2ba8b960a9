//! What the form cannot say: that a payload is of the document, the office, the place and the time that it is signed for,
//! and the rules between its fields.

use super::facts::Facts;
use super::walk::Broken;
use crate::domain::document::Subject;
use credential::date::Date;
use credential::kinds::fields as f;
use credential::kinds::profiles::Profile;
use credential::kinds::{Kind, Subject as About, Validity};

/// For what a payload is to be signed.
#[derive(Debug, Clone, Copy)]
pub struct For<'a> {
    /// Of which kind.
    pub kind: &'static Kind,
    /// Claim `iss` of the office.
    pub iss: &'a str,
    /// Kode wilayah that the office may sign for, without dots.
    pub region: &'a str,
    /// Name of the status list where the place was drawn.
    pub uri: &'a str,
    /// The place.
    pub index: u32,
    /// When, epoch seconds.
    pub issued: i64,
    /// Until when.
    pub expires: Option<i64>,
    /// What it is beside that.
    pub what: What<'a>,
}

/// A whole document, or what a phone holds of it.
#[derive(Debug, Clone, Copy)]
pub enum What<'a> {
    /// A document of somebody or a family, with the number it prints.
    Document(Subject, Option<&'a str>),
    /// A credential for a phone: the whole document, or a profile's part of it.
    ForPhone(Option<&'static Profile>),
}

type Checked = Result<(), Broken>;

fn demand(holds: bool, broken: Broken) -> Checked {
    holds.then_some(()).ok_or(broken)
}

/// Whether a payload of good form is for that.
pub fn hold(facts: &Facts<'_>, under: &For<'_>) -> Checked {
    names(facts, under)?;
    region(facts, under)?;
    match under.what {
        What::Document(..) => {
            between_fields(facts)?;
            expiry(facts, under.kind)
        }
        What::ForPhone(Some(profile)) => {
            let age = facts.number(f::MIN_AGE.key) == profile.age.map(i64::from);
            let wrong = Broken::of_document(f::MIN_AGE.key, "is not the profile's age");
            demand(age, wrong)
        }
        What::ForPhone(None) => between_fields(facts),
    }
}

/// Whether a payload names office, times, place, kind, and whom or what it is for.
pub fn names(facts: &Facts<'_>, under: &For<'_>) -> Checked {
    claims(facts, under)?;
    let kind = i64::from(under.kind.number);
    let wrong = Broken::of_document(f::KIND_KEY, "is not the kind that was asked for");
    demand(facts.number(f::KIND_KEY) == Some(kind), wrong)?;
    match under.what {
        What::Document(subject, number) => subject_and_number(facts, under.kind, subject, number),
        What::ForPhone(profile) => {
            let profile = profile.map(|profile| i64::from(profile.number));
            let wrong =
                Broken::of_document(f::PROFILE.key, "is not the profile that was asked for");
            demand(facts.number(f::PROFILE.key) == profile, wrong)
        }
    }
}

fn claims(facts: &Facts<'_>, under: &For<'_>) -> Checked {
    demand(
        facts.iss == under.iss,
        Broken::new("1 (iss): is not the office's"),
    )?;
    let exp = facts.exp == under.expires && facts.exp.is_none_or(|exp| exp > facts.iat);
    demand(
        exp,
        Broken::new("4 (exp): is not what was decided, or not after iat"),
    )?;
    demand(!facts.has_nbf, Broken::new("5 (nbf): has no place here"))?;
    demand(
        facts.iat == under.issued,
        Broken::new("6 (iat): is not the time of issue"),
    )?;
    let for_phone = matches!(under.what, What::ForPhone(_));
    demand(
        facts.is_bound == for_phone && (!for_phone || facts.exp.is_some()),
        Broken::new("8 (cnf): stands in what a phone holds, with an exp, and nowhere else"),
    )?;
    let office = under.iss.strip_prefix("ID.");
    let of_office = office
        .and_then(|office| facts.uri.strip_prefix("ikd:")?.strip_prefix(office))
        .is_some_and(|shard| shard.starts_with('/'));
    let place = facts.uri == under.uri && facts.index == i64::from(under.index);
    demand(
        of_office && place,
        Broken::new("65535 (status): is not the place that was drawn in the office's list"),
    )
}

/// The region stands in the office's, and may be left out by a profile alone (the form has asked for that).
fn region(facts: &Facts<'_>, under: &For<'_>) -> Checked {
    let Some(region) = facts.text(f::REGION.key) else {
        return Ok(());
    };
    let wrong = Broken::of_document(f::REGION.key, "lies outside the office's region");
    demand(region.starts_with(under.region), wrong)
}

fn subject_and_number(
    facts: &Facts<'_>,
    kind: &Kind,
    subject: Subject,
    number: Option<&str>,
) -> Checked {
    let (key, stated) = match kind.subject {
        About::Person | About::Newborn => {
            let nik = facts.text(f::NIK.key).and_then(|nik| nik.parse().ok());
            (f::NIK.key, nik)
        }
        About::Family => {
            let number = facts.number(f::KK_NUMBER.key);
            let number = number.and_then(|number| u64::try_from(number).ok());
            (f::KK_NUMBER.key, number)
        }
        // Kept under the NIK of who reports it, whom it does not name.
        About::Event => (f::NIK.key, Some(subject.0)),
    };
    let wrong = Broken::of_document(key, "is not whom the document is for");
    demand(stated == Some(subject.0), wrong)?;
    let wrong = Broken::of_document(f::DOCUMENT_NUMBER.key, "is not the number that was drawn");
    demand(facts.text(f::DOCUMENT_NUMBER.key) == number, wrong)
}

fn between_fields(facts: &Facts<'_>) -> Checked {
    if let Some(marital) = facts.number(f::MARITAL.key) {
        let derived = match marital {
            1 => 1,
            2 | 3 => 2,
            _ => 3,
        };
        let same = facts
            .number(f::MARITAL_169.key)
            .is_none_or(|stated| stated == derived);
        let wrong = Broken::of_document(f::MARITAL_169.key, "does not follow from 27");
        demand(same, wrong)?;
    }
    let abroad = facts.text(f::OTHER_COUNTRY.key) != Some("ID");
    let wrong = Broken::of_document(f::OTHER_COUNTRY.key, "is no other country");
    demand(abroad, wrong)?;
    if let Some(members) = facts.members(f::MEMBERS.key) {
        let mut heads = members.iter().filter(|(_, is_head)| *is_head);
        let (first, second) = (heads.next(), heads.next());
        let named = first.map(|(name, _)| *name) == facts.text(f::NAME.key);
        let wrong = Broken::of_document(f::MEMBERS.key, "has not exactly one head, named in 4");
        demand(first.is_some() && second.is_none() && named, wrong)?;
    }
    Ok(())
}

/// Claim `exp` as the kind's validity wants it.
fn expiry(facts: &Facts<'_>, kind: &Kind) -> Checked {
    let day = |days: i64| Date::from_days(days).map(Date::end_of_day_wib);
    let foreign = facts.text(f::NATIONALITY.key) != Some("ID");
    let exp = facts.exp;
    let fits = match kind.validity {
        Validity::Unlimited => exp.is_none(),
        Validity::ForLifeOrItap => exp.is_some() == foreign,
        // A citizen's ends with a birthday; the day itself is not computed twice.
        Validity::ChildAge => exp.is_some(),
        Validity::UntilField(field) => exp == facts.number(field.key).and_then(day),
        Validity::Days(days) => {
            let issued = facts.number(f::ISSUE_DATE.key);
            let issued = issued.or_else(|| Some(i64::from(Date::at_wib(facts.iat)?.days())));
            exp == issued.and_then(|issued| day(issued + i64::from(days)))
        }
    };
    demand(
        fits,
        Broken::new("4 (exp): is not the end that this kind has"),
    )
}
