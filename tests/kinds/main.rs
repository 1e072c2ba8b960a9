//! Every kind of document on its whole way, on a real database, with real files: applied for, verified, approved and
//! issued, printed, the printed page scanned green with no network, revoked, scanned red. The table of it is
//! docs/KINDS.md; `IKD_WRITE_DOCS=1` writes it anew.

use credential::date::Date;
use credential::document::Country;
use credential::kinds::{KINDS, Kind};
use credential::lang::Lang;
use ikd::chance::Chance;
use ikd::cli::context::LOCAL;
use ikd::demo::applications::one;
use ikd::demo::desk::Citizen;
use ikd::demo::scan::Scanner;
use ikd::demo::{self, Demo, population};
use ikd::domain::application::Stage;
use ikd::domain::content::age;
use ikd::domain::document::{Change, Document};
use ikd::domain::ids::OfficeId;
use ikd::domain::person::Person;
use ikd::store::{applications, documents, offices, persons};
use ikd::{bundle, files, print, revoke, status};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const SEED: u64 = 1;

fn poppler() -> bool {
    let there = Command::new("pdftoppm").arg("-v").output().is_ok();
    let required = std::env::var("IKD_REQUIRE").is_ok_and(|r| r.split(',').any(|r| r == "poppler"));
    assert!(
        there || !required,
        "pdftoppm (poppler-utils) is required and not there"
    );
    if !there {
        eprintln!("SKIPPED: pdftoppm is not there, so printed pages are not scanned");
    }
    there
}

/// Who a document of that kind can be about: foreigners, children and adults of the office's region.
struct Cast<'a> {
    demo: &'a Demo,
    people: Vec<Person>,
    today: Date,
    used: std::collections::HashSet<u64>,
}

impl Cast<'_> {
    /// A citizen whose household this test has not used yet, and the person the document is about.
    async fn pick(&mut self, kind: &Kind) -> (Citizen, Person) {
        let families = self.people.chunk_by(|a, b| a.nomor_kk == b.nomor_kk);
        let today = self.today;
        let fits = |p: &&Person| {
            let years = age(p.tanggal_lahir, today);
            let foreign = p.kewarganegaraan != Country::INDONESIA;
            match kind.slug {
                "kia" => years < 17 && p.status_perkawinan == 1 && !foreign,
                "sktt" => foreign,
                _ => p.shdk == 1 && years >= 17 && !foreign,
            }
        };
        let found = families
            .filter(|f| {
                f[0].kode_wilayah.lies_in("3273") && !self.used.contains(&f[0].nomor_kk.as_u64())
            })
            .find_map(|f| f.iter().find(fits).map(|p| (f.to_vec(), p.clone())));
        let (family, subject) = found.unwrap_or_else(|| panic!("nobody for {}", kind.slug));
        self.used.insert(subject.nomor_kk.as_u64());
        let head = family.iter().find(|p| p.shdk == 1).unwrap().clone();
        let service = &self.demo.service;
        let mut tx = service.db.begin().await.unwrap();
        let contact = ikd::domain::contact::Contact::parse("uji@contoh.id").unwrap();
        let chance = &mut Chance::System;
        let account = ikd::accounts::open(service, &mut tx, chance, head.nik, &contact);
        let account = account.await.unwrap();
        tx.commit().await.unwrap();
        let account = account.expect("a household without an account");
        (
            Citizen {
                account,
                person: head,
                family,
            },
            subject,
        )
    }
}

/// Pictures of the pages of a PDF.
fn pages(dir: &Path, name: &str, pdf: &[u8]) -> Vec<PathBuf> {
    let file = dir.join(format!("{name}.pdf"));
    std::fs::write(&file, pdf).unwrap();
    let done = Command::new("pdftoppm")
        .args(["-png", "-r", "150"])
        .arg(&file)
        .arg(dir.join(name))
        .status();
    assert!(done.unwrap().success());
    let mut pages: Vec<PathBuf> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| {
            p.extension().is_some_and(|e| e == "png")
                && p.file_name()
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .starts_with(&format!("{name}-"))
        })
        .collect();
    pages.sort();
    pages
}

