//! A register with accounts and applications, and the questions that are asked of it.

use credential::date::Date;
use credential::ids::{Nik, NomorKk};
use credential::kinds::KTP;
use ikd::accounts::{self, Claim};
use ikd::applications::submit::code_hash;
use ikd::chance::Chance;
use ikd::clock::Clock;
use ikd::config::{Config, DataDir};
use ikd::crypter::Crypter;
use ikd::domain::application::{Application, Due, Filer, Late, Receipt, Stage as Step, State};
use ikd::domain::contact::Contact;
use ikd::domain::dossier::Dossier;
use ikd::domain::ids::ApplicationId;
use ikd::domain::registration::Registration;
use ikd::keys::Keyring;
use ikd::service::Service;
use ikd::store::{Db, applications, offices};
use std::fmt::Write;
use std::process::Command;
use tempfile::TempDir;

const HERE: &[u8] = b"192.0.2.1";
const PEOPLE: u32 = 10_000;
const HEADER: &str = "nik,nomor_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,golongan_darah,agama,\
status_perkawinan,pekerjaan,pendidikan,shdk,alamat,rt_rw,kode_wilayah,kelurahan,kecamatan,kabupaten,provinsi";

/// What is asked.
#[derive(Clone, Copy)]
pub enum Question {
    /// A code to sign in: the NIK has an account, or nobody has the NIK.
    SignIn,
    /// An account: the data match, or nobody has the NIK.
    Register,
    /// A receipt: the number exists and the code is wrong, or nobody has the number.
    Receipt,
}

impl Question {
    pub const ALL: [Self; 3] = [Self::SignIn, Self::Register, Self::Receipt];

    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "code to sign in",
            Self::Register => "account",
            Self::Receipt => "number of a receipt",
        }
    }
}

pub struct Stage {
    _dir: TempDir,
    service: Service,
    chance: Chance,
    numbers: Vec<Registration>,
}

/// People have even numbers; the odd ones between them are nobody's, so that both are looked for in the same places.
fn nik(n: u32) -> Nik {
    numbered(2 * n)
}

fn nobodys(n: u32) -> Nik {
    numbered(2 * n + 1)
}

fn numbered(n: u32) -> Nik {
    let (month, serial) = (1 + n / 9000, 1 + n % 9000);
    Nik::parse(&format!("32730112{month:02}87{serial:04}")).expect("a NIK")
}

fn card(n: u32) -> NomorKk {
    let (month, serial) = (1 + n / 9000, 1 + n % 9000);
    NomorKk::parse(&format!("32730101{month:02}15{serial:04}")).expect("a KK number")
}

