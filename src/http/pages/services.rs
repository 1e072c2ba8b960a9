//! Which documents there are, and what each needs: all from the one table of kinds.

use super::query::value_of;
use super::{Frame, page, search, words};
use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use credential::kinds::{self, Attachment, Class, Kind, Need};

/// A kind in a list.
pub struct Tile {
    /// Name in its address.
    pub slug: &'static str,
    /// Icon of its group.
    pub icon: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub purpose: &'static str,
}

impl Tile {
    /// Of a kind.
    pub fn of(kind: &Kind, frame: &Frame) -> Self {
        Self {
            slug: kind.slug,
            icon: words::class_icon(kind.class),
            name: frame.say(&kind.name),
            purpose: frame.say(&kind.filing.purpose),
        }
    }
}

struct Group {
    name: &'static str,
    id: &'static str,
    tiles: Vec<Tile>,
}

#[derive(Template)]
#[template(path = "services.html")]
struct Services {
    frame: Frame,
    query: String,
    found: usize,
    total: usize,
    groups: Vec<Group>,
}

/// `/layanan?cari=…`
pub async fn list(frame: Frame, RawQuery(query): RawQuery) -> Response {
    let query = value_of(query.as_deref(), "cari");
    let query: String = query.trim().chars().take(60).collect();
    let frame = frame.titled("Layanan", "Services");
    let found = search::kinds(&query);
    let classes = [
        (Class::Card, "kartu"),
        (Class::Letter, "surat"),
        (Class::Deed, "akta"),
    ];
    let groups = classes.map(|(class, id)| Group {
        name: frame.say(&words::class(class)),
        id,
        tiles: found
            .iter()
            .filter(|kind| kind.class == class)
            .map(|kind| Tile::of(kind, &frame))
            .collect(),
    });
    let view = Services {
        query,
        found: found.len(),
        total: kinds::KINDS.len(),
        groups: groups.into_iter().filter(|g| !g.tiles.is_empty()).collect(),
        frame,
    };
    page(&view.frame, &view)
}

struct Paper {
    label: &'static str,
    when: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "service.html")]
struct Service {
    frame: Frame,
    kind: &'static Kind,
    class: &'static str,
    applicants: Vec<&'static str>,
    needed: Vec<Paper>,
    sometimes: Vec<Paper>,
    report: Option<(u16, String)>,
    validity: String,
    ends: Vec<(&'static str, &'static str)>,
}

/// `/layanan/{slug}`
pub async fn one(frame: Frame, Path(slug): Path<String>) -> Response {
    let Some(kind) = kinds::by_slug(&slug) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let frame = frame.titled(kind.name.id, kind.name.en);
    let filing = &kind.filing;
    let paper = |attachment: &Attachment| Paper {
        label: frame.say(&attachment.label),
        when: match attachment.need {
            Need::Always => None,
            Need::When(when) => Some(when.get(frame.lang)),
            Need::Delegated => {
                Some(frame.t("diwakili wali atau kuasa", "a guardian or a proxy applies"))
            }
        },
    };
    let (needed, sometimes) = filing
        .attachments
        .iter()
        .map(paper)
        .partition(|paper| paper.when.is_none());
    let report = filing.report.as_ref().map(|report| {
        let label = kind
            .uses(report.since)
            .map_or(report.since.label, |used| used.label());
        (report.within_days, label.get(frame.lang).to_lowercase())
    });
    let ends = kind.ends.iter().filter_map(|end| {
        let name = kinds::by_slug(end.slug)?.name.get(frame.lang);
        Some((name, words::ending(end.how).get(frame.lang)))
    });
    let applicants = filing.applicants.iter();
    let view = Service {
        class: frame.say(&words::class(kind.class)),
        applicants: applicants
            .map(|who| words::applicant(*who, kind.subject).get(frame.lang))
            .collect(),
        needed,
        sometimes,
        report,
        validity: words::validity(kind, frame.lang),
        ends: ends.collect(),
        kind,
        frame,
    };
    page(&view.frame, &view)
}

impl Service {
    fn is_card(&self) -> bool {
        self.kind.class == Class::Card && self.kind.slug != kinds::KK.slug
    }
}
