//! A register with accounts and applications.

use credential::ids::{Nik, NomorKk};
use credential::kinds::KTP;
use ikd::accounts;
use ikd::applications::submit::code_hash;
use ikd::chance::Chance;
use ikd::cli::context;
use ikd::domain::application::{Application, Due, Filer, Late, Receipt, Stage as Step, State};
use ikd::domain::contact::Contact;
use ikd::domain::dossier::Dossier;
use ikd::domain::ids::ApplicationId;
use ikd::domain::registration::Registration;
use ikd::service::Service;
use ikd::store::{applications, offices};
use std::fmt::Write;
use std::process::Command;
use tempfile::TempDir;

const HEADER: &str = "nik,nomor_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,golongan_darah,agama,\
status_perkawinan,pekerjaan,pendidikan,shdk,alamat,rt_rw,kode_wilayah,kelurahan,kecamatan,kabupaten,provinsi";

/// People, of whom the first ones have accounts and receipts.
pub struct Register {
    /// With the data directory in it.
    pub dir: TempDir,
    /// On the database of `DATABASE_URL`, else on a file.
    pub service: Service,
    /// Random numbers, the same in each run.
    pub chance: Chance,
    /// Numbers of receipts.
    pub numbers: Vec<Registration>,
}

/// People have even numbers; the odd ones between them are nobody's, so that both are looked for in the same places.
pub fn nik(n: u32) -> Nik {
    numbered(2 * n)
}

/// A NIK that nobody has, beside that of the n-th person.
pub fn nobodys(n: u32) -> Nik {
    numbered(2 * n + 1)
}

fn numbered(n: u32) -> Nik {
    let (month, serial) = (1 + n / 9000, 1 + n % 9000);
    Nik::parse(&format!("32730112{month:02}87{serial:04}")).expect("a NIK")
}

/// The family card of the n-th person.
pub fn card(n: u32) -> NomorKk {
    let (month, serial) = (1 + n / 9000, 1 + n % 9000);
    NomorKk::parse(&format!("32730101{month:02}15{serial:04}")).expect("a KK number")
}

impl Register {
    /// So many people, with so many accounts and receipts.
    pub async fn new(people: u32, accounts: u32) -> Self {
        let dir = TempDir::new().expect("a folder");
        run(&dir, &["init"]);
        let mut rows = format!("{HEADER}\n");
        for n in 0..people {
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
        let service = context::open(&dir.path().join("data")).await;
        let mut register = Self {
            dir,
            service: service.unwrap_or_else(|e| panic!("{e:?}")),
            chance: Chance::seeded(11),
            numbers: Vec::new(),
        };
        for n in 0..accounts {
            register.open_account(n).await;
            let number = register.hand_in().await;
            register.numbers.push(number);
        }
        register
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
        let (sealing, chance) = (&self.service.register(), &mut self.chance);
        let dossier = Dossier::default();
        applications::insert(&mut tx, sealing, chance, &draft, &dossier)
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
        applications::change(&mut tx, sealing, chance, Step::Draft, &submitted)
            .await
            .expect("it is stored");
        let hash = code_hash(&self.service, id, "048213");
        applications::set_code(&mut tx, sealing, id, &hash)
            .await
            .expect("the code is stored");
        tx.commit().await.expect("it commits");
        registration
    }
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
