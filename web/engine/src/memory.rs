//! Which bundle is taken in, and what is remembered so that none older ever is.
//!
//! What is refused is decided by `credential::history`, as in the verifier's store on disk; here the page keeps what is to
//! be remembered and hands it back with the next bundle.

use crate::{Engine, Reply, Request, Trusted, Wrong};
use credential::bundle::{BadBundle, Bundle};
use credential::history::{History, MAX_SEEN, Older};
use credential::lang::Text;
use credential::seen::Seen;
use credential::trust_list::BadTrustList;
use credential::verify::Policy;
use ikd_verifier::root_key;
use ikd_verifier::verifier::Verifier;
use ikd_verifier::words::{hex, hex32};
use serde_json::{Value, json};

/// What outlives an instance.
pub struct Memory {
    /// The root key that is trusted now.
    root: [u8; 32],
    /// The root key that was trusted first; differs after a rotation.
    first_root: [u8; 32],
    latest_seen: i64,
    history: History,
}

impl Memory {
    fn new(root: [u8; 32]) -> Self {
        Self {
            root,
            first_root: root,
            latest_seen: 0,
            history: History::default(),
        }
    }

    /// Reads what [`Self::json`] wrote, from fields named `memory.…`; `None` without any. `root` is trusted where the
    /// memory names none.
    fn parse(request: &Request<'_>, root: Option<[u8; 32]>) -> Result<Option<Self>, Wrong> {
        if !request.has_any("memory.") {
            return Ok(None);
        }
        let root_or = |key: Option<[u8; 32]>| {
            let no_root = || Wrong::field("memory.root", "there, or `root`");
            key.or(root).ok_or_else(no_root)
        };
        let number = |name| request.optional_integer(name).map_err(damaged);
        let seen = request.bytes("memory.seen").unwrap_or_default();
        let seen = Seen::decode(seen).filter(|_| seen.len() <= MAX_SEEN);
        Ok(Some(Self {
            root: root_or(hash(request, "memory.root")?)?,
            first_root: root_or(hash(request, "memory.first_root")?)?,
            latest_seen: number("memory.latest_seen")?.unwrap_or_default(),
            history: History {
                trust_version: u64::try_from(number("memory.trust_version")?.unwrap_or_default())
                    .map_err(|_| damaged(()))?,
                trust_digest: hash(request, "memory.trust_digest")?,
                bundle_issued: number("memory.bundle_issued")?.unwrap_or_default(),
                seen: seen.ok_or_else(|| damaged(()))?,
            },
        }))
    }

    /// As the page keeps it, without `seen`: that changes with a bundle alone, and the page keeps it beside.
    pub fn json(&self, latest_seen: i64) -> Value {
        let history = &self.history;
        json!({
            "latest_seen": latest_seen,
            "trust_version": history.trust_version,
            "trust_digest": history.trust_digest.as_ref().map(|digest| hex(digest)),
            "bundle_issued": history.bundle_issued,
            "root": hex(&self.root),
            "first_root": hex(&self.first_root),
        })
    }
}

fn damaged<T>(_: T) -> Wrong {
    Wrong::field("memory", "what setBundle or judge returned")
}

fn hash(request: &Request<'_>, name: &str) -> Result<Option<[u8; 32]>, Wrong> {
    match request.optional_text(name).map_err(damaged)? {
        Some(digits) => hex32(digits).map(Some).ok_or_else(|| damaged(())),
        None => Ok(None),
    }
}

