//! Whoever changes the chronicle's file is found: each tampering is named at its first position.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection};
use tongjian::store::{Expected, Store, StoreError};
use tongjian::verify::verify;

use crate::acts::{Fresh, command, notice, one};

/// Twelve acts over three streams; the last four in one command.
async fn filled() -> Fresh {
    let fresh = Fresh::sqlite().await;
    for number in 1..=8 {
        fresh.store.append(one(number, &format!("case/{}", number % 3))).await.unwrap();
    }
    let acts = (9..=12).map(|number| notice(number, "case/1", "照片")).collect();
    fresh.store.append(command("case/1", Expected::Exists, acts)).await.unwrap();
    fresh.store.close().await;
    fresh
}

async fn hand(fresh: &Fresh) -> SqliteConnection {
    let path = fresh.folder.path().join("chronicle.db");
    SqliteConnectOptions::new().filename(path).foreign_keys(false).connect().await.unwrap()
}

async fn run(hand: &mut SqliteConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(hand).await.map(|_| ())
}

/// What the proof says after somebody with a free hand ran `sql`.
async fn finding_after(sql: &str) -> (u64, String) {
    let fresh = filled().await;
    let mut hand = hand(&fresh).await;
    let triggers: Vec<String> = sqlx::query_scalar(
        "select 'drop trigger ' || name from sqlite_schema where type = 'trigger'",
    )
    .fetch_all(&mut hand)
    .await
    .unwrap();
    for drop in triggers {
        run(&mut hand, &drop).await.unwrap();
    }
    run(&mut hand, sql).await.unwrap();
    hand.close().await.unwrap();
    let damage = match Store::open(&fresh.folder.path().join("chronicle.db")).await {
        Ok(store) => verify(&store, |_, _| {}).await.map(|_| ()),
        Err(refused_at_opening) => Err(refused_at_opening),
    };
    match damage {
        Err(StoreError::Damaged { position, finding }) => (position, finding),
        other => panic!("the tampering was not found: {other:?}"),
    }
}

async fn found(sql: &str, position: u64, words: &str) {
    let (at, finding) = finding_after(sql).await;
    assert!(at == position && finding.contains(words), "{sql}\n  found: {at}: {finding}");
}

#[tokio::test]
async fn an_untouched_chronicle_is_proven() {
    let fresh = filled().await;
    let store = Store::open(&fresh.folder.path().join("chronicle.db")).await.unwrap();
    let mut told = Vec::new();
    let head = verify(&store, |done, all| told.push((done, all))).await.unwrap();
    assert_eq!(head, store.head().await.unwrap());
    assert_eq!(told, [(12, 12)]);
    let empty = Fresh::sqlite().await;
    assert_eq!(verify(&empty.store, |_, _| {}).await.unwrap().position, 0);
}

#[tokio::test]
async fn a_changed_byte_of_an_envelope_is_found() {
    let sql = "update events set envelope =
        cast(replace(cast(envelope as text), '\"form\"', '\"fort\"') as blob)
        where position in (4, 6)";
    found(sql, 4, "leaf is not the hash").await;
}

#[tokio::test]
async fn a_changed_leaf_is_found() {
    found("update events set leaf = randomblob(32) where position = 7", 7, "leaf").await;
}

#[tokio::test]
async fn an_act_replaced_together_with_its_leaf_is_found_where_it_stands() {
    let envelope = |position: u64| {
        format!(
            "cast(replace(cast((select envelope from events where position = {position}) as text),
             '\"form\"', '\"fort\"') as blob)"
        )
    };
    let fresh = filled().await;
    let mut hand = hand(&fresh).await;
    let changed: Vec<u8> = sqlx::query_scalar(AssertSqlSafe(format!("select {}", envelope(4))))
        .fetch_one(&mut hand)
        .await
        .unwrap();
    let leaf: String =
        tongjian_events::recorded::leaf(&changed).iter().map(|b| format!("{b:02x}")).collect();
    let sql = format!(
        "update events set envelope = {}, leaf = x'{leaf}' where position = 4",
        envelope(4)
    );
    found(&sql, 4, "the chain does not follow").await;
    found("update events set chain = randomblob(32) where position = 9", 9, "chain").await;
}

