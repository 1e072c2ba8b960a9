//! No single person who only has the database issues, ends many documents, changes trust or grants roles. What holds each
//! try is written down in `docs/RIGHTS.md` by the test `rights`.

use crate::browser::invite;
use crate::eyes::OFFICE;
use crate::support::*;
use crate::tries::Holds::{self, Database, Gate, Root, Seal};
use crate::tries::TRIES;
use ikd::domain::officer::OfficerRole;
use ikd::token::BearerToken;
use serde_json::json;

/// Somebody with a connection to the database, and nothing else.
struct Thief<'d> {
    data: &'d Data,
    tried: usize,
}

impl Thief<'_> {
    /// The next of [`TRIES`].
    fn begins(&mut self, what: &str) -> Holds {
        let (_, words, holds) = TRIES[self.tried];
        assert_eq!(words, what);
        self.tried += 1;
        holds
    }

    /// What the database refuses.
    fn refused(&mut self, what: &str, sqls: &[String]) {
        assert_eq!(self.begins(what), Database);
        for sql in sqls {
            let said = self.data.try_sql(sql);
            assert!(said.is_err(), "{what}: {said:?} {sql}");
        }
    }

    /// What the database lets through.
    fn passes(&mut self, what: &str, holds: Holds, sql: &str) {
        assert_eq!(self.begins(what), holds);
        let said = self.data.try_sql(sql);
        assert!(
            said.as_ref().is_ok_and(|n| *n > 0),
            "{what}: {said:?} {sql}"
        );
    }
}

/// A status over HTTP.
fn post(server: &Server, who: &str, path: &str, body: serde_json::Value) -> u16 {
    server.post(who, path, &body.to_string()).status
}

