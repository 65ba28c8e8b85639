//! One batch in one statement: decided from memory where that suffices, else under the lock on the
//! head. Either way the statement writes all or nothing, and only if the head stands where the
//! decision believed it to be.

use std::collections::HashMap;

use sqlx::postgres::PgRow;
use sqlx::{Connection as _, PgConnection, Postgres, Row as _, Transaction};

use super::super::memory::Memory;
use super::super::plan::{self, Found, FoundAct, FoundStream, NewRow, Plan};
use super::super::{Appended, Command, Head, StoreError};
use super::failed;
use super::read::{head_of, sized};

/// Commits a batch. On an error nothing is known of the transaction: the caller gives the
/// connection up, and what it remembered with it.
pub(super) async fn commit(
    connection: &mut PgConnection,
    memory: &mut Memory,
    commands: &[Command],
) -> Result<Plan, StoreError> {
    if let Some(found) = memory.recall(commands) {
        let before = found.head;
        let plan = plan::plan(commands, found);
        if plan.answers.iter().all(Result::is_ok) {
            match write(connection, before, &plan).await {
                Ok(Written::All) => return Ok(memory.learn(plan)),
                Ok(Written::Nothing) => {}
                Err(error) if is_unique_violation(&error) => {}
                Err(error) => return Err(failed("append")(error)),
            }
        }
    }
    locked(connection, memory, commands).await
}

/// Reads what the batch must know with the head locked, decides and writes.
async fn locked(
    connection: &mut PgConnection,
    memory: &mut Memory,
    commands: &[Command],
) -> Result<Plan, StoreError> {
    let failed = failed("append");
    let mut transaction = connection.begin().await.map_err(failed)?;
    let head = lock_head(&mut transaction).await?;
    memory.compare(&head);
    let recorded = recorded(&mut transaction, commands).await?;
    let mut names: Vec<&str> = commands.iter().map(|command| command.stream.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let streams = versions(&mut transaction, &names).await?;
    let plan = plan::plan(commands, Found { head, recorded, streams });
    if plan.rows.is_empty() {
        transaction.rollback().await.map_err(failed)?;
        return Ok(plan);
    }
    write_locked(transaction, head, &plan).await?;
    Ok(memory.learn(plan))
}

pub(super) async fn lock_head(connection: &mut PgConnection) -> Result<Head, StoreError> {
    let row = sqlx::query(include_str!("../sql/postgres/lock_head.sql"))
        .fetch_one(connection)
        .await
        .map_err(failed("lock the head"))?;
    head_of(&row)
}

/// Writes what was planned with the head locked, and commits.
async fn write_locked(
    mut transaction: Transaction<'_, Postgres>,
    head: Head,
    plan: &Plan,
) -> Result<(), StoreError> {
    match write(&mut transaction, head, plan).await.map_err(failed("append"))? {
        Written::All => transaction.commit().await.map_err(failed("commit")),
        Written::Nothing => Err(moved_under_the_lock(&head)),
    }
}

pub(super) fn moved_under_the_lock(head: &Head) -> StoreError {
    let finding = "the head moved although it was locked".into();
    StoreError::Damaged { position: head.position, finding }
}

async fn recorded(
    connection: &mut PgConnection,
    commands: &[Command],
) -> Result<HashMap<uuid::Uuid, FoundAct>, StoreError> {
    let acts = commands.iter().flat_map(|command| &command.acts);
    let ids: Vec<uuid::Uuid> = acts.map(|act| act.submission().id).collect();
    let rows = sqlx::query(include_str!("../sql/postgres/select_recorded.sql"))
        .bind(ids)
        .fetch_all(connection)
        .await
        .map_err(failed("look up ids"))?;
    rows.iter().map(found_act).collect()
}

fn found_act(row: &PgRow) -> Result<(uuid::Uuid, FoundAct), StoreError> {
    let failed = failed("read an act");
    let position = row.try_get::<i64, _>(1).map_err(failed)?.cast_unsigned();
    let at = Appended {
        position,
        stream_version: row.try_get::<i64, _>(2).map_err(failed)?.cast_unsigned(),
        recorded_at: row.try_get(3).map_err(failed)?,
        leaf: sized(row.try_get(4).map_err(failed)?, position, "the leaf")?,
        repeated: true,
    };
    let envelope = row.try_get(5).map_err(failed)?;
    Ok((row.try_get(0).map_err(failed)?, FoundAct { at, envelope }))
}

pub(super) async fn versions(
    connection: &mut PgConnection,
    names: &[&str],
) -> Result<HashMap<String, FoundStream>, StoreError> {
    let rows: Vec<(String, i64, i64)> =
        sqlx::query_as(include_str!("../sql/postgres/select_versions.sql"))
            .bind(names)
            .fetch_all(connection)
            .await
            .map_err(failed("look up streams"))?;
    let stream = |(name, id, version): (String, i64, i64)| {
        (name, FoundStream { id: id.cast_unsigned(), version: version.cast_unsigned() })
    };
    Ok(rows.into_iter().map(stream).collect())
}

/// Whether the head stood where it was believed to be.
enum Written {
    All,
    Nothing,
}

async fn write(
    connection: &mut PgConnection,
    before: Head,
    plan: &Plan,
) -> Result<Written, sqlx::Error> {
    let rows = &plan.rows;
    let (new, grown) = streams(plan, before.position);
    let number = |value: fn(&NewRow) -> u64| -> Vec<i64> {
        rows.iter().map(|row| value(row).cast_signed()).collect()
    };
    let written = sqlx::query(include_str!("../sql/postgres/append.sql"))
        .bind(before.position.cast_signed())
        .bind(plan.head.position.cast_signed())
        .bind(plan.head.recorded_at)
        .bind(plan.head.chain.as_slice())
        .bind(new.iter().map(|stream| stream.0).collect::<Vec<_>>())
        .bind(plan.new_streams.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>())
        .bind(new.iter().map(|stream| stream.1).collect::<Vec<_>>())
        .bind(grown.iter().map(|stream| stream.0).collect::<Vec<_>>())
        .bind(grown.iter().map(|stream| stream.1).collect::<Vec<_>>())
        .bind(number(|row| row.at.position))
        .bind(number(|row| row.stream_id))
        .bind(number(|row| row.at.stream_version))
        .bind(rows.iter().map(|row| row.id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.event).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.occurred_at).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.at.recorded_at).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.envelope.as_slice()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.at.leaf.as_slice()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.chain.as_slice()).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(if written.rows_affected() == 0 { Written::Nothing } else { Written::All })
}