/// Why a bundle is not taken in: code and words for people.
type Refusal = (&'static str, Text);

impl Engine {
    /// Takes a bundle in: `bundle`, `root` (32 bytes, optional), `now`, `memory.…` (optional).
    pub(crate) fn set_bundle(&mut self, request: &Request<'_>) -> Result<Reply, Wrong> {
        let bundle = request.required_bytes("bundle")?;
        let given = request.bytes("root").map(TryInto::try_into).transpose();
        let given = given.map_err(|_| Wrong::field("root", "32 bytes"))?;
        let now = request.integer("now")?;
        let known = Memory::parse(request, given)?;
        Ok(match self.take(bundle, given, known) {
            Ok((bundle, dropped, mut memory)) => {
                memory.latest_seen = memory.latest_seen.max(bundle.issued).max(now);
                self.accept(bundle, dropped, memory)
            }
            Err((code, message)) => json!({
                "ok": false,
                "code": code,
                "message": {"id": message.id, "en": message.en},
            })
            .into(),
        })
    }

    fn take(
        &self,
        bytes: &[u8],
        given: Option<[u8; 32]>,
        known: Option<Memory>,
    ) -> Result<(Bundle, u64, Memory), Refusal> {
        let mut memory = match (known, given) {
            (Some(known), Some(root)) if root != known.root && root != known.first_root => {
                return Err(OTHER_ROOT);
            }
            (Some(known), _) => known,
            (None, Some(root)) => Memory::new(root),
            // First use: whoever serves the page may as well say whom to trust.
            (None, None) => {
                let root = root_key::named_by_bundle(bytes);
                Memory::new(root.ok_or(BAD)?)
            }
        };
        let bundle = Bundle::verify(bytes, &memory.root);
        let mut bundle = bundle.map_err(|e| match e {
            BadBundle::TrustList(BadTrustList::UnknownRoot) => UNKNOWN_ROOT,
            _ => BAD,
        })?;
        let accepted = memory.history.accept(&mut bundle);
        let (history, dropped) = accepted.map_err(|why| match why {
            Older::TrustList => OLDER_TRUST_LIST,
            Older::Bundle => OLDER_BUNDLE,
            Older::Conflict => CONFLICT,
            Older::TooMuch => TOO_MUCH,
            Older::StatusList { .. } => OLDER_STATUS_LIST,
        })?;
        let current = self.trusted.as_ref().map(|t| &t.verifier.bundle().trust);
        let trust = &bundle.trust;
        if current.is_some_and(|now| now.version == trust.version && now.digest != trust.digest) {
            return Err(CONFLICT);
        }
        memory.root = bundle.trust.root;
        memory.history = history;
        Ok((bundle, dropped, memory))
    }

    fn accept(&mut self, bundle: Bundle, dropped: u64, mut memory: Memory) -> Reply {
        // The page keeps it from here on.
        let seen = std::mem::take(&mut memory.history.seen).encode();
        let told = json!({
            "ok": true,
            "issued": bundle.issued,
            "expires": bundle.expires,
            "trust_list": {
                "version": bundle.trust.version,
                "issued": bundle.trust.issued,
                "next_update": bundle.trust.next_update,
            },
            "lists": bundle.statuses.len(),
            "root": hex(&bundle.trust.root),
            "kept_revoked": dropped,
            "memory": memory.json(memory.latest_seen),
        });
        let verifier = Verifier::new(bundle, memory.latest_seen, Policy::default());
        self.trusted = Some(Trusted { verifier, memory });
        Reply::from(told).followed_by(&seen)
    }
}

const OTHER_ROOT: Refusal = (
    "other_root",
    Text {
        id: "Kunci akar lain sudah dipercaya di sini. Kunci akar hanya berganti lewat daftar kepercayaan yang ditandatangani kunci lama.",
        en: "Another root key is trusted here already. A root key changes only through a trust list signed by the old one.",
    },
);
const UNKNOWN_ROOT: Refusal = (
    "unknown_root",
    Text {
        id: "Bundel ditolak: ditandatangani kunci akar yang tidak dipercaya di sini. Periksa asal berkas ini.",
        en: "The bundle was refused: signed by a root key that is not trusted here. Check where the file comes from.",
    },
);
const BAD: Refusal = (
    "bad_bundle",
    Text {
        id: "Bundel ditolak: rusak atau bukan bundel Dukcapil. Unduh sekali lagi dari sumber resmi.",
        en: "The bundle was refused: damaged, or not a bundle of Dukcapil. Download it again from the official source.",
    },
);
const OLDER_TRUST_LIST: Refusal = (
    "older_trust_list",
    Text {
        id: "Bundel ditolak: daftar kepercayaannya lebih lama daripada yang sudah pernah diterima di sini. Ambil bundel terbaru.",
        en: "The bundle was refused: its trust list is older than one accepted here before. Get the newest bundle.",
    },
);
const OLDER_BUNDLE: Refusal = (
    "older_bundle",
    Text {
        id: "Bundel ditolak: lebih lama daripada yang sudah pernah diterima di sini. Ambil bundel terbaru.",
        en: "The bundle was refused: older than one accepted here before. Get the newest bundle.",
    },
);
const CONFLICT: Refusal = (
    "conflict",
    Text {
        id: "Bundel ditolak: ada dua daftar kepercayaan berbeda dengan versi yang sama. Laporkan kedua bundel kepada Dukcapil pusat.",
        en: "The bundle was refused: there are two different trust lists of the same version. Report both bundles to the Dukcapil centre.",
    },
);
const OLDER_STATUS_LIST: Refusal = (
    "older_status_list",
    Text {
        id: "Bundel ditolak: sebuah daftar status di dalamnya lebih lama daripada yang sudah pernah diterima di sini. Ambil bundel terbaru; bila ditolak juga, laporkan kepada Dukcapil pusat.",
        en: "The bundle was refused: a status list in it is older than one accepted here before. Get the newest bundle; if that one is refused too, report it to the Dukcapil centre.",
    },
);
const TOO_MUCH: Refusal = (
    "too_much",
    Text {
        id: "Bundel ditolak: pencabutan yang harus diingat terlalu banyak. Laporkan kepada Dukcapil pusat.",
        en: "The bundle was refused: there would be too many revocations to remember. Report it to the Dukcapil centre.",
    },
);
