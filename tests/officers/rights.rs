//! The table of rights, walked whole and written down.

use ikd::domain::application::Stage;
use ikd::domain::officer::OfficerRole;
use ikd::domain::proposal::Act as Grave;
use ikd::domain::rights::{
    Act, Eye, PHONES, Part, PhoneAct, TABLE, may, may_see_proposals, may_with_phones,
    may_with_proposals,
};
use std::fmt::Write;

const HEAD: &str = "# Who may do what

## To an application

Written by the test `rights` from `src/domain/rights.rs`, every part × act × stage of it; `IKD_WRITE_DOCS=1 cargo test
--test officers rights` writes it anew after a change that is meant. `●` allowed, `○` allowed where the office lets
citizens edit during verification, empty refused. An officer acts only on applications of their own office; one who
files at the counter acts as applicant on what they filed themselves. Who verified an application cannot approve it.
";

const HEAD_PHONES: &str = "
## With citizens' phones

Of people of any region, since everybody may go to whichever office is near. `activate`: see a person with their
document and open an activation; `find`: look up a person's phones by NIK; `end`: end a lost phone, which revokes what
it shows and leaves the documents valid.

";

const HEAD_PROPOSALS: &str = "
## What takes two people

One proposes, another approves within 24 hours, and it is carried out at once. The second one is of the same office, or of
an office for the whole country; never the proposer, never whose account it is, and neither gave or reset the other's
account within 7 days. Both are people who signed in with password and code; a bearer token is refused. Ending an account
takes one admin. Within a day from the approval `mandate.issue` is leave to issue so many cards without an application, and
`mandate.end` to end so many documents beyond what one officer may end in a day. `mandate.bulk` is leave to run one job of
bulk issuing, which `ikd bulk plan` proposes at the machine. `see`: read the proposals of the office.

";

const HEAD_SQL: &str = "
## No single person

Over HTTP the tests `matrix` walk every role × act × state, as a person and with a token: nobody issues without an
application or a mandate, ends more documents in a day than one officer may, or grants a role alone, and no address changes
trust. The test `matrix_sql` does the following with a connection to the database alone, on SQLite and on PostgreSQL. Who
keeps the machine has `data.key` and the signing keys: what is done there alone is marked so in the audit trail, and the
trust list takes as many people as the root has signers (`keys/README.md`).

| what it would be | tried by SQL | what holds it |
|---|---|---|
";

fn by_sql() -> String {
    let mut text = HEAD_SQL.to_string();
    for (of, what, holds) in crate::tries::TRIES {
        let _ = writeln!(text, "| {of} | {what} | {} |", holds.words());
    }
    text
}

fn name(part: Part) -> &'static str {
    match part {
        Part::Applicant => "applicant",
        Part::Officer(role) => role.name(),
    }
}

fn table() -> String {
    let mut text = HEAD.to_string();
    for part in Part::ALL {
        let _ = write!(text, "\n### {}\n\n| act |", name(part));
        for stage in Stage::ALL {
            let _ = write!(text, " {} |", stage.name());
        }
        let _ = write!(text, "\n|---|{}\n", ":-:|".repeat(Stage::ALL.len()));
        for act in Act::ALL {
            let _ = write!(text, "| {} |", act.name());
            for stage in Stage::ALL {
                let mark = match (may(part, act, stage, false), may(part, act, stage, true)) {
                    (true, true) => "●",
                    (false, true) => "○",
                    (false, false) => "",
                    (true, false) => panic!("a policy that lets edit takes nothing away"),
                };
                let _ = write!(text, " {mark} |");
            }
            text.push('\n');
        }
    }
    text + &phones() + &proposals() + &by_sql()
}

fn proposals() -> String {
    let mut text = HEAD_PROPOSALS.to_string() + "| role | see |";
    let columns = || {
        Grave::ALL
            .into_iter()
            .flat_map(|act| Eye::ALL.map(|eye| (act, eye)))
    };
    for (act, eye) in columns() {
        let _ = write!(text, " {} `{}` |", eye.name(), act.name());
    }
    let _ = write!(text, "\n|---|:-:|{}\n", ":-:|".repeat(columns().count()));
    let mark = |yes| if yes { "●" } else { "" };
    for role in OfficerRole::ALL {
        let _ = write!(
            text,
            "| {} | {} |",
            role.name(),
            mark(may_see_proposals(role))
        );
        for (act, eye) in columns() {
            let _ = write!(text, " {} |", mark(may_with_proposals(role, eye, act)));
        }
        text.push('\n');
    }
    text
}

