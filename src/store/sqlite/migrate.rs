//! Making the tables, and looking whether a file is what it should be before it is used.

use sqlx::{Row as _, SqliteConnection};
use tongjian_events::recorded::chain;

use super::super::StoreError;
use super::failed;
use super::read::sized;

/// A kind of file: how it is told from others, and its migrations in order. A released migration
/// is never edited.
pub(super) struct Kind {
    application_id: i64,
    migrations: &'static [Migration],
}

/// One step from a version of the file to the next. Each sets the version it leads to.
#[derive(Clone, Copy)]
enum Migration {
    /// Statements.
    Sql(&'static str),
    /// 0003: the chain of each act, from the leaves.
    Chain,
}

impl Kind {
    /// The letters `Tong`.
    pub(super) const CHRONICLE: Self = Self {
        application_id: 0x546f_6e67,
        migrations: &[
            Migration::Sql(include_str!("../migrations/sqlite/0001_chronicle.sql")),
            Migration::Sql(include_str!("../migrations/sqlite/0002_chain_of_each_act.sql")),
            Migration::Chain,
            Migration::Sql(include_str!("../migrations/sqlite/0004_guards.sql")),
            Migration::Sql(include_str!("../migrations/sqlite/0005_applicant_keys.sql")),
        ],
    };
    /// The letters `Tonf`.
    pub(super) const READ_TABLES: Self = Self {
        application_id: 0x546f_6e66,
        migrations: &[
            Migration::Sql(include_str!("../migrations/sqlite_read/0001_checkpoints.sql")),
            Migration::Sql(include_str!("../migrations/sqlite_read/0002_marks.sql")),
        ],
    };
    /// The letters `Tonc`.
    pub(super) const CABINET: Self = Self {
        application_id: 0x546f_6e63,
        migrations: &[Migration::Sql(include_str!(
            "../migrations/sqlite_cabinet/0001_cabinet.sql"
        ))],
    };
}

/// How many leaves are read at a time.
const LEAVES: u32 = 10_000;

/// Brings the tables to the present version.
///
/// # Errors
/// [`StoreError::Unsuitable`] for a file of somebody else's or of a newer release.
pub(super) async fn migrate(writer: &mut SqliteConnection, kind: &Kind) -> Result<(), StoreError> {
    execute(writer, include_str!("../sql/sqlite/begin_immediate.sql")).await?;
    let outcome = migrate_locked(writer, kind).await;
    let end = match outcome {
        Ok(()) => include_str!("../sql/sqlite/commit.sql"),
        Err(_) => include_str!("../sql/sqlite/rollback.sql"),
    };
    execute(writer, end).await?;
    outcome
}

async fn migrate_locked(writer: &mut SqliteConnection, kind: &Kind) -> Result<(), StoreError> {
    let state = sqlx::query(include_str!("../sql/sqlite/select_file_kind.sql"))
        .fetch_one(&mut *writer)
        .await
        .map_err(failed("read the file's kind"))?;
    let read = |column: usize| state.try_get::<i64, _>(column).map_err(failed("read a number"));
    let (application, version, things) = (read(0)?, read(1)?, read(2)?);
    let unsuitable = |reason: String| Err(StoreError::Unsuitable { reason });
    if application != kind.application_id && (things > 0 || application != 0) {
        return unsuitable("the file is a database of another program".into());
    }
    let done = usize::try_from(version).unwrap_or(0);
    if done > kind.migrations.len() {
        return unsuitable(format!(
            "the file has tables of version {done}; this release knows {}",
            kind.migrations.len()
        ));
    }
    for migration in kind.migrations.iter().skip(done) {
        match migration {
            Migration::Sql(statements) => execute(writer, statements).await?,
            Migration::Chain => chain_each_act(writer).await?,
        }
    }
    Ok(())
}

/// Computes the chain of every act from its leaf.
async fn chain_each_act(writer: &mut SqliteConnection) -> Result<(), StoreError> {
    execute(writer, "pragma user_version = 3;").await?;
    let (mut position, mut so_far) = (0, [0; 32]);
    loop {
        let leaves: Vec<(i64, Vec<u8>)> =
            sqlx::query_as(include_str!("../sql/sqlite/select_leaves.sql"))
                .bind(position)
                .bind(LEAVES)
                .fetch_all(&mut *writer)
                .await
                .map_err(failed("read leaves"))?;
        if leaves.is_empty() {
            return Ok(());
        }
        for (at, leaf) in leaves {
            so_far = chain(&so_far, &sized(&leaf, at.cast_unsigned(), "the leaf")?);
            sqlx::query(include_str!("../sql/sqlite/update_chain.sql"))
                .bind(so_far.to_vec())
                .bind(at)
                .execute(&mut *writer)
                .await
                .map_err(failed("write a chain"))?;
            position = at;
        }
    }
}

async fn execute(writer: &mut SqliteConnection, sql: &'static str) -> Result<(), StoreError> {
    sqlx::raw_sql(sql).execute(writer).await.map_err(failed("make the tables"))?;
    Ok(())
}

/// Looks whether head and acts end at the same place.
///
/// # Errors
/// [`StoreError::Damaged`] when they do not, or a hash is not 32 bytes long.
pub(super) async fn check_ends(writer: &mut SqliteConnection) -> Result<(), StoreError> {
    let state = sqlx::query(include_str!("../sql/sqlite/select_state.sql"))
        .fetch_optional(writer)
        .await
        .map_err(failed("read the head"))?;
    let damaged = |position: u64, finding: String| StoreError::Damaged { position, finding };
    let state = state.ok_or_else(|| damaged(0, "the head is missing".into()))?;
    let get = |column| state.try_get::<Option<i64>, _>(column).map_err(failed("read the head"));
    let head = get(0)?.unwrap_or(0).cast_unsigned();
    let last = get(3)?.unwrap_or(0).cast_unsigned();
    if head != last {
        let finding = format!("the head stands at {head}, the last act at {last}");
        return Err(damaged(head.min(last) + 1, finding));
    }
    let bytes = |column| state.try_get::<Option<&[u8]>, _>(column).map_err(failed("read a hash"));
    sized::<32>(bytes(2)?.unwrap_or_default(), head, "the chain")?;
    if let Some(leaf) = bytes(4)? {
        sized::<32>(leaf, head, "the leaf")?;
    }
    Ok(())
}
