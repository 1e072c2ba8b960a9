//! A field as one kind uses it: whether it must be there, who says it, what the kind calls it.

use super::fields::Field;
use crate::lang::Text;

/// A field as one kind uses it.
#[derive(Debug)]
pub struct Use {
    /// The registered field.
    pub field: &'static Field,
    /// Whether a document of this kind must have it.
    pub required: bool,
    /// Who says it.
    pub from: From,
    /// What this kind calls it, where that is not the field's own label.
    pub called: Option<Text>,
}

impl Use {
    /// What this kind calls the field, for people.
    pub fn label(&self) -> Text {
        self.called.unwrap_or(self.field.label)
    }

    /// The same use under a name of its own.
    pub(super) const fn called(self, id: &'static str, en: &'static str) -> Self {
        Self {
            called: Some(Text { id, en }),
            ..self
        }
    }
}

/// Where the value of a field comes from when a document is applied for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The population register: the subject's own data, or the family's.
    Register,
    /// The applicant, in the form.
    Applicant,
    /// The office: assigned by the service (numbers, the place of issue of a document without an address) or filled in
    /// by the verifier (the NIK of a newborn).
    Office,
    /// The encoder.
    Encoder,
}

/// From the register, always there.
pub(super) const fn required(field: &'static Field) -> Use {
    uses(field, true, From::Register)
}

/// From the register, there where it is known.
pub(super) const fn optional(field: &'static Field) -> Use {
    uses(field, false, From::Register)
}

/// An answer that the applicant must give.
pub(super) const fn asked(field: &'static Field) -> Use {
    uses(field, true, From::Applicant)
}

/// An answer that the applicant may leave out.
pub(super) const fn may_be_asked(field: &'static Field) -> Use {
    uses(field, false, From::Applicant)
}

/// Assigned by the office.
pub(super) const fn assigned(field: &'static Field) -> Use {
    uses(field, true, From::Office)
}

/// Stated by the office where it differs from what a reader derives: place and date of issue.
pub(super) const fn stated(field: &'static Field) -> Use {
    uses(field, false, From::Office)
}

const fn uses(field: &'static Field, required: bool, from: From) -> Use {
    let from = if field.ty.is_derived() {
        From::Encoder
    } else {
        from
    };
    Use {
        field,
        required,
        from,
        called: None,
    }
}
