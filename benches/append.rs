//! What an append costs beside the bare insert that it cannot do without. Everything is measured
//! in one run and told as ratios: the absolute figures of a shared machine mean little.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark stops where it fails, and prints what it found"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, SqliteConnection};
use tongjian::store::{Command, Expected, Store};
use tongjian_events::{Act, Place, Submission};
use uuid::Uuid;

/// Acts of each measurement; a case has eight.
const ACTS: u64 = 51_200;
const CASE: u64 = 8;
/// Commits of a single client.
const SINGLES: u64 = 3_000;
const ROUNDS: usize = 5;

fn received() -> DateTime<Utc> {
    "2008-07-02T02:00:00Z".parse().unwrap()
}

fn stream(number: u64) -> String {
    // Names do not come in order of time: the index of streams grows everywhere.
    format!("case/{:08x}", (number / CASE).wrapping_mul(0x9e37_79b9) & 0xffff_ffff)
}

/// An act with a body of about 300 bytes.
fn act(number: u64) -> Act {
    let id = Uuid::from_u128(
        (u128::from(0x0119_0000_0000 + number / 4) << 80)
            | (0x7 << 76)
            | (0x8 << 60)
            | u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 4),
    );
    let text = format!(
        r#"{{"id":"{id}","stream":"{}","event":"case.OneOffNoticeGiven","version":1,
        "occurred_at":"2008-07-01T09:00:00+08:00","actor":{{"kind":"staff","id":"s-{}"}},
        "source":{{"site":"320681105000","window":"w-{}","entry":"window"}},"body":{{
        "missing":["營業執照副本複印件","法定代表人身份證明","場地使用證明","消防驗收意見書",
        "環境影響登記表","從業人員健康證明 {number}"],"notice_no":"通行審補〔2008〕{number}號"}}}}"#,
        stream(number),
        number % 50,
        number % 20,
    );
    Act::check(serde_json::from_str::<Submission>(&text).unwrap()).unwrap()
}

fn single(number: u64) -> Command {
    let act = act(number);
    let stream = act.submission().stream.clone();
    let expected = Expected::Exact(number % CASE);
    Command { stream, expected, acts: vec![act], received_at: received() }
}

fn whole_case(number: u64) -> Command {
    let acts: Vec<Act> = (number * CASE..(number + 1) * CASE).map(act).collect();
    let stream = acts[0].submission().stream.clone();
    Command { stream, expected: Expected::New, acts, received_at: received() }
}

struct Bare {
    connection: SqliteConnection,
}

impl Bare {
    /// The same table with the same indexes, without triggers and checks.
    async fn open(path: &Path) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", "-65536")
            .disable_statement_logging();
        let mut connection = options.connect().await.unwrap();
        let schema =
            "create table events (position integer primary key, stream_id integer not null,
            stream_version integer not null, event_id blob not null, event text not null,
            occurred_at integer not null, recorded_at integer not null, envelope blob not null,
            leaf blob not null) strict;
            create unique index events_id on events (event_id);
            create unique index events_stream on events (stream_id, stream_version);";
        sqlx::raw_sql(schema).execute(&mut connection).await.unwrap();
        Self { connection }
    }

    /// One commit of these rows, in as few calls as there are.
    async fn insert(&mut self, rows: &[Row]) {
        let values = vec!["(?,?,?,?,?,?,?,?,?)"; rows.len()].join(",");
        let text = format!("insert into events values {values}");
        let mut query = sqlx::query(AssertSqlSafe(text));
        for Row { position, number, act, envelope } in rows {
            let submission = act.submission();
            query = query
                .bind(position.cast_signed())
                .bind((number / CASE * CASE).cast_signed())
                .bind((number % CASE + 1).cast_signed())
                .bind(submission.id.as_bytes().to_vec())
                .bind(act.row().wire_name())
                .bind(submission.occurred_at.timestamp_micros())
                .bind(received().timestamp_micros())
                .bind(envelope.clone())
                .bind(vec![7_u8; 32]);
        }
        query.execute(&mut self.connection).await.unwrap();
    }
}

