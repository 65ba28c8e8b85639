//! 歷史導入: reads a log that another system wrote and gives acts to be appended, one for each
//! record. Reads only: it appends nothing, asks no clock and draws no id.
//!
//! A record that cannot become an act is [`Refused`] with its line, its reason and its text, and
//! the reading goes on; what makes the rest unreadable is an [`ImportError`] and ends it. Every
//! record before that place was given. No more than one record, or one XES trace, is held.
//!
//! The acts of one log have the same ids and the same bytes each time and in each of its forms,
//! so an import can be repeated.

mod acts;
mod append;
mod csv;
mod error;
mod identity;
mod instant;
mod mapping;
mod ndjson;
mod record;
pub(crate) mod source;
mod xes;

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use tongjian_events::Act;

pub use self::append::{AppendLogError, Imported, Totals, append_log};
pub use self::error::{ImportError, MappingError};
pub use self::mapping::Mapping;
pub use self::record::Refused;
pub use self::source::Progress;

use self::acts::Acts;
use self::record::Record;
use self::source::Source;

/// 格式: the forms that are read. Each may be packed as gz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// IEEE 1849-2016, with or without header and extensions.
    Xes,
    /// A header row, then one record a row.
    Csv,
    /// One submission, or one exported envelope, a line.
    Ndjson,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Xes => "xes",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        })
    }
}

impl FromStr for Format {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Xes, Self::Csv, Self::Ndjson]
            .into_iter()
            .find(|format| format.to_string() == text)
            .ok_or_else(|| format!("`{text}` is no format; the formats are xes, csv and ndjson"))
    }
}

/// 一行: what one record of a log became.
#[derive(Debug)]
pub enum Line {
    /// An act, checked and ready to be appended.
    Act {
        /// The line on which its record begins, from 1.
        line: u64,
        /// The act.
        act: Box<Act>,
        /// The record as the file writes it, to be shown where the chronicle refuses the act.
        raw: String,
    },
    /// A record that was not taken.
    Refused(Refused),
}

impl Line {
    /// The record as the file writes it.
    #[must_use]
    pub fn raw(&self) -> &str {
        match self {
            Self::Act { raw, .. } => raw,
            Self::Refused(refused) => &refused.raw,
        }
    }
}

/// Opens a log. XES and CSV need a mapping; NDJSON takes none. The mapping's
/// [preamble](Mapping::preamble) is to be appended before the first act.
///
/// # Errors
/// [`ImportError`] when the file cannot be opened, the mapping is missing or out of place, or a
/// column that it names is not in the header.
pub fn open(
    format: Format,
    path: &Path,
    mapping: Option<Arc<Mapping>>,
) -> Result<Reader, ImportError> {
    let mapping = match (format, mapping) {
        (Format::Ndjson, Some(_)) => return Err(ImportError::MappingUnused { format }),
        (Format::Ndjson, None) => None,
        (_, Some(mapping)) => Some(mapping),
        (_, None) => return Err(ImportError::MappingMissing { format }),
    };
    Reader::new(format, Source::open(path)?, mapping)
}

/// 讀取: the lines of a log, in the file's order. Ends after the first [`ImportError`].
pub struct Reader {
    records: Records,
    progress: Progress,
    ended: bool,
}

enum Records {
    Csv(Box<csv::CsvRecords>, Acts),
    Xes(Box<xes::XesRecords>, Acts),
    Ndjson(ndjson::JsonLines),
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("line", &self.line()).finish_non_exhaustive()
    }
}

impl Reader {
    fn new(
        format: Format,
        source: Source,
        mapping: Option<Arc<Mapping>>,
    ) -> Result<Self, ImportError> {
        let progress = source.progress();
        let records = match (format, mapping) {
            (Format::Csv, Some(mapping)) => {
                Records::Csv(Box::new(csv::CsvRecords::new(source, &mapping)?), Acts::new(mapping))
            }
            (Format::Xes, Some(mapping)) => {
                Records::Xes(Box::new(xes::XesRecords::new(source, &mapping)), Acts::new(mapping))
            }
            (Format::Ndjson, _) => Records::Ndjson(ndjson::JsonLines::new(source)),
            (_, None) => return Err(ImportError::MappingMissing { format }),
        };
        Ok(Self { records, progress, ended: false })
    }

    /// A handle for a progress bar; it may be used from another thread.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// The line reached, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        match &self.records {
            Records::Csv(records, _) => records.source().line(),
            Records::Xes(records, _) => records.line(),
            Records::Ndjson(lines) => lines.source().line(),
        }
    }

    /// The activities that the mapping names and that no record had so far: after the last line,
    /// most likely names written wrongly.
    #[must_use]
    pub fn activities_never_seen(&self) -> Vec<String> {
        match &self.records {
            Records::Csv(_, acts) | Records::Xes(_, acts) => acts.never_seen(),
            Records::Ndjson(_) => Vec::new(),
        }
    }

    fn read(&mut self) -> Result<Option<Line>, ImportError> {
        Ok(match &mut self.records {
            Records::Csv(records, acts) => records.next()?.map(|record| line_of(record, acts)),
            Records::Xes(records, acts) => records.next()?.map(|record| line_of(record, acts)),
            Records::Ndjson(lines) => lines.next()?.map(|read| match read {
                Ok((line, act, raw)) => Line::Act { line, act: Box::new(act), raw },
                Err(refused) => Line::Refused(refused),
            }),
        })
    }
}

fn line_of(record: Result<Record, Refused>, acts: &mut Acts) -> Line {
    match record {
        Ok(record) => match acts.act(&record) {
            Ok(act) => Line::Act { line: record.line, act: Box::new(act), raw: record.raw },
            Err(refused) => Line::Refused(refused),
        },
        Err(refused) => {
            acts.count_refused(&refused);
            Line::Refused(refused)
        }
    }
}

impl Iterator for Reader {
    type Item = Result<Line, ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.read().transpose();
        self.ended = !matches!(read, Some(Ok(_)));
        read
    }
}

#[cfg(test)]
mod tests;
