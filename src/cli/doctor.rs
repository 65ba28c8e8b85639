//! `tongjian doctor`: looks the chronicle over, and says what to do.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use super::data::{Data, Place};
use crate::clock::Clock;
use crate::doctor::{self, Report};

/// 檢視: which chronicle, and how it is told.
#[derive(Debug, Args)]
pub(super) struct DoctorOrder {
    #[command(flatten)]
    data: Data,
    /// One JSON object instead of a page
    #[arg(long)]
    json: bool,
}

/// Looks, and tells. The exit code is 0 when all is fine, 1 with warnings, 2 with trouble.
///
/// # Errors
/// When the answer cannot be written.
pub(super) async fn run(
    order: &DoctorOrder,
    clock: &Clock,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let report = examined(&order.data.place(), clock).await;
    let report = report.unwrap_or_else(|error| Report::unusable(&error));
    if order.json {
        serde_json::to_writer(&mut *out, &report).context("cannot write the answer")?;
        writeln!(out)?;
    } else {
        report.write(out)?;
    }
    Ok(ExitCode::from(report.grade.exit_code()))
}

async fn examined(place: &Place, clock: &Clock) -> anyhow::Result<Report> {
    let store = place.open_existing().await?;
    let file = match place {
        Place::File(path) => Some(path.as_path()),
        Place::Database(_) => None,
    };
    let readings = doctor::read(&store, file, clock.now()).await?;
    store.close().await;
    Ok(Report::of(doctor::judge(&readings)))
}
