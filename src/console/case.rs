//! 案卷頁: one case: its heading, clocks, findings, the drawing day by day, and every act.

use askama::Template;
use chrono::NaiveDateTime;
use tongjian_projections::clock::{Limit, Standing};
use tongjian_projections::finding::Finding;
use tongjian_projections::view::ClockView;

use super::drawing::Drawing;
use super::{handling, or_dash};
use crate::query::{CaseFile, Correction, Line, Reading};

/// The page.
#[derive(Template)]
#[template(path = "case.html")]
pub(super) struct Page<'c> {
    id: &'c str,
    position: u64,
    as_of: String,
    known_at: &'c str,
    heading: Vec<(&'static str, String)>,
    clocks: Vec<ClockRow>,
    findings: Vec<FindingRow<'c>>,
    drawing: Option<Drawing>,
    acts: Vec<ActRow>,
}

struct ClockRow {
    name: String,
    wire: &'static str,
    started: String,
    limit: String,
    due: String,
    excluded: String,
    counted: String,
    provisional: bool,
    standing: Standing,
    figures: String,
    why: String,
}

struct FindingRow<'c> {
    finding: &'c Finding,
    positions: String,
}

struct ActRow {
    number: usize,
    line: Line,
    happened: String,
    /// The time after corrections, where it is another one.
    corrected: Option<String>,
    entered: String,
    lag: String,
    actor: String,
    place: String,
    corrections: Vec<Correction>,
}

impl<'c> Page<'c> {
    pub(super) fn of(case: &'c CaseFile, known_at: &'c str) -> Self {
        let raw = case.timeline(Reading::Raw);
        let effective = case.timeline(Reading::Effective);
        Self {
            id: case.stream.name(),
            position: case.position,
            as_of: case.view.as_of.to_string(),
            known_at,
            heading: heading(case),
            clocks: case.view.clocks.iter().map(clock_row).collect(),
            findings: case.view.findings.iter().map(finding_row).collect(),
            drawing: Drawing::of(case, &raw, &effective),
            acts: raw.into_iter().zip(1..).map(|(line, n)| act_row(line, n, &effective)).collect(),
        }
    }
}

fn heading(case: &CaseFile) -> Vec<(&'static str, String)> {
    let s = &case.view.summary;
    let mut rows = vec![
        ("事項 Item", or_dash(s.item.as_ref())),
        ("受理單位 Site", or_dash(s.site.as_ref())),
        ("辦理制度 Handling", or_dash(s.handling.map(handling))),
        ("收件 Received", or_dash(s.received_on)),
        ("受理 Accepted", or_dash(s.accepted_on)),
        ("決定 Decided", or_dash(s.decided_on)),
        ("辦結 Closed", or_dash(s.closed_on)),
    ];
    if s.deemed_accepted {
        rows.push(("視為受理 Deemed accepted", "行政許可法第三十二條 art. 32(4)".into()));
    }
    if let Some(stated) = &s.stated {
        rows.push(("來源自記 Stated by its source", stated.outcome.as_str().into()));
    }
    rows
}

fn clock_row(view: &ClockView) -> ClockRow {
    let clock = &view.clock;
    let subject = clock.subject.as_ref().map_or_else(String::new, |of| format!(" · {of}"));
    let limit = match clock.limit {
        Limit::WorkingDays(days) => format!("{days} 工作日 working days"),
        Limit::CalendarDays(days) => format!("{days} 自然日 calendar days"),
        Limit::FixedDay => "定日 fixed day".into(),
        Limit::None => "不限 none".into(),
    };
    let extended = match clock.extended_by {
        0 => String::new(),
        days => format!(" + {days} 延期 extended"),
    };
    let grounds: Vec<_> = clock.grounds.iter().map(u64::to_string).collect();
    let rules = clock.rule_edition.map_or_else(String::new, |n| format!("; 規則 rules no. {n}"));
    ClockRow {
        name: format!("{}{subject}", clock.kind.chinese()),
        wire: clock.kind.as_str(),
        started: clock.started_on.to_string(),
        limit: limit + &extended,
        due: or_dash(clock.due_on),
        excluded: or_dash(clock.due_if_excess_excluded),
        counted: or_dash(clock.due_if_excess_counted),
        provisional: clock.provisional,
        standing: view.standing,
        figures: figures(view),
        why: format!("依據 acts {}{rules}", grounds.join(", ")),
    }
}

/// Days left, used or overdue.
fn figures(view: &ClockView) -> String {
    match (view.working_days_left, view.working_days_overdue, view.clock.used_working_days) {
        (Some(left), ..) => format!("剩餘 {left} left"),
        (_, Some(overdue), _) => format!("超期 {overdue} overdue"),
        (.., Some(used)) => format!("用時 {used} used"),
        _ => "—".into(),
    }
}

fn finding_row(finding: &Finding) -> FindingRow<'_> {
    let positions: Vec<_> = finding.positions.iter().map(u64::to_string).collect();
    FindingRow { finding, positions: positions.join(", ") }
}

fn act_row(line: Line, number: usize, effective: &[Line]) -> ActRow {
    let minute = |at: NaiveDateTime| at.format("%Y-%m-%d %H:%M").to_string();
    let now = effective.iter().find(|other| other.position == line.position);
    let corrected = now.filter(|now| now.civil != line.civil).map(|now| minute(now.civil));
    let role = line.actor.role.as_ref().map_or_else(String::new, |role| format!(" {role}"));
    let window = line.window.as_ref().map_or_else(String::new, |window| format!(" · {window}"));
    ActRow {
        number,
        happened: minute(line.civil),
        corrected,
        entered: minute(line.entered_civil),
        lag: lag(line.entered_after_seconds),
        actor: format!("{}{role}", line.actor.id),
        place: format!("{}{window}", line.site),
        corrections: line.corrections.clone(),
        line,
    }
}

/// A span of time in its two greatest units.
fn lag(seconds: i64) -> String {
    let minutes = seconds / 60;
    match (minutes / 1_440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} 分 min"),
        (0, hours, minutes) => format!("{hours} 時 h {minutes} 分 min"),
        (days, hours, _) => format!("{days} 天 d {hours} 時 h"),
    }
}
