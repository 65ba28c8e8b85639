//! The proof of the read tables: every row and every line equals a refold from position 1. Keys
//! are taken in parts, so that memory stays bounded however long the chronicle is.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection};
use tongjian_projections::{Cell, ColumnKind, Context, Lines};

use super::RunnerError;
use super::checkpoint::{self, Checkpoint, Role};
use super::feed::Feed;
use super::fold::{Touched, guarded};
use super::registry::{Change, Registered, Rows};
use super::tables::{self, LineTable, Tables};
use super::write::day_text;
use crate::store::StoreError;
use crate::store::sqlite::{failed, json};

/// How many rows a part holds, about.
const PART: u64 = 40_000;
/// How many keys are compared at a time.
const COMPARED: usize = 1_000;

/// The first place where the read tables say something else than the chronicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The projection.
    pub projection: &'static str,
    /// The table.
    pub table: String,
    /// The key of the row or line.
    pub key: String,
    /// The column; `*` when a whole row or line is missing or too much.
    pub column: String,
    /// What is stored.
    pub stored: String,
    /// What follows from the chronicle.
    pub refolded: String,
}

/// Proves the serving generation of a projection; answers the position up to which it is proven.
pub(super) async fn verify(
    projection: &'static Registered,
    feed: Arc<Feed>,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<u64, RunnerError> {
    let mut reader = feed.store().read_tables_writer().await?;
    // Every statement after this one sees the tables as they stood at one checkpoint.
    tables::run(&mut reader, include_str!("../store/sql/sqlite/begin.sql").into()).await?;
    let at = checkpoint::in_role(&mut reader, projection, Role::Serving).await?;
    let Some(at) = at.filter(|at| at.edition == projection.edition) else {
        return Err(RunnerError::Absent { projection: projection.name });
    };
    let tables = Tables::of(projection, at.edition, at.generation);
    let count: i64 =
        sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from \"{}\"", tables.rows)))
            .fetch_one(&mut reader)
            .await
            .map_err(failed("count rows"))?;
    let head = feed.store().head().await?.position;
    if at.position > head {
        let finding = format!("the checkpoint of `{}` lies past the last act", projection.name);
        return Err(StoreError::Damaged { position: head, finding }.into());
    }
    let context = feed.context_at(at.position).await?;
    let parts = count.cast_unsigned() / PART + 1;
    let mut proof = Proof { projection, feed, reader, at, tables, context, parts };
    proof.no_line_without_a_row().await?;
    for part in 0..parts {
        proof.prove(part, progress).await?;
    }
    let position = proof.at.position;
    proof.reader.close().await.map_err(failed("close the read tables"))?;
    Ok(position)
}

struct Proof {
    projection: &'static Registered,
    feed: Arc<Feed>,
    reader: SqliteConnection,
    at: Checkpoint,
    tables: Tables,
    context: Context,
    parts: u64,
}

