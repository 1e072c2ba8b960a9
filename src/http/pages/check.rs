//! Checking a document: a picture of its QR, the QR's text, or the number printed on a letter or deed.

use super::form::Wrongs;
use super::numbered;
use super::verdict::Shown;
use super::{Frame, page, page_with};
use crate::check::number::{PrintedNumber, look_up};
use crate::check::{Checked, NoVerdict, PICTURE_MAX, TEXT_MAX};
use crate::http::Shared;
use crate::http::address::ClientAddress;
use crate::http::problem::Problem;
use askama::Template;
use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartRejection};
use axum::http::StatusCode;
use axum::response::Response;
use ikd_verifier::pictures::PictureError;

/// Largest body. It is well above the largest picture, so that a picture that is too large is read to its end and its
/// sender is told; a browser whose upload is cut off shows an error of its own. No more than a picture is kept.
pub const BODY_MAX: usize = 4 * PICTURE_MAX;

#[derive(Template)]
#[template(path = "check.html")]
struct Check {
    frame: Frame,
    wrongs: Wrongs,
    text: String,
    busy: bool,
}

#[derive(Template)]
#[template(path = "checked.html")]
struct Results {
    frame: Frame,
    found: Vec<Shown>,
}

fn titled(frame: Frame) -> Frame {
    frame.titled("Cek keaslian dokumen", "Check a document")
}

/// `GET /cek`
pub async fn form(frame: Frame) -> Response {
    let view = Check {
        frame: titled(frame),
        wrongs: Wrongs::default(),
        text: String::new(),
        busy: false,
    };
    page(&view.frame, &view)
}

/// `POST /cek`: a form with `gambar` (a picture file), `teks` or `nomor`.
pub async fn check(
    State(app): State<Shared>,
    address: ClientAddress,
    frame: Frame,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let frame = titled(frame);
    let form = form.map_err(|e| Problem::of_status(e.status()))?;
    let checked = match Given::read(form).await {
        Ok(Given::Picture(bytes)) => app.checker.picture(&app.service, bytes).await,
        Ok(Given::Text(text)) => {
            let checked = app.checker.text(&app.service, &address.key(), text).await;
            checked.map(|one| vec![one]).map_err(NoVerdict::Service)
        }
        Ok(Given::Number(number)) => {
            let found = look_up(&app.service, &address.key(), &number).await?;
            return Ok(numbered::answer(frame, found));
        }
        Err(Refused::Body(status)) => return Err(Problem::of_status(status)),
        Err(Refused::Form {
            field,
            text,
            id,
            en,
        }) => return Ok(again(frame, field, text, id, en)),
    };
    match checked {
        Ok(found) => Ok(results(frame, &found)),
        Err(NoVerdict::Service(failure)) => Err(failure.into()),
        Err(NoVerdict::Busy) => {
            let view = Check {
                frame,
                wrongs: Wrongs::default(),
                text: String::new(),
                busy: true,
            };
            let mut response = page_with(StatusCode::SERVICE_UNAVAILABLE, &view.frame, &view);
            let again = axum::http::HeaderValue::from_static("5");
            response
                .headers_mut()
                .insert(axum::http::header::RETRY_AFTER, again);
            Ok(response)
        }
        Err(no) => {
            let (id, en) = words(&no);
            Ok(again(frame, PICTURE, String::new(), id, en))
        }
    }
}

fn results(frame: Frame, found: &[Checked]) -> Response {
    let found = found.iter().map(|one| Shown::of(one, &frame)).collect();
    let view = Results { found, frame };
    let mut response = page(&view.frame, &view);
    // It shows somebody's data.
    let no_store = axum::http::HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(axum::http::header::CACHE_CONTROL, no_store);
    response
}

/// The form once more, with what is wrong.
fn again(frame: Frame, field: &'static str, text: String, id: &str, en: &str) -> Response {
    let view = Check {
        wrongs: Wrongs::one(field, frame.t(id, en)),
        frame,
        text,
        busy: false,
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &view.frame, &view)
}

