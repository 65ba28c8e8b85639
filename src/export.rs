//! 導出: the chronicle as others read it. Streaming and byte-stable: the same acts give the same
//! bytes, today and later.

use std::io::Write;

use tongjian_events::{Recorded, instant};

use crate::store::{Store, StoreError};

/// How many acts are read at a time.
const PAGE: u32 = 2_000;

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The chronicle failed.
    #[error("the chronicle failed")]
    Store(#[from] StoreError),
    /// The output cannot be written.
    #[error("the output cannot be written")]
    Output(#[from] std::io::Error),
    /// A row of the table cannot be written.
    #[error("the table cannot be written")]
    Table(#[from] csv::Error),
}

/// The forms that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One envelope a line, to the byte as stored; can be imported and verified elsewhere.
    Ndjson,
    /// A table with a header; the body as canonical JSON.
    Csv,
}

/// Writes the acts after a position up to another, both included in the latter sense.
///
/// `progress` is told each position written. Returns how many were written.
///
/// # Errors
/// [`ExportError`]; what was written before stays written.
pub async fn export(
    store: &Store,
    format: Format,
    after: u64,
    until: u64,
    out: &mut dyn Write,
    mut progress: impl FnMut(u64),
) -> Result<u64, ExportError> {
    let mut table = (format == Format::Csv).then(Table::default);
    if table.is_some() {
        let mut header = csv::Writer::from_writer(&mut *out);
        header.write_record(Table::COLUMNS)?;
        header.flush()?;
    }
    let (mut at, mut count) = (after, 0);
    while at < until {
        let page = store.after(at, PAGE).await?;
        if page.is_empty() {
            break;
        }
        for act in page.iter().take_while(|act| act.position <= until) {
            match &mut table {
                None => {
                    out.write_all(&act.envelope)?;
                    out.write_all(b"\n")?;
                }
                Some(table) => table.write(&act.read()?, &act.leaf, out)?,
            }
            count += 1;
        }
        at = page.last().map_or(until, |act| act.position);
        progress(at.min(until));
    }
    out.flush()?;
    Ok(count)
}

#[derive(Default)]
struct Table {
    line: Vec<u8>,
}

impl Table {
    const COLUMNS: [&str; 16] = [
        "position",
        "stream",
        "stream_version",
        "event",
        "version",
        "occurred_at",
        "recorded_at",
        "actor_kind",
        "actor",
        "role",
        "site",
        "window",
        "entry",
        "id",
        "leaf",
        "body",
    ];

    fn write(
        &mut self,
        act: &Recorded,
        leaf: &[u8; 32],
        out: &mut dyn Write,
    ) -> Result<(), ExportError> {
        let s = &act.submission;
        let text = |value: Option<&dyn std::fmt::Display>| {
            value.map_or(String::new(), ToString::to_string)
        };
        let role = text(s.actor.role.as_ref().map(|role| role as &dyn std::fmt::Display));
        let window = text(s.source.window.as_ref().map(|of| of as &dyn std::fmt::Display));
        let leaf: String = leaf.iter().map(|byte| format!("{byte:02x}")).collect();
        self.line.clear();
        let mut row = csv::Writer::from_writer(&mut self.line);
        row.write_record([
            act.place.position.to_string().as_str(),
            s.stream.as_str(),
            &act.place.stream_version.to_string(),
            &s.event,
            &s.version.to_string(),
            &instant::text(&s.occurred_at),
            &instant::utc_text(act.place.recorded_at),
            s.actor.kind.as_str(),
            s.actor.id.as_str(),
            &role,
            s.source.site.as_str(),
            &window,
            s.source.entry.as_str(),
            &s.id.to_string(),
            &leaf,
            s.body.get(),
        ])?;
        row.flush()?;
        drop(row);
        out.write_all(&self.line)?;
        Ok(())
    }
}
