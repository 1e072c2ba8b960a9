//! Status lists: opening them, drawing indexes, building and signing them.

mod burnt;
mod gated;
mod places;
mod publish;

pub use burnt::give_up;
pub use places::{Places, reserve};
pub use publish::{
    Public, Touched, is_waiting, mark, publish_due, ready, refresh, settle, settle_if_possible,
};

use crate::chance::Chance;
use crate::clock::Stopwatch;
use crate::config::DAY;
use crate::domain::document::{Place, State};
use crate::domain::ids::ListId;
use crate::failure::{Failure, Outcome};
use crate::gate::{What, hold};
use crate::keys::Role;
use crate::service::Service;
use crate::store::keys::Key;
use crate::store::offices::Office;
use crate::store::status_lists::{self, List};
use crate::store::{Tx, bound, burnt as burnt_indexes, closed_lists, documents};
use credential::cose::issue::Unsigned;
use credential::status_list::issue::SparseList;
use credential::status_list::{SHARD, Status, TYP};
use credential::status_source::StatusLists;
use credential::trust_list::TrustList;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The state of what was never finished, in both tables.
const VOID: &str = "void";
/// A list is full at seven eighths: up to there a random draw finds a free index in eight tries on average.
const FULL: i64 = SHARD as i64 / 8 * 7;
/// Draws before giving up; at seven eighths the odds of needing more are 10⁻¹¹.
const DRAWS: usize = 200;
/// Tries to open a list while others open some.
const OPENINGS: usize = 8;

/// When this process last signed a list, so that nobody is served the one of before from memory (http/shelf.rs).
#[derive(Debug, Default)]
pub struct LastSigned(Mutex<Option<Stopwatch>>);

impl LastSigned {
    fn now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Stopwatch::start());
    }

    /// How long ago that was.
    pub fn since(&self) -> Option<Duration> {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.map(|watch| watch.elapsed())
    }
}

/// The office's key that signs now and stands in the trust list.
pub fn signing_key<'k>(
    keys: &'k [Key],
    office: &Office,
    trust: &TrustList,
    now: i64,
) -> Outcome<&'k Key> {
    let known = |key: &&Key| {
        let issuer = trust.issuer(key.kid);
        issuer.is_some_and(|i| {
            i.state == key.state.listed(key.not_before)
                && i.iss == office.iss.as_str()
                && i.region == office.region.as_str()
        })
    };
    let mut own = keys
        .iter()
        .filter(|k| k.office == Some(office.id) && k.signs_at(now))
        .rev();
    own.find(known).ok_or(Failure::NoSigningKey)
}

/// Draws an index for the document or bound credential with that id, opening a new list where the newest is full.
pub async fn draw(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    office: &Office,
    whose: &[u8],
) -> Outcome<(Place, String)> {
    let list = match status_lists::newest(tx, office.id).await? {
        Some(list) if list.used < FULL => list,
        _ => open(service, tx, chance, office).await?,
    };
    for _ in 0..DRAWS {
        let index = chance.below_power_of_two(SHARD);
        if status_lists::take(tx, list.id, index, whose).await? {
            let place = Place {
                list: list.id,
                index,
            };
            return Ok((place, list.uri));
        }
    }
    Err(Failure::Row("no free status index was found"))
}

async fn open(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    office: &Office,
) -> Outcome<List> {
    for _ in 0..OPENINGS {
        // The number first: one that is opened between the two readings has that number, and is not opened twice.
        let shard = status_lists::next_shard(tx, office.id).await?;
        let newest = status_lists::newest(tx, office.id).await?;
        if let Some(list) = newest.filter(|list| list.used < FULL) {
            return Ok(list);
        }
        let id = ListId::draw(&service.clock, chance);
        let uri = office.iss.status_uri(shard);
        if status_lists::insert(tx, id, office.id, shard, &uri).await? {
            return status_lists::by_id(tx, id).await;
        }
    }
    Err(Failure::Changed)
}

