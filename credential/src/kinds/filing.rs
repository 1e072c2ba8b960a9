//! How a document is applied for: who may apply, what must be shown, by when, on which form.
//!
//! Sources: Perpres 96/2018; Permendagri 108/2019, 109/2019 and 2/2016; UU 23/2006 as changed by UU 24/2013.

use super::fields::Field;
use crate::lang::Text;

/// What a citizen and an office need to know before and while a document is applied for.
#[derive(Debug)]
pub struct Filing {
    /// Form of Permendagri 109/2019, e.g. `F-1.02`.
    pub form: &'static str,
    /// Who may apply, in the order in which the page offers them.
    pub applicants: &'static [Applicant],
    /// What must or may be attached, in the order in which it is asked for.
    pub attachments: &'static [Attachment],
    /// By when the event is to be reported. Later needs an extra approval and is never refused for that.
    pub report: Option<Report>,
    /// Working days from verified files to the document, 3 to 14.
    pub working_days: u8,
    /// Whether the person must come for biometrics (KTP-el), so that an appointment is part of it.
    pub in_person: bool,
    /// One sentence for the citizen: what this document is for.
    pub purpose: Text,
}

/// Who applies, seen from the person the document is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicant {
    /// The person.
    Oneself,
    /// The head of the family.
    HeadOfFamily,
    /// An adult member of the same family.
    Member,
    /// Father or mother.
    Parent,
    /// A guardian (wali), with proof.
    Guardian,
    /// Either spouse.
    Spouse,
    /// A relative, of a deceased person.
    Relative,
    /// The chair of the RT, for a deceased person.
    ChairOfRt,
    /// An institution that cares for people without documents.
    Institution,
    /// Anybody with a surat kuasa (F-1.07), whose document must be attached.
    Proxy,
}

/// One thing to attach.
#[derive(Debug)]
pub struct Attachment {
    /// Name in addresses, JSON and the database.
    pub slug: &'static str,
    /// Its name for people.
    pub label: Text,
    /// Whether it must be there.
    pub need: Need,
}

/// When something must be attached.
#[derive(Debug, Clone, Copy)]
pub enum Need {
    /// Always.
    Always,
    /// Only where that applies; the officer asks for it where it is missing.
    When(Text),
    /// When the applicant is a guardian or a proxy; the service enforces it.
    Delegated,
}

/// A deadline for reporting an event.
#[derive(Debug)]
pub struct Report {
    /// Days from the event.
    pub within_days: u16,
    /// The field with the day of the event.
    pub since: &'static Field,
}
