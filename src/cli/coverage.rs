//! `tongjian coverage`: the four-level network on a day.

use std::io::Write;

use chrono::NaiveDate;
use clap::Args;
use tongjian_events::SiteCode;

use super::data::Data;
use crate::access::Grant;
use crate::clock::Clock;
use crate::coverage;

/// 全覆蓋: which part of the network, and when.
#[derive(Debug, Args)]
pub(super) struct CoverageQuestion {
    #[command(flatten)]
    data: Data,
    /// The end of this day; today where nothing is said
    #[arg(long, value_name = "DAY", value_parser = super::parse_day)]
    on: Option<NaiveDate>,
    /// This site and everything below it
    #[arg(long, value_name = "CODE")]
    site: Option<SiteCode>,
}

/// Writes it as JSON.
///
/// # Errors
/// When the read tables are not made.
pub(super) async fn run(
    asked: &CoverageQuestion,
    clock: &Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let store = asked.data.open_existing().await?;
    let today = clock.now().with_timezone(&chrono_tz::Asia::Shanghai).date_naive();
    let on = asked.on.unwrap_or(today);
    let network = coverage::network(&store, on, asked.site.clone(), &Grant::open()).await?;
    writeln!(out, "{}", serde_json::to_string_pretty(&network)?)?;
    Ok(())
}
