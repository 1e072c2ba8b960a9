//! What can go wrong in a use case. The command line and HTTP each turn it into words of their own; neither shows
//! the inner cause to a client, and no variant holds personal data.

use crate::attachments::Refused;
use crate::domain::appointment::SlotFault;
use crate::domain::ids::DocumentId;
use crate::keys::KeyError;
use crate::publication::Fault;
use credential::Reason;
use credential::document::BadDocument;

/// A field and what is wrong with it, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field.
    pub field: String,
    /// The rule it breaks.
    pub reason: String,
}

impl FieldError {
    /// A field and the rule it breaks.
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            reason: reason.into(),
        }
    }
}

/// Things that may be asked for and not be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A person, by NIK.
    Person,
    /// A family, by KK number.
    Family,
    /// A document.
    Document,
    /// An application.
    Application,
    /// An attachment of an application.
    Attachment,
    /// An office.
    Office,
    /// An officer.
    Officer,
    /// A citizen's account.
    Account,
    /// A key.
    Key,
    /// Something in the outbox that could not be delivered.
    Notice,
    /// An agency.
    Agency,
    /// A phone that shows documents.
    Device,
    /// An activation of a phone.
    Activation,
    /// A job of bulk issuing.
    Job,
    /// A trust list, bundle or status list that was never published.
    Publication,
    /// Something that the gate holds.
    Hold,
    /// A proposal.
    Proposal,
    /// A row that is under a seal.
    Row,
}

impl Thing {
    /// What to call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Family => "family",
            Self::Document => "document",
            Self::Application => "application",
            Self::Attachment => "attachment",
            Self::Office => "office",
            Self::Officer => "officer",
            Self::Account => "account",
            Self::Key => "key",
            Self::Notice => "undelivered notice",
            Self::Agency => "agency",
            Self::Device => "phone",
            Self::Activation => "activation",
            Self::Job => "bulk job",
            Self::Publication => "publication",
            Self::Hold => "held publication",
            Self::Proposal => "proposal",
            Self::Row => "sealed row",
        }
    }
}

