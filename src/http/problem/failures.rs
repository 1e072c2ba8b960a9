//! What each failure of a use case is told as.

use super::*;

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        use StatusCode as S;
        let hint = failure.hint();
        let internal = |failure: &Failure| {
            let mut problem = Self::of_status(S::INTERNAL_SERVER_ERROR);
            problem.cause = Some(failure.to_string());
            problem
        };
        match failure {
            Failure::NotFound(Thing::Person) => Self::fields(vec![FieldError::new(
                "nik",
                "is not in the register of this region",
            )]),
            Failure::NotFound(Thing::Publication) => {
                Self::of_status(S::SERVICE_UNAVAILABLE).detail("nothing is published yet")
            }
            Failure::NotFound(
                Thing::Application
                | Thing::Attachment
                | Thing::Family
                | Thing::Document
                | Thing::Office
                | Thing::Officer
                | Thing::Key
                | Thing::Notice
                | Thing::Agency
                | Thing::Device
                | Thing::Activation
                | Thing::Account
                | Thing::Job
                | Thing::Hold
                | Thing::Proposal
                | Thing::Row,
            ) => Self::of_status(S::NOT_FOUND),
            Failure::OutsideRegion => Self::new(
                S::FORBIDDEN,
                "outside-region",
                "The office has no authority over that region",
            )
            .detail(hint),
            Failure::Role => Self::new(
                S::FORBIDDEN,
                "role",
                "The officer's role does not allow this",
            )
            .detail(hint),
            Failure::AlreadyInForce(id) => Self::new(
                S::CONFLICT,
                "already-in-force",
                "A document of that kind is in force already",
            )
            .detail(format!(
                "document {id}; send \"supersede\": true to replace it"
            )),
            Failure::AlreadyApplied => Self::new(
                S::CONFLICT,
                "already-applied",
                "Another open application asks for the same document",
            )
            .detail(hint),
            Failure::WrongState(state) => Self::new(
                S::CONFLICT,
                "wrong-state",
                "The document's state does not allow this",
            )
            .detail(format!("it is {state}")),
            Failure::WrongStage(stage) => Self::new(
                S::CONFLICT,
                "wrong-stage",
                "The application's state does not allow this",
            )
            .detail(format!("it is {stage}")),
            Failure::Changed => Self::new(
                S::CONFLICT,
                "changed",
                "It was changed by somebody else in between",
            )
            .detail(hint),
            Failure::Invalid(errors) => Self::fields(errors),
            Failure::NotADocument(rule) => Self::new(
                S::UNPROCESSABLE_ENTITY,
                "register-data",
                "The register's data do not make this document",
            )
            .detail(rule.to_string()),
            Failure::Altered(_) => Self::new(
                S::INTERNAL_SERVER_ERROR,
                "register-altered",
                "These data were changed by other means than this service",
            )
            .detail("nothing was done; tell whoever keeps the service"),
            Failure::NotEntitled(rule) => Self::new(
                S::UNPROCESSABLE_ENTITY,
                "not-entitled",
                "The person may not have this document",
            )
            .detail(rule),
            Failure::TooLarge => Self::new(
                S::UNPROCESSABLE_ENTITY,
                "too-large",
                "The content fits no QR symbol",
            )
            .detail(hint),
            Failure::Agreement(why) => Self::new(
                S::FORBIDDEN,
                "agreement",
                "The agreement does not allow this",
            )
            .detail(format!("the agreement {why}; {hint}")),
            Failure::Attachment(refused) => {
                let words = refused.words(credential::lang::Lang::En);
                Self::fields(vec![FieldError::new("file", words)])
            }
            Failure::Ending(refused) => {
                let words = refused.words(credential::lang::Lang::En);
                Self::fields(vec![FieldError::new(refused.field().name, words)])
            }
            Failure::Slot(fault) => {
                let words = fault.words(credential::lang::Lang::En);
                match fault {
                    SlotFault::NoSlot | SlotFault::TooSoon | SlotFault::TooFar => {
                        Self::fields(vec![FieldError::new("starts", words)])
                    }
                    _ => Self::new(
                        S::CONFLICT,
                        "appointment",
                        "The appointment cannot be as asked",
                    )
                    .detail(words),
                }
            }
            Failure::NoSigningKey => {
                let mut problem = Self::of_status(S::SERVICE_UNAVAILABLE)
                    .detail("the office has no key that may sign now");
                problem.cause = Some("no signing key".into());
                problem
            }
            Failure::Credentials => Self::new(
                S::UNAUTHORIZED,
                "credentials",
                "The credentials do not count",
            )
            .detail(hint),
            Failure::DeviceEnded => Self::new(
                S::FORBIDDEN,
                "device-ended",
                "The activation of this phone has ended",
            )
            .detail(hint),
            Failure::Separation(rule) => Self::new(
                S::CONFLICT,
                "separation-of-duties",
                "One person may not unite these duties",
            )
            .detail(rule),
            Failure::Person => Self::new(
                S::FORBIDDEN,
                "person-needed",
                "This takes a person who signed in, not a token",
            )
            .detail(hint),
            Failure::TooMany { retry_after } => {
                let mut problem =
                    Self::new(S::TOO_MANY_REQUESTS, "too-many", "This was tried too often")
                        .detail(hint);
                problem.retry_after = Some(retry_after);
                problem
            }
            Failure::Busy { retry_after } => {
                let mut problem = Self::of_status(S::SERVICE_UNAVAILABLE)
                    .detail("other pictures are being read; try again in a moment");
                problem.retry_after = Some(retry_after);
                problem
            }
            Failure::Key(cause) if cause.passes() => {
                let mut problem = Self::of_status(S::SERVICE_UNAVAILABLE)
                    .detail("the device with the signing key cannot be reached now");
                problem.retry_after = Some(5);
                problem.cause = Some(cause.to_string());
                problem
            }
            Failure::Lint(_)
            | Failure::NotVerified(_)
            | Failure::NotPublishable(_)
            | Failure::Held(_)
            | Failure::Print(_)
            | Failure::Key(_)
            | Failure::Store(_)
            | Failure::Row(_)
            | Failure::File { .. }
            | Failure::Tree { .. } => internal(&failure),
        }
    }
}
