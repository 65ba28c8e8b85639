//! 時限: when each matter was due, whether it was met, and why its clock stopped; and what was
//! asked and paid for it.

mod fees;
mod time;

use std::fmt::Write as _;

use tongjian_events::{Recorded, Row as CatalogRow, StreamId, StreamKind};

use crate::clock::{Clock, Limit};
use crate::context::{Context, day_after};
use crate::judge::{Judged, Summary, judge};
use crate::matter::Matter;
use crate::{Cell, Lines, Projection, Span, Table, day, instant, integer, text};

/// 時限投影: one row per case, complaint and card.
#[derive(Debug)]
pub struct Deadlines;

impl Projection for Deadlines {
    type Row = Matter;

    const NAME: &'static str = "deadlines";
    const EDITION: u32 = 12;
    const TABLES: &'static [Table] = &[
        Table {
            name: "deadline_matters",
            columns: &[
                text("kind"),
                text("name"),
                text("site"),
                text("item"),
                text("handling"),
                integer("acts"),
                instant("first_act_at"),
                instant("last_act_at"),
                day("first_on"),
                day("last_on"),
                integer("working_days"),
                day("received_on"),
                day("accepted_on"),
                day("accepted_known_on"),
                integer("deemed_accepted"),
                day("decided_on"),
                text("outcome"),
                day("closed_on"),
                text("closure"),
                day("entered_on"),
                day("left_on"),
                instant("stated_due_at"),
                instant("stated_ended_at"),
                text("stated_outcome"),
            ],
            indexes: &[&["kind", "name"], &["site", "key"], &["item", "key"], &["last_on"]],
        },
        Table {
            name: "deadline_clocks",
            columns: &[
                text("kind"),
                text("subject"),
                text("site"),
                text("item"),
                day("started_on"),
                day("arises_on"),
                text("limit_unit"),
                integer("limit_count"),
                integer("extended_by"),
                day("due_on"),
                day("due_without_pauses"),
                day("due_if_excess_excluded"),
                day("due_if_excess_counted"),
                integer("provisional"),
                day("paused_since"),
                day("pause_counts_until"),
                day("ended_on"),
                integer("ended_by"),
                text("ending"),
                integer("used_working_days"),
                integer("overdue_working_days"),
                day("late_from"),
                integer("rule_edition"),
                text("grounds"),
            ],
            indexes: &[
                &["due_on", "key"],
                &["site", "due_on"],
                &["kind", "due_on"],
                &["ended_on", "due_on"],
                // Few are ever late.
                &["late_from", "site"],
                // All that is asked of what is open at a place.
                &[
                    "ended_on",
                    "site",
                    "due_on",
                    "kind",
                    "arises_on",
                    "paused_since",
                    "pause_counts_until",
                ],
                // All that is asked of what was done in a month, so that no row is looked up.
                &["ending", "kind", "ended_on", "site", "due_on", "overdue_working_days"],
            ],
        },
        time::PAUSES,
        time::EXTENSIONS,
        fees::FEES,
        // 易主: the matters that may have been another site's, as known before.
        Table { name: "deadline_moves", columns: &[text("site")], indexes: &[&["site", "key"]] },
    ];

    fn reads(row: &CatalogRow) -> bool {
        Matter::reads(row)
    }

    fn touches(act: &Recorded) -> Vec<String> {
        vec![act.submission.stream.to_string()]
    }

    fn fold(row: &mut Option<Matter>, _key: &str, act: &Recorded) {
        row.get_or_insert_default().take(act);
    }

    fn derive(key: &str, row: &Matter, context: &Context, out: &mut Lines) -> Option<Span> {
        let (kind, name) = kind_and_name(key)?;
        let cases = row.cases();
        let spans: Vec<Option<Span>> =
            cases.iter().map(|case| lines((kind, &name), case, context, out)).collect();
        if row.moved() {
            let sites = cases.iter().map(|case| case.site().map(ToString::to_string));
            out.0.extend(sites.map(|site| (5, vec![site.into()])));
        }
        spans.into_iter().flatten().reduce(Span::and)
    }
}

/// The lines of one matter.
fn lines(
    (kind, name): (StreamKind, &str),
    matter: &Matter,
    context: &Context,
    out: &mut Lines,
) -> Option<Span> {
    let judged = judge(kind, matter, context);
    out.0.push((0, matter_line(kind, name, &judged.summary)));
    for clock in &judged.clocks {
        out.0.push((1, clock_line(clock, &judged.summary)));
    }
    for pause in &judged.pauses {
        out.0.push((2, time::pause_line(pause, &judged)));
    }
    for extension in &judged.extensions {
        out.0.push((3, time::extension_line(extension, &judged)));
    }
    if kind == StreamKind::Case {
        out.0.extend(fees::lines(matter, &judged, context).into_iter().map(|line| (4, line)));
    }
    span(&judged, matter, context)
}

