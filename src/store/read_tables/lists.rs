//! Lists of lines: the statement, whichever backend it is for.

use std::fmt::Write as _;

use chrono::NaiveDate;
use tongjian_projections::{Cell, ColumnKind, Table};

use crate::lists::{List, UNDATED, Wanted};
use crate::store::postgres::read_tables as postgres;
use crate::store::sqlite::read_tables as sqlite;
use crate::store::{Store, StoreError};

/// A value bound to a statement.
#[derive(Debug, Clone)]
pub(crate) enum Bound {
    Text(String),
    Day(NaiveDate),
    Integer(i64),
}

/// A statement and its values, in the order of its marks `$1`, `$2`, ….
#[derive(Debug, Default)]
pub(crate) struct Statement {
    pub(crate) text: String,
    pub(crate) values: Vec<Bound>,
}

impl Statement {
    pub(super) fn bind(&mut self, value: Bound) -> usize {
        self.values.push(value);
        self.values.len()
    }

    /// By site, key and values of columns.
    fn narrow(&mut self, list: &List, table: &Table, wanted: &Wanted) {
        if let (Some(column), Some(site)) = (list.site, &wanted.site) {
            let prefix = site.subtree_prefix().to_owned();
            let whole = prefix.len() == site.as_str().len();
            let past = if whole { prefix.clone() } else { format!("{prefix}{}", char::MAX) };
            let (from, to) = (self.bind(Bound::Text(prefix)), self.bind(Bound::Text(past)));
            let _ = write!(self.text, " and \"{column}\" >= ${from} and \"{column}\" <= ${to}");
        }
        if let Some(key) = &wanted.key {
            let at = self.bind(Bound::Text(key.clone()));
            let _ = write!(self.text, " and \"key\" = ${at}");
        }
        for (column, value) in &wanted.values {
            let kind = table.columns.iter().find(|of| of.name == *column).map(|of| of.kind);
            let value = match (kind, value.parse::<i64>(), value.parse::<NaiveDate>()) {
                (Some(ColumnKind::Integer), Ok(number), _) => Bound::Integer(number),
                (Some(ColumnKind::Day), _, Ok(day)) => Bound::Day(day),
                _ => Bound::Text(value.clone()),
            };
            let at = self.bind(value);
            let _ = write!(self.text, " and \"{column}\" = ${at}");
        }
    }

    /// The lines of a list that are asked for, latest first. Names come from the constants of the
    /// lists and the projections; values are bound.
    pub(crate) fn of(
        schema: &str,
        list: &List,
        table: &Table,
        wanted: &Wanted,
        limit: u32,
    ) -> Self {
        let mut sql = Self { text: "select \"key\"".into(), values: Vec::new() };
        for column in table.columns {
            let _ = write!(sql.text, ", \"{}\"", column.name);
        }
        // Only lists that hold lines without a day pay for an order that no index has.
        let day = if list.undated {
            let last = sql.bind(Bound::Day(UNDATED));
            format!("coalesce(\"{}\", ${last})", list.day)
        } else {
            format!("\"{}\"", list.day)
        };
        let _ = write!(sql.text, " from {schema}\"{}\" where true", table.name);
        sql.narrow(list, table, wanted);
        if let Some(from) = wanted.from {
            let at = sql.bind(Bound::Day(from));
            let _ = write!(sql.text, " and {day} >= ${at}");
        }
        if let Some(as_of) = wanted.as_of {
            let at = sql.bind(Bound::Day(as_of));
            let undated =
                if list.undated { format!(" or \"{}\" is null", list.day) } else { String::new() };
            let _ = write!(sql.text, " and ({day} <= ${at}{undated})");
            if let Some(until) = list.until {
                let _ = write!(sql.text, " and (\"{until}\" is null or \"{until}\" >= ${at})");
            }
        }
        if let Some(after) = &wanted.after {
            let on = sql.bind(Bound::Day(after.day));
            let key = sql.bind(Bound::Text(after.key.clone()));
            let _ =
                write!(sql.text, " and ({day} < ${on} or ({day} = ${on} and \"key\" > ${key}))");
        }
        let _ = write!(sql.text, " order by {day} desc, \"key\" limit {limit}");
        sql
    }
}

impl Store {
    /// The lines of a list.
    pub(crate) async fn listed(
        &self,
        list: &List,
        table: &'static Table,
        wanted: &Wanted,
        limit: u32,
    ) -> Result<Vec<(String, Vec<Cell>)>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                let sql = Statement::of("", list, table, wanted, limit);
                sqlite::listed(store.read_pool(), table, sql).await
            }
            Self::Postgres(store) => {
                let sql = Statement::of("read_tables.", list, table, wanted, limit);
                store
                    .read(move |pool| async move { postgres::listed(&pool, table, sql).await })
                    .await
            }
        }
    }

    /// The rows of a question to the read tables, whatever their columns are: whole numbers, text,
    /// and days as text. The statement comes from a file of ours, and names the tables as
    /// PostgreSQL does; values are bound.
    pub(crate) async fn answer(
        &self,
        sql: &'static str,
        values: Vec<Bound>,
    ) -> Result<Vec<Vec<Cell>>, StoreError> {
        self.answer_made(Statement { text: sql.to_owned(), values }).await
    }

    /// The same of a statement that was put together of files of ours.
    pub(crate) async fn answer_made(
        &self,
        statement: Statement,
    ) -> Result<Vec<Vec<Cell>>, StoreError> {
        let Statement { text, values } = statement;
        match self {
            Self::Sqlite(store) => {
                let sql = text.replace("read_tables.", "");
                sqlite::answer_of_pool(store.read_pool(), sql, &values).await
            }
            Self::Postgres(store) => {
                let read =
                    move |pool| async move { postgres::answer_of_pool(&pool, text, &values).await };
                store.read(read).await
            }
        }
    }

    /// Up to which position a table speaks; 0 while it is not made.
    pub(crate) async fn tables_position(&self, table: &str) -> Result<Option<u64>, StoreError> {
        use crate::runner::REGISTRY;
        let holds = |tables: &[Table]| tables.iter().any(|of| of.name == table);
        let projection = REGISTRY.iter().find(|projection| holds(projection.tables));
        let name = projection.map_or(tongjian_projections::supervision::NAME, |of| of.name);
        let all = self.checkpoints(name).await?;
        let serving = all.into_iter().find(|at| at.role == super::Role::Serving);
        Ok(serving.map(|at| at.position))
    }
}
