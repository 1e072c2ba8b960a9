//! Webhooks of agencies: one batch at a time for each, made anew with every try.

use super::feed::{self, Part};
use super::{secret_cell, told};
use crate::chance::Chance;
use crate::domain::agency::half_year;
use crate::domain::ids::{AgencyId, NoticeId};
use crate::failure::{Failure, Outcome};
use crate::outbox::{Post, Secret, Target};
use crate::service::Service;
use crate::store::agencies::{self, Agency, Mode};
use crate::store::locks::{self, Row};
use crate::store::outbox::{self, Cause};
use crate::store::{Tx, agency_usage, changes};

/// Writes a batch into the outbox for every agency that has none under way and is behind. Returns how many.
pub async fn fill(service: &Service, tx: &mut Tx, chance: &mut Chance) -> Outcome<usize> {
    let last = told::number(service, tx, chance).await?;
    let now = service.clock.now();
    let mut written = 0;
    for found in agencies::behind(tx, now, last).await? {
        locks::row(tx, Row::Agency(found.id)).await?;
        // Another instance may have written its batch, or that batch may have been taken, in the meantime.
        let agency = agencies::by_id(tx, found.id).await?;
        let same = |agency: &Agency| agency.sent == found.sent && agency.terms.stand(now).is_ok();
        let Some(agency) = agency.filter(same) else {
            continue;
        };
        if outbox::has_open_push(tx, agency.id).await? {
            continue;
        }
        let part = feed::part(tx, &agency, agency.sent, last).await?;
        let Some((through, _)) = part.end else {
            continue;
        };
        if part.changes.is_empty() {
            agencies::sent(tx, agency.id, agency.sent, through).await?;
            continue;
        }
        let cause = Cause::Push {
            agency: agency.id,
            after: agency.sent,
            through,
        };
        outbox::insert(
            tx,
            &service.register(),
            NoticeId::draw(&service.clock, chance),
            &cause,
            now,
        )
        .await?;
        written += 1;
    }
    Ok(written)
}

/// Whether [`fill`] has something to do.
pub async fn is_due(service: &Service, tx: &mut Tx) -> Outcome<bool> {
    if told::is_due(tx).await? {
        return Ok(true);
    }
    let last = changes::last(tx).await?;
    let behind = agencies::behind(tx, service.clock.now(), last).await?;
    Ok(!behind.is_empty())
}

/// The request for a batch, by the agreement as it is now; none where the agreement does not stand any more.
pub async fn post(
    service: &Service,
    tx: &mut Tx,
    id: NoticeId,
    agency: AgencyId,
    after: i64,
    through: i64,
) -> Outcome<Option<Post>> {
    let agency = agencies::by_id(tx, agency).await?;
    let agency = agency.ok_or(Failure::Row("outbox.agency"))?;
    let now = service.clock.now();
    let part = feed::part(tx, &agency, after, through).await?;
    if agency.terms.stand(now).is_err() || part.changes.is_empty() {
        return Ok(None);
    }
    let (target, secret) = open(service, &agency)?;
    Ok(Some(Post {
        target,
        secret,
        id,
        at: now,
        media_type: credential::changes::TYP,
        body: feed::sign(service, tx, &agency, &part).await?,
    }))
}

fn open(service: &Service, agency: &Agency) -> Outcome<(Target, Secret)> {
    let Mode::Webhook { url, secret } = &agency.mode else {
        return Err(Failure::Row("agencies.mode"));
    };
    let row = agency.id.to_vec();
    let plain = service.crypter.open(secret_cell(&row), secret)?;
    let text = std::str::from_utf8(&plain).unwrap_or_default();
    let secret = Secret::parse(text).map_err(|_| Failure::Row("agencies.secret"))?;
    let development = !service.config.web.is_https();
    let target = Target::parse(url, development);
    let target = target.map_err(|e| Failure::field("url", e.rule))?;
    Ok((target, secret))
}

/// Notes that an agency took a batch, in the transaction that ends it in the outbox.
pub async fn taken(
    service: &Service,
    tx: &mut Tx,
    agency: AgencyId,
    after: i64,
    through: i64,
) -> Outcome<()> {
    let row = agencies::by_id(tx, agency).await?;
    let row = row.ok_or(Failure::Row("outbox.agency"))?;
    let Part { changes, .. } = feed::part(tx, &row, after, through).await?;
    match agencies::sent(tx, agency, after, through).await {
        Ok(()) => {}
        // It was taken before, by a delivery that took too long to be noted.
        Err(Failure::Changed) => return Ok(()),
        Err(failure) => return Err(failure),
    }
    let now = service.clock.now();
    agency_usage::count(tx, agency, &half_year(now), (0, 1), changes.len(), now).await
}
