//! Writing the audit trail.

use crate::chance::Chance;
use crate::clock::Clock;
use crate::domain::ids::{AuditId, DocumentId, OfficeId};
use crate::domain::officer::Actor;
use crate::failure::Outcome;
use crate::store::Tx;
use crate::store::audit::{self, Entry};
use sha2::{Digest, Sha256};

/// Something worth a line in the audit trail.
pub struct Act<'a> {
    /// What, e.g. `document.revoke`.
    pub action: &'a str,
    /// In which office.
    pub office: Option<OfficeId>,
    /// To which document.
    pub document: Option<DocumentId>,
    /// Content that the line commits to by a salted hash.
    pub content: Option<&'a [u8]>,
    /// A few fixed words, never personal data.
    pub detail: Option<String>,
    /// Which row the content is, as `table:key`, where it is one.
    pub about: Option<String>,
}

impl<'a> Act<'a> {
    /// An act without further data.
    pub fn new(action: &'a str) -> Self {
        Self {
            action,
            office: None,
            document: None,
            content: None,
            detail: None,
            about: None,
        }
    }
}

/// Writes a line, in the transaction of the act itself.
pub async fn record(
    tx: &mut Tx,
    clock: &Clock,
    chance: &mut Chance,
    actor: Actor,
    act: Act<'_>,
) -> Outcome<()> {
    audit::insert(tx, &entry(clock, chance, actor, act)).await
}

/// The line, for whoever writes many at once.
pub fn entry<'a>(clock: &Clock, chance: &mut Chance, actor: Actor, act: Act<'a>) -> Entry<'a> {
    let content = act.content.map(|content| {
        let salt = chance.bytes::<16>();
        let hash = Sha256::new()
            .chain_update(salt)
            .chain_update(content)
            .finalize();
        (salt, hash.into())
    });
    Entry {
        id: AuditId::draw(clock, chance),
        at: clock.now(),
        actor: actor.to_string(),
        action: act.action,
        office: act.office,
        document: act.document,
        content,
        detail: act.detail,
        about: act.about,
    }
}
