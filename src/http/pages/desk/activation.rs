//! Activating the phone of a citizen who stands at the counter: the form, and the code that is shown once.

use super::{typed_nik, words};
use crate::domain::ids::ActivationId;
use crate::domain::officer::OfficerRole;
use crate::domain::rights::{PhoneAct, may_with_phones};
use crate::failure::{Failure, Thing};
use crate::http::Shared;
use crate::http::csrf;
use crate::http::pages::{Frame, Wrongs, page, page_with};
use crate::http::phones::origin;
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::policies;
use crate::render::qr;
use crate::wallet::{self, Opened};
use askama::Template;
use axum::extract::multipart::{Field, Multipart, MultipartRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

type Answer = Result<Response, Problem>;

/// Largest form that is read to its end: a picture as phones and cameras take it.
pub const FORM_MAX: usize = 24 << 20;
/// Largest picture that is looked at.
const PICTURE_MAX: usize = 12 << 20;

#[derive(Template)]
#[template(path = "desk/activation.html")]
struct Form {
    frame: Frame,
    wrongs: Wrongs,
    nik: String,
    cancelled: bool,
}

#[derive(Template)]
#[template(path = "desk/activated.html")]
struct Shown {
    frame: Frame,
    id: String,
    name: String,
    code: String,
    /// Where the wallet is opened to type it.
    wallet: String,
    /// The QR as an SVG element.
    symbol: String,
    /// Until when, for people and for the countdown.
    until: String,
    expires: i64,
}

fn titled(frame: Frame) -> Frame {
    frame.titled("Aktivasi ponsel", "Activate a phone")
}

fn form(frame: Frame, nik: &str, wrongs: Wrongs, cancelled: bool) -> Response {
    let status = match wrongs.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let view = Form {
        frame: titled(frame),
        wrongs,
        nik: nik.to_string(),
        cancelled,
    };
    page_with(status, &view.frame, &view)
}

fn may(role: OfficerRole) -> Result<(), Problem> {
    match may_with_phones(role, PhoneAct::Activate) {
        true => Ok(()),
        false => Err(Failure::Role.into()),
    }
}

/// `/petugas/aktivasi`
pub async fn ask(officer: SignedIn, frame: Frame) -> Answer {
    may(officer.role)?;
    Ok(form(frame, "", Wrongs::default(), false))
}

/// What the form holds.
#[derive(Default)]
struct Given {
    token: Option<String>,
    nik: String,
    seen: bool,
    picture: Vec<u8>,
    too_large: bool,
}

impl Given {
    async fn read(mut form: Multipart) -> Result<Self, Problem> {
        let mut given = Self::default();
        let refused = |e: axum::extract::multipart::MultipartError| Problem::of_status(e.status());
        while let Some(field) = form.next_field().await.map_err(refused)? {
            let name = field.name().unwrap_or_default().to_string();
            match name.as_str() {
                csrf::FIELD => given.token = field.text().await.ok(),
                "nik" => given.nik = field.text().await.map_err(refused)?.trim().to_string(),
                "dilihat" => given.seen = field.text().await.is_ok_and(|text| text == "ya"),
                "foto" => given.take(field).await.map_err(refused)?,
                _ => {}
            }
        }
        Ok(given)
    }

    /// What is too large is read to its end and forgotten, so that the browser shows the answer.
    async fn take(
        &mut self,
        mut field: Field<'_>,
    ) -> Result<(), axum::extract::multipart::MultipartError> {
        while let Some(part) = field.chunk().await? {
            match self.picture.len() + part.len() > PICTURE_MAX {
                true => self.too_large = true,
                false => self.picture.extend_from_slice(&part),
            }
        }
        Ok(())
    }
}

/// Opens an activation and shows its code, this once.
pub async fn open(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    headers: HeaderMap,
    form_data: Result<Multipart, MultipartRejection>,
) -> Answer {
    let multipart = form_data.map_err(|e| Problem::of_status(e.status()))?;
    let given = Given::read(multipart).await?;
    csrf::check(&officer.session, given.token.as_deref())?;
    may(officer.role)?;
    let mut wrongs = Wrongs::default();
    let nik = typed_nik(&given.nik, &frame);
    if let Err(words) = nik {
        wrongs.add("nik", words);
    }
    if !given.seen {
        let words = frame.t(
            "cocokkan dahulu orangnya dengan dokumen aslinya.",
            "compare the person with the original document first.",
        );
        wrongs.add("dilihat", words);
    }
    let face = match (given.too_large, given.picture.is_empty()) {
        (false, true) => Ok(None),
        (false, false) => match app.service.portraits.portrait("foto", given.picture).await {
            Err(busy @ Failure::Busy { .. }) => return Err(busy.into()),
            face => face.map(Some).map_err(drop),
        },
        (true, _) => Err(()),
    };
    if face.is_err() {
        let words = frame.t(
            "fotonya tidak dapat dipakai: pilih JPG, PNG, atau WebP yang utuh, paling besar 12 MB.",
            "the photo cannot be used: choose a JPG, PNG or WebP picture of at most 12 MB that opens.",
        );
        wrongs.add("foto", words);
    }
    let face = face.unwrap_or_default();
    let Some(nik) = nik.ok().filter(|_| wrongs.is_empty()) else {
        return Ok(form(frame, &given.nik, wrongs, false));
    };
    let (service, chance) = (&app.service, &mut app.chance());
    match wallet::open(service, chance, officer.actor, nik, face.as_ref()).await {
        Ok(opened) => show(&app, &officer, frame, &headers, &opened).await,
        Err(Failure::NotFound(Thing::Person)) => {
            let words = frame.t(
                "tidak ada penduduk dengan NIK itu.",
                "nobody in the register has that NIK.",
            );
            Ok(form(frame, &given.nik, Wrongs::one("nik", words), false))
        }
        Err(Failure::NotEntitled(_)) => {
            let words = frame.t(
                "belum ada KTP-el, KIA, atau KK digital yang berlaku; terbitkan dahulu.",
                "no digital KTP-el, KIA or family card is in force; issue one first.",
            );
            Ok(form(frame, &given.nik, Wrongs::one("nik", words), false))
        }
        Err(other) => Err(other.into()),
    }
}

async fn show(
    app: &Shared,
    officer: &SignedIn,
    frame: Frame,
    headers: &HeaderMap,
    opened: &Opened,
) -> Answer {
    let mut tx = app.service.db.read().await?;
    let (_, calendar) = policies::of_office(&app.service, &mut tx, officer.office).await?;
    let origin = origin(app, headers);
    let link = opened.code.link(&origin);
    let symbol = qr::encode(&link, qr::Ecc::M).map_err(|_| Failure::TooLarge)?;
    let title = frame.t(
        "QR aktivasi untuk dipindai ponsel warga",
        "Activation QR for the citizen's phone to scan",
    );
    let view = Shown {
        id: opened.id.to_string(),
        name: opened.name.clone(),
        code: opened.code.expose(),
        wallet: format!("{origin}/dompet"),
        symbol: qr::svg(&symbol, Some(title)),
        until: words::moment(frame.lang, opened.expires, &calendar),
        expires: opened.expires,
        frame: frame.titled("Kode aktivasi", "Activation code"),
    };
    Ok(page(&view.frame, &view))
}

/// Takes an activation back that was not used.
pub async fn cancel(
    State(app): State<Shared>,
    Path(text): Path<String>,
    officer: SignedIn,
    frame: Frame,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let missing = || Failure::NotFound(Thing::Activation);
    let id = ActivationId::parse(&text).map_err(|_| missing())?;
    match wallet::cancel(&app.service, &mut app.chance(), officer.actor, id).await {
        Ok(()) => Ok(form(frame, "", Wrongs::default(), true)),
        Err(Failure::WrongState(_) | Failure::Changed) => {
            let words = frame.t(
                "kode itu sudah dipakai; kalau ponselnya salah, akhiri ponsel itu.",
                "that code was used already; if it was the wrong phone, end that phone.",
            );
            Ok(form(frame, "", Wrongs::one("nik", words), false))
        }
        Err(other) => Err(other.into()),
    }
}
