//! The demonstration: everything the system is for, once, on invented people and with keys that count for nothing.

pub mod answers;
pub mod applications;
mod crowd;
pub mod desk;
pub mod phone;
pub mod population;
pub mod samples;
pub mod scan;

use crate::chance::Chance;
use crate::cli::context::LOCAL;
use crate::cli::error::CliError;
use crate::cli::init::{self, Init};
use crate::domain::document::Change;
use crate::domain::ids::{DocumentId, Iss, MandateId, RegionPrefix};
use crate::domain::officer::OfficerRole;
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome};
use crate::import::columns::Draft;
use crate::issue::{self, Issued, Request};
use crate::render::qr::{self, Scale};
use crate::service::Service;
use crate::status::Public;
use crate::store::{Tx, offices as office_rows};
use crate::{bundle, files, import, mandates, offices, revoke, status, trust};
use credential::date::Date;
use credential::document::Country;
use credential::ids::Nik;
use credential::kinds::{KK, KTP, Kind};
use scan::Scanner;
use std::net::SocketAddr;
use std::path::Path;
use zeroize::Zeroizing;

/// Marks a directory that the demonstration may make anew.
pub const MARKER: &str = "DEVELOPMENT-KEYS.txt";
const MARKER_TEXT: &str = "Made by `ikd demo`. These keys are for development: nobody may trust them, and the next\n\
`ikd demo` deletes this directory and makes it anew. Every person in it is invented.\n";
/// How many people.
pub const PEOPLE: u32 = 1000;

/// What the demonstration made, for what to try next.
pub struct Demo {
    /// The service, ready to serve.
    pub service: Service,
    /// The KTP-el, revoked by now.
    pub ktp: DocumentId,
    /// The KK, in force.
    pub kk: DocumentId,
    /// Whose they are.
    pub holder: Nik,
    /// Somebody without documents so far.
    pub other: Person,
    /// An officer's token.
    pub token: Zeroizing<String>,
    /// An officer of every role.
    pub officers: Vec<desk::Officer>,
    /// Citizens with accounts.
    pub citizens: Vec<desk::Citizen>,
    /// Applications, at least one in every state.
    pub filed: Vec<applications::Filed>,
}

/// Says what happens.
pub type Say<'a> = &'a mut dyn FnMut(String);

/// How much there is to see.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// People of the register.
    pub people: usize,
    /// Applications beside those of the plan.
    pub applications: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            people: PEOPLE as usize,
            applications: 0,
        }
    }
}

/// Runs the whole story and leaves a data directory. Its letters name `address`, where it will be served.
pub async fn run(
    dir: &Path,
    seed: u64,
    size: Size,
    address: Option<SocketAddr>,
    say: Say<'_>,
) -> Result<Demo, CliError> {
    clear(dir)?;
    let chance = &mut Chance::System;
    let mut service = prepare(dir, chance).await?;
    if let Some(address) = address {
        service.config.http.listen = address;
    }
    say(format!(
        "[1] {}: development keys, settings, database, two offices",
        dir.display()
    ));
    let people = people(&service, chance, seed, size.people, say).await?;
    let (ktp, kk, holder, other) = issue_both(&service, chance, dir, &people, say).await?;
    let mut scanner = Scanner::new(dir.join("verifier"));
    let old = dir.join("ikd-before.bundle");
    export(&service, &old).await?;
    say(format!(
        "[4] offline bundle for verifiers: {}",
        old.display()
    ));
    scanner.update(&old, &dir.join("root.pub.pem"))?;
    say("[5] a bank scans the pictures, with no network:".into());
    let pictures = [dir.join("ktp.png"), dir.join("kk.png")];
    for picture in &pictures {
        say(scanner.scan(picture)?);
    }
    let (_, public) = revoke::change(
        &service,
        chance,
        LOCAL,
        ktp,
        Change::Revoke,
        "reported lost",
    )
    .await?;
    if public == Public::NotYet {
        return Err(Failure::NotPublishable("the revocation").into());
    }
    let new = dir.join("ikd.bundle");
    export(&service, &new).await?;
    say(format!(
        "[6] the office revokes the KTP-el (\"reported lost\"); new bundle: {}",
        new.display()
    ));
    scanner.update(&new, &dir.join("root.pub.pem"))?;
    say("[7] the bank takes the new bundle and scans the same pictures again:".into());
    for picture in &pictures {
        say(scanner.scan(picture)?);
    }
    match scanner.update(&old, &dir.join("root.pub.pem")) {
        Err(_) => say("[8] the old bundle, brought back by somebody, is refused".into()),
        Ok(()) => {
            return Err(CliError::refused(
                "the verifier took an old bundle",
                "report this as a bug",
            ));
        }
    }
    let token = officer(&service, chance).await?;
    let (officers, citizens, filed) = counter(&service, chance, &people, &other, size, say).await?;
    say(format!(
        "[9] five officers, {} citizens with accounts, {} applications, one at least in every state",
        citizens.len(),
        filed.len()
    ));
    Ok(Demo {
        service,
        ktp,
        kk,
        holder,
        other,
        token,
        officers,
        citizens,
        filed,
    })
}

