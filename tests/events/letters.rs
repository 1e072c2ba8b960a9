//! Letters: sealed while they wait, delivered by mail, file or gateway, erased afterwards.

use crate::receivers::*;
use crate::support::*;

const ADDRESS: &str = "siti.aminah@contoh.id";
const SECRET_WORD: &str = "KODE-RAHASIA-918273";

#[test]
fn arrives_by_mail_and_leaves_nothing_in_clear() {
    let data = Data::new();
    let sink = MailServer::start(Manner::Takes);
    settings(&data, &sink.settings());
    write_letter(
        &data,
        ADDRESS,
        "Kode: masuk\r\nBcc: x@contoh.id",
        &format!("Halo,\n.\n{SECRET_WORD} é\n"),
    );
    let bytes = database_bytes(&data);
    // The scan finds what is there in clear.
    assert!(contains(&bytes, "waiting") && contains(&bytes, "letter"));
    for hidden in [
        ADDRESS,
        "siti",
        "contoh.id",
        SECRET_WORD,
        "Kode: masuk",
        "Halo,",
    ] {
        assert!(!contains(&bytes, hidden), "{hidden} stands in the database");
    }
    let server = data.serve();
    let letter = until("the letter", || sink.letters().pop());
    until("its end", || {
        (!rows(&data, "delivered").is_empty()).then_some(())
    });
    let (head, body) = letter.split_once("\n\n").unwrap();
    assert!(head.contains(&format!("To: {ADDRESS}")), "{head}");
    assert!(
        head.contains("From: Dukcapil <uji@dukcapil.example>"),
        "{head}"
    );
    assert!(
        head.contains("Subject: Kode: masuk  Bcc: x@contoh.id"),
        "one line: {head}"
    );
    assert!(!head.lines().any(|l| l.starts_with("Bcc")), "{head}");
    let id = rows(&data, "delivered")[0][0].clone();
    assert!(
        head.contains(&format!("Message-ID: <{id}@dukcapil.example>")),
        "{head}"
    );
    assert!(body.contains(SECRET_WORD), "{body}");
    let log = server.log();
    drop(server);
    for hidden in [ADDRESS, SECRET_WORD] {
        assert!(!contains(&database_bytes(&data), hidden), "{hidden}");
        assert!(!log.contains(hidden), "{hidden} stands in the log");
    }
    assert_eq!(sink.letters().len(), 1);
}

#[test]
fn without_a_mail_server_letters_become_files_in_development_alone() {
    let data = Data::new();
    write_letter(&data, ADDRESS, "Halo", "Baris satu\n");
    write_letter(&data, "0812-3456-7890", "Halo", "Pesan\n");
    let said = data.ok(&["outbox", "run"]);
    assert!(
        said.out.starts_with("2 delivered, 0 dropped"),
        "{}",
        said.out
    );
    let mut files: Vec<_> = std::fs::read_dir(data.file("data/mail"))
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    let read = |ending: &str| {
        let file = files.iter().find(|f| f.to_str().unwrap().ends_with(ending));
        std::fs::read_to_string(file.unwrap()).unwrap()
    };
    assert_eq!(files.len(), 2, "{files:?}");
    assert!(read(".eml").contains(&format!("To: {ADDRESS}\r\n")));
    let message: serde_json::Value = serde_json::from_str(&read(".json")).unwrap();
    assert_eq!(message["to"], "+6281234567890");

    settings(
        &data,
        "[web]\npublic_url = \"https://ikd.example\"\n[notify]\nretry = 0\n",
    );
    write_letter(&data, ADDRESS, "Halo", "Baris dua\n");
    let said = data.run(&["outbox", "run"]);
    assert_eq!(
        (said.code, said.out.trim()),
        (
            1,
            "0 delivered, 0 dropped, 11 to be tried again, 1 given up"
        )
    );
    let dead = rows(&data, "dead");
    assert!(
        dead[0]
            .join(" ")
            .ends_with("no way to deliver is configured"),
        "{dead:?}"
    );
    assert_eq!(
        std::fs::read_dir(data.file("data/mail")).unwrap().count(),
        2
    );

    // Once there is a mail server, it can be tried again.
    let sink = MailServer::start(Manner::Takes);
    settings(&data, &sink.settings());
    let id = dead[0][0].clone();
    data.ok(&["outbox", "retry", &id]);
    data.ok(&["outbox", "run"]);
    assert_eq!(sink.letters().len(), 1);
    assert_eq!(
        data.run(&["outbox", "retry", &id]).code,
        1,
        "delivered is not to be retried"
    );
}

