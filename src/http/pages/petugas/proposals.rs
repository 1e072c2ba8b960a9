//! What one officer proposed and another approves: the list, and one with exactly what it says.

use super::proposal_words::{about, act_name, facts, state_words, texts};
use super::users::Answer;
use crate::domain::ids::{OfficeId, ProposalId};
use crate::domain::officer::OfficerRole;
use crate::domain::proposal::{Act, By};
use crate::domain::rights::{Eye, may_with_proposals};
use crate::failure::{Failure, Outcome, Thing};
use crate::http::Shared;
use crate::http::pages::words::moment;
use crate::http::pages::{Frame, page_with};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::mandates::{self, Kind};
use crate::proposals::{self, Half, Proposal, Wanted};
use crate::store::{Tx, officers, offices};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

/// Proposals on one page.
const PAGE: u32 = 50;
/// Where the list is.
const LIST: &str = "/petugas/persetujuan";

#[derive(Template)]
#[template(path = "petugas/proposals.html")]
struct ListPage {
    frame: Frame,
    lines: Vec<Line>,
    next: String,
    /// Whether this officer may propose mandates.
    may_issue: bool,
    /// What is left of the office's mandates that count now: cards, and documents to end.
    left: (u32, u32),
    cards: Number,
    ends: Number,
}

/// A number that was typed, and what is wrong with it.
#[derive(Default)]
struct Number {
    typed: String,
    wrong: String,
}

