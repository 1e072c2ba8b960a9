//! The key ceremony of keys/README.md, command by command as it stands there, and what goes wrong in one.

use crate::support::*;
use std::path::Path;
use std::process::Command;

/// A ceremony's machines in one folder.
pub struct Ceremony {
    pub data: Data,
}

impl Ceremony {
    pub fn new() -> Self {
        let data = Data::nothing();
        for folder in ["offline", "stick", "bin"] {
            std::fs::create_dir(data.file(folder)).unwrap();
        }
        data.write("offline/passphrase", "kuda besi di tanah lapang\n");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_ikd"), data.file("bin/ikd")).unwrap();
        Self { data }
    }

    /// The block below a mark of the document.
    fn block(name: &str) -> String {
        let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("keys/README.md");
        let text = std::fs::read_to_string(document).unwrap();
        let mark = format!("<!-- ceremony: {name} -->");
        let (_, after) = text
            .split_once(&mark)
            .unwrap_or_else(|| panic!("no {mark}"));
        let lines = after.lines().skip_while(|line| line.is_empty());
        let block: Vec<&str> = lines.map_while(|line| line.strip_prefix("    ")).collect();
        assert!(!block.is_empty(), "{mark} has no commands");
        block.join("\n")
    }

    pub fn bash(&self, script: &str, sha256: &str) -> Said {
        let mut paths = script.to_string();
        for (theirs, ours) in [
            ("/srv/ikd", "data"),
            ("/offline", "offline"),
            ("/stick", "stick"),
        ] {
            paths = paths.replace(theirs, &self.data.path(ours));
        }
        let mut command = Command::new("bash");
        let path = format!("{}:/usr/bin:/bin", self.data.path("bin"));
        command.env_clear().env("PATH", path).env("SHA256", sha256);
        self.data.base.name_to(&mut command);
        Said::of(
            command
                .args(["-euo", "pipefail", "-c", &paths])
                .output()
                .unwrap(),
        )
    }

    pub fn run(&self, name: &str, sha256: &str) -> Said {
        let said = self.bash(&Self::block(name), sha256);
        assert_eq!(said.code, 0, "{name}\n{}{}", said.out, said.err);
        said
    }

    /// Steps 1 to 4.
    pub fn begin(&self) {
        self.run("root", "");
        let sha256 = self.run("init", "").after("sha256 ");
        let said = self.run("sign", &sha256);
        assert!(said.out.contains("nothing was signed"), "{}", said.out);
        assert!(said.out.contains("new issuer key"), "{}", said.out);
        let said = self.run("publish", "");
        assert!(said.out.contains("trust list version 1,"), "{}", said.out);
    }

    pub fn people(&self) {
        self.data
            .write("people.csv", &format!("{HEADER}\n{}\n{}\n", row(1), row(2)));
        self.data
            .ok(&["import", "persons", &self.data.path("people.csv")]);
    }

    /// Whether the serving machine has a key that signs trust lists.
    pub fn has_a_root_key(&self) -> bool {
        let keys = std::fs::read_dir(self.data.file("data/keys")).unwrap();
        let mut names = keys.map(|entry| entry.unwrap().file_name());
        names.any(|name| name.to_str().unwrap().starts_with("root-"))
    }

    /// The files of roots whose verifiers accept the bundle as it is now.
    pub fn leading<'f>(&self, files: &[&'f str]) -> Vec<&'f str> {
        self.data.ok(&["bundle", "export", &self.data.path("b")]);
        let bundle = std::fs::read(self.data.file("b")).unwrap();
        let pinned = |file: &&&str| {
            let pem = std::fs::read(self.data.file(file));
            let key = ikd_verifier::root_key::parse(&pem.ok()?)?;
            credential::bundle::Bundle::verify(&bundle, &key).ok()
        };
        let leading = files.iter().filter(|file| pinned(file).is_some());
        leading.copied().collect()
    }
}

