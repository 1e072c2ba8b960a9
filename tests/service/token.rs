//! Keys in a PKCS#11 token: SoftHSM, where it is installed.

use crate::support::*;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::object::{Attribute, AttributeType, ObjectClass};
use cryptoki::session::UserType;
use cryptoki::slot::Slot;
use secrecy::SecretString;
use std::path::Path;
use std::process::Command;

const DRIVERS: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
];

/// The driver; none on a bare machine, where such tests are skipped.
fn driver() -> Option<&'static str> {
    let found = DRIVERS.into_iter().find(|path| Path::new(path).exists());
    if found.is_none() {
        let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
        assert!(
            !required.split(',').any(|r| r == "softhsm"),
            "IKD_REQUIRE names softhsm, but it is not installed"
        );
        eprintln!("SKIPPED: needs SoftHSM (softhsm2)");
    }
    found
}

/// A data directory whose keys are to be in a token of its own, not made yet.
fn with_token(driver: &str) -> Data {
    let mut data = Data::nothing();
    std::fs::create_dir(data.file("tokens")).unwrap();
    let settings = format!(
        "directories.tokendir = {}\nlog.level = ERROR\n",
        data.path("tokens")
    );
    data.write("softhsm2.conf", &settings);
    data.environment = vec![("SOFTHSM2_CONF", data.path("softhsm2.conf"))];
    // The driver itself, since its tools are a package of their own.
    let made = in_token(&data, driver, "make");
    assert!(made.contains("made"), "{made}");
    data
}

