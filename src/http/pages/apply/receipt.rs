//! The receipt: the registration number large, as text and as a QR, and the code once.

use super::caller::{Caller, id};
use super::status::pdf_file;
use super::words;
use crate::applications::{self, Case};
use crate::domain::application::Receipt as Number;
use crate::domain::ids::ApplicationId;
use crate::failure::{Failure, Thing};
use crate::http::Shared;
use crate::http::pages::{Frame, page};
use crate::http::problem::Problem;
use crate::print;
use crate::render::qr;
use crate::store::offices;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "apply/receipt.html")]
struct Receipt {
    frame: Frame,
    id: String,
    kind_name: &'static str,
    number: String,
    code: Option<String>,
    office: String,
    at: String,
    due: String,
    waiting: Option<String>,
    in_person: bool,
}

/// Right after handing in: with the code.
pub(super) async fn first(
    app: &Shared,
    caller: &Caller,
    frame: Frame,
    id: ApplicationId,
    code: &str,
) -> Answer {
    render(app, caller, frame, id, Some(code.to_string())).await
}

/// `/permohonan/{id}/tanda-terima`: without the code, which nobody has any more.
pub async fn show(
    State(app): State<Shared>,
    Path(text): Path<String>,
    caller: Caller,
    frame: Frame,
) -> Answer {
    render(&app, &caller, frame, id(&text)?, None).await
}

fn number(case: &Case) -> Result<&Number, Problem> {
    let receipt = case.application.state.receipt();
    receipt.ok_or_else(|| Failure::NotFound(Thing::Application).into())
}

async fn render(
    app: &Shared,
    caller: &Caller,
    frame: Frame,
    id: ApplicationId,
    code: Option<String>,
) -> Answer {
    let mut tx = app.service.db.read().await?;
    let case = applications::visible(&app.service, &mut tx, caller.actor, id).await?;
    let receipt = number(&case)?;
    let office = offices::by_id(&mut tx, case.application.office).await?;
    let frame = frame.titled("Tanda terima", "Receipt");
    let due = match case.application.due {
        crate::domain::application::Due::Running(at) => {
            words::day(frame.lang, case.calendar.day(at))
        }
        _ => String::new(),
    };
    let view = Receipt {
        id: id.to_string(),
        kind_name: frame.say(&case.application.kind.name),
        number: receipt.registration.to_string(),
        office: office.map(|o| o.name).unwrap_or_default(),
        at: words::moment(frame.lang, receipt.at, &case.calendar),
        waiting: case.application.state.note().map(str::to_string),
        in_person: case.application.kind.filing.in_person,
        due,
        code,
        frame,
    };
    Ok(page(&view.frame, &view))
}

/// The receipt as a PDF, without the code.
pub async fn pdf(State(app): State<Shared>, Path(text): Path<String>, caller: Caller) -> Answer {
    let mut tx = app.service.db.read().await?;
    let case = applications::visible(&app.service, &mut tx, caller.actor, id(&text)?).await?;
    let bytes = print::receipt(&mut tx, &case).await?;
    Ok(pdf_file("tanda-terima", bytes))
}

/// The registration number as a QR, plain text and no address.
pub async fn number_picture(
    State(app): State<Shared>,
    Path(text): Path<String>,
    caller: Caller,
) -> Answer {
    let mut tx = app.service.db.read().await?;
    let case = applications::visible(&app.service, &mut tx, caller.actor, id(&text)?).await?;
    picture(&number(&case)?.registration.to_string())
}

/// A text as an SVG symbol.
pub(in crate::http::pages) fn picture(text: &str) -> Answer {
    let symbol = qr::encode(text, qr::Ecc::M).or_else(|_| qr::encode(text, qr::Ecc::L));
    let symbol = symbol.map_err(|_| Problem::from(Failure::TooLarge))?;
    let svg = qr::svg(&symbol, None);
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, svg).into_response())
}
