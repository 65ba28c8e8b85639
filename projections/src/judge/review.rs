//! 好差評: a bad review is verified, put right and answered within its limit. The unit's own appeal
//! stops nothing: whoever verifies it says what it was.

use tongjian_events::Event;
use tongjian_events::complaint::ReviewTruth;

use super::bench::{Bench, Draft, Mark, mark};
use super::complaint::rules;
use crate::clock::{ClockKind, Limit};
use crate::finding::FindingKind;

/// Judges a review. A good one owes nothing.
pub(super) fn judge(bench: &mut Bench<'_>) {
    let Some(submitted) = bench.first(|e| matches!(e, Event::ReviewSubmitted(_))) else { return };
    let Event::ReviewSubmitted(body) = &*submitted.event else { return };
    bench.summary.received_on.get_or_insert(submitted.on());
    let Some(rules) = rules(bench.context, submitted) else { return };
    if !rules.bad_ratings.contains(&body.rating) {
        return;
    }
    let done = done(bench);
    let limit = Limit::WorkingDays(u32::from(rules.bad_review_working_days.get()));
    bench.run(Draft::new(ClockKind::BadReview, mark(submitted), limit).done_by(done));
}

/// When nothing is owed any more: a review that was mistaken or malicious when that was found out,
/// any other when it was verified, put right and the reviewer told.
fn done(bench: &mut Bench<'_>) -> Option<Mark> {
    let verified = bench.acts.iter().find_map(|act| match &*act.event {
        Event::BadReviewVerified(body) => Some((mark(act), body.truth)),
        _ => None,
    });
    if let Some((mark, ReviewTruth::Mistaken | ReviewTruth::Malicious)) = verified {
        return Some(mark);
    }
    let put_right: Vec<_> = bench.every(|e| matches!(e, Event::BadReviewRectified(_))).collect();
    let told = put_right.iter().find_map(|act| {
        let Event::BadReviewRectified(body) = &*act.event else { return None };
        let at = body.told_reviewer_at?.0.max(act.at);
        Some(Mark { on: bench.place.civil(&at).date(), position: act.position(), at })
    });
    let first = *put_right.first()?;
    let positions = vec![first.position()];
    if verified.is_none_or(|(verified, _)| verified.at > first.at) {
        let detail = format!("put right on {}, not verified before", first.on());
        bench.find(FindingKind::BadReviewNotVerified, first.on(), positions.clone(), detail);
    }
    if told.is_none() {
        let detail = format!("put right on {}, the reviewer was not told", first.on());
        bench.find(FindingKind::BadReviewNotFedBack, first.on(), positions, detail);
    }
    let (verified, _) = verified?;
    Some(told?).map(|told| if told.at < verified.at { verified } else { told })
}
