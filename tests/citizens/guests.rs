//! By registration number and code, without an account.

use crate::expiry::{Desk, NOW};
use credential::kinds::KTP;
use ikd::accounts;
use ikd::applications::submit::code_hash;
use ikd::domain::application::{Application, Due, Filer, Late, Receipt, State};
use ikd::domain::dossier::Dossier;
use ikd::domain::ids::{AccountId, ApplicationId};
use ikd::domain::registration::Registration;
use ikd::failure::Failure;
use ikd::store::{applications, offices};

const HERE: &[u8] = b"192.0.2.1";

/// An application that was handed in, with the code 048213.
pub async fn handed_in(desk: &mut Desk, filer: Filer) -> (ApplicationId, Registration) {
    let mut tx = desk.service.db.begin().await.unwrap();
    let office = offices::all(&mut tx).await.unwrap().remove(0).id;
    let id = ApplicationId::draw(&desk.service.clock, &mut desk.chance);
    let draft = Application {
        id,
        office,
        kind: &KTP,
        filer,
        previous: None,
        created: NOW,
        state: State::Draft,
        since: NOW,
        due: Due::Idle,
        late: Late::No,
    };
    let (register, chance) = (&desk.service.register(), &mut desk.chance);
    applications::insert(&mut tx, register, chance, &draft, &Dossier::default())
        .await
        .unwrap();
    let registration = Registration::draw(chance);
    let receipt = Receipt {
        registration: registration.clone(),
        at: NOW,
    };
    let submitted = draft.submit(receipt, Late::No, NOW).unwrap();
    let from = ikd::domain::application::Stage::Draft;
    applications::change(&mut tx, register, chance, from, &submitted)
        .await
        .unwrap();
    let hash = code_hash(&desk.service, id, "048213");
    applications::set_code(&mut tx, register, id, &hash)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (id, registration)
}

async fn enter(
    desk: &mut Desk,
    number: &str,
    code: &str,
) -> Result<Option<ApplicationId>, Failure> {
    let mut tx = desk.service.db.begin().await.unwrap();
    let found =
        accounts::enter(&desk.service, &mut tx, &mut desk.chance, HERE, number, code).await?;
    tx.commit().await.unwrap();
    Ok(found)
}

#[tokio::test]
async fn number_and_code_open_that_application_alone() {
    let mut desk = Desk::new().await;
    let (id, number) = handed_in(&mut desk, Filer::Guest).await;
    let (_, other) = handed_in(&mut desk, Filer::Guest).await;
    let lower = number.to_string().to_lowercase();
    assert_eq!(enter(&mut desk, &lower, "048-213").await.unwrap(), Some(id));
    let unknown = Registration::draw(&mut desk.chance).to_string();
    for (number, code) in [
        (number.to_string(), "048214"),
        (unknown, "048213"),
        ("not a number".to_string(), "048213"),
        (number.to_string(), "4821"),
        (String::new(), ""),
    ] {
        assert_eq!(
            enter(&mut desk, &number, code).await.unwrap(),
            None,
            "{code}"
        );
    }
    assert_ne!(
        enter(&mut desk, &other.to_string(), "048213")
            .await
            .unwrap(),
        Some(id)
    );
}

#[tokio::test]
async fn guessing_at_a_number_ends_after_ten_known_or_not() {
    let mut desk = Desk::new().await;
    let (_, number) = handed_in(&mut desk, Filer::Guest).await;
    let unknown = Registration::draw(&mut desk.chance);
    for number in [number.to_string(), unknown.to_string()] {
        for _ in 0..10 {
            assert_eq!(enter(&mut desk, &number, "111111").await.unwrap(), None);
        }
        let refused = enter(&mut desk, &number, "048213").await;
        assert!(matches!(refused, Err(Failure::TooMany { .. })));
    }
    desk.service.clock.advance(86_400);
    assert!(
        enter(&mut desk, &number.to_string(), "048213")
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn a_closed_account_leaves_what_was_handed_in_to_its_receipt() {
    let mut desk = Desk::new().await;
    let account = AccountId::draw(&desk.service.clock, &mut desk.chance);
    let (id, number) = handed_in(&mut desk, Filer::Citizen(account)).await;
    let mut tx = desk.service.db.begin().await.unwrap();
    applications::unlink(&mut tx, &desk.service.register(), account)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = desk.service.db.read().await.unwrap();
    let left = applications::by_id(&mut tx, &desk.service.crypter, id)
        .await
        .unwrap()
        .unwrap();
    assert!(left.filer == Filer::Guest);
    drop(tx);
    assert_eq!(
        enter(&mut desk, &number.to_string(), "048213")
            .await
            .unwrap(),
        Some(id)
    );
}
