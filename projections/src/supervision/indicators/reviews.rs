//! D14 滿意度異常: reviews too good to be true, too many at one device, too quick.

use std::collections::BTreeMap;

use super::{Fact, Indicator, Scene};
use crate::supervision::fact::Review;
use crate::supervision::traces::Micros;

/// What the reviews of a month show; each part with its own first day.
pub(super) fn anomalies(scene: &Scene<'_>) -> Vec<Indicator> {
    let reviews = scene.facts.iter().filter_map(|stated| match &stated.fact {
        Fact::Review(review) => Some((&**review, stated.position, stated.on)),
        _ => None,
    });
    let mut reviews: Vec<_> = reviews.collect();
    reviews.sort_by_key(|(review, position, _)| (review.at, *position));
    let mut found: Vec<_> = too_good(scene, &reviews).into_iter().collect();
    found.extend(one_device(scene, &reviews));
    found.extend(too_quick(scene, &reviews));
    found
}

type Submitted<'s> = (&'s Review, u64, chrono::NaiveDate);

fn too_good(scene: &Scene<'_>, reviews: &[Submitted<'_>]) -> Option<Indicator> {
    let limits = scene.rules.satisfaction?;
    let satisfied: Vec<u64> =
        reviews.iter().filter(|(review, ..)| review.satisfied).map(|(_, at, _)| *at).collect();
    let (part, all) = (satisfied.len() as u64, reviews.len() as u64);
    let enough = all > u64::from(limits.over_reviews.get());
    let good = part * 10_000 >= all * u64::from(limits.satisfied_of_ten_thousand.get());
    (enough && good).then(|| {
        let detail = format!("{part} of {all} reviews of {} are satisfied", scene.month);
        scene.of_site("D14", "too_good", satisfied, detail)
    })
}

/// One indicator per device, for all the reviews that came too thick.
fn one_device(scene: &Scene<'_>, reviews: &[Submitted<'_>]) -> Vec<Indicator> {
    let Some(limits) = scene.rules.satisfaction else { return Vec::new() };
    let within = i64::from(limits.device_within_minutes.get()) * 60_000_000;
    let most = limits.device_over_reviews.get() as usize;
    let mut devices: BTreeMap<&str, Vec<Submitted<'_>>> = BTreeMap::new();
    for review in reviews {
        if let Some(device) = &review.0.device {
            devices.entry(device.as_str()).or_default().push(*review);
        }
    }
    let mut found = Vec::new();
    for (device, reviews) in devices {
        let thick = reviews.windows(most + 1).filter(|span| match span {
            [first, .., last] => last.0.at - first.0.at <= within,
            _ => false,
        });
        let thick: Vec<_> = thick.flatten().collect();
        let Some((.., on)) = thick.first() else { continue };
        let positions = thick.iter().map(|(_, position, _)| *position).collect();
        let minutes = limits.device_within_minutes;
        let detail = format!("{device} took more than {most} reviews within {minutes} minutes");
        let mut indicator = scene.of_site("D14", "one_device", positions, detail);
        indicator.object = format!("device/{device}");
        indicator.arises_on = *on;
        found.push(indicator);
    }
    found
}

/// Reviews within seconds after the case was decided, delivered or closed.
fn too_quick(scene: &Scene<'_>, reviews: &[Submitted<'_>]) -> Vec<Indicator> {
    let Some(limits) = scene.rules.satisfaction else { return Vec::new() };
    let within = i64::from(limits.after_end_seconds.get()) * 1_000_000;
    let ends: BTreeMap<&str, &[(u64, Micros)]> =
        scene.cases().map(|(case, traces)| (case, traces.ends.as_slice())).collect();
    let mut found = Vec::new();
    for (review, position, on) in reviews {
        let Some(case) = &review.case else { continue };
        let ends = ends.get(case.as_str()).copied().unwrap_or_default();
        let end = ends.iter().find(|(_, end)| (0..within).contains(&(review.at - end)));
        let Some((ended, at)) = end else { continue };
        let detail =
            format!("reviewed on {on}, {} seconds after its end", (review.at - at) / 1_000_000);
        let mut indicator = scene.of_site("D14", "too_quick", vec![*ended, *position], detail);
        indicator.object = case.to_string();
        indicator.arises_on = *on;
        found.push(indicator);
    }
    found
}