/// What a bank says of the first page with a QR, after it has taken the newest bundle.
async fn scanned(demo: &Demo, home: &Path, bank: &mut Scanner, pages: &[PathBuf]) -> &'static str {
    status::refresh(&demo.service).await.unwrap();
    let mut tx = demo.service.db.begin().await.unwrap();
    let built = bundle::build(&demo.service, &mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let file = home.join("newest.bundle");
    files::write_atomically(&file, &built.token).unwrap();
    let root = demo.service.data.root_public();
    bank.update(&file, &root).unwrap_or_else(|e| panic!("{e}"));
    let said = pages.iter().find_map(|page| bank.scan(page).ok());
    let said = said.expect("a QR on one of the pages");
    match () {
        () if said.contains("BERLAKU / VALID") && !said.contains("TIDAK") => "green",
        () if said.contains("has been revoked") => "red, revoked",
        () => panic!("{said}"),
    }
}

async fn office(demo: &Demo) -> OfficeId {
    let mut tx = demo.service.db.read().await.unwrap();
    offices::all(&mut tx).await.unwrap()[0].id
}

async fn document_of(demo: &Demo, id: ikd::domain::ids::ApplicationId) -> Document {
    let mut tx = demo.service.db.read().await.unwrap();
    let a = applications::by_id(&mut tx, &demo.service.crypter, id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(a.state.stage(), Stage::Done);
    let finished = a.state.finished().unwrap().document;
    documents::by_id(&mut tx, finished).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_goes_the_whole_way() {
    let home = tempfile::TempDir::new().unwrap();
    let dir = home.path().join("data");
    let demo = demo::run(&dir, SEED, demo::Size::default(), None, &mut |_| {})
        .await
        .unwrap_or_else(|e| panic!("{e}"));
    let today = Date::at_wib(demo.service.clock.now()).unwrap();
    let people = population::generate(SEED, demo::Size::default().people, today);
    let used = demo
        .citizens
        .iter()
        .map(|c| c.person.nomor_kk.as_u64())
        .collect();
    let mut cast = Cast {
        demo: &demo,
        people,
        today,
        used,
    };
    let (office, prints) = (office(&demo).await, poppler());
    let mut bank = Scanner::new(home.path().join("bank"));
    let chance = &mut Chance::System;
    let mut table = String::from(HEAD);
    for kind in KINDS {
        let (citizen, subject) = cast.pick(kind).await;
        let filed = one(
            &demo.service,
            chance,
            office,
            &demo.officers,
            &citizen,
            &subject,
            kind,
            Stage::Done,
        )
        .await;
        let filed = filed.unwrap_or_else(|e| panic!("{}: {e:?}", kind.slug));
        let document = document_of(&demo, filed.id).await;
        assert_eq!(document.kind.number, kind.number);
        assert_eq!(document.application, Some(filed.id));
        let mut tx = demo.service.db.read().await.unwrap();
        let pdf = print::pdf(&demo.service, &mut tx, &document).await.unwrap();
        drop(tx);
        let (mut green, mut red) = ("–", "–");
        let shown = match prints {
            true => pages(home.path(), kind.slug, &pdf),
            false => Vec::new(),
        };
        if prints {
            green = scanned(&demo, home.path(), &mut bank, &shown).await;
            assert_eq!(green, "green", "{}: the printed page", kind.slug);
        }
        let change = revoke::change(
            &demo.service,
            chance,
            LOCAL,
            document.id,
            Change::Revoke,
            "uji",
        );
        change.await.unwrap();
        if prints {
            red = scanned(&demo, home.path(), &mut bank, &shown).await;
            assert_eq!(red, "red, revoked", "{}: the printed page", kind.slug);
        }
        let _ = writeln!(
            table,
            "| {} | {} | {} | ✓ | ✓ | ✓ | {} kB | {green} | {red} |",
            kind.number,
            kind.name.get(Lang::Id),
            kind.filing.form,
            pdf.len().div_ceil(1000),
        );
    }
    if prints {
        compare(Path::new("docs/KINDS.md"), &table);
    }
}

const HEAD: &str = "# The 23 documents, from application to revocation\n\n\
Written by `cargo test -p ikd --test kinds` (`IKD_WRITE_DOCS=1` writes it anew). Each row is one pass on a real\n\
database: a citizen applies with answers and attachments, a verifier passes it, the head of the office approves, the\n\
document is issued and printed, the printed page is scanned with no network, the document is revoked, and the same\n\
page is scanned again with the new bundle.\n\n\
| kind | document | form | applied for | verified | issued | printed | scanned | after revocation |\n\
|---|---|---|---|---|---|---|---|---|\n";

/// Sizes of files differ by a few bytes from one run to the next, so that column is not compared.
fn compare(path: &Path, table: &str) {
    if std::env::var_os("IKD_WRITE_DOCS").is_some() {
        files::write_atomically(path, table.as_bytes()).unwrap();
    }
    let without = |text: &str| -> Vec<String> {
        let cells = |line: &str| {
            line.split('|')
                .filter(|c| !c.trim().ends_with(" kB"))
                .collect::<Vec<_>>()
                .join("|")
        };
        text.lines().map(cells).collect()
    };
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        without(&stored),
        without(table),
        "docs/KINDS.md is stale: IKD_WRITE_DOCS=1 writes it anew"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn events_reach_the_register_and_end_earlier_documents() {
    let home = tempfile::TempDir::new().unwrap();
    let demo = demo::run(
        &home.path().join("data"),
        SEED,
        demo::Size::default(),
        None,
        &mut |_| {},
    )
    .await
    .unwrap_or_else(|e| panic!("{e}"));
    let today = Date::at_wib(demo.service.clock.now()).unwrap();
    let people = population::generate(SEED, demo::Size::default().people, today);
    let used = demo
        .citizens
        .iter()
        .map(|c| c.person.nomor_kk.as_u64())
        .collect();
    let mut cast = Cast {
        demo: &demo,
        people,
        today,
        used,
    };
    let office = office(&demo).await;
    let chance = &mut Chance::System;
    let by_slug = |slug| credential::kinds::by_slug(slug).unwrap();

    // A death ends the KTP-el and takes the person out of the register.
    let ktp = by_slug("ktp");
    let (citizen, subject) = cast.pick(ktp).await;
    let filed = one(
        &demo.service,
        chance,
        office,
        &demo.officers,
        &citizen,
        &subject,
        ktp,
        Stage::Done,
    )
    .await
    .unwrap();
    let card = document_of(&demo, filed.id).await;
    let death = by_slug("akta-kematian");
    one(
        &demo.service,
        chance,
        office,
        &demo.officers,
        &citizen,
        &subject,
        death,
        Stage::Done,
    )
    .await
    .unwrap();
    let mut tx = demo.service.db.read().await.unwrap();
    let card = documents::by_id(&mut tx, card.id).await.unwrap().unwrap();
    assert_eq!(card.state.name(), "revoked");
    assert!(
        persons::by_nik(&mut tx, &demo.service.register(), subject.nik)
            .await
            .unwrap()
            .is_none()
    );
    drop(tx);

    // A birth gives the child a NIK of the family's kecamatan and puts it into the family.
    let birth = by_slug("akta-kelahiran");
    let (citizen, subject) = cast.pick(birth).await;
    let before = citizen.family.len();
    one(
        &demo.service,
        chance,
        office,
        &demo.officers,
        &citizen,
        &subject,
        birth,
        Stage::Done,
    )
    .await
    .unwrap();
    let mut tx = demo.service.db.read().await.unwrap();
    let family = persons::family(&mut tx, &demo.service.register(), subject.nomor_kk)
        .await
        .unwrap();
    assert_eq!(family.len(), before + 1);
    let known: Vec<_> = citizen.family.iter().map(|p| p.nik).collect();
    let child = family.iter().find(|p| !known.contains(&p.nik)).unwrap();
    assert!(
        child
            .nik
            .to_string()
            .starts_with(&subject.kode_wilayah.digits()[..6])
    );
    drop(tx);

    // The next family card supersedes the one before.
    let kk = by_slug("kk");
    let first = one(
        &demo.service,
        chance,
        office,
        &demo.officers,
        &citizen,
        &subject,
        kk,
        Stage::Done,
    )
    .await
    .unwrap();
    let first = document_of(&demo, first.id).await;
    let second = one(
        &demo.service,
        chance,
        office,
        &demo.officers,
        &citizen,
        &subject,
        kk,
        Stage::Done,
    )
    .await
    .unwrap();
    let second = document_of(&demo, second.id).await;
    let mut tx = demo.service.db.read().await.unwrap();
    let first = documents::by_id(&mut tx, first.id).await.unwrap().unwrap();
    assert_eq!(first.state.name(), "superseded");
    assert_eq!(first.state.superseded_by(), Some(second.id));
}
