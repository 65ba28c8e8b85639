//! `tongjian watch`: a watchman of one's own, or one look as of a moment.

use std::io::Write;

use anyhow::{Context as _, ensure};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone as _, Utc};
use clap::Args;

use super::data::Data;
use super::serve::Watchman;
use crate::bulletin::schedule::Seen;
use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::runner::{REGISTRY, Runner};
use crate::{first_start, watch};

/// 值守: how often, and as of when.
#[derive(Debug, Args)]
pub(super) struct WatchOrder {
    #[command(flatten)]
    data: Data,
    /// Look once and end
    #[arg(long)]
    once: bool,
    /// As if it were this moment: an instant, or a day's end
    #[arg(long, value_name = "DAY|INSTANT", value_parser = moment, requires = "once")]
    as_of: Option<DateTime<Utc>>,
}

/// Reads a day, meaning its last microsecond in Shanghai, or an instant.
fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap_or_default();
    match text.parse::<NaiveDate>() {
        Ok(day) => chrono_tz::Asia::Shanghai
            .from_local_datetime(&day.and_time(last))
            .latest()
            .map(|at| at.to_utc())
            .ok_or_else(|| format!("{day} has no end")),
        Err(_) => tongjian_events::instant::parse(text).map(|at| at.to_utc()),
    }
}

/// Looks, and says how much fell due.
///
/// # Errors
/// When the chronicle cannot be read, or does not take what fell due.
pub(super) async fn run(
    order: &WatchOrder,
    clock: Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let now = clock.now();
    if let Some(as_of) = order.as_of {
        ensure!(as_of <= now, "--as-of: {as_of} lies ahead; the watchman cannot see what will be");
    }
    let store = order.data.open_existing().await?;
    first_start::run(&store, now).await.context("cannot append the first acts")?;
    let (runner, contents) = (Runner::spawn(&store, REGISTRY)?, order.data.contents());
    // Who looks once does not stay to keep what is behind a draft.
    let contents = if order.once { contents } else { contents.that_go_on() };
    if order.once {
        let as_of = order.as_of.unwrap_or(now);
        let looked = watch::look(&store, &runner, as_of).await;
        let mut seen = Seen::default();
        let drafts = match &looked {
            Ok(_) => watch::draft(&store, &runner, &contents, &mut seen, as_of).await,
            Err(_) => Ok(0),
        };
        // Also after a failure: its threads must end before the runtime does.
        runner.stop().await;
        writeln!(out, "{} acts fell due", looked?)?;
        match drafts? {
            0 => {}
            drafts => writeln!(out, "{drafts} bulletins were drafted")?,
        }
    } else {
        let (going, asked) = tokio::sync::watch::channel(false);
        let metrics = Metrics::new().context("cannot set up the metrics")?;
        let watchman = Watchman { store: &store, runner: &runner, contents: &contents };
        let watching = watchman.keep(&metrics, clock, asked);
        tokio::select! {
            () = watching => {}
            stopped = tokio::signal::ctrl_c() => stopped?,
        }
        drop(going);
        watch::off_duty(&store).await;
        runner.stop().await;
    }
    Ok(())
}