async fn sign(
    service: &Service,
    tx: &mut Tx,
    list: &List,
    office: &Office,
    key: &Key,
    trust: &TrustList,
    term: Option<i64>,
) -> Outcome<()> {
    let lists = &service.config.lists;
    // Of two lists a verifier keeps the later one, so each is later than the one before.
    let now = service.clock.now();
    let iat = list.issued.map_or(now, |last| now.max(last + 1));
    let exp = iat + i64::from(lists.status_days) * DAY;
    let stored = not_valid(tx, list).await?;
    gated::pass(service, tx, list, trust, iat, &stored).await?;
    let stored = stored.statuses;
    let sparse = SparseList::new(2, SHARD, &stored).ok_or(Failure::Row("status_index"))?;
    let payload = sparse.payload(&list.uri, iat, exp, u64::from(lists.status_ttl));
    let unsigned = Unsigned::new(key.kid, Some(TYP), payload);
    let signer = service.keyring.signer(Role::Issuer, key.kid)?;
    let signature = crate::keys::sign(signer, unsigned.to_be_signed()).await?;
    let token = unsigned.into_token(&signature);
    check(&token, list, office, trust, &stored)?;
    status_lists::signed(tx, list.id, &token, iat, exp, term).await?;
    hold::went_out(service, tx, &What::List(list.uri.clone())).await
}

/// What the database says of a list's indexes that are not valid.
pub(crate) struct NotValid {
    /// In the order of their index.
    pub(crate) statuses: Vec<(u32, Status)>,
    /// Of those, the ones whose issuing was never finished; in no order.
    voids: Vec<u32>,
    /// Those that no document has, and that a killed process may have signed for; ascending.
    burnt: Vec<u32>,
}

pub(crate) async fn not_valid(tx: &mut Tx, list: &List) -> Outcome<NotValid> {
    let mut rows = documents::not_valid(tx, list.id).await?;
    rows.extend(bound::not_valid(tx, list.id).await?);
    let mut statuses = Vec::with_capacity(rows.len());
    let (mut voids, mut burnt) = (Vec::new(), Vec::new());
    for (index, state) in rows {
        let index = u32::try_from(index).map_err(|_| Failure::Row("status_index"))?;
        let status = State::status(&state).ok_or(Failure::Row("state"))?;
        if status != Status::Valid {
            statuses.push((index, status));
        }
        if state == VOID {
            voids.push(index);
        }
    }
    // What a killed process may have signed.
    for index in burnt_indexes::of(tx, list.id).await? {
        statuses.push((index, Status::Revoked));
        burnt.push(index);
    }
    statuses.sort_by_key(|(index, _)| *index);
    statuses.dedup_by_key(|(index, _)| *index);
    if list.closed.is_some() {
        let known = closed_lists::known(tx, list.id).await?;
        statuses = with_unknown(&known, statuses);
    }
    Ok(NotValid {
        statuses,
        voids,
        burnt,
    })
}

/// In a closed list whatever was not given until then is revoked.
fn with_unknown(known: &closed_lists::Known, stated: Vec<(u32, Status)>) -> Vec<(u32, Status)> {
    let mut stated = stated.into_iter().peekable();
    let mut all = Vec::with_capacity(SHARD as usize);
    for index in 0..SHARD {
        let mut status = None;
        while let Some((_, next)) = stated.next_if(|(at, _)| *at == index) {
            status = Some(next);
        }
        match (known.has(index), status) {
            (false, _) => all.push((index, Status::Revoked)),
            (true, Some(status)) => all.push((index, status)),
            (true, None) => {}
        }
    }
    all
}

/// What a verifier will read from the signed list must be what the database says, of every index.
fn check(
    token: &[u8],
    list: &List,
    office: &Office,
    trust: &TrustList,
    stored: &[(u32, Status)],
) -> Outcome<()> {
    let mut lists = StatusLists::default();
    let accepted = lists.add(token, trust).is_ok();
    let says_the_same = lists.iter().any(|(iss, read)| {
        let is_it = iss == office.iss.as_str() && read.sub == list.uri;
        let whole = read.list.bits() == 2 && read.list.len() == SHARD;
        is_it && whole && read.list.not_zero().eq(stored.iter().copied())
    });
    if !accepted || !says_the_same {
        return Err(Failure::NotPublishable("a status list"));
    }
    Ok(())
}

/// Whether a list changed or is past half its life.
fn due(service: &Service, list: &List) -> bool {
    list.dirty || expiring(service, list)
}

/// Lists with documents that are due, by their names; after a signature of all that is due, those that could not be signed.
pub async fn left(service: &Service) -> Outcome<Vec<String>> {
    let mut tx = service.db.read().await?;
    let all = status_lists::all(&mut tx).await?;
    let left = all
        .into_iter()
        .filter(|list| list.used > 0 && due(service, list));
    Ok(left.map(|list| list.uri).collect())
}

/// Whether a list was never signed or is past half its life.
fn expiring(service: &Service, list: &List) -> bool {
    list.expires
        .is_none_or(|expires| expires < half_spent(service))
}

/// A list that expires before this second is past half its life.
fn half_spent(service: &Service) -> i64 {
    service.clock.now() + i64::from(service.config.lists.status_days) * DAY / 2
}
