//! An application's life. Each transition consumes the application; what is not in a `match` arm cannot happen.
//!
//! draft → submitted → under verification → in process → done → handed over, with the side states needs-correction,
//! constrained, rejected and cancelled (`reference/regional.md`: what the offices' own systems have).

use super::ids::{AccountId, ApplicationId, DocumentId, OfficeId, OfficerId};
use super::registration::Registration;
use credential::kinds::Kind;

/// An application and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Names it inside the service.
    pub id: ApplicationId,
    /// The office that decides it.
    pub office: OfficeId,
    /// What is applied for.
    pub kind: &'static Kind,
    /// Who filed it.
    pub filer: Filer,
    /// The rejected application that this one follows.
    pub previous: Option<ApplicationId>,
    /// When it was begun.
    pub created: i64,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub since: i64,
    /// When the office's time is up.
    pub due: Due,
    /// The event was reported after its deadline: it needs an approval of its own before it is passed.
    pub late: Late,
}

/// Who filed an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filer {
    /// A citizen with an account.
    Citizen(AccountId),
    /// A citizen without an account, by registration number and code.
    Guest,
    /// An officer at the counter, for a citizen without a phone.
    Officer(OfficerId),
}

/// The office's clock for one application, in working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Not counted: not submitted, or ended.
    Idle,
    /// Runs; the second when the time is up.
    Running(i64),
    /// Stands still while the citizen or an outage is waited for; working seconds left, negative when overdue.
    Paused(i64),
    /// Decided; whether in time.
    Met(bool),
}

/// Whether the event was reported too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Late {
    /// In time, or without a deadline.
    No,
    /// Late and not approved yet.
    Pending,
    /// Late and approved by the head of the office.
    Approved(OfficerId),
}

/// Where an application stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The citizen fills it in.
    Draft,
    /// Handed in; nobody has looked at it yet.
    Submitted(Receipt),
    /// An officer checks it.
    UnderVerification {
        /// The receipt.
        receipt: Receipt,
        /// Who took it.
        taken_by: OfficerId,
    },
    /// The citizen must mend something.
    NeedsCorrection {
        /// The receipt.
        receipt: Receipt,
        /// Who asked.
        asked_by: OfficerId,
        /// What to mend, in words for the citizen.
        note: String,
    },
    /// Waits for something neither the citizen nor the officer can mend: outage, quota.
    Constrained {
        /// The receipt.
        receipt: Receipt,
        /// What it waits for.
        cause: Cause,
        /// Why, in words for the citizen.
        note: String,
        /// Where it goes on.
        resume: Resume,
    },
    /// Verified; waits for the head of the office.
    InProcess {
        /// The receipt.
        receipt: Receipt,
        /// Who verified it.
        verified_by: OfficerId,
    },
    /// The document is issued.
    Done(Finished),
    /// The paper or card was handed over.
    HandedOver {
        /// How it was finished.
        finished: Finished,
        /// How it was handed over.
        handover: Handover,
    },
    /// Refused for good; a new application may follow.
    Rejected {
        /// The receipt.
        receipt: Receipt,
        /// Who refused.
        rejected_by: OfficerId,
        /// Why, in words for the citizen.
        reason: String,
    },
    /// Withdrawn by the citizen.
    Cancelled(Receipt),
}

/// What the citizen holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The unguessable number.
    pub registration: Registration,
    /// When it was first handed in.
    pub at: i64,
}

/// What a constrained application waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A system is down; an officer lets it go on.
    Outage,
    /// Today's quota is used up; goes on by itself on a day with room.
    Quota,
    /// Handed in outside the hours of intake; goes on by itself at the next opening.
    Hours,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 3] = [Self::Outage, Self::Quota, Self::Hours];

    /// Its name in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Outage => "outage",
            Self::Quota => "quota",
            Self::Hours => "hours",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.name() == name)
    }
}

/// Where a constrained application goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// As submitted.
    Submitted,
    /// With the officer who had taken it.
    UnderVerification(OfficerId),
    /// Verified by that officer.
    InProcess(OfficerId),
}

