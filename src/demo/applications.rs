//! The demonstration's applications: at least one in every state, through the same use cases as the pages.

use super::answers;
use super::desk::{Citizen, Officer};
use crate::applications::review::{Step, step};
use crate::applications::{appointment, approve, draft, hand_over, submit};
use crate::attachments;
use crate::chance::Chance;
use crate::domain::application::{HowHanded, Stage};
use crate::domain::dossier::{People, relation_name};
use crate::domain::ids::{ApplicationId, OfficeId};
use crate::domain::kinship;
use crate::domain::officer::{Actor, OfficerRole};
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use credential::date::Date;
use credential::kinds::{Kind, Need, by_slug};
use zeroize::Zeroizing;

/// One application of the demonstration.
pub struct Filed {
    /// Its id.
    pub id: ApplicationId,
    /// What it asks for.
    pub kind: &'static Kind,
    /// Where it stands.
    pub stage: Stage,
    /// Its number, once it has one.
    pub registration: Option<String>,
    /// Its code, for a look without an account.
    pub code: Option<Zeroizing<String>>,
}

/// Which kinds end in which stage.
const PLAN: [(&str, Stage); 12] = [
    ("kk", Stage::Draft),
    ("kk", Stage::Submitted),
    ("akta-kelahiran", Stage::Submitted),
    ("ktp", Stage::UnderVerification),
    ("akta-kelahiran", Stage::NeedsCorrection),
    ("kk", Stage::Constrained),
    ("akta-kematian", Stage::InProcess),
    ("kk", Stage::Done),
    ("akta-kelahiran", Stage::Done),
    ("ktp", Stage::HandedOver),
    ("kk", Stage::Rejected),
    ("sk-pindah", Stage::Cancelled),
];

/// Files all of the plan, each by another citizen where there are enough.
pub async fn all(
    service: &Service,
    chance: &mut Chance,
    office: OfficeId,
    officers: &[Officer],
    citizens: &[Citizen],
) -> Outcome<Vec<Filed>> {
    let mut filed = Vec::new();
    for (n, (slug, stage)) in PLAN.into_iter().enumerate() {
        let kind = by_slug(slug).ok_or(Failure::Row("a kind of the demonstration"))?;
        let citizen = &citizens[n % citizens.len()];
        let subject = &citizen.person;
        filed.push(
            one(
                service, chance, office, officers, citizen, subject, kind, stage,
            )
            .await?,
        );
    }
    Ok(filed)
}

/// A small picture in place of a photographed paper.
pub fn paper(seed: u64) -> Vec<u8> {
    super::population::face(seed)
}

fn of_role(officers: &[Officer], role: OfficerRole) -> Outcome<Actor> {
    let found = officers.iter().find(|o| o.role == role);
    Ok(found
        .ok_or(Failure::Row("an officer of the demonstration"))?
        .actor)
}

/// Files one application about that person and leads it to a stage.
#[allow(clippy::too_many_arguments, reason = "both sides of the counter")]
pub async fn one(
    service: &Service,
    chance: &mut Chance,
    office: OfficeId,
    officers: &[Officer],
    citizen: &Citizen,
    subject: &Person,
    kind: &'static Kind,
    stage: Stage,
) -> Outcome<Filed> {
    let paper = Paper {
        filer: Actor::Citizen(citizen.account),
        me: &citizen.person,
        family: &citizen.family,
        subject,
        email: Some("warga@contoh.id"),
        kind,
        stage,
    };
    file(service, chance, office, officers, paper).await
}

/// What is filed, by whom, about whom.
pub struct Paper<'a> {
    /// Who files it.
    pub filer: Actor,
    /// Who applies.
    pub me: &'a Person,
    /// Everybody in the applicant's family card.
    pub family: &'a [Person],
    /// Whom it is about.
    pub subject: &'a Person,
    /// Where notices go, if anywhere.
    pub email: Option<&'a str>,
    /// What is applied for.
    pub kind: &'static Kind,
    /// Where it ends.
    pub stage: Stage,
}

