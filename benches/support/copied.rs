//! What the database itself takes to write the same tables: it copies them by SQL alone, without a
//! fold or a judgement, and makes the same indexes.

use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _};

/// How long it takes to copy tables of which some exist.
pub(crate) async fn copy(place: &str, tables: &[String]) -> Duration {
    if place.starts_with("postgres") {
        in_postgres(place.parse().unwrap(), tables).await
    } else {
        in_sqlite(place, tables).await
    }
}

async fn in_sqlite(file: &str, tables: &[String]) -> Duration {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", "-65536")
        .disable_statement_logging();
    let mut database = options.connect().await.unwrap();
    let mut took = Duration::ZERO;
    for table in tables {
        let made = "select sql from sqlite_schema where tbl_name = ? and sql is not null";
        let made = sqlx::query_scalar::<_, String>(made).bind(table);
        let made = made.fetch_all(&mut database).await.unwrap();
        let (create, indexes) = made.split_first().unwrap();
        let renamed = |sql: &str| sql.replace(table.as_str(), &format!("copy_of_{table}"));
        let mut sql = vec![renamed(create)];
        sql.push(format!("insert into \"copy_of_{table}\" select * from \"{table}\""));
        sql.extend(indexes.iter().map(|index| renamed(index)));
        let start = Instant::now();
        for sql in sql {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut database).await.unwrap();
        }
        took += start.elapsed();
        let gone = AssertSqlSafe(format!("drop table \"copy_of_{table}\""));
        sqlx::raw_sql(gone).execute(&mut database).await.unwrap();
    }
    took
}

async fn in_postgres(options: PgConnectOptions, tables: &[String]) -> Duration {
    let options = options.options([("search_path", "read_tables"), ("synchronous_commit", "off")]);
    let mut database = options.connect().await.unwrap();
    let mut took = Duration::ZERO;
    for table in tables {
        let made = "select indexdef from pg_indexes where tablename = $1";
        let made = sqlx::query_scalar::<_, String>(made).bind(table);
        let indexes = made.fetch_all(&mut database).await.unwrap();
        let mut sql =
            vec![format!("create table \"copy_of_{table}\" as select * from \"{table}\"")];
        sql.extend(
            indexes.iter().map(|sql| sql.replace(table.as_str(), &format!("copy_of_{table}"))),
        );
        let start = Instant::now();
        for sql in sql {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut database).await.unwrap();
        }
        took += start.elapsed();
        let gone = AssertSqlSafe(format!("drop table \"copy_of_{table}\""));
        sqlx::raw_sql(gone).execute(&mut database).await.unwrap();
    }
    took
}
