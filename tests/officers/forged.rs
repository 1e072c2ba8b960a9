//! Rights that were only written into the database.

use crate::browser::*;
use crate::support::*;
use ikd::token::BearerToken;

fn id_of(server: &Server, token: &str) -> String {
    let session = server.get_as(token, "/v1/session").json();
    session["id"].as_str().unwrap().to_string()
}

#[test]
fn a_role_by_sql_is_none_and_is_found() {
    let data = Data::new();
    let server = data.serve();
    let token = data.officer("ID.3273", "auditor");
    let id = id_of(&server, &token);
    let row = data.base.blob(&id);
    assert_eq!(data.ok(&["audit", "verify"]).code, 0);
    for role in ["signer", "admin", "verifier", "operator"] {
        data.sql(&format!(
            "UPDATE officers SET role = '{role}' WHERE id = {row}"
        ));
        assert_eq!(server.get_as(&token, "/v1/session").status, 401, "{role}");
        let said = data.run(&["audit", "verify"]);
        assert_eq!(said.code, 1, "{role}");
        let fault = format!("FAULT officer {id}: the row was not written by this service");
        assert!(said.out.contains(&fault), "{}", said.out);
        let trail = format!("is {role}, but by the audit trail auditor");
        assert!(said.out.contains(&trail), "{}", said.out);
    }
    assert!(
        server
            .log()
            .contains("officer refused: the row was not written by this service")
    );
    data.sql(&format!(
        "UPDATE officers SET role = 'auditor' WHERE id = {row}"
    ));
    assert_eq!(server.get_as(&token, "/v1/session").status, 200);
    // Somebody who is disabled, and somebody who never was.
    data.ok(&["officer", "disable", &id]);
    data.sql("UPDATE officers SET disabled = NULL");
    assert_eq!(server.get_as(&token, "/v1/session").status, 401);
    let clock = ikd::clock::Clock::System;
    let chance = &mut ikd::chance::Chance::System;
    let invented = ikd::domain::ids::OfficerId::draw(&clock, chance);
    let token = BearerToken::draw(invented, chance);
    let hash = data_encoding::HEXLOWER.encode(&token.hash());
    let hash = data.base.words("X'", "'\\x").to_string() + &hash + "'";
    let sql = format!(
        "INSERT INTO officers (id, office, name, role, token_hash, created, seal) \
         SELECT {}, office, 'Palsu', 'signer', {hash}, created, seal FROM officers WHERE id = {row}",
        data.base.blob(&invented.to_string())
    );
    assert_eq!(data.sql(&sql), 1);
    let said = server.get_as(&token.expose(), "/v1/session");
    assert_eq!(said.status, 401, "{}", said.text());
}

#[test]
fn a_session_or_a_password_by_sql_lets_nobody_in() {
    let data = Data::new();
    let server = data.serve();
    let (mut auditor, _) = signed_in(&data, &server, "ani", "auditor");
    let (mut signer, secret) = signed_in(&data, &server, "kepala", "signer");
    let of = |login: &str| format!("(SELECT officer FROM officer_logins WHERE login = '{login}')");
    // The auditor's cookie, the signer's name.
    let sql = format!(
        "UPDATE sessions SET principal = {} WHERE principal = {}",
        of("kepala"),
        of("ani")
    );
    data.sql(&sql);
    assert!(!auditor.is_in());
    data.sql("UPDATE sessions SET seal = NULL");
    assert!(!auditor.is_in() && !signer.is_in());
    // The auditor's password, the signer's name; and without a code generator.
    signer.sign_in(&data, "kepala", &secret);
    let before = data.texts("SELECT password FROM officer_logins WHERE login = 'kepala'");
    let sql = "UPDATE officer_logins SET password = (SELECT password FROM officer_logins WHERE login = 'ani') \
               WHERE login = 'kepala'";
    data.sql(sql);
    assert_eq!(auditor.password("kepala", PASSWORD).status, 422);
    let said = data.run(&["audit", "verify"]);
    assert!(
        said.out.contains("FAULT sign-in of officer "),
        "{}",
        said.out
    );
    data.sql(&format!(
        "UPDATE officer_logins SET password = '{}' WHERE login = 'kepala'",
        before[0]
    ));
    for set in [
        "totp_step = NULL",
        "totp_step = NULL, totp = NULL",
        "one_time_until = 4000000000",
    ] {
        let old: Vec<i64> =
            data.numbers("SELECT totp_step FROM officer_logins WHERE login = 'kepala'");
        data.sql(&format!(
            "UPDATE officer_logins SET {set} WHERE login = 'kepala'"
        ));
        let mut thief = Browser::new(&server);
        assert_eq!(thief.password("kepala", PASSWORD).status, 422, "{set}");
        if set.contains("totp = NULL") {
            return;
        }
        data.sql(&format!(
            "UPDATE officer_logins SET totp_step = {}, one_time_until = NULL WHERE login = 'kepala'",
            old[0]
        ));
    }
}

