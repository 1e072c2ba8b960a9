//! After a restore: the newest trust list that verifiers have comes into force here, and the keys follow what it says.
//!
//! A backup knows nothing of what came after it: a key that was stolen since would count again with the next list, and one
//! that was made since would be gone from it. The list is known to be ours by the root's signature alone.

use super::{ours, succeed};
use crate::chance::Chance;
use crate::compromise::{Successor, compromise};
use crate::domain::ids::OfficeId;
use crate::domain::key::Life;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome};
use crate::keys::Role;
use crate::offices::{self, seconds, step};
use crate::record::{Act, record};
use crate::seals;
use crate::service::Service;
use crate::store::keys::{self, Key};
use crate::store::trust_lists::Published;
use crate::store::{Tx, offices as stored, trust_lists};
use crate::trust::{active_root, store, take_centre};
use credential::ids::KeyId;
use credential::trust_list::issue::Draft;
use credential::trust_list::{Issuer, KeyState, TrustList};
use std::collections::{BTreeSet, HashMap};

/// What became of a key, or of whoever it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Followed {
    /// Its row was gone. `here`: its private half is not.
    Back {
        /// The key.
        kid: KeyId,
        /// Whether it can sign here.
        here: bool,
    },
    /// It was retired meanwhile.
    Retired(KeyId),
    /// It was found compromised meanwhile; what it has in force waits to be issued anew.
    Compromised(KeyId),
    /// It signs from now on.
    Signs(KeyId),
    /// It was made now and signs once the next list names it.
    Waits(KeyId),
    /// No key of that office signs; without one, no publisher's.
    Nobody(Option<String>),
}

/// What came of a list.
#[derive(Debug)]
pub enum Came {
    /// It is in force, and this became of keys.
    InForce(Published, Vec<Followed>),
    /// The database knows that list, and maybe later ones.
    Known,
}

/// What follows a list: the transaction, who does it, and what came of it so far.
struct Follower<'a> {
    service: &'a Service,
    tx: &'a mut Tx,
    chance: &'a mut Chance,
    actor: Actor,
    list: &'a TrustList,
    followed: Vec<Followed>,
    /// Whose keys changed.
    touched: BTreeSet<Option<OfficeId>>,
}

/// Puts a list in force that was published after the backup, and brings the keys to where it says they stand.
///
/// # Errors
/// [`Failure::Invalid`] where the root in force did not sign it, the database has published another one of that version, or it
/// names an office that is not here; [`Failure::Held`] as of any list, to be noted after the transaction is given up.
pub async fn follow(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    token: Vec<u8>,
) -> Outcome<Came> {
    let refuse = |reason: String| Failure::field("list", reason);
    take_centre(tx).await?;
    let rows = keys::all(tx).await?;
    let root = active_root(&rows)?;
    let list = ours(root, &token).map_err(refuse)?;
    let last = trust_lists::version(tx).await?.unwrap_or_default();
    if list.version <= last {
        let own = trust_lists::from(tx, list.version).await?;
        if own.first().is_some_and(|own| own.token == token) {
            return Ok(Came::Known);
        }
        let version = list.version;
        return Err(refuse(format!(
            "has version {version}, and this database is at {last} with another list: verifiers may know either. Where that was published \
             after the restore, put the backup back once more and follow before publishing; otherwise end here by hand each key that has \
             ended in it, then ikd trust draft --version-above with the highest version that is out"
        )));
    }
    let offices = all_there(tx, &list).await?;
    let mut follower = Follower {
        service,
        tx,
        chance,
        actor,
        list: &list,
        followed: Vec::new(),
        touched: BTreeSet::new(),
    };
    follower.take_back(&rows, &offices).await?;
    if list.root != root.public_key {
        succeed(
            service,
            follower.tx,
            follower.chance,
            actor,
            root,
            list.root,
        )
        .await?;
    }
    let draft = Draft {
        version: list.version,
        issued: list.issued,
        next_update: list.next_update,
        root: list.root,
        publishers: list.publishers.iter().map(|key| *key.as_bytes()).collect(),
        issuers: list
            .issuers()
            .map(|issuer| issuer.as_ref().clone())
            .collect(),
    };
    let published = store(service, follower.tx, follower.chance, actor, draft, token).await?;
    // Once it names them: what is back takes the place of what has ended.
    follower.end_keys().await?;
    follower.let_sign().await?;
    Ok(Came::InForce(published, follower.followed))
}

