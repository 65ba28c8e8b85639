//! How fast acts are folded and judged in memory, from decoded acts and from the bytes of the
//! chronicle: on one core, and ten million of them on two. `cargo bench --bench fold -- [CASES]`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a bench prints and stops where it fails"
)]

use std::collections::HashMap;
use std::time::Instant;

use chrono::{DateTime, TimeDelta};
use tongjian::first_start;
use tongjian_events::{Act, Place, Recorded, Submission};
use tongjian_projections::deadlines::Deadlines;
use tongjian_projections::matter::Matter;
use tongjian_projections::{Context, Lines, Projection};
use uuid::Uuid;

const CORES: usize = 2;
/// How many acts are refolded on all of them, at least.
const MANY: f64 = 10_000_000.0;

fn main() {
    let cases: u64 = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(25_000);
    assert_eq!(cases % CORES as u64, 0, "every case belongs to one core");
    let log = log(cases);
    let acts = log.len() as f64;
    let bytes: usize = log.iter().map(Vec::len).sum();
    println!("{acts} acts of {cases} cases, {} bytes each on average", bytes / log.len());

    let start = Instant::now();
    let decoded: Vec<Recorded> = log.iter().map(|bytes| Recorded::read(bytes).unwrap()).collect();
    report("decode", acts, start);

    let mut context = Context::default();
    for (position, act) in
        (1..).zip(first_start::acts(DateTime::from_timestamp(1_800_000_000, 0).unwrap()).unwrap())
    {
        let place = Place { position, stream_version: 1, recorded_at: DateTime::UNIX_EPOCH };
        context.apply(&Recorded::read(&act.envelope(&place)).unwrap());
    }

    let start = Instant::now();
    let lines = fold(decoded.iter(), &context);
    report("fold and judge, from decoded acts", acts, start);

    let start = Instant::now();
    let mut rows: HashMap<String, Option<Matter>> = HashMap::new();
    for bytes in &log {
        let act = Recorded::read(bytes).unwrap();
        let key = act.submission.stream.to_string();
        Deadlines::fold(rows.entry(key.clone()).or_default(), &key, &act);
    }
    let again = derive(&rows, &context);
    report("decode, fold and judge, from stored bytes", acts, start);
    assert_eq!(lines, again);
    println!("{lines} lines of read tables");

    let rounds = (MANY / acts).ceil();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for part in 0..CORES {
            let (log, context) = (&log, &context);
            scope.spawn(move || (0..rounds as u64).for_each(|_| refold(log, part, context)));
        }
    });
    let took = start.elapsed().as_secs_f64();
    let many = rounds * acts;
    println!("{many} acts refolded on {CORES} cores in {took:.1} s: {:.0} acts/s", many / took);
}

/// The cases of one part, from stored bytes: every key belongs to one part.
fn refold(log: &[Vec<u8>], part: usize, context: &Context) {
    let mut rows: HashMap<String, Option<Matter>> = HashMap::new();
    for bytes in log.iter().skip(part).step_by(CORES) {
        let act = Recorded::read(bytes).unwrap();
        let key = act.submission.stream.to_string();
        Deadlines::fold(rows.entry(key.clone()).or_default(), &key, &act);
    }
    std::hint::black_box(derive(&rows, context));
}

fn fold<'a>(acts: impl Iterator<Item = &'a Recorded>, context: &Context) -> usize {
    let mut rows: HashMap<String, Option<Matter>> = HashMap::new();
    for act in acts {
        let stream = act.submission.stream.as_str();
        if !rows.contains_key(stream) {
            rows.insert(stream.to_owned(), None);
        }
        Deadlines::fold(rows.get_mut(stream).unwrap(), stream, act);
    }
    derive(&rows, context)
}

fn derive(rows: &HashMap<String, Option<Matter>>, context: &Context) -> usize {
    let mut count = 0;
    for (key, row) in rows {
        let mut lines = Lines::default();
        Deadlines::derive(key, row.as_ref().unwrap(), context, &mut lines);
        count += lines.0.len();
    }
    count
}

fn report(what: &str, acts: f64, start: Instant) {
    println!("{what}: {:.0} acts/s", acts / start.elapsed().as_secs_f64());
}

/// Eight acts a case, a day apart, cases interleaved, bodies of about 300 bytes.
fn log(cases: u64) -> Vec<Vec<u8>> {
    let filler = "材料齐全，符合法定形式".repeat(8);
    let bodies = [
        ("case.ApplicationReceived", format!(r#"{{"item":"QL-0231","applicant":"A-1","channel":"counter","handling":"promised","materials":[{{"name":"{filler}"}}]}}"#)),
        ("case.ApplicationAccepted", r#"{"item":"QL-0231","handling":"promised","limits":{"promised_working_days":10,"statutory_working_days":20},"acceptance_no":"通受〔2008〕0231号"}"#.into()),
        ("case.StepStarted", r#"{"step":"review","limit_working_days":3,"post":"初审岗"}"#.into()),
        ("case.StepCompleted", r#"{"step":"review","opinion":"agreed","post":"初审岗"}"#.into()),
        ("case.ExcludedProcedureStarted", r#"{"procedure":"expert_review","declared_working_days":5,"notified_in_writing":true,"notice_no":"通特〔2008〕12号"}"#.into()),
        ("case.ExcludedProcedureEnded", r#"{"procedure":"expert_review"}"#.into()),
        ("case.DecisionMade", format!(r#"{{"outcome":"granted","reasons":"{filler}"}}"#)),
        ("case.ResultDelivered", r#"{"means":"counter"}"#.into()),
    ];
    let start = DateTime::parse_from_rfc3339("2008-06-02T09:00:00+08:00").unwrap();
    let mut log = Vec::new();
    for (version, (event, body)) in (1_u64..).zip(&bodies) {
        let row = tongjian_events::CATALOG.iter().find(|row| row.wire_name() == *event).unwrap();
        for case in 0..cases {
            let position = log.len() as u64 + 1;
            let at =
                start + TimeDelta::days(version as i64) + TimeDelta::seconds(case as i64 % 28_000);
            let submission = serde_json::json!({
                "id": Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(position)),
                "stream": format!("case/2008-{case:08}"), "event": event, "version": row.version,
                "occurred_at": at.to_rfc3339(),
                "actor": {"kind": "staff", "id": "S-1", "role": "受理岗"},
                "source": {"site": "320681105000", "window": "W-3"},
                "body": serde_json::from_str::<serde_json::Value>(body).unwrap(),
            });
            let submission: Submission = serde_json::from_str(&submission.to_string()).unwrap();
            let act = Act::check(submission).unwrap();
            log.push(act.envelope(&Place {
                position,
                stream_version: version,
                recorded_at: at.to_utc(),
            }));
        }
    }
    log
}
