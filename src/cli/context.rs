//! Opening a data directory for a command.

use super::error::CliError;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::{Config, DataDir, Pkcs11};
use crate::crypter::Crypter;
use crate::domain::officer::Actor;
use crate::failure::Failure;
use crate::issue;
use crate::keys::{Keyring, Vault};
use crate::register;
use crate::rotation;
use crate::seals;
use crate::service::Service;
use crate::status;
use crate::store::open::Older;
use crate::store::{Db, data_key, data_keys, holds};
use crate::wallet;
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Who acts at the command line.
pub const LOCAL: Actor = Actor::Local;
/// Another process may be issuing right now; after this many seconds it surely is not.
pub const UNFINISHED_AFTER: i64 = 60;

/// Opens a data directory, and voids what a crash left unfinished long ago.
pub async fn open(data: &Path) -> Result<Service, CliError> {
    let service = open_as_it_is(data).await?;
    report_unfinished(&service, UNFINISHED_AFTER).await?;
    Ok(service)
}

/// Opens a data directory and changes nothing in its database.
pub async fn open_as_it_is(data: &Path) -> Result<Service, CliError> {
    open_on(data, address()).await
}

/// The same with the PostgreSQL database of `url`, or with the file of the data directory.
pub async fn open_on(data: &Path, url: Option<SecretString>) -> Result<Service, CliError> {
    let directory = DataDir::new(data.to_path_buf());
    let config = config(&directory)?;
    let passphrase = passphrase(config.keys.passphrase_file.clone(), directory.path())?;
    let mut service = Service {
        figures: Default::default(),
        signed: Default::default(),
        held: Default::default(),
        decoders: Default::default(),
        portraits: Default::default(),
        db: database(&directory, &config, url, Older::Refuse).await?,
        clock: Clock::System,
        keyring: keyring(&directory, passphrase, &config)?,
        crypter: Crypter::open_file(&directory.data_key())?,
        data: directory,
        config,
    };
    check_data_key(&service).await?;
    if service.config.register.accept_unsealed && register::is_sealed(&service).await? {
        tracing::warn!(
            "accept_unsealed counts no more: the register is sealed; take it out of config.toml"
        );
        service.config.register.accept_unsealed = false;
    }
    Ok(service)
}

/// The settings of a data directory.
pub fn config(directory: &DataDir) -> Result<Config, CliError> {
    if !directory.config().exists() {
        return Err(CliError::trouble(
            format!(
                "{} is not a data directory: it has no config.toml",
                directory.path().display()
            ),
            "make one with `ikd init DIR`, or name one with --data DIR",
        ));
    }
    Config::read(&directory.config()).map_err(|e| {
        CliError::trouble(
            e.to_string(),
            "correct config.toml; `ikd init` of another directory shows its form",
        )
    })
}

/// With another data key than the one that a database was written with nothing opens and nobody is found, and what is
/// written opens for nobody else.
pub async fn check_data_key(service: &Service) -> Result<(), CliError> {
    let own = service.crypter.index("data key", b"mark");
    let mut tx = service.db.read().await?;
    let mut mark = data_key::mark(&mut tx).await?;
    drop(tx);
    if mark.as_ref().is_none_or(Vec::is_empty) {
        let mut tx = service.db.begin().await?;
        data_keys::lost(&mut tx).await?;
        holds::forget(&mut tx).await?;
        data_key::insert(&mut tx, &own).await?;
        mark = data_key::mark(&mut tx).await?;
        tx.commit().await?;
    }
    if mark.is_some_and(|mark| mark == own) {
        rotation::follow(service).await.map_err(|failure| {
            let hint = match failure {
                Failure::Row(rotation::OLDER) => "copy the data.key of the backup's time",
                _ => {
                    "copy data.key from where `ikd data-key add` was run; for a database from a backup, the data.key of the backup's time"
                }
            };
            let error = format!("{}: {failure}", service.data.data_key().display());
            CliError::trouble(error, hint)
        })?;
        seals::once(service).await?;
        return Ok(());
    }
    Err(CliError::trouble(
        format!(
            "{}: is not the data key of this database",
            service.data.data_key().display()
        ),
        "copy data.key from an instance that works with the database, or from its backup",
    ))
}