/// Both sides of the counter of the first office, and what lies on it.
async fn counter(
    service: &Service,
    chance: &mut Chance,
    people: &[Person],
    other: &Person,
    size: Size,
    say: Say<'_>,
) -> Outcome<(
    Vec<desk::Officer>,
    Vec<desk::Citizen>,
    Vec<applications::Filed>,
)> {
    let mut tx = service.db.read().await?;
    let all = office_rows::all(&mut tx).await?;
    drop(tx);
    let office = all.first().ok_or(Failure::Row("offices"))?.id;
    let officers = desk::officers(service, chance, office).await?;
    let families = people.chunk_by(|a, b| a.nomor_kk == b.nomor_kk);
    let here = families.filter(|f| f[0].kode_wilayah.lies_in("3273"));
    let suitable = here.filter(|f| {
        let head = f.iter().find(|p| p.shdk == 1);
        let citizens = f.iter().all(|p| p.kewarganegaraan == Country::INDONESIA);
        let grown = head.is_some_and(|p| p.tanggal_lahir.ymd().0 < 2000);
        f.len() >= 3 && citizens && grown && f[0].nomor_kk != other.nomor_kk
    });
    let mut citizens = Vec::new();
    // The first family has the cards of the story above.
    let suitable: Vec<&[Person]> = suitable.skip(1).collect();
    for (n, family) in suitable.iter().take(12).enumerate() {
        citizens.push(desk::citizen(service, chance, family, n + 1).await?);
    }
    if citizens.is_empty() {
        return Err(Failure::Row(
            "no family for the demonstration lives in its city",
        ));
    }
    let filed = applications::all(service, chance, office, &officers, &citizens).await?;
    if size.applications > 0 {
        let families = suitable.get(12..).unwrap_or_default();
        let count = size.applications;
        crowd::file(service, chance, office, &officers, families, count, say).await?;
    }
    Ok((officers, citizens, filed))
}

fn clear(dir: &Path) -> Result<(), CliError> {
    let mut entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(_) => return Ok(()),
    };
    if entries.next().is_none() {
        return Ok(());
    }
    if !dir.join(MARKER).exists() {
        return Err(CliError::refused(
            format!(
                "{} was not made by `ikd demo`; nothing was changed",
                dir.display()
            ),
            "choose another directory with --data DIR",
        ));
    }
    std::fs::remove_dir_all(dir).map_err(|e| {
        CliError::trouble(
            format!("{}: {e}", dir.display()),
            "is the last demo still running?",
        )
    })
}

async fn prepare(dir: &Path, chance: &mut Chance) -> Result<Service, CliError> {
    files::make_directory(dir)?;
    files::write_atomically(&dir.join(MARKER), MARKER_TEXT.as_bytes())?;
    let made_up =
        |e: credential::ids::BadId| CliError::refused(e.to_string(), "report this as a bug");
    let office = |iss: &str, region: &str| -> Result<_, CliError> {
        Ok((
            Iss::parse(iss).map_err(made_up)?,
            RegionPrefix::parse(region).map_err(made_up)?,
        ))
    };
    let (iss, region) = office("ID.3273", "3273")?;
    let init = Init {
        dir: None,
        iss,
        name: "DEMO Disdukcapil Kota Bandung".into(),
        region,
        passphrase_file: None,
        root: None,
        pkcs11_module: None,
        pkcs11_token: None,
        pkcs11_pin_file: None,
    };
    let service = init::create(dir, &init, None, chance).await?;
    let (iss, region) = office("ID.5171", "5171")?;
    let mut tx = service.db.begin().await?;
    let name = "DEMO Disdukcapil Kota Denpasar".to_string();
    offices::add(&service, &mut tx, chance, LOCAL, iss, name, region).await?;
    trust::publish(&service, &mut tx, chance, LOCAL).await?;
    tx.commit().await?;
    Ok(service)
}

