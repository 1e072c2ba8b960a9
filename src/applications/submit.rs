//! Handing in: everything is checked, the citizen gets a number and a code, the office's clock begins to run.

use super::{Case, allowed_to_write, resumed, store_step, working_time};
use crate::chance::Chance;
use crate::domain::application::{Application, Cause, Due, Late, Receipt, State};
use crate::domain::completeness;
use crate::domain::ids::ApplicationId;
use crate::domain::officer::Actor;
use crate::domain::policy::Intake;
use crate::domain::registration::Registration;
use crate::domain::rights::Act;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::locks::{self, Row};
use crate::store::{Tx, applications, attachments};
use zeroize::Zeroizing;

/// Purpose of the keyed hash of a receipt's code.
pub const CODE: &str = "applications.code";
const QUOTA_NOTE: &str = "Kuota hari ini sudah penuh. Permohonan Anda sudah kami terima dan masuk antrean hari kerja \
berikutnya. / Today's quota is used up. We have received your application; it joins the queue on the next working day.";
const HOURS_NOTE: &str = "Di luar jam layanan. Permohonan Anda sudah kami terima dan masuk antrean saat kantor buka. / \
Outside office hours. We have received your application; it joins the queue when the office opens.";

/// What the citizen is given.
pub struct Submitted {
    /// The application, submitted or waiting.
    pub application: Application,
    /// The code that goes with the registration number, shown once; none when it was handed in before.
    pub code: Option<Zeroizing<String>>,
}

/// Hands in a draft, or gives back a corrected application under its old number.
///
/// # Errors
/// [`Failure::Invalid`] with everything that is missing or wrong; [`Failure::AlreadyApplied`] where another open
/// application asks for the same document.
pub async fn submit(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    id: ApplicationId,
) -> Outcome<Submitted> {
    let case = allowed_to_write(service, tx, actor, id, Act::Submit).await?;
    let now = service.clock.now();
    let a = &case.application;
    let dossier = applications::dossier(tx, &service.crypter, id).await?;
    let attached = attachments::slugs(tx, id).await?;
    let faults = completeness::faults(a.kind, &dossier, &attached);
    if !faults.is_empty() {
        return Err(Failure::Invalid(faults));
    }
    if let Some(nik) = dossier.people.subject()
        && a.kind.in_force == credential::kinds::InForce::One
    {
        // Two applications for the same document that are handed in at the same moment have no row in common.
        let name = [nik.as_u64(), u64::from(a.kind.number)].map(u64::to_be_bytes);
        locks::name(tx, "applied for", name.as_flattened()).await?;
        if applications::open_about(tx, &service.crypter, nik, a).await? {
            return Err(Failure::AlreadyApplied);
        }
    }
    let today = case.calendar.day(now);
    let late = match completeness::is_late(a.kind, &dossier.answers, today) {
        true => Late::Pending,
        false => Late::No,
    };
    let (from, due, first) = (a.state.stage(), a.due, a.state == State::Draft);
    let receipt = Receipt {
        registration: Registration::draw(chance),
        at: now,
    };
    let hold = if first {
        hold(tx, &case, now).await?
    } else {
        None
    };
    let mut after = case.application.clone().submit(receipt, late, now)?;
    after.due = match first {
        true => Due::Running(
            case.calendar
                .due(now, working_time(after.kind, &case.policy, &case.calendar)),
        ),
        false => resumed(due, &case.calendar, now),
    };
    if let Some((cause, note)) = hold {
        after = after.constrain(cause, note.to_string(), now)?;
        after.due = Due::Paused(working_time(after.kind, &case.policy, &case.calendar));
    }
    store_step(service, tx, chance, actor, from, &after, Act::Submit).await?;
    let code = match first {
        true => Some(new_code(service, tx, chance, id).await?),
        false => None,
    };
    Ok(Submitted {
        application: after,
        code,
    })
}

/// Why a new application must wait before anybody looks at it.
async fn hold(tx: &mut Tx, case: &Case, now: i64) -> Outcome<Option<(Cause, &'static str)>> {
    if case.policy.intake == Intake::OpeningHours && !case.calendar.is_open(now) {
        return Ok(Some((Cause::Hours, HOURS_NOTE)));
    }
    let Some(quota) = case.policy.daily_quota else {
        return Ok(None);
    };
    // Those who hand in at the same moment are counted one after the other.
    locks::row(tx, Row::Office(case.application.office)).await?;
    let (from, to) = case.calendar.bounds(case.calendar.day(now));
    let today = applications::submitted_between(tx, case.application.office, from, to).await?;
    Ok((today >= i64::from(quota)).then_some((Cause::Quota, QUOTA_NOTE)))
}

/// Draws a code of six digits and keeps its keyed hash. The one before no longer counts.
pub async fn new_code(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    id: ApplicationId,
) -> Outcome<Zeroizing<String>> {
    let number = u64::from_be_bytes(chance.bytes()) % 1_000_000;
    let code = Zeroizing::new(format!("{number:06}"));
    applications::set_code(tx, &service.register(), id, &code_hash(service, id, &code)).await?;
    Ok(code)
}

/// The keyed hash of a code of that application.
pub fn code_hash(service: &Service, id: ApplicationId, code: &str) -> [u8; 32] {
    let mut bytes = Zeroizing::new(id.to_vec());
    bytes.extend_from_slice(code.as_bytes());
    service.crypter.index(CODE, &bytes)
}
