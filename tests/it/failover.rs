//! 換主: a server that comes back without the last acts, as a standby does that had not received
//! them, and one that answers nothing at all.

use std::time::{Duration, Instant};

use tongjian::runner::{REGISTRY, Runner, verify_projection};
use tongjian::store::{AppendError, Expected, Store, StoreError};
use tongjian::verify::verify;

use crate::acts::{command, notice, one};
use crate::postgres::Server;

const LONG: Duration = Duration::from_secs(60);

async fn server_with_a_chronicle() -> (Server, Store, String) {
    let server = Server::start(&["fsync=off"]).await;
    server.run("postgres", "create database city").await;
    let url = server.url("city");
    Store::migrate_postgres(&url).await.unwrap();
    let store = Store::open_postgres(&url).await.unwrap();
    for number in 1..=5 {
        store.append(one(number, "case/1")).await.unwrap();
    }
    (server, store, url)
}

/// Appends, and again until it is answered.
async fn until_taken(store: &Store, number: u64, stream: &str) -> u64 {
    let patience = Instant::now() + LONG;
    loop {
        match store.append(one(number, stream)).await {
            Ok(answers) => return answers[0].position,
            Err(error) => assert!(Instant::now() < patience, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn acts_that_were_lost_with_a_server_are_folded_by_nobody_and_end_the_service() {
    let (server, store, url) = server_with_a_chronicle().await;
    let runner = Runner::spawn(&store, REGISTRY).unwrap();
    runner.wait_for(5, LONG).await.unwrap();
    server.keep_a_copy().await;
    // The copy lacks these, which were acknowledged and folded.
    let acts = (6..=8).map(|number| notice(number, &format!("case/{}", 2), "form")).collect();
    until_taken(&store, 100, "case/1").await;
    store.append(command("case/2", Expected::New, acts)).await.unwrap();
    runner.wait_for(9, LONG).await.unwrap();

    server.go_back_to_the_copy().await;
    for number in 20..24 {
        until_taken(&store, number, "case/3").await;
    }
    let lost = tokio::time::timeout(LONG, store.lost()).await.unwrap();
    assert!(matches!(lost, StoreError::Lost { seen: 9, .. }), "{lost:?}");
    let after = Store::open_postgres(&url).await.unwrap();
    let head = verify(&after, |_, _| {}).await.unwrap().position;
    assert_eq!(head, 9, "five acts of before, four of after");
    // Until it ends the service goes on, and writes nothing that does not follow.
    tokio::time::sleep(Duration::from_secs(2)).await;
    runner.stop().await;
    let again = Runner::spawn(&after, REGISTRY).unwrap();
    again.wait_for(head, LONG).await.unwrap();
    again.stop().await;
    for projection in REGISTRY {
        let proven = verify_projection(&after, projection, &mut |_, _| {}).await.unwrap();
        assert_eq!(proven, head, "{}", projection.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_answers_nothing_is_given_up_and_found_again() {
    let (server, store, _) = server_with_a_chronicle().await;
    server.freeze();
    let start = Instant::now();
    let (head, appended) = tokio::join!(async { (store.head().await, start.elapsed()) }, async {
        (store.append(one(6, "case/1")).await, start.elapsed())
    });
    server.thaw();
    assert!(head.0.is_err() && head.1 < Duration::from_secs(10), "{head:?}");
    let unknown = matches!(appended.0, Err(AppendError::Store(StoreError::Database { .. })));
    assert!(unknown && appended.1 < Duration::from_secs(30), "{appended:?}");
    assert_eq!(until_taken(&store, 6, "case/1").await, 6);
    assert_eq!(until_taken(&store, 7, "case/1").await, 7);
    verify(&store, |_, _| {}).await.unwrap();
}
