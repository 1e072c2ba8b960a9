//! `ikd root` where several keys make the root.

use super::{LARGEST, confirmed, not_back, public, read_list, tell, tell_changes};
use crate::cli::context::say;
use crate::cli::error::CliError;
use crate::files;
use crate::keys::file::FileSigner;
use crate::root::several::{self, Refused};
use credential::cose::sign::Sign;
use credential::ids::KeyId;
use credential::trust_list::issue::Proposal;
use credential::trust_list::{RootSet, TrustList};
use ikd_verifier::root_key;
use ikd_verifier::words::hex;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// `ikd root set`
pub fn set(threshold: usize, keys: &[PathBuf], out: &Path) -> Result<u8, CliError> {
    if out.exists() {
        return Err(CliError::refused(
            format!("{} is there already; nothing was changed", out.display()),
            "choose another file",
        ));
    }
    let mut members = Vec::new();
    for file in keys {
        match public(file)?.keys() {
            [key] => members.push(key.clone()),
            _ => {
                return Err(CliError::refused(
                    format!("{}: a set of keys, not one", file.display()),
                    "give the root.pub.pem of each key, as `ikd root new` wrote it",
                ));
            }
        }
    }
    let roots = RootSet::new(threshold, members).ok_or_else(|| {
        CliError::refused(
            format!("{threshold} of these {} keys make no root", keys.len()),
            "give 2 to 16 different keys, and a threshold from 1 to as many as there are",
        )
    })?;
    files::write_atomically(out, root_key::set_pem(&roots).as_bytes())?;
    who(&roots);
    say(format_args!("{}: what verifiers pin", out.display()));
    say(
        "next: each custodian compares the fingerprint; then ikd init DATA --root FILE, or ikd trust draft --new-root FILE",
    );
    Ok(0)
}

fn who(roots: &RootSet) {
    let id = roots.id();
    if roots.is_single() {
        say(format_args!("root key {}", KeyId::of(&id)));
    } else {
        let (of, all) = (roots.threshold(), roots.keys().len());
        say(format_args!(
            "root {}: {of} of {all} keys must sign",
            KeyId::of(&id)
        ));
        let kids = roots.keys().iter().map(|key| KeyId::of(key.as_bytes()));
        kids.for_each(|kid| say(format_args!("  key {kid}")));
    }
    say(format_args!("  {}", root_key::fingerprint(&id)));
}

fn not_a_draft(file: &Path) -> CliError {
    CliError::refused(
        format!(
            "{}: not a draft of a trust list or of a rotation",
            file.display()
        ),
        "make it with `ikd trust draft` or `ikd root rotate`",
    )
}

/// Whether a draft goes to several custodians, or leads from a root to another: all but the list of a lone key.
pub fn is_for_several(draft: &Path) -> Result<bool, CliError> {
    let payload = files::read(draft, LARGEST)?;
    Ok(match Proposal::read(&payload) {
        Ok(Proposal::List(list)) => !list.roots.is_single(),
        Ok(Proposal::Rotation { .. }) => true,
        Err(_) => false,
    })
}

/// `ikd root show`
pub fn show(file: &Path, before: Option<&Path>) -> Result<u8, CliError> {
    let content = files::read(file, LARGEST)?;
    let signed = Sign::parse_canonical(&content).ok();
    let payload = signed
        .as_ref()
        .map_or(&content[..], |signed| signed.payload);
    let proposal = Proposal::read(payload).map_err(|_| not_a_draft(file))?;
    explain(payload, &proposal, before)?;
    let Some(signed) = signed else { return Ok(0) };
    let mut good = 0;
    for one in &signed.signatures {
        let key = proposal.signers().and_then(|roots| roots.key(one.kid));
        let fits = key.is_some_and(|key| signed.is_signed_by(one, key));
        good += usize::from(fits);
        let how = if fits { "signed by" } else { "NOT SIGNED BY" };
        say(format_args!("{how} key {}", one.kid));
    }
    let need = proposal.signers().map_or(1, RootSet::threshold);
    say(format_args!("{good} of {need} signatures that are needed"));
    Ok(u8::from(good < need || good < signed.signatures.len()))
}

