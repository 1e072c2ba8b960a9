//! Another contact, and the end of the account.

use super::super::{Frame, Wrongs};
use super::{CodePage, Kept, digits, shown, words};
use crate::accounts;
use crate::domain::code::Code;
use crate::domain::ids::ChallengeId;
use crate::failure::Failure;
use crate::http::Shared;
use crate::http::address::ClientAddress;
use crate::http::citizen::Citizen;
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::clear_cookie;
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

#[derive(Template)]
#[template(path = "akun/kontak.html")]
struct ContactPage {
    frame: Frame,
    contact: String,
    wrongs: Wrongs,
}

impl ContactPage {
    fn answer(frame: Frame, contact: &str, wrongs: Wrongs) -> Response {
        let status = match wrongs.is_empty() {
            true => StatusCode::OK,
            false => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let page = Self {
            frame: frame.titled("Ganti email atau ponsel", "Change e-mail or phone"),
            contact: contact.chars().take(300).collect(),
            wrongs,
        };
        shown(status, &page.frame, &page)
    }
}

/// `GET /akun/kontak`
pub(super) async fn contact(_: Citizen, frame: Frame) -> Response {
    ContactPage::answer(frame, "", Wrongs::default())
}

/// `POST /akun/kontak`
pub(super) async fn ask_contact(
    State(app): State<Shared>,
    citizen: Citizen,
    frame: Frame,
    client: ClientAddress,
    posted: Posted,
) -> Result<Response, Problem> {
    posted.belongs_to(&citizen.session)?;
    let text = posted.get("kontak");
    let new = match words::contact(&frame, text) {
        Ok(new) => new,
        Err(wrong) => return Ok(ContactPage::answer(frame, text, wrong)),
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let key = client.key();
    match accounts::start_contact(service, chance, &key, citizen.account, new).await {
        Ok(sent) => Ok(codes_page(frame, text, &sent.challenge.to_string()).answer()),
        Err(Failure::Invalid(_)) => {
            let wrong = words::same_contact(&frame);
            Ok(ContactPage::answer(frame, text, wrong))
        }
        Err(e) => Err(e.into()),
    }
}

fn codes_page(frame: Frame, contact: &str, challenge: &str) -> CodePage {
    let frame = frame.titled("Masukkan dua kode", "Type two codes");
    let lead = frame.t(
        "Satu kode dikirim ke alamat lama, satu ke alamat baru. Isi keduanya.",
        "One code was sent to the old address and one to the new. Type both.",
    );
    CodePage {
        lead: lead.to_string(),
        action: "/akun/kontak/kode",
        kept: vec![
            Kept::new("tantangan", challenge),
            Kept::new("kontak", contact),
        ],
        again: "/akun/kontak",
        again_kept: vec![Kept::new("kontak", contact)],
        two: true,
        step: 0,
        steps: 0,
        wrongs: Wrongs::default(),
        frame,
    }
}

/// `POST /akun/kontak/kode`
pub(super) async fn contact_codes(
    State(app): State<Shared>,
    citizen: Citizen,
    frame: Frame,
    client: ClientAddress,
    posted: Posted,
) -> Result<Response, Problem> {
    posted.belongs_to(&citizen.session)?;
    let challenge = posted.get("tantangan");
    let page = |frame| codes_page(frame, posted.get("kontak"), challenge);
    let code = |name: &str| Code::parse(&digits(posted.get(name)));
    let (Ok(id), Ok(old), Ok(new)) = (
        ChallengeId::parse(challenge),
        code("kode-lama"),
        code("kode-baru"),
    ) else {
        return Ok(page(frame).wrong());
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let (origin, session, codes) = (client.key(), &citizen.session, [old, new]);
    let done = accounts::confirm_contact(service, chance, &origin, session, id, codes).await?;
    Ok(match done {
        true => Redirect::to("/akun?pesan=kontak").into_response(),
        false => page(frame).wrong(),
    })
}

#[derive(Template)]
#[template(path = "akun/tutup.html")]
struct ClosePage {
    frame: Frame,
}

/// `GET /akun/tutup`
pub(super) async fn close(_: Citizen, frame: Frame) -> Response {
    let page = ClosePage {
        frame: frame.titled("Tutup akun", "Close the account"),
    };
    shown(StatusCode::OK, &page.frame, &page)
}

/// `POST /akun/tutup`
pub(super) async fn ask_close(
    State(app): State<Shared>,
    citizen: Citizen,
    frame: Frame,
    client: ClientAddress,
    posted: Posted,
) -> Result<Response, Problem> {
    posted.belongs_to(&citizen.session)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let sent = accounts::start_close(service, chance, &client.key(), citizen.account).await?;
    Ok(close_page(frame, &sent.challenge.to_string()).answer())
}

fn close_page(frame: Frame, challenge: &str) -> CodePage {
    let frame = frame.titled("Kode untuk menutup akun", "The code to close the account");
    let lead = frame.t(
        "Kode 6 angka sudah dikirim ke alamat akun Anda. Setelah kode benar, akun langsung ditutup.",
        "A code of 6 digits was sent to the address of your account. With it, the account is closed at once.",
    );
    CodePage {
        lead: lead.to_string(),
        action: "/akun/tutup/kode",
        kept: vec![Kept::new("tantangan", challenge)],
        again: "/akun/tutup",
        again_kept: Vec::new(),
        two: false,
        step: 0,
        steps: 0,
        wrongs: Wrongs::default(),
        frame,
    }
}

/// `POST /akun/tutup/kode`
pub(super) async fn close_code(
    State(app): State<Shared>,
    citizen: Citizen,
    frame: Frame,
    client: ClientAddress,
    posted: Posted,
) -> Result<Response, Problem> {
    posted.belongs_to(&citizen.session)?;
    let challenge = posted.get("tantangan");
    let (Ok(id), Ok(code)) = (
        ChallengeId::parse(challenge),
        Code::parse(&digits(posted.get("kode"))),
    ) else {
        return Ok(close_page(frame, challenge).wrong());
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let (origin, account) = (client.key(), citizen.account);
    let done = accounts::confirm_close(service, chance, &origin, account, id, code).await?;
    if !done {
        return Ok(close_page(frame, challenge).wrong());
    }
    let gone = [(header::SET_COOKIE, clear_cookie(&app))];
    Ok((gone, Redirect::to("/")).into_response())
}
