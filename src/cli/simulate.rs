//! `tongjian simulate`: an invented city's history into a chronicle.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use chrono::NaiveDate;
use clap::Args;

use super::data::Data;
use crate::clock::Clock;
use crate::simulate::{self, Plan, Truth};

/// 模擬: which city, and when.
#[derive(Debug, Args)]
pub(super) struct SimulateOrder {
    #[command(flatten)]
    data: Data,
    /// The seed; the same seed gives the same acts
    #[arg(long, default_value_t = 2008)]
    seed: u64,
    /// How many sites the city has
    #[arg(long, default_value_t = 60)]
    sites: u32,
    /// The first day
    #[arg(long, value_name = "DAY", default_value = "2008-03-03")]
    #[arg(value_parser = super::parse_day)]
    from: NaiveDate,
    /// The last day
    #[arg(long, value_name = "DAY", default_value = "2008-08-31")]
    #[arg(value_parser = super::parse_day)]
    to: NaiveDate,
    /// Cases of a site in a hundred working days: four times as many at the municipal centre,
    /// fewer in townships and villages
    #[arg(long, value_name = "CASES", default_value_t = 150)]
    cases: u32,
    /// How many times as many faults as windows make, about one in a thousand cases; 0 for a city
    /// that does all by law
    #[arg(long, value_name = "TIMES", default_value_t = 1)]
    faults: u32,
    /// Where to write what was done wrong on purpose: per rule the objects and the positions
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
}

/// Simulates. The same order twice changes nothing.
///
/// # Errors
/// When the plan is impossible or not over yet, or the chronicle holds other acts than its own.
pub(super) async fn run(
    order: &SimulateOrder,
    clock: &Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let plan = Plan {
        seed: order.seed,
        sites: order.sites,
        from: order.from,
        to: order.to,
        cases_per_hundred_days: order.cases,
        faults_times: order.faults,
    };
    // Before a file is made for it.
    simulate::check_before(&plan, clock.now())?;
    let store = order.data.open().await?;
    let bar = super::progress(1_000, "thousandths");
    let summary = simulate::run(&store, &plan, clock.now(), |done, of| {
        bar.set_length(of);
        bar.set_position(done);
    })
    .await?;
    bar.finish_and_clear();
    store.close().await;
    if let Some(path) = &order.truth {
        let text = Truth::of(&plan, &summary).to_json()?;
        std::fs::write(path, text)
            .with_context(|| format!("the truth cannot be written to {}", path.display()))?;
    }
    writeln!(
        out,
        "{} acts appended; {} cases at {} sites; {} faults planted",
        summary.acts,
        summary.cases,
        summary.sites,
        summary.planted.len()
    )?;
    Ok(())
}
