//! `tongjian verify`: proves the chronicle and the read tables.

use std::io::Write;

use clap::Args;

use super::data::Data;
use crate::last_line;
use crate::runner::{self, REGISTRY};
use crate::store::Store;
use crate::verify;

/// 驗真: what to prove.
#[derive(Debug, Args)]
pub(super) struct VerifyOrder {
    #[command(flatten)]
    data: Data,
    /// Prove too that the read tables equal a refold from position 1
    #[arg(long)]
    projections: bool,
}

/// Proves, and says what was proven.
///
/// # Errors
/// The first position or row that differs, and what differs there.
pub(super) async fn run(order: &VerifyOrder, out: &mut dyn Write) -> anyhow::Result<()> {
    let store = order.data.open_existing().await?;
    let bar = super::progress(store.head().await?.position, "acts");
    let head = verify::verify(&store, |at, of| {
        bar.set_length(of);
        bar.set_position(at);
    })
    .await?;
    bar.finish_and_clear();
    let chain = last_line::chain_text(&head.chain);
    writeln!(out, "{} acts proven, chain {chain}", head.position)?;
    if order.projections {
        projections(&store, out).await?;
    }
    Ok(())
}

async fn projections(store: &Store, out: &mut dyn Write) -> anyhow::Result<()> {
    for projection in REGISTRY {
        let bar = super::progress(0, "acts");
        let proven = runner::verify_projection(store, projection, &mut |at, of| {
            bar.set_length(of);
            bar.set_position(at);
        })
        .await?;
        bar.finish_and_clear();
        writeln!(out, "{} equals a refold of {proven} acts", projection.name)?;
    }
    let bar = super::progress(0, "dockets");
    let proven = runner::verify_dockets(store, &mut |at, of| {
        bar.set_length(of);
        bar.set_position(at);
    })
    .await?;
    bar.finish_and_clear();
    writeln!(out, "the dockets follow from the facts of {proven} acts")?;
    Ok(())
}