struct Line {
    id: String,
    title: &'static str,
    about: String,
    by: String,
    when: String,
    tone: &'static str,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "petugas/proposal.html")]
struct ProposalPage {
    frame: Frame,
    line: Line,
    office: String,
    facts: Vec<(&'static str, String)>,
    texts: Vec<(&'static str, String)>,
    until: String,
    /// Who approved it and when, or empty.
    approved: String,
    statement: String,
    hash: String,
    hash_words: String,
    /// Half of a one-time password, shown this once, or empty.
    half: String,
    /// Whether it is the first half.
    first: bool,
    may_approve: bool,
    may_withdraw: bool,
    own: bool,
    /// Whether the head of the office may be the second one too.
    heads: bool,
    wrong: String,
}

/// Somebody's name, as pages show it.
async fn name(tx: &mut Tx, frame: &Frame, by: By) -> Outcome<String> {
    Ok(match by {
        By::Local => frame.t("Pengelola mesin", "The machine's keeper").into(),
        By::Officer(id) => {
            let found = officers::by_id(tx, id).await?;
            found.map_or_else(|| id.to_string(), |officer| officer.name)
        }
    })
}

async fn line(tx: &mut Tx, frame: &Frame, now: i64, proposal: &Proposal) -> Outcome<Line> {
    let statement = &proposal.statement;
    let (tone, state) = state_words(frame, proposal.stands(now));
    Ok(Line {
        id: statement.id.to_string(),
        title: act_name(frame, statement.content.act()),
        about: about(tx, frame, &statement.content).await?,
        by: name(tx, frame, statement.proposer).await?,
        when: moment(statement.proposed, frame.lang),
        tone,
        state,
    })
}

/// The list.
pub async fn list(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    RawQuery(query): RawQuery,
) -> Answer {
    let none = (Number::default(), Number::default());
    listed(&app, &officer, frame, query, none).await
}

async fn listed(
    app: &Shared,
    officer: &SignedIn,
    frame: Frame,
    query: Option<String>,
    (cards, ends): (Number, Number),
) -> Answer {
    let mut pairs = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
    let before = pairs.find(|(name, _)| name == "sebelum");
    let before = before.and_then(|(_, id)| ProposalId::parse(&id).ok());
    let mut tx = app.service.db.read().await?;
    let found = proposals::list(&app.service, &mut tx, officer.actor, before, PAGE + 1).await?;
    let now = app.service.clock.now();
    let mut lines = Vec::new();
    for proposal in found.iter().take(PAGE as usize) {
        lines.push(line(&mut tx, &frame, now, proposal).await?);
    }
    let next = match lines.last() {
        Some(last) if found.len() > lines.len() => format!("{LIST}?sebelum={}", last.id),
        _ => String::new(),
    };
    let given = mandates::list(&app.service, &mut tx, officer.office).await?;
    let left = |kind: Kind| {
        let counts = given.iter().filter(|m| now < m.ends && m.kind == kind);
        counts
            .map(|mandate| mandate.cards - mandate.used)
            .sum::<u32>()
    };
    let status = match cards.wrong.is_empty() && ends.wrong.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let view = ListPage {
        frame: frame.titled("Persetujuan", "Approvals"),
        lines,
        next,
        may_issue: may_with_proposals(officer.role, Eye::First, Act::MandateIssue),
        left: (left(Kind::Issue), left(Kind::End)),
        cards,
        ends,
    };
    Ok(page_with(status, &view.frame, &view))
}

/// Proposes a mandate: cards without an application, or many documents to end.
pub async fn mandate(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let (cards, ends) = (posted.get("kartu").trim(), posted.get("akhiri").trim());
    let number = |typed: &str| typed.parse::<u32>().unwrap_or_default();
    let wanted = match ends.is_empty() {
        true => Wanted::Cards(number(cards)),
        false => Wanted::Ends(number(ends)),
    };
    let chance = &mut app.chance();
    match proposals::mandate(&app.service, chance, officer.actor, wanted).await {
        Ok(proposed) => Ok(at(proposed.proposal.statement.id)),
        Err(Failure::Invalid(_)) => {
            let wrong = frame.t("Angka 1 sampai 100000", "A number from 1 to 100000");
            let shown = |typed: &str| Number {
                typed: typed.chars().take(10).collect(),
                wrong: wrong.into(),
            };
            let numbers = match wanted {
                Wanted::Cards(_) => (shown(cards), Number::default()),
                Wanted::Ends(_) => (Number::default(), shown(ends)),
            };
            listed(&app, &officer, frame.clone(), None, numbers).await
        }
        Err(other) => Err(other.into()),
    }
}

fn id(text: &str) -> Result<ProposalId, Problem> {
    let absent = |_| Problem::from(Failure::NotFound(Thing::Proposal));
    ProposalId::parse(text).map_err(absent)
}

/// What a page shows beside the proposal itself.
#[derive(Default)]
pub(super) struct Beside {
    /// Half of a one-time password.
    pub half: Option<Half>,
    /// Why it was not done.
    pub wrong: &'static str,
}

/// One proposal.
pub async fn show(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    Path(text): Path<String>,
) -> Answer {
    let id = id(&text)?;
    Ok(shown(&app, StatusCode::OK, &officer, frame, id, Beside::default()).await?)
}

async fn office_name(tx: &mut Tx, id: OfficeId) -> Outcome<String> {
    let office = offices::by_id(tx, id).await?;
    Ok(office.map(|office| office.name).unwrap_or_default())
}

pub(super) async fn shown(
    app: &Shared,
    status: StatusCode,
    officer: &SignedIn,
    frame: Frame,
    id: ProposalId,
    beside: Beside,
) -> Outcome<Response> {
    let mut tx = app.service.db.read().await?;
    let proposal = proposals::one(&app.service, &mut tx, officer.actor, id).await?;
    let statement = &proposal.statement;
    let now = app.service.clock.now();
    let own = By::of(officer.actor) == Some(statement.proposer);
    let second = may_with_proposals(officer.role, Eye::Second, statement.content.act());
    let waits = proposal.waits(now);
    let approved = match proposal.approved {
        Some((by, at)) => format!(
            "{}, {}",
            name(&mut tx, &frame, by).await?,
            moment(at, frame.lang)
        ),
        None => String::new(),
    };
    let line = line(&mut tx, &frame, now, &proposal).await?;
    let mut frame = frame;
    frame.title = line.title.to_string();
    let view = ProposalPage {
        office: office_name(&mut tx, statement.office).await?,
        facts: facts(&mut tx, &frame, &statement.content).await?,
        texts: texts(
            &app.service,
            &mut tx,
            &frame,
            statement.office,
            &statement.content,
        )
        .await?,
        until: moment(statement.until(), frame.lang),
        approved,
        statement: proposal.text.clone(),
        hash: data_encoding::HEXLOWER.encode(&proposal.hash),
        hash_words: proposal.hash_words(),
        half: beside.half.map(|half| half.to_string()).unwrap_or_default(),
        first: waits,
        may_approve: waits && second && !own,
        may_withdraw: waits && (own || second),
        own,
        heads: may_with_proposals(OfficerRole::Signer, Eye::Second, statement.content.act()),
        wrong: beside.wrong.to_string(),
        line,
        frame,
    };
    Ok(page_with(status, &view.frame, &view))
}

/// The second person says yes.
pub async fn approve(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    Path(text): Path<String>,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let id = id(&text)?;
    let chance = &mut app.chance();
    let hash = posted.get("sidik");
    match proposals::approve(&app.service, chance, officer.actor, id, hash).await {
        Ok(carried) if carried.half.is_none() => Ok(at(id)),
        Ok(carried) => {
            let half = carried.half;
            let beside = Beside { half, wrong: "" };
            Ok(shown(&app, StatusCode::OK, &officer, frame, id, beside).await?)
        }
        Err(failure) => refused(&app, &officer, frame, id, failure).await,
    }
}

/// Whoever proposed it takes it back, or the second one turns it down.
pub async fn withdraw(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    Path(text): Path<String>,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let id = id(&text)?;
    let chance = &mut app.chance();
    match proposals::withdraw(&app.service, chance, officer.actor, id).await {
        Ok(_) => Ok(at(id)),
        Err(failure) => refused(&app, &officer, frame, id, failure).await,
    }
}

/// The page of a proposal.
pub(super) fn at(id: ProposalId) -> Response {
    Redirect::to(&format!("{LIST}/{id}")).into_response()
}

async fn refused(
    app: &Shared,
    officer: &SignedIn,
    frame: Frame,
    id: ProposalId,
    failure: Failure,
) -> Answer {
    let wrong = match failure {
        Failure::Separation(_) => frame.t(
            "Harus dua orang yang berbeda: bukan pengusul, bukan pemilik akun, dan tidak saling membuat atau mengatur ulang akun dalam 7 hari terakhir. Pengusul harus masih bertugas, dan kantor harus tetap punya administrator lain yang aktif.",
            "It takes two different people: not the proposer, not the account's owner, and neither gave or reset the other's account in the last 7 days. The proposer must still be in office, and the office must keep another active administrator.",
        ),
        Failure::WrongState(_) | Failure::Changed => frame.t(
            "Keadaannya sudah berubah: usulan ini tidak lagi menunggu, atau akunnya sudah diubah orang lain. Muat ulang halaman ini; bila perlu ajukan usulan baru.",
            "Things have changed: this proposal waits no longer, or somebody else changed the account. Load this page again; propose it anew if it is still needed.",
        ),
        Failure::Invalid(_) => frame.t(
            "Isinya tidak sama dengan yang Anda lihat, atau nama masuknya sudah dipakai. Baca usulan ini sekali lagi.",
            "It is not what you saw, or the sign-in name is taken. Read the proposal again.",
        ),
        other => return Err(other.into()),
    };
    let beside = Beside { half: None, wrong };
    Ok(shown(app, StatusCode::CONFLICT, officer, frame, id, beside).await?)
}
