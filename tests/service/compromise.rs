//! A stolen key: what a thief signs with it, and what is left of that after one command.

use crate::support::*;
use credential::claims::{Claims, StatusRef};
use credential::cose::Sign1;
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::token::{pack, unpack};
use ikd::keys::{Keyring, Role, Signer};
use std::sync::Arc;

const DAY: i64 = 86_400;

/// Somebody with a copy of an office's key, and a document to imitate.
struct Thief {
    kid: KeyId,
    key: Arc<dyn Signer>,
    token: Vec<u8>,
}

/// What a document says of its time and its place.
struct Says {
    iat: i64,
    uri: String,
    index: u32,
}

impl Thief {
    fn of(data: &Data, text: &str) -> Self {
        let token = unpack(text).unwrap().bytes.to_vec();
        let kid = Sign1::parse_canonical(&token).unwrap().key_id().unwrap();
        let keyring = Keyring::new(data.file("data/keys"), None);
        let key = keyring.signer(Role::Issuer, kid).unwrap();
        Self { kid, key, token }
    }

    /// The original's time and place.
    fn original(&self) -> Says {
        let read = Sign1::parse_canonical(&self.token).unwrap();
        let claims = Claims::of_own(read.payload).unwrap();
        let status = claims.status.unwrap();
        Says {
            iat: claims.iat.unwrap(),
            uri: status.uri.to_string(),
            index: status.index,
        }
    }

    /// A forged document: the original's content, of another time and place.
    fn forge(&self, says: &Says) -> String {
        let read = Sign1::parse_canonical(&self.token).unwrap();
        let mut claims = Claims::of_own(read.payload).unwrap();
        claims.iat = Some(says.iat);
        claims.status = Some(StatusRef {
            index: says.index,
            uri: &says.uri,
        });
        let unsigned = Unsigned::new(self.kid, None, claims.encode().unwrap());
        let signature = self.key.sign(&unsigned.to_be_signed()).unwrap();
        pack(&unsigned.into_token(&signature))
    }
}

/// People, a standby that the trust list names, and somebody's document with its key copied.
fn town(people: u32) -> (Data, Thief, String) {
    let data = Data::with_people(people);
    // Made an hour ago, so that there is a past to date back into.
    let older = "UPDATE keys SET not_before = not_before - 3600";
    assert_eq!(data.base.change(older), Ok(3));
    data.ok(&["keys", "add", "--office", "ID.3273", "--standby"]);
    // The gate sees that keys count for longer than was published.
    assert_ne!(data.run(&["trust", "publish"]).code, 0);
    data.ok(&["status", "release", "trust"]);
    data.ok(&["trust", "publish"]);
    let text = issue(&data, 1);
    let thief = Thief::of(&data, &text);
    (data, thief, text)
}

/// Issues somebody's KTP-el; its text.
fn issue(data: &Data, n: u32) -> String {
    let id = data.issue(n, "ktp");
    let sql = format!(
        "SELECT qr_text FROM documents WHERE id = {}",
        data.base.blob(&id)
    );
    data.base.texts(&sql).remove(0)
}

/// What `ikd keys list` says of a key.
fn state(data: &Data, kid: &str) -> String {
    let list = data.ok(&["keys", "list"]).out;
    let line = list.lines().find(|line| line.starts_with(kid)).unwrap();
    line.split_whitespace().nth(3).unwrap().to_string()
}

fn standby(data: &Data) -> String {
    let list = data.ok(&["keys", "list"]).out;
    let mut lines = list.lines().filter(|line| line.contains(" certified "));
    lines
        .next()
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_string()
}

/// In the past, at a place that nobody was given: what a thief with some sense writes.
fn backdated(original: &Says) -> Says {
    Says {
        iat: original.iat - 30,
        uri: original.uri.clone(),
        index: original.index ^ 1,
    }
}

/// Nothing does not fit but the windows of keys, which the test has moved behind the back of the service.
fn in_order(data: &Data) {
    let said = data.run(&["audit", "verify"]).out;
    let moved = |line: &&str| {
        line.starts_with("FAULT key ")
            && line.ends_with(": the row was not written by this service")
    };
    let mut faults = said.lines().filter(|line| line.starts_with("FAULT"));
    assert!(
        said.contains(" documents (") && faults.all(|line| moved(&line)),
        "{said}"
    );
}

#[test]
fn what_a_retired_key_signed_later_stays_refused_when_it_turns_out_to_be_stolen() {
    let (data, thief, _) = town(1);
    let kid = thief.kid.to_string();
    data.ok(&["keys", "activate", &standby(&data)]);
    data.ok(&["keys", "retire", &kid]);
    data.ok(&["trust", "publish"]);
    let key = data.base.blob(&kid);
    let retired = data
        .base
        .numbers(&format!("SELECT since FROM keys WHERE kid = {key}"))[0];
    let original = thief.original();
    let later = thief.forge(&Says {
        iat: retired,
        ..original
    });
    assert_eq!(verdict(&later, &data.bundle()), "outside_key_window");
    std::thread::sleep(std::time::Duration::from_secs(2));
    data.ok(&["keys", "compromise", &kid, "--later"]);
    assert_eq!(verdict(&later, &data.bundle()), "key_compromised");
}

