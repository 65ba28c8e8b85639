//! One batch in one transaction, in as few calls as possible: each call crosses to the
//! connection's own thread, so statements that follow each other are sent as one text.
//!
//! What a batch must know is mostly known from the batches before it ([`Memory`]). Then all is
//! written in one call, and the database has the last word: the head moves only from where it was
//! remembered, and neither an id nor a version nor a stream's name can stand twice. Where it
//! refuses, or where a command would be refused or is a repetition, everything is read under the
//! lock and decided again.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::vec;

use futures_util::TryStreamExt as _;
use futures_util::future::join;
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::{AssertSqlSafe, Either, Executor as _, Row as _, SqliteConnection};

use super::super::memory::Memory;
use super::super::plan::{self, Found, FoundAct, FoundStream, NewRow, Plan};
use super::super::restore::{self, Proven};
use super::super::{Appended, Command, Head, StoreError};
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

const BEGIN: &str = include_str!("../sql/sqlite/begin_immediate.sql");
const FINISH: &str = concat!(
    include_str!("../sql/sqlite/insert_streams.sql"),
    include_str!("../sql/sqlite/update_head.sql"),
    include_str!("../sql/sqlite/commit.sql"),
);

/// Up to so many acts are written by a statement of their own number, in one call with all that
/// belongs to the batch.
const AT_ONCE: usize = 64;
/// Of a larger batch the first acts go ahead in statements of so many rows times 1, 2 .. 8.
const STEP: usize = 64;
const STEPS: usize = 8;

/// How a text begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// With the transaction.
    Begin,
    /// Within one.
    Within,
}

/// The statements of a batch, by how they begin: full steps alone, and the rest with the end of
/// the batch.
struct Inserts {
    steps: [Vec<Arc<str>>; 2],
    last: [Vec<Arc<str>>; 2],
}

static INSERTS: LazyLock<Inserts> = LazyLock::new(|| {
    let steps = |begin: &str| {
        (1..=STEPS).map(|step| insert(begin, step * STEP, "").into()).collect::<Vec<_>>()
    };
    let last = |begin: &str| {
        (1..=AT_ONCE).map(|rows| insert(begin, rows, FINISH).into()).collect::<Vec<_>>()
    };
    Inserts { steps: [steps(BEGIN), steps("")], last: [last(BEGIN), last("")] }
});

fn insert(begin: &str, rows: usize, end: &str) -> String {
    let head = include_str!("../sql/sqlite/insert_events.sql");
    let values = vec!["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"; rows].join(", ");
    format!("{begin}{head}{values};{end}")
}

/// How many of the waiting rows the next statement takes, and its text.
fn next_insert(opening: Opening, waiting: usize) -> Option<(usize, &'static Arc<str>)> {
    let (steps, last) = match opening {
        Opening::Begin => (&INSERTS.steps[0], &INSERTS.last[0]),
        Opening::Within => (&INSERTS.steps[1], &INSERTS.last[1]),
    };
    if waiting <= AT_ONCE {
        Some((waiting, last.get(waiting.checked_sub(1)?)?))
    } else {
        // One row at least is left for the end.
        let step = ((waiting - 1) / STEP).min(STEPS);
        Some((step * STEP, steps.get(step - 1)?))
    }
}

