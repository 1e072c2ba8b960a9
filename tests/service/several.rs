//! The ceremony of several custodians in keys/README.md, block by block as it stands there, and what goes wrong in one.

use crate::ceremony::Ceremony;

const CUSTODIANS: [&str; 6] = ["ayu", "budi", "citra", "dewi", "eko", "fajar"];

fn custodians() -> Ceremony {
    let here = Ceremony::new();
    for name in CUSTODIANS {
        std::fs::create_dir(here.data.file(&format!("offline/{name}"))).unwrap();
        here.data.write(
            &format!("offline/{name}/passphrase"),
            &format!("sandi {name} di tanah lapang\n"),
        );
    }
    here
}

/// Steps 1 to 5.
fn begun() -> Ceremony {
    let here = custodians();
    let kids = here.run("several-keys", "").out;
    let root = here.run("several-set", "").out;
    assert!(root.contains("3 of 5 keys must sign"), "{root}");
    for line in kids.lines().filter(|line| line.starts_with("root key ")) {
        assert!(root.contains(line.trim_start_matches("root ")), "{root}");
    }
    let said = here.run("several-init", "");
    assert!(said.out.contains("3 of 5 root keys"), "{}", said.out);
    let said = here.run("several-sign", &said.after("sha256 "));
    assert!(said.out.contains("new issuer key"), "{}", said.out);
    assert_eq!(said.out.matches("signed by key").count(), 3, "{}", said.out);
    let said = here.run("several-publish", "");
    assert!(said.out.contains("trust list version 1,"), "{}", said.out);
    here
}

#[test]
fn three_of_five_go_as_it_is_written_down() {
    let here = begun();
    assert!(!here.has_a_root_key(), "the root's keys are elsewhere");
    let roots = [
        "stick/root.pub.pem",
        "data/root.pub.pem",
        "stick/ayu.pub.pem",
        "stick/next.pub.pem",
    ];
    assert_eq!(here.leading(&roots), roots[..2]);
    here.people();
    here.data.issue(1, "ktp");

    let said = here.run("several-later", "");
    assert!(
        said.out.contains("ID.3171 Disdukcapil Kota Jakarta Pusat"),
        "{}",
        said.out
    );
    assert!(said.out.contains("trust list version 2,"), "{}", said.out);

    let said = here.run("several-rotate", "");
    assert!(said.out.contains("NEW ROOT"), "{}", said.out);
    assert!(said.out.contains("the way from"), "{}", said.out);
    assert!(said.out.contains("trust list version 3,"), "{}", said.out);
    // Who pinned the former root is led on, and the data directory gives the new one.
    let led = [
        "stick/root.pub.pem",
        "data/root.pub.pem",
        "stick/next.pub.pem",
    ];
    assert_eq!(here.leading(&roots), led);
    let pins = ["data/root.pub.pem", "stick/next.pub.pem"];
    let [ours, next] = pins.map(|file| std::fs::read(here.data.file(file)).unwrap());
    assert_eq!(ours, next);
    here.data.issue(2, "ktp");
    let said = here.data.ok(&["audit", "verify"]).out;
    assert!(
        said.contains("(2 judged)") && said.contains("in order"),
        "{said}"
    );
    // A later draft is the new root's without it being named.
    let said = here.bash("ikd --data /srv/ikd trust draft --out /stick/trust.draft; ikd root show /stick/trust.draft", "");
    assert!(said.out.contains("3 of 5 keys must sign"), "{}", said.out);
}

#[test]
fn one_key_is_followed_by_several() {
    let here = custodians();
    here.begin();
    here.run("several-keys", "");
    let set = "cd /stick; ikd root set --threshold 3 ayu.pub.pem budi.pub.pem citra.pub.pem dewi.pub.pem eko.pub.pem --out several.pub.pem";
    assert_eq!(here.bash(set, "").code, 0);
    let said = here.run("one-to-several", "");
    assert!(said.out.contains("NEW ROOT"), "{}", said.out);
    let roots = [
        "stick/root.pub.pem",
        "stick/several.pub.pem",
        "stick/ayu.pub.pem",
    ];
    assert_eq!(here.leading(&roots), roots[..2]);
    here.people();
    here.data.issue(1, "ktp");
}