#[tokio::test]
async fn a_changed_column_is_found() {
    for (column, value) in [
        ("stream_version", "77"),
        ("event_id", "randomblob(16)"),
        ("event", "'case.CaseClosed'"),
        ("occurred_at", "occurred_at - 1"),
        ("recorded_at", "recorded_at + 1"),
    ] {
        let sql = format!("update events set {column} = {value} where position = 5");
        found(&sql, 5, &format!("`{column}`")).await;
    }
}

#[tokio::test]
async fn a_deleted_act_is_found() {
    found("delete from events where position = 3", 3, "missing").await;
    found("delete from events where position = 1", 1, "missing").await;
    found("delete from events where position > 10", 11, "head stands at 12").await;
}

#[tokio::test]
async fn two_exchanged_acts_are_found() {
    let sql = "update events set position = -position where position in (2, 9);
        update events set position = 11 + position where position < 0;";
    let sql = format!("pragma ignore_check_constraints = on; {sql}");
    found(&sql, 2, "`position`").await;
}

#[tokio::test]
async fn an_added_act_is_found() {
    let sql = "insert into events select 13, 13, 1, randomblob(16), event, occurred_at,
        recorded_at, envelope, leaf, chain from events where position = 12";
    found(sql, 13, "head stands at 12, the last act at 13").await;
}

#[tokio::test]
async fn a_changed_head_is_found() {
    found("update chronicle_head set chain = randomblob(32)", 12, "chain").await;
    found("update chronicle_head set recorded_at = recorded_at + 1", 12, "recorded time").await;
    found("update chronicle_head set position = 11", 12, "head stands at 11").await;
    found("delete from chronicle_head", 0, "head is missing").await;
    let sql = "pragma ignore_check_constraints = on; update chronicle_head set chain = x'00'";
    found(sql, 12, "the chain has 1 bytes").await;
}

#[tokio::test]
async fn a_changed_register_of_streams_is_found() {
    found("delete from streams where stream = 'case/0'", 3, "`stream`").await;
    found("insert into streams values (5, 'case/x')", 5, "`case/x`").await;
    found("insert into streams values (99, 'case/x')", 99, "`case/x`").await;
    found("update streams set stream = 'case/x' where stream = 'case/0'", 3, "`stream`").await;
    found("update events set stream_id = 3 where position = 12", 12, "`stream`").await;
    let sql = "update streams set id = 4 where id = 2; update events set stream_id = 4 where
        stream_id = 2 and position > 3; delete from streams where id = 2";
    found(sql, 2, "`stream`").await;
}

#[tokio::test]
async fn the_triggers_refuse_every_way_of_changing_what_was_recorded() {
    let fresh = filled().await;
    let mut hand = hand(&fresh).await;
    for sql in [
        "update events set event = 'x' where position = 1",
        "delete from events where position = 12",
        "insert or replace into events select * from events where position = 1",
        "insert or replace into events select 13, stream_id, stream_version, randomblob(16), event,
            occurred_at, recorded_at, envelope, leaf, chain from events where position = 1",
        "insert or replace into events select 13, 13, 1, event_id, event, occurred_at,
            recorded_at, envelope, leaf, chain from events where position = 1",
        "update streams set id = id + 100",
        "update streams set stream = 'case/x' where stream = 'case/1'",
        "delete from streams",
        "insert or replace into streams values (1, 'case/1')",
        "insert or replace into streams values (13, 'case/1')",
        "insert or replace into streams values (1, 'case/x')",
        "update chronicle_head set position = position - 1",
        "update chronicle_head set chain = zeroblob(32)",
        "delete from chronicle_head",
        "insert or replace into chronicle_head values (1, 99, 0, zeroblob(32))",
    ] {
        let refused = run(&mut hand, sql).await.unwrap_err().to_string();
        assert!(refused.contains("the chronicle"), "{sql}\n  {refused}");
    }
    hand.close().await.unwrap();
    let store = Store::open(&fresh.folder.path().join("chronicle.db")).await.unwrap();
    verify(&store, |_, _| {}).await.unwrap();
}

#[tokio::test]
async fn a_file_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut other = options.connect().await.unwrap();
    run(&mut other, "create table accounts (id integer)").await.unwrap();
    other.close().await.unwrap();
    assert!(matches!(Store::open(&path).await, Err(StoreError::Unsuitable { .. })));
}
