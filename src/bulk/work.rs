//! A worker: several chunks under way at once, each going from stage to stage. While some wait for the database or for
//! the signer, others compute; what bounds a stage are its permits.

use super::compose::{compose, people};
use super::keep::keep;
use super::lease::{LEASE, Lease, RESERVED, lease, release};
use super::reissue;
use super::seal::{judge, sign};
use crate::chance::Chance;
use crate::clock::Stopwatch;
use crate::failure::{Failure, Outcome};
use crate::issue::desk::Desks;
use crate::mandates;
use crate::service::Service;
use crate::store::bulk_chunks::{self, Done};
use crate::store::bulk_jobs::Job;
use crate::store::reservations;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::Semaphore;

/// How often a chunk is begun again at once, where somebody else changed its people in the meantime.
const TRIES: usize = 5;
/// Neighbouring chunks are the same office's.
const DESKS: usize = 8;

/// How much is done at once.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Chunks that are composed or judged at once: the cores.
    pub cores: usize,
    /// Chunks that are signed at once.
    pub signers: usize,
    /// Chunks under way at once.
    pub lanes: usize,
}

impl Settings {
    /// For that many cores: two more chunks than cores are under way, so that some are with the database.
    pub fn for_cores(cores: usize) -> Self {
        Self {
            cores,
            signers: cores,
            lanes: cores + 2,
        }
    }
}

/// What a worker did so far.
#[derive(Debug, Default)]
pub struct Tally {
    /// Chunks done.
    pub chunks: AtomicU64,
    /// People of these chunks.
    pub persons: AtomicU64,
    /// Documents issued.
    pub issued: AtomicU64,
    /// Signatures made.
    pub signatures: AtomicU64,
    /// Time spent making them, microseconds, added up over all that sign at once.
    pub signing: AtomicU64,
}

impl Tally {
    /// Signatures a second that one signer makes; none before there are any.
    pub fn signer_rate(&self) -> Option<f64> {
        let (made, micros) = (self.signatures.load(Relaxed), self.signing.load(Relaxed));
        (micros > 0).then(|| made as f64 * 1e6 / micros as f64)
    }
}

/// A worker on one job.
pub struct Run {
    service: Arc<Service>,
    job: Job,
    worker: String,
    settings: Settings,
    desks: Desks,
    compute: Semaphore,
    signing: Semaphore,
    stop: AtomicBool,
    /// Whether people of the last chunks had one in force, so that it is looked up for the next.
    look: AtomicBool,
    /// What it did so far.
    pub tally: Tally,
}

impl Run {
    /// A worker with a name that no other has.
    pub fn new(service: Arc<Service>, job: Job, worker: String, settings: Settings) -> Self {
        Self {
            desks: Desks::new(DESKS),
            compute: Semaphore::new(settings.cores.max(1)),
            signing: Semaphore::new(settings.signers.max(1)),
            stop: AtomicBool::new(false),
            look: AtomicBool::new(job.supersede),
            tally: Tally::default(),
            service,
            job,
            worker,
            settings,
        }
    }

    /// Lets the chunks under way end and begins no other.
    pub fn stop(&self) {
        self.stop.store(true, Relaxed);
    }

    /// Works until no chunk is to be had. What other workers hold is theirs.
    ///
    /// # Errors
    /// [`Failure::Separation`] where nobody approved the job; what stops all lanes.
    pub async fn work(self: &Arc<Self>) -> Outcome<()> {
        let mut tx = self.service.db.read().await?;
        mandates::jobs::agreed(&self.service, &mut tx, &self.job).await?;
        drop(tx);
        let mut lanes = tokio::task::JoinSet::new();
        for _ in 0..self.settings.lanes.max(1) {
            let run = Arc::clone(self);
            lanes.spawn(async move { run.lane().await });
        }
        let run = Arc::clone(self);
        let renewing = tokio::spawn(async move { run.renew().await });
        let mut result = Ok(());
        while let Some(lane) = lanes.join_next().await {
            let lane = lane.unwrap_or(Err(Failure::Row("a worker's task died")));
            if lane.is_err() && result.is_ok() {
                self.stop();
                result = lane;
            }
        }
        renewing.abort();
        result
    }

    /// Prolongs what is held, for as long as this process lives.
    async fn renew(&self) {
        loop {
            tokio::time::sleep(Duration::from_secs(LEASE as u64 / 4)).await;
            let until = self.service.clock.now() + LEASE;
            // What cannot be prolonged now is prolonged in a moment, or lost and done by somebody else.
            if let Ok(mut tx) = self.service.db.begin().await
                && bulk_chunks::renew(&mut tx, self.job.id, &self.worker, until)
                    .await
                    .is_ok()
                && reservations::prolong(&mut tx, self.job.id, &self.worker, until + RESERVED)
                    .await
                    .is_ok()
            {
                let _ = tx.commit().await;
            }
        }
    }

    async fn lane(&self) -> Outcome<()> {
        while !self.stop.load(Relaxed) {
            let service = &self.service;
            let leased = lease(service, &mut Chance::System, self.job.id, &self.worker).await?;
            let Some(leased) = leased else { break };
            self.chunk(leased).await?;
        }
        Ok(())
    }

