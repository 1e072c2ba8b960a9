//! `ikd audit verify`: silent about what is in order, and it names each kind of damage.

use crate::database::{blob, change, number, text};
use crate::support::database::Base;
use crate::support::{Data, nik};
use std::fs;

/// A service with documents in every state, and the signed list from before the first change.
struct Town {
    data: Data,
    active: String,
    revoked: String,
    list_before: String,
}

fn town() -> Town {
    let data = Data::with_people(9);
    let ids: Vec<String> = (1..=5).map(|n| data.issue(n, "ktp")).collect();
    // Who has one is skipped: three chunks with none, one and three documents.
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp", "--chunk", "3"]);
    data.ok(&["bulk", "run", "--cores", "1"]);
    data.ok(&["trust", "publish"]);
    let hex = match data.base {
        Base::Sqlite(_) => "hex(token)",
        Base::Postgres(_) => "encode(token, 'hex')",
    };
    let list_before = text(
        &data,
        &format!("SELECT {hex} FROM status_lists WHERE seed IS NULL"),
    );
    data.ok(&["revoke", &ids[1], "--reason", "lost"]);
    data.ok(&["suspend", &ids[2], "--reason", "under inquiry"]);
    data.ok(&["supersede", &ids[3], "--reason", "new address"]);
    data.ok(&["suspend", &ids[4], "--reason", "under inquiry"]);
    data.ok(&["reinstate", &ids[4], "--reason", "cleared"]);
    Town {
        active: ids[0].clone(),
        revoked: ids[1].clone(),
        data,
        list_before,
    }
}

#[test]
fn what_is_in_order_passes_beside_a_running_service() {
    let town = town();
    let _server = town.data.serve();
    let said = town.data.ok(&["audit", "verify"]);
    let expected = "9 documents (9 judged), 3 chunks of bulk jobs, 13 audit lines, 2 status lists, 0 credentials of \
                    phones, 0 attachments, 0 officers, 9 people, 0 applications: in order\n";
    // The service adds lines to the log meanwhile.
    assert!(said.out.ends_with(expected), "{}", said.out);
}

