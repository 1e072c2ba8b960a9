//! A backup that is put back behind what verifiers were told: keys follow the trust list that is out.

use crate::support::database::Base;
use crate::support::*;

/// A backup of the database alone, on SQLite; its path.
fn backup(data: &Data) -> Option<String> {
    let Base::Sqlite(_) = &data.base else {
        return None;
    };
    let kept = data.path("backup.db");
    data.base.change(&format!("VACUUM INTO '{kept}'")).unwrap();
    Some(kept)
}

fn put_back(data: &Data, kept: &str) {
    for beside in ["ikd.db-wal", "ikd.db-shm"] {
        let _ = std::fs::remove_file(data.file("data").join(beside));
    }
    std::fs::copy(kept, data.file("data/ikd.db")).unwrap();
    data.ok(&["db", "restored"]);
}

/// The word in that column of what `ikd keys list` says of a key; none where it does not know it.
fn of_key(data: &Data, kid: &str, column: usize) -> Option<String> {
    let list = data.ok(&["keys", "list"]).out;
    let line = list.lines().find(|line| line.starts_with(kid))?;
    line.split_whitespace().nth(column).map(str::to_string)
}

fn kid_of(data: &Data, role: &str) -> String {
    let list = data.ok(&["keys", "list"]).out;
    let mut lines = list.lines().filter(|line| line.contains(role));
    let line = lines.find(|line| line.contains(" active ")).unwrap();
    line.split_whitespace().next().unwrap().to_string()
}

fn text_of(data: &Data, id: &str) -> String {
    let id = data.base.blob(id);
    let sql = format!("SELECT qr_text FROM documents WHERE id = {id}");
    data.base.texts(&sql).remove(0)
}

#[test]
fn keys_that_were_stolen_or_made_since_are_so_again() {
    let data = Data::with_people(4);
    data.ok(&["keys", "add", "--office", "ID.3273", "--standby"]);
    data.ok(&["trust", "publish"]);
    let (stolen, publisher) = (kid_of(&data, " issuer "), kid_of(&data, " publisher "));
    let before = text_of(&data, &data.issue(1, "ktp"));
    let Some(kept) = backup(&data) else { return };
    // What the backup does not know.
    data.ok(&["keys", "compromise", &stolen]);
    data.ok(&["keys", "add", "--office", "ID.3273", "--standby"]);
    data.ok(&["keys", "add", "--publisher"]);
    data.ok(&["trust", "publish"]);
    data.ok(&["keys", "retire", &publisher]);
    data.ok(&["trust", "publish"]);
    let made = kid_of(&data, " publisher ");
    let after = text_of(&data, &data.issue(2, "ktp"));
    data.ok(&["publish", "--to", &data.path("tree")]);
    let out = data.bundle().trust.version;

    put_back(&data, &kept);
    assert_eq!(of_key(&data, &stolen, 3).as_deref(), Some("active"));
    assert_eq!(of_key(&data, &made, 3), None);
    let said = data.ok(&["trust", "restored", &data.path("tree")]);
    assert!(
        said.out.contains(&format!("key {stolen} was compromised")),
        "{}",
        said.out
    );
    assert!(
        said.out.contains(&format!("key {made} is back")),
        "{}",
        said.out
    );
    assert!(
        said.out.contains(&format!("key {publisher} was retired")),
        "{}",
        said.out
    );
    for (kid, is) in [
        (&stolen, "compromised"),
        (&made, "active"),
        (&publisher, "retired"),
    ] {
        assert_eq!(of_key(&data, kid, 3).as_deref(), Some(is), "{kid}");
    }
    let bundle = data.bundle();
    assert_eq!(bundle.trust.version, out);
    assert_eq!(verdict(&before, &bundle), "key_compromised");
    // Its issuer counts; the list that its status was in was opened after the backup.
    assert_eq!(verdict(&after, &bundle), "status_list_missing");
    // A second time there is nothing to follow, and what comes after is a list like any other.
    let again = data.ok(&["trust", "restored", &data.path("tree")]);
    assert!(again.out.contains("nothing to follow"), "{}", again.out);
    data.ok(&["keys", "compromise", &stolen]);
    data.ok(&["trust", "publish"]);
    assert!(data.bundle().trust.version > out);
    // Nothing brings the list back that was opened since: that it goes is for somebody to answer for.
    let said = data.run(&["publish", "--to", &data.path("tree")]);
    assert!(
        said.code == 1 && said.err.contains("was out and is gone"),
        "{}",
        said.err
    );
    data.ok(&["status", "release", &format!("tree {}", data.path("tree"))]);
    data.ok(&["publish", "--to", &data.path("tree")]);
    let document = text_of(&data, &data.issue(3, "ktp"));
    assert_eq!(verdict(&document, &data.bundle()), "valid");
    let said = data.run(&["audit", "verify"]);
    assert_eq!(said.code, 0, "{}", said.out);
}

