//! What time does to codes, challenges and credentials: the use cases over a real SQLite file with a clock that is set.

use crate::family::{BIRTHDAY, FATHER, Office, SON};
use crate::phone::Phone;
use crate::use_cases::service;
use ikd::chance::Chance;
use ikd::clock::Clock;
use ikd::domain::device::DeviceKey;
use ikd::domain::officer::Actor;
use ikd::failure::{Failure, Outcome};
use ikd::keys::{KeyError, Role, Signer};
use ikd::service::Service;
use ikd::wallet::{self, Answer, Claim, Handed};
use std::sync::Arc;

const DAY: i64 = 86_400;
const HERE: &[u8] = b"192.0.2.1";

struct Desk {
    service: Service,
    chance: Chance,
    data: Arc<crate::support::Data>,
}

impl Desk {
    /// The service without its server, at the time of its documents.
    async fn new(documents: &[&str]) -> Self {
        let office = Office::new();
        for nik in documents {
            office.issue(nik, "ktp");
        }
        let Office { data, server, .. } = office;
        drop(server);
        let service = service(&data, Clock::fixed(Clock::System.now())).await;
        Self {
            service,
            chance: Chance::seeded(7),
            data: Arc::new(data),
        }
    }

    async fn code(&mut self, nik: &str) -> String {
        let nik = credential::ids::Nik::parse(nik).unwrap();
        let face = ikd::render::portrait::reduce(&crate::family::picture()).unwrap();
        let opened = wallet::open(
            &self.service,
            &mut self.chance,
            Actor::Local,
            nik,
            Some(&face),
        )
        .await;
        opened.unwrap().code.expose()
    }

    async fn redeem(&mut self, phone: &Phone, code: &str) -> Outcome<Handed> {
        let sec1 = phone.sec1();
        let claim = Claim {
            code: code.to_string(),
            key: DeviceKey::from_bytes(&sec1).unwrap(),
            proof: phone.sign(format!("ikd-wallet-redeem\n{code}").as_bytes()),
            label: String::new(),
        };
        wallet::redeem(&self.service, &mut self.chance, HERE, claim).await
    }

    async fn renew_after(&mut self, phone: &Phone, device: &Handed, wait: i64) -> Outcome<Handed> {
        let id = device.device;
        let challenge = wallet::challenge(&self.service, &mut self.chance, id);
        self.service.clock.advance(wait);
        let proof = phone.sign(format!("ikd-wallet-renew\n{challenge}").as_bytes());
        let answer = Answer {
            device: id,
            challenge,
            proof,
        };
        wallet::renew(&self.service, &mut self.chance, HERE, answer).await
    }
}

fn texts(handed: &Handed) -> Vec<&str> {
    handed.credentials.iter().map(|c| c.text.as_str()).collect()
}

#[tokio::test]
async fn a_code_lives_ten_minutes_to_the_second_also_when_it_is_repeated() {
    let mut desk = Desk::new(&[FATHER]).await;
    let phone = Phone::new(1);
    let code = desk.code(FATHER).await;
    desk.service.clock.advance(600);
    assert!(matches!(
        desk.redeem(&phone, &code).await,
        Err(Failure::Invalid(_))
    ));
    let code = desk.code(FATHER).await;
    desk.service.clock.advance(598);
    let first = desk.redeem(&phone, &code).await.unwrap();
    desk.service.clock.advance(1);
    let again = desk.redeem(&phone, &code).await.unwrap();
    assert_eq!(texts(&again), texts(&first));
    desk.service.clock.advance(1);
    assert!(matches!(
        desk.redeem(&phone, &code).await,
        Err(Failure::Invalid(_))
    ));
}

#[tokio::test]
async fn a_challenge_lives_a_minute() {
    let mut desk = Desk::new(&[FATHER]).await;
    let phone = Phone::new(1);
    let code = desk.code(FATHER).await;
    let handed = desk.redeem(&phone, &code).await.unwrap();
    assert!(desk.renew_after(&phone, &handed, 60).await.is_ok());
    let late = desk.renew_after(&phone, &handed, 61).await;
    assert!(matches!(late, Err(Failure::Invalid(_))));
}

