//! What the common options come to: time, store, language, looks.

use super::args::{Common, When};
use super::problem::Problem;
use console::Term;
use credential::lang::Lang;
use credential::verify::Policy;
use ikd_verifier::card::Style;
use ikd_verifier::store::Store;
use ikd_verifier::verifier::Verifier;
use std::env;
use std::path::PathBuf;

/// Cards are this wide where the terminal doesn't say.
const WIDTH: usize = 80;

pub struct Session {
    pub lang: Lang,
    pub json: bool,
    pub style: Style,
    /// Whether standard output can show half-block pictures.
    pub pictures: bool,
    /// The clock's time, or the one given.
    pub now: i64,
    pub time_is_given: bool,
    pub store: Store,
    pub policy: Policy,
}

impl Session {
    pub fn new(common: &Common) -> Result<Self, Problem> {
        let terminal = Term::stdout();
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let color = match common.color {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal.is_term() && !dumb && !no_color,
        };
        let width = match terminal.is_term() {
            true => usize::from(terminal.size().1).clamp(40, 100),
            false => WIDTH,
        };
        Ok(Self {
            lang: common.lang,
            json: common.json,
            style: Style {
                lang: common.lang,
                color,
                width,
            },
            pictures: color && terminal.is_term(),
            now: common.at.unwrap_or_else(crate::clock::now),
            time_is_given: common.at.is_some(),
            store: Store::at(store_directory(common)?),
            policy: Policy {
                max_status_age: common.max_age,
                ..Policy::default()
            },
        })
    }

    /// The verifier with the store's bundle. Remembers the clock's time, unless another time was given.
    pub fn verifier(&self) -> Result<Verifier, Problem> {
        let loaded = self.store.load()?;
        let latest_seen = loaded.latest_seen();
        let national = loaded.national;
        let bundle = loaded.bundle.ok_or_else(|| {
            Problem::new("belum ada bundel di sini", "there is no bundle here yet").hint(
                "ikd-verify trust update BUNDEL",
                "ikd-verify trust update BUNDLE",
            )
        })?;
        if self.time_is_given {
            return Ok(Verifier::new(bundle, i64::MIN, self.policy).with_national(national));
        }
        if let Err(e) = self.store.remember_clock(self.now) {
            // Judging goes on: a kiosk may run from a read-only disk. But nobody shall believe it was remembered.
            Problem::from(e).warn(self.lang);
        }
        Ok(Verifier::new(bundle, latest_seen, self.policy).with_national(national))
    }
}

fn store_directory(common: &Common) -> Result<PathBuf, Problem> {
    if let Some(dir) = &common.store {
        return Ok(dir.clone());
    }
    let absolute = |name| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    if let Some(data) = absolute("XDG_DATA_HOME") {
        return Ok(data.join("ikd-verify"));
    }
    if let Some(data) = absolute("LOCALAPPDATA") {
        return Ok(data.join("ikd-verify"));
    }
    let home = env::home_dir().filter(|home| home.is_absolute());
    let home = home.ok_or_else(|| {
        Problem::new(
            "direktori simpanan tidak diketahui",
            "the store's directory is not known",
        )
        .hint("berikan --store DIR", "give --store DIR")
    })?;
    Ok(home.join(".local/share/ikd-verify"))
}
