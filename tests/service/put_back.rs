//! What is not published: trust lists, bundles and trees that take back what verifiers were told, as where a database was
//! put back to what it was before, or written to by whoever owns it.

use crate::support::*;

/// Writes to the database as somebody who owns it.
fn forge(data: &Data, sql: &str) {
    let touched = data.base.forge(sql);
    assert!(matches!(touched, Ok(n) if n > 0), "{sql}: {touched:?}");
}

fn held(data: &Data, what: &str, why: &str) {
    let said = data.run(&["status", "held"]);
    let of_it = said.out.split("\n  next").find(|part| part.contains(what));
    let of_it = of_it.unwrap_or_else(|| panic!("{what} is not held: {}", said.out));
    assert!(said.code == 1 && of_it.contains(why), "{}", said.out);
}

/// No trust list is made of the keys as they stand, wherever its root key is.
fn not_even_drafted(data: &Data, why: &str) {
    let draft = data.path("draft");
    for args in [
        &["trust", "publish"][..],
        &["trust", "draft", "--out", &draft],
    ] {
        let said = data.run(args);
        assert_eq!(said.code, 2, "{args:?} {}", said.out);
        assert!(said.err.contains(why), "{}", said.err);
    }
}

/// The key of the first office.
fn kid(data: &Data) -> String {
    key_of(data, "issuer")
}

/// The first key of that role.
fn key_of(data: &Data, role: &str) -> String {
    let said = data.ok(&["keys", "list"]);
    let line = said.out.lines().find(|line| line.contains(role));
    line.unwrap().split_whitespace().next().unwrap().to_string()
}

#[test]
fn a_trust_list_takes_no_distrust_back_and_drops_nobody() {
    let data = Data::with_people(1);
    let kid = kid(&data);
    data.ok(&["keys", "add", "--office", "ID.3273"]);
    data.ok(&["trust", "publish"]);
    let key = data.base.blob(&kid);
    let refused = |sql: &str, back: &str, why: &str| {
        forge(&data, sql);
        let before = data.bundle().trust;
        let said = data.run(&["trust", "publish"]);
        assert_eq!(said.code, 1, "{}", said.out);
        assert!(
            said.err.contains("trust is held") && said.err.contains(why),
            "{}",
            said.err
        );
        held(&data, "trust", why);
        // Nor where the root is elsewhere, and signs what it is brought.
        let draft = data.ok(&["trust", "draft", "--out", &data.path("draft")]);
        let keys = std::fs::read_dir(data.file("data/keys")).unwrap();
        let root = keys
            .map(|e| e.unwrap().path())
            .find(|p| p.to_str().unwrap().contains("root-"));
        let root = root.unwrap();
        let (sha256, list) = (draft.after("sha256 "), data.path("list"));
        let args = [
            "root",
            "sign",
            &data.path("draft"),
            "--key",
            root.to_str().unwrap(),
        ];
        data.ok(&[&args[..], &["--expect", &sha256, "--out", &list]].concat());
        let said = data.run(&["trust", "publish", "--signed", &list]);
        assert!(said.code == 1 && said.err.contains(why), "{}", said.err);
        assert_eq!(data.bundle().trust, before);
        forge(&data, back);
    };
    refused(
        "UPDATE offices SET region = '' WHERE iss = 'ID.3273'",
        "UPDATE offices SET region = '3273' WHERE iss = 'ID.3273'",
        "would count for another office, region or time",
    );
    refused(
        &format!("UPDATE keys SET not_after = not_after + 86400 WHERE kid = {key}"),
        &format!("UPDATE keys SET not_after = not_after - 86400 WHERE kid = {key}"),
        "would count for another office, region or time",
    );
    // A key that is said to be another thing has no seal as that, and is not even drafted.
    forge(
        &data,
        &format!("UPDATE keys SET role = 'publisher', office = NULL WHERE kid = {key}"),
    );
    not_even_drafted(&data, "did not add");
    forge(
        &data,
        &format!(
            "UPDATE keys SET role = 'issuer', office = (SELECT id FROM offices WHERE iss = 'ID.3273') WHERE kid = {key}"
        ),
    );
    data.ok(&[
        "keys",
        "compromise",
        &kid,
        "--since",
        "2026-01-02T00:00:00Z",
    ]);
    data.ok(&["trust", "publish"]);
    assert_eq!(data.ok(&["status", "held"]).out.trim(), "nothing is held");
    let since = data
        .base
        .numbers(&format!("SELECT since FROM keys WHERE kid = {key}"))[0];
    let back = format!("UPDATE keys SET state = 'compromised', since = {since} WHERE kid = {key}");
    for forged in [
        "state = 'active', since = NULL, emptied = NULL".to_string(),
        format!("state = 'retired', since = {since}"),
        format!("since = {}", since + 86_400),
    ] {
        let sql = format!("UPDATE keys SET {forged} WHERE kid = {key}");
        refused(&sql, &back, "would count again, or for longer");
    }
    // A thief had it earlier: that is no less distrust.
    forge(
        &data,
        &format!("UPDATE keys SET since = {} WHERE kid = {key}", since - 60),
    );
    data.ok(&["trust", "publish"]);
    // Somebody answers for it.
    forge(
        &data,
        &format!("UPDATE keys SET since = {since} WHERE kid = {key}"),
    );
    assert_eq!(data.run(&["trust", "publish"]).code, 1);
    data.ok(&["status", "release", "trust"]);
    data.ok(&["trust", "publish"]);
    assert_eq!(data.ok(&["status", "held"]).out.trim(), "nothing is held");
}

