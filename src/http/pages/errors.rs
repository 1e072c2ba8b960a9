//! Errors for people with a browser: what happened, what to do next, and that nothing is lost.

use super::answer::page_with;
use super::frame::Frame;
use crate::http::problem::Problem;
use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use credential::lang::Text;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    status: u16,
    what: &'static str,
    next: &'static str,
    request_id: String,
    /// After how many minutes it can be tried again, where there is a limit.
    minutes: Option<i64>,
    /// Whether opening the same address again can help.
    again: bool,
    /// Whether signing in can help; with the address of the page for it.
    sign_in: Option<&'static str>,
}

/// The frame for an error page, where the request came from a browser that wants a page. Programs, and everything
/// under `/v1`, get a problem document.
pub fn frame_for(request: &Request) -> Option<Frame> {
    let path = request.uri().path();
    let of_api = path == "/v1" || path.starts_with("/v1/");
    let wanted = !of_api && accepts_html(request.headers());
    wanted.then(|| Frame::of(request.uri(), request.headers(), request.extensions()))
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
    let ranges = accepted.unwrap_or_default().split(',');
    let mut types = ranges.map(|range| range.split(';').next().unwrap_or_default().trim());
    types.any(|t| t.eq_ignore_ascii_case("text/html"))
}

/// The page for a problem.
pub fn page(problem: &Problem, frame: Frame, request_id: &str) -> Response {
    let status = problem.status();
    let words = Words::of(status);
    let mut frame = frame.titled(words.title.id, words.title.en);
    // A choice of language is remembered by the pages that succeed.
    frame.chosen = false;
    let sign_in = (status == StatusCode::UNAUTHORIZED).then(|| match frame.is_desk() {
        true => "/petugas/masuk",
        false => "/masuk",
    });
    let view = ErrorPage {
        status: status.as_u16(),
        what: frame.say(&words.what),
        next: frame.say(&words.next),
        request_id: request_id.to_string(),
        minutes: (problem.retry_after())
            .filter(|_| status == StatusCode::TOO_MANY_REQUESTS)
            .map(|seconds| (seconds + 59) / 60),
        again: status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS,
        sign_in,
        frame,
    };
    page_with(status, &view.frame, &view)
}

struct Words {
    title: Text,
    what: Text,
    next: Text,
}

impl Words {
    fn new(
        title: (&'static str, &'static str),
        what: (&'static str, &'static str),
        next: (&'static str, &'static str),
    ) -> Self {
        let text = |(id, en)| Text { id, en };
        Self {
            title: text(title),
            what: text(what),
            next: text(next),
        }
    }

