//! The tables of a generation. Their SQL is made from the constants of the projections: names and
//! types only, never a value; values are bound.

use std::fmt::Write as _;

use sqlx::{AssertSqlSafe, SqliteConnection};
use tongjian_projections::{ColumnKind, Table};

use super::checkpoint::{self, Checkpoint, Role};
use super::registry::Registered;
use crate::store::StoreError;
use crate::store::sqlite::{failed, json};

/// The names of a generation's tables, and the statements that speak of them.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) rows: String,
    pub(super) lines: Vec<LineTable>,
}

/// A read table of a generation.
#[derive(Debug)]
pub(super) struct LineTable {
    pub(super) name: String,
    pub(super) table: &'static Table,
}

impl Tables {
    pub(super) fn of(projection: &Registered, edition: u32, generation: u32) -> Self {
        let name = |stem: &str| format!("{stem}__{edition}_{generation}");
        let line = |table: &'static Table| LineTable { name: name(table.name), table };
        Self {
            rows: format!("{}_rows", name(projection.name)),
            lines: projection.tables.iter().map(line).collect(),
        }
    }

    fn names(&self) -> Vec<&str> {
        let lines = self.lines.iter().map(|line| line.name.as_str());
        lines.chain([self.rows.as_str()]).collect()
    }

    fn create(&self) -> String {
        let mut sql = format!(
            "create table \"{}\" (key text primary key, row text not null, \
             span_from text, span_to text) strict;",
            self.rows
        );
        for line in &self.lines {
            let _ = write!(sql, "create table \"{}\" (key text not null", line.name);
            for column in line.table.columns {
                let kind = match column.kind {
                    ColumnKind::Text => "text",
                    ColumnKind::Integer => "integer",
                };
                let _ = write!(sql, ", \"{}\" {kind}", column.name);
            }
            sql.push_str(") strict;");
        }
        sql
    }

    fn index(&self) -> String {
        let mut sql = format!(
            "create index if not exists \"{0}_span\" on \"{0}\" (span_from, span_to) \
             where span_from is not null;",
            self.rows
        );
        for line in &self.lines {
            let mut index = |number: usize, columns: &[&str]| {
                let columns = columns.join("\", \"");
                let _ = write!(
                    sql,
                    "create index if not exists \"{0}_{number}\" on \"{0}\" (\"{columns}\");",
                    line.name
                );
            };
            index(0, &["key"]);
            for (number, columns) in (1..).zip(line.table.indexes) {
                index(number, columns);
            }
        }
        sql
    }

    fn show(&self) -> String {
        let mut sql = String::new();
        for line in &self.lines {
            let (view, table) = (line.table.name, &line.name);
            let _ = write!(
                sql,
                "drop view if exists \"{view}\"; \
                 create view \"{view}\" as select * from \"{table}\";"
            );
        }
        sql
    }
}

/// Runs SQL made of constants.
pub(super) async fn run(writer: &mut SqliteConnection, sql: String) -> Result<(), StoreError> {
    // Names come from the constants of the projections; no value is in the text.
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(writer)
        .await
        .map_err(failed("change the read tables"))?;
    Ok(())
}

/// Makes the empty tables of a generation together with its checkpoint at 0.
pub(super) async fn begin(
    writer: &mut SqliteConnection,
    projection: &Registered,
    generation: u32,
    role: Role,
) -> Result<(), StoreError> {
    let tables = Tables::of(projection, projection.edition, generation);
    run(writer, include_str!("../store/sql/sqlite/begin_immediate.sql").into()).await?;
    let made = begin_locked(writer, projection, &tables, generation, role).await;
    end(writer, made).await
}

