//! What a phone of a person may show: the person's own card and the family's, each whole and in the parts that purposes
//! need.

use crate::domain::document::{Document as Issued, State, Subject};
use crate::domain::person::Person;
use crate::domain::subset::{self, Source};
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::{Tx, documents};
use crate::trust;
use credential::Policy;
use credential::date::Date;
use credential::document::{Document, Face, Value};
use credential::kinds::fields as f;
use credential::kinds::profiles::PROFILES;
use credential::kinds::{KIA, KK, KTP, Kind};
use credential::status_source::NoStatus;

/// A credential that the phone is to have.
pub(super) struct Wish {
    /// The document that it shows.
    pub of: Issued,
    /// Claim 95; 0 for the whole document.
    pub purpose: u8,
    /// What it says.
    pub content: Document<'static>,
}

/// The documents of a person that are in force now: the card and the family card.
pub(super) async fn in_force(
    service: &Service,
    tx: &mut Tx,
    person: &Person,
) -> Outcome<Vec<Issued>> {
    let now = service.clock.now();
    let own = Subject(person.nik.as_u64());
    let family = Subject(person.nomor_kk.as_u64());
    let cards: [(&'static Kind, Subject); 3] = [(&KTP, own), (&KIA, own), (&KK, family)];
    let mut found = Vec::new();
    for (kind, subject) in cards {
        let document = documents::in_force(tx, kind, subject).await?;
        let in_force = document.filter(|d| {
            matches!(d.state, State::Active(_)) && d.expires.is_none_or(|end| now <= end)
        });
        found.extend(in_force);
    }
    Ok(found)
}

/// Everything that a phone of that person is to have. `portrait` was taken at the counter at that second; the photo of
/// a KTP-el that was issued later counts more.
pub(super) async fn wishes(
    service: &Service,
    tx: &mut Tx,
    person: &Person,
    portrait: Option<(Face<'static>, i64)>,
) -> Outcome<Vec<Wish>> {
    let now = service.clock.now();
    let today = Date::at_wib(now).ok_or(Failure::Row("the clock"))?;
    let (_, trust) = trust::current(tx).await?;
    let mut wishes = Vec::new();
    for of in in_force(service, tx, person).await? {
        let Some(signed) = of.state.signed() else {
            continue;
        };
        // The status is that of the row above; here only the signed content is read.
        let verdict = credential::verify(&signed.text, &trust, &NoStatus, now, &Policy::default());
        let Some(credential) = verdict.credential() else {
            return Err(Failure::NotVerified(verdict.reason()));
        };
        let claims = credential.claims();
        let document = claims.document();
        let document = document.ok_or(Failure::Row("a signed document"))?;
        let source = Source {
            document,
            issued: of.issued,
        };
        wishes.push(Wish {
            purpose: 0,
            content: subset::whole(source)?,
            of: of.clone(),
        });
        let printed = match document.get(&f::FACE) {
            Some(Value::Face(face)) => Some((face, of.issued)),
            _ => None,
        };
        let taken = portrait.as_ref().map(|(face, at)| (face, *at));
        let newest = [printed, taken]
            .into_iter()
            .flatten()
            .max_by_key(|(_, at)| *at);
        let face = newest.map(|(face, _)| face);
        for profile in PROFILES.iter().filter(|profile| profile.kind == of.kind) {
            let content = subset::part(profile, source, person, face, today)?;
            wishes.extend(content.map(|content| Wish {
                of: of.clone(),
                purpose: profile.number,
                content,
            }));
        }
    }
    Ok(wishes)
}

/// The slug of a purpose by its number; none for the whole document.
pub(super) fn slug(purpose: u8) -> Option<&'static str> {
    let found = PROFILES.iter().find(|profile| profile.number == purpose);
    found.map(|profile| profile.slug)
}