#[test]
fn rows_from_before_are_sealed_once() {
    let data = Data::new();
    let token = data.officer("ID.3273", "auditor");
    let newer = data.officer("ID.3273", "auditor");
    let drop = |table: &str, name: &str| {
        let on = data.base.words("", " ON ");
        let table = if on.is_empty() { "" } else { table };
        data.sql(&format!("DROP TRIGGER {name}{on}{table}"));
    };
    assert!(data.try_sql("UPDATE data_key SET sealed = NULL").is_err());
    assert!(data.try_sql("DELETE FROM data_key").is_err());
    // Whoever owns the database takes the mark away: what is there already is not sealed again.
    drop("data_key", "data_key_sealed");
    data.sql("UPDATE data_key SET sealed = NULL");
    data.sql("UPDATE officers SET role = 'admin', seal = NULL");
    let said = data.run(&["officer", "list"]);
    assert_eq!(said.code, 2, "{}", said.out);
    assert!(said.err.contains("was taken away"), "{}", said.err);
    // As a database from before: neither seals nor the line that tells of them; and one whom the audit trail knows in
    // another role.
    drop("audit", "audit_kept");
    data.sql("DELETE FROM audit WHERE action = 'rights.sealed'");
    data.sql("UPDATE officers SET role = 'auditor'");
    let newest = "(SELECT id FROM officers ORDER BY id DESC LIMIT 1)";
    data.sql(&format!(
        "UPDATE officers SET role = 'signer' WHERE id = {newest}"
    ));
    data.sql("UPDATE keys SET seal = NULL");
    let keys = data.numbers("SELECT COUNT(*) FROM keys")[0];
    data.ok(&["officer", "list"]);
    let server = data.serve();
    assert_eq!(server.get_as(&token, "/v1/session").status, 200);
    assert_eq!(server.get_as(&newer, "/v1/session").status, 401);
    let line = "SELECT detail FROM audit WHERE action = 'rights.sealed'";
    assert_eq!(
        data.texts(line),
        [format!("1 officers, 1 left without, {keys} keys")]
    );
    let without = "SELECT COUNT(*) FROM keys WHERE seal IS NULL";
    assert_eq!(data.numbers(without), [0]);
    data.sql("UPDATE keys SET seal = NULL");
    data.ok(&["officer", "list"]);
    assert_eq!(data.numbers(without), [keys], "never again");
}

/// What gives an account back gives back the role that somebody was given, and no other.
#[test]
fn a_role_by_sql_is_not_sealed_by_giving_the_account_back() {
    let data = Data::new();
    let server = data.serve();
    let token = data.officer("ID.3273", "auditor");
    let id = id_of(&server, &token);
    let row = data.base.blob(&id);
    signed_in(&data, &server, "ani", "operator");
    let ani =
        data.texts("SELECT role FROM officers WHERE id IN (SELECT officer FROM officer_logins)");
    assert_eq!(ani, ["operator"]);
    data.sql("UPDATE officers SET role = 'admin'");
    let ani = &data
        .base
        .ids("officers WHERE id IN (SELECT officer FROM officer_logins)")[0];
    let parts = [
        &ani[..8],
        &ani[8..12],
        &ani[12..16],
        &ani[16..20],
        &ani[20..],
    ];
    let ani = parts.join("-");
    let said = data.run(&["officer", "reset", &ani]);
    assert!(
        said.code == 1
            && said
                .err
                .contains("officers was not written by this service"),
        "{} {}",
        said.code,
        said.err
    );
    // Nor with a token beside the password, or given back by SQL.
    let token_hash = data.base.words("X'", "'\\x").to_string() + &"11".repeat(32) + "'";
    for set in [
        format!("role = 'operator', token_hash = {token_hash}"),
        "token_hash = NULL, role = 'operator'".to_string(),
    ] {
        data.sql(&format!(
            "UPDATE officers SET {set} WHERE id = {}",
            data.base.blob(&ani)
        ));
        let reset = data.run(&["officer", "reset", &ani]).code;
        assert_eq!(reset, i32::from(set.contains("11")), "{set}");
    }
    data.ok(&["officer", "disable", &ani]);
    data.sql(&format!(
        "UPDATE officers SET disabled = NULL WHERE id = {}",
        data.base.blob(&ani)
    ));
    assert_eq!(data.run(&["officer", "reset", &ani]).code, 1);
    data.sql(&format!(
        "UPDATE officers SET role = 'admin' WHERE id = {}",
        data.base.blob(&ani)
    ));
    data.ok(&["officer", "disable", &id]);
    let said = data.run(&["officer", "enable", &id]);
    assert!(said.err.contains("disable"), "{}", said.err);
    assert_eq!(server.get_as(&token, "/v1/session").status, 401);
    let said = data.run(&["audit", "verify"]);
    for id in [&id, &ani] {
        assert!(
            said.out.contains(&format!(
                "FAULT officer {id}: is admin, but by the audit trail"
            )),
            "{}",
            said.out
        );
    }
    // In an office where nobody gave it to them, and with a token that nobody gave them.
    let add = ["office", "add", "--iss", "ID.3171", "--name", "Jakarta"];
    data.ok(&[&add[..], &["--region", "3171"]].concat());
    let office = &data.base.ids("offices WHERE iss = 'ID.3171'")[0];
    let office = data.base.blob(office);
    let token = data.base.words("X'", "'\\x").to_string() + &"00".repeat(32) + "'";
    for (set, accused) in [
        ("role = 'auditor'".to_string(), "the row was not written"),
        (format!("office = {office}"), "is of another office"),
        (format!("token_hash = {token}"), "the row was not written"),
    ] {
        data.base
            .forge(&format!("UPDATE officers SET {set} WHERE id = {row}"))
            .unwrap();
        let said = data.run(&["officer", "enable", &id]);
        assert_eq!(said.code, 1, "{set}: {}", said.err);
        assert!(said.err.contains("was not written"), "{set}: {}", said.err);
        let said = data.run(&["audit", "verify"]);
        let fault = format!("FAULT officer {id}: {accused}");
        assert!(said.out.contains(&fault), "{set}: {}", said.out);
    }
}
