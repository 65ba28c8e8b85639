//! `tongjian bulletin trace`: from a figure to the acts that it follows from.

use std::io::Write;

use anyhow::Context as _;
use clap::Args;

use super::{One, bar, has_erratum, missing};
use crate::bulletin::contents::Makes;
use crate::bulletin::life;
use crate::bulletin::trace::{Page, Sought, trace};

/// 溯源: which figure of which bulletin.
#[derive(Debug, Args)]
pub(in crate::cli) struct TraceOrder {
    #[command(flatten)]
    of: One,
    /// The figure, by its name
    figure: String,
    /// A figure of this erratum; as it was, its name ends with ~was
    #[arg(long, value_name = "NUMBER")]
    erratum: Option<u32>,
}

/// How many lines are read at a time.
const LINES: usize = 100_000;

/// Writes what the figure is the answer to, and then each line that it was made of with the
/// positions of its acts.
///
/// # Errors
/// When there is no such figure.
pub(super) async fn run(order: &TraceOrder, out: &mut dyn Write) -> anyhow::Result<()> {
    let One { data, bulletin } = &order.of;
    let (store, contents) = (data.open_existing().await?, data.contents());
    let held = life::load(&store, bulletin).await?;
    anyhow::ensure!(held.drafted.is_some(), missing(bulletin));
    has_erratum(&held, order.erratum)?;
    let (bar, progress) = bar();
    let makes = Makes::Here(progress);
    let letter = contents.letter(&store, &held, order.erratum, &makes).await?;
    let name = &order.figure;
    let missing = || format!("`{}` has no figure `{name}`", bulletin.name());
    let sought = Sought::of(&held, &letter, name);
    let mut page = Page { skip: 0, limit: LINES };
    loop {
        let traced = trace((&store, &contents, &makes), sought, page).await?;
        let traced = traced.with_context(missing)?;
        bar.finish_and_clear();
        if page.skip == 0 {
            let told = serde_json::json!({
                "figure": traced.name, "what": traced.what, "position": traced.position,
                "of": traced.figure,
            });
            writeln!(out, "{told}")?;
        }
        for line in &traced.lines {
            writeln!(out, "{}", serde_json::to_string(line)?)?;
        }
        match traced.next {
            Some(skip) => page.skip = skip,
            None => break,
        }
    }
    Ok(())
}