/// Invents people and takes them in through the same use case as a file.
async fn people(
    service: &Service,
    chance: &mut Chance,
    seed: u64,
    count: usize,
    say: Say<'_>,
) -> Result<Vec<Person>, CliError> {
    let today = Date::at_wib(service.clock.now()).ok_or(Failure::Row("the clock"))?;
    let people = population::generate(seed, count, today);
    let rows = people
        .iter()
        .enumerate()
        .map(|(n, p)| Ok((n as u64 + 1, Draft::from(p.clone()))));
    let (mut bad, mut done) = (|_| {}, |_| {});
    let summary = import::persons(service, chance, LOCAL, rows, false, &mut bad, &mut done).await?;
    let families = people.chunk_by(|a, b| a.nomor_kk == b.nomor_kk).count();
    say(format!(
        "[2] {} invented people in {families} families imported (seed {seed})",
        summary.inserted
    ));
    Ok(people)
}

async fn issue_both(
    service: &Service,
    chance: &mut Chance,
    dir: &Path,
    people: &[Person],
    say: Say<'_>,
) -> Result<(DocumentId, DocumentId, Nik, Person), CliError> {
    let families = people.chunk_by(|a, b| a.nomor_kk == b.nomor_kk);
    let here = families.filter(|f| f[0].kode_wilayah.lies_in("3273"));
    let mut ordinary =
        here.filter(|f| f.len() >= 4 && f.iter().all(|p| p.kewarganegaraan == Country::INDONESIA));
    let (Some(family), Some(other)) = (ordinary.next(), ordinary.next()) else {
        return Err(CliError::refused(
            "no family of four lives in the demo's city",
            "choose another --seed",
        ));
    };
    let face = issue::face(population::face(1))?;
    say("[3] the office of Bandung issues to one family:".into());
    let mut issued = Vec::new();
    for (kind, face, name) in [(&KTP, Some(face), "ktp"), (&KK, None, "kk")] {
        let request = Request {
            nik: family[0].nik,
            kind,
            supersede: false,
            face,
        };
        let document = issue::issue(service, chance, LOCAL, request).await?;
        say(describe(&document, kind, family.len()));
        write_pictures(dir, name, &document)?;
        issued.push(document.document.id);
    }
    Ok((issued[0], issued[1], family[0].nik, other[0].clone()))
}

fn describe(issued: &Issued, kind: &Kind, members: usize) -> String {
    let what = match kind.number {
        1 => "KTP-el with a face".to_string(),
        _ => format!("KK of {members} people"),
    };
    format!(
        "      {what:<20} QR version {:>2}, ECC {:?}, {:>4} bytes signed  → {slug}.png, {slug}.svg",
        issued.symbol.version(),
        issued.symbol.ecc(),
        issued.token_bytes,
        slug = kind.slug
    )
}

fn write_pictures(dir: &Path, name: &str, issued: &Issued) -> Outcome<()> {
    let png = qr::png(&issued.symbol, Scale::DEFAULT);
    files::write_atomically(&dir.join(format!("{name}.png")), &png)?;
    let svg = qr::svg(&issued.symbol, None);
    files::write_atomically(&dir.join(format!("{name}.svg")), svg.as_bytes())
}

async fn export(service: &Service, path: &Path) -> Outcome<()> {
    status::refresh(service).await?;
    let mut tx: Tx = service.db.begin().await?;
    let bundle = bundle::build(service, &mut tx).await?;
    tx.commit().await?;
    files::write_atomically(path, &bundle.token)
}

async fn officer(service: &Service, chance: &mut Chance) -> Outcome<Zeroizing<String>> {
    let mut tx = service.db.begin().await?;
    let all = office_rows::all(&mut tx).await?;
    let office = all.first().ok_or(Failure::Row("offices"))?;
    let role = OfficerRole::Signer;
    let added = offices::add_officer(
        service,
        &mut tx,
        chance,
        LOCAL,
        office,
        "Demo officer",
        role,
    );
    let (_, token) = added.await?;
    let leave = mandates::Leave {
        kind: mandates::Kind::Issue,
        id: MandateId::draw(&service.clock, chance),
        office: office.id,
        cards: mandates::MOST,
        seconds: mandates::DAY,
        proposal: None,
    };
    mandates::give(service, &mut tx, chance, LOCAL, leave).await?;
    tx.commit().await?;
    Ok(token.expose())
}
