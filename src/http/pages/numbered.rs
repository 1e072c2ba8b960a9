//! The answer to a printed number: kind, state and day of issue. A badge and not the colours of a verdict, because the
//! number proves nothing about the paper it stands on.

use super::{Frame, page, words};
use crate::check::number::{Registered, Standing};
use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use credential::date::Date;

#[derive(Template)]
#[template(path = "numbered.html")]
struct Numbered {
    frame: Frame,
    found: Option<Found>,
}

struct Found {
    kind: &'static str,
    tone: &'static str,
    standing: &'static str,
    issued: String,
}

/// The page for what a number is registered as, if it is.
pub fn answer(frame: Frame, registered: Option<Registered>) -> Response {
    let found = registered.map(|registered| {
        let (tone, standing) = match registered.standing {
            Standing::InForce => ("good", frame.t("berlaku", "in force")),
            Standing::Superseded => ("warn", frame.t("sudah diganti", "superseded")),
            Standing::Suspended => ("bad", frame.t("dibekukan", "suspended")),
            Standing::Revoked => ("bad", frame.t("dicabut", "revoked")),
            Standing::Expired => ("bad", frame.t("habis masa berlakunya", "expired")),
        };
        let day = Date::at_wib(registered.issued);
        Found {
            kind: frame.say(&registered.kind.name),
            tone,
            standing,
            issued: day
                .map(|day| words::date(day, frame.lang))
                .unwrap_or_default(),
        }
    });
    let view = Numbered { frame, found };
    let mut response = page(&view.frame, &view);
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}
