//! The scenario texts under `projections/scenarios/`: rules as logs in plain words.
#![allow(clippy::disallowed_methods, reason = "tests read the scenarios")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeZone as _};
use tongjian_events::recorded::Place;
use tongjian_events::{
    Act, CATALOG, Event, Recorded, Row as CatalogRow, StreamId, Submission, policy,
};
use tongjian_projections::Context;
use tongjian_projections::matter::Matter;
use tongjian_projections::shown::{READ_BY_THE_SERVICE, SHOWN_ONLY};
use tongjian_projections::view::{ClockView, MatterView, view};
use uuid::Uuid;

#[test]
fn every_scenario_gives_the_answers_it_states() {
    let mut failures = String::new();
    let files = texts();
    assert!(files.len() >= 7, "only {} scenario files were found", files.len());
    let mut questions = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut log = Log::with_shipped_context();
        for (number, line) in text.lines().enumerate() {
            let place = format!("{}:{}", file.file_name().unwrap().to_string_lossy(), number + 1);
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                if line.starts_with("# ---") {
                    log = Log::with_shipped_context();
                }
                continue;
            }
            if let Some(question) = line.strip_prefix('?') {
                questions += 1;
                if let Err(answer) = log.ask(question.trim()) {
                    writeln!(failures, "{place}: {line}\n    {answer}").unwrap();
                }
            } else if let Err(why) = log.take(line) {
                writeln!(failures, "{place}: {line}\n    {why}").unwrap();
            }
        }
    }
    assert!(questions >= 300, "only {questions} questions were asked");
    assert!(failures.is_empty(), "\n{failures}");
}

/// A row is read where the answer to some question would be another one without an act of it.
#[test]
fn every_row_changes_an_answer_of_a_scenario_or_is_listed_as_shown_only() {
    let mut read: BTreeSet<&'static str> = BTreeSet::new();
    for file in texts() {
        for text in std::fs::read_to_string(&file).unwrap().split("# ---") {
            let mut log = Log::with_shipped_context();
            let lines = text.lines().map(str::trim);
            for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
                match line.strip_prefix('?') {
                    Some(question) => log.tell_what_is_read(question.trim(), &mut read),
                    None => log.take(line).unwrap(),
                }
            }
        }
    }
    let named = |list: &[&'static str]| list.iter().copied().collect::<BTreeSet<_>>();
    let listed = &named(SHOWN_ONLY) | &named(READ_BY_THE_SERVICE);
    let known: BTreeSet<_> = CATALOG.iter().map(CatalogRow::wire_name).collect();
    let either = &read | &listed;
    let neither: Vec<_> = known.difference(&either).collect();
    assert!(neither.is_empty(), "no scenario shows what follows from {neither:?}");
    let both: Vec<_> = read.intersection(&listed).collect();
    assert!(both.is_empty(), "listed as shown only, and an answer rests on them: {both:?}");
    let strange: Vec<_> = listed.difference(&known).collect();
    assert!(strange.is_empty(), "listed, but not in the catalogue: {strange:?}");
}

