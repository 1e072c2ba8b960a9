//! From people to payloads: what each is entitled to, by the rules of issuing one by one.

use super::lease::Lease;
use crate::chance::Chance;
use crate::domain::content::{self, Refused};
use crate::domain::document::Subject;
use crate::domain::ids::{ApplicationId, DocumentId};
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome};
use crate::issue::desk::Desk;
use crate::issue::size::Sizing;
use crate::lint::{self, For, Passed, What};
use crate::store::bulk_documents;
use crate::store::register::Register;
use crate::store::{Tx, population};
use credential::date::Date;
use credential::kinds::{Kind, Subject as About};
use std::collections::{BTreeMap, HashMap};

/// Who a document may be for, and everybody in their family card where the kind needs them.
struct Unit {
    subject: Subject,
    members: Vec<Person>,
}

/// A chunk's people, and who of them has the kind in force.
pub struct People {
    units: Vec<Unit>,
    /// Whose row of the register, or that of one of their family, does not count.
    altered: i64,
    in_force: HashMap<i64, DocumentId>,
}

/// Reads a chunk's people.
pub async fn people(
    tx: &mut Tx,
    register: &Register<'_>,
    kind: &Kind,
    lease: &Lease,
) -> Outcome<People> {
    let range = &lease.chunk.range;
    let found: Vec<Option<Unit>> = if kind.subject == About::Family {
        let families = population::families(tx, register, range).await?.into_iter();
        let unit = |members: Vec<Person>| {
            let subject = Subject(members.first()?.nomor_kk.as_u64());
            Some(Unit { subject, members })
        };
        families.map(|family| family.ok().and_then(unit)).collect()
    } else {
        let people = population::people(tx, register, range).await?.into_iter();
        let unit = |person: Person| Unit {
            subject: Subject(person.nik.as_u64()),
            members: vec![person],
        };
        people.map(|person| person.ok().map(unit)).collect()
    };
    let all = found.len();
    let units: Vec<Unit> = found.into_iter().flatten().collect();
    Ok(People {
        altered: (all - units.len()) as i64,
        units,
        in_force: HashMap::new(),
    })
}

impl People {
    /// Looks up who of them has the kind in force, in a transaction that goes by indexes.
    pub async fn look_up(&mut self, tx: &mut Tx, kind: &Kind) -> Outcome<()> {
        let subjects: Vec<i64> = self
            .units
            .iter()
            .map(|unit| unit.subject.0 as i64)
            .collect();
        self.in_force = bulk_documents::in_force(tx, kind, &subjects).await?;
        Ok(())
    }
}

/// A document before it is signed.
pub struct Draft {
    /// Its id.
    pub id: DocumentId,
    /// NIK or KK number.
    pub subject: Subject,
    /// Index in the chunk's status list.
    pub index: u32,
    /// Claim `exp`.
    pub expires: Option<i64>,
    /// The exact payload.
    pub claims: Passed,
    /// A KK with the core columns of its members alone.
    pub core_only: bool,
    /// The document it replaces.
    pub replaces: Option<DocumentId>,
    /// Number printed on a letter or deed.
    pub number: Option<String>,
    /// The application that asked for it.
    pub application: Option<ApplicationId>,
}

/// What a chunk's people get.
#[derive(Default)]
pub struct Composed {
    /// Claim `iat` of all.
    pub issued: i64,
    /// Who gets one.
    pub drafts: Vec<Draft>,
    /// Who has one in force.
    pub skipped: i64,
    /// Who gets none, by the rule.
    pub refused: BTreeMap<String, i64>,
}