async fn begin_locked(
    writer: &mut SqliteConnection,
    projection: &Registered,
    tables: &Tables,
    generation: u32,
    role: Role,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../store/sql/sqlite/insert_checkpoint.sql"))
        .bind(projection.name)
        .bind(projection.edition)
        .bind(generation)
        .bind(if role == Role::Serving { "serving" } else { "filling" })
        .bind(json(&tables.names()))
        .execute(&mut *writer)
        .await
        .map_err(failed("begin a generation"))?;
    run(writer, tables.create()).await?;
    if role == Role::Serving {
        run(writer, tables.index()).await?;
        run(writer, tables.show()).await?;
    }
    Ok(())
}

/// Commits what went well, and takes back what did not.
pub(super) async fn end<T>(
    writer: &mut SqliteConnection,
    outcome: Result<T, StoreError>,
) -> Result<T, StoreError> {
    let sql = match outcome {
        Ok(_) => include_str!("../store/sql/sqlite/commit.sql"),
        Err(_) => include_str!("../store/sql/sqlite/rollback.sql"),
    };
    run(writer, sql.into()).await?;
    outcome
}

/// Makes the indexes of a generation that was filled without them.
pub(super) async fn index(
    writer: &mut SqliteConnection,
    projection: &Registered,
    at: &Checkpoint,
) -> Result<(), StoreError> {
    run(writer, Tables::of(projection, at.edition, at.generation).index()).await
}

/// Lets the views show a filled generation and retires the one before, in one transaction;
/// `false`, and nothing is changed, while it lies behind the one that serves.
pub(super) async fn switch(
    writer: &mut SqliteConnection,
    projection: &Registered,
    filled: &Checkpoint,
) -> Result<bool, StoreError> {
    run(writer, include_str!("../store/sql/sqlite/begin_immediate.sql").into()).await?;
    let switched = switch_locked(writer, projection, filled).await;
    match switched {
        Ok(false) => {
            run(writer, include_str!("../store/sql/sqlite/rollback.sql").into()).await?;
            Ok(false)
        }
        outcome => end(writer, outcome).await,
    }
}

async fn switch_locked(
    writer: &mut SqliteConnection,
    projection: &Registered,
    filled: &Checkpoint,
) -> Result<bool, StoreError> {
    let serving = checkpoint::in_role(&mut *writer, projection, Role::Serving).await?;
    if let Some(serving) = serving {
        if serving.position > filled.position {
            return Ok(false);
        }
        sqlx::query(include_str!("../store/sql/sqlite/retire_serving.sql"))
            .bind(projection.name)
            .execute(&mut *writer)
            .await
            .map_err(failed("retire a generation"))?;
        for name in &serving.tables {
            // An older edition may have shown a table that today's does not have.
            let view = name.split("__").next().unwrap_or_default();
            run(writer, format!("drop view if exists \"{view}\";")).await?;
        }
    }
    let served = sqlx::query(include_str!("../store/sql/sqlite/serve_filling.sql"))
        .bind(projection.name)
        .bind(filled.edition)
        .bind(filled.generation)
        .bind(filled.position.cast_signed())
        .execute(&mut *writer)
        .await
        .map_err(failed("serve a generation"))?;
    if served.rows_affected() != 1 {
        return Ok(false);
    }
    run(writer, Tables::of(projection, filled.edition, filled.generation).show()).await?;
    Ok(true)
}

/// Drops the tables of a generation that no view shows, and its checkpoint.
pub(super) async fn discard(
    writer: &mut SqliteConnection,
    at: &Checkpoint,
) -> Result<(), StoreError> {
    run(writer, include_str!("../store/sql/sqlite/begin_immediate.sql").into()).await?;
    let gone = discard_locked(writer, at).await;
    end(writer, gone).await
}

async fn discard_locked(writer: &mut SqliteConnection, at: &Checkpoint) -> Result<(), StoreError> {
    for name in &at.tables {
        run(writer, format!("drop table if exists \"{name}\";")).await?;
    }
    sqlx::query(include_str!("../store/sql/sqlite/delete_checkpoint.sql"))
        .bind(&at.name)
        .bind(at.edition)
        .bind(at.generation)
        .execute(writer)
        .await
        .map_err(failed("drop a generation"))?;
    Ok(())
}
