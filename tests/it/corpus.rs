//! Frozen chronicles of every release: today's code reads each line, writes the same bytes, finds
//! the same hashes and gives the same answers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tongjian_events::recorded::{chain, leaf};
use tongjian_events::{Act, Event, Recorded, StreamId};
use tongjian_projections::Context;
use tongjian_projections::matter::Matter;
use tongjian_projections::view::{ClockView, MatterView, view};

/// One folder of the corpus.
struct Release {
    folder: PathBuf,
    lines: Vec<String>,
    acts: Vec<Recorded>,
}

fn releases() -> Vec<Release> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    assert!(!folders.is_empty(), "the corpus is gone");
    folders.into_iter().map(Release::read).collect()
}

impl Release {
    fn read(folder: PathBuf) -> Self {
        let lines = lines(&folder, "chronicle.jsonl");
        let read = |line: &String| Recorded::read(line.as_bytes()).unwrap();
        let acts = lines.iter().map(read).collect();
        Self { folder, lines, acts }
    }

    fn values(&self, file: &str) -> Vec<Value> {
        lines(&self.folder, file).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// What follows for a stream at the end of a day, by what was held at a position.
    fn view(&self, stream: &StreamId, as_of: &str, known_at: u64) -> Option<MatterView> {
        let (mut context, mut matter) = (Context::default(), Matter::default());
        for act in self.acts.iter().filter(|act| act.place.position <= known_at) {
            context.apply(act);
            if act.submission.stream == *stream {
                matter.take(act);
            }
        }
        view(stream.kind(), &matter, &context, as_of.parse().unwrap())
    }
}

fn lines(folder: &Path, file: &str) -> Vec<String> {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(text.ends_with('\n') && !text.contains('\r'), "{}", path.display());
    text.lines().map(ToOwned::to_owned).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_line_is_canonical_and_would_be_written_again_to_the_byte() {
    for release in releases() {
        for (act, line) in release.acts.iter().zip(&release.lines) {
            let again = Act::check(act.submission.clone()).unwrap().envelope(&act.place);
            assert_eq!(String::from_utf8(again).unwrap(), *line, "{}", release.folder.display());
        }
    }
}

#[test]
fn positions_and_versions_have_no_holes_and_recorded_times_never_go_back() {
    for release in releases() {
        let mut versions: BTreeMap<String, u64> = BTreeMap::new();
        let mut last = chrono::DateTime::UNIX_EPOCH;
        for (act, position) in release.acts.iter().zip(1..) {
            let version = versions.entry(act.submission.stream.to_string()).or_default();
            *version += 1;
            assert_eq!((act.place.position, act.place.stream_version), (position, *version));
            assert!(act.place.recorded_at >= last, "position {position}");
            last = act.place.recorded_at;
        }
    }
}

#[test]
fn leaves_and_chain_are_those_that_the_release_recorded() {
    for release in releases() {
        let hashes = release.values("hashes.jsonl");
        assert_eq!(hashes.len(), release.lines.len());
        let mut running = [0; 32];
        for ((line, act), expected) in release.lines.iter().zip(&release.acts).zip(&hashes) {
            let own = leaf(line.as_bytes());
            running = chain(&running, &own);
            let now = json!({
                "position": act.place.position, "leaf": hex(&own), "chain": hex(&running)
            });
            assert_eq!(now, *expected);
        }
    }
}

#[test]
fn every_judgement_is_the_one_that_the_release_gave() {
    for release in releases() {
        let answers = release.values("answers.jsonl");
        assert!(answers.len() > 20, "only {} answers", answers.len());
        let mut differ = Vec::new();
        for expected in &answers {
            let text = |member: &str| expected[member].as_str().unwrap();
            let stream: StreamId = text("stream").parse().unwrap();
            let known_at = expected["known_at"].as_u64().unwrap();
            let view = release.view(&stream, text("as_of"), known_at).unwrap();
            let now = answer(&stream, known_at, &view);
            if now != *expected {
                differ.push(format!("then {expected}\nnow  {now}"));
            }
        }
        assert!(differ.is_empty(), "{}:\n{}", release.folder.display(), differ.join("\n"));
    }
}

#[test]
fn every_matter_of_the_corpus_is_asked_about() {
    for release in releases() {
        let asked: BTreeSet<String> = release
            .values("answers.jsonl")
            .iter()
            .map(|answer| answer["stream"].as_str().unwrap().to_owned())
            .collect();
        for act in release.acts.iter().filter(|act| Matter::reads(act.row)) {
            let stream = act.submission.stream.as_str();
            assert!(asked.contains(stream), "nobody asks about {stream}");
        }
    }
}

#[test]
fn a_body_of_the_first_version_is_read_by_todays_code() {
    let first = &releases()[0];
    let old = first.acts.iter().find(|act| {
        act.submission.event == "case.ApplicationAccepted" && act.submission.version == 1
    });
    let Event::ApplicationAccepted(body) = &old.unwrap().event else { panic!("{old:?}") };
    assert_eq!(body.limits.promised_working_days.map(|days| days.get()), Some(5));
    assert!(body.limits.statutory_working_days.is_none(), "the old body did not say");
}

/// The part of a view that a release promises to later ones.
fn answer(stream: &StreamId, known_at: u64, view: &MatterView) -> Value {
    let s = &view.summary;
    let findings = view.findings.iter().map(|finding| {
        json!({
            "kind": finding.kind.as_str(),
            "arises_on": finding.arises_on,
            "positions": finding.positions,
        })
    });
    json!({
        "stream": stream.as_str(),
        "as_of": view.as_of,
        "known_at": known_at,
        "accepted_on": s.accepted_on,
        "deemed_accepted": s.deemed_accepted,
        "decided_on": s.decided_on,
        "outcome": s.outcome,
        "clocks": view.clocks.iter().map(of_clock).collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn of_clock(view: &ClockView) -> Value {
    let clock = &view.clock;
    json!({
        "kind": clock.kind.as_str(),
        "subject": clock.subject,
        "started_on": clock.started_on,
        "due_on": clock.due_on,
        "standing": view.standing.as_str(),
        "left": view.working_days_left,
        "used": clock.used_working_days,
        "overdue": clock.overdue_working_days,
    })
}
