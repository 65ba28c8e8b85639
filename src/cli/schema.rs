//! `tongjian schema`: the catalogue of events, or the JSON Schema of one.

use std::io::Write;

use clap::Args;
use tongjian_events::CATALOG;

/// 目錄: which event.
#[derive(Debug, Args)]
pub(super) struct SchemaQuestion {
    /// An event such as case.ApplicationAccepted; the whole catalogue where nothing is said
    event: Option<String>,
}

/// Answers.
///
/// # Errors
/// When there is no such event.
pub(super) fn run(asked: &SchemaQuestion, out: &mut dyn Write) -> anyhow::Result<()> {
    let Some(event) = &asked.event else {
        for row in CATALOG {
            writeln!(out, "{}\t{}\t{}", row.wire_name(), row.version, row.chinese)?;
        }
        return Ok(());
    };
    let row = CATALOG.iter().find(|row| row.wire_name() == event).ok_or_else(|| {
        anyhow::anyhow!("`{event}` is not in the catalogue; see `tongjian schema`")
    })?;
    serde_json::to_writer_pretty(&mut *out, &row.schema())?;
    writeln!(out)?;
    Ok(())
}