/// The kind and the name of a matter's stream.
pub(crate) fn kind_and_name(key: &str) -> Option<(StreamKind, String)> {
    let stream: StreamId = key.parse().ok()?;
    Some((stream.kind(), stream.name().to_owned()))
}

/// The days between which a matter's judgement rests on the calendar and the rules.
pub(crate) fn span(judged: &Judged, matter: &Matter, context: &Context) -> Option<Span> {
    let place = context.jurisdiction(matter.site()?);
    let clocks = judged.clocks.iter().flat_map(|clock| {
        // What follows from a missed due day begins on the day after.
        let after = clock.due_on.map(day_after);
        let days = [Some(clock.started_on), Some(clock.arises_on), after, clock.ended_on];
        let readings = [
            clock.due_on,
            clock.due_without_pauses,
            clock.due_if_excess_excluded,
            clock.due_if_excess_counted,
            clock.pause_counts_until,
        ];
        days.into_iter().chain(readings).flatten()
    });
    let findings = judged.findings.iter().map(|finding| finding.arises_on);
    let recorded = matter.acts.iter().map(|act| place.day_of(act.recorded_at));
    let acts = [judged.summary.first_on, judged.summary.last_on].into_iter().flatten();
    let days: Vec<_> = clocks.chain(findings).chain(recorded).chain(acts).collect();
    Some(Span { from: *days.iter().min()?, to: *days.iter().max()? })
}

fn matter_line(kind: StreamKind, name: &str, s: &Summary) -> Vec<Cell> {
    let micros = |at: Option<chrono::DateTime<chrono::FixedOffset>>| {
        Cell::from(at.map(|at| at.timestamp_micros()))
    };
    let stated = s.stated.as_ref();
    vec![
        Cell::Word(kind.as_str()),
        name.into(),
        s.site.as_ref().map(ToString::to_string).into(),
        s.item.clone().into(),
        word(&s.handling),
        s.acts.into(),
        micros(s.first_act_at),
        micros(s.last_act_at),
        s.first_on.into(),
        s.last_on.into(),
        s.working_days.into(),
        s.received_on.into(),
        s.accepted_on.into(),
        s.accepted_known_on.into(),
        s.deemed_accepted.into(),
        s.decided_on.into(),
        word(&s.outcome),
        s.closed_on.into(),
        word(&s.closure),
        s.received_on.or(s.first_on).into(),
        [s.decided_on, s.closed_on].into_iter().flatten().min().into(),
        micros(stated.and_then(|stated| stated.due_at)),
        micros(stated.and_then(|stated| stated.ended_at)),
        stated.map_or(Cell::Null, |stated| Cell::Word(stated.outcome.as_str())),
    ]
}

/// The site that answers for a matter, and the item applied for.
fn whose(summary: &Summary) -> [Cell; 2] {
    [summary.site.as_ref().map(ToString::to_string).into(), summary.item.clone().into()]
}

fn clock_line(clock: &Clock, summary: &Summary) -> Vec<Cell> {
    let (unit, count) = match clock.limit {
        Limit::WorkingDays(days) => ("working_days", Some(i64::from(days))),
        Limit::CalendarDays(days) => ("calendar_days", Some(i64::from(days))),
        Limit::FixedDay => ("fixed_day", None),
        Limit::None => ("none", None),
    };
    vec![
        Cell::Word(clock.kind.as_str()),
        clock.subject.clone().into(),
        summary.site.as_ref().map(ToString::to_string).into(),
        summary.item.clone().into(),
        clock.started_on.into(),
        clock.arises_on.into(),
        Cell::Word(unit),
        count.into(),
        i64::from(clock.extended_by).into(),
        clock.due_on.into(),
        clock.due_without_pauses.into(),
        clock.due_if_excess_excluded.into(),
        clock.due_if_excess_counted.into(),
        clock.provisional.into(),
        clock.paused_since.into(),
        clock.pause_counts_until.into(),
        clock.ended_on.into(),
        clock.ended_by.into(),
        clock.ending.map_or(Cell::Null, |ending| Cell::Word(ending.as_str())),
        clock.used_working_days.into(),
        clock.overdue_working_days.into(),
        clock.late_from().into(),
        clock.rule_edition.map(i64::from).into(),
        positions(&clock.grounds).into(),
    ]
}

/// Positions, separated by commas.
pub(crate) fn positions(of: &[u64]) -> String {
    let mut text = String::with_capacity(of.len() * 8);
    for position in of {
        if !text.is_empty() {
            text.push(',');
        }
        // Writing to a string cannot fail.
        let _ = write!(text, "{position}");
    }
    text
}

/// A word of a closed list, as it stands on the wire.
fn word<T: serde::Serialize>(word: &Option<T>) -> Cell {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(text)) => Cell::Text(text),
        _ => Cell::Null,
    }
}
