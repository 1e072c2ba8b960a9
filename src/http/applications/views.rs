//! An application as the API shows it.

use super::people::{PeopleView, RegisterView};
use crate::applications::sight::{Register, Sight};
use crate::domain::application::{Application, Due, Filer, Late, State};
use crate::domain::officer::Actor;
use crate::domain::rights::Act;
use crate::failure::FieldError;
use crate::store::application_events::Event;
use crate::{applications, store::offices::Office};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An application in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationItem, example = json!({"id": "019a4f00-0000-7000-8000-000000000001", "kind": "kk",
    "office": "ID.3273", "filer": "guest", "state": "submitted", "since": 1790000000, "created_at": 1789990000,
    "submitted_at": 1790000000, "registration": "7QK4-M2XD-9TRA-0C3T",
    "due": {"state": "running", "at": 1790400000, "overdue": false}, "late": "no"}))]
pub struct ItemView {
    /// Names it in addresses.
    pub id: String,
    /// Slug of the kind applied for.
    pub kind: &'static str,
    /// `iss` of the office that decides it.
    pub office: String,
    /// `citizen`, `guest` or `officer` (at the counter).
    pub filer: &'static str,
    /// `draft`, `submitted`, `under_verification`, `needs_correction`, `constrained`, `in_process`, `done`,
    /// `handed_over`, `rejected` or `cancelled`.
    pub state: &'static str,
    /// Since when, epoch seconds.
    pub since: i64,
    /// When it was begun, epoch seconds.
    pub created_at: i64,
    /// When it was first handed in, epoch seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<i64>,
    /// The number on the receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration: Option<String>,
    /// The office's clock.
    pub due: DueView,
    /// Whether the event was reported after its deadline: `no`, `pending` (needs an approval) or `approved`.
    pub late: &'static str,
    /// The rejected application that this one follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// What a constrained one waits for: `outage`, `quota` or `hours`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<&'static str>,
    /// What the office wrote to the citizen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Id of the document, once it is issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

/// The office's clock for one application, in working time.
#[derive(Serialize, ToSchema)]
#[schema(as = Due)]
pub struct DueView {
    /// `idle`, `running`, `paused` (waits for the citizen or an outage), `met` or `missed`.
    pub state: &'static str,
    /// Running: when the time is up, epoch seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// Paused: working seconds left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<i64>,
    /// Whether it should have been decided by now.
    pub overdue: bool,
}

/// A page of applications.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationPage)]
pub struct PageView {
    /// The applications.
    pub items: Vec<ItemView>,
    /// `cursor` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "1790000000.019a4f00-0000-7000-8000-000000000001")]
    pub next: Option<String>,
}

/// Everything about an application.
#[derive(Serialize, ToSchema)]
#[schema(as = Application)]
pub struct ApplicationView {
    /// The application.
    #[serde(flatten)]
    pub item: ItemView,
    /// Who applies for whom.
    pub people: PeopleView,
    /// The form's answers by field name, as they were typed.
    #[schema(example = json!({"nama": "BUDI SANTOSO", "tanggal_lahir": "2026-11-04"}))]
    pub answers: BTreeMap<String, String>,
    /// Grows with each change of people or answers; a change names the version it read.
    #[schema(example = 3)]
    pub version: i64,
    /// What is missing or wrong, while the applicant can still mend it.
    pub missing: Vec<FaultView>,
    /// What happened so far, oldest first.
    pub timeline: Vec<EventView>,
    /// What you may do now: each is an address below this one, except `view` (GET), `edit` (PUT …/answers) and
    /// `discard` (DELETE).
    #[schema(example = json!(["view", "edit", "submit", "discard"]))]
    pub acts: Vec<&'static str>,
    /// How it was handed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handover: Option<HandoverView>,
    /// For officers: which of them did what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officers: Option<OfficersView>,
    /// For officers: what the register says of the people in it, as far as they live in the office's region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register: Option<RegisterView>,
}

/// Something that is missing or wrong.
#[derive(Serialize, ToSchema)]
#[schema(as = Fault, example = json!({"field": "attachments.kk", "reason": "must be attached"}))]
pub struct FaultView {
    /// Name of the field, of the line about a person, or `attachments.` and the slug.
    pub field: String,
    /// The rule it breaks.
    pub reason: String,
}

/// A step of an application.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationEvent, example = json!({"at": 1790000000, "act": "ask-correction", "by": "office",
    "state": "needs_correction", "note": "Foto KK tidak terbaca."}))]
