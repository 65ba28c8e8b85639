//! One row of a table of questions, and what is wrong with it.

use anyhow::anyhow;
use chrono::NaiveDate;
use csv::StringRecord;
use tongjian_projections::calendar::Pause;

use crate::cli::calendar::{parse_pause, parse_working_days};
use crate::cli::parse_day;

/// Why a row cannot be answered: the field, where one is at fault, and the rule it breaks.
#[derive(Debug)]
pub(in crate::cli::calendar) struct Fault {
    field: Option<String>,
    rule: String,
}

impl Fault {
    pub(super) fn of_row(rule: String) -> Self {
        Self { field: None, rule }
    }

    /// A row that is no text. The reader's own words name its line and byte otherwise than here.
    pub(super) fn of_error(error: &csv::Error) -> Self {
        Self::of_row(match error.kind() {
            csv::ErrorKind::Utf8 { err, .. } => {
                format!("field {} is not UTF-8; convert the file to UTF-8", err.field() + 1)
            }
            _ => error.to_string(),
        })
    }

    pub(super) fn of_field(field: &str, rule: impl Into<String>) -> Self {
        Self { field: Some(field.into()), rule: rule.into() }
    }

    /// The fault as an error that names file, line and field.
    pub(super) fn at(self, name: &str, line: u64) -> anyhow::Error {
        let Self { field, rule } = self;
        match field {
            Some(field) => anyhow!("`{name}` line {line}, `{field}`: {rule}"),
            None => anyhow!("`{name}` line {line}: {rule}"),
        }
    }
}

/// The place of a column; a byte order mark before the first name is no part of it.
pub(super) fn column(header: &StringRecord, name: &str) -> Option<usize> {
    header.iter().position(|column| is(column, name))
}

/// Whether a column is there more than once, so that nobody knows which is meant.
pub(super) fn repeated(header: &StringRecord, name: &str) -> bool {
    header.iter().filter(|column| is(column, name)).count() > 1
}

fn is(column: &str, name: &str) -> bool {
    column.trim_start_matches('\u{feff}').trim() == name
}

/// One row, read by the names of its columns.
pub(super) struct Row<'a> {
    header: &'a StringRecord,
    record: &'a StringRecord,
}

impl<'a> Row<'a> {
    pub(super) fn new(header: &'a StringRecord, record: &'a StringRecord) -> Self {
        Self { header, record }
    }

    /// A field as written.
    pub(super) fn field(&self, name: &str) -> Result<&'a str, Fault> {
        let at = column(self.header, name)
            .ok_or_else(|| Fault::of_field(name, "the column is missing"))?;
        self.record.get(at).ok_or_else(|| Fault::of_field(name, "the row ends before this column"))
    }

    pub(super) fn day(&self, name: &str) -> Result<NaiveDate, Fault> {
        self.read(name, parse_day)
    }

    pub(super) fn working_days(&self, name: &str) -> Result<u32, Fault> {
        self.read(name, parse_working_days)
    }

    /// Pauses as `BEGIN/END`, separated by `;`; none where the field is empty.
    pub(super) fn pauses(&self, name: &str) -> Result<Vec<Pause>, Fault> {
        self.read(name, |text| {
            text.split(';')
                .map(str::trim)
                .filter(|span| !span.is_empty())
                .map(parse_pause)
                .collect()
        })
    }

    fn read<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, Fault> {
        parse(self.field(name)?.trim()).map_err(|rule| Fault::of_field(name, rule))
    }
}
