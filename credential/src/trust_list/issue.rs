//! Building trust lists.

use super::*;
use crate::cbor::write::Writer;
use crate::cose::issue::Unsigned;
use crate::cose::sign::issue::UnsignedBySeveral;

/// What a new trust list will say.
pub struct Draft {
    /// Greater than that of every list before.
    pub version: u64,
    /// Epoch seconds.
    pub issued: i64,
    /// Epoch seconds.
    pub next_update: i64,
    /// The root that will sign, as verifiers pin it.
    pub root: [u8; 32],
    /// Keys that may sign bundles.
    pub publishers: Vec<[u8; 32]>,
    /// Issuer keys.
    pub issuers: Vec<Issuer>,
}

impl Draft {
    /// The envelope for a root of one key to sign.
    pub fn unsigned(&self) -> Unsigned {
        Unsigned::new(KeyId::of(&self.root), Some(TYP), self.payload(None))
    }

    /// The envelope for several keys of that set to sign. [`Draft::root`] is the set's id.
    pub fn unsigned_by_several(&self, roots: &RootSet) -> UnsignedBySeveral {
        UnsignedBySeveral::new(TYP, self.payload(Some(roots)))
    }

    fn payload(&self, roots: Option<&RootSet>) -> Vec<u8> {
        let mut w = Writer::new();
        w.map(7 + usize::from(roots.is_some()));
        w.u64(key::ISS).str("ID");
        w.u64(key::EXP).i64(self.next_update);
        w.u64(key::IAT).i64(self.issued);
        w.i64(VERSION).u64(self.version);
        w.i64(ROOT).bytes(&self.root);
        w.i64(ISSUERS).array(self.issuers.len());
        for issuer in &self.issuers {
            write_issuer(&mut w, issuer);
        }
        w.i64(PUBLISHERS).array(self.publishers.len());
        for key in &self.publishers {
            w.bytes(key);
        }
        if let Some(roots) = roots {
            w.i64(ROOT_SET).raw(&roots.encode());
        }
        w.into_bytes()
    }
}

fn write_issuer(w: &mut Writer, issuer: &Issuer) {
    let (state, since) = match issuer.state {
        KeyState::Active => (0, None),
        KeyState::Retired(since) => (1, Some(since)),
        KeyState::Compromised(since) => (2, Some(since)),
    };
    let foreign = issuer.profile == Profile::Foreign;
    w.map(8 + usize::from(since.is_some()) + usize::from(foreign));
    w.u64(entry::KEY).bytes(issuer.key.as_bytes());
    w.u64(entry::ISS).str(&issuer.iss);
    w.u64(entry::OFFICE).str(&issuer.office);
    w.u64(entry::REGION).str(&issuer.region);
    w.u64(entry::KINDS).array(issuer.kinds.len());
    for kind in &issuer.kinds {
        w.u64(u64::from(*kind));
    }
    w.u64(entry::NOT_BEFORE).i64(issuer.not_before);
    w.u64(entry::NOT_AFTER).i64(issuer.not_after);
    w.u64(entry::STATE).u64(state);
    if let Some(since) = since {
        w.u64(entry::SINCE).i64(since);
    }
    if foreign {
        w.u64(entry::PROFILE).u64(1);
    }
}

/// The envelope that the old root signs around a list that the new root has signed.
pub fn rotation(old_root: &[u8; 32], new_root: &[u8; 32], list: &[u8]) -> Unsigned {
    let mut w = Writer::new();
    w.array(2).bytes(new_root).bytes(list);
    Unsigned::new(KeyId::of(old_root), Some(ROTATION_TYP), w.into_bytes())
}

/// The same where the old root is a set of keys: the envelope names them.
pub fn rotation_by_several(old: &RootSet, new_root: &[u8; 32], list: &[u8]) -> UnsignedBySeveral {
    let mut w = Writer::new();
    w.array(3).bytes(new_root).bytes(list).raw(&old.encode());
    UnsignedBySeveral::new(ROTATION_TYP, w.into_bytes())
}

/// What whoever is to sign a payload reads in it. Nothing in it is verified but what another root signed inside it.
pub enum Proposal {
    /// A trust list of the root that it names.
    List(TrustList),
    /// The way from one root to another.
    Rotation {
        /// Whose signatures it needs; `None` where a lone key signs, which the payload does not name.
        from: Option<RootSet>,
        /// The root it leads to, as verifiers pin it.
        to: [u8; 32],
        /// What that root signed.
        list: TrustList,
    },
}

impl Proposal {
    /// Reads the payload of a trust list or of a rotation.
    ///
    /// # Errors
    /// [`BadTrustList`] as [`TrustList::verify`] would say it of the signed payload.
    pub fn read(payload: &[u8]) -> Result<Self, BadTrustList> {
        const ARRAYS: core::ops::RangeInclusive<u8> = 0x80..=0x9f;
        if payload.first().is_some_and(|head| ARRAYS.contains(head)) {
            let (from, to, inner) = envelope::read_rotation(payload)?;
            let list = TrustList::verify(inner, &to)?;
            return Ok(Self::Rotation { from, to, list });
        }
        let roots = envelope::named_roots(payload)?;
        let list = TrustList::decode(payload, roots)?;
        if list.root != list.roots.id() {
            return Err(BadTrustList::Claim("root"));
        }
        Ok(Self::List(list))
    }

    /// The list that it brings.
    pub fn list(&self) -> &TrustList {
        match self {
            Self::List(list) | Self::Rotation { list, .. } => list,
        }
    }

    /// The keys that sign it, as far as it names any.
    pub fn signers(&self) -> Option<&RootSet> {
        match self {
            Self::List(list) => Some(&list.roots),
            Self::Rotation { from, .. } => from.as_ref(),
        }
    }

    /// Its `typ`.
    pub fn typ(&self) -> &'static str {
        match self {
            Self::List(_) => TYP,
            Self::Rotation { .. } => ROTATION_TYP,
        }
    }
}
