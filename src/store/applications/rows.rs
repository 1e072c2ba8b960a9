//! Between an application and its row. An impossible combination of columns is an error, never a default.

use super::cell;
use crate::crypter::Crypter;
use crate::domain::application::{
    Application, Cause, Due, Filer, Finished, Handover, HowHanded, Late, Receipt, Resume, Stage,
    State,
};
use crate::domain::ids::{AccountId, ApplicationId, DocumentId, OfficeId, OfficerId};
use crate::domain::registration::Registration;
use crate::failure::{Failure, Outcome};
use crate::store::parsed;
use credential::kinds;

#[derive(sqlx::FromRow)]
pub(in crate::store) struct Row {
    id: Vec<u8>,
    office: Vec<u8>,
    kind: i64,
    filer: String,
    account: Option<Vec<u8>>,
    filed_by: Option<Vec<u8>>,
    previous: Option<Vec<u8>>,
    created: i64,
    state: String,
    since: i64,
    registration: Option<String>,
    submitted: Option<i64>,
    due: Option<i64>,
    remaining: Option<i64>,
    in_time: Option<i64>,
    late: String,
    late_by: Option<Vec<u8>>,
    officer: Option<Vec<u8>>,
    verified_by: Option<Vec<u8>>,
    signed_by: Option<Vec<u8>>,
    cause: Option<String>,
    resume: Option<String>,
    note: Option<Vec<u8>>,
    document: Option<Vec<u8>>,
    handed_by: Option<Vec<u8>>,
    handed_how: Option<String>,
    originals_checked: Option<i64>,
    old_card_withdrawn: Option<i64>,
}

const BAD: Failure = Failure::Row("applications: an impossible combination of columns");

fn officer(id: Option<&Vec<u8>>) -> Outcome<OfficerId> {
    let id = id.ok_or(BAD)?;
    parsed("applications: an officer", OfficerId::from_bytes(id))
}

impl Row {
    pub(in crate::store) fn into_application(self, crypter: &Crypter) -> Outcome<Application> {
        let kind = u64::try_from(self.kind).ok().and_then(kinds::by_number);
        let filer = match (self.filer.as_str(), &self.account, &self.filed_by) {
            ("citizen", Some(id), None) => {
                Filer::Citizen(parsed("applications.account", AccountId::from_bytes(id))?)
            }
            ("guest", None, None) => Filer::Guest,
            ("officer", None, Some(_)) => Filer::Officer(officer(self.filed_by.as_ref())?),
            _ => return Err(BAD),
        };
        let late = match (self.late.as_str(), &self.late_by) {
            ("no", None) => Late::No,
            ("pending", None) => Late::Pending,
            ("approved", Some(_)) => Late::Approved(officer(self.late_by.as_ref())?),
            _ => return Err(BAD),
        };
        let due = match (self.due, self.remaining, self.in_time) {
            (None, None, None) => Due::Idle,
            (Some(at), None, None) => Due::Running(at),
            (None, Some(left), None) => Due::Paused(left),
            (None, None, Some(in_time)) => Due::Met(in_time == 1),
            _ => return Err(BAD),
        };
        let previous = self.previous.as_deref().map(ApplicationId::from_bytes);
        Ok(Application {
            id: parsed("applications.id", ApplicationId::from_bytes(&self.id))?,
            office: parsed("applications.office", OfficeId::from_bytes(&self.office))?,
            kind: kind.ok_or(Failure::Row("applications.kind"))?,
            filer,
            previous: parsed("applications.previous", previous.transpose())?,
            created: self.created,
            since: self.since,
            due,
            late,
            state: self.state(crypter)?,
        })
    }

    fn state(&self, crypter: &Crypter) -> Outcome<State> {
        let stage = Stage::parse(&self.state).ok_or(Failure::Row("applications.state"))?;
        if stage == Stage::Draft {
            return Ok(State::Draft);
        }
        let number = self.registration.as_deref().map(Registration::parse);
        let receipt = Receipt {
            registration: parsed("applications.registration", number.ok_or(BAD)?)?,
            at: self.submitted.ok_or(BAD)?,
        };
        let note = || {
            let sealed = self.note.as_deref().ok_or(BAD)?;
            let opened = crypter.open(cell(&self.id, "note"), sealed)?;
            parsed("applications.note", String::from_utf8(opened.to_vec()))
        };
        let by = || officer(self.officer.as_ref());
        let verified_by = || officer(self.verified_by.as_ref());
        Ok(match stage {
            Stage::Draft => State::Draft,
            Stage::Submitted => State::Submitted(receipt),
            Stage::UnderVerification => State::UnderVerification {
                receipt,
                taken_by: by()?,
            },
            Stage::NeedsCorrection => State::NeedsCorrection {
                receipt,
                asked_by: by()?,
                note: note()?,
            },
            Stage::Constrained => State::Constrained {
                receipt,
                cause: self.cause.as_deref().and_then(Cause::parse).ok_or(BAD)?,
                note: note()?,
                resume: match self.resume.as_deref() {
                    Some("submitted") => Resume::Submitted,
                    Some("under_verification") => Resume::UnderVerification(by()?),
                    Some("in_process") => Resume::InProcess(verified_by()?),
                    _ => return Err(BAD),
                },
            },
            Stage::InProcess => State::InProcess {
                receipt,
                verified_by: verified_by()?,
            },
            Stage::Done => State::Done(self.finished(receipt)?),
            Stage::HandedOver => State::HandedOver {
                finished: self.finished(receipt)?,
                handover: self.handover()?,
            },
            Stage::Rejected => State::Rejected {
                receipt,
                rejected_by: by()?,
                reason: note()?,
            },
            Stage::Cancelled => State::Cancelled(receipt),
        })
    }