#[test]
fn a_root_that_followed_since_is_followed_again() {
    let data = Data::with_people(2);
    let old = data.root();
    let Some(kept) = backup(&data) else { return };
    data.ok(&["trust", "rotate-root", "--out", &data.path("list")]);
    let new = data.root();
    assert_ne!(old, new);
    put_back(&data, &kept);
    data.ok(&["trust", "restored", &data.path("list")]);
    assert_eq!(data.root(), new);
    data.ok(&["trust", "publish"]);
    let text = text_of(&data, &data.issue(1, "ktp"));
    assert_eq!(verdict(&text, &data.bundle()), "valid");
    let said = data.run(&["audit", "verify"]);
    assert_eq!(said.code, 0, "{}", said.out);
}

#[test]
fn a_list_of_somebody_else_is_not_followed() {
    let (data, other) = (Data::with_people(1), Data::with_people(1));
    for list in [&data, &other] {
        list.ok(&["trust", "publish", "--out", &list.path("list")]);
    }
    for (place, why) in [
        (other.path("list"), "is not a trust list that root"),
        (data.path("data"), "it has no file `head`"),
        ("s3://bucket/tree".to_string(), "of this machine"),
    ] {
        let said = data.run(&["trust", "restored", &place]);
        assert!(said.code == 1 && said.err.contains(why), "{}", said.err);
    }
}

/// What took over since was in reserve before, and a list does not tell the two apart.
#[test]
fn who_took_over_since_signs_again() {
    let data = Data::with_people(3);
    data.ok(&["keys", "add", "--office", "ID.3273", "--standby"]);
    data.ok(&["keys", "add", "--publisher", "--standby"]);
    data.ok(&["trust", "publish"]);
    let (office, publisher) = (kid_of(&data, " issuer "), kid_of(&data, " publisher "));
    let Some(kept) = backup(&data) else { return };
    data.ok(&["keys", "compromise", &publisher]);
    let list = data.ok(&["keys", "list"]).out;
    let mut lines = list.lines().filter(|line| line.contains(" issuer "));
    let standby = lines.find(|line| line.contains(" certified ")).unwrap();
    let standby = standby.split_whitespace().next().unwrap().to_string();
    data.ok(&["keys", "activate", &standby]);
    data.ok(&["keys", "retire", &office]);
    data.ok(&["trust", "publish", "--out", &data.path("list")]);
    let other = kid_of(&data, " publisher ");
    put_back(&data, &kept);
    // By hand, and later than verifiers were told.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    data.ok(&["keys", "retire", &office]);
    let said = data.ok(&["trust", "restored", &data.path("list")]);
    for kid in [&other, &standby] {
        let signs = format!("key {kid} signs from now on");
        assert!(said.out.contains(&signs), "{}", said.out);
        assert_eq!(of_key(&data, kid, 3).as_deref(), Some("active"));
    }
    data.ok(&["trust", "publish"]);
    let document = text_of(&data, &data.issue(1, "ktp"));
    assert_eq!(verdict(&document, &data.bundle()), "valid");
    data.ok(&["audit", "verify"]);
}

#[test]
fn another_list_of_the_same_version_is_not_taken_for_known() {
    let data = Data::with_people(2);
    let Some(kept) = backup(&data) else { return };
    let add = ["office", "add", "--iss", "ID.3171", "--name", "Jakarta"];
    data.ok(&[&add[..], &["--region", "3171"]].concat());
    data.ok(&["trust", "publish", "--out", &data.path("list")]);
    put_back(&data, &kept);
    let restored = || data.run(&["trust", "restored", &data.path("list")]);
    // The office is named with the command that adds it.
    let (said, add) = (
        restored(),
        "ikd office add --iss ID.3171 --name 'Jakarta' --region '3171'",
    );
    assert!(said.code == 1 && said.err.contains(add), "{}", said.err);
    data.ok(&["trust", "publish"]);
    let (said, why) = (restored(), "with another list");
    assert!(said.code == 1 && said.err.contains(why), "{}", said.err);
}

/// What is held says so, and goes on after a release.
#[test]
fn a_list_that_lacks_a_key_of_ours_is_held() {
    let data = Data::with_people(1);
    let Some(kept) = backup(&data) else { return };
    for list in ["second", "third"] {
        data.ok(&["trust", "publish", "--out", &data.path(list)]);
    }
    put_back(&data, &kept);
    data.ok(&["keys", "add", "--office", "ID.3273"]);
    data.ok(&["trust", "publish"]);
    let said = data.run(&["trust", "restored", &data.path("third")]);
    let held = said.err.contains("trust is held");
    assert!(said.code == 1 && held, "{}", said.err);
    let said = data.run(&["status", "held"]);
    assert!(said.code == 1 && said.out.contains("trust"), "{}", said.out);
    data.ok(&["status", "release", "trust"]);
    data.ok(&["trust", "restored", &data.path("third")]);
    // The key that was added meanwhile is named again by the next list.
    data.ok(&["trust", "publish"]);
    data.ok(&["audit", "verify"]);
}
