//! Errors with advice, in both languages.

use credential::lang::Lang;
use std::path::Path;

/// What went wrong and what to do next.
#[derive(Debug)]
pub struct Problem {
    message: [String; 2],
    hint: Option<[String; 2]>,
}

impl Problem {
    /// The message in Indonesian and in English.
    pub fn new(id: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            message: [id.into(), en.into()],
            hint: None,
        }
    }

    /// What to do next, in Indonesian and in English.
    pub fn hint(mut self, id: impl Into<String>, en: impl Into<String>) -> Self {
        self.hint = Some([id.into(), en.into()]);
        self
    }

    /// A file or stream that cannot be read or written.
    pub fn io(path: &Path, e: &std::io::Error) -> Self {
        let path = crate::command::shown(path);
        let [id, en] = in_words(e);
        Self::new(format!("{path}: {id}"), format!("{path}: {en}"))
    }

    /// The message alone.
    pub fn message(&self, lang: Lang) -> &str {
        &self.message[place(lang)]
    }

    /// Writes `error: …` and `hint: …` to standard error.
    pub fn report(&self, lang: Lang) {
        eprintln!("error: {}", self.message(lang));
        if let Some(hint) = &self.hint {
            eprintln!("hint: {}", hint[place(lang)]);
        }
    }

    /// Writes it as `warning: …`: the work goes on.
    pub fn warn(&self, lang: Lang) {
        eprintln!("warning: {}", self.message(lang));
        if let Some(hint) = &self.hint {
            eprintln!("hint: {}", hint[place(lang)]);
        }
    }
}

/// The system's errors that people meet most; others as the system tells them.
pub fn in_words(e: &std::io::Error) -> [String; 2] {
    use std::io::ErrorKind as K;
    let (id, en) = match e.kind() {
        K::NotFound => (
            "tidak ada berkas atau direktori seperti itu",
            "no such file or directory",
        ),
        K::PermissionDenied => ("tidak diizinkan", "permission denied"),
        K::IsADirectory => ("adalah direktori", "is a directory"),
        K::StorageFull => ("ruang penyimpanan penuh", "no space left"),
        _ => return [e.to_string(), e.to_string()],
    };
    [id.into(), en.into()]
}

fn place(lang: Lang) -> usize {
    match lang {
        Lang::Id => 0,
        Lang::En => 1,
    }
}