fn texts() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<PathBuf> = ["deadlines", "irregularities"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// A word that the code calls something by: records write theirs with small letters.
fn rust_name(detail: &str) -> Option<&str> {
    detail.split_whitespace().find(|word| {
        let mut letters = word.chars();
        let first = letters.next().is_some_and(|letter| letter.is_ascii_uppercase());
        first && letters.next().is_some_and(|letter| letter.is_ascii_lowercase())
    })
}

/// A scenario's chronicle.
struct Log {
    base: usize,
    acts: Vec<Recorded>,
    ids: Vec<Uuid>,
}

impl Log {
    fn with_shipped_context() -> Self {
        let mut log = Self { base: 0, acts: Vec::new(), ids: Vec::new() };
        let rules = policy::shipped_clock_rules().unwrap();
        let mut shipped = tongjian_events::calendar::shipped_notices().unwrap();
        shipped.push(Event::from(rules));
        for event in shipped {
            let stream = event.wire_name().split('.').next().unwrap().to_owned();
            let body = event.to_json().unwrap();
            let at = at("2004-01-01T00:00").unwrap();
            let event = event.wire_name();
            log.record(
                &format!("{stream}/shipped"),
                event,
                None,
                at,
                at,
                "S-0",
                (SITE, "window"),
                &body,
            )
            .unwrap();
        }
        log.base = log.acts.len();
        log.ids.clear();
        log
    }

    #[allow(clippy::too_many_arguments)]
    fn record(
        &mut self,
        stream: &str,
        event: &str,
        version: Option<u16>,
        occurred_at: DateTime<FixedOffset>,
        recorded_at: DateTime<FixedOffset>,
        actor: &str,
        (site, entry): (&str, &str),
        body: &str,
    ) -> Result<(), String> {
        let position = self.acts.len() as u64 + 1;
        let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(position));
        let row = tongjian_events::CATALOG.iter().find(|row| row.wire_name() == event);
        let version = version.or(row.map(|row| row.version)).unwrap_or(1);
        let submission = serde_json::json!({
            "id": id, "stream": stream, "event": event, "version": version,
            "occurred_at": occurred_at.to_rfc3339(),
            "actor": {"kind": "staff", "id": actor}, "source": {"site": site, "entry": entry},
            "body": serde_json::from_str::<serde_json::Value>(body).map_err(|e| e.to_string())?,
        });
        let submission: Submission =
            serde_json::from_str(&submission.to_string()).map_err(|e| e.to_string())?;
        let act = Act::check(submission).map_err(|refusal| refusal.to_string())?;
        let of_stream = self.acts.iter().filter(|a| a.submission.stream.as_str() == stream).count();
        let place = Place {
            position,
            stream_version: of_stream as u64 + 1,
            recorded_at: recorded_at.to_utc(),
        };
        let recorded =
            Recorded::read(&act.envelope(&place)).map_err(|refusal| refusal.to_string())?;
        self.acts.push(recorded);
        self.ids.push(id);
        Ok(())
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        let (when, mut rest) = line.split_once(' ').ok_or("no act")?;
        let occurred = at(when)?;
        let mut entered = occurred;
        if let Some(inner) = rest.strip_prefix("(entered ") {
            let (time, after) = inner.split_once(") ").ok_or("unclosed (entered …)")?;
            entered = at(time)?;
            rest = after;
        }
        let (head, body) = rest.split_at(rest.find(" {").ok_or("no body")?);
        let words: Vec<&str> = head.split_whitespace().collect();
        let (event, version) = match words[1].split_once('@') {
            Some((event, version)) => (event, Some(version.parse().map_err(|_| "bad version")?)),
            None => (words[1], None),
        };
        let after = |word: &str| {
            words.iter().position(|w| *w == word).and_then(|at| words.get(at + 1)).copied()
        };
        let mut body = body.trim().to_owned();
        for (index, id) in self.ids.iter().enumerate() {
            body = body.replace(&format!("\"@{}\"", index + 1), &format!("\"{id}\""));
        }
        let (actor, site) = (after("by").unwrap_or("S-1"), after("at").unwrap_or(SITE));
        let source = (site, after("entry").unwrap_or("window"));
        self.record(words[0], event, version, occurred, entered, actor, source, &body)
    }

    /// Asks the question again without each of the acts whose row is not yet known to be read.
    fn tell_what_is_read(&self, question: &str, read: &mut BTreeSet<&'static str>) {
        for (index, act) in self.acts.iter().enumerate() {
            let name = act.row.wire_name();
            if !read.contains(name) && self.ask_without(question, Some(index)).is_err() {
                read.insert(name);
            }
        }
    }

    fn ask(&self, question: &str) -> Result<(), String> {
        self.ask_without(question, None)
    }

    /// Asks what would stand if one act had never been entered.
    fn ask_without(&self, question: &str, left_out: Option<usize>) -> Result<(), String> {
        let mut words: Vec<&str> = question.split_whitespace().collect();
        let as_of = words.remove(0).parse::<NaiveDate>().map_err(|e| e.to_string())?;
        let mut known = self.acts.len();
        if words[0] == "known" {
            known = self.base + words[1].parse::<usize>().map_err(|e| e.to_string())?;
            words.drain(..2);
        }
        let stream: StreamId = words.remove(0).parse()?;
        let (mut context, mut matter) = (Context::default(), Matter::default());
        let known = self.acts.get(..known).ok_or("fewer acts are known")?;
        let stays = |(index, _): &(usize, &Recorded)| Some(*index) != left_out;
        for (_, act) in known.iter().enumerate().filter(stays) {
            context.apply(act);
            if act.submission.stream == stream {
                matter.take(act);
            }
        }
        let view = view(stream.kind(), &matter, &context, as_of).ok_or("no such matter")?;
        if let Some(name) = view.findings.iter().find_map(|f| rust_name(&f.detail)) {
            return Err(format!("`{name}` is a name of the code's, not of the record's"));
        }
        answer(&view, &words, self.base as u64)
    }
}

