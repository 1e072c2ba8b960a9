//! Writes and waits for the disk that begin to fail in a process that serves: `ikd serve` itself, which holds SQLite's
//! file, and the backends of PostgreSQL that work for it, in a cluster of its own with fsync. Whatever was acknowledged is
//! there afterwards, and the check of the database is clean.

use crate::support::database::{Base, Fresh, cluster};
use crate::support::*;
use crate::tracer::{Tracer, strace};
use crate::{CALLS, FAULTS, setting};
use sqlx::Connection;
use sqlx_postgres::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const PEOPLE: u32 = 9_900;
/// Issued in each trial.
const CARDS: u32 = 8;
/// A call is let fail when a thread or process makes it for the first time, the second, and so on to this one at most.
const LAST: usize = 12;

#[test]
fn no_failing_write_of_the_service_is_acknowledged() {
    let data = Data::nothing();
    if !strace() || !matches!(data.base, Base::Sqlite(_)) {
        return;
    }
    data.fill(PEOPLE);
    let own = |server: &Server| vec![i64::from(server.child.id())];
    Trials::new(data, &own).run();
}

#[test]
fn no_failing_write_of_the_database_server_is_acknowledged() {
    if !strace() || !Cluster::can_start() {
        return;
    }
    let own = Cluster::start();
    let mut data = Data::nothing();
    data.base = Base::Postgres(Fresh::new(own.address.clone()));
    data.fill(PEOPLE);
    let url = match &data.base {
        Base::Postgres(fresh) => fresh.url(),
        Base::Sqlite(_) => unreachable!(),
    };
    let backends = move |_: &Server| {
        let sql = "SELECT CAST(pid AS BIGINT) FROM pg_stat_activity WHERE datname = current_database() \
            AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
        pids(&url, sql)
    };
    Trials::new(data, &backends).run();
}

/// Acts of one server after the other, each with one fault.
struct Trials<'a> {
    data: Data,
    signer: String,
    /// Processes that write for a server.
    writers: &'a dyn Fn(&Server) -> Vec<i64>,
    next: u32,
}

/// What a trial was told.
#[derive(Default)]
struct Told {
    issued: Vec<String>,
    revoked: Vec<String>,
    refused: usize,
}

impl<'a> Trials<'a> {
    fn new(data: Data, writers: &'a dyn Fn(&Server) -> Vec<i64>) -> Self {
        let signer = data.officer("ID.3273", "signer");
        Self {
            data,
            signer,
            writers,
            next: 1,
        }
    }

    fn run(mut self) {
        let every = setting("EVERY", 11) as usize;
        let calls = self.counted();
        eprintln!("calls of a thread or process: {calls:?}");
        let (mut n, mut tried, mut hit, mut told, mut refused) = (0, 0, 0, 0, 0);
        for (call, count) in &calls {
            for when in 1..=(*count).min(LAST) {
                for fault in FAULTS {
                    n += 1;
                    if n % every != 0 {
                        continue;
                    }
                    let place = format!("{call} {when} {fault}");
                    let inject = format!("inject={call}:{fault}:when={when}");
                    let (said, log) = self.trial(&["-e", &inject]);
                    let met = log.contains("(INJECTED)") || log.contains("killed by SIGKILL");
                    eprintln!("{place}: {}", if met { "met" } else { "not met" });
                    tried += 1;
                    hit += usize::from(met);
                    told += said.issued.len() + said.revoked.len();
                    refused += said.refused;
                    self.all_there(&place, &said);
                }
            }
        }
        eprintln!(
            "{tried} trials, a fault in {hit} of them: {told} acts acknowledged, {refused} refused"
        );
        assert!(hit > 0 && hit * 2 >= tried, "faults that nobody met");
    }

