//! `ikd init`

use super::context::{self, LOCAL, parsed, say};
use super::error::CliError;
use super::root::public;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::{Config, DataDir, Keys, Pkcs11};
use crate::crypter::Crypter;
use crate::domain::ids::{Iss, RegionPrefix};
use crate::files;
use crate::keys::Role;
use crate::root::{adopt, lone, pem};
use crate::service::Service;
use crate::store::open::Older;
use crate::store::{Db, Tx, keys};
use crate::{offices, tlog, trust};
use clap::Args;
use secrecy::SecretString;
use std::path::{Path, PathBuf};

/// Make a data directory.
#[derive(Debug, Args)]
pub struct Init {
    /// Where; same as --data.
    pub dir: Option<PathBuf>,
    /// `iss` of the first office.
    #[arg(long, default_value = "ID.3273", value_parser = |t: &str| parsed(Iss::parse(t)))]
    pub iss: Iss,
    /// Name of the first office.
    #[arg(long, default_value = "Disdukcapil Kota Bandung")]
    pub name: String,
    /// Region the first office answers for: 2, 4, 6 or 10 digits, empty for the whole country.
    #[arg(long, default_value = "3273", value_parser = |t: &str| parsed(RegionPrefix::parse(t)))]
    pub region: RegionPrefix,
    /// Encrypt the keys with the passphrase in the first line of this file.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Public half of a root key that `ikd root new` made elsewhere, or of several by `ikd root set`. Without this one is made
    /// here.
    #[arg(long, value_name = "FILE")]
    pub root: Option<PathBuf>,
    /// Make the keys of publisher and offices in a PKCS#11 token, through this driver. The root key stays a file.
    #[arg(
        long,
        value_name = "FILE",
        requires = "pkcs11_token",
        requires = "pkcs11_pin_file"
    )]
    pub pkcs11_module: Option<PathBuf>,
    /// The token's label.
    #[arg(long, value_name = "LABEL", requires = "pkcs11_module")]
    pub pkcs11_token: Option<String>,
    /// A file whose first line is the user's PIN.
    #[arg(long, value_name = "FILE", requires = "pkcs11_module")]
    pub pkcs11_pin_file: Option<PathBuf>,
}

/// A path that the settings find from wherever the command is run.
fn absolute(path: &Path, option: &str) -> Result<PathBuf, CliError> {
    let check = format!("check {option}");
    std::path::absolute(path).map_err(|e| CliError::trouble(e.to_string(), check))
}

/// The token of the options.
fn token(args: &Init) -> Result<Option<Pkcs11>, CliError> {
    let named = args.pkcs11_module.as_ref().zip(args.pkcs11_token.as_ref());
    let Some(((module, token), pin_file)) = named.zip(args.pkcs11_pin_file.as_ref()) else {
        return Ok(None);
    };
    Ok(Some(Pkcs11 {
        module: absolute(module, "--pkcs11-module")?,
        token: token.clone(),
        pin_file: absolute(pin_file, "--pkcs11-pin-file")?,
        sessions: 4,
    }))
}

/// Makes the directory and says what is in it.
pub async fn run(data: PathBuf, args: Init) -> Result<u8, CliError> {
    let path = args.dir.clone().unwrap_or(data);
    let service = create(&path, &args, context::address(), &mut Chance::System).await?;
    let mut tx = service.db.read().await?;
    let all = keys::all(&mut tx).await?;
    let root = trust::active_root(&all)?;
    let shown = path.display();
    say(format_args!("{shown}: ready"));
    let place = match args.root {
        Some(_) => "is elsewhere",
        None => "keep keys/root-*.pem off this machine between publications",
    };
    say(format_args!("  root key       {}  {place}", root.kid));
    say(format_args!("  root.pub.pem   what verifiers pin"));
    say(format_args!(
        "  data.key       opens the sealed columns; back it up apart from the database"
    ));
    say(format_args!(
        "  first office   {} {} (region {})",
        args.iss.as_str(),
        args.name,
        args.region.as_str()
    ));
    say(format_args!("next:"));
    if args.root.is_some() {
        say(format_args!(
            "  ikd --data {shown} trust draft --out trust.draft   (signed with the root key before anything else)"
        ));
    }
    say(format_args!(
        "  ikd --data {shown} import regions regions.csv"
    ));
    say(format_args!(
        "  ikd --data {shown} import persons people.csv"
    ));
    say(format_args!(
        "  ikd --data {shown} issue --nik NIK --kind ktp --out ktp.png"
    ));
    say(format_args!(
        "  ikd --data {shown} bundle export ikd.bundle"
    ));
    Ok(0)
}

