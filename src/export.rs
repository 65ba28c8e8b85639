//! 導出: the chronicle as others read it. Streaming and byte-stable: the same acts give the same
//! bytes, today and later.

use std::io::Write;

use chrono::{DateTime, Utc};
use tongjian_events::recorded::{chain, leaf};
use tongjian_events::{Recorded, instant};

use crate::last_line;
use crate::store::{Head, Store, StoreError, Stored};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Writes every act up to a position, one envelope a line, and a [last line](last_line) from which
/// whoever restores it sees that nothing is missing or altered. Every byte is hashed on the way.
///
/// # Errors
/// [`ExportError`]; a chronicle that is damaged is not written to its last line.
pub async fn export_to_restore(
    store: &Store,
    until: u64,
    out: &mut dyn Write,
    mut progress: impl FnMut(u64),
) -> Result<Head, ExportError> {
    let end = store.head().await?;
    let until = until.min(end.position);
    let mut so_far = Head { position: 0, recorded_at: DateTime::UNIX_EPOCH, chain: [0; 32] };
    while so_far.position < until {
        let page = store.after(so_far.position, PAGE).await?;
        let last = page.iter().rfind(|act| act.position <= until);
        let recorded_at = last.map(recorded_at).transpose()?.ok_or_else(|| missing(&so_far))?;
        for act in page.iter().take_while(|act| act.position <= until) {
            so_far = hashed(&so_far, act)?;
            out.write_all(&act.envelope)?;
            out.write_all(b"\n")?;
        }
        so_far.recorded_at = recorded_at;
        progress(so_far.position);
    }
    if until == end.position && so_far != end {
        return Err(damaged(until, "the head is not what follows from the acts before it").into());
    }
    writeln!(out, "{}", last_line::text(&so_far))?;
    out.flush()?;
    Ok(so_far)
}

fn hashed(before: &Head, act: &Stored) -> Result<Head, StoreError> {
    let leaf = leaf(&act.envelope);
    if leaf != act.leaf {
        return Err(damaged(act.position, "the leaf is not the hash of the envelope"));
    }
    Ok(Head { position: act.position, chain: chain(&before.chain, &leaf), ..*before })
}

fn recorded_at(act: &Stored) -> Result<DateTime<Utc>, StoreError> {
    Ok(act.read()?.place.recorded_at)
}

fn missing(before: &Head) -> StoreError {
    damaged(before.position + 1, "it is missing, and all after it")
}

fn damaged(position: u64, finding: &str) -> StoreError {
    StoreError::Damaged { position, finding: finding.into() }
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
