//! Key files and the life of keys.

use crate::support::*;
use ikd::keys::{KeyError, Role, Signer};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::Arc;

fn openssl_reads(path: &std::path::Path, passphrase: &str) -> bool {
    let mut command = Command::new("openssl");
    command
        .args([
            "pkey",
            "-noout",
            "-text",
            "-passin",
            &format!("pass:{passphrase}"),
            "-in",
        ])
        .arg(path);
    let output = command.output().expect("openssl is installed");
    output.status.success() && String::from_utf8_lossy(&output.stdout).contains("ED25519")
}

#[test]
fn key_files_are_private_and_openssl_reads_them() {
    let data = Data::new();
    let keys = data.dir.path().join("data/keys");
    let mut seen = 0;
    for entry in std::fs::read_dir(keys).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(openssl_reads(&path, ""), "{path:?}");
        seen += 1;
    }
    assert_eq!(seen, 4, "root, publisher, issuer, log");
}

#[test]
fn encrypted_keys_need_their_passphrase() {
    let data = Data::nothing();
    data.write("secret", "correct horse\n");
    data.ok(&["init", "--passphrase-file", &data.path("secret")]);
    let keys = data.dir.path().join("data/keys");
    for entry in std::fs::read_dir(keys).unwrap() {
        let path = entry.unwrap().path();
        assert!(
            std::fs::read_to_string(&path)
                .unwrap()
                .starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----")
        );
        assert!(openssl_reads(&path, "correct horse") && !openssl_reads(&path, "wrong"));
    }
    data.ok(&["trust", "publish"]);
    data.write("secret", "wrong\n");
    let said = data.run(&["trust", "publish"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("passphrase is wrong"), "{}", said.err);
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let data = Data::new();
    let keys = data.dir.path().join("data/keys");
    let root = std::fs::read_dir(keys).unwrap().map(|e| e.unwrap().path());
    let root = root
        .into_iter()
        .find(|p| p.to_str().unwrap().contains("root-"))
        .unwrap();
    std::fs::set_permissions(&root, std::fs::Permissions::from_mode(0o644)).unwrap();
    let said = data.run(&["trust", "publish"]);
    assert!(
        said.code == 2 && said.err.contains("chmod 600"),
        "{}",
        said.err
    );
    std::fs::remove_file(&root).unwrap();
    let said = data.run(&["trust", "publish"]);
    assert!(
        said.code == 2 && said.err.contains("is not in"),
        "{}",
        said.err
    );
}

#[test]
fn a_key_is_replaced_and_a_compromised_one_no_longer_counts() {
    let data = Data::with_people(2);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let document = server.issue(&token, 1);
    let text = document["qr"]["text"].as_str().unwrap();
    let kid = document["kid"].as_str().unwrap();
    assert_eq!(verdict(text, &data.bundle()), "valid");
    data.ok(&["keys", "add", "--office", "ID.3273"]);
    data.ok(&["keys", "compromise", kid, "--since", "2020-01-01T00:00:00Z"]);
    data.ok(&["trust", "publish"]);
    assert_eq!(verdict(text, &data.bundle()), "key_compromised");
    let second = server.issue(&token, 2);
    assert_ne!(second["kid"], kid, "the new key signs, without a restart");
    assert_eq!(
        verdict(second["qr"]["text"].as_str().unwrap(), &data.bundle()),
        "valid"
    );
    let jwks = server.get("/.well-known/jwks.json").json();
    let kids: Vec<_> = jwks["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|k| k["kid"].clone())
        .collect();
    assert_eq!(kids, [second["kid"].clone()]);
    let said = data.run(&["keys", "retire", kid]);
    assert!(
        said.code == 1 && said.err.contains("compromised"),
        "{}",
        said.err
    );
}

#[test]
fn the_time_of_a_compromise_moves_back_and_never_forward() {
    let data = Data::with_people(1);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let document = server.issue(&token, 1);
    let text = document["qr"]["text"].as_str().unwrap();
    let kid = document["kid"].as_str().unwrap();
    data.ok(&["keys", "add", "--office", "ID.3273"]);
    // A year that was mistyped, milliseconds, and what is no time of ours.
    for slip in ["2098-01-01T00:00:00Z", "1795000000000", "-1"] {
        let since = format!("--since={slip}");
        let said = data.run(&["keys", "compromise", kid, &since]);
        assert!(
            said.code == 1 && said.err.contains("between 1970 and now"),
            "{slip}: {}",
            said.err
        );
    }
    std::thread::sleep(std::time::Duration::from_secs(2));
    data.ok(&["keys", "compromise", kid, "--later"]);
    data.ok(&["trust", "publish"]);
    assert_eq!(verdict(text, &data.bundle()), "valid", "signed before");
    // Somebody had it earlier than was thought.
    data.ok(&["keys", "compromise", kid, "--since", "2020-01-01T00:00:00Z"]);
    data.ok(&["trust", "publish"]);
    assert_eq!(verdict(text, &data.bundle()), "key_compromised");
    for later in ["2020-01-01T00:00:01Z", "2026-01-01T00:00:00Z"] {
        let said = data.run(&["keys", "compromise", kid, "--since", later]);
        assert!(
            said.code == 1 && said.err.contains("since"),
            "{later}: {}",
            said.err
        );
    }
    data.ok(&["trust", "publish"]);
    assert_eq!(verdict(text, &data.bundle()), "key_compromised");
}

fn mode(path: &std::path::Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn what_is_made_is_the_owners_alone() {
    let data = Data::nothing();
    // Whatever the caller lets others do with new files.
    let run = format!(
        "umask 000; exec {} --data {} init",
        env!("CARGO_BIN_EXE_ikd"),
        data.path("data")
    );
    let mut command = Command::new("sh");
    data.base.name_to(&mut command);
    assert!(
        command
            .args(["-c", &run])
            .output()
            .unwrap()
            .status
            .success()
    );
    let of = |name: &str| data.file("data").join(name);
    assert_eq!(mode(&data.file("data")), 0o700);
    assert_eq!(mode(&of("keys")), 0o700);
    assert_eq!(mode(&of("data.key")), 0o600);
    let files = ["ikd.db", "ikd.db-wal", "ikd.db-shm"].map(of);
    for file in files.iter().filter(|file| file.exists()) {
        assert_eq!(mode(file), 0o600, "{file:?}");
    }
    // The log that a later command makes, too.
    let _server = data.serve();
    for file in files.iter().filter(|file| file.exists()) {
        assert_eq!(mode(file), 0o600, "{file:?}");
    }
}

#[test]
fn a_data_key_that_others_can_read_is_refused() {
    let data = Data::new();
    let path = data.file("data/data.key");
    for exposed in [0o640, 0o604, 0o620] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(exposed)).unwrap();
        let said = data.run(&["keys", "list"]);
        assert_eq!(said.code, 2, "{}", said.out);
        assert!(
            said.err.contains("data.key") && said.err.contains("chmod 600"),
            "{}",
            said.err
        );
    }
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
    data.ok(&["keys", "list"]);
}

/// A key that is found compromised while it signs.
struct Found {
    key: Arc<dyn Signer>,
    base: Arc<Data>,
}

impl Signer for Found {
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        let sql = "UPDATE keys SET state = 'compromised', since = 1 WHERE role = 'issuer'";
        assert_eq!(self.base.base.change(sql), Ok(1));
        self.key.sign(message)
    }
}

