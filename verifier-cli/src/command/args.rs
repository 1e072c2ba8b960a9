//! The command line.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use credential::lang::Lang;
use std::path::PathBuf;

/// Judges Indonesian population documents shown as signed QR codes, with no network.
///
/// Exit status: 0 if every QR is valid; 1 if at least one is not valid or superseded; otherwise 2 if at least one is
/// undecided, nothing was found, or something went wrong.
#[derive(Debug, Parser)]
#[command(name = "ikd-verify", version, max_term_width = 100)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
    /// Options of every action.
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, ClapArgs)]
pub struct Common {
    /// One JSON object a QR, each on one line
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of what people read
    #[arg(long, global = true, value_name = "id|en", default_value = "id", value_parser = language)]
    pub lang: Lang,
    /// Judge as of this time instead of the clock's: 2026-11-22T10:00:00+07:00, or @ and epoch seconds
    #[arg(long, global = true, value_name = "TIME", value_parser = super::times::instant)]
    pub at: Option<i64>,
    /// Oldest status list that still decides: 12h, 3d, "1 day 6 hours"
    #[arg(long, global = true, value_name = "DURATION", value_parser = super::times::length)]
    pub max_age: Option<i64>,
    /// Directory of the trust store [default: $XDG_DATA_HOME/ikd-verify or ~/.local/share/ikd-verify]
    #[arg(long, global = true, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// Colours; NO_COLOR also turns them off. A word and a symbol always say the same
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: When,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Action {
    /// Judge the QR codes in pictures (PNG, JPEG, WebP)
    Scan {
        /// Picture files, directories (with everything below them), or - for one picture on standard input
        #[arg(required = true, value_name = "FILE|DIR|-")]
        inputs: Vec<PathBuf>,
        /// One line a QR, as for directories, instead of a card
        #[arg(long)]
        brief: bool,
        /// Save the first photo that an issuer signed to this file, as it stands in the QR (mostly WebP)
        #[arg(long, value_name = "FILE")]
        photo: Option<PathBuf>,
    },
    /// Judge QR texts
    Text {
        /// Texts as a scanner delivers them, or - for one text a line on standard input
        #[arg(required = true, value_name = "TEXT|-", allow_hyphen_values = true)]
        texts: Vec<String>,
        /// One line a QR instead of a card
        #[arg(long)]
        brief: bool,
    },
    /// Show the layers of any token, UNVERIFIED, up to where it is damaged
    Inspect {
        /// A QR text, or - for one on standard input
        #[arg(
            value_name = "TEXT|-",
            required_unless_present = "picture",
            allow_hyphen_values = true
        )]
        text: Option<String>,
        /// Take the QR texts from this picture
        #[arg(long, value_name = "FILE", conflicts_with = "text")]
        picture: Option<PathBuf>,
    },
    /// What this machine trusts
    #[command(subcommand)]
    Trust(Trust),
    /// Print the completions of a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Write the manual pages
    Man {
        /// Existing directory to write them to
        dir: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub enum Trust {
    /// Pin the root key that signs trust lists
    Init {
        /// 64 hexadecimal digits, or a file with them, with a PEM or DER public key, or with the 32 raw bytes
        root: String,
    },
    /// Take in a newer bundle, or a newer national bundle or its changes; an older one is refused
    Update {
        /// The file, or - for standard input
        #[arg(required_unless_present = "from", conflicts_with = "from")]
        file: Option<PathBuf>,
        /// Take the bundle of this published tree: a folder, a USB stick, a mirror of what `ikd publish` wrote
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
        /// With --from: take the national bundle too, whole the first time; afterwards its changes come with every --from
        #[arg(long, requires = "from")]
        national: bool,
        /// Pin this root key if none is pinned yet, as in `trust init`
        #[arg(long, value_name = "HEX|FILE")]
        root: Option<String>,
        /// Pin the root key that the bundle names itself if none is pinned yet: only where the file surely is genuine
        #[arg(long, conflicts_with = "root")]
        trust_on_first_use: bool,
    },
    /// Show root key, versions, ages, offices and lists
    Show {
        /// All offices and lists, however many
        #[arg(long)]
        all: bool,
    },
    /// Forget the latest time seen, after the clock was once set into the future by mistake
    ResetClock,
}

fn language(text: &str) -> Result<Lang, String> {
    Lang::parse(text).ok_or_else(|| "must be id or en".into())
}