fn answer(view: &MatterView, words: &[&str], base: u64) -> Result<(), String> {
    match words[0] {
        "accepted" => {
            let s = &view.summary;
            let mut stands = s.accepted_on.map_or("never".to_owned(), |day| day.to_string());
            if s.deemed_accepted {
                stands.push_str(" deemed");
            }
            same(&stands, &words[1..].join(" "))
        }
        "findings" => {
            let kinds: Vec<_> = view.findings.iter().map(|f| f.kind.as_str()).collect();
            let stands = if kinds.is_empty() { "none".into() } else { kinds.join(" ") };
            same(&stands, &words[1..].join(" "))
        }
        "finding" => {
            let holds = view.findings.iter().any(|f| f.kind.as_str() == words[1]);
            same(if holds { "yes" } else { "no" }, words[2])
                .map_err(|why| format!("{why}; there are {:?}", view.findings))
        }
        "at" => {
            let stand = view.findings.iter().rfind(|f| f.kind.as_str() == words[1]);
            let stand = stand.map_or(&[][..], |f| f.positions.as_slice());
            let stand: Vec<_> = stand.iter().map(|at| format!("@{}", at - base)).collect();
            same(&stand.join(" "), &words[2..].join(" "))
        }
        clock => {
            let named = words.get(1).filter(|word| {
                view.clocks.iter().any(|c| c.clock.subject.as_deref() == Some(**word))
            });
            let found: Vec<&ClockView> = view
                .clocks
                .iter()
                .filter(|c| c.clock.kind.as_str() == clock)
                .filter(|c| named.is_none() || c.clock.subject.as_deref() == named.copied())
                .collect();
            let rest = &words[1 + usize::from(named.is_some())..];
            match (found.as_slice(), rest) {
                ([], ["absent"]) => Ok(()),
                ([one], rest) => clock_answer(one, rest),
                (found, _) => {
                    Err(format!("{} clocks match; there are {:?}", found.len(), view.clocks))
                }
            }
        }
    }
}

fn clock_answer(view: &ClockView, words: &[&str]) -> Result<(), String> {
    let clock = &view.clock;
    let day = |day: Option<NaiveDate>| day.map_or("none".to_owned(), |day| day.to_string());
    let number = |n: Option<i64>| n.map_or("none".to_owned(), |n| n.to_string());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let stands = match *word {
            "due" => day(clock.due_on),
            "from" => clock.started_on.to_string(),
            "since" => day(clock.paused_since),
            "without-pauses" => day(clock.due_without_pauses),
            "excluded" => day(clock.due_if_excess_excluded),
            "counted" => day(clock.due_if_excess_counted),
            "left" => number(view.working_days_left),
            "overdue" => number(view.working_days_overdue),
            "used" => number(clock.used_working_days),
            "extended" => clock.extended_by.to_string(),
            "provisional" => {
                same(if clock.provisional { "provisional" } else { "settled" }, "provisional")?;
                continue;
            }
            "settled" => {
                same(if clock.provisional { "provisional" } else { "settled" }, "settled")?;
                continue;
            }
            standing => {
                same(view.standing.as_str(), standing).map_err(|why| format!("{why}; {view:?}"))?;
                continue;
            }
        };
        let expected = words.next().ok_or_else(|| format!("`{word}` needs a value"))?;
        same(&stands, expected).map_err(|why| format!("{word}: {why}; {view:?}"))?;
    }
    Ok(())
}

fn same(stands: &str, expected: &str) -> Result<(), String> {
    if stands == expected { Ok(()) } else { Err(format!("it is `{stands}`, not `{expected}`")) }
}

const SITE: &str = "320600000000";

fn at(text: &str) -> Result<DateTime<FixedOffset>, String> {
    if let Ok(at) = tongjian_events::instant::parse(text) {
        return Ok(at);
    }
    let shanghai = FixedOffset::east_opt(8 * 3600).unwrap();
    let civil = match text.parse::<NaiveDate>() {
        Ok(day) => day.and_hms_opt(10, 0, 0).unwrap(),
        Err(_) => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M")
            .map_err(|e| format!("{text}: {e}"))?,
    };
    Ok(shanghai.from_local_datetime(&civil).unwrap())
}
