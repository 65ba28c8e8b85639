//! Files of earlier releases are brought to the present form, and prove what they proved before.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tongjian::store::Store;
use tongjian::verify::verify;
use tongjian_events::Place;
use tongjian_events::recorded::{chain, leaf};

use crate::acts::{at, notice, one};

#[tokio::test]
async fn a_chronicle_of_the_first_form_gains_the_chain_of_each_act() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chronicle.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut hand = options.connect().await.unwrap();
    let first_form = include_str!("../../src/store/migrations/sqlite/0001_chronicle.sql");
    sqlx::raw_sql(first_form).execute(&mut hand).await.unwrap();
    let mut running = [0; 32];
    for position in 1..=4_u64 {
        let act = notice(position, "case/1", "form");
        let place = Place { position, stream_version: position, recorded_at: at("10:00:00") };
        let envelope = act.envelope(&place);
        let hash = leaf(&envelope);
        running = chain(&running, &hash);
        sqlx::query("insert into events values (?, 1, ?, ?, ?, ?, ?, ?, ?)")
            .bind(position.cast_signed())
            .bind(position.cast_signed())
            .bind(act.submission().id.as_bytes().to_vec())
            .bind(act.row().wire_name())
            .bind(act.submission().occurred_at.timestamp_micros())
            .bind(at("10:00:00").timestamp_micros())
            .bind(envelope)
            .bind(hash.to_vec())
            .execute(&mut hand)
            .await
            .unwrap();
    }
    sqlx::raw_sql("insert into streams values (1, 'case/1', 4, 4)")
        .execute(&mut hand)
        .await
        .unwrap();
    sqlx::query("update chronicle_head set position = 4, recorded_at = ?, chain = ?")
        .bind(at("10:00:00").timestamp_micros())
        .bind(running.to_vec())
        .execute(&mut hand)
        .await
        .unwrap();
    hand.close().await.unwrap();

    let store = Store::open(&path).await.unwrap();
    assert_eq!(verify(&store, |_, _| {}).await.unwrap().chain, running);
    assert_eq!(store.append(one(5, "case/1")).await.unwrap()[0].stream_version, 5);
    verify(&store, |_, _| {}).await.unwrap();
}
