//! 推翻: acts of the engine on what the law does by silence, from which the chronicle learned
//! later that there was no silence. The judgement follows the facts as now known; the engine's act
//! stays, and says what was known when it was made.

use chrono::NaiveDate;
use tongjian_events::Event;

use super::bench::Bench;
use super::receipt::Acceptance;
use crate::clock::ClockKind;
use crate::finding::FindingKind;
use crate::matter::Effective;

/// Finds the engine's acts that no longer follow from the facts.
pub(super) fn judge(bench: &mut Bench<'_>, acceptance: Option<Acceptance>) {
    let renewed = bench.findings.iter().any(|f| f.kind == FindingKind::RenewalDeemedGranted);
    let acts = bench.acts;
    for act in acts {
        match &*act.event {
            Event::ApplicationDeemedAccepted(body) => {
                let stands =
                    acceptance.is_some_and(|a| a.deemed && a.start.on == body.effective_on);
                if !stands {
                    let kind = FindingKind::DeemedAcceptanceRefuted;
                    let grounds = body.grounds.iter().map(|position| position.0);
                    refuted(bench, act, kind, ClockKind::Receipt, grounds.collect());
                }
            }
            Event::RenewalDeemedGranted(body) if !renewed => {
                let kind = FindingKind::DeemedRenewalRefuted;
                let grounds = body.grounds.iter().map(|position| position.0);
                refuted(bench, act, kind, ClockKind::Renewal, grounds.collect());
            }
            _ => {}
        }
    }
}

/// The finding: the engine's act, the act that broke the silence, and the corrections of either
/// that act or what the engine's act rests on. It holds from the day the last of them was entered.
fn refuted(
    bench: &mut Bench<'_>,
    engine: &Effective<'_>,
    kind: FindingKind,
    clock: ClockKind,
    mut grounds: Vec<u64>,
) {
    let Some(waited) = bench.clocks.iter().find(|known| known.kind == clock) else {
        // Only the engine's act is known, unless what it rests on was annulled.
        let annulled = bench.annulled.iter().filter(|(of, _)| grounds.contains(of));
        let by: Vec<u64> = annulled.map(|(_, by)| *by).collect();
        if !by.is_empty() {
            let detail = format!("what it rests on was annulled at {by:?}");
            found(bench, engine, kind, by, &detail);
        }
        return;
    };
    let broke = waited.ended_by;
    grounds.extend(broke);
    grounds.push(waited.started_by);
    let corrected = bench.acts.iter().filter(|act| grounds.contains(&act.position()));
    let mut by: Vec<u64> = corrected.flat_map(|act| act.corrected_by.iter().copied()).collect();
    let annulled = bench.annulled.iter().filter(|(of, _)| grounds.contains(of));
    by.extend(annulled.map(|(_, by)| *by));
    by.extend(broke);
    let detail = match (waited.ended_on, waited.due_on) {
        (Some(on), Some(due)) => format!("an act of {on} was in time, due on {due}"),
        _ => "it no longer follows from the acts".into(),
    };
    found(bench, engine, kind, by, &detail);
}

fn found(
    bench: &mut Bench<'_>,
    engine: &Effective<'_>,
    kind: FindingKind,
    mut positions: Vec<u64>,
    why: &str,
) {
    let entered = bench.acts.iter().chain(bench.corrections);
    let entered = entered.filter(|act| positions.contains(&act.position()));
    let days = entered.map(|act| bench.place.day_of(act.act.recorded_at));
    let on = days.fold(engine.on(), NaiveDate::max);
    let detail = format!("{} of {}: {why}", engine.event.wire_name(), engine.on());
    positions.push(engine.position());
    bench.find(kind, on, positions, detail);
}
