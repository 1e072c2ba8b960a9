//! `ikd-verify trust show`: root key, versions and ages, offices and lists.

use super::session::Session;
use super::{Failure, shown, trust::print, trust_national};
use credential::bundle::Bundle;
use credential::date::wib_text;
use credential::trust_list::KeyState;
use ikd_verifier::card::{aligned, paragraph};
use ikd_verifier::json;
use ikd_verifier::root_key::fingerprint;
use ikd_verifier::store::State;
use ikd_verifier::words::{duration, rfc3339, tame};
use serde_json::Value as Json;

/// Offices and lists that are named without `--all`.
const SHOWN: usize = 20;

pub fn show(session: &Session, all: bool) -> Result<u8, Failure> {
    let loaded = session.store.load()?;
    if session.json {
        let mut object = json::trust(&loaded.state.root, loaded.bundle.as_ref());
        if let Some(national) = &loaded.national {
            object.insert("national".into(), json::national(national.head()).into());
        }
        let seen = rfc3339(loaded.state.clock);
        object.insert(
            "clock_seen".into(),
            (loaded.state.clock > 0).then_some(seen).into(),
        );
        return print(&format!("{}\n", Json::Object(object)));
    }
    let style = &session.style;
    let mut text = overview(session, &loaded.state, loaded.bundle.as_ref());
    if let Some(national) = &loaded.national {
        text += &trust_national::rows(session, national.head());
    }
    if loaded.state.clock > 0 {
        let label = style.say("Jam tercatat", "Clock seen").into();
        text += &aligned(&[(label, wib_text(loaded.state.clock))], style);
    }
    if let Some(bundle) = &loaded.bundle {
        text += &details(session, bundle, all);
    }
    print(&text)
}

/// Root, versions, ages.
pub fn overview(session: &Session, state: &State, bundle: Option<&Bundle>) -> String {
    let style = &session.style;
    let say = |id, en| style.say(id, en).to_string();
    let mut rows = vec![
        (say("Simpanan", "Store"), shown(session.store.dir())),
        (say("Kunci akar", "Root key"), fingerprint(&state.root)),
    ];
    match bundle {
        None => rows.push((say("Bundel", "Bundle"), say("belum ada", "none yet"))),
        Some(bundle) => {
            let age = |issued: i64| match session.now < issued {
                true => say("di depan jam ini", "ahead of this clock"),
                false => format!(
                    "{} {}",
                    say("umur", "aged"),
                    duration(session.now - issued, session.lang)
                ),
            };
            let until = |time: i64| match session.now > time {
                true => format!(
                    "{} {}",
                    say("KEDALUWARSA sejak", "OUT OF DATE since"),
                    wib_text(time)
                ),
                false => format!("{} {}", say("berlaku sampai", "good until"), wib_text(time)),
            };
            let trust = &bundle.trust;
            if !trust.roots.is_single() {
                let (of, all) = (trust.roots.threshold(), trust.roots.keys().len());
                let signers = format!(
                    "{of} {} {all} {}",
                    say("dari", "of"),
                    say("kunci harus menandatangani", "keys must sign")
                );
                rows.push((say("Penanda tangan", "Signers"), signers));
            }
            rows.push((
                say("Bundel", "Bundle"),
                format!(
                    "{} {} ({}), {}",
                    say("terbit", "issued"),
                    wib_text(bundle.issued),
                    age(bundle.issued),
                    until(bundle.expires)
                ),
            ));
            rows.push((
                say("Daftar kepercayaan", "Trust list"),
                format!(
                    "v{}, {} {} ({}), {}",
                    trust.version,
                    say("terbit", "issued"),
                    wib_text(trust.issued),
                    age(trust.issued),
                    until(trust.next_update)
                ),
            ));
            rows.push((
                say("Kunci kantor", "Office keys"),
                trust.issuers().count().to_string(),
            ));
            rows.push((
                say("Daftar status", "Status lists"),
                bundle.statuses.len().to_string(),
            ));
        }
    }
    aligned(&rows, style)
}

/// Offices and lists by name.
fn details(session: &Session, bundle: &Bundle, all: bool) -> String {
    let style = &session.style;
    let limit = if all { usize::MAX } else { SHOWN };
    let mut offices: Vec<_> = bundle.trust.issuers().collect();
    offices.sort_by(|a, b| a.iss.cmp(&b.iss).then(a.not_before.cmp(&b.not_before)));
    let mut text = format!(
        "\n {}\n",
        style.paint("1", style.say("Kantor penerbit", "Issuing offices"))
    );
    let rows = offices.iter().take(limit).map(|office| {
        let state = match office.state {
            KeyState::Active => style.say("aktif", "active").to_string(),
            KeyState::Retired(t) => format!(
                "{} {}",
                style.say("pensiun sejak", "retired since"),
                wib_text(t)
            ),
            KeyState::Compromised(t) => format!(
                "{} {}",
                style.say("BOCOR sejak", "COMPROMISED since"),
                wib_text(t)
            ),
        };
        let name = tame(&office.office, 80);
        (
            tame(&office.iss, 64),
            format!(
                "{name}, {} {}, {state}",
                style.say("kunci", "key"),
                office.key_id()
            ),
        )
    });
    text += &aligned(&rows.collect::<Vec<_>>(), style);
    text += &more(session, offices.len(), limit);
    text += &format!(
        "\n {}\n",
        style.paint("1", style.say("Daftar status", "Status lists"))
    );
    let rows = bundle.statuses.iter().take(limit).map(|(iss, list)| {
        let age = duration(session.now - list.iat, session.lang);
        (
            tame(iss, 64),
            format!(
                "{}, {} {age}",
                tame(&list.sub, 120),
                style.say("umur", "aged")
            ),
        )
    });
    text += &aligned(&rows.collect::<Vec<_>>(), style);
    text + &more(session, bundle.statuses.len(), limit)
}

fn more(session: &Session, total: usize, limit: usize) -> String {
    if total <= limit {
        return String::new();
    }
    let told = session.style.say(
        "lagi; lihat semuanya dengan --all",
        "more; see them with --all",
    );
    paragraph(&format!("… {} {told}", total - limit), &session.style)
}
