//! Generations in PostgreSQL: their checkpoints, their tables, and which of them the views show.

use std::fmt::Write as _;

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, PgExecutor, Row as _};
use tongjian_projections::ColumnKind;

use super::super::failed;
use crate::store::StoreError;
use crate::store::read_tables::{Begun, Checkpoint, LineTable, Poison, Role, Tables, view_of};

/// Runs SQL made of constants.
async fn run(writer: &mut PgConnection, sql: String) -> Result<(), StoreError> {
    // Names come from the constants of the projections; no value is in the text.
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(writer)
        .await
        .map_err(failed("change the read tables"))?;
    Ok(())
}

pub(crate) async fn begin(writer: &mut PgConnection) -> Result<(), StoreError> {
    run(writer, include_str!("../../sql/postgres/begin.sql").into()).await
}

/// It may stay idle for long: between its questions the chronicle is folded.
pub(crate) async fn begin_reading(writer: &mut PgConnection) -> Result<(), StoreError> {
    run(writer, include_str!("../../sql/postgres/begin_reading.sql").into()).await?;
    run(writer, include_str!("../../sql/postgres/keep_reading.sql").into()).await
}

pub(crate) async fn commit(writer: &mut PgConnection) -> Result<(), StoreError> {
    run(writer, include_str!("../../sql/postgres/commit.sql").into()).await
}

pub(crate) async fn roll_back(writer: &mut PgConnection) -> Result<(), StoreError> {
    run(writer, include_str!("../../sql/postgres/rollback.sql").into()).await
}

fn checkpoint(row: &PgRow) -> Result<Checkpoint, sqlx::Error> {
    let stopped_at: Option<i64> = row.try_get(6)?;
    let error: Option<String> = row.try_get(7)?;
    let number = |column| row.try_get::<i64, _>(column).map(|n| u32::try_from(n).unwrap_or(0));
    Ok(Checkpoint {
        name: row.try_get(0)?,
        edition: number(1)?,
        generation: number(2)?,
        role: Role::of(row.try_get(3)?),
        position: row.try_get::<i64, _>(4)?.cast_unsigned(),
        filled_through: row.try_get(5)?,
        tables: row.try_get(8)?,
        stopped: stopped_at.map(|position| Poison {
            position: position.cast_unsigned(),
            error: error.unwrap_or_default(),
        }),
    })
}

fn all(rows: &[PgRow]) -> Result<Vec<Checkpoint>, StoreError> {
    rows.iter().map(checkpoint).collect::<Result<_, _>>().map_err(failed("read a checkpoint"))
}

pub(crate) async fn checkpoints(
    database: impl PgExecutor<'_>,
    projection: &str,
) -> Result<Vec<Checkpoint>, StoreError> {
    let rows = sqlx::query(include_str!("../../sql/postgres/select_checkpoints.sql"))
        .bind(projection)
        .fetch_all(database)
        .await
        .map_err(failed("read checkpoints"))?;
    all(&rows)
}

/// The row stays locked to the end of the transaction, so that of two that move it one waits, and
/// then finds it moved.
pub(crate) async fn advance(
    writer: &mut PgConnection,
    from: &Checkpoint,
    to: u64,
) -> Result<bool, StoreError> {
    let moved = sqlx::query(include_str!("../../sql/postgres/move_checkpoint.sql"))
        .bind(to.cast_signed())
        .bind(&from.name)
        .bind(i64::from(from.edition))
        .bind(i64::from(from.generation))
        .bind(from.position.cast_signed())
        .execute(writer)
        .await
        .map_err(failed("move a checkpoint"))?;
    Ok(moved.rows_affected() == 1)
}

pub(crate) async fn stop(
    writer: &mut PgConnection,
    at: &Checkpoint,
    poison: &Poison,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../../sql/postgres/stop_checkpoint.sql"))
        .bind(poison.position.cast_signed())
        .bind(&poison.error)
        .bind(&at.name)
        .bind(i64::from(at.edition))
        .bind(i64::from(at.generation))
        .bind(at.position.cast_signed())
        .execute(writer)
        .await
        .map_err(failed("write down where a projection stopped"))?;
    Ok(())
}

pub(crate) async fn filled(
    writer: &mut PgConnection,
    from: &Checkpoint,
    to: &str,
) -> Result<bool, StoreError> {
    let moved = sqlx::query(include_str!("../../sql/postgres/move_filled_through.sql"))
        .bind(to)
        .bind(&from.name)
        .bind(i64::from(from.edition))
        .bind(i64::from(from.generation))
        .bind(from.filled_through.as_deref())
        .execute(writer)
        .await
        .map_err(failed("move a rebuild"))?;
    Ok(moved.rows_affected() == 1)
}

/// Within a transaction.
pub(crate) async fn make(
    writer: &mut PgConnection,
    tables: &Tables,
    begun: &Begun<'_>,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../../sql/postgres/insert_checkpoint.sql"))
        .bind(tables.projection)
        .bind(i64::from(tables.edition))
        .bind(i64::from(tables.generation))
        .bind(begun.role().word())
        .bind(tables.names())
        .bind(begun.position().cast_signed())
        .bind(begun.filled_through())
        .execute(&mut *writer)
        .await
        .map_err(failed("begin a generation"))?;
    run(writer, create_sql(tables)).await?;
    if begun.role() == Role::Serving {
        run(writer, index_sql(tables)).await?;
        run(writer, show_sql(&tables.lines)).await?;
    }
    Ok(())
}

