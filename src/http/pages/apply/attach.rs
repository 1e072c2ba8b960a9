//! Files of the form: sent, shown, taken out.

use super::caller::{Caller, id};
use super::questions::{self, Question};
use super::step;
use crate::attachments::{self, Refused};
use crate::domain::ids::AttachmentId;
use crate::failure::{Failure, Thing};
use crate::http::Shared;
use crate::http::csrf;
use crate::http::pages::Frame;
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use axum::extract::multipart::{Field, MultipartRejection};
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

type Answer = Result<Response, Problem>;

/// Largest file that any policy allows.
const FILE_MAX: usize = 10 << 20;
/// Nothing in a file is run, whatever it is.
const POLICY: &str = "default-src 'none'; base-uri 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'";

fn missing() -> Problem {
    Failure::NotFound(Thing::Attachment).into()
}

/// Takes a file in and goes on; one that is refused is told about on the same page, and nothing else is lost.
pub async fn add(
    State(app): State<Shared>,
    Path((text, slug)): Path<(String, String)>,
    caller: Caller,
    frame: Frame,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    let id = id(&text)?;
    let mut form = form.map_err(|e| Problem::of_status(e.status()))?;
    let (mut token, mut to_review, mut file) = (None, false, None);
    while let Some(field) = form
        .next_field()
        .await
        .map_err(|e| Problem::of_status(e.status()))?
    {
        let name = field.name().unwrap_or_default().to_string();
        match name.as_str() {
            csrf::FIELD => token = field.text().await.ok(),
            "periksa" => to_review = field.text().await.is_ok_and(|text| text == "ya"),
            "berkas" => file = Some(content(field).await?),
            _ => {}
        }
    }
    csrf::check(caller.session()?, token.as_deref())?;
    let mut tx = app.service.db.read().await?;
    let case = attachments::case(&app.service, &mut tx, caller.actor, id, &slug).await?;
    drop(tx);
    let all = questions::of(&case.application);
    let at = all
        .iter()
        .position(|q| matches!(q, Question::File(a) if a.slug == slug));
    let number = at.ok_or_else(missing)? + 1;
    let (bytes, size) = file.unwrap_or_default();
    let chance = &mut app.chance();
    let added = match size > bytes.len() {
        true => Err(Failure::Attachment(Refused::TooLarge {
            size,
            max: case.policy.attachment_max_bytes as usize,
        })),
        false => attachments::add(&app.service, chance, caller.actor, id, &slug, bytes).await,
    };
    match added {
        Ok(_) => {
            let next = match to_review || number == all.len() {
                true => format!("/permohonan/{id}/periksa"),
                false => format!("/permohonan/{id}/isi/{}", number + 1),
            };
            Ok(Redirect::to(&next).into_response())
        }
        Err(Failure::Attachment(refused)) => {
            let words = refused.words(frame.lang);
            let step = number.to_string();
            step::show(
                &app,
                &caller,
                frame,
                &text,
                &step,
                to_review,
                true,
                Some(words),
            )
            .await
        }
        Err(other) => Err(other.into()),
    }
}

/// A file's bytes and how many there are. What is larger than any office allows is read to its end and forgotten, so
/// that the browser shows the answer instead of a broken connection.
async fn content(mut field: Field<'_>) -> Result<(Vec<u8>, usize), Problem> {
    let (mut bytes, mut size) = (Vec::new(), 0);
    while let Some(part) = field
        .chunk()
        .await
        .map_err(|e| Problem::of_status(e.status()))?
    {
        size += part.len();
        if size <= FILE_MAX {
            bytes.extend_from_slice(&part);
        }
    }
    Ok((bytes, size))
}

/// Takes a file out.
pub async fn remove(
    State(app): State<Shared>,
    Path((text, slug)): Path<(String, String)>,
    caller: Caller,
    posted: Posted,
) -> Answer {
    let id = id(&text)?;
    posted.belongs_to(caller.session()?)?;
    let mut tx = app.service.db.read().await?;
    let case = attachments::case(&app.service, &mut tx, caller.actor, id, &slug).await?;
    let found = attachments::list(&mut tx, id).await?;
    drop(tx);
    for attachment in found.iter().filter(|a| a.slug == slug) {
        attachments::remove(&app.service, caller.actor, id, attachment.id).await?;
    }
    let all = questions::of(&case.application);
    let at = all
        .iter()
        .position(|q| matches!(q, Question::File(a) if a.slug == slug));
    let number = at.ok_or_else(missing)? + 1;
    Ok(Redirect::to(&format!("/permohonan/{id}/isi/{number}")).into_response())
}

/// Shows a file to whoever may see the application.
pub async fn read(
    State(app): State<Shared>,
    Path((text, attachment)): Path<(String, String)>,
    caller: Caller,
) -> Answer {
    let attachment = AttachmentId::parse(&attachment).map_err(|_| missing())?;
    let mut tx = app.service.db.read().await?;
    let (found, bytes) =
        attachments::open(&app.service, &mut tx, caller.actor, id(&text)?, attachment).await?;
    Ok(file(&found.media_type, bytes))
}

/// A file as an answer: shown by the browser itself, never as a page of ours.
pub fn file(media_type: &str, bytes: Vec<u8>) -> Response {
    let mut response = (StatusCode::OK, bytes).into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_str(media_type);
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, kind);
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_DISPOSITION, "inline"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