/// Why a use case did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It is not there, or not for this office to see.
    #[error("there is no such {}", .0.name())]
    NotFound(Thing),
    /// The person lives outside the office's region.
    #[error("the region is outside the office's authority")]
    OutsideRegion,
    /// The officer's role does not allow it.
    #[error("the officer's role does not allow it")]
    Role,
    /// A document of that kind is in force already.
    #[error("document {0} of that kind is in force already")]
    AlreadyInForce(DocumentId),
    /// Another open application asks for the same document.
    #[error("another open application asks for the same document")]
    AlreadyApplied,
    /// The document's state does not allow it.
    #[error("the document is {0}")]
    WrongState(&'static str),
    /// The application's state does not allow it.
    #[error("the application is {0}")]
    WrongStage(&'static str),
    /// Somebody else changed it in between.
    #[error("it was changed by somebody else in between")]
    Changed,
    /// What was given breaks rules.
    #[error("some fields break their rules")]
    Invalid(Vec<FieldError>),
    /// The register's data do not make a document of that kind.
    #[error("the register's data do not make this document: {0}")]
    NotADocument(BadDocument),
    /// The person may not have that document.
    #[error("{0}")]
    NotEntitled(&'static str),
    /// The content fits no QR symbol.
    #[error("the content is too large for one QR symbol")]
    TooLarge,
    /// The office has no key that may sign now, or the trust list does not name it.
    #[error("the office has no key in the published trust list that may sign now")]
    NoSigningKey,
    /// What is about to be signed is not what the format or the order says.
    #[error("what was about to be signed breaks a rule of the format: {0}")]
    Lint(String),
    /// What is about to be handed out would not be green at a verifier.
    #[error("the signed document did not verify: {}", .0.code())]
    NotVerified(Reason),
    /// A thing to be published would not be accepted by a verifier.
    #[error("what was signed would not be accepted by a verifier: {0}")]
    NotPublishable(&'static str),
    /// Something to be published takes back what verifiers were told, and nobody answered for it.
    #[error("{0}")]
    Held(Box<crate::gate::Held>),
    /// Name, password or code is wrong, or the account is disabled.
    #[error("the credentials do not count")]
    Credentials,
    /// A phone that shows documents no more: lost, replaced, removed, or forgotten.
    #[error("the phone's activation has ended")]
    DeviceEnded,
    /// Duties that one person may not unite.
    #[error("{0}")]
    Separation(&'static str),
    /// What only a person does was asked for with a program's token.
    #[error(
        "this takes a person who signed in with password and code; a bearer token is a program's"
    )]
    Person,
    /// It was tried too often.
    #[error("it was tried too often")]
    TooMany {
        /// Seconds until it may be tried again.
        retry_after: i64,
    },
    /// As much of that kind is being worked on as there is room for.
    #[error("the service is busy with other pictures")]
    Busy {
        /// Seconds until it may be tried again.
        retry_after: i64,
    },
    /// What an application would end is not its to end.
    #[error("the application may not end that: {}", .0.words(credential::lang::Lang::En))]
    Ending(crate::domain::ending::Refused),
    /// A file that is not taken.
    #[error("the file was not taken: {}", .0.code())]
    Attachment(Refused),
    /// An appointment that cannot be.
    #[error("the appointment cannot be: {}", .0.code())]
    Slot(SlotFault),
    /// A document that could not be printed.
    #[error("the document could not be printed: {0}")]
    Print(crate::render::pdf::PdfError),
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database.
    #[error("the database: {0}")]
    Store(sqlx::Error),
    /// A row that no version of this program writes.
    #[error("the database holds an impossible row: {0}")]
    Row(&'static str),
    /// A row of a table that this service did not write as it is.
    #[error("a row of {0} was not written by this service")]
    Altered(&'static str),
    /// The agency's agreement does not allow it now; says why.
    #[error("the agreement {0}")]
    Agreement(&'static str),
    /// A file.
    #[error("{path}: {cause}")]
    File {
        /// Which.
        path: std::path::PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A published tree in an object store.
    #[error("{place}: {fault}")]
    Tree {
        /// Which.
        place: String,
        /// What went wrong.
        fault: Fault,
    },
}

impl Failure {
    /// One broken field.
    pub fn field(field: &str, reason: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, reason)])
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotFound(Thing::Person) => "import the person first, or check the NIK",
            Self::NotFound(Thing::Family) => "import the family's members first",
            Self::NotFound(Thing::Publication) => {
                "publish it first: `ikd trust publish`, then `ikd status publish`"
            }
            Self::NotFound(Thing::Hold) => "`ikd status held` shows what is held",
            Self::NotFound(Thing::Job) => "plan one with `ikd bulk plan`",
            Self::NotFound(_) => "check the id; an office only sees its own",
            Self::OutsideRegion => {
                "ask the office of the person's region, or move the person there first"
            }
            Self::Role => "ask an officer whose role allows it",
            Self::AlreadyInForce(_) => "to replace it, ask for `supersede` (CLI: --supersede)",
            Self::AlreadyApplied => "wait for the other application, or withdraw it",
            Self::WrongState(_) => "look at the document's state; revoked and superseded are final",
            Self::WrongStage(_) => "look at the application's state; perhaps somebody was faster",
            Self::Changed => "read it again and repeat",
            Self::Invalid(_) => "correct these fields and repeat",
            Self::NotADocument(_) => "correct the person's data with `ikd import persons`",
            Self::NotEntitled(_) => "see UU 24/2013 Ps 63; correct the register if it is wrong",
            Self::TooLarge => "split the family card, or leave the picture out",
            Self::NoSigningKey => {
                "`ikd keys list` shows the office's keys, `ikd trust publish` publishes them"
            }
            Self::NotVerified(_) => {
                "nothing was issued; check the clock, `ikd trust publish` and `ikd status publish`"
            }
            Self::Lint(_) => {
                "nothing was signed; correct the register or the application where the rule names its field, \
                 else report this as a bug"
            }
            Self::Held(_) => "what is out stays out; `ikd status held` says what to do",
            Self::NotPublishable(_) => "nothing was published; check the clock and `ikd keys list`",
            Self::Credentials => "check name, password and code, or ask an admin to reset them",
            Self::DeviceEnded => {
                "activate again at an office: any Dukcapil office does it, bring the identity card"
            }
            Self::Separation(_) => "ask somebody else of the office",
            Self::Person => {
                "sign in at /petugas/masuk with an account of your own, and do it there or with that session"
            }
            Self::Ending(_) => "ask the applicant for a correction, or reject the application",
            Self::TooMany { .. } | Self::Busy { .. } => "wait, then try again",
            Self::Attachment(_) => "choose another file; nothing else was lost",
            Self::Slot(_) => "choose another time",
            Self::Print(_) => "issue it anew, or report this as a bug",
            Self::Key(e) => e.hint(),
            Self::Store(_) => {
                "check that the database can be reached and written, and that its disk has free space"
            }
            Self::Row(_) => "the database was changed by other means; restore a backup",
            Self::Altered("officers") => {
                "`ikd audit verify` says which role the trail tells of; `ikd officer disable ID`, and add another account"
            }
            Self::Altered("regions") => {
                "`ikd audit verify` says which; then import the names again with `ikd import regions`"
            }
            Self::Altered("persons") => {
                "`ikd register altered --to FILE` says whose; then `ikd import persons --replace-altered`. After an upgrade \
                 from before migration 0025: docs/OPERATIONS.md, \"Upgrade\""
            }
            Self::Altered(_) => {
                "`ikd audit verify` says which; docs/OPERATIONS.md, \"The register was altered\", and where data.key was lost, \
                 \"When data.key is lost\""
            }
            Self::Agreement(_) => "ask the office that concluded the agreement with the agency",
            Self::File { .. } => "check the path and its permissions",
            Self::Tree { fault, .. } => fault.hint(),
        }
    }
}

impl From<sqlx::Error> for Failure {
    /// What another transaction did at the same moment is no fault of the database: the caller reads again and repeats.
    fn from(e: sqlx::Error) -> Self {
        let faster = e.as_database_error().is_some_and(|e| {
            // Serialization failure, deadlock, lock not available.
            let code = e.code();
            e.is_unique_violation() || matches!(code.as_deref(), Some("40001" | "40P01" | "55P03"))
        });
        if faster {
            Self::Changed
        } else {
            Self::Store(e)
        }
    }
}

impl From<BadDocument> for Failure {
    fn from(e: BadDocument) -> Self {
        Self::NotADocument(e)
    }
}

/// The result of a use case.
pub type Outcome<T> = Result<T, Failure>;

/// Nobody, where the row was not written by this service: for whoever only shows what is there, or counts.
pub fn unless_altered<T: Default>(found: Outcome<T>) -> Outcome<T> {
    match found {
        Err(Failure::Altered(_)) => Ok(T::default()),
        found => found,
    }
}