    fn finished(&self, receipt: Receipt) -> Outcome<Finished> {
        let document = DocumentId::from_bytes(self.document.as_deref().ok_or(BAD)?);
        Ok(Finished {
            receipt,
            verified_by: officer(self.verified_by.as_ref())?,
            signed_by: officer(self.signed_by.as_ref())?,
            document: parsed("applications.document", document)?,
        })
    }

    fn handover(&self) -> Outcome<Handover> {
        Ok(Handover {
            by: officer(self.handed_by.as_ref())?,
            how: self
                .handed_how
                .as_deref()
                .and_then(HowHanded::parse)
                .ok_or(BAD)?,
            originals_checked: self.originals_checked.ok_or(BAD)? == 1,
            old_card_withdrawn: self.old_card_withdrawn.ok_or(BAD)? == 1,
        })
    }
}

/// The columns that say where an application stands.
#[derive(Default)]
pub(super) struct Columns {
    pub registration: Option<String>,
    pub submitted: Option<i64>,
    pub due: Option<i64>,
    pub remaining: Option<i64>,
    pub in_time: Option<i64>,
    pub late: &'static str,
    pub late_by: Option<Vec<u8>>,
    pub officer: Option<Vec<u8>>,
    pub verified_by: Option<Vec<u8>>,
    pub signed_by: Option<Vec<u8>>,
    pub cause: Option<&'static str>,
    pub resume: Option<&'static str>,
    pub document: Option<Vec<u8>>,
    pub handed_by: Option<Vec<u8>>,
    pub handed_how: Option<&'static str>,
    pub originals_checked: Option<i64>,
    pub old_card_withdrawn: Option<i64>,
}

impl Columns {
    pub(super) fn of(a: &Application) -> Self {
        let receipt = a.state.receipt();
        let mut columns = Self {
            registration: receipt.map(|r| r.registration.compact().to_string()),
            submitted: receipt.map(|r| r.at),
            ..Self::default()
        };
        match a.due {
            Due::Idle => {}
            Due::Running(at) => columns.due = Some(at),
            Due::Paused(left) => columns.remaining = Some(left),
            Due::Met(in_time) => columns.in_time = Some(i64::from(in_time)),
        }
        (columns.late, columns.late_by) = match a.late {
            Late::No => ("no", None),
            Late::Pending => ("pending", None),
            Late::Approved(by) => ("approved", Some(by.to_vec())),
        };
        columns.set_state(&a.state);
        columns
    }

    fn set_state(&mut self, state: &State) {
        match state {
            State::Draft | State::Submitted(_) | State::Cancelled(_) => {}
            State::UnderVerification { taken_by: by, .. }
            | State::NeedsCorrection { asked_by: by, .. }
            | State::Rejected {
                rejected_by: by, ..
            } => self.officer = Some(by.to_vec()),
            State::Constrained { cause, resume, .. } => {
                self.cause = Some(cause.name());
                self.resume = Some(match resume {
                    Resume::Submitted => "submitted",
                    Resume::UnderVerification(by) => {
                        self.officer = Some(by.to_vec());
                        "under_verification"
                    }
                    Resume::InProcess(by) => {
                        self.verified_by = Some(by.to_vec());
                        "in_process"
                    }
                });
            }
            State::InProcess { verified_by, .. } => {
                self.verified_by = Some(verified_by.to_vec());
            }
            State::Done(finished) => self.set_finished(finished),
            State::HandedOver { finished, handover } => {
                self.set_finished(finished);
                self.handed_by = Some(handover.by.to_vec());
                self.handed_how = Some(handover.how.name());
                self.originals_checked = Some(i64::from(handover.originals_checked));
                self.old_card_withdrawn = Some(i64::from(handover.old_card_withdrawn));
            }
        }
    }

    fn set_finished(&mut self, finished: &Finished) {
        self.verified_by = Some(finished.verified_by.to_vec());
        self.signed_by = Some(finished.signed_by.to_vec());
        self.document = Some(finished.document.to_vec());
    }
}
