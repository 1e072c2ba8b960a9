//! Codes that were sent and are waited for: hashed, for ten minutes, five tries, used once.

use super::holder::{CONTACT_BYTES, pad_contact, read_contact};
use crate::chance::Chance;
use crate::crypter::Cell;
use crate::domain::code::Code;
use crate::domain::contact::Contact;
use crate::domain::ids::{AccountId, ChallengeId};
use crate::failure::{Failure, Outcome};
use crate::lockout::Lock;
use crate::service::Service;
use crate::store::Tx;
use crate::store::codes::{self, Challenge};
use credential::ids::Nik;
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

/// Seconds a code lives.
pub const LIFE: i64 = 600;
/// Wrong codes it takes.
pub const TRIES: i64 = 5;

/// What a code lets one do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Register,
    SignIn,
    Contact,
    Close,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::SignIn => "sign-in",
            Self::Contact => "contact",
            Self::Close => "close",
        }
    }
}

/// A code was sent, if the data matched.
#[derive(Clone, Copy)]
pub struct Sent {
    /// Names it when it is typed in.
    pub challenge: ChallengeId,
    /// Until when.
    pub expires: i64,
}

/// What is done once the code is right.
pub(super) struct Payload {
    pub nik: Nik,
    pub account: Option<AccountId>,
    pub contact: Option<Contact>,
}

/// Flag, NIK, account, contact: every payload has the same length.
const PAYLOAD: usize = 1 + 8 + 16 + CONTACT_BYTES;

impl Payload {
    fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(PAYLOAD));
        bytes.push(u8::from(self.account.is_some()));
        bytes.extend_from_slice(&self.nik.as_u64().to_be_bytes());
        bytes.extend(self.account.map_or_else(|| vec![0; 16], AccountId::to_vec));
        bytes.extend_from_slice(&pad_contact(self.contact.as_ref()));
        bytes
    }

    fn decode(bytes: &[u8]) -> Outcome<Self> {
        let wrong = || Failure::Row("account_codes.payload");
        let (flag, rest) = bytes.split_first().ok_or_else(wrong)?;
        let (nik, rest) = rest.split_first_chunk().ok_or_else(wrong)?;
        let (account, contact) = rest.split_first_chunk::<16>().ok_or_else(wrong)?;
        let account = match flag {
            0 => None,
            _ => Some(AccountId::from_bytes(account).map_err(|_| wrong())?),
        };
        Ok(Self {
            nik: Nik::from_u64(u64::from_be_bytes(*nik)).map_err(|_| wrong())?,
            account,
            contact: read_contact(contact).ok_or_else(wrong)?,
        })
    }
}

fn cell(row: &[u8]) -> Cell<'_> {
    Cell {
        table: "account_codes",
        row,
        column: "payload",
    }
}

fn hash(service: &Service, id: ChallengeId, purpose: Purpose, code: &str) -> [u8; 32] {
    let material = Zeroizing::new(
        [
            &id.to_vec(),
            purpose.name().as_bytes(),
            b" ",
            code.as_bytes(),
        ]
        .concat(),
    );
    service.crypter.index("account code", &material)
}

/// Stores what is waited for. Where the data did not match (`counts` is false) no code fits it.
pub(super) async fn open(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    purpose: Purpose,
    subject: &[u8; 32],
    payload: &Payload,
    expected: Option<&str>,
) -> Outcome<Sent> {
    let now = service.clock.now();
    let id = ChallengeId::draw(&service.clock, chance);
    // No code is read from that text, so none fits.
    let code = expected.unwrap_or("------");
    let row = Challenge {
        purpose: purpose.name().to_string(),
        subject: *subject,
        code_hash: hash(service, id, purpose, code),
        payload: service
            .crypter
            .seal(chance, cell(&id.to_vec()), &payload.encode()),
        expires: now + LIFE,
        tries: TRIES,
    };
    codes::insert(tx, id, &row).await?;
    Ok(Sent {
        challenge: id,
        expires: row.expires,
    })
}

/// Judges what was typed, one code for each that was sent. The caller commits in either case: a wrong code counts,
/// for this code and for the NIK it was asked for (`lockout.rs`), whether anybody has that NIK or not.
///
/// # Errors
/// [`Failure::TooMany`] while the NIK waits.
pub(super) async fn confirm(
    service: &Service,
    tx: &mut Tx,
    purpose: Purpose,
    id: ChallengeId,
    typed: &[Code],
) -> Outcome<Option<Payload>> {
    let now = service.clock.now();
    let row = codes::take(tx, id).await?;
    let stored = row.as_ref().map_or([0; 32], |r| r.code_hash);
    // A code that is used up or was never asked for waits by itself.
    let name = row
        .as_ref()
        .map_or_else(|| id.to_vec(), |r| r.subject.to_vec());
    let lock = Lock::of(service, "account", &name);
    lock.charge(service, tx).await?;
    let typed: Zeroizing<String> = Zeroizing::new(typed.iter().map(Code::digits).collect());
    let live = row
        .as_ref()
        .is_some_and(|r| r.purpose == purpose.name() && r.expires > now);
    let fits = hash(service, id, purpose, &typed).ct_eq(&stored) & Choice::from(u8::from(live));
    match row {
        Some(row) if bool::from(fits) => {
            lock.lift(tx).await?;
            codes::spend(tx, id).await?;
            let payload = service.crypter.open(cell(&id.to_vec()), &row.payload)?;
            Payload::decode(&payload).map(Some)
        }
        _ => Ok(None),
    }
}
