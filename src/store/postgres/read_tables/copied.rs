//! Lines in PostgreSQL's binary form of COPY.

use sqlx::PgConnection;

use super::super::copied;
use super::super::failed;
use super::lines::Value;
use crate::store::StoreError;

/// Lines to be copied, all of one width.
pub(super) struct Copied(copied::Copied);

impl Copied {
    pub(super) fn new(width: usize) -> Self {
        Self(copied::Copied::new(width, 0))
    }

    pub(super) fn begin_line(&mut self) {
        self.0.begin_row();
    }

    pub(super) fn push(&mut self, value: Value<'_>) {
        match value {
            Value::Null => self.0.null(),
            Value::Text(text) => self.0.field(text.as_bytes()),
            Value::Integer(number) => self.0.integer(number),
            Value::Day(day) => self.0.day(day),
            Value::Instant(at) => self.0.instant(at),
        }
    }

    /// Sends the lines, if there are any.
    pub(super) async fn send(
        self,
        writer: &mut PgConnection,
        table: &str,
        columns: &str,
    ) -> Result<(), StoreError> {
        let sql =
            format!("copy read_tables.\"{table}\" ({columns}) from stdin with (format binary)");
        self.0.send(writer, &sql).await.map_err(failed("copy lines"))
    }
}