#[test]
fn the_ceremony_goes_as_it_is_written_down() {
    let here = Ceremony::new();
    here.begin();
    assert!(!here.has_a_root_key(), "the root key is elsewhere");
    let key = std::fs::read_dir(here.data.file("offline/root")).unwrap();
    let key = key
        .map(|e| e.unwrap().path())
        .find(|p| p.to_str().unwrap().contains("root-"));
    let key = std::fs::read_to_string(key.unwrap()).unwrap();
    assert!(
        key.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"),
        "{key}"
    );
    here.people();
    here.data.issue(1, "ktp");

    let said = here.run("later", "");
    assert!(
        said.out
            .contains("ID.3171 Disdukcapil Kota Jakarta Pusat (region 3171), active"),
        "{}",
        said.out
    );
    assert_eq!(
        said.out.matches("new issuer key").count(),
        1,
        "{}",
        said.out
    );
    let roots = ["offline/root/root.pub.pem", "offline/next/root.pub.pem"];
    assert_eq!(here.leading(&roots), roots[..1]);

    let said = here.run("rotate", "");
    assert!(said.out.contains("NEW ROOT"), "{}", said.out);
    assert!(said.out.contains("trust list version 3,"), "{}", said.out);
    // Who pinned the old root is led on, and who pins the new one needs no old one.
    assert_eq!(here.leading(&roots), roots);
    here.data.issue(2, "ktp");
    let said = here.data.ok(&["audit", "verify"]).out;
    assert!(
        said.contains("(2 judged)") && said.contains("in order"),
        "{said}"
    );
}

#[test]
fn nothing_is_issued_before_the_first_list_is_signed() {
    let here = Ceremony::new();
    here.run("root", "");
    here.run("init", "");
    here.people();
    let out = here.data.path("qr.png");
    let said = here
        .data
        .run(&["issue", "--nik", &nik(1), "--kind", "ktp", "--out", &out]);
    assert_ne!(said.code, 0, "{}", said.out);
    let said = here.data.run(&["trust", "publish"]);
    assert!(
        said.code == 2 && said.err.contains("ikd trust draft"),
        "{}",
        said.err
    );
}

#[test]
fn what_is_not_the_draft_that_was_written_down_is_not_signed_or_not_taken() {
    let here = Ceremony::new();
    here.begin();
    let draft = || {
        here.bash(
            "ikd --data /srv/ikd trust draft --out /stick/trust.draft",
            "",
        )
        .after("sha256 ")
    };
    let sign = |sha256: &str| {
        let sign = "ikd root sign /stick/trust.draft --key /offline/root/root-*.pem \
            --passphrase-file /offline/passphrase --out /stick/second.list --expect $SHA256";
        here.bash(sign, sha256)
    };
    let publish = |list: &str| {
        here.bash(
            &format!("ikd --data /srv/ikd trust publish --signed {list}"),
            "",
        )
    };
    // Another draft than the one in front of the two.
    let wrong = sign(&"0".repeat(64));
    assert!(
        wrong.code == 1 && wrong.err.contains("nothing was signed"),
        "{}",
        wrong.err
    );
    // The same list a second time.
    let again = publish("/stick/trust.list");
    assert!(
        again.code == 1 && again.err.contains("the next one is 2"),
        "{}",
        again.err
    );
    // The database says something else by now.
    assert_eq!(sign(&draft()).code, 0);
    here.data.ok(&["keys", "add", "--office", "ID.3273"]);
    let late = publish("/stick/second.list");
    assert!(
        late.code == 1 && late.err.contains("make a new draft"),
        "{}",
        late.err
    );
    // A draft that somebody touched on the way.
    draft();
    let file = here.data.file("stick/trust.draft");
    let mut bytes = std::fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    let digest = here.bash("sha256sum /stick/trust.draft", "").out;
    let touched = sign(digest.split(' ').next().unwrap());
    if touched.code == 0 {
        let taken = publish("/stick/second.list");
        assert!(taken.code == 1, "{}{}", taken.out, taken.err);
    }
    // Another root, which the one in force did not sign for.
    here.bash("ikd root new /offline/other", "");
    here.bash("cp /offline/other/root.pub.pem /stick/; ikd --data /srv/ikd trust draft --new-root /stick/root.pub.pem \
        --out /stick/trust.draft", "");
    let forged = here.bash(
        "ikd root sign /stick/trust.draft --key /offline/other/root-*.pem --out /stick/second.list \
        --expect $(sha256sum /stick/trust.draft | cut -d' ' -f1)",
        "",
    );
    assert_eq!(forged.code, 0, "{}", forged.err);
    let forged = publish("/stick/second.list");
    assert!(
        forged.code == 1 && forged.err.contains("is not a trust list that root"),
        "{}",
        forged.err
    );
    assert_eq!(
        here.data
            .ok(&["keys", "list"])
            .out
            .matches(" root ")
            .count(),
        1
    );
}
