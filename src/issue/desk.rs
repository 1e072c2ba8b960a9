//! What documents of a status list are issued with: the office's key, the trust list and the signed status list that a
//! bank would have. Kept for a minute, because for neighbouring documents it is the same.

use crate::domain::ids::ListId;
use crate::domain::permutation::Permutation;
use crate::failure::{Failure, Outcome};
use crate::keys::{Role, Signer};
use crate::service::Service;
use crate::status::{self, Places};
use crate::store::keys::Key;
use crate::store::offices::{self, Office};
use crate::store::{Tx, closed_lists, keys, status_lists, trust_lists};
use crate::trust;
use credential::status_source::StatusLists;
use credential::trust_list::TrustList;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// After that many seconds lists and keys are read anew.
const FRESH: i64 = 60;

/// Everything to issue a list's documents with, beside their people.
pub struct Desk {
    /// Who issues.
    pub office: Office,
    /// The key that signs.
    pub key: Key,
    /// Signs with it.
    pub signer: Arc<dyn Signer>,
    /// The trust list in force.
    pub trust: Arc<TrustList>,
    /// The status list, as it is published.
    pub statuses: StatusLists,
    /// The list's secret order.
    pub order: Permutation,
    /// The list.
    pub list: ListId,
    read: i64,
}

/// The desks that were used last.
pub struct Desks {
    most: usize,
    kept: Mutex<Vec<Arc<Desk>>>,
}

impl Desks {
    /// Keeps at most that many; each takes 300 kB.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            kept: Mutex::default(),
        }
    }

    /// The desk for these places, under the trust list in force.
    pub async fn of(&self, service: &Service, tx: &mut Tx, places: &Places) -> Outcome<Arc<Desk>> {
        let latest = trust_lists::version(tx).await?;
        self.under(service, tx, latest, places).await
    }

    /// Forgets all of them: something that was read for them has changed.
    pub fn forget(&self) {
        self.lock().clear();
    }

    /// The desk for a list, where it is at hand and still counts.
    pub fn known(&self, service: &Service, latest: Option<u64>, list: ListId) -> Option<Arc<Desk>> {
        let now = service.clock.now();
        let mut kept = self.lock();
        let at = kept.iter().position(|d| d.list == list)?;
        let desk = kept.remove(at);
        let fresh = (0..FRESH).contains(&(now - desk.read));
        if Some(desk.trust.version) != latest || !fresh || !desk.key.signs_at(now) {
            return None;
        }
        // Used last, so that it goes last.
        kept.push(Arc::clone(&desk));
        Some(desk)
    }

    /// The same, where the version of the trust list in force has just been read.
    pub async fn under(
        &self,
        service: &Service,
        tx: &mut Tx,
        latest: Option<u64>,
        places: &Places,
    ) -> Outcome<Arc<Desk>> {
        if let Some(desk) = self.known(service, latest, places.list) {
            return Ok(desk);
        }
        let trust = {
            let kept = self.lock();
            let other = kept.iter().find(|d| Some(d.trust.version) == latest);
            other.map(|desk| Arc::clone(&desk.trust))
        };
        let desk = Arc::new(read(service, tx, trust, places).await?);
        let mut kept = self.lock();
        kept.retain(|d| d.list != places.list);
        if kept.len() >= self.most {
            kept.remove(0);
        }
        kept.push(Arc::clone(&desk));
        Ok(desk)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Desk>>> {
        // A panic elsewhere cannot leave the list half-changed.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn read(
    service: &Service,
    tx: &mut Tx,
    trust: Option<Arc<TrustList>>,
    places: &Places,
) -> Outcome<Desk> {
    let now = service.clock.now();
    // Closed since its places were reserved: they would be read as revoked.
    if !closed_lists::is_open(tx, places.list).await? {
        return Err(Failure::Changed);
    }
    let office = offices::by_id(tx, places.office).await?;
    let office = office.ok_or(Failure::Row("status_lists.office"))?;
    let trust = match trust {
        Some(trust) => trust,
        None => Arc::new(trust::current(tx).await?.1),
    };
    let all = keys::all(tx).await?;
    let key = status::signing_key(&all, &office, &trust, now)?.clone();
    let mut statuses = StatusLists::default();
    if let Some(list) = status_lists::token(tx, places.list).await? {
        let added = statuses.add(&list, &trust);
        added.map_err(|_| Failure::NotPublishable("the status list"))?;
    }
    Ok(Desk {
        signer: service.keyring.signer(Role::Issuer, key.kid)?,
        order: Permutation::new(&places.seed),
        list: places.list,
        read: now,
        office,
        key,
        trust,
        statuses,
    })
}
