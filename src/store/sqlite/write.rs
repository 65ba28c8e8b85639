//! One batch in one transaction, in as few calls as possible: each call crosses to the
//! connection's own thread, so statements that follow each other are sent as one text.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use futures_util::TryStreamExt as _;
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::{AssertSqlSafe, Either, Executor as _, Row as _, SqliteConnection};

use super::super::plan::{self, Found, FoundAct, FoundStream, NewRow, Plan};
use super::super::{Appended, Command, StoreError};
use super::failed;
use super::read::{bytes, head_of, id, instant, json, sized, whole};

/// Begins, and reads all that a batch needs to know. The place of each statement in the text is
/// how its rows are told apart.
const BEGIN_AND_READ: &str = concat!(
    include_str!("../sql/sqlite/begin_immediate.sql"),
    include_str!("../sql/sqlite/select_head.sql"),
    include_str!("../sql/sqlite/select_recorded.sql"),
    include_str!("../sql/sqlite/select_versions.sql"),
);
const HEAD: usize = 1;
const RECORDED: usize = 2;
const STREAMS: usize = 3;

const FINISH: &str = concat!(
    include_str!("../sql/sqlite/insert_streams.sql"),
    include_str!("../sql/sqlite/update_streams.sql"),
    include_str!("../sql/sqlite/update_head.sql"),
    include_str!("../sql/sqlite/commit.sql"),
);

/// Acts are inserted by statements of so many rows times 1, 2 .. 32; the last few, up to so many,
/// go with the end of the batch. So a batch is written in one call or two.
const STEP: usize = 16;
const STEPS: usize = 32;

/// The statements of a batch: full steps alone, and the rest with the end of the batch.
struct Inserts {
    steps: Vec<Arc<str>>,
    last: Vec<Arc<str>>,
}

static INSERTS: LazyLock<Inserts> = LazyLock::new(|| Inserts {
    steps: (1..=STEPS).map(|step| insert(step * STEP, "").into()).collect(),
    last: (1..=STEP).map(|rows| insert(rows, FINISH).into()).collect(),
});

fn insert(rows: usize, end: &str) -> String {
    let head = include_str!("../sql/sqlite/insert_events.sql");
    let values = vec!["(?, ?, ?, ?, ?, ?, ?, ?, ?)"; rows].join(", ");
    format!("{head}{values};{end}")
}

/// How many of the waiting rows the next statement takes, and its text.
fn next_insert(waiting: usize) -> Option<(usize, &'static Arc<str>)> {
    if waiting <= STEP {
        Some((waiting, INSERTS.last.get(waiting.checked_sub(1)?)?))
    } else {
        // One row at least is left for the end.
        let steps = ((waiting - 1) / STEP).min(STEPS);
        Some((steps * STEP, INSERTS.steps.get(steps - 1)?))
    }
}

/// Commits a batch. On an error nothing is known of the transaction: the caller gives the
/// connection up.
pub(super) async fn commit(
    writer: &mut SqliteConnection,
    commands: &[Command],
) -> Result<Plan, StoreError> {
    let found = begin_and_read(writer, commands).await?;
    let mut plan = plan::plan(commands, found);
    if plan.rows.is_empty() {
        run(writer, sqlx::query(include_str!("../sql/sqlite/rollback.sql"))).await?;
        return Ok(plan);
    }
    let mut rows = std::mem::take(&mut plan.rows).into_iter();
    while let Some((count, text)) = next_insert(rows.len()) {
        // The text is made of constants of this file; every value is bound.
        let mut query = sqlx::query(AssertSqlSafe(Arc::clone(text)));
        for row in rows.by_ref().take(count) {
            query = bind_row(query, row);
        }
        if rows.len() == 0 {
            query = bind_end(query, &plan);
        }
        run(writer, query).await?;
    }
    Ok(plan)
}

type Bound<'q> = Query<'q, Sqlite, SqliteArguments>;

async fn run(writer: &mut SqliteConnection, query: Bound<'_>) -> Result<(), StoreError> {
    query.execute(writer).await.map_err(failed("append"))?;
    Ok(())
}

fn bind_row(query: Bound<'_>, row: NewRow) -> Bound<'_> {
    query
        .bind(row.at.position.cast_signed())
        .bind(row.stream_id.cast_signed())
        .bind(row.at.stream_version.cast_signed())
        .bind(row.id.into_bytes().to_vec())
        .bind(row.event)
        .bind(row.occurred_at)
        .bind(row.at.recorded_at.timestamp_micros())
        .bind(row.envelope)
        .bind(row.at.leaf.to_vec())
}

fn bind_end<'q>(query: Bound<'q>, plan: &Plan) -> Bound<'q> {
    query
        .bind(json(&plan.new_streams))
        .bind(json(&plan.grown_streams))
        .bind(plan.head.position.cast_signed())
        .bind(plan.head.recorded_at.timestamp_micros())
        .bind(plan.head.chain.to_vec())
}

async fn begin_and_read(
    writer: &mut SqliteConnection,
    commands: &[Command],
) -> Result<Found, StoreError> {
    let acts = commands.iter().flat_map(|command| &command.acts);
    let ids: Vec<String> = acts.map(|act| act.submission().id.simple().to_string()).collect();
    let mut names: Vec<&str> = commands.iter().map(|command| command.stream.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let query = sqlx::query(BEGIN_AND_READ).bind(json(&ids)).bind(json(&names));
    let mut answers = writer.fetch_many(query);
    let (mut head, mut recorded, mut streams) = (None, HashMap::new(), HashMap::new());
    let mut statement = 0;
    while let Some(answer) = answers.try_next().await.map_err(failed("begin a batch"))? {
        match (statement, answer) {
            (_, Either::Left(_)) => statement += 1,
            (HEAD, Either::Right(row)) => head = Some(head_of(&row)?),
            (RECORDED, Either::Right(row)) => {
                let at = Appended {
                    position: whole(&row, 1)?,
                    stream_version: whole(&row, 2)?,
                    recorded_at: instant(&row, 3)?,
                    leaf: sized(bytes(&row, 4)?, whole(&row, 1)?, "the leaf")?,
                    repeated: true,
                };
                recorded.insert(id(&row, 0)?, FoundAct { at, envelope: bytes(&row, 5)?.to_vec() });
            }
            (STREAMS, Either::Right(row)) => {
                let stream = FoundStream { id: whole(&row, 1)?, version: whole(&row, 2)? };
                streams.insert(row.try_get(0).map_err(failed("read a name"))?, stream);
            }
            (_, Either::Right(_)) => {}
        }
    }
    let missing = || StoreError::Damaged { position: 0, finding: "the head is missing".into() };
    Ok(Found { head: head.ok_or_else(missing)?, recorded, streams })
}
