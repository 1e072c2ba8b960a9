//! Who may do what to an application in which stage, and with citizens' phones, and who proposes and who approves
//! what takes two people: one table each. Use cases and pages ask them; a test walks all of each.

use super::application::Stage;
use super::officer::OfficerRole;
use super::proposal::Act as Grave;

/// Who acts on an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Whoever filed it.
    Applicant,
    /// An officer of the application's own office, in that role.
    Officer(OfficerRole),
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 6] = [
        Self::Applicant,
        Self::Officer(OfficerRole::Operator),
        Self::Officer(OfficerRole::Verifier),
        Self::Officer(OfficerRole::Signer),
        Self::Officer(OfficerRole::Auditor),
        Self::Officer(OfficerRole::Admin),
    ];
}

/// Something done to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Reads it with its attachments.
    View,
    /// Changes answers and attachments.
    Edit,
    /// Hands it in, or back after a correction.
    Submit,
    /// Throws a draft away.
    Discard,
    /// Withdraws it.
    Cancel,
    /// Takes it on.
    Take,
    /// Asks for a correction.
    AskCorrection,
    /// Lets it wait.
    Constrain,
    /// Lets it go on.
    Release,
    /// Approves that the event was reported late.
    ApproveLate,
    /// Fills in what the office assigns.
    Complete,
    /// Passes it on to the head of the office.
    Pass,
    /// Gives it back to be checked again.
    SendBack,
    /// Approves it, which issues the document.
    Approve,
    /// Refuses it for good.
    Reject,
    /// Hands the document over.
    HandOver,
    /// Books or moves an appointment.
    Book,
    /// Gives an appointment up.
    Unbook,
    /// Notes that the person came.
    Attend,
    /// Notes that the person did not come.
    Miss,
}

impl Act {
    /// Whether it is about an appointment, which only kinds that need a visit have.
    pub fn is_of_appointment(self) -> bool {
        matches!(self, Self::Book | Self::Unbook | Self::Attend | Self::Miss)
    }

    /// Every act.
    pub const ALL: [Self; 20] = [
        Self::View,
        Self::Edit,
        Self::Submit,
        Self::Discard,
        Self::Cancel,
        Self::Take,
        Self::AskCorrection,
        Self::Constrain,
        Self::Release,
        Self::ApproveLate,
        Self::Complete,
        Self::Pass,
        Self::SendBack,
        Self::Approve,
        Self::Reject,
        Self::HandOver,
        Self::Book,
        Self::Unbook,
        Self::Attend,
        Self::Miss,
    ];

    /// Its name in the audit trail and in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Edit => "edit",
            Self::Submit => "submit",
            Self::Discard => "discard",
            Self::Cancel => "cancel",
            Self::Take => "take",
            Self::AskCorrection => "ask-correction",
            Self::Constrain => "constrain",
            Self::Release => "release",
            Self::ApproveLate => "approve-late",
            Self::Complete => "complete",
            Self::Pass => "pass",
            Self::SendBack => "send-back",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::HandOver => "hand-over",
            Self::Book => "book",
            Self::Unbook => "unbook",
            Self::Attend => "attend",
            Self::Miss => "miss",
        }
    }
}

use Act as A;
use OfficerRole as R;
use Part::{Applicant, Officer};
use Stage as S;

const OPERATOR: Part = Officer(R::Operator);
const VERIFIER: Part = Officer(R::Verifier);
const SIGNER: Part = Officer(R::Signer);
const AUDITOR: Part = Officer(R::Auditor);

/// The table: an act is allowed to a part in the stages listed, and nowhere else.
///
/// Editing during verification is a policy of the office and stands in [`may`]. An officer who files at the counter
/// acts as [`Part::Applicant`] on what they filed themselves.
pub const TABLE: &[(Part, Act, &[Stage])] = &[
    (Applicant, A::View, &S::ALL),
    (Applicant, A::Edit, &[S::Draft, S::NeedsCorrection]),
    (Applicant, A::Submit, &[S::Draft, S::NeedsCorrection]),
    (Applicant, A::Discard, &[S::Draft]),
    (
        Applicant,
        A::Cancel,
        &[S::Submitted, S::NeedsCorrection, S::Constrained],
    ),
    (Applicant, A::Book, OPEN),
    (Applicant, A::Unbook, OPEN),
    (OPERATOR, A::View, SUBMITTED_ON),
    (OPERATOR, A::Take, &[S::Submitted]),
    (
        OPERATOR,
        A::AskCorrection,
        &[S::Submitted, S::UnderVerification],
    ),
    (
        OPERATOR,
        A::Constrain,
        &[S::Submitted, S::UnderVerification],
    ),
    (OPERATOR, A::Release, &[S::Constrained]),
    (OPERATOR, A::HandOver, &[S::Done]),
    (OPERATOR, A::Book, OPEN),
    (OPERATOR, A::Unbook, OPEN),
    (OPERATOR, A::Attend, OPEN),
    (OPERATOR, A::Miss, OPEN),
    (VERIFIER, A::View, SUBMITTED_ON),
    (VERIFIER, A::Take, &[S::Submitted]),
    (
        VERIFIER,
        A::AskCorrection,
        &[S::Submitted, S::UnderVerification],
    ),
    (
        VERIFIER,
        A::Constrain,
        &[S::Submitted, S::UnderVerification, S::InProcess],
    ),
    (VERIFIER, A::Release, &[S::Constrained]),
    (VERIFIER, A::Complete, &[S::UnderVerification]),
    (VERIFIER, A::Pass, &[S::UnderVerification]),
    (VERIFIER, A::Reject, &[S::Submitted, S::UnderVerification]),
    (SIGNER, A::View, SUBMITTED_ON),
    (
        SIGNER,
        A::ApproveLate,
        &[S::Submitted, S::UnderVerification],
    ),
    (SIGNER, A::SendBack, &[S::InProcess]),
    (SIGNER, A::Approve, &[S::InProcess]),
    (SIGNER, A::Reject, &[S::InProcess]),
    (AUDITOR, A::View, SUBMITTED_ON),
];

