//! Pages that only say something.

use super::{Frame, page};
use askama::Template;
use axum::response::Response;

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident, $view:ident, $template:literal, $id:literal, $en:literal;)*) => {$(
        #[derive(Template)]
        #[template(path = $template)]
        struct $view {
            frame: Frame,
        }

        $(#[$doc])*
        pub async fn $name(frame: Frame) -> Response {
            let view = $view {
                frame: frame.titled($id, $en),
            };
            page(&view.frame, &view)
        }
    )*};
}

texts! {
    /// `/warna`
    colours, Colours, "colours.html", "Arti warna", "What the colours mean";
    /// `/privasi`
    privacy, Privacy, "privacy.html", "Privasi", "Privacy";
    /// `/aksesibilitas`
    accessibility, Accessibility, "accessibility.html", "Aksesibilitas", "Accessibility";
    /// `/bantuan`
    help, Help, "help.html", "Bantuan", "Help";
}

impl Colours {
    /// The four outcomes of the verdict, with what to do.
    fn outcomes(
        &self,
    ) -> [(
        &'static str,
        &'static str,
        &'static str,
        &'static str,
        &'static str,
    ); 4] {
        use credential::Outcome as O;
        let row = |outcome: O, icon, colour, what| {
            (
                outcome.code(),
                icon,
                outcome.text().get(self.frame.lang),
                colour,
                what,
            )
        };
        let t = |id, en| self.frame.t(id, en);
        [
            row(
                O::Valid,
                "check",
                t("Hijau", "Green"),
                t(
                    "Asli dan masih berlaku. Cocokkan foto dan data dengan orang yang membawanya.",
                    "Genuine and in force. Compare photo and data with the person who brings it.",
                ),
            ),
            row(
                O::Superseded,
                "swap",
                t("Kuning", "Yellow"),
                t(
                    "Asli, tetapi sudah diganti dokumen yang lebih baru. Mintalah dokumen yang terbaru.",
                    "Genuine, but replaced by a newer document. Ask for the newest one.",
                ),
            ),
            row(
                O::NotValid,
                "cross",
                t("Merah", "Red"),
                t(
                    "Tidak berlaku: palsu atau diubah, sudah dicabut, sedang dibekukan, atau habis masa berlakunya. Jangan diterima; alasannya tertulis.",
                    "Not valid: forged or altered, revoked, suspended, or expired. Do not accept it; the reason is told.",
                ),
            ),
            row(
                O::Undecided,
                "question",
                t("Abu-abu", "Grey"),
                t(
                    "Belum dapat dipastikan, misalnya karena daftar di alat pemeriksa sudah lama. Perbarui daftarnya, lalu periksa lagi. Abu-abu tidak pernah berarti berlaku.",
                    "Undecided, for example because the lists in the verifier are old. Update them and check again. Grey never means valid.",
                ),
            ),
        ]
    }
}