    fn of(status: StatusCode) -> Self {
        use StatusCode as S;
        match status {
            S::UNAUTHORIZED => Self::new(
                ("Anda perlu masuk", "Please sign in"),
                (
                    "Halaman ini hanya untuk orang yang sudah masuk, atau waktu masuk Anda sudah habis.",
                    "This page is for people who are signed in, or your session has ended.",
                ),
                (
                    "Masuk lagi, lalu lanjutkan. Isian yang sudah disimpan tidak hilang.",
                    "Sign in again and go on. What was saved is not lost.",
                ),
            ),
            S::FORBIDDEN => Self::new(
                ("Anda tidak berwenang", "You may not do this"),
                (
                    "Akun Anda tidak berwenang membuka halaman ini atau melakukan tindakan ini.",
                    "Your account may not open this page or do this.",
                ),
                (
                    "Jika menurut Anda ini keliru, hubungi kantor Dukcapil Anda.",
                    "If you think this is wrong, contact your Dukcapil office.",
                ),
            ),
            S::NOT_FOUND => Self::new(
                ("Halaman tidak ditemukan", "Page not found"),
                (
                    "Alamat yang Anda buka tidak ada di sini. Mungkin salah ketik, atau halamannya sudah dipindahkan.",
                    "The address you opened is not here. It may be mistyped, or the page has moved.",
                ),
                (
                    "Periksa alamatnya, atau mulai dari halaman depan.",
                    "Check the address, or start from the front page.",
                ),
            ),
            S::METHOD_NOT_ALLOWED => Self::new(
                (
                    "Langkah ini tidak dapat dibuka langsung",
                    "This step cannot be opened directly",
                ),
                (
                    "Alamat ini hanya menerima kiriman formulir.",
                    "This address only takes a form that is sent.",
                ),
                (
                    "Kembali ke halaman sebelumnya, lalu kirim formulirnya lagi.",
                    "Go back to the page before and send the form again.",
                ),
            ),
            S::CONFLICT => Self::new(
                ("Datanya sudah berubah", "The data has changed"),
                (
                    "Sementara itu data ini diubah, mungkin oleh orang lain atau dari jendela lain. Tidak ada yang disimpan dari langkah terakhir Anda.",
                    "Meanwhile this was changed, perhaps by somebody else or in another window. Nothing was saved from your last step.",
                ),
                (
                    "Buka lagi halamannya, periksa keadaannya sekarang, lalu ulangi bila masih perlu.",
                    "Open the page again, look at how things are now, and repeat if still needed.",
                ),
            ),
            S::PAYLOAD_TOO_LARGE => Self::new(
                ("Berkas terlalu besar", "The file is too large"),
                (
                    "Kiriman Anda melebihi batas ukuran, jadi tidak diterima. Isian yang sudah disimpan tidak hilang.",
                    "What you sent is larger than the limit and was not taken. What was saved is not lost.",
                ),
                (
                    "Kembali, lalu pilih berkas yang lebih kecil. Foto dari ponsel dapat diperkecil, misalnya dengan memotretnya lagi pada ukuran yang lebih rendah.",
                    "Go back and choose a smaller file. A photo can be made smaller, for example by taking it again at a lower size.",
                ),
            ),
            S::UNPROCESSABLE_ENTITY | S::BAD_REQUEST | S::UNSUPPORTED_MEDIA_TYPE => Self::new(
                (
                    "Ada isian yang belum benar",
                    "Something in the form is not right",
                ),
                (
                    "Kiriman Anda tidak dapat dibaca atau ada isian yang tidak sesuai. Tidak ada yang disimpan dari langkah ini.",
                    "What you sent could not be read or breaks a rule. Nothing was saved from this step.",
                ),
                (
                    "Kembali ke formulirnya, periksa isiannya, lalu kirim lagi.",
                    "Go back to the form, check it and send it again.",
                ),
            ),
            S::TOO_MANY_REQUESTS => Self::new(
                ("Terlalu banyak percobaan", "Too many attempts"),
                (
                    "Demi keamanan, percobaan dari sini dihentikan untuk sementara.",
                    "For safety, attempts from here are paused for a while.",
                ),
                (
                    "Tunggu, lalu coba lagi. Isian yang sudah disimpan tidak hilang.",
                    "Wait, then try again. What was saved is not lost.",
                ),
            ),
            S::SERVICE_UNAVAILABLE | S::GATEWAY_TIMEOUT | S::REQUEST_TIMEOUT => Self::new(
                ("Layanan sedang sibuk", "The service is busy"),
                (
                    "Layanan belum dapat menjawab sekarang. Ini bukan kesalahan Anda, dan isian yang sudah disimpan tidak hilang.",
                    "The service cannot answer right now. This is not your fault, and what was saved is not lost.",
                ),
                (
                    "Tunggu sebentar, lalu coba lagi.",
                    "Wait a moment and try again.",
                ),
            ),
            s if s.is_server_error() => Self::new(
                (
                    "Ada gangguan di pihak kami",
                    "Something went wrong on our side",
                ),
                (
                    "Terjadi gangguan dan sudah tercatat. Ini bukan kesalahan Anda, dan isian yang sudah disimpan tidak hilang.",
                    "There was a fault and it has been recorded. It is not your mistake, and what was saved is not lost.",
                ),
                (
                    "Coba lagi beberapa saat lagi. Jika masih terjadi, sampaikan nomor kejadian di bawah kepada kantor Dukcapil Anda.",
                    "Try again in a while. If it happens again, tell your Dukcapil office the incident number below.",
                ),
            ),
            _ => Self::new(
                (
                    "Permintaan tidak dapat diproses",
                    "The request cannot be handled",
                ),
                (
                    "Permintaan ini tidak dapat diproses seperti yang dikirim.",
                    "The request cannot be handled as it was sent.",
                ),
                (
                    "Kembali ke halaman sebelumnya, lalu coba lagi.",
                    "Go back to the page before and try again.",
                ),
            ),
        }
    }
}
