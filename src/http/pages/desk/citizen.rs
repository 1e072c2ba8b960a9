//! Closing the account of a citizen who stands at the counter and no longer has the mailbox or the phone.

use super::typed_nik;
use crate::accounts;
use crate::domain::officer::OfficerRole;
use crate::failure::Failure;
use crate::http::Shared;
use crate::http::pages::{Frame, page_with};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "desk/citizen.html")]
struct Close {
    frame: Frame,
    done: bool,
    wrong: String,
}

fn show(frame: Frame, done: bool, wrong: &str) -> Response {
    let status = match wrong.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let view = Close {
        done,
        wrong: wrong.to_string(),
        frame: frame.titled("Tutup akun warga", "Close a citizen's account"),
    };
    page_with(status, &view.frame, &view)
}

/// `/petugas/akun-warga`
pub async fn ask(officer: SignedIn, frame: Frame) -> Answer {
    match officer.role {
        OfficerRole::Operator => Ok(show(frame, false, "")),
        _ => Err(Failure::Role.into()),
    }
}

/// Closes it. Who has none here and who lives elsewhere is answered alike.
pub async fn close(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let nik = match typed_nik(posted.get("nik"), &frame) {
        Ok(nik) => nik,
        Err(wrong) => return Ok(show(frame, false, wrong)),
    };
    if posted.get("diperiksa") != "ya" {
        let wrong = frame.t(
            "periksa dahulu KTP-el dan Kartu Keluarga aslinya.",
            "check the original KTP-el and family card first.",
        );
        return Ok(show(frame, false, wrong));
    }
    let closed =
        accounts::close_by_office(&app.service, &mut app.chance(), officer.actor, nik).await;
    match closed {
        Ok(()) => Ok(show(frame, true, "")),
        Err(Failure::NotFound(_) | Failure::OutsideRegion) => {
            let wrong = frame.t(
                "tidak ada akun dengan NIK itu di wilayah kantor ini.",
                "no account in this office's region has that NIK.",
            );
            Ok(show(frame, false, wrong))
        }
        Err(other) => Err(other.into()),
    }
}
