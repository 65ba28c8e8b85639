//! 收費: what a case shows of its own charges (art. 58, 59, 75): asked above the tariff that the
//! assessment names, paid beyond what was asked, paid though nothing was assessed. What the item's
//! published tariff says is asked elsewhere, over many matters. An import is not judged: old logs
//! know payments, and no assessments.

use tongjian_events::{Entry, Event};

use super::bench::Bench;
use crate::finding::FindingKind;

/// Finds the charges that no tariff and no assessment of the case bears.
pub(super) fn judge(bench: &mut Bench<'_>) {
    let acts = bench.acts;
    let assessed: Vec<u64> = acts
        .iter()
        .filter(|act| matches!(&*act.event, Event::FeeAssessed(_)))
        .map(|act| act.position())
        .collect();
    let mut asked: i64 = acts
        .iter()
        .filter_map(|act| match &*act.event {
            Event::FeeAssessed(body) => Some(body.amount_fen.get()),
            _ => None,
        })
        .sum();
    let mut paid: i64 = 0;
    for act in acts.iter().filter(|act| act.act.entry != Entry::Import) {
        let found = match &*act.event {
            Event::FeeAssessed(body) if body.amount_fen > body.tariff_fen => {
                let (amount, tariff) = (body.amount_fen, body.tariff_fen);
                let detail =
                    format!("{amount} fen were asked on {}, the tariff is {tariff}", act.on());
                (FindingKind::FeeOffTariff, vec![act.position()], detail)
            }
            Event::FeeWaived(body) => {
                asked = (asked - body.amount_fen.get()).max(0);
                continue;
            }
            Event::FeeRefunded(body) => {
                paid = (paid - body.amount_fen.get()).max(0);
                continue;
            }
            Event::FeePaid(body) if body.amount_fen.get() > 0 => {
                paid += body.amount_fen.get();
                let mut positions = assessed.clone();
                positions.push(act.position());
                if assessed.is_empty() {
                    let detail = format!(
                        "{} fen were paid on {}, nothing was assessed",
                        body.amount_fen,
                        act.on()
                    );
                    (FindingKind::FeeWithoutBasis, positions, detail)
                } else if paid > asked {
                    let detail =
                        format!("{paid} fen were paid by {}, {asked} were asked", act.on());
                    (FindingKind::FeeOffTariff, positions, detail)
                } else {
                    continue;
                }
            }
            _ => continue,
        };
        let (kind, positions, detail) = found;
        bench.find(kind, act.on(), positions, detail);
    }
}
