//! What the command prints, pinned. `IKD_BLESS=1 cargo test` rewrites the files after a change that is meant.

use crate::support::*;

fn pinned(name: &str, said: &str) {
    let path = here("transcripts").join(name);
    if std::env::var_os("IKD_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, said).unwrap();
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        said == wanted,
        "{name} differs from its transcript:\n--- wanted\n{wanted}\n--- said\n{said}"
    );
}

fn transcript(data: &Data, commands: &[&[&str]]) -> String {
    let dir = data.dir.path().to_str().unwrap().to_string();
    let mut text = String::new();
    for args in commands {
        let said = data.run(args);
        let shown: Vec<String> = args.iter().map(|a| a.replace(&dir, "DIR")).collect();
        text += &format!(
            "$ ikd {}\n{}{}[exit {}]\n\n",
            shown.join(" "),
            said.out,
            said.err,
            said.code
        );
    }
    text.replace(&dir, "DIR")
}

#[test]
fn help() {
    let data = Data::nothing();
    let said = transcript(
        &data,
        &[
            &["--help"],
            &["init", "--help"],
            &["import", "persons", "--help"],
            &["issue", "--help"],
            &["revoke", "--help"],
            &["keys", "--help"],
            &["publish", "--help"],
            &["demo", "--help"],
            &["officer", "--help"],
            &["officer", "add", "--help"],
            &["person", "export", "--help"],
            &["person", "erase", "--help"],
        ],
    );
    pinned("help.txt", &said);
}

#[test]
fn mistakes() {
    let data = Data::nothing();
    let early = transcript(&data, &[&["office", "list"]]);
    data.ok(&["init"]);
    let out = data.path("qr.png");
    let id = "019a0000-0000-7000-8000-000000000000";
    let said = transcript(
        &data,
        &[
            &["init"],
            &["issue", "--nik", "327", "--kind", "ktp", "--out", &out],
            &[
                "issue",
                "--nik",
                "3273015204870003",
                "--kind",
                "ktp",
                "--out",
                &out,
            ],
            &[
                "issue",
                "--nik",
                "3273015204870003",
                "--kind",
                "ktp",
                "--out",
                &data.path("no/such/dir/qr.png"),
            ],
            &["import", "persons", &data.path("absent.csv")],
            &["import", "persons", &data.path("absent.xls")],
            &["revoke", id, "--reason", "lost"],
            &["revoke", "x", "--reason", "lost"],
            &["revoke", id, "--reason", " "],
            &["keys", "retire", "0000000000000000"],
            &[
                "office", "add", "--iss", "ID.3273", "--name", "Twice", "--region", "3273",
            ],
            &["officer", "add", "--office", "ID.9999", "--name", "Nobody"],
            &[
                "officer", "add", "--office", "ID.3273", "--name", "Siti", "--login", "1",
            ],
            &["officer", "reset", id],
            &["office", "list"],
        ],
    );
    pinned("mistakes.txt", &(early + &said));
}

#[test]
fn completions_and_man_pages_are_made() {
    let data = Data::nothing();
    for shell in ["bash", "zsh", "fish"] {
        assert!(data.ok(&["completions", shell]).out.contains("supersede"));
    }
    data.ok(&["man", &data.path("man")]);
    let page = std::fs::read_to_string(data.file("man/ikd-issue.1")).unwrap();
    assert!(page.contains("--supersede") || page.contains("\\-\\-supersede"));
}

#[test]
fn a_schema_that_this_version_cannot_read_is_refused() {
    let data = Data::new();
    let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
        VALUES (9999, 'later', TRUE, '0', 0)";
    data.base.change(sql).unwrap();
    // A migration that only adds lets the version before it go on, while the new one is rolled out.
    data.ok(&["office", "list"]);
    data.base
        .change("UPDATE schema_info SET readable_by = 9999")
        .unwrap();
    let said = data.run(&["office", "list"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err
            .contains("schema 9999, which this version of ikd does not know"),
        "{}",
        said.err
    );
}

#[test]
fn the_demo_tells_its_story() {
    let data = Data::nothing();
    let demo = || data.ok(&["demo", "--no-serve"]);
    let story = demo().out;
    for part in [
        "[2] 1000 invented people",
        "KTP-el with a face",
        "BERLAKU / VALID",
        "TIDAK BERLAKU / NOT VALID",
        "[8] the old bundle",
    ] {
        assert!(story.contains(part), "{part}\n{story}");
    }
    demo();
    std::fs::remove_file(data.dir.path().join("data/DEVELOPMENT-KEYS.txt")).unwrap();
    let said = data.run(&["demo", "--no-serve"]);
    assert!(
        said.code == 1 && said.err.contains("was not made by `ikd demo`"),
        "{}",
        said.err
    );
}
