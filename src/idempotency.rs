//! Idempotency keys: a request that is repeated, because its answer got lost on the way, gets that answer again and
//! does nothing a second time.
//!
//! A key belongs to who sent it and to one request (method, address, body). Only answers of requests that did
//! something are kept; a refused one may be mended and sent again under the same key.

use crate::chance::Chance;
use crate::crypter::Cell;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::idempotency as rows;

/// Seconds an answer is kept.
pub const KEPT: i64 = 86_400;
/// Seconds after which a request that never ended (a crash) may be begun again. Longer than any request may take.
pub const LAPSE: i64 = 60;

/// A key of somebody, with the request it came with.
#[derive(Clone)]
pub struct Key {
    key: [u8; 32],
    request: [u8; 32],
}

/// What became of an attempt to begin.
pub enum Begun {
    /// It is to be done now.
    Now(Running),
    /// It was done; its answer, as it was given to [`finish`].
    Before(Vec<u8>),
    /// It was done; its answer was about somebody who had all that is held of them erased.
    Erased,
    /// It is being done; worth another try after so many seconds.
    Still(i64),
    /// The key came with another request.
    Other,
}

/// A request that is being done.
pub struct Running {
    key: Key,
    started: i64,
}

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

impl Key {
    /// The key `text` of `principal` for a request.
    pub fn new(
        service: &Service,
        principal: &[u8],
        text: &str,
        method: &str,
        address: &str,
        body: &[u8],
    ) -> Self {
        let key = joined(&[principal, text.as_bytes()]);
        let request = joined(&[method.as_bytes(), address.as_bytes(), body]);
        Self {
            key: service.crypter.index("idempotency key", &key),
            request: service.crypter.index("idempotency request", &request),
        }
    }
}

fn cell(key: &[u8]) -> Cell<'_> {
    Cell {
        table: "idempotency",
        row: key,
        column: "response",
    }
}

/// What stands in the place of an answer about somebody who had all that is held of them erased, sealed for its row.
pub(crate) fn erased(service: &Service, chance: &mut Chance, key: &[u8]) -> Vec<u8> {
    service.crypter.seal(chance, cell(key), &[])
}

/// Begins a request, unless it was begun before.
pub async fn begin(service: &Service, key: Key) -> Outcome<Begun> {
    let (now, millis) = (service.clock.now(), service.clock.now_millis());
    let mut tx = service.db.begin().await?;
    if rows::claim(&mut tx, &key.key, &key.request, millis, now, now + KEPT).await? {
        tx.commit().await?;
        return Ok(Begun::Now(Running {
            key,
            started: millis,
        }));
    }
    let row = rows::by_key(&mut tx, &key.key).await?;
    // Given back in this moment; whoever asks again gets it.
    let Some(row) = row else {
        return Ok(Begun::Still(1));
    };
    if row.request != key.request {
        return Ok(Begun::Other);
    }
    if let Some(sealed) = row.response {
        let plain = service.crypter.open(cell(&key.key), &sealed)?;
        return Ok(match plain.is_empty() {
            true => Begun::Erased,
            false => Begun::Before(plain.to_vec()),
        });
    }
    let lapses = row.started + LAPSE * 1000;
    if millis < lapses {
        return Ok(Begun::Still(((lapses - millis) / 1000).clamp(1, 2)));
    }
    let taken = rows::take_over(&mut tx, &key.key, row.started, millis, now + KEPT).await?;
    tx.commit().await?;
    Ok(match taken {
        true => Begun::Now(Running {
            key,
            started: millis,
        }),
        false => Begun::Still(1),
    })
}

/// Keeps the answer of a request that did something.
pub async fn finish(
    service: &Service,
    chance: &mut Chance,
    running: Running,
    answer: &[u8],
) -> Outcome<()> {
    let sealed = service.crypter.seal(chance, cell(&running.key.key), answer);
    let mut tx = service.db.begin().await?;
    rows::finish(&mut tx, &running.key.key, running.started, &sealed).await?;
    tx.commit().await
}

/// Gives the key of a request back that did nothing.
pub async fn release(service: &Service, running: Running) -> Outcome<()> {
    let mut tx = service.db.begin().await?;
    rows::release(&mut tx, &running.key.key, running.started).await?;
    tx.commit().await
}