/// Does something with the token as somebody else would: in a process of its own, because a driver is one for a process.
fn in_token(data: &Data, driver: &str, what: &str) -> String {
    let test = std::env::current_exe().unwrap();
    let output = Command::new(test)
        .args([
            "token::somebody_else",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .envs(data.environment.iter().cloned())
        .env("UJI_DRIVER", driver)
        .env("UJI_WHAT", what)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "a part of the other tests"]
fn somebody_else() {
    let driver = std::env::var("UJI_DRIVER").unwrap();
    let what = std::env::var("UJI_WHAT").unwrap();
    let pkcs11 = Pkcs11::new(driver).unwrap();
    let how = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
    pkcs11.initialize(how).unwrap();
    let officer = SecretString::from("12345678");
    let pin = |text: &str| SecretString::from(text.to_string());
    let slot = |pkcs11: &Pkcs11| -> Slot {
        let slots = pkcs11.get_slots_with_initialized_token().unwrap();
        slots[0]
    };
    match what.as_str() {
        "make" => {
            let empty = pkcs11.get_slots_with_token().unwrap()[0];
            pkcs11.init_token(empty, &officer, "uji").unwrap();
            let session = pkcs11.open_rw_session(slot(&pkcs11)).unwrap();
            session.login(UserType::So, Some(&officer)).unwrap();
            session.init_pin(&pin("sandi-uji-kartu")).unwrap();
            println!("made");
        }
        "another pin" => {
            let session = pkcs11.open_rw_session(slot(&pkcs11)).unwrap();
            session
                .login(UserType::User, Some(&pin("sandi-uji-kartu")))
                .unwrap();
            session
                .set_pin(&pin("sandi-uji-kartu"), &pin("sandi-uji-lain"))
                .unwrap();
        }
        _ => {
            let session = pkcs11.open_ro_session(slot(&pkcs11)).unwrap();
            session
                .login(UserType::User, Some(&pin("sandi-uji-kartu")))
                .unwrap();
            let keys = [Attribute::Class(ObjectClass::PRIVATE_KEY)];
            for key in session.find_objects(&keys).unwrap() {
                let asked = [
                    AttributeType::Label,
                    AttributeType::Sensitive,
                    AttributeType::Extractable,
                    AttributeType::NeverExtractable,
                ];
                let about = session.get_attributes(key, &asked).unwrap();
                let [Attribute::Label(label), flags @ ..] = &about[..] else {
                    panic!("{about:?}");
                };
                let value = session.get_attributes(key, &[AttributeType::Value]);
                println!(
                    "key {} {flags:?} {}",
                    String::from_utf8_lossy(label),
                    value.is_ok_and(|v| !v.is_empty())
                );
            }
        }
    }
}

fn init(data: &Data, driver: &str) -> Said {
    data.write("pin", "sandi-uji-kartu\n");
    data.run(&[
        "init",
        "--pkcs11-module",
        driver,
        "--pkcs11-token",
        "uji",
        "--pkcs11-pin-file",
        &data.path("pin"),
    ])
}

fn people(data: &Data, n: u32) {
    let rows: Vec<String> = (1..=n).map(row).collect();
    data.write("people.csv", &format!("{HEADER}\n{}\n", rows.join("\n")));
    data.ok(&["import", "persons", &data.path("people.csv")]);
}

#[test]
fn keys_are_made_in_the_token_and_never_leave_it() {
    let Some(driver) = driver() else { return };
    let data = with_token(driver);
    let said = init(&data, driver);
    assert_eq!(said.code, 0, "{}", said.err);
    people(&data, 43);
    let files: Vec<String> = std::fs::read_dir(data.file("data/keys"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        files.len() == 1 && files[0].starts_with("root-"),
        "{files:?}"
    );
    let list = data.ok(&["keys", "list"]).out;
    let places = |word: &str| {
        list.lines()
            .filter(|l| l.contains(&format!(" {word} ")))
            .count()
    };
    assert_eq!((places("token"), places("here")), (3, 1), "{list}");

    data.issue(1, "ktp");
    let kid = data
        .ok(&["keys", "add", "--office", "ID.3273"])
        .after("key ");
    data.ok(&["trust", "publish"]);
    // The newest key signs, and what the one before signed stays valid.
    data.issue(2, "kk");
    let text = data.ok(&["bundle", "export", &data.path("b")]).out;
    assert!(text.contains("decides until"), "{text}");
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    // Many more than there are sessions.
    std::thread::scope(|scope| {
        for n in 3..=43 {
            let (server, token) = (&server, &token);
            scope.spawn(move || server.issue(token, n));
        }
    });
    assert_eq!(server.get("/readyz").status, 200);
    let said = data.ok(&["audit", "verify"]).out;
    assert!(
        said.contains("(43 judged)") && said.contains("in order"),
        "{said}"
    );

    let held = in_token(&data, driver, "show");
    let keys: Vec<&str> = held.lines().filter(|l| l.starts_with("key ")).collect();
    assert_eq!(keys.len(), 4, "{held}");
    for key in &keys {
        let flags = "[Sensitive(true), Extractable(false), NeverExtractable(true)] false";
        assert!(key.ends_with(flags), "{key}");
    }
    assert!(held.contains(&format!("key ikd-issuer-{kid} ")), "{held}");
}

#[test]
fn a_wrong_pin_is_tried_once() {
    let Some(driver) = driver() else { return };
    let data = with_token(driver);
    assert_eq!(init(&data, driver).code, 0);
    people(&data, 1);
    data.write("pin", "sandi-uji-lain\n");
    let issue = || {
        let out = data.path("qr.png");
        data.run(&["issue", "--nik", &nik(1), "--kind", "ktp", "--out", &out])
    };
    let said = issue();
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("refused the PIN") && said.err.contains("write the right PIN"),
        "{}",
        said.err
    );
    // Now it would be right, and is not tried: the file is the one that was refused.
    in_token(&data, driver, "another pin");
    let said = issue();
    assert!(
        said.code == 2 && said.err.contains("refused the PIN"),
        "{}",
        said.err
    );
    data.write("pin", "sandi-uji-lain\n");
    let said = issue();
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!data.file("data/keys/pin-refused").exists());
}

#[test]
fn a_token_that_vanished_is_found_again() {
    let Some(driver) = driver() else { return };
    let data = with_token(driver);
    assert_eq!(init(&data, driver).code, 0);
    people(&data, 40);
    let token = data.officer("ID.3273", "signer");
    let server = data.serve();
    server.issue(&token, 1);
    std::fs::rename(data.file("tokens"), data.file("elsewhere")).unwrap();
    std::fs::create_dir(data.file("tokens")).unwrap();
    let card = |n: u32| {
        let body = format!(r#"{{"nik":"{}","kind":"ktp"}}"#, nik(n));
        server.post(&token, "/v1/documents", &body)
    };
    let gone = (2..20).map(card).find(|answer| answer.status != 201);
    let gone = gone.expect("something cannot be signed");
    assert_eq!(gone.status, 503, "{}", gone.text());
    assert_eq!(gone.header("retry-after"), "5");
    assert!(!gone.text().contains("sandi-uji-kartu"), "{}", gone.text());
    std::fs::remove_dir(data.file("tokens")).unwrap();
    std::fs::rename(data.file("elsewhere"), data.file("tokens")).unwrap();
    // It is asked again after a second at the soonest.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let back = (20..40).map(card).find(|answer| answer.status == 201);
    assert!(back.is_some(), "{}", server.log());
    assert!(!server.log().contains("sandi-uji-kartu"));
}

#[test]
fn a_token_or_driver_that_is_not_there_is_named() {
    let Some(driver) = driver() else { return };
    let refuse = |module: &str, token: &str, word: &str| {
        let data = with_token(driver);
        data.write("pin", "sandi-uji-kartu\n");
        let said = data.run(&[
            "init",
            "--pkcs11-module",
            module,
            "--pkcs11-token",
            token,
            "--pkcs11-pin-file",
            &data.path("pin"),
        ]);
        assert!(said.code == 2 && said.err.contains(word), "{}", said.err);
    };
    refuse(driver, "lain", "no token has this label");
    refuse("/bin/sh", "uji", "not a PKCS#11 driver");
}
