//! What a chunk is issued with: its office's key, the trust list and the signed status list that a bank would have.

use super::lease::Lease;
use crate::domain::permutation::Permutation;
use crate::failure::{Failure, Outcome};
use crate::keys::{Role, Signer};
use crate::service::Service;
use crate::store::keys::Key;
use crate::store::offices::{self, Office};
use crate::store::{Tx, keys, status_lists, trust_lists};
use crate::{status, trust};
use credential::status_source::StatusLists;
use credential::trust_list::TrustList;
use std::sync::{Arc, Mutex};

/// Desks that are kept; neighbouring chunks are the same office's.
const KEPT: usize = 8;
/// After that many seconds lists and keys are read anew.
const FRESH: i64 = 60;

/// Everything to issue a chunk with, beside its people.
pub struct Desk {
    /// Who issues.
    pub office: Office,
    /// The key that signs.
    pub key: Key,
    /// Signs with it.
    pub signer: Arc<dyn Signer>,
    /// The trust list in force.
    pub trust: TrustList,
    /// The chunk's status list, as it is published.
    pub statuses: StatusLists,
    /// The list's secret order.
    pub order: Permutation,
    list: crate::domain::ids::ListId,
    read: i64,
}

/// The desks of the last chunks.
#[derive(Default)]
pub struct Desks(Mutex<Vec<Arc<Desk>>>);

impl Desks {
    /// The desk for a chunk.
    pub async fn of(&self, service: &Service, tx: &mut Tx, lease: &Lease) -> Outcome<Arc<Desk>> {
        let now = service.clock.now();
        let latest = trust_lists::version(tx).await?;
        let known = self.lock().iter().find(|d| d.list == lease.list).cloned();
        if let Some(desk) = known
            && Some(desk.trust.version) == latest
            && now - desk.read < FRESH
            && desk.key.signs_at(now)
        {
            return Ok(desk);
        }
        let desk = Arc::new(read(service, tx, lease).await?);
        let mut desks = self.lock();
        desks.retain(|d| d.list != lease.list);
        if desks.len() == KEPT {
            desks.remove(0);
        }
        desks.push(Arc::clone(&desk));
        Ok(desk)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Desk>>> {
        // A panic elsewhere cannot leave the list half-changed.
        self.0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

async fn read(service: &Service, tx: &mut Tx, lease: &Lease) -> Outcome<Desk> {
    let now = service.clock.now();
    let office = offices::by_id(tx, lease.chunk.office).await?;
    let office = office.ok_or(Failure::Row("bulk_chunks.office"))?;
    let (_, trust) = trust::current(tx).await?;
    let all = keys::all(tx).await?;
    let key = status::signing_key(&all, &office, &trust, now)?.clone();
    let mut statuses = StatusLists::default();
    if let Some(list) = status_lists::token(tx, lease.list).await? {
        let added = statuses.add(&list, &trust);
        added.map_err(|_| Failure::NotPublishable("the status list"))?;
    }
    Ok(Desk {
        signer: service.keyring.signer(Role::Issuer, key.kid)?,
        order: Permutation::new(&lease.seed),
        list: lease.list,
        read: now,
        office,
        key,
        trust,
        statuses,
    })
}
