//! Which bundle is taken in, and what is remembered so that none older ever is.
//!
//! The rules are those of the verifier's store on disk (`ikd_verifier::store`); here the page keeps what is to be
//! remembered and hands it back with the next bundle.

use crate::{Engine, Reply, Request, Trusted, Wrong};
use credential::bundle::{BadBundle, Bundle};
use credential::lang::Text;
use credential::trust_list::BadTrustList;
use credential::verify::Policy;
use ikd_verifier::root_key;
use ikd_verifier::verifier::Verifier;
use ikd_verifier::words::{hex, hex32};
use serde_json::{Value, json};

/// What outlives an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// The root key that is trusted now.
    root: [u8; 32],
    /// The root key that was trusted first; differs after a rotation.
    first_root: [u8; 32],
    trust_version: u64,
    bundle_issued: i64,
    latest_seen: i64,
}

impl Memory {
    fn new(root: [u8; 32]) -> Self {
        Self {
            root,
            first_root: root,
            trust_version: 0,
            bundle_issued: 0,
            latest_seen: 0,
        }
    }

    /// Reads what [`Self::json`] wrote, from fields named `memory.…`; `None` without any. `root` is trusted where the
    /// memory names none.
    fn parse(request: &Request<'_>, root: Option<[u8; 32]>) -> Result<Option<Self>, Wrong> {
        if !request.has_any("memory.") {
            return Ok(None);
        }
        let damaged = |_| Wrong::field("memory", "what setBundle or judge returned");
        let number = |name| request.optional_integer(name).map_err(damaged);
        let version = number("memory.trust_version")?.unwrap_or_default();
        let key = |name| match request.optional_text(name).map_err(damaged)? {
            Some(digits) => Ok(hex32(digits)),
            None => Ok(root),
        };
        let no_root = || Wrong::field("memory.root", "64 hexadecimal digits, or `root` be given");
        Ok(Some(Self {
            root: key("memory.root")?.ok_or_else(no_root)?,
            first_root: key("memory.first_root")?.ok_or_else(no_root)?,
            trust_version: u64::try_from(version)
                .map_err(|_| Wrong::field("memory.trust_version", "a version"))?,
            bundle_issued: number("memory.bundle_issued")?.unwrap_or_default(),
            latest_seen: number("memory.latest_seen")?.unwrap_or_default(),
        }))
    }

    /// As the page keeps it.
    pub fn json(&self, latest_seen: i64) -> Value {
        json!({
            "latest_seen": latest_seen,
            "trust_version": self.trust_version,
            "bundle_issued": self.bundle_issued,
            "root": hex(&self.root),
            "first_root": hex(&self.first_root),
        })
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
            Ok((bundle, mut memory)) => {
                memory.latest_seen = memory.latest_seen.max(bundle.issued).max(now);
                self.accept(bundle, memory)
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
    ) -> Result<(Bundle, Memory), Refusal> {
        let mut memory = match (known, given) {
            (Some(known), Some(root)) if root != known.root && root != known.first_root => {
                return Err(OTHER_ROOT);
            }
            (Some(known), _) => known,
            (None, Some(root)) => Memory::new(root),
            // First use: whoever serves the page may as well say whom to trust.
            (None, None) => Memory::new(root_key::named_by_bundle(bytes).ok_or(BAD)?),
        };
        let bundle = Bundle::verify(bytes, &memory.root).map_err(|e| match e {
            BadBundle::TrustList(BadTrustList::UnknownRoot) => UNKNOWN_ROOT,
            _ => BAD,
        })?;
        if bundle.trust.version < memory.trust_version {
            return Err(OLDER_TRUST_LIST);
        }
        if bundle.issued < memory.bundle_issued {
            return Err(OLDER_BUNDLE);
        }
        let current = self.trusted.as_ref().map(|t| &t.verifier.bundle().trust);
        if current.is_some_and(|now| now.version == bundle.trust.version && *now != bundle.trust) {
            return Err(CONFLICT);
        }
        memory.root = bundle.trust.root;
        memory.trust_version = bundle.trust.version;
        memory.bundle_issued = bundle.issued;
        Ok((bundle, memory))
    }

    fn accept(&mut self, bundle: Bundle, memory: Memory) -> Reply {
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
            "memory": memory.json(memory.latest_seen),
        });
        let verifier = Verifier::new(bundle, memory.latest_seen, Policy::default());
        self.trusted = Some(Trusted { verifier, memory });
        told.into()
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
