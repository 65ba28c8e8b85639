//! D02 批量補錄, D03 秒批, D10 兩張皮: what one case shows of records that were made up afterwards.

use chrono::NaiveDate;
use tongjian_events::case::Handling;
use tongjian_events::{ActorKind, Entry, Event};

use super::bench::Bench;
use super::case::statement;
use super::receipt::Acceptance;
use crate::clock::{ClockKind, Ending, Limit};
use crate::finding::FindingKind;
use crate::matter::Effective;

pub(super) fn judge(bench: &mut Bench<'_>, acceptance: Option<Acceptance>) {
    if let Some((accepted, ended, promised)) = promised(bench, acceptance) {
        at_once(bench, accepted, ended);
        instantly(bench, accepted, ended, promised);
    }
    skins(bench);
}

/// The acceptance by an act, and the end, of a case with days promised, and how many.
fn promised<'b>(
    bench: &Bench<'b>,
    acceptance: Option<Acceptance>,
) -> Option<(&'b Effective<'b>, &'b Effective<'b>, u32)> {
    let clock = bench.clocks.iter().find(|clock| clock.kind == ClockKind::Promised)?;
    let Limit::WorkingDays(days) = clock.limit else { return None };
    let by = clock.ended_by.filter(|_| clock.ending == Some(Ending::Done))?;
    let acts = bench.acts;
    let at = |position: u64| acts.iter().find(|act| act.position() == position);
    let accepted = at(acceptance.filter(|of| !of.deemed)?.start.position)?;
    let spot = bench.summary.handling == Some(Handling::Direct);
    Some((accepted, at(by)?, days)).filter(|_| days > 0 && !spot)
}

/// Acceptance and end entered at one sitting, by hand.
fn at_once(bench: &mut Bench<'_>, accepted: &Effective<'_>, ended: &Effective<'_>) {
    let entered = bench.place.day_of(accepted.act.recorded_at.max(ended.act.recorded_at));
    let Some(rules) = bench.indicators(entered).and_then(|rules| rules.batch_entry) else { return };
    let by_hand = |act: &Effective<'_>| matches!(act.act.entry, Entry::Window | Entry::BackEntry);
    let apart = ended.act.recorded_at.signed_duration_since(accepted.act.recorded_at).abs();
    let minutes = rules.accepted_to_ended_under_minutes;
    let least = chrono::TimeDelta::minutes(i64::from(minutes.get()));
    if by_hand(accepted) && by_hand(ended) && apart < least {
        let detail = format!(
            "accepted on {}, ended on {}; both were entered on {entered}, less than {minutes} \
             minutes apart",
            accepted.on(),
            ended.on()
        );
        let positions = vec![accepted.position(), ended.position()];
        bench.find(FindingKind::EnteredAtOnce, entered, positions, detail);
    }
}

/// Decided in less than the least share of the promise, and not by a machine.
fn instantly(bench: &mut Bench<'_>, accepted: &Effective<'_>, ended: &Effective<'_>, days: u32) {
    let by_hand = !matches!(ended.act.actor_kind, ActorKind::Machine | ActorKind::System);
    let decided = matches!(&*ended.event, Event::DecisionMade(_));
    let Some(rules) = bench.indicators(ended.on()).and_then(|rules| rules.instant_decision) else {
        return;
    };
    let promised = i64::from(days) * i64::from(rules.working_day_minutes.get()) * 60;
    let taken = ended.at.signed_duration_since(accepted.at).num_seconds();
    let share = i64::from(rules.under_percent.get());
    if by_hand && decided && taken >= 0 && taken * 100 < promised * share {
        let minutes = taken / 60;
        let detail = format!(
            "decided on {} {minutes} minutes after acceptance, of {days} promised working days",
            ended.on()
        );
        let positions = vec![accepted.position(), ended.position()];
        bench.find(FindingKind::DecidedInstantly, ended.on(), positions, detail);
    }
}

/// The days that the source states of begin and end, against those of the acts. A begin is receipt
/// or acceptance, an end is decision, delivery or closing: the source may mean either.
fn skins(bench: &mut Bench<'_>) {
    let acts = bench.acts;
    let told = acts.iter().find_map(|act| Some((act, statement(&act.event)?)));
    let Some((act, told)) = told else { return };
    let begins =
        |e: &Event| matches!(e, Event::ApplicationReceived(_) | Event::ApplicationAccepted(_));
    let ends = |e: &Event| {
        matches!(
            e,
            Event::DecisionMade(_)
                | Event::ResultDelivered(_)
                | Event::CaseClosed(_)
                | Event::UpperResultReceived(_)
        )
    };
    let place = bench.place;
    for (what, stated, is) in [
        ("began", told.started_at, &begins as &dyn Fn(&Event) -> bool),
        ("ended", told.ended_at, &ends),
    ] {
        let Some(stated) = stated.map(|at| place.civil(&at.0).date()) else { continue };
        let own: Vec<_> = acts.iter().filter(|act| is(&act.event)).collect();
        let apart = |on: NaiveDate| (on - stated).num_days().abs();
        let Some(closest) = own.iter().min_by_key(|act| apart(act.on())) else { continue };
        let arises_on = closest.on().max(act.on());
        let rules = bench.indicators(arises_on).and_then(|rules| rules.two_skins);
        let over = rules.map(|rules| i64::from(rules.over_calendar_days.get()));
        if over.is_some_and(|over| apart(closest.on()) > over) {
            let detail =
                format!("it {what} on {stated}, says the source; here on {}", closest.on());
            let positions = vec![act.position(), closest.position()];
            bench.find(FindingKind::SourceTellsOtherDays, arises_on, positions, detail);
        }
    }
}
