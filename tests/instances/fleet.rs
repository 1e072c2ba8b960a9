//! Instances with a database in common and copies of one data directory, and a client that takes one after the other.

use crate::database::Fresh;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;
use tempfile::TempDir;

/// Instances.
pub const SIZE: usize = 3;
/// How long an instance hands out a list without looking for a newer one.
pub const CHECKED: Duration = Duration::from_millis(500);

/// The instances.
pub struct Fleet {
    dir: TempDir,
    database: Fresh,
    instances: [Mutex<Option<Instance>>; SIZE],
    next: AtomicUsize,
    agent: ureq::Agent,
    trust: OnceLock<credential::trust_list::TrustList>,
}

struct Instance {
    child: Child,
    base: String,
}

/// What an instance answered.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// NIK of the n-th adult, 1 to 9998.
pub fn nik(n: u32) -> String {
    format!("327301120487{n:04}")
}

/// Where an instance hands out the list of that name.
pub fn address(uri: &str) -> String {
    let shard = uri.rsplit('/').next().unwrap();
    format!("/status/ID.3273/{shard}")
}

fn row(n: u32) -> String {
    let name: String = format!("{n:04}")
        .bytes()
        .map(|b| char::from(b + 17))
        .collect();
    format!(
        "{},327301010110{n:04},ORANG UJI {name},BANDUNG,1987-04-12,1,13,1,1,88,8,1,JL UJI COBA 1,001/002,3273011001,\
         BRAGA,SUMUR BANDUNG,KOTA BANDUNG,JAWA BARAT",
        nik(n)
    )
}

const HEADER: &str = "nik,nomor_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,golongan_darah,agama,\
status_perkawinan,pekerjaan,pendidikan,shdk,alamat,rt_rw,kode_wilayah,kelurahan,kecamatan,kabupaten,provinsi";

