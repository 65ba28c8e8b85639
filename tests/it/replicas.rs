//! 複本: several services on one PostgreSQL. One is killed and comes back, then the server is; what
//! any of them acknowledged is there, and every one answers the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::runtime::Runtime;
use tongjian::store::Store;
use tongjian::watch;

use crate::durability::{Acknowledged, Service, client, prove};
use crate::postgres::{Server, name};

/// Clients of each service.
const CLIENTS: u64 = 3;

/// What a service answers, tried again as long as it says that it cannot.
fn asked(address: &str, path: &str) -> Value {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into();
    let patience = Instant::now() + Duration::from_secs(60);
    loop {
        if let Ok(mut answer) = agent.get(format!("http://{address}{path}")).call() {
            if answer.status() == 200 {
                return serde_json::from_reader(answer.body_mut().as_reader()).unwrap();
            }
            assert_eq!(answer.status(), 503, "{path}");
            assert!(answer.headers().contains_key("retry-after"), "a 503 says when to ask again");
        }
        assert!(Instant::now() < patience, "{address} does not answer {path}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Waits until so many acts more were acknowledged.
fn until_more(told: &Acknowledged, more: usize) {
    let least = told.lock().unwrap().len() + more;
    let patience = Instant::now() + Duration::from_secs(60);
    while told.lock().unwrap().len() < least {
        assert!(Instant::now() < patience, "no service answers");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A server with an empty chronicle, and the chronicle's address.
fn chronicle(runtime: &Runtime) -> (Server, String) {
    runtime.block_on(async {
        let server = Server::start(&[]).await;
        let database = name();
        server.run("postgres", &format!("create database {database}")).await;
        let url = server.url(&database);
        Store::migrate_postgres(&url).await.unwrap();
        (server, url)
    })
}

#[test]
fn services_that_share_a_database_lose_nothing_and_answer_alike() {
    let runtime = Runtime::new().unwrap();
    let (server, url) = chronicle(&runtime);
    let told: Acknowledged = Arc::default();
    let [first, second] = [Service::start(&url), Service::start(&url)];
    let done = AtomicBool::new(false);
    let second = std::thread::scope(|scope| {
        let work = |service: &Service, from: u64| {
            for number in from..from + CLIENTS {
                let (address, done, told) = (service.address.clone(), &done, &told);
                scope.spawn(move || client(&address, number, 1, done, told));
            }
        };
        work(&first, 0);
        work(&second, CLIENTS);
        until_more(&told, 200);
        second.kill();
        until_more(&told, 100);
        let second = Service::start(&url);
        work(&second, 2 * CLIENTS);
        until_more(&told, 100);
        runtime.block_on(server.crash());
        until_more(&told, 200);
        done.store(true, Ordering::Relaxed);
        second
    });
    // Each has folded what both took, and reads the same.
    let told = told.lock().unwrap().clone();
    let last = told.iter().map(|(_, position)| *position).max().unwrap();
    let path = format!("/v1/cases?limit=200&min_position={last}");
    let (one, other) = (asked(&first.address, &path), asked(&second.address, &path));
    assert_eq!(one["cases"], other["cases"]);
    assert!(one["cases"].as_array().is_some_and(|cases| cases.len() > 10), "{one}");
    first.kill();
    second.kill();
    runtime.block_on(async {
        let store = Store::open_postgres(&url).await.unwrap();
        prove(&store, &told).await;
        store.close().await;
    });
}

#[test]
fn a_service_that_stops_gives_its_watch_back_at_once() {
    let runtime = Runtime::new().unwrap();
    let (_server, url) = chronicle(&runtime);
    let [first, second] = [Service::start(&url), Service::start(&url)];
    runtime.block_on(async {
        let third = Store::open_postgres(&url).await.unwrap();
        // The services look when they start; one of them has the watch from then on.
        while watch::on_duty(&third).await.unwrap() {
            watch::off_duty(&third).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        first.stop();
        second.stop();
        assert!(watch::on_duty(&third).await.unwrap(), "the watch is held by one who is gone");
        third.close().await;
    });
}
