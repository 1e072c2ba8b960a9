//! Issuing anew what a stolen key has signed: the same content, number, application and end, under the key that signs now.

use super::compose::{Composed, Draft, LATER, rule};
use super::lease::Lease;
use super::plan::{CHUNK, words};
use crate::chance::Chance;
use crate::domain::document::Change;
use crate::domain::ids::{ChangeId, DocumentId, JobId, OfficeId, RegionPrefix};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome};
use crate::issue::desk::Desk;
use crate::issue::size::Sizing;
use crate::lint::{self, For, What};
use crate::mandates;
use crate::record::{Act, entry, record};
use crate::service::Service;
use crate::status::Touched;
use crate::store::Tx;
use crate::store::bulk_chunks::{self, Planned, Range};
use crate::store::bulk_jobs::{self, Job};
use crate::store::changes::Told;
use crate::store::documents_reissued::{self, Old, Pair};
use credential::changes::issue::Facts;
use credential::claims::{Claims, Identity};
use credential::document::{Builder, Document as Content, Value};
use credential::ids::KeyId;
use credential::kinds::fields::ISSUE_DATE;
use credential::kinds::{self, Kind};
use std::collections::BTreeMap;

/// Rows read at a time.
const PAGE: u32 = 20_000;
/// Why the old ones end.
const REASON: &str = "issued anew: its key was stolen";

/// Plans jobs for everything that a key of an office has in force, one for each kind, in the caller's transaction.
pub async fn plan(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    office: OfficeId,
    kid: KeyId,
) -> Outcome<Vec<Job>> {
    let now = service.clock.now();
    let mut kinds: BTreeMap<i64, Vec<DocumentId>> = BTreeMap::new();
    let mut after = None;
    loop {
        let page = documents_reissued::in_force(tx, office, kid, after, now, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after = Some(*last);
        for (id, kind) in page {
            kinds.entry(kind).or_default().push(id);
        }
    }
    let mut jobs = Vec::with_capacity(kinds.len());
    for (kind, ids) in kinds {
        let kind = u64::try_from(kind).ok().and_then(kinds::by_number);
        let kind = kind.ok_or(Failure::Row("documents.kind"))?;
        let job = Job {
            id: JobId::draw(&service.clock, chance),
            kind,
            region: RegionPrefix::parse("").map_err(|_| Failure::Row("a region"))?,
            supersede: true,
            persons: ids.len() as i64,
            outside: 0,
            created: now,
            key: Some(kid),
        };
        bulk_jobs::insert(tx, &job).await?;
        bulk_jobs::counted(tx, &job).await?;
        for (number, ids) in (0..).zip(ids.chunks(CHUNK as usize)) {
            let chunk = Planned {
                number,
                office,
                range: Range::nobody(),
                ids: ids.first().copied().zip(ids.last().copied()),
                persons: ids.len() as i64,
            };
            bulk_chunks::insert(tx, job.id, &chunk).await?;
        }
        let act = Act {
            office: Some(office),
            detail: Some(words(&job, 0)),
            ..Act::new("bulk.plan")
        };
        record(tx, &service.clock, chance, actor, act).await?;
        // The same content for the same people: what is urgent waits for no second person.
        let chunks = u32::try_from(ids.len().div_ceil(CHUNK as usize));
        let chunks = chunks.map_err(|_| Failure::Row("bulk_chunks.number"))?;
        mandates::jobs::give_job(service, tx, chance, actor, office, job.id, chunks).await?;
        jobs.push(job);
    }
    Ok(jobs)
}

/// Whether a key has anything left in force.
pub async fn any_left(
    service: &Service,
    tx: &mut Tx,
    office: OfficeId,
    kid: KeyId,
) -> Outcome<bool> {
    let now = service.clock.now();
    let left = documents_reissued::in_force(tx, office, kid, None, now, 1).await?;
    Ok(!left.is_empty())
}

/// Reads a chunk's documents that are still in force.
pub async fn read(
    service: &Service,
    tx: &mut Tx,
    kind: &Kind,
    kid: KeyId,
    lease: &Lease,
) -> Outcome<Vec<Old>> {
    let chunk = &lease.chunk;
    let ids = chunk.ids.ok_or(Failure::Row("bulk_chunks.from_id"))?;
    let now = service.clock.now();
    documents_reissued::of_chunk(tx, chunk.office, kid, kind.number, ids, now).await
}

/// Composes the successors of a chunk's documents, as `compose` does for people.
pub fn compose(
    kind: &'static Kind,
    lease: &Lease,
    desk: &Desk,
    olds: &[Old],
    millis: i64,
    chance: &mut Chance,
) -> Outcome<Composed> {
    let mut composed = Composed {
        issued: millis.div_euclid(1000),
        skipped: lease.chunk.persons - olds.len() as i64,
        ..Composed::default()
    };
    for old in olds {
        let n = composed.drafts.len();
        let number = u16::try_from(n).map_err(|_| Failure::Row("bulk_chunks.persons"))?;
        // More than when it was planned: their places are not reserved; the same command plans them anew.
        if n as i64 >= lease.chunk.persons {
            *composed.refused.entry(LATER.into()).or_default() += 1;
            continue;
        }
        let index = desk.order.index(lease.places.first + u32::from(number));
        let sizing = Sizing {
            kid: desk.key.kid,
            iss: desk.office.iss.as_str(),
            uri: &lease.places.uri,
            index,
            iat: composed.issued,
            holder: None,
        };
        let content = content(&old.claims)?;
        let fit = sizing.fit(content, old.expires, chance);
        let passed = fit.and_then(|(claims, core_only)| {
            let under = For {
                kind,
                iss: desk.office.iss.as_str(),
                region: desk.office.region.as_str(),
                uri: &lease.places.uri,
                index,
                issued: composed.issued,
                expires: claims.expires,
                what: What::Document(old.subject, old.number.as_deref()),
            };
            let expires = claims.expires;
            Ok((lint::examine(claims.payload, &under)?, expires, core_only))
        });
        match passed {
            Ok((claims, expires, core_only)) => composed.drafts.push(Draft {
                id: DocumentId::nth(millis, number, chance.bytes()),
                subject: old.subject,
                index,
                expires,
                claims,
                core_only,
                replaces: Some(old.id),
                number: old.number.clone(),
                application: old.application,
            }),
            Err(failure) => *composed.refused.entry(rule(failure)?).or_default() += 1,
        }
    }
    Ok(composed)
}

/// What a document says, with the day of its issue: where it does not say that itself, it is the day of `iat`, which the
/// new one has of its own.
fn content(claims: &[u8]) -> Outcome<Content<'_>> {
    let wrong = || Failure::Row("documents.claims");
    let claims = Claims::of_own(claims).map_err(|_| wrong())?;
    let issued = claims.issue_date();
    let Identity::Document(document) = claims.identity else {
        return Err(wrong());
    };
    let states = document.uses().iter().any(|used| used.field == &ISSUE_DATE);
    let (Some(issued), true, None) = (issued, states, document.get(&ISSUE_DATE)) else {
        return Ok(document);
    };
    let mut builder = Builder::new(document.kind());
    for (field, value) in document.fields() {
        builder = builder.set(field, value.clone());
    }
    let dated = builder.set(&ISSUE_DATE, Value::Date(issued)).build();
    // One that does not go with its own day stays as it is.
    Ok(dated.unwrap_or(document))
}

