//! What comes while a person is erased, and what is asked for again after it.

use crate::held::*;
use crate::kenari::*;
use crate::town::subject;
use serde_json::json;

#[test]
fn what_came_while_it_was_searched_for_is_not_passed_over() {
    use ikd::failure::Failure;
    use ikd::person::erase::{Answer, erase_found};
    let there = there();
    let data = &there.town.data;
    let nik = credential::ids::Nik::parse(NIK).unwrap();
    let others = json!({"kind": "kk", "people": {"relation": "head_of_family", "subject_nik": subject(151)}});
    let work = async {
        let folder = data.file("data");
        let service = ikd::cli::context::open_on(&folder, data.base.url())
            .await
            .unwrap();
        let erased = async |between: &dyn Fn()| {
            let mut tx = service.db.read().await.unwrap();
            let held = ikd::person::find(&service, &mut tx, nik).await.unwrap();
            drop(tx);
            between();
            let (chance, actor) = (
                &mut ikd::chance::Chance::System,
                ikd::domain::officer::Actor::Local,
            );
            erase_found(&service, chance, actor, held, true).await
        };
        // Hers for somebody else, and somebody else's about her.
        for (who, wish) in [
            (&there.town.owner, &others),
            (&there.neighbour, &draft_about_her()),
        ] {
            let came = erased(&|| drop(who.ok("POST", "/v1/applications", Some(wish)))).await;
            assert!(matches!(came, Err(Failure::Changed)));
        }
        let again = erased(&|| ()).await;
        assert!(matches!(again, Ok(Answer::Erased(_))));
        service.db.close().await;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(work);
}

#[test]
fn what_was_asked_for_about_the_person_is_not_done_again() {
    let there = there();
    let (data, wish) = (&there.town.data, draft_about_her());
    let keyed = there.neighbour.with("idempotency-key", DRAFT_KEY);
    let before = keyed.post("/v1/applications", &wish);
    assert_eq!(before.header("idempotency-replayed"), "true");
    let said = person(data, NIK, &["erase", "--yes"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let count = || data.base.numbers("SELECT COUNT(*) FROM applications")[0];
    let all = count();
    let answer = keyed.post("/v1/applications", &wish);
    answer.problem(410);
    assert!(answer.text().contains("answer-erased"), "{}", answer.text());
    assert_eq!(count(), all);
    // The key is of that request still.
    let other = json!({"kind": "ktp"});
    keyed.post("/v1/applications", &other).problem(422);
    // Another request is done.
    let other = there
        .neighbour
        .with("idempotency-key", "permohonan-tetangga-2");
    assert_eq!(other.post("/v1/applications", &wish).status, 201);
}