#[test]
fn a_stolen_key_is_refused_after_one_command() {
    let (data, thief, text) = town(3);
    let original = thief.original();
    let now = Says {
        iat: original.iat,
        ..backdated(&original)
    };
    let (now, old) = (thief.forge(&now), thief.forge(&backdated(&original)));
    let before = data.bundle();
    for forged in [&now, &old] {
        assert_eq!(verdict(forged, &before), "valid", "the theft works");
    }
    let (kid, standby) = (thief.kid.to_string(), standby(&data));
    let since = original.iat.to_string();
    let said = data.ok(&["keys", "compromise", &kid, "--since", &since]);
    assert!(said.out.contains("1 status lists closed"), "{}", said.out);
    assert_eq!(state(&data, &kid), "compromised");
    assert_eq!(state(&data, &standby), "active");
    let after = data.bundle();
    assert_eq!(verdict(&now, &after), "key_compromised");
    assert_ne!(verdict(&old, &after), "valid");
    assert_ne!(verdict(&text, &before), verdict(&text, &after));
    // The office goes on with the other key, in a list of its own.
    let new = Thief::of(&data, &issue(&data, 2));
    assert_eq!(new.kid.to_string(), standby);
    assert_ne!(new.original().uri, original.uri);
    assert_eq!(verdict(&pack(&new.token), &data.bundle()), "valid");
    in_order(&data);
}

/// Without the root key: lists and bundle follow at once, the trust list when it was signed elsewhere.
#[test]
fn a_stolen_key_is_refused_before_the_root_key_is_fetched() {
    let (data, thief, _) = town(3);
    let root = data.file("data/keys");
    let root = std::fs::read_dir(root).unwrap().map(|e| e.unwrap().path());
    let root = root
        .into_iter()
        .find(|p| p.to_str().unwrap().contains("root-"));
    let (root, away) = (root.unwrap(), data.file("root.pem"));
    std::fs::rename(root, &away).unwrap();
    let original = thief.original();
    let old = thief.forge(&backdated(&original));
    let (kid, other) = (thief.kid.to_string(), standby(&data));
    let said = data.run(&["keys", "compromise", &kid]);
    assert!(
        said.code == 1 && said.err.contains("NOT DONE"),
        "{}",
        said.err
    );
    assert_eq!(verdict(&old, &data.bundle()), "revoked");
    let new = Thief::of(&data, &issue(&data, 2));
    assert_eq!(new.kid.to_string(), other);
    let (draft, list) = (data.path("data/trust-list.draft"), data.path("list"));
    let key = away.to_str().unwrap();
    let hash = said.after("sha256 ");
    let sign = ["root", "sign", &draft, "--key", key, "--expect", &hash];
    data.ok(&[&sign[..], &["--out", &list]].concat());
    data.ok(&["trust", "publish", "--signed", &list]);
    // What he signs into the list that was opened since ends with that.
    let place = new.original();
    let late = thief.forge(&Says {
        iat: original.iat + 30 * DAY,
        ..place
    });
    assert_eq!(verdict(&late, &data.bundle()), "key_compromised");
    // The command knows that nothing is left to be signed.
    let again = data.ok(&["keys", "compromise", &kid]);
    assert!(again.out.contains("is in force"), "{}", again.out);
}

/// What the key signed is issued anew, so that nothing under it is green any more, whatever a thief writes into it.
#[test]
fn what_a_stolen_key_signed_is_issued_anew() {
    let (data, thief, text) = town(5);
    for n in 2..=4 {
        data.issue(n, "ktp");
    }
    let original = thief.original();
    let said = data.ok(&["keys", "compromise", &thief.kid.to_string()]);
    assert!(said.out.contains("4 documents queued"), "{}", said.out);
    assert!(said.out.contains("4 documents issued anew"), "{}", said.out);
    assert!(
        said.out.contains("nothing that it signed is in force"),
        "{}",
        said.out
    );
    let states = "SELECT state || ' ' || COUNT(*) FROM documents GROUP BY state ORDER BY state";
    assert_eq!(data.base.texts(states), ["active 4", "superseded 4"]);
    let pairs = "SELECT COUNT(*) FROM documents AS old JOIN documents AS new ON new.id = old.superseded_by \
        WHERE new.subject = old.subject AND new.kid <> old.kid AND new.state = 'active' AND old.state = 'superseded'";
    assert_eq!(data.base.numbers(pairs), [4]);
    let after = data.bundle();
    assert_ne!(verdict(&text, &after), "valid");
    // The place of somebody's genuine document, long ago; and that of a new one.
    let place = "SELECT status_lists.uri || ' ' || status_index FROM documents \
        JOIN status_lists ON status_lists.id = status_list WHERE state = 'active' LIMIT 1";
    let place = data.base.texts(place).remove(0);
    let (uri, index) = place.split_once(' ').unwrap();
    for (uri, index) in [
        (original.uri.as_str(), original.index),
        (uri, index.parse().unwrap()),
    ] {
        let says = Says {
            iat: original.iat - 1,
            uri: uri.to_string(),
            index,
        };
        let verdict = verdict(&thief.forge(&says), &after);
        assert!(
            ["key_compromised", "outside_key_window"].contains(&verdict),
            "{verdict}"
        );
    }
    in_order(&data);
    // What agencies hear of it.
    let changes = "SELECT change || ' ' || COUNT(*) FROM changes GROUP BY change ORDER BY change";
    let told = data.base.texts(changes);
    assert!(told.contains(&"superseded 4".to_string()), "{told:?}");
}

