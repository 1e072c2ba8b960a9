//! `ikd-verify trust`: pinning the root, taking in bundles, showing what is trusted.

use super::args::Trust;
use super::problem::Problem;
use super::session::Session;
use super::{Failure, shown, store_problem, trust_national, trust_show};
use credential::date::wib_text;
use credential::national;
use ikd_verifier::json;
use ikd_verifier::root_key::{self, fingerprint};
use ikd_verifier::store::published::{self, Published};
use ikd_verifier::store::{MAX_BUNDLE, MAX_NATIONAL, StoreError, Updated, WhichRoot};
use serde_json::Value as Json;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

pub fn run(session: &Session, action: Trust) -> Result<u8, Failure> {
    match action {
        Trust::Init { root } => init(session, &root),
        Trust::Update {
            file,
            from,
            national,
            root,
            trust_on_first_use,
        } => {
            let offered = Offered::read(file.as_deref(), from.as_deref())?;
            update(
                session,
                &offered,
                national,
                root.as_deref(),
                trust_on_first_use,
            )
        }
        Trust::Show { all } => trust_show::show(session, all),
        Trust::ResetClock => {
            session.store.forget_clock()?;
            let told = session.style.say(
                "Jam yang tercatat dilupakan; batas bawahnya kini waktu terbit bundel.",
                "The recorded clock was forgotten; the bundle's time of issue is the lower bound now.",
            );
            print(&format!("{told}\n"))
        }
    }
}

fn init(session: &Session, root: &str) -> Result<u8, Failure> {
    let root = root_key(root)?;
    let new = session.store.init(root)?;
    let style = &session.style;
    let told = match new {
        true => style.say("Kunci akar dipasang", "Root key pinned"),
        false => style.say(
            "Kunci akar ini sudah dipasang",
            "This root key was pinned before",
        ),
    };
    let compare = style.say(
        "Cocokkan sidik jari ini dengan yang diumumkan Dukcapil pusat.",
        "Compare this fingerprint with the one the Dukcapil centre publishes.",
    );
    print(&format!("{told}: {}\n{compare}\n", fingerprint(&root)))
}

/// A key on the command line, or a file with one.
fn root_key(text: &str) -> Result<[u8; 32], Problem> {
    if let Some(key) = root_key::parse(text.as_bytes()).filter(|_| text.len() == 64) {
        return Ok(key);
    }
    let path = Path::new(text);
    let mut content = Vec::new();
    let file = File::open(path).and_then(|file| file.take(4096).read_to_end(&mut content));
    let read = file.map(|_| root_key::parse(&content));
    let wrong = |id: String, en: String| {
        Problem::new(id, en).hint(
            "berikan 64 digit heksadesimal, atau berkas berisi itu, kunci publik PEM/DER, atau 32 byte mentah",
            "give 64 hexadecimal digits, or a file with them, with a PEM/DER public key, or with the 32 raw bytes",
        )
    };
    let name = shown(path);
    match read {
        Ok(Some(key)) => Ok(key),
        Ok(None) => Err(wrong(
            format!("{name}: bukan kunci publik Ed25519"),
            format!("{name}: not an Ed25519 public key"),
        )),
        Err(e) => Err(wrong(
            format!("{name}: bukan kunci heksadesimal, dan berkas tidak terbaca ({e})"),
            format!("{name}: not a key in hexadecimal, and not a readable file ({e})"),
        )),
    }
}

/// A bundle as it is offered: a file, or what a published tree names.
enum Offered {
    File(PathBuf, Vec<u8>),
    Tree(PathBuf, Published),
}

impl Offered {
    fn read(file: Option<&Path>, tree: Option<&Path>) -> Result<Self, Failure> {
        match (file, tree) {
            (_, Some(tree)) => Ok(Self::Tree(tree.into(), published::read(tree)?)),
            // Clap asks for one of the two.
            (file, None) => {
                let file = file.unwrap_or(Path::new("-"));
                Ok(Self::File(file.into(), read_bundle(file)?))
            }
        }
    }

    fn bundle(&self) -> &[u8] {
        match self {
            Self::File(_, bundle) => bundle,
            Self::Tree(_, tree) => &tree.bundle,
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::File(path, _) | Self::Tree(path, _) => path,
        }
    }
}