#[tokio::test]
async fn credentials_are_renewed_from_half_their_life_on() {
    let mut desk = Desk::new(&[FATHER]).await;
    let phone = Phone::new(1);
    let code = desk.code(FATHER).await;
    let first = desk.redeem(&phone, &code).await.unwrap();
    desk.service.clock.advance(45 * DAY - 1);
    let same = desk.renew_after(&phone, &first, 0).await.unwrap();
    assert_eq!(texts(&same), texts(&first), "young ones are given again");
    desk.service.clock.advance(1);
    let second = desk.renew_after(&phone, &first, 0).await.unwrap();
    assert_eq!(second.credentials.len(), first.credentials.len());
    for (old, new) in first.credentials.iter().zip(&second.credentials) {
        assert_ne!(old.text, new.text);
        assert_eq!(new.issued - old.issued, 45 * DAY);
        assert_eq!(new.expires - new.issued, 90 * DAY);
    }
    // The older ones simply expire; a year later nothing is kept of them but that their index was used.
    desk.service.clock.advance(200 * DAY);
    wallet::purge(&desk.service).await.unwrap();
    let report = ikd::audit::verify(&desk.service, &[], |_| {})
        .await
        .unwrap();
    // Documents are judged by a trust list of 245 days ago; the lists of places are in order.
    let mut findings = report.findings.iter();
    assert!(
        findings.all(|finding| !finding.place.starts_with("status list")),
        "{:#?}",
        report.findings
    );
    let third = desk.renew_after(&phone, &first, 0).await.unwrap();
    assert_eq!(third.credentials.len(), first.credentials.len());
}

#[tokio::test]
async fn what_a_stolen_key_signed_is_replaced_whenever_the_phone_asks() {
    let mut desk = Desk::new(&[FATHER]).await;
    let phone = Phone::new(1);
    let code = desk.code(FATHER).await;
    let first = desk.redeem(&phone, &code).await.unwrap();
    let kid = first.credentials[0].kid;
    let data = Arc::clone(&desk.data);
    let iss = data.base.texts("SELECT iss FROM offices").remove(0);
    data.ok(&["keys", "add", "--office", &iss, "--standby"]);
    data.ok(&["trust", "publish"]);
    let said = data.ok(&["keys", "compromise", &kid.to_string()]);
    assert!(
        said.out.contains("credentials of phones ended"),
        "{}",
        said.out
    );
    let left = "SELECT COUNT(*) FROM bound_credentials WHERE state = 'active'";
    assert_eq!(data.base.numbers(left), [0]);
    desk.service.clock.advance(60);
    let second = desk.renew_after(&phone, &first, 0).await.unwrap();
    assert_eq!(second.credentials.len(), first.credentials.len());
    assert!(second.credentials.iter().all(|one| one.kid != kid));
}

#[tokio::test]
async fn whoever_turns_21_gets_to_say_so() {
    let mut desk = Desk::new(&[SON]).await;
    let phone = Phone::new(1);
    let code = desk.code(SON).await;
    let of_age = |handed: &Handed| {
        handed
            .credentials
            .iter()
            .any(|c| c.purpose == Some("umur-21"))
    };
    let at_20 = desk.redeem(&phone, &code).await.unwrap();
    assert!(!of_age(&at_20));
    let eve = BIRTHDAY.end_of_day_wib() - DAY;
    desk.service.clock.advance(eve - desk.service.clock.now());
    let before = desk.renew_after(&phone, &at_20, 0).await.unwrap();
    assert!(!of_age(&before));
    let after = desk.renew_after(&phone, &at_20, 1).await.unwrap();
    assert!(of_age(&after));
}

