//! Credentials for a phone: intents stored → signed → judged as a verifier would → in force and handed out.

mod unfinished;

pub use unfinished::void_unfinished;

use super::contents::{self, Wish};
use super::sealed::{self, Table};
use super::{Credential, Handed};
use crate::chance::Chance;
use crate::domain::bound::{self as rules, Bound, Intent, State};
use crate::domain::device::{Device, State as DeviceState};
use crate::domain::document::State as DocumentState;
use crate::domain::ids::{BoundId, DeviceId, DocumentId, ListId};
use crate::domain::officer::Actor;
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome};
use crate::issue::order::office_for;
use crate::issue::size::Sizing;
use crate::keys::Role;
use crate::lint::{self, For, Passed, What};
use crate::record::{Act, record};
use crate::service::Service;
use crate::status::{self, Touched};
use crate::store::devices::{self, Stored};
use crate::store::locks::{self, Row};
use crate::store::offices::{self, Office};
use crate::store::row_seals::DEVICES;
use crate::store::{Tx, bound, documents, keys, status_lists};
use crate::trust;
use credential::document::Value;
use credential::holder::HolderKey;
use credential::kinds::Kind;
use credential::kinds::fields as f;
use credential::kinds::profiles;
use credential::status_list::Status;
use credential::status_source::{Lookup, StatusLists, StatusSource};
use credential::token::pack;
use credential::trust_list::TrustList;
use credential::{Policy, Reason};
use std::collections::BTreeSet;
use unfinished::void;

/// Credentials to hand out: those in force that still say what they should, and intents for the others.
pub(super) struct Planned {
    device: DeviceId,
    subject_index: [u8; 32],
    key: HolderKey,
    name: String,
    credentials: Vec<(Bound, &'static Kind, Passed)>,
}

/// Decides what the phone gets, in the caller's transaction; stores an intent for each credential that it lacks, that
/// says something else than it should now, or that is past half its life.
pub(super) async fn plan(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    stored: &Stored,
    person: &Person,
) -> Outcome<Planned> {
    let device = &stored.device;
    let id = device.id.to_vec();
    let portrait = match &stored.face {
        Some(sealed) => {
            let face = sealed::open_face(service, Table::Devices, &id, sealed)?;
            Some((face, device.created))
        }
        None => None,
    };
    let wishes = contents::wishes(service, tx, person, portrait).await?;
    if wishes.is_empty() {
        return Err(Failure::NotEntitled(
            "no KTP-el, KIA or family card of this person is in force",
        ));
    }
    let (_, trust) = trust::current(tx).await?;
    let all_keys = keys::all(tx).await?;
    let present = bound::active_of(tx, &service.crypter, device.id).await?;
    let mut planned = Planned {
        device: device.id,
        subject_index: stored.subject_index,
        key: device.key.holder(),
        name: person.nama.clone(),
        credentials: Vec::new(),
    };
    for wish in wishes {
        let kind = wish.of.kind;
        let region = match wish.content.get(&f::REGION) {
            Some(Value::Region(region)) => *region,
            _ => person.kode_wilayah,
        };
        let office = office_for(tx, Actor::Local, region).await?;
        let key = status::signing_key(&all_keys, &office, &trust, service.clock.now())?;
        let maker = Maker {
            service,
            device,
            wish,
            office,
            kid: key.kid,
        };
        let kept = maker.keep(tx, chance, &present).await?;
        let (one, uri) = match kept {
            Some(kept) => kept,
            None => maker.intend(tx, chance).await?,
        };
        let passed = maker.examine(&one, &uri)?;
        planned.credentials.push((one, kind, passed));
    }
    let new = || {
        let all = planned.credentials.iter();
        all.filter(|(one, ..)| one.state == State::Issuing)
    };
    if new().next().is_some() {
        let content: Vec<u8> = new().flat_map(|(one, ..)| one.claims.clone()).collect();
        let act = Act {
            office: device.office,
            content: Some(&content),
            detail: Some(format!(
                "device {}, {} credentials",
                device.id,
                new().count()
            )),
            ..Act::new("wallet.intend")
        };
        record(tx, &service.clock, chance, Actor::Device(device.id), act).await?;
    }
    Ok(planned)
}

/// Makes one credential.
struct Maker<'a> {
    service: &'a Service,
    device: &'a Device,
    wish: Wish,
    office: Office,
    kid: credential::ids::KeyId,
}