fn phones() -> String {
    let mut text = HEAD_PHONES.to_string() + "| role |";
    for act in PhoneAct::ALL {
        let _ = write!(text, " {} |", act.name());
    }
    let _ = write!(text, "\n|---|{}\n", ":-:|".repeat(PhoneAct::ALL.len()));
    for role in OfficerRole::ALL {
        let _ = write!(text, "| {} |", role.name());
        for act in PhoneAct::ALL {
            let mark = if may_with_phones(role, act) {
                "●"
            } else {
                ""
            };
            let _ = write!(text, " {mark} |");
        }
        text.push('\n');
    }
    text
}

#[test]
fn the_written_table_is_that_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/RIGHTS.md");
    let wanted = table();
    if std::env::var_os("IKD_WRITE_DOCS").is_some() {
        std::fs::write(path, &wanted).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == wanted,
        "docs/RIGHTS.md is stale: IKD_WRITE_DOCS=1 cargo test --test officers rights"
    );
}

/// Counted apart from the table's own search: every combination is either in a row or refused.
#[test]
fn every_combination_is_decided_by_its_row() {
    let (mut allowed, mut walked) = (0, 0);
    for part in Part::ALL {
        for act in Act::ALL {
            let rows: Vec<_> = TABLE
                .iter()
                .filter(|(p, a, _)| *p == part && *a == act)
                .collect();
            assert!(rows.len() <= 1, "{part:?} {act:?} has two rows");
            for stage in Stage::ALL {
                walked += 1;
                let listed = rows.iter().any(|(_, _, stages)| stages.contains(&stage));
                assert_eq!(
                    may(part, act, stage, false),
                    listed,
                    "{part:?} {act:?} {stage:?}"
                );
                let edits = part == Part::Applicant
                    && act == Act::Edit
                    && matches!(stage, Stage::Submitted | Stage::UnderVerification);
                assert_eq!(may(part, act, stage, true), listed || edits);
                allowed += usize::from(listed);
            }
        }
    }
    assert_eq!(walked, Part::ALL.len() * Act::ALL.len() * Stage::ALL.len());
    let rows: usize = TABLE.iter().map(|(_, _, stages)| stages.len()).sum();
    assert_eq!(allowed, rows, "a row that no combination reaches");
}

/// Whoever lets a phone show documents has seen the person: nobody does who only reads or keeps accounts.
#[test]
fn phones_are_the_counters() {
    let roles = |act| {
        let rows = PHONES.iter().filter(move |(_, a)| *a == act);
        rows.map(|(role, _)| *role).collect::<Vec<_>>()
    };
    assert_eq!(roles(PhoneAct::Activate), [OfficerRole::Operator]);
    for (role, act) in PHONES {
        assert_ne!(*role, OfficerRole::Admin, "an admin has no citizens");
        assert!(
            *act == PhoneAct::Find || *role != OfficerRole::Auditor,
            "an auditor only reads"
        );
    }
}

/// What must hold whatever the table says.
#[test]
fn duties_stay_apart() {
    use OfficerRole as R;
    let officers = R::ALL.map(Part::Officer);
    for stage in Stage::ALL {
        for part in officers {
            let can = |act| may(part, act, stage, true);
            let role = name(part);
            assert!(
                !(can(Act::Pass) && can(Act::Approve)),
                "{role} both verifies and signs"
            );
            assert_eq!(
                can(Act::Approve),
                part == Part::Officer(R::Signer) && stage == Stage::InProcess
            );
            if part == Part::Officer(R::Auditor) {
                let acts = Act::ALL.into_iter().filter(|act| *act != Act::View);
                assert!(
                    acts.into_iter().all(|act| !can(act)),
                    "an auditor only reads"
                );
            }
            if part == Part::Officer(R::Admin) {
                assert!(
                    Act::ALL.into_iter().all(|act| !can(act)),
                    "an admin has no applications"
                );
            }
            if stage == Stage::Draft {
                assert!(
                    Act::ALL.into_iter().all(|act| !can(act)),
                    "a draft is the citizen's own"
                );
            }
            for act in [Act::Edit, Act::Submit, Act::Discard, Act::Cancel] {
                assert!(!can(act), "{role} does what is the applicant's");
            }
        }
        for act in Act::ALL {
            let own = [
                Act::View,
                Act::Edit,
                Act::Submit,
                Act::Discard,
                Act::Cancel,
                Act::Book,
                Act::Unbook,
            ];
            if !own.contains(&act) {
                assert!(
                    !may(Part::Applicant, act, stage, true),
                    "{act:?} is the office's"
                );
            }
        }
        let ended = matches!(
            stage,
            Stage::Done | Stage::HandedOver | Stage::Rejected | Stage::Cancelled
        );
        for part in Part::ALL {
            let acts = Act::ALL
                .into_iter()
                .filter(|act| may(part, *act, stage, true));
            for act in acts.filter(|act| *act != Act::View) {
                let hand_over = stage == Stage::Done && act == Act::HandOver;
                assert!(!ended || hand_over, "{part:?} {act:?} after the end");
            }
        }
    }
}
