//! The command line: definitions here, one file for each group of commands.

pub mod agencies;
pub mod audit;
pub mod bulk;
mod bulk_show;
mod compromise;
pub mod context;
pub mod data_key;
pub mod database;
pub mod demo;
pub mod documents;
pub mod error;
pub mod import;
pub mod init;
pub mod keys;
pub mod man;
pub mod mandates;
pub mod offices;
pub mod outbox;
pub mod person;
pub mod proposals;
pub mod publish;
pub mod purge;
pub mod register;
pub mod root;
pub mod serve;
pub mod status;
pub mod trust;
pub mod witness;

use clap::{Parser, Subcommand};
use error::CliError;
use std::path::PathBuf;

const EXIT_CODES: &str = "Exit codes: 0 done; 1 refused, or some rows of a file were bad; 2 usage, files, keys or \
database.\nEnvironment: IKD_DATA data directory, DATABASE_URL PostgreSQL \
in place of the file ikd.db, IKD_KEY_PASSPHRASE_FILE file with the passphrase of the keys, \
RUST_LOG log filter of `ikd serve`.";

/// Issues and revokes Indonesian population documents as signed QR codes.
#[derive(Debug, Parser)]
#[command(name = "ikd", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// Data directory: settings, keys and database.
    #[arg(
        long,
        global = true,
        env = "IKD_DATA",
        value_name = "DIR",
        default_value = "ikd-data",
        hide_env = true
    )]
    pub data: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a data directory: keys, settings, database, a first office.
    Init(init::Init),
    /// Run the HTTP service.
    Serve(serve::Serve),
    /// Import people or regions.
    #[command(subcommand)]
    Import(import::Import),
    /// Issuing offices.
    #[command(subcommand)]
    Office(offices::OfficeCommand),
    /// Officers and their tokens.
    #[command(subcommand)]
    Officer(offices::OfficerCommand),
    /// Leave of offices to issue cards without an application.
    #[command(subcommand)]
    Mandate(mandates::MandateCommand),
    /// What one officer proposes and another approves.
    #[command(subcommand)]
    Proposal(proposals::ProposalCommand),
    /// Issue a document as a signed QR.
    Issue(documents::Issue),
    /// Issue documents for whole populations.
    #[command(subcommand)]
    Bulk(bulk::BulkCommand),
    /// Revoke a document for good.
    Revoke(documents::StateChange),
    /// Suspend a document until it is reinstated.
    Suspend(documents::StateChange),
    /// Put a suspended document back in force.
    Reinstate(documents::StateChange),
    /// Mark a document as replaced by a newer one.
    Supersede(documents::Supersede),
    /// Keys of root, publisher and offices.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// The trust list: which keys may sign what.
    #[command(subcommand)]
    Trust(trust::TrustCommand),
    /// The root key, on the machine without a network where it is kept.
    #[command(subcommand)]
    Root(root::RootCommand),
    /// Status lists, and what is not published because it takes back what verifiers were told.
    #[command(subcommand)]
    Status(status::StatusCommand),
    /// The offline bundle for verifiers.
    #[command(subcommand)]
    Bundle(publish::BundleCommand),
    /// Write trust list, bundles and status lists as files for a web server, a CDN or a USB stick.
    Publish(publish::Publish),
    /// Agencies that hear of changes of documents, and their agreements.
    #[command(subcommand)]
    Agency(agencies::AgencyCommand),
    /// Letters and webhooks that wait to be delivered.
    #[command(subcommand)]
    Outbox(outbox::OutboxCommand),
    /// Bring the database's schema up to date, before instances of a new version start on it.
    Migrate,
    /// The database as a whole.
    #[command(subcommand)]
    Db(database::DbCommand),
    /// What a person may ask for: everything that is held of them, and its erasure.
    #[command(subcommand)]
    Person(person::PersonCommand),
    /// Delete the personal data that has had its time.
    Purge(purge::Purge),
    /// The seals of the population register and of applications.
    #[command(subcommand)]
    Register(register::RegisterCommand),
    /// Keys that seal personal data.
    #[command(subcommand)]
    DataKey(data_key::DataKeyCommand),
    /// Check that the database holds together.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Watch the log of somebody else and sign its heads.
    #[command(subcommand)]
    Witness(witness::WitnessCommand),
    /// Show everything at once: 1,000 invented people, a KTP-el and a KK, scanned, revoked, scanned again.
    Demo(demo::Demo),
    /// Write shell completions to standard output.
    Completions(man::Completions),
    /// Write man pages into a directory.
    Man(man::Man),
}

/// Does what was asked; the number is the exit code.
pub async fn run(cli: Cli) -> Result<u8, CliError> {
    use crate::domain::document::Change;
    let data = cli.data;
    match cli.command {
        Command::Init(args) => init::run(data, args).await,
        Command::Serve(args) => serve::run(data, args).await,
        Command::Import(args) => import::run(data, args).await,
        Command::Office(args) => offices::office(data, args).await,
        Command::Officer(args) => offices::officer(data, args).await,
        Command::Mandate(args) => mandates::run(data, args).await,
        Command::Proposal(args) => proposals::run(data, args).await,
        Command::Issue(args) => documents::issue(data, args).await,
        Command::Bulk(args) => bulk::run(data, args).await,
        Command::Revoke(args) => documents::change(data, args, Change::Revoke).await,
        Command::Suspend(args) => documents::change(data, args, Change::Suspend).await,
        Command::Reinstate(args) => documents::change(data, args, Change::Reinstate).await,
        Command::Supersede(args) => documents::supersede(data, args).await,
        Command::Keys(args) => keys::run(data, args).await,
        Command::Trust(args) => trust::run(data, args).await,
        Command::Root(args) => root::run(args),
        Command::Status(args) => status::run(data, args).await,
        Command::Bundle(args) => publish::bundle(data, args).await,
        Command::Publish(args) => publish::publish(data, args).await,
        Command::Agency(args) => agencies::run(data, args).await,
        Command::Outbox(args) => outbox::run(data, args).await,
        Command::Migrate => database::migrate(data).await,
        Command::Db(command) => database::run(data, command).await,
        Command::Person(command) => person::run(data, command).await,
        Command::Purge(args) => purge::run(data, args).await,
        Command::Register(command) => register::run(data, command).await,
        Command::DataKey(args) => data_key::run(data, args).await,
        Command::Audit(args) => audit::run(data, args).await,
        Command::Witness(args) => witness::run(args),
        Command::Demo(args) => demo::run(data, args).await,
        Command::Completions(args) => man::completions(&args),
        Command::Man(args) => man::pages(&args),
    }
}