/// Composes the payloads of a chunk. Ids and indexes ascend in the order of people, indexes in the list's secret order.
pub fn compose(
    kind: &'static Kind,
    supersede: bool,
    lease: &Lease,
    desk: &Desk,
    people: People,
    millis: i64,
    chance: &mut Chance,
) -> Outcome<Composed> {
    let now = millis.div_euclid(1000);
    let today = Date::at_wib(now).ok_or(Failure::Row("the clock"))?;
    let mut composed = Composed {
        issued: now,
        ..Composed::default()
    };
    let absent = lease.chunk.persons - people.units.len() as i64 - people.altered;
    if people.altered > 0 {
        let count = people.altered;
        tracing::error!(
            count,
            "people refused: the register's rows were not written by this service"
        );
        let rule = Failure::Altered("persons").to_string();
        composed.refused.insert(rule, people.altered);
    }
    if kind.subject == About::Person && absent > 0 {
        composed.refused.insert(ABSENT.into(), absent);
    }
    let mut random = vec![0; 8 * people.units.len()];
    chance.fill(&mut random);
    let mut random = random.as_chunks::<8>().0.iter();
    for unit in people.units {
        let replaces = people.in_force.get(&(unit.subject.0 as i64)).copied();
        if replaces.is_some() && !supersede {
            composed.skipped += 1;
            continue;
        }
        let n = composed.drafts.len();
        let (Ok(number), Some(random)) = (u16::try_from(n), random.next()) else {
            return Err(Failure::Row("bulk_chunks.persons"));
        };
        // More people than when it was planned: their places are not reserved; the next job has them.
        if n as i64 >= lease.chunk.persons {
            *composed.refused.entry(LATER.into()).or_default() += 1;
            continue;
        }
        let index = desk.order.index(lease.places.first + u32::from(number));
        match payload(
            kind,
            desk,
            &lease.places.uri,
            &unit,
            index,
            now,
            today,
            chance,
        ) {
            Ok((claims, expires, core_only)) => composed.drafts.push(Draft {
                id: DocumentId::nth(millis, number, *random),
                subject: unit.subject,
                index,
                expires,
                claims,
                core_only,
                replaces,
                number: None,
                application: None,
            }),
            Err(failure) => {
                let rule = rule(failure)?;
                *composed.refused.entry(rule).or_default() += 1;
            }
        }
    }
    Ok(composed)
}

const ABSENT: &str = "does not live here any more";
pub(super) const LATER: &str = "moved here after the job was planned; plan another one";

#[allow(clippy::too_many_arguments, reason = "one call, no state between them")]
fn payload(
    kind: &'static Kind,
    desk: &Desk,
    uri: &str,
    unit: &Unit,
    index: u32,
    now: i64,
    today: Date,
    chance: &mut Chance,
) -> Outcome<(Passed, Option<i64>, bool)> {
    let anchor = unit
        .members
        .first()
        .ok_or(Failure::Row("a unit of nobody"))?;
    let content = content::card(kind, anchor, &unit.members, None, today);
    let content = content.map_err(|refused| match refused {
        Refused::NotEntitled(rule) => Failure::NotEntitled(rule),
        Refused::Content(e) => Failure::NotADocument(e),
    })?;
    if !content.region.lies_in(desk.office.region.as_str()) {
        return Err(Failure::OutsideRegion);
    }
    let sizing = Sizing {
        kid: desk.key.kid,
        iss: desk.office.iss.as_str(),
        uri,
        index,
        iat: now,
        holder: None,
    };
    let (payload, core_only) = sizing.fit(content.document, content.expires, chance)?;
    let under = For {
        kind,
        iss: desk.office.iss.as_str(),
        region: desk.office.region.as_str(),
        uri,
        index,
        issued: now,
        expires: payload.expires,
        what: What::Document(unit.subject, None),
    };
    let passed = lint::examine(payload.payload, &under)?;
    Ok((passed, payload.expires, core_only))
}

/// Why somebody gets none, in the words of issuing one by one; anything else ends the chunk.
pub(super) fn rule(failure: Failure) -> Outcome<String> {
    match failure {
        Failure::NotEntitled(_)
        | Failure::NotADocument(_)
        | Failure::Lint(_)
        | Failure::TooLarge
        | Failure::OutsideRegion => Ok(failure.to_string()),
        other => Err(other),
    }
}
