//! Rows in PostgreSQL's binary form of COPY.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgCopyIn;

/// What begins such a text: its name, no flags, no extension.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What ends it: no fields.
const END: [u8; 2] = (-1_i16).to_be_bytes();

/// Rows to be copied, all of one width.
pub(super) struct Copied {
    width: i16,
    bytes: Vec<u8>,
    rows: usize,
}

impl Copied {
    /// None yet, and room for so many bytes.
    pub(super) fn new(width: usize, room: usize) -> Self {
        // No table has so many columns that this would not hold.
        let width = i16::try_from(width).unwrap_or(i16::MAX);
        let mut bytes = Vec::with_capacity(HEAD.len() + room + END.len());
        bytes.extend(HEAD);
        Self { width, bytes, rows: 0 }
    }

    pub(super) fn begin_row(&mut self) {
        self.bytes.extend(self.width.to_be_bytes());
        self.rows += 1;
    }

    pub(super) fn null(&mut self) {
        self.bytes.extend((-1_i32).to_be_bytes());
    }

    /// A text, or bytes as they are.
    pub(super) fn field(&mut self, bytes: &[u8]) {
        // A field is far below the two gigabytes that a length can say.
        self.bytes.extend(i32::try_from(bytes.len()).unwrap_or(i32::MAX).to_be_bytes());
        self.bytes.extend_from_slice(bytes);
    }

    /// A `bigint`.
    pub(super) fn integer(&mut self, number: i64) {
        self.field(&number.to_be_bytes());
    }

    pub(super) fn day(&mut self, day: NaiveDate) {
        let days = day.signed_duration_since(epoch()).num_days();
        self.field(&i32::try_from(days).unwrap_or(i32::MAX).to_be_bytes());
    }

    pub(super) fn instant(&mut self, at: DateTime<Utc>) {
        let epoch = epoch().and_time(NaiveTime::MIN).and_utc().timestamp_micros();
        self.integer(at.timestamp_micros() - epoch);
    }

    /// Sends the rows, if there are any.
    pub(super) async fn send(
        mut self,
        connection: &mut PgConnection,
        sql: &str,
    ) -> Result<(), sqlx::Error> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut copy = connection.copy_in_raw(sql).await?;
        self.send_part(&mut copy).await?;
        self.end(copy).await
    }

    /// Sends the rows so far, so that the database is at them while others are written here.
    pub(super) async fn send_part(
        &mut self,
        copy: &mut PgCopyIn<&mut PgConnection>,
    ) -> Result<(), sqlx::Error> {
        copy.send(self.bytes.as_slice()).await?;
        self.bytes.clear();
        Ok(())
    }

    /// Sends the rest, and ends.
    pub(super) async fn end(
        mut self,
        mut copy: PgCopyIn<&mut PgConnection>,
    ) -> Result<(), sqlx::Error> {
        self.bytes.extend(END);
        self.send_part(&mut copy).await?;
        copy.finish().await?;
        Ok(())
    }
}

/// Days and instants are counted from 1 January 2000.
fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default()
}
