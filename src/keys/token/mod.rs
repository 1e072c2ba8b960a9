//! Keys in a PKCS#11 token (an HSM, or SoftHSM): made there, never extractable, found by their label
//! `ikd-<role>-<kid>` (PKCS#11 3.0 §2.3.5, mechanism CKM_EDDSA; DESIGN §5).

mod pin;
mod pool;

use super::{KeyError, Role, Signer, Vault};
use credential::ids::KeyId;
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use ed25519_dalek::{Signature, VerifyingKey};
use pool::{Held, Lost, Pool};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Object identifier 1.3.101.112, Ed25519, in DER: the curve (RFC 8410 §3).
const ED25519: [u8; 5] = [0x06, 0x03, 0x2b, 0x65, 0x70];
/// An `OCTET STRING` of 32 bytes, in which a token wraps the point.
const OCTETS: [u8; 2] = [0x04, 0x20];

/// How a token is reached.
#[derive(Debug, Clone)]
pub struct Access {
    /// The driver, a shared library.
    pub module: PathBuf,
    /// The token's label.
    pub token: String,
    /// A file whose first line is the user's PIN.
    pub pin_file: PathBuf,
    /// A file that remembers a PIN file which was refused.
    pub refused: PathBuf,
    /// Sessions at the same time: that many signatures may be under way.
    pub sessions: usize,
}

/// A token.
pub struct Token(Arc<Pool>);

impl Token {
    /// A token, reached when a key of it is first needed.
    pub fn new(access: Access) -> Self {
        Self(Arc::new(Pool::new(access)))
    }
}

fn label(role: Role, kid: KeyId) -> Vec<u8> {
    format!("ikd-{}-{kid}", role.name()).into_bytes()
}

impl Vault for Token {
    fn create(&self, role: Role) -> Result<[u8; 32], KeyError> {
        // Not twice: what the token made before it was lost would stay in it.
        let made = self.0.once(|held| create(&held.session, role));
        made.map_err(|(error, _)| error)
    }

    fn signer(&self, role: Role, kid: KeyId) -> Arc<dyn Signer> {
        Arc::new(Inside {
            pool: Arc::clone(&self.0),
            label: label(role, kid),
            kid,
            key: OnceLock::new(),
        })
    }

    fn holds(&self, role: Role, kid: KeyId) -> Result<bool, KeyError> {
        let found = self
            .0
            .with(|held| public(&held.session, &label(role, kid)))?;
        Ok(found.is_some_and(|public| KeyId::of(&public) == kid))
    }
}

/// A key inside the token. The device is asked when something is signed, on a thread that may wait for it.
struct Inside {
    pool: Arc<Pool>,
    label: Vec<u8>,
    kid: KeyId,
    key: OnceLock<VerifyingKey>,
}

impl Inside {
    fn absent(&self) -> KeyError {
        KeyError::Absent {
            kid: self.kid,
            directory: PathBuf::from(format!("the PKCS#11 token {}", self.pool.label())),
        }
    }

    /// The public key, which the token is asked for once.
    fn key(&self) -> Result<VerifyingKey, KeyError> {
        if let Some(key) = self.key.get() {
            return Ok(*key);
        }
        let found = self.pool.with(|held| public(&held.session, &self.label))?;
        let public = found.ok_or_else(|| self.absent())?;
        let key = VerifyingKey::from_bytes(&public).ok();
        let key = key.filter(|_| KeyId::of(&public) == self.kid);
        let key = key.ok_or_else(|| self.pool.failed("a key of this label is another one"))?;
        Ok(*self.key.get_or_init(|| key))
    }
}

impl Signer for Inside {
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        let key = self.key()?;
        let signature = self.pool.with(|held| {
            let Some(handle) = held.private(&self.label)? else {
                return Ok(None);
            };
            let scheme = EddsaParams::new(EddsaSignatureScheme::Pure);
            let signature = held
                .session
                .sign(&Mechanism::Eddsa(scheme), handle, message)?;
            Ok(Some(signature))
        })?;
        let signature = signature.ok_or_else(|| self.absent())?;
        // A device that computes wrongly may give its key away by what it returns.
        let right = Signature::from_slice(&signature)
            .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok());
        match signature.try_into() {
            Ok(signature) if right => Ok(signature),
            _ => Err(self.pool.failed("a signature does not fit its key")),
        }
    }

    fn waits(&self) -> bool {
        true
    }
}

impl Held {
    /// The private key of a label; looked for once a session.
    fn private(&mut self, label: &[u8]) -> Result<Option<ObjectHandle>, Lost> {
        if let Some(handle) = self.handles.get(label) {
            return Ok(Some(*handle));
        }
        let wanted = [
            Attribute::Class(ObjectClass::PRIVATE_KEY),
            Attribute::Label(label.to_vec()),
        ];
        let found = self.session.find_objects(&wanted)?.first().copied();
        if let Some(handle) = found {
            self.handles.insert(label.to_vec(), handle);
        }
        Ok(found)
    }
}

fn public(session: &Session, label: &[u8]) -> Result<Option<[u8; 32]>, Lost> {
    let wanted = [
        Attribute::Class(ObjectClass::PUBLIC_KEY),
        Attribute::Label(label.to_vec()),
    ];
    match session.find_objects(&wanted)?.first() {
        Some(handle) => point(session, *handle).map(Some),
        None => Ok(None),
    }
}

/// The raw public key of a public key object.
fn point(session: &Session, handle: ObjectHandle) -> Result<[u8; 32], Lost> {
    let attributes = session.get_attributes(handle, &[AttributeType::EcPoint])?;
    let Some(Attribute::EcPoint(point)) = attributes.first() else {
        return Err(Lost::Odd("a public key without a point"));
    };
    let raw = point.strip_prefix(&OCTETS).unwrap_or(point);
    raw.try_into()
        .map_err(|_| Lost::Odd("a point that is not Ed25519"))
}

fn create(session: &Session, role: Role) -> Result<[u8; 32], Lost> {
    // Named by what the token makes of it, so it has a passing name first.
    let passing = || Attribute::Label(b"ikd-new".to_vec());
    let (public, private) = session.generate_key_pair(
        &Mechanism::EccEdwardsKeyPairGen,
        &[
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Verify(true),
            Attribute::EcParams(ED25519.to_vec()),
            passing(),
        ],
        &[
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            passing(),
        ],
    )?;
    let raw = point(session, public)?;
    let kid = KeyId::of(&raw);
    let named = [
        Attribute::Label(label(role, kid)),
        Attribute::Id(kid.0.to_vec()),
    ];
    session.update_attributes(public, &named)?;
    session.update_attributes(private, &named)?;
    Ok(raw)
}