fn update(
    session: &Session,
    offered: &Offered,
    national: bool,
    root: Option<&str>,
    first_use: bool,
) -> Result<u8, Failure> {
    if let Offered::File(_, bytes) = offered
        && bytes.starts_with(&national::MAGIC)
    {
        return trust_national::update(session, bytes.clone());
    }
    let root = match root {
        Some(root) => WhichRoot::Given(root_key(root)?),
        None if first_use => WhichRoot::FirstUse(
            root_key::named_by_bundle(offered.bundle())
                .ok_or_else(|| not_a_bundle(offered.path()))?,
        ),
        None => WhichRoot::Pinned,
    };
    let clock = (!session.time_is_given).then_some(session.now);
    let updated = match offered {
        Offered::File(_, bundle) => session.store.update(bundle, root, clock)?,
        Offered::Tree(_, tree) => session.store.update_published(tree, root, clock)?,
    };
    let bundle = &updated.bundle;
    if session.now + session.policy.clock_skew < bundle.issued {
        Problem::new(
            format!(
                "jam perangkat ini tertinggal: bundel terbit {}",
                wib_text(bundle.issued)
            ),
            format!(
                "this device's clock is behind: the bundle was issued {}",
                wib_text(bundle.issued)
            ),
        )
        .hint("betulkan tanggal dan jam", "set date and time")
        .warn(session.lang);
    } else if session.now > bundle.expires.min(bundle.trust.next_update) {
        Problem::new(
            "bundel ini sudah melewati masanya: tidak ada yang akan dinyatakan berlaku",
            "this bundle is past its time: nothing will be judged valid",
        )
        .hint("ambil bundel terbaru", "get the newest bundle")
        .warn(session.lang);
    }
    if let Some(problem) = store_problem::dropped(updated.dropped) {
        problem.warn(session.lang);
    }
    let taken = match offered {
        Offered::Tree(_, tree) if national || session.store.holds_national()? => {
            let taken = session.store.update_national_from(tree);
            match taken {
                Ok(None) if national => {
                    Err(StoreError::Tree("its head names no national bundle".into()))
                }
                taken => taken,
            }
        }
        _ => Ok(None),
    };
    if session.json {
        let mut object = json::trust(&updated.state.root, Some(bundle));
        object.insert("changed".into(), updated.changed.into());
        object.insert("kept_revoked".into(), updated.dropped.into());
        if let Ok(Some(taken)) = &taken {
            object.insert("national".into(), trust_national::object(taken).into());
        }
        print(&format!("{}\n", Json::Object(object)))?;
        taken?;
        return Ok(0);
    }
    // The bundle is taken in, whatever becomes of the national one.
    print(&told(session, &updated))?;
    match taken? {
        Some(taken) => print(&trust_national::told(session, &taken)),
        None => Ok(0),
    }
}

fn told(session: &Session, updated: &Updated) -> String {
    let style = &session.style;
    let mut text = String::new();
    if updated.pinned {
        let label = style.say("Kunci akar dipasang", "Root key pinned");
        text += &format!("{label}: {}\n", fingerprint(&updated.state.root));
    }
    if let Some(old) = &updated.rotated_from {
        let label = style.say(
            "Kunci akar berganti, disahkan kunci lama",
            "Root key rotated, vouched for by the old one",
        );
        text += &format!(
            "{label}:\n  {}\n  {}\n",
            fingerprint(old),
            fingerprint(&updated.state.root)
        );
    }
    text += match updated.changed {
        true => style.say("Bundel diterima.\n", "Bundle accepted.\n"),
        false => style.say(
            "Bundel ini sudah dipakai sebelumnya.\n",
            "This bundle was current already.\n",
        ),
    };
    text + &trust_show::overview(session, &updated.state, Some(&updated.bundle))
}

/// The file's bytes. Another kind of file is refused by its first bytes, however large it is.
fn read_bundle(path: &Path) -> Result<Vec<u8>, Problem> {
    let failed = |e| {
        Problem::io(path, &e).hint(
            "berikan berkas bundel dari Dukcapil",
            "give the bundle file that Dukcapil publishes",
        )
    };
    let mut input: Box<dyn Read> = match path.as_os_str() == "-" {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(path).map_err(failed)?),
    };
    let mut bytes = Vec::new();
    input
        .by_ref()
        .take(2)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    // COSE_Sign1: CBOR tag 18 around an array of four. Or the head of a national bundle.
    if bytes != [0xd2, 0x84] && bytes != national::MAGIC[..2] {
        return Err(not_a_bundle(path));
    }
    input
        .take(MAX_BUNDLE.max(MAX_NATIONAL))
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > MAX_BUNDLE.max(MAX_NATIONAL) {
        return Err(not_a_bundle(path));
    }
    Ok(bytes)
}

fn not_a_bundle(path: &Path) -> Problem {
    Problem::new(
        format!("{}: bukan bundel", shown(path)),
        format!("{}: not a bundle", shown(path)),
    )
    .hint(
        "berikan berkas bundel dari Dukcapil",
        "give the bundle file that Dukcapil publishes",
    )
}

pub fn print(text: &str) -> Result<u8, Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(Failure::Output)?;
    Ok(0)
}
