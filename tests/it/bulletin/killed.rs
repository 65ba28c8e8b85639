//! The outbox of a service that is killed, again and again, while a letter is on its way: every
//! letter arrives, in order, under one key; none is down twice.

use std::collections::BTreeSet;
use std::io::{BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use tongjian::bulletin::letter::Letter;
use tongjian::bulletin::life;
use tongjian::store::Store;

use super::desk::Desk;
use super::outbox::request;
use crate::acts::Fresh;
use crate::durability::Service;

const LONG: Duration = Duration::from_secs(120);

/// A webhook that tells what came, and answers when it is told to, or hangs up.
struct Webhook {
    url: String,
    came: Receiver<(String, Letter)>,
    answers: Sender<bool>,
}

impl Webhook {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (tell, came) = channel();
        let (answers, answering) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                // Whoever asks may be gone already.
                let Ok((key, body)) = request(&mut stream) else { continue };
                let Ok(letter) = serde_json::from_slice(&body) else { continue };
                if tell.send((key, letter)).is_err() || !answering.recv().unwrap_or(false) {
                    continue;
                }
                let answer = b"HTTP/1.1 204 Taken\r\nconnection: close\r\n\r\n";
                let _ = stream.get_mut().write_all(answer);
            }
        });
        Self { url, came, answers }
    }

    fn next(&self) -> (String, Letter) {
        self.came.recv_timeout(LONG).unwrap()
    }
}

fn start(data: &Path, webhook: &Webhook, folder: &Path) -> Service {
    let folder = folder.to_str().unwrap();
    let from = ["--letters-from", "2008-01-01"];
    let to = ["--no-watch", "--webhook", &webhook.url, "--drop", folder];
    Service::start_with(data, &[&to[..], &from[..]].concat())
}

/// Four letters; the chronicle is closed then.
async fn issued(fresh: Fresh) -> (tempfile::TempDir, Vec<String>) {
    let desk = Desk::open(fresh.store.clone()).await;
    let mut keys = Vec::new();
    for period in ["2008-06", "2008-07", "2008-W27", "2008-07-01..2008-07-15"] {
        let held = desk.issued(period, "2008-08-07").await;
        keys.push(held.issued.unwrap().act.to_string());
        desk.up().await;
    }
    desk.close().await;
    let Fresh { store, folder, .. } = fresh;
    store.close().await;
    (folder, keys)
}

/// Killed before the answer, right after it, or asked to go before it; answers what had come.
fn interrupted(service: Service, webhook: &Webhook, way: Way) -> Vec<(String, Letter)> {
    let mut came = vec![webhook.next()];
    match way {
        Way::KilledBefore => {
            service.kill();
            webhook.answers.send(false).unwrap();
        }
        Way::KilledAfter => {
            webhook.answers.send(true).unwrap();
            service.kill();
        }
        Way::AskedToGo => {
            let stopping = std::thread::spawn(move || service.stop());
            std::thread::sleep(Duration::from_millis(300));
            webhook.answers.send(true).unwrap();
            stopping.join().unwrap();
        }
    }
    // One more may have been on its way.
    while let Ok(more) = webhook.came.recv_timeout(Duration::from_millis(500)) {
        came.push(more);
        webhook.answers.send(false).unwrap();
    }
    came
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    KilledBefore,
    KilledAfter,
    AskedToGo,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_killed_in_mid_send_loses_no_letter_and_doubles_none() {
    let (home, keys) = issued(Fresh::sqlite().await).await;
    let (data, folder) = (home.path().join("chronicle.db"), home.path().join("drop"));
    std::fs::create_dir(&folder).unwrap();
    let webhook = Webhook::open();
    let (mut came, mut gone) = (Vec::new(), None);
    let ways = [
        Way::KilledBefore,
        Way::KilledAfter,
        Way::KilledBefore,
        Way::AskedToGo,
        Way::KilledAfter,
        Way::KilledBefore,
    ];
    for way in ways {
        let more = interrupted(start(&data, &webhook, &folder), &webhook, way);
        assert_ne!(gone.as_ref(), Some(&more[0].0), "what was on its way is down before one goes");
        gone = (way == Way::AskedToGo).then(|| more[0].0.clone());
        came.extend(more);
    }
    let service = start(&data, &webhook, &folder);
    while came.last().is_none_or(|(key, _)| key != keys.last().unwrap()) {
        came.push(webhook.next());
        webhook.answers.send(true).unwrap();
    }
    let last = folder.join("special-2008-07-01..2008-07-15-320600000000.docx");
    let patience = Instant::now() + LONG;
    while !last.exists() {
        assert!(Instant::now() < patience, "the folder was forgotten");
        std::thread::sleep(Duration::from_millis(50));
    }
    service.stop();
    each_came_once(&came, &keys, ways.len() - 1);
    each_is_down_once(&data, &folder).await;
}

fn each_came_once(came: &[(String, Letter)], keys: &[String], kills: usize) {
    let mut first: Vec<&(String, Letter)> = Vec::new();
    for one in came {
        match first.iter().find(|(key, _)| *key == one.0) {
            Some(same) => assert_eq!(same.1, one.1, "one key, one letter"),
            None => first.push(one),
        }
    }
    let order: Vec<&String> = first.iter().map(|(key, _)| key).collect();
    assert_eq!(order, keys.iter().collect::<Vec<_>>(), "each came, the oldest first");
    assert!(came.len() <= keys.len() + kills, "more than kills explain: {}", came.len());
}

async fn each_is_down_once(data: &Path, folder: &Path) {
    let store = Store::open(data).await.unwrap();
    let mut held = life::all(&store).await.unwrap();
    held.retain(|held| held.drafted.is_some());
    for bulletin in &held {
        assert_eq!(bulletin.handed_over.len(), 2, "{}", bulletin.stream);
        let acts = store.stream(&bulletin.stream, 0, 100).await.unwrap();
        let told = acts.iter().map(|act| act.read().unwrap().submission.event);
        let told = told.filter(|event| event == "bulletin.BulletinHandedOver").count();
        assert_eq!(told, 2, "{}", bulletin.stream);
    }
    let files = folder.read_dir().unwrap().map(|file| file.unwrap().file_name());
    let files: BTreeSet<String> = files.map(|name| name.into_string().unwrap()).collect();
    let expected = held.iter().flat_map(|bulletin| {
        ["json", "html", "docx"].map(|end| format!("{}.{end}", bulletin.stream.name()))
    });
    assert_eq!(files, expected.collect(), "whole, and nothing half written");
    store.close().await;
}
