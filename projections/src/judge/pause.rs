//! 特別程序: the eight excluded procedures of article 45. One is lawful only if the applicant was
//! told in writing how long it takes; another stops no clock, and is a finding.

use chrono::NaiveDate;
use tongjian_events::Event;
use tongjian_events::case::ExcludedProcedureStarted;

use super::bench::{Bench, LeftOut, Mark, mark};
use crate::calendar::Pause;
use crate::context::day_after;
use crate::finding::FindingKind;

/// One excluded procedure of a case.
struct Procedure {
    body: ExcludedProcedureStarted,
    began: Mark,
    ended: Option<Mark>,
}

/// What the excluded procedures of a case leave out.
pub(super) fn left_out(bench: &mut Bench<'_>) -> LeftOut {
    let mut out = LeftOut::default();
    for procedure in procedures(bench) {
        let name = format!("{:?}", procedure.body.procedure);
        let began = procedure.began;
        let declared =
            procedure.body.declared_working_days.filter(|_| procedure.body.notified_in_writing);
        let Some(declared) = declared else {
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
        exceeded(bench, &procedure, until, declared_days, &name);
        let end = procedure.ended.map_or(until, |end| end.on);
        out.whole.push(Pause { begin: began.on, end });
        out.declared.push(Pause { begin: began.on, end: end.min(until) });
        if procedure.ended.is_none() {
            let since = out.open.map_or(began.on, |(since, _)| since.min(began.on));
            let latest = out.open.map_or(until, |(_, latest)| latest.max(until));
            out.open = Some((since, latest));
        }
        out.grounds.push(began.position);
        out.grounds.extend(procedure.ended.map(|end| end.position));
    }
    out
}

fn exceeded(
    bench: &mut Bench<'_>,
    procedure: &Procedure,
    until: NaiveDate,
    declared: u32,
    name: &str,
) {
    let ended = procedure.ended.or(bench.over.map(|(end, _)| end));
    if ended.is_some_and(|end| end.on <= until) {
        return;
    }
    let mut positions = vec![procedure.began.position];
    positions.extend(procedure.ended.map(|end| end.position));
    let began = procedure.began.on;
    let end =
        procedure.ended.map_or("it is still open".into(), |end| format!("it ended on {}", end.on));
    let detail =
        format!("{name} of {began} was declared for {declared} working days, until {until}; {end}");
    bench.find(FindingKind::PauseExceeded, day_after(until), positions, detail);
}

/// Pairs starts with ends, procedure by procedure, in the order they happened.
fn procedures(bench: &mut Bench<'_>) -> Vec<Procedure> {
    let mut all: Vec<Procedure> = Vec::new();
    let acts = bench.acts;
    for act in acts {
        match &*act.event {
            Event::ExcludedProcedureStarted(body) => {
                let open =
                    all.iter().find(|p| p.ended.is_none() && p.body.procedure == body.procedure);
                if let Some(open) = open {
                    let positions = vec![open.began.position, act.position()];
                    let detail = format!(
                        "{:?} was begun on {} while the one of {} was open",
                        body.procedure,
                        act.on(),
                        open.began.on
                    );
                    bench.find(FindingKind::PauseStartedTwice, act.on(), positions, detail);
                } else {
                    all.push(Procedure { body: (**body).clone(), began: mark(act), ended: None });
                }
            }
            Event::ExcludedProcedureEnded(body) => {
                let open = all
                    .iter_mut()
                    .find(|p| p.ended.is_none() && p.body.procedure == body.procedure);
                match open {
                    Some(open) => open.ended = Some(mark(act)),
                    None => {
                        let detail =
                            format!("{:?} ended on {} without a start", body.procedure, act.on());
                        let kind = FindingKind::PauseEndedWithoutStart;
                        bench.find(kind, act.on(), vec![act.position()], detail);
                    }
                }
            }
            _ => {}
        }
    }
    all
}
