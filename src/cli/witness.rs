//! `ikd witness`: run by another organisation, without a data directory.

use super::context::say;
use super::error::CliError;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::domain::tlog::note::{Algorithm, Verifier};
use crate::files;
use crate::keys::file::FileSigner;
use crate::keys::{KeyError, Keyring, Role};
use crate::tlog::witness::{self, Own, Refused, Source};
use clap::Subcommand;
use secrecy::SecretString;
use std::path::{Path, PathBuf};

/// Watching a log of somebody else.
#[derive(Debug, Subcommand)]
pub enum WitnessCommand {
    /// Make a key, `log-<kid>.pem` in a folder, and say its public half, which the service puts into `[log]` witnesses.
    Key {
        /// The folder.
        dir: PathBuf,
        /// The witness's name: a domain or path of your own, without spaces.
        #[arg(long)]
        name: String,
        /// Encrypt it with the passphrase in the first line of this file.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Look whether the log only grew since the last time, and sign its newest head. Exit code 1 where it did not.
    Cosign {
        /// The log: the address of the service, or a folder that `ikd audit seal --to` wrote.
        #[arg(long, value_name = "URL|DIR")]
        from: String,
        /// The own key.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The name that the key was made under.
        #[arg(long)]
        name: String,
        /// What was seen last is written down here. Losing it loses what the witness is good for.
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
        /// The log's public key, as `ikd keys list` says it: the first time, and when it changes.
        #[arg(long, value_name = "KEY")]
        log_key: Option<String>,
        /// Write the signed head into this file.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Send it back to the service.
        #[arg(long)]
        post: bool,
        /// The first line of this file is the passphrase of the key.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
}

/// `ikd witness`
pub fn run(command: WitnessCommand) -> Result<u8, CliError> {
    match command {
        WitnessCommand::Key {
            dir,
            name,
            passphrase_file,
        } => {
            // Before there is a key that nothing can use.
            named(&name, [0; 32])?;
            files::make_private_directory(&dir)?;
            let ring = Keyring::new(dir, passphrase(passphrase_file.as_deref())?);
            let public = ring.create(Role::Log, &mut Chance::System)?;
            say(named(&name, public)?);
            Ok(0)
        }
        WitnessCommand::Cosign {
            from,
            key,
            name,
            state,
            log_key,
            out,
            post,
            passphrase_file,
        } => {
            let passphrase = passphrase(passphrase_file.as_deref())?;
            let signer = FileSigner::open(&key, passphrase.as_ref()).map_err(unusable)?;
            let own = Own {
                verifier: named(&name, signer.public_key())?,
                signer: &signer,
            };
            let log = log_key.map(|key| Verifier::parse(&key)).transpose();
            let log = log.map_err(|e| {
                CliError::trouble(
                    format!("--log-key: {e}"),
                    "`ikd keys list` of the service says it",
                )
            })?;
            let source = Source::parse(&from);
            let now = Clock::System.now();
            let note = witness::cosign(&source, log.as_ref(), &state, &own, now);
            let note = note.map_err(refused)?;
            match &out {
                Some(path) => files::write_atomically(path, note.as_bytes())?,
                None => say(note.trim_end()),
            }
            if post {
                source.post(&note).map_err(refused)?;
            }
            Ok(0)
        }
    }
}

fn named(name: &str, public: [u8; 32]) -> Result<Verifier, CliError> {
    Verifier::new(name, Algorithm::Cosignature, public).map_err(|_| {
        CliError::trouble(
            "a witness's name holds neither spaces nor +",
            "take one like witness.example.go.id/dukcapil",
        )
    })
}

fn passphrase(file: Option<&Path>) -> Result<Option<SecretString>, CliError> {
    let Some(file) = file else { return Ok(None) };
    let directory = std::env::current_dir().unwrap_or_default();
    super::context::passphrase(Some(file.to_path_buf()), &directory)
}

fn unusable(cause: KeyError) -> CliError {
    let hint = cause.hint();
    CliError::trouble(cause.to_string(), hint)
}

fn refused(cause: Refused) -> CliError {
    let text = cause.to_string();
    match cause {
        Refused::Shorter { .. } | Refused::Forked { .. } => CliError::refused(
            text,
            "nothing was signed; keep the state file and this head, and ask who runs the log in public",
        ),
        Refused::Head(_) | Refused::Other(..) => CliError::refused(
            text,
            "nothing was signed; compare --log-key with what the service publishes, and give each log a --state of its own",
        ),
        Refused::Unreadable(..) => CliError::trouble(text, "check the address and try again"),
        Refused::State(_) => CliError::trouble(
            text,
            "the first time give --log-key; later restore the file from its backup, never make a new one",
        ),
        Refused::File(failure) => failure.into(),
        Refused::Key(cause) => unusable(cause),
    }
}
