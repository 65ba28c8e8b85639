//! 待判: which dockets are to be judged anew, because a fact that they know has changed. A line of
//! facts and the mark of its docket are written in one transaction.

use chrono::NaiveDate;
use tongjian_projections::supervision::fact::Stated;
use tongjian_projections::{Cell, Table};

use super::{Change, Tables, Writer};
use crate::store::StoreError;
use crate::store::postgres::read_tables as postgres;
use crate::store::sqlite::read_tables as sqlite;

/// One docket to be judged. The number is never given twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) docket: String,
    pub(crate) number: i64,
}

/// How many dockets are listed at a time.
const LISTED: u32 = 10_000;

/// Whether a table holds facts.
pub(crate) fn holds_facts(table: &Table) -> bool {
    table.columns.first().is_some_and(|column| column.name == "docket")
}

/// A stored fact as it was stated.
pub(crate) fn stated(
    stream: String,
    docket: String,
    on: Option<NaiveDate>,
    position: i64,
    fact: &str,
) -> Result<Stated, StoreError> {
    let wrong = |why: &str| StoreError::ReadTables {
        finding: format!("a fact of `{stream}` cannot be read: {why}; rebuild the projection"),
    };
    let on = on.ok_or_else(|| wrong("it has no day"))?;
    let fact = serde_json::from_str(fact).map_err(|error| wrong(&error.to_string()))?;
    Ok(Stated { stream, docket, on, position: position.cast_unsigned(), fact })
}

impl Writer {
    /// Marks dockets, each once and in order, so that two who mark never wait for each other.
    pub(crate) async fn mark(&mut self, mut dockets: Vec<String>) -> Result<(), StoreError> {
        dockets.sort_unstable();
        dockets.dedup();
        if dockets.is_empty() {
            return Ok(());
        }
        match self {
            Self::Sqlite(writer) => sqlite::mark(writer, &dockets).await,
            Self::Postgres(writer) => postgres::mark(writer, &dockets).await,
        }
    }

    /// The oldest marks.
    pub(crate) async fn marks(&mut self, limit: u32) -> Result<Vec<Mark>, StoreError> {
        match self {
            Self::Sqlite(reader) => sqlite::marks(reader, limit).await,
            Self::Postgres(reader) => postgres::marks(reader, limit).await,
        }
    }

    /// Takes marks away; answers the dockets whose marks were still these.
    pub(crate) async fn unmark(&mut self, numbers: &[i64]) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::unmark(writer, numbers).await,
            Self::Postgres(writer) => postgres::unmark(writer, numbers).await,
        }
    }

    /// The dockets that the stored lines of these changes and the new ones speak of.
    pub(crate) async fn dockets_touched(
        &mut self,
        tables: &Tables,
        changes: &[Change],
    ) -> Result<Vec<String>, StoreError> {
        let keys: Vec<&str> = changes.iter().map(|change| change.key.as_str()).collect();
        let mut touched = Vec::new();
        for (index, line) in tables.lines.iter().enumerate() {
            if !holds_facts(line.table) {
                continue;
            }
            touched.extend(match self {
                Self::Sqlite(reader) => sqlite::dockets_of(reader, &line.name, &keys).await?,
                Self::Postgres(reader) => postgres::dockets_of(reader, &line.name, &keys).await?,
            });
            let new = changes.iter().flat_map(|change| change.lines_of(index));
            touched.extend(new.filter_map(|cells| match cells.first() {
                Some(Cell::Text(docket)) => Some(docket.clone()),
                _ => None,
            }));
        }
        Ok(touched)
    }

    /// The dockets after one of them that a table of facts speaks of, in order.
    pub(crate) async fn dockets_after(
        &mut self,
        table: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(reader) => sqlite::dockets_after(reader, table, after, limit).await,
            Self::Postgres(reader) => postgres::dockets_after(reader, table, after, limit).await,
        }
    }

    /// Marks all dockets that a table of facts speaks of.
    pub(crate) async fn mark_all_of(&mut self, table: &str) -> Result<(), StoreError> {
        let mut after = String::new();
        loop {
            let page = self.dockets_after(table, &after, LISTED).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after.clone_from(last);
            self.mark(page).await?;
        }
    }

    /// The facts stated of dockets, in no order.
    pub(crate) async fn facts_of(
        &mut self,
        table: &str,
        dockets: &[String],
    ) -> Result<Vec<Stated>, StoreError> {
        match self {
            Self::Sqlite(reader) => sqlite::facts_of(reader, table, dockets).await,
            Self::Postgres(reader) => postgres::facts_of(reader, table, dockets).await,
        }
    }
}
