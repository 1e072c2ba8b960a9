//! A list before it is signed, beside the one that is out: the gate (src/gate). The one that is out is read under the lock
//! of the list's row, so whoever signed it last, this one follows it.

use super::NotValid;
use crate::failure::Outcome;
use crate::gate::list::{self, Limits, Statuses};
use crate::gate::{hold, known};
use crate::service::Service;
use crate::store::status_lists::{self, List};
use crate::store::{Tx, burnt};
use credential::cose::Sign1;
use credential::status_list::{Status, StatusListClaims, TYP};
use credential::trust_list::TrustList;

/// Whether the list may go out.
///
/// # Errors
/// [`crate::failure::Failure::Held`].
pub(super) async fn pass(
    service: &Service,
    tx: &mut Tx,
    list: &List,
    trust: &TrustList,
    iat: i64,
    stored: &NotValid,
) -> Outcome<()> {
    let register = service.register();
    let Some(token) = status_lists::token(tx, list.id).await? else {
        return Ok(());
    };
    let Some(out) = read(&token, list, trust) else {
        return hold::unless_answered_for(tx, &register, Err(list::unreadable(&list.uri, &token)))
            .await;
    };
    let before: Vec<(u32, Status)> = out.list.not_zero().collect();
    let limits = Limits {
        used: u64::try_from(list.used).unwrap_or_default(),
        share: service.config.lists.gate_share,
    };
    let changes = list::changes(&before, &stored.statuses);
    let many = changes.len() as u64 > limits.allowed();
    let now = service.clock.now();
    let mut acts = known::acts(tx, list, out.iat, &changes, many, (now, 0)).await?;
    acts.voids = stored.voids.iter().copied().collect();
    if many && !stored.burnt.is_empty() && !burnt::any_is_a_documents(tx, list.id).await? {
        acts.burnt = stored.burnt.iter().copied().collect();
    }
    let before = Statuses {
        iat: out.iat,
        not_valid: &before,
    };
    let after = Statuses {
        iat,
        not_valid: &stored.statuses,
    };
    let judged = list::judge(&list.uri, before, after, &acts, limits);
    hold::unless_answered_for(tx, &register, judged).await
}

/// The list that is out, if a key of ours signed it, whatever became of the key since.
fn read(token: &[u8], list: &List, trust: &TrustList) -> Option<StatusListClaims> {
    let envelope = Sign1::parse_canonical(token).ok()?;
    let issuer = envelope.key_id().and_then(|kid| trust.issuer(kid))?;
    if envelope.typ != Some(TYP) || !envelope.is_signed_by(&issuer.key) {
        return None;
    }
    let claims = StatusListClaims::decode(envelope.payload).ok()?;
    (claims.sub == list.uri).then_some(claims)
}
