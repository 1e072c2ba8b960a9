//! Role × act × stage, all of it, by HTTP: what `domain/rights.rs` says is what the server does.

use crate::client::Client;
use crate::database::{blob, rewrite};
use crate::support::Answer;
use crate::town::{ROLES, Town};
use ikd::domain::application::Stage;
use ikd::domain::officer::OfficerRole;
use ikd::domain::rights::{Act, Part, may};
use serde_json::{Value, json};

/// Every act but those of appointments, which a family card has none of (tests/appointments).
fn acts() -> impl Iterator<Item = Act> {
    Act::ALL.into_iter().filter(|act| !act.is_of_appointment())
}

fn client(town: &Town, part: Part) -> &Client {
    match part {
        Part::Applicant => &town.owner,
        Part::Officer(role) => town.officer(role.name()),
    }
}

/// Does that to an application.
fn attempt(client: &Client, id: &str, act: Act, version: &Value) -> Answer {
    let address = format!("/v1/applications/{id}");
    let (method, path, body) = match act {
        Act::View => ("GET", address, None),
        Act::Edit => {
            let body = json!({"version": version, "people": {"phone": "081234567890"}});
            ("PUT", format!("{address}/answers"), Some(body))
        }
        Act::Discard => ("DELETE", address, None),
        Act::Complete => {
            let body = json!({"version": version, "values": {}});
            ("POST", format!("{address}/complete"), Some(body))
        }
        Act::AskCorrection | Act::Constrain | Act::Reject => {
            let body = json!({"note": "Mohon foto ulang."});
            ("POST", format!("{address}/{}", act.name()), Some(body))
        }
        Act::HandOver => {
            let body =
                json!({"how": "delivered", "originals_checked": true, "old_card_withdrawn": true});
            ("POST", format!("{address}/hand-over"), Some(body))
        }
        Act::Submit
        | Act::Cancel
        | Act::Take
        | Act::Release
        | Act::ApproveLate
        | Act::Pass
        | Act::SendBack
        | Act::Approve => ("POST", format!("{address}/{}", act.name()), None),
        Act::Book | Act::Unbook | Act::Attend | Act::Miss => unreachable!("left out of the walk"),
    };
    client.send(method, &path, body.as_ref())
}

/// The status that the table asks for; none where the act is allowed.
fn refusal(part: Part, act: Act, stage: Stage, lets_edit: bool) -> Option<u16> {
    let ever = || Stage::ALL.into_iter().any(|s| may(part, act, s, lets_edit));
    match () {
        () if may(part, act, stage, lets_edit) => None,
        () if !may(part, Act::View, stage, lets_edit) => Some(404),
        () if ever() => Some(409),
        () => Some(403),
    }
}

/// Where an act leads from a stage; `None` for one that ends in another or no stage.
fn leads_to(act: Act, stage: Stage) -> Option<Stage> {
    Some(match act {
        Act::View | Act::Edit | Act::ApproveLate | Act::Complete => stage,
        Act::Submit | Act::Release => Stage::Submitted,
        Act::Discard => return None,
        Act::Cancel => Stage::Cancelled,
        Act::Take | Act::SendBack => Stage::UnderVerification,
        Act::AskCorrection => Stage::NeedsCorrection,
        Act::Constrain => Stage::Constrained,
        Act::Pass => Stage::InProcess,
        Act::Approve => Stage::Done,
        Act::Reject => Stage::Rejected,
        Act::HandOver => Stage::HandedOver,
        Act::Book | Act::Unbook | Act::Attend | Act::Miss => stage,
    })
}

/// One that may be tried with any act: where lateness matters it came late.
fn prepared(town: &Town, act: Act, stage: Stage) -> String {
    let id = town.at(stage.name());
    if act == Act::ApproveLate {
        let sql = format!(
            "UPDATE applications SET late = 'pending' WHERE id = {}",
            blob(&town.data, &id)
        );
        assert_eq!(rewrite(&town.data, &sql), Ok(1));
    }
    id
}

