//! 案卷頁: one case: its heading, clocks, findings, the drawing day by day, and every act.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Asia::Shanghai;
use tongjian_events::policy::Role;
use tongjian_projections::clock::{Limit, Standing};
use tongjian_projections::finding::Finding;
use tongjian_projections::judge::Summary;
use tongjian_projections::view::{ClockView, MatterView};

use super::block::{Cell, Piece};
use super::desk::Desk;
use super::drawing::Drawing;
use super::frame::Frame;
use crate::query::{CaseFile, Correction, Line, Reading, Shown};
use crate::store::StoreError;

/// The columns of the clocks, by their messages.
const CLOCK_HEAD: [&str; 8] = [
    "case.clock",
    "case.start",
    "case.limit",
    "case.due",
    "common.state",
    "case.left_out",
    "case.declared",
    "case.why",
];
/// The columns of the acts.
const ACT_HEAD: [&str; 7] = [
    "case.number",
    "case.act",
    "case.happened",
    "case.entered",
    "case.lag",
    "case.who",
    "case.where",
];

/// How many other cases under its number stand on a page; hardly a number has one.
const MOST_OTHERS: usize = 5;
/// How many acts stand on a page; hardly a case has more.
const MOST_ACTS: usize = 100;

/// 案卷頁.
#[derive(Debug, Template)]
#[template(path = "case.html")]
pub struct Page<'c> {
    frame: &'c Frame,
    id: &'c str,
    position: u64,
    as_of: String,
    known_at: &'c str,
    heading: Vec<(String, Cell)>,
    parts: Vec<PartRow<'c>>,
    /// How many further cases under the number are not on the page.
    further: usize,
    shown: Shown,
    drawing: Option<Drawing>,
    acts: Vec<ActRow>,
    /// Where the acts before and after these are, by how many are passed over.
    before: Option<usize>,
    after: Option<usize>,
    viewings: Option<Vec<Viewing>>,
}

/// 查閱: one reading of the case.
#[derive(Debug, Clone)]
pub struct Viewing {
    /// The account or token.
    pub who: String,
    /// What the account is there for; a system has no role.
    pub role: Option<Role>,
    /// When.
    pub at: DateTime<Utc>,
    /// As of when, and as known when, where that was asked.
    pub asked: String,
}

/// One of the cases that are shown: its clocks, its findings.
#[derive(Debug)]
struct PartRow<'c> {
    name: String,
    /// What it is, where the page's head does not say it.
    facts: Option<Vec<(String, Cell)>>,
    clocks: Vec<ClockRow>,
    findings: Vec<FindingRow<'c>>,
}

#[derive(Debug)]
struct ClockRow {
    name: String,
    started: String,
    limit: String,
    due: String,
    excluded: String,
    counted: String,
    provisional: bool,
    standing: Standing,
    figures: String,
    why: Cell,
}

#[derive(Debug)]
struct FindingRow<'c> {
    finding: &'c Finding,
    positions: Cell,
}

#[derive(Debug)]
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
    fn title(&self) -> String {
        self.frame.locale.tf("case.title", &[&self.id])
    }

    /// Of which day and position it speaks.
    fn answer(&self) -> String {
        self.frame.locale.tf("cases.answer", &[&self.as_of, &self.position])
    }

    /// The page of a case; with who has read it, where the reader may know that.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn of(
        desk: &Desk<'c>,
        case: &'c CaseFile,
        (known_at, skip): (&'c str, usize),
        viewings: Option<Vec<Viewing>>,
    ) -> Result<Self, StoreError> {
        let frame = desk.frame;
        let raw = case.timeline(Reading::Raw);
        let effective = case.timeline(Reading::Effective);
        Ok(Self {
            frame,
            id: case.stream.name(),
            position: case.position,
            as_of: case.view.as_of.to_string(),
            known_at,
            heading: heading(desk, &case.view.summary).await?,
            parts: parts(desk, case).await?,
            further: case.others.len().saturating_sub(MOST_OTHERS),
            shown: case.shown,
            drawing: Drawing::of(frame, case, (&raw, skip..skip + MOST_ACTS), &effective),
            before: (skip > 0).then(|| skip.saturating_sub(MOST_ACTS)),
            after: Some(skip + MOST_ACTS).filter(|next| *next < raw.len()),
            acts: raw
                .into_iter()
                .zip(1..)
                .skip(skip)
                .take(MOST_ACTS)
                .map(|(line, number)| act_row(frame, line, number, &effective))
                .collect(),
            viewings,
        })
    }

    /// How much of the case is shown, where that is not all of it.
    fn note(&self) -> Option<&str> {
        let key = match self.shown {
            Shown::Whole | Shown::Case => return None,
            Shown::OtherCase => "case.other_case",
            Shown::OwnActs => "case.own_acts",
        };
        Some(self.frame.t(key))
    }

    fn more(&self) -> String {
        self.frame.locale.tf("case.further", &[&self.further])
    }

    /// The address of the acts after so many.
    fn acts_after(&self, skip: &usize) -> String {
        let known_at: String = form_urlencoded::byte_serialize(self.known_at.as_bytes()).collect();
        format!("?as_of={}&known_at={known_at}&skip={skip}#acts", self.as_of)
    }

    fn viewed(&self, viewing: &Viewing) -> String {
        self.frame.format().minute(viewing.at.with_timezone(&Shanghai).naive_local())
    }
}

