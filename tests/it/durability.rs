//! 斷電: the service is killed at random moments under load. Every acknowledged act is there once,
//! positions have no hole, the chronicle proves itself, and the read tables equal a refold.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command as Process, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tongjian::runner::{REGISTRY, Runner, verify_projection};
use tongjian::store::Store;
use tongjian::verify;

use crate::acts::id;

/// How often the service is killed.
const KILLS: u32 = 6;
/// How many clients append at once.
const CLIENTS: u64 = 8;

/// What a client was told: the act's id, its position.
pub(crate) type Acknowledged = Arc<Mutex<Vec<(u64, u64)>>>;

/// A service of its own process, and the address it listens at.
pub(crate) struct Service {
    child: Child,
    pub(crate) address: String,
}

impl Service {
    pub(crate) fn start(data: impl AsRef<OsStr>) -> Self {
        Self::start_with(data, &[])
    }

    pub(crate) fn start_with(data: impl AsRef<OsStr>, more: &[&str]) -> Self {
        let mut child = Process::new(env!("CARGO_BIN_EXE_tongjian"))
            .args(["serve", "--open", "--listen", "127.0.0.1:0", "--data"])
            .arg(data.as_ref())
            .args(more)
            .env("TONGJIAN_LOG", "info")
            .env("NO_COLOR", "1")
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(
                lines.read_line(&mut line).unwrap() > 0,
                "the service ended before it listened"
            );
            if let Some((_, address)) = line.trim().split_once("listening address=") {
                break address.to_owned();
            }
        };
        // Drained, so that the service never waits for a reader.
        std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
        Self { child, address }
    }

    /// SIGTERM: it says goodbye, and ends well.
    pub(crate) fn stop(mut self) {
        let asked = Process::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    /// SIGKILL: no chance to say goodbye.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Appends one act after another until told to stop or the service is gone.
pub(crate) fn client(
    address: &str,
    client: u64,
    round: u64,
    done: &AtomicBool,
    told: &Acknowledged,
) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(10)))
        .build()
        .into();
    for number in 0.. {
        if done.load(Ordering::Relaxed) {
            return;
        }
        let number = round * 1_000_000 + client * 100_000 + number;
        let event = if number.is_multiple_of(3) {
            r#""event":"case.ApplicationReceived","version":1,"body":{"item":"QL-1",
               "applicant":"A-1","channel":"counter","handling":"promised"}"#
        } else {
            r#""event":"case.OneOffNoticeGiven","version":1,"body":{"missing":["a map"]}"#
        };
        let body = format!(
            r#"{{"id":"{}","stream":"case/{client}-{}",{event},
                "occurred_at":"2008-07-01T09:00:00+08:00","actor":{{"kind":"staff","id":"S-1"}},
                "source":{{"site":"320681105000"}}}}"#,
            id(number),
            number / 3
        );
        let sent = agent
            .post(format!("http://{address}/v1/acts"))
            .header("content-type", "application/json")
            .send(body);
        let Ok(mut answer) = sent else { return };
        if answer.status() != 201 {
            continue;
        }
        let Ok(text) = answer.body_mut().read_to_string() else { return };
        let answer: Value = serde_json::from_str(&text).unwrap();
        told.lock().unwrap().push((number, answer["position"].as_u64().unwrap()));
    }
}

#[test]
fn whatever_was_acknowledged_survives_being_killed_at_random_moments() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("chronicle.db");
    let told: Acknowledged = Arc::default();
    // Moments without a pattern, the same in every run.
    let mut moment = 0x2545_f491_4f6c_dd1d_u64;
    for round in 1..=u64::from(KILLS) {
        let service = Service::start(&data);
        let address = service.address.clone();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for number in 0..CLIENTS {
                let (address, done, told) = (address.as_str(), &done, &told);
                scope.spawn(move || client(address, number, round, done, told));
            }
            moment ^= moment << 13;
            moment ^= moment >> 7;
            moment ^= moment << 17;
            let before = told.lock().unwrap().len();
            let least = before + 20 + usize::try_from(moment % 400).unwrap();
            let patience = Instant::now() + Duration::from_secs(60);
            while told.lock().unwrap().len() < least {
                assert!(Instant::now() < patience, "the service does not answer");
                std::thread::sleep(Duration::from_millis(1));
            }
            service.kill();
            done.store(true, Ordering::Relaxed);
        });
    }
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(&data).await.unwrap();
        let told = told.lock().unwrap().clone();
        assert!(told.len() > 20 * KILLS as usize, "only {} acts were acknowledged", told.len());
        prove(&store, &told).await;
        store.close().await;
    });
}

/// Every acknowledged act is there, the chronicle proves itself, and the read tables equal a
/// refold.
pub(crate) async fn prove(store: &Store, told: &[(u64, u64)]) {
    let head = verify::verify(store, |_, _| {}).await.unwrap();
    let ids: Vec<_> = told.iter().map(|(number, _)| id(*number)).collect();
    let held = store.by_ids(&ids).await.unwrap();
    for (number, position) in told {
        assert_eq!(held.get(&id(*number)), Some(position), "act {number} was acknowledged");
    }
    assert!(head.position >= told.len() as u64);
    let runner = Runner::spawn(store, REGISTRY).unwrap();
    runner.wait_for(head.position, Duration::from_secs(60)).await.unwrap();
    runner.stop().await;
    for projection in REGISTRY {
        let proven = verify_projection(store, projection, &mut |_, _| {}).await.unwrap();
        assert_eq!(proven, head.position, "{}", projection.name);
    }
}
