//! Making the tables, and looking whether a database is what it should be before it is used.

use sqlx::{Connection as _, PgConnection};

use super::super::StoreError;
use super::{Migrated, failed};

/// The migrations in order. A released migration is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/postgres/0001_chronicle.sql"),
    include_str!("../migrations/postgres/0002_roles.sql"),
    include_str!("../migrations/postgres/0003_read_tables.sql"),
    include_str!("../migrations/postgres/0004_cabinet.sql"),
    include_str!("../migrations/postgres/0005_vault.sql"),
];
/// What every migration ends with: what may have been dropped, and rights of roles that may have
/// been made since.
const ALWAYS: &[&str] = &[
    include_str!("../migrations/postgres/read_tables.sql"),
    include_str!("../migrations/postgres/rights.sql"),
];
/// The first release of PostgreSQL that has what is used here.
const SERVER: i32 = 150_000;

/// The form of the tables; 0 when there are none.
async fn form(connection: &mut PgConnection) -> Result<u32, StoreError> {
    let there: bool = sqlx::query_scalar("select to_regclass('chronicle.form') is not null;")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed("look for the chronicle"))?;
    if !there {
        return Ok(0);
    }
    let form: i32 = sqlx::query_scalar(include_str!("../sql/postgres/select_form.sql"))
        .fetch_one(connection)
        .await
        .map_err(failed("read the form of the chronicle"))?;
    Ok(form.unsigned_abs())
}

/// The form of this release.
fn present() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// Whether the database can be used as it is.
///
/// # Errors
/// [`StoreError::Unsuitable`], with what to do.
pub(super) async fn check(connection: &mut PgConnection) -> Result<(), StoreError> {
    let unsuitable = |reason: String| Err(StoreError::Unsuitable { reason });
    let server: i32 = sqlx::query_scalar("select current_setting('server_version_num')::int;")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed("ask for the server's version"))?;
    if server < SERVER {
        return unsuitable(format!("PostgreSQL 15 is needed; the server is {}", server / 10_000));
    }
    match form(connection).await? {
        0 => unsuitable("there is no chronicle in the database; make it with `migrate`".into()),
        old if old < present() => unsuitable(format!(
            "the tables have form {old}, this release needs {}; run `migrate` as their owner",
            present()
        )),
        new if new > present() => {
            unsuitable(format!("the tables have form {new}; this release knows {}", present()))
        }
        _ => Ok(()),
    }
}

/// Brings the tables to the present form, in one transaction.
pub(super) async fn migrate(owner: &mut PgConnection) -> Result<Migrated, StoreError> {
    let failed = failed("make the tables");
    let mut transaction = owner.begin().await.map_err(failed)?;
    // Two that migrate at once do it one after the other.
    sqlx::raw_sql("select pg_advisory_xact_lock(1416588903, 0);")
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    let from = form(&mut transaction).await?;
    if from > present() {
        return Err(StoreError::Unsuitable {
            reason: format!("the tables have form {from}; this release knows {}", present()),
        });
    }
    let done = usize::try_from(from).unwrap_or(usize::MAX);
    for statements in MIGRATIONS.iter().skip(done).chain(ALWAYS) {
        sqlx::raw_sql(*statements).execute(&mut *transaction).await.map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)?;
    Ok(Migrated { from, to: present() })
}

/// Looks whether head and acts end at the same place.
///
/// # Errors
/// [`StoreError::Damaged`] when they do not.
pub(super) async fn check_ends(connection: &mut PgConnection) -> Result<(), StoreError> {
    let (head, last): (i64, i64) = sqlx::query_as(include_str!("../sql/postgres/select_last.sql"))
        .fetch_optional(connection)
        .await
        .map_err(failed("read the head"))?
        .ok_or_else(|| StoreError::Damaged {
            position: 0,
            finding: "the head is missing".into(),
        })?;
    if head == last {
        return Ok(());
    }
    let finding = format!("the head stands at {head}, the last act at {last}");
    Err(StoreError::Damaged { position: head.min(last).cast_unsigned() + 1, finding })
}