async fn heading(desk: &Desk<'_>, s: &Summary) -> Result<Vec<(String, Cell)>, StoreError> {
    let frame = desk.frame;
    let (locale, format) = (frame.locale, frame.format());
    let site = s.site.as_ref().map(|site| site.as_str());
    let sites = desk.site_names(site.into_iter()).await?;
    let items = desk.item_names(s.item.as_deref().into_iter()).await?;
    let dash = || Cell::text("—");
    let named = |of: Option<&str>, names: &std::collections::HashMap<String, String>, at: &str| {
        of.map_or_else(dash, |code| {
            let name = locale.name(names.get(code).map_or(code, String::as_str));
            Cell::link(super::address(at, code), name).soft(code)
        })
    };
    let row = |key: &str, value: Cell| (frame.t(key).to_owned(), value);
    let day = |key: &str, day: Option<chrono::NaiveDate>| {
        row(key, Cell::text(format.or_dash(day.map(|day| format.day(day)))))
    };
    let handling = s.handling.map(|handling| locale.word(&handling.to_string()));
    let mut rows = vec![
        row("common.item", named(s.item.as_deref(), &items, "items")),
        row("case.site", named(site, &sites, "sites")),
        row("case.handling", Cell::text(format.or_dash(handling))),
        day("case.received", s.received_on),
        day("cases.accepted", s.accepted_on),
        day("cases.decided", s.decided_on),
        day("case.closed", s.closed_on),
    ];
    if s.deemed_accepted {
        rows.push(row("case.deemed", Cell::text(frame.t("case.deemed_law"))));
    }
    if let Some(stated) = &s.stated {
        rows.push(row("case.stated", Cell::text(stated.outcome.as_str())));
    }
    Ok(rows)
}

async fn parts<'c>(desk: &Desk<'_>, case: &'c CaseFile) -> Result<Vec<PartRow<'c>>, StoreError> {
    let frame = desk.frame;
    let part = |view: &'c MatterView, name: &str, facts| PartRow {
        name: frame.t(name).to_owned(),
        facts,
        clocks: view.clocks.iter().map(|clock| clock_row(frame, clock)).collect(),
        findings: view.findings.iter().map(finding_row).collect(),
    };
    let mut parts = vec![part(&case.view, "cases.clocks", None)];
    for view in case.others.iter().take(MOST_OTHERS) {
        parts.push(part(view, "case.another", Some(heading(desk, &view.summary).await?)));
    }
    Ok(parts)
}

fn clock_row(frame: &Frame, view: &ClockView) -> ClockRow {
    let (clock, locale, format) = (&view.clock, frame.locale, frame.format());
    let subject = clock.subject.as_ref().map_or_else(String::new, |of| format!(" · {of}"));
    let limit = match clock.limit {
        Limit::WorkingDays(days) => format.working_days(i64::from(days)),
        Limit::CalendarDays(days) => locale.tf("case.calendar_days", &[&days]),
        Limit::FixedDay => frame.t("case.fixed_day").into(),
        Limit::None => frame.t("case.unlimited").into(),
    };
    let extended = match clock.extended_by {
        0 => String::new(),
        days => format!(" {}", locale.tf("case.extended", &[&days])),
    };
    let rules = clock.rule_edition.map(|edition| locale.tf("case.rules", &[&edition]));
    let why = Cell::text(frame.t("case.grounds")).then(super::acts_at(&clock.grounds));
    ClockRow {
        name: format!("{}{subject}", locale.word(clock.kind.as_str())),
        started: clock.started_on.to_string(),
        limit: limit + &extended,
        due: format.or_dash(clock.due_on),
        excluded: format.or_dash(clock.due_if_excess_excluded),
        counted: format.or_dash(clock.due_if_excess_counted),
        provisional: clock.provisional,
        standing: view.standing,
        figures: figures(frame, view),
        why: rules.map_or_else(|| why.clone(), |rules| why.clone().soft(rules)),
    }
}

/// Days left, used or overdue.
fn figures(frame: &Frame, view: &ClockView) -> String {
    let said = |key: &str, days: i64| frame.locale.tf(key, &[&frame.format().working_days(days)]);
    match (view.working_days_left, view.working_days_overdue, view.clock.used_working_days) {
        (Some(left), ..) => said("case.left", left),
        (_, Some(overdue), _) => said("case.overdue", overdue),
        (.., Some(used)) => said("case.used", used),
        _ => "—".into(),
    }
}

fn finding_row(finding: &Finding) -> FindingRow<'_> {
    FindingRow { finding, positions: super::acts_at(&finding.positions) }
}

fn act_row(frame: &Frame, line: Line, number: usize, effective: &[Line]) -> ActRow {
    let format = frame.format();
    let now = effective.iter().find(|other| other.position == line.position);
    let corrected = now.filter(|now| now.civil != line.civil).map(|now| format.minute(now.civil));
    let role = line.actor.role.as_ref().map_or_else(String::new, |role| format!(" {role}"));
    let window = line.window.as_ref().map_or_else(String::new, |window| format!(" · {window}"));
    ActRow {
        number,
        happened: format.minute(line.civil),
        corrected,
        entered: format.minute(line.entered_civil),
        lag: format.lag(line.entered_after_seconds),
        actor: format!("{}{role}", line.actor.id),
        place: format!("{}{window}", line.site),
        corrections: line.corrections.clone(),
        line,
    }
}
