//! A file that is sent again at the moment when its old, forgotten blob is collected.

use crate::blobs::{age, blobs};
use crate::draft::*;
use crate::pdf_files;
use crate::support::Data;
use crate::use_cases::service;
use ikd::attachments;
use ikd::chance::Chance;
use ikd::clock::Clock;
use ikd::domain::ids::{AccountId, ApplicationId};
use ikd::domain::officer::Actor;
use std::sync::Arc;

/// The only account and its draft.
fn owner(data: &Data, draft: &Draft) -> (Actor, ApplicationId) {
    let id = data.base.ids("accounts").remove(0);
    let id = data_encoding::HEXLOWER.decode(id.as_bytes()).unwrap();
    let application = draft.path.strip_prefix("/permohonan/").unwrap();
    (
        Actor::Citizen(AccountId::from_bytes(&id).unwrap()),
        ApplicationId::parse(application).unwrap(),
    )
}

#[test]
fn a_file_that_is_sent_while_its_old_blob_is_collected_stays() {
    let (data, server, draft) = scene();
    drop(server);
    let (actor, application) = owner(&data, &draft);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let service = Arc::new(service(&data, Clock::System).await);
        let chance = &mut Chance::System;
        for round in 0..12 {
            let files: Vec<Vec<u8>> = (0..5).map(|n| pdf_files::sized(9_000 + n)).collect();
            blobs(&data).iter().for_each(|path| age(path, 25));
            let other = Arc::clone(&service);
            let collecting = tokio::spawn(async move { attachments::collect(&other).await });
            let mut sent = Vec::new();
            for bytes in files {
                let added =
                    attachments::add(&service, chance, actor, application, PAPER, bytes.clone());
                sent.push((added.await.unwrap(), bytes));
            }
            collecting.await.unwrap().unwrap();
            for (attachment, bytes) in sent {
                let held = attachments::content(&service, &attachment);
                assert!(held.is_ok_and(|held| held == bytes), "round {round}");
                let removed = attachments::remove(&service, actor, application, attachment.id);
                removed.await.unwrap();
            }
        }
    });
}
