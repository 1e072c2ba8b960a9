//! What an office may set for itself. Stored as TOML, which an administrator edits; unknown names are refused.

use super::calendar::{Calendar, Hours, Zone};
use credential::date::Date;
use serde::{Deserialize, Serialize};

/// 1 MB, as this service counts it: 1,048,576 bytes.
pub const MEGABYTE: u32 = 1 << 20;

/// An office's policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// The citizen may still change an application that is submitted or under verification.
    pub edit_in_verification: bool,
    /// Most new applications a day; the rest waits for the next working day. None: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily_quota: Option<u32>,
    /// Working days for an application, 3 to 7, in place of the law's. Kinds that the law gives more keep theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sla_days: Option<u8>,
    /// When new applications join the queue.
    pub intake: Intake,
    /// Largest attachment in bytes.
    pub attachment_max_bytes: u32,
    /// Appointments.
    pub slots: SlotRule,
    /// Zone, hours and holidays.
    pub hours: OfficeHours,
}

/// When new applications join the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intake {
    /// At any time.
    #[default]
    Always,
    /// In opening hours; what is handed in outside them waits for the next opening.
    OpeningHours,
}

/// Appointments of an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SlotRule {
    /// People per half hour.
    pub per_half_hour: u16,
    /// How many days ahead one may book.
    pub days_ahead: u8,
}

impl Default for SlotRule {
    fn default() -> Self {
        Self {
            per_half_hour: 4,
            days_ahead: 30,
        }
    }
}

/// Zone, hours and holidays as they are written in the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OfficeHours {
    /// `WIB`, `WITA` or `WIT`.
    pub zone: String,
    /// Monday first, like `08:00-16:00`; empty: closed.
    pub week: [String; 7],
    /// Days like `2026-12-25`.
    pub holidays: Vec<String>,
}

impl Default for OfficeHours {
    fn default() -> Self {
        let day = || String::from("08:00-16:00");
        let closed = String::new;
        Self {
            zone: Zone::Wib.name().into(),
            week: [day(), day(), day(), day(), day(), closed(), closed()],
            holidays: Vec::new(),
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            edit_in_verification: false,
            daily_quota: None,
            sla_days: None,
            intake: Intake::Always,
            attachment_max_bytes: MEGABYTE,
            slots: SlotRule::default(),
            hours: OfficeHours::default(),
        }
    }
}

/// A setting that cannot be, with its name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadPolicy(pub String);

impl Policy {
    /// Reads a policy.
    pub fn parse(text: &str) -> Result<Self, BadPolicy> {
        let policy: Self = toml::from_str(text).map_err(|e| BadPolicy(e.message().to_string()))?;
        let bad = |text: &str| Err(BadPolicy(text.to_string()));
        if policy.sla_days.is_some_and(|days| !(3..=7).contains(&days)) {
            return bad("sla_days: must be 3 to 7");
        }
        if !(10_000..=10 * MEGABYTE).contains(&policy.attachment_max_bytes) {
            return bad("attachment_max_bytes: must be 10,000 to 10,485,760");
        }
        if !(1..=500).contains(&policy.slots.per_half_hour) {
            return bad("slots.per_half_hour: must be 1 to 500");
        }
        policy.calendar()?;
        Ok(policy)
    }

    /// As it is stored.
    pub fn to_text(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// Its zone, hours and holidays.
    pub fn calendar(&self) -> Result<Calendar, BadPolicy> {
        let bad = |what: String| BadPolicy(what);
        let zone = Zone::parse(&self.hours.zone)
            .ok_or_else(|| bad("hours.zone: must be WIB, WITA or WIT".into()))?;
        let mut week = [None; 7];
        for (day, text) in week.iter_mut().zip(&self.hours.week) {
            if !text.trim().is_empty() {
                let hours = Hours::parse(text);
                *day =
                    Some(hours.ok_or_else(|| {
                        bad(format!("hours.week: {text} must be like 08:00-16:00"))
                    })?);
            }
        }
        let mut holidays = std::collections::BTreeSet::new();
        for text in &self.hours.holidays {
            let day = Date::parse(text)
                .ok_or_else(|| bad(format!("hours.holidays: {text} must be like 2026-12-25")))?;
            holidays.insert(day.days());
        }
        Ok(Calendar {
            zone,
            week,
            holidays,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_refuses_what_cannot_be() {
        let text = "daily_quota = 105\nsla_days = 5\nintake = \"opening_hours\"\n[hours]\nzone = \"WITA\"\n\
            week = [\"08:00-16:00\", \"08:00-16:00\", \"08:00-16:00\", \"08:00-16:00\", \"08:00-11:30\", \"\", \"\"]\n\
            holidays = [\"2026-12-25\"]\n";
        let policy = Policy::parse(text).unwrap();
        assert_eq!(Policy::parse(&policy.to_text()), Ok(policy.clone()));
        assert_eq!(policy.calendar().unwrap().zone, Zone::Wita);
        assert_eq!(Policy::parse(""), Ok(Policy::default()));
        for bad in [
            "sla_days = 2",
            "daily_kuota = 3",
            "attachment_max_bytes = 5",
            "[hours]\nzone = \"CET\"",
            "[hours]\nholidays = [\"25-12-2026\"]",
            "[hours]\nweek = [\"9-5\", \"\", \"\", \"\", \"\", \"\", \"\"]",
            "[slots]\nper_half_hour = 0",
        ] {
            assert!(Policy::parse(bad).is_err(), "{bad}");
        }
    }
}
