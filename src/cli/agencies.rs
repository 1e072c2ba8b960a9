//! `ikd agency`

use super::context::{self, LOCAL, parsed, say};
use super::error::CliError;
use crate::agencies::{self, Way, usage};
use crate::chance::Chance;
use crate::domain::agency::{Elements, Kinds, Terms};
use crate::domain::ids::{AgencyId, RegionPrefix};
use crate::store::{agencies as rows, agency_usage};
use clap::{Args, Subcommand, ValueEnum};
use credential::date::Date;
use std::path::PathBuf;

/// Agencies.
#[derive(Debug, Subcommand)]
pub enum AgencyCommand {
    /// Store an agreement and show the agency's token or webhook secret, once.
    Add(Add),
    /// List the agencies and their agreements.
    List,
    /// End an agreement at once: the agency gets nothing from now on.
    CutOff {
        /// Its id, as `ikd agency list` shows it.
        #[arg(value_parser = |t: &str| parsed(AgencyId::parse(t)))]
        id: AgencyId,
        /// Why, in one line.
        #[arg(long)]
        reason: String,
    },
    /// What every agency used, by half-years.
    Report {
        /// One half-year alone, like 2026-2.
        #[arg(long, value_parser = half)]
        half: Option<String>,
        /// In which form.
        #[arg(long, default_value = "csv")]
        format: Format,
    },
}

/// An agreement.
#[derive(Debug, Args)]
pub struct Add {
    /// Name of the agency.
    #[arg(long)]
    name: String,
    /// Kinds of documents it hears of, like ktp,kk, or all.
    #[arg(long, value_parser = |t: &str| parsed(Kinds::parse(t)))]
    kinds: Kinds,
    /// Region it hears of: 2, 4, 6 or 10 digits, empty for the whole country.
    #[arg(long, value_parser = |t: &str| parsed(RegionPrefix::parse(t)))]
    region: RegionPrefix,
    /// What it gets of each change: kind, document_number, document_id, change, status, issue_date.
    #[arg(long, value_parser = |t: &str| parsed(Elements::parse(t)))]
    elements: Elements,
    /// First day, like 2026-01-01; WIB.
    #[arg(long, value_parser = date)]
    from: Date,
    /// Last day.
    #[arg(long, value_parser = date)]
    to: Date,
    /// Call it there, instead of giving it a token to ask with. https alone.
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
}

/// Form of the report.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Format {
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "must be a date like 2026-01-01".to_string())
}

fn half(text: &str) -> Result<String, String> {
    match text.split_once('-') {
        Some((year, "1" | "2")) if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => {
            Ok(text.to_string())
        }
        _ => Err("must be a half-year like 2026-1 or 2026-2".to_string()),
    }
}

/// `ikd agency`
pub async fn run(data: PathBuf, command: AgencyCommand) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    let chance = &mut Chance::System;
    match command {
        AgencyCommand::Add(args) => {
            let terms = Terms {
                kinds: args.kinds,
                region: args.region,
                elements: args.elements,
                valid_from: args.from.end_of_day_wib() + 1 - crate::config::DAY,
                valid_to: args.to.end_of_day_wib(),
                cut_off: None,
            };
            let label = if args.webhook.is_some() {
                "secret"
            } else {
                "token "
            };
            let way = args.webhook.map_or(Way::Pull, |url| Way::Webhook { url });
            let mut tx = service.db.begin().await?;
            let name = &args.name;
            let added = agencies::add(&service, &mut tx, chance, LOCAL, name, terms, way).await?;
            tx.commit().await?;
            say(format_args!("agency {}", added.agency));
            say(format_args!("{label} {}", *added.handed));
            eprintln!("It is shown this once. Hand it to the agency on a safe way.");
        }
        AgencyCommand::List => {
            let mut tx = service.db.read().await?;
            for agency in rows::all(&mut tx).await? {
                let terms = &agency.terms;
                let day = |at| Date::at_wib(at).map_or(String::new(), Date::iso);
                let state = match terms.cut_off {
                    Some(at) => format!("cut off {}", day(at)),
                    None => "in force".into(),
                };
                let region = match terms.region.as_str() {
                    "" => "whole country",
                    region => region,
                };
                say(format_args!(
                    "{}  {}\n    {state}; {}; {} to {}; kinds {}; region {region}; elements {}",
                    agency.id,
                    agency.name,
                    agency.mode.name(),
                    day(terms.valid_from),
                    day(terms.valid_to),
                    terms.kinds.to_text(),
                    terms.elements.to_text()
                ));
            }
        }
        AgencyCommand::CutOff { id, reason } => {
            let mut tx = service.db.begin().await?;
            let dropped = agencies::cut_off(&service, &mut tx, chance, LOCAL, id, &reason).await?;
            tx.commit().await?;
            say(format_args!("{id}: cut off; batches dropped: {dropped}"));
        }
        AgencyCommand::Report { half, format } => {
            let mut tx = service.db.read().await?;
            let rows = agency_usage::report(&mut tx, half.as_deref()).await?;
            match format {
                Format::Csv => say(usage::csv(&rows).trim_end()),
                Format::Json => say(format_args!("{:#}", usage::json(&rows))),
            }
        }
    }
    Ok(0)
}
