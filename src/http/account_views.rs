//! What the API of accounts takes and gives, as its description shows it.

use crate::accounts::{Held, LIFE, Owner, Sent};
use crate::domain::ids::AccountId;
use crate::domain::kinship;
use crate::domain::person::Person;
use credential::codes::FAMILY_RELATION;
use credential::date::Date;
use serde::Serialize;
use utoipa::ToSchema;

/// Who somebody says they are.
#[derive(ToSchema)]
#[allow(
    dead_code,
    reason = "describes the body; the fields are parsed one by one"
)]
pub struct ClaimBody {
    /// NIK, 16 digits.
    #[schema(example = "3273015204870003")]
    nik: String,
    /// Number of the family card, 16 digits.
    #[schema(example = "3273011203150002")]
    nomor_kk: String,
    /// Date of birth, YYYY-MM-DD.
    #[schema(example = "1987-04-12")]
    tanggal_lahir: String,
    /// E-mail address, or phone number where the service has a gateway for SMS or WhatsApp.
    #[schema(example = "siti@contoh.id")]
    contact: String,
}

/// Whose account.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body")]
pub struct NikBody {
    /// NIK, 16 digits.
    #[schema(example = "3273015204870003")]
    nik: String,
}

/// A code that was sent.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body")]
pub struct CodeBody {
    /// `challenge` of the answer to the request for the code.
    #[schema(example = "0192f0c4-7d2e-7b1c-9d5a-2f6c1e8a4b70")]
    challenge: String,
    /// The six digits.
    #[schema(example = "048213")]
    code: String,
}

/// Another contact.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body")]
pub struct ContactBody {
    /// E-mail address or phone number.
    #[schema(example = "siti.baru@contoh.id")]
    contact: String,
}

/// The codes sent to the old and the new contact.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body")]
pub struct ContactCodesBody {
    /// `challenge` of the answer to the request.
    #[schema(example = "0192f0c4-7d2e-7b1c-9d5a-2f6c1e8a4b70")]
    challenge: String,
    /// The six digits sent to the old contact.
    #[schema(example = "048213")]
    code_old: String,
    /// The six digits sent to the new contact.
    #[schema(example = "771904")]
    code_new: String,
}

/// Number and code of a receipt.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body")]
pub struct ReceiptBody {
    /// The registration number.
    #[schema(example = "7QK4-M2XD-9TRA-0C3T")]
    registration: String,
    /// The six digits printed below it.
    #[schema(example = "048213")]
    code: String,
}

/// A code is on its way, if the data match.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"challenge": "0192f0c4-7d2e-7b1c-9d5a-2f6c1e8a4b70", "expires_in": 600}))]
pub struct SentView {
    /// Names the code when it is typed in.
    pub challenge: String,
    /// Seconds it lives.
    pub expires_in: i64,
}

impl SentView {
    pub(super) fn of(sent: Sent) -> Self {
        Self {
            challenge: sent.challenge.to_string(),
            expires_in: LIFE,
        }
    }
}

/// Signed in; the cookie holds the session.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"account": "0192f0c4-7d2e-7b1c-9d5a-2f6c1e8a4b71"}))]
pub struct EnteredView {
    /// The account.
    pub account: String,
}

impl EnteredView {
    pub(super) fn of(account: AccountId) -> Self {
        Self {
            account: account.to_string(),
        }
    }
}

/// Let in by a receipt; the cookie holds the session.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"application": "0192f0c4-7d2e-7b1c-9d5a-2f6c1e8a4b72"}))]
pub struct GuestView {
    /// The application.
    pub application: String,
}

/// An account.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "0192f0c4-7d2e-7b1c-9d5a-2f6c1e8a4b71", "name": "SITI AMINAH",
    "contact": "s•••@contoh.id", "opened_at": 1790000000, "session_ends_at": 1790043200, "csrf": "q8V…"}))]
pub struct AccountView {
    /// Its id.
    pub id: String,
    /// Name of its holder in the register.
    pub name: String,
    /// Where its letters go, masked.
    pub contact: String,
    /// Epoch seconds.
    pub opened_at: i64,
    /// Epoch seconds; without use it ends earlier.
    pub session_ends_at: i64,
    /// For the header `x-csrf-token` of requests that change something.
    pub csrf: String,
}

/// The family of an account.
#[derive(Serialize, ToSchema)]
pub struct FamilyView {
    /// Everybody in the family card, head first.
    pub items: Vec<MemberView>,
}

/// Somebody in the family.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"nik": "3273015204170003", "name": "BUDI", "relation": 4, "relation_text": "ANAK",
    "born": "2017-04-12", "you": false, "you_may_act": true}))]
pub struct MemberView {
    /// NIK.
    pub nik: String,
    /// Name.
    pub name: String,
    /// Relation to the head of the family, 1 to 11.
    pub relation: u8,
    /// The same in words.
    pub relation_text: &'static str,
    /// Date of birth.
    pub born: String,
    /// Whether it is the account's holder.
    pub you: bool,
    /// Whether the holder acts for them without a paper and sees their documents.
    pub you_may_act: bool,
}

impl MemberView {
    pub(super) fn of(me: &Person, member: &Person, today: Date) -> Self {
        let relation = FAMILY_RELATION.text(u64::from(member.shdk));
        Self {
            nik: member.nik.to_string(),
            name: member.nama.clone(),
            relation: member.shdk,
            relation_text: relation.map_or("", |text| text.id),
            born: member.tanggal_lahir.iso(),
            you: member.nik == me.nik,
            you_may_act: kinship::may_act_for(me, member, today).acts(),
        }
    }
}

/// The documents of a family.
#[derive(Serialize, ToSchema)]
pub struct HeldsView {
    /// The family's first, then each member's.
    pub items: Vec<HeldView>,
}

/// A document that the account may see.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "0192f0c4-7d2e-7b1c-9d5a-2f6c1e8a4b73", "kind": "kia", "owner": "BUDI",
    "state": "active", "issued_at": 1790000000, "expires_at": 1950000000}))]
pub struct HeldView {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: &'static str,
    /// Name of whom it is about; absent: of the family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// `active`, `suspended` or `expired`.
    pub state: &'static str,
    /// Epoch seconds.
    pub issued_at: i64,
    /// Epoch seconds; absent: for life, or as long as nothing changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
}

impl HeldView {
    pub(super) fn of(held: &Held, members: &[Person], now: i64) -> Self {
        let d = &held.document;
        let owner = match held.owner {
            Owner::Family => None,
            Owner::Member(place) => members.get(place).map(|p| p.nama.clone()),
        };
        Self {
            id: d.id.to_string(),
            kind: d.kind.slug,
            owner,
            state: held.standing(now),
            issued_at: d.issued,
            expires_at: d.expires,
        }
    }
}