#[test]
fn a_refusing_mail_server_is_tried_twelve_times_and_its_words_are_not_kept() {
    let data = Data::new();
    let sink = MailServer::start(Manner::Refuses(550));
    settings(&data, &sink.settings());
    write_letter(&data, ADDRESS, "Halo", "Isi\n");
    let said = data.run(&["outbox", "run"]);
    assert_eq!(
        (said.code, said.out.trim()),
        (
            1,
            "0 delivered, 0 dropped, 11 to be tried again, 1 given up"
        )
    );
    let dead = rows(&data, "dead");
    assert!(
        dead[0].join(" ").ends_with("mail server answered 550"),
        "{dead:?}"
    );
    assert!(
        !contains(&database_bytes(&data), "siti@contoh.id"),
        "what the server said is kept"
    );
}

#[test]
fn a_wait_lies_between_two_tries() {
    let data = Data::new();
    let sink = MailServer::start(Manner::Refuses(451));
    settings(&data, &sink.settings().replace("retry = 0", "retry = 84"));
    write_letter(&data, ADDRESS, "Halo", "Isi\n");
    let said = data.run(&["outbox", "run"]);
    assert_eq!(
        said.out.trim(),
        "0 delivered, 0 dropped, 1 to be tried again, 0 given up"
    );
    sink.behave(Manner::Takes);
    let said = data.ok(&["outbox", "run"]);
    assert!(said.out.starts_with("0 delivered"), "{}", said.out);
    assert!(sink.letters().is_empty());
}

#[test]
fn messages_to_phones_go_to_the_gateway_signed() {
    let data = Data::new();
    let gateway = Receiver::start(|_| "200 OK");
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    data.write("data/gateway.secret", &format!("{secret}\n"));
    settings(
        &data,
        &format!(
            "[notify]\nwebhook = \"{}\"\nsecret_file = \"gateway.secret\"\n",
            gateway.url()
        ),
    );
    write_letter(&data, "+62 812 3456 7890", "Dukcapil", "Kode 123456\n");
    data.ok(&["outbox", "run"]);
    let got = gateway.got().pop().unwrap();
    let body: serde_json::Value = serde_json::from_slice(&got.body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({"to": "+6281234567890", "subject": "Dukcapil", "text": "Kode 123456\n"})
    );
    assert_eq!(got.header("content-type"), "application/json");
    assert!(crate::webhooks::signature_fits(&got, secret));
}

#[test]
fn settings_that_cannot_work_are_told_at_the_start() {
    let data = Data::new();
    for (text, field) in [
        ("[mail]\nsmtp = \"http://mail.example\"\n", "mail.smtp"),
        (
            "[mail]\nsmtp = \"smtps://user:word@mail.example\"\n",
            "mail.smtp",
        ),
        ("[mail]\nfrom = \"nobody\"\n", "mail.from"),
        (
            "[mail]\nsmtp = \"smtps://mail.example\"\nuser = \"ikd\"\n",
            "mail.user",
        ),
        (
            "[notify]\nwebhook = \"https://sms.example/\"\n",
            "notify.secret_file",
        ),
        (
            "[notify]\nwebhook = \"http://sms.example/\"\n",
            "notify.webhook",
        ),
    ] {
        settings(&data, text);
        for command in [
            &["outbox", "run"][..],
            &["serve", "--listen", "127.0.0.1:0"],
        ] {
            let said = data.run(command);
            assert_eq!(said.code, 1, "{text}{}", said.err);
            assert!(
                said.err.contains(&format!("config.toml: {field}:")),
                "{text}{}",
                said.err
            );
        }
    }
}
