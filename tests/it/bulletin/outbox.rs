//! The outbox: what was issued reaches each receiver, however often it failed, and once.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tongjian::bulletin::contents::Contents;
use tongjian::bulletin::letter::Letter;
use tongjian::bulletin::life::{self, LifeError};
use tongjian::bulletin::outbox::{Outbox, Receiver};
use tongjian::clock::Clock;
use tongjian::store::{Command, Expected};
use tongjian_events::values::Text;
use tongjian_events::{Act, Submission};

use super::desk::{CITY, Desk, at, received};
use crate::acts::{Fresh, id};

crate::acts::on_both! {
    a_webhook_that_fails_twice_gets_each_letter_once
    a_folder_holds_each_letter_and_is_not_written_twice
    a_folder_that_cannot_be_written_gets_its_letter_once_it_can
    a_letter_that_cannot_be_made_keeps_no_other_from_going_out
    a_receiver_that_is_new_gets_what_is_issued_from_then_on_or_dated_from_a_day_on
}

/// What a webhook was sent: the key, and the letter.
type Taken = Arc<Mutex<Vec<(String, Letter)>>>;

/// The key of a request, and its body.
pub(super) fn request(stream: &mut BufReader<TcpStream>) -> std::io::Result<(String, Vec<u8>)> {
    let (mut key, mut length, mut line) = (String::new(), 0, String::new());
    while stream.read_line(&mut line)? > 2 {
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        match name.to_lowercase().as_str() {
            "idempotency-key" => key = value.trim().to_owned(),
            "content-length" => length = value.trim().parse().unwrap(),
            _ => {}
        }
        line.clear();
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((key, body))
}

/// A webhook that answers 503 to the first request and sends the next ones elsewhere, so many in all;
/// what comes then it takes.
fn webhook(failures: usize) -> (String, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook?secret=1", listener.local_addr().unwrap());
    let taken = Taken::default();
    let told = Arc::clone(&taken);
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = BufReader::new(stream.unwrap());
            let (key, body) = request(&mut stream).unwrap();
            // Who redirects has not taken it, and is not followed.
            let status = match number {
                _ if number >= failures => "204 Taken",
                0 => "503 Busy",
                _ => "307 Elsewhere\r\nlocation: /elsewhere",
            };
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
    outbox_from(desk, receiver, Some("2008-01-01"))
}

/// One whose receiver, where it is new, gets what is dated on this day or later.
fn outbox_from(desk: &Desk, receiver: Receiver, from: Option<&str>) -> Outbox {
    let clock = Clock::starting_at(at("2008-08-08T09:00:00+08:00"));
    let wait = Duration::from_millis(1);
    let receivers = (vec![receiver], from.map(|day| day.parse().unwrap()));
    Outbox::new(desk.store.clone(), Arc::new(Contents::default()), clock, receivers, wait).unwrap()
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

/// What stands where the folder was cannot hold a letter; the bulletin is issued all the same, and
/// the letter is owed.
async fn a_folder_that_cannot_be_written_gets_its_letter_once_it_can(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("letters");
    std::fs::write(&folder, "no folder").unwrap();
    let mut outbox = outbox(&desk, Receiver::Drop(folder.clone()));
    assert_eq!(outbox.send().await.unwrap(), 0, "nothing is issued");
    let issued = desk.issued("2008-07", "2008-08-07").await;
    assert_eq!(outbox.send().await.unwrap(), 0, "it fails");
    let held = life::load(&desk.store, &issued.stream).await.unwrap();
    assert!(held.issued.is_some() && held.handed_over.is_empty());
    std::fs::remove_file(&folder).unwrap();
    std::fs::create_dir(&folder).unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(outbox.send().await.unwrap(), 1);
    let files = || folder.read_dir().unwrap().map(|file| file.unwrap().file_name());
    let whole = |name: std::ffi::OsString| !name.to_string_lossy().ends_with(".part");
    assert!(files().count() == 3 && files().all(whole), "{:?}", files().collect::<Vec<_>>());
    assert_eq!(outbox.send().await.unwrap(), 0, "once");
    desk.close().await;
}

#[test]
fn a_service_does_not_start_without_the_folder_that_it_is_to_fill() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    for (name, told) in [("letters", "it is to be a folder that is there"), ("file", "no folder")] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_tongjian"))
            .args(["serve", "--open", "--no-watch", "--listen", "127.0.0.1:0", "--data", "a.db"])
            .args(["--drop", name])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("--drop {name}: ")) && said.contains(told), "{said}");
    }
    assert!(!folder.path().join("letters").exists());
}

async fn a_folder_holds_each_letter_and_is_not_written_twice(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let issued = desk.issued("2008-07", "2008-08-07").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("monthly-2008-07-320600000000.json");
    // As if one had crashed between writing and saying so.
    std::fs::write(&file, "there").unwrap();
    let receiver = Receiver::Drop(folder.path().into());
    let mut first = outbox_from(&desk, receiver.clone(), Some("2008-01-01"));
    assert_eq!(first.send().await.unwrap(), 1);
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

async fn a_letter_that_cannot_be_made_keeps_no_other_from_going_out(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let june = desk.issued("2008-06", "2008-08-07").await;
    // A past of another house: its digests are of a form that this release does not write.
    desk.store.append(issued_elsewhere()).await.unwrap();
    desk.issued("2008-07", "2008-08-08").await;
    let (url, taken) = webhook(0);
    let mut outbox = outbox(&desk, Receiver::Webhook(url));
    assert_eq!(outbox.send().await.unwrap(), 2);
    let taken = taken.lock().unwrap().clone();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0].1.number, june.number);
    desk.close().await;
}