/// A database as a backup has it: the list as it was signed before a document was revoked, and the document in force.
/// Bundles too, where whoever puts it back knows of them.
fn put_back(data: &Data, bundles: bool) -> String {
    let id = data.issue(1, "ktp");
    data.ok(&["revoke", &data.issue(2, "ktp"), "--reason", "lost"]);
    let hex = match &data.base {
        database::Base::Sqlite(_) => "hex(token)",
        database::Base::Postgres(_) => "encode(token, 'hex')",
    };
    let row = format!(
        "SELECT {hex} || ' ' || CAST(issued AS TEXT) || ' ' || CAST(expires AS TEXT) FROM status_lists WHERE seed IS NULL"
    );
    let row = data.base.texts(&row);
    let parts: Vec<&str> = row[0].split(' ').collect();
    let (token, issued, expires) = (data.base.blob(parts[0]), parts[1], parts[2]);
    data.ok(&["revoke", &id, "--reason", "lost"]);
    data.ok(&["bundle", "export", &data.path("b")]);
    data.ok(&["publish", "--to", &data.path("tree")]);
    let document = data.base.blob(&id);
    forge(
        data,
        &format!(
            "UPDATE status_lists SET token = {token}, issued = {issued}, expires = {expires} WHERE seed IS NULL"
        ),
    );
    let sql = format!("UPDATE documents SET state = 'active', reason = NULL WHERE id = {document}");
    forge(data, &sql);
    if bundles {
        forge(data, "DELETE FROM bundles");
    }
    id
}

/// Publishers that were ended are not in the list any more, so it is the trail that knows them.
#[test]
fn a_publisher_that_was_ended_comes_not_back() {
    let data = Data::with_people(1);
    let kid = key_of(&data, "publisher");
    data.ok(&["keys", "add", "--publisher"]);
    data.ok(&["keys", "compromise", &kid]);
    data.ok(&["trust", "publish"]);
    let publishers = || data.bundle().trust.publishers;
    let before = publishers();
    forge(
        &data,
        &format!(
            "UPDATE keys SET state = 'active', since = NULL, emptied = NULL WHERE kid = {}",
            data.base.blob(&kid)
        ),
    );
    not_even_drafted(&data, "retired or compromised before");
    assert_eq!(publishers(), before);
}

