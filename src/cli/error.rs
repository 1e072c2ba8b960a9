//! What a person at the terminal is told: what is wrong, and what to do next.

use super::context;
use crate::failure::Failure;
use crate::store::OpenError;
use std::fmt;

/// An error, advice, and the exit code.
#[derive(Debug)]
pub struct CliError {
    error: String,
    hint: String,
    /// 1 refused, 2 usage, files, keys or database.
    pub code: u8,
}

impl CliError {
    /// Something was refused.
    pub fn refused(error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            error: error.into(),
            hint: hint.into(),
            code: 1,
        }
    }

    /// Usage, files, keys or database.
    pub fn trouble(error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: 2,
            ..Self::refused(error, hint)
        }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}\nhint: {}", self.error, self.hint)
    }
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        let hint = failure.hint().to_string();
        let mut error = failure.to_string();
        if let Failure::Invalid(fields) = &failure {
            let fields: Vec<_> = fields
                .iter()
                .map(|f| format!("{}: {}", f.field, f.reason))
                .collect();
            error = fields.join("; ");
        }
        let code = match failure {
            Failure::Key(_)
            | Failure::Store(_)
            | Failure::Row(_)
            | Failure::File { .. }
            | Failure::Tree { .. } => 2,
            _ => 1,
        };
        Self { error, hint, code }
    }
}

impl From<OpenError> for CliError {
    fn from(e: OpenError) -> Self {
        let hint = match &e {
            OpenError::Version { .. } | OpenError::Other(_) => {
                "use the version of ikd that wrote it, or a newer one"
            }
            OpenError::Old { .. } => "run `ikd migrate` once, then start the instances",
            OpenError::Dirty(_) => "restore the backup that was made before the migration",
            OpenError::Address => "DATABASE_URL=postgres://USER:PASSWORD@HOST/DATABASE",
            OpenError::Unprotected => {
                "add ?sslmode=verify-full to it, with &sslrootcert=FILE where the authority is your own; sslmode=disable only where nobody else can reach the way between the two"
            }
            _ if context::address().is_some() => {
                "check that the server of DATABASE_URL runs and lets this user in"
            }
            _ => "`ikd init` makes a data directory; --data names one",
        };
        Self::trouble(e.to_string(), hint)
    }
}
