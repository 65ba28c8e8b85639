//! What the databases do with the same rows where nothing is promised: the same table and indexes,
//! without triggers, streams, hashes, checks or answers.

use std::path::Path;
use std::time::Instant;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use tongjian_events::{Act, Place};
use uuid::Uuid;

use super::{CASE, act, per_second, received};

/// A row as it would be stored.
pub struct Row {
    pub position: i64,
    stream: i64,
    version: i64,
    id: Uuid,
    event: &'static str,
    occurred_at: DateTime<Utc>,
    pub envelope: Vec<u8>,
}

/// The rows in the order in which 64 clients send them: an act of each of 64 cases in turn.
pub fn rows(count: u64) -> Vec<Row> {
    let row = |position: u64| {
        let (block, within) = (position / (64 * CASE), position % (64 * CASE));
        let number = block * 64 * CASE + within % 64 * CASE + within / 64;
        let act: Act = act(number);
        let stream_version = number % CASE + 1;
        let place = Place { position: position + 1, stream_version, recorded_at: received() };
        Row {
            position: position.cast_signed() + 1,
            stream: (number / CASE * CASE).cast_signed(),
            version: (number % CASE).cast_signed() + 1,
            id: act.submission().id,
            event: act.row().wire_name(),
            occurred_at: act.submission().occurred_at.to_utc(),
            envelope: act.envelope(&place),
        }
    };
    (0..count).map(row).collect()
}

/// An empty table in SQLite, as durable as the chronicle.
async fn sqlite_table(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("bare.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-65536")
        .disable_statement_logging();
    let mut connection: SqliteConnection = options.connect().await.unwrap();
    let schema = "create table events (position integer primary key, stream_id integer not null,
        stream_version integer not null, event_id blob not null, event text not null,
        occurred_at integer not null, recorded_at integer not null, envelope blob not null,
        leaf blob not null, chain blob not null) strict;
        create unique index events_id on events (event_id);
        create unique index events_stream on events (stream_id, stream_version);";
    sqlx::raw_sql(schema).execute(&mut connection).await.unwrap();
    connection
}

/// Rows a second into SQLite, so many to a commit.
pub async fn sqlite(folder: &Path, size: usize, rows: &[Row]) -> f64 {
    let mut connection = sqlite_table(folder).await;
    let start = Instant::now();
    for chunk in rows.chunks(size) {
        insert_sqlite(&mut connection, chunk).await;
    }
    per_second(rows.len() as u64, start.elapsed())
}

/// Rows a second into SQLite in one transaction, 512 to a statement.
pub async fn sqlite_at_once(folder: &Path, rows: &[Row]) -> f64 {
    let mut connection = sqlite_table(folder).await;
    let start = Instant::now();
    sqlx::raw_sql("begin immediate").execute(&mut connection).await.unwrap();
    for chunk in rows.chunks(512) {
        insert_sqlite(&mut connection, chunk).await;
    }
    sqlx::raw_sql("commit").execute(&mut connection).await.unwrap();
    per_second(rows.len() as u64, start.elapsed())
}

async fn insert_sqlite(connection: &mut SqliteConnection, rows: &[Row]) {
    let values = vec!["(?,?,?,?,?,?,?,?,?,?)"; rows.len()].join(",");
    let mut query = sqlx::query(AssertSqlSafe(format!("insert into events values {values}")));
    for row in rows {
        query = query
            .bind(row.position)
            .bind(row.stream)
            .bind(row.version)
            .bind(row.id.as_bytes().to_vec())
            .bind(row.event)
            .bind(row.occurred_at.timestamp_micros())
            .bind(received().timestamp_micros())
            .bind(row.envelope.clone())
            .bind(vec![7_u8; 32])
            .bind(vec![7_u8; 32]);
    }
    query.execute(connection).await.unwrap();
}

