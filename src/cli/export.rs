//! `tongjian export`: the chronicle as NDJSON or CSV, on standard output or in a file.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::data::Data;
use crate::export::{self, Format};

/// 導出: what to write, and where.
#[derive(Debug, Args)]
pub(super) struct ExportOrder {
    #[command(flatten)]
    data: Data,
    /// The form
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,
    /// Only acts after this position
    #[arg(long, value_name = "POSITION", default_value_t = 0)]
    after: u64,
    /// Only acts up to this position
    #[arg(long, value_name = "POSITION")]
    until: Option<u64>,
    /// Every act, to be restored: with a last line that tells the end and the chain up to it
    #[arg(long, conflicts_with_all = ["after", "format"])]
    proof: bool,
    /// The file; standard output where nothing is said
    file: Option<PathBuf>,
}

/// Exports.
///
/// # Errors
/// When the chronicle cannot be read or the output not written.
pub(super) async fn run(order: &ExportOrder, out: &mut dyn Write) -> anyhow::Result<()> {
    if let Some(file) = &order.file {
        order.data.not_under(file, &[])?;
    }
    let store = order.data.open_existing().await?;
    let head = store.head().await?.position;
    let until = order.until.map_or(head, |until| until.min(head));
    let mut file = match &order.file {
        Some(path) => Some(std::io::BufWriter::new(
            std::fs::File::create(path)
                .with_context(|| format!("cannot write `{}`", path.display()))?,
        )),
        None => None,
    };
    let out: &mut dyn Write = match &mut file {
        Some(file) => file,
        None => out,
    };
    let bar = super::progress(until.saturating_sub(order.after), "acts");
    let told = |at: u64| bar.set_position(at.saturating_sub(order.after));
    if order.proof {
        export::export_to_restore(&store, until, out, told).await?;
    } else {
        export::export(&store, order.format, order.after, until, out, told).await?;
    }
    bar.finish_and_clear();
    Ok(())
}
