//! The outbox: what was issued reaches each receiver, however often it failed, and once.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tongjian::bulletin::contents::Contents;
use tongjian::bulletin::letter::Letter;
use tongjian::bulletin::life;
use tongjian::bulletin::outbox::{Outbox, Receiver};
use tongjian::clock::Clock;
use tongjian_events::values::Text;

use super::desk::{Desk, at, received};
use crate::acts::Fresh;

crate::acts::on_both! {
    a_webhook_that_fails_twice_gets_each_letter_once
    a_folder_holds_each_letter_and_is_not_written_twice
}

/// What a webhook was sent: the key, and the letter.
type Taken = Arc<Mutex<Vec<(String, Letter)>>>;

/// A webhook that answers 503 to the first requests, and takes what comes then.
fn webhook(failures: usize) -> (String, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook?secret=1", listener.local_addr().unwrap());
    let taken = Taken::default();
    let told = Arc::clone(&taken);
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut key, mut length, mut line) = (String::new(), 0, String::new());
            while stream.read_line(&mut line).unwrap() > 2 {
                let (name, value) = line.split_once(':').unwrap_or((&line, ""));
                match name.to_lowercase().as_str() {
                    "idempotency-key" => key = value.trim().to_owned(),
                    "content-length" => length = value.trim().parse().unwrap(),
                    _ => {}
                }
                line.clear();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let status = if number < failures { "503 Busy" } else { "204 Taken" };
            if number >= failures {
                told.lock().unwrap().push((key, serde_json::from_slice(&body).unwrap()));
            }
            let answer = format!("HTTP/1.1 {status}\r\nconnection: close\r\n\r\n");
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    (url, taken)
}

fn outbox(desk: &Desk, receiver: Receiver) -> Outbox {
    let clock = Clock::starting_at(at("2008-08-08T09:00:00+08:00"));
    let wait = Duration::from_millis(1);
    Outbox::new(desk.store.clone(), Arc::new(Contents::default()), clock, vec![receiver], wait)
        .unwrap()
}

async fn a_webhook_that_fails_twice_gets_each_letter_once(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let (url, taken) = webhook(2);
    let receiver = Receiver::Webhook(url);
    let mut first = outbox(&desk, receiver.clone());
    assert_eq!(first.send().await.unwrap(), 0, "nothing is issued");
    let issued = desk.issued("2008-07", "2008-08-07").await;
    for _ in 0..2 {
        assert_eq!(first.send().await.unwrap(), 0, "it fails");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(first);
    let mut second = outbox(&desk, receiver.clone());
    assert_eq!(second.send().await.unwrap(), 1);
    assert_eq!(second.send().await.unwrap(), 0);
    // One who comes after a crash, and a replica, know that it has it.
    assert_eq!(outbox(&desk, receiver.clone()).send().await.unwrap(), 0);
    {
        let taken = taken.lock().unwrap();
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].0, issued.issued.as_ref().unwrap().act.to_string());
        assert_eq!(taken[0].1.number, issued.number);
    }
    let late = received(9, "2008-07-20T10:00:00+08:00", "2008-08-19T13:00:00+08:00");
    desk.store.append(late).await.unwrap();
    desk.up().await;
    let clerk = desk.clerk("S-1", "2008-08-20T09:00:00+08:00");
    let reason = Text::new("補錄一件").unwrap();
    let corrected = clerk.erratum(&issued.stream, &reason).await.unwrap();
    assert_eq!(second.send().await.unwrap(), 1);
    let taken = taken.lock().unwrap().clone();
    assert_eq!(taken[1].0, corrected.errata[0].act.to_string());
    assert_eq!(taken[1].1.erratum_no, Some(1));
    // Not the address: it may hold a secret.
    let acts = desk.store.stream(&issued.stream, 0, 100).await.unwrap();
    let said: String =
        acts.iter().map(|a| String::from_utf8_lossy(&a.envelope).into_owned()).collect();
    assert!(said.contains("BulletinHandedOver") && !said.contains("hook"), "{said}");
    desk.close().await;
}

async fn a_folder_holds_each_letter_and_is_not_written_twice(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let issued = desk.issued("2008-07", "2008-08-07").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("monthly-2008-07-320600000000.json");
    // As if one had crashed between writing and saying so.
    std::fs::write(&file, "there").unwrap();
    let receiver = Receiver::Drop(folder.path().into());
    assert_eq!(outbox(&desk, receiver.clone()).send().await.unwrap(), 1);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "there");
    // Whoever takes it away does not get it again.
    std::fs::remove_file(&file).unwrap();
    assert_eq!(outbox(&desk, receiver.clone()).send().await.unwrap(), 0);
    assert!(!file.exists());
    desk.issued("2008-06", "2008-08-07").await;
    assert_eq!(outbox(&desk, receiver).send().await.unwrap(), 1);
    let letter = std::fs::read(folder.path().join("monthly-2008-06-320600000000.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Letter>(&letter).unwrap().number.unwrap().serial_no, 2);
    let names = folder.path().read_dir().unwrap().map(|file| file.unwrap().file_name());
    assert!(!names.into_iter().any(|name| name.to_string_lossy().ends_with(".part")));
    assert!(life::load(&desk.store, &issued.stream).await.unwrap().issued.is_some());
    desk.close().await;
}
