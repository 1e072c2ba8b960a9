//! Every document that was ever signed, examined by the lint of today: the form, what it is for, signature and symbol.
//!
//! After a mistake was found in what is issued, or the lint learnt a rule, this tells which documents have to be issued
//! anew. Reads only; the service may go on meanwhile.

use crate::domain::document::Ecc;
use crate::domain::ids::{DocumentId, ListId, OfficeId};
use crate::failure::{Failure, Outcome};
use crate::issue::size;
use crate::lint::{self, For, What};
use crate::service::Service;
use crate::store::documents_signed::{self, Made, Stored};
use crate::store::offices::Office;
use crate::store::{keys, offices, status_lists};
use credential::cose::{Sign1, issue::Unsigned};
use credential::ed25519::IssuerKey;
use credential::ids::KeyId;
use credential::token::unpack;
use std::collections::{BTreeMap, HashMap};
use std::thread;

/// Rows read at a time: enough for all cores.
const PAGE: u32 = 4_000;
/// Documents that are named of each rule; the rest is counted.
const NAMED: usize = 20;

/// Which documents.
#[derive(Debug, Clone, Copy, Default)]
pub struct Which {
    /// Of that key alone.
    pub kid: Option<KeyId>,
    /// Not more than so many.
    pub limit: Option<u64>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Examined {
    /// Documents that were looked at.
    pub documents: u64,
    /// Of these, signed ones.
    pub signed: u64,
    /// Those that break a rule, by the rule.
    pub broken: BTreeMap<String, Found>,
}

/// Who breaks a rule.
#[derive(Debug, Default)]
pub struct Found {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: Vec<DocumentId>,
}

/// What documents are held against.
struct Known {
    offices: HashMap<OfficeId, Office>,
    lists: HashMap<ListId, String>,
    keys: HashMap<KeyId, (IssuerKey, Option<OfficeId>)>,
}

/// Examines them in the order of their ids. `progress` is called after each page.
pub async fn check(
    service: &Service,
    which: Which,
    mut progress: impl FnMut(&Examined),
) -> Outcome<Examined> {
    let mut examined = Examined::default();
    let mut known = Known::read(service).await?;
    let mut after = None;
    let limit = which.limit.unwrap_or(u64::MAX);
    while examined.documents < limit {
        let mut tx = service.db.read().await?;
        let mut page = documents_signed::after(&mut tx, after, PAGE).await?;
        let Some(last) = page.last().map(|stored| stored.id) else {
            break;
        };
        after = Some(last);
        page.retain(|stored| which.kid.is_none_or(|kid| kid == stored.kid));
        page.truncate(usize::try_from(limit - examined.documents).unwrap_or(usize::MAX));
        for stored in &page {
            if !known.lists.contains_key(&stored.place.list) {
                let list = status_lists::by_id(&mut tx, stored.place.list).await?;
                known.lists.insert(list.id, list.uri);
            }
        }
        drop(tx);
        examined.documents += page.len() as u64;
        examined.signed += page.iter().filter(|stored| stored.made.is_some()).count() as u64;
        for (id, rule) in on_all_cores(&page, &known) {
            let found = examined.broken.entry(rule).or_default();
            found.count += 1;
            if found.first.len() < NAMED {
                found.first.push(id);
            }
        }
        progress(&examined);
    }
    Ok(examined)
}

impl Known {
    async fn read(service: &Service) -> Outcome<Self> {
        let mut tx = service.db.read().await?;
        let all = offices::all(&mut tx).await?;
        let offices = all.into_iter().map(|office| (office.id, office)).collect();
        let mut known = HashMap::new();
        for key in keys::all(&mut tx).await? {
            let public = IssuerKey::from_bytes(&key.public_key);
            let public = public.map_err(|_| Failure::Row("keys.public_key"))?;
            known.insert(key.kid, (public, key.office));
        }
        Ok(Self {
            offices,
            lists: HashMap::new(),
            keys: known,
        })
    }
}

fn on_all_cores(page: &[Stored], known: &Known) -> Vec<(DocumentId, String)> {
    let cores = thread::available_parallelism().map_or(1, |n| n.get());
    let share = page.len().div_ceil(cores).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = page
            .chunks(share)
            .map(|part| {
                scope.spawn(move || {
                    let rules = part
                        .iter()
                        .map(|stored| (stored.id, examine(stored, known)));
                    let broken = rules.filter_map(|(id, rule)| rule.err().map(|rule| (id, rule)));
                    broken.collect::<Vec<_>>()
                })
            })
            .collect();
        let joined = parts.into_iter().map(|part| {
            part.join()
                .unwrap_or_else(|cause| std::panic::resume_unwind(cause))
        });
        joined.flatten().collect()
    })
}

/// The first rule that a document breaks.
fn examine(stored: &Stored, known: &Known) -> Result<(), String> {
    let office = known.offices.get(&stored.office).ok_or("has no office")?;
    let uri = known.lists.get(&stored.place.list).ok_or("has no list")?;
    let under = For {
        kind: stored.kind,
        iss: office.iss.as_str(),
        region: office.region.as_str(),
        uri,
        index: stored.place.index,
        issued: stored.issued,
        expires: stored.expires,
        what: What::Document(stored.subject, stored.number.as_deref()),
    };
    let passed = lint::examine(stored.claims.clone(), &under).map_err(|failure| match failure {
        Failure::Lint(rule) => rule,
        other => other.to_string(),
    })?;
    let Some(made) = &stored.made else {
        return Ok(());
    };
    let (key, owner) = known
        .keys
        .get(&stored.kid)
        .ok_or("is signed by a key that is not known")?;
    if *owner != Some(stored.office) {
        return Err("is signed by a key of another office".into());
    }
    let token = token(stored, made)?;
    if !passed.is_in(&token, stored.kid) {
        return Err("what was signed is not what is stored".into());
    }
    let read = Sign1::parse_canonical(&token).map_err(|_| "is no COSE_Sign1")?;
    let unsigned = passed.unsigned(stored.kid);
    if !key.verify(&unsigned.to_be_signed(), read.signature) {
        return Err("its signature does not verify".into());
    }
    let ecc = match &made.text {
        Ok(text) => size::ecc_of(text.len()),
        Err(_) => size::ecc(&token),
    };
    if ecc.ok().map(Ecc::name) != Some(made.ecc.as_str()) {
        return Err("its symbol has another error correction, or is none".into());
    }
    Ok(())
}

fn token(stored: &Stored, made: &Made) -> Result<Vec<u8>, String> {
    match &made.text {
        Err(signature) => {
            let unsigned = Unsigned::new(stored.kid, None, stored.claims.clone());
            Ok(unsigned.into_token(signature))
        }
        Ok(text) => {
            let read = unpack(text).map_err(|_| "its text is not a token")?;
            if !read.canonical {
                return Err("its text is not in the canonical form".into());
            }
            Ok(read.bytes)
        }
    }
}
