//! 直接辦理: done on the spot or the same day. Its promise runs from receipt, not from acceptance:
//! due at the close of the day of receipt, or of the next working day where it came after hours.

use chrono::NaiveDate;
use tongjian_events::Event;
use tongjian_events::case::Handling;

use super::bench::{Bench, LeftOut, mark};
use super::decision::Measure;
use super::receipt::{Acceptance, answers, minutes};

/// From when the promise of direct handling runs. `None` where the handling is another, or where
/// the applicant was told by the end of that day what is missing: then it waits until the materials
/// are complete.
/// Where no receipt is known it runs from the acceptance.
pub(super) fn start(bench: &Bench<'_>, acceptance: Option<Acceptance>) -> Option<Acceptance> {
    if bench.summary.handling != Some(Handling::Direct) {
        return None;
    }
    let Some(received) = bench.first(|e| matches!(e, Event::ApplicationReceived(_))) else {
        return acceptance;
    };
    let from = Acceptance {
        start: mark(received),
        minutes: Some(minutes(received)),
        arises_on: received.on(),
        deemed: false,
    };
    let told = bench.acts.iter().find(|act| answers(act));
    let told = told.filter(|act| matches!(&*act.event, Event::OneOffNoticeGiven(_)));
    let told_in_time = told.is_some_and(|act| last_day(bench, from).is_none_or(|d| act.on() <= d));
    if told_in_time { acceptance } else { Some(from) }
}

/// The last day of direct handling from a receipt: what was missed by its end stays missed.
fn last_day(bench: &Bench<'_>, from: Acceptance) -> Option<NaiveDate> {
    let none = LeftOut::default();
    Measure::of_promise(0, from, false).due(bench, &none, 0)
}