#[test]
fn nobody_does_alone_by_sql_what_takes_two() {
    let data = Data::with_people(120);
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp"]);
    data.ok(&["bulk", "run", "--cores", "1"]);
    data.write("more.csv", &format!("{HEADER}\n{}\n", row(121)));
    data.ok(&["import", "persons", &data.path("more.csv")]);
    let config = data.dir.path().join("data/config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text + "\n[limits]\nrevokes_per_day = 1\n").unwrap();
    let server = data.serve();
    let add = |role: &str| {
        let args = [
            "officer", "add", "--office", OFFICE, "--name", "Uji", "--role", role,
        ];
        data.ok(&args).after("token ")
    };
    let tokens = OfficerRole::ALL.map(|role| (role, add(role.name())));
    let signer = &tokens[2].1;
    let (first, me) = data.person_of(&server, OFFICE, "admin");
    let (_, other) = data.person_of(&server, OFFICE, "admin");
    let (_, operator) = data.person_of(&server, OFFICE, "operator");
    let id_of = |token: &str| {
        let session = server.get_as(token, "/v1/session").json();
        session["id"].as_str().unwrap().to_string()
    };
    let program = id_of(&tokens[4].1);
    let open = server.post(&first, "/v1/mandates", r#"{"cards":3}"#).json();
    let open = open["proposal"]["id"].as_str().unwrap().to_string();
    let now = ikd::clock::Clock::System.now();
    let (blob, day) = (
        |n: u32| data.base.blob(&format!("019a0000-0000-7000-8000-{n:012}")),
        now + 80_000,
    );
    let proposal = data.base.blob(&open);
    let mandate = |id: &str, act: &str, of: &str| {
        format!(
            "INSERT INTO mandates (id, act, office, cards, used, begins, ends, proposal, tag) \
             SELECT {id}, '{act}', id, 5, 0, {now}, {day}, {of}, {id} FROM offices WHERE iss = '{OFFICE}'"
        )
    };
    let issue = || {
        post(
            &server,
            signer,
            "/v1/documents",
            json!({"nik": nik(121), "kind": "ktp"}),
        )
    };
    let mut thief = Thief {
        data: &data,
        tried: 0,
    };

    thief.passes(
        "a mandate that nobody gave",
        Seal,
        &mandate(&blob(1), "issue", "NULL"),
    );
    assert_eq!(issue(), 409);
    let larger = [
        "cards = cards + 9",
        "ends = ends + 9",
        "act = 'end'",
        "used = used - 1",
    ];
    let larger = larger.map(|set| format!("UPDATE mandates SET {set}"));
    thief.refused("a mandate made larger or longer", &larger);
    let of_open = mandate(&blob(2), "issue", &proposal);
    thief.refused(
        "a mandate of a proposal that nobody approved",
        std::slice::from_ref(&of_open),
    );
    let approve = |by: &str| {
        format!(
            "UPDATE proposals SET state = 'approved', approver = '{by}', approved = {} WHERE id = {proposal}",
            now + 5
        )
    };
    thief.refused(
        "a proposal approved by whoever proposed it",
        &[approve(&me)],
    );
    let spelled = [me.to_uppercase(), me.replace('-', "")];
    thief.refused(
        "a proposal approved by whoever proposed it, in another spelling",
        &spelled.map(|me| approve(&me)),
    );
    thief.refused(
        "a proposal approved by a program, or in a role that takes no part",
        &[approve(&program), approve(&operator), approve("x")],
    );
    let named = "a proposal approved in another person's name, with its mandate";
    thief.passes(named, Seal, &approve(&other));
    assert_eq!(
        data.try_sql(&of_open),
        Ok(1),
        "approved by the words of the row"
    );
    assert_eq!(issue(), 409);
    assert_eq!(
        server
            .get_as(&first, &format!("/v1/proposals/{open}"))
            .status,
        404
    );

    data.ok(&["bulk", "plan", "--kind", "kk"]);
    let job = "(SELECT id FROM bulk_jobs ORDER BY id DESC LIMIT 1)";
    let leased = format!(
        "UPDATE bulk_chunks SET state = 'leased', worker = 'x', lease_until = {day} WHERE job = {job}"
    );
    thief.refused("a chunk of a bulk job that nobody approved", &[leased]);
    data.sql(&format!(
        "UPDATE bulk_chunks SET state = 'held', fault = 'x' WHERE job = {job}"
    ));
    let leased = format!(
        "UPDATE bulk_chunks SET state = 'leased', worker = 'x', lease_until = {day}, fault = NULL WHERE job = {job}"
    );
    let aside = "a chunk of a bulk job that nobody approved, laid aside before";
    thief.refused(aside, &[leased]);
    data.sql(&format!(
        "UPDATE bulk_chunks SET state = 'waiting', fault = NULL WHERE job = {job}"
    ));
    let approved = "(SELECT id FROM bulk_jobs ORDER BY id LIMIT 1)";
    let more = |job: &str, number: u32| {
        format!(
            "INSERT INTO bulk_chunks (job, number, office, from_region, from_nik, to_region, to_nik, persons, state, \
             attempt) SELECT {job}, {number}, office, from_region, from_nik, to_region, to_nik, persons, 'waiting', 0 \
             FROM bulk_chunks ORDER BY job, number LIMIT 1"
        )
    };
    let mut other_job = [
        "bulk_jobs SET supersede = 1 - supersede",
        "bulk_jobs SET kind = kind + 1",
        "bulk_jobs SET region = '32'",
        "bulk_jobs SET kid = (SELECT kid FROM keys WHERE role = 'issuer')",
        "bulk_jobs SET persons = persons + 1",
        "bulk_jobs SET outside = outside + 1",
        "bulk_chunks SET to_region = '99'",
        "bulk_chunks SET from_nik = 0",
        "bulk_chunks SET persons = persons + 1",
    ]
    .map(|set| format!("UPDATE {set}"))
    .to_vec();
    other_job.push(format!(
        "UPDATE bulk_chunks SET job = {approved}, number = 77 WHERE job = {job}"
    ));
    other_job.push(more(approved, 78));
    other_job.push(format!("DELETE FROM bulk_chunks WHERE job = {job}"));
    thief.refused(
        "an approved bulk job that becomes another or a larger one",
        &other_job,
    );
    let of_job = mandate(&blob(3), "bulk", "NULL").replacen(&blob(3), job, 1);
    thief.passes("a bulk job with a mandate that nobody gave", Seal, &of_job);
    let run = data.run(&["bulk", "run", "--cores", "1"]);
    assert_eq!(run.code, 1, "{}", run.out);
    let planned = data.ok(&["bulk", "plan", "--kind", "kk"]);
    let larger = "a bulk job made larger before its approval";
    thief.passes(larger, Seal, &more(job, 79));
    let address = format!("/v1/proposals/{}", planned.after("waits   proposal "));
    let hash = server.get_as(&first, &address).json()["hash"].clone();
    let hash = json!({ "hash": hash });
    assert_eq!(
        post(&server, &first, &format!("{address}/approve"), hash),
        200
    );
    for run in ["run", "resume"] {
        let run = data.run(&["bulk", run, "--cores", "1"]);
        assert_ne!(run.code, 0, "{}", run.out);
        let why = "not what was approved";
        assert!(run.err.contains(why), "{} {}", run.out, run.err);
    }
    let planned = data.ok(&["bulk", "plan", "--kind", "kk"]);
    let said = |why: &str| {
        let run = data.run(&["bulk", "resume", "--cores", "1"]);
        assert!(run.code == 1 && run.out.is_empty(), "{}", run.out);
        assert!(run.err.contains(why), "{}", run.err);
    };
    said("waits for a second person");
    let address = format!("/v1/proposals/{}", planned.after("waits   proposal "));
    let turned_down = post(&server, &first, &format!("{address}/withdraw"), json!({}));
    assert_eq!(turned_down, 200);
    said("nobody approved it in time");

    let active = || data.numbers("SELECT COUNT(*) FROM documents WHERE state = 'active'");
    assert_eq!(active(), [120]);
    let page = server.get_as(signer, "/v1/documents?limit=3").json();
    let ids: Vec<&str> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["id"].as_str().unwrap())
        .collect();
    let end = |n: usize| {
        let path = format!("/v1/documents/{}/revoke", ids[n]);
        post(&server, signer, &path, json!({"reason": "x"}))
    };
    assert_eq!(end(0), 200);
    let more = "leave to end more documents that nobody gave";
    thief.passes(more, Seal, &mandate(&blob(4), "end", "NULL"));
    assert_eq!(end(1), 409);
    let back = "UPDATE documents SET state = 'active', reason = NULL WHERE state = 'revoked'";
    thief.refused("a revocation taken back", &[back.to_string()]);

    let key = format!(
        "INSERT INTO keys (kid, role, office, public_key, not_before, not_after, state, created, stage, seal) \
         SELECT {}, role, office, tag, not_before, not_after, 'active', created, 'requested', seal FROM keys, \
         (SELECT tag FROM proposals LIMIT 1) AS t WHERE role = 'issuer'",
        data.base
            .words("X'0102030405060708'", "'\\x0102030405060708'")
    );
    thief.passes("a key of one's own", Seal, &key);
    let publish = data.run(&["trust", "publish"]);
    assert_ne!(publish.code, 0, "{}", publish.out);
    assert!(publish.err.contains("did not add"), "{}", publish.err);
    data.sql("DELETE FROM keys WHERE stage = 'requested'");
    data.ok(&["trust", "publish"]);
    let bundle = data.bundle();
    let list = "INSERT INTO trust_lists (version, issued, next_update, root, token) \
        SELECT version + 1, issued, next_update, root, root FROM trust_lists ORDER BY version DESC LIMIT 1";
    thief.passes("a trust list of one's own", Root, list);
    assert_ne!(
        data.run(&["bundle", "export", &data.path("x.bundle")]).code,
        0
    );
    let out = credential::bundle::Bundle::verify(&server.get("/bundle").body, &data.root());
    assert!(!out.is_ok_and(|out| out.trust.version > bundle.trust.version));
    data.sql("DELETE FROM trust_lists WHERE token = root");

    assert_eq!(
        thief.begins("another role for an officer, each for each"),
        Seal
    );
    let counts = |token: &str| server.get_as(token, "/v1/session").status;
    for (role, token) in &tokens {
        let row = data.base.blob(&id_of(token));
        for to in OfficerRole::ALL {
            data.sql(&format!(
                "UPDATE officers SET role = '{}' WHERE id = {row}",
                to.name()
            ));
            let wanted = if to == *role { 200 } else { 401 };
            assert_eq!(counts(token), wanted, "{role:?} {to:?}");
        }
        data.sql(&format!(
            "UPDATE officers SET role = '{}' WHERE id = {row}",
            role.name()
        ));
    }
    let gone = add("signer");
    let row = id_of(&gone);
    data.ok(&["officer", "disable", &row]);
    let enable = format!(
        "UPDATE officers SET disabled = NULL WHERE id = {}",
        data.base.blob(&row)
    );
    thief.passes("a disabled account enabled", Seal, &enable);
    assert_eq!(server.get_as(&gone, "/v1/session").status, 401);
    let (clock, chance) = (ikd::clock::Clock::System, &mut ikd::chance::Chance::System);
    let invented = ikd::domain::ids::OfficerId::draw(&clock, chance);
    let token = BearerToken::draw(invented, chance);
    let hash = data_encoding::HEXLOWER.encode(&token.hash());
    let hash = data.base.words("X'", "'\\x").to_string() + &hash + "'";
    let never = format!(
        "INSERT INTO officers (id, office, name, role, token_hash, created, seal) \
         SELECT {}, office, 'Palsu', 'signer', {hash}, created, seal FROM officers LIMIT 1",
        data.base.blob(&invented.to_string())
    );
    thief.passes("an officer who never was", Seal, &never);
    assert_eq!(server.get_as(&token.expose(), "/v1/session").status, 401);

    let (mine, _) = invite(&data, OFFICE, "siti", "admin");
    let waiting = server.send(&first, "PUT", "/v1/policy", br#"{"policy":"sla_days = 5"}"#);
    assert_eq!(waiting.status, 202, "{mine} {}", waiting.text());
    let policy = |of: &str| {
        format!(
            "INSERT INTO office_policies (office, policy, updated, proposal) \
             SELECT id, 'sla_days = 5', 0, {of} FROM offices WHERE iss = '{OFFICE}'"
        )
    };
    let waiting = waiting.json()["proposal"]["id"]
        .as_str()
        .unwrap()
        .to_string();
    let of_waiting = [policy(&data.base.blob(&waiting)), policy(&proposal)];
    thief.refused("a policy of a proposal that nobody approved", &of_waiting);
    thief.refused("a policy without a proposal", &[policy("NULL")]);

    data.sql(&format!(
        "UPDATE proposals SET state = 'approved', approver = '{other}', approved = proposed + 1 WHERE id = {}",
        data.base.blob(&waiting)
    ));
    let named = "a policy of a proposal approved in another person's name";
    thief.passes(named, Seal, &policy(&data.base.blob(&waiting)));
    data.sql("UPDATE proposals SET state = 'done' WHERE state = 'approved'");
    let counts = server.get_as(&first, "/v1/policy").json();
    let counts = counts["policy"].as_str().unwrap();
    assert!(!counts.contains("sla_days = 5"), "{counts}");

    // Whoever is told that all of them are revoked asks the issuer, not the verifiers.
    let mass = "UPDATE documents SET state = 'revoked', reason = 'x' WHERE state = 'active'";
    thief.passes(
        "more than a hundred documents of a list revoked at once",
        Gate,
        mass,
    );
    data.sql("UPDATE status_lists SET dirty = 1");
    let publish = data.run(&["status", "publish"]);
    assert_eq!(publish.code, 1, "{}", publish.out);
    assert!(publish.err.contains("held"), "{}", publish.err);
    let text = server
        .get_as(signer, &format!("/v1/documents/{}", ids[2]))
        .json();
    let text = text["qr"]["text"].as_str().unwrap().to_string();
    assert_eq!(verdict(&text, &data.bundle()), "valid");
    assert_eq!(thief.tried, TRIES.len(), "every try was made");
    // And whatever got into the database is found.
    let found = data.run(&["audit", "verify"]);
    assert_eq!(found.code, 1, "{}", found.out);
}
