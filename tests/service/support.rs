//! A data directory, the command, a running service, and a client.

#[path = "../service/support/database.rs"]
pub mod database;
#[path = "../service/support/person.rs"]
mod person;
#[path = "../service/support/server.rs"]
mod server;

use database::Base;
#[allow(unused_imports, reason = "not every test has people")]
pub use person::credentials;
#[allow(unused_imports, reason = "not every test looks at answers")]
pub use server::{Answer, Server};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Columns of the people files that tests write.
pub const HEADER: &str = "nik,nomor_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,golongan_darah,agama,\
status_perkawinan,pekerjaan,pendidikan,shdk,alamat,rt_rw,kode_wilayah,kelurahan,kecamatan,kabupaten,provinsi";

/// NIK of the n-th adult of Bandung, 1 to 9998.
pub fn nik(n: u32) -> String {
    format!("327301120487{n:04}")
}

/// A row of the n-th adult of Bandung, head of a family of one.
pub fn row(n: u32) -> String {
    row_in(
        &nik(n),
        &format!("327301010110{n:04}"),
        &format!("ORANG UJI {}", letters(n)),
        "3273011001",
    )
}

/// A row of an adult elsewhere.
pub fn row_in(nik: &str, kk: &str, name: &str, kode: &str) -> String {
    format!(
        "{nik},{kk},{name},BANDUNG,1987-04-12,1,13,1,1,88,8,1,JL UJI COBA 1,001/002,{kode},BRAGA,SUMUR BANDUNG,\
         KOTA BANDUNG,JAWA BARAT"
    )
}

fn letters(n: u32) -> String {
    n.to_string()
        .bytes()
        .map(|b| char::from(b - b'0' + b'A'))
        .collect()
}

/// A data directory of its own.
pub struct Data {
    pub dir: TempDir,
    pub base: Base,
    /// What commands find in their environment.
    pub environment: Vec<(&'static str, String)>,
}

/// What a command said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The word after a label at the begin of a line.
    pub fn after(&self, label: &str) -> String {
        let line = self.out.lines().find_map(|l| l.strip_prefix(label));
        line.unwrap_or_else(|| panic!("no {label} in {}{}", self.out, self.err))
            .split_whitespace()
            .next()
            .unwrap()
            .to_string()
    }
}

impl Data {
    /// Not made yet.
    pub fn nothing() -> Self {
        let dir = TempDir::new().unwrap();
        let base = Base::for_directory(&dir.path().join("data"));
        let environment = Vec::new();
        Self {
            dir,
            base,
            environment,
        }
    }

    /// Made by `ikd init`.
    pub fn new() -> Self {
        let data = Self::nothing();
        data.init();
        data
    }

    /// Runs `ikd init`. A request may take a minute then: on a slow machine ten seconds are over too soon.
    fn init(&self) {
        self.ok(&["init"]);
        let config = self.file("data/config.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        let patient = text.replace("\ntimeout = 10\n", "\ntimeout = 60\n");
        assert_ne!(patient, text, "the settings have no such timeout");
        std::fs::write(config, patient).unwrap();
    }

    /// Made by `ikd init`, with the first `n` adults of Bandung.
    pub fn with_people(n: u32) -> Self {
        let data = Self::nothing();
        data.fill(n);
        data
    }

    /// Runs `ikd init`, and imports the first `n` adults of Bandung.
    pub fn fill(&self, n: u32) {
        self.init();
        let rows: Vec<String> = (1..=n).map(row).collect();
        self.write("people.csv", &format!("{HEADER}\n{}\n", rows.join("\n")));
        self.ok(&["import", "persons", &self.path("people.csv")]);
    }

    pub fn path(&self, name: &str) -> String {
        self.file(name).to_str().unwrap().to_string()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.file(name), text).unwrap();
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ikd"));
        command
            .env_clear()
            .envs(self.environment.iter().cloned())
            .arg("--data")
            .arg(self.dir.path().join("data"));
        self.base.name_to(&mut command);
        command
    }

    pub fn run(&self, args: &[&str]) -> Said {
        Said::of(self.command().args(args).output().unwrap())
    }

    /// Runs a command that must succeed.
    pub fn ok(&self, args: &[&str]) -> Said {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args:?}\n{}{}", said.out, said.err);
        said
    }

    /// Issues on the command line; the document's id.
    pub fn issue(&self, n: u32, kind: &str) -> String {
        let out = self.path("qr.png");
        self.ok(&["issue", "--nik", &nik(n), "--kind", kind, "--out", &out])
            .after("document ")
    }

    /// A new officer's token; a signer's office gets leave to issue without applications.
    pub fn officer(&self, iss: &str, role: &str) -> String {
        if role == "signer" {
            self.ok(&["mandate", "add", "--office", iss, "--cards", "100000"]);
        }
        self.ok(&[
            "officer", "add", "--office", iss, "--name", "Uji", "--role", role,
        ])
        .after("token ")
    }

    /// Exports and checks the bundle, as a verifier does.
    pub fn bundle(&self) -> credential::bundle::Bundle {
        self.ok(&["bundle", "export", &self.path("ikd.bundle")]);
        self.read_bundle(&std::fs::read(self.file("ikd.bundle")).unwrap())
    }

    pub fn read_bundle(&self, bytes: &[u8]) -> credential::bundle::Bundle {
        credential::bundle::Bundle::verify(bytes, &self.root()).expect("the bundle verifies")
    }

    /// The root key that verifiers pin.
    pub fn root(&self) -> [u8; 32] {
        let pem = std::fs::read_to_string(self.dir.path().join("data/root.pub.pem")).unwrap();
        let body: String = pem.lines().filter(|l| !l.starts_with('-')).collect();
        let der = base64_decode(&body);
        der[12..].try_into().unwrap()
    }

    pub fn serve(&self) -> Server {
        Server::start(self)
    }
}

pub fn base64_decode(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap()
}

/// The verdict's reason code for a text by a bundle, now.
pub fn verdict(text: &str, bundle: &credential::bundle::Bundle) -> &'static str {
    let now = bundle.issued + 1;
    let policy = credential::Policy::default();
    credential::verify(text, &bundle.trust, &bundle.statuses, now, &policy)
        .reason()
        .code()
}

/// Path of a file in the tests' folder.
pub fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/service")
        .join(name)
}
