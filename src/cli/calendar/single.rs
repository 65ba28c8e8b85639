//! One question on the command line.

use std::io::Write;

use anyhow::Context;
use chrono::NaiveDate;
use serde::Serialize;
use tongjian_events::Event;
use tongjian_projections::calendar::{Due, Pause};

use super::{DueQuestion, ElapsedQuestion, plain, write_json};

#[derive(Serialize)]
struct DueAnswer {
    start: NaiveDate,
    working_days: u32,
    pauses: Vec<String>,
    known_on: Option<NaiveDate>,
    due: NaiveDate,
    provisional: bool,
    due_without_pauses: NaiveDate,
    due_if_plain_mon_fri: NaiveDate,
}

#[derive(Serialize)]
struct ElapsedAnswer {
    start: NaiveDate,
    end: NaiveDate,
    pauses: Vec<String>,
    known_on: Option<NaiveDate>,
    working_days_elapsed: i64,
    provisional: bool,
    plain_mon_fri: i64,
}

/// What stands behind an answer that rests on days without a notice.
const PROVISIONAL: &str = "provisional: some day of the period has no holiday notice yet";

/// Answers `calendar due`.
pub(super) fn due(
    question: &DueQuestion,
    notices: &[Event],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let DueQuestion { start, working_days, pauses, how } = question;
    let start = start.context("START is missing")?;
    let working_days = working_days.context("WORKING_DAYS is missing")?;
    let calendar = how.calendar(notices);
    let Due { on, provisional } = calendar.due_with_pauses(start, working_days, pauses)?;
    if how.json {
        let answer = DueAnswer {
            start,
            working_days,
            pauses: written(pauses),
            known_on: how.known_on,
            due: on,
            provisional,
            due_without_pauses: calendar.due(start, working_days)?.on,
            due_if_plain_mon_fri: plain().due_with_pauses(start, working_days, pauses)?.on,
        };
        return write_json(&answer, out);
    }
    let weekday = on.format("%A");
    let mark = if provisional { format!(", {PROVISIONAL}") } else { String::new() };
    writeln!(out, "{on} {weekday}{mark}").context("writing the answer")
}

/// Answers `calendar elapsed`.
pub(super) fn elapsed(
    question: &ElapsedQuestion,
    notices: &[Event],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let ElapsedQuestion { start, end, pauses, how } = question;
    let (start, end) = (start.context("START is missing")?, end.context("END is missing")?);
    let calendar = how.calendar(notices);
    let elapsed = calendar.elapsed_with_pauses(start, end, pauses)?;
    let provisional = calendar.is_provisional(start.min(end), start.max(end))?;
    if how.json {
        let answer = ElapsedAnswer {
            start,
            end,
            pauses: written(pauses),
            known_on: how.known_on,
            working_days_elapsed: elapsed,
            provisional,
            plain_mon_fri: plain().elapsed_with_pauses(start, end, pauses)?,
        };
        return write_json(&answer, out);
    }
    let mark = if provisional { format!(", {PROVISIONAL}") } else { String::new() };
    writeln!(out, "{elapsed} working days{mark}").context("writing the answer")
}

fn written(pauses: &[Pause]) -> Vec<String> {
    pauses.iter().map(|pause| format!("{}/{}", pause.begin, pause.end)).collect()
}
