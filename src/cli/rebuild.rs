//! `tongjian rebuild`: makes read tables anew beside the serving ones, and switches to them.

use std::io::Write;

use clap::Args;

use super::data::Data;
use crate::runner::{self, REGISTRY};

/// 重建: which projections.
#[derive(Debug, Args)]
pub(super) struct RebuildOrder {
    #[command(flatten)]
    data: Data,
    /// Only this projection; may be repeated
    #[arg(long = "projection", value_name = "NAME")]
    projections: Vec<String>,
}

/// Rebuilds. One that was broken off before is taken up where it stopped.
///
/// # Errors
/// When a name is unknown, or an act cannot be folded.
pub(super) async fn run(order: &RebuildOrder, out: &mut dyn Write) -> anyhow::Result<()> {
    let chosen = if order.projections.is_empty() {
        REGISTRY.iter().collect()
    } else {
        let named = order.projections.iter().map(|name| runner::named(name));
        named.collect::<Result<Vec<_>, _>>()?
    };
    let store = order.data.open_existing().await?;
    for projection in chosen {
        let bar = super::progress(store.head().await?.position, "acts");
        let checkpoint = runner::rebuild(&store, projection, &mut |part, at, of| {
            bar.set_length(of);
            bar.set_position(at);
            bar.set_message(format!("{part:?}"));
        })
        .await?;
        bar.finish_and_clear();
        writeln!(out, "{} stands at {}", projection.name, checkpoint.position)?;
    }
    let position = runner::judge_dockets(&store).await?;
    writeln!(out, "the dockets stand at {position}")?;
    Ok(())
}
