//! D06 證照號缺號: numbers of a series that no case knows, and numbers given out twice.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use tongjian_events::SiteCode;

use super::{Context, Fact, Indicator, Stated};

/// One indicator per gap, some days after a higher number was given out, and one per number that
/// two cases have.
pub(super) fn gaps(
    site: &SiteCode,
    around: &str,
    facts: &[Stated],
    context: &Context,
) -> Vec<Indicator> {
    let mut numbers: BTreeMap<u64, Vec<&Stated>> = BTreeMap::new();
    for stated in facts {
        if let Fact::Number(number) = &stated.fact {
            numbers.entry(number.number).or_default().push(stated);
        }
    }
    let series = Series { site, around, context, numbers: &numbers };
    let mut found: Vec<_> = numbers.iter().filter_map(|(n, of)| series.twice(*n, of)).collect();
    // From the highest number down: the first day on which a number above a gap was given out.
    let mut above: Option<(u64, NaiveDate, u64)> = None;
    for (number, of) in numbers.iter().rev() {
        if let Some((next, on, position)) = above
            && next > number + 1
        {
            let below = of.iter().map(|stated| stated.position).max();
            found.extend(series.gap((number + 1, next - 1), on, [Some(position), below]));
        }
        let first = of.iter().map(|stated| (stated.on, stated.position)).min();
        let earlier = above.map(|(_, on, position)| (on, position));
        above = first.into_iter().chain(earlier).min().map(|(on, at)| (*number, on, at));
    }
    found
}

struct Series<'s> {
    site: &'s SiteCode,
    around: &'s str,
    context: &'s Context,
    numbers: &'s BTreeMap<u64, Vec<&'s Stated>>,
}

impl Series<'_> {
    fn gap(
        &self,
        (from, to): (u64, u64),
        on: NaiveDate,
        positions: [Option<u64>; 2],
    ) -> Option<Indicator> {
        let rules = self.context.policies().indicators.on(on)?;
        let limits = rules.licence_series?;
        let (first, last) = (self.numbers.first_key_value()?.0, self.numbers.last_key_value()?.0);
        let (known, all) = (self.numbers.len() as u64, (last - first).saturating_add(1));
        let enough = known >= u64::from(limits.least_numbers.get());
        let share = u64::from(limits.least_known_percent.get());
        let dense = u128::from(known) * 100 >= u128::from(all) * u128::from(share);
        let wait = Days::new(u64::from(limits.wait_calendar_days.get()));
        (enough && dense).then(|| Indicator {
            rule: "D06",
            kind: "numbers_missing",
            object: format!("site/{}", self.site),
            arises_on: on.checked_add_days(wait).unwrap_or(on),
            positions: positions.into_iter().flatten().collect(),
            detail: format!("of {} no case knows {from} to {to}", self.around),
        })
    }

    fn twice(&self, number: u64, of: &[&Stated]) -> Option<Indicator> {
        let [first, .., last] = of else { return None };
        let rules = self.context.policies().indicators.on(last.on)?;
        let other = of.iter().any(|stated| stated.stream != first.stream);
        (rules.licence_series.is_some() && other).then(|| Indicator {
            rule: "D06",
            kind: "number_twice",
            object: format!("site/{}", self.site),
            arises_on: of.iter().map(|stated| stated.on).max().unwrap_or(last.on),
            positions: of.iter().map(|stated| stated.position).collect(),
            detail: format!("{number} of {} was given out more than once", self.around),
        })
    }
}
