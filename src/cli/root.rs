//! `ikd root`: where the root key is. No database, no settings, no network.

mod several;

use super::context::say;
use super::error::CliError;
use crate::chance::Chance;
use crate::files;
use crate::keys::file::FileSigner;
use crate::keys::{KeyError, Keyring, Role, public_pem};
use crate::root;
use clap::Subcommand;
use credential::date::wib_text;
use credential::ids::KeyId;
use credential::trust_list::{RootSet, TrustList};
use ikd_verifier::root_key;
use ikd_verifier::words::hex;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Largest draft or list that is read: 514 offices take some 150 kB.
const LARGEST: u64 = 16 << 20;

/// The root key, away from the service.
#[derive(Debug, Subcommand)]
pub enum RootCommand {
    /// Make a root key: `root-<kid>.pem`, and `root.pub.pem` for `ikd init --root` and for verifiers.
    New {
        /// The folder.
        dir: PathBuf,
        /// Encrypt it with the passphrase in the first line of this file.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Make a root of several keys, of which so many must sign: `root.pub.pem` for `ikd init --root` and for verifiers.
    Set {
        /// How many of them must sign.
        #[arg(long, value_name = "M")]
        threshold: usize,
        /// The `root.pub.pem` of each key.
        #[arg(required = true, num_args = 2..)]
        keys: Vec<PathBuf>,
        /// Where the root goes.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Show what a draft says and its SHA-256, or what has been signed and by whom.
    Show {
        /// The draft, or what custodians signed.
        draft: PathBuf,
        /// The list in force, to show what changes.
        #[arg(long, value_name = "FILE")]
        before: Option<PathBuf>,
    },
    /// Show what a draft of `ikd trust draft` or `ikd root rotate` says, and with --expect sign it. Of a root of several keys each
    /// custodian signs alone; `ikd root combine` makes the list of it.
    Sign {
        /// The draft.
        draft: PathBuf,
        /// The root key, or one of several.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// A root key that the new one follows, so that verifiers which trust it are led on; the latest first. Between roots of
        /// several keys, `ikd root rotate` does it.
        #[arg(long, value_name = "FILE")]
        former: Vec<PathBuf>,
        /// The first line of this file is the passphrase of the keys.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
        /// The list in force, to show what changes.
        #[arg(long, value_name = "FILE")]
        before: Option<PathBuf>,
        /// SHA-256 of the draft, as `ikd trust draft` said where it was made.
        #[arg(long, value_name = "SHA256")]
        expect: Option<String>,
        /// Where the signed list goes.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Put together what enough custodians signed.
    Combine {
        /// Their files.
        #[arg(required = true)]
        signed: Vec<PathBuf>,
        /// Where the signed list goes.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Draft the way from a former root to the root of a signed list, for the former root to sign.
    Rotate {
        /// The list that the new root signed.
        list: PathBuf,
        /// `root.pub.pem` of the former root.
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
        /// `root.pub.pem` of a root in between, where LIST leads on from that one already.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        /// The draft.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// `ikd root`
pub fn run(command: RootCommand) -> Result<u8, CliError> {
    match command {
        RootCommand::New {
            dir,
            passphrase_file,
        } => new(&dir, passphrase_file.as_deref()),
        RootCommand::Set {
            threshold,
            keys,
            out,
        } => several::set(threshold, &keys, &out),
        RootCommand::Show { draft, before } => several::show(&draft, before.as_deref()),
        RootCommand::Combine { signed, out } => several::combine(&signed, &out),
        RootCommand::Rotate {
            list,
            from,
            to,
            out,
        } => several::rotate(&list, &from, to.as_deref(), &out),
        RootCommand::Sign {
            draft,
            key,
            former,
            passphrase_file,
            before,
            expect,
            out,
        } => {
            let passphrase = passphrase(passphrase_file.as_deref())?;
            if several::is_for_several(&draft)? {
                if !former.is_empty() {
                    return Err(CliError::refused(
                        "--former is for a draft of one root key; nothing was signed",
                        "sign without it, then make the way from the former root with ikd root rotate",
                    ));
                }
                let key = FileSigner::open(&key, passphrase.as_ref()).map_err(unusable)?;
                return several::sign(&draft, &key, before.as_deref(), expect.as_deref(), &out);
            }
            let keys = Keys {
                root: FileSigner::open(&key, passphrase.as_ref()).map_err(unusable)?,
                former: open_all(&former, passphrase.as_ref())?,
            };
            sign(&draft, &keys, before.as_deref(), expect.as_deref(), &out)
        }
    }
}

struct Keys {
    root: FileSigner,
    former: Vec<FileSigner>,
}

fn open_all(
    files: &[PathBuf],
    passphrase: Option<&SecretString>,
) -> Result<Vec<FileSigner>, CliError> {
    let open = |file: &PathBuf| FileSigner::open(file, passphrase).map_err(unusable);
    files.iter().map(open).collect()
}

fn unusable(cause: KeyError) -> CliError {
    let hint = match &cause {
        KeyError::Unreadable(_) => "give its passphrase with --passphrase-file",
        other => other.hint(),
    };
    CliError::trouble(cause.to_string(), hint)
}

fn passphrase(file: Option<&Path>) -> Result<Option<SecretString>, CliError> {
    let Some(file) = file else { return Ok(None) };
    let directory = std::env::current_dir().unwrap_or_default();
    super::context::passphrase(Some(file.to_path_buf()), &directory)
}

fn new(dir: &Path, passphrase_file: Option<&Path>) -> Result<u8, CliError> {
    let public_file = dir.join("root.pub.pem");
    if public_file.exists() {
        return Err(CliError::refused(
            format!(
                "{} is there already; nothing was changed",
                public_file.display()
            ),
            "choose another folder",
        ));
    }
    let passphrase = passphrase(passphrase_file)?;
    let encrypted = passphrase.is_some();
    files::make_directory(dir)?;
    let ring = Keyring::new(dir.to_path_buf(), passphrase);
    let public = ring.create(Role::Root, &mut Chance::System)?;
    files::write_atomically(&public_file, public_pem(&public).as_bytes())?;
    let kid = KeyId::of(&public);
    say(format_args!("root key {kid}"));
    say(format_args!("  {}", root_key::fingerprint(&public)));
    let path = ring.path(Role::Root, kid);
    let how = if encrypted {
        "encrypted"
    } else {
        "NOT encrypted"
    };
    say(format_args!("{}: {how}", path.display()));
    say("next: copy root.pub.pem to the serving machine: ikd init DATA --root root.pub.pem");
    Ok(0)
}

fn sign(
    draft: &Path,
    keys: &Keys,
    before: Option<&Path>,
    expect: Option<&str>,
    out: &Path,
) -> Result<u8, CliError> {
    let payload = files::read(draft, LARGEST)?;
    let digest = hex(&Sha256::digest(&payload));
    let before = before.map(|file| list(file, keys)).transpose()?;
    let signed = root::sign(payload, &keys.root, &keys.former);
    let (list, token) = signed.map_err(|_| {
        CliError::refused(
            format!("{}: not a draft for this root key", draft.display()),
            "make it with `ikd trust draft`, for another root with --new-root",
        )
    })?;
    say(format_args!("sha256  {digest}"));
    tell(&list);
    not_back(before.as_ref(), &list)?;
    tell_changes(before.as_ref(), &list);
    if !confirmed(expect, &digest)? {
        return Ok(1);
    }
    files::write_atomically(out, &token)?;
    say(format_args!(
        "{}: signed, {} bytes",
        out.display(),
        token.len()
    ));
    Ok(0)
}

/// Version and times of a list.
fn tell(list: &TrustList) {
    say(format_args!(
        "trust list version {}, issued {}, next one due by {}",
        list.version,
        wib_text(list.issued),
        wib_text(list.next_update)
    ));
}

fn tell_changes(before: Option<&TrustList>, list: &TrustList) {
    let changes = root::changes(before, list);
    let lines = changes.iter().map(|line| format!("  {line}"));
    lines.for_each(say);
    if changes.is_empty() {
        say("  no key or office changes");
    }
}

fn not_back(before: Option<&TrustList>, list: &TrustList) -> Result<(), CliError> {
    match before {
        Some(before) if before.version >= list.version || before.issued > list.issued => {
            Err(CliError::refused(
                format!(
                    "the list in force has version {}: this draft goes back",
                    before.version
                ),
                "make a new draft where the database is; after a restore with --version-above",
            ))
        }
        _ => Ok(()),
    }
}

/// Whether a draft with that SHA-256 is to be signed.
fn confirmed(expect: Option<&str>, digest: &str) -> Result<bool, CliError> {
    match expect {
        Some(expected) if expected.eq_ignore_ascii_case(digest) => Ok(true),
        Some(_) => Err(CliError::refused(
            "this is not the draft with that SHA-256; nothing was signed",
            "compare with what `ikd trust draft` said",
        )),
        None => {
            say(
                "nothing was signed; to sign exactly this, add --expect with the SHA-256 that `ikd trust draft` said",
            );
            Ok(false)
        }
    }
}

/// A list in force, of the root that signs or of one that it follows.
fn list(file: &Path, keys: &Keys) -> Result<TrustList, CliError> {
    let token = read_list(file)?;
    let roots = std::iter::once(&keys.root).chain(&keys.former);
    let mut lists = roots.filter_map(|root| TrustList::verify(&token, &root.public_key()).ok());
    lists.next().ok_or_else(|| {
        CliError::refused(
            format!("{}: not a trust list of these root keys", file.display()),
            "name the list in force; where the root changes, name the former root with --former",
        )
    })
}

/// A signed list out of a file.
pub fn read_list(file: &Path) -> Result<Vec<u8>, CliError> {
    Ok(files::read(file, LARGEST)?)
}

/// The root in a file: one key, or a set of several.
pub fn public(file: &Path) -> Result<RootSet, CliError> {
    let roots = root_key::roots(&files::read(file, 4096)?);
    roots.ok_or_else(|| {
        CliError::refused(
            format!("{}: not a public key or a set of them", file.display()),
            "give the root.pub.pem that `ikd root new` or `ikd root set` wrote",
        )
    })
}