/// Files an application and leads it to its stage.
pub async fn file(
    service: &Service,
    chance: &mut Chance,
    office: OfficeId,
    officers: &[Officer],
    paper: Paper<'_>,
) -> Outcome<Filed> {
    let Paper {
        filer: actor,
        me,
        family,
        subject,
        email,
        kind,
        stage,
    } = paper;
    let today = Date::at_wib(service.clock.now()).ok_or(Failure::Row("the clock"))?;
    let answers = answers::of(kind, subject, family, today);
    let relation = kinship::relation(me, subject, kind, today);
    let role = relation
        .applicant(kind)
        .or_else(|| relation.with_paper(kind));
    let role = role.or(kind.filing.applicants.first().copied());
    let people = People {
        applicant_nik: Some(me.nik.to_string()),
        applicant_name: Some(me.nama.clone()),
        relation: role.map(|role| relation_name(role).to_string()),
        subject_nik: Some(subject.nik.to_string()),
        nomor_kk: Some(subject.nomor_kk.to_string()),
        email: email.map(str::to_string),
        ..People::default()
    };
    let mut tx = service.db.begin().await?;
    let a = draft::start(service, &mut tx, chance, actor, office, kind, people, None).await?;
    draft::save(service, &mut tx, chance, actor, a.id, 1, |d| {
        d.answers = answers
    })
    .await?;
    tx.commit().await?;
    let delegated = role.is_some_and(crate::domain::dossier::is_delegated);
    for attachment in kind.filing.attachments {
        let needed = match attachment.need {
            Need::Always => true,
            Need::Delegated => delegated,
            Need::When(_) => false,
        };
        if needed {
            let bytes = self::paper(u64::from(kind.number));
            attachments::add(service, chance, actor, a.id, attachment.slug, bytes).await?;
        }
    }
    let mut filed = Filed {
        id: a.id,
        kind,
        stage,
        registration: None,
        code: None,
    };
    if stage != Stage::Draft {
        lead(service, chance, officers, actor, &mut filed).await?;
        if kind.filing.in_person && stage == Stage::UnderVerification {
            book(service, chance, actor, a.id).await?;
        }
    }
    Ok(filed)
}

/// Books the first free half hour.
async fn book(
    service: &Service,
    chance: &mut Chance,
    citizen: Actor,
    id: ApplicationId,
) -> Outcome<()> {
    let mut tx = service.db.begin().await?;
    let (_, days) = appointment::free(service, &mut tx, citizen, id).await?;
    let mut slots = days.iter().flat_map(|day| &day.slots);
    if let Some(slot) = slots.find(|slot| slot.free > 0) {
        appointment::book(service, &mut tx, chance, citizen, id, slot.starts).await?;
    }
    tx.commit().await
}

/// Leads a draft to its stage.
async fn lead(
    service: &Service,
    chance: &mut Chance,
    officers: &[Officer],
    citizen: Actor,
    filed: &mut Filed,
) -> Outcome<()> {
    let operator = of_role(officers, OfficerRole::Operator)?;
    let verifier = of_role(officers, OfficerRole::Verifier)?;
    let signer = of_role(officers, OfficerRole::Signer)?;
    let id = filed.id;
    let mut tx = service.db.begin().await?;
    let done = submit::submit(service, &mut tx, chance, citizen, id).await?;
    filed.registration = done
        .application
        .state
        .receipt()
        .map(|r| r.registration.to_string());
    filed.code = done.code;
    let say = |text: &str| text.to_string();
    let steps: Vec<(Actor, Step)> = match filed.stage {
        Stage::UnderVerification => vec![(operator, Step::Take)],
        Stage::NeedsCorrection => vec![
            (operator, Step::Take),
            (
                operator,
                Step::AskCorrection(say(
                    "Foto surat kelahiran buram. Mohon foto ulang sampai semua tulisan terbaca.",
                )),
            ),
        ],
        Stage::Constrained => vec![(
            operator,
            Step::Constrain(say(
                "Server pusat sedang tidak dapat dihubungi. Permohonan dilanjutkan begitu pulih.",
            )),
        )],
        Stage::InProcess | Stage::Done | Stage::HandedOver => {
            vec![(operator, Step::Take), (verifier, Step::Pass)]
        }
        Stage::Rejected => vec![
            (verifier, Step::Take),
            (
                verifier,
                Step::Reject(say(
                    "Kartu Keluarga yang dilampirkan bukan milik keluarga ini. Silakan ajukan lagi dengan KK yang benar.",
                )),
            ),
        ],
        _ => Vec::new(),
    };
    for (actor, next) in steps {
        step(service, &mut tx, chance, actor, id, next).await?;
    }
    if filed.stage == Stage::Cancelled {
        hand_over::cancel(service, &mut tx, chance, citizen, id).await?;
    }
    tx.commit().await?;
    if matches!(filed.stage, Stage::Done | Stage::HandedOver) {
        approve::approve(service, chance, signer, id).await?;
    }
    if filed.stage == Stage::HandedOver {
        let mut tx = service.db.begin().await?;
        let how = HowHanded::Collected;
        hand_over::hand_over(service, &mut tx, chance, operator, id, how, true, true).await?;
        tx.commit().await?;
    }
    Ok(())
}
