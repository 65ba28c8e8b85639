//! 特別程序: the eight excluded procedures of article 45. One is lawful only if the applicant was
//! told in writing how long it takes; another stops no clock, and is a finding.

use chrono::NaiveDate;
use tongjian_events::Event;
use tongjian_events::case::ExcludedProcedureStarted;
use tongjian_events::values::WorkingDays;

use super::PauseTaken;
use super::bench::{Bench, LeftOut, Mark, mark};
use super::decision::counts_declared;
use crate::calendar::Pause;
use crate::context::day_after;
use crate::finding::FindingKind;

/// One excluded procedure of a case.
struct Procedure {
    body: ExcludedProcedureStarted,
    began: Mark,
    ended: Option<Mark>,
}

impl Procedure {
    /// Its declared time, where the applicant was told of it in writing.
    fn lawful_for(&self) -> Option<WorkingDays> {
        self.body.declared_working_days.filter(|_| self.body.notified_in_writing)
    }
}

/// What the excluded procedures of a case leave out. The reading that judges them is the one in
/// force when the case was accepted.
pub(super) fn left_out(bench: &mut Bench<'_>, accepted_on: Option<NaiveDate>) -> LeftOut {
    let mut out = LeftOut::default();
    for procedure in procedures(bench) {
        let name = procedure.body.procedure.to_string();
        let began = procedure.began;
        let taken = taken(bench, &procedure, accepted_on.unwrap_or(began.on));
        bench.pauses.push(taken);
        let Some(declared) = procedure.lawful_for() else {
            let detail = format!(
                "{name} began on {}, but the applicant was not told in writing how long it takes; \
                 its time counts",
                began.on
            );
            bench.find(
                FindingKind::PauseWithoutWrittenNotice,
                began.on,
                vec![began.position],
                detail,
            );
            continue;
        };
        let declared_days = u32::from(declared.get());
        let Ok(until) = bench.calendar().due(began.on, declared_days) else { continue };
        let until = if declared_days == 0 { began.on } else { until.on };
        let ended = end(bench, &procedure);
        exceeded(bench, &procedure, ended, (until, declared_days), &name);
        let last = ended.map_or(until, |end| end.on);
        out.whole.push(Pause { begin: began.on, end: last });
        out.declared.push(Pause { begin: began.on, end: last.min(until) });
        if ended.is_none() {
            out.open.push((began.on, until));
        }
        out.begun.push((name, began));
        out.links.extend(procedure.body.special_link.iter().map(|link| (link.to_string(), began)));
        out.grounds.push(began.position);
        out.grounds.extend(procedure.ended.map(|end| end.position));
    }
    out
}

/// A procedure as one line says it, whatever else runs beside it.
fn taken(bench: &Bench<'_>, procedure: &Procedure, accepted_on: NaiveDate) -> PauseTaken {
    let began = procedure.began.on;
    let to_on = end(bench, procedure).map(|end| end.on);
    let lawful_for = procedure.lawful_for().map(|days| i64::from(days.get()));
    let working_days = to_on.and_then(|to| {
        let Some(declared) = lawful_for else { return Some(0) };
        let whole = bench.calendar().elapsed(began, to).ok()?;
        let most = if counts_declared(bench, accepted_on) { declared } else { whole };
        Some(whole.min(most))
    });
    PauseTaken {
        procedure: procedure.body.procedure,
        from_on: began,
        to_on,
        declared_working_days: procedure.body.declared_working_days.map(|d| u32::from(d.get())),
        working_days,
        lawful: lawful_for.is_some(),
        position: procedure.began.position,
    }
}

/// The end of a procedure: as entered, or where none was, the decision, the forwarding or the end
/// of the case. What waits for the procedure's result cannot come before it.
fn end(bench: &Bench<'_>, procedure: &Procedure) -> Option<Mark> {
    let decided = bench.every(|e| {
        matches!(
            e,
            Event::DecisionMade(_) | Event::CaseForwardedUp(_) | Event::UpperResultReceived(_)
        )
    });
    let ends = decided.map(mark).chain(bench.over.map(|(end, _)| end));
    let moot = ends.filter(|end| end.at >= procedure.began.at).min_by_key(|end| end.at);
    procedure.ended.or(moot)
}

fn exceeded(
    bench: &mut Bench<'_>,
    procedure: &Procedure,
    ended: Option<Mark>,
    (until, declared): (NaiveDate, u32),
    name: &str,
) {
    if ended.is_some_and(|end| end.on <= until) {
        return;
    }
    let mut positions = vec![procedure.began.position];
    positions.extend(procedure.ended.map(|end| end.position));
    let began = procedure.began.on;
    let end = ended.map_or("it is still open".into(), |end| format!("it lasted until {}", end.on));
    let detail =
        format!("{name} of {began} was declared for {declared} working days, until {until}; {end}");
    bench.find(FindingKind::PauseExceeded, day_after(until), positions, detail);
}

/// Pairs starts with ends, procedure by procedure, in the order they happened. A lawful start while
/// an unlawful one is open is a procedure of its own: from then on the applicant knows.
fn procedures(bench: &mut Bench<'_>) -> Vec<Procedure> {
    let mut all: Vec<Procedure> = Vec::new();
    let acts = bench.acts;
    for act in acts {
        match &*act.event {
            Event::ExcludedProcedureStarted(body) => {
                let new = Procedure { body: (**body).clone(), began: mark(act), ended: None };
                let mut open = all.iter().filter(|p| p.ended.is_none());
                let open = open.rfind(|p| p.body.procedure == body.procedure);
                let Some(before) = open else {
                    all.push(new);
                    continue;
                };
                let positions = vec![before.began.position, act.position()];
                let detail = format!(
                    "{} was begun on {} while the one of {} was open",
                    body.procedure,
                    act.on(),
                    before.began.on
                );
                if before.lawful_for().is_none() && new.lawful_for().is_some() {
                    all.push(new);
                }
                bench.find(FindingKind::PauseStartedTwice, act.on(), positions, detail);
            }
            Event::ExcludedProcedureEnded(body) => {
                let mut found = false;
                let open = all.iter_mut().filter(|p| p.ended.is_none());
                for open in open.filter(|p| p.body.procedure == body.procedure) {
                    open.ended = Some(mark(act));
                    found = true;
                }
                if !found {
                    let detail =
                        format!("{} ended on {} without a start", body.procedure, act.on());
                    let kind = FindingKind::PauseEndedWithoutStart;
                    bench.find(kind, act.on(), vec![act.position()], detail);
                }
            }
            _ => {}
        }
    }
    all
}
