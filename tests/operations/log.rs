//! The audit trail as a log: it grows, `ikd audit verify` finds what was changed in it, and a head kept elsewhere finds
//! that all of it was written anew.

use crate::database::number;
use crate::support::Data;
use sha2::{Digest, Sha256};
use std::thread::sleep;
use std::time::Duration;

/// A service with some lines in its log, under two heads.
fn logged() -> Data {
    let data = Data::with_people(3);
    data.officer("ID.3273", "operator");
    data.ok(&["trust", "publish"]);
    let id = data.issue(1, "ktp");
    data.ok(&["audit", "seal", "--out", &data.path("first")]);
    data.ok(&["revoke", &id, "--reason", "lost"]);
    data.issue(2, "ktp");
    data.ok(&["audit", "seal", "--out", &data.path("second")]);
    data
}

fn lines(data: &Data) -> i64 {
    number(data, "SELECT COUNT(*) FROM audit")
}

#[test]
fn every_line_gets_its_place_and_heads_kept_elsewhere_hold() {
    let data = logged();
    let all = lines(&data);
    assert_eq!(number(&data, "SELECT size FROM log_state"), all);
    assert_eq!(
        number(&data, "SELECT MAX(seq) - MIN(seq) + 1 FROM audit"),
        all
    );
    let (first, second) = (data.path("first"), data.path("second"));
    let kept = ["--checkpoint", &first, "--checkpoint", &second];
    let said = data.ok(&[&["audit", "verify"][..], &kept].concat());
    let expected = format!("log: {all} lines, 2 signed heads, 2 that were kept elsewhere\n");
    assert!(said.out.starts_with(&expected), "{}", said.out);
    // Nothing waits, so nothing is signed again.
    let said = data.ok(&["audit", "seal"]);
    assert_eq!(said.out, format!("0 lines added to the log, {all} in it\n"));
    // Keys that came later are told of too, logged already or not.
    data.ok(&["trust", "rotate-root"]);
    data.ok(&["keys", "add", "--office", "ID.3273"]);
    data.ok(&["keys", "add", "--publisher"]);
    data.ok(&["audit", "verify"]);
    data.ok(&["audit", "seal"]);
    data.ok(&["audit", "verify"]);
}

#[test]
fn a_running_service_adds_its_lines_by_itself() {
    let data = Data::with_people(3);
    let token = data.officer("ID.3273", "signer");
    let server = data.serve();
    server.issue(&token, 1);
    for _ in 0..600 {
        if number(&data, "SELECT COUNT(*) FROM audit WHERE seq IS NULL") == 0 {
            break;
        }
        sleep(Duration::from_millis(100));
    }
    assert_eq!(number(&data, "SELECT size FROM log_state"), lines(&data));
    let said = data.ok(&["audit", "verify"]);
    assert!(said.out.starts_with("log: "), "{}", said.out);
}

#[test]
fn every_damage_of_the_log_is_found() {
    let data = logged();
    let last = lines(&data) - 1;
    let cases = [
        (
            "UPDATE audit SET actor = 'nobody' WHERE seq = 1",
            "log line 1: is not what was logged",
        ),
        (
            "UPDATE audit SET at = at + 1 WHERE seq = 2",
            "log line 2: is not what was logged",
        ),
        (
            "UPDATE audit SET salt = NULL WHERE action = 'document.issue'",
            "is not what was logged",
        ),
        (
            "DELETE FROM audit WHERE seq = 0",
            "log line 0: is not in the audit trail",
        ),
        (
            "UPDATE audit SET seq = seq + 1000 WHERE seq = (SELECT MAX(seq) FROM audit)",
            "but a line has place",
        ),
        (
            "DELETE FROM log_tiles",
            "log tile 0/0: is missing or damaged",
        ),
        (
            "INSERT INTO log_tiles (level, n, hashes) SELECT 1, 0, hashes FROM log_tiles",
            "has more tiles or fewer than it should",
        ),
        (
            "UPDATE log_checkpoints SET note = REPLACE(note, 'ikd.log', 'ikd.lag')",
            "is not of these lines",
        ),
        (
            "DELETE FROM log_checkpoints WHERE size = (SELECT MAX(size) FROM log_checkpoints)",
            "but its newest head is of",
        ),
        (
            "UPDATE log_state SET size = size - 1",
            "but a line has place",
        ),
        (
            "DELETE FROM log_state",
            "log: there was one, and it is gone",
        ),
        ("DELETE FROM log_keys", "is signed by no key of the log"),
        (
            "UPDATE officers SET role = 'signer'",
            "is signer, but by the audit trail operator",
        ),
        (
            "INSERT INTO officers (id, office, name, role, token_hash, created) \
             SELECT zeroblob(16), office, 'Mallory', 'signer', zeroblob(32), 1 FROM officers",
            "no line of the audit trail tells of them",
        ),
        (
            "INSERT INTO keys (kid, role, office, public_key, not_before, not_after, state, since, created) \
             SELECT zeroblob(8), role, office, zeroblob(32), not_before, not_after, state, since, created + 1 \
             FROM keys WHERE role = 'issuer'",
            "key 0000000000000000: no line of the audit trail tells of it",
        ),
        (
            "INSERT INTO office_policies (office, policy, updated) SELECT id, 'intake = \"always\"', 1 FROM offices",
            "is not the one that the newest line about it commits to",
        ),
        (
            "INSERT INTO offices (id, iss, name, region, created) \
             SELECT zeroblob(16), 'ID.9999', name, region, created FROM offices",
            "office 00000000-0000-0000-0000-000000000000: no line of the audit trail tells of it",
        ),
        (
            "UPDATE trust_lists SET token = zeroblob(9) WHERE version < (SELECT MAX(version) FROM trust_lists)",
            "trust list 1: is not the one that its line in the audit trail commits to",
        ),
    ];
    let path = data.file("data/ikd.db");
    let whole = match data.base {
        crate::support::database::Base::Sqlite(_) => {
            assert_eq!(number(&data, "PRAGMA wal_checkpoint(TRUNCATE)"), 0);
            std::fs::read(&path).unwrap()
        }
        // The damage is undone by putting the file back.
        crate::support::database::Base::Postgres(_) => return,
    };
    for (sql, fault) in cases {
        data.base.forge(sql).unwrap();
        let said = data.run(&["audit", "verify"]);
        assert!(
            said.out.contains(fault),
            "{sql}\nno {fault}\n{}{}",
            said.out,
            said.err
        );
        assert_eq!(said.code, 1, "{sql}");
        for journal in ["ikd.db-wal", "ikd.db-shm"] {
            let _ = std::fs::remove_file(path.with_file_name(journal));
        }
        std::fs::write(&path, &whole).unwrap();
    }
    let said = data.ok(&["audit", "verify"]);
    assert!(said.out.starts_with(&format!("log: {} lines", last + 1)));
}