pub(super) type IdAndVersion = (i64, i64);

/// Ids and last versions of the streams that begin and of those that grow, each in order of ids:
/// the order of [`Plan::new_streams`].
pub(super) fn streams(plan: &Plan, before: u64) -> (Vec<IdAndVersion>, Vec<IdAndVersion>) {
    let last: std::collections::BTreeMap<u64, u64> =
        plan.rows.iter().map(|row| (row.stream_id, row.at.stream_version)).collect();
    let signed = |(id, version): (u64, u64)| (id.cast_signed(), version.cast_signed());
    let (new, grown): (Vec<_>, Vec<_>) = last.into_iter().partition(|(id, _)| *id > before);
    (new.into_iter().map(signed).collect(), grown.into_iter().map(signed).collect())
}

/// The end of the chronicle.
pub(super) async fn head(connection: &mut PgConnection) -> Result<Head, StoreError> {
    let row = sqlx::query(include_str!("../sql/postgres/select_head.sql"))
        .fetch_one(connection)
        .await
        .map_err(failed("read the head"))?;
    head_of(&row)
}

fn is_unique_violation(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

/// Whether the connection broke, so that nobody knows what became of what was sent.
pub(super) fn is_lost(error: &StoreError) -> bool {
    let StoreError::Database { source, .. } = error else { return false };
    match &**source {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        // 57P: the server goes down or ended the session; 08: the connection failed; 25P: the
        // session was idle too long within a transaction.
        sqlx::Error::Database(database) => database
            .code()
            .is_some_and(|code| ["57P", "08", "25P"].iter().any(|class| code.starts_with(class))),
        _ => false,
    }
}
