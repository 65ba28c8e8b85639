//! D07 特別程序濫用, D08 拆分重置: clocks stopped or begun anew to gain time, as far as one case
//! shows it.

use tongjian_events::Event;
use tongjian_events::case::Closure;

use super::bench::{Bench, LeftOut};
use crate::clock::{Clock, ClockKind, Ending, Limit};
use crate::finding::FindingKind;

pub(super) fn judge(bench: &mut Bench<'_>, left_out: &LeftOut) {
    if let Some(clock) = governing(bench) {
        near_due(bench, &clock, left_out);
        share(bench, &clock, left_out);
        returned(bench, &clock);
    }
    repeated(bench, left_out);
    reopened(bench);
}

/// The clock that binds the window: the promise, or else the statute or the review.
fn governing(bench: &Bench<'_>) -> Option<Clock> {
    let of = |kind: ClockKind| bench.clocks.iter().find(|clock| clock.kind == kind).cloned();
    of(ClockKind::Promised)
        .or_else(|| of(ClockKind::Statutory))
        .or_else(|| of(ClockKind::LowerReview))
}

/// How long a clock runs, with its extension; `None` for what is due the same day.
fn days(clock: &Clock) -> Option<u32> {
    let Limit::WorkingDays(days) = clock.limit else { return None };
    Some(days + clock.extended_by).filter(|days| *days > 0)
}

/// Begun when the time was nearly up, as the clock stood without it. What begins on the first day
/// is not late, however short the promise.
fn near_due(bench: &mut Bench<'_>, clock: &Clock, left_out: &LeftOut) {
    let Some(limit) = days(clock) else { return };
    for (name, began) in &left_out.begun {
        let Some(rules) = bench.indicators(began.on).and_then(|rules| rules.pause_abuse) else {
            continue;
        };
        let before = |pause: &&crate::calendar::Pause| pause.begin < began.on;
        let before: Vec<_> = left_out.whole.iter().filter(before).copied().collect();
        let calendar = bench.calendar();
        let Ok(due) = calendar.due_with_pauses(clock.started_on, limit, &before) else { continue };
        let Ok(left) = calendar.elapsed(began.on, due.on) else { continue };
        let near = (0..=i64::from(rules.near_due_working_days.get())).contains(&left);
        if near && began.on <= due.on && began.on > clock.started_on {
            let detail = format!(
                "{name} began on {}, {left} working days before the due day {}",
                began.on, due.on
            );
            let positions = vec![clock.started_by, began.position];
            bench.find(FindingKind::PauseStartedNearDue, began.on, positions, detail);
        }
    }
}

/// The same registered link a second time.
fn repeated(bench: &mut Bench<'_>, left_out: &LeftOut) {
    for (at, (name, again)) in left_out.links.iter().enumerate() {
        let first = left_out.links.iter().take(at).find(|(before, _)| before == name);
        let judged = bench.indicators(again.on).is_some_and(|rules| rules.pause_abuse.is_some());
        if let Some((_, first)) = first.filter(|_| judged) {
            let detail = format!("{name} began on {} and again on {}", first.on, again.on);
            let positions = vec![first.position, again.position];
            bench.find(FindingKind::PauseRepeated, again.on, positions, detail);
        }
    }
}

/// More than the allowed share of the time from the start to the decision was left out.
fn share(bench: &mut Bench<'_>, clock: &Clock, left_out: &LeftOut) {
    let (Some(end), Some(by), Some(used)) =
        (clock.ended_on, clock.ended_by, clock.used_working_days)
    else {
        return;
    };
    let Some(rules) = bench.indicators(end).and_then(|rules| rules.pause_abuse) else { return };
    let Ok(all) = bench.calendar().elapsed(clock.started_on, end) else { return };
    let paused = all - used;
    let done = clock.ending == Some(Ending::Done) && paused > 0;
    if done && paused * 100 > all * i64::from(rules.share_over_percent.get()) {
        let detail = format!(
            "of {all} working days from {} to {end}, {paused} were left out",
            clock.started_on
        );
        let mut positions = left_out.grounds.clone();
        positions.extend([clock.started_by, by]);
        bench.find(FindingKind::PauseShareTooLarge, end, positions, detail);
    }
}

/// Given back in time, but when the time was nearly up.
fn returned(bench: &mut Bench<'_>, clock: &Clock) {
    let acts = bench.acts;
    let is_return = |position: u64| {
        acts.iter()
            .any(|act| act.position() == position && matches!(&*act.event, Event::CaseReturned(_)))
    };
    let (Some(end), Some(by), Some(used), Some(limit)) =
        (clock.ended_on, clock.ended_by, clock.used_working_days, days(clock))
    else {
        return;
    };
    if !is_return(by) || clock.due_on.is_none_or(|due| end > due) {
        return;
    }
    let Some(rules) = bench.indicators(end).and_then(|rules| rules.clock_reset) else { return };
    let spent = i64::from(limit) * (100 - i64::from(rules.last_share_percent.get()));
    if used * 100 >= spent {
        let detail = format!("given back on {end}, after {used} of {limit} working days");
        let positions = vec![clock.started_by, by];
        bench.find(FindingKind::ReturnedNearDue, end, positions, detail);
    }
}

/// Closed or given back while a supplement was awaited, and taken up again in the same case: the
/// request for a supplement does not end a case.
fn reopened(bench: &mut Bench<'_>) {
    let acts = bench.acts;
    let (mut asked, mut closed) = (None, None);
    for act in acts {
        match &*act.event {
            Event::OneOffNoticeGiven(_) => (asked, closed) = (Some(act), None),
            Event::CaseReturned(_) => closed = asked.map(|asked| (asked, act)),
            Event::CaseClosed(body) if body.closure != Closure::Withdrawn => {
                closed = asked.map(|asked| (asked, act));
            }
            Event::SupplementReceived(_)
            | Event::ApplicationReceived(_)
            | Event::ApplicationAccepted(_) => {
                let (before, told) = (closed.take(), asked.take());
                let Some((asked, closed)) = before else {
                    // A supplement that is not complete leaves the rest awaited.
                    let partial =
                        matches!(&*act.event, Event::SupplementReceived(body) if !body.complete);
                    asked = told.filter(|_| partial);
                    continue;
                };
                let judged = bench.indicators(act.on()).is_some_and(|r| r.clock_reset.is_some());
                if judged {
                    let detail = format!(
                        "a supplement was asked for on {}, the case was closed on {} and taken up \
                         again on {}",
                        asked.on(),
                        closed.on(),
                        act.on()
                    );
                    let positions = vec![asked.position(), closed.position(), act.position()];
                    let kind = FindingKind::ReopenedAfterSupplement;
                    bench.find(kind, act.on(), positions, detail);
                }
            }
            _ => {}
        }
    }
}