#[test]
fn too_few_strangers_and_other_drafts_make_no_list() {
    let here = begun();
    let refused = |script: &str, words: &str| {
        let said = here.bash(script, "");
        assert!(
            said.code == 1 && said.err.contains(words),
            "{script}\n{}{}",
            said.out,
            said.err
        );
    };
    let combine = |files: &str| format!("cd /stick; ikd root combine {files} --out second.list");
    refused(
        &combine("ayu.signed budi.signed"),
        "2 signatures, and 3 are needed",
    );
    refused(
        &combine("ayu.signed ayu.signed ayu.signed"),
        "1 signatures, and 3 are needed",
    );
    refused(
        &combine("trust.draft"),
        "not a draft signed by one of several",
    );
    assert!(!here.data.file("stick/second.list").exists());
    // Somebody else's key, another draft, and none without the SHA-256.
    let sign = |name: &str, more: &str| {
        format!(
            "ikd root sign /stick/trust.draft --key /offline/{name}/root/root-*.pem \
            --passphrase-file /offline/{name}/passphrase --out /stick/{name}.second {more}"
        )
    };
    let expect = "--expect $(sha256sum /stick/trust.draft | cut -d' ' -f1)";
    here.bash(
        "ikd root new /offline/fajar/root --passphrase-file /offline/fajar/passphrase",
        "",
    );
    refused(&sign("fajar", expect), "none of those that may sign");
    let zeros = "0".repeat(64);
    refused(
        &sign("ayu", &format!("--expect {zeros}")),
        "nothing was signed",
    );
    let unsaid = here.bash(&sign("ayu", ""), "");
    assert!(
        unsaid.code == 1 && unsaid.out.contains("nothing was signed"),
        "{}",
        unsaid.out
    );
    assert!(!here.data.file("stick/ayu.second").exists());
    here.bash("ikd --data /srv/ikd keys add --office ID.3273; ikd --data /srv/ikd trust draft --out /stick/trust.draft", "");
    assert_eq!(here.bash(&sign("ayu", expect), "").code, 0);
    refused(
        &combine("budi.signed eko.signed ayu.second"),
        "another draft",
    );
    // One signature alone, or of a set with another threshold, is not taken where the database is.
    refused(
        "ikd --data /srv/ikd trust publish --signed /stick/ayu.second",
        "fewer keys of the root signed it",
    );
    let lower = "cd /stick; ikd root set --threshold 1 ayu.pub.pem budi.pub.pem citra.pub.pem dewi.pub.pem eko.pub.pem --out lower.pem; \
        ikd --data /srv/ikd trust draft --new-root lower.pem --out trust.draft";
    assert_eq!(here.bash(lower, "").code, 0);
    assert_eq!(here.bash(&sign("ayu", expect), "").code, 0);
    refused(
        "ikd --data /srv/ikd trust publish --signed /stick/ayu.second",
        "is not a trust list that root",
    );
    // What was signed can be looked at, and says when it is not enough.
    let said = here.bash("ikd root show /stick/budi.signed", "");
    assert!(
        said.code == 1 && said.out.contains("1 of 3 signatures"),
        "{}",
        said.out
    );
    let said = here.bash("ikd root show /stick/trust.list", "");
    assert!(
        said.code == 0 && said.out.contains("3 of 3 signatures"),
        "{}",
        said.out
    );
    // A set twice the same key, or over nothing.
    refused(
        "ikd root set --threshold 2 /stick/ayu.pub.pem /stick/ayu.pub.pem --out /stick/x.pem",
        "make no root",
    );
    refused(
        "ikd root set --threshold 2 /stick/ayu.pub.pem /stick/root.pub.pem --out /stick/x.pem",
        "a set of keys, not one",
    );
}
