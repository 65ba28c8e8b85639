//! The command line: what each command is called, and which file answers it. Commands write their
//! answer to standard output and everything else to standard error.

mod account;
mod applicant;
mod boards;
mod bulletin;
pub mod calendar;
pub mod cases;
mod coverage;
mod data;
mod demo;
mod doctor;
mod export;
mod import;
mod key;
mod list;
mod migrate;
mod output;
mod policy;
mod proof;
mod rebuild;
mod schema;
mod serve;
mod simulate;
mod token;
mod trail;
mod watch;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use chrono::NaiveDate;
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::clock::Clock;

/// Tongjian 通鑑: the chronicle of a city's public-service windows, and what follows from it.
#[derive(Debug, Parser)]
#[command(name = "tongjian", version, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// See it at work: a simulated city, the service on loopback, addresses to open
    Demo(demo::DemoOrder),
    /// An invented city's history into a chronicle
    Simulate(simulate::SimulateOrder),
    /// One row per case: working days, limits, due days, the state of each clock
    Cases(cases::CasesQuestion),
    /// Working days of a year, due days, elapsed days
    #[command(subcommand)]
    Calendar(calendar::CalendarCommand),
    /// Append the acts of a log: XES, CSV or NDJSON, gz too; or restore a chronicle
    Import(import::ImportOrder),
    /// Write the chronicle as NDJSON or CSV
    Export(export::ExportOrder),
    /// Grafana's boards, written into a folder as they are shipped
    Boards(boards::BoardsOrder),
    /// Prove the chronicle, and with --projections the read tables, byte by byte
    Verify(proof::VerifyOrder),
    /// Make read tables anew from the chronicle, beside the serving ones
    Rebuild(rebuild::RebuildOrder),
    /// Look the chronicle over: head, calendar, projections, disk, replication; and say what to do
    Doctor(doctor::DoctorOrder),
    /// The service on an address, with the projections and the watchman
    Serve(serve::ServeOrder),
    /// Make the tables of a chronicle, or bring them to the form of this release
    Migrate(migrate::MigrateOrder),
    /// Grant and revoke access
    #[command(subcommand)]
    Token(token::TokenOrder),
    /// Who may log in, as what, for which sites
    #[command(subcommand)]
    Account(account::AccountOrder),
    /// Who looked at what, and who tried what is not his
    #[command(subcommand)]
    Trail(trail::TrailOrder),
    /// The lists of supervision: cards, irregularities, flags, scores
    List(list::ListQuestion),
    /// The four-level network on a day: planned, built, accepted, operating
    Coverage(coverage::CoverageQuestion),
    /// The policies in force, what a new text changes, its adoption
    #[command(subcommand)]
    Policy(policy::PolicyOrder),
    /// The bulletins: drafted, reviewed, signed, issued, corrected; verified and traced
    #[command(subcommand)]
    Bulletin(bulletin::BulletinOrder),
    /// The sealed details of applicants: sealed, shown to who says why, destroyed on order
    #[command(subcommand)]
    Applicant(applicant::ApplicantOrder),
    /// The master key that wraps the keys of applicants
    #[command(subcommand)]
    Key(key::KeyOrder),
    /// Append what falls due: a watchman of one's own, or one look as of a moment
    Watch(watch::WatchOrder),
    /// The catalogue of events, or the JSON Schema of one
    Schema(schema::SchemaQuestion),
}

impl Cli {
    /// Does what was asked. The exit code is 0 when all was done, 2 when lines were refused, and as
    /// grave as what a doctor found.
    ///
    /// # Errors
    /// What went wrong, with its causes.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let clock = Clock::default();
        let mut out = io::BufWriter::new(io::stdout().lock());
        let code = match self.command {
            Command::Demo(order) => done(demo::run(&order, &mut out).await),
            Command::Simulate(order) => done(simulate::run(&order, &clock, &mut out).await),
            Command::Cases(asked) => done(cases::run(&asked, &clock, &mut out).await),
            Command::Calendar(asked) => done(calendar(&asked, &mut out).await),
            Command::Import(order) => import::run(&order, &clock).await,
            Command::Boards(order) => done(boards::run(&order, &mut out)),
            Command::Export(order) => done(export::run(&order, clock, &mut out).await),
            Command::Verify(order) => done(proof::run(&order, &mut out).await),
            Command::Rebuild(order) => done(rebuild::run(&order, &mut out).await),
            Command::Doctor(order) => doctor::run(&order, &clock, &mut out).await,
            Command::Serve(order) => done(serve::run(&order, clock, &mut out).await),
            Command::Migrate(order) => done(migrate::run(&order, &mut out).await),
            Command::Token(order) => done(token::run(&order, &clock, &mut out).await),
            Command::Account(order) => done(account::run(&order, &clock, &mut out).await),
            Command::Trail(order) => done(trail::run(&order, &mut out).await),
            Command::List(asked) => done(list::run(&asked, &clock, &mut out).await),
            Command::Coverage(asked) => done(coverage::run(&asked, &clock, &mut out).await),
            Command::Policy(order) => done(policy::run(&order, &clock, &mut out).await),
            Command::Bulletin(order) => bulletin::run(&order, &clock, &mut out).await,
            Command::Applicant(order) => done(applicant::run(&order, &clock, &mut out).await),
            Command::Key(order) => done(key::run(&order, &mut out).await),
            Command::Watch(order) => done(watch::run(&order, clock, &mut out).await),
            Command::Schema(asked) => done(schema::run(&asked, &mut out)),
        }?;
        out.flush().context("cannot write the answer")?;
        Ok(code)
    }
}

fn done(result: anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    result.map(|()| ExitCode::SUCCESS)
}

async fn calendar(asked: &calendar::CalendarCommand, out: &mut dyn Write) -> anyhow::Result<()> {
    let (mut input, mut notes) = (io::stdin(), io::stderr());
    let streams = calendar::Streams { input: &mut input, out, notes: &mut notes };
    calendar::run(asked, streams).await
}

/// A progress bar on standard error; nothing is drawn where that is no terminal.
fn progress(total: u64, unit: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let style = match unit {
        "bytes" => "{bar:40} {bytes}/{total_bytes} {elapsed} eta {eta}",
        "thousandths" => "{bar:40} {percent}% {elapsed} eta {eta}",
        _ => "{bar:40} {human_pos}/{human_len} acts, {per_sec}, eta {eta}",
    };
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Reads a day in the one form `YYYY-MM-DD`.
fn parse_day(text: &str) -> Result<NaiveDate, String> {
    let wrong = || format!("`{text}` is no day: it is written YYYY-MM-DD, such as 2008-09-22");
    let form =
        |(at, b): (usize, u8)| if matches!(at, 4 | 7) { b == b'-' } else { b.is_ascii_digit() };
    if text.len() != 10 || !text.bytes().enumerate().all(form) {
        return Err(wrong());
    }
    text.parse().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::Cli;

    #[test]
    fn every_command_says_how_a_day_is_written() {
        for words in [
            "cases --as-of 20080922",
            "calendar due 2008-9-22 5",
            "simulate --from +2008-09-22",
            "simulate --to 2008-02-30",
            "token issue --name a --holder b --until tomorrow",
        ] {
            let refused = Cli::try_parse_from(["tongjian"].into_iter().chain(words.split(' ')));
            let said = refused.unwrap_err().to_string();
            assert!(said.contains("is no day: it is written YYYY-MM-DD"), "{words}: {said}");
        }
    }
}
