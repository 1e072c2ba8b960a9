//! Rules about officers' accounts: names to sign in with, and who may change whose account how.

use super::ids::{OfficeId, OfficerId};
use super::officer::{Actor, OfficerRole};
use credential::ids::BadId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The name an officer signs in with: lower case, unique in the service. Not a secret, and not a NIK.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Login(String);

impl TryFrom<String> for Login {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|e| e.rule)
    }
}

impl From<Login> for String {
    fn from(login: Login) -> Self {
        login.0
    }
}

impl Login {
    /// Parses 3 to 40 letters, digits, dots, hyphens or underscores that begin with a letter; capitals become small.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let rule = BadId {
            what: "login",
            rule: "must be 3 to 40 letters, digits, dots, hyphens or underscores, beginning with a letter",
        };
        let text = text.trim().to_ascii_lowercase();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
        let begins = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
        if begins && (3..=40).contains(&text.len()) && text.bytes().all(allowed) {
            return Ok(Self(text));
        }
        Err(rule)
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A change of an officer's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A new account with that role.
    Add(OfficerRole),
    /// Another role.
    Role(OfficerRole),
    /// Neither login nor token count any more.
    Disable,
    /// They count again.
    Enable,
    /// A new one-time password; the code generator is enrolled anew.
    Reset,
}

impl Change {
    /// Its name in the audit trail.
    pub fn action(self) -> &'static str {
        match self {
            Self::Add(_) => "officer.add",
            Self::Role(_) => "officer.role",
            Self::Disable => "officer.disable",
            Self::Enable => "officer.enable",
            Self::Reset => "officer.reset",
        }
    }
}

/// What lines of the audit trail say of an officer, one after the other.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Told {
    /// The name of the role in the newest one.
    pub role: String,
    /// Whether the account was ended, and not given back.
    pub disabled: bool,
}

impl Told {
    /// Takes the next line: what was done, and its words behind the officer's id.
    pub fn line(&mut self, action: &str, words: &str) {
        // Behind the role stands how many people did it.
        self.role = words.split(' ').next().unwrap_or_default().to_string();
        self.disabled = match action {
            "officer.disable" => true,
            "officer.enable" | "officer.add" => false,
            _ => self.disabled,
        };
    }
}

/// Why a change of an account is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Of another office, or the actor is no officer: it is not there for them.
    Invisible,
    /// Only an admin manages accounts.
    NotAdmin,
    /// Nobody changes their own account's rights.
    Own,
    /// The office would be without an admin.
    LastAdmin,
}

/// Whether the actor may see accounts of that office.
pub fn may_see(actor: Actor, office: OfficeId) -> Result<(), Refusal> {
    match actor {
        Actor::Local => Ok(()),
        Actor::Officer {
            office: own, role, ..
        } if own == office => match role {
            OfficerRole::Admin => Ok(()),
            _ => Err(Refusal::NotAdmin),
        },
        Actor::Officer { role, .. } if role != OfficerRole::Admin => Err(Refusal::NotAdmin),
        Actor::Officer { .. }
        | Actor::Citizen(_)
        | Actor::Guest(_)
        | Actor::Device(_)
        | Actor::Stranger => Err(Refusal::Invisible),
    }
}

/// Whether the actor may make that change to the account of `target` (none: a new one). `other_admins` is how many
/// other admins of the office can sign in.
///
/// Whoever manages accounts can't make themselves signer or anything else, nor lift or reset their own account: an
/// unattended screen of an admin is not to become a signature.
pub fn may_change(
    actor: Actor,
    office: OfficeId,
    target: Option<(OfficerId, OfficerRole)>,
    change: Change,
    other_admins: u64,
) -> Result<(), Refusal> {
    may_see(actor, office)?;
    let Some((own, _)) = actor.officer() else {
        return Ok(());
    };
    let Some((id, role)) = target else {
        return Ok(());
    };
    if id == own {
        return Err(Refusal::Own);
    }
    let ends_admin = match change {
        Change::Disable => true,
        Change::Role(to) => to != OfficerRole::Admin,
        Change::Add(_) | Change::Enable | Change::Reset => false,
    };
    if role == OfficerRole::Admin && ends_admin && other_admins == 0 {
        return Err(Refusal::LastAdmin);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use crate::clock::Clock;
    use crate::domain::ids::ApplicationId;

    #[test]
    fn logins() {
        for good in ["abc", "siti.aminah", "Budi_2", "a-1"] {
            assert!(Login::parse(good).is_ok(), "{good}");
        }
        assert_eq!(Login::parse(" Budi ").unwrap().as_str(), "budi");
        for bad in [
            "",
            "ab",
            "1abc",
            "3273015204870003",
            "a b c",
            "é-accent",
            &"a".repeat(41),
        ] {
            assert!(Login::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_another_admin_of_the_same_office_changes_an_account() {
        let (clock, chance) = (Clock::fixed(1_790_000_000), &mut Chance::seeded(1));
        let [here, there] = [(); 2].map(|()| OfficeId::draw(&clock, chance));
        let [me, other] = [(); 2].map(|()| OfficerId::draw(&clock, chance));
        let changes = OfficerRole::ALL.map(Change::Role).into_iter().chain([
            Change::Disable,
            Change::Enable,
            Change::Reset,
        ]);
        for change in changes {
            for role in OfficerRole::ALL {
                let actor = Actor::Officer {
                    id: me,
                    office: here,
                    role,
                };
                let may = |office, id, target, admins| {
                    may_change(actor, office, Some((id, target)), change, admins)
                };
                if role != OfficerRole::Admin {
                    let refused = Err(Refusal::NotAdmin);
                    assert_eq!(may(here, other, OfficerRole::Operator, 5), refused);
                    assert_eq!(may(there, other, OfficerRole::Operator, 5), refused);
                    assert_eq!(may(here, me, role, 5), refused);
                    continue;
                }
                assert_eq!(may(here, me, role, 5), Err(Refusal::Own));
                assert_eq!(may(there, other, role, 5), Err(Refusal::Invisible));
                assert_eq!(may(here, other, OfficerRole::Signer, 0), Ok(()));
                assert_eq!(may(here, other, OfficerRole::Admin, 1), Ok(()));
                let keeps = matches!(
                    change,
                    Change::Enable | Change::Reset | Change::Role(OfficerRole::Admin)
                );
                let last = may(here, other, OfficerRole::Admin, 0);
                assert_eq!(last.is_ok(), keeps, "{change:?}");
            }
            for outsider in [
                Actor::Stranger,
                Actor::Guest(ApplicationId::draw(&clock, chance)),
            ] {
                let refused = Err(Refusal::Invisible);
                let target = Some((other, OfficerRole::Operator));
                assert_eq!(may_change(outsider, here, target, change, 5), refused);
            }
        }
    }
}
