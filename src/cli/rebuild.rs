//! `tongjian rebuild`: makes read tables anew beside the serving ones, and switches to them; or
//! switches back to those that served before, or drops them.

use std::io::Write;

use clap::Args;
use indicatif::ProgressBar;

use super::data::Data;
use crate::runner::{self, Part, REGISTRY, Registered};
use crate::store::Store;

/// 重建: which projections.
#[derive(Debug, Args)]
pub(super) struct RebuildOrder {
    #[command(flatten)]
    data: Data,
    /// Only this projection; may be repeated
    #[arg(long = "projection", value_name = "NAME")]
    projections: Vec<String>,
    /// Let the tables that served before the last rebuild serve again, once they have caught up;
    /// the serving ones are kept in their place
    #[arg(long, conflicts_with = "drop_old")]
    switch_back: bool,
    /// Drop the tables that served before the last rebuild
    #[arg(long)]
    drop_old: bool,
}

/// Rebuilds. One that was broken off before is taken up where it stopped.
///
/// # Errors
/// When a name is unknown, an act cannot be folded, or there is nothing to switch back to.
pub(super) async fn run(order: &RebuildOrder, out: &mut dyn Write) -> anyhow::Result<()> {
    let chosen: Vec<&'static Registered> = if order.projections.is_empty() {
        REGISTRY.iter().collect()
    } else {
        let named = order.projections.iter().map(|name| runner::named(name));
        named.collect::<Result<_, _>>()?
    };
    let store = order.data.open_existing().await?;
    if order.drop_old {
        return drop_old(&store, &chosen, out).await;
    }
    let bar = super::progress(store.head().await?.position, "acts");
    let standing = if order.switch_back {
        let mut standing = Vec::with_capacity(chosen.len());
        for projection in chosen {
            standing.push(runner::switch_back(&store, projection, &mut shown(&bar)).await?);
        }
        standing
    } else {
        runner::rebuild(&store, &chosen, &mut shown(&bar)).await?
    };
    bar.finish_and_clear();
    for checkpoint in standing {
        writeln!(out, "{} stands at {}", checkpoint.name, checkpoint.position)?;
    }
    let position = runner::judge_dockets(&store).await?;
    writeln!(out, "the dockets stand at {position}")?;
    Ok(())
}

fn shown(bar: &ProgressBar) -> impl FnMut(Part, u64, u64) + Send {
    let bar = bar.clone();
    move |part, at, of| {
        bar.set_length(of);
        bar.set_position(at);
        bar.set_message(format!("{part:?}"));
    }
}

async fn drop_old(
    store: &Store,
    chosen: &[&Registered],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    for projection in chosen {
        let dropped = runner::drop_old(store, projection).await?;
        for at in &dropped {
            writeln!(out, "{}: the tables that stood at {} are dropped", at.name, at.position)?;
        }
        if dropped.is_empty() {
            writeln!(out, "{}: no tables are kept from before", projection.name)?;
        }
    }
    Ok(())
}
