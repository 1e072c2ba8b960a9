//! The front page.

use super::services::Tile;
use super::{Frame, page};
use askama::Template;
use axum::response::Response;
use credential::kinds::{AKTA_KELAHIRAN, AKTA_KEMATIAN, KIA, KINDS, KK, KTP, SK_PINDAH};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    /// What is asked for most.
    often: Vec<Tile>,
    total: usize,
}

/// `/`
pub async fn home(frame: Frame) -> Response {
    let frame = frame.titled(
        "Layanan dokumen kependudukan",
        "Population document services",
    );
    let often = [&KTP, &KK, &KIA, &AKTA_KELAHIRAN, &AKTA_KEMATIAN, &SK_PINDAH];
    let view = Home {
        often: often.map(|kind| Tile::of(kind, &frame)).into(),
        total: KINDS.len(),
        frame,
    };
    page(&view.frame, &view)
}
