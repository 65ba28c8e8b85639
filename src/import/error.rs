//! Why a reading of a log ends. What concerns one record alone is a [`Refused`] line instead, and
//! the reading goes on.
//!
//! [`Refused`]: super::Refused

use std::io;
use std::path::PathBuf;

use super::Format;

/// Why a log cannot be read, or not any further. Every record before that place was yielded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file cannot be opened.
    #[error("`{}` cannot be opened", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// Reading failed on the way.
    #[error("`{}` line {line} (byte {offset}) cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The line reached, from 1.
        line: u64,
        /// The bytes of unpacked text before that place.
        offset: u64,
        /// The reason.
        source: io::Error,
    },
    /// The packed file stops before its end.
    #[error(
        "`{}` is cut off: the gz data end after byte {packed} of the file, at line {line} \
         (byte {offset}) of the text",
        path.display()
    )]
    Truncated {
        /// The file.
        path: PathBuf,
        /// How many bytes of the file could be read.
        packed: u64,
        /// The line reached, from 1.
        line: u64,
        /// The bytes of unpacked text before that place.
        offset: u64,
    },
    /// The text is not UTF-8.
    #[error("`{}` line {line} (byte {offset}) is not UTF-8: {rule}", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The bytes of unpacked text before that place.
        offset: u64,
        /// What it is, or what to do.
        rule: String,
    },
    /// The XML is not well-formed, is no XES, or passes a limit.
    #[error("`{}` line {line} (byte {offset}): {rule}", path.display())]
    Xes {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The bytes of unpacked text before that place.
        offset: u64,
        /// The rule it breaks.
        rule: String,
    },
    /// The CSV file has no row at all.
    #[error("`{}` has no header row", path.display())]
    HeaderMissing {
        /// The file.
        path: PathBuf,
    },
    /// A column that the mapping names is not in the header, or is there twice.
    #[error(
        "`{}` line 1: the column `{column}` of the mapping's `{key}` {rule}; the header has {}",
        path.display(), header.join(", ")
    )]
    Column {
        /// The file.
        path: PathBuf,
        /// The column's name.
        column: String,
        /// The mapping's key that names it.
        key: String,
        /// What is wrong with it.
        rule: &'static str,
        /// The columns that there are.
        header: Vec<String>,
    },
    /// A quote is opened and the file ends before it is closed.
    #[error(
        "`{}` line {line}: a quote opened in this row is never closed; everything from here to \
         the end of the file (line {last_line}) stands inside it",
        path.display()
    )]
    QuoteNeverClosed {
        /// The file.
        path: PathBuf,
        /// The line on which the row begins, from 1.
        line: u64,
        /// The file's last line.
        last_line: u64,
    },
    /// The format needs a mapping file.
    #[error("the format {format} needs a mapping file; name one with --map")]
    MappingMissing {
        /// The format.
        format: Format,
    },
    /// The format knows no mapping.
    #[error("the format {format} takes no mapping: its lines are submissions already")]
    MappingUnused {
        /// The format.
        format: Format,
    },
}

/// Why a mapping file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MappingError {
    /// The file cannot be read.
    #[error("the mapping `{}` cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// It is no TOML, or has an unknown or missing key.
    #[error("the mapping `{}` line {line}, at `{key}`: {rule}", path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The text on that line.
        key: String,
        /// The rule it breaks.
        rule: String,
    },
    /// A value breaks a rule.
    #[error("the mapping `{}`, `{key}`: {rule}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// The key, such as `log.time_zone`.
        key: String,
        /// The rule it breaks.
        rule: String,
    },
}