impl Maker<'_> {
    /// The claims as they would be at that place and time.
    fn claims(
        &self,
        chance: &mut Chance,
        uri: &str,
        index: u32,
        issued: i64,
        expires: i64,
    ) -> Outcome<Vec<u8>> {
        let sizing = Sizing {
            kid: self.kid,
            iss: self.office.iss.as_str(),
            uri,
            index,
            iat: issued,
            holder: Some(self.device.key.holder()),
        };
        let (payload, _) = sizing.fit(self.wish.content.clone(), Some(expires), chance)?;
        Ok(payload.payload)
    }

    /// One in force that is young enough and says what it should.
    async fn keep(
        &self,
        tx: &mut Tx,
        chance: &mut Chance,
        present: &[Bound],
    ) -> Outcome<Option<(Bound, String)>> {
        let now = self.service.clock.now();
        let same = |one: &&Bound| {
            one.document == self.wish.of.id
                && one.purpose == self.wish.purpose
                && one.office == self.office.id
                && one.kid == self.kid
                && now < one.renew_after()
        };
        let Some(one) = present.iter().find(same) else {
            return Ok(None);
        };
        let list = status_lists::by_id(tx, one.place.list).await?;
        let claims = self.claims(chance, &list.uri, one.place.index, one.issued, one.expires)?;
        Ok((claims == one.claims).then(|| (one.clone(), list.uri)))
    }

    /// An intent, stored.
    async fn intend(&self, tx: &mut Tx, chance: &mut Chance) -> Outcome<(Bound, String)> {
        let service = self.service;
        let id = BoundId::draw(&service.clock, chance);
        let (place, uri) = status::draw(service, tx, chance, &self.office, &id.to_vec()).await?;
        let issued = service.clock.now();
        let expires = rules::expires(issued, self.wish.of.expires);
        let one = Bound {
            id,
            device: self.device.id,
            document: self.wish.of.id,
            purpose: self.wish.purpose,
            office: self.office.id,
            place,
            issued,
            expires,
            kid: self.kid,
            claims: self.claims(chance, &uri, place.index, issued, expires)?,
            state: State::Issuing,
            since: issued,
        };
        bound::insert(tx, &service.crypter, chance, &one).await?;
        Ok((one, uri))
    }

    /// What is to be signed, held against the format and against what it is for.
    fn examine(&self, one: &Bound, uri: &str) -> Outcome<Passed> {
        let under = For {
            kind: self.wish.of.kind,
            iss: self.office.iss.as_str(),
            region: self.office.region.as_str(),
            uri,
            index: one.place.index,
            issued: one.issued,
            expires: Some(one.expires),
            what: What::ForPhone(profiles::by_number(u64::from(one.purpose))),
        };
        lint::examine(one.claims.clone(), &under)
    }
}

/// Signs what was planned, judges it, and puts what is new in force. Where that cannot be done, the intents are void:
/// the phone asks again.
pub(super) async fn finish(
    service: &Service,
    chance: &mut Chance,
    planned: Planned,
) -> Outcome<Handed> {
    let all = planned.credentials.iter();
    let intents: Vec<Intent> = all.filter_map(|(one, ..)| one.intent()).collect();
    match sign(service, chance, planned).await {
        Ok(handed) => Ok(handed),
        Err(failure) => {
            // If this fails too, the next start voids them.
            let mut tx = service.db.begin().await?;
            if void(service, &mut tx, chance, intents).await.is_ok() {
                let _ = tx.commit().await;
            }
            Err(failure)
        }
    }
}

