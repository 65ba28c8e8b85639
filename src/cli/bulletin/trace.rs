//! `tongjian bulletin trace`: from a figure to the acts that it follows from.

use std::io::Write;

use anyhow::Context as _;
use clap::Args;

use super::{One, bar, missing};
use crate::bulletin::contents::Makes;
use crate::bulletin::life;

/// 溯源: which figure of which bulletin.
#[derive(Debug, Args)]
pub(in crate::cli) struct TraceOrder {
    #[command(flatten)]
    of: One,
    /// The figure, by its name
    figure: String,
}

/// Writes what the figure is the answer to.
///
/// # Errors
/// When there is no such figure.
pub(super) async fn run(order: &TraceOrder, out: &mut dyn Write) -> anyhow::Result<()> {
    let One { data, bulletin } = &order.of;
    let (store, contents) = (data.open_existing().await?, data.contents());
    let held = life::load(&store, bulletin).await?;
    anyhow::ensure!(held.drafted.is_some(), missing(bulletin));
    let (bar, progress) = bar();
    let letter = contents.letter(&store, &held, None, &Makes::Here(progress)).await;
    bar.finish_and_clear();
    let (letter, name) = (letter?, &order.figure);
    let figure = letter.content.figure(name);
    let figure = figure.with_context(|| format!("`{}` has no figure `{name}`", bulletin.name()))?;
    writeln!(out, "{}", serde_json::to_string_pretty(figure)?)?;
    Ok(())
}
