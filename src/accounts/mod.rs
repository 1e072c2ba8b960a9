//! Citizens' accounts: opened by matching the register, entered by a code, with the family's documents in them.
//!
//! Whoever asks learns nothing about a NIK: a question about one that nobody has gets the same answer and takes the
//! same steps (one look-up of each kind, one sealed row, one letter, one commit) as a question about one that exists.

mod challenge;
mod close;
mod contact;
mod family;
mod guest;
mod holder;
mod letters;
mod register;
mod rules;
mod sign_in;

pub use challenge::{LIFE, Sent, TRIES};
pub use close::{close_by_office, close_gone, confirm_close, start_close};
pub(crate) use close::{erase_for_good, forget_codes};
pub use contact::{confirm_contact, start_contact};
pub use family::{Held, Owner, documents, family, may_see};
pub use guest::enter;
pub(crate) use holder::is_whole;
pub use holder::{Holder, contact as contact_of, holder};
pub(crate) use holder::{contact_in, nik_index};
pub use register::{
    Claim, confirm as confirm_registration, old_enough, open, start as start_registration,
};
pub use sign_in::{confirm as confirm_sign_in, start as start_sign_in};