#[test]
fn a_log_written_anew_is_found_by_a_head_kept_elsewhere() {
    let data = logged();
    let changes = [
        "UPDATE audit SET seq = NULL",
        "DELETE FROM log_tiles",
        "DELETE FROM log_checkpoints",
        "UPDATE log_state SET size = 0",
        "UPDATE audit SET actor = 'nobody' WHERE action = 'office.add'",
    ];
    for sql in changes {
        data.base.forge(sql).unwrap();
    }
    data.ok(&["audit", "seal"]);
    // Who has the key and the database has made all of it fit.
    data.ok(&["audit", "verify"]);
    let said = data.run(&["audit", "verify", "--checkpoint", &data.path("first")]);
    assert!(
        said.out
            .contains("that was kept elsewhere is of other lines: the log was written anew"),
        "{}",
        said.out
    );
    // And one that was cut off.
    let longer = std::fs::read_to_string(data.file("second")).unwrap();
    let size = number(&data, "SELECT size FROM log_state");
    let longer = longer.replacen(&format!("\n{size}\n"), &format!("\n{}\n", size + 5), 1);
    std::fs::write(data.file("longer"), longer).unwrap();
    let said = data.run(&["audit", "verify", "--checkpoint", &data.path("longer")]);
    assert!(said.out.contains("it was cut off"), "{}", said.out);
    assert_eq!(said.code, 1);
}

#[test]
fn the_database_refuses_to_take_back_what_was_logged() {
    let data = logged();
    let refused = [
        "UPDATE audit SET seq = seq + 1000",
        "UPDATE audit SET seq = NULL",
        "UPDATE audit SET salt = NULL WHERE salt IS NOT NULL",
        "UPDATE audit SET about = 'keys:00'",
        "DELETE FROM log_tiles",
        "UPDATE log_tiles SET n = 7",
        "DELETE FROM log_checkpoints",
        "UPDATE log_checkpoints SET note = ''",
        "UPDATE log_state SET size = 0",
        "UPDATE log_state SET origin = 'x'",
        "DELETE FROM log_state",
    ];
    for sql in refused {
        let said = data.base.change(sql);
        assert!(said.is_err(), "{sql}: {said:?}");
    }
}

#[test]
fn a_salt_is_forgotten_and_the_proof_stays() {
    let data = logged();
    let hex = match data.base {
        crate::support::database::Base::Sqlite(_) => "hex(salt)",
        crate::support::database::Base::Postgres(_) => "encode(salt, 'hex')",
    };
    let of_line = "action = 'document.issue' AND seq = (SELECT MIN(seq) FROM audit WHERE action = 'document.issue')";
    let salt = data
        .base
        .texts(&format!("SELECT {hex} FROM audit WHERE {of_line}"));
    let salt = data_encoding::HEXUPPER.decode(salt[0].to_uppercase().as_bytes());
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(salt.unwrap()));
    let value = match data.base {
        crate::support::database::Base::Sqlite(_) => format!("X'{hash}'"),
        crate::support::database::Base::Postgres(_) => format!("'\\x{hash}'::bytea"),
    };
    let sql = format!("UPDATE audit SET salt = {value} WHERE {of_line}");
    assert_eq!(data.base.change(&sql), Ok(1));
    let first = data.path("first");
    data.ok(&["audit", "verify", "--checkpoint", &first]);
    // What is forgotten is not made up again.
    assert!(
        data.base
            .change(&sql.replace(&hash, &"00".repeat(16)))
            .is_err()
    );
}

#[test]
fn a_directory_from_before_the_log_goes_on_and_gets_one() {
    let data = Data::with_people(3);
    data.base.forge("DELETE FROM log_state").unwrap();
    data.base.forge("DELETE FROM log_keys").unwrap();
    data.issue(1, "ktp");
    let said = data.ok(&["audit", "verify"]);
    assert!(
        said.out
            .contains("note: there is no log of the audit trail"),
        "{}",
        said.out
    );
    let said = data.run(&["audit", "seal"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("ikd keys add --log"), "{}", said.err);
    let said = data.ok(&["keys", "add", "--log"]);
    assert!(said.out.contains("for witnesses: ikd.log/"), "{}", said.out);
    data.ok(&["audit", "seal"]);
    // Another key signs on in the same log.
    data.ok(&["keys", "add", "--log"]);
    data.ok(&["audit", "seal"]);
    let said = data.ok(&["audit", "verify"]);
    let expected = format!("log: {} lines, 2 signed heads", lines(&data));
    assert!(said.out.starts_with(&expected), "{}", said.out);
}