fn view(town: &Town, id: &str) -> Value {
    town.owner.read(&format!("/v1/applications/{id}"))
}

/// Every refusal at one application, which stays as it is; then each act that is allowed, at one of its own.
fn walk(town: &Town, stage: Stage, lets_edit: bool) -> (usize, usize) {
    let id = town.at(stage.name());
    let before = view(town, &id);
    let (mut refused, mut allowed) = (0, Vec::new());
    for part in Part::ALL {
        for act in acts() {
            let Some(status) = refusal(part, act, stage, lets_edit) else {
                allowed.push((part, act));
                continue;
            };
            let answer = attempt(client(town, part), &id, act, &before["version"]);
            assert_eq!(
                answer.status,
                status,
                "{part:?} {act:?} {stage:?}: {}",
                answer.text()
            );
            answer.problem(status);
            refused += 1;
        }
    }
    // Nobody of another office, no other citizen, and nobody at all does anything.
    for act in acts() {
        let foreigners = ROLES.map(|role| (town.foreigner(role), 404));
        let others = [(&town.stranger, 404), (&town.nobody, 401)];
        for (client, status) in foreigners.into_iter().chain(others) {
            attempt(client, &id, act, &before["version"]).problem(status);
        }
    }
    assert_eq!(
        view(town, &id),
        before,
        "{stage:?}: a refused act left a trace"
    );
    for (part, act) in &allowed {
        let id = prepared(town, *act, stage);
        let version = view(town, &id)["version"].clone();
        let answer = attempt(client(town, *part), &id, *act, &version);
        assert!(
            (200..300).contains(&answer.status),
            "{part:?} {act:?} {stage:?}: {}",
            answer.text()
        );
        match leads_to(*act, stage) {
            Some(next) => assert_eq!(
                view(town, &id)["state"],
                next.name(),
                "{part:?} {act:?} {stage:?}"
            ),
            None => drop(
                town.owner
                    .get(&format!("/v1/applications/{id}"))
                    .problem(404),
            ),
        }
    }
    offered(town, &id, stage, lets_edit);
    (refused, allowed.len())
}

/// What the API says may be done now is what may be done.
fn offered(town: &Town, id: &str, stage: Stage, lets_edit: bool) {
    for part in Part::ALL
        .into_iter()
        .filter(|p| may(*p, Act::View, stage, lets_edit))
    {
        let view = client(town, part).read(&format!("/v1/applications/{id}"));
        let acts = acts().filter(|act| may(part, *act, stage, lets_edit));
        let wanted: Vec<_> = acts.map(Act::name).collect();
        assert_eq!(view["acts"], json!(wanted), "{part:?} {stage:?}");
    }
}

#[test]
fn the_server_does_what_the_table_says() {
    assert_eq!(
        ROLES,
        OfficerRole::ALL.map(OfficerRole::name),
        "every role is tried"
    );
    let town = Town::new();
    let counts = Stage::ALL.map(|stage| walk(&town, stage, false));
    let (refused, allowed) = counts
        .iter()
        .fold((0, 0), |sum, n| (sum.0 + n.0, sum.1 + n.1));
    assert_eq!(
        refused + allowed,
        Part::ALL.len() * acts().count() * Stage::ALL.len()
    );
    let table = ikd::domain::rights::TABLE.iter();
    let table = table.filter(|(_, act, _)| !act.is_of_appointment());
    assert_eq!(
        allowed,
        table.map(|(_, _, stages)| stages.len()).sum::<usize>()
    );
}

#[test]
fn an_office_that_lets_citizens_edit_allows_that_and_nothing_else() {
    let town = Town::new();
    let policy = json!({"policy": "edit_in_verification = true"});
    town.agree("PUT", "/v1/policy", &policy);
    for stage in [Stage::Submitted, Stage::UnderVerification, Stage::InProcess] {
        walk(&town, stage, true);
    }
}
