//! Where an answer may be written: not over what the same command reads.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::store::sqlite;

/// Refuses to write over a chronicle, a file beside it, or an input.
///
/// # Errors
/// When the output is one of those, under whatever name.
pub(super) fn not_over(
    output: &Path,
    chronicle: Option<&Path>,
    inputs: &[&Path],
) -> anyhow::Result<()> {
    let read: Vec<PathBuf> = inputs.iter().map(|input| input.to_path_buf()).collect();
    let kept = chronicle.map(sqlite::files);
    for kept in kept.iter().flatten().chain(&read) {
        anyhow::ensure!(
            !same(output, kept),
            "`{}` is read by this command; write to another file",
            output.display()
        );
    }
    Ok(())
}

/// Whether two names are of one file, also of one that is not there yet.
fn same(one: &Path, other: &Path) -> bool {
    let there = |path: &Path| fs::metadata(path).ok().map(|of| (of.dev(), of.ino()));
    one == other || there(one).is_some_and(|one| there(other) == Some(one))
}
