//! `ikd-verify scan --photo FILE`: the photo that the issuer signed, as a file.

use super::problem::Problem;
use super::shown;
use credential::claims::Identity;
use credential::document::Value;
use credential::kinds::fields::FACE;
use ikd_verifier::verifier::Judgement;
use std::path::{Path, PathBuf};

/// Where the first photo goes.
pub struct Photo {
    path: PathBuf,
    done: bool,
}

impl Photo {
    /// The file that was asked for.
    pub fn to(path: &Path) -> Self {
        Self {
            path: path.into(),
            done: false,
        }
    }

    /// Saves the judgement's photo if it has one and none was saved before. Only what carries a checked signature has
    /// one here.
    pub fn offer(&mut self, judgement: &Judgement) -> Result<(), (String, Problem)> {
        if self.done {
            return Ok(());
        }
        let Some(photo) = judgement
            .credential()
            .and_then(|c| of(&c.claims().identity))
        else {
            return Ok(());
        };
        // Told once, whether it works or not.
        self.done = true;
        std::fs::write(&self.path, photo)
            .map_err(|e| (shown(&self.path), Problem::io(&self.path, &e)))
    }

    /// What to tell if nothing that was judged had a photo.
    pub fn missing(self) -> Option<(String, Problem)> {
        if self.done {
            return None;
        }
        let problem = Problem::new(
            "tidak ada foto yang ditandatangani pada QR yang terbaca; berkas foto tidak ditulis",
            "no QR that was read holds a signed photo; no photo was written",
        );
        Some((shown(&self.path), problem))
    }
}

fn of(identity: &Identity<'_>) -> Option<Vec<u8>> {
    match identity {
        Identity::Document(document) => match document.get(&FACE)? {
            Value::Face(face) => Some(face.data.to_vec()),
            _ => None,
        },
        Identity::Foreign(identity) => identity.face().map(|(data, _)| data.to_vec()),
    }
}