#[tokio::test]
async fn a_key_found_compromised_while_a_document_is_signed_issues_nothing() {
    let data = Arc::new(Data::with_people(2));
    let first = data.issue(1, "ktp");
    let service = crate::use_cases::service(&data, ikd::clock::Clock::System).await;
    let mut tx = service.db.read().await.unwrap();
    let all = ikd::store::keys::all(&mut tx).await.unwrap();
    drop(tx);
    let key = all.iter().find(|key| key.role == Role::Issuer).unwrap();
    let (kid, role) = (key.kid, key.role);
    let key = service.keyring.signer(role, kid).unwrap();
    let base = Arc::clone(&data);
    service.keyring.adopt(kid, Arc::new(Found { key, base }));
    let request = ikd::issue::Request {
        nik: credential::ids::Nik::parse(&nik(2)).unwrap(),
        kind: &credential::kinds::KTP,
        supersede: false,
        face: None,
    };
    let (chance, local) = (&mut ikd::chance::Chance::System, ikd::cli::context::LOCAL);
    let issued = ikd::issue::issue(&service, chance, local, request).await;
    assert!(
        matches!(issued, Err(ikd::failure::Failure::Changed)),
        "{issued:?}"
    );
    let states = data.base.texts("SELECT state FROM documents ORDER BY id");
    assert_eq!(states, ["active", "void"], "{first}");
}
