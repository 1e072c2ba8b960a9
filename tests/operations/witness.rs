//! Another organisation watches the log: it cosigns what goes on from what it saw, and nothing else.

use crate::database::number;
use crate::support::{Data, Said};
use ikd::domain::tlog::note::{Algorithm, Checkpoint, Note, Verifier};
use ikd::domain::tlog::proof;
use serde_json::Value;
use std::fs;

const NAME: &str = "witness.example/dukcapil";

/// A service, and a witness that has a key and knows the log's.
struct Watched {
    data: Data,
    key: String,
    log_key: String,
    witness: String,
}

fn watched() -> Watched {
    let data = Data::with_people(3);
    data.issue(1, "ktp");
    let list = data.ok(&["keys", "list"]).out;
    let log_key = list
        .split_whitespace()
        .find(|word| word.starts_with("ikd.log/"));
    let log_key = log_key.unwrap().to_string();
    let folder = data.path("witness");
    let witness = data.ok(&["witness", "key", &folder, "--name", NAME]).out;
    let witness = witness.trim().to_string();
    let file = fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    let key = file.path().to_str().unwrap().to_string();
    Watched {
        data,
        key,
        log_key,
        witness,
    }
}

impl Watched {
    fn cosign(&self, from: &str, more: &[&str]) -> Said {
        let state = self.data.path("seen");
        let own = ["--key", &self.key, "--name", NAME, "--state", &state];
        let all = [&["witness", "cosign", "--from", from][..], &own, more].concat();
        self.data.run(&all)
    }

    fn seal(&self) -> String {
        let folder = self.data.path("files");
        self.data.ok(&["audit", "seal", "--to", &folder]);
        folder
    }
}

#[test]
fn a_witness_cosigns_a_log_that_only_grows() {
    let w = watched();
    let folder = w.seal();
    // Without the log's key it does not know whom to believe.
    assert_eq!(w.cosign(&folder, &[]).code, 2);
    let said = w.cosign(&folder, &["--log-key", &w.log_key]);
    assert_eq!(said.code, 0, "{}", said.err);
    let note = Note::parse(&said.out).unwrap();
    let key = Verifier::parse(&w.witness).unwrap();
    assert_eq!(key.algorithm(), Algorithm::Cosignature);
    assert!(key.verify(&note).unwrap() > 1_600_000_000);
    // The log's own key is remembered, and its line is in the note too.
    assert!(Verifier::parse(&w.log_key).unwrap().verify(&note).is_ok());
    w.data.issue(2, "ktp");
    w.data.issue(3, "ktp");
    w.seal();
    let said = w.cosign(&folder, &["--out", &w.data.path("cosigned")]);
    assert_eq!(said.code, 0, "{}", said.err);
    // Nobody is a witness whom the settings do not name.
    let file = w.data.path("cosigned");
    let said = w.data.run(&["audit", "cosignature", &file]);
    assert!(said.code != 0, "{}", said.out);
    name_it(&w);
    let said = w.data.ok(&["audit", "cosignature", &file]);
    assert_eq!(said.out, format!("cosigned by {NAME}\n"));
    assert_eq!(number(&w.data, "SELECT COUNT(*) FROM log_cosignatures"), 1);
    w.data.ok(&["audit", "verify"]);
}

fn name_it(w: &Watched) {
    let config = w.data.file("data/config.toml");
    let text = fs::read_to_string(&config).unwrap();
    let text = format!("{text}\n[log]\nwitnesses = [\"{}\"]\n", w.witness);
    fs::write(config, text).unwrap();
}

#[test]
fn a_witness_signs_no_log_that_was_cut_off_or_written_anew() {
    let w = watched();
    let first = w.seal();
    let short = w.data.path("short");
    let copied = std::process::Command::new("cp")
        .args(["-r", &first, &short])
        .status();
    assert!(copied.unwrap().success());
    w.data.issue(2, "ktp");
    w.seal();
    assert_eq!(w.cosign(&first, &["--log-key", &w.log_key]).code, 0);
    let seen = fs::read(w.data.file("seen")).unwrap();
    let said = w.cosign(&short, &[]);
    assert!(
        said.code == 1 && said.err.contains("it was cut off"),
        "{}",
        said.err
    );
    for sql in [
        "UPDATE audit SET seq = NULL",
        "DELETE FROM log_tiles",
        "DELETE FROM log_checkpoints",
        "UPDATE log_state SET size = 0",
        "UPDATE audit SET actor = 'nobody' WHERE action = 'office.add'",
    ] {
        w.data.base.forge(sql).unwrap();
    }
    w.data.issue(3, "ktp");
    fs::remove_dir_all(&first).unwrap();
    w.seal();
    let said = w.cosign(&first, &[]);
    assert!(
        said.code == 1 && said.err.contains("it was written anew"),
        "{}",
        said.err
    );
    assert!(said.out.is_empty(), "{}", said.out);
    assert_eq!(
        fs::read(w.data.file("seen")).unwrap(),
        seen,
        "nothing is written down"
    );
    // And nobody else's head at all.
    let other = w.log_key.replace("ikd.log/", "ikd.lag/");
    assert_ne!(w.cosign(&first, &["--log-key", &other]).code, 0);
}