const POSTGRES_TABLE: &str = "drop table if exists bare;
    create table bare (position bigint primary key, stream_id bigint not null,
    stream_version bigint not null, event_id uuid not null, event text not null,
    occurred_at timestamptz not null, recorded_at timestamptz not null, envelope bytea not null,
    leaf bytea not null, chain bytea not null);
    create unique index bare_id on bare (event_id);
    create unique index bare_stream on bare (stream_id, stream_version);";

/// Rows a second into PostgreSQL, so many to a commit.
pub async fn postgres(url: &str, size: usize, rows: &[Row]) -> f64 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(POSTGRES_TABLE).execute(&mut connection).await.unwrap();
    let start = Instant::now();
    for chunk in rows.chunks(size) {
        insert(&mut connection, chunk).await;
    }
    per_second(rows.len() as u64, start.elapsed())
}

/// Rows a second into PostgreSQL by one COPY, from bytes that are ready to be sent.
pub async fn postgres_copied(url: &str, rows: &[Row]) -> f64 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(POSTGRES_TABLE).execute(&mut connection).await.unwrap();
    let bytes = copied(rows);
    let start = Instant::now();
    let sql = "copy bare from stdin (format binary)";
    let mut copy = connection.copy_in_raw(sql).await.unwrap();
    for piece in bytes.chunks(1 << 20) {
        copy.send(piece).await.unwrap();
    }
    copy.finish().await.unwrap();
    per_second(rows.len() as u64, start.elapsed())
}

/// Rows in PostgreSQL's binary form of COPY.
fn copied(rows: &[Row]) -> Vec<u8> {
    let mut bytes = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
    let since_2000 = |at: DateTime<Utc>| at.timestamp_micros() - 946_684_800_000_000;
    for row in rows {
        bytes.extend(10_i16.to_be_bytes());
        let fields: [&[u8]; 10] = [
            &row.position.to_be_bytes(),
            &row.stream.to_be_bytes(),
            &row.version.to_be_bytes(),
            row.id.as_bytes(),
            row.event.as_bytes(),
            &since_2000(row.occurred_at).to_be_bytes(),
            &since_2000(received()).to_be_bytes(),
            &row.envelope,
            &[7; 32],
            &[7; 32],
        ];
        for field in fields {
            bytes.extend((field.len() as i32).to_be_bytes());
            bytes.extend(field);
        }
    }
    bytes.extend((-1_i16).to_be_bytes());
    bytes
}

/// Rows a second from so many connections, one row to a commit.
pub async fn postgres_at_once(url: &str, clients: usize, rows: Vec<Row>) -> f64 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(POSTGRES_TABLE).execute(&mut connection).await.unwrap();
    let count = rows.len() as u64;
    let mut shares: Vec<Vec<Row>> = (0..clients).map(|_| Vec::new()).collect();
    for (index, row) in rows.into_iter().enumerate() {
        shares[index % clients].push(row);
    }
    let start = Instant::now();
    let work: Vec<_> = shares
        .into_iter()
        .map(|share| {
            let url = url.to_owned();
            tokio::spawn(async move {
                let mut connection = PgConnection::connect(&url).await.unwrap();
                for row in share.chunks(1) {
                    insert(&mut connection, row).await;
                }
            })
        })
        .collect();
    for client in work {
        client.await.unwrap();
    }
    per_second(count, start.elapsed())
}

async fn insert(connection: &mut PgConnection, rows: &[Row]) {
    let hashes = vec![[7_u8; 32].as_slice(); rows.len()];
    sqlx::query(
        "insert into bare select * from unnest($1::bigint[], $2::bigint[], $3::bigint[],
        $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::bytea[], $9::bytea[],
        $9::bytea[])",
    )
    .bind(rows.iter().map(|row| row.position).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.stream).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.version).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.id).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.event).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.occurred_at).collect::<Vec<_>>())
    .bind(vec![received(); rows.len()])
    .bind(rows.iter().map(|row| row.envelope.as_slice()).collect::<Vec<_>>())
    .bind(hashes)
    .execute(connection)
    .await
    .unwrap();
}