fn words(no: &NoVerdict) -> (&'static str, &'static str) {
    match no {
        NoVerdict::Pdf => (
            "Ini berkas PDF. Buka PDF-nya, ambil tangkapan layar bagian QR, lalu pilih gambar itu.",
            "This is a PDF. Open it, take a screenshot of the QR and choose that picture.",
        ),
        NoVerdict::NothingFound => (
            "QR tidak terbaca dalam gambar ini. Ambil lagi: seluruh QR terlihat, tegak lurus, terang, dan tidak buram.",
            "No QR can be read in this picture. Take it again: the whole QR in view, straight from above, bright and sharp.",
        ),
        NoVerdict::Picture(PictureError::UnknownFormat) => (
            "Jenis berkas ini tidak dapat dibaca. Pilih gambar JPG, PNG, atau WebP; foto HEIC dari iPhone perlu disimpan sebagai JPG dulu.",
            "This kind of file cannot be read. Choose a JPG, PNG or WebP picture; save HEIC photos of an iPhone as JPG first.",
        ),
        NoVerdict::Picture(
            PictureError::TooManyBytes
            | PictureError::TooManyPixels { .. }
            | PictureError::TooMuchMemory { .. },
        ) => (
            "Gambar ini terlalu besar. Potong bagian QR-nya saja, atau ambil foto dengan ukuran lebih kecil.",
            "This picture is too large. Cut out the QR, or take a photo of a smaller size.",
        ),
        NoVerdict::Picture(PictureError::Empty) => (
            "Berkasnya kosong. Pilih gambar QR dokumen.",
            "The file is empty. Choose a picture of the document's QR.",
        ),
        NoVerdict::Picture(PictureError::Io(_) | PictureError::Damaged(_))
        | NoVerdict::Busy
        | NoVerdict::Service(_) => (
            "Gambar ini rusak dan tidak dapat dibuka. Ambil foto baru, lalu coba lagi.",
            "This picture is damaged and cannot be opened. Take a new photo and try again.",
        ),
    }
}

const PICTURE: &str = "gambar";
const TEXT: &str = "teks";
const NUMBER: &str = "nomor";

/// What the form holds.
enum Given {
    Picture(Vec<u8>),
    Text(String),
    Number(PrintedNumber),
}

enum Refused {
    Body(StatusCode),
    Form {
        field: &'static str,
        text: String,
        id: &'static str,
        en: &'static str,
    },
}

impl Given {
    /// The first of our fields that is there.
    async fn read(mut form: Multipart) -> Result<Self, Refused> {
        let body = |e: axum::extract::multipart::MultipartError| Refused::Body(e.status());
        while let Some(field) = form.next_field().await.map_err(body)? {
            match field.name() {
                Some(PICTURE) => return Self::picture(field).await,
                Some(NUMBER) => return Self::number(&field.text().await.map_err(body)?),
                Some(TEXT) => return Self::text(&field.text().await.map_err(body)?),
                _ => {}
            }
        }
        Err(Refused::Body(StatusCode::BAD_REQUEST))
    }

    async fn picture(mut field: Field<'_>) -> Result<Self, Refused> {
        let refused = |id, en| Refused::Form {
            field: PICTURE,
            text: String::new(),
            id,
            en,
        };
        let mut bytes = Vec::new();
        let mut length = 0;
        while let Some(part) = field.chunk().await.map_err(|e| Refused::Body(e.status()))? {
            length += part.len();
            if length <= PICTURE_MAX {
                bytes.extend_from_slice(&part);
            }
        }
        if length > PICTURE_MAX {
            return Err(refused(
                "Gambar ini lebih dari 10 MB. Potong bagian QR-nya saja, atau ambil foto dengan ukuran lebih kecil.",
                "This picture is larger than 10 MB. Cut out the QR, or take a photo of a smaller size.",
            ));
        }
        if bytes.is_empty() {
            return Err(refused(
                "Pilih dulu gambar QR dokumen.",
                "Choose a picture of the document's QR first.",
            ));
        }
        Ok(Self::Picture(bytes))
    }

    fn number(raw: &str) -> Result<Self, Refused> {
        let number = PrintedNumber::parse(raw).map(Self::Number);
        number.ok_or_else(|| Refused::Form {
            field: NUMBER,
            text: String::new(),
            id: "Tulis nomor seperti yang tercetak, misalnya 3273-LU-24112026-0007.",
            en: "Write the number as it is printed, for example 3273-LU-24112026-0007.",
        })
    }

    /// A browser breaks pasted text into lines; the text of our QR has no line breaks, but it may have spaces.
    fn text(raw: &str) -> Result<Self, Refused> {
        let text: String = raw
            .chars()
            .filter(|c| !matches!(c, '\r' | '\n' | '\t'))
            .collect();
        let refused = |text, id, en| Refused::Form {
            field: TEXT,
            text,
            id,
            en,
        };
        if text.trim().is_empty() {
            return Err(refused(
                String::new(),
                "Tempelkan dulu teks dari QR.",
                "Paste the text of the QR first.",
            ));
        }
        if text.chars().count() > TEXT_MAX {
            return Err(refused(
                String::new(),
                "Teks ini lebih panjang daripada isi QR mana pun. Tempelkan teks dari satu QR saja.",
                "This text is longer than any QR holds. Paste the text of one QR only.",
            ));
        }
        Ok(Self::Text(text))
    }
}
