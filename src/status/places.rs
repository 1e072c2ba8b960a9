//! Places of lists whose indexes are given in a secret order: reserved many at once, each for good.

use crate::chance::Chance;
use crate::domain::ids::{ListId, OfficeId, ReservationId};
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::reservations::{self, Reservation};
use crate::store::status_lists::{self, BulkList};
use crate::store::{Tx, offices};

/// Places that were reserved. Those that are not used are lost: nobody else gets them.
#[derive(Debug, Clone)]
pub struct Places {
    /// The office whose documents they are for.
    pub office: OfficeId,
    /// The list.
    pub list: ListId,
    /// Its name in credentials.
    pub uri: String,
    /// Seed of its order.
    pub seed: [u8; 32],
    /// The first of them.
    pub first: u32,
    /// How many there are.
    pub count: u32,
    /// Under which what is signed for them is stored.
    pub reservation: ReservationId,
}

/// Reserves places for so many seconds in the first of an office's lists that has room for them, opening one where none has.
///
/// # Errors
/// [`Failure::Changed`] where others took the room in between: to be tried again in another transaction.
pub async fn reserve(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    office: OfficeId,
    count: u32,
    seconds: i64,
) -> Outcome<Places> {
    let list = match status_lists::bulk(tx, office, count).await? {
        Some(list) => list,
        None => open(service, tx, chance, office, count).await?,
    };
    let first = status_lists::reserve(tx, list.id, count).await?;
    let first = first.ok_or(Failure::Changed)?;
    let made = service.clock.now();
    let reservation = ReservationId::draw(&service.clock, chance);
    let of = Reservation {
        list: list.id,
        first,
        places: count,
        made,
    };
    reservations::insert(tx, reservation, &of, made + seconds).await?;
    Ok(Places {
        office,
        list: list.id,
        uri: list.uri,
        seed: list.seed,
        first,
        count,
        reservation,
    })
}

/// A new list of the office.
async fn open(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    office: OfficeId,
    count: u32,
) -> Outcome<BulkList> {
    let office = offices::by_id(tx, office).await?;
    let office = office.ok_or(Failure::Row("status_lists.office"))?;
    // The number first: a list that is opened between the two readings has that number, and is not opened twice.
    let shard = status_lists::next_shard(tx, office.id).await?;
    if let Some(list) = status_lists::bulk(tx, office.id, count).await? {
        return Ok(list);
    }
    let list = BulkList {
        id: ListId::draw(&service.clock, chance),
        uri: office.iss.status_uri(shard),
        seed: chance.bytes(),
    };
    match status_lists::insert_bulk(tx, &list, office.id, shard).await? {
        true => Ok(list),
        // Another opened one of that number.
        false => Err(Failure::Changed),
    }
}