async fn sign(service: &Service, chance: &mut Chance, planned: Planned) -> Outcome<Handed> {
    // A new list, or one about to expire, is signed before anything refers to it.
    let all = planned.credentials.iter();
    let lists: BTreeSet<ListId> = all.map(|(one, ..)| one.place.list).collect();
    for list in lists {
        status::ready(service, list).await?;
    }
    let mut signed = Vec::new();
    for (one, kind, passed) in planned.credentials {
        let unsigned = passed.unsigned(one.kid);
        let signer = service.keyring.signer(Role::Issuer, one.kid)?;
        let signature = crate::keys::sign(signer, unsigned.to_be_signed()).await?;
        let token = unsigned.into_token(&signature);
        if !passed.is_in(&token, one.kid) {
            return Err(Failure::Row("bound_credentials.claims"));
        }
        signed.push((one, kind, pack(&token), token));
    }
    let now = service.clock.now();
    let id = planned.device;
    let mut tx = service.db.begin().await?;
    // Whoever erases the person now waits, and then ends what is put in force here.
    locks::name(&mut tx, super::PHONES, &planned.subject_index).await?;
    DEVICES
        .must_fit(&mut tx, &service.register(), &id.to_vec())
        .await?;
    let stored = devices::by_id(&mut tx, id).await?;
    // Between intent and signature the phone may have been ended, or a document changed.
    if stored.is_none_or(|stored| stored.device.state != DeviceState::Active) {
        return Err(Failure::DeviceEnded);
    }
    let new = signed
        .iter()
        .filter(|(one, ..)| one.state == State::Issuing);
    let documents: BTreeSet<DocumentId> = new.map(|(one, ..)| one.document).collect();
    for id in documents {
        // Whoever ends the document now waits, and then finds the credential that has to end with it.
        locks::row(&mut tx, Row::Document(id)).await?;
    }
    let (_, trust) = trust::current(&mut tx).await?;
    let mut handed = Handed {
        device: id,
        credentials: Vec::new(),
        name: planned.name,
    };
    let (mut tokens, mut new) = (Vec::new(), 0);
    for (one, kind, text, token) in signed {
        locks::share(&mut tx, one.place.list).await?;
        if !keys::is_active(&mut tx, one.kid).await? {
            // Found compromised after the intent: the trust list that is still in force would let it pass.
            return Err(Failure::Changed);
        }
        judge(service, &mut tx, &trust, &one, &planned.key, &text).await?;
        handed.credentials.push(Credential {
            kind: kind.slug,
            purpose: contents::slug(one.purpose),
            text,
            kid: one.kid,
            issued: one.issued,
            expires: one.expires,
            renew_after: one.renew_after(),
        });
        if one.state != State::Issuing {
            continue;
        }
        let document = documents::by_id(&mut tx, one.document).await?;
        let in_force = document.is_some_and(|d| matches!(d.state, DocumentState::Active(_)));
        if !in_force {
            return Err(Failure::Changed);
        }
        let active = one.activate(now).map_err(|e| Failure::WrongState(e.0))?;
        bound::change(&mut tx, State::Issuing, &active).await?;
        tokens.extend(token);
        new += 1;
    }
    devices::renewed(&mut tx, &service.register(), id, now).await?;
    let act = Act {
        content: Some(&tokens),
        detail: Some(format!("device {id}, {new} new credentials")),
        ..Act::new("wallet.issue")
    };
    record(&mut tx, &service.clock, chance, Actor::Device(id), act).await?;
    tx.commit().await?;
    metrics::counter!("ikd_wallet_credentials_total").increment(new);
    Ok(handed)
}

/// The verdict of a verifier with the newest lists. Without the phone's proof it is that one missing, which comes before
/// the status; so the status is looked up by itself.
async fn judge(
    service: &Service,
    tx: &mut Tx,
    trust: &TrustList,
    one: &Bound,
    key: &HolderKey,
    text: &str,
) -> Outcome<()> {
    let mut statuses = StatusLists::default();
    if let Some(list) = status_lists::token(tx, one.place.list).await? {
        let added = statuses.add(&list, trust);
        added.map_err(|_| Failure::NotPublishable("the status list"))?;
    }
    let now = service.clock.now();
    let verdict = credential::verify(text, trust, &statuses, now, &Policy::default());
    let credential = match verdict.credential() {
        Some(credential) if verdict.reason() == Reason::HolderProofMissing => credential,
        _ => return Err(Failure::NotVerified(verdict.reason())),
    };
    let claims = credential.claims();
    if claims.cnf.as_ref() != Some(key) {
        return Err(Failure::NotVerified(verdict.reason()));
    }
    let office = offices::by_id(tx, one.office).await?;
    let office = office.ok_or(Failure::Row("bound_credentials.office"))?;
    let found = claims
        .status
        .map(|at| statuses.status(office.iss.as_str(), at.uri, at.index));
    match found {
        Some(Lookup::Found {
            status: Status::Valid,
            ..
        }) => Ok(()),
        _ => Err(Failure::NotVerified(Reason::StatusListMissing)),
    }
}
