//! What every reader yields, whatever the format: a record, or a record refused with its reason.
//! No meaning: which act a record is, the mapping says.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

/// 記錄: one event of a log, as its file writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// The case, to the letter.
    pub(super) case_id: String,
    /// The activity.
    pub(super) activity: String,
    /// When it happened, with the offset as written.
    pub(super) at: DateTime<FixedOffset>,
    /// The life-cycle transition, where the log has one.
    pub(super) lifecycle: Option<String>,
    /// The attributes that the mapping reads.
    pub(super) attributes: Attributes,
    /// The record's text, for the file of refused lines.
    pub(super) raw: String,
}

/// The attributes of one record by the names of the mapping; `case:` leads those of the case. An
/// empty value is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attributes(Vec<(Arc<str>, String)>);

impl Attributes {
    /// Adds a value; `false` when there was one already.
    pub(super) fn insert(&mut self, name: &Arc<str>, value: String) -> bool {
        if self.get(name).is_some() {
            return false;
        }
        if !value.is_empty() {
            self.0.push((Arc::clone(name), value));
        }
        true
    }

    /// Adds those of the case.
    pub(super) fn extend(&mut self, of_case: &Self) {
        self.0.extend(of_case.0.iter().cloned());
    }

    /// The value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| &**own == name).map(|(_, value)| value.as_str())
    }
}

/// 拒收: one record that was not taken, and why. Nothing of it is lost: `raw` is its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The line on which the record begins, from 1.
    pub line: u64,
    /// The column, attribute or member at fault, where there is one.
    pub field: Option<String>,
    /// The rule it breaks.
    pub reason: String,
    /// The record as the file writes it. Of a line past the size limit only the beginning.
    pub raw: String,
    /// The case, where it could be read: later records of the case keep their count.
    pub case_id: Option<String>,
}

impl Refused {
    /// Refuses a record for what one of its fields says.
    pub(super) fn of(record: &Record, field: &str, reason: String) -> Self {
        Self {
            line: record.line,
            field: Some(field.into()),
            reason,
            raw: record.raw.clone(),
            case_id: Some(record.case_id.clone()),
        }
    }
}
