//! The steps of an application's life: each takes the application as it is and gives it as it will be, or says in
//! which stage it stands. Who may take a step is said in `rights.rs`; the office's clock is set by the use case.

use super::application::{
    Application, Cause, Finished, Handover, Late, Receipt, Resume, Stage, State, WrongStage,
};
use super::ids::{DocumentId, OfficerId};

type Step = Result<Application, WrongStage>;

impl Application {
    fn enter(self, state: State, at: i64) -> Self {
        Self {
            state,
            since: at,
            ..self
        }
    }

    fn stage(&self) -> Stage {
        self.state.stage()
    }

    /// Hands in a draft, or gives back a corrected application under its old number.
    pub fn submit(self, receipt: Receipt, late: Late, at: i64) -> Step {
        match self.state.clone() {
            State::Draft => Ok(Self { late, ..self }.enter(State::Submitted(receipt), at)),
            State::NeedsCorrection { receipt, .. } => {
                // An approval of lateness that was given stays.
                let late = match (self.late, late) {
                    (Late::Approved(by), Late::Pending) => Late::Approved(by),
                    (_, late) => late,
                };
                Ok(Self { late, ..self }.enter(State::Submitted(receipt), at))
            }
            _ => Err(WrongStage(self.stage())),
        }
    }

    /// An officer takes it on.
    pub fn take(self, by: OfficerId, at: i64) -> Step {
        match self.state.clone() {
            State::Submitted(receipt) => {
                let taken_by = by;
                Ok(self.enter(State::UnderVerification { receipt, taken_by }, at))
            }
            _ => Err(WrongStage(self.stage())),
        }
    }

    /// Asks the citizen to mend something.
    pub fn ask_correction(self, by: OfficerId, note: String, at: i64) -> Step {
        match self.state.clone() {
            State::Submitted(receipt) | State::UnderVerification { receipt, .. } => {
                let state = State::NeedsCorrection {
                    receipt,
                    asked_by: by,
                    note,
                };
                Ok(self.enter(state, at))
            }
            _ => Err(WrongStage(self.stage())),
        }
    }

    /// Lets it wait for what nobody here can mend.
    pub fn constrain(self, cause: Cause, note: String, at: i64) -> Step {
        let (receipt, resume) = match self.state.clone() {
            State::Submitted(receipt) => (receipt, Resume::Submitted),
            State::UnderVerification { receipt, taken_by } => {
                (receipt, Resume::UnderVerification(taken_by))
            }
            State::InProcess {
                receipt,
                verified_by,
            } => (receipt, Resume::InProcess(verified_by)),
            _ => return Err(WrongStage(self.stage())),
        };
        let state = State::Constrained {
            receipt,
            cause,
            note,
            resume,
        };
        Ok(self.enter(state, at))
    }

    /// Goes on where it was.
    pub fn release(self, at: i64) -> Step {
        let State::Constrained {
            receipt, resume, ..
        } = self.state.clone()
        else {
            return Err(WrongStage(self.stage()));
        };
        let state = match resume {
            Resume::Submitted => State::Submitted(receipt),
            Resume::UnderVerification(taken_by) => State::UnderVerification { receipt, taken_by },
            Resume::InProcess(verified_by) => State::InProcess {
                receipt,
                verified_by,
            },
        };
        Ok(self.enter(state, at))
    }

    /// Approves that it came late.
    pub fn approve_late(self, by: OfficerId) -> Step {
        match (self.stage(), self.late) {
            (Stage::Submitted | Stage::UnderVerification, Late::Pending) => Ok(Self {
                late: Late::Approved(by),
                ..self
            }),
            (stage, _) => Err(WrongStage(stage)),
        }
    }

    /// Passes it on to the head of the office. What came late must have been approved.
    pub fn pass(self, by: OfficerId, at: i64) -> Step {
        match (self.state.clone(), self.late) {
            (State::UnderVerification { receipt, .. }, Late::No | Late::Approved(_)) => {
                let state = State::InProcess {
                    receipt,
                    verified_by: by,
                };
                Ok(self.enter(state, at))
            }
            _ => Err(WrongStage(self.stage())),
        }
    }

    /// The head of the office gives it back to be checked again.
    pub fn send_back(self, at: i64) -> Step {
        match self.state.clone() {
            State::InProcess {
                receipt,
                verified_by,
            } => {
                let state = State::UnderVerification {
                    receipt,
                    taken_by: verified_by,
                };
                Ok(self.enter(state, at))
            }
            _ => Err(WrongStage(self.stage())),
        }
    }

    /// The document was issued on the approval of `by`, who is not the one who verified it.
    pub fn finish(self, by: OfficerId, document: DocumentId, at: i64) -> Step {
        match self.state.clone() {
            State::InProcess {
                receipt,
                verified_by,
            } if verified_by != by => {
                let finished = Finished {
                    receipt,
                    verified_by,
                    signed_by: by,
                    document,
                };
                Ok(self.enter(State::Done(finished), at))
            }
            _ => Err(WrongStage(self.stage())),
        }
    }

    /// Handed over.
    pub fn hand_over(self, handover: Handover, at: i64) -> Step {
        match self.state.clone() {
            State::Done(finished) => Ok(self.enter(State::HandedOver { finished, handover }, at)),
            _ => Err(WrongStage(self.stage())),
        }
    }

    /// Refuses it for good.
    pub fn reject(self, by: OfficerId, reason: String, at: i64) -> Step {
        match self.state.clone() {
            State::Submitted(receipt)
            | State::UnderVerification { receipt, .. }
            | State::InProcess { receipt, .. } => {
                let state = State::Rejected {
                    receipt,
                    rejected_by: by,
                    reason,
                };
                Ok(self.enter(state, at))
            }
            _ => Err(WrongStage(self.stage())),
        }
    }

    /// Withdraws it, before it is processed.
    pub fn cancel(self, at: i64) -> Step {
        match self.state.clone() {
            State::Submitted(receipt)
            | State::NeedsCorrection { receipt, .. }
            | State::Constrained {
                receipt,
                resume: Resume::Submitted,
                ..
            } => Ok(self.enter(State::Cancelled(receipt), at)),
            _ => Err(WrongStage(self.stage())),
        }
    }
}
