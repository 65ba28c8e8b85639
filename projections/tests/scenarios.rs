//! The scenario texts under `projections/scenarios/`: rules as logs in plain words.
#![allow(clippy::disallowed_methods, reason = "tests read the scenarios")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use support::log::{Log, at};
use support::tables::Tables;
use tongjian_events::{CATALOG, Recorded, Row as CatalogRow, StreamId};
use tongjian_projections::Context;
use tongjian_projections::matter::Matter;
use tongjian_projections::shown::{READ_BY_THE_SERVICE, SHOWN_ONLY};
use tongjian_projections::view::{ClockView, MatterView, view};

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
            if let Some(now) = line.strip_prefix('!') {
                if let Err(why) = at(now.trim()).and_then(|now| log.watch(now)) {
                    writeln!(failures, "{place}: {line}\n    {why}").unwrap();
                }
            } else if let Some(question) = line.strip_prefix('?') {
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
                match (line.strip_prefix('?'), line.strip_prefix('!')) {
                    (Some(question), _) => log.tell_what_is_read(question.trim(), &mut read),
                    (_, Some(now)) => log.watch(at(now.trim()).unwrap()).unwrap(),
                    (None, None) => log.take(line).unwrap(),
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
    let mut files: Vec<PathBuf> = ["deadlines", "irregularities", "supervision"]
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

impl Log {
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
        if let Some((asked, count)) = question.split_once("=>") {
            return self.count(asked.trim(), count.trim(), left_out);
        }
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
        let cases = matter.cases();
        let case = match words.first().copied() {
            Some("of") => {
                let site = words.get(1).copied().unwrap_or_default().to_owned();
                words.drain(..2);
                let is =
                    |case: &&Cow<'_, Matter>| case.site().is_some_and(|of| of.as_str() == site);
                cases.iter().find(is).ok_or(format!("{site} has no such case"))?
            }
            _ => cases.first().ok_or("no such matter")?,
        };
        let view = view(stream.kind(), case, &context, as_of).ok_or("no such matter")?;
        if let Some(name) = view.findings.iter().find_map(|f| rust_name(&f.detail)) {
            return Err(format!("`{name}` is a name of the code's, not of the record's"));
        }
        answer(&view, &words, self.base as u64)
    }
}

impl Log {
    /// How many lines of a read table have these values: `? cards level=yellow => 1`.
    fn count(&self, asked: &str, count: &str, left_out: Option<usize>) -> Result<(), String> {
        let (table, asked) = asked.split_once(' ').unwrap_or((asked, ""));
        let acts: Vec<&Recorded> = self
            .acts
            .iter()
            .enumerate()
            .filter(|(index, _)| Some(*index) != left_out)
            .map(|(_, act)| act)
            .collect();
        let tables = Tables::of(&acts);
        let lines = tables.0.get(table).map_or(&[][..], Vec::as_slice);
        let position = |part: &str| match part.strip_prefix('#').map(str::parse::<usize>) {
            Some(Ok(number)) => (self.base + number).to_string(),
            _ => part.to_owned(),
        };
        let value = |text: &str| text.split(',').map(position).collect::<Vec<_>>().join(",");
        let wanted: Vec<(&str, String)> = asked
            .split_whitespace()
            .map(|pair| pair.split_once('=').map(|(column, text)| (column, value(text))).unwrap())
            .collect();
        for (column, _) in &wanted {
            if lines.first().is_some_and(|line| !line.contains_key(column)) {
                return Err(format!("`{table}` has no column `{column}`"));
            }
        }
        let matches = |line: &&support::tables::Line| {
            wanted.iter().all(|(column, value)| {
                let stands = line[column].replace('\t', "|").replace(' ', "_");
                stands == *value || value.strip_suffix('*').is_some_and(|v| stands.starts_with(v))
            })
        };
        let found = lines.iter().filter(matches).count();
        same(&found.to_string(), count).map_err(|why| format!("{why}; there are {lines:#?}"))
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
