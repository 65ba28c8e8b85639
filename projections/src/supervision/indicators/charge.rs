//! D16 收費異常: charged otherwise than the published tariff says.

use tongjian_events::Event;
use tongjian_events::item::TariffPublished;

use super::{Context, Fact, Indicator, Stated};

/// A tariff per something else than the case is not compared.
pub(super) fn by_tariff(facts: &[Stated], context: &Context) -> Vec<Indicator> {
    let tariffs = facts.iter().filter_map(|stated| match &stated.fact {
        Fact::Act(act) => match &act.event {
            Event::TariffPublished(body) => Some((body.effective_on, stated.position, &**body)),
            _ => None,
        },
        _ => None,
    });
    let mut tariffs: Vec<(_, u64, &TariffPublished)> = tariffs.collect();
    tariffs.sort_by_key(|(from, position, _)| (*from, *position));
    let mut found = Vec::new();
    for stated in facts {
        let Fact::Charged { fen } = stated.fact else { continue };
        let rules = context.policies().indicators.on(stated.on);
        let Some(limits) = rules.and_then(|rules| rules.fee_anomaly) else { continue };
        let in_force = tariffs.iter().rev().find(|(from, ..)| *from <= stated.on);
        let Some((_, position, tariff)) = in_force else { continue };
        let published = tariff.tariff_fen.get();
        if tariff.charged_per.is_none() && (published - fen).abs() > limits.over_fen.get() {
            found.push(Indicator {
                rule: "D16",
                kind: "fee_not_by_published_tariff",
                object: stated.stream.clone(),
                arises_on: stated.on,
                positions: vec![*position, stated.position],
                detail: format!("{fen} fen on {}, the published tariff is {published}", stated.on),
            });
        }
    }
    found
}