    async fn chunk(&self, mut leased: Lease) -> Outcome<()> {
        let mut look = self.look.load(Relaxed);
        for _ in 0..TRIES {
            match self.once(&leased, look).await {
                Ok(done) => {
                    self.tally.chunks.fetch_add(1, Relaxed);
                    self.tally
                        .persons
                        .fetch_add(leased.chunk.persons as u64, Relaxed);
                    self.tally.issued.fetch_add(done.issued as u64, Relaxed);
                    return Ok(());
                }
                Err(Failure::Changed) => {
                    // Perhaps because somebody of the chunk has one in force.
                    look = true;
                    self.look.store(true, Relaxed);
                    // Or because of a key or another trust list.
                    self.desks.forget();
                    match self.again(&leased).await? {
                        Some(next) => leased = next,
                        // Somebody else has it.
                        None => return Ok(()),
                    }
                }
                // One office's missing key must not keep the others from being served.
                Err(failure @ (Failure::Key(_) | Failure::NoSigningKey)) => {
                    return self.hold(&leased, &failure).await;
                }
                Err(failure) => {
                    let _ = self.release(&leased).await;
                    return Err(failure);
                }
            }
        }
        // Not taken again at once, which would burn places without end.
        self.hold(&leased, &Failure::Changed).await
    }

    /// Gives a chunk back and takes the next one, which is the same unless somebody else was faster.
    async fn again(&self, leased: &Lease) -> Outcome<Option<Lease>> {
        match self.release(leased).await {
            Err(Failure::Changed) => return Ok(None),
            other => other?,
        }
        lease(
            &self.service,
            &mut Chance::System,
            self.job.id,
            &self.worker,
        )
        .await
    }

    async fn release(&self, leased: &Lease) -> Outcome<()> {
        release(&self.service, self.job.id, &leased.chunk).await
    }

    async fn hold(&self, leased: &Lease, failure: &Failure) -> Outcome<()> {
        let fault = match failure {
            Failure::NoSigningKey => "no key in the published trust list may sign now",
            Failure::Changed => "its people or the trust list changed each time it was begun",
            _ => "the office's private key is not within reach",
        };
        let mut tx = self.service.db.begin().await?;
        bulk_chunks::hold(&mut tx, self.job.id, &leased.chunk, fault).await?;
        tx.commit().await
    }

    async fn once(&self, leased: &Lease, look: bool) -> Outcome<Done> {
        let (service, job) = (&self.service, &self.job);
        let mut tx = service.db.read().await?;
        let desk = self.desks.of(service, &mut tx, &leased.places).await?;
        let millis = service.clock.now_millis();
        let (composed, olds) = match job.key {
            Some(kid) => {
                let olds = reissue::read(service, &mut tx, job.kind, kid, leased).await?;
                drop(tx);
                let (kind, lease, at) = (job.kind, leased.clone(), Arc::clone(&desk));
                let composed = blocking(&self.compute, move || {
                    let composed =
                        reissue::compose(kind, &lease, &at, &olds, millis, &mut Chance::System)?;
                    Ok::<_, Failure>((composed, Some(olds)))
                });
                composed.await??
            }
            None => {
                let mut people = people(&mut tx, &service.register(), job.kind, leased).await?;
                drop(tx);
                if look {
                    let mut tx = service.db.read_by_index().await?;
                    people.look_up(&mut tx, job.kind).await?;
                }
                let (kind, supersede) = (job.kind, job.supersede);
                let (lease, at) = (leased.clone(), Arc::clone(&desk));
                let composed = blocking(&self.compute, move || {
                    let chance = &mut Chance::System;
                    compose(kind, supersede, &lease, &at, people, millis, chance)
                });
                (composed.await??, None)
            }
        };
        let at = Arc::clone(&desk);
        let signed = blocking(&self.signing, move || {
            let stopwatch = Stopwatch::start();
            let signatures = sign(&at, &composed.drafts)?;
            Ok::<_, Failure>((composed, signatures, stopwatch.elapsed()))
        });
        let (composed, signatures, took) = signed.await??;
        let made = signatures.len() as u64;
        self.tally.signatures.fetch_add(made, Relaxed);
        self.tally
            .signing
            .fetch_add(took.as_micros() as u64, Relaxed);
        let (at, now) = (Arc::clone(&desk), service.clock.now());
        let judged = blocking(&self.compute, move || {
            let sealed = judge(&at, &composed.drafts, &signatures, now)?;
            Ok::<_, Failure>((composed, signatures, sealed))
        });
        let (composed, signatures, sealed) = judged.await??;
        let done = keep(
            service, job, leased, &desk, composed, signatures, sealed, olds,
        )
        .await?;
        if look {
            self.look.store(job.supersede || done.skipped > 0, Relaxed);
        }
        Ok(done)
    }
}

/// Computes on a thread that may be busy for long, as soon as a permit is free.
async fn blocking<T: Send + 'static>(
    permits: &Semaphore,
    work: impl FnOnce() -> T + Send + 'static,
) -> Outcome<T> {
    let _permit = permits.acquire().await;
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Failure::Row("a computation died"))
}