impl Proof {
    async fn prove(
        &mut self,
        part: u64,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<(), RunnerError> {
        let rows = self.refold(part, progress).await?;
        let keys = rows.keys();
        for keys in keys.chunks(COMPARED) {
            self.compare(keys, rows.as_ref()).await?;
        }
        let sql = format!("select key from \"{}\"", self.tables.rows);
        let mut stored =
            sqlx::query_scalar::<_, String>(AssertSqlSafe(sql)).fetch(&mut self.reader);
        while let Some(key) = stored.try_next().await.map_err(failed("read keys"))? {
            if part_of(&key, self.parts) == part && !rows.holds(&key) {
                let table = self.tables.rows.clone();
                return Err(differs(self.projection, table, &key, "*", "a row", "nothing"));
            }
        }
        Ok(())
    }

    async fn refold(
        &mut self,
        part: u64,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<Box<dyn Rows>, RunnerError> {
        let skipped = self.feed.skipped(self.projection.name).await?;
        let mut rows = (self.projection.rows)();
        let mut position = 0;
        while position < self.at.position {
            let page = self.feed.page(position).await?;
            let until = page.partition_point(|act| act.position <= self.at.position);
            let Some(window) = page.get(..until).filter(|window| !window.is_empty()) else { break };
            let wanted = |key: &str| part_of(key, self.parts) == part;
            let folded = Touched::of(self.projection, window, &skipped)
                .and_then(|touched| touched.fold(window, rows.as_mut(), wanted));
            folded.map_err(|poison| RunnerError::Stopped {
                projection: self.projection.name,
                poison,
            })?;
            position = window.last().map_or(self.at.position, |act| act.position);
            progress(part * self.at.position + position, self.parts * self.at.position);
        }
        Ok(rows)
    }

    async fn compare(&mut self, keys: &[String], rows: &dyn Rows) -> Result<(), RunnerError> {
        let sql = format!(
            "select key, row, span_from, span_to from \"{}\" \
             where key in (select value from json_each(?))",
            self.tables.rows
        );
        let stored = self.fetch(sql, keys).await?;
        let mut by_key = HashMap::with_capacity(stored.len());
        for row in &stored {
            by_key.insert(row.try_get::<&str, _>(0).map_err(failed("read a key"))?, row);
        }
        let mut changes = Vec::with_capacity(keys.len());
        for key in keys {
            let change = guarded(self.at.position, || rows.change(key, &self.context))
                .and_then(|change| {
                    change.map_err(|error| super::Poison { position: self.at.position, error })
                })
                .map_err(|poison| RunnerError::Stopped {
                    projection: self.projection.name,
                    poison,
                })?;
            self.compare_row(&change, by_key.get(key.as_str()).copied(), rows)?;
            changes.push(change);
        }
        for index in 0..self.tables.lines.len() {
            self.compare_lines(index, keys, &changes).await?;
        }
        Ok(())
    }

    fn compare_row(
        &self,
        change: &Change,
        stored: Option<&SqliteRow>,
        rows: &dyn Rows,
    ) -> Result<(), RunnerError> {
        let fault = |column: &str, stored: &str, refolded: &str| {
            let table = self.tables.rows.clone();
            Err(differs(self.projection, table, &change.key, column, stored, refolded))
        };
        let (Some(stored), Some(refolded)) = (stored, &change.row) else {
            return match (stored, &change.row) {
                (Some(_), None) => fault("*", "a row", "nothing"),
                (None, Some(_)) => fault("*", "nothing", "a row"),
                _ => Ok(()),
            };
        };
        let text: &str = stored.try_get(1).map_err(failed("read a row"))?;
        if !rows.same(&change.key, text) {
            return fault("row", text, refolded);
        }
        let days = change.span.map(|span| (day_text(span.from), day_text(span.to))).unzip();
        for (index, column, refolded) in [(2, "span_from", days.0), (3, "span_to", days.1)] {
            let stored: Option<String> = stored.try_get(index).map_err(failed("read a span"))?;
            if stored != refolded {
                return fault(column, &format!("{stored:?}"), &format!("{refolded:?}"));
            }
        }
        Ok(())
    }

    async fn compare_lines(
        &mut self,
        index: usize,
        keys: &[String],
        changes: &[Change],
    ) -> Result<(), RunnerError> {
        let Some(line) = self.tables.lines.get(index) else { return Ok(()) };
        let mut sql = "select key".to_owned();
        for column in line.table.columns {
            let _ = write!(sql, ", \"{}\"", column.name);
        }
        let _ = write!(
            sql,
            " from \"{}\" where key in (select value from json_each(?)) order by key, rowid",
            line.name
        );
        let stored = self.fetch(sql, keys).await?;
        let Some(line) = self.tables.lines.get(index) else { return Ok(()) };
        let mut stored = stored.iter().peekable();
        for change in changes {
            let Lines(lines) = &change.lines;
            let mut refolded = lines.iter().filter(|(of, _)| *of == index).map(|(_, cells)| cells);
            let is_own =
                |row: &&SqliteRow| row.try_get::<&str, _>(0).is_ok_and(|key| key == change.key);
            loop {
                let held = stored.next_if(|row| is_own(row));
                match (held, refolded.next()) {
                    (None, None) => break,
                    (Some(held), Some(cells)) => self.compare_line(line, change, held, cells)?,
                    (held, _) => {
                        let (stored, refolded) =
                            if held.is_some() { ("a line", "none") } else { ("none", "a line") };
                        let (table, key) = (line.name.clone(), &change.key);
                        return Err(differs(self.projection, table, key, "*", stored, refolded));
                    }
                }
            }
        }
        Ok(())
    }

    fn compare_line(
        &self,
        line: &LineTable,
        change: &Change,
        held: &SqliteRow,
        cells: &[Cell],
    ) -> Result<(), RunnerError> {
        for ((index, column), cell) in (1..).zip(line.table.columns).zip(cells) {
            let stored = match column.kind {
                ColumnKind::Integer => held.try_get::<Option<i64>, _>(index).map(Cell::from),
                ColumnKind::Text => held.try_get::<Option<String>, _>(index).map(Cell::from),
            };
            let stored = stored.map_err(failed("read a line"))?;
            if stored != cell.clone().at_rest() {
                let (table, name) = (line.name.clone(), column.name);
                let (stored, cell) = (format!("{stored:?}"), format!("{cell:?}"));
                return Err(differs(self.projection, table, &change.key, name, &stored, &cell));
            }
        }
        Ok(())
    }

    async fn fetch(&mut self, sql: String, keys: &[String]) -> Result<Vec<SqliteRow>, StoreError> {
        // Names come from the constants of the projections; the keys are bound.
        sqlx::query(AssertSqlSafe(sql))
            .bind(json(keys))
            .fetch_all(&mut self.reader)
            .await
            .map_err(failed("read what is stored"))
    }

    async fn no_line_without_a_row(&mut self) -> Result<(), RunnerError> {
        for line in &self.tables.lines {
            let sql = format!(
                "select key from \"{}\" where key not in (select key from \"{}\") limit 1",
                line.name, self.tables.rows
            );
            let stray: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_optional(&mut self.reader)
                .await
                .map_err(failed("look for stray lines"))?;
            if let Some(key) = stray {
                let table = line.name.clone();
                return Err(differs(self.projection, table, &key, "*", "a line", "nothing"));
            }
        }
        Ok(())
    }
}

/// The part that a key belongs to; the same in every run.
fn part_of(key: &str, parts: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish() % parts.max(1)
}

fn differs(
    projection: &'static Registered,
    table: String,
    key: &str,
    column: &str,
    stored: &str,
    refolded: &str,
) -> RunnerError {
    RunnerError::Differs(Box::new(Difference {
        projection: projection.name,
        table,
        key: key.into(),
        column: column.into(),
        stored: stored.into(),
        refolded: refolded.into(),
    }))
}