/// A draft is the citizen's own; nobody at the office sees it.
const SUBMITTED_ON: &[Stage] = &[
    S::Submitted,
    S::UnderVerification,
    S::NeedsCorrection,
    S::Constrained,
    S::InProcess,
    S::Done,
    S::HandedOver,
    S::Rejected,
    S::Cancelled,
];

/// Handed in and not decided: people come for photo and fingerprints in any of these.
const OPEN: &[Stage] = &[
    S::Submitted,
    S::UnderVerification,
    S::NeedsCorrection,
    S::Constrained,
    S::InProcess,
];

/// Whether a part may do that in that stage. `edit_in_verification` is the office's policy.
pub fn may(part: Part, act: Act, stage: Stage, edit_in_verification: bool) -> bool {
    if edit_in_verification
        && part == Applicant
        && act == A::Edit
        && matches!(stage, S::Submitted | S::UnderVerification)
    {
        return true;
    }
    TABLE
        .iter()
        .any(|(p, a, stages)| *p == part && *a == act && stages.contains(&stage))
}

/// Something done with citizens' phones. It is not bound to the region of the officer's office: people go to whichever
/// is near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhoneAct {
    /// Sees a person with their document and lets their phone show it.
    Activate,
    /// Finds the phones of a person.
    Find,
    /// Ends a lost phone.
    End,
}

impl PhoneAct {
    /// Every act.
    pub const ALL: [Self; 3] = [Self::Activate, Self::Find, Self::End];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Find => "find",
            Self::End => "end",
        }
    }
}

/// The table of phones: whoever sits at the counter sees people in person; the head of the office ends what is misused.
pub const PHONES: &[(OfficerRole, PhoneAct)] = &[
    (R::Operator, PhoneAct::Activate),
    (R::Operator, PhoneAct::Find),
    (R::Operator, PhoneAct::End),
    (R::Signer, PhoneAct::Find),
    (R::Signer, PhoneAct::End),
    (R::Auditor, PhoneAct::Find),
];

/// Whether an officer in that role may do that with a phone.
pub fn may_with_phones(role: OfficerRole, act: PhoneAct) -> bool {
    PHONES.contains(&(role, act))
}

/// Which of the two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Eye {
    /// Proposes, and may withdraw it.
    First,
    /// Approves, which carries it out.
    Second,
}

impl Eye {
    /// Both.
    pub const ALL: [Self; 2] = [Self::First, Self::Second];

    /// What they do.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "propose",
            Self::Second => "approve",
        }
    }
}

/// The table of what takes two people: of the office itself, or the second one of an office for the whole country.
/// A bulk job is proposed by whoever plans it, at the machine.
pub const PROPOSALS: &[(OfficerRole, Eye, Grave)] = &[
    (R::Admin, Eye::First, Grave::OfficerAdd),
    (R::Admin, Eye::Second, Grave::OfficerAdd),
    (R::Admin, Eye::First, Grave::OfficerRole),
    (R::Admin, Eye::Second, Grave::OfficerRole),
    (R::Admin, Eye::First, Grave::OfficerEnable),
    (R::Admin, Eye::Second, Grave::OfficerEnable),
    (R::Admin, Eye::First, Grave::OfficerReset),
    (R::Admin, Eye::Second, Grave::OfficerReset),
    (R::Signer, Eye::First, Grave::MandateIssue),
    (R::Signer, Eye::Second, Grave::MandateIssue),
    (R::Admin, Eye::First, Grave::MandateIssue),
    (R::Admin, Eye::Second, Grave::MandateIssue),
    (R::Signer, Eye::First, Grave::MandateEnd),
    (R::Signer, Eye::Second, Grave::MandateEnd),
    (R::Admin, Eye::First, Grave::MandateEnd),
    (R::Admin, Eye::Second, Grave::MandateEnd),
    (R::Signer, Eye::Second, Grave::MandateBulk),
    (R::Admin, Eye::Second, Grave::MandateBulk),
    (R::Admin, Eye::First, Grave::PolicyChange),
    (R::Admin, Eye::Second, Grave::PolicyChange),
];

/// Whether an officer in that role may be that one of the two people.
pub fn may_with_proposals(role: OfficerRole, eye: Eye, act: Grave) -> bool {
    PROPOSALS.contains(&(role, eye, act))
}

/// Whether an officer in that role may read the proposals of their office.
pub fn may_see_proposals(role: OfficerRole) -> bool {
    role == R::Auditor || PROPOSALS.iter().any(|(r, ..)| *r == role)
}
