//! D12 撤牌異常, as far as one card shows it: withdrawn on nothing.

use tongjian_events::Event;
use tongjian_events::card::AppealOutcome;

use super::bench::Bench;
use crate::finding::FindingKind;

pub(super) fn judge(bench: &mut Bench<'_>) {
    let acts = bench.acts;
    for (at, act) in acts.iter().enumerate() {
        let Event::AppealDecided(decided) = &*act.event else { continue };
        let judged = bench.indicators(act.on()).is_some_and(|rules| rules.withdrawals.is_some());
        if !judged {
            continue;
        }
        let appeal = acts.iter().take(at).rev().find_map(|appeal| match &*appeal.event {
            Event::CardAppealed(body) => Some((appeal, body)),
            _ => None,
        });
        let shown = appeal.is_some_and(|(_, body)| !body.evidence.is_empty());
        let mut positions = vec![act.position()];
        positions.extend(appeal.map(|(appeal, _)| appeal.position()));
        if decided.outcome == AppealOutcome::Withdrawn && !shown {
            let on = act.on();
            let detail = match appeal {
                Some((appeal, _)) => {
                    format!("withdrawn on {on}; the appeal of {} showed nothing", appeal.on())
                }
                None => format!("withdrawn on {on}; nobody had appealed"),
            };
            let kind = FindingKind::CardWithdrawnWithoutEvidence;
            bench.find(kind, on, positions, detail);
        }
    }
}
