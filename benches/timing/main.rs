//! `cargo bench --bench timing`: whether the time of an answer tells if a NIK or a registration number exists, asked of
//! `ikd serve` over a socket.
//!
//! For each look-up, hits and misses in random order, one after the other, on one database of 40,000 people, 1,000
//! accounts and 1,000 receipts: PostgreSQL where `DATABASE_URL` names an empty database, else SQLite. Welch's t of the
//! times over all of them, and over those below the 90th percentile of both together (as dudect crops the noise of
//! disk and scheduler: the threshold does not know which is which). The same by what was asked *before*: what a look-up
//! leaves to be done afterwards, such as a letter, must not tell either. |t| of 4.5 and more would be a difference that
//! can be measured with as many trials.
//!
//! From the environment: `TRIALS` (100,000: hits of each look-up, and as many misses), `ONLY` (part of a look-up's name).

mod client;
#[path = "../shared/population.rs"]
#[allow(dead_code, reason = "it is emptied here, not filled")]
mod population;
#[path = "../shared/register.rs"]
mod register;
#[path = "../online/server.rs"]
#[allow(dead_code, reason = "nobody is issued anything here")]
mod server;
#[path = "../shared/welch.rs"]
mod welch;

use client::Client;
use ikd::chance::Chance;
use ikd::domain::registration::Registration;
use population::Database;
use register::{Register, card, nik, nobodys};
use server::Server;
use std::process::Command;
use welch::welch;

const PEOPLE: u32 = 40_000;
/// Each NIK and each number is asked for once between two times that the counts are forgotten.
const ACCOUNTS: u32 = 1_000;

/// What is looked up.
#[derive(Clone, Copy)]
enum LookUp {
    /// Signing in: the NIK has an account, or nobody has the NIK.
    SignIn,
    /// Signing in: the NIK has an account, or its person has none.
    Account,
    /// Opening an account: the data match, or nobody has the NIK.
    Register,
    /// A receipt: the number exists and the code is wrong, or nobody has the number.
    Receipt,
}

impl LookUp {
    const ALL: [Self; 4] = [Self::SignIn, Self::Account, Self::Register, Self::Receipt];

    fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in, NIK of nobody",
            Self::Account => "sign-in, NIK without an account",
            Self::Register => "account opening, NIK of nobody",
            Self::Receipt => "receipt, number of nobody",
        }
    }

    /// Path, body and status.
    fn request(
        self,
        hit: bool,
        n: u32,
        receipts: &Receipts,
        chance: &mut Chance,
    ) -> (&'static str, String, u16) {
        match self {
            Self::SignIn | Self::Account => {
                let nik = match (hit, self) {
                    (true, _) => nik(n),
                    (false, Self::Account) => nik(ACCOUNTS + n),
                    (false, _) => nobodys(n),
                };
                let body = format!(r#"{{"nik":"{nik}"}}"#);
                ("/v1/account/sign-ins", body, 202)
            }
            Self::Register => {
                let n = ACCOUNTS + n;
                let nik = if hit { nik(n) } else { nobodys(n) };
                let mailbox: u64 = u64::from_le_bytes(chance.bytes());
                let body = format!(
                    r#"{{"nik":"{nik}","nomor_kk":"{}","tanggal_lahir":"1987-04-12","contact":"w{mailbox:020}@contoh.id"}}"#,
                    card(n)
                );
                ("/v1/account/registrations", body, 202)
            }
            Self::Receipt => {
                let of = if hit {
                    &receipts.somebodys
                } else {
                    &receipts.nobodys
                };
                let number = &of[n as usize];
                let body = format!(r#"{{"registration":"{number}","code":"111111"}}"#);
                ("/v1/guest-sessions", body, 422)
            }
        }
    }
}

/// As many numbers of receipts as of nobody. Both are asked for again after the counts were forgotten: what PostgreSQL has
/// left in an index of a deleted count takes time, and would show which number was asked for before.
struct Receipts {
    somebodys: Vec<Registration>,
    nobodys: Vec<Registration>,
}

/// One answer.
struct Trial {
    hit: bool,
    /// What was asked before it.
    before: bool,
    micros: f64,
}

fn main() {
    let trials = std::env::var("TRIALS").ok().and_then(|n| n.parse().ok());
    let trials: usize = trials.unwrap_or(100_000);
    let only = std::env::var("ONLY").unwrap_or_default();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let register = runtime.block_on(Register::new(PEOPLE, ACCOUNTS));
    let (dir, mut chance) = (register.dir, register.chance);
    let receipts = Receipts {
        nobodys: (0..ACCOUNTS)
            .map(|_| Registration::draw(&mut chance))
            .collect(),
        somebodys: register.numbers,
    };
    runtime.block_on(register.service.db.close());
    let data = dir.path().join("data");
    let settings = "[web]\ntrusted_proxies = [\"127.0.0.1\"]\n";
    std::fs::write(data.join("config.toml"), settings).expect("settings");
    let database = runtime.block_on(Database::open(&data.join("ikd.db")));
    let ikd = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ikd"));
        command.arg("--data").arg(&data).env("RUST_LOG", "warn");
        command
    };
    let server = Server::start(&ikd);
    let mut client = Client::connect(&server.address);
    println!(
        "| {} | trials | hit µs | miss µs | t | t, 90 % | t of the next | 90 % |",
        database.name()
    );
    println!("|---|---|---|---|---|---|---|---|");
    let chosen = LookUp::ALL.into_iter();
    for what in chosen.filter(|what| what.name().contains(&only)) {
        let mut all = Vec::with_capacity(2 * trials);
        let mut before = false;
        while all.len() < 2 * trials {
            // Counts would refuse, and letters would fill the disk.
            runtime.block_on(forget(&database, &data));
            for n in shuffled(&mut chance) {
                let [coin, a, b, c] = chance.bytes();
                let hit = coin & 1 == 1;
                let (path, body, status) = what.request(hit, n, &receipts, &mut chance);
                let micros = client.post(path, [a, b, c], &body, status);
                all.push(Trial {
                    hit,
                    before,
                    micros,
                });
                before = hit;
            }
        }
        print(what.name(), &all);
    }
}

/// Every number below `ACCOUNTS`, in random order.
fn shuffled(chance: &mut Chance) -> Vec<u32> {
    let mut all: Vec<(u64, u32)> = (0..ACCOUNTS)
        .map(|n| (u64::from_le_bytes(chance.bytes()), n))
        .collect();
    all.sort_unstable();
    all.into_iter().map(|(_, n)| n).collect()
}

async fn forget(database: &Database, data: &std::path::Path) {
    for sql in [
        "DELETE FROM throttles",
        "DELETE FROM account_codes",
        "DELETE FROM outbox WHERE state IN ('delivered', 'dropped')",
    ] {
        database.run(sql.into()).await;
    }
    let letters = std::fs::read_dir(data.join("mail")).into_iter().flatten();
    for letter in letters.flatten() {
        let _ = std::fs::remove_file(letter.path());
    }
}

fn print(name: &str, all: &[Trial]) {
    let mut times: Vec<f64> = all.iter().map(|t| t.micros).collect();
    times.sort_by(f64::total_cmp);
    let end = times[times.len() * 9 / 10];
    let of = |which: &dyn Fn(&Trial) -> bool, end: f64| -> Vec<f64> {
        let those = all.iter().filter(|t| t.micros <= end && which(t));
        those.map(|t| t.micros).collect()
    };
    let t = |which: fn(&Trial) -> bool, end: f64| {
        welch(&of(&which, end), &of(&|t: &Trial| !which(t), end))
    };
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let whole = f64::INFINITY;
    println!(
        "| {name} | {} | {:.1} | {:.1} | {:.2} | {:.2} | {:.2} | {:.2} |",
        all.len(),
        median(of(&|t: &Trial| t.hit, whole)),
        median(of(&|t: &Trial| !t.hit, whole)),
        t(|t| t.hit, whole),
        t(|t| t.hit, end),
        t(|t| t.before, whole),
        t(|t| t.before, end),
    );
}
