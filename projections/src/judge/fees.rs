//! D16 收費異常: charged less than the tariff, before acceptance, more than once. What was charged
//! above it is found in [`super::charges`]; what the published tariff says is the item's docket's
//! business.

use tongjian_events::Event;
use tongjian_events::case::Handling;

use super::bench::Bench;
use super::receipt::Acceptance;
use crate::finding::FindingKind;
use crate::matter::Effective;

pub(super) fn judge(bench: &mut Bench<'_>, acceptance: Option<Acceptance>) {
    assessed(bench);
    let paid = kept(bench);
    early(bench, acceptance);
    let Some((first, again)) = paid.split_first() else { return };
    match again {
        [] => amount(bench),
        again => {
            for (at, act) in again.iter().enumerate() {
                let rules = bench.indicators(act.on()).and_then(|rules| rules.fee_anomaly);
                let times = at + 2;
                if rules.is_some_and(|rules| times > rules.over_payments.get() as usize) {
                    let detail =
                        format!("paid on {} and, time {times}, on {}", first.on(), act.on());
                    let positions = vec![first.position(), act.position()];
                    bench.find(FindingKind::FeePaidMoreThanOnce, act.on(), positions, detail);
                }
            }
        }
    }
}

/// The payments that were not paid back.
fn kept<'b>(bench: &Bench<'b>) -> Vec<&'b Effective<'b>> {
    let mut paid: Vec<(&Effective<'_>, i64)> = Vec::new();
    for act in bench.acts {
        match &*act.event {
            Event::FeePaid(body) => paid.push((act, body.amount_fen.get())),
            Event::FeeRefunded(body) => {
                let back = body.amount_fen.get();
                if let Some(at) = paid.iter().rposition(|(_, amount)| *amount == back) {
                    paid.remove(at);
                }
            }
            _ => {}
        }
    }
    paid.into_iter().map(|(act, _)| act).collect()
}

/// Asked for less than the tariff that the assessment itself names.
fn assessed(bench: &mut Bench<'_>) {
    for act in bench.acts {
        let Event::FeeAssessed(body) = &*act.event else { continue };
        let Some(rules) = bench.indicators(act.on()).and_then(|rules| rules.fee_anomaly) else {
            continue;
        };
        let (tariff, asked) = (body.tariff_fen.get(), body.amount_fen.get());
        if tariff - asked > rules.over_fen.get() {
            let detail =
                format!("{asked} fen were asked for on {}, the tariff is {tariff}", act.on());
            bench.find(FindingKind::FeeBelowTariff, act.on(), vec![act.position()], detail);
        }
    }
}

/// The one payment against what was assessed, less what was waived.
fn amount(bench: &mut Bench<'_>) {
    let (mut paid, mut due, mut waived) = (None, None, 0);
    for act in bench.acts {
        match &*act.event {
            Event::FeePaid(body) => paid = Some((act, body.amount_fen.get())),
            Event::FeeAssessed(body) => due = Some((act, body.amount_fen.get())),
            Event::FeeWaived(body) => waived += body.amount_fen.get(),
            _ => {}
        }
    }
    let (Some((act, paid)), Some((assessed, asked))) = (paid, due) else { return };
    let Some(rules) = bench.indicators(act.on()).and_then(|rules| rules.fee_anomaly) else {
        return;
    };
    let owed = asked - waived;
    if owed - paid > rules.over_fen.get() {
        let detail = format!("{paid} fen were paid on {}, {owed} were owed", act.on());
        let positions = vec![assessed.position(), act.position()];
        bench.find(FindingKind::FeeBelowTariff, act.on().max(assessed.on()), positions, detail);
    }
}

/// Paid before anything was accepted. What is done on the spot may be paid for at once.
fn early(bench: &mut Bench<'_>, acceptance: Option<Acceptance>) {
    let accepted = bench.first(|e| matches!(e, Event::ApplicationAccepted(_)));
    let spot = bench.summary.handling == Some(Handling::Direct);
    let by_law = |on| acceptance.is_some_and(|of| of.deemed && of.arises_on <= on);
    for act in bench.acts {
        let judged = bench.indicators(act.on()).is_some_and(|r| r.fee_anomaly.is_some());
        if !judged || spot || !matches!(&*act.event, Event::FeePaid(_)) || by_law(act.on()) {
            continue;
        }
        let detail = match accepted {
            Some(accepted) if accepted.at <= act.at => continue,
            Some(accepted) => format!("paid on {}, accepted on {}", act.on(), accepted.on()),
            None => format!("paid on {}, not accepted", act.on()),
        };
        let mut positions = vec![act.position()];
        positions.extend(accepted.map(crate::matter::Effective::position));
        bench.find(FindingKind::FeePaidBeforeAcceptance, act.on(), positions, detail);
    }
}
