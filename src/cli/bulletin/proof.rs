//! `tongjian bulletin verify`: a bulletin's file against an export or a chronicle.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use super::bar;
use crate::bulletin::verify::{Against, Verified, verify};
use crate::cli::data::Place;

/// What the exit code is where a file differs.
const DIFFERS: u8 = 2;

/// 驗證: which file, against what.
#[derive(Debug, Args)]
pub(in crate::cli) struct VerifyOrder {
    /// The file, as `show` or the service wrote it
    file: PathBuf,
    /// The chronicle as `export --proof` wrote it
    #[arg(long, value_name = "FILE", required_unless_present = "data", conflicts_with = "data")]
    chronicle: Option<PathBuf>,
    /// A chronicle: an SQLite file, or the address of a PostgreSQL database
    #[arg(long, value_name = "FILE|URL")]
    data: Option<Place>,
}

/// Verifies, and says what was proven or what differs first.
///
/// # Errors
/// When the file or the chronicle cannot be used.
pub(super) async fn run(order: &VerifyOrder, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let against = match (&order.chronicle, &order.data) {
        (Some(export), _) => Against::Export(export.clone()),
        (None, Some(place)) => Against::Store(place.open_existing().await?),
        (None, None) => anyhow::bail!("name a chronicle: --chronicle EXPORT, or --data"),
    };
    let (bar, progress) = bar();
    let outcome = verify(&order.file, &against, &progress).await;
    bar.finish_and_clear();
    let file = order.file.display();
    match outcome.with_context(|| format!("`{file}` cannot be verified"))? {
        Ok(Verified { stream, position, figures, head }) => {
            writeln!(
                out,
                "{stream}: {figures} figures counted again from {position} acts, and every byte \
                 is the same"
            )?;
            if !head {
                writeln!(
                    out,
                    "number, date and recipients were taken from the file: the chronicle does not \
                     go on to this draft or issue"
                )?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(finding) => {
            writeln!(out, "{file}: {finding}")?;
            Ok(ExitCode::from(DIFFERS))
        }
    }
}