pub struct EventView {
    /// Epoch seconds.
    pub at: i64,
    /// What was done.
    pub act: String,
    /// `applicant`, `office` or `service`.
    pub by: &'static str,
    /// For officers: which officer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// The state after it.
    pub state: &'static str,
    /// What was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How a document was handed over.
#[derive(Serialize, ToSchema)]
#[schema(as = Handover)]
pub struct HandoverView {
    /// `collected` or `delivered`.
    #[schema(example = "collected")]
    pub how: &'static str,
    /// The originals of the attachments were seen.
    pub originals_checked: bool,
    /// The old card was taken back.
    pub old_card_withdrawn: bool,
}

/// Officers' ids.
#[derive(Serialize, ToSchema, Default)]
#[schema(as = ApplicationOfficers)]
pub struct OfficersView {
    /// Who took it, asked for the correction or rejected it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// Who verified it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<String>,
    /// Who approved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// Who approved that it came late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_by: Option<String>,
    /// Who handed it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_by: Option<String>,
}

/// An application that was begun.
#[derive(Serialize, ToSchema)]
pub struct StartedView {
    /// The application.
    pub application: ApplicationView,
    /// Without an account: for the header `x-csrf-token` of requests that change something. The session is in the
    /// cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "q8V3m0sQy0m3d1bHq1cTgkX0m2jN4rS6tU8vW0xY2zA")]
    pub csrf: Option<String>,
}

/// An application that was handed in.
#[derive(Serialize, ToSchema)]
pub struct SubmittedView {
    /// The number on the receipt.
    #[schema(example = "7QK4-M2XD-9TRA-0C3T")]
    pub registration: String,
    /// The code that goes with it, shown this once; absent where it was handed in before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "048213")]
    pub code: Option<String>,
    /// The application.
    pub application: ApplicationView,
}

impl From<FieldError> for FaultView {
    fn from(fault: FieldError) -> Self {
        Self {
            field: fault.field,
            reason: fault.reason,
        }
    }
}

impl DueView {
    fn of(due: Due, now: i64) -> Self {
        let (state, at, seconds_left, overdue) = match due {
            Due::Idle => ("idle", None, None, false),
            Due::Running(at) => ("running", Some(at), None, at < now),
            Due::Paused(left) => ("paused", None, Some(left), left < 0),
            Due::Met(true) => ("met", None, None, false),
            Due::Met(false) => ("missed", None, None, false),
        };
        Self {
            state,
            at,
            seconds_left,
            overdue,
        }
    }
}

impl ItemView {
    /// An application of one of these offices.
    pub fn of(a: &Application, offices: &[Office], now: i64) -> Self {
        let office = offices.iter().find(|office| office.id == a.office);
        let receipt = a.state.receipt();
        let cause = match a.state {
            State::Constrained { cause, .. } => Some(cause.name()),
            _ => None,
        };
        Self {
            id: a.id.to_string(),
            kind: a.kind.slug,
            office: office.map_or_else(String::new, |office| office.iss.as_str().to_string()),
            filer: match a.filer {
                Filer::Citizen(_) => "citizen",
                Filer::Guest => "guest",
                Filer::Officer(_) => "officer",
            },
            state: a.state.stage().name(),
            since: a.since,
            created_at: a.created,
            submitted_at: receipt.map(|receipt| receipt.at),
            registration: receipt.map(|receipt| receipt.registration.to_string()),
            due: DueView::of(a.due, now),
            late: match a.late {
                Late::No => "no",
                Late::Pending => "pending",
                Late::Approved(_) => "approved",
            },
            previous: a.previous.map(|id| id.to_string()),
            cause,
            note: a.state.note().map(str::to_string),
            document: a.state.finished().map(|f| f.document.to_string()),
        }
    }
}

impl EventView {
    fn of(event: Event, for_officer: bool) -> Self {
        let by = match event.actor.as_str() {
            "local" => "service",
            "applicant" | "stranger" => "applicant",
            actor if actor.starts_with("citizen ") => "applicant",
            _ => "office",
        };
        Self {
            at: event.at,
            act: event.act,
            by,
            officer: (for_officer && by == "office").then_some(event.actor),
            state: event.stage.name(),
            note: event.note,
        }
    }
}

impl OfficersView {
    fn of(a: &Application) -> Self {
        let mut view = Self::default();
        let id = |id: &crate::domain::ids::OfficerId| Some(id.to_string());
        match &a.state {
            State::UnderVerification { taken_by, .. } => view.officer = id(taken_by),
            State::NeedsCorrection { asked_by, .. } => view.officer = id(asked_by),
            State::Rejected { rejected_by, .. } => view.officer = id(rejected_by),
            State::InProcess { verified_by, .. } => view.verified_by = id(verified_by),
            _ => {}
        }
        if let Some(finished) = a.state.finished() {
            view.verified_by = id(&finished.verified_by);
            view.signed_by = id(&finished.signed_by);
        }
        if let State::HandedOver { handover, .. } = &a.state {
            view.handed_by = id(&handover.by);
        }
        if let Late::Approved(by) = &a.late {
            view.late_by = id(by);
        }
        view
    }
}

impl ApplicationView {
    /// An application as that actor sees it.
    pub fn of(
        actor: Actor,
        sight: Sight,
        offices: &[Office],
        missing: Vec<FieldError>,
        register: Option<Register>,
        now: i64,
    ) -> Self {
        let a = &sight.case.application;
        let for_officer = actor.officer().is_some();
        let handover = match &a.state {
            State::HandedOver { handover, .. } => Some(HandoverView {
                how: handover.how.name(),
                originals_checked: handover.originals_checked,
                old_card_withdrawn: handover.old_card_withdrawn,
            }),
            _ => None,
        };
        let acts = applications::acts(actor, a, &sight.case.policy);
        Self {
            item: ItemView::of(a, offices, now),
            people: PeopleView::of(&sight.dossier.people),
            answers: sight.dossier.answers,
            version: sight.dossier.version,
            missing: missing.into_iter().map(FaultView::from).collect(),
            timeline: sight
                .events
                .into_iter()
                .map(|event| EventView::of(event, for_officer))
                .collect(),
            acts: acts.into_iter().map(Act::name).collect(),
            handover,
            officers: for_officer.then(|| OfficersView::of(a)),
            register: register.map(RegisterView::from),
        }
    }
}
