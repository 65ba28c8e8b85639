//! Lines in PostgreSQL's binary form of COPY.

use chrono::{NaiveDate, NaiveTime};
use sqlx::PgConnection;

use super::super::failed;
use super::lines::Value;
use crate::store::StoreError;

/// What begins such a text: its name, no flags, no extension.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What ends it: no fields.
const END: [u8; 2] = (-1_i16).to_be_bytes();

/// Lines to be copied, all of one width.
pub(super) struct Copied {
    width: i16,
    bytes: Vec<u8>,
    lines: usize,
}

impl Copied {
    pub(super) fn new(width: usize) -> Self {
        // No table has so many columns that this would not hold.
        let width = i16::try_from(width).unwrap_or(i16::MAX);
        Self { width, bytes: HEAD.to_vec(), lines: 0 }
    }

    pub(super) fn begin_line(&mut self) {
        self.bytes.extend(self.width.to_be_bytes());
        self.lines += 1;
    }

    pub(super) fn push(&mut self, value: Value<'_>) {
        match value {
            Value::Null => self.bytes.extend((-1_i32).to_be_bytes()),
            Value::Text(text) => self.field(text.as_bytes()),
            Value::Integer(number) => self.field(&number.to_be_bytes()),
            Value::Day(day) => {
                let days = day.signed_duration_since(epoch()).num_days();
                self.field(&i32::try_from(days).unwrap_or(i32::MAX).to_be_bytes());
            }
            Value::Instant(at) => {
                let epoch = epoch().and_time(NaiveTime::MIN).and_utc().timestamp_micros();
                self.field(&(at.timestamp_micros() - epoch).to_be_bytes());
            }
        }
    }

    fn field(&mut self, bytes: &[u8]) {
        // A text is far below the two gigabytes that a length can say.
        self.bytes.extend(i32::try_from(bytes.len()).unwrap_or(i32::MAX).to_be_bytes());
        self.bytes.extend(bytes);
    }

    /// Sends the lines, if there are any.
    pub(super) async fn send(
        mut self,
        writer: &mut PgConnection,
        table: &str,
        columns: &str,
    ) -> Result<(), StoreError> {
        if self.lines == 0 {
            return Ok(());
        }
        self.bytes.extend(END);
        let failed = failed("copy lines");
        let sql =
            format!("copy read_tables.\"{table}\" ({columns}) from stdin with (format binary)");
        let mut copy = writer.copy_in_raw(&sql).await.map_err(failed)?;
        copy.send(self.bytes).await.map_err(failed)?;
        copy.finish().await.map_err(failed)?;
        Ok(())
    }
}

/// Days and instants are counted from 1 January 2000.
fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default()
}
