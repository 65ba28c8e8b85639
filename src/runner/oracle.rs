//! The proof of the read tables: every row and every line equals a refold from position 1. Keys
//! are taken in parts, so that memory stays bounded however long the chronicle is.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use tokio::time::Instant;
use tongjian_projections::{Cell, Context};

use super::RunnerError;
use super::feed::Feed;
use super::fold::{Touched, guarded};
use super::registry::{Registered, Rows};
use crate::store::StoreError;
use crate::store::read_tables::{
    Change, Checkpoint, LineTable, Poison, Role, StoredRow, Tables, Writer, held_day,
};

/// How many rows a part holds, about.
const PART: u64 = 40_000;
/// How many keys are compared at a time.
const COMPARED: usize = 1_000;
/// How many keys are listed at a time.
const LISTED: u32 = 10_000;

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
    reader.begin_reading().await?;
    let at = reader.in_role(projection.name, Role::Serving).await?;
    let Some(at) = at.filter(|at| at.edition == projection.edition) else {
        return Err(RunnerError::Absent { projection: projection.name });
    };
    let tables = projection.generation(at.edition, at.generation);
    let count = reader.count_after(&tables, "").await?;
    let head = feed.store().head().await?.position;
    if at.position > head {
        let finding = format!("the checkpoint of `{}` lies past the last act", projection.name);
        return Err(StoreError::Damaged { position: head, finding }.into());
    }
    let context = feed.context_at(at.position).await?;
    let parts = count / PART + 1;
    let since = Instant::now();
    let mut proof = Proof { projection, feed, since, reader, at, tables, context, parts };
    proof.no_line_without_a_row().await?;
    for part in 0..parts {
        proof.prove(part, progress).await?;
    }
    let position = proof.at.position;
    proof.reader.roll_back().await?;
    Ok(position)
}

struct Proof {
    projection: &'static Registered,
    feed: Arc<Feed>,
    since: Instant,
    reader: Writer,
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
        let mut after = String::new();
        loop {
            let stored = self.reader.keys_after(&self.tables, &after, LISTED).await?;
            let Some(last) = stored.last() else { return Ok(()) };
            let is_own = |key: &&String| part_of(key, self.parts) == part;
            if let Some(key) = stored.iter().filter(is_own).find(|key| !rows.holds(key)) {
                let table = self.tables.rows.clone();
                return Err(differs(self.projection, table, key, "*", "a row", "nothing"));
            }
            after.clone_from(last);
        }
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
            let page = self.feed.page(position, self.since).await?;
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
        let stored = self.reader.whole_rows(&self.tables, keys).await?;
        let by_key: HashMap<&str, &StoredRow> =
            stored.iter().map(|row| (row.key.as_str(), row)).collect();
        let mut changes = Vec::with_capacity(keys.len());
        for key in keys {
            let change = guarded(self.at.position, || rows.change(key, &self.context))
                .and_then(|change| {
                    change.map_err(|error| Poison { position: self.at.position, error })
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
        stored: Option<&StoredRow>,
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
        if !rows.same(&change.key, &stored.row) {
            return fault("row", &stored.row, refolded);
        }
        let span = change.held_span();
        let days = span.map(|span| (span.from.to_string(), span.to.to_string())).unzip();
        for (column, stored, refolded) in
            [("span_from", &stored.span_from, days.0), ("span_to", &stored.span_to, days.1)]
        {
            if *stored != refolded {
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
        let mut stored: BTreeMap<String, Vec<Vec<Cell>>> = BTreeMap::new();
        for (key, cells) in self.reader.lines_of(line, keys).await? {
            stored.entry(key).or_default().push(cells);
        }
        for change in changes {
            let held = stored.remove(&change.key).unwrap_or_default();
            self.compare_key(line, change, held, change.lines_of(index).map(at_rest).collect())?;
        }
        Ok(())
    }

    /// Lines of one key have no order. Those that are the same on both sides are set aside; what
    /// remains differs.
    fn compare_key(
        &self,
        line: &LineTable,
        change: &Change,
        mut stored: Vec<Vec<Cell>>,
        mut refolded: Vec<Vec<Cell>>,
    ) -> Result<(), RunnerError> {
        stored.retain(|held| match refolded.iter().position(|cells| cells == held) {
            Some(same) => {
                refolded.swap_remove(same);
                false
            }
            None => true,
        });
        let fault = |column: &str, stored: &str, refolded: &str| {
            let table = line.name.clone();
            Err(differs(self.projection, table, &change.key, column, stored, refolded))
        };
        let (held, cells) = match (stored.first(), refolded.first()) {
            (None, None) => return Ok(()),
            (Some(_), None) => return fault("*", "a line", "none"),
            (None, Some(_)) => return fault("*", "none", "a line"),
            (Some(held), Some(cells)) => (held, cells),
        };
        for ((column, held), cell) in line.table.columns.iter().zip(held).zip(cells) {
            if held != cell {
                return fault(column.name, &format!("{held:?}"), &format!("{cell:?}"));
            }
        }
        fault("*", "a line", "another line")
    }

    async fn no_line_without_a_row(&mut self) -> Result<(), RunnerError> {
        for line in &self.tables.lines {
            let stray = self.reader.stray_line(&self.tables, line).await?;
            if let Some(key) = stray {
                let table = line.name.clone();
                return Err(differs(self.projection, table, &key, "*", "a line", "nothing"));
            }
        }
        Ok(())
    }
}

/// A line as a table holds it.
fn at_rest(cells: &[Cell]) -> Vec<Cell> {
    let held = |cell: &Cell| match cell {
        Cell::Day(day) => Cell::Day(held_day(*day)).at_rest(),
        other => other.clone().at_rest(),
    };
    cells.iter().map(held).collect()
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