/// The day of issue and the number stay, and the new text says what the old one said.
#[test]
fn what_is_issued_anew_says_the_same() {
    let (data, thief, _) = town(2);
    let said = |token: &[u8]| {
        let read = Sign1::parse_canonical(token).unwrap();
        let claims = Claims::of_own(read.payload).unwrap();
        let date = claims.issue_date();
        let rows = claims.rows(credential::lang::Lang::Id);
        let rows: Vec<String> = rows.into_iter().map(|row| format!("{row:?}")).collect();
        (date, claims.exp, rows)
    };
    let before = said(&thief.token);
    data.ok(&["keys", "compromise", &thief.kid.to_string()]);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let id = data.base.ids("documents WHERE state = 'active'").remove(0);
    let document = server.get_as(&token, &format!("/v1/documents/{id}")).json();
    let text = document["qr"]["text"].as_str().unwrap();
    assert_eq!(said(&unpack(text).unwrap().bytes), before);
    assert_eq!(verdict(text, &data.bundle()), "valid");
}

#[test]
fn what_was_left_for_later_is_done_by_the_same_command() {
    let (data, thief, text) = town(3);
    let kid = thief.kid.to_string();
    let since = (thief.original().iat + 1).to_string();
    std::thread::sleep(std::time::Duration::from_secs(2));
    data.ok(&["keys", "compromise", &kid, "--since", &since, "--later"]);
    assert_eq!(
        verdict(&text, &data.bundle()),
        "valid",
        "signed before, and known"
    );
    // As a version planned it that gave jobs no mandate.
    assert_eq!(
        data.base.forge("DELETE FROM mandates WHERE act = 'bulk'"),
        Ok(1)
    );
    let said = data.ok(&["keys", "compromise", &kid]);
    assert!(said.out.contains("1 documents issued anew"), "{}", said.out);
    assert_ne!(verdict(&text, &data.bundle()), "valid");
}

#[test]
fn a_suspended_document_of_a_stolen_key_does_not_come_back() {
    let (data, thief, _) = town(3);
    let id = data.issue(2, "ktp");
    data.ok(&["suspend", &id, "--reason", "uji"]);
    data.ok(&["keys", "compromise", &thief.kid.to_string()]);
    let said = data.run(&["reinstate", &id, "--reason", "uji"]);
    assert!(
        said.code == 1 && said.err.contains("stolen"),
        "{}",
        said.err
    );
}

#[test]
fn the_command_goes_on_where_it_broke_off() {
    let (data, thief, _) = town(3);
    let (kid, other) = (thief.kid.to_string(), standby(&data));
    let said = data.ok(&["keys", "compromise", &kid]);
    assert!(said.out.contains(&other), "{}", said.out);
    let new = issue(&data, 2);
    let said = data.ok(&["keys", "compromise", &kid]);
    assert!(!said.out.contains("lists closed"), "{}", said.out);
    assert!(said.out.contains(&other), "{}", said.out);
    assert_eq!(verdict(&new, &data.bundle()), "valid", "its list is open");
    let acts = "SELECT action FROM audit WHERE action IN ('status.close', 'key.end')";
    assert_eq!(data.base.texts(acts).len(), 2);
}

#[test]
fn an_office_without_a_standby_gets_a_key_with_the_trust_list() {
    let data = Data::with_people(2);
    let thief = Thief::of(&data, &issue(&data, 1));
    let old = thief.forge(&backdated(&thief.original()));
    let said = data.ok(&["keys", "compromise", &thief.kid.to_string()]);
    assert!(
        said.out.contains("ikd keys add --office ID.3273 --standby"),
        "{}",
        said.out
    );
    assert_ne!(verdict(&old, &data.bundle()), "valid");
    assert_eq!(verdict(&issue(&data, 2), &data.bundle()), "valid");
}
