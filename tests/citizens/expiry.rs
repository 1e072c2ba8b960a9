//! What time does to codes, locks and accounts: the use cases over a real SQLite file with a clock that is set.

use crate::people::{FATHER, KK, MOTHER, household};
use crate::use_cases::service;
use credential::date::Date;
use credential::ids::{Nik, NomorKk};
use ikd::accounts::{self, Claim};
use ikd::chance::Chance;
use ikd::clock::Clock;
use ikd::domain::code::Code;
use ikd::domain::contact::Contact;
use ikd::domain::ids::ChallengeId;
use ikd::failure::Failure;
use ikd::outbox::courier::Courier;
use ikd::outbox::worker;
use ikd::service::Service;
use ikd::store::persons;
use std::sync::Arc;

pub const NOW: i64 = 1_795_000_000;
const HERE: &[u8] = b"192.0.2.1";

pub struct Desk {
    pub service: Service,
    pub chance: Chance,
    pub data: crate::support::Data,
}

impl Desk {
    pub async fn new() -> Self {
        let data = household();
        let service = service(&data, Clock::fixed(NOW)).await;
        Self {
            service,
            chance: Chance::seeded(7),
            data,
        }
    }

    /// Delivers what is due; the letters so far, oldest first.
    async fn letters(&mut self) -> Vec<String> {
        let courier = Arc::new(Courier::new(&self.service.config, &self.service.data).unwrap());
        while worker::round(&self.service, &courier, &mut self.chance)
            .await
            .unwrap()
            .total()
            > 0
        {}
        let count =
            std::fs::read_dir(self.data.dir.path().join("data/mail")).map_or(0, Iterator::count);
        crate::people::mail(&self.data, count)
    }

    async fn register(&mut self) -> (ChallengeId, Code) {
        let claim = Claim {
            nik: Nik::parse(FATHER).unwrap(),
            nomor_kk: NomorKk::parse(KK).unwrap(),
            born: Date::parse("1987-04-12").unwrap(),
            contact: Contact::parse("budi@contoh.id").unwrap_or_else(|e| panic!("{e}")),
        };
        let sent =
            accounts::start_registration(&self.service, &mut self.chance, HERE, &claim).await;
        let sent = sent.unwrap_or_else(|e| panic!("{e}"));
        let letters = self.letters().await;
        let code = crate::people::code_in(letters.last().unwrap());
        (
            sent.challenge,
            Code::parse(&code).unwrap_or_else(|e| panic!("{e}")),
        )
    }

    async fn confirm(
        &mut self,
        id: ChallengeId,
        code: Code,
    ) -> Result<Option<ikd::domain::ids::AccountId>, Failure> {
        let opened =
            accounts::confirm_registration(&self.service, &mut self.chance, HERE, None, id, code)
                .await?;
        Ok(opened.map(|(account, _)| account))
    }
}

#[tokio::test]
async fn a_code_lives_ten_minutes_to_the_second() {
    let mut desk = Desk::new().await;
    let (id, code) = desk.register().await;
    desk.service.clock.advance(600);
    assert!(desk.confirm(id, code).await.unwrap().is_none(), "too late");
    let (id, code) = desk.register().await;
    desk.service.clock.advance(599);
    assert!(desk.confirm(id, code).await.unwrap().is_some());
}

#[tokio::test]
async fn a_locked_nik_waits_15_minutes_then_30_and_a_right_code_forgives() {
    let mut desk = Desk::new().await;
    for wait in [900, 1800] {
        let (id, code) = desk.register().await;
        let wrong = if code.digits() == "111111" {
            "222222"
        } else {
            "111111"
        };
        for _ in 0..5 {
            let wrong = Code::parse(wrong).unwrap_or_else(|e| panic!("{e}"));
            assert!(desk.confirm(id, wrong).await.unwrap().is_none());
        }
        desk.service.clock.advance(wait - 1);
        let (id, code) = desk.register().await;
        let refused = desk.confirm(id, code.clone()).await;
        assert!(matches!(refused, Err(Failure::TooMany { retry_after: 1 })));
        desk.service.clock.advance(1);
        if wait == 1800 {
            // What was refused unjudged costs no try of the code.
            assert!(desk.confirm(id, code).await.unwrap().is_some());
        }
    }
}