    /// How often half of the threads or processes that write make each of the calls, at least, while a trial without a
    /// fault lasts. What fewer of them make would seldom be met.
    fn counted(&mut self) -> BTreeMap<&'static str, usize> {
        // Where strace makes a slow machine slower, something may be refused without a fault.
        let whole = |said: &Told| (said.issued.len(), said.refused) == (CARDS as usize + 2, 0);
        let (_, log) = (0..3)
            .map(|_| self.trial(&[]))
            .find(|(said, _)| whole(said))
            .expect("three trials without a fault, and something was refused in each");
        let writer = |line: &'_ str| line.split(' ').next().unwrap_or_default().to_string();
        let writers: BTreeSet<String> = log.lines().map(writer).collect();
        let mut often = BTreeMap::new();
        for call in CALLS.split(',') {
            let mut counts: BTreeMap<&String, usize> = writers.iter().map(|w| (w, 0)).collect();
            let word = format!(" {call}(");
            for line in log.lines().filter(|line| line.contains(&word)) {
                *counts.get_mut(&writer(line)).unwrap() += 1;
            }
            let mut counts: Vec<usize> = counts.into_values().collect();
            counts.sort_unstable();
            let half = counts.get(counts.len() / 2).copied().unwrap_or_default();
            if half > 0 {
                often.insert(call, half);
            }
        }
        assert!(!often.is_empty(), "{log}");
        often
    }

    /// A server issues, revokes and publishes, and is killed.
    fn trial(&mut self, options: &[&str]) -> (Told, String) {
        let mut server = self.data.serve();
        let mut told = Told::default();
        let warm = self.post(&server, "/v1/documents", &card(self.next));
        told.issued
            .push(warm.unwrap_or_else(|| panic!("{}", server.log())));
        let log = self.data.file("strace.log");
        let tracer = Tracer::attach(
            &(self.writers)(&server),
            &[&["-e", &format!("trace={CALLS}")], options].concat(),
            &log,
        );
        for n in self.next + 1..=self.next + CARDS {
            match self.post(&server, "/v1/documents", &card(n)) {
                Some(document) => told.issued.push(document),
                None => told.refused += 1,
            }
        }
        self.next += CARDS + 1;
        let path = format!("/v1/documents/{}/revoke", told.issued[0]);
        match self.post(&server, &path, r#"{"reason":"uji"}"#) {
            Some(_) => told.revoked.push(told.issued[0].clone()),
            None => told.refused += 1,
        }
        // Meanwhile it publishes, and gives the trail's lines their places in the log.
        for _ in 0..600 {
            if server.child.try_wait().unwrap().is_some() || self.unpublished() == Some(0) {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        tracer.let_go();
        told.issued.extend(self.goes_on(&mut server));
        let _ = server.child.kill();
        let _ = server.child.wait();
        (told, std::fs::read_to_string(log).unwrap_or_default())
    }

    /// Lists to be signed and lines without a place in the log; none while the database does not answer.
    fn unpublished(&self) -> Option<i64> {
        const SQL: &str = "SELECT (SELECT COUNT(*) FROM status_lists WHERE dirty = 1) \
            + (SELECT COUNT(*) FROM audit WHERE seq IS NULL)";
        match &self.data.base {
            Base::Sqlite(_) => self.data.base.numbers(SQL).first().copied(),
            Base::Postgres(fresh) => block(async {
                let mut c = connected(&fresh.url()).await?;
                sqlx::query_scalar(SQL).fetch_one(&mut c).await.ok()
            }),
        }
    }

    /// Where nothing fails any more, a server that lives issues again: the document's id.
    fn goes_on(&mut self, server: &mut Server) -> Option<String> {
        for _ in 0..300 {
            if server.child.try_wait().unwrap().is_some() {
                return None;
            }
            let done = self.post(server, "/v1/documents", &card(self.next));
            self.next += 1;
            if done.is_some() {
                return done;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        panic!("it does not go on\n{}", server.log());
    }

    /// The document's id where the act was acknowledged.
    fn post(&self, server: &Server, path: &str, body: &str) -> Option<String> {
        let answer = server.try_post(&self.signer, path, body).ok()?;
        let done = matches!(answer.status, 200 | 201);
        done.then(|| {
            answer.json()["document"]["id"]
                .as_str()
                .unwrap_or_default()
                .to_string()
        })
    }

    fn all_there(&self, place: &str, told: &Told) {
        if let Base::Postgres(fresh) = &self.data.base {
            recovered(&fresh.url());
        }
        let said = self.data.run(&["audit", "verify"]);
        assert_eq!(said.code, 0, "{place}\n{}{}", said.out, said.err);
        for id in &told.issued {
            // A revocation that was refused may have happened nevertheless.
            let states = match (told.revoked.contains(id), told.issued.first() == Some(id)) {
                (true, _) => "'revoked'",
                (false, true) => "'active', 'revoked'",
                (false, false) => "'active'",
            };
            let id = self.data.base.blob(id);
            let sql =
                format!("SELECT COUNT(*) FROM documents WHERE id = {id} AND state IN ({states})");
            assert_eq!(self.data.base.numbers(&sql), [1], "{place}: acknowledged");
        }
        self.data.ok(&["status", "publish"]);
        self.data.ok(&["audit", "verify"]);
    }
}

fn card(n: u32) -> String {
    format!(r#"{{"nik":"{}","kind":"ktp"}}"#, nik(n))
}

/// A cluster that waits for the disk, gone when this goes.
struct Cluster {
    address: String,
    folder: tempfile::TempDir,
}

impl Cluster {
    /// Whether PostgreSQL's programs are here: one that runs elsewhere cannot be looked into.
    fn can_start() -> bool {
        if cluster().is_none() {
            return false;
        }
        let debian = std::fs::read_dir("/usr/lib/postgresql").is_ok();
        let here = debian || Command::new("initdb").arg("--version").output().is_ok();
        let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
        assert!(
            here || !required.split(',').any(|what| what == "postgres"),
            "no initdb here"
        );
        if !here {
            eprintln!("SKIPPED: PostgreSQL's initdb is not here");
        }
        here
    }

    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let started = Self::script()
            .arg("start")
            .arg(folder.path())
            .args(["fsync=on", "full_page_writes=on"])
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&started.stderr).into_owned();
        assert!(started.status.success(), "{words}");
        let address = String::from_utf8(started.stdout)
            .unwrap()
            .trim()
            .to_string();
        Self { address, folder }
    }

    fn script() -> Command {
        Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/postgres"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = Self::script().arg("stop").arg(self.folder.path()).output();
    }
}

async fn connected(url: &str) -> Option<PgConnection> {
    PgConnection::connect(url).await.ok()
}

fn block<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(work)
}

fn pids(url: &str, sql: &'static str) -> Vec<i64> {
    block(async {
        let mut c = connected(url).await.unwrap();
        sqlx::query_scalar(sql).fetch_all(&mut c).await.unwrap()
    })
}

/// Waits until the server of the database has begun anew, where it had to.
fn recovered(url: &str) {
    for _ in 0..600 {
        if block(connected(url)).is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("PostgreSQL does not come back");
}
