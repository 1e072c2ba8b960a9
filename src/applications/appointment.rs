//! Appointments for photo and fingerprints: free places, booking, moving, giving up, who came and who did not.

use super::review::officer;
use super::{Case, allowed, log, visible};
use crate::chance::Chance;
use crate::domain::appointment::{self, Appointment, Meeting, SlotFault};
use crate::domain::calendar::Calendar;
use crate::domain::ids::{ApplicationId, AppointmentId, OfficeId};
use crate::domain::officer::Actor;
use crate::domain::policy::SlotRule;
use crate::domain::rights::Act;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::applications::seal;
use crate::store::locks::{self, Row};
use crate::store::{Tx, appointments};
use credential::date::Date;
use std::collections::BTreeMap;

/// A slot with what is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// When it begins, epoch seconds.
    pub starts: i64,
    /// Free places.
    pub free: u16,
}

/// A day with its slots that can still be booked.
pub struct Day {
    /// The day, in the office's zone.
    pub day: Date,
    /// Its slots, full ones too.
    pub slots: Vec<Slot>,
}

/// Every day on which an office still takes appointments.
pub async fn days(
    tx: &mut Tx,
    office: OfficeId,
    calendar: &Calendar,
    rule: SlotRule,
    now: i64,
) -> Outcome<Vec<Day>> {
    let days = appointment::days(calendar, rule, now);
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return Ok(Vec::new());
    };
    let span = (calendar.bounds(*first).0, calendar.bounds(*last).1);
    let taken: BTreeMap<i64, i64> = appointments::counts(tx, office, span)
        .await?
        .into_iter()
        .collect();
    let slot = |starts: i64| {
        let taken = taken.get(&starts).copied().unwrap_or(0);
        let free = i64::from(rule.per_half_hour) - taken;
        Slot {
            starts,
            free: u16::try_from(free.max(0)).unwrap_or(0),
        }
    };
    let days = days.into_iter().map(|day| {
        let all = appointment::slots(calendar, day).into_iter();
        let open = all.filter(|at| appointment::bookable(calendar, rule, *at, now).is_ok());
        Day {
            day,
            slots: open.map(slot).collect(),
        }
    });
    Ok(days.collect())
}

/// Free places for an application, for whoever may book one.
pub async fn free(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    id: ApplicationId,
) -> Outcome<(Case, Vec<Day>)> {
    let case = for_visit(service, tx, actor, id, Act::Book).await?;
    let (office, now) = (case.application.office, service.clock.now());
    let days = days(tx, office, &case.calendar, case.policy.slots, now).await?;
    Ok((case, days))
}

/// The newest appointment of an application, whatever came of it, and how many were missed.
pub async fn latest(tx: &mut Tx, id: ApplicationId) -> Outcome<(Option<Appointment>, usize)> {
    let all = appointments::of_application(tx, id).await?;
    let missed = all
        .iter()
        .filter(|a| matches!(a.state, Meeting::Missed(_)))
        .count();
    Ok((all.into_iter().next(), missed))
}

/// As [`allowed`]; for a kind without a visit the fault says so.
async fn for_visit(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    id: ApplicationId,
    act: Act,
) -> Outcome<Case> {
    let case = visible(service, tx, actor, id).await?;
    if !case.application.kind.filing.in_person {
        return Err(Failure::Slot(SlotFault::NotInPerson));
    }
    allowed(service, tx, actor, id, act).await
}

/// As [`for_visit`], for whoever goes on to write.
async fn for_visit_to_write(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    id: ApplicationId,
    act: Act,
) -> Outcome<Case> {
    locks::row(tx, Row::Application(id)).await?;
    let case = for_visit(service, tx, actor, id, act).await?;
    seal::must_fit(tx, &service.register(), id).await?;
    Ok(case)
}

/// Books a place, or moves the appointment there. Nobody loses the old place unless the new one is theirs.
pub async fn book(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    id: ApplicationId,
    starts: i64,
) -> Outcome<Appointment> {
    let case = for_visit_to_write(service, tx, actor, id, Act::Book).await?;
    let (a, rule, now) = (&case.application, case.policy.slots, service.clock.now());
    appointment::bookable(&case.calendar, rule, starts, now).map_err(Failure::Slot)?;
    let before = latest(tx, id).await?.0;
    let before = before.filter(|old| old.state == Meeting::Booked);
    if let Some(same) = before.as_ref().filter(|old| old.starts == starts) {
        return Ok(same.clone());
    }
    let mut taken = appointments::taken(tx, a.office, starts).await?;
    let seat = appointment::free_seat(rule, &taken).map_err(Failure::Slot)?;
    if let Some(old) = before {
        let gone = old.cancel().map_err(Failure::Slot)?;
        appointments::change(tx, &service.register(), Meeting::Booked, &gone).await?;
    }
    let mut booked = Appointment {
        id: AppointmentId::draw(&service.clock, chance),
        application: id,
        office: a.office,
        starts,
        seat,
        state: Meeting::Booked,
        created: now,
    };
    // Others book at the same time and see the same seats free.
    while !appointments::insert(tx, &service.register(), &booked).await? {
        taken.push(booked.seat);
        booked.seat = appointment::free_seat(rule, &taken).map_err(Failure::Slot)?;
    }
    log(service, tx, chance, actor, a, Act::Book, None).await?;
    Ok(booked)
}

/// What happens to an appointment that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is given up.
    GiveUp,
    /// The person came.
    Keep,
    /// The person did not come. The place stays taken; another one may be booked.
    Miss,
}

impl Change {
    fn act(self) -> Act {
        match self {
            Self::GiveUp => Act::Unbook,
            Self::Keep => Act::Attend,
            Self::Miss => Act::Miss,
        }
    }
}

/// Changes the newest appointment of an application.
pub async fn change(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    id: ApplicationId,
    change: Change,
) -> Outcome<Appointment> {
    let case = for_visit_to_write(service, tx, actor, id, change.act()).await?;
    let old = latest(tx, id).await?.0;
    let old = old.ok_or(Failure::Slot(SlotFault::None))?;
    let (from, now) = (old.state, service.clock.now());
    let after = match change {
        Change::GiveUp => old.cancel(),
        Change::Keep => old.keep(&case.calendar, officer(actor)?, now),
        Change::Miss => old.miss(officer(actor)?, now),
    };
    let after = after.map_err(Failure::Slot)?;
    appointments::change(tx, &service.register(), from, &after).await?;
    let act = change.act();
    log(service, tx, chance, actor, &case.application, act, None).await?;
    Ok(after)
}

/// An office's appointments of a day, in their order.
pub async fn of_day(
    tx: &mut Tx,
    office: OfficeId,
    calendar: &Calendar,
    day: Date,
) -> Outcome<Vec<Appointment>> {
    appointments::between(tx, office, calendar.bounds(day)).await
}