#[test]
fn every_kind_of_damage_is_named() {
    let town = town();
    let data = &town.data;
    if !matches!(data.base, Base::Sqlite(_)) {
        // The damage is done in the dialect of SQLite and undone by putting the file back.
        return;
    }
    let list_before = &town.list_before;
    let file = data.dir.path().join("data/ikd.db");
    assert_eq!(number(data, "PRAGMA wal_checkpoint(TRUNCATE)"), 0);
    let whole = fs::read(&file).unwrap();
    let (active, revoked) = (blob(data, &town.active), blob(data, &town.revoked));
    let of_active = format!("document {}", town.active);
    let of_revoked = format!("document {}", town.revoked);
    let zeros = "zeroblob(32)";
    let cases: Vec<(String, String, &str)> = vec![
        (
            format!("UPDATE documents SET state = 'active', reason = NULL WHERE id = {revoked}"),
            of_revoked.clone(),
            "is active, but by the audit trail it is revoked",
        ),
        (
            format!("DELETE FROM audit WHERE document = {revoked} AND action = 'document.revoke'"),
            of_revoked.clone(),
            "is revoked, but by the audit trail it is active",
        ),
        (
            format!("DELETE FROM audit WHERE document = {active}"),
            of_active.clone(),
            "is active, but by the audit trail it is never issued",
        ),
        (
            format!(
                "UPDATE audit SET content_hash = {zeros} WHERE document = {active} AND action = 'document.issue'"
            ),
            of_active.clone(),
            "its audit line document.issue commits to something else",
        ),
        (
            format!("UPDATE documents SET claims = x'a0' WHERE id = {active}"),
            of_active.clone(),
            "its audit line document.intend commits to something else",
        ),
        (
            format!(
                "UPDATE documents SET qr_text = (SELECT qr_text FROM documents WHERE id = {revoked}) WHERE id = {active}"
            ),
            of_active.clone(),
            "what was signed is not what was intended",
        ),
        (
            format!("UPDATE documents SET qr_text = substr(qr_text, 2) WHERE id = {active}"),
            of_active.clone(),
            "its text is not a token",
        ),
        (
            format!("UPDATE changes SET change = 'suspended' WHERE document = {revoked} AND change = 'revoked'"),
            of_revoked.clone(),
            "agencies are told something else of it",
        ),
        (
            format!("UPDATE changes SET turn = turn + 1 WHERE document = {revoked} AND change = 'revoked'"),
            of_revoked.clone(),
            "agencies are told something else of it",
        ),
        (
            format!("UPDATE changes SET kind = kind + 1 WHERE document = {active} AND turn = 1"),
            of_active.clone(),
            "agencies are told something else of it",
        ),
        (
            format!("UPDATE changes SET region = '3274' WHERE document = {active} AND turn = 1"),
            of_active.clone(),
            "agencies are told something else of it",
        ),
        (
            "UPDATE change_numbers SET last = last + 1".into(),
            "changes".into(),
            "numbers are missing, or were given twice",
        ),
        (
            format!("DELETE FROM status_indexes WHERE document = {active}"),
            of_active.clone(),
            "its status index was drawn for somebody else, or never",
        ),
        (
            format!("DELETE FROM status_indexes WHERE document = {active}"),
            "status list ikd:3273/0".into(),
            "4 indexes are drawn, it says 5",
        ),
        (
            format!("UPDATE status_lists SET token = x'{list_before}' WHERE seed IS NULL"),
            "status list ikd:3273/0".into(),
            "3 that are not valid in the database are valid in it",
        ),
        (
            format!("UPDATE status_lists SET token = x'{list_before}' WHERE seed IS NULL"),
            of_revoked.clone(),
            "is revoked here, but verifiers say valid",
        ),
        (
            "UPDATE status_lists SET token = x'd28440a04040' WHERE seed IS NULL".into(),
            "status list ikd:3273/0".into(),
            "verifiers refuse it: signature, key or form",
        ),
        (
            "DELETE FROM trust_lists WHERE version = 1".into(),
            "trust list version 1".into(),
            "the audit trail tells of it, and it is not there",

        ),
        (
            format!(
                "PRAGMA foreign_keys = OFF; INSERT INTO attachments (id, application, slug, media_type, size, hash, \
                 created) VALUES ({active}, {active}, 'kk', 'image/jpeg', 1, {zeros}, 1)"
            ),
            format!("attachment {}", town.active),
            "its file in blobs/ is missing or does not open",
        ),
        (
            format!(
                "PRAGMA foreign_keys = OFF; INSERT INTO bound_credentials (id, device, document, purpose, office, \
                 state, since, status_list, status_index, issued, expires, kid, claims) VALUES ({active}, {active}, \
                 {active}, 0, {active}, 'active', 1, {active}, 1, 1, 1, zeroblob(8), {zeros})"
            ),
            format!("bound credential {}", town.active),
            "does not open with this data.key",
        ),
        // One bit of the file: what was a text is the same bytes as a blob.
        (
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET tbl_name = CAST(tbl_name AS BLOB) \
             WHERE name = 'persons_by_kk'"
                .into(),
            "index persons_by_kk of persons".into(),
            "is not there",
        ),
    ];
    let bulk = |n: u32| format!("signature IS NOT NULL AND subject = {}", nik(n));
    let of_bulk: Vec<(String, String, &str)> = vec![
        (
            format!("DELETE FROM documents WHERE {}", bulk(9)),
            "chunk 2".into(),
            "issued 3, but 2 documents are there",
        ),
        (
            format!(
                "UPDATE documents SET signature = (SELECT signature FROM documents WHERE {}) WHERE {}",
                bulk(8),
                bulk(9)
            ),
            "chunk 2".into(),
            "its documents are not those that its root commits to",
        ),
        (
            format!(
                "UPDATE documents SET status_index = status_index + 1 WHERE {}",
                bulk(6)
            ),
            "documents".into(),
            "1 of bulk jobs belong to no chunk",
        ),
        (
            format!("UPDATE documents SET core_only = 1 WHERE {}", bulk(6)),
            String::new(),
            "it says of its members' columns something else than its claims",
        ),
        (
            "DELETE FROM audit WHERE action = 'bulk.issue'".into(),
            "chunk 1".into(),
            "no audit line commits to its root",
        ),
        (
            "UPDATE bulk_jobs SET supersede = 1 - supersede".into(),
            String::new(),
            "is not the one that the audit trail says was planned",
        ),
        (
            "UPDATE schema_info SET readable_by = 9".into(),
            "schema_info".into(),
            "does not say what the migrations say: which versions may start",
        ),
    ];
    for (sql, place, fault) in cases.into_iter().chain(of_bulk) {
        data.base.forge(&sql).unwrap();
        let said = data.run(&["audit", "verify"]);
        let wanted = format!("{place}: {fault}\n");
        assert!(
            said.out.contains(&wanted),
            "{sql}\nno {wanted}{}{}",
            said.out,
            said.err
        );
        assert_eq!(said.code, 1, "{sql}");
        for journal in ["ikd.db-wal", "ikd.db-shm"] {
            let _ = fs::remove_file(file.with_file_name(journal));
        }
        fs::write(&file, &whole).unwrap();
    }
    data.ok(&["audit", "verify"]);
}

