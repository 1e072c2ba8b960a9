//! Where the trust comes from: the list in force, the root key behind it, and the offices' keys.

use super::query::value_of;
use super::{Frame, page, words};
use crate::failure::Failure;
use crate::http::Shared;
use crate::http::problem::Problem;
use crate::trust;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use credential::ids::{KeyId, KodeWilayah};
use credential::kinds::KINDS;
use credential::trust_list::{Issuer, KeyState, TrustList};
use ikd_verifier::words::hex;
use sha2::{Digest, Sha256};

/// Offices on a page.
const PAGE: usize = 40;

#[derive(Template)]
#[template(path = "trust.html")]
struct Trust {
    frame: Frame,
    list: Option<List>,
    query: String,
    offices: Vec<Office>,
    found: usize,
    previous: String,
    next: String,
}

/// The trust list in force.
struct List {
    version: u64,
    issued: String,
    next_update: String,
    overdue: bool,
    root: String,
    fingerprint: Vec<String>,
    issuers: usize,
}

/// One key of an office.
struct Office {
    name: String,
    iss: String,
    region: String,
    kinds: String,
    kid: String,
    until: String,
    tone: &'static str,
    state: String,
}

/// `/kepercayaan?cari=…&hal=…`
pub async fn trust(
    State(app): State<Shared>,
    frame: Frame,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let frame = frame.titled(
        "Cara kami membuktikan keaslian",
        "How genuineness is proved",
    );
    let wanted: String = value_of(query.as_deref(), "cari")
        .trim()
        .chars()
        .take(60)
        .collect();
    let number: usize = value_of(query.as_deref(), "hal")
        .parse()
        .unwrap_or(1)
        .clamp(1, 10_000);
    let mut tx = app.service.db.read().await?;
    let list = match trust::current(&mut tx).await {
        Ok((_, list)) => Some(list),
        Err(Failure::NotFound(_)) => None,
        Err(other) => return Err(other.into()),
    };
    let now = app.service.clock.now();
    let found: Vec<&Issuer> = list
        .iter()
        .flat_map(|list| matching(list, &wanted))
        .collect();
    let pages = found.len().div_ceil(PAGE).max(1);
    let number = number.min(pages);
    let address = |page: usize| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !wanted.is_empty() {
            query.append_pair("cari", &wanted);
        }
        query.append_pair("hal", &page.to_string());
        format!("/kepercayaan?{}#kantor", query.finish())
    };
    let shown = found.iter().skip((number - 1) * PAGE).take(PAGE);
    let view = Trust {
        offices: shown.map(|issuer| office(issuer, &frame, now)).collect(),
        found: found.len(),
        previous: if number > 1 {
            address(number - 1)
        } else {
            String::new()
        },
        next: if number < pages {
            address(number + 1)
        } else {
            String::new()
        },
        list: list.as_ref().map(|list| summary(list, &frame, now)),
        query: wanted,
        frame,
    };
    Ok(page(&view.frame, &view))
}

/// Keys of offices whose name, code or key id holds the words, by office.
fn matching<'l>(list: &'l TrustList, wanted: &str) -> Vec<&'l Issuer> {
    let wanted = wanted.to_lowercase();
    let fits = |issuer: &&Issuer| {
        let text = format!("{} {} {}", issuer.office, issuer.iss, issuer.key_id()).to_lowercase();
        wanted.split_whitespace().all(|word| text.contains(word))
    };
    let mut found: Vec<&Issuer> = list.issuers().map(AsRef::as_ref).filter(fits).collect();
    found.sort_by(|a, b| (&a.iss, b.not_before).cmp(&(&b.iss, a.not_before)));
    found
}

fn summary(list: &TrustList, frame: &Frame, now: i64) -> List {
    let digest = hex(&Sha256::digest(list.root));
    let groups = digest.as_bytes().chunks(8);
    List {
        version: list.version,
        issued: words::moment(list.issued, frame.lang),
        next_update: words::moment(list.next_update, frame.lang),
        overdue: list.next_update < now,
        root: KeyId::of(&list.root).to_string(),
        fingerprint: groups
            .map(|g| String::from_utf8_lossy(g).into_owned())
            .collect(),
        issuers: list.issuers().count(),
    }
}

fn office(issuer: &Issuer, frame: &Frame, now: i64) -> Office {
    let day = |second| {
        let date = credential::date::Date::at_wib(second);
        date.map(|date| words::date(date, frame.lang))
            .unwrap_or_default()
    };
    let (tone, state) = match issuer.state {
        KeyState::Active if now > issuer.not_after => (
            "grey",
            frame
                .t("masa berlakunya habis", "past its time")
                .to_string(),
        ),
        KeyState::Active => ("good", frame.t("aktif", "active").to_string()),
        KeyState::Retired(since) => (
            "grey",
            format!(
                "{} {}",
                frame.t("pensiun sejak", "retired since"),
                day(since)
            ),
        ),
        KeyState::Compromised(since) => (
            "bad",
            format!(
                "{} {}",
                frame.t("bocor sejak", "compromised since"),
                day(since)
            ),
        ),
    };
    let region = match issuer.region.is_empty() {
        true => frame.t("seluruh Indonesia", "all of Indonesia").to_string(),
        false => {
            KodeWilayah::parse(&issuer.region).map_or(issuer.region.clone(), |kode| kode.dotted())
        }
    };
    let kinds = match issuer.kinds.len() {
        n if n == KINDS.len() => frame.t("semua", "all").to_string(),
        n => n.to_string(),
    };
    Office {
        name: issuer.office.clone(),
        iss: issuer.iss.clone(),
        region,
        kinds,
        kid: issuer.key_id().to_string(),
        until: day(issuer.not_after),
        tone,
        state,
    }
}
