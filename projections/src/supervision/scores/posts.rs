//! 窗口與人員考核: windows by their number, staff by theirs, never by name. A part that acts show is
//! scored from them; any other waits for the person who saw it (`staff.AppraisalScored`), and is
//! left out of the sum until then.

use std::collections::{BTreeMap, BTreeSet};

use tongjian_events::policy::{PostFault, ScoreForm, ScoreRulesAdopted, ScoredPost};
use tongjian_events::staff::{AppraisalScored, EmptyPostObserved};
use tongjian_events::values::Code;
use tongjian_events::{Event, SiteCode};

use super::sheet::written;
use super::{AT_STAFF, AT_WINDOWS};
use crate::deadlines::positions;
use crate::supervision::docket::{Month, level};
use crate::supervision::fact::{Fact, Stated};
use crate::{Cell, Column, Lines, day, integer, text};

/// The columns of both tables.
pub(super) const COLUMNS: &[Column] = &[
    text("site"),
    text("post"),
    text("period"),
    day("arises_on"),
    text("form"),
    text("part"),
    integer("full_hundredths"),
    integer("points_hundredths"),
    text("scored_by"),
    integer("finished"),
    text("reasons"),
    text("positions"),
    integer("rule_edition"),
];

/// The name of the line that sums up what is known.
const KNOWN: &str = "known";

/// What is told of one post in a month.
#[derive(Debug, Default)]
struct Post<'f> {
    finished: i64,
    faults: BTreeMap<PostFault, Vec<u64>>,
    appraisal: Option<&'f AppraisalScored>,
}

pub(super) fn judge(
    site: &SiteCode,
    month: Month,
    facts: &[Stated],
    rules: &ScoreRulesAdopted,
    out: &mut Lines,
) {
    let Some(level) = level(site) else { return };
    for form in rules.forms.iter().filter(|form| form.levels.contains(&level)) {
        let table = match form.of {
            ScoredPost::Window => AT_WINDOWS,
            ScoredPost::Staff => AT_STAFF,
        };
        for (post, told) in posts(form.of, month, facts) {
            for line in lines(form, &told) {
                let own: [Cell; 5] = [
                    site.to_string().into(),
                    post.clone().into(),
                    month.to_string().into(),
                    month.after().into(),
                    form.form.to_string().into(),
                ];
                let edition = [i64::from(rules.edition.get()).into()];
                out.0.push((table, own.into_iter().chain(line).chain(edition).collect()));
            }
        }
    }
}

/// The posts of a kind that did something in the month, or were found wanting.
fn posts(of: ScoredPost, month: Month, facts: &[Stated]) -> BTreeMap<String, Post<'_>> {
    let mut posts: BTreeMap<String, Post<'_>> = BTreeMap::new();
    let named = |window: Option<String>, staff: Option<String>| match of {
        ScoredPost::Window => window,
        ScoredPost::Staff => staff,
    };
    for stated in facts {
        let (name, fault) = match &stated.fact {
            Fact::CaseEnded(case) => {
                let window = case.window.as_ref().map(ToString::to_string);
                (named(window, case.staff.as_ref().map(ToString::to_string)), None)
            }
            Fact::Fault { fault, window, staff } => {
                let window = window.as_ref().map(ToString::to_string);
                (named(window, Some(staff.to_string())), Some(*fault))
            }
            Fact::Act(act) => match &act.event {
                Event::EmptyPostObserved(body) => {
                    let Some(fault) = absence(body) else { continue };
                    let window = body.window.as_ref().map(ToString::to_string);
                    (named(window, staff_of(&stated.stream)), Some(fault))
                }
                Event::AppraisalScored(body) if covers(body, month) => {
                    let Some(name) = named(None, staff_of(&stated.stream)) else { continue };
                    posts.entry(name).or_default().appraisal = Some(body);
                    continue;
                }
                _ => continue,
            },
            _ => continue,
        };
        let Some(name) = name else { continue };
        let post = posts.entry(name).or_default();
        match fault {
            Some(fault) => post.faults.entry(fault).or_default().push(stated.position),
            None => post.finished += 1,
        }
    }
    posts
}

/// The number of the member of staff whose stream it is.
fn staff_of(stream: &str) -> Option<String> {
    let name = stream.split('\t').next()?.strip_prefix("staff/")?;
    Some(name.to_owned())
}

fn covers(body: &AppraisalScored, month: Month) -> bool {
    body.period.from_on <= month.first() && month.last() <= body.period.until_on
}

/// An hour or more, or nobody knows until when: absent. Half an hour or more: away.
fn absence(body: &EmptyPostObserved) -> Option<PostFault> {
    let Some(until) = body.until_at else { return Some(PostFault::Absent) };
    match (until.0 - body.from_at.0).num_minutes() {
        minutes if minutes >= 60 => Some(PostFault::Absent),
        minutes if minutes >= 30 => Some(PostFault::AwayBriefly),
        _ => None,
    }
}

/// The lines of a post: part by part, then what is known of it in all.
fn lines(form: &ScoreForm, post: &Post<'_>) -> Vec<Vec<Cell>> {
    let (mut known, mut full_known, mut lines) = (0, 0, Vec::new());
    let mut all: BTreeSet<u64> = BTreeSet::new();
    for part in &form.parts {
        let full = i64::from(part.points_hundredths.get());
        let given = given(post, &part.part).map(|given| given.clamp(0, full));
        let shown = form.is_shown(&part.part);
        let (mut deducted, mut reasons, mut of) = (0, Vec::new(), Vec::new());
        for row in form.rows.iter().filter(|row| row.part == part.part) {
            let Some(at) = post.faults.get(&row.fault) else { continue };
            let count = i64::try_from(at.len()).unwrap_or(i64::MAX);
            let taken = count * i64::from(row.points_hundredths.get());
            deducted += taken;
            reasons.push(format!("{} {count} {}", row.fault, written(taken)));
            of.extend(at.iter().copied());
        }
        of.sort_unstable();
        of.dedup();
        all.extend(&of);
        // What a person saw counts beside what acts show: the lower stands.
        let own = shown.then(|| (full + deducted).max(0));
        let points = match (own, given) {
            (Some(own), Some(given)) => Some(own.min(given)),
            (own, given) => own.or(given),
        };
        if let Some(points) = points {
            known += points;
            full_known += full;
        }
        let by = if shown { "chronicle" } else { "person" };
        lines.push(line(
            part.part.as_str(),
            full,
            points,
            by,
            (post.finished, reasons.join("; "), positions(&of)),
        ));
    }
    let all: Vec<u64> = all.into_iter().collect();
    let told = (post.finished, String::new(), positions(&all));
    lines.push(line(KNOWN, full_known, Some(known), "both", told));
    lines
}

fn line(
    part: &str,
    full: i64,
    points: Option<i64>,
    by: &'static str,
    (finished, reasons, positions): (i64, String, String),
) -> Vec<Cell> {
    vec![
        part.into(),
        full.into(),
        points.into(),
        Cell::Word(by),
        finished.into(),
        reasons.into(),
        positions.into(),
    ]
}

/// What the person gave for a part.
fn given(post: &Post<'_>, part: &Code) -> Option<i64> {
    let parts = &post.appraisal?.parts;
    let scored = parts.iter().find(|scored| scored.part == *part)?;
    Some(scored.score_hundredths.get().into())
}
