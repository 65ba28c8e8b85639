//! D18 時鐘偏差: a device whose clock shows another time.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tongjian_events::Event;
use tongjian_events::values::Code;

use super::{Fact, Indicator, Scene};

/// One indicator per device and month, from the first day on which its clock was off. A heartbeat
/// may come late; its device can be ahead of the receipt only if its clock is.
pub(super) fn of_devices(scene: &Scene<'_>) -> Vec<Indicator> {
    let Some(limits) = scene.rules.clock_drift else { return Vec::new() };
    let most = i64::from(limits.over_minutes.get()) * 60;
    let mut devices: BTreeMap<&Code, (NaiveDate, i64, Vec<u64>)> = BTreeMap::new();
    for stated in scene.facts {
        let Fact::Act(act) = &stated.fact else { continue };
        let Event::HeartbeatReceived(body) = &act.event else { continue };
        let Some(shown) = body.device_time_at else { continue };
        let apart = shown.0.signed_duration_since(act.occurred_at).num_seconds();
        let ahead = shown.0.signed_duration_since(act.recorded_at).num_seconds();
        if apart.abs() > most || ahead > most {
            let worst = if apart.abs() > ahead { apart } else { ahead };
            let (first, most_off, positions) =
                devices.entry(&body.device).or_insert((stated.on, 0, Vec::new()));
            *first = (*first).min(stated.on);
            if worst.abs() > most_off.abs() {
                *most_off = worst;
            }
            positions.push(stated.position);
        }
    }
    let told = |(device, (on, off, positions)): (&Code, (NaiveDate, i64, Vec<u64>))| {
        let direction = if off < 0 { "behind" } else { "ahead" };
        let (minutes, beats) = (off.abs() / 60, positions.len());
        let detail =
            format!("the clock of {device} was up to {minutes} minutes {direction}, {beats} times");
        let mut indicator = scene.of_site("D18", "clock_drift", positions, detail);
        indicator.object = format!("device/{device}");
        indicator.arises_on = on;
        indicator
    };
    devices.into_iter().map(told).collect()
}
