//! `ikd-verify trust update` with a national bundle or changes to it, and what `trust show` says of it.

use super::problem::Problem;
use super::session::Session;
use super::trust::print;
use super::{Failure, store_problem};
use credential::date::wib_text;
use credential::lang::Lang;
use credential::national::Head;
use ikd_verifier::card::aligned;
use ikd_verifier::json;
use ikd_verifier::store::UpdatedNational;
use serde_json::{Map, Value as Json};

pub fn update(session: &Session, bytes: Vec<u8>) -> Result<u8, Failure> {
    let updated = session.store.update_national(bytes)?;
    if session.json {
        warn(session, &updated);
        return print(&format!("{}\n", Json::Object(object(&updated))));
    }
    print(&told(session, &updated))
}

/// What a program is told of an update.
pub fn object(updated: &UpdatedNational) -> Map<String, Json> {
    let mut object = json::national(updated.national.head());
    object.insert("changed".into(), updated.changed.into());
    object.insert("changes".into(), updated.changes.into());
    object.insert("kept_revoked".into(), updated.dropped.into());
    object
}

fn warn(session: &Session, updated: &UpdatedNational) {
    warn_of_age(session, updated.national.head());
    if let Some(problem) = store_problem::dropped(updated.dropped) {
        problem.warn(session.lang);
    }
}

fn warn_of_age(session: &Session, head: &Head) {
    if session.now > head.expires {
        Problem::new(
            "bundel nasional ini sudah melewati masanya: dengannya tidak ada yang akan dinyatakan berlaku",
            "this national bundle is past its time: by it nothing will be judged valid",
        )
        .hint("ambil yang terbaru", "get the newest one")
        .warn(session.lang);
    }
}

/// What people are told of an update.
pub fn told(session: &Session, updated: &UpdatedNational) -> String {
    let head = updated.national.head();
    warn(session, updated);
    let style = &session.style;
    let told = match (updated.changed, updated.changes) {
        (false, _) => style
            .say(
                "Bundel nasional ini sudah dipakai sebelumnya.",
                "This national bundle was current already.",
            )
            .to_string(),
        (true, None) => style
            .say("Bundel nasional diterima.", "National bundle accepted.")
            .to_string(),
        (true, Some(changes)) => format!(
            "{}: {changes}",
            style.say(
                "Bundel nasional diperbarui; status yang berubah",
                "National bundle updated; statuses that changed",
            )
        ),
    };
    format!("{told}\n{}", rows(session, head))
}

/// Version, times and what it speaks for.
pub fn rows(session: &Session, head: &Head) -> String {
    let style = &session.style;
    let until = match session.now > head.expires {
        true => style.say("KEDALUWARSA sejak", "OUT OF DATE since"),
        false => style.say("berlaku sampai", "good until"),
    };
    let times = format!(
        "v{}, {} {}, {until} {}",
        head.version,
        style.say("terbit", "issued"),
        wib_text(head.issued),
        wib_text(head.expires)
    );
    let [valid, not_valid @ ..] = head.coverage.states;
    let not_valid: u64 = not_valid.iter().sum();
    let scope = match session.lang {
        Lang::Id => format!(
            "{} daftar status, {} nomor, {not_valid} di antaranya tidak berlaku atau sudah diganti",
            head.coverage.shards,
            valid + not_valid
        ),
        Lang::En => format!(
            "{} status lists, {} indexes, {not_valid} of them not valid or superseded",
            head.coverage.shards,
            valid + not_valid
        ),
    };
    let label = style.say("Bundel nasional", "National bundle").to_string();
    aligned(&[(label, times), (String::new(), scope)], style)
}