struct Row {
    position: u64,
    number: u64,
    act: Act,
    envelope: Vec<u8>,
}

/// The rows in the order in which 64 clients send them: an act of each of 64 cases in turn.
fn rows(count: u64) -> Vec<Row> {
    let row = |position: u64| {
        let (block, within) = (position / (64 * CASE), position % (64 * CASE));
        let number = block * 64 * CASE + within % 64 * CASE + within / 64;
        let act = act(number);
        let place = Place { position, stream_version: 1, recorded_at: received() };
        let envelope = act.envelope(&place);
        Row { position, number, act, envelope }
    };
    (0..count).map(row).collect()
}

/// Acts per second of the bare insert, `size` rows to a commit.
async fn bare(size: usize, count: u64) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let mut bare = Bare::open(&folder.path().join("bare.db")).await;
    let rows = rows(count);
    let start = Instant::now();
    for chunk in rows.chunks(size) {
        bare.insert(chunk).await;
    }
    per_second(count, start.elapsed())
}

/// Acts per second of clients that each send their commands one after another.
async fn appended(clients: usize, commands: Vec<Command>) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("chronicle.db")).await.unwrap();
    let acts: usize = commands.iter().map(|command| command.acts.len()).sum();
    // A case stays with one client, so that its versions follow each other.
    let mut shares: Vec<Vec<Command>> = (0..clients).map(|_| Vec::new()).collect();
    let alone = commands[0].acts.len() == 1;
    for (index, command) in commands.into_iter().enumerate() {
        let case = if alone { index / CASE as usize } else { index };
        shares[case % clients].push(command);
    }
    let start = Instant::now();
    let work: Vec<_> = shares
        .into_iter()
        .map(|share| {
            let store = store.clone();
            tokio::spawn(async move {
                for command in share {
                    store.append(command).await.unwrap();
                }
            })
        })
        .collect();
    for client in work {
        client.await.unwrap();
    }
    let rate = per_second(acts as u64, start.elapsed());
    store.close().await;
    rate
}

fn per_second(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let mut figures: Vec<Vec<f64>> = vec![Vec::new(); 8];
    for _ in 0..ROUNDS {
        let singles = |count| (0..count).map(single).collect::<Vec<_>>();
        let cases = || (0..ACTS / CASE).map(whole_case).collect::<Vec<_>>();
        figures[0].push(bare(64, ACTS).await);
        figures[1].push(appended(64, singles(ACTS)).await);
        figures[2].push(appended(256, singles(ACTS)).await);
        figures[3].push(appended(16, cases()).await);
        figures[4].push(bare(1, SINGLES).await);
        figures[5].push(appended(1, singles(SINGLES)).await);
        figures[6].push(appended(16, singles(ACTS)).await);
        figures[7].push(appended(64, cases()).await);
    }
    let all = figures.clone();
    let [bare64, w2, w256, w3, bare1, w1, w16, w3_64] =
        <[f64; 8]>::try_from(figures.into_iter().map(median).collect::<Vec<_>>()).unwrap();
    println!("bare insert, 64 rows to a commit  {bare64:9.0} acts/s");
    println!("64 clients, one act each          {w2:9.0}   {:.2} of the bare insert", w2 / bare64);
    println!(
        "256 clients, one act each         {w256:9.0}   {:.2} of the bare insert",
        w256 / bare64
    );
    println!(
        "16 clients, one act each          {w16:9.0}   {:.2} of the bare insert",
        w16 / bare64
    );
    println!("16 clients, a case of 8 each      {w3:9.0}   {:.2} of 16 clients", w3 / w16);
    println!("64 clients, a case of 8 each      {w3_64:9.0}   {:.2} of 64 clients", w3_64 / w2);
    println!("bare insert, one row to a commit  {bare1:9.0}");
    println!("one client, one act each          {w1:9.0}   {:.2} times its time", bare1 / w1);
    println!("every round: {all:.0?}");
}
