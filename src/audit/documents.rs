//! Documents: audit trail, signature, verdict and index of each.

use super::changes;
use super::columns::{self, Known};
use super::indexes::Indexes;
use super::{PAGE, Report};
use crate::domain::document::{Document, State};
use crate::domain::ids::DocumentId;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::audit::{self, Committed};
use crate::store::changes::{self as listed, Listed};
use crate::store::{Tx, bulk_documents, documents, status_lists};
use crate::tlog::entry::FORGOTTEN;
use credential::cose::Sign1;
use credential::status_source::StatusLists;
use credential::token::unpack;
use credential::trust_list::TrustList;
use credential::{Policy, Reason, Verdict};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::thread;

/// An intent may be under way; after this many seconds it surely is not.
const UNFINISHED_AFTER: i64 = 60;
/// Signatures checked together.
const BATCH: usize = 64;

pub(super) async fn verify(
    service: &Service,
    trust: &TrustList,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Outcome<()> {
    let mut after = None;
    let mut indexes = Indexes::default();
    loop {
        // One picture of documents, trail and lists for each page; the service may go on meanwhile.
        let mut tx = service.db.read().await?;
        let rows = documents::all_after(&mut tx, after, PAGE).await?;
        let (Some((first, _)), Some((last, _))) = (rows.first(), rows.last()) else {
            changes::numbers(service, report).await?;
            return columns::applications(service, report).await;
        };
        let range = (*first, *last);
        after = Some(range.1);
        let page = readable(rows, report)?;
        let known = Known::read(&mut tx).await?;
        let mut trail: HashMap<DocumentId, Vec<Committed>> = HashMap::new();
        for (document, line) in audit::committed(&mut tx, range.0, range.1).await? {
            trail.entry(document).or_default().push(line);
        }
        for id in documents::without_index(&mut tx, range.0, range.1).await? {
            report.fault(
                place(id),
                "its status index was drawn for somebody else, or never",
            );
        }
        indexes.of(&mut tx, &page, report).await?;
        let bulk: HashSet<_> = bulk_documents::ids(&mut tx, range.0, range.1)
            .await?
            .into_iter()
            .collect();
        report.bulk += bulk.len() as u64;
        let lists = Lists::of(service, &mut tx, &page, trust).await?;
        let mut told: HashMap<DocumentId, Vec<Listed>> = HashMap::new();
        for (document, one) in listed::of_range(&mut tx, range.0, range.1).await? {
            told.entry(document).or_default().push(one);
        }
        let exclusive = documents::exclusive(&mut tx, range.0, range.1).await?;
        drop(tx);
        let none = Vec::new();
        let uris = &lists.uris;
        for document in &page {
            report.documents += 1;
            let lines = trail.get(&document.id).unwrap_or(&none);
            // What issues a chunk stands in one line for all of it.
            let begun = bulk.contains(&document.id).then_some("active");
            against_trail(document, begun, lines, service.clock.now(), report);
            let alone = exclusive.get(&document.id).copied();
            columns::verify(document, &known, uris, alone, report);
            if let (Some(told), Some(office)) =
                (told.get(&document.id), known.offices.get(&document.office))
            {
                changes::of_document(document, office, told, report);
            }
        }
        judged(&page, trust, &lists, report);
        progress(report);
    }
}

/// The documents of a page; each that cannot be one is told of.
fn readable(
    rows: Vec<(DocumentId, Outcome<Document>)>,
    report: &mut Report,
) -> Outcome<Vec<Document>> {
    let mut page = Vec::with_capacity(rows.len());
    for (id, read) in rows {
        match read {
            Ok(document) => page.push(document),
            Err(Failure::Row(what)) => {
                report.documents += 1;
                report.fault(place(id), format!("cannot be as it is: {what}"));
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(page)
}

pub(super) fn place(id: DocumentId) -> String {
    format!("document {id}")
}

/// What the trail says happened to it, and what it commits to.
fn against_trail(
    document: &Document,
    begun: Option<&'static str>,
    lines: &[Committed],
    now: i64,
    report: &mut Report,
) {
    let place = place(document.id);
    let token = document.state.signed().map(|signed| unpack(&signed.text));
    let token = match &token {
        Some(Ok(token)) => {
            if !token.canonical {
                report.fault(&place, "its text is not in the canonical form");
            }
            Some(token.bytes.as_slice())
        }
        Some(Err(_)) => {
            report.fault(&place, "its text is not a token");
            return;
        }
        None => None,
    };
    if let Some(token) = token {
        let same = Sign1::parse_canonical(token)
            .map(|read| read.payload == document.claims && read.kid == Some(&document.kid.0));
        if same != Ok(true) {
            report.fault(&place, "what was signed is not what was intended");
        }
    }
    let mut state = begun;
    let last = lines.len().checked_sub(1);
    for (n, line) in lines.iter().enumerate() {
        let content = match line.action.as_str() {
            "document.intend" => Some(document.claims.as_slice()),
            "document.issue" => token,
            // Only the last reason is kept.
            "document.suspend" | "document.revoke" | "document.supersede" if Some(n) == last => {
                document.state.reason().map(str::as_bytes)
            }
            _ => None,
        };
        if line.action == "document.issue"
            && let Some(detail) = &line.detail
            && detail.ends_with(" core") != document.core_only
        {
            report.fault(&place, "has other columns than its audit line says");
        }
        // Without its salt a hash cannot be told any more.
        let kept = line.content.as_ref();
        let kept = kept.filter(|(salt, _)| salt.len() != FORGOTTEN);
        if let (Some(content), Some((salt, hash))) = (content, kept) {
            report.lines += 1;
            let found = Sha256::new()
                .chain_update(salt)
                .chain_update(content)
                .finalize();
            if found[..] != hash[..] {
                report.fault(
                    &place,
                    format!("its audit line {} commits to something else", line.action),
                );
            }
        }
        state = match line.action.as_str() {
            "document.intend" => Some("issuing"),
            "document.void" => Some("void"),
            "document.issue" | "document.reinstate" => Some("active"),
            "document.suspend" => Some("suspended"),
            "document.revoke" => Some("revoked"),
            "document.supersede" => Some("superseded"),
            _ => state,
        };
    }
    if state != Some(document.state.name()) {
        let trail = state.unwrap_or("never issued");
        report.fault(
            &place,
            format!(
                "is {}, but by the audit trail it is {trail}",
                document.state.name()
            ),
        );
    }
    if document.state == State::Issuing && document.since < now - UNFINISHED_AFTER {
        report.notes.push(format!(
            "{place} was never finished (a crash?): the next command voids it"
        ));
    }
}

/// The signed status lists of a page's documents.
struct Lists {
    statuses: StatusLists,
    /// The latest moment at which all of them and the trust list decide, epoch seconds.
    at: i64,
    /// Their names.
    uris: HashMap<crate::domain::ids::ListId, String>,
    /// Those with changes that are not signed yet.
    dirty: Vec<crate::domain::ids::ListId>,
}

impl Lists {
    async fn of(
        service: &Service,
        tx: &mut Tx,
        page: &[Document],
        trust: &TrustList,
    ) -> Outcome<Self> {
        let mut lists = Self {
            statuses: StatusLists::default(),
            at: service.clock.now().min(trust.next_update),
            uris: HashMap::new(),
            dirty: Vec::new(),
        };
        let mut wanted: Vec<_> = page.iter().map(|d| d.place.list).collect();
        wanted.sort_by_key(|id| id.to_vec());
        wanted.dedup();
        for id in wanted {
            let list = status_lists::by_id(tx, id).await?;
            lists.uris.insert(id, list.uri);
            if list.dirty {
                lists.dirty.push(id);
            }
            let Some(token) = status_lists::token(tx, id).await? else {
                continue;
            };
            // One that is refused is a fault of its own, found with the lists.
            if lists.statuses.add(&token, trust).is_ok() {
                lists.at = lists.at.min(list.expires.unwrap_or(i64::MAX));
            }
        }
        Ok(lists)
    }
}

/// The verdict of a verifier that has the lists as they are published, on all cores.
fn judged(page: &[Document], trust: &TrustList, lists: &Lists, report: &mut Report) {
    let signed: Vec<(&Document, &str)> = page
        .iter()
        .filter_map(|d| d.state.signed().map(|s| (d, s.text.as_str())))
        .collect();
    let cores = thread::available_parallelism().map_or(1, |n| n.get());
    let share = signed.len().div_ceil(cores).max(1);
    let found: Vec<(DocumentId, String)> = thread::scope(|scope| {
        let parts: Vec<_> = signed
            .chunks(share)
            .map(|part| {
                scope.spawn(move || {
                    part.chunks(BATCH)
                        .flat_map(|b| batch(b, trust, lists))
                        .collect()
                })
            })
            .collect();
        let all = parts
            .into_iter()
            .map(|part| part.join().unwrap_or_else(|e| std::panic::resume_unwind(e)));
        all.flat_map(|faults: Vec<_>| faults).collect()
    });
    report.judged += signed.len() as u64;
    for (id, fault) in found {
        report.fault(place(id), fault);
    }
}

fn batch(
    batch: &[(&Document, &str)],
    trust: &TrustList,
    lists: &Lists,
) -> Vec<(DocumentId, String)> {
    let texts: Vec<&str> = batch.iter().map(|(_, text)| *text).collect();
    let policy = Policy::default();
    let verdicts = credential::verify_batch(&texts, trust, &lists.statuses, lists.at, &policy);
    let pairs = batch.iter().zip(verdicts);
    let wrong = pairs.filter(|((document, _), verdict)| !fits(document, verdict, lists));
    wrong
        .map(|((document, _), verdict)| {
            let (state, code) = (document.state.name(), verdict.reason().code());
            (
                document.id,
                format!("is {state} here, but verifiers say {code}"),
            )
        })
        .collect()
}

fn fits(document: &Document, verdict: &Verdict, lists: &Lists) -> bool {
    let reason = verdict.reason();
    if reason == Reason::Expired {
        return document.expires.is_some_and(|end| end <= lists.at);
    }
    // Genuine, and refused with everything else under a stolen key until it is issued anew.
    if reason == Reason::KeyCompromised {
        return true;
    }
    let stated = match document.state {
        State::Active(_) => Reason::Valid,
        State::Suspended { .. } => Reason::Suspended,
        State::Revoked { .. } => Reason::Revoked,
        State::Superseded { .. } => Reason::Superseded,
        State::Issuing | State::Void => return false,
    };
    // The status of a list that waits for its signature is that of before.
    let waits = lists.dirty.contains(&document.place.list);
    let any = [
        Reason::Valid,
        Reason::Suspended,
        Reason::Revoked,
        Reason::Superseded,
    ];
    reason == stated || (waits && any.contains(&reason))
}