#[tokio::test]
async fn who_left_the_register_is_let_in_no_more_and_the_account_is_erased() {
    let mut desk = Desk::new().await;
    let (id, code) = desk.register().await;
    let account = desk.confirm(id, code).await.unwrap().unwrap();
    let nik = Nik::parse(FATHER).unwrap();
    let mut tx = desk.service.db.read().await.unwrap();
    assert!(
        accounts::holder(&desk.service, &mut tx, account)
            .await
            .unwrap()
            .is_some()
    );
    drop(tx);
    assert_eq!(
        accounts::close_gone(&desk.service, &mut desk.chance)
            .await
            .unwrap(),
        0
    );
    let mut tx = desk.service.db.begin().await.unwrap();
    let register = desk.service.register();
    persons::set_standing(&mut tx, &register, nik, persons::Standing::Dead)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = desk.service.db.read().await.unwrap();
    assert!(
        accounts::holder(&desk.service, &mut tx, account)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        accounts::documents(&desk.service, &mut tx, account)
            .await
            .is_err()
    );
    drop(tx);
    let before = desk.letters().await.len();
    let sent = accounts::start_sign_in(&desk.service, &mut desk.chance, HERE, nik).await;
    assert!(sent.is_ok());
    assert_eq!(
        desk.letters().await.len(),
        before,
        "no letter goes to the dead"
    );
    assert_eq!(
        accounts::close_gone(&desk.service, &mut desk.chance)
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        accounts::close_gone(&desk.service, &mut desk.chance)
            .await
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn an_office_closes_accounts_of_its_own_region_alone() {
    use ikd::domain::ids::{OfficeId, OfficerId, RegionPrefix};
    use ikd::domain::officer::{Actor, OfficerRole};
    let mut desk = Desk::new().await;
    let (id, code) = desk.register().await;
    assert!(desk.confirm(id, code).await.unwrap().is_some());
    let mut tx = desk.service.db.read().await.unwrap();
    let offices = ikd::store::offices::all(&mut tx).await.unwrap();
    drop(tx);
    let bandung = RegionPrefix::parse("3273").unwrap();
    let of = |office: OfficeId, role, chance: &mut Chance| Actor::Officer {
        id: OfficerId::draw(&Clock::fixed(NOW), chance),
        office,
        role,
    };
    let nik = Nik::parse(FATHER).unwrap();
    let here = offices
        .iter()
        .find(|o| o.region == bandung)
        .expect("the office of Bandung");
    for role in [
        OfficerRole::Auditor,
        OfficerRole::Verifier,
        OfficerRole::Signer,
        OfficerRole::Admin,
    ] {
        let actor = of(here.id, role, &mut desk.chance);
        let refused = accounts::close_by_office(&desk.service, &mut desk.chance, actor, nik).await;
        assert!(matches!(refused, Err(Failure::Role)), "{role:?}");
    }
    let operator = of(here.id, OfficerRole::Operator, &mut desk.chance);
    for nik in [MOTHER, crate::people::NOBODY] {
        let nik = Nik::parse(nik).unwrap();
        let missing =
            accounts::close_by_office(&desk.service, &mut desk.chance, operator, nik).await;
        assert!(matches!(missing, Err(Failure::NotFound(_))));
    }
    let elsewhere = OfficeId::draw(&Clock::fixed(NOW), &mut desk.chance);
    let foreign = of(elsewhere, OfficerRole::Operator, &mut desk.chance);
    assert!(
        accounts::close_by_office(&desk.service, &mut desk.chance, foreign, nik)
            .await
            .is_err()
    );
    accounts::close_by_office(&desk.service, &mut desk.chance, operator, nik)
        .await
        .unwrap();
    let gone = accounts::close_by_office(&desk.service, &mut desk.chance, operator, nik).await;
    assert!(matches!(gone, Err(Failure::NotFound(_))));
}