/// What the old ones and their successors have to do with each other.
pub struct Ending<'o> {
    olds: &'o [Old],
    pairs: Vec<Pair>,
}

impl<'o> Ending<'o> {
    /// Of a chunk's documents and what was composed of them.
    pub fn of(olds: &'o [Old], composed: &Composed) -> Self {
        let of: BTreeMap<_, _> = olds.iter().map(|old| (old.id.to_vec(), old)).collect();
        let pair = |draft: &Draft| {
            let old = of.get(&draft.replaces?.to_vec())?;
            Some(Pair {
                old: old.id,
                list: old.list,
                new: draft.id,
                application: old.application,
            })
        };
        let pairs = composed.drafts.iter().filter_map(pair).collect();
        Self { olds, pairs }
    }

    /// Ends the old ones, before the new ones are stored. Returns the lists that change.
    pub async fn end(
        &self,
        service: &Service,
        tx: &mut Tx,
        chance: &mut Chance,
        kind: &Kind,
        desk: &Desk,
    ) -> Outcome<Touched> {
        let now = service.clock.now();
        let lists = documents_reissued::end(tx, &self.pairs, REASON, now).await?;
        let ended: std::collections::BTreeSet<_> =
            self.pairs.iter().map(|pair| pair.old.to_vec()).collect();
        let olds = self
            .olds
            .iter()
            .filter(|old| ended.contains(&old.id.to_vec()));
        let (mut regions, mut lines) = (Vec::new(), Vec::new());
        for old in olds {
            let facts = Facts::of(&old.claims).ok_or(Failure::Row("documents.claims"))?;
            let region = facts.region;
            regions.push((
                old,
                region.unwrap_or_else(|| desk.office.region.as_str().to_string()),
            ));
            let act = Act {
                office: Some(desk.office.id),
                document: Some(old.id),
                content: Some(REASON.as_bytes()),
                ..Act::new(Change::Supersede { by: None }.action())
            };
            lines.push(entry(&service.clock, chance, Actor::Local, act));
        }
        let told: Vec<Told<'_>> = regions
            .iter()
            .map(|(old, region)| Told {
                id: ChangeId::draw(&service.clock, chance),
                document: old.id,
                kind: kind.number,
                region,
                at: old.issued,
            })
            .collect();
        let ends: Vec<ChangeId> = told
            .iter()
            .map(|_| ChangeId::draw(&service.clock, chance))
            .collect();
        documents_reissued::tell(tx, &told, &ends, now).await?;
        documents_reissued::note(tx, &lines).await?;
        Ok(lists.into_iter().collect())
    }

    /// Says of the old ones what replaced them, once that is stored.
    pub async fn replaced(&self, tx: &mut Tx) -> Outcome<()> {
        documents_reissued::replaced(tx, &self.pairs).await
    }
}
