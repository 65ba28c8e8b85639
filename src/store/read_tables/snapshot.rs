//! 快照: all read tables as they stand at one position, for an answer that is made of many of them.

use tongjian_projections::{Cell, supervision};

use super::lists::Bound;
use super::{Role, Writer};
use crate::runner::REGISTRY;
use crate::store::postgres::read_tables as postgres;
use crate::store::sqlite::read_tables as sqlite;
use crate::store::{Store, StoreError};

/// 快照: one transaction in which every table speaks of one position.
#[derive(Debug)]
pub(crate) struct Snapshot {
    reader: Writer,
    position: u64,
}

impl Store {
    /// The read tables at one position; `None` while they are not made, or one of them is ahead of
    /// another, as they are for a moment after each act.
    pub(crate) async fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        let mut reader = self.read_tables_writer().await?;
        reader.begin_reading().await?;
        match in_step(&mut reader).await {
            Ok(Some(position)) => Ok(Some(Snapshot { reader, position })),
            outcome => {
                reader.roll_back().await?;
                outcome.map(|_| None)
            }
        }
    }
}

/// The one position of all tables, where there is one and no docket waits to be judged.
async fn in_step(reader: &mut Writer) -> Result<Option<u64>, StoreError> {
    let names = REGISTRY.iter().map(|projection| (projection.name, projection.edition));
    let mut position = None;
    for (name, edition) in names.chain([(supervision::NAME, supervision::EDITION)]) {
        let serving = reader.in_role(name, Role::Serving).await?;
        let serving = serving.filter(|at| at.edition == edition && at.stopped.is_none());
        match (serving, position) {
            (Some(at), None) => position = Some(at.position),
            (Some(at), Some(position)) if at.position == position => {}
            _ => return Ok(None),
        }
    }
    let waits = !reader.marks(1).await?.is_empty();
    Ok(position.filter(|_| !waits))
}

impl Snapshot {
    /// The position that every table speaks of.
    pub(crate) const fn position(&self) -> u64 {
        self.position
    }

    /// The rows of a query, whatever their columns are: whole numbers, text, and days as text.
    /// The statement comes from a file of ours, and names the tables as PostgreSQL does; values are
    /// bound.
    pub(crate) async fn rows(
        &mut self,
        sql: &str,
        values: &[Bound],
    ) -> Result<Vec<Vec<Cell>>, StoreError> {
        let mut rows = Vec::new();
        self.each(sql, values, |row| rows.push(row)).await?;
        Ok(rows)
    }

    /// The same, each row given on as it comes: an answer may be larger than the memory that is
    /// there for it.
    pub(crate) async fn each(
        &mut self,
        sql: &str,
        values: &[Bound],
        take: impl FnMut(Vec<Cell>),
    ) -> Result<(), StoreError> {
        match &mut self.reader {
            Writer::Sqlite(reader) => {
                sqlite::each(reader, sql.replace("read_tables.", ""), values, take).await
            }
            Writer::Postgres(reader) => postgres::each(reader, sql.to_owned(), values, take).await,
        }
    }

    /// Lets the tables go.
    pub(crate) async fn close(mut self) -> Result<(), StoreError> {
        self.reader.roll_back().await
    }
}
