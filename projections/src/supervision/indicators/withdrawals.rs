//! D12 撤牌異常: officers and units whose cards are withdrawn far more often than elsewhere.

use std::collections::BTreeMap;

use super::{Context, Fact, Indicator, Stated};
use crate::supervision::docket::Quarter;

/// How many, and the acts that withdrew.
#[derive(Default)]
struct Rate {
    all: u64,
    withdrawn: Vec<u64>,
}

impl Rate {
    fn per_million(&self) -> u64 {
        (self.withdrawn.len() as u64 * 1_000_000).checked_div(self.all).unwrap_or_default()
    }
}

/// Of the cards issued in a quarter: withdrawn of those decided upon, by officer; withdrawn of
/// those issued, by unit. Shows when the quarter is over.
pub(super) fn rates(quarter: Quarter, facts: &[Stated], context: &Context) -> Vec<Indicator> {
    let rules = context.policies().indicators.on(quarter.after());
    let Some(limits) = rules.and_then(|rules| rules.withdrawals) else { return Vec::new() };
    let (mut officers, mut units) = (BTreeMap::<&str, Rate>::new(), BTreeMap::<&str, Rate>::new());
    for stated in facts {
        let Fact::CardFate(card) = &stated.fact else { continue };
        let officer = card.officer.as_ref().map(|officer| officers.entry(officer.as_str()));
        let rates = officer.into_iter().chain([units.entry(card.unit.as_str())]);
        for rate in rates.map(std::collections::btree_map::Entry::or_default) {
            rate.all += 1;
            rate.withdrawn.extend(Some(stated.position).filter(|_| card.withdrawn));
        }
    }
    let mut found = Vec::new();
    for (of, kind, mut rates) in
        [("staff", "officer_withdraws_often", officers), ("unit", "unit_withdrawn_often", units)]
    {
        rates.retain(|_, rate| rate.all >= u64::from(limits.least.get()));
        let twice_median = twice_median(rates.values().map(Rate::per_million).collect());
        let most = (100 + u64::from(limits.above_median_percent.get())) * twice_median;
        for (who, rate) in rates {
            if rate.per_million() * 200 > most {
                found.push(Indicator {
                    rule: "D12",
                    kind,
                    object: format!("{of}/{who}"),
                    arises_on: quarter.after(),
                    detail: format!(
                        "{} of {} cards of {quarter} were withdrawn; the median is {} of 100",
                        rate.withdrawn.len(),
                        rate.all,
                        twice_median / 20_000
                    ),
                    positions: rate.withdrawn,
                });
            }
        }
    }
    found
}

/// Twice the median, so that the middle of two needs no fraction.
fn twice_median(mut rates: Vec<u64>) -> u64 {
    rates.sort_unstable();
    let middle = |at: Option<usize>| at.and_then(|at| rates.get(at)).copied().unwrap_or_default();
    let half = rates.len() / 2;
    match rates.len() % 2 {
        0 => middle(half.checked_sub(1)) + middle(Some(half)),
        _ => 2 * middle(Some(half)),
    }
}