/// Makes a data directory with its keys, lists and first office, in the PostgreSQL database of `url` or in a file.
pub async fn create(
    path: &std::path::Path,
    args: &Init,
    url: Option<SecretString>,
    chance: &mut Chance,
) -> Result<Service, CliError> {
    let directory = DataDir::new(path.to_path_buf());
    let occupied = [directory.config(), directory.database(), directory.keys()];
    if let Some(there) = occupied.iter().find(|p| p.exists()) {
        return Err(CliError::refused(
            format!("{} is there already; nothing was changed", there.display()),
            "choose another directory, or move this one away (its keys are worth a backup)",
        ));
    }
    let elsewhere = args.root.as_deref().map(public).transpose()?;
    let of_cluster = match url {
        Some(url) => Some(empty(&url).await?),
        None => None,
    };
    files::make_private_directory(path)?;
    files::make_private_directory(&directory.keys())?;
    restrict(&directory.keys())?;
    let file = args.passphrase_file.as_deref();
    let passphrase_file = file
        .map(|file| absolute(file, "--passphrase-file"))
        .transpose()?;
    let config = Config {
        keys: Keys {
            passphrase_file,
            pkcs11: token(args)?,
        },
        ..Config::default()
    };
    let passphrase = context::passphrase(config.keys.passphrase_file.clone(), path)?;
    let service = Service {
        figures: Default::default(),
        signed: Default::default(),
        held: Default::default(),
        decoders: Default::default(),
        portraits: Default::default(),
        db: match of_cluster {
            Some(db) => db,
            None => {
                // Before the database writes to it: its log takes the same mode.
                files::make_private_file(&directory.database())?;
                Db::open_sqlite(&directory.database(), true).await?
            }
        },
        clock: Clock::System,
        keyring: context::keyring(&directory, passphrase, &config)?,
        crypter: Crypter::create_file(&directory.data_key(), chance)?,
        data: directory.clone(),
        config,
    };
    context::check_data_key(&service).await?;
    let mut tx = service.db.begin().await?;
    // Another may have made its directory with the same database in the meantime.
    unused(&mut tx).await?;
    let root = match &elsewhere {
        Some(roots) => adopt(&service, &mut tx, chance, LOCAL, roots.id()).await?,
        None => offices::add_key(&service, &mut tx, chance, LOCAL, Role::Root, None, false).await?,
    };
    offices::add_key(
        &service,
        &mut tx,
        chance,
        LOCAL,
        Role::Publisher,
        None,
        false,
    )
    .await?;
    tlog::key::add(&service, &mut tx, chance, LOCAL).await?;
    let (iss, name, region) = (args.iss.clone(), args.name.clone(), args.region.clone());
    offices::add(&service, &mut tx, chance, LOCAL, iss, name, region).await?;
    if elsewhere.is_none() {
        trust::publish(&service, &mut tx, chance, LOCAL).await?;
    }
    tx.commit().await?;
    let roots = match elsewhere {
        Some(roots) => roots,
        None => lone(&root.public_key)?,
    };
    files::write_atomically(&directory.root_public(), pem(&roots).as_bytes())?;
    // Last: a directory without its settings is not taken for one that is ready.
    files::write_atomically(&directory.config(), service.config.to_text().as_bytes())?;
    Ok(service)
}

/// A PostgreSQL database that holds nothing yet, with its schema.
async fn empty(url: &SecretString) -> Result<Db, CliError> {
    let connections = Config::default().database.connections;
    let db = Db::open_postgres(url, connections, Older::Migrate).await?;
    let mut tx = db.begin().await?;
    unused(&mut tx).await?;
    Ok(db)
}

/// Refuses a database that another directory was made with: it would get a second root.
async fn unused(tx: &mut Tx) -> Result<(), CliError> {
    trust::take_centre(tx).await?;
    match keys::all(tx).await?.is_empty() {
        true => Ok(()),
        false => Err(CliError::refused(
            "the database of DATABASE_URL is in use; nothing was changed",
            "use the data directory that belongs to it (config.toml, keys, data.key), or an empty database",
        )),
    }
}

#[cfg(unix)]
fn restrict(keys: &std::path::Path) -> Result<(), CliError> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(keys, std::fs::Permissions::from_mode(0o700))
        .map_err(|e| CliError::trouble(e.to_string(), "check the permissions of the directory"))
}

#[cfg(not(unix))]
fn restrict(_: &std::path::Path) -> Result<(), CliError> {
    Ok(())
}