fn run(dir: &TempDir, args: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ikd"));
    command
        .arg("--data")
        .arg(dir.path().join("data"))
        .args(args);
    let output = command.output().expect("the command runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

impl Stage {
    pub async fn new() -> Self {
        let dir = TempDir::new().expect("a folder");
        run(&dir, &["init"]);
        let mut rows = format!("{HEADER}\n");
        for n in 0..PEOPLE {
            let _ = writeln!(
                rows,
                "{},{},ORANG UJI,BANDUNG,1987-04-12,1,13,1,1,88,8,1,JL UJI 1,001/002,3273011001,BRAGA,\
                 SUMUR BANDUNG,KOTA BANDUNG,JAWA BARAT",
                nik(n),
                card(n)
            );
        }
        let file = dir.path().join("people.csv");
        std::fs::write(&file, rows).expect("a file is written");
        run(&dir, &["import", "persons", file.to_str().expect("a path")]);
        let directory = DataDir::new(dir.path().join("data"));
        let service = Service {
            figures: Default::default(),
            signed: Default::default(),
            db: Db::open_sqlite(&directory.database(), false)
                .await
                .expect("the database opens"),
            clock: Clock::fixed(1_795_000_000),
            keyring: Keyring::new(directory.keys(), None),
            crypter: Crypter::open_file(&directory.data_key()).expect("the key"),
            config: Config::read(&directory.config()).expect("the settings"),
            data: directory,
        };
        let mut stage = Self {
            _dir: dir,
            service,
            chance: Chance::seeded(11),
            numbers: Vec::new(),
        };
        for n in 0..500 {
            stage.open_account(n).await;
            let number = stage.hand_in().await;
            stage.numbers.push(number);
        }
        stage
    }

    /// Accounts are stored as the use case stores them, without the letter in between.
    async fn open_account(&mut self, n: u32) {
        let contact = Contact::parse(&format!("orang{n}@contoh.id"));
        let contact = contact.unwrap_or_else(|e| panic!("{e}"));
        let mut tx = self.service.db.begin().await.expect("a transaction");
        accounts::open(&self.service, &mut tx, &mut self.chance, nik(n), &contact)
            .await
            .expect("the account is stored");
        tx.commit().await.expect("it commits");
    }

    async fn hand_in(&mut self) -> Registration {
        let mut tx = self.service.db.begin().await.expect("a transaction");
        let office = offices::all(&mut tx).await.expect("offices").remove(0).id;
        let id = ApplicationId::draw(&self.service.clock, &mut self.chance);
        let now = self.service.clock.now();
        let draft = Application {
            id,
            office,
            kind: &KTP,
            filer: Filer::Guest,
            previous: None,
            created: now,
            state: State::Draft,
            since: now,
            due: Due::Idle,
            late: Late::No,
        };
        let (crypter, chance) = (&self.service.crypter, &mut self.chance);
        let dossier = Dossier::default();
        applications::insert(&mut tx, crypter, chance, &draft, &dossier)
            .await
            .expect("a draft");
        let registration = Registration::draw(chance);
        let receipt = Receipt {
            registration: registration.clone(),
            at: now,
        };
        let submitted = draft
            .submit(receipt, Late::No, now)
            .expect("a draft is handed in");
        applications::change(&mut tx, crypter, chance, Step::Draft, &submitted)
            .await
            .expect("it is stored");
        let hash = code_hash(&self.service, id, "048213");
        applications::set_code(&mut tx, id, &hash)
            .await
            .expect("the code is stored");
        tx.commit().await.expect("it commits");
        registration
    }

    pub fn coin(&mut self) -> bool {
        self.chance.bytes::<1>()[0] & 1 == 1
    }

    /// Lets a day go by, so that no throttle refuses.
    pub fn forget(&mut self) {
        self.service.clock.advance(86_401);
    }

    fn some(&mut self, below: u32) -> u32 {
        u32::from_le_bytes(self.chance.bytes()) % below
    }

    pub async fn ask(&mut self, question: Question, hit: bool) {
        let pick = self.some(500);
        let (service, chance) = (&self.service, &mut self.chance);
        match question {
            Question::SignIn => {
                let nik = if hit { nik(pick) } else { nobodys(pick) };
                accounts::start_sign_in(service, chance, HERE, nik)
                    .await
                    .expect("a code");
            }
            Question::Register => {
                let n = 1000 + pick;
                let claim = Claim {
                    nik: if hit { nik(n) } else { nobodys(n) },
                    nomor_kk: card(n),
                    born: Date::parse("1987-04-12").expect("a date"),
                    contact: Contact::parse("siapa@contoh.id").unwrap_or_else(|e| panic!("{e}")),
                };
                accounts::start_registration(service, chance, HERE, &claim)
                    .await
                    .expect("a letter");
            }
            Question::Receipt => {
                let number = match hit {
                    true => self.numbers[pick as usize].clone(),
                    false => Registration::draw(chance),
                };
                let mut tx = service.db.begin().await.expect("a transaction");
                let number = number.to_string();
                let found =
                    accounts::enter(service, &mut tx, chance, HERE, &number, "111111").await;
                assert!(found.expect("an answer").is_none());
                tx.commit().await.expect("it commits");
            }
        }
    }
}