/// Who mixes up two logs is told so: neither of them has forked.
#[test]
fn a_witness_of_two_logs_accuses_neither() {
    let (one, two) = (watched(), watched());
    let folder = one.seal();
    assert_eq!(one.cosign(&folder, &["--log-key", &one.log_key]).code, 0);
    assert_ne!(one.log_key, two.log_key);
    let said = one.cosign(&two.seal(), &["--log-key", &two.log_key]);
    assert!(
        said.err.contains("is of the log")
            && !said.err.contains("anew")
            && !said.err.contains("cut off"),
        "{} {}",
        said.code,
        said.err
    );
    assert_eq!(one.cosign(&folder, &[]).code, 0, "its own goes on");
}

/// A witness that looks once a day is not late because nothing happened for a week before.
#[test]
fn a_witness_is_silent_since_the_first_line_that_it_has_not_seen() {
    let w = watched();
    name_it(&w);
    let folder = w.seal();
    let file = w.data.path("cosigned");
    let more = ["--log-key", &w.log_key, "--out", &file];
    assert_eq!(w.cosign(&folder, &more).code, 0);
    w.data.ok(&["audit", "cosignature", &file]);
    let week_ago = "UPDATE log_cosignatures SET at = at - 604800";
    assert_eq!(w.data.base.change(week_ago), Ok(1));
    let silence = |data: &Data| -> f64 {
        let server = data.serve();
        // It looks at its state soon after it starts.
        let shown = (0..600).find_map(|_| {
            let text = server.get("/metrics").text();
            let mut lines = text.lines();
            let line = lines.find(|line| line.starts_with("ikd_log_silence_seconds "));
            std::thread::sleep(std::time::Duration::from_millis(50));
            line.map(str::to_string)
        });
        let shown = shown.expect("the metric is shown");
        shown.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    w.data.issue(2, "ktp");
    w.seal();
    assert!(silence(&w.data) < 600.0);
    // It has not seen that line for two days.
    let (seen, day) = ("SELECT MAX(size) FROM log_cosignatures", 86_400.0);
    w.data
        .base
        .forge(&format!(
            "UPDATE audit SET at = at - 172800 WHERE seq = ({seen})"
        ))
        .unwrap();
    assert!((2.0 * day..3.0 * day).contains(&silence(&w.data)));
}

#[test]
fn everybody_reads_proofs_and_a_witness_posts_its_signature() {
    let w = watched();
    name_it(&w);
    w.seal();
    let first = fs::read_to_string(w.data.file("files/checkpoint")).unwrap();
    let from = Checkpoint::parse(Note::parse(&first).unwrap().text())
        .unwrap()
        .head;
    w.data.issue(2, "ktp");
    w.seal();
    let server = w.data.serve();
    let answer = server.get("/log/checkpoint");
    assert_eq!(answer.status, 200);
    let note = answer.text();
    let to = Checkpoint::parse(Note::parse(&note).unwrap().text())
        .unwrap()
        .head;
    assert!(to.size > from.size);

    let json = |path: &str| -> Value { serde_json::from_str(&server.get(path).text()).unwrap() };
    let proof = json(&format!(
        "/log/proof/consistency?from={}&to={}",
        from.size, to.size
    ));
    assert!(
        proof::is_consistent(&from, &to, &hashes(&proof["proof"])),
        "{proof}"
    );
    for index in 0..to.size {
        let proof = json(&format!(
            "/log/proof/inclusion?index={index}&size={}",
            to.size
        ));
        let leaf = hash(&proof["leaf"]);
        let path = hashes(&proof["proof"]);
        assert!(
            proof::is_included(&leaf, index, to.size, &to.root, &path),
            "{proof}"
        );
    }
    let beyond = format!("/log/proof/inclusion?index={}", to.size + 1_000_000);
    assert_eq!(server.get(&beyond).status, 422);
    assert_eq!(
        server
            .get("/log/proof/consistency?from=1&to=99999999")
            .status,
        422
    );

    // A tile of the width of any head there was, in the one form of its address.
    let tile = server.get(&format!("/log/tile/0/000.p/{}", from.size));
    assert_eq!((tile.status, tile.body.len() as u64), (200, from.size * 32));
    for odd in [
        "0/000",
        "0/0.p/1",
        "00/000.p/1",
        "0/000.p/256",
        "9/000.p/1",
        "x",
        "0/x001/000",
    ] {
        assert_eq!(server.get(&format!("/log/tile/{odd}")).status, 404, "{odd}");
    }
    // Entries are for auditors of the centre.
    assert_eq!(
        server
            .get(&format!("/log/tile/entries/000.p/{}", from.size))
            .status,
        401
    );

    assert_eq!(server.get("/log/checkpoint/cosigned").status, 404);
    let address = server.base.clone();
    let said = w.cosign(&address, &["--log-key", &w.log_key, "--post"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let cosigned = server.get("/log/checkpoint/cosigned").text();
    let note = Note::parse(&cosigned).unwrap();
    assert!(Verifier::parse(&w.witness).unwrap().verify(&note).is_ok());
}

fn hash(text: &Value) -> [u8; 32] {
    let bytes = crate::support::base64_decode(text.as_str().unwrap());
    bytes.try_into().unwrap()
}

fn hashes(all: &Value) -> Vec<[u8; 32]> {
    all.as_array().unwrap().iter().map(hash).collect()
}