/// A bulletin of May, drafted, approved, signed, numbered and issued by an import.
fn issued_elsewhere() -> Command {
    let stream = "bulletin/monthly-2008-05-320600000000";
    let basis = json!({ "scope": CITY, "until_position": "3",
        "period": { "from_on": "2008-05-01", "until_on": "2008-05-31" } });
    let steps = [
        (
            "Drafted",
            json!({ "kind": "monthly", "title": "五月", "basis": basis, "content_digest": "d1" }),
        ),
        ("Reviewed", json!({ "verdict": "approved", "content_digest": "d1" })),
        ("Signed", json!({ "signer": "S-3", "content_digest": "d1" })),
        ("Numbered", json!({ "organ_code": "通监发", "year": 2008, "serial_no": 2 })),
        ("Issued", json!({ "issued_on": "2008-06-06", "recipients": ["某單位"] })),
    ];
    let acts = (0..).zip(steps).map(|(number, (step, body))| {
        let act = json!({
            "id": id(80_000 + number), "stream": stream, "version": 1,
            "event": format!("bulletin.Bulletin{step}"), "occurred_at": "2008-06-06T10:00:00+08:00",
            "actor": { "kind": "inspector", "id": format!("S-{number}") },
            "source": { "site": CITY, "entry": "import" }, "body": body,
        });
        Act::check(serde_json::from_str::<Submission>(&act.to_string()).unwrap()).unwrap()
    });
    Command {
        stream: stream.parse().unwrap(),
        expected: Expected::New,
        acts: acts.collect(),
        received_at: at("2008-08-07T12:00:00+08:00"),
    }
}

/// Another process takes over while the first letter is under way: it goes on with the second. On
/// SQLite there is one process, whose turn is never over.
#[tokio::test(flavor = "multi_thread")]
async fn one_whose_turn_is_over_sends_no_more() {
    let fresh = Fresh::postgres().await;
    let desk = Desk::open(fresh.store.clone()).await;
    desk.issued("2008-06", "2008-08-07").await;
    desk.issued("2008-07", "2008-08-07").await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let receiver = Receiver::Webhook(format!("http://{}/", listener.local_addr().unwrap()));
    let (came, coming) = tokio::sync::oneshot::channel();
    let (goes, going) = std::sync::mpsc::channel::<()>();
    let receiving = std::thread::spawn(move || {
        let mut first = BufReader::new(listener.accept().unwrap().0);
        request(&mut first).unwrap();
        came.send(()).unwrap();
        going.recv().unwrap();
        let answer = b"HTTP/1.1 204 Taken\r\nconnection: close\r\n\r\n";
        first.get_mut().write_all(answer).unwrap();
        listener
    });
    let mut slow = outbox(&desk, receiver);
    let sending = tokio::spawn(async move { slow.send().await });
    coming.await.unwrap();
    fresh
        .by_hand(
            "update leases set owner = gen_random_uuid(),
                expires_at = clock_timestamp() + interval '1 hour' where name = 'outbox'",
        )
        .await;
    goes.send(()).unwrap();
    let listener = receiving.join().unwrap();
    listener.set_nonblocking(true).unwrap();
    assert!(matches!(sending.await.unwrap(), Err(LifeError::Busy)));
    assert!(listener.accept().is_err(), "a second letter was sent");
    let held = life::all(&desk.store).await.unwrap();
    let handed: usize = held.iter().map(|held| held.handed_over.len()).sum();
    assert_eq!(handed, 1, "what was taken is down");
    desk.close().await;
}

async fn a_receiver_that_is_new_gets_what_is_issued_from_then_on_or_dated_from_a_day_on(
    fresh: Fresh,
) {
    let desk = Desk::open(fresh.store.clone()).await;
    desk.issued("2008-06", "2008-07-07").await;
    let july = desk.issued("2008-07", "2008-08-07").await;
    let folders: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let receiver = |at: usize| Receiver::Drop(folders[at].path().into());
    let sent = async |at: usize, from| outbox_from(&desk, receiver(at), from).send().await.unwrap();
    assert_eq!(sent(0, None).await, 0, "both were issued before it was known");
    assert_eq!(sent(1, Some("2008-08-07")).await, 1, "the one of that day");
    assert_eq!(sent(2, Some("2008-01-01")).await, 2);
    // It is on record: what is said later, or nothing, changes nothing.
    for at in 0..3 {
        assert_eq!(sent(at, Some("2008-01-01")).await, 0);
        assert_eq!(sent(at, None).await, 0);
    }
    let late = received(9, "2008-07-20T10:00:00+08:00", "2008-08-19T13:00:00+08:00");
    desk.store.append(late).await.unwrap();
    desk.up().await;
    let clerk = desk.clerk("S-1", "2008-08-20T09:00:00+08:00");
    clerk.erratum(&july.stream, &Text::new("補錄一件").unwrap()).await.unwrap();
    for at in 0..3 {
        assert_eq!(sent(at, None).await, 1, "an erratum is issued from then on");
    }
    // Two that look at once register one day, and the streams of receivers are no bulletins.
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::Drop(folder.path().into());
    let mut one = outbox_from(&desk, receiver.clone(), Some("2008-01-01"));
    let mut other = outbox_from(&desk, receiver.clone(), Some("2008-01-01"));
    let (one, other) = tokio::join!(one.send(), other.send());
    assert!(one.unwrap() + other.unwrap() >= 3);
    let name = receiver.digest().unwrap().as_str().replace("sha-256:", "bulletin/receiver-");
    let acts = desk.store.stream(&name.parse().unwrap(), 0, 10).await.unwrap();
    assert_eq!(acts.len(), 1);
    let all = life::all(&desk.store).await.unwrap();
    assert_eq!(all.iter().filter(|held| held.drafted.is_some()).count(), 2);
    desk.close().await;
}