/// A finished application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The receipt.
    pub receipt: Receipt,
    /// Who verified it.
    pub verified_by: OfficerId,
    /// Who approved it.
    pub signed_by: OfficerId,
    /// What was issued.
    pub document: DocumentId,
}

/// How a document reached the citizen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Who handed it over.
    pub by: OfficerId,
    /// How.
    pub how: HowHanded,
    /// The originals of the attachments were seen.
    pub originals_checked: bool,
    /// The old card was taken back.
    pub old_card_withdrawn: bool,
}

/// Collected or delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HowHanded {
    /// At the office.
    Collected,
    /// By post or courier.
    Delivered,
}

impl Due {
    /// The office has decided at `now`.
    pub fn met(self, now: i64) -> Self {
        match self {
            Self::Running(at) => Self::Met(now <= at),
            Self::Paused(left) => Self::Met(left >= 0),
            other => other,
        }
    }
}

impl HowHanded {
    /// Its name in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Collected => "collected",
            Self::Delivered => "delivered",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Collected, Self::Delivered]
            .into_iter()
            .find(|how| how.name() == name)
    }
}

/// A state's name alone: in the database, in JSON, in the table of rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// [`State::Draft`]
    Draft,
    /// [`State::Submitted`]
    Submitted,
    /// [`State::UnderVerification`]
    UnderVerification,
    /// [`State::NeedsCorrection`]
    NeedsCorrection,
    /// [`State::Constrained`]
    Constrained,
    /// [`State::InProcess`]
    InProcess,
    /// [`State::Done`]
    Done,
    /// [`State::HandedOver`]
    HandedOver,
    /// [`State::Rejected`]
    Rejected,
    /// [`State::Cancelled`]
    Cancelled,
}

impl Stage {
    /// Every stage, in the order of an application's life.
    pub const ALL: [Self; 10] = [
        Self::Draft,
        Self::Submitted,
        Self::UnderVerification,
        Self::NeedsCorrection,
        Self::Constrained,
        Self::InProcess,
        Self::Done,
        Self::HandedOver,
        Self::Rejected,
        Self::Cancelled,
    ];

    /// Its name in the database, in JSON and in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::UnderVerification => "under_verification",
            Self::NeedsCorrection => "needs_correction",
            Self::Constrained => "constrained",
            Self::InProcess => "in_process",
            Self::Done => "done",
            Self::HandedOver => "handed_over",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// Whether nothing more will happen to it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::HandedOver | Self::Rejected | Self::Cancelled)
    }
}

/// The application's state does not allow the step; says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongStage(pub Stage);

impl State {
    /// Its name.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Draft => Stage::Draft,
            Self::Submitted(_) => Stage::Submitted,
            Self::UnderVerification { .. } => Stage::UnderVerification,
            Self::NeedsCorrection { .. } => Stage::NeedsCorrection,
            Self::Constrained { .. } => Stage::Constrained,
            Self::InProcess { .. } => Stage::InProcess,
            Self::Done(_) => Stage::Done,
            Self::HandedOver { .. } => Stage::HandedOver,
            Self::Rejected { .. } => Stage::Rejected,
            Self::Cancelled(_) => Stage::Cancelled,
        }
    }

    /// What the citizen holds, once it was handed in.
    pub fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::Draft => None,
            Self::Submitted(receipt) | Self::Cancelled(receipt) => Some(receipt),
            Self::UnderVerification { receipt, .. }
            | Self::NeedsCorrection { receipt, .. }
            | Self::Constrained { receipt, .. }
            | Self::InProcess { receipt, .. }
            | Self::Rejected { receipt, .. } => Some(receipt),
            Self::Done(finished) | Self::HandedOver { finished, .. } => Some(&finished.receipt),
        }
    }

    /// What an officer wrote to the citizen.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::NeedsCorrection { note, .. } | Self::Constrained { note, .. } => Some(note),
            Self::Rejected { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// How it was finished.
    pub fn finished(&self) -> Option<&Finished> {
        match self {
            Self::Done(finished) | Self::HandedOver { finished, .. } => Some(finished),
            _ => None,
        }
    }
}
