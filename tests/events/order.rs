//! What is told about one application is told in order, and nothing is claimed twice.

use crate::receivers::*;
use crate::support::*;
use ikd::chance::Chance;
use ikd::domain::application::Stage;
use ikd::domain::ids::ApplicationId;
use ikd::failure::Failure;
use ikd::outbox::{Event, event};
use ikd::service::Service;
use ikd::store::outbox::{self, Cause, Notice, State};
use ikd::store::{Tx, offices};

/// Commits that an application reached those stages.
pub async fn reach(service: &Service, application: ApplicationId, iss: &str, stages: &[Stage]) {
    let mut tx = service.db.begin().await.unwrap();
    let all = offices::all(&mut tx).await.unwrap();
    let office = all.iter().find(|o| o.iss.as_str() == iss).unwrap().id;
    for stage in stages {
        let reached = Event::ApplicationChanged {
            application,
            office,
            stage: *stage,
        };
        event(service, &mut tx, &mut Chance::System, reached)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

async fn due(tx: &mut Tx, now: i64) -> Vec<Notice> {
    outbox::due(tx, now, 100).await.unwrap()
}

fn stage(notice: &Notice) -> Option<Stage> {
    match notice.cause {
        Cause::Application { stage, .. } => Some(stage),
        _ => None,
    }
}

#[test]
fn a_later_stage_waits_for_the_earlier_one() {
    let data = Data::new();
    block(async {
        let service = library(&data).await;
        let chance = &mut Chance::System;
        let one = ApplicationId::draw(&service.clock, chance);
        let other = ApplicationId::draw(&service.clock, chance);
        // A draft is nobody's news.
        reach(
            &service,
            one,
            "ID.3273",
            &[Stage::Draft, Stage::Submitted, Stage::UnderVerification],
        )
        .await;
        reach(&service, other, "ID.3273", &[Stage::Submitted]).await;
        let now = service.clock.now() + 5;
        let mut tx = service.db.begin().await.unwrap();
        let found = due(&mut tx, now).await;
        let stages: Vec<_> = found.iter().map(stage).collect();
        assert_eq!(stages, [Some(Stage::Submitted), Some(Stage::Submitted)]);

        let first = |found: &[Notice]| {
            let mine = |n: &&Notice| matches!(n.cause, Cause::Application { application, .. } if application == one);
            found
                .iter()
                .find(mine)
                .map(|n| (n.id, n.state, n.tries, stage(n)))
        };
        let (id, ..) = first(&found).unwrap();
        let notice = found.into_iter().find(|n| n.id == id).unwrap();
        outbox::claim(&mut tx, &notice, now + 60).await.unwrap();
        let again = outbox::claim(&mut tx, &notice, now + 60).await;
        assert!(matches!(again, Err(Failure::Changed)), "claimed twice");
        assert_eq!(
            first(&due(&mut tx, now).await),
            None,
            "the later stage overtakes"
        );
        // The claim lapsed: the same row again, and not the later stage.
        let lapsed = first(&due(&mut tx, now + 60).await);
        assert_eq!(
            lapsed,
            Some((id, State::Claimed, 1, Some(Stage::Submitted)))
        );

        let mut claimed = outbox::by_id(&mut tx, id).await.unwrap().unwrap();
        outbox::fail(
            &mut tx,
            &claimed,
            State::Claimed,
            State::Waiting,
            now + 100,
            "x",
        )
        .await
        .unwrap();
        assert_eq!(
            first(&due(&mut tx, now + 99).await),
            None,
            "the later stage overtakes"
        );
        claimed = outbox::by_id(&mut tx, id).await.unwrap().unwrap();
        outbox::claim(&mut tx, &claimed, now + 160).await.unwrap();
        // The first claim's holder comes back too late.
        let late = outbox::end(&mut tx, id, 1, State::Delivered, now).await;
        assert!(
            matches!(late, Err(Failure::Changed)),
            "an old claim still counts"
        );
        outbox::end(&mut tx, id, 2, State::Delivered, now)
            .await
            .unwrap();
        let next = first(&due(&mut tx, now).await);
        assert_eq!(next.map(|n| n.3), Some(Some(Stage::UnderVerification)));
    });
}

#[test]
fn what_is_rolled_back_is_not_told() {
    let data = Data::new();
    block(async {
        let service = library(&data).await;
        let chance = &mut Chance::System;
        let application = ApplicationId::draw(&service.clock, chance);
        let mut tx = service.db.begin().await.unwrap();
        let office = offices::all(&mut tx).await.unwrap()[0].id;
        let reached = Event::ApplicationChanged {
            application,
            office,
            stage: Stage::Submitted,
        };
        event(&service, &mut tx, chance, reached).await.unwrap();
        drop(tx);
        let mut tx = service.db.begin().await.unwrap();
        assert!(due(&mut tx, i64::MAX).await.is_empty());
    });
}

/// Somebody waits before a page for the code in a letter: it is not behind thousands of notices.
#[test]
fn a_letter_comes_before_notices_that_have_waited_longer() {
    let data = Data::new();
    block(async {
        let service = library(&data).await;
        for _ in 0..40 {
            let one = ApplicationId::draw(&service.clock, &mut Chance::System);
            reach(&service, one, "ID.3273", &[Stage::Submitted]).await;
        }
        let mut tx = service.db.begin().await.unwrap();
        let letter = outbox_letter("siti@contoh.id");
        ikd::outbox::mail(&service, &mut tx, &mut Chance::System, letter)
            .await
            .unwrap();
        let now = service.clock.now() + 5;
        let found = outbox::due(&mut tx, now, 16).await.unwrap();
        assert_eq!(found.len(), 16);
        assert!(matches!(found[0].cause, Cause::Letter { .. }));
        assert!(
            found[1..]
                .iter()
                .all(|n| stage(n) == Some(Stage::Submitted))
        );
    });
}

fn outbox_letter(to: &str) -> ikd::outbox::Letter {
    ikd::outbox::Letter {
        to: ikd::outbox::Address::parse(to).unwrap(),
        subject: "Kode".into(),
        text: "123456".into(),
    }
}