#[test]
fn what_was_written_is_not_taken_back_by_sql() {
    let town = town();
    let data = &town.data;
    let (active, revoked) = (blob(data, &town.active), blob(data, &town.revoked));
    let refused = [
        ("DELETE FROM audit".to_string(), "never deleted"),
        (
            format!("DELETE FROM audit WHERE document = {revoked} AND action = 'document.revoke'"),
            "never deleted",
        ),
        ("UPDATE audit SET actor = 'nobody'".into(), "never changed"),
        (
            format!("UPDATE documents SET state = 'active', reason = NULL WHERE id = {revoked}"),
            "does not go that way",
        ),
        (
            "UPDATE documents SET state = 'suspended' WHERE state IN ('revoked', 'superseded')"
                .into(),
            "does not go that way",
        ),
        (
            "UPDATE documents SET state = 'revoked' WHERE state = 'superseded'".into(),
            "does not go that way",
        ),
        (
            format!("DELETE FROM documents WHERE id = {revoked}"),
            "never deleted",
        ),
        (
            format!("UPDATE documents SET status_index = 1048575 WHERE id = {revoked}"),
            "keeps its place",
        ),
    ];
    for (sql, why) in refused {
        let said = change(data, &sql).expect_err(&sql);
        assert!(said.contains(why), "{sql}: {said}");
    }
    data.ok(&["audit", "verify"]);
    // The ways of a document's life are open.
    for sql in [
        format!("UPDATE documents SET state = 'suspended', reason = 'uji' WHERE id = {active}"),
        format!("UPDATE documents SET state = 'active', reason = NULL WHERE id = {active}"),
        format!("UPDATE documents SET state = 'revoked', reason = 'uji' WHERE id = {active}"),
    ] {
        assert_eq!(change(data, &sql), Ok(1), "{sql}");
    }
    // A document that was never issued does not come into force.
    let void = format!(
        "UPDATE documents SET state = 'void', reason = NULL, qr_text = NULL, qr_ecc = NULL, superseded_by = NULL \
         WHERE id = {revoked}"
    );
    data.base.forge(&void).unwrap();
    let back = format!("UPDATE documents SET state = 'issuing' WHERE id = {revoked}");
    assert!(change(data, &back).is_err());
}

#[test]
fn a_change_that_waits_for_its_signature_is_a_note() {
    let town = town();
    change(&town.data, "UPDATE status_lists SET dirty = 1").unwrap();
    let said = town.data.ok(&["audit", "verify"]);
    assert!(
        said.out
            .contains("note: status list ikd:3273/0 holds changes"),
        "{}",
        said.out
    );
}

/// A row that nothing writes hides no other.
#[test]
fn a_row_that_cannot_be_is_named_and_the_check_goes_on() {
    let town = town();
    let data = &town.data;
    let revoked = blob(data, &town.revoked);
    data.base
        .forge(&format!(
            "UPDATE documents SET state = 'active' WHERE id = {revoked}"
        ))
        .unwrap();
    data.officer("ID.3273", "operator");
    change(data, "UPDATE officers SET role = 'signer'").unwrap();
    let said = data.run(&["audit", "verify"]);
    assert_eq!(said.code, 1, "{}", said.err);
    let place = format!(
        "FAULT document {}: cannot be as it is: documents.state",
        town.revoked
    );
    assert!(said.out.contains(&place), "{}", said.out);
    assert!(said.out.contains("FAULT officer "), "{}", said.out);
}
