//! Another data key where something is amiss: a file that is not everywhere, a share that is not mounted, a command that
//! was killed, two at once.

use crate::support::Data;
use std::time::Duration;

/// An attachment whose file is not there.
fn attachment(data: &Data) {
    let office = "(SELECT id FROM offices WHERE iss = 'ID.3273')";
    let id = data.base.blob("00000000000070008000000000000001");
    let hash = data.base.blob(&"ab".repeat(32));
    let empty = data.base.blob("00");
    let application = format!(
        "INSERT INTO applications (id, office, kind, filer, created, state, since, late, people, answers, version) \
         VALUES ({id}, {office}, 2, 'guest', 1, 'draft', 1, 'no', {empty}, {empty}, 1)"
    );
    data.base.change(&application).unwrap();
    let file = format!(
        "INSERT INTO attachments (id, application, slug, media_type, size, hash, created) \
         VALUES ({id}, {id}, 'kk_lama', 'image/jpeg', 1, {hash}, 1)"
    );
    data.base.change(&file).unwrap();
}

#[test]
fn nothing_is_lost_where_a_rotation_meets_something_amiss() {
    let data = Data::with_people(1);
    let key = data.file("data/data.key");
    let read = || std::fs::read_to_string(&key).unwrap();
    let ikd = |args: &[&str]| data.run(&[&["data-key"], args].concat());
    let before = read();
    assert_eq!(ikd(&["add"]).code, 0);
    let both = read();

    // Who has not the added key yet works on, and does not let it seal.
    std::fs::write(&key, &before).unwrap();
    assert_eq!(ikd(&["list"]).code, 0);
    let without = ikd(&["rotate"]);
    assert!(
        without.err.contains("has not data key 1"),
        "{}",
        without.err
    );
    std::fs::write(&key, &both).unwrap();

    attachment(&data);
    for args in [&["rotate"][..], &["drop", "1"], &["list"]] {
        let unmounted = ikd(args);
        assert_eq!(unmounted.code, 2, "{args:?}");
        assert!(unmounted.err.contains("mount blobs/"), "{}", unmounted.err);
    }
    assert_eq!(
        read(),
        both,
        "a key was dropped though nobody knows what is under it"
    );
    data.base.change("DELETE FROM applications").unwrap();
    let listed = ikd(&["list"]).out;
    assert!(
        listed.contains("0  seals") && listed.contains("1  added"),
        "{listed}"
    );

    assert_eq!(ikd(&["rotate"]).code, 0);
    assert_eq!(ikd(&["drop", "0", "--now"]).code, 0);
    // As if it had been killed before it wrote the file.
    std::fs::write(&key, &both).unwrap();
    assert_eq!(ikd(&["drop", "0", "--now"]).code, 0);
    assert!(!read().contains("\n0 ") && read().contains("\n1 "));
    assert_eq!(ikd(&["drop", "0", "--now"]).code, 1);

    let mut adds: Vec<_> = (0..2)
        .map(|_| data.command().args(["data-key", "add"]).spawn().unwrap())
        .collect();
    for add in &mut adds {
        assert!(add.wait().unwrap().success());
    }
    assert!(read().contains("\n2 ") && read().contains("\n3 "));
    assert_eq!(ikd(&["rotate"]).code, 0);
}

#[test]
fn who_cannot_follow_the_key_that_seals_ends() {
    let data = Data::with_people(1);
    let mut server = data.serve();
    let mark = data.base.blob(&"cd".repeat(32));
    let seals =
        format!("INSERT INTO data_keys (id, mark, state, since) VALUES (1, {mark}, 'seals', 1)");
    data.base.change(&seals).unwrap();
    let ended = (0..600).find_map(|_| {
        std::thread::sleep(Duration::from_millis(100));
        server.child.try_wait().unwrap()
    });
    assert_eq!(ended.and_then(|status| status.code()), Some(2));
    assert_eq!(data.run(&["data-key", "list"]).code, 2);
}

#[test]
fn a_database_from_before_the_second_key_asks_for_the_file_of_its_time() {
    let data = Data::with_people(1);
    let key = data.file("data/data.key");
    data.ok(&["data-key", "add"]);
    let both = std::fs::read_to_string(&key).unwrap();
    let later = both.lines().filter(|line| !line.starts_with("0 "));
    let later: String = later.map(|line| format!("{line}\n")).collect();
    std::fs::write(&key, later).unwrap();
    // Without a mark the first command forgets the keys that it knew.
    let empty = data.base.blob("");
    let sql = format!("UPDATE data_key SET mark = {empty}");
    data.base.change(&sql).unwrap();
    let refused = data.run(&["data-key", "list"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused
            .err
            .contains("copy the data.key of the backup's time"),
        "{}",
        refused.err
    );
    std::fs::write(&key, both).unwrap();
    data.ok(&["data-key", "list"]);
}