/// What each custodian reads before signing.
fn explain(payload: &[u8], proposal: &Proposal, before: Option<&Path>) -> Result<String, CliError> {
    let digest = hex(&Sha256::digest(payload));
    say(format_args!("sha256  {digest}"));
    let list = proposal.list();
    if let Proposal::Rotation { from, to, .. } = proposal {
        match from {
            Some(from) => {
                say("the way from");
                who(from);
            }
            None => say("the way from the lone root key that signs it"),
        }
        say(format_args!("to root {}", KeyId::of(to)));
        say(format_args!("  {}", root_key::fingerprint(to)));
    }
    who(&list.roots);
    tell(list);
    let before = before.map(|file| in_force(file, list)).transpose()?;
    // The way to a list may be made after it is in force.
    if !matches!(proposal, Proposal::Rotation { .. }) {
        not_back(before.as_ref(), list)?;
    }
    tell_changes(before.as_ref(), list);
    Ok(digest)
}

/// The list in force: of the same root, or of the one that it names itself, which is then told as a change.
fn in_force(file: &Path, list: &TrustList) -> Result<TrustList, CliError> {
    let token = read_list(file)?;
    let of = |root: [u8; 32]| TrustList::verify(&token, &root).ok();
    let found = of(list.root).or_else(|| of(TrustList::named_root(&token)?));
    found.ok_or_else(|| {
        CliError::refused(
            format!("{}: not a trust list", file.display()),
            "name the list in force",
        )
    })
}

/// `ikd root sign` of one custodian.
pub fn sign(
    draft: &Path,
    key: &FileSigner,
    before: Option<&Path>,
    expect: Option<&str>,
    out: &Path,
) -> Result<u8, CliError> {
    let payload = files::read(draft, LARGEST)?;
    let proposal = Proposal::read(&payload).map_err(|_| not_a_draft(draft))?;
    let digest = explain(&payload, &proposal, before)?;
    if !confirmed(expect, &digest)? {
        return Ok(1);
    }
    let signed = several::sign(payload, key).map_err(|why| refused(why, &[draft.into()]))?;
    files::write_atomically(out, &signed.token)?;
    let kid = KeyId::of(&key.public_key());
    let out = out.display();
    say(format_args!("{out}: signed by key {kid}"));
    match signed.complete {
        true => say("next: ikd trust publish --signed FILE"),
        false => say("next: ikd root combine, with what the others signed"),
    }
    Ok(0)
}

/// `ikd root combine`
pub fn combine(files: &[PathBuf], out: &Path) -> Result<u8, CliError> {
    let parts = files.iter().map(|file| read_list(file));
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    let (list, token) = several::combine(&parts).map_err(|why| refused(why, files))?;
    files::write_atomically(out, &token)?;
    tell(&list);
    let signed = Sign::parse_canonical(&token).map_or(0, |signed| signed.signatures.len());
    let out = out.display();
    say(format_args!(
        "{out}: {signed} signatures, {} bytes",
        token.len()
    ));
    Ok(0)
}

/// `ikd root rotate`
pub fn rotate(list: &Path, from: &Path, to: Option<&Path>, out: &Path) -> Result<u8, CliError> {
    let token = read_list(list)?;
    let former = public(from)?;
    let to = to.map(public).transpose()?.map(|roots| roots.id());
    let draft = several::lead(&token, &former, to).map_err(|why| refused(why, &[list.into()]))?;
    files::write_atomically(out, &draft)?;
    let digest = hex(&Sha256::digest(&draft));
    say(format_args!("{}: the way from", out.display()));
    who(&former);
    say(format_args!("sha256  {digest}"));
    say(
        "next: the former root signs it: ikd root sign DRAFT --key FILE --out FILE, of several keys then ikd root combine",
    );
    Ok(0)
}

fn refused(why: Refused, files: &[PathBuf]) -> CliError {
    let place = match &why {
        Refused::NotAPart(n) | Refused::AnotherDraft(n) | Refused::Signature(n, _) => *n,
        _ => 0,
    };
    let name = files.get(place).map(|file| file.display().to_string());
    let hint = match &why {
        Refused::NotADraft => "make it with `ikd trust draft` or `ikd root rotate`",
        Refused::NotASigner(_) => "see `ikd root show` for the keys that may sign",
        Refused::NotAPart(_) => "give what `ikd root sign` wrote",
        Refused::AnotherDraft(_) => "compare with `ikd root show`, and let it be signed again",
        Refused::Signature(..) => "leave this file out, and ask who made it",
        Refused::TooFew { .. } => "let more custodians sign the same draft",
        Refused::NotOfThatRoot => {
            "give the list that the new root signed, and a former root that is not its own"
        }
        Refused::Key(cause) => cause.hint(),
    };
    CliError::refused(format!("{}: {why}", name.unwrap_or_default()), hint)
}
