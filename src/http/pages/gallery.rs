//! Every component once, written to `target/gallery` for the browser tests and for eyes: components that no page uses
//! yet are seen and checked too.

use super::form::{Choice, Wrongs};
use super::frame::{Frame, NavItem, Who, WhoKind};
use askama::Template;
use axum::http::{Extensions, HeaderMap};
use credential::lang::Text;
use std::path::Path;

#[derive(Template)]
#[template(path = "gallery.html")]
struct Gallery {
    frame: Frame,
    wrongs: Wrongs,
    choices: Vec<Choice>,
}

fn gallery(address: &str, who: Option<Who>) -> Gallery {
    let uri = address.parse().unwrap();
    let mut frame =
        Frame::of(&uri, &HeaderMap::new(), &Extensions::new()).titled("Contoh", "Samples");
    let item = |href, id, en| NavItem {
        href,
        label: Text { id, en },
    };
    if frame.is_desk() {
        frame.nav = vec![
            item("/petugas/antrean", "Antrean", "Queue"),
            item("/petugas/janji", "Janji temu", "Appointments"),
            item("/petugas/dokumen", "Dokumen", "Documents"),
        ];
    }
    frame.csrf = who.as_ref().map(|_| "0123".to_string());
    frame.who = who;
    let mut wrongs = Wrongs::one("nik", "NIK terdiri atas 16 angka; yang Anda isi 15 angka.");
    wrongs.add("lahir", "Tanggal 31 tidak ada pada bulan 2.");
    let mut guardian = Choice::new("wali", "Wali");
    guardian.hint = "Lampirkan penetapan pengadilan.".into();
    Gallery {
        frame,
        wrongs,
        choices: vec![Choice::new("sendiri", "Saya sendiri"), guardian],
    }
}

#[test]
fn every_component_renders_within_the_policy() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/gallery");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        folder.join("style.css"),
        include_bytes!("../../../web/static/style.css"),
    )
    .unwrap();
    let who = |name: &str, label: &str, kind| {
        Some(Who {
            name: name.into(),
            label: label.into(),
            kind,
        })
    };
    let long = "RADEN AYU SITI NURHALIZA KUSUMADEWI BINTI ABDURRAHMAN WAHID";
    let pages = [
        ("public", gallery("/contoh", None)),
        (
            "citizen",
            gallery("/contoh?bahasa=en", who(long, "", WhoKind::Citizen)),
        ),
        (
            "desk",
            gallery(
                "/petugas/antrean",
                who(
                    long,
                    "Verifikator, Disdukcapil Kota Bandung",
                    WhoKind::Officer,
                ),
            ),
        ),
    ];
    for (name, page) in pages {
        let html = page.render().unwrap();
        assert!(
            !html.contains(" style=") && !html.contains("<script"),
            "{name}"
        );
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert_eq!(
            html.matches("aria-invalid").count(),
            2,
            "{name}: NIK and date of birth are wrong"
        );
        let html = html.replace(&page.frame.asset("style.css"), "style.css");
        std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}
