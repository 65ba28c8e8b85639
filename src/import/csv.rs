//! CSV: one record a row. The header says where what stands; every field is plain text, so `NA`
//! and `007` are what they are.

mod rows;

use std::sync::Arc;

use chrono_tz::Tz;

use self::rows::{MAX_ROW_BYTES, Row, Rows};
use super::error::ImportError;
use super::instant;
use super::mapping::Mapping;
use super::record::{Attributes, Record, Refused};
use super::source::Source;

/// The records of a CSV file.
pub(super) struct CsvRecords {
    rows: Rows,
    columns: Columns,
    zone: Option<Tz>,
}

struct Columns {
    header: Vec<String>,
    case_id: usize,
    activity: usize,
    timestamp: usize,
    lifecycle: Option<usize>,
    attributes: Vec<(Arc<str>, usize)>,
}

impl CsvRecords {
    /// Reads the header and finds the mapping's columns in it.
    pub(super) fn new(source: Source, mapping: &Mapping) -> Result<Self, ImportError> {
        let mut rows = Rows::new(source, mapping.columns().delimiter);
        let path = rows.source().path().to_owned();
        let header = match rows.next()? {
            None => return Err(ImportError::HeaderMissing { path }),
            Some(row) => header_of(row).map_err(|(offset, rule)| ImportError::NotUtf8 {
                path: path.clone(),
                line: row.line,
                offset,
                rule,
            })?,
        };
        let find = |key: &str, column: &str| -> Result<usize, ImportError> {
            let mut places = header.iter().enumerate().filter(|(_, name)| *name == column);
            let rule = match (places.next(), places.next()) {
                (Some((index, _)), None) => return Ok(index),
                (None, _) => "is not there",
                (Some(_), Some(_)) => "is there twice",
            };
            let (path, header) = (path.clone(), header.clone());
            Err(ImportError::Column { path, column: column.into(), key: key.into(), rule, header })
        };
        let own = mapping.columns();
        let columns = Columns {
            case_id: find("columns.case_id", &own.case_id)?,
            activity: find("columns.activity", &own.activity)?,
            timestamp: find("columns.timestamp", &own.timestamp)?,
            lifecycle: match header.contains(&own.lifecycle) || own.lifecycle_named {
                true => Some(find("columns.lifecycle", &own.lifecycle)?),
                false => None,
            },
            attributes: mapping
                .attribute_names()
                .iter()
                .map(|(key, name)| Ok((Arc::clone(name), find(key, name)?)))
                .collect::<Result<_, ImportError>>()?,
            header,
        };
        Ok(Self { rows, columns, zone: mapping.assumed_zone() })
    }

    /// The source, for its path and place.
    pub(super) fn source(&self) -> &Source {
        self.rows.source()
    }

    /// The next record, or a row refused.
    pub(super) fn next(&mut self) -> Result<Option<Result<Record, Refused>>, ImportError> {
        let row = self.rows.next()?;
        Ok(row.map(|row| self.columns.record(row, self.zone)))
    }
}

fn header_of(row: &Row) -> Result<Vec<String>, (u64, String)> {
    if row.too_large() {
        let rule =
            format!("the header row has {} bytes, at most {MAX_ROW_BYTES} are allowed", row.bytes);
        return Err((row.offset, rule));
    }
    let text = row.text().map_err(|at| (at, "convert the file to UTF-8".to_owned()))?;
    Ok((0..row.width()).filter_map(|i| row.field(text, i)).map(str::to_owned).collect())
}

impl Columns {
    fn record(&self, row: &Row, zone: Option<Tz>) -> Result<Record, Refused> {
        let text = row_text(row, self.header.len())?;
        let field = |index: usize| row.field(text, index).unwrap_or_default();
        let case_id = field(self.case_id);
        let refuse = |index: usize, reason: String| Refused {
            field: self.header.get(index).cloned(),
            case_id: (!case_id.is_empty()).then(|| case_id.to_owned()),
            ..refused(row, reason)
        };
        for (index, what) in [(self.case_id, "case"), (self.activity, "activity")] {
            if field(index).is_empty() {
                return Err(refuse(index, format!("the row names no {what}")));
            }
        }
        let at = instant::read(field(self.timestamp), zone)
            .map_err(|rule| refuse(self.timestamp, rule))?;
        let mut attributes = Attributes::default();
        for (name, index) in &self.attributes {
            attributes.insert(name, field(*index).to_owned());
        }
        Ok(Record {
            line: row.line,
            case_id: case_id.to_owned(),
            activity: field(self.activity).to_owned(),
            at,
            lifecycle: self.lifecycle.map(field).filter(|v| !v.is_empty()).map(str::to_owned),
            attributes,
            raw: row.raw(),
        })
    }
}

fn row_text(row: &Row, width: usize) -> Result<&str, Refused> {
    if row.too_large() {
        let bytes = row.bytes;
        let rule = format!("the row has {bytes} bytes, at most {MAX_ROW_BYTES} are allowed");
        return Err(refused(row, rule));
    }
    if row.garbled {
        return Err(refused(row, "text follows a closing quote".into()));
    }
    if row.width() != width {
        let rule = format!("the row has {} fields, the header has {width}", row.width());
        return Err(refused(row, rule));
    }
    row.text().map_err(|at| refused(row, format!("byte {at} of the file's text is not UTF-8")))
}

fn refused(row: &Row, reason: String) -> Refused {
    Refused { line: row.line, field: None, reason, raw: row.raw(), case_id: None }
}
