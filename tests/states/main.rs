//! The state machine of applications, walked at random: whatever is tried in whatever order, it goes only the ways that
//! the database allows too, keeps the citizen's receipt, and ends once.

use ikd::chance::Chance;
use ikd::clock::Clock;
use ikd::domain::application::{
    Application, Cause, Due, Filer, Handover, HowHanded, Late, Receipt, Stage, State,
};
use ikd::domain::ids::{ApplicationId, DocumentId, OfficeId, OfficerId};
use ikd::domain::registration::Registration;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The ways that the trigger `applications_steps` lets an application go: `from>to`.
fn ways() -> BTreeSet<String> {
    let sql = include_str!("../../migrations/sqlite/0003_applications.sql");
    let trigger = sql.split("applications_steps").nth(1).unwrap();
    let trigger = trigger.split("BEGIN").next().unwrap();
    let quoted = trigger.split('\'').skip(1).step_by(2);
    quoted
        .filter(|text| text.len() > 1 && text.contains('>'))
        .map(String::from)
        .collect()
}

/// Everything that can be tried; the number chooses who does it.
#[derive(Debug, Clone, Copy)]
enum Try {
    Submit { late: bool },
    Take(usize),
    AskCorrection(usize),
    Constrain,
    Release,
    ApproveLate(usize),
    Pass(usize),
    SendBack,
    Finish(usize),
    HandOver(usize),
    Reject(usize),
    Cancel,
}

fn tries() -> impl Strategy<Value = Try> {
    let who = 0..3_usize;
    prop_oneof![
        any::<bool>().prop_map(|late| Try::Submit { late }),
        who.clone().prop_map(Try::Take),
        who.clone().prop_map(Try::AskCorrection),
        Just(Try::Constrain),
        Just(Try::Release),
        who.clone().prop_map(Try::ApproveLate),
        who.clone().prop_map(Try::Pass),
        Just(Try::SendBack),
        who.clone().prop_map(Try::Finish),
        who.clone().prop_map(Try::HandOver),
        who.prop_map(Try::Reject),
        Just(Try::Cancel),
    ]
}

struct Cast {
    officers: [OfficerId; 3],
    document: DocumentId,
    receipt: Receipt,
}

fn cast() -> (Cast, Application) {
    let (clock, chance) = (Clock::System, &mut Chance::seeded(7));
    let officers = [(); 3].map(|()| OfficerId::draw(&clock, chance));
    let receipt = Receipt {
        registration: Registration::draw(chance),
        at: 1,
    };
    let application = Application {
        id: ApplicationId::draw(&clock, chance),
        office: OfficeId::draw(&clock, chance),
        kind: &credential::kinds::KK,
        filer: Filer::Guest,
        previous: None,
        created: 0,
        state: State::Draft,
        since: 0,
        due: Due::Idle,
        late: Late::No,
    };
    let document = DocumentId::draw(&clock, chance);
    let cast = Cast {
        officers,
        document,
        receipt,
    };
    (cast, application)
}

fn attempt(cast: &Cast, a: Application, what: Try, at: i64) -> Option<Application> {
    let by = |n: usize| cast.officers[n];
    let note = || "Mohon foto ulang.".to_string();
    let step = match what {
        Try::Submit { late } => {
            let late = if late { Late::Pending } else { Late::No };
            a.submit(cast.receipt.clone(), late, at)
        }
        Try::Take(n) => a.take(by(n), at),
        Try::AskCorrection(n) => a.ask_correction(by(n), note(), at),
        Try::Constrain => a.constrain(Cause::Outage, note(), at),
        Try::Release => a.release(at),
        Try::ApproveLate(n) => a.approve_late(by(n)),
        Try::Pass(n) => a.pass(by(n), at),
        Try::SendBack => a.send_back(at),
        Try::Finish(n) => a.finish(by(n), cast.document, at),
        Try::HandOver(n) => {
            let handover = Handover {
                by: by(n),
                how: HowHanded::Collected,
                originals_checked: true,
                old_card_withdrawn: true,
            };
            a.hand_over(handover, at)
        }
        Try::Reject(n) => a.reject(by(n), note(), at),
        Try::Cancel => a.cancel(at),
    };
    step.ok()
}

/// What holds of every step that succeeded.
fn check(before: &Application, after: &Application, ways: &BTreeSet<String>) {
    let (from, to) = (before.state.stage(), after.state.stage());
    let way = format!("{}>{}", from.name(), to.name());
    assert!(
        from == to || ways.contains(&way),
        "the database refuses {way}"
    );
    assert!(!from.is_final(), "{way}: it had ended");
    assert_eq!((after.id, after.office), (before.id, before.office));
    if let Some(receipt) = before.state.receipt() {
        assert_eq!(
            after.state.receipt(),
            Some(receipt),
            "{way}: the citizen's receipt"
        );
    }
    assert_eq!(to == Stage::Draft, after.state.receipt().is_none());
    if to == Stage::InProcess && from == Stage::UnderVerification {
        assert_ne!(
            after.late,
            Late::Pending,
            "passed while lateness awaits its approval"
        );
    }
    if let Some(finished) = after.state.finished() {
        assert_ne!(
            finished.verified_by, finished.signed_by,
            "one person did both"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_walk_keeps_to_the_ways(walk in prop::collection::vec(tries(), 1..60)) {
        let (cast, mut a) = cast();
        let ways = ways();
        for (n, what) in walk.into_iter().enumerate() {
            if let Some(after) = attempt(&cast, a.clone(), what, n as i64) {
                check(&a, &after, &ways);
                a = after;
            }
        }
    }
}

/// The other way round: the database allows nothing that no application does, but for what waits from the beginning
/// (outside the hours, above the quota), which the use case joins from two steps.
#[test]
fn every_way_of_the_database_is_gone() {
    let (cast, draft) = cast();
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![draft]);
    let all = |n: usize| {
        [
            Try::Submit { late: false },
            Try::Take(n),
            Try::AskCorrection(n),
            Try::Constrain,
            Try::Release,
            Try::Pass(n),
            Try::SendBack,
            Try::Finish(n),
            Try::HandOver(n),
            Try::Reject(n),
            Try::Cancel,
        ]
    };
    let mut known = Vec::new();
    while let Some(a) = waiting.pop() {
        for what in (0..2).flat_map(all) {
            let Some(after) = attempt(&cast, a.clone(), what, 0) else {
                continue;
            };
            let (from, to) = (a.state.stage(), after.state.stage());
            if from != to {
                seen.insert(format!("{}>{}", from.name(), to.name()));
            }
            if !known.contains(&after) {
                known.push(after.clone());
                waiting.push(after);
            }
        }
    }
    let joined = ["draft>constrained", "needs_correction>constrained"].map(String::from);
    let wanted: BTreeSet<String> = ways().into_iter().filter(|w| !joined.contains(w)).collect();
    assert_eq!(seen, wanted);
}