/// The planner is told at once what the tables hold; it would hear of it a minute later.
pub(crate) async fn index(writer: &mut PgConnection, tables: &Tables) -> Result<(), StoreError> {
    run(writer, index_sql(tables)).await?;
    for name in tables.names() {
        run(writer, format!("analyze read_tables.\"{name}\";")).await?;
    }
    Ok(())
}

/// Within a transaction. The checkpoints are locked first, so that none moves meanwhile.
pub(crate) async fn replace(
    writer: &mut PgConnection,
    tables: &Tables,
    filled: &Checkpoint,
) -> Result<bool, StoreError> {
    let locked = sqlx::query(include_str!("../../sql/postgres/lock_checkpoints.sql"))
        .bind(tables.projection)
        .fetch_all(&mut *writer)
        .await
        .map_err(failed("lock checkpoints"))?;
    let serving = all(&locked)?.into_iter().find(|at| at.role == Role::Serving);
    if let Some(serving) = serving {
        if serving.position > filled.position {
            return Ok(false);
        }
        sqlx::query(include_str!("../../sql/postgres/retire_serving.sql"))
            .bind(tables.projection)
            .execute(&mut *writer)
            .await
            .map_err(failed("retire a generation"))?;
        for name in &serving.tables {
            // An older edition may have shown a table that today's does not have.
            let view = view_of(name);
            run(writer, format!("drop view if exists read_tables.\"{view}\";")).await?;
        }
    }
    let served = sqlx::query(include_str!("../../sql/postgres/serve_filling.sql"))
        .bind(tables.projection)
        .bind(i64::from(filled.edition))
        .bind(i64::from(filled.generation))
        .bind(filled.position.cast_signed())
        .execute(&mut *writer)
        .await
        .map_err(failed("serve a generation"))?;
    if served.rows_affected() != 1 {
        return Ok(false);
    }
    run(writer, show_sql(&tables.lines)).await?;
    Ok(true)
}

/// Within a transaction; `false` when it is no longer in the role that it was seen in.
pub(crate) async fn discard(
    writer: &mut PgConnection,
    at: &Checkpoint,
) -> Result<bool, StoreError> {
    let gone = sqlx::query(include_str!("../../sql/postgres/delete_checkpoint.sql"))
        .bind(&at.name)
        .bind(i64::from(at.edition))
        .bind(i64::from(at.generation))
        .bind(at.role.word())
        .execute(&mut *writer)
        .await
        .map_err(failed("drop a generation"))?;
    if gone.rows_affected() != 1 {
        return Ok(false);
    }
    for name in &at.tables {
        run(writer, format!("drop table if exists read_tables.\"{name}\";")).await?;
    }
    Ok(true)
}

pub(crate) async fn take_back(
    writer: &mut PgConnection,
    retired: &Checkpoint,
) -> Result<bool, StoreError> {
    let taken = sqlx::query(include_str!("../../sql/postgres/take_back_retired.sql"))
        .bind(&retired.name)
        .bind(i64::from(retired.edition))
        .bind(i64::from(retired.generation))
        .execute(writer)
        .await
        .map_err(failed("take a generation back"))?;
    Ok(taken.rows_affected() == 1)
}

/// What a column of this kind is here. Text is compared by its bytes, as SQLite does.
const fn kind(of: ColumnKind) -> &'static str {
    match of {
        ColumnKind::Text => "text collate \"C\"",
        ColumnKind::Integer => "bigint",
        ColumnKind::Day => "date",
        ColumnKind::Instant => "timestamptz",
    }
}

fn create_sql(tables: &Tables) -> String {
    let mut sql = format!(
        "create table read_tables.\"{}\" (key text collate \"C\" primary key, \
         row text not null, span_from date, span_to date);",
        tables.rows
    );
    for line in &tables.lines {
        let name = &line.name;
        let _ = write!(sql, "create table read_tables.\"{name}\" (key text collate \"C\" not null");
        for column in line.table.columns {
            let _ = write!(sql, ", \"{}\" {}", column.name, kind(column.kind));
        }
        sql.push_str(");");
    }
    sql
}

fn index_sql(tables: &Tables) -> String {
    let mut sql = format!(
        "create index if not exists \"{0}_span\" on read_tables.\"{0}\" (span_from, span_to) \
         where span_from is not null;",
        tables.rows
    );
    for line in &tables.lines {
        let own: &[&str] = &["key"];
        for (number, columns) in [own].iter().chain(line.table.indexes).enumerate() {
            let columns = columns.join("\", \"");
            let _ = write!(
                sql,
                "create index if not exists \"{0}_{number}\" on read_tables.\"{0}\" \
                 (\"{columns}\");",
                line.name
            );
        }
    }
    sql
}

/// The views, which whoever reads boards may read.
fn show_sql(lines: &[LineTable]) -> String {
    let mut sql = String::new();
    for line in lines {
        let (view, table) = (line.table.name, &line.name);
        let _ = write!(
            sql,
            "drop view if exists read_tables.\"{view}\"; \
             create view read_tables.\"{view}\" as select * from read_tables.\"{table}\"; \
             do $$ begin \
             if exists (select 1 from pg_roles where rolname = 'tongjian_read') then \
             grant select on read_tables.\"{view}\" to tongjian_read; end if; \
             if exists (select 1 from pg_roles where rolname = 'tongjian_boards') then \
             grant select on read_tables.\"{view}\" to tongjian_boards; end if; end $$;"
        );
    }
    sql
}
