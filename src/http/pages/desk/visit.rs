//! The part of an application's page about the visit for photo and fingerprints.

use super::words;
use crate::applications::appointment;
use crate::applications::sight::Sight;
use crate::domain::appointment::Meeting;
use crate::domain::rights::Act;
use crate::failure::Outcome;
use crate::http::pages::Frame;
use crate::store::Tx;

/// The visit for photo and fingerprints.
pub struct Visit {
    /// When, and what came of it; empty where none was booked yet.
    pub when: String,
    pub tone: &'static str,
    pub word: &'static str,
    pub missed: usize,
    pub may_book: bool,
    pub may_note: bool,
}

impl Visit {
    /// None for kinds that need no visit.
    pub async fn of(
        frame: &Frame,
        tx: &mut Tx,
        seen: &Sight,
        acts: &[Act],
    ) -> Outcome<Option<Self>> {
        let a = &seen.case.application;
        if !a.kind.filing.in_person {
            return Ok(None);
        }
        let (latest, missed) = appointment::latest(tx, a.id).await?;
        let when = latest
            .as_ref()
            .map(|l| words::slot(frame.lang, l.starts, &seen.case.calendar));
        let (tone, word) = latest
            .as_ref()
            .map_or(("", ""), |l| words::meeting(frame, l.state));
        let booked = latest.is_some_and(|l| l.state == Meeting::Booked);
        Ok(Some(Self {
            when: when.unwrap_or_default(),
            tone,
            word,
            missed,
            may_book: acts.contains(&Act::Book),
            may_note: acts.contains(&Act::Attend) && booked,
        }))
    }
}
