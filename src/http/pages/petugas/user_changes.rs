//! What an admin does to one account: role, access, reset.

use super::users::{Answer, id, proposal, shown};
use crate::domain::ids::OfficerId;
use crate::domain::officer::OfficerRole;
use crate::domain::users::Change;
use crate::failure::{Failure, Outcome};
use crate::http::Shared;
use crate::http::pages::{Frame, Wrong};
use crate::http::posted::Posted;
use crate::http::session::SignedIn;
use crate::proposals::{self, Proposed};
use crate::users;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

/// What a change comes to: the page again, or the rule that forbids it beside the buttons.
async fn done(
    app: &Shared,
    officer: SignedIn,
    frame: Frame,
    id: OfficerId,
    result: Outcome<Option<Proposed>>,
) -> Answer {
    let text = match result {
        Ok(Some(proposed)) => return proposal(app, &officer, frame, proposed).await,
        Ok(None) => {
            let address = format!("/petugas/pengguna/{id}");
            return Ok(Redirect::to(&address).into_response());
        }
        Err(Failure::Separation(_)) => frame.t(
            "Tidak dapat dilakukan: kantor harus tetap punya administrator lain yang aktif, dan tidak seorang pun mengubah hak akunnya sendiri.",
            "Not possible: the office must keep another active administrator, and nobody changes the rights of their own account.",
        ),
        Err(Failure::Invalid(_)) => frame.t("Pilih peran yang lain", "Choose another role"),
        Err(other) => return Err(other.into()),
    };
    let wrongs = vec![Wrong {
        field: "peran",
        text: text.to_string(),
    }];
    let status = StatusCode::CONFLICT;
    Ok(shown(app, status, officer, frame, id, wrongs).await?)
}

async fn propose(
    app: &Shared,
    officer: SignedIn,
    frame: Frame,
    id: OfficerId,
    change: Change,
) -> Answer {
    let chance = &mut app.chance();
    let result = proposals::change_officer(&app.service, chance, officer.actor, id, change).await;
    done(app, officer, frame, id, result.map(Some)).await
}

/// Proposes another role.
pub async fn change_role(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    Path(text): Path<String>,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let id = id(&text)?;
    match OfficerRole::parse(posted.get("peran")) {
        Some(role) => propose(&app, officer, frame, id, Change::Role(role)).await,
        None => {
            let missing = Err(Failure::field("role", "form"));
            done(&app, officer, frame, id, missing).await
        }
    }
}

/// Ends an account until it is enabled again.
pub async fn disable(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    Path(text): Path<String>,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let id = id(&text)?;
    let result = users::disable(&app.service, &mut app.chance(), officer.actor, id).await;
    done(&app, officer, frame, id, result.map(|()| None)).await
}

/// Proposes that an account counts again.
pub async fn enable(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    Path(text): Path<String>,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let id = id(&text)?;
    propose(&app, officer, frame, id, Change::Enable).await
}

/// Proposes a new one-time password; its first half is shown once.
pub async fn reset(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    Path(text): Path<String>,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let id = id(&text)?;
    propose(&app, officer, frame, id, Change::Reset).await
}