impl Fleet {
    /// A new database, an office with so many people, and its instances, started.
    pub fn new(cluster: String, people: u32) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(120)));
        let fleet = Self {
            dir: TempDir::new().unwrap(),
            database: Fresh::new(cluster),
            instances: [const { Mutex::new(None) }; SIZE],
            next: AtomicUsize::new(0),
            agent: config.build().into(),
            trust: OnceLock::new(),
        };
        fleet.ok(&["init"]);
        // On a slow machine a request takes longer than ten seconds.
        let config = fleet.data(0).join("config.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        let patient = text.replace("\ntimeout = 10\n", "\ntimeout = 60\n");
        assert_ne!(patient, text, "the settings have no such timeout");
        std::fs::write(config, patient).unwrap();
        let rows: Vec<String> = (1..=people).map(row).collect();
        let file = fleet.dir.path().join("people.csv");
        std::fs::write(&file, format!("{HEADER}\n{}\n", rows.join("\n"))).unwrap();
        fleet.ok(&["import", "persons", file.to_str().unwrap()]);
        for i in 1..SIZE {
            copy(&fleet.data(0), &fleet.data(i));
        }
        (0..SIZE).for_each(|i| fleet.start(i));
        let _ = fleet.trust();
        fleet
    }

    fn data(&self, i: usize) -> PathBuf {
        self.dir.path().join(format!("data{i}"))
    }

    fn log(&self, i: usize) -> PathBuf {
        self.dir.path().join(format!("log{i}"))
    }

    fn command(&self, i: usize) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ikd"));
        command
            .env_clear()
            .env("DATABASE_URL", self.database.url())
            .arg("--data")
            .arg(self.data(i));
        command
    }

    /// Runs a command of the first instance that must succeed; what it printed.
    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.command(0).args(args).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}\n{said}{errors}");
        said
    }

    /// A new officer's token.
    pub fn officer(&self, role: &str) -> String {
        if role == "signer" {
            self.ok(&["mandate", "add", "--office", "ID.3273", "--cards", "100000"]);
        }
        let args = [
            "officer", "add", "--office", "ID.3273", "--name", "Uji", "--role", role,
        ];
        after(&self.ok(&args), "token ")
    }

    /// A new officer who signs in with a name; the one-time password.
    pub fn login(&self, login: &str) -> String {
        let args = [
            "officer", "add", "--office", "ID.3273", "--name", "Uji", "--role", "verifier",
            "--login", login,
        ];
        after(&self.ok(&args), "password ")
    }

    /// Starts an instance.
    pub fn start(&self, i: usize) {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.log(i))
            .unwrap();
        let mut command = self.command(i);
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let base = line
            .trim()
            .strip_prefix("listening on ")
            .map(str::to_string);
        let base = base.unwrap_or_else(|| panic!("instance {i}: {line}{}", self.logged(i)));
        *self.instances[i].lock().unwrap() = Some(Instance { child, base });
    }

    /// Kills an instance as a loss of power does.
    pub fn kill(&self, i: usize) {
        if let Some(mut instance) = self.instances[i].lock().unwrap().take() {
            instance.child.kill().unwrap();
            instance.child.wait().unwrap();
        }
    }

    /// What an instance logged.
    pub fn logged(&self, i: usize) -> String {
        std::fs::read_to_string(self.log(i)).unwrap_or_default()
    }

    fn base(&self, i: usize) -> Option<String> {
        let instance = self.instances[i].lock().unwrap();
        instance.as_ref().map(|instance| instance.base.clone())
    }

    /// Asks one instance; none where it is down or dies before it has answered.
    pub fn ask(
        &self,
        i: usize,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Answer> {
        let address = format!("{}{path}", self.base(i)?);
        let mut request = ureq::http::Request::builder().method(method).uri(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = self
            .agent
            .run(request.body(body.to_string()).unwrap())
            .ok()?;
        let status = response.status().as_u16();
        let mut bytes = Vec::new();
        response
            .body_mut()
            .as_reader()
            .read_to_end(&mut bytes)
            .ok()?;
        Some(Answer {
            status,
            body: bytes,
        })
    }

    /// Asks whichever is next, as a balancer does.
    pub fn any(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Answer> {
        let i = self.next.fetch_add(1, Ordering::Relaxed) % SIZE;
        self.ask(i, method, path, headers, body)
    }

    /// Posts as an officer, again and again at one instance after the other, until one gives an answer that is not about
    /// the moment. Without an idempotency key: the claim of an instance that died lapses after a minute, and here nobody
    /// waits so long.
    pub fn post(&self, token: &str, path: &str, body: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        let mut last = String::new();
        for _ in 0..300 {
            match self.any("POST", path, &headers, body) {
                Some(answer) if !is_of_the_moment(&answer) => return answer,
                Some(answer) => last = answer.text(),
                None => {}
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("{path}: no answer from anybody, at last {last}");
    }

    /// The signed bytes of the status list with that name, from one instance.
    pub fn list(&self, i: usize, uri: &str) -> Vec<u8> {
        let answer = self.ask(i, "GET", &address(uri), &[], "");
        let answer = answer.expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.body
    }

    /// The bundle of one instance, checked.
    pub fn bundle(&self, i: usize) -> credential::bundle::Bundle {
        let answer = self.ask(i, "GET", "/bundle", &[], "").expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let root = self
            .ask(i, "GET", "/trust/root", &[], "")
            .expect("an answer")
            .json();
        let root = data_encoding::HEXLOWER.decode(root["root"].as_str().unwrap().as_bytes());
        let root: [u8; 32] = root.unwrap().try_into().unwrap();
        credential::bundle::Bundle::verify(&answer.body, &root).expect("the bundle verifies")
    }

    /// The trust list, which does not change here.
    pub fn trust(&self) -> &credential::trust_list::TrustList {
        self.trust.get_or_init(|| self.bundle(0).trust)
    }

    /// The reason code of a text by the bundle that one instance publishes now.
    pub fn verdict(&self, i: usize, text: &str) -> &'static str {
        let bundle = self.bundle(i % SIZE);
        let policy = credential::Policy::default();
        let now = bundle.issued + 1;
        let verdict = credential::verify(text, &bundle.trust, &bundle.statuses, now, &policy);
        verdict.reason().code()
    }

    /// The database's address.
    pub fn url(&self) -> String {
        self.database.url()
    }

    /// What a command of the first instance printed, whether it succeeded or not.
    pub fn run(&self, args: &[&str]) -> String {
        let output = self.command(0).args(args).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        said + &String::from_utf8_lossy(&output.stderr)
    }

    /// Runs a statement; how many rows it changed.
    pub fn change(&self, sql: &str) -> u64 {
        let sql = sqlx::AssertSqlSafe(sql.to_string());
        on(&self.url(), async |pool| {
            let done = sqlx::query(sql).execute(pool).await.unwrap();
            done.rows_affected()
        })
    }

    /// Rows of a query of whole numbers.
    pub fn numbers(&self, query: &str) -> Vec<i64> {
        let query = sqlx::AssertSqlSafe(query.to_string());
        on(&self.url(), async |pool| {
            sqlx::query_scalar(query).fetch_all(pool).await.unwrap()
        })
    }
}

/// Whether another try may be answered otherwise: another was faster, the database was too busy.
fn is_of_the_moment(answer: &Answer) -> bool {
    let text = answer.text();
    matches!(answer.status, 500..) || text.contains("problem:changed")
}

impl Drop for Fleet {
    fn drop(&mut self) {
        (0..SIZE).for_each(|i| self.kill(i));
        if std::thread::panicking() {
            for i in 0..SIZE {
                let log = self.logged(i);
                let end: Vec<&str> = log.lines().rev().take(25).collect();
                eprintln!("--- instance {i}, its last lines first\n{}", end.join("\n"));
            }
        }
    }
}

fn after(said: &str, label: &str) -> String {
    let line = said.lines().find_map(|l| l.trim().strip_prefix(label));
    let line = line.unwrap_or_else(|| panic!("no {label} in {said}"));
    line.split_whitespace().next().unwrap().to_string()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

fn on<T>(url: &str, work: impl AsyncFnOnce(&sqlx_postgres::PgPool) -> T) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(async {
        let pool = sqlx_postgres::PgPool::connect(url).await.unwrap();
        let result = work(&pool).await;
        pool.close().await;
        result
    })
}