#[test]
fn a_bundle_remembers_what_the_lists_were_made_to_forget() {
    let data = Data::with_people(2);
    let id = put_back(&data, false);
    // As it lies there, the list is an older one.
    let said = data.run(&["bundle", "export", &data.path("b2")]);
    assert!(
        said.code == 1 && said.err.contains("goes back"),
        "{}",
        said.err
    );
    held(&data, "bundle", "ikd:3273/0 goes back");
    // Signed anew it is the latest, and says less.
    data.base
        .change("UPDATE status_lists SET dirty = 1")
        .unwrap();
    data.ok(&["status", "publish"]);
    let server = data.serve();
    let out = server.get("/bundle");
    assert_eq!(out.status, 200);
    assert_eq!(
        out.body,
        std::fs::read(data.file("b")).unwrap(),
        "what is out stays out"
    );
    held(
        &data,
        "bundle",
        "1 indexes of ikd:3273/0 were revoked or superseded",
    );
    // Mended by revoking it again, as an officer does who knows of it.
    data.ok(&["revoke", &id, "--reason", "lost"]);
    let statuses = data.bundle().statuses;
    let revoked: usize = statuses
        .iter()
        .map(|(_, list)| list.list.revoked().len())
        .sum();
    assert_eq!(revoked, 2);
    assert_eq!(data.ok(&["status", "held"]).out.trim(), "nothing is held");
}

#[test]
fn a_tree_whose_bundle_is_gone_is_not_written_over_unasked() {
    let data = Data::with_people(2);
    let id = data.issue(1, "ktp");
    let place = data.path("tree");
    let publish = || data.run(&["publish", "--to", &place]);
    assert_eq!(publish().code, 0);
    let files = || std::fs::read_dir(data.file("tree/sha256")).unwrap();
    let all = || {
        let folders = files().map(|folder| folder.unwrap().path());
        let files: Vec<_> = folders
            .flat_map(|folder| match folder.is_dir() {
                true => std::fs::read_dir(folder)
                    .unwrap()
                    .map(|f| f.unwrap().path())
                    .collect(),
                false => vec![folder],
            })
            .collect();
        files
    };
    let kept = all();
    for file in &kept {
        std::fs::write(file, "").unwrap();
    }
    // The same is there again: whoever lost it says nothing else.
    let same = publish();
    assert_eq!(same.code, 0, "{}", same.err);
    for file in all() {
        std::fs::write(file, "").unwrap();
    }
    let head = std::fs::read(data.file("tree/head")).unwrap();
    data.ok(&["revoke", &id, "--reason", "lost"]);
    let said = publish();
    assert!(
        said.code == 1 && said.err.contains("cannot be read"),
        "{}",
        said.err
    );
    held(&data, "tree", "cannot be read");
    assert_eq!(std::fs::read(data.file("tree/head")).unwrap(), head);
    let name = data.base.texts("SELECT what FROM publish_holds").remove(0);
    data.ok(&["status", "release", &name]);
    assert_eq!(publish().code, 0);
    assert_eq!(data.ok(&["status", "held"]).out.trim(), "nothing is held");
}

#[test]
fn a_tree_remembers_what_the_database_was_made_to_forget() {
    let data = Data::with_people(2);
    put_back(&data, true);
    data.base
        .change("UPDATE status_lists SET dirty = 1")
        .unwrap();
    data.ok(&["status", "publish"]);
    let head = std::fs::read(data.file("tree/head")).unwrap();
    let place = data.path("tree");
    let publish = || data.run(&["publish", "--to", &place]);
    let said = publish();
    assert!(
        said.code == 1 && said.err.contains("is held"),
        "{}",
        said.err
    );
    assert_eq!(std::fs::read(data.file("tree/head")).unwrap(), head);
    let what = format!("tree {place}");
    held(&data, &what, "were revoked or superseded");
    data.ok(&["status", "release", &what]);
    let said = publish();
    assert_eq!(said.code, 0, "{}", said.err);
    assert_ne!(std::fs::read(data.file("tree/head")).unwrap(), head);
    assert_eq!(data.ok(&["status", "held"]).out.trim(), "nothing is held");

    // A trust list that the database does not know any more.
    data.ok(&["trust", "publish"]);
    assert_eq!(publish().code, 0);
    forge(
        &data,
        "DELETE FROM trust_lists WHERE version = (SELECT MAX(version) FROM trust_lists)",
    );
    forge(&data, "DELETE FROM bundles");
    let said = publish();
    assert!(
        said.code == 1 && said.err.contains("the version of the trust list goes back"),
        "{}",
        said.err
    );
    // Its next one has the version of the one that is gone, and of another second it is another list; the one after that is
    // later than both.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    data.ok(&["trust", "publish"]);
    assert_eq!(publish().code, 1);
    data.ok(&["trust", "publish"]);
    let said = publish();
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(data.ok(&["status", "held"]).out.trim(), "nothing is held");
}