/// The PostgreSQL database of `url`, else the file of the data directory.
pub async fn database(
    directory: &DataDir,
    config: &Config,
    url: Option<SecretString>,
    older: Older,
) -> Result<Db, CliError> {
    Ok(match url {
        Some(url) => Db::open_postgres(&url, config.database.connections, older).await?,
        None => Db::open_sqlite(&directory.database(), false).await?,
    })
}

/// `DATABASE_URL`, where it is set.
pub fn address() -> Option<SecretString> {
    let url = std::env::var("DATABASE_URL").ok();
    url.filter(|url| !url.is_empty()).map(SecretString::from)
}

/// Voids what was begun at least `age` seconds ago and never finished, and tells the person at the terminal.
pub async fn report_unfinished(service: &Service, age: i64) -> Result<(), CliError> {
    for id in issue::void_unfinished(service, &mut Chance::System, age).await? {
        eprintln!(
            "note: document {id} was never finished (a crash?); it is void and its index burnt"
        );
    }
    let phones = wallet::void_unfinished(service, &mut Chance::System, age).await?;
    if phones > 0 {
        eprintln!(
            "note: {phones} credentials of phones were never finished (a crash?); they are void, the phones ask again"
        );
    }
    let burnt = status::give_up(service).await?;
    if burnt > 0 {
        eprintln!(
            "note: {burnt} places of status lists may have been signed for by a process that ended before it stored \
             anything; they are revoked"
        );
    }
    Ok(())
}

/// The private keys that a data directory's settings name.
pub fn keyring(
    directory: &DataDir,
    passphrase: Option<SecretString>,
    config: &Config,
) -> Result<Keyring, CliError> {
    let keyring = Keyring::new(directory.keys(), passphrase);
    match &config.keys.pkcs11 {
        Some(token) => Ok(keyring.with_vault(vault(directory, token)?)),
        None => Ok(keyring),
    }
}

#[cfg(feature = "hsm")]
fn vault(directory: &DataDir, token: &Pkcs11) -> Result<Arc<dyn Vault>, CliError> {
    use crate::keys::token::{Access, Token};
    Ok(Arc::new(Token::new(Access {
        module: token.module.clone(),
        token: token.token.clone(),
        pin_file: directory.path().join(&token.pin_file),
        refused: directory.keys().join("pin-refused"),
        sessions: usize::from(token.sessions),
    })))
}

#[cfg(not(feature = "hsm"))]
fn vault(_: &DataDir, _: &Pkcs11) -> Result<Arc<dyn Vault>, CliError> {
    Err(CliError::trouble(
        "config.toml names a PKCS#11 token, and this ikd was built without them",
        "build it with --features hsm",
    ))
}

/// The passphrase of the key files: from the environment, else from the settings.
pub fn passphrase(
    from_config: Option<PathBuf>,
    data: &Path,
) -> Result<Option<SecretString>, CliError> {
    let from_environment = std::env::var_os("IKD_KEY_PASSPHRASE_FILE").map(PathBuf::from);
    let relative = from_config.map(|path| data.join(path));
    let Some(path) = from_environment.or(relative) else {
        return Ok(None);
    };
    let bytes = zeroize::Zeroizing::new(crate::files::read(&path, 4096)?);
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    if first.is_empty() {
        return Err(CliError::trouble(
            format!("{}: holds no passphrase", path.display()),
            "its first line is the passphrase",
        ));
    }
    Ok(Some(SecretString::from(first.to_string())))
}

/// A value that clap checks with a parser of ours.
pub fn parsed<T>(result: Result<T, credential::ids::BadId>) -> Result<T, String> {
    result.map_err(|e| e.rule.to_string())
}

/// Prints a line to standard output; a closed pipe is not an error worth a panic.
pub fn say(line: impl std::fmt::Display) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// An office by its `iss`.
pub async fn office(
    tx: &mut crate::store::Tx,
    iss: &crate::domain::ids::Iss,
) -> Result<crate::store::offices::Office, CliError> {
    let office = crate::store::offices::by_iss(tx, iss).await?;
    Ok(office.ok_or(Failure::NotFound(crate::failure::Thing::Office))?)
}
