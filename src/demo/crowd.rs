//! A full office: thousands of applications in every state, for looking at long queues and for measuring them.

use super::Say;
use super::applications::{self, Paper};
use super::desk::{self, Officer};
use crate::chance::Chance;
use crate::domain::application::Stage;
use crate::domain::ids::OfficeId;
use crate::domain::officer::{Actor, OfficerRole};
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use credential::kinds::by_slug;

/// Of a hundred applications, how many are in which stage: most are done, and a day or two of work lies on the desk.
const SHARES: [(Stage, usize); 10] = [
    (Stage::HandedOver, 40),
    (Stage::Done, 26),
    (Stage::Submitted, 8),
    (Stage::UnderVerification, 5),
    (Stage::InProcess, 5),
    (Stage::NeedsCorrection, 4),
    (Stage::Rejected, 5),
    (Stage::Cancelled, 3),
    (Stage::Draft, 2),
    (Stage::Constrained, 2),
];
/// What each family asks for, one of each.
const KINDS: [&str; 4] = ["kk", "akta-kelahiran", "ktp", "akta-kematian"];

/// One family in so many has an account.
const ACCOUNT_EACH: usize = 20;

/// Files so many applications, each family some of [`KINDS`]. Fewer where the office's region has too few families.
pub async fn file(
    service: &Service,
    chance: &mut Chance,
    office: OfficeId,
    officers: &[Officer],
    families: &[&[Person]],
    count: usize,
    say: Say<'_>,
) -> Outcome<usize> {
    let mut stages = SHARES
        .iter()
        .flat_map(|(stage, share)| std::iter::repeat_n(*stage, *share))
        .collect::<Vec<_>>();
    // Stages alternate, so that every family and kind meets every stage.
    let step = 37;
    stages = (0..stages.len())
        .map(|n| stages[n * step % stages.len()])
        .collect();
    let operator = officers.iter().find(|o| o.role == OfficerRole::Operator);
    let operator = operator
        .ok_or(Failure::Row("an officer of the demonstration"))?
        .actor;
    let mut filed = 0;
    for (number, family) in families.iter().enumerate() {
        if filed == count {
            break;
        }
        let head = family.iter().find(|p| p.shdk == 1);
        let head = head.ok_or(Failure::Row("a family without a head"))?;
        // Most come to the counter and leave no address, so that no letters pile up.
        let filer = match number % ACCOUNT_EACH {
            0 => {
                let citizen = desk::citizen(service, chance, family, 1000 + number).await?;
                Actor::Citizen(citizen.account)
            }
            _ => operator,
        };
        for slug in KINDS.into_iter().take(count - filed) {
            let kind = by_slug(slug).ok_or(Failure::Row("a kind of the demonstration"))?;
            let stage = stages[filed % stages.len()];
            let subject = match slug {
                // A death ends documents: it is somebody else's than the one who applies.
                "akta-kematian" => {
                    let others = family.iter().filter(|p| p.shdk != 1);
                    let oldest = others.min_by_key(|p| p.tanggal_lahir);
                    oldest.unwrap_or(head)
                }
                _ => head,
            };
            let paper = Paper {
                filer,
                me: head,
                family,
                subject,
                email: None,
                kind,
                stage,
            };
            applications::file(service, chance, office, officers, paper).await?;
            filed += 1;
            if filed % 1000 == 0 {
                say(format!("      {filed} of {count} applications"));
            }
        }
    }
    Ok(filed)
}
