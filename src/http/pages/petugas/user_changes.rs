//! What an admin does to one account: role, access, reset.

use super::users::{Answer, id, shown};
use crate::domain::ids::OfficerId;
use crate::domain::officer::OfficerRole;
use crate::failure::{Failure, Outcome};
use crate::http::Shared;
use crate::http::pages::{Frame, Wrong};
use crate::http::posted::Posted;
use crate::http::session::SignedIn;
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
    result: Outcome<()>,
) -> Answer {
    let text = match result {
        Ok(()) => {
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
    Ok(shown(app, status, officer, frame, id, "", wrongs).await?)
}

/// Gives another role.
pub async fn change_role(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    Path(text): Path<String>,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let id = id(&text)?;
    let result = match OfficerRole::parse(posted.get("peran")) {
        Some(role) => {
            let chance = &mut app.chance();
            users::change_role(&app.service, chance, officer.actor, id, role).await
        }
        None => Err(Failure::field("role", "form")),
    };
    done(&app, officer, frame, id, result).await
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
    done(&app, officer, frame, id, result).await
}

/// Lets an account count again.
pub async fn enable(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    Path(text): Path<String>,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let id = id(&text)?;
    let result = users::enable(&app.service, &mut app.chance(), officer.actor, id).await;
    done(&app, officer, frame, id, result).await
}

/// A new one-time password, shown once.
pub async fn reset(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    Path(text): Path<String>,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let id = id(&text)?;
    match users::reset(&app.service, &mut app.chance(), officer.actor, id).await {
        Ok(password) => Ok(shown(
            &app,
            StatusCode::OK,
            officer,
            frame,
            id,
            &password,
            Vec::new(),
        )
        .await?),
        Err(failure) => done(&app, officer, frame, id, Err(failure)).await,
    }
}
