//! What the benchmarks share: acts with bodies of about 300 bytes in cases of eight, and rates.

pub mod bare;
pub mod bulk;

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tongjian::store::{Command, Expected, Store};
use tongjian_events::{Act, Submission};
use uuid::Uuid;

/// Acts of a case.
pub const CASE: u64 = 8;

/// When everything is received.
pub fn received() -> DateTime<Utc> {
    "2008-07-02T02:00:00Z".parse().unwrap()
}

/// The stream of an act. Names do not come in order of time: their index grows everywhere.
pub fn stream(number: u64) -> String {
    format!("case/{:08x}", (number / CASE).wrapping_mul(0x9e37_79b9) & 0xffff_ffff)
}

/// An act with a body of about 300 bytes.
pub fn act(number: u64) -> Act {
    Act::check(serde_json::from_str::<Submission>(&text(number)).unwrap()).unwrap()
}

/// The same as it is sent, in one line.
pub fn text(number: u64) -> String {
    let id = Uuid::from_u128(
        (u128::from(0x0119_0000_0000 + number / 4) << 80)
            | (0x7 << 76)
            | (0x8 << 60)
            | u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 4),
    );
    [
        format!(
            r#"{{"id":"{id}","stream":"{}","event":"case.OneOffNoticeGiven","version":1,"#,
            stream(number)
        ),
        format!(
            r#""occurred_at":"2008-07-01T09:00:00+08:00","actor":{{"kind":"staff","id":"s-{}"}},"#,
            number % 50
        ),
        format!(
            r#""source":{{"site":"320681105000","window":"w-{}","entry":"window"}},"#,
            number % 20
        ),
        r#""body":{"missing":["營業執照副本複印件","法定代表人身份證明","場地使用證明","#.into(),
        format!(r#""消防驗收意見書","環境影響登記表","從業人員健康證明 {number}"],"#),
        format!(r#""notice_no":"通行審補〔2008〕{number}號"}}}}"#),
    ]
    .concat()
}

/// One act, which its stream is expected to lack.
pub fn single(number: u64) -> Command {
    let act = act(number);
    let stream = act.submission().stream.clone();
    let expected = Expected::Exact(number % CASE);
    Command { stream, expected, acts: vec![act], received_at: received() }
}

/// A whole case, which is expected to be new.
pub fn whole_case(number: u64) -> Command {
    let acts: Vec<Act> = (number * CASE..(number + 1) * CASE).map(act).collect();
    let stream = acts[0].submission().stream.clone();
    Command { stream, expected: Expected::New, acts, received_at: received() }
}

/// A rate, and how long the slowest hundredth of its commands took at least.
pub struct Rate {
    /// Acts, or streams, a second.
    pub per_second: f64,
    /// The 99th percentile of a command's time.
    pub p99: Duration,
}

/// Clients that each send their commands one after another. A case stays with one client, so that
/// its versions follow each other.
pub async fn appended(store: &Store, clients: usize, commands: Vec<Command>) -> Rate {
    let acts: usize = commands.iter().map(|command| command.acts.len()).sum();
    let alone = commands[0].acts.len() == 1;
    let mut shares: Vec<Vec<Command>> = (0..clients).map(|_| Vec::new()).collect();
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
                let mut times = Vec::with_capacity(share.len());
                for command in share {
                    let start = Instant::now();
                    store.append(command).await.unwrap();
                    times.push(start.elapsed());
                }
                times
            })
        })
        .collect();
    rate(acts, start, work).await
}

/// Streams read whole by clients, each its share.
pub async fn read_streams(store: &Store, clients: usize, cases: u64) -> Rate {
    let start = Instant::now();
    let work: Vec<_> = (0..clients as u64)
        .map(|client| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                for case in (client..cases).step_by(clients) {
                    // Far apart, so that no read warms the next.
                    let name = stream(case * 7_919 % cases * CASE).parse().unwrap();
                    let start = Instant::now();
                    let acts = store.stream(&name, 0, 100).await.unwrap();
                    times.push(start.elapsed());
                    assert_eq!(acts.len() as u64, CASE);
                }
                times
            })
        })
        .collect();
    rate(cases as usize, start, work).await
}

async fn rate(
    count: usize,
    start: Instant,
    work: Vec<tokio::task::JoinHandle<Vec<Duration>>>,
) -> Rate {
    let mut times = Vec::new();
    for client in work {
        times.extend(client.await.unwrap());
    }
    let per_second = per_second(count as u64, start.elapsed());
    times.sort_unstable();
    let p99 = times[times.len() * 99 / 100];
    Rate { per_second, p99 }
}

/// A rate.
pub fn per_second(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// The one in the middle.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
