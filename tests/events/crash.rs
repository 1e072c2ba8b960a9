//! A process that dies between claim and delivery loses nothing; several processes deliver nothing twice.

use crate::receivers::*;
use crate::support::*;

fn message_id(letter: &str) -> String {
    let line = letter.lines().find(|l| l.starts_with("Message-ID:"));
    line.unwrap_or_else(|| panic!("{letter}")).to_string()
}

#[test]
fn killed_between_claim_and_delivery() {
    let data = Data::new();
    let sink = MailServer::start(Manner::Hangs);
    settings(
        &data,
        // The claim does not lapse before it is made to.
        &sink.settings().replace("timeout = 20", "timeout = 600"),
    );
    write_letter(&data, "siti@contoh.id", "Halo", "Isi\n");
    let server = data.serve();
    until("the letter on its way", || {
        (!sink.letters().is_empty()).then_some(())
    });
    server.signal("KILL");
    drop(server);
    assert_eq!(
        rows(&data, "claimed").len(),
        1,
        "{:?}",
        rows(&data, "waiting")
    );
    // Nobody takes it up before the claim lapses.
    let said = data.ok(&["outbox", "run"]);
    assert!(said.out.starts_with("0 delivered"), "{}", said.out);
    assert_eq!(data.base.change("UPDATE outbox SET due = 0"), Ok(1));
    sink.behave(Manner::Takes);
    let _server = data.serve();
    until("its end", || {
        (!rows(&data, "delivered").is_empty()).then_some(())
    });
    let letters = sink.letters();
    assert_eq!(letters.len(), 2);
    assert_eq!(message_id(&letters[0]), message_id(&letters[1]));
}

#[test]
fn two_servers_deliver_each_letter_once() {
    let data = Data::new();
    let sink = MailServer::start(Manner::Takes);
    settings(&data, &sink.settings());
    for n in 0..60 {
        write_letter(
            &data,
            &format!("warga{n}@contoh.id"),
            "Halo",
            &format!("Surat {n}\n"),
        );
    }
    let _one = data.serve();
    let _two = data.serve();
    until("sixty ends", || {
        (rows(&data, "delivered").len() == 60).then_some(())
    });
    let mut ids: Vec<_> = sink.letters().iter().map(|l| message_id(l)).collect();
    assert_eq!(ids.len(), 60);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 60);
}

#[test]
fn a_stopped_server_finishes_what_is_under_way() {
    let data = Data::new();
    let sink = MailServer::start(Manner::Takes);
    settings(&data, &sink.settings());
    let mut server = data.serve();
    write_letter(&data, "siti@contoh.id", "Halo", "Isi\n");
    until("the letter", || (!sink.letters().is_empty()).then_some(()));
    server.signal("TERM");
    server.child.wait().unwrap();
    assert_eq!(rows(&data, "delivered").len(), 1);
}
