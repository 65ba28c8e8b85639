//! One row of a table of questions, and what is wrong with it.

use anyhow::anyhow;
use chrono::NaiveDate;
use csv::StringRecord;
use tongjian_projections::calendar::Pause;

use crate::cli::calendar::{parse_day, parse_pause, parse_working_days};

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
    header.iter().position(|column| column.trim_start_matches('\u{feff}').trim() == name)
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
            text.split(';').filter(|span| !span.is_empty()).map(parse_pause).collect()
        })
    }

    fn read<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, Fault> {
        parse(self.field(name)?).map_err(|rule| Fault::of_field(name, rule))
    }
}
