//! A register, and the questions that are asked of it.

use crate::register::{Register, card, nik, nobodys};
use credential::date::Date;
use ikd::accounts::{self, Claim};
use ikd::clock::Clock;
use ikd::domain::contact::Contact;
use ikd::domain::registration::Registration;

const HERE: &[u8] = b"192.0.2.1";
const PEOPLE: u32 = 10_000;
const ACCOUNTS: u32 = 500;

/// What is asked.
#[derive(Clone, Copy)]
pub enum Question {
    /// A code to sign in: the NIK has an account, or nobody has the NIK.
    SignIn,
    /// An account: the data match, or nobody has the NIK.
    Register,
    /// A receipt: the number exists and the code is wrong, or nobody has the number.
    Receipt,
}

impl Question {
    pub const ALL: [Self; 3] = [Self::SignIn, Self::Register, Self::Receipt];

    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "code to sign in",
            Self::Register => "account",
            Self::Receipt => "number of a receipt",
        }
    }
}

pub struct Stage(Register);

impl Stage {
    pub async fn new() -> Self {
        let mut register = Register::new(PEOPLE, ACCOUNTS).await;
        register.service.clock = Clock::fixed(1_795_000_000);
        Self(register)
    }

    pub fn coin(&mut self) -> bool {
        self.0.chance.bytes::<1>()[0] & 1 == 1
    }

    /// Lets a day go by, so that no throttle refuses.
    pub fn forget(&mut self) {
        self.0.service.clock.advance(86_401);
    }

    fn some(&mut self, below: u32) -> u32 {
        u32::from_le_bytes(self.0.chance.bytes()) % below
    }

    pub async fn ask(&mut self, question: Question, hit: bool) {
        let pick = self.some(ACCOUNTS);
        let (service, chance) = (&self.0.service, &mut self.0.chance);
        match question {
            Question::SignIn => {
                let nik = if hit { nik(pick) } else { nobodys(pick) };
                accounts::start_sign_in(service, chance, HERE, nik)
                    .await
                    .expect("a code");
            }
            Question::Register => {
                let n = 1000 + pick;
                let claim = Claim {
                    nik: if hit { nik(n) } else { nobodys(n) },
                    nomor_kk: card(n),
                    born: Date::parse("1987-04-12").expect("a date"),
                    contact: Contact::parse("siapa@contoh.id").unwrap_or_else(|e| panic!("{e}")),
                };
                accounts::start_registration(service, chance, HERE, &claim)
                    .await
                    .expect("a letter");
            }
            Question::Receipt => {
                let number = match hit {
                    true => self.0.numbers[pick as usize].clone(),
                    false => Registration::draw(chance),
                };
                let mut tx = service.db.begin().await.expect("a transaction");
                let number = number.to_string();
                let found =
                    accounts::enter(service, &mut tx, chance, HERE, &number, "111111").await;
                assert!(found.expect("an answer").is_none());
                tx.commit().await.expect("it commits");
            }
        }
    }
}