#[tokio::test]
async fn phones_that_ended_are_forgotten_and_their_wallet_is_told_the_same() {
    let mut desk = Desk::new(&[FATHER]).await;
    let phone = Phone::new(1);
    let code = desk.code(FATHER).await;
    let handed = desk.redeem(&phone, &code).await.unwrap();
    let id = handed.device;
    wallet::end_lost(&desk.service, &mut desk.chance, Actor::Local, id)
        .await
        .unwrap();
    for wait in [0, 399 * DAY, 2 * DAY] {
        desk.service.clock.advance(wait);
        wallet::purge(&desk.service).await.unwrap();
        let refused = desk.renew_after(&phone, &handed, 0).await;
        assert!(matches!(refused, Err(Failure::DeviceEnded)), "after {wait}");
    }
    let nik = credential::ids::Nik::parse(FATHER).unwrap();
    let found = wallet::find(&desk.service, Actor::Local, nik)
        .await
        .unwrap();
    assert!(found.is_empty());
}

#[tokio::test]
async fn a_lost_phone_stays_red_until_nothing_of_it_would_count() {
    let mut desk = Desk::new(&[FATHER]).await;
    let phone = Phone::new(1);
    let code = desk.code(FATHER).await;
    let handed = desk.redeem(&phone, &code).await.unwrap();
    let ended = wallet::end_lost(&desk.service, &mut desk.chance, Actor::Local, handed.device);
    ended.await.unwrap();
    let credentials = handed.credentials.len() as i64;
    let base = &desk.data.base;
    let refresh = async || {
        base.change("UPDATE status_lists SET dirty = 1").unwrap();
        ikd::status::refresh(&desk.service).await.unwrap()
    };
    let held = || base.texts("SELECT reason FROM publish_holds").concat();
    let state = |to: &str| format!("UPDATE bound_credentials SET state = '{to}'");
    for forged in ["active", "suspended", "superseded"] {
        assert_eq!(base.forge(&state(forged)), Ok(credentials as u64));
        assert_eq!(refresh().await, 0);
        assert!(
            held().contains(&format!("{credentials} indexes")),
            "{}",
            held()
        );
        base.forge(&state("revoked")).unwrap();
        assert_eq!(refresh().await, 1);
        assert_eq!(held(), "");
    }
    // Nobody says that it is over before it is.
    let over = base.change("UPDATE status_indexes SET ends = 0");
    assert!(over.is_err_and(|e| e.contains("an index ends with its credential")));
    desk.service.clock.advance(90 * DAY);
    wallet::purge(&desk.service).await.unwrap();
    assert_eq!(
        base.numbers("SELECT COUNT(*) FROM bound_credentials"),
        [credentials]
    );
    desk.service.clock.advance(30 * DAY);
    wallet::purge(&desk.service).await.unwrap();
    assert_eq!(base.numbers("SELECT COUNT(*) FROM bound_credentials"), [0]);
    assert_eq!(
        base.numbers("SELECT COUNT(*) FROM status_indexes WHERE ends > 0"),
        [credentials]
    );
    assert_eq!(refresh().await, 1);
    assert_eq!(held(), "");
}

/// A key that is found compromised while it signs.
struct Found {
    key: Arc<dyn Signer>,
    data: Arc<crate::support::Data>,
}

impl Signer for Found {
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        let sql = "UPDATE keys SET state = 'compromised', since = 1 WHERE role = 'issuer'";
        self.data.base.change(sql).unwrap();
        self.key.sign(message)
    }
}

#[tokio::test]
async fn a_key_found_compromised_while_credentials_are_signed_hands_out_nothing() {
    let mut desk = Desk::new(&[FATHER]).await;
    let code = desk.code(FATHER).await;
    let mut tx = desk.service.db.read().await.unwrap();
    let all = ikd::store::keys::all(&mut tx).await.unwrap();
    drop(tx);
    let key = all.iter().find(|key| key.role == Role::Issuer).unwrap();
    let (kid, keyring) = (key.kid, &desk.service.keyring);
    let key = keyring.signer(key.role, kid).unwrap();
    let data = Arc::clone(&desk.data);
    keyring.adopt(kid, Arc::new(Found { key, data }));
    let refused = desk.redeem(&Phone::new(1), &code).await;
    assert!(matches!(refused, Err(Failure::Changed)));
    let states = "SELECT DISTINCT state FROM bound_credentials";
    assert_eq!(desk.data.base.texts(states), ["void"]);
}