/// The offices that a list names, by their identifiers.
///
/// # Errors
/// [`Failure::Invalid`] that says how to add those that are not here.
async fn all_there(tx: &mut Tx, list: &TrustList) -> Outcome<HashMap<String, OfficeId>> {
    let known = stored::all(tx).await?;
    let known: HashMap<String, OfficeId> = known
        .into_iter()
        .map(|office| (office.iss.as_str().to_string(), office.id))
        .collect();
    let missing = |issuer: &&std::sync::Arc<Issuer>| !known.contains_key(&issuer.iss);
    let add: BTreeSet<String> = list
        .issuers()
        .filter(missing)
        .map(|issuer| {
            let name = issuer.office.replace('\'', "'\\''");
            let (iss, region) = (&issuer.iss, &issuer.region);
            format!("ikd office add --iss {iss} --name '{name}' --region '{region}'")
        })
        .collect();
    if add.is_empty() {
        return Ok(known);
    }
    let add: Vec<String> = add.into_iter().collect();
    let reason = format!(
        "names offices that this database does not know. First: {}",
        add.join("; ")
    );
    Err(Failure::field("list", reason))
}

impl Follower<'_> {
    /// Rows for keys that only the list names, kept in reserve.
    async fn take_back(
        &mut self,
        rows: &[Key],
        offices: &HashMap<String, OfficeId>,
    ) -> Outcome<()> {
        let list = self.list;
        let unknown = |public: &[u8; 32]| rows.iter().all(|key| key.public_key != *public);
        for issuer in list.issuers() {
            let public_key = *issuer.key.as_bytes();
            if unknown(&public_key) {
                let window = (issuer.not_before, issuer.not_after);
                let office = offices.get(&issuer.iss).copied();
                self.add(Role::Issuer, office, public_key, window).await?;
            }
        }
        for publisher in &list.publishers {
            let public_key = *publisher.as_bytes();
            if unknown(&public_key) {
                let window = (list.issued, list.issued + seconds(Role::Publisher));
                self.add(Role::Publisher, None, public_key, window).await?;
            }
        }
        Ok(())
    }

    async fn add(
        &mut self,
        role: Role,
        office: Option<OfficeId>,
        public_key: [u8; 32],
        (not_before, not_after): (i64, i64),
    ) -> Outcome<()> {
        let kid = KeyId::of(&public_key);
        let mut key = Key {
            kid,
            role,
            office,
            public_key,
            not_before,
            not_after,
            state: Life::Requested { standby: true },
            seal: None,
        };
        key.seal = Some(seals::key(&self.service.crypter, &key).to_vec());
        keys::insert(self.tx, &key, self.service.clock.now()).await?;
        let act = Act {
            office,
            detail: Some(format!("{} {kid}", role.name())),
            ..Act::new("key.add")
        };
        record(self.tx, &self.service.clock, self.chance, self.actor, act).await?;
        let here = self.service.keyring.is_within_reach(role, kid).await;
        self.followed.push(Followed::Back { kid, here });
        self.touched.insert(office);
        Ok(())
    }

    /// Brings keys to their ends that the list tells of and the database does not. A publisher's key that it does not name has
    /// ended, it does not say how.
    async fn end_keys(&mut self) -> Outcome<()> {
        let now = self.service.clock.now();
        for key in keys::all(self.tx).await? {
            let listed = match key.role {
                Role::Issuer => self.list.issuer(key.kid).map(|issuer| issuer.state),
                Role::Publisher if self.list.publisher(Some(key.kid)).is_none() => {
                    // One that was made since the list was signed waits for the next.
                    let live = key.state.listed(key.not_before) == KeyState::Active
                        && key.not_before <= self.list.issued;
                    live.then_some(KeyState::Retired(now))
                }
                _ => None,
            };
            if let Some(listed) = listed.filter(|state| *state != key.state.listed(key.not_before))
            {
                // As it is by now: it may have taken the place of one before it.
                let key = offices::key(self.tx, key.kid).await?;
                self.end(&key, listed).await?;
            }
        }
        Ok(())
    }

    async fn end(&mut self, key: &Key, listed: KeyState) -> Outcome<()> {
        use KeyState::{Active, Compromised, Retired};
        match (key.state.listed(key.not_before), listed) {
            (Active, Retired(since)) => self.retire(key, since).await,
            // Of two ends the earlier one was told to verifiers.
            (Retired(known), Retired(since)) if since < known => self.retire(key, since).await,
            (Active | Retired(_), Compromised(since)) => self.compromise(key, since).await,
            (Compromised(known), Compromised(since) | Retired(since)) if since < known => {
                self.compromise(key, since).await
            }
            _ => Ok(()),
        }
    }

    async fn retire(&mut self, key: &Key, since: i64) -> Outcome<()> {
        let to = Life::Retired(since);
        step(self.service, self.tx, self.chance, self.actor, key, to).await?;
        self.followed.push(Followed::Retired(key.kid));
        self.touched.insert(key.office);
        Ok(())
    }

    async fn compromise(&mut self, key: &Key, since: i64) -> Outcome<()> {
        let since = Some(since.clamp(0, self.service.clock.now()));
        let (service, chance) = (self.service, &mut *self.chance);
        let ended = compromise(service, self.tx, chance, self.actor, key.kid, since).await?;
        self.followed.push(Followed::Compromised(key.kid));
        match ended.successor {
            Successor::Waiting(kid) => self.followed.push(Followed::Waits(kid)),
            Successor::Standby(kid) => self.followed.push(Followed::Signs(kid)),
            Successor::Other(_) => {}
        }
        self.touched.insert(key.office);
        Ok(())
    }

    async fn is_here(&self, key: &Key) -> bool {
        self.service
            .keyring
            .is_within_reach(key.role, key.kid)
            .await
    }

    /// Whoever has no key that signs gets the oldest one that the list names and that is within reach.
    async fn let_sign(&mut self) -> Outcome<()> {
        let now = self.service.clock.now();
        let all = keys::all(self.tx).await?;
        for office in std::mem::take(&mut self.touched) {
            let role = office.map_or(Role::Publisher, |_| Role::Issuer);
            let own: Vec<&Key> = all
                .iter()
                .filter(|key| key.role == role && key.office == office)
                .filter(|key| (key.not_before..=key.not_after).contains(&now))
                .collect();
            // What signs is the newest one, wherever its private half is.
            let newest = own.iter().rev().find(|key| key.state == Life::Active);
            let waits = |key: &&Key| key.state == Life::Requested { standby: false };
            let mut signs = match newest {
                Some(key) => self.is_here(key).await,
                None => own.iter().any(waits),
            };
            if newest.is_none() {
                let mut reserve: Vec<&Key> = own
                    .into_iter()
                    .filter(|key| key.state == Life::Certified)
                    .collect();
                reserve.sort_by_key(|key| (key.not_before, key.kid.0));
                for key in reserve {
                    if self.is_here(key).await {
                        let to = Life::Active;
                        step(self.service, self.tx, self.chance, self.actor, key, to).await?;
                        self.followed.push(Followed::Signs(key.kid));
                        signs = true;
                        break;
                    }
                }
            }
            if !signs {
                let iss = match office {
                    Some(id) => stored::by_id(self.tx, id).await?,
                    None => None,
                };
                let iss = iss.map(|office| office.iss.as_str().to_string());
                self.followed.push(Followed::Nobody(iss));
            }
        }
        Ok(())
    }
}
