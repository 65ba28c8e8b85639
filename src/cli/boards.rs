//! `tongjian boards`: the boards' files, as they are shipped.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use crate::boards::grafana;

/// 看板: where to.
#[derive(Debug, Args)]
pub(super) struct BoardsOrder {
    /// The folder that Grafana reads boards from
    folder: PathBuf,
}

/// Writes every board.
///
/// # Errors
/// When the folder cannot be written.
pub(super) fn run(order: &BoardsOrder, out: &mut dyn Write) -> anyhow::Result<()> {
    let folder = &order.folder;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make `{}`", folder.display()))?;
    for (name, text) in grafana::files() {
        let path = folder.join(&name);
        std::fs::write(&path, text)
            .with_context(|| format!("cannot write `{}`", path.display()))?;
        writeln!(out, "{}", path.display())?;
    }
    Ok(())
}
