//! Identifiers of the service's own things. Each is made only by parsing, or drawn from time and chance.

use crate::chance::Chance;
use crate::clock::Clock;
use credential::ids::BadId;
use std::fmt;
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident = $what:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id: UUIDv7 of the clock's time and 74 random bits.
            pub fn draw(clock: &Clock, chance: &mut Chance) -> Self {
                Self(v7(clock, chance))
            }

            /// Parses the hyphenated or plain form.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                let rule = BadId { what: $what, rule: "must be a UUID" };
                Uuid::try_parse(text).map(Self).map_err(|_| rule)
            }

            /// From its 16 bytes in the database.
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadId> {
                let rule = BadId { what: $what, rule: "must be 16 bytes" };
                Uuid::from_slice(bytes).map(Self).map_err(|_| rule)
            }

            /// Its 16 bytes, borrowed.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// Its 16 bytes.
            pub fn to_vec(self) -> Vec<u8> {
                self.0.as_bytes().to_vec()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
                Self::parse(&text).map_err(|e| serde::de::Error::custom(e.rule))
            }
        }
    )*};
}

uuid_ids! {
    /// A document.
    DocumentId = "document id";
    /// An issuing office.
    OfficeId = "office id";
    /// An officer.
    OfficerId = "officer id";
    /// A status list.
    ListId = "status list id";
    /// An entry of the audit trail.
    AuditId = "audit id";
    /// An application for a document.
    ApplicationId = "application id";
    /// A citizen's account.
    AccountId = "account id";
    /// A code that was sent and is waited for.
    ChallengeId = "challenge id";
    /// An attachment of an application.
    AttachmentId = "attachment id";
    /// An upload that is not finished.
    UploadId = "upload id";
    /// An appointment.
    AppointmentId = "appointment id";
    /// An entry of the outbox.
    NoticeId = "notice id";
    /// An agency that receives changes.
    AgencyId = "agency id";
    /// A change of a document, as agencies hear of it.
    ChangeId = "change id";
    /// An activation of a phone.
    ActivationId = "activation id";
    /// A phone that shows documents.
    DeviceId = "device id";
    /// A credential bound to a phone.
    BoundId = "credential id";
    /// A job of bulk issuing.
    JobId = "job id";
    /// A reservation of places in a status list.
    ReservationId = "reservation id";
    /// What one person asks for and another approves.
    ProposalId = "proposal id";
    /// Leave to issue without an application.
    MandateId = "mandate id";
}

impl DocumentId {
    /// What no id drawn from that second on lies below: the time alone (RFC 9562 §5.7).
    pub fn first_of(second: i64) -> Self {
        let millis = u64::try_from(second).unwrap_or_default() * 1000;
        let [_, _, time @ ..] = millis.to_be_bytes();
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&time);
        Self(uuid::Uuid::from_bytes(bytes))
    }

    /// The n-th of up to 4,096 ids that ascend within a millisecond since 1970: RFC 9562 §6.2 method 1, the number in
    /// the 12 bits after the time, then 62 random bits.
    pub fn nth(millis: i64, n: u16, random: [u8; 8]) -> Self {
        let millis = u64::try_from(millis).unwrap_or_default();
        let [high, low] = (n & 0xfff).to_be_bytes();
        let [a, b, c, d, e, f, g, h] = random;
        let bytes = [high, low, a, b, c, d, e, f, g, h];
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }
}

fn v7(clock: &Clock, chance: &mut Chance) -> Uuid {
    let millis = u64::try_from(clock.now_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &chance.bytes()).into_uuid()
}

/// The short `iss` of an office, e.g. `ID.3273`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Iss(String);

impl Iss {
    /// Parses `ID.` and 1 to 20 letters, digits, dots or hyphens.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let fail = Err(BadId {
            what: "iss",
            rule: "must be `ID.` and 1 to 20 letters, digits, dots or hyphens, like ID.3273",
        });
        let Some(rest) = text.strip_prefix("ID.") else {
            return fail;
        };
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
        if rest.is_empty() || rest.len() > 20 || !rest.bytes().all(allowed) {
            return fail;
        }
        Ok(Self(text.to_string()))
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the office's status list of that number: `ikd:3273/0`.
    pub fn status_uri(&self, shard: i64) -> String {
        format!("ikd:{}/{shard}", &self.0["ID.".len()..])
    }
}

/// The region an office answers for: digits without dots, empty for the whole country.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RegionPrefix(String);

impl RegionPrefix {
    /// Parses 0, 2, 4, 6 or 10 digits, dots allowed between levels.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        if text.is_empty() {
            return Ok(Self(String::new()));
        }
        let kode = credential::ids::KodeWilayah::parse(text).map_err(|e| BadId {
            what: "region",
            rule: e.rule,
        })?;
        Ok(Self(kode.digits().to_string()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend_with_time_and_parse_back() {
        let clock = Clock::fixed(1_790_000_000);
        let mut chance = Chance::seeded(1);
        let first = DocumentId::draw(&clock, &mut chance);
        clock.advance(1);
        let second = DocumentId::draw(&clock, &mut chance);
        assert!(first < second);
        assert_eq!(DocumentId::parse(&first.to_string()), Ok(first));
        assert_eq!(DocumentId::from_bytes(&second.to_vec()), Ok(second));
        assert!(DocumentId::parse("3273015204870003").is_err());
    }

    #[test]
    fn ids_of_one_millisecond_ascend_with_their_number() {
        let ids: Vec<_> = (0..4096)
            .map(|n| DocumentId::nth(1_790_000_000_123, n, [(n % 251) as u8 ^ 0xff; 8]))
            .collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        let text = ids[0x123].to_string();
        assert_eq!(&text[..18], "01a0c450-6c7b-7123", "{text}");
    }

    #[test]
    fn iss_and_region() {
        assert_eq!(Iss::parse("ID.3273").unwrap().status_uri(0), "ikd:3273/0");
        for bad in ["", "ID.", "3273", "ID.32 73", "ID.32/73", "id.3273"] {
            assert!(Iss::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(RegionPrefix::parse("32.73").unwrap().as_str(), "3273");
        assert!(RegionPrefix::parse("327").is_err());
    }
}
