//! What could not be delivered is seen by the administrators and auditors of its office, and by nobody else.

use crate::order::reach;
use crate::receivers::*;
use crate::support::*;
use ikd::chance::Chance;
use ikd::domain::application::Stage;
use ikd::domain::ids::{ApplicationId, NoticeId, OfficerId};
use ikd::domain::officer::{Actor, OfficerRole};
use ikd::failure::Failure;
use ikd::outbox::dead;
use ikd::store::offices;
use ikd::store::outbox::{self, State};

/// Two offices with an application each whose applicant could not be told.
fn two_offices(data: &Data) -> [String; 2] {
    data.ok(&[
        "office", "add", "--iss", "ID.3174", "--name", "Uji", "--region", "3174",
    ]);
    block(async {
        let service = library(data).await;
        let chance = &mut Chance::System;
        let ids = [(); 2].map(|()| ApplicationId::draw(&service.clock, chance));
        for (id, iss) in ids.into_iter().zip(["ID.3273", "ID.3174"]) {
            reach(&service, id, iss, &[Stage::NeedsCorrection]).await;
        }
        let mut tx = service.db.begin().await.unwrap();
        for mut notice in outbox::due(&mut tx, i64::MAX, 10).await.unwrap() {
            outbox::claim(&mut tx, &notice, i64::MAX).await.unwrap();
            notice.tries += 1;
            let (from, to) = (State::Claimed, State::Dead);
            outbox::fail(&mut tx, &notice, from, to, 1_790_000_000, "took too long")
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        ids.map(|id| id.to_string())
    })
}

#[test]
fn each_office_sees_its_own() {
    let data = Data::new();
    let [here, there] = two_offices(&data);
    let server = data.serve();
    let auditors = ["ID.3273", "ID.3174"].map(|iss| data.officer(iss, "auditor"));
    for (token, own) in auditors.iter().zip([&here, &there]) {
        let answer = server.get_as(token, "/v1/outbox/dead");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let items = answer.json()["items"].clone();
        assert_eq!(items.as_array().unwrap().len(), 1, "{items}");
        assert_eq!(items[0]["application"], **own);
        assert_eq!(items[0]["stage"], "needs_correction");
        assert_eq!(items[0]["fault"], "took too long");
    }
    let signer = data.officer("ID.3273", "signer");
    server.get_as(&signer, "/v1/outbox/dead").problem(403);
    server.get("/v1/outbox/dead").problem(401);
    let fields = server
        .get_as(&auditors[0], "/v1/outbox/dead?limit=0")
        .problem(422);
    assert_eq!(fields, ["limit"]);

    let dead = server.get_as(&auditors[0], "/v1/outbox/dead").json();
    let id = dead["items"][0]["id"].as_str().unwrap().to_string();
    let retry = format!("/v1/outbox/dead/{id}/retry");
    server.post(&auditors[0], &retry, "").problem(403);
    server.post(&auditors[1], &retry, "").problem(404);
    server
        .post(&auditors[0], "/v1/outbox/dead/x/retry", "")
        .problem(422);
    assert_eq!(rows(&data, "dead").len(), 2);
}

#[test]
fn an_administrator_retries_what_is_of_the_own_office() {
    let data = Data::new();
    two_offices(&data);
    block(async {
        let service = library(&data).await;
        let chance = &mut Chance::System;
        let mut tx = service.db.begin().await.unwrap();
        let all = offices::all(&mut tx).await.unwrap();
        let admin = |iss: &str, chance: &mut Chance| Actor::Officer {
            id: OfficerId::draw(&service.clock, chance),
            office: all.iter().find(|o| o.iss.as_str() == iss).unwrap().id,
            role: OfficerRole::Admin,
        };
        let (here, there) = (admin("ID.3273", chance), admin("ID.3174", chance));
        let mine = dead::list(&mut tx, here, None, 10).await.unwrap();
        assert_eq!(mine.len(), 1);
        let id: NoticeId = mine[0].id;
        let foreign = dead::retry(&service, &mut tx, chance, there, id).await;
        assert!(matches!(foreign, Err(Failure::NotFound(_))));
        dead::retry(&service, &mut tx, chance, here, id)
            .await
            .unwrap();
        let notice = outbox::by_id(&mut tx, id).await.unwrap().unwrap();
        assert_eq!((notice.state, notice.tries), (State::Waiting, 0));
        assert!(
            dead::list(&mut tx, here, None, 10)
                .await
                .unwrap()
                .is_empty()
        );
        let again = dead::retry(&service, &mut tx, chance, here, id).await;
        assert!(
            matches!(again, Err(Failure::NotFound(_))),
            "it is under way again"
        );
    });
}
