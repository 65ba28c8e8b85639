//! 還原: acts of an export, loaded by COPY in the transaction that moves the head. The head is
//! locked first and all of it committed together, like a batch of appends; what may not stand
//! twice the indexes refuse here too.

use sqlx::{Connection as _, PgConnection};

use super::super::memory::Memory;
use super::super::plan::{NewRow, Plan};
use super::super::restore::{self, Proven};
use super::super::{Head, StoreError};
use super::append::{lock_head, moved_under_the_lock, streams, versions};
use super::copied::Copied;
use super::failed;

/// How many acts are written in the form of COPY before they are sent.
const PART: usize = 256;
/// About how many bytes they have.
const PART_BYTES: usize = PART << 10;

/// Writes acts at the places that they name. On an error the caller gives the connection up.
pub(super) async fn restore(
    connection: &mut PgConnection,
    memory: &mut Memory,
    acts: Vec<Proven>,
) -> Result<Head, StoreError> {
    let (mut known, asked) = restore::streams(memory, &acts);
    let mut transaction = connection.begin().await.map_err(failed("restore acts"))?;
    let head = lock_head(&mut transaction).await?;
    memory.compare(&head);
    known.extend(versions(&mut transaction, &asked).await?);
    let plan = restore::plan(acts, head, known)?;
    if !load(&mut transaction, head, &plan).await.map_err(failed("restore acts"))? {
        return Err(moved_under_the_lock(&head));
    }
    transaction.commit().await.map_err(failed("commit"))?;
    Ok(memory.learn(plan).head)
}

/// Writes what was planned; `false`, and nothing, where the head does not stand at `before`.
async fn load(
    connection: &mut PgConnection,
    before: Head,
    plan: &Plan,
) -> Result<bool, sqlx::Error> {
    let (new, grown) = streams(plan, before.position);
    let moved: Option<i64> = sqlx::query_scalar(include_str!("../sql/postgres/move_head.sql"))
        .bind(before.position.cast_signed())
        .bind(plan.head.position.cast_signed())
        .bind(plan.head.recorded_at)
        .bind(plan.head.chain.as_slice())
        .bind(grown.iter().map(|stream| stream.0).collect::<Vec<_>>())
        .bind(grown.iter().map(|stream| stream.1).collect::<Vec<_>>())
        .fetch_optional(&mut *connection)
        .await?;
    if moved.is_none() {
        return Ok(false);
    }
    let mut rows = Copied::new(3, new.len() * 64);
    for ((id, name), (_, version)) in plan.new_streams.iter().zip(&new) {
        rows.begin_row();
        rows.integer(id.cast_signed());
        rows.field(name.as_bytes());
        rows.integer(*version);
    }
    rows.send(connection, include_str!("../sql/postgres/copy_streams.sql")).await?;
    let mut rows = Copied::new(2, plan.rows.len() * 34);
    for row in &plan.rows {
        rows.begin_row();
        rows.field(row.id.as_bytes());
        rows.integer(row.at.position.cast_signed());
    }
    rows.send(connection, include_str!("../sql/postgres/copy_ids.sql")).await?;
    let mut copy = connection.copy_in_raw(include_str!("../sql/postgres/copy_events.sql")).await?;
    let mut rows = Copied::new(10, PART_BYTES);
    for part in plan.rows.chunks(PART) {
        part.iter().for_each(|row| push_act(&mut rows, row));
        rows.send_part(&mut copy).await?;
    }
    rows.end(copy).await?;
    Ok(true)
}

fn push_act(rows: &mut Copied, row: &NewRow) {
    rows.begin_row();
    rows.integer(row.at.position.cast_signed());
    rows.integer(row.stream_id.cast_signed());
    rows.integer(row.at.stream_version.cast_signed());
    rows.field(row.id.as_bytes());
    rows.field(row.event.as_bytes());
    rows.instant(row.occurred_at);
    rows.instant(row.at.recorded_at);
    rows.field(&row.envelope);
    rows.field(&row.at.leaf);
    rows.field(&row.chain);
}