/// Commits a batch. On an error nothing is known of the transaction: the caller gives the
/// connection up, and what it remembered with it.
pub(super) async fn commit(
    writer: &mut SqliteConnection,
    memory: &mut Memory,
    commands: &[Command],
) -> Result<Plan, StoreError> {
    if let Some(found) = memory.recall(commands) {
        let before = found.head;
        let plan = plan::plan(commands, found);
        if plan.answers.iter().all(Result::is_ok) {
            match write(writer, Opening::Begin, before, plan).await {
                Ok(plan) => return Ok(memory.learn(plan)),
                Err(error) if is_constraint(&error) => roll_back(writer).await?,
                Err(error) => return Err(failed("append")(error)),
            }
        }
    }
    let acts = commands.iter().flat_map(|command| &command.acts);
    let ids: Vec<String> = acts.map(|act| act.submission().id.simple().to_string()).collect();
    let mut names: Vec<&str> = commands.iter().map(|command| command.stream.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let found = begin_and_read(writer, &ids, &names).await?;
    memory.compare(&found.head);
    let before = found.head;
    let plan = plan::plan(commands, found);
    if plan.rows.is_empty() {
        roll_back(writer).await?;
        return Ok(plan);
    }
    let plan = write(writer, Opening::Within, before, plan).await.map_err(failed("append"))?;
    Ok(memory.learn(plan))
}

/// Writes acts at the places that they name. On an error the caller gives the connection up.
pub(super) async fn restore(
    writer: &mut SqliteConnection,
    memory: &mut Memory,
    acts: Vec<Proven>,
) -> Result<Head, StoreError> {
    let (mut streams, asked) = restore::streams(memory, &acts);
    let found = begin_and_read(writer, &[], &asked).await?;
    memory.compare(&found.head);
    streams.extend(found.streams);
    let plan = restore::plan(acts, found.head, streams)?;
    let plan = write(writer, Opening::Within, found.head, plan).await;
    Ok(memory.learn(plan.map_err(failed("restore acts"))?).head)
}

/// Whether the database found that what was remembered does not hold.
fn is_constraint(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 19)
}

async fn roll_back(writer: &mut SqliteConnection) -> Result<(), StoreError> {
    let text = include_str!("../sql/sqlite/rollback.sql");
    sqlx::query(text).execute(writer).await.map_err(failed("take a batch back"))?;
    Ok(())
}

/// Writes what was planned and commits. The head moves from `before` or not at all. While the
/// database is at a statement the next one is made ready.
async fn write(
    writer: &mut SqliteConnection,
    opening: Opening,
    before: Head,
    mut plan: Plan,
) -> Result<Plan, sqlx::Error> {
    let mut rows = std::mem::take(&mut plan.rows).into_iter();
    let mut statement = next_statement(opening, &mut rows, &plan, before);
    while let Some(ready) = statement {
        let done = ready.execute(&mut *writer);
        let next = async { next_statement(Opening::Within, &mut rows, &plan, before) };
        // Polled in this order: what is ready is sent first.
        let (done, next) = join(done, next).await;
        done?;
        statement = next;
    }
    Ok(plan)
}

/// The next statement of a batch, with its values.
fn next_statement(
    opening: Opening,
    rows: &mut vec::IntoIter<NewRow>,
    plan: &Plan,
    before: Head,
) -> Option<Bound<'static>> {
    let (count, text) = next_insert(opening, rows.len())?;
    // The text is made of constants of this file; every value is bound.
    let mut query = sqlx::query(AssertSqlSafe(Arc::clone(text)));
    for row in rows.by_ref().take(count) {
        query = bind_row(query, row);
    }
    if rows.len() == 0 {
        query = bind_end(query, plan, before);
    }
    Some(query)
}

type Bound<'q> = Query<'q, Sqlite, SqliteArguments>;

fn bind_row(query: Bound<'_>, row: NewRow) -> Bound<'_> {
    query
        .bind(row.at.position.cast_signed())
        .bind(row.stream_id.cast_signed())
        .bind(row.at.stream_version.cast_signed())
        .bind(row.id.into_bytes().to_vec())
        .bind(row.event)
        .bind(row.occurred_at.timestamp_micros())
        .bind(row.at.recorded_at.timestamp_micros())
        .bind(row.envelope)
        .bind(row.at.leaf.to_vec())
        .bind(row.chain.to_vec())
}

fn bind_end<'q>(query: Bound<'q>, plan: &Plan, before: Head) -> Bound<'q> {
    query
        .bind(json(&plan.new_streams))
        .bind(before.position.cast_signed())
        .bind(plan.head.position.cast_signed())
        .bind(plan.head.recorded_at.timestamp_micros())
        .bind(plan.head.chain.to_vec())
}

/// Begins, and reads the head, the acts of these ids and the streams of these names.
async fn begin_and_read(
    writer: &mut SqliteConnection,
    ids: &[String],
    names: &[&str],
) -> Result<Found, StoreError> {
    let query = sqlx::query(BEGIN_AND_READ).bind(json(ids)).bind(json(names));
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
